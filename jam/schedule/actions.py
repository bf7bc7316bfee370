"""Planning: programs, generated dates, and every change an event can go through. The caller commits.

Each change is told to higher rooms by `event_changed` in the same transaction, so letters and calendars stand or fall
with it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from jam.audit.actions import Changes, new_batch, record
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.text import slugify
from jam.base.zones import wall, zone
from jam.schedule.models import AgendaItem, Cohort, Event, Program
from jam.schedule.queries import days_of, events_of
from jam.schedule.recurrence import Recurrence, occurrences
from jam.schedule.rules import ItemKind, State, Visibility
from jam.schedule.signals import Before, Change, event_changed, program_changed
from jam.vocabulary.models import Term


@dataclass(frozen=True, kw_only=True)
class ProgramFields:
    """What staff decide about a program."""

    name: str
    summary: str = ""
    color: str = "teal"
    time_zone: str
    visibility: Visibility = Visibility.PUBLIC
    start_time: time
    minutes: int
    capacity: int | None = None
    waiting_list: bool = False
    offer_hours: int | None = None
    approval: bool = False
    join_url: str | None = None
    provided: str = ""
    needs_days: int = 10
    recurrence: dict[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class EventFields:
    """What staff write about an event, its date apart."""

    title: str
    summary: str = ""
    visibility: Visibility = Visibility.PUBLIC
    closed: bool = False
    capacity: int | None = None
    waiting_list: bool = False
    offer_hours: int | None = None
    approval: bool = False
    join_url: str | None = None
    recording_url: str | None = None
    slides_url: str | None = None
    provided: str = ""


@dataclass(frozen=True)
class Slot:
    """An agenda item to be."""

    kind: ItemKind
    title: str
    speakers: str
    minutes: int


@dataclass(frozen=True)
class PlannedDate:
    """A date of a program's recurrence: start and end in UTC, and whether an event stands on that day."""

    starts_at: datetime
    ends_at: datetime
    exists: bool


#: Fields of an event that a calendar shows: changing one makes its entry newer, but does not raise SEQUENCE.
_IN_CALENDARS = {"title", "summary", "visibility"}


def lock(event: Event) -> None:
    """Hold an event until the transaction ends, and read it anew, so that nobody changes it or counts its seats meanwhile.

    PostgreSQL locks the row; SQLite's writing transactions already stand in line, one after the other.
    """
    query = select(Event).where(Event.id == event.id).with_for_update()
    db.session.scalars(query.execution_options(populate_existing=True)).one()  # reading it is what renews it


def make_program(slug: str, given: ProgramFields, *, by: str) -> Program:
    """Make a program. Refused when its address is taken or empty."""
    slug = slugify(slug or given.name)
    if not slug:
        raise Refused("Give the program a short name for its address, with letters or digits.")
    if db.session.scalar(select(Program.id).where(Program.slug == slug)):
        raise Refused(f"There is a program at /programs/{slug} already. Choose another short name.")
    zone(given.time_zone)
    program = Program(slug=slug, changed_at=now(), **_values(given))
    db.session.add(program)
    db.session.flush()
    record("schedule.make_program", "program", program.id, by=by, changes={"name": (None, program.name)})
    return program


def edit_program(program: Program, given: ProgramFields, *, by: str) -> None:
    """Change a program; events that exist keep what they have, but calendars show them under its new name."""
    zone(given.time_zone)
    changes = _apply(program, given)
    if not changes:
        return
    record("schedule.edit_program", "program", program.id, by=by, changes=changes)
    program.changed_at = now()
    if "name" in changes:
        for event in events_of(program):
            event.changed_at = _newer(event)
            _tell(
                event,
                Change.EDITED,
                _before(event),
                by=by,
                action="edit",
                changes={"program": changes["name"]},
            )
    program_changed.send(None, program=program)


def make_cohort(program: Program, slug: str, name: str, starts_on: date, ends_on: date, *, by: str) -> Cohort:
    """Make a cohort of a program."""
    cohort = Cohort(program_id=program.id, slug=slug, name=name, starts_on=starts_on, ends_on=ends_on)
    db.session.add(cohort)
    db.session.flush()
    record("schedule.make_cohort", "cohort", cohort.id, by=by, changes={"name": (None, name)})
    return cohort


def next_dates(program: Program, count: int = 12) -> list[PlannedDate]:
    """The next `count` dates of a program's recurrence, those that have an event already marked. Nothing is written."""
    if program.recurrence is None:
        return []
    taken = days_of(program)
    found = occurrences(
        Recurrence.from_json(program.recurrence),
        program.start_time,
        program.minutes,
        program.time_zone,
        wall(now(), program.time_zone).date(),
        count,
    )
    return [PlannedDate(start, end, wall(start, program.time_zone).date() in taken) for start, end in found]


