"""Sessions of earlier years: those that a sheet lists, and those that Jam has already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from jam.archive.rules import clock_of, day_of, link_of
from jam.archive.sheets import Line, Refusal, Sheet
from jam.attendance.reading.cells import folded, present, whole
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.text import clean_line, clean_text
from jam.base.zones import to_utc, wall
from jam.schedule.models import Event, Program
from jam.schedule.queries import programs
from jam.vocabulary.models import Term
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind

#: More than a program of weekly sessions holds in five years.
MOST_SESSIONS = 300


@dataclass(frozen=True)
class PastSession:
    """A session of the past; `event` is the one that Jam has already, if it has."""

    key: str
    program: Program
    title: str
    starts_at: datetime
    ends_at: datetime
    event: Event | None = None
    #: Where a sheet lists it; 0 for one that only Jam lists.
    line: int = 0
    summary: str = ""
    recording: str | None = None
    slides: str | None = None
    levers: tuple[Term, ...] = ()
    unknown_levers: tuple[str, ...] = ()

    @property
    def time_zone(self) -> str:
        """The zone whose wall clock it was planned by."""
        return self.event.time_zone if self.event else self.program.time_zone

    @property
    def day(self) -> date:
        """Its day on that wall clock."""
        return wall(self.starts_at, self.time_zone).date()


@dataclass
class Listed:
    """What a sheet of sessions says."""

    sessions: list[PastSession] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


class Reader:
    """Reads sheets of sessions against the programs and levers there are; `program` is meant where a line names none."""

    def __init__(self, program: Program | None) -> None:
        self.programs = programs()
        self.default = program or (self.programs[0] if len(self.programs) == 1 else None)
        self.levers = {
            word: term
            for term in terms(Kind.LEVER, with_retired=True)
            for word in (term.slug.casefold(), term.name.casefold())
        }

    def read(self, number: int, sheet: Sheet) -> Listed:
        """The sessions of a sheet; `number` tells several sheets apart."""
        found = Listed(refused=list(sheet.refused))
        if len(sheet.lines) > MOST_SESSIONS:
            raise Refused(
                f"A list of sessions may have up to {MOST_SESSIONS} lines. Split it into several uploads."
            )
        for line in sheet.lines:
            try:
                session = self._session(number, line)
                twin = next((each for each in found.sessions if same(each, session)), None)
                if twin:
                    raise Refused(f"This session stands on line {twin.line} already.")
                found.sessions.append(session)
            except Refused as refusal:
                found.refused.append(Refusal(line.number, refusal.message))
        found.refused.sort(key=lambda each: each.line)
        return found

    def _session(self, number: int, line: Line) -> PastSession:
        program = self._program(line["program"])
        day, clock = day_of(line["date"]), clock_of(line["start"])
        if day is None:
            raise Refused(f"“{folded(line['date'])[:40]}” is not a date. Write it like 2024-03-19.")
        if clock is None and present(line["start"]):
            raise Refused(
                f"“{folded(line['start'])[:40]}” is not a time of day. Write it like 13:00 or 1:00 PM."
            )
        starts_at = to_utc(day, clock or program.start_time, program.time_zone)
        ends_at = _end(line, day, starts_at, program)
        if ends_at > now():
            raise Refused("This session is not over yet. Plan it on the program's page instead.")
        title = clean_line(line["title"], 200, "The title")
        if not title:
            raise Refused("This line has no title.")
        words = [word for word in map(folded, line["levers"].split(";")) if word]
        known = {term.id: term for word in words if (term := self.levers.get(word.casefold()))}
        return PastSession(
            key=f"{number}.{line.number}",
            program=program,
            title=title,
            starts_at=starts_at,
            ends_at=ends_at,
            event=known_event(program, title, starts_at),
            line=line.number,
            summary=clean_text(line["summary"], 10_000, "The summary"),
            recording=link_of(line["recording"], "recording link"),
            slides=link_of(line["slides"], "slides link"),
            levers=tuple(known.values()),
            unknown_levers=tuple(word[:80] for word in words if word.casefold() not in self.levers),
        )

    def _program(self, cell: str) -> Program:
        name = folded(cell).casefold()
        if not name:
            if self.default is None:
                raise Refused(
                    "This line names no program. Add a column “program”, or choose one for all lines."
                )
            return self.default
        for program in self.programs:
            if name in (program.slug, program.name.casefold()):
                return program
        raise Refused(f"There is no program “{folded(cell)[:60]}”. Write its name or its short name.")


def known_event(program: Program, title: str, starts_at: datetime) -> Event | None:
    """The session of a program that begins then, or has this title on that day."""
    day = wall(starts_at, program.time_zone).date()
    on_day = [
        each for each in _around(program, starts_at) if wall(each.starts_at, program.time_zone).date() == day
    ]
    exact = [each for each in on_day if each.starts_at == starts_at]
    return next(iter(exact or [each for each in on_day if each.title.casefold() == title.casefold()]), None)


def kept_on(days: Iterable[date], of: Sequence[Program], but: Iterable[Event]) -> list[PastSession]:
    """The sessions that Jam has on these days and no sheet lists."""
    listed = {each.id for each in but}
    found: dict[int, PastSession] = {}
    for program in of:
        for day in sorted(days):
            for event in _around(program, to_utc(day, time(12), program.time_zone)):
                if event.id not in listed and wall(event.starts_at, event.time_zone).date() == day:
                    found[event.id] = PastSession(
                        f"event.{event.id}", program, event.title, event.starts_at, event.ends_at, event
                    )
    return list(found.values())


def _around(program: Program, at: datetime) -> list[Event]:
    near = timedelta(hours=36)
    query = select(Event).where(
        Event.program_id == program.id, Event.starts_at >= at - near, Event.starts_at <= at + near
    )
    return list(
        db.session.scalars(query.order_by(Event.starts_at, Event.id).options(selectinload(Event.program)))
    )


def same(one: PastSession, other: PastSession) -> bool:
    """Whether two are one session: of a program and day, with the same start or the same title."""
    if (one.program.id, one.day) != (other.program.id, other.day):
        return False
    return one.starts_at == other.starts_at or one.title.casefold() == other.title.casefold()


def _end(line: Line, day: date, starts_at: datetime, program: Program) -> datetime:
    minutes, end = whole(line["minutes"]), clock_of(line["end"])
    if minutes is None and present(line["minutes"]):
        raise Refused(f"“{folded(line['minutes'])[:40]}” is not a number of minutes.")
    if minutes is None and end is None and present(line["end"]):
        raise Refused(f"“{folded(line['end'])[:40]}” is not a time of day. Write it like 14:00 or 2:00 PM.")
    if minutes is None and end is not None:
        ends_at = to_utc(day, end, program.time_zone)
    else:
        ends_at = starts_at + timedelta(minutes=min(program.minutes if minutes is None else minutes, 100_000))
    if not timedelta(minutes=5) <= ends_at - starts_at <= timedelta(hours=24):
        raise Refused("A session lasts between 5 minutes and 24 hours. Check its start and its end.")
    return ends_at
