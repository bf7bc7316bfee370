"""Dates, clock times and durations in all the forms that reports write them, and which of two readings a file means."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from functools import lru_cache

from jam.attendance.reading.cells import folded


class Order(StrEnum):
    """What 03/04/2026 means: March 4 or the third of April."""

    MONTH_FIRST = "month-first"
    DAY_FIRST = "day-first"


#: Months in the languages in which reports were seen; the calendar module speaks only that of the machine.
_MONTHS = (
    "january januar janvier enero gennaio janeiro januari styczeń",
    "february februar février febrero febbraio fevereiro februari luty",
    "march märz mars marzo março maart marzec",
    "april avril abril aprile kwiecień",
    "may mai mayo maggio maio mei maj",
    "june juni juin junio giugno junho czerwiec",
    "july juli juillet julio luglio julho lipiec",
    "august août agosto augustus sierpień",
    "september septembre septiembre settembre setembro wrzesień",
    "october oktober octobre octubre ottobre outubro październik",
    "november novembre noviembre novembro listopad",
    "december dezember décembre diciembre dicembre dezembro grudzień",
)


def _beginnings() -> dict[str, int]:
    """Each beginning of a month's name of three letters or more that no other month shares."""
    found: dict[str, set[int]] = {}
    for number, names in enumerate(_MONTHS, 1):
        for name in names.split():
            for length in range(3, len(name) + 1):
                found.setdefault(name[:length], set()).add(number)
    return {name: number for name, numbers in found.items() if len(numbers) == 1 for number in numbers}


_MONTH = _beginnings()
#: A dotted date begins with the day wherever dots are used.
_NUMBERS = re.compile(r"(\d{1,4})([/.-]) ?(\d{1,2})\2 ?(\d{1,4})(?!\d)\.?")
_NAME_FIRST = re.compile(r"(?:[A-Za-z]{3,9}, )?([^\W\d_]{3,12})\.? (\d{1,2})(?:st|nd|rd|th)?,? ?(\d{4})")
_DAY_FIRST = re.compile(r"(\d{1,2})\.?[ -](?:de )?([^\W\d_]{3,12})\.?,?[ -](?:de )?(\d{4})")
_CLOCK = re.compile(
    r"(?:,? (?:at |um |à |às |a las |alle )?|T|)(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?|(?= ?[AaPp]\.? ?[Mm]))"
    r"(?: ?(?P<half>[AaPp])\.? ?[Mm]\.?)?(?: ?(?P<zone>\(?[A-Z]{1,5}\)?(?:[+-]\d{1,2}(?::?\d{2})?)?|[+-]\d{2}:?\d{2}))?"
)
#: Morning and afternoon in other languages, behind the time or, in the East, before it.
_HALVES = [
    (re.compile(r" (?:da manhã|da madrugada|de la mañana|de la madrugada|du matin|del mattino|vorm\.?|morgens)$"), " AM"),
    (re.compile(r" (?:da tarde|da noite|de la tarde|de la noche|de l[’']après-midi|du soir|del pomeriggio|della sera|di sera|nachm\.?)$"), " PM"),
    (re.compile(r"(?:午前|上午|오전) ?(\d{1,2}:[\d:]+)$"), r"\1 AM"),
    (re.compile(r"(?:午後|下午|오후) ?(\d{1,2}:[\d:]+)$"), r"\1 PM"),
    (re.compile(r"^(\d{4})[年.] ?(\d{1,2})[月.] ?(\d{1,2})[日.] ?"), r"\1-\2-\3 "),
]  # fmt: skip
#: “13:05”, “1.05 pm”, “2pm”.
_CLOCK_ALONE = re.compile(r"\d{1,2}(?::\d|(?:\.\d{2})? ?[AaPp]\.? ?[Mm])")
#: A date and a clock time as nearly all reports write them.
_USUAL = re.compile(
    r"([^:]{6,20}\d{2}),? (?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?: (?P<half>[AP])M)?(?P<zone>)"
)
#: A year outside of these is damage, and the first and last years there are cannot be moved between zones.
_YEARS = range(2000, 2100)
#: Hours from UTC of the names that American reports write behind a time.
_ZONES = {
    "Z": 0, "UTC": 0, "GMT": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "AKST": -9, "AKDT": -8, "HST": -10, "AST": -4, "ADT": -3,
}  # fmt: skip
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?")

