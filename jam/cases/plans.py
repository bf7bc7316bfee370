"""Which session a case is brought to, and that it was. The caller commits."""

from __future__ import annotations

from jam.audit.actions import record
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.zones import EASTERN, wall
from jam.cases.letters import SCOPE, tell
from jam.cases.models import EchoCase
from jam.cases.queries import on_event
from jam.cases.rules import State, Who
from jam.cases.steps import check, lock, take
from jam.cohorts.models import CohortPlan
from jam.cohorts.rules import RECOMMENDATION_DAYS
from jam.mail.actions import withdraw as take_back
from jam.mail.queries import unsent
from jam.mail.rules import GRACE
from jam.schedule.holidays import working_days_after
from jam.schedule.models import Event
from jam.schedule.rules import State as EventState
from jam.schedule.signals import Change


def put_on(case: EchoCase, event: Event, *, waits: bool = False, by: str) -> None:
    """Bring an approved case to a session of its cohort. Refused for one that is over, cancelled, or another cohort's.

    `waits`: whether the letter waits a few minutes, so that it can be called back.
    """
    lock(case)
    if event.cohort_id != case.cohort_id:
        raise Refused("This session belongs to another cohort.")
    if event.state != EventState.PUBLISHED or event.ends_at <= now():
        raise Refused("This session is no draft's, over or cancelled. Choose one that is to come.")
    if case.event_id == event.id and case.state == State.SCHEDULED:
        raise Refused("It is planned for this session already.", 409)
    check(case, "schedule", Who.LEAD)
    was, case.event_id = case.event_id, event.id
    state, since = case.state, case.state_at
    case.state, case.state_at = State.SCHEDULED, now()
    db.session.flush()
    db.session.expire(case, ["event"])
    entry = record(
        "cases.schedule",
        SCOPE,
        case.id,
        by=by,
        changes={
            "state": (state, case.state),
            "state_at": (since, case.state_at),
            "event_id": (was, event.id),
        },
    )
    take_back(unsent((SCOPE, case.id), kinds=("case-scheduled",)), "It got another session.", by=by)
    tell("case-scheduled", case, entry.id, batch=entry.batch, due_at=now() + GRACE if waits else None)


def take_off(case: EchoCase, who: Who, *, by: str, batch: str | None = None) -> None:
    """Let a case wait for another session."""
    take(case, "unschedule", who, by=by, batch=batch)
    case.event_id = None
    db.session.flush()


def mark_presented(case: EchoCase, *, by: str) -> None:
    """Say that a case was presented. Refused before its session begins."""
    lock(case)
    if case.state == State.SCHEDULED and case.event is not None and case.event.starts_at > now():
        raise Refused("Its session has not begun yet.")
    take(case, "present", Who.LEAD, by=by)
    case.presented_at = now()
    plan = db.session.get(CohortPlan, case.cohort_id)
    day = wall(case.event.starts_at, case.event.time_zone) if case.event else wall(now(), EASTERN)
    case.recommendations_due_on = working_days_after(
        day.date(), plan.recommendation_days if plan else RECOMMENDATION_DAYS
    )
    db.session.flush()


def session_changed(event: Event, change: Change, *, by: str, batch: str | None = None) -> None:
    """A session was cancelled: its cases wait for another one."""
    if change is Change.CANCELLED:
        for case in on_event(event):
            take_off(case, Who.JAM, by=by, batch=batch)


def session_going(event: Event, *, by: str) -> None:
    """A session is about to be deleted: its cases wait for another one."""
    for case in on_event(event):
        take_off(case, Who.JAM, by=by)
