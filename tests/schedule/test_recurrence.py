"""Dates and times of recurring sessions, against literal tables of their starts in UTC.

In 2026 the clocks change on March 8 and November 1, in 2027 on March 14 and November 7.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from jam.base.errors import Refused
from jam.schedule.recurrence import Recurrence, dates, describe, occurrences

NEW_YEARS_EVE = date(2025, 12, 31)
EASTERN, MOUNTAIN = "America/New_York", "America/Denver"

THIRD_TUESDAY = Recurrence(kind="monthly", nth=3, weekday=1)
LAST_THURSDAY = Recurrence(kind="monthly", nth=-1, weekday=3)
FIFTH_FRIDAY = Recurrence(kind="monthly", nth=5, weekday=4)
EVERY_SECOND_WEDNESDAY = Recurrence(kind="weekly", every=2, weekday=2, first_on=date(2026, 1, 14))

THIRD_TUESDAY_EASTERN = """
2026-01-20 18:00, 2026-02-17 18:00, 2026-03-17 17:00, 2026-04-21 17:00,
2026-05-19 17:00, 2026-06-16 17:00, 2026-07-21 17:00, 2026-08-18 17:00,
2026-09-15 17:00, 2026-10-20 17:00, 2026-11-17 18:00, 2026-12-15 18:00,
2027-01-19 18:00, 2027-02-16 18:00, 2027-03-16 17:00, 2027-04-20 17:00,
2027-05-18 17:00, 2027-06-15 17:00, 2027-07-20 17:00, 2027-08-17 17:00,
2027-09-21 17:00, 2027-10-19 17:00, 2027-11-16 18:00, 2027-12-21 18:00
"""

LAST_THURSDAY_EASTERN = """
2026-01-29 23:30, 2026-02-26 23:30, 2026-03-26 22:30, 2026-04-30 22:30,
2026-05-28 22:30, 2026-06-25 22:30, 2026-07-30 22:30, 2026-08-27 22:30,
2026-09-24 22:30, 2026-10-29 22:30, 2026-11-26 23:30, 2026-12-31 23:30,
2027-01-28 23:30, 2027-02-25 23:30, 2027-03-25 22:30, 2027-04-29 22:30,
2027-05-27 22:30, 2027-06-24 22:30, 2027-07-29 22:30, 2027-08-26 22:30,
2027-09-30 22:30, 2027-10-28 22:30, 2027-11-25 23:30, 2027-12-30 23:30
"""

EVERY_SECOND_WEDNESDAY_EASTERN = """
2026-01-14 14:00, 2026-01-28 14:00, 2026-02-11 14:00, 2026-02-25 14:00,
2026-03-11 13:00, 2026-03-25 13:00, 2026-04-08 13:00, 2026-04-22 13:00,
2026-05-06 13:00, 2026-05-20 13:00, 2026-06-03 13:00, 2026-06-17 13:00,
2026-07-01 13:00, 2026-07-15 13:00, 2026-07-29 13:00, 2026-08-12 13:00,
2026-08-26 13:00, 2026-09-09 13:00, 2026-09-23 13:00, 2026-10-07 13:00,
2026-10-21 13:00, 2026-11-04 14:00, 2026-11-18 14:00, 2026-12-02 14:00
"""

FIFTH_FRIDAY_EASTERN = """
2026-01-30 17:00, 2026-05-29 16:00, 2026-07-31 16:00, 2026-10-30 16:00,
2027-01-29 17:00, 2027-04-30 16:00, 2027-07-30 16:00, 2027-10-29 16:00,
2027-12-31 17:00, 2028-03-31 16:00, 2028-06-30 16:00, 2028-09-29 16:00,
2028-12-29 17:00, 2029-03-30 16:00, 2029-06-29 16:00, 2029-08-31 16:00,
2029-11-30 17:00, 2030-03-29 16:00, 2030-05-31 16:00, 2030-08-30 16:00,
2030-11-29 17:00, 2031-01-31 17:00, 2031-05-30 16:00, 2031-08-29 16:00
"""

THIRD_TUESDAY_MOUNTAIN = """
2026-01-20 20:00, 2026-02-17 20:00, 2026-03-17 19:00, 2026-04-21 19:00,
2026-05-19 19:00, 2026-06-16 19:00, 2026-07-21 19:00, 2026-08-18 19:00,
2026-09-15 19:00, 2026-10-20 19:00, 2026-11-17 20:00, 2026-12-15 20:00,
2027-01-19 20:00, 2027-02-16 20:00, 2027-03-16 19:00, 2027-04-20 19:00,
2027-05-18 19:00, 2027-06-15 19:00, 2027-07-20 19:00, 2027-08-17 19:00,
2027-09-21 19:00, 2027-10-19 19:00, 2027-11-16 20:00, 2027-12-21 20:00
"""

LAST_THURSDAY_MOUNTAIN = """
2026-01-30 01:30, 2026-02-27 01:30, 2026-03-27 00:30, 2026-05-01 00:30,
2026-05-29 00:30, 2026-06-26 00:30, 2026-07-31 00:30, 2026-08-28 00:30,
2026-09-25 00:30, 2026-10-30 00:30, 2026-11-27 01:30, 2027-01-01 01:30,
2027-01-29 01:30, 2027-02-26 01:30, 2027-03-26 00:30, 2027-04-30 00:30,
2027-05-28 00:30, 2027-06-25 00:30, 2027-07-30 00:30, 2027-08-27 00:30,
2027-10-01 00:30, 2027-10-29 00:30, 2027-11-26 01:30, 2027-12-31 01:30
"""

EVERY_SECOND_WEDNESDAY_MOUNTAIN = """
2026-01-14 16:00, 2026-01-28 16:00, 2026-02-11 16:00, 2026-02-25 16:00,
2026-03-11 15:00, 2026-03-25 15:00, 2026-04-08 15:00, 2026-04-22 15:00,
2026-05-06 15:00, 2026-05-20 15:00, 2026-06-03 15:00, 2026-06-17 15:00,
2026-07-01 15:00, 2026-07-15 15:00, 2026-07-29 15:00, 2026-08-12 15:00,
2026-08-26 15:00, 2026-09-09 15:00, 2026-09-23 15:00, 2026-10-07 15:00,
2026-10-21 15:00, 2026-11-04 16:00, 2026-11-18 16:00, 2026-12-02 16:00
"""

FIFTH_FRIDAY_MOUNTAIN = """
2026-01-30 19:00, 2026-05-29 18:00, 2026-07-31 18:00, 2026-10-30 18:00,
2027-01-29 19:00, 2027-04-30 18:00, 2027-07-30 18:00, 2027-10-29 18:00,
2027-12-31 19:00, 2028-03-31 18:00, 2028-06-30 18:00, 2028-09-29 18:00,
2028-12-29 19:00, 2029-03-30 18:00, 2029-06-29 18:00, 2029-08-31 18:00,
2029-11-30 19:00, 2030-03-29 18:00, 2030-05-31 18:00, 2030-08-30 18:00,
2030-11-29 19:00, 2031-01-31 19:00, 2031-05-30 18:00, 2031-08-29 18:00
"""


#: The same without June 2026 and December 2027.
THIRD_TUESDAY_WITH_TWO_LEFT_OUT = """
2026-01-20 18:00, 2026-02-17 18:00, 2026-03-17 17:00, 2026-04-21 17:00,
2026-05-19 17:00, 2026-07-21 17:00, 2026-08-18 17:00, 2026-09-15 17:00,
2026-10-20 17:00, 2026-11-17 18:00, 2026-12-15 18:00, 2027-01-19 18:00,
2027-02-16 18:00, 2027-03-16 17:00, 2027-04-20 17:00, 2027-05-18 17:00,
2027-06-15 17:00, 2027-07-20 17:00, 2027-08-17 17:00, 2027-09-21 17:00,
2027-10-19 17:00, 2027-11-16 18:00, 2028-01-18 18:00, 2028-02-15 18:00
"""

#: Sundays at half past one in the morning: November 1 has that time twice, and the first is meant.
SUNDAYS_IN_AUTUMN = "2026-10-25 05:30, 2026-11-01 05:30, 2026-11-08 06:30, 2026-11-15 06:30"

#: Sundays at half past two: March 8 has no such time, and 3:30 a.m. is meant.
SUNDAYS_IN_SPRING = "2026-03-01 07:30, 2026-03-08 07:30, 2026-03-15 06:30, 2026-03-22 06:30"


def instants(table: str) -> list[datetime]:
    return [
        datetime.strptime(cell.strip(), "%Y-%m-%d %H:%M").replace(tzinfo=UTC) for cell in table.split(",")
    ]


@pytest.mark.parametrize(
    ("recurrence", "clock", "zone", "table"),
    [
        (THIRD_TUESDAY, time(13, 0), EASTERN, THIRD_TUESDAY_EASTERN),
        (THIRD_TUESDAY, time(13, 0), MOUNTAIN, THIRD_TUESDAY_MOUNTAIN),
        (LAST_THURSDAY, time(18, 30), EASTERN, LAST_THURSDAY_EASTERN),
        (LAST_THURSDAY, time(18, 30), MOUNTAIN, LAST_THURSDAY_MOUNTAIN),
        (EVERY_SECOND_WEDNESDAY, time(9, 0), EASTERN, EVERY_SECOND_WEDNESDAY_EASTERN),
        (EVERY_SECOND_WEDNESDAY, time(9, 0), MOUNTAIN, EVERY_SECOND_WEDNESDAY_MOUNTAIN),
        (FIFTH_FRIDAY, time(12, 0), EASTERN, FIFTH_FRIDAY_EASTERN),
        (FIFTH_FRIDAY, time(12, 0), MOUNTAIN, FIFTH_FRIDAY_MOUNTAIN),
    ],
)
def test_twenty_four_sessions_are_at_the_same_wall_time_all_year(
    recurrence: Recurrence, clock: time, zone: str, table: str
) -> None:
    expected = [(start, start + timedelta(hours=1)) for start in instants(table)]
    assert len(expected) == 24
    assert occurrences(recurrence, clock, 60, zone, NEW_YEARS_EVE, 24) == expected


def test_excluded_dates_are_left_out_and_made_up_for_at_the_end() -> None:
    recurrence = Recurrence(
        kind="monthly", nth=3, weekday=1, exclusions=(date(2027, 12, 21), date(2026, 6, 16))
    )
    found = occurrences(recurrence, time(13, 0), 60, EASTERN, NEW_YEARS_EVE, 24)
    assert [start for start, _ in found] == instants(THIRD_TUESDAY_WITH_TWO_LEFT_OUT)


def test_a_start_that_the_spring_change_skips_moves_behind_the_gap() -> None:
    sundays = Recurrence(kind="weekly", every=1, weekday=6, first_on=date(2026, 3, 1))
    found = occurrences(sundays, time(2, 30), 45, EASTERN, date(2026, 2, 1), 4)
    assert found == [(start, start + timedelta(minutes=45)) for start in instants(SUNDAYS_IN_SPRING)]


def test_of_a_start_that_the_autumn_change_repeats_the_first_is_meant() -> None:
    sundays = Recurrence(kind="weekly", every=1, weekday=6, first_on=date(2026, 3, 1))
    found = occurrences(sundays, time(1, 30), 90, EASTERN, date(2026, 10, 18), 4)
    assert found == [(start, start + timedelta(minutes=90)) for start in instants(SUNDAYS_IN_AUTUMN)]


def test_dates_are_later_than_the_day_given() -> None:
    assert dates(THIRD_TUESDAY, date(2026, 1, 19), 1) == [date(2026, 1, 20)]
    assert dates(THIRD_TUESDAY, date(2026, 1, 20), 1) == [date(2026, 2, 17)]
    assert dates(THIRD_TUESDAY, date(2026, 1, 20), 0) == []
    assert dates(LAST_THURSDAY, date(2026, 1, 31), 1) == [date(2026, 2, 26)]


def test_weeks_are_counted_from_the_first_session_wherever_one_starts_to_look() -> None:
    assert dates(EVERY_SECOND_WEDNESDAY, date(2020, 1, 1), 1) == [date(2026, 1, 14)]
    assert dates(EVERY_SECOND_WEDNESDAY, date(2026, 7, 1), 2) == [date(2026, 7, 15), date(2026, 7, 29)]


def test_a_list_of_dates_is_sorted_and_ends() -> None:
    listed = Recurrence(
        kind="dates",
        dates=(date(2027, 3, 9), date(2027, 1, 12), date(2027, 3, 9), date(2027, 2, 9)),
        exclusions=(date(2027, 2, 9),),
    )
    assert dates(listed, NEW_YEARS_EVE, 24) == [date(2027, 1, 12), date(2027, 3, 9)]
    assert dates(listed, date(2027, 1, 12), 24) == [date(2027, 3, 9)]
    assert occurrences(listed, time(13, 0), 60, EASTERN, NEW_YEARS_EVE, 24) == [
        (datetime(2027, 1, 12, 18, tzinfo=UTC), datetime(2027, 1, 12, 19, tzinfo=UTC)),
        (datetime(2027, 3, 9, 18, tzinfo=UTC), datetime(2027, 3, 9, 19, tzinfo=UTC)),
    ]


@pytest.mark.parametrize(
    ("recurrence", "words"),
    [
        (THIRD_TUESDAY, "Third Tuesday of the month, 1:00 to 2:00 p.m. Eastern"),
        (LAST_THURSDAY, "Last Thursday of the month, 1:00 to 2:00 p.m. Eastern"),
        (FIFTH_FRIDAY, "Fifth Friday of the month, 1:00 to 2:00 p.m. Eastern"),
        (
            Recurrence(kind="weekly", every=1, weekday=0, first_on=date(2026, 1, 5)),
            "Every Monday, 1:00 to 2:00 p.m. Eastern",
        ),
        (EVERY_SECOND_WEDNESDAY, "Every second Wednesday, 1:00 to 2:00 p.m. Eastern"),
        (
            Recurrence(kind="weekly", every=3, weekday=0, first_on=date(2026, 1, 5)),
            "Every 3 weeks on Monday, 1:00 to 2:00 p.m. Eastern",
        ),
        (
            Recurrence(kind="dates", dates=(date(2027, 1, 12),)),
            "Tuesday, January 12, 2027, 1:00 to 2:00 p.m. Eastern",
        ),
        (
            Recurrence(kind="dates", dates=(date(2027, 1, 12), date(2027, 2, 9), date(2027, 3, 9))),
            "3 dates from January 12, 2027, to March 9, 2027, 1:00 to 2:00 p.m. Eastern",
        ),
    ],
)
def test_a_pattern_reads_as_people_say_it(recurrence: Recurrence, words: str) -> None:
    assert describe(recurrence, time(13, 0), 60, EASTERN) == words


def test_the_words_name_both_halves_of_the_day_and_the_zone() -> None:
    assert describe(THIRD_TUESDAY, time(11, 30), 90, MOUNTAIN) == (
        "Third Tuesday of the month, 11:30 a.m. to 1:00 p.m. Mountain"
    )


@pytest.mark.parametrize(
    ("recurrence", "plain"),
    [
        (THIRD_TUESDAY, {"kind": "monthly", "nth": 3, "weekday": 1}),
        (
            Recurrence(kind="monthly", nth=-1, weekday=0, exclusions=(date(2026, 5, 25),)),
            {"kind": "monthly", "nth": -1, "weekday": 0, "exclusions": ["2026-05-25"]},
        ),
        (EVERY_SECOND_WEDNESDAY, {"kind": "weekly", "every": 2, "weekday": 2, "first_on": "2026-01-14"}),
        (
            Recurrence(kind="dates", dates=(date(2027, 2, 9), date(2027, 1, 12))),
            {"kind": "dates", "dates": ["2027-01-12", "2027-02-09"]},
        ),
    ],
)
def test_a_pattern_survives_being_stored(recurrence: Recurrence, plain: dict[str, object]) -> None:
    assert recurrence.to_json() == plain
    assert Recurrence.from_json(plain) == recurrence


NTH = "Choose which one of the month: first, second, third, fourth, fifth or last."
WEEKDAY = "Choose a day of the week, Monday to Sunday."
WEEKS = "Choose how many weeks lie between two sessions, from 1 to 52."


@pytest.mark.parametrize(
    ("plain", "sentence"),
    [
        ({"kind": "monthly", "nth": 0, "weekday": 1}, NTH),
        ({"kind": "monthly", "nth": 6, "weekday": 1}, NTH),
        ({"kind": "monthly", "nth": -2, "weekday": 1}, NTH),
        ({"kind": "monthly", "nth": True, "weekday": 1}, NTH),
        ({"kind": "monthly", "weekday": 1}, NTH),
        ({"kind": "monthly", "nth": 3}, WEEKDAY),
        ({"kind": "monthly", "nth": 3, "weekday": 7}, WEEKDAY),
        ({"kind": "monthly", "nth": 3, "weekday": "1"}, WEEKDAY),
        ({"kind": "weekly", "every": 0, "weekday": 2, "first_on": "2026-01-14"}, WEEKS),
        ({"kind": "weekly", "every": 53, "weekday": 2, "first_on": "2026-01-14"}, WEEKS),
        (
            {"kind": "weekly", "every": 2, "weekday": 2},
            "Choose the date of the first session; the weeks are counted from it.",
        ),
        (
            {"kind": "weekly", "every": 2, "weekday": 3, "first_on": "2026-01-14"},
            "Wednesday, January 14, 2026, is not a Thursday. Change the first date or the weekday.",
        ),
        ({"kind": "dates", "dates": []}, "Give at least one date."),
        (
            {"kind": "dates", "dates": ["2027-01-12"], "exclusions": ["2027-01-12"]},
            "Every date in the list is left out again. Keep at least one.",
        ),
        ({"kind": "dates", "dates": ["2027-02-30"]}, "“2027-02-30” is not a date. Write it as 2026-12-15."),
        (
            {"kind": "dates", "dates": "2027-01-12"},
            "A list of dates could not be read. Please enter the dates again.",
        ),
        (
            {"kind": "monthly", "nth": 3, "weekday": 1, "every": 2},
            "The pattern of dates mixes two kinds. Please choose one of them.",
        ),
        (
            {"kind": "yearly"},
            "Choose how the dates repeat: every month, every few weeks, or a list of dates.",
        ),
        ({}, "Choose how the dates repeat: every month, every few weeks, or a list of dates."),
        ({"kind": "dates", "hour": 3}, "The pattern of dates has parts Jam does not know: hour."),
        (["monthly"], "The pattern of dates could not be read. Please choose it again."),
    ],
)
def test_an_impossible_pattern_is_refused_with_a_sentence_that_helps(plain: object, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        Recurrence.from_json(plain)
    assert refused.value.message == sentence


@pytest.mark.parametrize("minutes", [0, -60, 1441])
def test_an_impossible_length_is_refused(minutes: int) -> None:
    with pytest.raises(Refused, match="A session lasts from 1 minute to 24 hours"):
        occurrences(THIRD_TUESDAY, time(13, 0), minutes, EASTERN, NEW_YEARS_EVE, 1)
    with pytest.raises(Refused, match="A session lasts from 1 minute to 24 hours"):
        describe(THIRD_TUESDAY, time(13, 0), minutes, EASTERN)


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(Refused, match="is not a time zone"):
        occurrences(THIRD_TUESDAY, time(13, 0), 60, "America/Atlantis", NEW_YEARS_EVE, 1)
