"""Reading stored calendars: a poll reads one small row, and the bytes only when something changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from jam.base.database import db
from jam.calendars.models import CalendarFeed, PersonalCalendar
from jam.calendars.personal import is_stale
from jam.people.models import Person


@dataclass(frozen=True)
class Mark:
    """What a poll that finds nothing new has to know of a feed."""

    etag: str
    changed_at: datetime


def feed_mark(key: str) -> Mark | None:
    """ETag and last change of a feed, without its content."""
    query = select(CalendarFeed.etag, CalendarFeed.changed_at).where(CalendarFeed.key == key)
    row = db.session.execute(query).first()
    return Mark(row[0], row[1]) if row else None


def whole_feed(key: str) -> tuple[Mark, bytes] | None:
    """A feed's mark with the bytes it belongs to."""
    query = select(CalendarFeed.etag, CalendarFeed.changed_at, CalendarFeed.content)
    row = db.session.execute(query.where(CalendarFeed.key == key)).first()
    return (Mark(row[0], row[1]), row[2]) if row else None


def feed_content(key: str) -> bytes:
    """The bytes of a feed."""
    return db.session.scalars(select(CalendarFeed.content).where(CalendarFeed.key == key)).one()


@dataclass(frozen=True)
class Owner:
    """Whose feed an address may be for, and how it stands."""

    person_id: int
    #: Odd while there is a link.
    version: int
    #: Whether the person is nobody any more: merged into another one, or erased.
    gone: bool
    #: Of the stored bytes; None while they are stale.
    mark: Mark | None


def owner(person_id: int) -> Owner | None:
    """A person with the state of their feed, in one small row."""
    kept = PersonalCalendar
    row = db.session.execute(
        select(
            Person.calendar_version,
            Person.merged_into_id.is_not(None) | Person.erased_at.is_not(None),
            is_stale(),
            kept.etag,
            kept.changed_at,
        )
        .outerjoin(kept, kept.person_id == Person.id)
        .where(Person.id == person_id)
    ).first()
    if row is None:
        return None
    version, gone, stale, etag, changed_at = row
    return Owner(person_id, version, bool(gone), None if stale or not etag else Mark(etag, changed_at))


def personal(person_id: int) -> PersonalCalendar | None:
    """The stored feed, bytes and all."""
    return db.session.get(PersonalCalendar, person_id)
