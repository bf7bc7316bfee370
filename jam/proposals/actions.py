"""What volunteers and presenters do with a proposal. The caller commits."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from jam.audit.actions import new_batch, record
from jam.audit.models import AuditEntry
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.text import clean_line, clean_text
from jam.mail.actions import withdraw as take_back
from jam.mail.queries import unsent
from jam.people import actions as people
from jam.people.actions import Details, find_or_add
from jam.people.models import Person
from jam.people.rules import checked_name
from jam.proposals import rules
from jam.proposals.letters import INVITED, SCOPE, may_ask, tell
from jam.proposals.models import Presenter, Proposal, ProposalQuestion
from jam.proposals.queries import call_program, could_be_ticked, dates_by_id
from jam.proposals.rules import Format, Kind, Saying, State
from jam.proposals.signals import presenting_changed
from jam.vocabulary.models import Term

#: How the audit log names whoever filled in the form: nobody has shown yet that the address is theirs.
VISITOR = "visitor"

#: No letters or digits that look alike, and no vowels, so that no word comes out.
_ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"
#: The same words sent again within this time are the same proposal.
_SAME_WITHIN = timedelta(days=1)


@dataclass(frozen=True)
class Offer:
    """What somebody writes about what they offer."""

    title: str
    kind: Kind = Kind.PRESENT
    story: str = ""
    takeaways: str = ""
    evidence: str = ""
    format: Format | None = None
    minutes: int | None = None
    links: Sequence[str] = ()
    access_needs: str = ""
    term_ids: Collection[int] = ()
    event_ids: Collection[int] = ()


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


def offer(
    address: str,
    details: Details,
    given: Offer,
    others: Sequence[Other] = (),
    *,
    bio: str = "",
    send: bool,
    by: str = VISITOR,
) -> Proposal:
    """Take what somebody typed into the public form, as a draft or sent, with a letter either way.

    The same words sent twice make one proposal. Refused for addresses, names, titles that cannot be, and for more
    presenters than one page takes.
    """
    person = find_or_add(address, details, by=by)
    people.hold(person)
    proposal = _same(person, given, others)
    if proposal is None:
        proposal = _add(person, details, given, bio, by)
        name_others(proposal, others, by=by)
        if not send:
            tell("proposal-draft", proposal.lead, proposal.id)
    if send and proposal.state == State.DRAFT:
        send_in(proposal, by=by)
    return proposal


def _same(person: Person, given: Offer, others: Sequence[Other]) -> Proposal | None:
    """The same words with the same presenters, sent by the same person a moment ago."""
    alike = (
        select(Proposal)
        .join(Presenter)
        .where(
            Presenter.person_id == person.id,
            Presenter.position == 1,
            Proposal.created_at > now() - _SAME_WITHIN,
            Proposal.state.in_(rules.EDITABLE),
            Proposal.kind == given.kind,
            Proposal.title == rules.checked_title(given.title),
            Proposal.story == clean_text(given.story, rules.LONGEST_TEXT, "The story"),
        )
    )
    named = sorted(other.name for other in others)
    return next(
        (
            each
            for each in db.session.scalars(alike.order_by(Proposal.id.desc()))
            if _content(each) == _wanted(given) and sorted(one.name for one in each.presenters[1:]) == named
        ),
        None,
    )


def _wanted(given: Offer) -> list[object]:
    texts = [
        clean_text(each, rules.LONGEST_TEXT) for each in (given.takeaways, given.evidence, given.access_needs)
    ]
    present = given.kind is Kind.PRESENT
    dates = set(given.event_ids) if present else set()
    minutes = given.minutes if present else None
    return [*texts, given.format, minutes, list(given.links), set(given.term_ids), dates]


def _content(proposal: Proposal) -> list[object]:
    texts = [proposal.takeaways, proposal.evidence, proposal.access_needs]
    terms, dates = {each.id for each in proposal.terms}, {each.id for each in proposal.dates}
    return [*texts, proposal.format, proposal.minutes, list(proposal.links), terms, dates]


def _add(person: Person, details: Details, given: Offer, bio: str, by: str) -> Proposal:
    program, present = call_program(), now()
    proposal = Proposal(
        code=_free_code(), program_id=program.id if program else None, kind=given.kind, state=State.DRAFT, title="",
        links=[], created_at=present, state_at=present, decision_message="",
    )  # fmt: skip
    proposal.presenters.append(
        Presenter(
            person_id=person.id,
            position=1,
            name=checked_name(details.name),
            organization=clean_line(details.organization, 160, "The organization's name"),
            job_role_id=details.job_role_id,
            sector_id=details.sector_id,
            state=details.state,
            bio=clean_text(bio, rules.LONGEST_BIO, "The text about you"),
            saying=Saying.CONFIRMED,  # whoever offers it need not be asked
            answered_at=present,
        )
    )
    db.session.add(proposal)
    _apply(proposal, given)
    db.session.flush()
    record("proposals.offer", SCOPE, proposal.id, by=by, changes={"title": (None, proposal.title)})
    return proposal


def _free_code() -> str:
    while True:
        code = "".join(secrets.choice(_ALPHABET) for _ in range(7))
        if db.session.scalar(select(Proposal.id).where(Proposal.code == code)) is None:
            return code


def change(proposal: Proposal, given: Offer, *, by: str) -> bool:
    """Change what is offered; returns whether anything is other than before. Refused once somebody reads it."""
    lock(proposal)
    if proposal.state not in rules.EDITABLE:
        raise Refused(
            "Somebody has begun to read this, so its words stay as they are. Answer our questions instead."
        )
    changes = _apply(proposal, given)
    db.session.flush()
    if changes:
        record("proposals.change", SCOPE, proposal.id, by=by, changes=changes)
    return bool(changes)


def _apply(proposal: Proposal, given: Offer) -> dict[str, tuple[object, object]]:
    values: dict[str, object] = {
        "kind": given.kind,
        "title": rules.checked_title(given.title),
        "story": clean_text(given.story, rules.LONGEST_TEXT, "The story"),
        "takeaways": clean_text(given.takeaways, rules.LONGEST_SHORT, "What others can take home"),
        "evidence": clean_text(given.evidence, rules.LONGEST_SHORT, "The evidence"),
        "format": given.format,
        "minutes": given.minutes if given.kind is Kind.PRESENT else None,
        "links": rules.checked_links("\n".join(given.links)),
        "access_needs": clean_text(given.access_needs, rules.LONGEST_SHORT, "What you need"),
    }
    changes: dict[str, tuple[object, object]] = {}
    for name, value in values.items():
        was = getattr(proposal, name)
        if was != value and not (was is None and value == ""):
            # Long words would stand twice in the log; that they changed is enough.
            changes[name] = (
                (was, value) if name in ("title", "kind", "format", "minutes") else (None, "changed")
            )
        setattr(proposal, name, value)
    terms = list(db.session.scalars(select(Term).where(Term.id.in_(list(given.term_ids)))))
    if {each.id for each in terms} != {each.id for each in proposal.terms}:
        changes["terms"] = (len(proposal.terms), len(terms))
        proposal.terms = terms
    kept = {each.id for each in proposal.dates if not could_be_ticked(each)}
    dates = dates_by_id({*given.event_ids, *kept}) if given.kind is Kind.PRESENT else []
    if {each.id for each in dates} != {each.id for each in proposal.dates}:
        changes["dates"] = (len(proposal.dates), len(dates))
        proposal.dates = dates
    return changes


def lacks(proposal: Proposal) -> list[str]:
    """What a draft lacks before it can be sent, in words."""
    parts = [("what happened and what came of it", proposal.story)]
    if proposal.kind == Kind.PRESENT:
        parts += [("a format", proposal.format or "")]
    return [words for words, there in parts if not there]


def send_in(proposal: Proposal, *, by: str) -> None:
    """Send a draft: staff see it, the volunteer gets a letter, and every other presenter is asked. Refused when it lacks something."""
    lock(proposal)
    missing = lacks(proposal)
    if missing:
        raise Refused(f"Before you send it, tell us {' and '.join(missing)}.")
    entry = take(proposal, "send", by=by)
    proposal.sent_at = proposal.sent_at or now()
    tell("proposal-received", proposal.lead, entry.id, batch=entry.batch)
    for presenter in proposal.presenters:
        if presenter.saying == Saying.ASKED:
            ask_to_present(presenter)


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

    None is written beyond the most that one person gets, or causes, in a day.
    """
    lead = presenter.proposal.lead
    people.hold(presenter.person)  # so that several buttons at once do not all find room for one more letter
    if presenter.saying != Saying.ASKED or not may_ask(presenter.person, lead.person):
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
        presenter.release_at = None
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
    """Allow the recording to be published, with the date on which it was allowed; or take that back."""
    if allowed == (presenter.release_at is not None):
        return
    was, presenter.release_at = presenter.release_at, now() if allowed else None
    record("proposals.release_recording", SCOPE, presenter.proposal_id, by=by,
           changes={"release_at": (was, presenter.release_at)})  # fmt: skip


