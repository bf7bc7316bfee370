"""What is missing on the stage, and who could fill it: by levers and focus areas, and by sectors and places of presenters.

For staff only. A fixed number of queries, however many proposals, presenters and wishes there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import zip_longest
from typing import Any

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import aliased

from jam.base.database import db
from jam.base.privacy import ERASED
from jam.base.words import long_date
from jam.base.zones import EASTERN
from jam.interest.models import Wish
from jam.interest.rules import Way
from jam.people.models import Person
from jam.proposals.models import Presenter, Proposal, proposal_term
from jam.proposals.rules import ON_STAGE, Kind, Saying, State
from jam.schedule import coverage
from jam.schedule.coverage import PUBLIC, Covered, Map, Session
from jam.schedule.models import AgendaItem, Event, Program
from jam.vocabulary.models import Term
from jam.vocabulary.queries import all_terms
from jam.vocabulary.rules import OUTSIDE, STATES, TITLES
from jam.vocabulary.rules import Kind as TermKind


class Of(StrEnum):
    """By what the stage is looked at."""

    LEVER = "lever"
    FOCUS = "focus-area"
    SECTOR = "sector"
    PLACE = "place"


OF_WORDS = {
    Of.LEVER: TITLES[TermKind.LEVER][1],
    Of.FOCUS: TITLES[TermKind.FOCUS_AREA][1],
    Of.SECTOR: "Sectors of presenters",
    Of.PLACE: "States and territories of presenters",
}

#: What can still be brought to the stage, the readiest first.
_POOL = (State.ACCEPTED, State.RECEIVED, State.IN_REVIEW, State.NOT_NOW)
_OFFERED = {
    State.ACCEPTED: "is accepted and waits for a date",
    State.RECEIVED: "is offered and not read yet",
    State.IN_REVIEW: "is in review",
    State.NOT_NOW: "is kept since {}",
}
#: So many suggestions stand beside each gap; its own page has more.
FEW, MANY = 3, 50


@dataclass(frozen=True)
class Place:
    """A state or territory as a row of a map."""

    slug: str
    name: str
    retired: bool = False


@dataclass(frozen=True)
class Suggestion:
    """Somebody who could fill a gap, and why."""

    who: str
    why: str
    #: The proposal to open, or the wish, or the person.
    code: str | None = None
    wish_id: int | None = None
    person_id: int | None = None


@dataclass(frozen=True)
class Gap:
    """What was taken up least, or a sector or place that nobody on the stage came from."""

    row: Covered
    suggestions: Sequence[Suggestion]
    words: str


#: The key of a gap: a term's id, or a place's abbreviation.
Key = int | str
Found = dict[tuple[Of, Key], list[Suggestion]]


def maps() -> dict[Of, Map]:
    """Who and what was on the stage, by months, for sessions that everybody may know of: five queries."""
    words = all_terms()
    topics = coverage.cover((TermKind.LEVER, TermKind.FOCUS_AREA), PUBLIC)
    rows = _on_stage()
    sectors: dict[str, list[Session]] = {}
    places: dict[str, list[Session]] = {}
    for sector_id, place, session in rows:
        if sector_id:
            sectors.setdefault(str(sector_id), []).append(session)
        if place:
            places.setdefault(place, []).append(session)
    sessions = [session for _, _, session in rows]
    named = [(term, sectors.get(str(term.id), [])) for term in words[TermKind.SECTOR]]
    here = [
        (Place(code, name, retired=code == OUTSIDE), places.get(code, [])) for code, name in STATES.items()
    ]
    return {
        Of.LEVER: topics[TermKind.LEVER],
        Of.FOCUS: topics[TermKind.FOCUS_AREA],
        Of.SECTOR: coverage.map_of(PUBLIC.span(), sessions, named),
        Of.PLACE: coverage.map_of(PUBLIC.span(), sessions, here),
    }


def _on_stage() -> list[tuple[int | None, str | None, Session]]:
    """Each presenter with a slot: sector, place, and the session, titled with who speaks about what."""
    span = PUBLIC.span()
    query = (
        select(
            Presenter.id,
            func.coalesce(Presenter.sector_id, Person.sector_id),
            func.coalesce(Presenter.state, Person.state),
            Presenter.name,
            Proposal.title,
            Event.slug,
            Event.starts_at,
            Event.time_zone,
            Event.state,
        )
        .join(Proposal, Proposal.id == Presenter.proposal_id)
        .join(Person, Person.id == Presenter.person_id)
        .join(AgendaItem, AgendaItem.id == Proposal.agenda_item_id)
        .join(Event, Event.id == AgendaItem.event_id)
        .join(Program, Program.id == Event.program_id)
        .where(
            Proposal.state.in_(ON_STAGE),
            Presenter.saying == Saying.CONFIRMED,
            *coverage.within(PUBLIC, span),
        )
        .order_by(Event.starts_at, Presenter.id)
    )
    return [
        (sector, place, Session(id, slug, f"{name}: {title}", at, zone, state, coverage.month_of(at, PUBLIC)))
        for id, sector, place, name, title, slug, at, zone, state in db.session.execute(query)
    ]


def key_of(row: Covered) -> Key:
    """How suggestions know the term or place of a row."""
    return row.term.id if isinstance(row.term, Term) else row.term.slug


def gaps(of: Of, found: Map, known: Found) -> list[Gap]:
    """What is missing, those first for whom somebody is known: topics taken up least, and sectors and places of nobody."""
    rows = [row for row in coverage.ranked(found.rows) if not row.term.retired]
    if of in (Of.LEVER, Of.FOCUS):
        fewest = min((row.held for row in rows), default=0)
        rows = [row for row in rows if row.held == fewest and len(rows) > 1]
    else:
        rows = [row for row in rows if not row.held and not row.ahead]
    gaps = [Gap(row, known.get((of, key_of(row)), []), gap_words(of, row)) for row in rows]
    return sorted(gaps, key=lambda each: not each.suggestions)


def gap_words(of: Of, row: Covered) -> str:
    """How often it was on the stage, in words."""
    if of in (Of.LEVER, Of.FOCUS):
        times = {0: "not once", 1: "once", 2: "twice"}.get(row.held, f"{row.held} times")
        held = f"Taken up {times} in the last twelve months"
    else:
        held = "Nobody" if not row.held else f"{row.held} {'presenter' if row.held == 1 else 'presenters'}"
        held += " in the last twelve months"
    ahead = f"{row.ahead} planned" if row.ahead else "nothing planned"
    drafts = f", {row.drafts} in drafts" if row.drafts else ""
    return f"{held}, {ahead}{drafts}."


def suggestions(few: int = FEW) -> Found:
    """Who could fill what, at most so many for each term and place, the sources in turns: six queries."""
    sources: list[Found] = []
    for rows in (_offered(few), _wished(few), _presented(few)):
        found: Found = {}
        for of, key, suggestion in rows:
            there = found.setdefault((of, key), [])
            if suggestion not in there:
                there.append(suggestion)
        sources.append(found)
    keys = {key for found in sources for key in found}
    return {key: _in_turns([found.get(key, []) for found in sources])[:few] for key in keys}


def _in_turns(lists: Sequence[Sequence[Suggestion]]) -> list[Suggestion]:
    return [each for turn in zip_longest(*lists) for each in turn if each is not None]


Row = tuple[Of, Key, Suggestion]


def _first_name(column: Any) -> Any:
    first = aliased(Presenter)
    query = select(getattr(first, column)).where(
        first.proposal_id == Proposal.id, first.saying != Saying.DECLINED
    )
    return query.order_by(first.position).limit(1).correlate(Proposal).scalar_subquery()


def _offered(few: int) -> Iterable[Row]:
    """What waits for a date or was kept, by its terms and by its presenters' sectors and places."""
    ranks = case({state.value: number for number, state in enumerate(_POOL)}, value=Proposal.state)
    pool = (Proposal.state.in_(_POOL), Proposal.kind == Kind.PRESENT)
    order = (ranks, Proposal.state_at, Proposal.id)

    def columns(of: Any, key: Any) -> list[Any]:
        place = func.row_number().over(partition_by=(of, key), order_by=order).label("place")
        return [of.label("of_"), key.label("key"), Proposal.id, place]

    tagged = (
        select(*columns(Term.kind, Term.id))
        .join(proposal_term, proposal_term.c.proposal_id == Proposal.id)
        .join(Term, Term.id == proposal_term.c.term_id)
        .where(*pool)
    )
    from_where = and_(*pool, Presenter.saying != Saying.DECLINED)
    by_sector = (
        select(*columns(db.literal(Of.SECTOR.value), Presenter.sector_id))
        .join(Presenter, Presenter.proposal_id == Proposal.id)
        .where(from_where, Presenter.sector_id.is_not(None))
    )
    by_place = (
        select(*columns(db.literal(Of.PLACE.value), Presenter.state))
        .join(Presenter, Presenter.proposal_id == Proposal.id)
        .where(from_where, Presenter.state.is_not(None))
    )
    for query in (tagged, by_sector, by_place):
        yield from _as_offers(query, few)


