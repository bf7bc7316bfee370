"""Writing seats. Whoever changes one holds the event's lock, so that seats are counted right. The caller commits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from jam.audit.actions import record
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.text import clean_line
from jam.base.words import when
from jam.mail.actions import withdraw
from jam.mail.models import Letter
from jam.mail.queries import unsent
from jam.mail.rules import GRACE
from jam.people.actions import Details, find_or_add
from jam.people.models import Person
from jam.people.rules import checked_name
from jam.registration.letters import CHANGES, knows, write_seat_letter, zone_of
from jam.registration.models import JoinClick, Registration
from jam.registration.queries import confirmed_count, of_person, reachable_count
from jam.registration.rules import Source, Status, seats_left
from jam.schedule import actions as schedule
from jam.schedule.models import Event
from jam.schedule.rules import State, why_closed
from jam.schedule.signals import Before

FULL = "This session is full. A seat may become free, so look again in a few days."


def lock(event: Event) -> None:
    """Hold an event until the transaction ends, so that nobody counts its seats or moves it meanwhile."""
    schedule.lock(event)


def register(
    event: Event, address: str, details: Details, *, source: Source, by: str | None = None
) -> Registration:
    """Give the person of an address a seat; `by` is the person themself unless said.

    Somebody who has a seat keeps it and gets no second letter. Refused when the session takes no registrations, when
    it is full, or when the address or name cannot be one.
    """
    lock(event)
    reason = why_closed(event.state, event.visibility, event.closed, event.ends_at, now())
    if reason and not (source is Source.DESK and event.state == State.PUBLISHED and event.ends_at > now()):
        raise Refused(f"{reason} Look at the sessions to come instead.")
    checked_name(details.name)
    person = find_or_add(address, details, by=by or "visitor")
    found = of_person(event.id, person.id)
    if found is not None and found.status == Status.CONFIRMED:
        return found
    _demand_seat(event)
    seat = found or _new(event, person, source)
    _fill(seat, details)
    _confirm(seat, by or f"person:{person.id}")
    return seat


def rejoin(seat: Registration, *, by: str, source: Source = Source.FORM) -> None:
    """Give somebody who cancelled their seat back.

    Refused when the session is full, over or called off, and when registration is closed, unless staff do it
    (`source` desk).
    """
    event = seat.event
    lock(event)
    db.session.refresh(seat)
    if seat.status == Status.CONFIRMED:
        return
    closed = event.closed and source is not Source.DESK
    if closed or event.state != State.PUBLISHED or event.ends_at <= now():
        raise Refused("This session takes no registrations any more.")
    _demand_seat(event)
    _confirm(seat, by)


def cancel(seat: Registration, *, by: str) -> None:
    """Give a seat back, with a letter that takes the session out of the person's calendar.

    Refused when the session is over; cancelling twice cancels once.
    """
    lock(seat.event)
    db.session.refresh(seat)
    if seat.status == Status.CANCELLED:
        return
    if seat.event.ends_at <= now():
        raise Refused("This session is over, so there is nothing to cancel.")
    seat.status, seat.cancelled_at = Status.CANCELLED, now()
    db.session.flush()
    changes = {"status": (Status.CONFIRMED, Status.CANCELLED)}
    record("registration.cancel", "registration", seat.id, by=by, changes=changes)
    withdraw(_unsent_of(seat), "The seat was cancelled before this letter left.", by=by)
    if seat.event.state == State.PUBLISHED:
        write_seat_letter("seat-cancelled", seat, "CANCEL")


def add_from_report(
    event: Event, person: Person, details: Details, registered_at: datetime, *, by: str
) -> Registration:
    """Record that a platform's report shows somebody as registered. No letter is written."""
    seat = _new(event, person, Source.PLATFORM)
    _fill(seat, details)
    seat.status, seat.registered_at = Status.CONFIRMED, registered_at
    db.session.add(seat)
    return seat


def record_join(seat: Registration) -> None:
    """Keep that somebody went through their join page: evidence of attendance."""
    db.session.add(JoinClick(registration_id=seat.id, at=now()))


def count_to_tell(event: Event) -> int:
    """How many people would get a letter if the event were moved, cancelled or reinstated now."""
    return 0 if event.state == State.DRAFT or event.ends_at <= now() else reachable_count(event)


