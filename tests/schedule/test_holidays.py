"""Federal holidays, against the dates the Office of Personnel Management publishes for each year."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from jam.schedule.holidays import holiday
from jam.schedule.recurrence import Recurrence, dates


def flagged(year: int) -> list[tuple[str, str]]:
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    return [(f"{day:%m-%d}", name) for day in days if day.year == year and (name := holiday(day))]


def test_a_year_with_days_off_in_lieu() -> None:
    assert flagged(2027) == [
        ("01-01", "New Year’s Day"),
        ("01-18", "Birthday of Martin Luther King, Jr."),
        ("02-15", "Washington’s Birthday"),
        ("05-31", "Memorial Day"),
        ("06-18", "Juneteenth National Independence Day (observed)"),
        ("06-19", "Juneteenth National Independence Day"),
        ("07-04", "Independence Day"),
        ("07-05", "Independence Day (observed)"),
        ("09-06", "Labor Day"),
        ("10-11", "Columbus Day"),
        ("11-11", "Veterans Day"),
        ("11-25", "Thanksgiving Day"),
        ("12-24", "Christmas Day (observed)"),
        ("12-25", "Christmas Day"),
        ("12-31", "New Year’s Day (observed)"),
    ]


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 7, 3), "Independence Day (observed)"),
        (date(2026, 11, 26), "Thanksgiving Day"),
        (date(2026, 5, 25), "Memorial Day"),
        (date(2028, 11, 10), "Veterans Day (observed)"),
        (date(2020, 6, 19), None),
        (date(2021, 6, 18), "Juneteenth National Independence Day (observed)"),
        (date(2026, 12, 15), None),
        (date(2026, 12, 24), None),
    ],
)
def test_single_days(day: date, name: str | None) -> None:
    assert holiday(day) == name


def test_the_first_third_tuesday_on_a_holiday_is_juneteenth_2029() -> None:
    third_tuesdays = dates(Recurrence(kind="monthly", nth=3, weekday=1), date(2021, 12, 31), 200)
    assert next(day for day in third_tuesdays if holiday(day)) == date(2029, 6, 19)
