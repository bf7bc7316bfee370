"""What sessions have been about, by months: which levers and focus areas, and which of them hardly.

It is the one count there is: the desk's map, the public call for volunteers, and the suggestions for gaps all rank by it.
Drafts are shown apart and never decide a rank, so that a public page can tell the same without telling of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Protocol

from sqlalchemy import ColumnElement, or_, select

from jam.base.database import db
from jam.base.now import now
from jam.base.zones import EASTERN, to_utc, wall
from jam.schedule.models import Event, Program, event_term
from jam.schedule.rules import State, Visibility
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


class Named(Protocol):
    """What a row of a map is about: a term, or whatever else has a name."""

    @property
    def slug(self) -> str:
        """What stands in addresses."""

    @property
    def name(self) -> str:
        """What people read."""

    @property
    def retired(self) -> bool:
        """Whether it is not offered any more."""


@dataclass(frozen=True)
class Scope:
    """Whose sessions count: one program's, those of all programs, or what everybody may know of."""

    program: Program | None = None
    #: Public sessions of public programs.
    public: bool = False

    @property
    def zone(self) -> str:
        """By whose clock months begin."""
        return self.program.time_zone if self.program else EASTERN

    def span(self) -> list[Month]:
        """The months of the map now."""
        return months(wall(now(), self.zone).date())


PUBLIC = Scope(public=True)
EVERYTHING = Scope()


@dataclass(frozen=True)
class Covered:
    """A lever, focus area or the like with its sessions: by month, those that have begun within the map, those published
    to come, and drafts."""

    term: Named
    by_month: dict[str, list[Session]]
    held: int
    ahead: int
    drafts: int
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
    def fewest(self) -> int | None:
        """How often what was covered least was taken up; None where there is no least."""
        held = {row.held for row in self.rows if not row.term.retired}
        return min(held) if len(held) > 1 else None

    def with_something(self) -> Map:
        """The same without the rows that hold nothing."""
        return replace(self, rows=[row for row in self.rows if row.by_month])

    @property
    def held(self) -> int:
        """How many sessions have begun within the map."""
        return sum(each.starts_at <= now() for each in self._all)

    @property
    def ahead(self) -> int:
        """How many published ones are to come."""
        return sum(each.starts_at > now() and each.state != State.DRAFT for each in self._all)

    @property
    def drafts(self) -> int:
        """How many drafts are to come."""
        return sum(each.state == State.DRAFT for each in self._all)

    @property
    def _all(self) -> list[Session]:
        return [each for found in self.all_by_month.values() for each in found]


