"""Filling personal links into a calendar part, whose lines are folded (RFC 5545 section 3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from icalendar.parser import Contentline

from jam.mail.wording import fill


def fill_calendar(content: bytes, links: Mapping[str, str]) -> bytes:
    """The part with addresses where marks were. Lines are unfolded first, since a fold may stand inside a mark."""
    lines = content.decode().replace("\r\n ", "").split("\r\n")
    return b"\r\n".join(_folded(fill(line, links)) for line in lines)


def _folded(line: str) -> bytes:
    return bytes(Contentline(line).to_ical())  # type: ignore[no-untyped-call]


def readdressed(content: bytes, address: str) -> bytes:
    """The part with another address of its attendee; nothing else changes, so calendars take it for the same entry."""
    lines = content.decode().replace("\r\n ", "").split("\r\n")
    return b"\r\n".join(_folded(_to(line, address)) for line in lines)


def _to(line: str, address: str) -> str:
    head, found, _ = line.rpartition(":mailto:")
    # RFC 6068 wants what could end the address percent-encoded.
    return head + found + quote(address, safe="@!$&'*+-/=^_`{|}~.") if line.startswith("ATTENDEE") else line
