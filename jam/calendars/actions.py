"""Writing calendars: entries and feeds when events change, invitations when letters are written. The caller commits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, cast

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from jam.audit.actions import record
from jam.base.database import db
from jam.base.now import now
from jam.calendars import recordings
from jam.calendars.entries import is_shown, made_with, public_entry, seat_entry
from jam.calendars.feeds import every_key, keys_of, store_feeds
from jam.calendars.ics import invitation, vevent
from jam.calendars.models import CalendarEntry, CalendarFeed
from jam.calendars.personal import begin, end
from jam.calendars.rules import RECORDINGS, cohort_key, lever_key, program_key, session_key
from jam.mail.actions import attach
from jam.mail.models import Letter
from jam.people.actions import hold
from jam.people.models import Person
from jam.registration.letters import zone_of
from jam.registration.models import Registration
from jam.schedule.models import Cohort, Event, Program
from jam.vocabulary.models import Term
from jam.vocabulary.rules import Kind


def store(event: Event) -> None:
    """Keep an event's VEVENT up to date, and the feeds it stands in, or stood in before."""
    store_all([event])


def store_all(events: Iterable[Event], *, of_the_past: bool = False) -> None:
    """Keep the VEVENTs of several events up to date, then each feed that shows another thing than before, once.

    `of_the_past` are sessions that took place before Jam knew of them: nobody has to hear of their recordings.
    """
    given = list(events)
    keys = {key for event in given for key in _stored_anew(event)}
    if recordings.note(given, of_the_past=of_the_past):
        keys.add(RECORDINGS)
    if keys:
        db.session.flush()
        store_feeds(keys)


def store_program(program: Program) -> None:
    """A program's feed, its cohorts' feeds and the files of its sessions carry its name, summary or color."""
    db.session.flush()
    cohorts = db.session.scalars(select(Cohort.slug).where(Cohort.program_id == program.id))
    sessions = db.session.scalars(
        select(Event.slug)
        .join(CalendarEntry, CalendarEntry.event_id == Event.id)
        .where(Event.program_id == program.id)
    )
    store_feeds(
        [program_key(program.slug), *(cohort_key(slug) for slug in cohorts), *(session_key(slug) for slug in sessions)]
    )  # fmt: skip


def store_term(term: Term) -> None:
    """A word got another name: the feed of a lever carries it."""
    if term.kind == Kind.LEVER:
        db.session.flush()
        store_feeds([lever_key(term.slug)])


def repair() -> int:
    """Build what should stand stored and does not, or was made with other settings; returns how many feeds changed."""
    rows = db.session.execute(select(CalendarFeed.key, CalendarFeed.made_with)).all()
    present = {key: made for key, made in rows}
    outdated = any(made != made_with() for made in present.values())
    if outdated or not present:
        query = select(Event).options(selectinload(Event.terms), selectinload(Event.program))
        for event in db.session.scalars(query):
            _stored_anew(event)
    keys = (present.keys() | every_key()) if outdated else every_key() - present.keys()
    if recordings.note(recordings.not_noted(), of_the_past=outdated or not present):
        keys.add(RECORDINGS)
    if not keys:
        return 0
    db.session.flush()
    return store_feeds(keys)


def invite(letter: Letter, registration: Registration, method: str) -> None:
    """Give a letter about a seat its calendar part, with the person's own join link (as a mark, until delivery)."""
    assert registration.invite_sequence is not None
    content = invitation(
        seat_entry(registration.event, zone_of(registration)),
        method=cast("Literal['REQUEST', 'CANCEL']", method),
        sequence=registration.invite_sequence,
        attendee_email=letter.to_address,
        attendee_name=letter.to_name,
        stamped_at=max(now(), registration.event.changed_at),
    )
    attach(letter, "invite", method, content)


def make_link(person: Person, *, by: str) -> None:
    """Give a person a calendar link; one they had before dies."""
    hold(person)
    _set_version(person, person.calendar_version + (2 if person.calendar_version % 2 else 1), by)
    begin(person)


def revoke_link(person: Person, *, by: str) -> None:
    """Let the calendar link die; revoking twice revokes once."""
    hold(person)
    if person.calendar_version % 2:
        _set_version(person, person.calendar_version + 1, by)
        end(person.id)


def _set_version(person: Person, version: int, by: str) -> None:
    changes = {"calendar_version": (person.calendar_version, version)}
    record("calendars.link", "person", person.id, by=by, changes=changes)
    person.calendar_version = version


def _stored_anew(event: Event) -> set[str]:
    """Keep an event's entry; returns the feeds that have to be built anew because of it."""
    kept = db.session.get(CalendarEntry, event.id)
    before, after = set(kept.feeds if kept else []), set(keys_of(event) if is_shown(event) else [])
    if not after:
        if kept is not None:
            db.session.delete(kept)
        return before
    content = vevent(public_entry(event))
    if kept is None:
        kept = CalendarEntry(event_id=event.id, content=b"", changed_at=event.changed_at, feeds=[])
        db.session.add(kept)
    same = kept.content == content
    kept.feeds = sorted(after)
    if same:
        return before ^ after
    kept.content, kept.changed_at = content, event.changed_at
    return before | after
