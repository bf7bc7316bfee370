"""What people need to take part: what is always provided, what they ask for, and where that stands. The caller commits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from jam.audit.actions import record
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.text import clean_text
from jam.base.words import count, day_words
from jam.base.zones import wall
from jam.registration.answers import Reopened, reopened
from jam.registration.letters import write_letter
from jam.registration.models import Registration
from jam.registration.rules import ALIVE, Need
from jam.schedule.models import Event, Program
from jam.schedule.rules import State

#: How far ahead the desk is reminded of what is still open.
REMIND_WITHIN = timedelta(days=14)

_ANSWERS = {
    Need.ARRANGED: "What you asked for is arranged.",
    Need.CANNOT: "We cannot arrange what you asked for.",
}


def provided(event: Event) -> str:
    """What everybody finds there without asking, as Markdown: the session's own words, or else the program's."""
    return event.provided or event.program.provided


def last_day(event: Event) -> date:
    """The last day on which further needs can be asked for in time, on the session's wall calendar."""
    return wall(event.starts_at, event.time_zone).date() - timedelta(days=event.program.needs_days)


def in_time(event: Event) -> bool:
    """Whether there is still time to arrange what is asked for now."""
    return wall(now(), event.time_zone).date() <= last_day(event)


@dataclass(frozen=True)
class Offer:
    """What a form says before it asks: what is provided anyhow (Markdown), and until when more can be asked for."""

    provided: str
    hint: str


def offer(where: Event | Program) -> Offer:
    """What the form of a session, or of a program's pass, says."""
    if isinstance(where, Program):
        days = where.needs_days
        hint = "Tell us what else you need at every session; we write to you about it."
        if days:
            hint += f" We can arrange most things when we know {count(days, 'day', 'days')} before a session."
        return Offer(where.provided, hint)
    day = day_words(last_day(where))
    if in_time(where):
        hint = f"Tell us what else you need, by {day}. We write to you about it."
    else:
        hint = (
            f"We usually need to know by {day}, so it may be too late to arrange more. "
            "Ask all the same: we do what we can, and write to you."
        )
    return Offer(provided(where), hint)


def asking(event: Event) -> list[Registration]:
    """Who hopes to come and asks for something; what is open first, then by name."""
    query = (
        select(Registration)
        .where(
            Registration.event_id == event.id,
            Registration.status.in_(ALIVE),
            Registration.accommodation.is_not(None),
        )
        .order_by(
            Registration.accommodation_state != Need.ASKED, func.lower(Registration.name), Registration.id
        )
    )
    return list(db.session.scalars(query))


def given_up(event: Event) -> list[tuple[Registration, Reopened]]:
    """Who hopes to come and asks no longer for what staff had arranged, by name: it may have to be called off."""
    changed = reopened(event)
    query = select(Registration).where(
        Registration.id.in_([id for id, each in changed.items() if each.was is Need.ARRANGED]),
        Registration.status.in_(ALIVE),
        Registration.accommodation.is_(None),
    )
    seats = db.session.scalars(query.order_by(func.lower(Registration.name), Registration.id))
    return [(seat, changed[seat.id]) for seat in seats]


def open_soon() -> list[tuple[Event, int]]:
    """Published sessions of the next 14 days where something asked for is open, and how much, soonest first."""
    waiting = (
        select(Registration.event_id, func.count().label("number"))
        .where(Registration.accommodation_state == Need.ASKED, Registration.status.in_(ALIVE))
        .group_by(Registration.event_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Event, waiting.c.number)
        .join(waiting, waiting.c.event_id == Event.id)
        .where(
            Event.state == State.PUBLISHED,
            Event.ends_at > now(),
            Event.starts_at <= now() + REMIND_WITHIN,
        )
        .order_by(Event.starts_at, Event.id)
    )
    return [(event, number) for event, number in rows]


def open_count(seats: Iterable[Registration]) -> int:
    """How many of these wait for an answer."""
    return sum(seat.accommodation_state == Need.ASKED for seat in seats)


def settle(seat: Registration, state: Need, note: str, *, by: str) -> bool:
    """Say that what somebody asked for is arranged or cannot be, with a letter; returns whether that was news.

    Refused for who asks for nothing, and for “cannot” without a word on it.
    """
    query = select(Registration).where(Registration.id == seat.id).with_for_update()
    seat = db.session.execute(query.execution_options(populate_existing=True)).scalar_one()
    note = clean_text(note, 2000, "The note")
    if seat.accommodation is None or state is Need.ASKED:
        raise Refused("There is nothing to answer here any more. Look at the list again.")
    if state is Need.CANNOT and not note:
        raise Refused("Write a few words on why it cannot be arranged, or what you can offer instead.")
    if (seat.accommodation_state, seat.accommodation_note) == (state, note):
        return False
    # The words themselves stay out of the log: it keeps that it was answered, and by whom.
    entry = record("registration.accommodation", "registration", seat.id, by=by,
                   changes={"accommodation_state": (seat.accommodation_state, state)})  # fmt: skip
    seat.accommodation_state, seat.accommodation_note = state, note
    write_letter("accommodation", seat, entry.id, values={"answer": _ANSWERS[state], "message": note})
    return True