def tell_of_change(event: Event, before: Before, *, by: str, batch: str, message: str) -> int:
    """Write to everybody with a seat what has changed; returns how many letters wait to leave.

    The letters wait ten minutes. A change that follows within that time replaces them, measured against what people
    really know; if that is again the truth, nobody hears anything. Nobody is told anything about a draft.
    """
    if event.state == State.DRAFT or (event.ends_at <= now() and before.ends_at <= now()):
        return 0
    waiting = {letter.recipient_id: letter for letter in unsent(("event", event.id), kinds=CHANGES)}
    fresh = {letter.recipient_id: letter for letter in unsent(("event", event.id), kinds=("registered",))}
    known_before = knows(before.starts_at, before.ends_at, before.state == State.CANCELLED)
    truth = knows(event.starts_at, event.ends_at, event.state == State.CANCELLED)
    written = 0
    for seat in _confirmed(event):
        known, welcome = known_before, False
        earlier, first = waiting.get(seat.person_id), fresh.get(seat.person_id)
        # One that leaves at this very moment cannot be withdrawn: then its news is known.
        if earlier and withdraw([earlier], "A later change replaced this letter.", by=by):
            known, welcome = earlier.data["before"], earlier.data.get("welcome", False)
        if first and withdraw([first], "The session changed first.", by=by):
            welcome = True
        if welcome and not truth[2]:
            # Their first letter never left: it leaves now, with the truth, and there is no change to tell of.
            write_seat_letter("registered", seat, "REQUEST", batch=batch)
        elif known != truth and _write_change(seat, known, truth, welcome, message, batch):
            written += 1
    return written


def _write_change(
    seat: Registration, known: list[Any], truth: list[Any], welcome: bool, message: str, batch: str
) -> Letter | None:
    """`welcome`: this person's first letter was withdrawn, so they get it if the session takes place after all."""
    was = when(datetime.fromisoformat(known[0]), datetime.fromisoformat(known[1]), zone_of(seat))
    kind = "cancelled" if truth[2] else "reinstated" if known[2] else "moved"
    return write_seat_letter(
        kind,
        seat,
        "CANCEL" if truth[2] else "REQUEST",
        values={"message": message, "was": was} if kind == "moved" else {"message": message},
        data={"before": known, "welcome": welcome},
        due_at=now() + GRACE,
        batch=batch,
    )


def merge(keep: Person, gone: Person, *, by: str, batch: str) -> None:
    """Move the seats of a person found to be another; where both hold one at an event, the better one stays."""
    for seat in db.session.scalars(select(Registration).where(Registration.person_id == gone.id)):
        twin = of_person(seat.event_id, keep.id)
        if twin is None:
            seat.person_id = keep.id
            record("registration.move", "registration", seat.id, by=by, batch=batch,
                   changes={"person_id": (gone.id, keep.id)})  # fmt: skip
            continue
        if twin.status == Status.CANCELLED and seat.status == Status.CONFIRMED:
            twin.status, twin.cancelled_at, twin.registered_at = seat.status, None, seat.registered_at
            record("registration.confirm", "registration", twin.id, by=by, batch=batch,
                   changes={"status": (Status.CANCELLED, Status.CONFIRMED)})  # fmt: skip
        if seat.status == Status.CONFIRMED:
            seat.status, seat.cancelled_at = Status.CANCELLED, now()
            record("registration.cancel", "registration", seat.id, by=by, batch=batch,
                   changes={"status": (Status.CONFIRMED, Status.CANCELLED)})  # fmt: skip


def _confirmed(event: Event) -> Iterable[Registration]:
    query = select(Registration).where(
        Registration.event_id == event.id, Registration.status == Status.CONFIRMED
    )
    return db.session.scalars(
        query.options(joinedload(Registration.person).selectinload(Person.addresses)).order_by(
            Registration.id
        )
    ).all()


def _unsent_of(seat: Registration) -> list[Letter]:
    return unsent(("event", seat.event_id), ("person", seat.person_id))


def _demand_seat(event: Event) -> None:
    if seats_left(event.capacity, confirmed_count(event)) == 0:
        raise Refused(FULL)


def _new(event: Event, person: Person, source: Source) -> Registration:
    return Registration(
        event=event,
        person=person,
        status=Status.CANCELLED,
        source=source,
        name=person.name,
        registered_at=now(),
    )


def _fill(seat: Registration, details: Details) -> None:
    seat.name = checked_name(details.name)
    seat.organization = clean_line(details.organization, 160, "The organization's name")
    seat.job_role_id, seat.sector_id = details.job_role_id, details.sector_id
    seat.state, seat.zip = details.state, details.zip


def _confirm(seat: Registration, by: str) -> None:
    was = seat.status if seat.id else None
    if was is not None:
        seat.registered_at = now()
    seat.status, seat.cancelled_at = Status.CONFIRMED, None
    db.session.add(seat)
    db.session.flush()
    record(
        "registration.confirm", "registration", seat.id, by=by, changes={"status": (was, Status.CONFIRMED)}
    )
    # Someone who cancels and rejoins within a minute needs no letter about the cancelling.
    withdraw(_unsent_of(seat), "The seat was taken again before this letter left.", by=by)
    write_seat_letter("registered", seat, "REQUEST")