#: A numeric date with a clock time behind it; dates alone stand in answers to questions, too.
_UNSURE = re.compile(
    r"(?<![\d/-])(\d{1,2})([/-])(\d{1,2})\2(\d{4}|\d{2})(?=,? +(?:[^\W\d]{1,4} +){0,2}\d{1,2}[:.]\d{2})"
)

_UNITS = (
    (3600, ("h", "std", "stund", "ora", "ore", "uur", "uren", "godz", "tim", "t", "ч", "時", "小时", "hod")),
    (60, ("m", "м", "分", "perc")),
    (1, ("s", "с", "秒")),
)
_PART = re.compile(r"(\d+(?:[.,]\d+)?) ?([^\W\d_]+)\.?,? ?")
#: “1 day, 2:03:04” and “0 days 02:03:04”, as programs write what is longer than a day, or may be.
_DAYS = re.compile(r"(\d) days?,? (\d{1,2}:\d{2}:\d{2}(?:\.\d+)?)")
_CLOCK_LENGTH = re.compile(r"(\d{1,3}):(\d{2})(?::(\d{2})(?:\.\d+)?)?")
_NUMBER = re.compile(r"\d{1,6}(?:[.,]\d+)?")


def wall_time(
    text: str, order: Order = Order.MONTH_FIRST, *, needs_clock: bool = False, day: date | None = None
) -> datetime | None:
    """What a clock on the wall showed, naive; aware where the text names its own zone; None for what is no date.

    A date alone means its midnight, or nothing when `needs_clock` is set; a clock time alone is of `day`, if one is
    given. An hour over 12 with AM or PM is no time.
    """
    day_first = order is Order.DAY_FIRST
    if usual := _usual(text, day_first):  # nearly every time there is
        return usual
    return _other_time(text, day_first, needs_clock, day)


def seldom_time(text: str, order: Order) -> datetime | None:
    """`wall_time` of a column in which hardly any time stands twice, so that none is remembered."""
    day_first = order is Order.DAY_FIRST
    return _parsed(text, day_first) or _other_time(text, day_first, False, None)


def _other_time(text: str, day_first: bool, needs_clock: bool, day: date | None) -> datetime | None:
    text = folded(text)
    if not text.isascii() or text[-1:].isalpha() or text[-1:] == ".":
        for words, half in _HALVES:
            text = words.sub(half, text)
    found, rest = _date(text, day_first)
    if found is None:
        if day is None or not rest:
            return None
        found = day
    if not rest:
        return None if needs_clock else datetime(found.year, found.month, found.day)  # noqa: DTZ001 - a wall time
    clock = _CLOCK.fullmatch(rest)
    return _moment(found, clock) if clock else None


def _parsed(text: str, day_first: bool) -> datetime | None:
    match = _USUAL.fullmatch(text)
    if match is None:
        return None
    found, rest = _date(match[1], day_first)
    return _moment(found, match) if found is not None and not rest else None


_usual = lru_cache(maxsize=16_384)(_parsed)  # many people come, or leave, in the same second


@lru_cache(maxsize=512)
def _date(text: str, day_first: bool) -> tuple[date | None, str | None]:
    """The date that a text begins with and what follows it; no date and the text for a clock time alone, no date and
    nothing for everything else."""
    if match := _NUMBERS.match(text):
        parts = _in_order(match, day_first)
    elif match := _NAME_FIRST.match(text):
        parts = int(match[3]), _month(match[1]), int(match[2])
    elif match := _DAY_FIRST.match(text):
        parts = int(match[3]), _month(match[2]), int(match[1])
    else:
        return None, text if _CLOCK_ALONE.match(text) else ""
    if parts is None or parts[0] not in _YEARS:
        return None, None
    try:
        return date(*parts), text[match.end() :]
    except ValueError:
        return None, None


def _in_order(match: re.Match[str], day_first: bool) -> tuple[int, int, int] | None:
    """Year, month and day of a date in numbers; a year has four digits, or two in the last place."""
    first, mark, second, last = match.groups()
    if len(first) == 4 and len(last) <= 2:
        return int(first), int(second), int(last)
    if len(first) > 2 or len(last) == 3:
        return None
    year = int(last) + (2000 if len(last) == 2 else 0)
    if mark == "." or day_first:
        return year, int(second), int(first)
    return year, int(first), int(second)


