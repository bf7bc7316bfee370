"""What the lines of a session add up to: a row for each known person who was there, made anew whenever they change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from jam.attendance import rules
from jam.attendance.models import Attendance, AttendanceRow
from jam.attendance.reading.times import LONGEST
from jam.base.database import Model, db
from jam.schedule.models import Event

_ROLES = {
    "attendee": "attendee",
    "other": "attendee",
    "panelist": "panelist",
    "host": "host",
    "waiting": "attendee",
}
_ROLE_ORDER = ("attendee", "panelist", "host")


class _Found:
    """What the lines say of one person."""

    def __init__(self) -> None:
        self.roles: set[str] = set()
        self.stretches: list[rules.Interval] = []
        self.longest: int | None = None

    def add(self, section: str, joined: datetime | None, left: datetime | None, seconds: int | None) -> None:
        self.roles.add(_ROLES[section])
        if joined and left and joined < left:
            self.stretches.append((joined, left))
        if seconds is not None:
            self.longest = max(seconds, self.longest or 0)


def derive(event: Event) -> None:
    """Make the attendance of an event anew from its lines: a row for each known person who was there."""
    lines = select(
        AttendanceRow.person_id, AttendanceRow.section, AttendanceRow.joined_at, AttendanceRow.left_at,
        AttendanceRow.seconds,
    ).where(AttendanceRow.event_id == event.id, AttendanceRow.person_id.is_not(None), AttendanceRow.was_there)  # fmt: skip
    found: dict[int, _Found] = {}
    for person_id, section, joined, left, seconds in db.session.execute(lines):
        assert person_id is not None
        found.setdefault(person_id, _Found()).add(section, joined, left, seconds)
    db.session.execute(delete(Attendance).where(Attendance.event_id == event.id))
    if found:
        made = [_presence(event, person_id, each) for person_id, each in sorted(found.items())]
        written_in_bulk(Attendance, made)


def written_in_bulk(model: type[Model], rows: Sequence[dict[str, Any]], *back: str) -> list[tuple[Any, ...]]:
    """Write rows by the table alone, which costs a third of writing them by the model; returns these columns of each.

    Every row names every column, but those that the database fills.
    """
    if not rows:
        return []
    table: Any = model.__table__
    statement = insert(table)
    if back:
        statement = statement.returning(*(table.c[name] for name in back))
    result = db.session.connection().execute(statement, rows)
    return [tuple(row) for row in result] if back else []


def _presence(event: Event, person_id: int, found: _Found) -> dict[str, Any]:
    """Time there is the union of all stretches; what a report says in all counts where there is no stretch."""
    # Whoever came in a year and left in another one was not there all the time between: nobody knows how long.
    stretches = [pair for pair in found.stretches if pair[1] - pair[0] <= LONGEST]
    return {
        "event_id": event.id,
        "person_id": person_id,
        "role": next(role for role in _ROLE_ORDER if role in found.roles),
        "seconds": round(rules.union_seconds(stretches)) if stretches else found.longest,
        "first_joined_at": min((joined for joined, _ in stretches), default=None),
        "last_left_at": max((left for _, left in stretches), default=None),
    }
