"""Reading proposals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from jam.base.database import db
from jam.base.zones import wall
from jam.people.models import Account, Person
from jam.people.rules import normal_organization
from jam.proposals.models import Presenter, Proposal, ProposalQuestion
from jam.proposals.rules import ON_STAGE, Saying, State, Talk
from jam.schedule.models import AgendaItem, Event

WHOLE = (
    selectinload(Proposal.terms),
    selectinload(Proposal.presenters).joinedload(Presenter.person).selectinload(Person.addresses),
    selectinload(Proposal.agenda_item).joinedload(AgendaItem.event).selectinload(Event.agenda),
    selectinload(Proposal.agenda_item).joinedload(AgendaItem.event).joinedload(Event.program),
)


def by_code(code: str) -> Proposal | None:
    """A proposal by its code."""
    if not code.isalnum():
        return None
    return db.session.scalar(select(Proposal).where(Proposal.code == code).options(*WHOLE))


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
        .options(*WHOLE)
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
        .options(*WHOLE)
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
        db.session.scalars(query.where(AgendaItem.event_id == event.id).options(*WHOLE).order_by(Proposal.id))
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
        .options(*WHOLE)
        .order_by(Proposal.id)
    )
    rows = [(each.event, each.agenda_item, each) for each in db.session.scalars(query)]
    return [
        OnStage(event, item, each) for event, item, each in rows if event is not None and item is not None
    ]


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