def months(present: date) -> list[Month]:
    """The months of the map: twelve up to the present one, and six to come. Pure."""
    number = present.year * 12 + present.month - 1
    return [
        Month(date(each // 12, each % 12 + 1, 1), each <= number)
        for each in range(number - BEHIND + 1, number + AHEAD + 1)
    ]


def cover(kinds: Iterable[Kind], scope: Scope) -> dict[Kind, Map]:
    """The maps of vocabularies: three queries, however many sessions and vocabularies there are.

    Published sessions count, and drafts to come beside them; cancelled ones and drafts of the past do not. Terms stand in
    the order staff gave them; a retired one only where it was taken up.
    """
    kinds, span = list(kinds), scope.span()
    sessions = _sessions(scope, span)
    by_id = {session.id: session for session in sessions}
    words = list(
        db.session.scalars(select(Term).where(Term.kind.in_(kinds)).order_by(Term.position, Term.id))
    )
    tagged: dict[int, list[Session]] = {}
    rows = db.session.execute(
        select(event_term.c.term_id, event_term.c.event_id)
        .join(Event, Event.id == event_term.c.event_id)
        .join(Program, Program.id == Event.program_id)
        .where(event_term.c.term_id.in_([term.id for term in words]), *within(scope, span))
        .order_by(Event.starts_at, Event.id)
    )
    for term_id, event_id in rows:
        if event_id in by_id:
            tagged.setdefault(term_id, []).append(by_id[event_id])
    return {
        kind: map_of(span, sessions, [(term, tagged.get(term.id, [])) for term in words if term.kind == kind])
        for kind in kinds
    }


def map_of(span: list[Month], sessions: list[Session], rows: Sequence[tuple[Named, list[Session]]]) -> Map:
    carried = {session.id for _, found in rows for session in found}
    present = now()
    return Map(
        span,
        [covered(term, found) for term, found in rows if found or not term.retired],
        _by_month(sessions),
        [each for each in sessions if each.starts_at <= present and each.id not in carried],
    )


def opened(
    shown: Map, slug: str, month: str, everything: str = "All sessions"
) -> tuple[str, list[Session]] | None:
    """The heading and the sessions of a cell, or of a column where `slug` is empty; None where there is none. Pure."""
    of = next((each for each in shown.months if each.key == month), None)
    if of is None:
        return None
    if not slug:
        return f"{everything} in {of.words}", shown.all_by_month.get(of.key, [])
    row = next((each for each in shown.rows if each.term.slug == slug), None)
    return (f"{row.term.name} in {of.words}", row.by_month.get(of.key, [])) if row else None


def ranked(rows: list[Covered]) -> list[Covered]:
    """The least covered first; of two that are equal, what fewer published sessions to come will take up, then what was
    taken up longest ago, then the order staff gave. Drafts decide nothing. Pure."""

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
    drafts = [each.term.name for each in least if each.drafts and not each.ahead]
    planned = f" {_listed(ahead)} {'is' if len(ahead) == 1 else 'are'} planned within the next six months." if ahead else ""  # fmt: skip
    planned += f" {_listed(drafts)} {'stands' if len(drafts) == 1 else 'stand'} in a draft." if drafts else ""
    if not ahead and not drafts:
        planned = " Nothing is planned about " + ("it" if len(least) == 1 else "them") + " either."
    return f"Least covered in the last twelve months: {names}, {_times(fewest)}{' each' if len(least) > 1 and fewest else ''}.{planned}"


def _times(number: int) -> str:
    return {0: "not once", 1: "once", 2: "twice"}.get(number, f"{number} times")


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def within(scope: Scope, span: list[Month]) -> list[ColumnElement[bool]]:
    """What a session of the scope within these months fulfills, for a query that knows its program."""
    start = to_utc(span[0].first, time(0), scope.zone)
    end = to_utc((span[-1].first + timedelta(days=32)).replace(day=1), time(0), scope.zone)
    counts = or_(Event.state == State.PUBLISHED, (Event.state == State.DRAFT) & (Event.starts_at > now()))
    found: list[ColumnElement[bool]] = [counts, Event.starts_at >= start, Event.starts_at < end]
    if scope.program is not None:
        found.append(Event.program_id == scope.program.id)
    if scope.public:
        found += [Program.visibility == Visibility.PUBLIC, Event.visibility == Visibility.PUBLIC]
    return found


def _sessions(scope: Scope, span: list[Month]) -> list[Session]:
    rows = db.session.execute(
        select(Event.id, Event.slug, Event.title, Event.starts_at, Event.time_zone, Event.state)
        .join(Program, Program.id == Event.program_id)
        .where(*within(scope, span))
        .order_by(Event.starts_at, Event.id)
    )
    return [Session(*row, month_of(row.starts_at, scope)) for row in rows]


def month_of(at: datetime, scope: Scope) -> str:
    """The key of the month of an instant."""
    return f"{wall(at, scope.zone):%Y-%m}"


def covered(term: Named, sessions: list[Session]) -> Covered:
    """The row of these sessions, which stand by date."""
    held = [each for each in sessions if each.starts_at <= now()]
    drafts = sum(each.state == State.DRAFT for each in sessions)
    return Covered(
        term,
        _by_month(sessions),
        len(held),
        len(sessions) - len(held) - drafts,
        drafts,
        held[-1].starts_at if held else None,
    )


def _by_month(sessions: list[Session]) -> dict[str, list[Session]]:
    found: dict[str, list[Session]] = {}
    for each in sessions:
        found.setdefault(each.month, []).append(each)
    return found
