"""Dates, times and numbers as people read them, and instants as they are."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from jam.base import words, zones
from jam.base.errors import Refused
from jam.base.now import frozen, now
from jam.base.zones import EASTERN, US_ZONES
from tests.makers import utc


@pytest.mark.parametrize(
    ("start", "end", "zone", "said"),
    [
        ("2026-12-15 18:00", "2026-12-15 19:00", EASTERN, "Tuesday, December 15, 2026, 1:00 to 2:00 p.m. Eastern"),
        ("2026-12-15 16:30", "2026-12-15 17:30", EASTERN, "Tuesday, December 15, 2026, 11:30 a.m. to 12:30 p.m. Eastern"),
        ("2026-12-15 17:00", "2026-12-15 18:00", EASTERN, "Tuesday, December 15, 2026, 12:00 to 1:00 p.m. Eastern"),
        ("2026-12-16 04:30", "2026-12-16 05:30", EASTERN, "Tuesday, December 15, 2026, 11:30 p.m. to 12:30 a.m. Eastern"),
        ("2026-07-15 17:00", "2026-07-15 18:00", "America/Phoenix", "Wednesday, July 15, 2026, 10:00 to 11:00 a.m. Arizona"),
        ("2026-07-15 23:00", "2026-07-16 00:00", "Pacific/Guam", "Thursday, July 16, 2026, 9:00 to 10:00 a.m. Chamorro"),
        ("2026-07-15 17:00", "2026-07-15 18:00", "Europe/Berlin", "Wednesday, July 15, 2026, 7:00 to 8:00 p.m. CEST"),
        ("2026-03-01 18:00", "2026-03-01 19:05", "Pacific/Honolulu", "Sunday, March 1, 2026, 8:00 to 9:05 a.m. Hawaii"),
    ],
)  # fmt: skip
def test_when(start: str, end: str, zone: str, said: str) -> None:
    assert words.when(utc(start), utc(end), zone) == said


def test_a_moment() -> None:
    assert words.moment(utc("2026-12-15 18:07"), EASTERN) == "December 15, 2026, 1:07 p.m. Eastern"
    assert words.moment(utc("2026-12-15 05:00"), EASTERN) == "December 15, 2026, 12:00 a.m. Eastern"


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "now"), (20, "in 20 minutes"), (1, "in 1 minute"), (59, "in 59 minutes"), (61, "today"), (-5, "5 minutes ago"), (-90, "today"),
     (60 * 12, "tomorrow"), (-60 * 18, "yesterday"), (60 * 24 * 2, "in 2 days"), (60 * 24 * 20, "in 20 days"), (60 * 24 * 21, "in 3 weeks"),
     (-60 * 24 * 9, "9 days ago"), (-60 * 24 * 70, "10 weeks ago")],
)  # fmt: skip
def test_how_far_off(minutes: int, said: str) -> None:
    noon = utc("2026-12-15 17:00")
    assert words.until(noon + timedelta(minutes=minutes), noon, EASTERN) == said


def test_numbers() -> None:
    assert words.count(1, "person", "people") == "1 person"
    assert words.count(0, "person", "people") == "0 people"
    assert words.count(1204, "person", "people") == "1,204 people"
    assert words.percent(412, 577) == "71 %"
    assert words.percent(0, 0) == "unknown"


def test_a_time_that_spring_skips_moves_past_the_gap_and_one_that_autumn_repeats_is_the_first() -> None:
    assert zones.to_utc(date(2026, 3, 8), time(2, 30), EASTERN) == utc("2026-03-08 07:30")
    assert zones.to_utc(date(2026, 11, 1), time(1, 30), EASTERN) == utc("2026-11-01 05:30")


@pytest.mark.parametrize("name", [name for name, _ in US_ZONES])
def test_a_wall_clock_comes_back_in_every_zone(name: str) -> None:
    at = zones.to_utc(date(2026, 7, 15), time(13), name)
    assert zones.wall(at, name) == datetime(2026, 7, 15, 13, tzinfo=zones.zone(name))


@pytest.mark.parametrize(
    "name", ["", "Mars/Base", "../etc/passwd", "EST5EDT4", "america/new_york", "\x00", "x" * 500]
)
def test_an_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(Refused, match="is not a time zone Jam knows"):
        zones.zone(name)


def test_the_clock_stands_still_where_it_is_told_to() -> None:
    with frozen(utc("2026-12-15 18:00")):
        assert now() == utc("2026-12-15 18:00")
    assert now() != utc("2026-12-15 18:00")
    assert now().microsecond == 0
    assert now().utcoffset() == timedelta(0)
