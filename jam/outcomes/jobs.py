"""What the clock does for follow-ups: ask, remind once, and let cases be followed up whose last time has passed."""

from __future__ import annotations

from sqlalchemy import select

from jam.audit.actions import CLOCK, record
from jam.base import ending
from jam.base.database import db, reading
from jam.base.now import now
from jam.base.zones import wall
from jam.cases.letters import SCOPE
from jam.cases.models import EchoCase
from jam.cases.rules import State
from jam.cases.steps import lock
from jam.outcomes import asking, following
from jam.outcomes.asking_letters import AGAIN, ASK, ask
from jam.outcomes.following import Asked, asked_of, asked_of_all
from jam.outcomes.models import CaseFollowUp


def follow_up() -> int:
    """Do what is due for every case whose recommendations were sent; returns for how many. Commits by itself, case by case."""
    with reading():
        query = select(EchoCase).where(
            EchoCase.state == State.RECOMMENDED, EchoCase.recommendations_sent_at.is_not(None)
        )
        found = asked_of_all(list(db.session.scalars(query.order_by(EchoCase.id))))
        ids = [
            each.case.id
            for each in found
            if (not each.rows and each.recommendations) or each.over or _due(each)
        ]
        db.session.rollback()
    done = 0
    for id in ids:
        if ending.asked():
            break
        done += _look_after(db.session.get_one(EchoCase, id))
        db.session.commit()
    return done


def _look_after(case: EchoCase) -> bool:
    lock(case)
    if case.state != State.RECOMMENDED:
        return False
    planned = following.plan(case)
    if following.settle(case, by=CLOCK):
        return True
    asked = asked_of(case)
    kind, row = _due(asked), asked.now
    if kind is None or row is None or ask(kind, asked, row) is None:
        return bool(planned)
    if kind == ASK:
        row.asked_at = now()
    else:
        row.reminded_at = now()
    db.session.flush()
    record("outcomes.ask", SCOPE, case.id, by=CLOCK, changes={"days": (None, row.days)})
    return True


def _due(asked: Asked) -> str | None:
    """The kind of letter that should be written now; None for none."""
    row: CaseFollowUp | None = asked.now
    if row is None or row.answered_at is not None or not asked.wanted or asked.case.person.address is None:
        return None
    if wall(now(), asked.zone).hour < asking.FROM_HOUR:
        return None
    if row.asked_at is None:
        return ASK
    late = now() >= row.asked_at + asking.REMIND_AFTER
    return AGAIN if late and row.reminded_at is None else None