def _as_offers(query: Select[Any], few: int) -> Iterable[Row]:
    inner = query.subquery()
    rows = db.session.execute(
        select(
            inner.c.of_,
            inner.c.key,
            Proposal.code,
            Proposal.title,
            Proposal.state,
            Proposal.state_at,
            _first_name("name"),
        )
        .join(Proposal, Proposal.id == inner.c.id)
        .where(inner.c.place <= few)
        .order_by(inner.c.of_, inner.c.key, inner.c.place)
    )
    for of, key, code, title, state, since, who in rows:
        words = _OFFERED[State(state)].format(long_date(since, EASTERN))
        yield Of(of), key, Suggestion(who or "", f"“{title}” {words}", code=code)


def _wished(few: int) -> Iterable[Row]:
    """Who said that they would like to present, by the sector and place they gave."""
    ticked = (Wish.kind == Way.PRESENT, Wish.name != ERASED, Person.erased_at.is_(None))
    order = (Wish.answered_at.is_not(None), Wish.asked_at, Wish.id)
    for of, column in ((Of.SECTOR, Wish.sector_id), (Of.PLACE, Wish.state)):
        place = func.row_number().over(partition_by=column, order_by=order).label("place")
        inner = (
            select(column.label("key"), Wish.id, place)
            .join(Person, Person.id == Wish.person_id)
            .where(*ticked, column.is_not(None))
            .subquery()
        )
        rows = db.session.execute(
            select(inner.c.key, Wish.id, Wish.name, Wish.asked_at, Wish.answered_at)
            .join(Wish, Wish.id == inner.c.id)
            .where(inner.c.place <= few)
            .order_by(inner.c.key, inner.c.place)
        )
        for key, id, name, at, answered in rows:
            why = f"would like to present, told us on {long_date(at, EASTERN)}"
            yield of, key, Suggestion(name, why + ("" if answered is None else " (answered)"), wish_id=id)


