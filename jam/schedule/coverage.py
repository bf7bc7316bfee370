"""What the sessions of a program have been about, by months: which levers and focus areas, and which of them hardly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, or_, select

from jam.base.database import db
from jam.base.now import now
from jam.base.zones import EASTERN, to_utc, wall
from jam.schedule.models import Event, Program, event_term
from jam.schedule.rules import State
from jam.vocabulary.models import Term
from jam.vocabulary.rules import Kind

#: Months that count as the last year, the present one among them, and months to come.
BEHIND = 12
AHEAD = 6


@dataclass(frozen=True)
class Month:
    """A month of the map."""

    first: date
    #: The present one or an earlier one.
    behind: bool

    @property
    def key(self) -> str:
        """“2026-12”."""
        return f"{self.first:%Y-%m}"

    @property
    def words(self) -> str:
        """“December 2026”."""
        return f"{self.first:%B %Y}"


@dataclass(frozen=True)
class Session:
    """A session as the map needs it."""

    id: int
    slug: str
    title: str
    starts_at: datetime
    time_zone: str
    state: str
    month: str


@dataclass(frozen=True)
class Covered:
    """A lever or focus area with its sessions: by month, those that have begun within the map, and those to come."""

    term: Term
    by_month: dict[str, list[Session]]
    held: int
    ahead: int
    #: When it was last taken up within the map.
    last_at: datetime | None


@dataclass(frozen=True)
class Map:
    """The whole map of one vocabulary."""

    months: list[Month]
    rows: list[Covered]
    #: All sessions by month, whatever they are about.
    all_by_month: dict[str, list[Session]]
    #: Sessions of the last year that carry no term of this vocabulary.
    untagged: list[Session]

    @property
    def held(self) -> int:
        """How many sessions have begun within the map."""
        behind = {month.key for month in self.months if month.behind}
        return sum(len(found) for key, found in self.all_by_month.items() if key in behind)


def months(present: date) -> list[Month]:
    """The months of the map: twelve up to the present one, and six to come. Pure."""
    number = present.year * 12 + present.month - 1
    return [
        Month(date(each // 12, each % 12 + 1, 1), each <= number)
        for each in range(number - BEHIND + 1, number + AHEAD + 1)
    ]


def cover(kind: Kind, program: Program | None = None) -> Map:
    """The map of a vocabulary for a program, or for all of them: three queries, however many sessions there are.

    Published sessions count, and drafts to come; cancelled ones and drafts of the past do not. Terms stand in the order
    staff gave them; a retired one only where it was taken up.
    """
    zone, present = program.time_zone if program else EASTERN, now()
    span = months(wall(present, zone).date())
    sessions = _sessions(program, zone, span, present)
    tagged: dict[int, list[Session]] = {}
    by_id = {session.id: session for session in sessions}
    rows = db.session.execute(
        select(event_term.c.term_id, event_term.c.event_id)
        .join(Term, Term.id == event_term.c.term_id)
        .join(Event, Event.id == event_term.c.event_id)
        .where(Term.kind == kind, *_within(program, zone, span))
        .order_by(Event.starts_at, Event.id)
    )
    for term_id, event_id in rows:
        if event_id in by_id:
            tagged.setdefault(term_id, []).append(by_id[event_id])
    words = db.session.scalars(select(Term).where(Term.kind == kind).order_by(Term.position, Term.id))
    carried = {session.id for found in tagged.values() for session in found}
    return Map(
        span,
        [_covered(term, tagged.get(term.id, []), present) for term in words if not term.retired or term.id in tagged],
        _by_month(sessions),
        [each for each in sessions if each.starts_at <= present and each.id not in carried],
    )  # fmt: skip


def ranked(rows: list[Covered]) -> list[Covered]:
    """The least covered first; of two that are equal, what fewer sessions to come will take up, then what was taken up
    longest ago, then the order staff gave. Pure."""

    def order(each: Covered) -> tuple[int, int, float]:
        return each.held, each.ahead, each.last_at.timestamp() if each.last_at else 0

    return sorted(rows, key=order)


def sentence(rows: list[Covered], held: int) -> str:
    """What was covered least, in words; `held` is how many sessions there were in the year. Pure."""
    rows = [each for each in rows if not each.term.retired]
    if not rows:
        return "There is nothing to cover yet: this vocabulary is empty."
    if not held:
        return "No session was held within the last twelve months."
    fewest = min(each.held for each in rows)
    least = [each for each in ranked(rows) if each.held == fewest]
    if len(least) == len(rows):
        return f"In the last twelve months each was taken up equally often: {_times(fewest)}."
    names = _listed([each.term.name for each in least])
    ahead = [each.term.name for each in least if each.ahead]
    planned = f" {_listed(ahead)} {'is' if len(ahead) == 1 else 'are'} planned within the next six months." if ahead else ""  # fmt: skip
    if not ahead:
        planned = " Nothing is planned about " + ("it" if len(least) == 1 else "them") + " either."
    return f"Least covered in the last twelve months: {names}, {_times(fewest)}{' each' if len(least) > 1 and fewest else ''}.{planned}"


def _times(number: int) -> str:
    return {0: "not once", 1: "once", 2: "twice"}.get(number, f"{number} times")


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _within(program: Program | None, zone: str, span: list[Month]) -> list[ColumnElement[bool]]:
    start = to_utc(span[0].first, time(0), zone)
    end = to_utc((span[-1].first + timedelta(days=32)).replace(day=1), time(0), zone)
    found: list[ColumnElement[bool]] = [Event.starts_at >= start, Event.starts_at < end]
    if program is not None:
        found.append(Event.program_id == program.id)
    return found


def _sessions(program: Program | None, zone: str, span: list[Month], present: datetime) -> list[Session]:
    counts = or_(Event.state == State.PUBLISHED, (Event.state == State.DRAFT) & (Event.starts_at > present))
    rows = db.session.execute(
        select(Event.id, Event.slug, Event.title, Event.starts_at, Event.time_zone, Event.state)
        .where(counts, *_within(program, zone, span))
        .order_by(Event.starts_at, Event.id)
    )
    return [Session(*row, f"{wall(row.starts_at, zone):%Y-%m}") for row in rows]


def _covered(term: Term, sessions: list[Session], present: datetime) -> Covered:
    held = [each for each in sessions if each.starts_at <= present]
    return Covered(
        term,
        _by_month(sessions),
        len(held),
        len(sessions) - len(held),
        held[-1].starts_at if held else None,
    )


def _by_month(sessions: list[Session]) -> dict[str, list[Session]]:
    found: dict[str, list[Session]] = {}
    for each in sessions:
        found.setdefault(each.month, []).append(each)
    return found
