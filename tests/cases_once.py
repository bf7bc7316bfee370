"""Cases that differ in what people send, not in what is asked of the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pytest


def cases_once(
    names: str | tuple[str, ...], cases: Iterable[Any], *, both: Sequence[Any] = ()
) -> pytest.MarkDecorator:
    """As `parametrize`, with every case on SQLite; on PostgreSQL those whose first value is in `both`, or else the first."""
    several = isinstance(names, tuple)
    rows = [tuple(case) if several else (case,) for case in cases]
    told = [row for row in rows if row[0] in both] if both else rows[:1]
    assert len(told) >= len(both)
    by_engine = [(engine, *row) for engine, some in (("postgresql", told), ("sqlite", rows)) for row in some]
    return pytest.mark.parametrize(
        ("engine", *(names if several else (names,))), by_engine, indirect=["engine"]
    )
