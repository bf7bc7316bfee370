"""What the lines of a session add up to: a row for each known person who was there, made anew whenever they change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from jam.attendance import rules
from jam.attendance.models import Attendance, AttendanceRow
from jam.attendance.reading.times import LONGEST
from jam.base.bulk import put
from jam.base.database import db
from jam.schedule.models import Event

_ROLES = {
    "attendee": "attendee",
    "other": "attendee",
    "panelist": "panelist",
    "host": "host",
    "waiting": "attendee",
}
_ROLE_ORDER = ("attendee", "panelist", "host")
_COLUMNS = ("event_id", "person_id", "role", "seconds", "first_joined_at", "last_left_at")

#: What a line says of its person: the section, joined, left, and how long in all.
_Said = tuple[str, datetime | None, datetime | None, int | None]


def derive(event: Event) -> None:
    """Make the attendance of an event anew from its lines: a row for each known person who was there."""
    lines = select(
        AttendanceRow.person_id, AttendanceRow.section, AttendanceRow.joined_at, AttendanceRow.left_at,
        AttendanceRow.seconds,
    ).where(AttendanceRow.event_id == event.id, AttendanceRow.person_id.is_not(None), AttendanceRow.was_there)  # fmt: skip
    found: defaultdict[int, list[_Said]] = defaultdict(list)
    for person_id, section, joined, left, seconds in db.session.execute(lines):
        assert person_id is not None
        found[person_id].append((section, joined, left, seconds))
    db.session.execute(delete(Attendance).where(Attendance.event_id == event.id))
    put(Attendance, _COLUMNS, ((event.id, id, *_presence(found[id])) for id in sorted(found)))


def _presence(said: Sequence[_Said]) -> tuple[Any, ...]:
    """Time there is the union of all stretches; what a report says in all counts where there is no stretch."""
    # Whoever came in a year and left in another one was not there all the time between: nobody knows how long.
    stretches = [
        (joined, left) for _, joined, left, _ in said if joined and left and joined < left <= joined + LONGEST
    ]
    roles = {_ROLES[section] for section, *_ in said}
    role = next(role for role in _ROLE_ORDER if role in roles)
    if not stretches:
        longest = max((seconds for *_, seconds in said if seconds is not None), default=None)
        return role, longest, None, None
    return (
        role,
        round(rules.union_seconds(stretches)),
        min(joined for joined, _ in stretches),
        max(left for _, left in stretches),
    )
