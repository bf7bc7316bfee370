"""What a presenter still owes before the day, on which days they are asked for it, and whether a letter is due today. All of
it follows from dates: nothing is planned by hand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class Thing(StrEnum):
    """What is asked of a presenter who has a date."""

    CONFIRM = "confirm"
    SLIDES = "slides"
    RELEASE = "release"
    BIO = "bio"
    PORTRAIT = "portrait"


#: What staff read of it, and what stands in a letter.
WORDS = {
    Thing.CONFIRM: "Yes to the date",
    Thing.SLIDES: "Slides",
    Thing.RELEASE: "Recording form",
    Thing.BIO: "Words about themself",
    Thing.PORTRAIT: "Portrait",
}
ASKS = {
    Thing.CONFIRM: "Say that you will be there",
    Thing.SLIDES: "Your slides",
    Thing.RELEASE: "Whether the recording may be published",
    Thing.BIO: "A few sentences about you",
    Thing.PORTRAIT: "A portrait, if you like",
}
#: The same in a subject line.
SHORT = {
    Thing.CONFIRM: "your yes",
    Thing.SLIDES: "your slides",
    Thing.RELEASE: "the recording form",
    Thing.BIO: "a few sentences about you",
}

#: Days before the session on which each is asked for. A portrait is welcome and never the reason for a letter.
BEFORE: dict[Thing, tuple[int, ...]] = {
    Thing.CONFIRM: (14, 7, 2),
    Thing.SLIDES: (7, 2),
    Thing.RELEASE: (7, 2),
    Thing.BIO: (7, 2),
}
#: The first question for a yes after the letter with the date, and how often it comes again until two weeks before.
FIRST = timedelta(days=3)
AGAIN = timedelta(days=7)
#: A question that depends on that letter is left out so close to one that depends on the session.
CLOSE = timedelta(days=2)

#: Letters leave from this hour of the recipient's day on.
HOUR = 9


@dataclass(frozen=True)
class Owed:
    """One thing that one presenter owes for one talk, with the local days on which it is asked for."""

    presenter_id: int
    thing: Thing
    #: When the session begins: a letter that names it is of another date once it moves.
    starts_at: datetime
    days: tuple[date, ...]
    #: The day from which it is late.
    since: date

    @property
    def mark(self) -> tuple[int, str, str]:
        """What a letter keeps, to find out later whether it is still missing."""
        return self.presenter_id, str(self.thing), self.starts_at.isoformat()


def missing(*, confirmed: bool, slides: bool, released: bool, bio: bool, portrait: bool) -> list[Thing]:
    """What is not there; `released`: they said whether the recording may be published, one way or the other."""
    there = {
        Thing.CONFIRM: confirmed,
        Thing.SLIDES: slides,
        Thing.RELEASE: released,
        Thing.BIO: bio,
        Thing.PORTRAIT: portrait,
    }
    return [thing for thing, done in there.items() if not done]


def days(thing: Thing, told_on: date, session_on: date) -> tuple[date, ...]:
    """The days on which a missing thing is asked for, given when they were told the date and when the session is."""
    fixed = {session_on - timedelta(days=number) for number in BEFORE.get(thing, ())}
    found = {day for day in fixed if day > told_on}
    if thing is Thing.CONFIRM:
        day, last = told_on + FIRST, session_on - timedelta(days=min(BEFORE[thing]))
        while day < last:
            if all(abs(day - each) > CLOSE for each in fixed):
                found.add(day)
            day += AGAIN
            last = min(last, session_on - timedelta(days=max(BEFORE[thing])))
    return tuple(sorted(found))


def owed(presenter_id: int, thing: Thing, told_on: date, session_on: date, starts_at: datetime) -> Owed:
    """A thing that is missing, with its days."""
    asked = days(thing, told_on, session_on)
    first = min(asked, default=max(told_on, session_on - timedelta(days=max(BEFORE.get(thing, (2,))))))
    return Owed(presenter_id, thing, starts_at, asked, first)


def is_late(each: Owed, today: date) -> bool:
    """Whether it should be here by now. Nobody is late with a portrait."""
    return each.thing in BEFORE and each.since <= today


def due(found: Collection[Owed], today: date, hour: int, last: date | None) -> bool:
    """Whether a letter should be written now: a day to ask has come, and no letter since says so (`last`: their last one's day).

    One that comes late, after an outage, is left out where the next one comes tomorrow anyway. Never before the hour of the day
    at which people are written to.
    """
    every = {day for each in found for day in each.days}
    newest = max((day for day in every if day <= today), default=None)
    if newest is None or hour < HOUR or (last is not None and last >= newest):
        return False
    return newest == today or today + timedelta(days=1) not in every


def next_day(found: Collection[Owed], today: date, last: date | None) -> date | None:
    """The day of the next letter if nothing arrives meanwhile; None when there is none to come."""
    if due(found, today, HOUR, last):
        return today
    return min((day for each in found for day in each.days if day > today), default=None)
