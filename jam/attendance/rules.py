"""Times of presence as pure arithmetic: from wall clocks to instants, unions, the peak and the median.

An interval is a pair of aware UTC instants and half-open: who leaves when another joins does not meet them.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from jam.base.zones import zone

Interval = tuple[datetime, datetime]


class Asked(StrEnum):
    """Where somebody's request for a correction stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


#: How far the platform's minutes, which are rounded up, may be from the times beside them.
_ROUNDING_SECONDS = 90


def interval(
    join: datetime | None, leave: datetime | None, minutes: int | None, zone_name: str
) -> Interval | None:
    """The stretch between two wall times in a zone; None if a time is missing or leave not after join.

    In the hour that the autumn change repeats, the platform's `minutes` choose between the readings; without
    them the first counts. A leave that the wall clock shows before the join is believed only there, and only
    when the minutes agree. Refused for an unknown zone.
    """
    if join is None or leave is None:
        return None
    first, last = _instants(join, zone_name), _instants(leave, zone_name)
    if len(first) == len(last) == 1 and join.tzinfo is leave.tzinfo is None:
        return (first[0], last[0]) if join < leave and first[0] < last[0] else None
    pairs = [(a, b) for a in first for b in last if a < b]
    backwards = leave.replace(tzinfo=None) <= join.replace(tzinfo=None)
    if not pairs or (minutes is None and backwards):
        return None
    if minutes is None:
        return pairs[0]
    seconds = minutes * 60
    best = min(pairs, key=lambda pair: abs(_seconds(pair) - seconds))
    return None if backwards and abs(_seconds(best) - seconds) > _ROUNDING_SECONDS else best


def stretches_from(said: Sequence[Sequence[str]] | None) -> list[Interval]:
    """Stretches as a correction keeps them: pairs of ISO 8601 instants."""
    return [(datetime.fromisoformat(join), datetime.fromisoformat(leave)) for join, leave in said or ()]


def instant(at: datetime, zone_name: str) -> datetime:
    """The instant of a wall time in a zone, the first of an hour that the autumn change repeats; an aware one stays."""
    return _instants(at, zone_name)[0]


@lru_cache(maxsize=8192)  # many people come in the same second
def _instants(at: datetime, zone_name: str) -> tuple[datetime, ...]:
    """One instant, or both of an hour that the autumn change repeats; a skipped time moves past the gap."""
    if at.tzinfo is not None:
        return (at.astimezone(UTC),)
    first, second = _offsets(zone_name, at.year, at.month, at.day, at.hour, at.minute // 15)
    aware = datetime.combine(at, at.time(), UTC)  # in a tenth of the time that `replace` takes
    return (aware - first, aware - second) if second < first else (aware - first,)


@lru_cache(maxsize=4096)
def _offsets(
    zone_name: str, year: int, month: int, day: int, hour: int, quarter: int
) -> tuple[timedelta, timedelta]:
    """How far a zone is ahead of UTC in a quarter of an hour by its wall clock, by both readings; clocks change between
    quarters."""
    at = datetime(year, month, day, hour, 15 * quarter, tzinfo=zone(zone_name))
    first, second = (at.replace(fold=fold).utcoffset() for fold in (0, 1))
    assert first is not None
    assert second is not None
    return first, second


def _seconds(pair: Interval) -> float:
    return (pair[1] - pair[0]).total_seconds()


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """The same presence as intervals that neither overlap nor touch, oldest first; empty ones vanish."""
    intervals = list(intervals)
    if len(intervals) == 1 and intervals[0][0] < intervals[0][1]:
        return intervals
    merged: list[Interval] = []
    for start, end in sorted(pair for pair in intervals if pair[0] < pair[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def union_seconds(intervals: Iterable[Interval]) -> float:
    """How long at least one of the intervals lasted, in seconds."""
    return sum(_seconds(pair) for pair in merge(intervals))


def peak(intervals: Iterable[Interval]) -> int:
    """The most intervals at one instant. Merge each person's intervals first to count people."""
    usable = [pair for pair in intervals if pair[0] < pair[1]]
    ends = sorted(end for _, end in usable)
    most = gone = 0
    for came, start in enumerate(sorted(start for start, _ in usable), 1):
        while ends[gone] <= start:
            gone += 1
        most = max(most, came - gone)
    return most


def median_minutes(seconds: Sequence[float]) -> float | None:
    """The median of durations in seconds, in minutes to two places; None when there is none."""
    return round(statistics.median(seconds) / 60, 2) if seconds else None
