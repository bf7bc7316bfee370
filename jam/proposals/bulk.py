"""One deed on many proposals: what it would do to each, doing it as one action, and undoing it where that is possible.

Nothing new happens here to a single proposal: the deeds are those of `decisions` and `stage`. Their letters wait ten
minutes, so that what is undone in time was never told. The caller commits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from jam.audit.actions import one_batch, record
from jam.audit.models import AuditDetail, AuditEntry
from jam.audit.queries import entries_about, of_batch
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.words import count
from jam.mail.actions import let_wait
from jam.mail.actions import withdraw as take_back
from jam.mail.queries import in_batch
from jam.mail.rules import LEFT, UNSENT
from jam.proposals import decisions, rules, stage
from jam.proposals.letters import SCOPE
from jam.proposals.models import Proposal
from jam.proposals.queries import WHOLE
from jam.proposals.rules import Kind, State
from jam.proposals.steps import lock
from jam.schedule import actions as schedule

#: One action holds all of them while it runs; more than this would let others wait for too long.
MOST = 500
#: How the log names an action on several proposals; its batch holds what became of each.
_MANY, _ALL = "proposals.many", ("proposals", 0)


class Deed(StrEnum):
    """What can be done with several proposals."""

    REVIEW = "review"
    ACCEPT = "accept"
    NOT_NOW = "not-now"
    UNDECIDE = "undecide"
    WITHDRAW = "withdraw"


DEED_WORDS = {
    Deed.REVIEW: "Start the review",
    Deed.ACCEPT: "Accept them, told later",
    Deed.NOT_NOW: "Not now, told later",
    Deed.UNDECIDE: "Take their decisions back",
    Deed.WITHDRAW: "Withdraw for them",
}
#: The same with a number of them.
_HEADLINES = {
    Deed.REVIEW: "Start the review of {}",
    Deed.ACCEPT: "Accept {}, to be told later",
    Deed.NOT_NOW: "Not now for {}, to be told later",
    Deed.UNDECIDE: "Take back the decision about {}",
    Deed.WITHDRAW: "Withdraw {}",
}
#: What was done, as the list of earlier actions says it.
DONE_WORDS = {
    Deed.REVIEW: "in review",
    Deed.ACCEPT: "decided: accepted",
    Deed.NOT_NOW: "decided: not now",
    Deed.UNDECIDE: "undecided again",
    Deed.WITHDRAW: "withdrawn",
}
DECISIONS = {Deed.ACCEPT: State.ACCEPTED, Deed.NOT_NOW: State.NOT_NOW}
_STEPS = {Deed.REVIEW: "review", Deed.ACCEPT: "accept", Deed.NOT_NOW: "not-now", Deed.WITHDRAW: "withdraw"}


@dataclass(frozen=True)
class Wish:
    """A deed, with a word to the presenters where it takes one."""

    deed: Deed
    message: str = ""


@dataclass(frozen=True)
class Outlook:
    """What a deed would do to one proposal, in a sentence; or why it stays as it is."""

    proposal: Proposal
    words: str
    refused: bool


@dataclass
class Done:
    """What a deed did: its batch, to how many, and which stayed as they were, with why."""

    batch: str
    done: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


def chosen(codes: Sequence[str]) -> list[Proposal]:
    """These proposals in the order in which the board shows them; drafts and unknown codes are left out."""
    known = [each for each in dict.fromkeys(codes) if each.isalnum()][: MOST + 1]
    query = select(Proposal).where(Proposal.code.in_(known), Proposal.state != State.DRAFT)
    return list(db.session.scalars(query.options(*WHOLE).order_by(Proposal.state_at, Proposal.id)))


def headline(deed: Deed, number: int) -> str:
    """The deed with the number of those it would change; without one when it changes none."""
    return _HEADLINES[deed].format(count(number, "proposal", "proposals")) if number else DEED_WORDS[deed]


def why_not(proposal: Proposal, deed: Deed) -> str | None:
    """Why a deed leaves this proposal as it is; None when it changes it."""
    if deed is Deed.UNDECIDE:
        return None if proposal.decision else "Nothing is decided about it that was not told."
    reason = rules.why_not(rules.STEPS[_STEPS[deed]], State(proposal.state), Kind(proposal.kind))
    if reason is None and deed in DECISIONS and proposal.decision:
        was = rules.WORDS[State(proposal.decision)].lower()
        return f"It is decided already, and not told: {was}. Take that decision back first."
    return reason


def outlook(picked: Sequence[Proposal], wish: Wish) -> list[Outlook]:
    """What the deed would do to each if it were done now; nothing is changed."""
    found = []
    for proposal in picked:
        reason = why_not(proposal, wish.deed)
        found.append(Outlook(proposal, reason or _would[wish.deed](proposal), reason is not None))
    return found


def _told(proposal: Proposal) -> str:
    lead = proposal.lead
    return f"{lead.name} gets a letter." if lead.person.address else "No address is known, so nobody is told."


def _would_decide(proposal: Proposal) -> str:
    return f"It stays at “{rules.WORDS[State(proposal.state)].lower()}” until you release the decision."


def _would_withdraw(proposal: Proposal) -> str:
    freed = " Its slot is free again." if proposal.agenda_item is not None else ""
    lost = " What was decided about it falls away." if proposal.decision else ""
    return f"It is withdrawn.{freed}{lost} {_told(proposal)}"


_would: dict[Deed, Callable[[Proposal], str]] = {
    Deed.REVIEW: lambda proposal: f"Its words stay as they are from now on. {_told(proposal)}",
    Deed.ACCEPT: _would_decide,
    Deed.NOT_NOW: _would_decide,
    Deed.UNDECIDE: lambda proposal: "It is undecided again. Nobody was told.",
    Deed.WITHDRAW: _would_withdraw,
}

_deeds: dict[Deed, Callable[[Proposal, Wish, str], None]] = {
    Deed.REVIEW: lambda proposal, wish, by: decisions.start_review(proposal, by=by),
    Deed.ACCEPT: lambda proposal, wish, by: decisions.decide(proposal, State.ACCEPTED, wish.message, by=by),
    Deed.NOT_NOW: lambda proposal, wish, by: decisions.decide(proposal, State.NOT_NOW, wish.message, by=by),
    Deed.UNDECIDE: lambda proposal, wish, by: decisions.undecide(proposal, by=by),
    Deed.WITHDRAW: lambda proposal, wish, by: stage.withdraw(proposal, by=by),
}


def do(codes: Sequence[str], wish: Wish, *, by: str) -> Done:
    """Do it to those of these proposals that it changes, as one action. Refused when it changes none, or for too many."""
    if len(set(codes)) > MOST:
        raise Refused(f"Choose {MOST} proposals at most at once, and the others after them.")
    picked = chosen(codes)
    # Sessions first, each kind in the order of ids, in which everybody holds them who holds several.
    for event in sorted({each.event for each in picked if each.event}, key=lambda each: each.id):
        schedule.lock(event)
    for proposal in sorted(picked, key=lambda each: each.id):
        lock(proposal)
    with one_batch() as batch:
        result = Done(batch)
        for proposal in picked:
            reason = why_not(proposal, wish.deed)
            if reason is None:
                _deeds[wish.deed](proposal, wish, by)
                result.done += 1
            else:
                result.refused.append((proposal.title, reason))
        if not result.done:
            raise Refused(result.refused[0][1] if result.refused else "Choose at least one proposal first.")
        record(_MANY, *_ALL, by=by, changes={"deed": (None, wish.deed), "proposals": (None, result.done)})
        let_wait(batch)
    return result


# --- undoing ----------------------------------------------------------------------------------------------------------

#: Deeds that can be taken back.
UNDOABLE = (Deed.REVIEW, Deed.ACCEPT, Deed.NOT_NOW, Deed.WITHDRAW)


@dataclass(frozen=True)
class Past:
    """An action of staff on several proposals."""

    entry: AuditEntry
    deed: Deed
    number: int


@dataclass(frozen=True)
class Change:
    """What became of one proposal in an action: the state it had, and why it could not go back now."""

    proposal: Proposal
    was: State
    stays: str | None


def lately(limit: int = 30) -> list[Past]:
    """What was done to several proposals at once, newest first: two queries."""
    found = []
    for entry, details in entries_about(_MANY, *_ALL, limit=limit):
        said = {each.field: each.after for each in details}
        if said.get("deed") in set(Deed):
            found.append(Past(entry, Deed(said["deed"] or ""), int(said.get("proposals") or 0)))
    return found


def past(batch: str) -> Past | None:
    """One action on several proposals."""
    return next((each for each in lately(300) if each.entry.batch == batch), None)


def changes(of: Past) -> list[Change]:
    """What an action did, proposal by proposal, in its order: a few queries, however many there are."""
    was: dict[int, State] = {}
    entries: dict[int, int] = {}
    for entry, details in of_batch(of.entry.batch):
        if entry.object_kind != SCOPE:
            continue
        entries[entry.object_id] = entry.id
        for each in details:
            if each.field == "state":
                was[entry.object_id] = State(each.before or "")
    query = select(Proposal).where(Proposal.id.in_(entries)).options(*WHOLE)
    rows = {each.id: each for each in db.session.scalars(query)}
    told = {
        letter.scope_id
        for letter in in_batch(of.entry.batch)
        if letter.scope_kind == SCOPE and letter.state in LEFT
    }
    later = _later(entries)
    return [
        Change(
            rows[id],
            was.get(id, State(rows[id].state)),
            _why_it_stays(of.deed, rows[id], was.get(id), id in told, id in later),
        )
        for id in entries
        if id in rows
    ]


def _later(entries: dict[int, int]) -> set[int]:
    """Which of these proposals have a later entry in the log than the given one: something was done to them since."""
    if not entries:
        return set()
    query = (
        select(AuditEntry.object_id, db.func.max(AuditEntry.id))
        .where(AuditEntry.object_kind == SCOPE, AuditEntry.object_id.in_(entries))
        .group_by(AuditEntry.object_id)
    )
    return {id for id, newest in db.session.execute(query) if newest > entries[id]}


def _why_it_stays(deed: Deed, proposal: Proposal, was: State | None, told: bool, later: bool) -> str | None:
    if deed not in UNDOABLE:
        return "A decision that was taken back is made anew on its page."
    if later:
        return "Something was done to it since."
    if told:
        return "The letter about it has left."
    if deed is Deed.WITHDRAW and was in rules.ON_STAGE:
        return "It had a slot, which is free now. Open it again and choose a slot."
    if deed in DECISIONS and proposal.decision != DECISIONS[deed]:
        return "The decision does not stand any more."
    if deed not in DECISIONS and was is None:
        return "What it was before is no longer known."
    return None


def undo(of: Past, *, by: str) -> int:
    """Put back what still stands as the action left it; returns how many. Refused when none can go back."""
    for each in sorted(changes(of), key=lambda each: each.proposal.id):
        lock(each.proposal)
    back = [each for each in changes(of) if each.stays is None]
    if not back:
        raise Refused("None of them can go back: each was changed since, or its presenters were told.")
    with one_batch():
        for each in back:
            if of.deed in DECISIONS:
                decisions.undecide(each.proposal, by=by)
            else:
                _put_back(each, by)
        letters = [each for each in in_batch(of.entry.batch) if each.state in UNSENT]
        ids = {each.proposal.id for each in back}
        take_back([each for each in letters if each.scope_id in ids],
                  "The change was undone before this letter left.", by=by)  # fmt: skip
        record("proposals.undo_many", *_ALL, by=by, changes={"batch": (None, of.entry.batch)})
    return len(back)


def _put_back(change: Change, by: str) -> None:
    """The state it had, since when it had it."""
    proposal = change.proposal
    record("proposals.undo", SCOPE, proposal.id, by=by, changes={"state": (proposal.state, change.was)})
    proposal.state, proposal.state_at = change.was, _since(proposal, change.was) or now()
    db.session.flush()


def _since(proposal: Proposal, state: State) -> datetime | None:
    """When it last came into a state, by the log."""
    query = (
        select(AuditEntry.at)
        .join(AuditDetail, AuditDetail.entry_id == AuditEntry.id)
        .where(
            AuditEntry.object_kind == SCOPE,
            AuditEntry.object_id == proposal.id,
            AuditDetail.field == "state",
            AuditDetail.after == state,
            AuditEntry.action != "proposals.undo",
        )
        .order_by(AuditEntry.id.desc())
    )
    return db.session.scalar(query.limit(1))
