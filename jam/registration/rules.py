"""Decisions about seats."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum


class Status(StrEnum):
    """Where a registration stands."""

    CONFIRMED = "confirmed"
    WAITING = "waiting"
    OFFERED = "offered"
    PENDING = "pending"
    DECLINED = "declined"
    CANCELLED = "cancelled"


#: What staff read.
STATUS_WORDS = {
    Status.CONFIRMED: "has a seat",
    Status.WAITING: "on the waiting list",
    Status.OFFERED: "seat offered",
    Status.PENDING: "waits for approval",
    Status.DECLINED: "declined",
    Status.CANCELLED: "cancelled",
}

#: A seat is kept free for these: nobody else can have it.
HOLDING = (Status.CONFIRMED, Status.OFFERED)
#: These still hope to come, so they hear of every change of the session.
ALIVE = (Status.CONFIRMED, Status.WAITING, Status.OFFERED, Status.PENDING)


class Source(StrEnum):
    """How Jam came to know of a registration."""

    FORM = "form"
    COLLEAGUE = "colleague"
    PASS = "pass"  # noqa: S105 - no password: the series pass
    DESK = "desk"
    IMPORT = "import"
    PLATFORM = "platform"
    COHORT = "cohort"


SOURCE_WORDS = {
    Source.FORM: "registered here",
    Source.COLLEAGUE: "registered by a colleague",
    Source.PASS: "by the series pass",
    Source.DESK: "added by staff",
    Source.IMPORT: "imported by staff",
    Source.PLATFORM: "from the platform's report",
    Source.COHORT: "as a member of the cohort",
}


class Need(StrEnum):
    """Where stands what somebody asked for, so that they can take part."""

    ASKED = "asked"
    ARRANGED = "arranged"
    CANNOT = "cannot"


#: What staff and people read.
NEED_WORDS = {Need.ASKED: "asked for", Need.ARRANGED: "arranged", Need.CANNOT: "cannot be arranged"}


def seats_left(capacity: int | None, holding: int, queueing: int = 0) -> int | None:
    """Seats that a newcomer may have; None where there is no limit.

    If anyone is waiting there is none: a freed seat is the oldest waiting person's. A capacity lowered below what is
    taken leaves none either.
    """
    if capacity is None:
        return None
    return 0 if queueing else max(0, capacity - holding)


def first_status(*, approval: bool, seats: int | None, waiting_list: bool) -> Status | None:
    """Where a new registration begins; None when there is neither a seat nor a list to wait on."""
    if approval:
        return Status.PENDING
    if seats is None or seats > 0:
        return Status.CONFIRMED
    return Status.WAITING if waiting_list else None


def offer_ends(present: datetime, hours: int, starts_at: datetime) -> datetime:
    """Until when an offered seat is kept: so many hours, but never beyond the start of the session."""
    return min(present + timedelta(hours=hours), starts_at)


def next_sequence(told: int | None, event_sequence: int) -> int:
    """The SEQUENCE of the next invitation to one person (RFC 5546 section 2.1.4).

    It rises with every invitation, update or cancellation this person gets, and never stands below the event's own:
    somebody may cancel and rejoin, and then the session moves.
    """
    return event_sequence if told is None else max(told + 1, event_sequence)
