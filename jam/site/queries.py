"""Reading for the public front."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from jam.audit.models import AuditDetail, AuditEntry
from jam.base.database import db
from jam.registration.models import Registration
from jam.registration.rules import HOLDING, Status
from jam.schedule.models import Cohort, Event, Program
from jam.schedule.queries import on_show, programs
from jam.schedule.rules import Visibility


def public_programs() -> list[Program]:
    """Programs that everybody may know of."""
    return [program for program in programs() if program.visibility != Visibility.MEMBERS]


def public_cohorts() -> list[Cohort]:
    """Cohorts whose sessions everybody may see the time of, newest first; those without one on show are left out."""
    query = on_show().with_only_columns(Event.cohort_id).where(Event.cohort_id.is_not(None))
    cohorts = select(Cohort).where(Cohort.id.in_(query)).order_by(Cohort.starts_on.desc(), Cohort.id)
    return list(db.session.scalars(cohorts.options(joinedload(Cohort.program))))


def earlier_starts(event: Event) -> list[datetime]:
    """The starts that a session was announced for before it was moved, each once, oldest first."""
    if event.sequence == 0:  # nothing that people had been told has changed
        return []
    mine = (AuditEntry.object_kind == "event", AuditEntry.object_id == event.id)
    published = select(func.max(AuditEntry.id)).where(*mine, AuditEntry.action == "schedule.publish")
    query = (
        select(AuditDetail.before)
        .join(AuditEntry, AuditEntry.id == AuditDetail.entry_id)
        .where(
            *mine,
            AuditEntry.action == "schedule.move",
            AuditDetail.field == "starts_at",
            AuditDetail.before.is_not(None),
            AuditEntry.id > func.coalesce(published.scalar_subquery(), 0),
        )
        .order_by(AuditEntry.id)
    )
    return list(dict.fromkeys(datetime.fromisoformat(str(at)) for at in db.session.scalars(query)))


def taken_seats(events: Iterable[Event]) -> dict[int, int]:
    """People who have a seat, have been offered one or wait for one, by event, for those events whose seats are
    counted; in one query at most."""
    limited = [event.id for event in events if event.capacity is not None]
    if not limited:
        return {}
    rows = db.session.execute(
        select(Registration.event_id, func.count())
        .where(Registration.event_id.in_(limited), Registration.status.in_([*HOLDING, Status.WAITING]))
        .group_by(Registration.event_id)
    )
    return dict(rows.all())
