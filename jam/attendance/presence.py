"""What lines and corrections of a session add up to: a row for each known person who was there, made anew whenever they change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select

from jam.attendance import rules
from jam.attendance.models import Attendance, AttendanceCorrection, AttendanceRow
from jam.attendance.queries import corrections
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
#: Of somebody's several roles the first counts.
_ROLE_ORDER = ("attendee", "panelist", "host")
#: Lines that are in memory at once.
_PORTION = 2000
#: Role, seconds, first joining and last leaving.
Presence = tuple[str, int | None, datetime | None, datetime | None]
_COLUMNS = ("person_id", "role", "seconds", "first_joined_at", "last_left_at")


@dataclass(slots=True)
class Found:
    """What is known of one person's presence: the role that counts of theirs, empty for none, the stretches, and how long in
    all where somebody says so."""

    role: str = ""
    stretches: list[rules.Interval] = field(default_factory=list)
    longest: int | None = None

    @property
    def usable(self) -> list[rules.Interval]:
        """Whoever came in a year and left in another one was not there all the time between: nobody knows how long."""
        return [pair for pair in self.stretches if pair[1] - pair[0] <= LONGEST]

    @property
    def seconds(self) -> int | None:
        """The union of all stretches; what a report says in all counts where there is no stretch; None for neither."""
        return _seconds(self.usable, self.longest)

    def add(self, section: str, joined: datetime | None, left: datetime | None, seconds: int | None) -> None:
        role = _ROLES[section]
        if not self.role or _ROLE_ORDER.index(role) < _ROLE_ORDER.index(self.role):
            self.role = role
        if joined and left and joined < left:
            self.stretches.append((joined, left))
        if seconds is not None:
            self.longest = max(seconds, self.longest or 0)


def derive(event: Event) -> None:
    """Make the attendance of an event anew: a row for each known person who was there, by the lines or by hand."""
    found = lines_say(event.id)
    put_right(found, corrections([event.id]))
    db.session.execute(delete(Attendance).where(Attendance.event_id == event.id))
    presences = ((id, *presence_of(found[id])) for id in sorted(found))
    put(Attendance, _COLUMNS, presences, alike={"event_id": event.id})


def put_right(found: dict[int, Found], by_hand: Iterable[AttendanceCorrection]) -> None:
    """What is said by hand goes before what the lines say."""
    for correction in by_hand:
        person_id = correction.person_id
        if correction.came:
            found[person_id] = corrected(correction, found.get(person_id) or Found())
        else:
            found.pop(person_id, None)


def lines_say(event_id: int, person_id: int | None = None) -> dict[int, Found]:
    """What the lines of an event that count say of each known person who was there, or of one; no correction is asked."""
    lines = select(
        AttendanceRow.person_id, AttendanceRow.section, AttendanceRow.joined_at, AttendanceRow.left_at,
        AttendanceRow.seconds,
    ).where(AttendanceRow.event_id == event_id, AttendanceRow.person_id.is_not(None), AttendanceRow.was_there)  # fmt: skip
    if person_id is not None:
        lines = lines.where(AttendanceRow.person_id == person_id)
    rows = db.session.execute(lines, execution_options={"yield_per": _PORTION})
    return together(rows)  # type: ignore[arg-type]  # none of them is without a person


def together(
    lines: Iterable[tuple[int, str, datetime | None, datetime | None, int | None]],
) -> dict[int, Found]:
    """What lines say of each person: whose each is, its section, joining, leaving, and seconds in all."""
    found: dict[int, Found] = {}
    for whose, section, joined, left, seconds in lines:
        one = found.get(whose)
        if one is None:
            one = found[whose] = Found()
        one.add(section, joined, left, seconds)
    return found


def corrected(correction: AttendanceCorrection, found: Found) -> Found:
    """What is true of somebody who came by what was said by hand; where that leaves the time open, the lines say it."""
    if correction.stretches is None and correction.seconds is None:
        return found if found.role else Found("attendee")
    stretches = rules.stretches_from(correction.stretches)
    return Found(found.role or "attendee", stretches, correction.seconds)


def _seconds(usable: list[rules.Interval], longest: int | None) -> int | None:
    return round(rules.union_seconds(usable)) if usable else longest


def presence_of(found: Found) -> Presence:
    """Role, seconds, first joining and last leaving."""
    stretches, role = found.usable, found.role
    if len(stretches) == 1:  # as of nearly everybody
        joined, left = stretches[0]
        return role, round((left - joined).total_seconds()), joined, left
    return (
        role,
        _seconds(stretches, found.longest),
        min((joined for joined, _ in stretches), default=None),
        max((left for _, left in stretches), default=None),
    )
