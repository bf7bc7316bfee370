"""Reading stored calendars: a poll reads one small row, and a second one only when something changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from jam.base.database import db
from jam.calendars.models import CalendarEntry, CalendarFeed


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
