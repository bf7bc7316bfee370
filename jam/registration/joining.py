"""The door to a session: when it opens, and what somebody with a seat finds behind their join link. Pure decisions."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import quote, urlsplit

from jam.registration.models import Registration
from jam.registration.rules import ALIVE, Status
from jam.schedule.rules import State

#: The letters promise the same.
OPENS_BEFORE = timedelta(minutes=20)


class Door(StrEnum):
    """What somebody finds who follows their join link."""

    SESSION_CANCELLED = "session-cancelled"
    #: The seat was given back, or was never given.
    NO_SEAT = "no-seat"
    #: On the waiting list, offered, or with the organizers.
    NOT_YET = "not-yet"
    EARLY = "early"
    OPEN = "open"
    #: It is time, but staff have given no link to the platform yet.
    NO_LINK = "no-link"
    OVER = "over"


def opens_at(starts_at: datetime) -> datetime:
    """When the join button appears."""
    return starts_at - OPENS_BEFORE


def door(seat: Registration, present: datetime) -> Door:
    """Where a seat's door stands at a moment."""
    event = seat.event
    if event.state == State.CANCELLED:
        return Door.SESSION_CANCELLED
    if seat.status not in ALIVE:
        return Door.NO_SEAT
    if event.ends_at <= present:
        return Door.OVER
    if seat.status != Status.CONFIRMED:
        return Door.NOT_YET
    if present < opens_at(event.starts_at):
        return Door.EARLY
    return Door.OPEN if way_in(seat) else Door.NO_LINK


def way_in(seat: Registration) -> str | None:
    """The address behind the button: the person's own link, where the platform gave one, else the session's."""
    return web_address(seat.platform_url) or web_address(seat.event.join_url)


def web_address(typed: str | None) -> str | None:
    """An http or https address as a header or a link may carry it (RFC 3986); None for anything else."""
    if not typed:
        return None
    try:
        parts = urlsplit(typed.strip())
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return quote(parts.geturl(), safe="%:/?#[]@!$&'()*+,;=~")
