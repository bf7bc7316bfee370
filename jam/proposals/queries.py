"""Reading proposals."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from jam.base.database import db
from jam.base.lookup import holds
from jam.base.now import now
from jam.base.zones import wall
from jam.people.models import Account, Person
from jam.people.queries import rows_of
from jam.people.rules import normal_organization
from jam.proposals.models import Presenter, Proposal, ProposalQuestion, proposal_date, proposal_term
from jam.proposals.rules import ON_STAGE, PIPELINE, WORDS, Saying, State, Talk
from jam.proposals.rules import age as age_of
from jam.schedule.models import AgendaItem, Event, Program, event_term
from jam.schedule.recurrence import Recurrence, occurrences
from jam.schedule.rules import ItemKind, Visibility
from jam.schedule.rules import State as EventState
from jam.vocabulary.models import Term
from jam.vocabulary.rules import Kind as TermKind

#: Slots that a proposal can stand on.
TALKS = (ItemKind.TALK, ItemKind.POLICY_UPDATE, ItemKind.DIDACTIC)
#: Minutes that a session has to have left for another talk.
SHORTEST_TALK = 10
#: How far ahead volunteers are asked for dates.
AHEAD = timedelta(days=400)
_YEAR = timedelta(days=365)


def call_program() -> Program | None:
    """The program that volunteers are called for: the first one that is open to everybody."""
    query = select(Program).where(Program.visibility == Visibility.PUBLIC).order_by(Program.id)
    return db.session.scalar(query.limit(1))


def coming() -> list[Event]:
    """Sessions of public programs to come that may still be planned, drafts too, soonest first, with their agenda."""
    query = (
        select(Event)
        .join(Event.program)
        .where(
            Program.visibility == Visibility.PUBLIC,
            Event.visibility == Visibility.PUBLIC,
            Event.cohort_id.is_(None),
            Event.state != EventState.CANCELLED,
            Event.starts_at > now(),
            Event.starts_at < now() + AHEAD,
        )
        .options(contains_eager(Event.program), selectinload(Event.agenda))
        .order_by(Event.starts_at, Event.id)
    )
    return list(db.session.scalars(query))


def taken_items(events: Iterable[Event]) -> set[int]:
    """Which slots of these sessions hold a proposal."""
    query = (
        select(Proposal.agenda_item_id)
        .join(AgendaItem, AgendaItem.id == Proposal.agenda_item_id)
        .where(AgendaItem.event_id.in_([each.id for each in events]))
    )
    return {id for id in db.session.scalars(query) if id is not None}


def could_hold(item: AgendaItem) -> bool:
    """Whether a slot is one for a proposal: a talk of some kind, or anything that staff left open for a speaker."""
    return item.is_open or item.kind in TALKS


def free_slots(event: Event, taken: Collection[int]) -> list[AgendaItem]:
    """Slots on which nobody speaks yet."""
    return [
        item
        for item in event.agenda
        if could_hold(item) and not item.speakers.strip() and item.id not in taken
    ]


def has_room(event: Event, taken: Collection[int]) -> bool:
    """Whether a session still looks for somebody: it has a free slot, no talk at all, or time for another one."""
    talks = [item for item in event.agenda if item.kind in (ItemKind.TALK, ItemKind.DIDACTIC)]
    left = event.minutes - sum(item.minutes for item in event.agenda)
    return not talks or left >= SHORTEST_TALK or bool(free_slots(event, taken))


def open_sessions() -> list[Event]:
    """The Jams to come that look for somebody, soonest first.

    A draft is among them only on a day of its program's public pattern, so that it tells nothing but that pattern.
    """
    events = coming()
    taken = taken_items(events)
    days = {program: _pattern(program) for program in {each.program for each in events}}
    return [
        event
        for event in events
        if has_room(event, taken)
        and (
            event.state == EventState.PUBLISHED
            or wall(event.starts_at, event.time_zone).date() in days[event.program]
        )
    ]


def _pattern(program: Program) -> set[date]:
    if not program.recurrence:
        return set()
    pattern = Recurrence.from_json(program.recurrence)
    today = wall(now(), program.time_zone).date() - timedelta(days=1)
    slots = occurrences(pattern, program.start_time, program.minutes, program.time_zone, today, 60)
    return {wall(start, program.time_zone).date() for start, _ in slots}


def could_be_ticked(event: Event) -> bool:
    """Whether a date is still one to choose; one that is not stays as it was ticked."""
    return event.state != EventState.CANCELLED and event.starts_at > now()


def dates_by_id(ids: Collection[int]) -> list[Event]:
    """Sessions by id, soonest first."""
    return list(
        db.session.scalars(select(Event).where(Event.id.in_(list(ids))).order_by(Event.starts_at, Event.id))
    )


@dataclass(frozen=True)
class Cover:
    """How often a lever or focus area was taken up: sessions held in the last year, and planned ones."""

    term: Term
    held: int
    planned: int


def cover(kind: TermKind) -> list[Cover]:
    """The terms of a vocabulary, the least covered first, by sessions of public programs; one query."""
    held = and_(Event.starts_at <= now(), Event.starts_at > now() - _YEAR)
    counted = (
        select(
            event_term.c.term_id,
            func.count().filter(held).label("held"),
            func.count().filter(Event.starts_at > now()).label("planned"),
        )
        .join(Event, Event.id == event_term.c.event_id)
        .join(Program, Program.id == Event.program_id)
        .where(Event.state == EventState.PUBLISHED, Program.visibility == Visibility.PUBLIC)
        .group_by(event_term.c.term_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Term, func.coalesce(counted.c.held, 0), func.coalesce(counted.c.planned, 0))
        .outerjoin(counted, counted.c.term_id == Term.id)
        .where(Term.kind == kind, ~Term.retired)
        .order_by(Term.position, Term.id)
    )
    found = [Cover(term, held, planned) for term, held, planned in rows]
    return sorted(found, key=lambda each: each.held + each.planned)


_WHOLE = (
    selectinload(Proposal.terms),
    selectinload(Proposal.presenters).joinedload(Presenter.person).selectinload(Person.addresses),
    selectinload(Proposal.agenda_item).joinedload(AgendaItem.event).selectinload(Event.agenda),
    selectinload(Proposal.agenda_item).joinedload(AgendaItem.event).joinedload(Event.program),
)


def by_code(code: str) -> Proposal | None:
    """A proposal by its code."""
    if not code.isalnum():
        return None
    return db.session.scalar(select(Proposal).where(Proposal.code == code).options(*_WHOLE))


def own(person: Person, code: str) -> tuple[Proposal, Presenter] | None:
    """A proposal with this person's place in it, if they are one of its presenters.

    What is a draft is its author's alone.
    """
    proposal = by_code(code)
    mine = [each for each in proposal.presenters if each.person_id == person.id] if proposal else []
    if proposal is None or not mine or (proposal.state == State.DRAFT and mine[0] is not proposal.lead):
        return None
    return proposal, mine[0]


def of_person(person: Person) -> list[tuple[Proposal, Presenter]]:
    """What somebody presents or was named for, newest first, but what they declined and others' drafts."""
    rows = db.session.execute(
        select(Proposal, Presenter)
        .join(Presenter, Presenter.proposal_id == Proposal.id)
        .where(
            Presenter.person_id == person.id,
            Presenter.saying != Saying.DECLINED,
            or_(Proposal.state != State.DRAFT, Presenter.position == 1),
        )
        .options(*_WHOLE)
        .order_by(Proposal.id.desc())
    )
    return [(proposal, presenter) for proposal, presenter in rows]


