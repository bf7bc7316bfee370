"""What this room holds about a person: what they offered, where they present, what they said of themselves, their files."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from jam.base.database import db
from jam.base.privacy import ERASED, Export, Holding, Objects, hand_in, items
from jam.mail.actions import empty
from jam.mail.models import Letter
from jam.proposals.files import drop_all
from jam.proposals.invitations import SCOPE as INVITATION
from jam.proposals.invitations import take_back
from jam.proposals.letters import SCOPE
from jam.proposals.models import Invitation, Presenter, Proposal
from jam.proposals.rules import FileKind, Invited, Saying, State
from jam.proposals.stage import hold, unname, withdraw
from jam.vocabulary.models import Term

_WHY = "Somebody it tells of was erased."


def _places(person_id: int) -> list[Presenter]:
    query = select(Presenter).where(Presenter.person_id == person_id)
    return list(db.session.scalars(query.order_by(Presenter.proposal_id)))


def objects(person_id: int) -> Objects:
    """The person's places as a presenter, and the proposals they offered."""
    places = _places(person_id)
    return {
        "presenter": [each.id for each in places],
        SCOPE: [each.proposal_id for each in places],
        INVITATION: [each.id for each in _invitations(person_id)],
    }


def export(person_id: int) -> Export:
    """Each proposal the person presents with its words, questions and files, oldest first. Of other presenters, nothing.

    A draft of somebody else does not stand here.
    """
    places = [
        each
        for each in _places(person_id)
        if each.proposal.state != State.DRAFT or each is each.proposal.lead
    ]
    terms = {term.id: term.name for term in db.session.scalars(select(Term))} if places else {}
    return {"proposals": [_item(each, terms) for each in places], "invitations": _asked(person_id)}


def _asked(person_id: int) -> list[dict[str, Any]]:
    return [
        {**items([each], "asked_at", "message", "state", "answered_at", "never")[0],
         "levers": [term.name for term in each.terms]}
        for each in _invitations(person_id)
    ]  # fmt: skip


def _invitations(person_id: int) -> list[Invitation]:
    query = select(Invitation).where(Invitation.person_id == person_id)
    return list(db.session.scalars(query.order_by(Invitation.id)))


def _item(place: Presenter, terms: dict[int, str]) -> dict[str, Any]:
    proposal = place.proposal
    presents = place.saying == Saying.CONFIRMED
    shown = ("code", "kind", "state", "title", "story", "takeaways", "evidence", "format", "minutes", "links",
             "created_at", "sent_at", "credit", "credit_at")  # fmt: skip
    files = [each for each in proposal.files if each.presenter_id in (None, place.id)]
    return {
        **items([proposal], *shown)[0],
        # Who has not said yes, or said no, has no way into the session and is told nothing of the preparations.
        **(items([proposal], "rehearsal_at", "panelist_url")[0] if presents else {}),
        # What somebody needs is told to them and to staff alone.
        "access_needs": proposal.access_needs if place is proposal.lead else "",
        # What is decided and not told is nobody's to read yet.
        "our_word": proposal.decision_message if presents and proposal.decision is None else "",
        "levers_and_focus_areas": [term.name for term in proposal.terms],
        "possible_dates": [event.starts_at.isoformat() for event in proposal.dates],
        "you": {
            **items([place], "name", "organization", "state", "bio", "saying", "asked_at", "answered_at", "release_at", "release_refused_at")[0],
            "job_role": terms.get(place.job_role_id or 0),
            "sector": terms.get(place.sector_id or 0),
        },
        "questions": items(proposal.questions, "question", "asked_at", "answer", "answered_at"),
        "files": items(files, "kind", "version", "media_type", "size", "sha256", "uploaded_at"),
    }  # fmt: skip


def erase(person_id: int, *, by: str) -> int:
    """Take the person out of everything they present, with their portrait and the letters that name them.

    What nobody else has said yes to goes with its words and slides, and its slot is free. Where another presenter has,
    the words stay theirs. That there was a proposal, in which state, with sector and state, stays as a number.
    """
    places = _places(person_id)
    for place in places:
        proposal = place.proposal
        hold(proposal)
        others = [
            each
            for each in proposal.presenters
            if each is not place and each.saying == Saying.CONFIRMED and each.person.erased_at is None
        ]
        drop_all([each for each in proposal.files if each.presenter_id == place.id])
        if place is proposal.lead:
            proposal.access_needs = ""
            proposal.credit = proposal.credit_at = None  # who agreed to be published is gone
        if others:
            _forget_letters(proposal, person_id, by)
            for question in proposal.questions:
                if question.answered_by == f"person:{person_id}":
                    question.answer = ERASED
        elif place is proposal.lead:
            _forget_all(proposal, by)
        unname(place, by=by)
        place.name, place.organization, place.bio = ERASED, "", ""
        place.saying, place.release_at, place.release_refused_at = Saying.DECLINED, None, None
        place.quiet_since = None
    asked = _invitations(person_id)
    for invitation in asked:
        invitation.message = ""
        if invitation.state == Invited.WAITING:
            take_back(invitation, by=by)
    db.session.flush()
    return len(places) + len(asked)


def _forget_all(proposal: Proposal, by: str) -> None:
    if proposal.state not in (State.PRESENTED, State.WITHDRAWN):
        withdraw(proposal, by=by)
    empty(_letters(proposal), _WHY, by=by)
    drop_all([each for each in proposal.files if each.kind == FileKind.SLIDES])
    proposal.title, proposal.links = "Erased proposal", []
    proposal.story = proposal.takeaways = proposal.evidence = proposal.access_needs = ""
    proposal.decision_message, proposal.panelist_url = "", None
    proposal.credit = proposal.credit_at = None
    for question in proposal.questions:
        question.question = ERASED
        if question.answer is not None:
            question.answer = ERASED
    for other in proposal.presenters:  # who was named and never said yes is known by their words alone
        if other.saying != Saying.CONFIRMED:
            other.name, other.organization, other.bio = ERASED, "", ""


def _forget_letters(proposal: Proposal, person_id: int, by: str) -> None:
    empty([each for each in _letters(proposal) if person_id in each.data.get("about", ())], _WHY, by=by)


def _letters(proposal: Proposal) -> list[Letter]:
    query = select(Letter).where(Letter.scope_kind == SCOPE, Letter.scope_id == proposal.id)
    return list(db.session.scalars(query))


hand_in(
    Holding(
        room="proposals",
        columns={
            "proposal": (
                "title", "story", "takeaways", "evidence", "links", "access_needs", "decision_message", "panelist_url",
                "rehearsal_at", "state", "credit", "credit_at",
            ),
            "presenter": (
                "person_id", "name", "organization", "job_role_id", "sector_id", "state", "bio", "saying", "release_at",
                "release_refused_at", "quiet_since",
            ),
            "proposal_question": ("question", "asked_by", "answer", "answered_at", "answered_by"),
            "proposal_file": ("presenter_id", "stored_as", "sha256", "uploaded_by"),
            "proposal_date": ("proposal_id", "event_id"),
            "invitation": ("person_id", "state", "message", "asked_by", "answered_at", "never", "proposal_id"),
        },
        parts={
            "proposals": "What you offered to present or to share, what you said of yourself, our questions and your files.",
            "invitations": "When we asked whether you would like to present, and what you answered.",
        },
        export=export,
        erase=erase,
        objects=objects,
    )
)  # fmt: skip
