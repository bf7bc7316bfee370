"""When the presenter is asked what became of the recommendations, how long they may answer, and when they are reminded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from jam.outcomes.rules import FOLLOW_UP_DAYS

#: The last time may be answered for so long; the others until the next one.
LAST_LASTS = timedelta(days=30)
#: Who has not answered is reminded once, so long after the question; from then on the answer is overdue.
REMIND_AFTER = timedelta(days=7)
#: Recommendations that were sent late are not asked about before somebody could have tried one.
SETTLE = timedelta(days=14)
#: Letters leave from this hour on, by the presenter's clock.
FROM_HOUR = 9


def plan(presented_on: date, sent_on: date) -> list[tuple[int, date]]:
    """After how many days, and so on which day, the presenter is asked; a time that comes too soon after recommendations
    were sent late is left out, but for the last, which waits."""
    earliest = sent_on + SETTLE
    found = [(days, presented_on + timedelta(days=days)) for days in FOLLOW_UP_DAYS]
    return [
        (days, max(day, earliest)) for days, day in found if day >= earliest or days == FOLLOW_UP_DAYS[-1]
    ]


@dataclass(frozen=True, order=True)
class Turn:
    """One time of asking: the day from which it may be answered, and the first day on which it may not any more."""

    due_on: date
    until: date
    days: int

    def stands(self, today: date) -> bool:
        """Whether it may be answered now."""
        return self.due_on <= today < self.until

    def overdue(self, today: date) -> bool:
        """Whether an answer is awaited longer than it should be."""
        return today >= self.due_on + REMIND_AFTER


def turns(planned: Iterable[tuple[int, date]]) -> list[Turn]:
    """The times of asking with their ends, the first one first."""
    days = sorted(planned)
    ends = [day for _, day in days[1:]] + [day + LAST_LASTS for _, day in days[-1:]]
    return [Turn(day, end, number) for (number, day), end in zip(days, ends, strict=True)]


def turn_at(found: Iterable[Turn], today: date) -> Turn | None:
    """The time of asking that may be answered now."""
    return next((each for each in found if each.stands(today)), None)


def over(found: list[Turn], today: date) -> bool:
    """Whether the last time has passed."""
    return bool(found) and today >= found[-1].until
