"""Fills an empty database with Jam's tables, as an installation gets them: by the migrations."""

from __future__ import annotations

from pathlib import Path

import flask_migrate

from jam import create_app
from jam.base.database import db
from jam.base.settings import ROOT, Settings

VERSIONS = ROOT / "migrations" / "versions"


def build_schema(url: str) -> None:
    """Bring the database at `url` up to date and let go of it."""
    app = create_app(Settings(database_url=url, secret_key="only for building the schema"))
    with app.app_context():
        if any(VERSIONS.glob("*.py")):
            flask_migrate.upgrade(directory=str(ROOT / "migrations"))
        else:
            db.create_all()
        db.engine.dispose()
    _fold_journal(url)


def _fold_journal(url: str) -> None:
    # A copy of a SQLite file is whole only when nothing is left in the write-ahead log beside it.
    if url.startswith("sqlite:///") and Path(url.removeprefix("sqlite:///") + "-wal").exists():
        raise RuntimeError("The template still has a write-ahead log: a connection to it is open.")
