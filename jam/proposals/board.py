"""Proposals as staff see them: the board with its search, and what waits for somebody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select

from jam.base.database import db
from jam.base.lookup import holds
from jam.base.now import now
from jam.proposals import pieces
from jam.proposals.models import Presenter, Proposal, ProposalQuestion, proposal_date, proposal_term
from jam.proposals.queries import WHOLE
from jam.proposals.rules import PIPELINE, WORDS, Saying, State
from jam.proposals.rules import age as age_of
from jam.schedule.models import AgendaItem, Event
from jam.vocabulary.models import Term
from jam.vocabulary.rules import Kind as TermKind


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
    #: Whose review it waits for or has: one of the options that are handed in.
    reviewer: str = ""
    #: One of `SORTS`, or of those that are handed in, for the list; empty for the first of them.
    sort: str = ""
    #: “list” for one list of all states.
    view: str = ""

    @property
    def listed(self) -> bool:
        """Whether it is shown as a list."""
        return bool(self.state or self.view)


#: What the list can be sorted by.
SORTS = {
    "": "Longest where it stands",
    "newest": "Newest first",
    "title": "Title",
    "presenter": "First presenter",
    "organization": "Organization",
    "state": "Where it stands",
}


def found(asked: Asked) -> Select[Proposal]:
    """Proposals for the desk, without drafts; those that have stood longest where they stand come first."""
    query = select(Proposal).options(*WHOLE).where(Proposal.state != State.DRAFT)
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
    query, first = pieces.sort(pieces.narrowed(query, asked.reviewer), asked.sort)
    return query.order_by(*first, *_order(asked.sort), Proposal.state_at, Proposal.id)


def _order(sort: str) -> list[Any]:
    """What comes first; whoever gave no organization comes last."""

    def of_first(column: Any) -> Any:
        first = select(func.lower(column)).where(
            Presenter.proposal_id == Proposal.id, Presenter.position == 1
        )
        return first.correlate(Proposal).scalar_subquery()

    organization = of_first(Presenter.organization)
    states = {state.value: number for number, state in enumerate(WORDS)}
    first: dict[str, list[Any]] = {
        "newest": [func.coalesce(Proposal.sent_at, Proposal.created_at).desc()],
        "title": [func.lower(Proposal.title)],
        "presenter": [of_first(Presenter.name)],
        "organization": [organization == "", organization],
        "state": [case(states, value=Proposal.state)],
    }
    return first.get(sort, [])


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
    query = select(Proposal).where(Proposal.id.in_(first)).options(*WHOLE)
    columns: dict[State, list[Proposal]] = {state: [] for state in WORDS}
    for proposal in db.session.scalars(query.order_by(Proposal.state_at, Proposal.id)):
        columns[State(proposal.state)].append(proposal)
    return numbers, columns


def decided() -> list[Proposal]:
    """What is decided and not told yet, in the order of the decisions."""
    query = select(Proposal).where(Proposal.decision.is_not(None)).options(*WHOLE)
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
