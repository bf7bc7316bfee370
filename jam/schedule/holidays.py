"""Federal holidays of the United States (5 U.S.C. 6103), so that staff see when a date falls on one."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from dateutil.relativedelta import FR, MO, SA, SU, TH, relativedelta

#: Days that are the same date every year: (month, day, name).
_FIXED = [
    (1, 1, "New Year’s Day"),
    (6, 19, "Juneteenth National Independence Day"),
    (7, 4, "Independence Day"),
    (11, 11, "Veterans Day"),
    (12, 25, "Christmas Day"),
]

#: Days that follow the weekday: (month, which weekday of it, name).
_MOVING = [
    (1, MO(3), "Birthday of Martin Luther King, Jr."),
    (2, MO(3), "Washington’s Birthday"),
    (5, MO(-1), "Memorial Day"),
    (9, MO(1), "Labor Day"),
    (10, MO(2), "Columbus Day"),
    (11, TH(4), "Thanksgiving Day"),
]

#: Juneteenth became a federal holiday in this year (Public Law 117-17).
_JUNETEENTH_SINCE = 2021


def holiday(day: date) -> str | None:
    """The federal holiday on this day, or None; “Independence Day (observed)” on the day off in lieu."""
    return _of_year(day.year).get(day)


def working_days_after(day: date, number: int) -> date:
    """The working day that is so many working days after another day: weekends and federal holidays are none."""
    while number > 0:
        day += timedelta(days=1)
        if day.weekday() < SA.weekday and holiday(day) is None:
            number -= 1
    return day


@cache
def _of_year(year: int) -> dict[date, str]:
    # New Year's Day of the next year is observed in this one when it is a Saturday.
    legal = {day: name for of in (year, year + 1) if of <= date.max.year for day, name in _legal(of).items()}
    observed = {_day_off(day): f"{name} (observed)" for day, name in legal.items()}
    return {day: name for day, name in {**observed, **legal}.items() if day.year == year}


def _legal(year: int) -> dict[date, str]:
    days = {
        date(year, month, day): name for month, day, name in _FIXED if month != 6 or year >= _JUNETEENTH_SINCE
    }
    for month, which, name in _MOVING:
        days[date(year, month, 1) + relativedelta(day=31 if (which.n or 1) < 0 else 1, weekday=which)] = name
    return days


def _day_off(day: date) -> date:
    """Friday for a holiday on Saturday (6103(b)), Monday for one on Sunday (Executive Order 11582)."""
    if day.weekday() == SA.weekday:
        return day + relativedelta(weekday=FR(-1))
    return day + timedelta(days=1) if day.weekday() == SU.weekday else day
