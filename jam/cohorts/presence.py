"""Who came to which session of a cohort, against what was expected of them since they joined, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from jam.attendance.models import Attendance
from jam.attendance.queries import known as known_sessions
from jam.base.database import db
from jam.base.now import now
from jam.base.zones import wall
from jam.cohorts.models import CohortApplication, CohortFaculty, CohortMember
from jam.cohorts.queries import faculty_of
from jam.cohorts.rules import ROLE_WORDS, Kept, Role, Standing, absent_running, kept
from jam.people.models import Person
from jam.schedule.models import Cohort, Event
from jam.schedule.rules import State
from jam.vocabulary.rules import STATES


class Cell(StrEnum):
    """One member at one session."""

    CAME = "came"
    MISSED = "missed"
    #: No report has been imported.
    UNKNOWN = "unknown"
    #: Before they joined, or after they left.
    APART = "apart"


CELL_WORDS = {
    Cell.CAME: "came",
    Cell.MISSED: "missed",
    Cell.UNKNOWN: "no report yet",
    Cell.APART: "not a member then",
}
_PRESENCE = {Cell.CAME: True, Cell.MISSED: False, Cell.UNKNOWN: None, Cell.APART: None}


@dataclass(frozen=True)
class Line:
    """A member at every session that took place, oldest first."""

    member: CohortMember
    cells: list[Cell]

    @property
    def kept(self) -> Kept:
        """Sessions they came to, of those since they joined."""
        return kept(self._presences)

    @property
    def slipping(self) -> bool:
        """Whether a member missed the last two that are known."""
        return self.member.standing == Standing.CONFIRMED and absent_running(self._presences)

    @property
    def _presences(self) -> list[bool | None]:
        return [_PRESENCE[cell] for cell in self.cells]


@dataclass(frozen=True)
class Grid:
    """Members by sessions."""

    events: list[Event]
    lines: list[Line]
    #: Organizations of which nobody came to the last two sessions that are known.
    absent: list[CohortApplication]
    #: Who of the members came to each session, of those expected; None without a report.
    came: list[tuple[int, int] | None]
    #: Seconds that the faculty was there, all together.
    faculty_seconds: int


def held(cohort: Cohort) -> list[Event]:
    """The sessions of a cohort that took place, oldest first."""
    query = select(Event).where(
        Event.cohort_id == cohort.id, Event.state == State.PUBLISHED, Event.ends_at <= now()
    )
    return list(db.session.scalars(query.order_by(Event.starts_at, Event.id)))


def reported(events: Iterable[Event]) -> set[int]:
    """Those of these sessions whose attendance is known."""
    return known_sessions(each.id for each in events)


def grid(cohort: Cohort) -> Grid:
    """Everybody who is or was a member, by organization and name."""
    events = held(cohort)
    known, there = reported(events), _seconds(events)
    lines = [_line(member, events, known, there) for member in _members(cohort)]
    faculty = set(
        db.session.scalars(select(CohortFaculty.person_id).where(CohortFaculty.cohort_id == cohort.id))
    )
    return Grid(
        events,
        lines,
        _absent(lines, len(events)),
        [_came(lines, number) if event.id in known else None for number, event in enumerate(events)],
        sum(seconds or 0 for (person_id, _), seconds in there.items() if person_id in faculty),
    )


def own_line(member: CohortMember) -> tuple[list[Event], Line]:
    """One member at every session that took place."""
    events = held(member.cohort)
    query = select(Attendance.event_id, Attendance.seconds).where(Attendance.person_id == member.person_id)
    there = {(member.person_id, event_id): seconds for event_id, seconds in db.session.execute(query)}
    return events, _line(member, events, reported(events), there)


def _members(cohort: Cohort) -> list[CohortMember]:
    query = (
        select(CohortMember)
        .where(CohortMember.cohort_id == cohort.id, CohortMember.joined_at.is_not(None))
        .options(
            joinedload(CohortMember.application),
            joinedload(CohortMember.person).selectinload(Person.addresses),
        )
    )
    found = db.session.scalars(query)
    return sorted(
        found,
        key=lambda each: (
            each.application.organization.casefold(),
            each.application_id,
            each.name.casefold(),
            each.id,
        ),
    )


def _seconds(events: list[Event]) -> dict[tuple[int, int], int | None]:
    """How long each person was there, by person and session; None where that cannot be known."""
    query = select(Attendance.person_id, Attendance.event_id, Attendance.seconds).where(
        Attendance.event_id.in_([each.id for each in events])
    )
    return {(person_id, event_id): seconds for person_id, event_id, seconds in db.session.execute(query)}


def _line(
    member: CohortMember, events: list[Event], known: set[int], there: dict[tuple[int, int], int | None]
) -> Line:
    return Line(member, [_cell(member, event, event.id in known, there) for event in events])


def _cell(member: CohortMember, event: Event, known: bool, there: dict[tuple[int, int], int | None]) -> Cell:
    if not _expected(member, event.starts_at):
        return Cell.APART
    if not known:
        return Cell.UNKNOWN
    return Cell.CAME if (member.person_id, event.id) in there else Cell.MISSED


def _expected(member: CohortMember, at: datetime) -> bool:
    joined = member.joined_at is not None and member.joined_at <= at
    return joined and (member.left_at is None or member.left_at > at)


def _came(lines: list[Line], number: int) -> tuple[int, int]:
    cells = [line.cells[number] for line in lines]
    return cells.count(Cell.CAME), cells.count(Cell.CAME) + cells.count(Cell.MISSED)


def _absent(lines: list[Line], sessions: int) -> list[CohortApplication]:
    by_home: dict[int, list[Line]] = {}
    for line in lines:
        by_home.setdefault(line.member.application_id, []).append(line)
    found = []
    for theirs in by_home.values():
        if not any(line.member.standing == Standing.CONFIRMED for line in theirs):
            continue
        presences: list[bool | None] = []
        for number in range(sessions):
            cells = {line.cells[number] for line in theirs}
            presences.append(True if Cell.CAME in cells else False if Cell.MISSED in cells else None)
        if absent_running(presences):
            found.append(theirs[0].member.application)
    return found


# --- the list that hubs hand in ------------------------------------------------------------------------------------------

HEADER = (
    "Cohort", "Session date", "Session", "First name", "Last name", "E-mail", "Organization", "State", "Role",
    "Attended", "Minutes",
)  # fmt: skip


def participants(cohort: Cohort) -> list[tuple[object, ...]]:
    """A row for each session that took place and each member expected there, then for the faculty who came."""
    found = grid(cohort)
    there = _seconds(found.events)
    faculty = faculty_of(cohort)
    rows: list[tuple[object, ...]] = []
    words = {Cell.CAME: "Yes", Cell.MISSED: "No", Cell.UNKNOWN: "Not known"}
    for number, event in enumerate(found.events):
        head = (cohort.name, wall(event.starts_at, event.time_zone).date().isoformat(), event.title)
        for line in found.lines:
            cell, member = line.cells[number], line.member
            if cell is Cell.APART:
                continue
            home = member.application
            rows.append(
                (*head, *_names(member.name), member.person.address, home.organization,
                 STATES.get(home.place or "", ""), "Member", words[cell], _minutes(there, member.person_id, event))
            )  # fmt: skip
        named: set[int] = set()
        for one in faculty:
            if (one.person_id, event.id) not in there or one.person_id in named:
                continue
            named.add(one.person_id)
            rows.append(
                (*head, *_names(one.person.name), one.person.address, one.line, "", ROLE_WORDS[Role(one.role)], "Yes",
                 _minutes(there, one.person_id, event))
            )  # fmt: skip
    return rows


def _names(name: str) -> tuple[str, str]:
    first, _, last = name.rpartition(" ")
    return (first, last) if first else (last, "")


def _minutes(there: dict[tuple[int, int], int | None], person_id: int, event: Event) -> int | None:
    seconds = there.get((person_id, event.id))
    return None if seconds is None else round(seconds / 60)
