"""A seat that became free goes to whoever came last."""

from __future__ import annotations

from sqlalchemy import select

from jam.base.database import db
from jam.registration import seats
from jam.registration.models import Registration
from jam.registration.queries import holding_count
from jam.registration.rules import Status
from jam.schedule.models import Event


def _promote_the_newest(event: Event, *, by: str) -> int:
    free = (event.capacity or 0) - holding_count(event)
    waiting = select(Registration).where(
        Registration.event_id == event.id, Registration.status == Status.WAITING
    )
    newest = waiting.order_by(Registration.queue_number.desc()).limit(max(free, 0))
    promoted = list(db.session.scalars(newest))
    for seat in promoted:
        seats.confirm(seat, by=by, kind="promoted")
    return len(promoted)


seats.promote = _promote_the_newest
