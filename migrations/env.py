"""Runs migrations within the app: on SQLite by copying tables (batches), on PostgreSQL in place."""

from typing import Any

import sqlalchemy as sa
from alembic import context
from flask import current_app

from jam.base.database import UtcDateTime, db


def render_item(kind: str, item: Any, autogen_context: Any) -> str | bool:
    """Our own column type stands in scripts as what the database sees, so that scripts need nothing of Jam."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def include_name(name: str | None, kind: str, parents: Any) -> bool:
    """Indexes for full-text search are the engines' own and stand in no model."""
    return not (name or "").startswith(("solution_fts", "ix_solution_entry_words"))


def run() -> None:
    with db.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            # A batch drops and renames tables; with foreign keys on, that would cascade into their children.
            # The pragma does nothing inside a transaction, so it goes to the driver itself.
            connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")  # type: ignore[union-attr]
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_item=render_item,
            include_name=include_name,
            transaction_per_migration=False,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()
            if sqlite:
                broken = connection.execute(sa.text("PRAGMA foreign_key_check")).fetchall()
                if broken:
                    raise RuntimeError(f"the migration would leave rows that point nowhere: {broken[:5]}")
        if sqlite:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys = ON")  # type: ignore[union-attr]


run()