def open_questions(proposals: Iterable[Proposal]) -> dict[int, int]:
    """How many questions wait for an answer, by proposal; one query."""
    rows = db.session.execute(
        select(ProposalQuestion.proposal_id, func.count())
        .where(
            ProposalQuestion.proposal_id.in_([each.id for each in proposals]),
            ProposalQuestion.answer.is_(None),
        )
        .group_by(ProposalQuestion.proposal_id)
    )
    return {id: number for id, number in rows}


@dataclass(frozen=True)
class Asked:
    """What the board is narrowed to; empty means everything."""

    q: str = ""
    state: str = ""
    kind: str = ""
    lever: str = ""
    focus: str = ""
    format: str = ""
    place: str = ""
    sector: str = ""
    age: str = ""
    #: A session by its address: whoever could make it.
    when: str = ""


def found(asked: Asked) -> Select[Proposal]:
    """Proposals for the desk, without drafts; those that have stood longest where they stand come first."""
    query = select(Proposal).options(*_WHOLE).where(Proposal.state != State.DRAFT)
    for column, value in (
        (Proposal.state, asked.state),
        (Proposal.kind, asked.kind),
        (Proposal.format, asked.format),
    ):
        if value:
            query = query.where(column == value)
    for kind, slug in ((TermKind.LEVER, asked.lever), (TermKind.FOCUS_AREA, asked.focus)):
        if slug:
            query = query.where(Proposal.id.in_(_tagged(kind, slug)))
    if asked.place:
        query = query.where(Proposal.id.in_(_presented(Presenter.state == asked.place)))
    if asked.sector.isascii() and asked.sector.isdigit() and len(asked.sector) < 9:
        query = query.where(Proposal.id.in_(_presented(Presenter.sector_id == int(asked.sector))))
    if asked.when:
        ticked = select(proposal_date.c.proposal_id).join(Event, Event.id == proposal_date.c.event_id)
        query = query.where(Proposal.id.in_(ticked.where(Event.slug == asked.when)))
    stood = age_of(asked.age)
    if stood is not None:
        query = query.where(Proposal.state_at < now() - stood)
    for word in asked.q.split()[:8]:
        named = _presented(or_(holds(Presenter.name, word), holds(Presenter.organization, word)))
        inside = (Proposal.title, Proposal.story, Proposal.takeaways, Proposal.code)
        query = query.where(or_(*(holds(each, word) for each in inside), Proposal.id.in_(named)))
    return query.order_by(Proposal.state_at, Proposal.id)


