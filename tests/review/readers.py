"""Reviewers, and what they say, made by the room's own actions. Nothing is committed."""

from __future__ import annotations

from jam.people.models import Account
from jam.people.rules import AccountRole
from jam.proposals.models import Proposal
from jam.review import actions
from jam.review.models import Review
from jam.review.sheets import sheet_of
from jam.schedule.models import Program
from tests import makers

BY = makers.BY


def reviewer(
    name: str = "Rena Castellan", of: Program | None = None, role: AccountRole = AccountRole.REVIEWER
) -> Account:
    """Somebody who reviews a program."""
    account = makers.account(role, f"{name.split(maxsplit=1)[0].lower()}@readers.example", name)
    actions.add_reviewer(of or makers.program(), account, by=BY)
    return account


def say(account: Account, proposal: Proposal, *points: int, comment: str = "", whole: bool = True) -> Review:
    """Score the criteria in their order; the last score counts for those that are not named."""
    criteria = [each.id or 0 for each in sheet_of(proposal.program_id or 0).criteria]
    given = {id: points[min(n, len(points) - 1)] for n, id in enumerate(criteria)} if points else {}
    return actions.keep(
        proposal, account, given, comment, seen=actions.as_read(proposal), whole=whole, by=account.actor
    )


def path(proposal: Proposal, end: str = "") -> str:
    """The address of a proposal as reviewers open it."""
    return f"/desk/review/{proposal.id}{end}"
