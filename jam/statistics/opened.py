"""The lines behind one part of a figure: one area, one source, one job role, one band of days, one cell of who came again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pyroaring import BitMap
from sqlalchemy import ColumnElement, select

from jam.attendance.models import AttendanceRow
from jam.attendance.queries import entry_key
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.words import count as counted_words
from jam.people.models import Person
from jam.proposals.rules import WORDS as STEP_WORDS
from jam.proposals.rules import State as Step
from jam.registration.models import Registration
from jam.registration.rules import SOURCE_WORDS, Source, Status
from jam.schedule.models import Event, event_term
from jam.statistics.audiences import past
from jam.statistics.choice import Choice, Held
from jam.statistics.counting import Counted
from jam.statistics.lines import Line, Rows, given
from jam.statistics.queries import area_sets
from jam.statistics.retention import firsts
from jam.statistics.rules import BANDS, Band
from jam.vocabulary.areas import AREA_WORDS, Area, area_of
from jam.vocabulary.models import Term
from jam.vocabulary.rules import STATES, Kind

KINDS = (
    "area",
    "focus-area",
    "job-role",
    "later",
    "lead",
    "lever",
    "sector",
    "source",
    "state",
    "step",
    "twice",
)
#: Parts that are words of the sessions.
_TAGS = {"focus-area": Kind.FOCUS_AREA, "lever": Kind.LEVER}
#: Rows of seats that are asked for at once.
_AT_ONCE = 500


@dataclass(frozen=True)
class Part:
    """One part of a figure: “source:form”, “area:rural”, “later:jam-2026-09-15:2”. An empty value: where nothing was given."""

    kind: str
    value: str

    @classmethod
    def read(cls, typed: str) -> Part | None:
        """A part as it stands in an address; None for none. Refused for anything else."""
        kind, _, value = typed.partition(":")
        if not typed:
            return None
        if kind not in KINDS:
            raise Refused("There is no such part of this figure. Open it from the statistics page.")
        part = cls(kind, value)
        _ = (
            kind in ("area", "twice") and part.area,
            kind == "lead" and part.band,
            kind == "later" and part.later,
            kind == "step" and part.step,
        )
        return part

    @property
    def where(self) -> list[ColumnElement[bool]]:
        """The part as conditions on seats."""
        if self.kind == "source":
            return [Registration.source == self.value]
        if self.kind == "state":
            return [Registration.state == self.value if self.value else Registration.state.is_(None)]
        if self.kind in _TAGS:
            tagged = select(event_term.c.event_id).join(Term, Term.id == event_term.c.term_id)
            chosen = tagged.where(Term.kind == _TAGS[self.kind], Term.slug == self.value)
            return [Registration.event_id.in_(chosen)]
        column = Registration.sector_id if self.kind == "sector" else Registration.job_role_id
        number = self.number
        return [column.is_(None) if number is None else column == number]

    @property
    def words(self) -> str:
        """What it is called. Refused for none."""
        if self.kind == "area":
            return AREA_WORDS[self.area]
        if self.kind == "twice":
            return f"{AREA_WORDS[self.area]}, at two sessions or more"
        if self.kind == "lead":
            return self.band.words
        if self.kind == "step":
            return STEP_WORDS[self.step]
        if self.kind == "source":
            return str(_one(self.value, {str(source): words for source, words in SOURCE_WORDS.items()}))
        if self.kind == "state":
            return _one(self.value, {"": "Not given", **STATES})
        if self.kind == "later":
            slug, number = self.later
            title = db.session.scalar(select(Event.title).where(Event.slug == slug))
            return f"new at “{title or slug}”, {number} later"
        if self.kind in _TAGS:
            name = db.session.scalar(
                select(Term.name).where(Term.kind == _TAGS[self.kind], Term.slug == self.value)
            )
            return name or "Not given"
        term = db.session.get(Term, self.number or 0)
        return term.name if term else "Not given"

    @property
    def number(self) -> int | None:
        """The value as the number of a row; None for anything else."""
        typed = self.value
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else None

    @property
    def area(self) -> Area:
        """Which area. Refused for none."""
        return _one(self.value, {str(each): each for each in Area})

    @property
    def band(self) -> Band:
        """How long before the start. Refused for none."""
        return _one(self.value, {each.name: each for each in BANDS})

    @property
    def step(self) -> Step:
        """Where a proposal stands. Refused for nowhere."""
        return _one(self.value, {str(each): each for each in Step})

    @property
    def later(self) -> tuple[str, int]:
        """The session that was the first, and the how manieth after it. Refused for none."""
        slug, _, number = self.value.rpartition(":")
        if not (number.isascii() and number.isdigit() and 0 < len(number) < 6 and int(number)):
            raise _NO_PART
        return slug, int(number)


_NO_PART = Refused("There is no such part of this figure. Open it from the statistics page.")


_T = TypeVar("_T")


def _one(value: str, known: Mapping[str, _T]) -> _T:
    if value not in known:
        raise _NO_PART
    return known[value]


# --- seats ------------------------------------------------------------------------------------------------------------

_SEATS = ("Date", "Session", "Name", "Organization", "State", "ZIP", "Area", "How", "Registered")


def area_seats(sessions: Sequence[Held], counts: Mapping[int, Counted], area: Area | None = None) -> Rows:
    """Seats of one area; without one, those whose area is known."""
    wanted = [area] if area else [Area.RURAL, Area.URBAN]
    sets = {
        each.id: BitMap.union(BitMap(), *(area_sets(counts[each.id])[area] for area in wanted))
        for each in sessions
    }
    how = {
        None: "Those with “Rural” under “Area”, divided by all lines.",
        Area.UNKNOWN: "The number of these lines, divided by that of all registrations.",
    }.get(area, "")
    return Rows(
        _SEATS,
        sum(map(len, sets.values())),
        lambda at, many: [line for some in _slices(sets, at, many) for line in _area_lines(*some)],
        how,
    )


def _slices(sets: Mapping[int, BitMap], at: int, many: int) -> Iterator[tuple[int, list[int]]]:
    """A stretch of all members of sets one after another, by the set they are in."""
    for id, members in sets.items():
        if at < len(members) and many > 0:
            some = list(members[at : at + many])
            yield id, some
            many -= len(some)
        at = max(0, at - len(members))


def _area_lines(event_id: int, people: Sequence[int]) -> list[Line]:
    return [
        line
        for first in range(0, len(people), _AT_ONCE)
        for line in _seat_lines(
            [Registration.event_id == event_id, Registration.person_id.in_(people[first : first + _AT_ONCE])]
        )
    ]


def _seat_lines(where: Sequence[ColumnElement[bool]]) -> list[Line]:
    query = (
        select(
            Event.starts_at, Event.title, Registration.name, Registration.organization, Registration.state,
            Registration.zip, Registration.area, Registration.source, Registration.registered_at,
            Registration.person_id, Event.slug,
        )
        .join(Event, Event.id == Registration.event_id)
        .where(Registration.status == Status.CONFIRMED, *where)
        .order_by(Event.starts_at, Event.id, Registration.person_id)
    )  # fmt: skip
    return [
        Line((starts, title, name, organization, STATES.get(state or "", ""), code,
              AREA_WORDS[area_of(code) if code else Area(area or Area.UNKNOWN)], SOURCE_WORDS[Source(source)], taken),
             person, slug)
        for starts, title, name, organization, state, code, area, source, taken, person, slug in db.session.execute(query)
    ]  # fmt: skip


def lead_seats(choice: Choice, sessions: Sequence[Held], band: Band) -> Rows:
    """Seats that were taken so long before the start."""
    following = next((each.first for each in BANDS if each.first > band.first), None)
    seats = db.session.execute(
        select(Registration.id, Registration.registered_at, Event.starts_at)
        .join(Event, Event.id == Registration.event_id)
        .where(Registration.event_id.in_([each.id for each in sessions]), Registration.status == Status.CONFIRMED,
               Registration.registered_at <= Event.starts_at, *choice.given.where)
        .order_by(Event.starts_at, Event.id, Registration.person_id)
    )  # fmt: skip
    ids = [
        id
        for id, taken, starts in seats
        if (starts - taken).days >= band.first and (following is None or (starts - taken).days < following)
    ]

    def stretch(at: int, many: int) -> list[Line]:
        some = ids[at : at + many]
        return [
            line
            for first in range(0, len(some), _AT_ONCE)
            for line in _seat_lines([Registration.id.in_(some[first : first + _AT_ONCE])])
        ]

    return Rows(_SEATS, len(ids), stretch)


# --- who came again ----------------------------------------------------------------------------------------------------


def came_again(
    choice: Choice, sessions: Sequence[Held], counts: Mapping[int, Counted], part: Part | None = None
) -> Rows:
    """People with the session they came to first, and whether they came to the next one; with a part, of one session and to
    a certain later one."""
    found = firsts(past(choice, sessions, counts), sessions, counts)
    slug, number = part.later if part else (None, 1)
    pairs = [
        (each, each.later[number - 1], each.who(number - 1))
        for each in found
        if len(each.later) >= number and (slug is None or each.session.slug == slug)
    ]
    told = [(each, later, came) for each, later, came in pairs if came is not None]
    everybody = [(each, later, came, id) for each, later, came in told for id in each.new]

    def stretch(at: int, many: int) -> list[Line]:
        some = everybody[at : at + many]
        ids = sorted({id for *_, id in some})
        names = {
            id: name
            for first in range(0, len(ids), _AT_ONCE)
            for id, name in db.session.execute(
                select(Person.id, Person.name).where(Person.id.in_(ids[first : first + _AT_ONCE]))
            )
        }
        return [
            Line((first.session.starts_at, first.session.title, names[id], later.session.title,
                  "Yes" if id in came else ""), id, first.session.slug)
            for first, later, came, id in some
        ]  # fmt: skip

    columns = ("Date", "Session", "Name", "Later session", "Came to it")
    how = "Those with “Yes” under “Came to it”, divided by all lines."
    return Rows(columns, len(everybody), stretch, how)


# --- nobody knows who ---------------------------------------------------------------------------------------------------


def heads(sessions: Sequence[Held]) -> Rows:
    """Entries of the reports that staff counted as somebody whom nobody knows, by session and name."""
    known = {each.id: each for each in sessions}
    rows = db.session.execute(
        select(
            AttendanceRow.event_id, AttendanceRow.email, AttendanceRow.name, AttendanceRow.row_key,
            AttendanceRow.registrant
        )
        .where(AttendanceRow.event_id.in_(known), AttendanceRow.decided == "head", AttendanceRow.was_there)
        .order_by(AttendanceRow.id)
    )  # fmt: skip
    entries: dict[tuple[int, object], list[str]] = {}
    for id, email, name, key, registrant in rows:
        entries.setdefault((id, entry_key(email, name, registrant or key[:32])), []).append(
            name or email or "No name"
        )
    lines = [
        Line((known[id].starts_at, known[id].title, theirs[0], counted_words(len(theirs), "line", "lines")),
             session=known[id].slug)
        for (id, _), theirs in entries.items()
    ]  # fmt: skip
    lines.sort(key=lambda line: (str(line.cells[0]), str(line.cells[2]).casefold()))
    return given(lines, ("Date", "Session", "As it stands in the report", "Lines"))