def answer_question(question: ProposalQuestion, words: str, *, by: str) -> None:
    """Answer a question of staff, or change the answer while the proposal is still read. Refused without a word."""
    words = clean_text(words, rules.LONGEST_SHORT, "Your answer")
    if not words:
        raise Refused("Write your answer first.")
    lock(question.proposal)
    if question.proposal.state in (State.WITHDRAWN, State.PRESENTED):
        raise Refused("Nothing more is asked here.")
    if question.answer == words:
        return
    question.answer, question.answered_at, question.answered_by = words, now(), by
    record("proposals.answer", SCOPE, question.proposal_id, by=by,
           changes={"question": (question.id, question.id)})  # fmt: skip


def lock(proposal: Proposal) -> None:
    """Hold a proposal until the transaction ends, and read it anew: a button pressed twice at once acts once."""
    query = select(Proposal).where(Proposal.id == proposal.id).with_for_update()
    db.session.scalars(query.execution_options(populate_existing=True)).one()  # reading it is what renews it


def take(proposal: Proposal, name: str, *, by: str, batch: str | None = None) -> AuditEntry:
    """Take a step of the table, with its entry in the log. Refused, in words, when it leads from elsewhere."""
    step, was = rules.STEPS[name], State(proposal.state)
    reason = rules.why_not(step, was, Kind(proposal.kind))
    if reason:
        raise Refused(reason, 409)
    proposal.state, proposal.state_at = step.after, now()
    db.session.flush()
    return record(f"proposals.{name.replace('-', '_')}", SCOPE, proposal.id, by=by, batch=batch,
                  changes={"state": (was, step.after)})  # fmt: skip
