"""Taking a step of the table of states. The caller commits."""

from __future__ import annotations

from sqlalchemy import select

from jam.audit.actions import record
from jam.audit.models import AuditEntry
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.proposals import rules
from jam.proposals.letters import SCOPE
from jam.proposals.models import Proposal
from jam.proposals.rules import Kind, State


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
