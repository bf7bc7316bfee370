"""What stands in the database, to show that a request changed nothing."""

from __future__ import annotations

from jam.base.database import db

#: Counts of tries are no content.
NOT_CONTENT = {"rate_count"}


def every_row() -> dict[str, list[str]]:
    """Each row of each table, as the driver reads it, as text, in the order of the text."""
    db.session.flush()
    connection = db.session.connection()
    return {
        name: sorted(repr(tuple(row)) for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"'))
        for name in db.metadata.tables
        if name not in NOT_CONTENT
    }
