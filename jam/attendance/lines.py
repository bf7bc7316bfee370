"""The lines of a report as they would be kept: whose each is, when in instants, and what tells it from every other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
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
    """A line of the report as it would be kept. `address` is None where it names nobody Jam could write to."""

    key: str
    row: Row
    address: str | None
    joined_at: datetime | None
    left_at: datetime | None

    @property
    def name(self) -> str:
        """The name on the line, cleaned and cut to what is kept; may be empty."""
        return clean_line((self.row.name or "")[:200], 2000)[:200]

    @property
    def email(self) -> str | None:
        """The address on the line as it stands there, cut to what is kept."""
        return self.row.email[:254] if self.row.email else None


def lines_of(report: Report, time_zone: str) -> list[Line]:
    """Every row of a report whose times are those of a zone."""
    seen: dict[str, int] = {}
    addresses = {norm: writable(norm) for norm in {row.email_norm for row in report.rows if row.email_norm}}
    lines = []
    for row in report.rows:
        content = _content(row)
        number = seen[content] = seen.get(content, 0) + 1
        key = sha256(f"{content}\x1f{number}".encode()).hexdigest()
        address = addresses[row.email_norm] if row.email_norm else None
        lines.append(Line(key, row, address, *_times(row, time_zone)))
    return lines


def _content(row: Row) -> str:
    """What a line says of presence. The head, padding and the form of dates may change from download to download."""
    parts = (row.section, row.attended, row.name, row.email, row.join_wall, row.leave_wall, row.minutes)
    said = ["" if part is None else str(part) for part in parts]
    # A file that says neither has the keys it always had.
    said += [] if row.seconds is None else [str(row.seconds)]
    return "\x1f".join(said if row.registrant is None else [*said, f"registrant {row.registrant}"])


def _times(row: Row, time_zone: str) -> tuple[datetime | None, datetime | None]:
    """Join and leave as instants. Where they make no interval, leave is not after join or is left out."""
    stretch = rules.interval(row.join_wall, row.leave_wall, row.minutes, time_zone)
    if stretch:
        return stretch
    joined, left = (rules.instant(at, time_zone) if at else None for at in (row.join_wall, row.leave_wall))
    return joined, None if joined and left and left > joined else left
