"""Every change an event can go through. The caller commits.

Each change is told to higher rooms by `event_changed` in the same transaction, so letters and calendars stand or fall
with it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from jam.audit.actions import Changes, new_batch, record
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.zones import wall
from jam.schedule.given import EventFields, Slot, apply
from jam.schedule.models import Cohort, Event, Program
from jam.schedule.rules import State
from jam.schedule.signals import Before, Change, event_changed, event_going
from jam.schedule.slots import filled, set_slots, slots_of
from jam.vocabulary.models import Term

#: Fields of an event that a calendar shows: changing one makes its entry newer, but does not raise SEQUENCE.
_IN_CALENDARS = {"title", "summary", "visibility"}


def lock(event: Event) -> None:
    """Hold an event until the transaction ends, and read it anew, so that nobody changes it or counts its seats meanwhile.

    PostgreSQL locks the row; SQLite's writing transactions already stand in line, one after the other.
    """
    query = select(Event).where(Event.id == event.id).with_for_update()
    db.session.scalars(query.execution_options(populate_existing=True)).one()  # reading it is what renews it
    if "agenda" in event.__dict__:  # its items were read before, too
        for item in event.agenda:
            db.session.expire(item)
        db.session.expire(event, ["agenda"])


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
    apply(event, given)
    event.terms, event.state = list(terms), State.PUBLISHED
    db.session.flush()
    record("schedule.add_past", "event", event.id, by=by, batch=batch,
           changes={"state": (State.DRAFT, State.PUBLISHED)})  # fmt: skip
    return event


def program_renamed(event: Event, name: tuple[object, object], *, by: str) -> None:
    """Tell that an event stands under its program's new name: nobody gets a letter, calendars show it. `name`: was, is."""
    event.changed_at = _newer(event)
    _tell(event, Change.EDITED, _before(event), by=by, action="edit", changes={"program": name})


def edit_event(
    event: Event, given: EventFields, terms: Iterable[Term], agenda: Sequence[Slot] | None = None, *, by: str
) -> bool:
    """Change what is written about an event; returns whether anything is other than before. `agenda`: None leaves it.

    Nobody gets a letter, and answers to invitations stay. Refused without a title, and for a new agenda of a published
    session that is longer than it.
    """
    lock(event)
    if not given.title:
        raise Refused("Give the session a title.")
    new_agenda = agenda is not None and filled(event, agenda) != slots_of(event)
    if agenda is not None and new_agenda:
        check_length(event, agenda)
    before = _before(event)
    changes: dict[str, tuple[object, object]] = dict(apply(event, given))
    old_terms, event.terms = list(event.terms), list(terms)
    if {term.id for term in old_terms} != {term.id for term in event.terms}:
        changes["terms"] = (_names(old_terms), _names(event.terms))
    if agenda is not None and new_agenda:
        changes["agenda"] = (len(event.agenda), len(agenda))
        set_slots(event, agenda)
    if not changes:
        return False
    if changes.keys() & _IN_CALENDARS:
        event.changed_at = _newer(event)
    _tell(event, Change.EDITED, before, by=by, action="edit", changes=changes)
    return True


def check_length(event: Event, agenda: Sequence[Slot]) -> None:
    """Refuse an agenda that is longer than its session, where people read it; a draft may be too long for a while.

    One that was too long before may stay so: a presenter who takes their talk back, or is erased, does not lengthen it.
    """
    total = sum(slot.minutes for slot in agenda)
    longest = max(event.minutes, sum(item.minutes for item in event.agenda))
    if event.state != State.DRAFT and total > longest:
        raise Refused(
            f"The agenda adds up to {total} minutes, but the session lasts {event.minutes}. Shorten an item."
        )


def set_agenda(event: Event, agenda: Sequence[Slot], *, by: str, action: str = "agenda") -> bool:
    """Give an event this run of show; returns whether it is other than before. The caller holds the event's lock.

    Nobody gets a letter. Refused for one that is too long, as `check_length` says.
    """
    whole = filled(event, agenda)
    if whole == slots_of(event):
        return False
    check_length(event, whole)
    was = (len(event.agenda), sum(item.minutes for item in event.agenda))
    set_slots(event, agenda)
    changes: dict[str, tuple[object, object]] = {
        "agenda": (was[0], len(whole)),
        "minutes": (was[1], sum(slot.minutes for slot in whole)),
    }
    _tell(event, Change.EDITED, _before(event), by=by, action=action, changes=changes)
    return True


def publish(event: Event, *, by: str) -> None:
    """Show a draft to the public. Refused for anything that is not a draft, is over, or has a longer agenda than itself."""
    lock(event)
    if event.state != State.DRAFT:
        raise Refused("This session is published already.")
    if event.ends_at <= now():
        raise Refused("The time of this session has passed. Move it to a day to come, then publish it.")
    total = sum(item.minutes for item in event.agenda)
    if total > event.minutes:
        raise Refused(
            f"The agenda adds up to {total} minutes, but the session lasts {event.minutes}. "
            "Shorten it in the run of show, then publish."
        )
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
        event_going.send(None, event=event, by=by)
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


def _names(terms: Iterable[Term]) -> str:
    return ", ".join(term.name for term in terms)