def _presented(few: int) -> Iterable[Row]:
    """Who presented about a lever or focus area at any time, the latest first."""
    order = (Event.starts_at.desc(), Presenter.id)
    place = func.row_number().over(partition_by=Term.id, order_by=order).label("place")
    inner = (
        select(Term.kind, Term.id.label("key"), Presenter.id, Event.starts_at, place)
        .select_from(Proposal)
        .join(proposal_term, proposal_term.c.proposal_id == Proposal.id)
        .join(Term, Term.id == proposal_term.c.term_id)
        .join(Presenter, Presenter.proposal_id == Proposal.id)
        .join(Person, Person.id == Presenter.person_id)
        .join(AgendaItem, AgendaItem.id == Proposal.agenda_item_id)
        .join(Event, Event.id == AgendaItem.event_id)
        .where(
            Proposal.state == State.PRESENTED,
            Presenter.saying == Saying.CONFIRMED,
            Person.erased_at.is_(None),
            Term.kind.in_((TermKind.LEVER, TermKind.FOCUS_AREA)),
        )
        .subquery()
    )
    rows = db.session.execute(
        select(inner.c.kind, inner.c.key, Presenter.person_id, Presenter.name, inner.c.starts_at)
        .join(Presenter, Presenter.id == inner.c.id)
        .where(inner.c.place <= few)
        .order_by(inner.c.key, inner.c.place)
    )
    for kind, key, person_id, name, at in rows:
        yield Of(kind), key, Suggestion(name, f"presented about it on {_day(at)}", person_id=person_id)


def _day(at: datetime) -> str:
    return long_date(at, EASTERN)
