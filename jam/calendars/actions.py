"""Writing calendars: entries and feeds when events change, invitations when letters are written. The caller commits."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Literal, cast

from flask import current_app
from sqlalchemy import select

from jam.audit.actions import record
from jam.base.database import db
from jam.base.links import url
from jam.base.markdown import plain
from jam.base.now import now
from jam.base.words import when
from jam.calendars.ics import Entry, etag, feed, invitation, vevent
from jam.calendars.models import CalendarEntry, CalendarFeed
from jam.calendars.queries import in_personal_feed
from jam.mail.actions import attach
from jam.mail.kinds import resolve
from jam.mail.models import Letter
from jam.mail.wording import mark
from jam.people.actions import hold
from jam.people.models import Person
from jam.registration.letters import zone_of
from jam.registration.models import Registration
from jam.schedule.models import Event, Program
from jam.schedule.rules import State, Visibility

ALL = "all"
_SUMMARY = 1_500

#: How long a personal feed still says that a session was called off.
_SHOWN_CANCELLED = timedelta(days=30)


def store(event: Event) -> None:
    """Keep an event's VEVENT up to date, and the feeds it stands in. Drafts and members' events stand in none."""
    store_all([event])


def store_all(events: Iterable[Event]) -> None:
    """Keep the VEVENTs of several events up to date, then each feed that shows another thing than before, once."""
    changed = [event for event in events if _stored_anew(event)]
    if not changed:
        return
    db.session.flush()
    store_feed(None)
    for program in {event.program.id: event.program for event in changed}.values():
        store_feed(program)


def store_feed(program: Program | None) -> None:
    """Build the feed of a program, or of all, from the stored entries."""
    key = ALL if program is None else f"program:{program.slug}"
    query = (
        select(CalendarEntry)
        .join(Event, Event.id == CalendarEntry.event_id)
        .order_by(Event.starts_at, Event.id)
    )
    if program is not None:
        query = query.where(Event.program_id == program.id)
    entries = list(db.session.scalars(query))
    kept = db.session.get(CalendarFeed, key)
    if kept is None:
        uid = f"{secrets.token_hex(16)}@{current_app.config['UID_DOMAIN']}"
        kept = CalendarFeed(key=key, uid=uid, content=b"", etag="", changed_at=now())
        db.session.add(kept)
    own = [] if program is None else [program.changed_at]
    changed_at = max([*own, *(entry.changed_at for entry in entries)], default=now())
    kept.content = _feed(program, kept.uid, [entry.content for entry in entries], changed_at)
    kept.etag, kept.changed_at = etag(kept.content), max(changed_at, now())


def invite(letter: Letter, registration: Registration, method: str) -> None:
    """Give a letter about a seat its calendar part, with the person's own join link (as a mark, until delivery)."""
    event = registration.event
    assert registration.invite_sequence is not None
    content = invitation(
        _entry(event, registration),
        method=cast("Literal['REQUEST', 'CANCEL']", method),
        sequence=registration.invite_sequence,
        attendee_email=letter.to_address,
        attendee_name=letter.to_name,
        stamped_at=max(now(), event.changed_at),
    )
    attach(letter, "invite", method, content)


def make_link(person: Person, *, by: str) -> None:
    """Give a person a calendar link; one they had before dies."""
    hold(person)
    _set_version(person, person.calendar_version + (2 if person.calendar_version % 2 else 1), by)


def revoke_link(person: Person, *, by: str) -> None:
    """Let the calendar link die; revoking twice revokes once."""
    hold(person)
    if person.calendar_version % 2:
        _set_version(person, person.calendar_version + 1, by)


def _set_version(person: Person, version: int, by: str) -> None:
    changes = {"calendar_version": (person.calendar_version, version)}
    record("calendars.link", "person", person.id, by=by, changes=changes)
    person.calendar_version = version


def personal_feed(person: Person, uid: str, source: str) -> bytes:
    """The sessions a person has a seat at, each with their own join link; called-off ones for thirty days.

    `uid` identifies the calendar, `source` is where it is served. The same seats always give the same bytes.
    """
    seats = in_personal_feed(person.id, now() - _SHOWN_CANCELLED)
    entries = [_own_entry(seat) for seat in seats]
    changed_at = max([entry.changed_at for entry in entries], default=person.created_at)
    return feed(
        "My sessions with the Workforce Solutions Partnership", "", uid, source, "teal",
        [vevent(entry) for entry in entries], changed_at,
    )  # fmt: skip


def _own_entry(seat: Registration) -> Entry:
    entry, join_page = _entry(seat.event, seat), resolve("join", seat.id)
    return replace(
        entry,
        location=join_page,
        description=entry.description.replace(mark("join_page"), join_page),
        # Beside the invitation in a mail, which carries the same UID, neither may look older.
        sequence=max(entry.sequence, seat.invite_sequence or 0),
        changed_at=max(entry.changed_at, seat.registered_at),
    )


def _stored_anew(event: Event) -> bool:
    """Whether an event's stored entry had to be changed."""
    kept = db.session.get(CalendarEntry, event.id)
    if event.state == State.DRAFT or event.visibility == Visibility.MEMBERS:
        if kept is None:
            return False
        db.session.delete(kept)
    else:
        content = vevent(_entry(event))
        if kept is not None and kept.content == content:
            return False
        if kept is None:
            db.session.add(CalendarEntry(event_id=event.id, content=content, changed_at=event.changed_at))
        else:
            kept.content, kept.changed_at = content, event.changed_at
    return True


def _entry(event: Event, registration: Registration | None = None) -> Entry:
    name, address = parseaddr(current_app.config["MAIL_FROM"])
    return Entry(
        uid=event.uid,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        created_at=event.created_at,
        changed_at=event.changed_at,
        sequence=event.sequence,
        cancelled=event.state == State.CANCELLED,
        summary=f"{event.program.name}: {event.title}",
        description=_description(event, registration),
        location=mark("join_page") if registration else "Online",
        url=url("site.session", slug=event.slug),
        organizer_name=name,
        organizer_email=address,
    )


def _description(event: Event, registration: Registration | None) -> str:
    # The wall time stands here in words, for readers who see the entry in another zone.
    times = when(event.starts_at, event.ends_at, zone_of(registration) if registration else event.time_zone)
    shown = registration is not None or event.visibility == Visibility.PUBLIC
    about = plain(event.summary) if shown else ""
    if len(about) > _SUMMARY:
        about = about[:_SUMMARY].rsplit(" ", 1)[0] + " …"
    page = url("site.session", slug=event.slug)
    if registration:
        way_in = f"Join here (this link is yours alone): {mark('join_page')}"
    elif event.visibility == Visibility.PUBLIC and event.state == State.PUBLISHED:
        way_in = f"Register: {page}"
    else:
        way_in = f"More: {page}"
    return "\n\n".join(part for part in (times, about, way_in) if part)


def _feed(program: Program | None, uid: str, contents: list[bytes], changed_at: datetime) -> bytes:
    if program is None:
        source = url("calendars.all_feed")
        return feed(
            "Workforce Solutions Partnership",
            "All coming sessions of the Workforce Solutions Jam and the Workforce ECHO.",
            uid, source, "teal", contents, changed_at,
        )  # fmt: skip
    source = url("calendars.program_feed", slug=program.slug)
    return feed(program.name, plain(program.summary)[:500], uid, source, program.color, contents, changed_at)
