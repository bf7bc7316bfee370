"""What somebody offered and presented over the years, by date, with how many people came."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import or_, select

from jam.attendance.queries import attended_counts
from jam.base.database import db
from jam.people.queries import rows_of
from jam.proposals.models import Presenter, Proposal
from jam.proposals.queries import WHOLE
from jam.proposals.rules import ON_STAGE, Saying, State
from jam.schedule.models import Event


@dataclass(frozen=True)
class Appearance:
    """One proposal of one presenter: the session it stands or stood in, and how many came, where that is known."""

    proposal: Proposal
    presenter: Presenter
    event: Event | None
    came: int | None


def appearances(person_ids: Collection[int]) -> list[Appearance]:
    """What these people offered or were named for, other people's drafts left out: the latest session first, then what has
    none. A fixed number of queries."""
    rows = db.session.execute(
        select(Proposal, Presenter)
        .join(Presenter, Presenter.proposal_id == Proposal.id)
        .where(
            Presenter.person_id.in_(list(person_ids)),
            or_(Proposal.state != State.DRAFT, Presenter.position == 1),
        )
        .options(*WHOLE)
        .order_by(Proposal.id.desc(), Presenter.position)
    ).all()
    events = {proposal.id: proposal.event if proposal.state in ON_STAGE else None for proposal, _ in rows}
    held = {event.id for event in events.values() if event is not None}
    came = attended_counts(held) if held else {}
    found = []
    for proposal, presenter in rows:
        event = events[proposal.id]
        found.append(Appearance(proposal, presenter, event, came.get(event.id) if event else None))
    dated = sorted(
        (each for each in found if each.event is not None),
        key=lambda each: each.event.starts_at if each.event else each.proposal.created_at,
        reverse=True,
    )
    return [*dated, *(each for each in found if each.event is None)]


def of_others_in(proposal: Proposal) -> list[Appearance]:
    """The other proposals of a proposal's presenters, each once."""
    ids = [id for each in proposal.present for id in rows_of(each.person)]
    found = {each.proposal.id: each for each in appearances(ids) if each.presenter.saying != Saying.DECLINED}
    return [each for id, each in found.items() if id != proposal.id and each.proposal.state != State.DRAFT]
