"""Reading what a person holds."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from jam.base.database import db
from jam.base.now import now
from jam.people.models import Person
from jam.registration.models import Registration
from jam.registration.rules import Status
from jam.schedule.models import Event
from jam.schedule.rules import State


@dataclass(frozen=True)
class Seats:
    """A person's registrations: seats offered to them, the next session they have a seat at, the others to come, and
    the past ones they had a seat at."""

    offers: list[Registration]
    next: Registration | None
    coming: list[Registration]
    past: list[Registration]


def seats(person: Person) -> Seats:
    """All registrations of a person, soonest first to come, newest first in the past."""
    query = (
        select(Registration)
        .join(Registration.event)
        .where(Registration.person_id == person.id)
        .options(
            contains_eager(Registration.event).joinedload(Event.program), joinedload(Registration.person)
        )
        .order_by(Event.starts_at, Event.id)
    )
    every = list(db.session.scalars(query))
    coming = [seat for seat in every if seat.event.ends_at > now()]
    past = [seat for seat in reversed(every) if seat.event.ends_at <= now() and _held(seat)]
    first = next((seat for seat in coming if _held(seat)), None)
    offers = [seat for seat in coming if _offered(seat)]
    rest = [seat for seat in coming if seat is not first and seat not in offers]
    return Seats(offers, first, rest, past)


def _held(seat: Registration) -> bool:
    return seat.status == Status.CONFIRMED and seat.event.state == State.PUBLISHED


def _offered(seat: Registration) -> bool:
    live = seat.offer_until is not None and seat.offer_until > now()
    return seat.status == Status.OFFERED and live and seat.event.state == State.PUBLISHED


def seat(person: Person, id: int) -> Registration | None:
    """A registration by its id, if it is this person's own."""
    query = select(Registration).where(Registration.person_id == person.id)
    return next((each for each in db.session.scalars(query) if each.id == id), None)
