"""Whether Jam can serve: the database answers, and its schema is the one this version was written for."""

from __future__ import annotations

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from jam.base.database import db


def why_not_ready() -> str | None:
    """What stands in the way of serving, in a sentence for whoever runs Jam; None when nothing does."""
    try:
        present = set(MigrationContext.configure(db.session.connection()).get_current_heads())
    except SQLAlchemyError:
        db.session.rollback()
        return "The database does not answer."
    wanted = set(ScriptDirectory(str(current_app.config["MIGRATIONS"])).get_heads())
    return None if present == wanted else "The database is of another version. Run: jam migrate"
