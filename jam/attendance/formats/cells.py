"""The values in a report's cells: absent ones, whole numbers, addresses, and dates in all forms seen."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache

from jam.base.errors import Refused
from jam.people.rules import normal_address

#: Zoom writes `--` for nothing; `NA` comes from statistics programs. In capitals only: Na is a name.
_ABSENT = {"", "--", "NA"}
_ADDRESS_LIKE = re.compile(r"[^\s@]+@[^\s@]+")
_SPACES = re.compile(r"[\s\ufeff\u200b]+")
#: Written out because the calendar module speaks the language of the machine.
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_DAYS = (
    re.compile(r"(?P<name>[A-Za-z]{3,9})\.? (?P<day>\d{1,2}), ?(?P<year>\d{4})"),
    re.compile(r"(?P<month>\d{1,2})(?P<mark>[/-])(?P<day>\d{1,2})(?P=mark)(?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})"),
)
#: A year outside of these is damage, and the first and last years there are cannot be moved between zones.
_YEARS = range(2000, 2100)
_CLOCK = re.compile(
    r"(?:,? |T)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?"
)


def folded(cell: str) -> str:
    """Trimmed, every run of white space (no-break spaces and byte-order marks too) made one blank."""
    return _SPACES.sub(" ", cell).strip()


def heading(cell: str) -> str:
    """A column's name for comparing: folded and without regard to case."""
    return folded(cell).casefold()


def present(cell: str) -> str | None:
    """The folded text, or None for an empty cell and for `--` and `NA`, which stand for one."""
    text = folded(cell)
    return None if text in _ABSENT else text


def whole(cell: str) -> int | None:
    """A count of zero or more; None for everything else."""
    digits = folded(cell).replace(",", "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None


@lru_cache(maxsize=20_000)
def address(cell: str | None) -> str | None:
    """An e-mail address in the form in which people's addresses are unique, None for what is none.

    Platforms let people in with addresses that Jam would not write to (`a..b@example.jp`, `ann@localhost`).
    They still tell one person from another, so they count, in lower case.
    """
    text = cell or ""
    try:
        return normal_address(text)
    except Refused:
        return text.lower() if len(text) <= 254 and _ADDRESS_LIKE.fullmatch(text) else None


def wall_time(text: str, *, needs_clock: bool = False) -> datetime | None:
    """What a wall clock showed, naive; None for what is no date in a known form.

    Months come before days. A date alone means its midnight, or nothing when `needs_clock` is set. An hour
    over 12 with AM or PM is no time, and neither is a time that brings a zone of its own.
    """
    text = folded(text)
    for pattern in _DAYS:
        if day := pattern.match(text):
            rest = text[day.end() :]
            clock = _CLOCK.fullmatch(rest)
            if clock is None and (rest or needs_clock):
                return None
            return _moment(day.groupdict(), clock.groupdict() if clock else {})
    return None


def _moment(day: dict[str, str | None], clock: dict[str, str | None]) -> datetime | None:
    hour, half = int(clock.get("hour") or 0), (clock.get("half") or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    year, name = int(day["year"] or 0), (day.get("name") or "").lower()
    if year not in _YEARS:
        return None
    month = _month(name) if name else int(day["month"] or 0)
    date, minute, second = (
        int(found or 0) for found in (day["day"], clock.get("minute"), clock.get("second"))
    )
    try:
        return datetime(year, month, date, hour, minute, second)  # noqa: DTZ001 - a wall time
    except ValueError:
        return None


def _month(name: str) -> int:
    """1 to 12 for a month's name or its beginning, 0 for any other word."""
    return next((n for n, full in enumerate(_MONTHS, 1) if full.startswith(name)), 0)
