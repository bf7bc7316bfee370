"""The feed of new recordings: which sessions have one that everybody may watch, and since when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from jam.base.database import db
from jam.base.links import url
from jam.base.markdown import render
from jam.base.now import now
from jam.base.words import long_date
from jam.calendars.atom import Item, atom
from jam.calendars.models import RecordingEntry
from jam.registration.joining import web_address
from jam.schedule.models import Event
from jam.schedule.rules import State, Visibility

#: Entries in the feed; the list of past sessions holds all.
_NEWEST = 50
_NOBODY_YET = datetime(2024, 5, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Recordings:
    """The newest recordings, ready to be written down."""

    items: list[Item]

    def content(self, uid: str, changed_at: datetime) -> bytes:
        """The bytes. Entries tell when they changed, so the feed does not have to tell `changed_at`."""
        return atom(
            uid=uid,
            title="Recordings of the Workforce Solutions Jam",
            about="Each session whose recording has been put online, newest first.",
            source=url("calendars.recordings_feed"),
            link=url("site.sessions", when="past"),
            author="Workforce Solutions Partnership",
            updated=max((each.updated for each in self.items), default=_NOBODY_YET),
            items=self.items,
        )


def gathered() -> Recordings:
    """The newest recordings, by when they were put online."""
    query = (
        select(RecordingEntry, Event)
        .join(Event, Event.id == RecordingEntry.event_id)
        .order_by(RecordingEntry.published_at.desc(), Event.starts_at.desc(), Event.id.desc())
        .limit(_NEWEST)
        .options(selectinload(Event.agenda), selectinload(Event.program))
    )
    found = [(kept, event) for kept, event in db.session.execute(query)]
    return Recordings(
        [
            replace(_item(event), published=kept.published_at, updated=kept.updated_at)
            for kept, event in found
            if can_be_watched(event)
        ]
    )


def can_be_watched(event: Event) -> bool:
    """Whether everybody may watch its recording now."""
    return (
        event.visibility == Visibility.PUBLIC
        and event.state == State.PUBLISHED
        and event.ends_at <= now()
        and web_address(event.recording_url) is not None
    )


def note(events: Iterable[Event], *, of_the_past: bool = False) -> bool:
    """Keep what there is to watch; returns whether the feed has to say something else.

    `of_the_past` dates recordings by their sessions, so that nobody takes those of earlier years for new ones.
    """
    noted = [_noted(event, of_the_past) for event in events]
    return any(noted)


def not_noted() -> list[Event]:
    """Sessions whose recording stood there before they were over, and everything put in by other ways."""
    query = (
        select(Event)
        .outerjoin(RecordingEntry, RecordingEntry.event_id == Event.id)
        .where(
            RecordingEntry.event_id.is_(None),
            Event.visibility == Visibility.PUBLIC,
            Event.state == State.PUBLISHED,
            Event.ends_at <= now(),
            Event.recording_url.is_not(None),
        )
    )
    return [event for event in db.session.scalars(query) if can_be_watched(event)]


def _noted(event: Event, of_the_past: bool) -> bool:
    kept = db.session.get(RecordingEntry, event.id)
    if not can_be_watched(event):
        if kept is not None:
            db.session.delete(kept)
        return kept is not None
    item = _item(event)
    shown = (item.title, item.recording, item.summary, item.html, item.authors)
    digest = sha256(repr(shown).encode("utf-8", "replace")).hexdigest()
    if kept is None:
        at = event.ends_at if of_the_past else now()
        kept = RecordingEntry(event_id=event.id, digest=digest, published_at=at, updated_at=at)
        db.session.add(kept)
        return True
    if kept.digest == digest:
        return False
    kept.digest, kept.updated_at = digest, now()
    return True


def _item(event: Event) -> Item:
    typed = (name.strip() for slot in event.agenda for name in slot.speakers.split(";"))
    return Item(
        uid=event.uid,
        title=event.title,
        link=url("site.session", slug=event.slug),
        recording=web_address(event.recording_url) or "",
        summary=f"{event.program.name}, {long_date(event.starts_at, event.time_zone)}",
        html=str(render(event.summary)),
        authors=tuple(dict.fromkeys(name for name in typed if name)),
        published=event.ends_at,
        updated=event.ends_at,
    )
