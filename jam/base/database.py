"""The database: one session for all rooms, UTC instants, and write transactions that never lose an update on SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from flask import Flask, current_app, has_request_context, request
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Engine, MetaData, event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction
from sqlalchemy.types import TypeDecorator

#: Constraint names are fixed, so that migrations can name what they change on both engines.
_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class _Base(DeclarativeBase):
    metadata = MetaData(naming_convention=_NAMES)


db = SQLAlchemy(model_class=_Base)
migrate = Migrate()

if TYPE_CHECKING:
    Model = _Base
else:
    Model = db.Model

_reading: ContextVar[bool] = ContextVar("reading", default=False)


def one_of(column: str, values: Iterable[StrEnum]) -> str:
    """The condition of a CHECK constraint: a column holds one of these words."""
    return "{} IN ({})".format(column, ", ".join(f"'{each}'" for each in values))


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database, on both engines."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """On SQLite straight from the text: all the steps between take ten times as long for each instant."""
        return _read_instant if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _read_instant(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(f"{value}+00:00")


@contextmanager
def reading() -> Iterator[None]:
    """Transactions begun inside only read, so on SQLite they need not wait for a writer (commands and jobs; pages know
    by their method)."""
    mark = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(mark)


def init_app(app: Flask) -> None:
    """Bind the session to the configured database and set how its connections behave."""
    db.init_app(app)
    migrate.init_app(app, db, directory=str(app.config["MIGRATIONS"]), render_as_batch=True)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _make_sqlite_safe(db.engine)


def _make_sqlite_safe(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself; `began` below does
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout = 30000")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        # What SQLite keeps to sort, and to take one statement back, costs more in a file than the statement itself.
        cursor.execute("PRAGMA temp_store = MEMORY")
        # Kilobytes: what one large import writes to its indexes stays in memory, and does not wander to the log and back.
        cursor.execute("PRAGMA cache_size = -16000")
        # What is deleted or written over becomes zeros, for about 0.03 ms a deleted row.
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.close()
        # SQLite's own knows ASCII only: whoever looks for "élise" must find Élise there too.
        connection.create_function("lower", 1, _lower, deterministic=True)

    @event.listens_for(engine, "begin")
    def began(connection: Connection) -> None:
        # A transaction that reads first and writes later loses updates or fails at once with "locked" on SQLite,
        # whatever the timeout says; taking the write lock at the start does neither.
        connection.exec_driver_sql("BEGIN" if _only_reads() else "BEGIN IMMEDIATE")


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _only_reads() -> bool:
    if _reading.get():
        return True
    return has_request_context() and request.method in ("GET", "HEAD", "OPTIONS")


_AFTER = "after commit"
_UNLESS = "unless committed"


def after_commit(function: Callable[[], object]) -> None:
    """Run a function once this session's transaction has been committed, never when it is rolled back.

    The change stands by then, so what the function raises is logged and not raised.
    """
    db.session.info.setdefault(_AFTER, []).append(function)


def unless_committed(function: Callable[[], object]) -> None:
    """Run a function when this session's transaction ends in any way but by a commit: what was done beside the database
    is undone. What it raises is logged and not raised."""
    db.session.info.setdefault(_UNLESS, []).append(function)


@event.listens_for(db.session, "after_commit")
def _committed(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.info.pop(_UNLESS, None)
    _run(session.info.pop(_AFTER, []))


@event.listens_for(db.session, "after_transaction_end")
def _ended(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        _run(session.info.pop(_UNLESS, []))


def _run(functions: list[Callable[[], object]]) -> None:
    for function in functions:
        try:
            function()
        except Exception:
            current_app.logger.exception("something to do at the end of a transaction failed")


@event.listens_for(db.session, "after_rollback")
def _rolled_back(session: Session) -> None:
    session.info.pop(_AFTER, None)


def leave_no_traces() -> bool:
    """Let nothing that was deleted stay readable in SQLite's files; False when somebody is using them too long.

    SQLite leaves earlier copies of rows in its log and, where it once moved rows between pages, in unused parts of
    pages; so the file is written anew and the log emptied. Outside a transaction only. Does nothing on PostgreSQL,
    whose VACUUM is the server's own affair.
    """
    if db.engine.dialect.name != "sqlite":
        return True
    connection = db.engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("VACUUM")
        busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy
    except sqlite3.OperationalError:
        return False
    finally:
        connection.close()