def _tagged(kind: TermKind, slug: str) -> Select[int]:
    tags = select(proposal_term.c.proposal_id).join(Term, Term.id == proposal_term.c.term_id)
    return tags.where(Term.kind == kind, Term.slug == slug)


def _presented(where: object) -> Select[int]:
    return select(Presenter.proposal_id).where(Presenter.saying != Saying.DECLINED, where)  # type: ignore[arg-type]


def board(asked: Asked, per: int = 8) -> tuple[dict[State, int], dict[State, list[Proposal]]]:
    """How many stand in each state, and the first of each: a fixed number of queries however many there are."""
    inner = (
        found(asked)
        .options()
        .with_only_columns(
            Proposal.id,
            Proposal.state,
            func.row_number()
            .over(partition_by=Proposal.state, order_by=(Proposal.state_at, Proposal.id))
            .label("place"),
        )
    )
    ranked = inner.order_by(None).subquery()
    counted = db.session.execute(select(ranked.c.state, func.count()).group_by(ranked.c.state))
    numbers = {State(state): number for state, number in counted}
    first = select(ranked.c.id).where(ranked.c.place <= per)
    query = select(Proposal).where(Proposal.id.in_(first)).options(*_WHOLE)
    columns: dict[State, list[Proposal]] = {state: [] for state in WORDS}
    for proposal in db.session.scalars(query.order_by(Proposal.state_at, Proposal.id)):
        columns[State(proposal.state)].append(proposal)
    return numbers, columns


def decided() -> list[Proposal]:
    """What is decided and not told yet, in the order of the decisions."""
    query = select(Proposal).where(Proposal.decision.is_not(None)).options(*_WHOLE)
    return list(db.session.scalars(query.order_by(Proposal.decided_at, Proposal.id)))


def answered_since_asked(proposals: Iterable[Proposal]) -> set[int]:
    """Proposals in review whose every question is answered, where there was one."""
    ids = [each.id for each in proposals]
    rows = db.session.execute(
        select(ProposalQuestion.proposal_id, func.count(), func.count(ProposalQuestion.answer))
        .where(ProposalQuestion.proposal_id.in_(ids))
        .group_by(ProposalQuestion.proposal_id)
    )
    return {id for id, asked, answered in rows if asked == answered}


def waiting_counts() -> dict[str, int]:
    """What waits for staff: new ones, decisions to be told, talks that are over and not marked; one query."""
    undecided = and_(Proposal.state == State.RECEIVED, Proposal.decision.is_(None))
    over = and_(Proposal.state.in_((State.SCHEDULED, State.CONFIRMED)), Event.ends_at <= now())
    query = (
        select(
            func.count().filter(undecided).label("new"),
            func.count().filter(Proposal.decision.is_not(None)).label("decided"),
            func.count().filter(over).label("over"),
        )
        .select_from(Proposal)
        .outerjoin(AgendaItem, AgendaItem.id == Proposal.agenda_item_id)
        .outerjoin(Event, Event.id == AgendaItem.event_id)
        .where(Proposal.state.in_(PIPELINE))
    )
    return dict(db.session.execute(query).one()._mapping)


