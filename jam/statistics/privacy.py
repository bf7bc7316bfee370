"""What this room holds about people: numbers of their rows in packed sets, and nothing that tells who they are."""

from __future__ import annotations

from sqlalchemy import select

from jam.base.database import db
from jam.base.now import now
from jam.base.privacy import Export, Holding, hand_in
from jam.people.rules import normal_organization
from jam.registration.models import Registration
from jam.registration.rules import Need, Status
from jam.schedule.models import Event
from jam.statistics.models import KeptMark
from jam.statistics.sets import mark


def export(person_id: int) -> Export:
    """Nothing: whatever is counted here stands in the exports of the rooms that hold it."""
    return {}


def erase(person_id: int, *, by: str) -> int:
    """Keep of sessions that have begun, called off or not, what the seats will no longer say: that an organization was there, that something was asked
    for and arranged. Without whose seat it was, totals stay what they were. Returns 0: no row of the person changes.

    Runs before the room that empties the seats.
    """
    seats = db.session.scalars(
        select(Registration)
        .join(Event, Event.id == Registration.event_id)
        .where(
            Registration.person_id == person_id,
            Registration.status == Status.CONFIRMED,
            Event.starts_at <= now(),
        )
    )
    for seat in seats:
        if seat.organization:
            text = str(mark(normal_organization(seat.organization)))
            db.session.add(KeptMark(event_id=seat.event_id, kind="organization", mark=text))
        if seat.accommodation_state is not None:
            db.session.add(KeptMark(event_id=seat.event_id, kind="asked"))
        if seat.accommodation_state == Need.ARRANGED:
            db.session.add(KeptMark(event_id=seat.event_id, kind="met"))
    db.session.flush()
    return 0


hand_in(
    Holding(
        room="statistics",
        columns={"session_set": ("packed",)},
        parts={},
        export=export,
        erase=erase,
    )
)
