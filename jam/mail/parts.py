"""Filling personal links into a calendar part, whose lines are folded (RFC 5545 section 3.1)."""

from __future__ import annotations

from collections.abc import Mapping

from icalendar.parser import Contentline

from jam.mail.wording import fill


def fill_calendar(content: bytes, links: Mapping[str, str]) -> bytes:
    """The part with addresses where marks were. Lines are unfolded first, since a fold may stand inside a mark."""
    lines = content.decode().replace("\r\n ", "").split("\r\n")
    return b"\r\n".join(_folded(fill(line, links)) for line in lines)


def _folded(line: str) -> bytes:
    return bytes(Contentline(line).to_ical())  # type: ignore[no-untyped-call]
