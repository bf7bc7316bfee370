"""A schema written down as it stands in the database, so that two can be compared word by word."""

from __future__ import annotations

import re
from collections.abc import Mapping

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


def schema(engine: Engine) -> list[str]:
    """One line for each column, key, check, index, trigger and function, sorted."""
    inspector = inspect(engine)
    lines = [
        line
        for table in inspector.get_table_names()
        if table not in NOT_OURS
        for line in _table(inspector, table)
    ]
    with engine.connect() as connection:
        lines += [f"{name}: {_one_line(text)}" for name, text in _triggers(connection)]
    return sorted(lines)


def difference(have: list[str], want: list[str]) -> list[str]:
    """What one schema has more (+) or less (-) than it should."""
    more = [f"+ {line}" for line in have if line not in want]
    return more + [f"- {line}" for line in want if line not in have]


def _triggers(connection: Connection) -> list[tuple[str, str]]:
    rows = connection.exec_driver_sql(TRIGGERS[connection.dialect.name].replace("%", "%%"))
    return [(str(name), str(text)) for name, text in rows]


def _table(inspector: Inspector, table: str) -> list[str]:
    lines = []
    for column in inspector.get_columns(table):
        rest = {
            key: column.get(key) for key in ("nullable", "default", "identity", "computed", "autoincrement")
        }
        lines.append(f"{table}.{column['name']} {column['type']!r} {rest}")
    lines.append(f"{table} primary key {inspector.get_pk_constraint(table)}")
    for kind, found in (
        ("foreign key", inspector.get_foreign_keys(table)),
        ("unique", inspector.get_unique_constraints(table)),
        ("check", inspector.get_check_constraints(table)),
        ("index", inspector.get_indexes(table)),
    ):
        lines += [f"{table} {kind} {_plain(each)}" for each in found]
    return [_one_line(line) for line in lines]


def _plain(value: object) -> object:
    """Without what is empty, and with SQL conditions as words."""
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in sorted(value.items()) if each not in (None, {}, [])}
    return str(value)


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace('"', "")).strip()
