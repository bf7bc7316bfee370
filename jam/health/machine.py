"""What only whoever runs Jam needs to know: its settings, its database from within, the disks, the mail server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import text

from jam.base.database import db
from jam.base.now import now
from jam.base.settings import Settings
from jam.health import rules
from jam.health.rules import Check, Level
from jam.mail.transport import why_unusable

#: Seconds for the site to answer its own machine.
_PATIENCE = 5


def checks() -> Iterator[Check]:
    """Everything that can be asked without a table."""
    settings: Settings = current_app.config["SETTINGS"]
    yield from rules.settings(
        settings.base_url,
        settings.keys[0],
        settings.kept_key,
        settings.mail_from,
        settings.mail_folder is not None,
        settings.sqlite_path is not None,
        settings.trusted_proxies,
    )
    yield _mail_server()
    yield _site(settings.base_url)
    yield from _disks(settings)


def of_the_database() -> Iterator[Check]:
    """Whether what the database holds is whole; on PostgreSQL, whether its clock is ours."""
    if db.engine.dialect.name == "postgresql":
        there: datetime = db.session.execute(text("SELECT clock_timestamp()")).scalar_one()
        yield rules.skew(there - now())
        return
    found = [str(row[0]) for row in db.session.execute(text("PRAGMA integrity_check(5)"))]
    do = "Stop Jam, keep a copy of the file, and go back to the last backup."
    if found == ["ok"]:
        yield Check("integrity", "The database file is whole.")
    else:
        yield Check("integrity", f"The database file is damaged: {'; '.join(found)}", do, Level.DOWN)
    lost = db.session.execute(text("PRAGMA foreign_key_check")).all()
    if lost:
        tables = ", ".join(sorted({str(row[0]) for row in lost}))
        yield Check("foreign keys", f"Rows point at others that are gone, in {tables}.", do, Level.FAULT)
    else:
        yield Check("foreign keys", "Every row that another points at is there.")


def _mail_server() -> Check:
    reason = why_unusable(current_app.config["MAIL_URL"], current_app.config["MAIL_FOLDER"])
    if reason is None:
        return Check("mail server", "It would take a letter.")
    return Check("mail server", reason, "Check JAM_MAIL_URL and that server.", Level.FAULT)


def _site(base_url: str) -> Check:
    """Whether it is Jam that answers at the address that links carry."""
    import requests  # dear to load, and needed by this check alone

    loopback = urlsplit(base_url).hostname in ("127.0.0.1", "localhost", "::1")
    try:
        answer = requests.get(f"{base_url}/healthz", timeout=_PATIENCE, allow_redirects=False)
    except requests.RequestException:
        return Check(
            "site",
            f"Nothing answers at {base_url}.",
            "Start the web server on the port that JAM_BASE_URL names, or set JAM_BASE_URL to where it runs."
            if loopback
            else "See whether the site can be reached from elsewhere; from this machine it cannot.",
            Level.FAULT if loopback else Level.NOTE,
        )
    if answer.status_code == 200 and answer.text.strip() == "ok":
        return Check("site", f"Jam answers at {base_url}.")
    do = "Let JAM_BASE_URL and the port of jam serve, or the proxy in front, agree."
    return Check("site", f"Something that is not Jam answers at {base_url}.", do, Level.FAULT)


def _disks(settings: Settings) -> Iterator[Check]:
    """The disks below files, database file and mail folder, each once."""
    folders: dict[str, Path] = {"files": settings.files_folder}
    if settings.sqlite_path is not None:
        folders["database"] = settings.sqlite_path.parent
    if settings.mail_folder is not None:
        folders["mail"] = settings.mail_folder
    seen: dict[int, str] = {}
    for name, folder in folders.items():
        there = next(each for each in (folder, *folder.parents) if each.exists())
        if there.stat().st_dev not in seen:
            seen[there.stat().st_dev] = name
            usage = shutil.disk_usage(there)
            yield rules.disk(name, usage.free, usage.total)
