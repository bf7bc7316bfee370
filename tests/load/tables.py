"""The database seen from outside: rows counted and whole tables boiled down to a digest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import Engine, RowMapping, create_engine, inspect, text


class Tables:
    """Reads a database by a connection of its own."""

    def __init__(self, url: str) -> None:
        self.engine: Engine = create_engine(url)
        self._known: list[str] = []

    def rows(self, query: str, **values: Any) -> list[RowMapping]:
        """The rows of a query."""
        with self.engine.connect() as connection:
            return list(connection.execute(text(query), values).mappings())

    def number(self, query: str, **values: Any) -> int:
        """The one number a query answers."""
        with self.engine.connect() as connection:
            return int(connection.execute(text(query), values).scalar_one())

    def counts(self) -> dict[str, int]:
        """Rows by table."""
        each = [f"SELECT '{name}' AS name, count(*) AS rows FROM \"{name}\"" for name in self._tables()]
        return {row["name"]: row["rows"] for row in self.rows(" UNION ALL ".join(each))}

    def digests(self, but: Collection[str] = ()) -> dict[str, str]:
        """A digest of every table's content, in one transaction."""
        with self.engine.connect() as connection:
            return {
                name: _digest([tuple(row) for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"')])
                for name in self._tables()
                if name not in but
            }

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def _tables(self) -> list[str]:
        if not self._known:
            self._known = sorted(inspect(self.engine).get_table_names())
        return self._known


def _digest(rows: list[tuple[Any, ...]]) -> str:
    return sha256("\n".join(sorted(map(repr, rows))).encode()).hexdigest()


def differing(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The tables whose content is another."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def growth(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """By how many rows each table grew, those that did not left out."""
    grown = Counter(after)
    grown.subtract(before)
    return {name: number for name, number in sorted(grown.items()) if number}
