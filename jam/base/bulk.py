"""Many rows at once: past the mapper, and past the parameters that SQLAlchemy makes of each row, which cost more than
the rows do. SQLite gets statements of many rows, PostgreSQL a COPY."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain, islice
from typing import Any

from sqlalchemy import JSON, Column, Enum, Table, func, select, text
from sqlalchemy.exc import IntegrityError

from jam.base.database import Model, UtcDateTime, db

#: Rows and values in one statement on SQLite; it takes 32,766 values at most.
_MOST_ROWS, _MOST_VALUES = 1500, 32_766


def new_ids(model: type[Model], many: int) -> list[int]:
    """So many numbers for new rows of a table that counts them itself, rising; nobody else gets them.

    On SQLite for as long as the transaction, which writes alone, has not written others.
    """
    table: Any = model.__table__
    if db.engine.dialect.name == "postgresql":
        next_id = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :many)")
        return sorted(db.session.scalars(next_id, {"name": table.name, "many": many}))
    first = (db.session.scalar(select(func.max(table.c.id))) or 0) + 1
    return list(range(first, first + many))


def put(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows, each with the values of these columns in this order; few are in memory at once.

    Columns that are not named get the model's own value for them, or the database's. IntegrityError as for any other
    insert. What the session holds unwritten is written before.
    """
    db.session.flush()
    table: Any = model.__table__
    given = [table.c[name] for name in names]
    set_here = {
        column.name: value
        for column in table.c
        if column not in given and (value := _default(column)) is not None
    }
    sqlite = db.engine.dialect.name == "sqlite"
    steps = [_step(column, sqlite) for column in given]
    fixed = tuple(set_here.values())
    prepared = _prepared(rows, [(at, step) for at, step in enumerate(steps) if step], fixed)
    columns = [column.name for column in given] + list(set_here)
    (_insert if sqlite else _copy)(table, columns, prepared)


def _default(column: Column[Any]) -> Any:
    """What the model gives a column by itself, as the database keeps it; None where it gives nothing."""
    default: Any = column.default
    if default is None or not (default.is_scalar or default.is_callable):
        return None
    value = default.arg if default.is_scalar else default.arg(None)
    return json.dumps(value) if isinstance(column.type, JSON) else value


def _step(column: Column[Any], sqlite: bool) -> Callable[[Any], Any] | None:
    """What makes of a value the one that the driver takes; None where that is the same."""
    assert not isinstance(column.type, (JSON, Enum))
    return _instant if sqlite and isinstance(column.type, UtcDateTime) else None


@lru_cache(maxsize=4096)
def _instant(value: datetime) -> str:
    """As `UtcDateTime` is kept on SQLite."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _prepared(
    rows: Iterable[Sequence[Any]], steps: list[tuple[int, Callable[[Any], Any]]], fixed: tuple[Any, ...]
) -> Iterator[Sequence[Any]]:
    if not steps and not fixed:
        yield from rows
        return
    for row in rows:
        values = [*row, *fixed]
        for at, step in steps:
            if values[at] is not None:
                values[at] = step(values[at])
        yield tuple(values)


def _insert(table: Table, columns: Sequence[str], rows: Iterator[Sequence[Any]]) -> None:
    """Many rows a statement: SQLite keeps what it needs to take a statement back for each that triggers follow."""
    head = f'INSERT INTO "{table.name}" ({_quoted(columns)}) VALUES '  # noqa: S608 - the model's own names
    one = f"({', '.join('?' for _ in columns)})"
    connection = db.session.connection()
    at_once = min(_MOST_ROWS, _MOST_VALUES // len(columns))
    while portion := list(islice(rows, at_once)):
        values = tuple(chain.from_iterable(portion))
        connection.exec_driver_sql(head + ", ".join([one] * len(portion)), values)


def _copy(table: Table, columns: Sequence[str], rows: Iterator[Sequence[Any]]) -> None:
    from psycopg import IntegrityError as Violation  # not needed where the database is SQLite

    statement: Any = f'COPY "{table.name}" ({_quoted(columns)}) FROM STDIN'
    driver: Any = db.session.connection().connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except Violation as error:
        raise IntegrityError(statement, None, error) from error


def _quoted(columns: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)
