"""Worlds that many tests begin with are made once per worker and engine, by the app's own actions; then their rows and files are copied."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask, current_app
from sqlalchemy import func, select

from jam.audit.models import AuditEntry
from jam.base.database import db
from jam.base.now import now

#: Writes rows, or files, as they were.
Write = Callable[[], None]
#: What `make` says of what it made.
World = TypeVar("World")


def made_once(make: Callable[[], World]) -> Callable[[], World]:
    """Let `make`, which commits a world into an empty database, do its work once for each engine and instant.

    In a database that holds something already it does it anew, and wherever the clock is not stopped at the same instant.
    What is copied are rows, the counters of their numbers, and the files under JAM_FILES. What it returns is given back
    as it is: numbers and words, nothing that belongs to a session.
    """
    kept: dict[tuple[str, object], tuple[World, Write, Write]] = {}

    @wraps(make)
    def made() -> World:
        if db.session.scalar(select(func.count()).select_from(AuditEntry)):
            return make()
        db.session.rollback()
        key = (db.engine.dialect.name, now())
        if key in kept:
            world, rows, files = kept[key]
            rows()
            files()
        else:
            world = make()
            db.session.commit()
            kept[key] = world, _copied(), _copied_files()
        db.session.expire_all()
        return world

    return made


def files_of(app: Flask) -> dict[str, bytes]:
    """Every file under JAM_FILES."""
    root = Path(app.config["FILES"])
    return {str(each.relative_to(root)): each.read_bytes() for each in root.rglob("*") if each.is_file()}


def _copied_files() -> Write:
    found = files_of(current_app)

    def write() -> None:
        for name, data in found.items():
            path = Path(current_app.config["FILES"]) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    return write


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
