"""The makers reach every table, so that tests which walk all tables (erasure, backup) miss none."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select

from jam.base.database import db
from tests.makers import one_of_everything


def test_one_of_everything_leaves_no_table_empty(app: Flask) -> None:
    one_of_everything(app)
    with app.app_context():
        tables = db.metadata.tables.values()
        empty = [
            table.name for table in tables if not db.session.scalar(select(func.count()).select_from(table))
        ]
    assert empty == []