def planned(program: Program, count: int = 12) -> list[tuple[datetime, datetime]]:
    """Those of the next `count` dates that have no event yet: start and end in UTC. Nothing is written."""
    return [(each.starts_at, each.ends_at) for each in next_dates(program, count) if not each.exists]


def generate(program: Program, count: int, *, by: str) -> list[Event]:
    """Make drafts for those of the next `count` dates that have no event yet; asked twice, it makes them once."""
    batch = new_batch()
    db.session.execute(select(Program.id).where(Program.id == program.id).with_for_update())
    slots = planned(program, count)
    return [make_event(program, "Topic to come", start, end, by=by, batch=batch) for start, end in slots]


def make_event(
    program: Program,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    *,
    by: str,
    cohort: Cohort | None = None,
    batch: str | None = None,
) -> Event:
    """Make a draft with what the program gives it."""
    _check_span(starts_at, ends_at)
    present = now()
    event = Event(
        uid=f"{secrets.token_hex(16)}@{current_app.config['UID_DOMAIN']}",
        slug=_free_slug(program, starts_at),
        program_id=program.id,
        cohort_id=cohort.id if cohort else None,
        title=title,
        summary="",
        starts_at=starts_at,
        ends_at=ends_at,
        time_zone=program.time_zone,
        state=State.DRAFT,
        visibility=program.visibility,
        closed=False,
        capacity=program.capacity,
        waiting_list=program.waiting_list,
        offer_hours=program.offer_hours,
        approval=program.approval,
        join_url=program.join_url,
        sequence=0,
        created_at=present,
        changed_at=present,
    )
    db.session.add(event)
    db.session.flush()
    record(
        "schedule.make_event", "event", event.id, by=by, batch=batch, changes={"starts_at": (None, starts_at)}
    )
    return event


def add_past(
    program: Program,
    given: EventFields,
    terms: Iterable[Term],
    starts_at: datetime,
    ends_at: datetime,
    *,
    by: str,
    batch: str,
) -> Event:
    """Add a session that took place before Jam knew of it, published at once and told to nobody.

    The caller sends `past_added` when all of them stand. Refused for one that is not over.
    """
    if ends_at > now():
        raise Refused("This session is not over yet. Plan it as a new session instead.")
    event = make_event(program, given.title, starts_at, ends_at, by=by, batch=batch)
    _apply(event, given)
    event.terms, event.state = list(terms), State.PUBLISHED
    db.session.flush()
    record("schedule.add_past", "event", event.id, by=by, batch=batch,
           changes={"state": (State.DRAFT, State.PUBLISHED)})  # fmt: skip
    return event


def edit_event(
    event: Event, given: EventFields, terms: Iterable[Term], agenda: Sequence[Slot], *, by: str
) -> bool:
    """Change what is written about an event; returns whether anything is other than before.

    Nobody gets a letter, and answers to invitations stay. Refused without a title, and for a new agenda that is longer
    than the session.
    """
    lock(event)
    if not given.title:
        raise Refused("Give the session a title.")
    total = sum(slot.minutes for slot in agenda)
    if total > event.minutes and _slots(event) != list(agenda):
        raise Refused(
            f"The agenda adds up to {total} minutes, but the session lasts {event.minutes}. Shorten an item."
        )
    before = _before(event)
    changes: dict[str, tuple[object, object]] = dict(_apply(event, given))
    old_terms, event.terms = list(event.terms), list(terms)
    if {term.id for term in old_terms} != {term.id for term in event.terms}:
        changes["terms"] = (_names(old_terms), _names(event.terms))
    if _slots(event) != list(agenda):
        changes["agenda"] = (len(event.agenda), len(agenda))
        event.agenda.clear()
        db.session.flush()
        event.agenda.extend(
            AgendaItem(position=n, kind=s.kind, title=s.title, speakers=s.speakers, minutes=s.minutes)
            for n, s in enumerate(agenda, start=1)
        )
    if not changes:
        return False
    if changes.keys() & _IN_CALENDARS:
        event.changed_at = _newer(event)
    _tell(event, Change.EDITED, before, by=by, action="edit", changes=changes)
    return True


def publish(event: Event, *, by: str) -> None:
    """Show a draft to the public. Refused for anything that is not a draft, or is over."""
    lock(event)
    if event.state != State.DRAFT:
        raise Refused("This session is published already.")
    if event.ends_at <= now():
        raise Refused("The time of this session has passed. Move it to a day to come, then publish it.")
    before = _before(event)
    event.state = State.PUBLISHED
    event.changed_at = _newer(event)
    _tell(
        event,
        Change.PUBLISHED,
        before,
        by=by,
        action="publish",
        changes={"state": (before.state, event.state)},
    )


