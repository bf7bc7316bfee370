"""Counting sessions from the rows themselves. It is the one way in which anything is counted: what is kept was counted
here before, and `jam statistics --rebuild` compares the two."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pyroaring import BitMap, BitMap64
from sqlalchemy import ColumnElement, and_, select

from jam.attendance.models import Attendance, AttendanceReport, AttendanceRow
from jam.attendance.queries import entry_key, stretches_by_hand
from jam.attendance.rules import Interval, merge, peak
from jam.base.database import db
from jam.people.rules import normal_organization
from jam.registration.models import Registration
from jam.registration.rules import Need, Status
from jam.schedule.models import Event
from jam.statistics.models import KeptMark
from jam.statistics.rules import Dimension
from jam.statistics.sets import mark
from jam.vocabulary.areas import Area, area_of

#: Sessions that are counted at once, so that no size of a program needs more memory than this.
_AT_ONCE = 20

Part = tuple[Dimension, str]


@dataclass(frozen=True)
class Given:
    """Only seats whose holders gave this state and this sector, and who of them came; None where it does not matter."""

    state: str | None = None
    sector_id: int | None = None

    def __bool__(self) -> bool:
        return self.state is not None or self.sector_id is not None

    @property
    def where(self) -> list[ColumnElement[bool]]:
        """The same as conditions on seats."""
        wanted = ((Registration.state, self.state), (Registration.sector_id, self.sector_id))
        return [column == value for column, value in wanted if value is not None]


EVERYBODY = Given()


@dataclass(frozen=True)
class Share:
    """Seats of one part: all, those held when a session of known attendance began, and how many of these came."""

    seats: int = 0
    at_start: int = 0
    came: int = 0


@dataclass
class Counted:
    """One session, counted: sets of persons by the numbers of their rows, and what follows from their times."""

    event_id: int
    known: bool = False
    seats: BitMap = field(default_factory=BitMap)
    at_start: BitMap = field(default_factory=BitMap)
    there: BitMap = field(default_factory=BitMap)
    audience: BitMap = field(default_factory=BitMap)
    organizations: BitMap64 = field(default_factory=BitMap64)
    #: Seconds in the audience, where known, rising.
    stays: array[int] = field(default_factory=lambda: array("i"))
    #: The same added up.
    stayed: int = 0
    #: Whole hours from taking a seat to the start, for seats held at the start, rising.
    leads: array[int] = field(default_factory=lambda: array("i"))
    peak: int | None = None
    asked: int = 0
    met: int = 0
    #: Of those with a seat, who is in a rural area, and who in an urban one; of the others nobody knows.
    rural: BitMap = field(default_factory=BitMap)
    urban: BitMap = field(default_factory=BitMap)
    #: Different entries of the reports that staff counted as somebody whom nobody knows.
    heads: int = 0
    #: Seats by what their holders gave; of what was kept, only the dimensions that were asked for.
    parts: dict[Part, Share] = field(default_factory=dict)


def count(event_ids: Iterable[int], given: Given = EVERYBODY) -> Iterator[Counted]:
    """These sessions, one after the other, from seats, attendance and reports."""
    ids = sorted(event_ids)
    for first in range(0, len(ids), _AT_ONCE):
        yield from _count(ids[first : first + _AT_ONCE], given)


def _count(ids: Sequence[int], given: Given) -> Iterable[Counted]:
    found = {id: Counted(id) for id in ids}
    parts = _count_seats(found, given)
    _count_attendance(found, given)
    for id, part, members in parts:
        each = found[id]
        at_start = members & each.at_start if each.known else BitMap()
        each.parts[part] = Share(len(members), len(at_start), at_start.intersection_cardinality(each.there))
    for each in found.values():
        each.peak = 0 if each.known and not each.audience else None
    if not given:
        for id, most in _peaks(found).items():
            found[id].peak = most
        for id, entries in _heads(found).items():
            found[id].heads = len(entries)
    return found.values()


def _count_seats(found: dict[int, Counted], given: Given) -> Iterator[tuple[int, Part, BitMap]]:
    """Fill in what seats say; yields the parts."""
    rows = db.session.execute(
        select(
            Registration.event_id, Registration.person_id, Registration.registered_at, Event.starts_at,
            Registration.organization, Registration.accommodation_state, Registration.state, Registration.sector_id,
            Registration.job_role_id, Registration.source, Registration.zip, Registration.area,
        )
        .join(Event, Event.id == Registration.event_id)
        .where(Registration.event_id.in_(found), Registration.status == Status.CONFIRMED, *given.where)
    )  # fmt: skip
    parts: dict[int, dict[Part, BitMap]] = defaultdict(lambda: defaultdict(BitMap))
    leads: dict[int, list[int]] = defaultdict(list)
    marks: dict[str, int] = {}
    areas: dict[str, Area] = {}
    for id, person, taken, starts, organization, need, state, sector, role, source, code, area in rows:
        each = found[id]
        each.seats.add(person)
        if taken <= starts:
            each.at_start.add(person)
            leads[id].append(int((starts - taken).total_seconds() // 3600))
        if organization:
            if organization not in marks:
                marks[organization] = mark(normal_organization(organization))
            each.organizations.add(marks[organization])
        if code and code not in areas:
            areas[code] = area_of(code)
        where = areas[code] if code else area
        if where == Area.RURAL:
            each.rural.add(person)
        elif where == Area.URBAN:
            each.urban.add(person)
        each.asked += need is not None
        each.met += need == Need.ARRANGED
        parts[id][Dimension.STATE, state or ""].add(person)
        parts[id][Dimension.SECTOR, str(sector or "")].add(person)
        parts[id][Dimension.JOB_ROLE, str(role or "")].add(person)
        parts[id][Dimension.SOURCE, source].add(person)
    for id, hours in leads.items():
        found[id].leads = array("i", sorted(hours))
    if not given:
        _add_kept(found)
    return ((id, part, members) for id, of_event in parts.items() for part, members in of_event.items())


def _add_kept(found: dict[int, Counted]) -> None:
    """What erasures left of seats that had been counted."""
    kept = select(KeptMark.event_id, KeptMark.kind, KeptMark.mark).where(KeptMark.event_id.in_(found))
    for id, kind, text in db.session.execute(kept):
        if kind == "organization":
            found[id].organizations.add(int(text))
        else:
            found[id].asked += kind == "asked"
            found[id].met += kind == "met"


def _count_attendance(found: dict[int, Counted], given: Given) -> None:
    stays: dict[int, list[int]] = defaultdict(list)
    query = select(Attendance.event_id, Attendance.person_id, Attendance.role, Attendance.seconds)
    query = query.where(Attendance.event_id.in_(found))
    if given:
        query = query.join(
            Registration,
            and_(
                Registration.event_id == Attendance.event_id, Registration.person_id == Attendance.person_id
            ),
        ).where(Registration.status == Status.CONFIRMED, *given.where)
    for id, person, role, seconds in db.session.execute(query):
        found[id].there.add(person)
        if role == "attendee":
            found[id].audience.add(person)
            if seconds is not None:
                stays[id].append(seconds)
    for id, theirs in stays.items():
        found[id].stays, found[id].stayed = array("i", sorted(theirs)), sum(theirs)
    for table in (AttendanceReport, Attendance):
        for id in db.session.scalars(select(table.event_id).where(table.event_id.in_(found)).distinct()):
            found[id].known = True


def _heads(found: Iterable[int]) -> dict[int, set[tuple[str, object]]]:
    """Who was there without anybody knowing who it is, as staff decided: lines of one address, or of one name, are one head,
    and so are those whose name was erased, by the first half of their key."""
    rows = db.session.execute(
        select(
            AttendanceRow.event_id,
            AttendanceRow.email,
            AttendanceRow.name,
            AttendanceRow.row_key,
            AttendanceRow.registrant,
        ).where(AttendanceRow.event_id.in_(found), AttendanceRow.decided == "head", AttendanceRow.was_there)
    )
    entries: dict[int, set[tuple[str, object]]] = {}
    for id, email, name, key, registrant in rows:
        entries.setdefault(id, set()).add(entry_key(email, name, registrant or key[:32]))
    return entries


def _peaks(found: dict[int, Counted]) -> dict[int, int]:
    """The most of the audience at one moment, each person's intervals merged; sessions without times are absent."""
    rows = db.session.execute(
        select(
            AttendanceRow.event_id, AttendanceRow.person_id, AttendanceRow.joined_at, AttendanceRow.left_at
        )
        .join(
            Attendance,
            and_(
                Attendance.event_id == AttendanceRow.event_id,
                Attendance.person_id == AttendanceRow.person_id,
                Attendance.role == "attendee",
            ),
        )
        .where(
            AttendanceRow.event_id.in_(found),
            AttendanceRow.was_there,
            AttendanceRow.joined_at < AttendanceRow.left_at,
        )
    )
    stretches: dict[int, dict[int, list[Interval]]] = {}
    for id, person, joined, left in rows:
        if person and joined and left:
            stretches.setdefault(id, {}).setdefault(person, []).append((joined, left))
    for (id, person), theirs in stretches_by_hand(found).items():
        if person in found[id].audience:
            stretches.setdefault(id, {})[person] = theirs
    return {
        id: peak(pair for theirs in people.values() for pair in merge(theirs))
        for id, people in stretches.items()
        if any(people.values())
    }
