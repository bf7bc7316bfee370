"""What staff decide: read it, ask, accept it or not now, and tell several at once, later. The caller commits."""

from __future__ import annotations

from collections.abc import Iterable

from jam.audit.actions import one_batch, record
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.text import clean_text
from jam.mail.actions import release as let_go
from jam.mail.actions import withdraw as take_back
from jam.mail.models import Letter
from jam.mail.rules import State as LetterState
from jam.proposals import rules
from jam.proposals.letters import SCOPE, decision_kind, decision_letters, tell, tell_all
from jam.proposals.models import Proposal, ProposalQuestion
from jam.proposals.rules import Kind, State
from jam.proposals.steps import lock, take

#: Which step brings each decision about.
_STEPS = {State.ACCEPTED: "accept", State.NOT_NOW: "not-now"}


def start_review(proposal: Proposal, *, by: str) -> None:
    """Begin to read: from here on the volunteer's words stay, and they are told."""
    lock(proposal)
    entry = take(proposal, "review", by=by)
    tell("proposal-review", proposal.lead, entry.id, batch=entry.batch)


def ask(proposal: Proposal, question: str, *, by: str) -> ProposalQuestion:
    """Ask the presenter something; they get a letter and answer on their page. Refused where nothing is read any more."""
    question = clean_text(question, rules.LONGEST_SHORT, "The question")
    if not question:
        raise Refused("Write your question first.")
    lock(proposal)
    if proposal.state not in rules.PIPELINE:
        raise Refused(
            f"It stands at “{rules.WORDS[State(proposal.state)].lower()}”, so there is nothing to ask."
        )
    if proposal.state == State.RECEIVED:
        start_review_quietly(proposal, by=by)
    asked = ProposalQuestion(question=question, asked_at=now(), asked_by=by)
    proposal.questions.append(asked)
    db.session.flush()
    entry = record("proposals.ask", SCOPE, proposal.id, by=by, changes={"question": (None, asked.id)})
    tell("proposal-question", proposal.lead, entry.id, values={"question": question}, batch=entry.batch)
    return asked


def start_review_quietly(proposal: Proposal, *, by: str) -> None:
    """Begin to read without a letter of its own, where another letter says it."""
    take(proposal, "review", by=by)


def decide(proposal: Proposal, decision: State, message: str, *, by: str) -> None:
    """Accept it or not now, to be told later: the letter is written as a draft, and the volunteer sees nothing yet.

    Decided anew, the earlier letter is taken back. Refused for anything that is not received or in review.
    """
    message = clean_text(message, rules.LONGEST_SHORT, "The message")
    lock(proposal)
    step = rules.STEPS[_STEPS[decision]]
    reason = rules.why_not(step, State(proposal.state), Kind(proposal.kind))
    if reason:
        raise Refused(reason, 409)
    if (proposal.decision, proposal.decision_message) == (decision, message):
        return
    take_back(decision_letters(proposal), "Decided anew.", by=by)
    entry = record(
        "proposals.decide", SCOPE, proposal.id, by=by, changes={"decision": (proposal.decision, decision)}
    )
    proposal.decision, proposal.decision_message, proposal.decided_at = decision, message, now()
    db.session.flush()
    _write_decision(proposal, decision, entry.id, LetterState.DRAFT)


def undecide(proposal: Proposal, *, by: str) -> None:
    """Take a decision back that nobody was told. Done twice, it is done once."""
    lock(proposal)
    if proposal.decision is None:
        return
    take_back(decision_letters(proposal), "The decision was taken back.", by=by)
    record("proposals.undecide", SCOPE, proposal.id, by=by, changes={"decision": (proposal.decision, None)})
    proposal.decision = proposal.decided_at = None
    proposal.decision_message = ""


def release(proposals: Iterable[Proposal], *, by: str) -> int:
    """Tell decisions, all as one action: the letters leave, and the proposals stand where they were decided to stand.

    Returns how many were still to be told.
    """
    told = 0
    with one_batch():
        for proposal in sorted(proposals, key=lambda each: each.id):
            lock(proposal)
            if proposal.decision is None:
                continue
            waiting = decision_letters(proposal)
            if waiting:
                let_go(waiting, by=by)
            _tell(proposal, by=by, write=not waiting)
            told += 1
    return told


def follow(proposal: Proposal, *, by: str) -> bool:
    """Where somebody let the letter go from the outbox, the proposal follows; returns whether it did."""
    lock(proposal)
    if proposal.decision is None or not _has_left(proposal):
        return False
    _tell(proposal, by=by, write=False)
    return True


def _has_left(proposal: Proposal) -> bool:
    kind = decision_kind(proposal, State(proposal.decision or ""))
    left = (
        db.select(Letter.id)
        .where(
            Letter.scope_kind == SCOPE,
            Letter.scope_id == proposal.id,
            Letter.kind == kind,
            Letter.created_at >= proposal.decided_at,
            Letter.state.in_((LetterState.DUE, LetterState.SENDING, LetterState.SENT, LetterState.FAILED)),
        )
        .limit(1)
    )
    return db.session.scalar(left) is not None


def _tell(proposal: Proposal, *, by: str, write: bool) -> None:
    decision = State(proposal.decision or "")
    proposal.decision = proposal.decided_at = None
    entry = take(proposal, _STEPS[decision], by=by)
    if write:
        _write_decision(proposal, decision, entry.id, LetterState.DUE)


def _write_decision(proposal: Proposal, decision: State, cause: int, state: LetterState) -> None:
    tell(
        decision_kind(proposal, decision),
        proposal.lead,
        cause,
        values={"message": proposal.decision_message},
        state=state,
    )


def reopen(proposal: Proposal, *, why: str = "", by: str) -> None:
    """Look again at something accepted, put off or withdrawn; the presenters are told, with the reason in a sentence."""
    lock(proposal)
    entry = take(proposal, "reopen", by=by)
    tell_all("proposal-reopened", proposal, entry.id, values={"why": why}, batch=entry.batch)
