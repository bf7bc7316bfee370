"""The measures of volunteers: what was offered in a period, where it stands, and how long a decision took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import case, exists, func, select

from jam.audit.models import AuditEntry
from jam.base.database import db
from jam.proposals.letters import SCOPE
from jam.proposals.models import Proposal, proposal_term
from jam.proposals.rules import WORDS, State
from jam.schedule.models import Program
from jam.statistics.choice import Choice, window
from jam.statistics.lines import Line, Rows, given
from jam.statistics.rules import Number, share
from jam.vocabulary.models import Term
from jam.vocabulary.rules import Kind

_YES = "proposals.accept"
_TOLD = (_YES, "proposals.not_now")
_TAKEN = (State.ACCEPTED, State.SCHEDULED, State.CONFIRMED, State.PRESENTED)
_WAITING = (State.RECEIVED, State.IN_REVIEW)
_DAY = timedelta(days=1)

NAMES = ("proposals", "proposals_waiting", "proposals_accepted", "proposals_presented", "decision_days")


@dataclass(frozen=True)
class Offered:
    """A proposal that was sent, and when its first decision was told; None before that, or where no entry says."""

    title: str
    state: State
    sent_at: datetime
    decided_at: datetime | None
    #: Whether a yes was told at some time, also where it was withdrawn after that.
    told_yes: bool

    @property
    def accepted(self) -> bool:
        """Whether it was accepted; a yes stays one when its presenter withdraws, or is erased."""
        return self.state in _TAKEN or (self.state is State.WITHDRAWN and self.told_yes)

    @property
    def days(self) -> float | None:
        """Days from sending it to the first decision."""
        return None if self.decided_at is None else max((self.decided_at - self.sent_at) / _DAY, 0.0)


def applies(choice: Choice) -> bool:
    """Whether anything was offered to the programs of a choice; a cohort has no volunteers."""
    if choice.cohort is not None:
        return False
    offered = exists().where(Proposal.sent_at.is_not(None))
    if choice.program is not None:
        offered = offered.where(Program.id == Proposal.program_id, Program.slug == choice.program)
    return bool(db.session.scalar(select(offered)))


def offered(choice: Choice) -> list[Offered]:
    """What was sent in the period, oldest first; nothing is known of one state or sector alone."""
    if choice.given:
        return []
    within = window(choice)
    told = (
        select(
            AuditEntry.object_id,
            func.min(AuditEntry.at).label("at"),
            func.max(case((AuditEntry.action == _YES, 1), else_=0)).label("yes"),
        )
        .where(AuditEntry.object_kind == SCOPE, AuditEntry.action.in_(_TOLD))
        .group_by(AuditEntry.object_id)
        .subquery()
    )
    query = (
        select(Proposal.title, Proposal.state, Proposal.sent_at, told.c.at, told.c.yes)
        .outerjoin(told, told.c.object_id == Proposal.id)
        .where(Proposal.state != State.DRAFT, *within.around(Proposal.sent_at))
        .order_by(Proposal.sent_at, Proposal.id)
    )
    if within.program_id is not None:
        query = query.where(Proposal.program_id == within.program_id)
    if choice.lever is not None:
        tagged = select(proposal_term.c.proposal_id).join(Term, Term.id == proposal_term.c.term_id)
        query = query.where(Proposal.id.in_(tagged.where(Term.kind == Kind.LEVER, Term.slug == choice.lever)))
    found = db.session.execute(query)
    return [Offered(title, State(state), sent, at, bool(yes)) for title, state, sent, at, yes in found]


def figures(choice: Choice) -> dict[str, Number]:
    """Every measure of volunteers by name."""
    if choice.given:
        return dict.fromkeys(NAMES)
    found = offered(choice)
    days = [each.days for each in found if each.days is not None]
    taken = sum(each.accepted for each in found)
    return {
        "proposals": len(found),
        "proposals_waiting": sum(each.state in _WAITING for each in found),
        "proposals_accepted": share(taken, len(found)),
        "proposals_presented": sum(each.state is State.PRESENTED for each in found),
        "decision_days": round(median(days), 1) if days else None,
    }


def by_state(choice: Choice) -> list[tuple[State, str, int]]:
    """How many of what was sent stand where, in the order of the steps; what none stands at is left out."""
    found = [each.state for each in offered(choice)]
    return [(state, words, found.count(state)) for state, words in WORDS.items() if state in found]


def rows(measure: str, choice: Choice, state: State | None = None) -> Rows:
    """The lines behind a measure of this module, or behind one state of `proposals`."""
    found: Sequence[Offered] = offered(choice)
    if state is not None:
        found = [each for each in found if each.state is state]
    elif measure == "proposals_waiting":
        found = [each for each in found if each.state in _WAITING]
    elif measure == "proposals_presented":
        found = [each for each in found if each.state is State.PRESENTED]
    elif measure == "decision_days":
        found = [each for each in found if each.days is not None]
    lines = [
        Line((each.title, WORDS[each.state], each.sent_at, each.decided_at,
              None if each.days is None else round(each.days, 1), "Yes" if each.accepted else ""))
        for each in found
    ]  # fmt: skip
    how = {
        "proposals_accepted": "Those with “Yes” under “Accepted”, divided by all lines.",
        "decision_days": "The median of the days of these lines.",
    }.get(measure, "")
    return given(lines, ("Proposal", "Now", "Sent", "Decision told", "Days", "Accepted"), how)
