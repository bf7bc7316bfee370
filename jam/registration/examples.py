"""Real data for previews of this room's letters: the newest registrations and passes, of a program or of anybody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import joinedload, selectinload

from jam.base.database import db
from jam.base.now import now
from jam.base.words import day_words, moment, when
from jam.base.zones import wall
from jam.mail.kinds import Example, examples
from jam.people.models import Person
from jam.registration.letters import (
    BY_COLLEAGUE,
    NOTHING_ASKED,
    PASSES,
    SEATS,
    after_change,
    seat_links,
    seat_values,
    stands,
    zone_of,
)
from jam.registration.models import Registration, SeriesPass
from jam.registration.passes import coming_seats, pass_values
from jam.registration.rules import Status
from jam.schedule.models import Event

_HOUR = timedelta(hours=1)
#: How many there are to choose from.
_MOST = 10


def newest_seats(home: tuple[str, int] | None, *where: ColumnElement[bool]) -> list[Registration]:
    """The newest registrations of people who have an address: for sessions to come, or of all if there are none."""
    for coming in (Event.ends_at > now(), true()):
        events = select(Event.id).where(coming)
        if home is not None:
            events = events.where(Event.program_id == home[1])
        reachable = select(Person.id).where(Person.erased_at.is_(None), Person.addresses.any())
        query = (
            select(Registration)
            .where(Registration.event_id.in_(events), Registration.person_id.in_(reachable), *where)
            .options(
                joinedload(Registration.event).joinedload(Event.program), joinedload(Registration.person)
            )
            .order_by(Registration.id.desc())
            .limit(_MOST)
        )
        if found := list(db.session.scalars(query)):
            return found
    return []


@examples(*SEATS)
def seats(home: tuple[str, int] | None) -> Sequence[Example]:
    """The newest registrations, as each letter about a seat would tell of them."""
    return [_seat(each) for each in newest_seats(home)]


def _seat(seat: Registration) -> Example:
    event, zone = seat.event, zone_of(seat)
    day = day_words(wall(event.starts_at, event.time_zone).date())
    return Example(
        f"registration:{seat.id}",
        f"{seat.name}: {event.title}, {day}",
        {
            # What only some of the kinds have, and no row holds.
            "was": when(event.starts_at - _HOUR, event.ends_at - _HOUR, zone),
            "until": moment(seat.offer_until or event.starts_at, zone),
            "place": "3",
            "who": "Ben Ode",
            "stands": stands(Status(seat.status) if seat.status in _STANDING else Status.CONFIRMED),
            "asks": NOTHING_ASKED,
            "standing": after_change("moved", Status.CONFIRMED),
            "message": "Here stands the word that staff add.",
            "answer": "What you asked for is arranged.",
            **seat_values(seat),
        },
        seat_links(seat, BY_COLLEAGUE),
    )


_STANDING = (Status.CONFIRMED, Status.WAITING, Status.OFFERED, Status.PENDING)


@examples(*PASSES)
def passes(home: tuple[str, int] | None) -> Sequence[Example]:
    """The newest passes."""
    query = (
        select(SeriesPass)
        .join(Person, Person.id == SeriesPass.person_id)
        .where(Person.erased_at.is_(None), Person.addresses.any())
        .options(joinedload(SeriesPass.program), selectinload(SeriesPass.person))
        .order_by(SeriesPass.id.desc())
        .limit(3)
    )
    if home is not None:
        query = query.where(SeriesPass.program_id == home[1])
    return [
        Example(
            f"pass:{held.id}",
            f"{held.name}: {held.program.name}",
            pass_values(held, coming_seats(held)),
            {"my_page": ("me", held.person_id)},
        )
        for held in db.session.scalars(query)
    ]
