"""What each measure means, how measures are worked out from counts, and what is too small to be shown to everybody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from jam.base.words import count
from jam.statistics.measures import MEASURES, Unit
from jam.statistics.safety import SMALLEST, safe_share

Number = int | float | None


class Dimension(StrEnum):
    """What seats are taken apart by: what their holders gave, and how Jam came to know of them."""

    STATE = "state"
    SECTOR = "sector"
    JOB_ROLE = "job role"
    SOURCE = "source"
    #: Rural, urban or unknown, by the ZIP code that was given.
    AREA = "area"


class Who(StrEnum):
    """People of one session: who holds a confirmed seat; who was there in any role, and in the audience; of those with a seat,
    who gave a ZIP code in a rural or an urban area."""

    SEATS = "seats"
    THERE = "there"
    AUDIENCE = "audience"
    RURAL = "rural"
    URBAN = "urban"


class Many(StrEnum):
    """Numbers of one session: seconds that each of the audience stayed, where known; whole hours from taking a seat to the
    start, for seats held when it began."""

    STAYS = "stays"
    LEADS = "leads"


#: Kept beside these: 64-bit marks of the organizations that people gave.
ORGANIZATIONS = "organizations"


@dataclass(frozen=True)
class Band:
    """How long before the start a seat was taken: at least so many days, and fewer than the next band's."""

    name: str
    first: int
    words: str


BANDS = (
    Band("0", 0, "Less than a day before"),
    Band("1", 1, "1 to 3 days before"),
    Band("4", 4, "4 to 7 days before"),
    Band("8", 8, "8 to 14 days before"),
    Band("15", 15, "15 to 30 days before"),
    Band("31", 31, "Earlier"),
)


@dataclass(frozen=True)
class SessionFigures:
    """One held session, counted. What depends on attendance is None while no report of it was imported.

    - at_start: confirmed seats when it began; came: how many of these people were there, in any role.
    - minutes: all attendees' together; None, like median_minutes and peak, where no times are known.
    """

    id: int
    slug: str
    title: str
    program: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    #: None where it is not told.
    registrations: int | None
    at_start: int
    came: int | None
    attendees: int | None
    walk_ins: int | None
    minutes: float | None = None
    median_minutes: float | None = None
    peak: int | None = None
    #: Whether it is for everybody: then the share is the one that may be told.
    public: bool = False

    @property
    def show_rate(self) -> float | None:
        """The share of those with a seat at the start who came, 0 to 1."""
        return rate([self])


def rate(sessions: Sequence[SessionFigures]) -> float | None:
    """The show rate of sessions together, as far as it is known; as coarse as need be where it is for everybody."""
    known = [each for each in sessions if each.came is not None]
    came, at_start = sum(each.came or 0 for each in known), sum(each.at_start for each in known)
    if any(each.public for each in known):
        return safe_share(came, at_start)
    return share(came, at_start)


class Share(float):
    """A share from 0 to 1 that knows what it was taken of."""

    part: int
    whole: int


def share(part: int, whole: int) -> Share | None:
    """A share from 0 to 1 to four places; None of nothing."""
    if not whole:
        return None
    found = Share(round(part / whole, 4))
    found.part, found.whole = part, whole
    return found


#: Sessions that are taken together when one year is compared with the one before.
_YEAR = 12


def growth(registrations: Sequence[int]) -> float | None:
    """By how much the mean of the latest twelve is above that of the twelve before; None with fewer, or of nothing."""
    latest, before = registrations[-_YEAR:], registrations[-2 * _YEAR : -_YEAR]
    if len(before) < _YEAR or not sum(before):
        return None
    return round(sum(latest) / sum(before) - 1, 4)


def for_everybody(sessions: Iterable[SessionFigures]) -> list[SessionFigures]:
    """Sessions as the public may see them: attendance below the smallest count is treated as unknown, and so is whatever
    else could be subtracted from it."""
    found = []
    for each in sessions:
        shown = replace(each, public=True, walk_ins=None, minutes=None, median_minutes=None, peak=None)
        if each.attendees is None or min(each.attendees, each.came or 0) < SMALLEST:
            shown = replace(shown, attendees=None, came=None)
        found.append(shown)
    return found