def talks_near(proposal: Proposal, event: Event) -> list[Talk]:
    """Other proposals with a slot within three months of a session, for the question of clashes."""
    span = timedelta(days=100)
    query = (
        select(Proposal)
        .join(AgendaItem, AgendaItem.id == Proposal.agenda_item_id)
        .join(Event, Event.id == AgendaItem.event_id)
        .where(
            Proposal.id != proposal.id,
            Proposal.state.in_(ON_STAGE),
            Event.starts_at.between(event.starts_at - span, event.starts_at + span),
        )
        .options(*_WHOLE)
    )
    return [_talk(each) for each in db.session.scalars(query)]


def _talk(proposal: Proposal) -> Talk:
    event = proposal.event
    assert event is not None
    return Talk(
        proposal.title,
        wall(event.starts_at, event.time_zone).date(),
        frozenset(each.person_id for each in proposal.present),
        organizations_of(proposal),
    )


def organizations_of(proposal: Proposal) -> frozenset[str]:
    """Where its presenters work, so that two spellings are one."""
    return frozenset(normal_organization(each.organization) for each in proposal.present if each.organization)


def on_event(event: Event) -> list[Proposal]:
    """The proposals that stand in a session."""
    query = select(Proposal).join(AgendaItem, AgendaItem.id == Proposal.agenda_item_id)
    return list(
        db.session.scalars(
            query.where(AgendaItem.event_id == event.id).options(*_WHOLE).order_by(Proposal.id)
        )
    )


@dataclass(frozen=True)
class OnStage:
    """Where somebody presents: the session, the slot, and since when that is so."""

    event: Event
    item: AgendaItem
    proposal: Proposal


def stages_of(person_id: int) -> list[OnStage]:
    """Where a person presents or presented, by date."""
    query = (
        select(Proposal)
        .join(Presenter, Presenter.proposal_id == Proposal.id)
        .where(
            Presenter.person_id == person_id,
            Presenter.saying == Saying.CONFIRMED,
            Proposal.state.in_(ON_STAGE),
            Proposal.agenda_item_id.is_not(None),
        )
        .options(*_WHOLE)
        .order_by(Proposal.id)
    )
    rows = [(each.event, each.agenda_item, each) for each in db.session.scalars(query)]
    return [
        OnStage(event, item, each) for event, item, each in rows if event is not None and item is not None
    ]


def earlier_of(proposal: Proposal) -> list[Proposal]:
    """Other proposals of the same presenters, newest first; at most 20."""
    mine = select(Presenter.proposal_id).where(
        Presenter.person_id.in_([id for each in proposal.present for id in rows_of(each.person)])
    )
    query = select(Proposal).where(
        Proposal.id.in_(mine), Proposal.id != proposal.id, Proposal.state != State.DRAFT
    )
    return list(db.session.scalars(query.options(*_WHOLE).order_by(Proposal.id.desc()).limit(20)))


def alike(proposal: Proposal) -> list[Proposal]:
    """Others with the same title, in either case: likely the same thing sent twice."""
    query = select(Proposal).where(
        func.lower(Proposal.title) == proposal.title.lower(),
        Proposal.id != proposal.id,
        Proposal.state != State.DRAFT,
    )
    return list(db.session.scalars(query.options(*_WHOLE).order_by(Proposal.id).limit(10)))


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """The names of those whom the audit log names: accounts and people."""
    known = set(actors)
    accounts = [int(each.partition(":")[2]) for each in known if each.startswith("account:")]
    persons = [int(each.partition(":")[2]) for each in known if each.startswith("person:")]
    rows = db.session.execute(
        select(Account.id, Person.name).join(Account.person).where(Account.id.in_(accounts))
    )
    found = {f"account:{id}": name for id, name in rows}
    people = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(persons)))
    return {"visitor": "the public form", "clock": "Jam by itself", "command": "a command", **found,
            **{f"person:{id}": name for id, name in people}}  # fmt: skip
