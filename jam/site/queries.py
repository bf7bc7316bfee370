"""Reading for the public front."""

from __future__ import annotations

from collections.abc import Iterable

from jam.registration.queries import confirmed_counts
from jam.schedule.models import Event, Program
from jam.schedule.queries import programs
from jam.schedule.rules import Visibility


def public_programs() -> list[Program]:
    """Programs that everybody may know of."""
    return [program for program in programs() if program.visibility != Visibility.MEMBERS]


def taken_seats(events: Iterable[Event]) -> dict[int, int]:
    """Seats taken at those events whose seats are counted, in one query at most."""
    limited = [event.id for event in events if event.capacity is not None]
    return confirmed_counts(limited) if limited else {}
