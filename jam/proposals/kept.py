"""What was kept for later and comes up now: proposals whose lever a planned session is about, or that was taken up least. It is only
suggested; staff take it up again, or leave it. The caller commits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import defer, selectinload

from jam.audit.actions import one_batch, record
from jam.base.database import db
from jam.base.now import now
from jam.proposals import decisions
from jam.proposals.call import coming, has_room, taken_items
from jam.proposals.letters import SCOPE
from jam.proposals.models import Proposal, proposal_term
from jam.proposals.rules import Kind, State
from jam.proposals.steps import lock
from jam.schedule import coverage
from jam.schedule.models import Event, event_term
from jam.vocabulary.models import Term
from jam.vocabulary.rules import Kind as TermKind

#: What staff left is not suggested again for so long.
REST = timedelta(days=90)
#: Sessions that are looked at, the soonest first, and levers taken up least.
_SESSIONS, _LEVERS = 6, 3


@dataclass(frozen=True)
class Fit:
    """Kept proposals that fit a session, or a lever that hardly came up."""

    #: What a button says it is about.
    key: str
    levers: list[str]
    proposals: list[Proposal]
    event: Event | None = None

    @property
    def topics(self) -> str:
        """“Payment and Clinical model”."""
        return " and ".join(
            [", ".join(self.levers[:-1]), self.levers[-1]] if len(self.levers) > 1 else self.levers
        )

    @property
    def why(self) -> str:
        """The reason in a letter: of a session that is planned, nothing but its topic."""
        if self.event is not None:
            return f"A session on {self.topics} is being planned, and yours would fit."
        return f"{self.topics} hardly came up in the last year, and we look for it."


def fits() -> list[Fit]:
    """What fits now, sessions first, the soonest before others; a fixed number of queries."""
    tagged = _kept()
    if not tagged:
        return []
    return [*_for_sessions(tagged), *_for_levers(tagged)]


def _kept() -> dict[int, list[Proposal]]:
    """Kept proposals by the levers they are about, those first that have been kept longest."""
    query = (
        select(proposal_term.c.term_id, Proposal)
        .join(Proposal, Proposal.id == proposal_term.c.proposal_id)
        .join(Term, Term.id == proposal_term.c.term_id)
        .where(
            Proposal.state == State.NOT_NOW,
            Proposal.kind == Kind.PRESENT,
            Term.kind == TermKind.LEVER,
            or_(Proposal.passed_over_at.is_(None), Proposal.passed_over_at < now() - REST),
        )
        .options(
            selectinload(Proposal.presenters),
            # The desk's front page asks, too, and of what was kept there may be hundreds with pages of text.
            *(
                defer(each)
                for each in (Proposal.story, Proposal.takeaways, Proposal.evidence, Proposal.access_needs)
            ),
        )
        .order_by(Proposal.state_at, Proposal.id)
    )
    found: dict[int, list[Proposal]] = {}
    for term_id, proposal in db.session.execute(query):
        found.setdefault(term_id, []).append(proposal)
    return found


def _for_sessions(tagged: dict[int, list[Proposal]]) -> list[Fit]:
    events = coming()
    taken = taken_items(events)
    wanting = {each.id: each for each in events if has_room(each, taken)}
    rows = db.session.execute(
        select(event_term.c.event_id, Term)
        .join(Term, Term.id == event_term.c.term_id)
        .where(event_term.c.event_id.in_(wanting), Term.id.in_(tagged))
        .order_by(Term.position, Term.id)
    )
    levers: dict[int, list[Term]] = {}
    for event_id, term in rows:
        levers.setdefault(event_id, []).append(term)
    return [
        Fit(f"session-{id}", [term.name for term in levers[id]], _of(levers[id], tagged), event)
        for id, event in wanting.items()
        if id in levers
    ][:_SESSIONS]


def _of(terms: list[Term], tagged: dict[int, list[Proposal]]) -> list[Proposal]:
    return list({each.id: each for term in terms for each in tagged[term.id]}.values())


def _for_levers(tagged: dict[int, list[Proposal]]) -> list[Fit]:
    rows = coverage.cover((TermKind.LEVER,), coverage.PUBLIC)[TermKind.LEVER].rows
    least = [each.term for each in coverage.ranked(rows) if not each.term.retired][:_LEVERS]
    return [
        Fit(f"lever-{term.id}", [term.name], tagged[term.id])
        for term in least
        if isinstance(term, Term) and term.id in tagged
    ]


def take_up(proposals: Collection[Proposal], why: str, *, by: str) -> int:
    """Look at them again, as one action; their presenters are told why. Returns how many were still kept."""
    taken = 0
    with one_batch():
        for proposal in sorted(proposals, key=lambda each: each.id):
            lock(proposal)
            if proposal.state == State.NOT_NOW:
                decisions.reopen(proposal, why=why, by=by)
                taken += 1
    return taken


def leave(proposals: Collection[Proposal], *, by: str) -> int:
    """Leave them kept: they are not suggested for a while. Nobody is told. Returns how many were still kept."""
    left = 0
    with one_batch():
        for proposal in sorted(proposals, key=lambda each: each.id):
            lock(proposal)
            if proposal.state == State.NOT_NOW:
                was, proposal.passed_over_at = proposal.passed_over_at, now()
                record("proposals.pass_over", SCOPE, proposal.id, by=by,
                       changes={"passed_over_at": (was, proposal.passed_over_at)})  # fmt: skip
                left += 1
    db.session.flush()
    return left
