"""Registering colleagues: one person fills in the form, each of the others gets a letter that says who did it, and a way
to take it back. The caller commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

from sqlalchemy import select

from jam.audit.actions import record
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.people.actions import Details, find_or_add
from jam.people.models import Person
from jam.people.queries import by_address, rows_of
from jam.people.rules import normal_address
from jam.registration import actions
from jam.registration.letters import write_by_colleague
from jam.registration.models import RefusedColleague, Registration
from jam.registration.queries import of_person
from jam.registration.rules import Source
from jam.registration.seats import free_for_newcomers
from jam.schedule.models import Event


def register_colleagues(
    event: Event, address: str, details: Details, colleagues: Sequence[tuple[str, str]], *, by: str
) -> Person:
    """Register people by name and address, each with organization, sector and state of whoever does it; returns who that is.

    Somebody who has, had or refused a registration stays as they are, and nobody can tell. Refused when there are not
    enough seats for all of them and no waiting list, or when the session takes no registrations.
    """
    actions.lock(event)
    free = free_for_newcomers(event)
    if free is not None and len(colleagues) > free and not event.waiting_list and not event.approval:
        raise Refused("There are not enough seats left for all of them. Nobody was registered.")
    host = find_or_add(address, details, by=by)
    theirs = replace(details, job_role_id=None, zip=None)
    for name, their_address in colleagues:
        _register(event, host, details.name, their_address, replace(theirs, name=name))
    return host


def _register(event: Event, host: Person, who: str, address: str, details: Details) -> None:
    normal = normal_address(address)
    known = by_address(normal)
    if _has_refused(host, normal) or (known and of_person(event.id, known.id)):
        return
    actor = f"person:{host.id}"
    seat = actions.register(event, address, details, source=Source.COLLEAGUE, by=actor, quiet=True)
    seat.registered_by_id = host.id
    write_by_colleague(seat, who, "colleague")


def refuse(seat: Registration, *, by: str) -> None:
    """Take a registration back that was not meant for this person, and never let whoever made it register them again.

    Done twice, it is done once.
    """
    host = db.session.get(Person, seat.registered_by_id) if seat.registered_by_id else None
    if seat.event.ends_at > now():
        actions.cancel(seat, by=by)
    if host is None:
        return
    for address in seat.person.addresses:
        if not _has_refused(host, address.normal):
            mark = _mark(address.normal)
            db.session.add(RefusedColleague(person_id=host.id, mark=mark, refused_at=now()))
            record("registration.refuse_colleague", "registration", seat.id, by=by)
    db.session.flush()


def _has_refused(host: Person, normal: str) -> bool:
    query = select(RefusedColleague.id).where(
        RefusedColleague.person_id.in_(rows_of(host)), RefusedColleague.mark == _mark(normal)
    )
    return db.session.scalar(query.limit(1)) is not None


def _mark(normal: str) -> str:
    return sha256(normal.encode()).hexdigest()
