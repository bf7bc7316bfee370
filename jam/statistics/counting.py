"""Counting sessions from the rows themselves. It is the one way in which anything is counted: what is kept was counted
here before, and `jam statistics --rebuild` compares the two."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pyroaring import BitMap
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
from jam.statistics.rules import ORGANIZATIONS, Dimension, Many, Who
from jam.statistics.sets import Spread, mark, median, numbers, pack, people, unpack
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
    """One session, counted. What stands here as a number is explained in `jam.statistics.models.SessionNumbers`.

    Of what was kept, only the sets and spreads that were asked for are here.
    """

    event_id: int
    known: bool = False
    seats: int = 0
    at_start: int = 0
    came: int = 0
    audience: int = 0
    walk_ins: int = 0
    timed: int = 0
    stayed: int = 0
    median_stay: float | None = None
    peak: int | None = None
    asked: int = 0
    met: int = 0
    heads: int = 0
    #: Seats by what their holders gave.
    parts: dict[Part, Share] = field(default_factory=dict)
    #: People by the numbers of their rows.
    who: dict[Who, BitMap] = field(default_factory=dict)
    spreads: dict[Many, Spread] = field(default_factory=dict)
    #: Marks of organizations, rising.
    organizations: array[int] | None = None
    #: Of what was kept; empty where it was counted just now.
    version: str = field(default="", compare=False)

    @property
    def kinds(self) -> list[str]:
        """Which of the sets, spreads and marks are here."""
        return [*self.who, *self.spreads, *([] if self.organizations is None else [ORGANIZATIONS])]

    def packed(self) -> Iterator[tuple[str, bytes]]:
        """All of these as they are kept, by their kind."""
        for who, members in self.who.items():
            yield who, members.serialize()
        for many, spread in self.spreads.items():
            yield many, spread.pack()
        if self.organizations is not None:
            yield ORGANIZATIONS, pack(self.organizations)

    def unpack(self, kind: str, packed: bytes) -> None:
        """Take one in that was kept."""
        if kind == ORGANIZATIONS:
            self.organizations = unpack(packed)
        elif kind in _SPREADS:
            self.spreads[Many(kind)] = Spread.unpack(packed)
        else:
            self.who[Who(kind)] = people(packed)


_SPREADS = frozenset(Many)


@dataclass
class _Open:
    """A session while it is counted."""

    who: dict[Who, BitMap] = field(default_factory=lambda: {each: BitMap() for each in Who})
    at_start: BitMap = field(default_factory=BitMap)
    leads: list[int] = field(default_factory=list)
    stays: list[int] = field(default_factory=list)
    marks: set[int] = field(default_factory=set)
    parts: defaultdict[Part, BitMap] = field(default_factory=lambda: defaultdict(BitMap))
    known: bool = False
    asked: int = 0
    met: int = 0

    def closed(self, id: int) -> Counted:
        """With all numbers that follow from the sets."""
        seats, there, audience = self.who[Who.SEATS], self.who[Who.THERE], self.who[Who.AUDIENCE]
        parts = {}
        for part, members in self.parts.items():
            at_start = members & self.at_start if self.known else BitMap()
            parts[part] = Share(len(members), len(at_start), at_start.intersection_cardinality(there))
        stays = Spread.of(self.stays)
        return Counted(
            id,
            self.known,
            len(seats),
            len(self.at_start),
            self.at_start.intersection_cardinality(there) if self.known else 0,
            len(audience),
            audience.difference_cardinality(seats),
            len(stays),
            sum(self.stays),
            median([stays]),
            0 if self.known and not audience else None,
            self.asked,
            self.met,
            parts=parts,
            who=self.who,
            spreads={Many.STAYS: stays, Many.LEADS: Spread.of(self.leads)},
            organizations=numbers(sorted(self.marks)),
        )


def count(event_ids: Iterable[int], given: Given = EVERYBODY) -> Iterator[Counted]:
    """These sessions, one after the other, from seats, attendance and reports."""
    ids = sorted(event_ids)
    for first in range(0, len(ids), _AT_ONCE):
        yield from _count(ids[first : first + _AT_ONCE], given)


def _count(ids: Sequence[int], given: Given) -> Iterable[Counted]:
    open_ = {id: _Open() for id in ids}
    _count_seats(open_, given)
    _count_attendance(open_, given)
    found = {id: each.closed(id) for id, each in open_.items()}
    if not given:
        for id, most in _peaks(found).items():
            found[id].peak = most
        for id, entries in _heads(found).items():
            found[id].heads = len(entries)
    return found.values()


def _count_seats(found: dict[int, _Open], given: Given) -> None:
    """Fill in what seats say."""
    rows = db.session.execute(
        select(
            Registration.event_id, Registration.person_id, Registration.registered_at, Event.starts_at,
            Registration.organization, Registration.accommodation_state, Registration.state, Registration.sector_id,
            Registration.job_role_id, Registration.source, Registration.zip, Registration.area,
        )
        .join(Event, Event.id == Registration.event_id)
        .where(Registration.event_id.in_(found), Registration.status == Status.CONFIRMED, *given.where)
    )  # fmt: skip
    marks: dict[str, int] = {}
    areas: dict[str, Area] = {}
    for id, person, taken, starts, organization, need, state, sector, role, source, code, area in rows:
        each = found[id]
        each.who[Who.SEATS].add(person)
        if taken <= starts:
            each.at_start.add(person)
            each.leads.append(int((starts - taken).total_seconds() // 3600))
        if organization:
            if organization not in marks:
                marks[organization] = mark(normal_organization(organization))
            each.marks.add(marks[organization])
        if code and code not in areas:
            areas[code] = area_of(code)
        where = areas[code] if code else Area(area or Area.UNKNOWN)
        if where != Area.UNKNOWN:
            each.who[Who.RURAL if where == Area.RURAL else Who.URBAN].add(person)
        each.asked += need is not None
        each.met += need == Need.ARRANGED
        each.parts[Dimension.STATE, state or ""].add(person)
        each.parts[Dimension.SECTOR, str(sector or "")].add(person)
        each.parts[Dimension.JOB_ROLE, str(role or "")].add(person)
        each.parts[Dimension.SOURCE, source].add(person)
        each.parts[Dimension.AREA, str(where)].add(person)
    if not given:
        _add_kept(found)


def _add_kept(found: dict[int, _Open]) -> None:
    """What erasures left of seats that had been counted."""
    kept = select(KeptMark.event_id, KeptMark.kind, KeptMark.mark).where(KeptMark.event_id.in_(found))
    for id, kind, text in db.session.execute(kept):
        if kind == "organization":
            found[id].marks.add(int(text))
        else:
            found[id].asked += kind == "asked"
            found[id].met += kind == "met"


def _count_attendance(found: dict[int, _Open], given: Given) -> None:
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
        found[id].who[Who.THERE].add(person)
        if role == "attendee":
            found[id].who[Who.AUDIENCE].add(person)
            if seconds is not None:
                found[id].stays.append(seconds)
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
        if person in found[id].who[Who.AUDIENCE]:
            stretches.setdefault(id, {})[person] = theirs
    return {
        id: peak(pair for theirs in people.values() for pair in merge(theirs))
        for id, people in stretches.items()
        if any(people.values())
    }
