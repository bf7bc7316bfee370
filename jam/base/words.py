"""How dates, times and numbers read: whole, plain American English."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from jam.base.zones import wall, zone_words


def long_date(at: datetime, zone_name: str) -> str:
    """“Tuesday, December 15, 2026”, as seen in a zone."""
    return day_words(wall(at, zone_name).date())


def day_words(day: date) -> str:
    """“Tuesday, December 15, 2026”."""
    return f"{day:%A}, {day:%B} {day.day}, {day.year}"


def clock(at: datetime, zone_name: str) -> str:
    """“1:00 p.m.”, as seen in a zone."""
    local = wall(at, zone_name)
    return f"{local.hour % 12 or 12}:{local.minute:02} {'a.m.' if local.hour < 12 else 'p.m.'}"


def clock_range(start: datetime, end: datetime, zone_name: str) -> str:
    """“1:00 to 2:00 p.m. Eastern”; the half of the day is named twice only where it changes."""
    first, last = clock(start, zone_name), clock(end, zone_name)
    if first[-4:] == last[-4:]:
        first = first[:-5]
    return f"{first} to {last} {zone_words(zone_name, start)}"


def when(start: datetime, end: datetime, zone_name: str) -> str:
    """“Tuesday, December 15, 2026, 1:00 to 2:00 p.m. Eastern”."""
    return f"{long_date(start, zone_name)}, {clock_range(start, end, zone_name)}"


def moment(at: datetime, zone_name: str) -> str:
    """“December 15, 2026, 1:07 p.m. Eastern”: a single point in time."""
    local = wall(at, zone_name)
    return f"{local:%B} {local.day}, {local.year}, {clock(at, zone_name)} {zone_words(zone_name, at)}"


def until(at: datetime, present: datetime, zone_name: str) -> str:
    """How far off a moment is: “in 9 days”, “tomorrow”, “today”, “in 20 minutes”, “3 weeks ago”."""
    days = (wall(at, zone_name).date() - wall(present, zone_name).date()).days
    if days == 0:
        return _within_a_day(at - present)
    if abs(days) == 1:
        return "tomorrow" if days > 0 else "yesterday"
    amount = (
        count(abs(days), "day", "days") if abs(days) < 21 else count(round(abs(days) / 7), "week", "weeks")
    )
    return f"in {amount}" if days > 0 else f"{amount} ago"


def _within_a_day(gap: timedelta) -> str:
    minutes = round(gap.total_seconds() / 60)
    if 0 < minutes < 60:
        return f"in {count(minutes, 'minute', 'minutes')}"
    if -60 < minutes <= 0:
        return "now" if minutes == 0 else f"{count(-minutes, 'minute', 'minutes')} ago"
    return "today"


def count(n: int, one: str, many: str) -> str:
    """“1 person”, “577 people”, “1,204 people”."""
    return f"{n:,} {one if n == 1 else many}"


def percent(part: float, whole: float) -> str:
    """“71 %”, or “unknown” where there is nothing to be a part of."""
    return f"{100 * part / whole:.0f} %" if whole else "unknown"