def _moment(day: date, clock: re.Match[str]) -> datetime | None:
    said_hour, said_minute, said_second, half, zone = clock.group("hour", "minute", "second", "half", "zone")
    hour, minute, second = int(said_hour), int(said_minute or 0), int(said_second or 0)
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half in "Pp" else 0)
    try:
        at = datetime(day.year, day.month, day.day, hour, minute, second)  # noqa: DTZ001 - a wall time
    except ValueError:
        return None
    if not zone:
        return at
    offset = _offset(zone.strip("()"))
    return None if offset is None else at.replace(tzinfo=timezone(offset)).astimezone(UTC)


def _offset(name: str) -> timedelta | None:
    if name in _ZONES:
        return timedelta(hours=_ZONES[name])
    match = _OFFSET.fullmatch(name)
    if match is None or int(match[2]) > 14 or int(match[3] or 0) > 59:
        return None
    size = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return -size if match[1] == "-" else size


def _month(name: str) -> int:
    """1 to 12 for a month's name or its beginning, 0 for any other word."""
    return _MONTH.get(name.casefold(), 0)


def order_of(lines: Iterable[str], day: date | None) -> tuple[Order, bool]:
    """Which of day and month comes first in the dates of a file, and whether that is sure.

    A number over 12 decides. Where there is none, the reading does under which the dates are those of the session's
    `day`; when neither or only guessing is left, months come first, as Zoom writes for American accounts.
    """
    found: dict[tuple[int, int, int], int] = {}
    for line in lines:
        if "/" not in line and "-" not in line:
            continue
        for first, _, second, year in _UNSURE.findall(line):
            key = (int(first), int(second), int(year) % 100 + 2000)
            found[key] = found.get(key, 0) + 1
    first = sum(n for (a, b, _), n in found.items() if a > 12 >= b)
    second = sum(n for (a, b, _), n in found.items() if b > 12 >= a)
    if first or second:
        return (Order.DAY_FIRST if first > second else Order.MONTH_FIRST), True
    if all(a == b for a, b, _ in found):
        return Order.MONTH_FIRST, True
    months = sum(n for (a, b, year), n in found.items() if _near(year, a, b, day))
    days = sum(n for (a, b, year), n in found.items() if _near(year, b, a, day))
    return (Order.DAY_FIRST if days > months else Order.MONTH_FIRST), bool(days or months)


def _near(year: int, month: int, day: int, wanted: date | None) -> bool:
    if wanted is None:
        return False
    try:
        return abs((date(year, month, day) - wanted).days) <= 1
    except ValueError:
        return False


#: No stay lasts longer; what says so is a slip of the pen. Also what the database's whole numbers hold.
LONGEST = timedelta(days=7)


def seconds_of(text: str, unit: int = 60) -> int | None:
    """A duration in seconds: “1h 27m 51s”, “87 min”, “1:27:51”, or a bare number of so many seconds; None for none, and for
    more than a week."""
    seconds = _seconds_of(folded(text).casefold()[:60], unit)
    return None if seconds is None or seconds > LONGEST.total_seconds() else seconds


def _seconds_of(text: str, unit: int) -> int | None:
    if _NUMBER.fullmatch(text):
        return round(float(text.replace(",", ".")) * unit)
    days = 0
    if match := _DAYS.fullmatch(text):
        days, text = int(match[1]) * 86_400, match[2]
    if match := _CLOCK_LENGTH.fullmatch(text):
        hours, minutes, seconds = int(match[1]), int(match[2]), int(match[3] or 0)
        return days + hours * 3600 + minutes * 60 + seconds
    total, at = 0.0, 0
    while at < len(text):
        part = _PART.match(text, at)
        size = next((size for size, names in _UNITS if part and part[2].startswith(names)), None)
        if part is None or size is None:
            return None
        total += float(part[1].replace(",", ".")) * size
        at = part.end()
    return round(total) if at else None


def bare(at: datetime) -> datetime:
    """The same clock without a zone, to compare times of one file with each other."""
    return at.replace(tzinfo=None)
