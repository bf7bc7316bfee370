"""Asking somebody whether they would like to offer something, and what comes of it. The caller commits."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from jam.audit.actions import record
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.links import url
from jam.base.now import now
from jam.base.text import clean_text
from jam.base.tokens import make, read
from jam.mail.actions import About, Recipient, draft
from jam.mail.actions import withdraw as take_letters_back
from jam.mail.kinds import (
    Example,
    because,
    examples,
    heading,
    invented,
    link,
    links_say,
    needs,
    register,
    stoppable,
)
from jam.mail.models import Letter
from jam.mail.queries import unsent
from jam.mail.standing import cause
from jam.people import actions as people
from jam.people.actions import Details, find_or_add
from jam.people.choices import why_stopped
from jam.people.models import Person
from jam.people.queries import rows_of
from jam.people.rules import Stop
from jam.proposals.models import Invitation, Proposal
from jam.proposals.rules import LONGEST_SHORT, Invited
from jam.vocabulary.models import Term

#: What letters are about, and the purposes of the two links in them.
SCOPE = "invitation"
OPEN, NO_THANKS = "invited", "no-thanks"
WANTED = "invited-to-propose"

register(
    WANTED,
    "Would you like to present?",
    name="the recipient's name",
    topics="the levers that staff thought of, in a sentence; empty where they chose none",
    message="a word from staff",
    volunteer_page="personal link to the form, with the recipient's name and organization filled in",
    no_thanks="personal link to the page with the button for “no, thank you”",
)
heading("Proposals", WANTED, shared=True)
because(
    "You get this mail because somebody who plans the Workforce Solutions Jam would like to hear from you.",
    WANTED,
)
links_say(volunteer_page="Tell us what you could present", no_thanks="No, thank you")
needs(WANTED, "message", "volunteer_page", "no_thanks")
stoppable(Stop.FOLLOW_UPS, WANTED)
invented(topics="We thought of you for Payment and Clinical model.")


@link(OPEN)
def open_link(id: int) -> str:
    """The address that opens the form with what we know filled in."""
    return url("proposals.invited", token=make(OPEN, id))


@link(NO_THANKS)
def no_thanks_link(id: int) -> str:
    """The address of the page with the button that declines."""
    return url("proposals.no_thanks", token=make(NO_THANKS, id))


def of_token(token: str, purpose: str) -> Invitation | None:
    """The invitation that a link is about; None for a link that we did not make, and of somebody who was erased."""
    found = read(token, purpose)
    if found is None or not found.is_for(0):
        return None
    invitation = db.session.get(Invitation, found.id)
    return invitation if invitation is not None and invitation.person.erased_at is None else None


def of_person(person: Person) -> list[Invitation]:
    """Every invitation of somebody, newest first."""
    query = select(Invitation).where(Invitation.person_id.in_(rows_of(person)))
    return list(db.session.scalars(query.order_by(Invitation.id.desc())))


def listed() -> Select[Invitation]:
    """All of them: those that wait first, then the newest."""
    return (
        select(Invitation)
        .options(
            joinedload(Invitation.person).selectinload(Person.addresses),
            joinedload(Invitation.proposal),
            selectinload(Invitation.terms),
        )
        .order_by(Invitation.state != Invited.WAITING, Invitation.asked_at.desc(), Invitation.id.desc())
    )


def why_not(person: Person) -> str | None:
    """Why somebody cannot be asked, in words for staff; None when they can."""
    if person.merged_into_id is not None or person.erased_at is not None:
        return "This person was merged or erased."
    if person.address is None:
        return f"No address of {person.name} is known."
    if not person.follow_ups:
        return f"{person.name} wants no letters but those about what they hold, so Jam does not ask."
    earlier = of_person(person)
    if any(each.never for each in earlier):
        return f"{person.name} said that they do not want to be asked again."
    if any(each.state == Invited.WAITING for each in earlier):
        return f"{person.name} has been asked already and has not answered yet."
    return None


def invite_known(person: Person, message: str, term_ids: Collection[int], *, by: str) -> Invitation:
    """Ask somebody whom Jam knows, with a letter. Refused as `why_not` says."""
    message = clean_text(message, LONGEST_SHORT, "Your note")
    people.hold(person)
    reason = why_not(person)
    if reason:
        raise Refused(reason, 409)
    made = Invitation(
        person_id=person.id,
        state=Invited.WAITING,
        message=message,
        asked_at=now(),
        asked_by=by,
        never=False,
        terms=list(db.session.scalars(select(Term).where(Term.id.in_(list(term_ids))))),
    )
    db.session.add(made)
    db.session.flush()
    entry = record("proposals.invite", SCOPE, made.id, by=by, changes={"state": (None, made.state)})
    assert person.address is not None
    draft(
        WANTED,
        Recipient(person.address, person.name, "person", person.id),
        About(scope=(SCOPE, made.id), values=_values(made), links=_links(made)),
        key=f"{WANTED}:{made.id}",
        batch=entry.batch,
    )
    return made


def invite(address: str, details: Details, message: str, term_ids: Collection[int], *, by: str) -> Invitation:
    """Ask whoever has an address; a person with this name is made when nobody has it. Refused as `why_not` says."""
    return invite_known(find_or_add(address, details, by=by), message, term_ids, by=by)


def take_back(invitation: Invitation, *, by: str) -> None:
    """Do not ask after all: a letter that has not left does not leave. Refused once it is answered."""
    _hold(invitation)
    if invitation.state != Invited.WAITING:
        raise Refused("This was answered or taken back already.", 409)
    take_letters_back(unsent((SCOPE, invitation.id)), "The invitation was taken back.", by=by)
    _settle(invitation, Invited.TAKEN_BACK, "proposals.take_back_invitation", by=by)


def decline(invitation: Invitation, *, never: bool, by: str) -> None:
    """Say no, thank you; and that nobody should ask again. Done twice, it is done once."""
    _hold(invitation)
    if never and not invitation.never:
        invitation.never = True
        record("proposals.never_invite", SCOPE, invitation.id, by=by, changes={"never": (False, True)})
    if invitation.state == Invited.WAITING:
        take_letters_back(unsent((SCOPE, invitation.id)), "The recipient said no.", by=by)
        _settle(invitation, Invited.DECLINED, "proposals.decline_invitation", by=by)


def begun(proposal: Proposal, invitation: Invitation, *, by: str) -> None:
    """Somebody used the link in the letter: what they began, perhaps as a draft, came of it."""
    _hold(invitation)
    if invitation.state == Invited.WAITING and invitation.proposal_id is None:
        invitation.proposal_id = proposal.id
        db.session.flush()
        record("proposals.begin_invited", SCOPE, invitation.id, by=by,
               changes={"proposal_id": (None, proposal.id)})  # fmt: skip


def arrived(proposal: Proposal, *, by: str) -> None:
    """A proposal was sent: invitations that it came of, and one to whoever offers it, are answered."""
    rows = rows_of(proposal.lead.person)
    query = select(Invitation).where(
        Invitation.state == Invited.WAITING,
        Invitation.person_id.in_(rows) | (Invitation.proposal_id == proposal.id),
    )
    for invitation in db.session.scalars(query.order_by(Invitation.id).with_for_update()).all():
        invitation.proposal_id = proposal.id
        take_letters_back(unsent((SCOPE, invitation.id)), "The recipient has sent a proposal.", by=by)
        _settle(invitation, Invited.PROPOSED, "proposals.answer_by_proposal", by=by)


def _hold(invitation: Invitation) -> None:
    query = select(Invitation).where(Invitation.id == invitation.id).with_for_update()
    db.session.scalars(query.execution_options(populate_existing=True)).one()


def _settle(invitation: Invitation, state: Invited, action: str, *, by: str) -> None:
    was, invitation.state, invitation.answered_at = invitation.state, state, now()
    db.session.flush()
    record(action, SCOPE, invitation.id, by=by, changes={"state": (was, state)})


def _values(invitation: Invitation) -> dict[str, str]:
    names = [term.name for term in invitation.terms]
    words = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return {
        "name": invitation.person.name,
        "topics": f"We thought of you for {words}." if words else "",
        "message": invitation.message,
    }


def _links(invitation: Invitation) -> dict[str, tuple[str, int]]:
    return {"volunteer_page": (OPEN, invitation.id), "no_thanks": (NO_THANKS, invitation.id)}


@examples(WANTED)
def _newest(home: tuple[str, int] | None) -> list[Example]:
    newest = select(Invitation).join(Invitation.person).where(Person.erased_at.is_(None))
    return [
        Example(f"{SCOPE}:{each.id}", each.person.name, _values(each), _links(each))
        for each in db.session.scalars(newest.order_by(Invitation.id.desc()).limit(5))
    ]


@cause(WANTED)
def question_gone(letter: Letter) -> str | None:
    """Why somebody need not be asked any more: it is answered or taken back, or they stopped such letters."""
    asked = db.session.get(Invitation, letter.scope_id) if letter.scope_kind == SCOPE else None
    if asked is not None and asked.state != Invited.WAITING:
        return "The question was answered or taken back before this letter left."
    return why_stopped(letter)
