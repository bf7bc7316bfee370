"""What the clock does for seats: end offers whose time is up, give away seats that nobody gave away, fill series passes."""

from __future__ import annotations

from itertools import groupby

from sqlalchemy import select

from jam.audit.actions import CLOCK
from jam.base.database import db, reading
from jam.base.now import now
from jam.registration import actions, passes, seats
from jam.registration.models import Registration
from jam.registration.queries import dates_missing
from jam.registration.rules import Status
from jam.schedule.models import Event
from jam.schedule.rules import State


def keep_queues_moving() -> int:
    """End offers that are over, then promote wherever somebody waits; returns how many things it did."""
    with reading():
        over = list(
            db.session.scalars(
                select(Registration.id).where(
                    Registration.status == Status.OFFERED, Registration.offer_until <= now()
                )
            )
        )
        waited_for = list(
            db.session.scalars(
                select(Event.id)
                .where(Event.state == State.PUBLISHED, Event.starts_at > now())
                .where(
                    Event.id.in_(select(Registration.event_id).where(Registration.status == Status.WAITING))
                )
            )
        )
        db.session.rollback()
    done = 0
    for id in over:
        done += actions.lapse(db.session.get_one(Registration, id), by=CLOCK)
        db.session.commit()
    for id in waited_for:
        event = db.session.get_one(Event, id)
        actions.lock(event)
        done += seats.promote(event, by=CLOCK)
        db.session.commit()
    return done


def fill_passes() -> int:
    """Register pass holders for dates that came after they took the pass; returns how many registrations came."""
    with reading():
        missing = dates_missing()
        open_ones = {id for id in {event_id for _, event_id in missing} if _takes_people(id)}
        db.session.rollback()
    done = 0
    wanted = [pair for pair in missing if pair[1] in open_ones]
    for _, pairs in groupby(wanted, key=lambda pair: pair[0]):
        done += passes.catch_up(list(pairs), by=CLOCK)
        db.session.commit()
    return done


def _takes_people(event_id: int) -> bool:
    event = db.session.get_one(Event, event_id)
    return event.waiting_list or seats.free_for_newcomers(event) != 0
