"""The public feeds: which there are, what stands in each, and their stored bytes."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, select, true
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from jam.base.database import db
from jam.base.links import url
from jam.base.markdown import plain
from jam.base.now import now
from jam.calendars import recordings
from jam.calendars.entries import made_with
from jam.calendars.ics import etag, feed
from jam.calendars.models import CalendarEntry, CalendarFeed
from jam.calendars.rules import ALL, RECORDINGS, cohort_key, lever_key, program_key, session_key
from jam.schedule.models import Cohort, Event, Program, event_term
from jam.schedule.queries import on_show, program_by_slug
from jam.schedule.rules import Visibility
from jam.vocabulary.models import Term
from jam.vocabulary.queries import by_slug
from jam.vocabulary.rules import Kind


@dataclass(frozen=True)
class Subject:
    """What a feed is about."""

    name: str
    about: str
    source: str
    color: str
    #: Which sessions stand in it.
    holds: ColumnElement[bool]
    #: Whether nobody may know of it while no session in it is on show.
    hidden: bool = False
    #: The calendar's UID, where it is not a random one of its own.
    uid: str | None = None


@dataclass(frozen=True)
class Feed:
    """A feed with its entries, ready to be written down."""

    subject: Subject
    entries: list[bytes]

    def content(self, uid: str, changed_at: datetime) -> bytes:
        """The bytes."""
        subject = self.subject
        return feed(
            subject.name, subject.about, subject.uid or uid, subject.source, subject.color, self.entries, changed_at
        )  # fmt: skip


def keys_of(event: Event) -> list[str]:
    """The feeds that a session stands in when it is on show."""
    levers = [lever_key(term.slug) for term in event.terms if term.kind == Kind.LEVER]
    cohort = [cohort_key(event.cohort.slug)] if event.cohort else []
    return sorted([ALL, program_key(event.program.slug), session_key(event.slug), *cohort, *levers])


def every_key() -> set[str]:
    """All feeds that should stand stored, but for those that nobody may know of."""
    slugs = {
        program_key: select(Program.slug).where(Program.visibility != Visibility.MEMBERS),
        cohort_key: select(Cohort.slug).join(Cohort.program).where(Program.visibility != Visibility.MEMBERS),
        lever_key: select(Term.slug).where(Term.kind == Kind.LEVER),
        session_key: select(Event.slug).join(CalendarEntry, CalendarEntry.event_id == Event.id),
    }
    return {ALL, RECORDINGS} | {
        key(slug) for key, query in slugs.items() for slug in db.session.scalars(query)
    }


def subject_of(key: str) -> Subject | None:
    """What the feed of a key is about; None when there is nothing of that name."""
    kind, _, slug = key.partition(":")
    if key == ALL:
        about = "All coming sessions of the Workforce Solutions Jam and the Workforce ECHO."
        return Subject("Workforce Solutions Partnership", about, url("calendars.all_feed"), "teal", true())
    found = {"program": _program, "cohort": _cohort, "lever": _lever, "session": _session}.get(kind)
    return found(slug) if found else None


def _program(slug: str) -> Subject | None:
    program = program_by_slug(slug)
    if program is None:
        return None
    source = url("calendars.program_feed", slug=slug)
    about, holds = plain(program.summary)[:500], Event.program_id == program.id
    hidden = program.visibility == Visibility.MEMBERS
    return Subject(program.name, about, source, program.color, holds, hidden)


def _cohort(slug: str) -> Subject | None:
    cohort = db.session.scalar(select(Cohort).where(Cohort.slug == slug))
    if cohort is None:
        return None
    name, source = f"{cohort.program.name}: {cohort.name}", url("calendars.cohort_feed", slug=slug)
    about = f"The sessions of {cohort.name}."
    hidden = cohort.program.visibility == Visibility.MEMBERS
    return Subject(name, about, source, cohort.program.color, Event.cohort_id == cohort.id, hidden)


def _lever(slug: str) -> Subject | None:
    lever = by_slug(Kind.LEVER, slug)
    if lever is None:
        return None
    tagged = select(event_term.c.event_id).where(event_term.c.term_id == lever.id)
    source = url("calendars.lever_feed", slug=slug)
    name, about = f"Workforce Solutions: {lever.name}", f"Sessions on the lever of change “{lever.name}”."
    return Subject(name, about, source, "teal", Event.id.in_(tagged))


def _session(slug: str) -> Subject | None:
    event = db.session.scalar(on_show().where(Event.slug == slug))
    if event is None:
        return None
    source = url("calendars.session_file", slug=slug)
    name = f"{event.program.name}: {event.title}"
    return Subject(name, "", source, event.program.color, Event.id == event.id, uid=event.uid)


def gathered(key: str) -> Feed | None:
    """A feed with its entries as they stand; None when there is none of that key for everybody."""
    subject = subject_of(key)
    if subject is None:
        return None
    query = select(CalendarEntry.content).join(Event, Event.id == CalendarEntry.event_id).where(subject.holds)
    entries = list(db.session.scalars(query.order_by(Event.starts_at, Event.id)))
    return None if subject.hidden and not entries else Feed(subject, entries)


def store_feeds(keys: Iterable[str]) -> int:
    """Build these feeds from the stored entries; returns how many hold other bytes than before.

    Each is held first, so that two changes at once do not overwrite each other's entry.
    """
    wanted = sorted(set(keys))
    held = (
        select(CalendarFeed).where(CalendarFeed.key.in_(wanted)).order_by(CalendarFeed.key).with_for_update()
    )
    kept = {row.key: row for row in db.session.scalars(held.execution_options(populate_existing=True))}
    db.session.flush()
    # Nothing that is read for a feed depends on another one: all are written together.
    with db.session.no_autoflush:
        return sum(_stored(key, kept.get(key)) for key in wanted)


def _stored(key: str, kept: CalendarFeed | None) -> bool:
    found = _found(key)
    if found is None:
        if kept is not None:
            db.session.delete(kept)
        return kept is not None
    if kept is None:
        kept, ours = _begun(key)
        if not ours:  # another change began the same feed at this moment: with what it put into it
            found = _found(key) or found
    kept.made_with = made_with()
    if kept.content and found.content(kept.uid, kept.changed_at) == kept.content:
        return False
    # A second is the finest grain of Last-Modified: two changes must not look like one.
    kept.changed_at = max(now(), kept.changed_at + timedelta(seconds=1))
    kept.content = found.content(kept.uid, kept.changed_at)
    kept.etag = etag(kept.content)
    return True


def _found(key: str) -> Feed | recordings.Recordings | None:
    return recordings.gathered() if key == RECORDINGS else gathered(key)


def _begun(key: str) -> tuple[CalendarFeed, bool]:
    """The row of a feed that had none, held, and whether it is ours; two changes at once that both begin it make one."""
    insert = postgresql_insert if db.engine.dialect.name == "postgresql" else sqlite_insert
    uid = f"{secrets.token_hex(16)}@{current_app.config['UID_DOMAIN']}"
    empty = {"key": key, "uid": uid, "content": b"", "etag": "", "made_with": ""}
    values = insert(CalendarFeed).values(**empty, changed_at=now() - timedelta(seconds=1))
    ours = db.session.scalar(values.on_conflict_do_nothing().returning(CalendarFeed.key)) is not None
    held = select(CalendarFeed).where(CalendarFeed.key == key).with_for_update()
    return db.session.scalars(held.execution_options(populate_existing=True)).one(), ours
