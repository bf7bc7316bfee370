"""What invented reviewers say of what is offered to the Jam, which they read without names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from jam.base.database import db
from jam.base.now import frozen, now
from jam.demo.sessions import BY
from jam.people.models import Account
from jam.people.queries import account_by_address
from jam.proposals.models import Proposal
from jam.review import actions, sheets
from jam.review.queries import still_open
from jam.schedule.models import Program

#: Whose accounts are made with the others.
REVIEWERS = (
    ("reviewer@example.org", "Rena Castellan"),
    ("second.reviewer@example.org", "Idris Valcourt"),
    ("third.reviewer@example.org", "Maren Ostergaard"),
)


@dataclass(frozen=True)
class Said:
    """What one reviewer says of a proposal: scores in the order of the criteria, or why they step back."""

    title: str
    #: Number of the reviewer.
    who: int
    scores: tuple[int, ...] = ()
    comment: str = ""
    question: str = ""
    stepped_back: str = ""


SAID = (
    Said("Interpreters in the team, not on the phone", 0, (5, 4, 3, 5, 4),
         "The strongest case for language access that we have had. What it cost would decide it."),
    Said("Interpreters in the team, not on the phone", 1, (4, 4, 2, 5, 5), "Hard to copy without a grant.",
         "Would one interpreter for two clinics work, too?"),
    Said("What a licensing board learned from its own backlog", 0, (4, 5, 5, 2, 4), "Any board could do this next week."),
    Said("What a licensing board learned from its own backlog", 1, (5, 5, 4, 3, 4)),
    Said("What a licensing board learned from its own backlog", 2, stepped_back="I sat on a board that copied this table."),
    Said("Rural residents who come back", 0, (4, 3, 3, 4, 3)),
    Said("Rural residents who come back", 1, (5, 4, 4, 4, 4), "Three voices make it a panel, not a report."),
    Said("Rural residents who come back", 2, (3, 3, 4, 5, 4)),
    Said("Forty slides about our vendor", 0, (1, 1, 2, 1, 3), "This sells something."),
    Said("Forty slides about our vendor", 2, (2, 1, 1, 1, 3)),
)  # fmt: skip


def make_reviews() -> None:
    """Three reviewers of the Jam, who read without names: scores in several states, one who stepped back."""
    jam = db.session.scalars(select(Program).where(Program.slug == "jam")).one()
    accounts = [_account(address) for address, _ in REVIEWERS]
    with frozen(now() - timedelta(days=60)):
        sheets.choose_anonymous(jam, True, by=BY)
        for account in accounts:
            actions.add_reviewer(jam, account, by=BY)
    criteria = [each.id or 0 for each in sheets.sheet_of(jam.id).criteria]
    for number, said in enumerate(SAID):
        proposal = db.session.scalars(select(Proposal).where(Proposal.title == said.title)).one()
        with frozen(now() - timedelta(days=5, hours=-number)):
            _say(proposal, accounts[said.who], said, criteria)


def _say(proposal: Proposal, account: Account, said: Said, criteria: list[int]) -> None:
    decided = (proposal.decision, proposal.decided_at)
    if not still_open(proposal):  # they said it before staff decided
        proposal.decision = proposal.decided_at = None
        db.session.flush()
    if said.stepped_back:
        actions.step_back(proposal, account, said.stepped_back, by=account.actor)
    else:
        points = dict(zip(criteria, said.scores, strict=True))
        seen = actions.as_read(proposal)
        actions.keep(proposal, account, points, said.comment, seen=seen, whole=True, by=account.actor)
        actions.suggest(proposal, account, said.question, by=account.actor)
    proposal.decision, proposal.decided_at = decided
    db.session.flush()


def _account(address: str) -> Account:
    found = account_by_address(address)
    assert found is not None
    return found
