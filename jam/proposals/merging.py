"""Two people are one, and two again: whose presenters' places go where. The caller commits."""

from __future__ import annotations

from sqlalchemy import select

from jam.audit.actions import record
from jam.audit.undo import changes_since, done_in, restore, values_of
from jam.base.database import db
from jam.people.models import Person
from jam.proposals.invitations import SCOPE as INVITATION
from jam.proposals.models import Invitation, Presenter, Proposal
from jam.proposals.rules import Invited, Saying
from jam.proposals.signals import presenting_changed


def merge(keep: Person, gone: Person, *, by: str, batch: str) -> None:
    """Places of `gone` become `keep`'s; where both present the same thing, the place of `gone` is given up."""
    places = select(Presenter).where(Presenter.person_id == gone.id).order_by(Presenter.id)
    for place in db.session.scalars(places).all():
        before = values_of(place, "person_id", "saying")
        both = select(Presenter.id).where(
            Presenter.proposal_id == place.proposal_id, Presenter.person_id == keep.id
        )
        if db.session.scalar(both) is None:
            place.person_id = keep.id
        else:
            place.saying = Saying.DECLINED
        db.session.flush()
        record(
            "proposals.move", "presenter", place.id, by=by, batch=batch, changes=changes_since(place, before)
        )
    for asked in db.session.scalars(select(Invitation).where(Invitation.person_id == gone.id)).all():
        before = values_of(asked, "person_id", "state")
        if asked.state == Invited.WAITING and _waits(keep):
            asked.state = Invited.TAKEN_BACK  # nobody holds two that wait
        asked.person_id = keep.id
        db.session.flush()
        record("proposals.move_invitation", INVITATION, asked.id, by=by, batch=batch,
               changes=changes_since(asked, before))  # fmt: skip
    presenting_changed.send(None, people={keep.id, gone.id})


def unmerge(keep: Person, gone: Person, *, by: str, batch: str) -> list[str]:
    """Put back the places that a merge moved; returns a sentence for each that stays because it changed since."""
    stays = []
    for done in done_in(batch, "proposals.move"):
        place = db.session.get(Presenter, done.object_id, with_for_update=True, populate_existing=True)
        if place is None:
            continue
        if not done.stands(place):
            title = db.session.get_one(Proposal, place.proposal_id).title
            stays.append(f"The place as a presenter of “{title}” changed since; it stays with {keep.name}.")
            continue
        restore(done, place, "proposals.put_back", by=by, batch=batch)
    stays += _return_invitations(keep, by, batch)
    presenting_changed.send(None, people={keep.id, gone.id})
    return stays


def _waits(person: Person) -> bool:
    query = select(Invitation.id).where(
        Invitation.person_id == person.id, Invitation.state == Invited.WAITING
    )
    return db.session.scalar(query) is not None


def _return_invitations(keep: Person, by: str, batch: str) -> list[str]:
    stays = []
    for done in done_in(batch, "proposals.move_invitation"):
        asked = db.session.get(Invitation, done.object_id, with_for_update=True, populate_existing=True)
        if asked is None:
            continue
        if not done.stands(asked):
            stays.append(f"An invitation to present was answered since; it stays with {keep.name}.")
            continue
        restore(done, asked, "proposals.return_invitation", by=by, batch=batch)
    return stays
