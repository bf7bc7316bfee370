"""Many rows at once: past the mapper, and past the parameters that SQLAlchemy makes of each row, which cost more than
the rows do. SQLite gets statements of many rows, PostgreSQL a COPY."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain, islice
from typing import Any

from sqlalchemy import JSON, Column, Enum, Table, func, select, text
from sqlalchemy.exc import IntegrityError

from jam.base.database import Model, UtcDateTime, db

#: Rows and values in one statement on SQLite; it takes 32,766 values at most.
_MOST_ROWS, _MOST_VALUES = 250, 32_766


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


def put(
    model: type[Model],
    names: Sequence[str],
    rows: Iterable[Sequence[Any]],
    alike: Mapping[str, Any] | None = None,
) -> None:
    """Write rows, each with the values of these columns in this order; few are in memory at once.

    `alike` are values that all rows have, by column. Columns that are not named get the model's own value for them, or
    the database's. IntegrityError as for any other insert. What the session holds unwritten is written before.
    """
    db.session.flush()
    table: Any = model.__table__
    fixed = dict(alike or {})
    for column in table.c:
        if column.name not in names and column.name not in fixed and (value := _default(column)) is not None:
            fixed[column.name] = value
    (_insert if db.engine.dialect.name == "sqlite" else _copy)(table, names, iter(rows), fixed)


def _default(column: Column[Any]) -> Any:
    """What the model gives a column by itself, as the database keeps it; None where it gives nothing."""
    default: Any = column.default
    if default is None or not (default.is_scalar or default.is_callable):
        return None
    value = default.arg if default.is_scalar else default.arg(None)
    return json.dumps(value) if isinstance(column.type, JSON) else value


def _step(column: Column[Any]) -> Callable[[Any], Any] | None:
    """What makes of a value the one that SQLite's driver takes; None where that is the same."""
    assert not isinstance(column.type, (JSON, Enum))
    return _instant if isinstance(column.type, UtcDateTime) else None


@lru_cache(maxsize=16_384)  # many come, and leave, in the same second
def _instant(value: datetime | None) -> str | None:
    """As `UtcDateTime` is kept on SQLite."""
    if value is None:
        return None
    at = value.astimezone(UTC)
    # As its own `isoformat` does, in a third of the time.
    return f"{at.date().isoformat()} {at.time().isoformat('microseconds')}"


def _insert(
    table: Table, names: Sequence[str], rows: Iterator[Sequence[Any]], fixed: Mapping[str, Any]
) -> None:
    """Many rows a statement: SQLite keeps what it needs to take a statement back for each that triggers follow."""
    steps = {at: step for at, name in enumerate(names) if (step := _step(table.c[name]))}
    alike = tuple(
        step(value) if isinstance(value, datetime) and (step := _step(table.c[name])) else value
        for name, value in fixed.items()
    )
    chosen = ", ".join([f"column{at}" for at in range(1, len(names) + 1)] + ["?"] * len(alike))
    into = f'INSERT INTO "{table.name}" ({_quoted([*names, *fixed])})'
    head = f"{into} SELECT {chosen} FROM (VALUES "  # noqa: S608 - the model's own names
    one = f"({', '.join('?' for _ in names)})"
    connection = db.session.connection()
    at_once = min(_MOST_ROWS, (_MOST_VALUES - len(alike)) // len(names))
    while portion := list(islice(rows, at_once)):
        columns = list(zip(*portion, strict=True))
        for at, step in steps.items():
            columns[at] = tuple(map(step, columns[at]))
        values = (*alike, *chain.from_iterable(zip(*columns, strict=True)))
        connection.exec_driver_sql(f"{head}{', '.join([one] * len(portion))})", values)


def _copy(
    table: Table, names: Sequence[str], rows: Iterator[Sequence[Any]], fixed: Mapping[str, Any]
) -> None:
    from psycopg import IntegrityError as Violation  # not needed where the database is SQLite

    statement: Any = f'COPY "{table.name}" ({_quoted([*names, *fixed])}) FROM STDIN'
    alike = tuple(fixed.values())
    driver: Any = db.session.connection().connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row((*row, *alike))
    except Violation as error:
        raise IntegrityError(statement, None, error) from error


def _quoted(columns: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)
