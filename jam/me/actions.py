"""What people change about themselves. The caller commits."""

from __future__ import annotations

from jam.audit.actions import record
from jam.me.queries import seats
from jam.people import actions as people
from jam.people.models import Person


def change_name(person: Person, name: str, *, by: str) -> None:
    """Change a person's name, also on their registrations for sessions to come; past ones keep what was said then."""
    people.rename(person, name, by=by)
    held = seats(person)
    for seat in [*held.offers, *([held.next] if held.next else []), *held.coming]:
        if seat.name != person.name:
            record(
                "registration.rename",
                "registration",
                seat.id,
                by=by,
                changes={"name": (seat.name, person.name)},
            )
            seat.name = person.name
