"""What volunteers and presenters do with a proposal. The caller commits."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from jam.audit.actions import record
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.text import clean_line, clean_text
from jam.people import actions as people
from jam.people.actions import Details, find_or_add
from jam.people.models import Person
from jam.people.rules import checked_name
from jam.proposals import invitations, rules
from jam.proposals.call import call_program, could_be_ticked, dates_by_id
from jam.proposals.letters import SCOPE, tell
from jam.proposals.models import Invitation, Presenter, Proposal, ProposalQuestion
from jam.proposals.presenters import Other, ask_to_present, name_others
from jam.proposals.rules import Credit, Format, Kind, Saying, State
from jam.proposals.steps import lock, take
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
    #: Whom the public library may name; None where it must not be published.
    credit: Credit | None = None


def offer(
    address: str,
    details: Details,
    given: Offer,
    others: Sequence[Other] = (),
    *,
    bio: str = "",
    send: bool,
    asked: Invitation | None = None,
    by: str = VISITOR,
) -> Proposal:
    """Take what somebody typed into the public form, as a draft or sent, with a letter either way.

    `asked`: the invitation whose link they used. The same words sent twice make one proposal. Refused for addresses, names, titles that cannot be, and for more
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
    if asked is not None:
        invitations.begun(proposal, asked, by=by)
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
    credit = None if present else given.credit
    return [*texts, given.format, minutes, list(given.links), set(given.term_ids), dates, credit]


def _content(proposal: Proposal) -> list[object]:
    texts = [proposal.takeaways, proposal.evidence, proposal.access_needs]
    terms, dates = {each.id for each in proposal.terms}, {each.id for each in proposal.dates}
    return [*texts, proposal.format, proposal.minutes, list(proposal.links), terms, dates, proposal.credit]


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
    credit = given.credit if given.kind is Kind.SHARE else None
    if credit != proposal.credit:
        changes["credit"] = (proposal.credit, credit)
        proposal.credit, proposal.credit_at = credit, now() if credit else None
    kept = {each.id for each in proposal.dates if not could_be_ticked(each)}
    dates = dates_by_id({*given.event_ids, *kept}) if given.kind is Kind.PRESENT else []
    if {each.id for each in dates} != {each.id for each in proposal.dates}:
        changes["dates"] = (len(proposal.dates), len(dates))
        proposal.dates = dates
    return changes


def agree(proposal: Proposal, credit: Credit | None, *, by: str) -> None:
    """Say whether, and with whose name, the public library may show it; None takes it out at once. Only for what is shared."""
    lock(proposal)
    if proposal.kind != Kind.SHARE:
        raise Refused("Only what is shared without presenting stands in the library.")
    if proposal.credit == credit:
        return
    record("proposals.agree", SCOPE, proposal.id, by=by, changes={"credit": (proposal.credit, credit)})
    proposal.credit, proposal.credit_at = credit, now() if credit else None


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
    invitations.arrived(proposal, by=by)
    for presenter in proposal.presenters:
        if presenter.saying == Saying.ASKED:
            ask_to_present(presenter)


def answer_question(question: ProposalQuestion, words: str, *, by: str) -> None:
    """Answer a question of staff, or change one's own answer. Refused without a word, and with the other's answer where
    another presenter was faster."""
    words = clean_text(words, rules.LONGEST_SHORT, "Your answer")
    if not words:
        raise Refused("Write your answer first.")
    lock(question.proposal)
    db.session.refresh(question)
    if question.proposal.state in (State.WITHDRAWN, State.PRESENTED):
        raise Refused("Nothing more is asked here.")
    if question.answer == words:
        return
    if question.answer is not None and question.answered_by != by:
        raise Refused(
            f"Somebody who presents with you has answered meanwhile: “{question.answer}” What you wrote stands below and "
            "was not sent. If we should know it too, answer any of our mails.",
            409,
        )
    question.answer, question.answered_at, question.answered_by = words, now(), by
    record("proposals.answer", SCOPE, question.proposal_id, by=by,
           changes={"question": (question.id, question.id)})  # fmt: skip
