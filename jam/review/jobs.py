"""What the clock runs: once a day at most, and only when something new came, reviewers hear what waits for them."""

from __future__ import annotations

from sqlalchemy import select

from jam.base.database import db
from jam.base.now import now
from jam.base.zones import EASTERN, wall
from jam.people.choices import wants
from jam.people.models import Account
from jam.people.rules import Stop
from jam.proposals.models import Proposal
from jam.review.letters import tell
from jam.review.models import Reviewer, ReviewNotice
from jam.review.queries import may_review, waiting

#: Hours of the day, Eastern, within which letters are written.
_FROM, _UNTIL = 8, 20


def write_digests() -> int:
    """Write to reviewers for whom something new waits; returns how many letters were written. The caller commits."""
    local = wall(now(), EASTERN)
    if not _FROM <= local.hour < _UNTIL:
        return 0
    query = (
        select(Account.id)
        .where(Account.id.in_(select(Reviewer.account_id)), may_review())
        .order_by(Account.id)
    )
    return sum(_write(id, f"{local:%Y-%m-%d}") for id in db.session.scalars(query).all())


def _write(account_id: int, day: str) -> bool:
    held = (
        select(Account).where(Account.id == account_id).with_for_update()
    )  # two clocks at once write one letter
    account = db.session.scalars(held.execution_options(populate_existing=True)).one()
    if not wants(account.person, Stop.REVIEWS):
        return False
    ids = set(db.session.scalars(waiting(account).with_only_columns(Proposal.id).order_by(None)))
    told = select(ReviewNotice.proposal_id).where(ReviewNotice.account_id == account.id)
    new = ids - set(db.session.scalars(told))
    if not new or tell(account, len(ids), day) is None:
        return False
    present = now()
    db.session.add_all(
        ReviewNotice(proposal_id=id, account_id=account.id, told_at=present) for id in sorted(new)
    )
    db.session.flush()
    return True
