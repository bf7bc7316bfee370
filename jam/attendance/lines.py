"""The lines of a report as they would be kept: whose each is, when in instants, and what tells it from every other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from jam.attendance import rules
from jam.attendance.reading.cells import writable
from jam.attendance.reading.found import Report, Row
from jam.attendance.reading.times import Order
from jam.base.text import clean_line


@dataclass(frozen=True)
class Way:
    """How a file is read: the zone of its times and, where staff said so, whether its dates begin with month or day."""

    time_zone: str
    order: Order | None = None

    def as_json(self) -> dict[str, Any]:
        """What is kept with the report, so that it is read the same way again."""
        return {"order": str(self.order) if self.order else None}


@dataclass(slots=True)  # not frozen, as `Row`
class Line:
    """A line of the report as it would be kept. `address` is None where it names nobody Jam could write to; `name` is
    cleaned and cut to what is kept, and may be empty; `email` is as it stands there, cut likewise."""

    key: str
    row: Row
    address: str | None
    name: str
    email: str | None
    joined_at: datetime | None
    left_at: datetime | None


def lines_of(report: Report, time_zone: str) -> list[Line]:
    """Every row of a report whose times are those of a zone."""
    seen: set[str] = set()
    many: dict[str, int] = {}
    lines = []
    for row in report.rows:
        content = _content(row)
        key = _key(content, 1)
        if key in seen:  # the same once more
            many[key] = number = many.get(key, 1) + 1
            key = _key(content, number)
        seen.add(key)
        norm, email = row.email_norm, row.email
        joined_at, left_at = _times(row, time_zone)
        lines.append(
            Line(
                key,
                row,
                writable(norm) if norm else None,
                _name(row.name) if row.name else "",
                email if email is None or len(email) <= 254 else email[:254],
                joined_at,
                left_at,
            )
        )
    return lines


def _name(name: str) -> str:
    return clean_line(name[:200], 2000)[:200]


def _key(content: str, number: int) -> str:
    return sha256(f"{content}\x1f{number}".encode()).hexdigest()


def _content(row: Row) -> str:
    """What a line says of presence. The head, padding and the form of dates may change from download to download."""
    attended = "" if row.attended is None else row.attended
    minutes = "" if row.minutes is None else row.minutes
    said = (
        f"{row.section}\x1f{attended}\x1f{row.name or ''}\x1f{row.email or ''}\x1f{_said(row.join_wall)}"
        f"\x1f{_said(row.leave_wall)}\x1f{minutes}"
    )
    # A file that says neither has the keys it always had.
    if row.seconds is not None:
        said = f"{said}\x1f{row.seconds}"
    return said if row.registrant is None else f"{said}\x1fregistrant {row.registrant}"


@lru_cache(maxsize=16_384)
def _said(at: datetime | None) -> str:
    return "" if at is None else str(at)


def _times(row: Row, time_zone: str) -> tuple[datetime | None, datetime | None]:
    """Join and leave as instants. Where they make no interval, leave is not after join or is left out."""
    stretch = rules.interval(row.join_wall, row.leave_wall, row.minutes, time_zone)
    if stretch:
        return stretch
    joined, left = (rules.instant(at, time_zone) if at else None for at in (row.join_wall, row.leave_wall))
    return joined, None if joined and left and left > joined else left