def in_words(name: str, value: Number) -> str | None:
    """A measure as people read it: “577”, “64 %”, “52 min”; None for what is not known."""
    if value is None:
        return None
    unit = MEASURES[name].unit
    if unit is Unit.SHARE:
        return _percent(value)
    if unit is Unit.MINUTES and name == "median_minutes":
        return f"{value:,.0f}\N{NO-BREAK SPACE}min"
    if unit is Unit.DAYS:
        return count(round(value), "day", "days").replace(" ", "\N{NO-BREAK SPACE}")
    return f"{value:,.0f}"


def taken_of(value: Number) -> str:
    """What a share is a share of: “412 of 577”; nothing for anything else."""
    return f"{value.part:,} of {value.whole:,}" if isinstance(value, Share) else ""


def change_in_words(name: str, value: Number, earlier: Number) -> str:
    """How a measure differs from an earlier one: “12 % more than 515”; shares and days in their own steps."""
    if value is None or earlier is None:
        return "" if value is None else "Not known then"
    was = in_words(name, earlier)
    if value == earlier:
        return f"As before ({was})"
    unit = MEASURES[name].unit
    if unit is Unit.SHARE:
        # Of what is read: from 63 % to 64 % is one.
        points = round(100 * value) - round(100 * earlier)
        words = "percentage point" if abs(points) == 1 else "percentage points"
        return f"{_signed(points)} {words} (was {was})" if points else f"Nearly as before ({was})"
    if unit is Unit.DAYS:
        days = round(value) - round(earlier)
        words = "day" if abs(days) == 1 else "days"
        return f"{_signed(days)} {words} (was {was})" if days else f"Nearly as before ({was})"
    if not earlier:
        return f"Was {was}"
    percent = round(100 * (value / earlier - 1))
    if not percent:
        return f"Nearly as before ({was})"
    return f"{_signed(percent)}\N{NO-BREAK SPACE}% (was {was})"


def _signed(number: int) -> str:
    return f"+{number}" if number > 0 else str(number).replace("-", "\N{MINUS SIGN}")


def _percent(value: float) -> str:
    return f"{100 * value:.0f}\N{NO-BREAK SPACE}%".replace("-", "\N{MINUS SIGN}")


def headline(sessions: Sequence[SessionFigures]) -> str:
    """A sentence that says what the chart of these sessions shows."""
    if not sessions:
        return ""
    latest, before = sessions[-_YEAR:], sessions[-2 * _YEAR : -_YEAR]
    told, earlier = _told(latest), _told(before)
    words = "session" if len(latest) == 1 else f"{len(latest)} sessions"
    if not told:
        return f"How many people registered for the latest {words} is not given."
    mean = sum(told) / len(told)
    among = f"In {len(told)} of the latest {words}" if len(told) < len(latest) else f"In the latest {words}"
    sentence = f"{among}, {mean:,.0f} people registered" + ("" if len(told) == 1 else " on average")
    # As the measure does: sessions of several programs are not held against those before.
    alike = len({each.program for each in (*latest, *before)}) == 1
    if alike and len(told) == len(earlier) == _YEAR and any(earlier):
        change = round(100 * (sum(told) / sum(earlier) - 1))
        more = (
            f"{_percent(abs(change) / 100)} {'more' if change > 0 else 'fewer'} than"
            if change
            else "as many as"
        )
        sentence += f", {more} in the {len(before)} before"
    came = rate(latest)
    sentence += "." if came is None else f"; {_percent(came)} of them came."
    return sentence if len(told) == len(latest) else f"{sentence} Of the others it is not given."


def _told(sessions: Sequence[SessionFigures]) -> list[int]:
    return [each.registrations for each in sessions if each.registrations is not None]
