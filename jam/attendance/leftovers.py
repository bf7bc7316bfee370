"""Seats and people that an import brought, once it is undone: those that nothing else refers to go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Table, delete, select

from jam.attendance.intake import CHUNK
from jam.attendance.models import AttendanceReport, AttendanceRow
from jam.base.database import db
from jam.mail.models import Letter
from jam.people.models import Address, Person
from jam.registration.models import Registration
from jam.registration.rules import Source, Status
from jam.schedule.models import Event


def forget_seats(event: Event, ids: Sequence[int]) -> int:
    """Take back the registrations that nobody touched since and whose people no report of the session shows; how many."""
    shown = set[int]()
    for made in db.session.scalars(
        select(AttendanceReport.made_seats).where(AttendanceReport.event_id == event.id)
    ):
        shown.update(made)
    lines = select(AttendanceRow.person_id).where(
        AttendanceRow.event_id == event.id,
        AttendanceRow.person_id.is_not(None),
        AttendanceRow.replaced.is_(False),
    )
    named = set(db.session.scalars(lines))
    seats: dict[int, int] = {}
    for part in _parts(ids):
        query = select(Registration.id, Registration.person_id).where(
            Registration.id.in_(part), Registration.event_id == event.id,
            Registration.source == Source.PLATFORM, Registration.status == Status.CONFIRMED,
        )  # fmt: skip
        seats.update((id, person) for id, person in db.session.execute(query))
    going = {id for id, person in seats.items() if id not in shown and person not in named}
    going -= _referred(Registration.__table__, going)  # type: ignore[arg-type]
    for part in _parts(sorted(going)):
        db.session.execute(delete(Registration).where(Registration.id.in_(part)))
    return len(going)


def forget_people(ids: Sequence[int]) -> int:
    """Take back the people whom nothing refers to but their own address, and to whom nobody has written; how many.

    Whoever is being registered or merged this very moment stays.
    """
    going = set[int]()
    for part in _parts(sorted(ids)):
        free = select(Person.id).where(Person.id.in_(part)).order_by(Person.id)
        going.update(db.session.scalars(free.with_for_update(skip_locked=True)))
    going -= _referred(Person.__table__, going, besides="address")  # type: ignore[arg-type]
    for part in _parts(sorted(going)):
        letters = select(Letter.recipient_id).where(Letter.recipient_kind == "person")
        going.difference_update(db.session.scalars(letters.where(Letter.recipient_id.in_(part))))
    for part in _parts(sorted(going)):
        db.session.execute(delete(Address).where(Address.person_id.in_(part)))
        db.session.execute(delete(Person).where(Person.id.in_(part)))
    return len(going)


def _referred(table: Table, ids: Iterable[int], besides: str = "") -> set[int]:
    """Which rows of a table any row of any other refers to."""
    found = set[int]()
    columns = [
        key.parent
        for other in table.metadata.sorted_tables
        if other.name != besides
        for key in other.foreign_keys
        if key.column.table is table
    ]
    for part in _parts(sorted(ids)):
        for column in columns:
            found.update(db.session.scalars(select(column).where(column.in_(part)).distinct()))
    return found


def _parts(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[at : at + CHUNK] for at in range(0, len(ids), CHUNK))
