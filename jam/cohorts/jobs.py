"""What the clock does for members: register them for dates that nobody registered them for."""

from __future__ import annotations

from itertools import groupby

from jam.audit.actions import CLOCK
from jam.base.database import db, reading
from jam.cohorts.members import catch_up
from jam.cohorts.queries import seats_missing
from jam.registration import seats
from jam.schedule.models import Event


def seat_members() -> int:
    """Register members for the dates they miss where there is room; returns how many registrations came."""
    with reading():
        missing = seats_missing()
        open_ones = {id for id in {event_id for _, event_id in missing} if _takes_people(id)}
        db.session.rollback()
    done = 0
    wanted = [pair for pair in missing if pair[1] in open_ones]
    for _, pairs in groupby(wanted, key=lambda pair: pair[0]):
        done += catch_up(list(pairs), by=CLOCK)
        db.session.commit()
    return done


def _takes_people(event_id: int) -> bool:
    event = db.session.get_one(Event, event_id)
    return event.waiting_list or seats.free_for_newcomers(event) != 0
