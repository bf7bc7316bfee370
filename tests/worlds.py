"""Worlds that many tests begin with are made once per worker and engine, by the app's own actions; then their rows are copied."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import wraps
from typing import Any

from sqlalchemy import func, select

from jam.audit.models import AuditEntry
from jam.base.database import db
from jam.base.now import now

#: Writes a world into the database as it is.
Write = Callable[[], None]


def made_once(make: Write) -> Write:
    """Let `make`, which commits a world into an empty database, do its work once for each engine and instant.

    In a database that holds something already it does it anew, and wherever the clock is not stopped at the same instant.
    It may return nothing and keep no files: what is copied are rows, and the counters of their numbers.
    """
    kept: dict[tuple[str, object], Write] = {}

    @wraps(make)
    def made() -> None:
        if db.session.scalar(select(func.count()).select_from(AuditEntry)):
            make()
            return
        db.session.rollback()
        key = (db.engine.dialect.name, now())
        if key in kept:
            kept[key]()
        else:
            make()
            db.session.commit()
            kept[key] = _copied()
        db.session.expire_all()

    return made


def _copied() -> Write:
    """What stands in the database now, as something that writes it into another one that is as good as new."""
    return _copied_sqlite() if db.engine.dialect.name == "sqlite" else _copied_postgresql()


def _copied_sqlite() -> Write:
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    with closing(_driver()) as driver:
        driver.driver_connection.backup(copy)

    def write() -> None:
        with closing(_driver()) as driver:
            copy.backup(driver.driver_connection)

    return write


def _copied_postgresql() -> Write:
    tables: dict[str, bytes] = {}
    with closing(_driver()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            with cursor.copy(f'COPY public."{table}" TO STDOUT') as out:
                tables[table] = b"".join(bytes(part) for part in out)
        cursor.execute(
            "SELECT format('%I.%I', schemaname, sequencename), last_value FROM pg_sequences"
            " WHERE schemaname = 'public' AND last_value IS NOT NULL"
        )
        numbers = cursor.fetchall()
        connection.rollback()
    filled = {table: rows for table, rows in tables.items() if rows}

    def write() -> None:
        with closing(_driver()) as connection, connection.cursor() as cursor:
            # What triggers wrote is among the rows.
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("; ".join(f'DELETE FROM public."{table}"' for table in filled))
            for table, rows in filled.items():
                with cursor.copy(f'COPY public."{table}" FROM STDIN') as into:
                    into.write(rows)
            for sequence, value in numbers:
                cursor.execute("SELECT setval(%s, %s)", [sequence, value])
            connection.commit()

    return write


def _driver() -> Any:
    """A connection of the app's own, past SQLAlchemy; closing it gives it back."""
    return db.engine.raw_connection()
