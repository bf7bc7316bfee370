"""What cells of people's lists mean: times of day, links, and the date or title in a file's name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import TypeVar
from urllib.parse import urlsplit

from jam.attendance.reading.cells import present
from jam.attendance.reading.times import wall_time
from jam.base.errors import Refused
from jam.base.text import slugify

Key = TypeVar("Key")

_CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))?(?::\d{2})?(?: ?([ap])\.? ?m\.?)?", re.IGNORECASE)
_DAYS = (
    re.compile(r"(?<!\d)(?P<y>20\d\d)[-_. ]?(?P<m>\d\d)[-_. ]?(?P<d>\d\d)(?!\d)"),
    re.compile(r"(?<!\d)(?P<m>\d{1,2})[-_. ](?P<d>\d{1,2})[-_. ](?P<y>20\d\d)(?!\d)"),
)
#: A title shorter than this stands in too many names by chance.
_TELLING = 6


def day_of(cell: str) -> date | None:
    """The date in a cell; None for what is none."""
    at = wall_time(cell)
    return at.date() if at else None


def clock_of(cell: str) -> time | None:
    """The time of day in a cell, like 13:00, 1:00 PM or 1 p.m.; None for what is none."""
    found = _CLOCK.fullmatch(present(cell) or "")
    if found is None or (found[2] is None and found[3] is None):
        return None
    hour, half = int(found[1]), (found[3] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, int(found[2] or 0))
    except ValueError:
        return None


def instant_or_wall(cell: str) -> datetime | None:
    """A moment as a list gives it, naive where it names no zone; None for what is none."""
    text = present(cell) or ""
    at = wall_time(text)
    if at is not None:
        return at
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo and 2000 <= at.year < 2100 else None


def link_of(cell: str, what: str) -> str | None:
    """A link of the web; None for an empty cell. Refused for anything else."""
    text = present(cell)
    if text is None:
        return None
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and len(text) <= 1000
    except ValueError:
        good = False
    if not good or " " in text:
        raise Refused(f"The {what} “{text[:60]}” is not a link. It begins with https://.")
    return text


def day_in(file_name: str) -> date | None:
    """The date that a file's name tells, like 2024-03-19, 20240319 or 3-19-2024."""
    for pattern in _DAYS:
        for found in pattern.finditer(file_name):
            try:
                return date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError:
                continue
    return None


def titled(file_name: str, titles: Mapping[Key, str]) -> list[Key]:
    """Those whose title stands in a file's name, the longest title alone."""
    name = slugify(file_name, 300)
    slugs = {key: slugify(title, 200) for key, title in titles.items()}
    inside = {key: slug for key, slug in slugs.items() if len(slug) >= _TELLING and slug in name}
    longest = max(map(len, inside.values()), default=0)
    return [key for key, slug in inside.items() if len(slug) == longest]
