"""Decisions about seats."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Where a registration stands."""

    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class Source(StrEnum):
    """How Jam came to know of a registration."""

    FORM = "form"
    DESK = "desk"
    PLATFORM = "platform"


SOURCE_WORDS = {
    Source.FORM: "registered here",
    Source.DESK: "added by staff",
    Source.PLATFORM: "from the platform's report",
}


def seats_left(capacity: int | None, confirmed: int) -> int | None:
    """Free seats; None where there is no limit. A capacity lowered below what is taken leaves none."""
    return None if capacity is None else max(0, capacity - confirmed)


def next_sequence(told: int | None, event_sequence: int) -> int:
    """The SEQUENCE of the next invitation to one person (RFC 5546 section 2.1.4).

    It rises with every invitation, update or cancellation this person gets, and never stands below the event's own:
    somebody may cancel and rejoin, and then the session moves.
    """
    return event_sequence if told is None else max(told + 1, event_sequence)
