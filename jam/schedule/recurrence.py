"""The pattern of a series' dates: every third Tuesday, every second Thursday, or a list.

Dates are found on the wall calendar and times on the wall clock of a zone; only then do they become UTC,
so that a session stays at 1:00 p.m. when the clocks change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, Literal

from dateutil.rrule import MONTHLY, WEEKLY, rrule
from dateutil.rrule import weekday as nth_weekday

from jam.base.errors import Refused
from jam.base.words import clock_range, day_words
from jam.base.zones import to_utc

Kind = Literal["monthly", "weekly", "dates"]

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NTH = {1: "First", 2: "Second", 3: "Third", 4: "Fourth", 5: "Fifth", -1: "Last"}

#: A session may be this long at most, in minutes.
LONGEST = 24 * 60

#: Only the zone's name and the time of day are read from it: any day will do without a change of the clocks.
_SAMPLE_DAY = date(2026, 1, 15)


@dataclass(frozen=True, kw_only=True)
class Recurrence:
    """One pattern of dates; the fields that its kind does not use are None or empty.

    `kind` "monthly": the `nth` (1 to 5, or -1 for the last) `weekday` (0 is Monday) of every month; months
    that have no fifth one are skipped. "weekly": every `every` weeks from `first_on`, that `weekday`.
    "dates": the listed `dates`. `exclusions` are left out of any. Making an impossible one raises Refused.
    """

    kind: Kind
    nth: int | None = None
    weekday: int | None = None
    every: int | None = None
    first_on: date | None = None
    dates: tuple[date, ...] = ()
    exclusions: tuple[date, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "dates", tuple(sorted(set(self.dates))))
        object.__setattr__(self, "exclusions", tuple(sorted(set(self.exclusions))))
        if self.kind == "monthly":
            _check_weekday(self.weekday)
            _check_nth(self.nth)
            self._allow_only("nth", "weekday")
        elif self.kind == "weekly":
            _check_weekday(self.weekday)
            _check_weeks(self.every, self.first_on, self.weekday)
            self._allow_only("every", "weekday", "first_on")
        elif self.kind == "dates":
            _check_dates(self.dates, self.exclusions)
            self._allow_only("dates")
        else:
            raise Refused("Choose how the dates repeat: every month, every few weeks, or a list of dates.")

    @classmethod
    def from_json(cls, value: object) -> Recurrence:
        """The recurrence that `to_json` wrote; Refused where it cannot be read."""
        if not isinstance(value, dict):
            raise Refused("The pattern of dates could not be read. Please choose it again.")
        unknown = set(value) - {"kind", "nth", "weekday", "every", "first_on", "dates", "exclusions"}
        if unknown:
            raise Refused(
                f"The pattern of dates has parts Jam does not know: {', '.join(sorted(map(str, unknown)))}."
            )
        return cls(
            kind=value.get("kind", ""),
            nth=value.get("nth"),
            weekday=value.get("weekday"),
            every=value.get("every"),
            first_on=_date(value["first_on"]) if value.get("first_on") is not None else None,
            dates=_dates(value.get("dates", [])),
            exclusions=_dates(value.get("exclusions", [])),
        )

    def to_json(self) -> dict[str, Any]:
        """A dictionary of plain values: the kind and what it uses, dates as YYYY-MM-DD."""
        plain: dict[str, Any] = {"kind": self.kind}
        plain |= {
            key: getattr(self, key) for key in ("nth", "weekday", "every") if getattr(self, key) is not None
        }
        if self.first_on is not None:
            plain["first_on"] = self.first_on.isoformat()
        for key in ("dates", "exclusions"):
            if getattr(self, key):
                plain[key] = [day.isoformat() for day in getattr(self, key)]
        return plain

    def _allow_only(self, *used: str) -> None:
        for name in {"nth", "weekday", "every", "first_on", "dates"} - set(used):
            if getattr(self, name) not in (None, ()):
                raise Refused("The pattern of dates mixes two kinds. Please choose one of them.")


def dates(recurrence: Recurrence, after: date, count: int) -> list[date]:
    """The next `count` days of the pattern later than `after`, in order; fewer where a list ends."""
    left_out = set(recurrence.exclusions)
    return list(islice((day for day in _days(recurrence, after) if day not in left_out), count))


def occurrences(
    recurrence: Recurrence, start_time: time, minutes: int, zone_name: str, after: date, count: int
) -> list[tuple[datetime, datetime]]:
    """Start and end (aware, UTC) of the next `count` sessions on days later than `after`.

    The start is `start_time` on the wall clock of the zone: moved past the gap in spring, the first of two in
    autumn. The end is `minutes` of real time later. Refused for a length outside 1 minute to 24 hours, and
    for an unknown zone.
    """
    _check_minutes(minutes)
    starts = [to_utc(day, start_time, zone_name) for day in dates(recurrence, after, count)]
    return [(start, start + timedelta(minutes=minutes)) for start in starts]


def describe(recurrence: Recurrence, start_time: time, minutes: int, zone_name: str) -> str:
    """The pattern in words, exclusions apart: “Third Tuesday of the month, 1:00 to 2:00 p.m. Eastern”."""
    _check_minutes(minutes)
    start = to_utc(_SAMPLE_DAY, start_time, zone_name)
    return f"{_pattern(recurrence)}, {clock_range(start, start + timedelta(minutes=minutes), zone_name)}"


def _pattern(recurrence: Recurrence) -> str:
    if recurrence.kind == "dates":
        left = sorted(set(recurrence.dates) - set(recurrence.exclusions))
        first, last = (f"{day:%B} {day.day}, {day.year}" for day in (left[0], left[-1]))
        return day_words(left[0]) if len(left) == 1 else f"{len(left)} dates from {first}, to {last}"
    assert recurrence.weekday is not None
    weekday = WEEKDAYS[recurrence.weekday]
    if recurrence.kind == "monthly":
        assert recurrence.nth is not None
        return f"{_NTH[recurrence.nth]} {weekday} of the month"
    return {1: f"Every {weekday}", 2: f"Every second {weekday}"}.get(
        recurrence.every or 0, f"Every {recurrence.every} weeks on {weekday}"
    )


def _days(recurrence: Recurrence, after: date) -> Iterator[date]:
    """The days of the pattern later than `after`, exclusions among them."""
    if recurrence.kind == "dates":
        return (day for day in recurrence.dates if day > after)
    assert recurrence.weekday is not None
    if recurrence.kind == "monthly":
        first = datetime.combine(after, time())
        rule = rrule(MONTHLY, byweekday=nth_weekday(recurrence.weekday, recurrence.nth), dtstart=first)
    else:
        assert recurrence.first_on is not None
        rule = rrule(
            WEEKLY, interval=recurrence.every or 1, dtstart=datetime.combine(recurrence.first_on, time())
        )
    return (at.date() for at in rule if at.date() > after)


def _check_weekday(weekday: object) -> None:
    if not _whole(weekday) or weekday not in range(7):
        raise Refused("Choose a day of the week, Monday to Sunday.")


def _check_nth(nth: object) -> None:
    if not _whole(nth) or nth not in _NTH:
        raise Refused("Choose which one of the month: first, second, third, fourth, fifth or last.")


def _check_weeks(every: object, first_on: date | None, weekday: int | None) -> None:
    if not _whole(every) or every not in range(1, 53):
        raise Refused("Choose how many weeks lie between two sessions, from 1 to 52.")
    if first_on is None:
        raise Refused("Choose the date of the first session; the weeks are counted from it.")
    if first_on.weekday() != weekday:
        raise Refused(
            f"{day_words(first_on)}, is not a {WEEKDAYS[weekday or 0]}. Change the first date or the weekday."
        )


def _check_dates(dates: tuple[date, ...], exclusions: tuple[date, ...]) -> None:
    if not dates:
        raise Refused("Give at least one date.")
    if set(dates) <= set(exclusions):
        raise Refused("Every date in the list is left out again. Keep at least one.")


def _check_minutes(minutes: int) -> None:
    if not _whole(minutes) or not 1 <= minutes <= LONGEST:
        raise Refused("A session lasts from 1 minute to 24 hours. Please correct its length.")


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _dates(value: object) -> tuple[date, ...]:
    if not isinstance(value, list | tuple):
        raise Refused("A list of dates could not be read. Please enter the dates again.")
    return tuple(_date(item) for item in value)


def _date(value: object) -> date:
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise Refused(f"“{str(value)[:40]}” is not a date. Write it as 2026-12-15.") from None
