"""Taking a step of the table of states, with its letter. The caller commits."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from jam.audit.actions import record
from jam.audit.models import AuditEntry
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.cases import rules
from jam.cases.letters import SCOPE, tell
from jam.cases.models import EchoCase
from jam.cases.rules import State, Who


def lock(case: EchoCase) -> None:
    """Hold a case until the transaction ends, and read it anew: a button pressed twice at once acts once."""
    query = select(EchoCase).where(EchoCase.id == case.id).with_for_update()
    db.session.scalars(query.execution_options(populate_existing=True)).one()  # reading it is what renews it


def check(case: EchoCase, name: str, who: Who) -> None:
    """Refused, in words, when a step cannot be taken now, or not by who wants to."""
    step = rules.STEPS[name]
    if who not in step.who:
        raise Refused("This is for somebody else to do.", 403)
    reason = rules.why_not(step, State(case.state))
    if reason:
        raise Refused(reason, 409)


def take(
    case: EchoCase, name: str, who: Who, *, by: str, batch: str | None = None, letter: str | None = None,
    said: Mapping[str, str] | None = None,
) -> AuditEntry:  # fmt: skip
    """Take a step: the state, its entry in the log, and the letter that tells the presenter, or another `letter`, with what is
    `said` in it. Refused when it cannot be."""
    lock(case)
    check(case, name, who)
    step, was = rules.STEPS[name], case.state
    case.state, case.state_at = step.after, now()
    db.session.flush()
    entry = record(f"cases.{name}", SCOPE, case.id, by=by, batch=batch, changes={"state": (was, step.after)})
    if letter or step.letter:
        tell(letter or str(step.letter), case, entry.id, batch=entry.batch, due_at=None, **(said or {}))
    return entry
