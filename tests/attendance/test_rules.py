"""Intervals: unions, the peak, the median, and the nights when the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jam.attendance.rules import Interval, interval, median_minutes, merge, peak, union_seconds
from jam.base.errors import Refused

NEW_YORK = "America/New_York"
NOON = datetime(2026, 10, 20, 12, tzinfo=UTC)


def stretch(first: int, last: int) -> Interval:
    """From one minute after noon to another."""
    return NOON + timedelta(minutes=first), NOON + timedelta(minutes=last)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_overlaps_and_touching_ends_become_one_interval() -> None:
    assert merge([stretch(20, 30), stretch(0, 10), stretch(5, 12), stretch(12, 15), stretch(6, 8)]) == [
        stretch(0, 15),
        stretch(20, 30),
    ]
    assert union_seconds([stretch(20, 30), stretch(0, 10), stretch(5, 12)]) == 22 * 60


def test_empty_and_backward_intervals_are_nothing() -> None:
    assert merge([stretch(5, 5), stretch(9, 3)]) == []
    assert union_seconds([]) == 0
    assert peak([stretch(5, 5), stretch(9, 3)]) == 0


def test_who_leaves_when_another_joins_does_not_meet_them() -> None:
    assert peak([stretch(0, 10), stretch(10, 20)]) == 1
    assert peak([stretch(0, 11), stretch(10, 20), stretch(10, 12)]) == 3


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda pair: stretch(*pair))))
def test_minute_by_minute_the_same(intervals: list[Interval]) -> None:
    minutes = [NOON + timedelta(minutes=n) for n in range(61)]
    there = [sum(start <= at < end for start, end in intervals) for at in minutes]

    assert peak(intervals) == max(there)
    assert union_seconds(intervals) == 60 * sum(n > 0 for n in there)
    assert merge(merge(intervals)) == merge(intervals)


def test_the_median_in_minutes() -> None:
    assert median_minutes([60, 4142, 9000]) == 69.03
    assert median_minutes([60, 120]) == 1.5
    assert median_minutes([]) is None


@pytest.mark.parametrize(
    ("join", "leave"),
    [
        (None, "2026-10-20T13:30"),
        ("2026-10-20T13:00", None),
        ("2026-10-20T13:30", "2026-10-20T13:00"),
        ("2026-10-20T13:00", "2026-10-20T13:00"),
    ],
)
def test_an_interval_without_a_length_is_unknown(join: str | None, leave: str | None) -> None:
    joined, left = (wall(text) if text else None for text in (join, leave))

    assert interval(joined, left, 30, NEW_YORK) is None


def test_wall_times_are_those_of_the_zone() -> None:
    found = interval(wall("2026-10-20T13:00"), wall("2026-10-20T14:00"), 60, "America/Phoenix")

    assert found == (datetime(2026, 10, 20, 20, tzinfo=UTC), datetime(2026, 10, 20, 21, tzinfo=UTC))
    with pytest.raises(Refused):
        interval(wall("2026-10-20T13:00"), wall("2026-10-20T14:00"), 60, "Mars/Olympus")


@pytest.mark.parametrize(
    ("join", "leave", "minutes", "utc"),
    [
        # New York, November 1, 2026: 1:00 to 2:00 happens twice, from 5:00 and from 6:00 UTC.
        ("00:30", "01:30", 60, "04:30-05:30"),
        ("00:30", "01:30", 120, "04:30-06:30"),
        ("00:30", "01:30", None, "04:30-05:30"),
        ("01:10", "01:50", 40, "05:10-05:50"),
        ("01:10", "01:50", 100, "05:10-06:50"),
        ("01:30", "02:30", 60, "06:30-07:30"),
        ("01:30", "02:30", 120, "05:30-07:30"),
        ("01:50", "01:10", 20, "05:50-06:10"),
        ("01:50", "01:10", None, None),
        ("01:50", "01:10", 3, None),
        ("01:30", "01:30", 0, None),
        ("03:30", "02:30", 20, None),
    ],
)
def test_the_night_that_has_an_hour_twice(
    join: str, leave: str, minutes: int | None, utc: str | None
) -> None:
    found = interval(wall(f"2026-11-01T{join}"), wall(f"2026-11-01T{leave}"), minutes, NEW_YORK)

    assert (found and "-".join(f"{at:%H:%M}" for at in found)) == utc


def test_the_night_that_lacks_an_hour() -> None:
    found = interval(wall("2026-03-08T01:50"), wall("2026-03-08T03:10"), 20, NEW_YORK)

    assert found == (datetime(2026, 3, 8, 6, 50, tzinfo=UTC), datetime(2026, 3, 8, 7, 10, tzinfo=UTC))
    skipped = interval(wall("2026-03-08T01:50"), wall("2026-03-08T02:10"), 20, NEW_YORK)
    assert skipped == found
