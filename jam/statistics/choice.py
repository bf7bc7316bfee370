"""Which sessions are counted, and whose seats: a program, a cohort, a period, a lever; a state, a sector.

A session counts once it is published and over. Days of a period are days on the program's wall clock, Eastern for all
programs together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.zones import EASTERN, to_utc
from jam.schedule.models import Cohort, Event, Program, event_term
from jam.schedule.rules import State, Visibility
from jam.statistics.counting import EVERYBODY, Given
from jam.vocabulary.models import Term
from jam.vocabulary.rules import STATES, Kind

#: Days beyond these bound nothing, and the first and last days there are cannot be moved between zones.
_EARLIEST, _LATEST = date(1900, 1, 1), date(9000, 1, 1)


@dataclass(frozen=True)
class Choice:
    """What is counted; None and empty for everything. Both days are included."""

    program: str | None = None
    first: date | None = None
    last: date | None = None
    #: Slugs of a cohort and of a lever of the sessions.
    cohort: str | None = None
    lever: str | None = None
    #: What the holders of the seats gave.
    given: Given = EVERYBODY


@dataclass(frozen=True)
class Held:
    """A session that counts."""

    id: int
    slug: str
    title: str
    program_id: int
    program: str
    enough_percent: int
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    cohort_id: int | None = None

    @property
    def enough_seconds(self) -> float:
        """How long somebody has to stay to have stayed long enough."""
        return (self.ends_at - self.starts_at).total_seconds() * self.enough_percent / 100


def held(choice: Choice, *, public: bool = False) -> list[Held]:
    """The sessions of a choice, oldest first. `public`: only those that are open to everybody.

    Refused for a program, cohort, lever, state or sector that is not there, and for a period that ends before it begins.
    """
    query = _held().where(*_bounds(choice))
    if public:
        query = query.where(Event.visibility == Visibility.PUBLIC)
    if choice.cohort is not None:
        cohort = db.session.scalar(select(Cohort.id).where(Cohort.slug == choice.cohort))
        if cohort is None:
            raise Refused(f"There is no cohort “{choice.cohort}”. Choose one from the list.")
        query = query.where(Event.cohort_id == cohort)
    if choice.lever is not None:
        tagged = select(event_term.c.event_id).where(event_term.c.term_id == _lever(choice.lever))
        query = query.where(Event.id.in_(tagged))
    _check(choice.given)
    return [Held(*row) for row in db.session.execute(query)]


def before(sessions: list[Held]) -> list[Held]:
    """All sessions of the same programs, these among them, up to the last of these, oldest first; they are needed to
    tell who had come before."""
    if not sessions:
        return []
    programs = {each.program_id for each in sessions}
    query = _held().where(Event.program_id.in_(programs), Event.starts_at <= sessions[-1].starts_at)
    return [Held(*row) for row in db.session.execute(query)]


def _held() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Event.id, Event.slug, Event.title, Program.id, Program.name, Program.enough_percent, Event.starts_at,
            Event.ends_at, Event.time_zone, Event.cohort_id,
        )
        .join(Program, Program.id == Event.program_id)
        .where(Event.state == State.PUBLISHED, Event.ends_at <= now())
        .order_by(Event.starts_at, Event.id)
    )  # fmt: skip


@dataclass(frozen=True)
class Window:
    """What a choice narrows everything to that has a date: a program, and instants from which and before which."""

    program_id: int | None
    first: datetime | None
    end: datetime | None

    def around(self, column: Any) -> list[ColumnElement[bool]]:
        """That an instant is there and lies inside."""
        found = [column.is_not(None)]
        if self.first is not None:
            found.append(column >= self.first)
        if self.end is not None:
            found.append(column < self.end)
        return found


def window(choice: Choice) -> Window:
    """The program and the period of a choice. Refused for a program that is not there, and for a period that ends before it
    begins."""
    first, last = choice.first, choice.last
    if first and last and last < first:
        raise Refused(f"The period ends ({last}) before it begins ({first}). Swap the two dates.")
    program_id, zone = None, EASTERN
    if choice.program is not None:
        found = select(Program.id, Program.time_zone).where(Program.slug == choice.program)
        row = db.session.execute(found).first()
        if row is None:
            raise Refused(
                f"There is no program “{choice.program}”. Its name is the last part of its address."
            )
        program_id, zone = row.id, row.time_zone
    return Window(
        program_id,
        to_utc(first, time(), zone) if first and first > _EARLIEST else None,
        to_utc(last + timedelta(days=1), time(), zone) if last and last < _LATEST else None,
    )


def _bounds(choice: Choice) -> list[ColumnElement[bool]]:
    """Conditions on the program and on the instants between which sessions begin."""
    of = window(choice)
    return [
        *([] if of.program_id is None else [Event.program_id == of.program_id]),
        *of.around(Event.starts_at),
    ]


def _lever(slug: str) -> int:
    found = db.session.scalar(select(Term.id).where(Term.kind == Kind.LEVER, Term.slug == slug))
    if found is None:
        raise Refused(f"There is no lever “{slug}”. Choose one from the list.")
    return found


def _check(given: Given) -> None:
    if given.state is not None and given.state not in STATES:
        raise Refused(f"“{given.state}” is no state or territory. Choose one from the list.")
    if given.sector_id is not None:
        sector = db.session.get(Term, given.sector_id)
        if sector is None or sector.kind != Kind.SECTOR:
            raise Refused("There is no such sector. Choose one from the list.")


def day_of(typed: str) -> date | None:
    """A day as an address or a form has it; None for none. Refused for anything that is no date, or one too far away."""
    if not typed:
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        raise Refused(f"“{typed[:40]}” is not a date. Write it like 2026-12-15.") from None
    if not 1900 <= day.year <= 9000:
        raise Refused(f"{typed[:40]} is too far away. Enter a day between 1900 and 9000.")
    return day
