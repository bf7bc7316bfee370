"""With what other time the figures of a choice are compared."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from jam.base.errors import Refused
from jam.statistics.choice import Choice

#: How, and its words on the page.
HOW = {"": "Nothing", "before": "The same time before", "year": "A year earlier", "other": "Another period"}

#: There is no day before it.
_BEGINNING = date(1900, 1, 1)


def compared(choice: Choice, how: str, first: date | None, last: date | None) -> Choice | None:
    """The choice that this one is held against; None for none.

    `first` and `last` are the days of another period, both included; who enters them need not say `other`.
    Refused where a day that it takes is missing.
    """
    if how not in HOW:
        raise Refused("Choose from the list what the figures are compared with.")
    if how == "other" or (not how and (first or last)):
        if first is None or last is None:
            raise Refused("To compare with another period, enter both its days.")
        return replace(choice, first=first, last=last)
    if not how:
        return None
    if choice.first is None or choice.last is None:
        raise Refused("To compare with an earlier time, enter both days of the period.")
    if how == "year":
        return replace(choice, first=_year_before(choice.first), last=_year_before(choice.last))
    span = choice.last - choice.first
    if choice.first - _BEGINNING <= span:
        raise Refused("There is no time so long before it. Choose a shorter period.")
    return replace(
        choice, first=choice.first - span - timedelta(days=1), last=choice.first - timedelta(days=1)
    )


def _year_before(day: date) -> date:
    """The same day of the year before; February 28 for a leap day."""
    return (
        day.replace(year=day.year - 1, day=28)
        if (day.month, day.day) == (2, 29)
        else day.replace(year=day.year - 1)
    )
