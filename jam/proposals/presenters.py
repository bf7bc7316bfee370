"""Who presents: named, asked, described, taken out; each answers for themself. The caller commits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from jam.audit.actions import new_batch, record
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.text import clean_line, clean_text
from jam.mail.actions import withdraw as take_back
from jam.mail.queries import unsent
from jam.people import actions as people
from jam.people.actions import Details, find_or_add
from jam.people.rules import checked_name
from jam.proposals import rules
from jam.proposals.letters import INVITED, SCOPE, may_ask, tell
from jam.proposals.models import Presenter, Proposal
from jam.proposals.rules import Saying, State
from jam.proposals.signals import presenting_changed
from jam.proposals.steps import lock


@dataclass(frozen=True)
class Other:
    """Another presenter, as the first one names them."""

    name: str
    address: str
    organization: str = ""


@dataclass(frozen=True)
class Said:
    """What a presenter says of themself."""

    name: str
    organization: str = ""
    bio: str = field(default="")


def name_others(proposal: Proposal, others: Iterable[Other], *, by: str) -> None:
    """Name further presenters. Who was named already stays as they are; the letters leave once the proposal is sent."""
    for other in others:
        named = len(proposal.presenters) - 1
        person = find_or_add(other.address, Details(other.name, organization=other.organization), by=by)
        if any(each.person_id == person.id for each in proposal.presenters):
            continue
        if named >= rules.MOST_OTHERS:
            raise Refused(
                f"That is more than {rules.MOST_OTHERS + 1} presenters. Name those who will speak; others can be "
                "mentioned in the text."
            )
        presenter = Presenter(
            person_id=person.id,
            position=max(each.position for each in proposal.presenters) + 1,
            name=checked_name(other.name),
            organization=clean_line(other.organization, 160, "The organization's name"),
            bio="",
            saying=Saying.ASKED,
        )
        proposal.presenters.append(presenter)
        db.session.flush()
        record("proposals.name", SCOPE, proposal.id, by=by, changes={"presenter": (None, presenter.id)})
        if proposal.state != State.DRAFT:
            ask_to_present(presenter)


def ask_to_present(presenter: Presenter) -> bool:
    """Write to somebody who was named, so that they say yes or no for themself; returns whether a letter was written.

    None is written beyond the most that one person gets, or causes, in a day. Refused for what is taken back or over.
    """
    lead = presenter.proposal.lead
    if presenter.proposal.state in (State.WITHDRAWN, State.PRESENTED):
        raise Refused("Nobody needs to be asked any more: it was taken back, or it is over.", 409)
    people.hold(presenter.person)  # so that several buttons at once do not all find room for one more letter
    db.session.refresh(presenter)
    if presenter.saying != Saying.ASKED:
        return False
    if unsent((SCOPE, presenter.proposal_id), ("person", presenter.person_id), (INVITED,)):
        return True  # the same button, pressed twice: one letter is on its way
    if not may_ask(presenter.person, lead.person):
        return False
    written = tell(INVITED, presenter, new_batch(), values={"who": lead.name}, about=[lead.person_id])
    if written is not None:
        presenter.asked_at = now()
    return written is not None


def drop_presenter(presenter: Presenter, *, by: str) -> None:
    """Take another presenter out again. A letter that has not left does not leave. Refused for the first one."""
    proposal = presenter.proposal
    lock(proposal)
    if presenter is proposal.lead:
        raise Refused("Whoever offers it cannot be taken out. Withdraw it instead.")
    if proposal.state not in rules.EDITABLE:
        raise Refused("Somebody is reading this already. Write to us, and we change who presents.")
    db.session.refresh(proposal, ["presenters"])
    if presenter not in proposal.presenters:
        return  # the same button, pressed twice at once
    letters = unsent((SCOPE, proposal.id), ("person", presenter.person_id))
    take_back(letters, "The presenter was taken out.", by=by)
    record("proposals.drop", SCOPE, proposal.id, by=by, changes={"presenter": (presenter.id, None)})
    proposal.presenters.remove(presenter)
    db.session.flush()


def answer_invitation(presenter: Presenter, saying: Saying, *, by: str) -> None:
    """Say for oneself that one is a presenter, or not. Whoever named them is told; done twice, it is told once."""
    proposal = presenter.proposal
    lock(proposal)
    db.session.refresh(presenter)
    if presenter is proposal.lead and saying is Saying.DECLINED:
        raise Refused("You are the first presenter of this. Withdraw it instead, or write to us.")
    if presenter.saying == saying or saying is Saying.ASKED:
        return
    entry = record("proposals.answer_invitation", SCOPE, proposal.id, by=by,
                   changes={"saying": (presenter.saying, saying)})  # fmt: skip
    presenter.saying, presenter.answered_at = saying, now()
    if saying is Saying.DECLINED:
        presenter.release_at = presenter.release_refused_at = None
    presenting_changed.send(None, people={presenter.person_id})
    lead = proposal.lead
    if lead is not presenter:
        values = {"who": presenter.name, "said": "said yes" if saying is Saying.CONFIRMED else "said no"}
        tell("proposal-answered", lead, entry.id, values=values, about=[presenter.person_id])


def describe(presenter: Presenter, said: Said, *, by: str) -> bool:
    """Change what a presenter says of themself; returns whether anything is other than before."""
    values = {
        "name": checked_name(said.name),
        "organization": clean_line(said.organization, 160, "The organization's name"),
        "bio": clean_text(said.bio, rules.LONGEST_BIO, "The text about you"),
    }
    changed = [name for name, value in values.items() if getattr(presenter, name) != value]
    for name in changed:
        setattr(presenter, name, values[name])
    if changed:
        record("proposals.describe", SCOPE, presenter.proposal_id, by=by,
               changes={"presenter": (presenter.id, presenter.id)})  # fmt: skip
    return bool(changed)


def allow_recording(presenter: Presenter, allowed: bool, *, by: str) -> None:
    """Allow the recording to be published, or say that it may not be; with the date, and changed at any time."""
    lock(presenter.proposal)
    db.session.refresh(presenter)
    if (presenter.release_at if allowed else presenter.release_refused_at) is not None:
        return
    was = presenter.release_at, presenter.release_refused_at
    presenter.release_at = now() if allowed else None
    presenter.release_refused_at = None if allowed else now()
    changes = {
        "release_at": (was[0], presenter.release_at),
        "release_refused_at": (was[1], presenter.release_refused_at),
    }
    record("proposals.release_recording", SCOPE, presenter.proposal_id, by=by, changes=changes)


def leave_alone(presenter: Presenter, quiet: bool, *, by: str) -> None:
    """Let no reminder go to a presenter about this proposal, as they told staff another way; or let them come again."""
    lock(presenter.proposal)
    db.session.refresh(presenter)
    if quiet == (presenter.quiet_since is not None):
        return
    was, presenter.quiet_since = presenter.quiet_since, now() if quiet else None
    record("proposals.quiet" if quiet else "proposals.chase_again", SCOPE, presenter.proposal_id, by=by,
           changes={"quiet_since": (was, presenter.quiet_since)})  # fmt: skip
