"""What each measure means, how measures are worked out from counts, and what is too small to be shown to everybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

Number = int | float | None


class Unit(StrEnum):
    """What a figure counts."""

    SESSIONS = "sessions"
    REGISTRATIONS = "registrations"
    PEOPLE = "people"
    ATTENDANCES = "attendances"
    SHARE = "share"
    MINUTES = "minutes"
    PLACES = "states and territories"


@dataclass(frozen=True)
class Measure:
    """A figure and what it means. `denominator` names what a share or an average is taken of."""

    name: str
    title: str
    definition: str
    unit: Unit
    denominator: str = ""


#: Registrations and attendance are two different measures and never mixed. In the order in which they are shown.
MEASURES: Mapping[str, Measure] = {
    measure.name: measure
    for measure in (
        Measure(
            "sessions_held", "sessions held",
            "Published sessions that are over. Cancelled ones do not count.", Unit.SESSIONS,
        ),
        Measure(
            "registrations", "registrations",
            "Confirmed seats at the sessions held; somebody with a seat at three sessions counts three times.",
            Unit.REGISTRATIONS,
        ),
        Measure(
            "registrations_per_session", "registrations per session",
            "Confirmed seats divided by the sessions held.", Unit.REGISTRATIONS, "sessions held",
        ),
        Measure(
            "unique_registrants", "people registered",
            "Different people with a confirmed seat at one of the sessions held; each counts once.", Unit.PEOPLE,
        ),
        Measure(
            "attendees", "attendances",
            "People in the audience, session by session; somebody who came to three counts three times. Hosts and "
            "panelists are left out.", Unit.ATTENDANCES,
        ),
        Measure(
            "unique_attendees", "people who came",
            "Different people in the audience of one of the sessions held; each counts once.", Unit.PEOPLE,
        ),
        Measure(
            "show_rate", "of those registered came",
            "People who came, out of those who held a seat when the session began. Sessions without an attendance "
            "report, walk-ins and later registrations are left out.", Unit.SHARE, "seats held at the start",
        ),
        Measure(
            "walk_ins", "walk-ins",
            "Attendances of people who held no seat at that session. They do not enter the show rate.",
            Unit.ATTENDANCES,
        ),
        Measure(
            "median_minutes", "stayed the median attendee",
            "Half of all attendances lasted longer, half shorter. One person on two devices counts once; unknown "
            "times are left out.", Unit.MINUTES, "attendances of known length",
        ),
        Measure(
            "person_minutes", "minutes together",
            "The time of all attendees added up, as far as it is known.", Unit.MINUTES,
        ),
        Measure(
            "returning", "people who came back",
            "People in the audience who had been in the audience of an earlier session of the same program.",
            Unit.PEOPLE, "people who came",
        ),
        Measure(
            "peak", "at one moment",
            "The most attendees there at the same moment of one session, by the times in its reports.", Unit.PEOPLE,
        ),
        Measure(
            "states", "states and territories",
            "Different states and territories, the District of Columbia among them, that people with a confirmed seat gave "
            "when they registered.", Unit.PLACES,
        ),
    )
}  # fmt: skip

#: Counts of people below this are not shown to the public (cell suppression, as federal health statistics do).
SMALLEST = 11


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
    registrations: int
    at_start: int
    came: int | None
    attendees: int | None
    walk_ins: int | None
    minutes: float | None = None
    median_minutes: float | None = None
    peak: int | None = None

    @property
    def show_rate(self) -> float | None:
        """The share of those with a seat at the start who came, 0 to 1."""
        return None if self.came is None else share(self.came, self.at_start)


def measures(
    sessions: Sequence[SessionFigures],
    reached: tuple[int, int],
    people: tuple[int, int],
    median_minutes: float | None,
) -> dict[str, Number]:
    """Every measure by name; None for what cannot be known.

    `reached`: different registrants and their states; `people`: different attendees, and those who came again.
    """
    known = [each for each in sessions if each.attendees is not None]
    timed = [each.minutes for each in known if each.minutes is not None]
    came = sum(each.came or 0 for each in known)
    registrations = sum(each.registrations for each in sessions)
    return {
        "sessions_held": len(sessions),
        "registrations": registrations,
        "registrations_per_session": round(registrations / len(sessions), 2) if sessions else None,
        "unique_registrants": reached[0],
        "attendees": _total(each.attendees for each in known),
        "unique_attendees": people[0] if known else None,
        "show_rate": share(came, sum(each.at_start for each in known)),
        "walk_ins": _total(each.walk_ins for each in known),
        "median_minutes": median_minutes,
        "person_minutes": round(sum(timed), 2) if timed else None,
        "returning": people[1] if known else None,
        "peak": max((each.peak for each in known if each.peak is not None), default=None),
        "states": reached[1],
    }


def share(part: int, whole: int) -> float | None:
    """A share from 0 to 1 to four places; None of nothing."""
    return round(part / whole, 4) if whole else None


def _total(counts: Iterable[int | None]) -> int | None:
    found = [each for each in counts if each is not None]
    return sum(found) if found else None


def for_everybody(sessions: Iterable[SessionFigures]) -> list[SessionFigures]:
    """Sessions as the public may see them: attendance below the smallest count is treated as unknown."""
    return [
        each
        if each.attendees is None or min(each.attendees, each.came or 0) >= SMALLEST
        else replace(each, attendees=None, came=None, walk_ins=None, minutes=None)
        for each in sessions
    ]


def in_words(name: str, value: Number) -> str | None:
    """A measure as people read it: “577”, “64 %”, “52 min”; None for what is not known."""
    if value is None:
        return None
    unit = MEASURES[name].unit
    if unit is Unit.SHARE:
        return _percent(value)
    if unit is Unit.MINUTES and name == "median_minutes":
        return f"{value:,.0f}\N{NO-BREAK SPACE}min"
    return f"{value:,.0f}"


def _percent(value: float) -> str:
    return f"{100 * value:.0f}\N{NO-BREAK SPACE}%"


def headline(sessions: Sequence[SessionFigures]) -> str:
    """A sentence that says what the chart of these sessions shows."""
    if not sessions:
        return ""
    latest, before = sessions[-12:], sessions[-24:-12]
    mean = _mean(latest)
    words = "session" if len(latest) == 1 else f"{len(latest)} sessions"
    sentence = f"In the latest {words}, {mean:,.0f} people registered" + (
        "" if len(latest) == 1 else " on average"
    )
    if len(before) == len(latest) and _mean(before):
        change = round(100 * (mean / _mean(before) - 1))
        more = (
            f"{_percent(abs(change) / 100)} {'more' if change > 0 else 'fewer'} than"
            if change
            else "as many as"
        )
        sentence += f", {more} in the {len(before)} before"
    known = [each for each in latest if each.came is not None and each.at_start]
    rate = share(sum(each.came or 0 for each in known), sum(each.at_start for each in known))
    return sentence + ("." if rate is None else f"; {_percent(rate)} of them came.")


def _mean(sessions: Sequence[SessionFigures]) -> float:
    return sum(each.registrations for each in sessions) / len(sessions)
