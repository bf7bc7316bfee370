"""Seats and the waiting list: the one place that counts them and the one routine that gives a freed seat away.

Everything here runs while the caller holds the event's lock.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from jam.audit.actions import record
from jam.base.database import db
from jam.base.now import now
from jam.base.words import moment
from jam.mail.actions import withdraw
from jam.mail.models import Letter
from jam.mail.queries import unsent
from jam.registration.letters import untold, write_by_colleague, write_letter, write_seat_letter, zone_of
from jam.registration.models import Registration
from jam.registration.queries import holding_count, queue_length, waiting_ahead
from jam.registration.rules import Status, offer_ends, seats_left
from jam.schedule.models import Event
from jam.schedule.rules import State


def free_for_newcomers(event: Event) -> int | None:
    """Seats that somebody who comes now may have; None where there is no limit."""
    return seats_left(event.capacity, holding_count(event), queue_length(event))


def confirm(
    seat: Registration, *, by: str, kind: str = "registered", message: str = "", quiet: bool = False
) -> None:
    """Give the seat: status, audit, letter with the invitation (`quiet` leaves that to the caller).

    Letters about how it stood before do not leave any more. Where one of them was to say which colleague registered them,
    this one does.
    """
    cause = _set(seat, Status.CONFIRMED, by)
    if not quiet and not write_first(seat, cause, message):
        write_seat_letter(kind, seat, "REQUEST", values={"message": message})


def wait(seat: Registration, *, by: str, quiet: bool = False, message: str = "") -> None:
    """Put a registration at the end of the waiting list. `quiet` leaves the letter to the caller."""
    last = db.session.scalar(
        select(func.max(Registration.queue_number)).where(Registration.event_id == seat.event.id)
    )
    seat.queue_number = (last or 0) + 1
    cause = _set(seat, Status.WAITING, by)
    if not quiet and not write_first(seat, cause, message):
        values = {"place": str(waiting_ahead(seat) + 1), "message": message}
        write_letter("waiting", seat, cause, values=values)


def ask_for_approval(seat: Registration, *, by: str, quiet: bool = False) -> None:
    """Leave a registration to staff."""
    cause = _set(seat, Status.PENDING, by)
    if not quiet and not write_first(seat, cause):
        write_letter("pending", seat, cause)


def give_up(seat: Registration, status: Status, *, by: str) -> int:
    """Take a registration out of the count, as cancelled or declined; returns the id of the audit entry."""
    return _set(seat, status, by)


def promote(event: Event, *, by: str) -> int:
    """Give free seats to those who wait, oldest first, or offer them where staff chose that; returns how many.

    It serves every path: a cancellation, a lapsed offer, a larger capacity, and the clock's repair. Running it twice
    promotes nobody twice, and it never holds more seats than there are.
    """
    if event.state != State.PUBLISHED or event.starts_at <= now():
        return 0
    free = None if event.capacity is None else event.capacity - holding_count(event)
    if free is not None and free <= 0:
        return 0
    next_ones = (
        select(Registration)
        .where(Registration.event_id == event.id, Registration.status == Status.WAITING)
        .order_by(Registration.queue_number)
    )
    promoted = list(db.session.scalars(next_ones if free is None else next_ones.limit(free)))
    for seat in promoted:
        if event.offer_hours is None:
            confirm(seat, by=by, kind="promoted")
        else:
            _offer(seat, offer_ends(now(), event.offer_hours, event.starts_at), by)
    return len(promoted)


def write_first(seat: Registration, cause: int, message: str = "") -> bool:
    """Tell who was registered by a colleague of that, and how it stands now, if no letter has yet; returns whether it did."""
    who = untold(seat)
    if who is not None:
        write_by_colleague(seat, who, cause, message=message)
    return who is not None


def _offer(seat: Registration, until: datetime, by: str) -> None:
    cause = _set(seat, Status.OFFERED, by, until)
    write_first(seat, cause)
    write_letter("offered", seat, cause, values={"until": moment(until, zone_of(seat))})


def _set(seat: Registration, status: Status, by: str, offer_until: datetime | None = None) -> int:
    was = seat.status if seat.id else None
    seat.status, seat.offer_until = status, offer_until
    seat.cancelled_at = now() if status in (Status.CANCELLED, Status.DECLINED) else None
    db.session.add(seat)
    db.session.flush()
    entry = record(
        f"registration.{status}", "registration", seat.id, by=by, changes={"status": (was, status)}
    )
    withdraw(letters_waiting(seat), "The registration changed before this letter left.", by=by)
    return entry.id


def letters_waiting(seat: Registration) -> list[Letter]:
    """Letters to this person about this session that have not left."""
    return unsent(("event", seat.event_id), ("person", seat.person_id))