def move(event: Event, starts_at: datetime, ends_at: datetime, *, by: str, message: str = "") -> str:
    """Give an event another time; returns the batch id of the letters. Refused when cancelled, over, or unchanged."""
    lock(event)
    _check_span(starts_at, ends_at)
    if event.state == State.CANCELLED:
        raise Refused("This session is cancelled. Reinstate it first, then move it.")
    if event.state == State.PUBLISHED and event.ends_at <= now():
        raise Refused("This session is over, so it cannot be moved.")
    if starts_at <= now():
        raise Refused("The new time is in the past. Choose one to come.")
    if (starts_at, ends_at) == (event.starts_at, event.ends_at):
        raise Refused("That is the time it has already. Choose another one.")
    before = _before(event)
    event.starts_at, event.ends_at = starts_at, ends_at
    if event.state != State.DRAFT:
        event.sequence += 1
    event.changed_at = _newer(event)
    changes: dict[str, tuple[object, object]] = {
        "starts_at": (before.starts_at, starts_at),
        "ends_at": (before.ends_at, ends_at),
    }
    return _tell(event, Change.MOVED, before, by=by, action="move", changes=changes, message=message)


def cancel(event: Event, *, by: str, message: str = "") -> str:
    """Call an event off; returns the batch id of the letters. It stays visible, marked as cancelled."""
    lock(event)
    if event.state != State.PUBLISHED:
        raise Refused("Only a published session can be cancelled. A draft can be deleted.")
    if event.ends_at <= now():
        raise Refused("This session is over, so it cannot be cancelled.")
    return _change_state(event, State.CANCELLED, Change.CANCELLED, "cancel", message, by)


def reinstate(event: Event, *, by: str, message: str = "") -> str:
    """Bring a cancelled event back; returns the batch id of the letters."""
    lock(event)
    if event.state != State.CANCELLED:
        raise Refused("This session is not cancelled.")
    if event.ends_at <= now():
        raise Refused("The time of this session has passed, so it cannot be reinstated.")
    return _change_state(event, State.PUBLISHED, Change.REINSTATED, "reinstate", message, by)


def delete_draft(event: Event, *, by: str) -> None:
    """Remove a draft that nobody has seen. Refused for anything else, and when something hangs on it already."""
    lock(event)
    if event.state != State.DRAFT:
        raise Refused("Only a draft can be deleted. Cancel a published session instead.")
    record("schedule.delete_draft", "event", event.id, by=by, changes={"title": (event.title, None)})
    try:
        with db.session.begin_nested():
            db.session.delete(event)
    except IntegrityError as error:
        raise Refused("This draft has seats or an attendance report already, so it has to stay.") from error


def _change_state(event: Event, state: State, change: Change, action: str, message: str, by: str) -> str:
    before = _before(event)
    event.state = state
    event.sequence += 1
    event.changed_at = _newer(event)
    changes: dict[str, tuple[object, object]] = {"state": (before.state, state)}
    return _tell(event, change, before, by=by, action=action, changes=changes, message=message)


def _tell(
    event: Event,
    change: Change,
    before: Before,
    *,
    by: str,
    action: str,
    changes: Changes,
    message: str = "",
) -> str:
    batch = new_batch()
    db.session.flush()
    record(f"schedule.{action}", "event", event.id, by=by, batch=batch, changes=changes)
    event_changed.send(None, event=event, change=change, before=before, by=by, batch=batch, message=message)
    return batch


def _before(event: Event) -> Before:
    return Before(event.starts_at, event.ends_at, event.state)


def _newer(event: Event) -> datetime:
    # Calendars ignore an update that is not newer than what they have, and a second is their finest grain.
    return max(now(), event.changed_at + timedelta(seconds=1))


def _check_span(starts_at: datetime, ends_at: datetime) -> None:
    if not timedelta(minutes=5) <= ends_at - starts_at <= timedelta(hours=24):
        raise Refused("A session lasts between 5 minutes and 24 hours. Check its start and its end.")


def _free_slug(program: Program, starts_at: datetime) -> str:
    stem = f"{program.slug}-{wall(starts_at, program.time_zone):%Y-%m-%d}"
    taken = set(db.session.scalars(select(Event.slug).where(Event.slug.startswith(stem))))
    return next(slug for n in range(1, 1000) if (slug := stem if n == 1 else f"{stem}-{n}") not in taken)


def _values(given: ProgramFields | EventFields) -> dict[str, Any]:
    return {each.name: getattr(given, each.name) for each in fields(given)}


def _apply(row: Program | Event, given: ProgramFields | EventFields) -> dict[str, tuple[object, object]]:
    changes: dict[str, tuple[object, object]] = {}
    for name, value in _values(given).items():
        was = getattr(row, name)
        if was != value:
            setattr(row, name, value)
            changes[name] = (was, value)
    return changes


def _slots(event: Event) -> list[Slot]:
    return [Slot(ItemKind(item.kind), item.title, item.speakers, item.minutes) for item in event.agenda]


def _names(terms: Iterable[Term]) -> str:
    return ", ".join(term.name for term in terms)
