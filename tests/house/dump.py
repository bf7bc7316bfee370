"""A schema written down as it stands in the database, so that two can be compared word by word."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Engine, inspect
from sqlalchemy.engine import Connection
from sqlalchemy.engine.reflection import Inspector

#: Alembic's own table is not part of the schema.
NOT_OURS = {"alembic_version"}

TRIGGERS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type IN ('trigger', 'view')",
    "postgresql": """
        SELECT 'trigger ' || tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL
        SELECT 'function ' || proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL
        SELECT 'view ' || viewname, definition FROM pg_views WHERE schemaname = 'public'
        UNION ALL
        SELECT 'type ' || typname, typtype::text FROM pg_type
        WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')
        UNION ALL
        SELECT 'sequence ' || sequencename, data_type::text FROM pg_sequences WHERE schemaname = 'public'
    """,
}


#: What was read of a table of SQLite, by the statements that made it: most tables are as they were at the last look.
_READ: dict[tuple[str, ...], list[str]] = {}


def schema(engine: Engine) -> list[str]:
    """One line for each column, key, check, index, trigger and function, sorted."""
    with engine.connect() as connection:
        inspector = inspect(connection)
        if connection.dialect.name == "sqlite":
            lines = list(_sqlite_tables(connection, inspector))
        else:
            lines = list(_all_tables(inspector))
        lines += [f"{name}: {_one_line(text)}" for name, text in _triggers(connection)]
    return sorted(lines)


def _sqlite_tables(connection: Connection, inspector: Inspector) -> Iterator[str]:
    made: dict[str, list[str]] = defaultdict(list)
    for table, statement in connection.exec_driver_sql(
        "SELECT tbl_name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL ORDER BY type, name"
    ):
        made[table].append(statement)
    for table in inspector.get_table_names():
        key = (table, *made[table])
        if table not in NOT_OURS and key not in _READ:
            _READ[key] = _table(
                table,
                inspector.get_columns(table),
                inspector.get_pk_constraint(table),
                inspector.get_foreign_keys(table),
                inspector.get_unique_constraints(table),
                inspector.get_check_constraints(table),
                inspector.get_indexes(table),
            )
        yield from _READ.get(key, ())


def _all_tables(inspector: Inspector) -> Iterator[str]:
    columns, keys = inspector.get_multi_columns(), inspector.get_multi_pk_constraint()
    kinds = (
        inspector.get_multi_foreign_keys(),
        inspector.get_multi_unique_constraints(),
        inspector.get_multi_check_constraints(),
        inspector.get_multi_indexes(),
    )
    for at, of_table in columns.items():
        if at[1] not in NOT_OURS:
            yield from _table(at[1], of_table, keys[at], *(kind[at] for kind in kinds))


def difference(have: list[str], want: list[str]) -> list[str]:
    """What one schema has more (+) or less (-) than it should."""
    more = [f"+ {line}" for line in have if line not in want]
    return more + [f"- {line}" for line in want if line not in have]


def _triggers(connection: Connection) -> list[tuple[str, str]]:
    rows = connection.exec_driver_sql(TRIGGERS[connection.dialect.name].replace("%", "%%"))
    return [(str(name), str(text)) for name, text in rows]


def _table(
    table: str,
    columns: Iterable[Mapping[str, Any]],
    key: object,
    *constraints: Iterable[Mapping[str, Any]],
) -> list[str]:
    lines = []
    for column in columns:
        rest = {
            key: column.get(key) for key in ("nullable", "default", "identity", "computed", "autoincrement")
        }
        lines.append(f"{table}.{column['name']} {column['type']!r} {rest}")
    lines.append(f"{table} primary key {key}")
    for kind, found in zip(("foreign key", "unique", "check", "index"), constraints, strict=True):
        lines += [f"{table} {kind} {_plain(each)}" for each in found]
    return [_one_line(line) for line in lines]


def _plain(value: object) -> object:
    """Without what is empty, and with SQL conditions as words."""
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in sorted(value.items()) if each not in (None, {}, [])}
    return str(value)


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace('"', "")).strip()
