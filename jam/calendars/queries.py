"""Reading stored calendars: a poll reads one small row, and a second one only when something changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from jam.base.database import db
from jam.calendars.models import CalendarEntry, CalendarFeed
from jam.registration.models import Registration
from jam.registration.rules import Status
from jam.schedule.models import Event
from jam.schedule.rules import State


def feed_mark(key: str) -> tuple[str, datetime] | None:
    """ETag and last change of a feed, without its content."""
    row = db.session.execute(
        select(CalendarFeed.etag, CalendarFeed.changed_at).where(CalendarFeed.key == key)
    ).first()
    return (row[0], row[1]) if row else None


def feed_content(key: str) -> bytes:
    """The bytes of a feed."""
    return db.session.scalars(select(CalendarFeed.content).where(CalendarFeed.key == key)).one()


def entry(event_id: int) -> CalendarEntry | None:
    """An event's stored VEVENT."""
    return db.session.get(CalendarEntry, event_id)


def in_personal_feed(person_id: int, cancelled_after: datetime) -> list[Registration]:
    """The seats a person holds, by date: of sessions that take or took place, and of those called off since then."""
    query = (
        select(Registration)
        .join(Registration.event)
        .where(
            Registration.person_id == person_id,
            Registration.status == Status.CONFIRMED,
            or_(
                Event.state == State.PUBLISHED,
                and_(Event.state == State.CANCELLED, Event.changed_at > cancelled_after),
            ),
        )
        .options(
            contains_eager(Registration.event).joinedload(Event.program), joinedload(Registration.person)
        )
        .order_by(Event.starts_at, Event.id)
    )
    return list(db.session.scalars(query))
