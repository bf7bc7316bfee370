"""What stands in the database, to show that a request changed nothing."""

from __future__ import annotations

from sqlalchemy import select

from jam.base.database import db

#: Counts of tries are no content.
NOT_CONTENT = {"rate_count"}


def every_row() -> dict[str, list[str]]:
    """Each row of each table, as text, in the order of the text."""
    return {
        table.name: sorted(repr(tuple(row)) for row in db.session.execute(select(table)))
        for table in db.metadata.sorted_tables
        if table.name not in NOT_CONTENT
    }
