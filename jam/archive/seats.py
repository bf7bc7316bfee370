"""Writing people and their seats at a session of the past, many at once. Nobody gets a letter. The caller commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select

from jam.archive.registrants import Registrant
from jam.attendance.intake import people_of
from jam.base.database import db
from jam.base.now import now
from jam.base.zones import to_utc
from jam.people.actions import organization
from jam.people.models import Address, Person
from jam.registration.models import Registration
from jam.registration.rules import Source, Status
from jam.schedule.models import Event


def add(event: Event, rows: Sequence[Registrant]) -> tuple[int, int]:
    """Seats for everybody on these lines who has none; returns how many people and how many seats are new.

    Somebody with a registration keeps it as it is, a cancelled one too. Of several lines of a person the first counts.
    The caller holds the event.
    """
    first = {row.address: row for row in reversed(rows)}
    first = dict(sorted(first.items(), key=lambda each: each[1].line))
    known = people_of(first)
    made = _people([row for address, row in first.items() if address not in known])
    everybody = known | made
    taken = set(db.session.scalars(select(Registration.person_id).where(Registration.event_id == event.id)))
    seats: dict[int, dict[str, Any]] = {}
    for address, row in first.items():
        person_id = everybody[address]
        if person_id not in taken:
            seats.setdefault(person_id, _seat(event, person_id, row))
    if seats:
        db.session.execute(insert(Registration), list(seats.values()))
    _number(event, {everybody[address]: row.platform_id for address, row in first.items() if row.platform_id})
    return len(made), len(seats)


def _number(event: Event, numbers: dict[int, str]) -> None:
    """Give seats that have no registrant's number the one that a list says."""
    seats = select(Registration).where(Registration.event_id == event.id, Registration.platform_id.is_(None))
    for seat in db.session.scalars(seats) if numbers else ():
        seat.platform_id = numbers.get(seat.person_id)


def _people(rows: Sequence[Registrant]) -> dict[str, int]:
    if not rows:
        return {}
    homes = {name: organization(name) for name in dict.fromkeys(row.organization for row in rows)}
    db.session.flush()
    people = [
        {
            "name": row.name,
            "organization_id": home.id if (home := homes[row.organization]) else None,
            "job_role_id": row.job_role_id,
            "sector_id": row.sector_id,
            "state": row.state,
            "link_version": 0,
            "created_at": now(),
        }
        for row in rows
    ]
    ids = db.session.scalars(insert(Person).returning(Person.id, sort_by_parameter_order=True), people).all()
    made = {row.address: id for row, id in zip(rows, ids, strict=True)}
    addresses = [
        {"person_id": made[row.address], "address": row.typed, "normal": row.address, "preferred": True}
        for row in rows
    ]
    db.session.execute(insert(Address), addresses)
    return made


def _seat(event: Event, person_id: int, row: Registrant) -> dict[str, Any]:
    return {
        "event_id": event.id,
        "person_id": person_id,
        "status": Status.CONFIRMED,
        "source": Source.IMPORT,
        "name": row.name,
        "organization": row.organization,
        "job_role_id": row.job_role_id,
        "sector_id": row.sector_id,
        "state": row.state,
        "registered_at": _moment(event, row.registered),
        "platform_id": row.platform_id,
    }


def _moment(event: Event, registered: datetime | None) -> datetime:
    """When somebody registered; the start of the session where nobody says."""
    if registered is None:
        return event.starts_at
    if registered.tzinfo is not None:
        return registered.astimezone(UTC)
    return to_utc(registered.date(), registered.time(), event.time_zone)
