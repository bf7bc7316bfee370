"""What the files of a report say: its title, its parts in words, its charts. Made of the figures alone, as they may leave
the house, so that the same figures give the same document."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from itertools import groupby
from typing import Any

from jam.base.drawing import Chart
from jam.base.words import count, day_words
from jam.reports.rules import FEW, WITHHELD, Figures
from jam.statistics import charts
from jam.statistics.rules import SessionFigures
from jam.statistics.safety import SMALLEST
from jam.vocabulary.rules import OUTSIDE, STATES

#: How to read it, and the rule by which numbers are withheld.
HOW_TO_READ = (
    "Registering and coming are two different things. They are counted apart and never added to each other.",
    (
        "Beside each figure stands what it means, how it is worked out, of what it is taken, and what is left out. A figure is "
        "comparable with one of another report where these words are the same."
    ),
    "“Not known” is not zero: nobody can know it, because a session has no attendance report or a report has no times.",
    (
        f"To protect people, no count of fewer than {SMALLEST} people, seats or visits is given, nor one of many seats that few "
        "people hold (cell suppression, as federal health statistics do it). Where such a count could be worked out from the "
        f"others, another one is left out with it, and says “{WITHHELD}”. States, sectors and what is not known are told in tens; "
        "so is a count from which earlier reports could be subtracted and leave a small one, as “about”, which may be ten off. Shares and medians "
        f"taken of fewer than {SMALLEST} people are not given either, nor is a share whose part or rest is that small. Nobody is named."
    ),
    "Sessions count once they are over. Cancelled ones do not count.",
)

_UNKNOWN = {
    "sessions_without_report": "Sessions without an attendance report; nobody knows who came to them",
    "attendances_of_unknown_length": "Attendances of which nobody knows how long they lasted",
    "seats_without_state": "Registrations without a state or territory",
    "seats_without_sector": "Registrations without a sector",
    "seats_without_job_role": "Registrations without a job role",
}


def title(figures: Figures) -> str:
    """“Workforce Solutions Jam: registrations and attendance”."""
    choice = figures["choice"]
    what = choice["cohort_name"] or choice["program_name"] or "All programs"
    return f"{what}: registrations and attendance"


def period(figures: Figures) -> str:
    """“Tuesday, January 20, 2026 to Tuesday, November 17, 2026”."""
    choice, covers = figures["choice"], figures["covers"]
    first, last = choice["from"] or covers["first"], choice["to"] or covers["last"]
    return f"{day_words(date.fromisoformat(first))} to {day_words(date.fromisoformat(last))}"


def topics(shown: Figures) -> list[tuple[str, list[dict[str, Any]]]]:
    """The measures under their headings, each with `figure`: what is read."""
    return [
        (topic, [{**each, "figure": figure(each)} for each in some])
        for topic, some in groupby(shown["measures"], key=lambda each: str(each["topic"]))
    ]


def figure(measure: Mapping[str, Any]) -> str:
    """A measure as it is read, for others: “577”, “Fewer than 11”, “Not known”."""
    words = measure["words"] or measure.get("withheld") or "not known"
    return words[0].upper() + words[1:]


def session_lines(shown: Figures) -> list[tuple[str, ...]]:
    """Each session, oldest first: day, title, registrations, attendees, show rate, median minutes, peak."""
    return [
        (
            short_day(each["date"]), each["title"], cell(each, "registrations"), cell(each, "attendees"),
            cell(each, "show_rate"), cell(each, "median_minutes"), cell(each, "peak"),
        )
        for each in shown["sessions"]
    ]  # fmt: skip


def cell(session: Mapping[str, Any], name: str) -> str:
    """A figure of a session, or why there is none."""
    value = session[name]
    if name in session["withheld"]:
        return str(session["withheld"][name]).capitalize()
    if value is None:
        return "Not known"
    return f"{value:.0%}".replace("%", " %") if name == "show_rate" else f"{value:,.0f}"


def state_lines(shown: Figures) -> list[tuple[str, str]]:
    """States with the most registrations first; outside and unknown last."""
    of_states = [
        (STATES[code], number) for code, number in shown["by_state"] if code in STATES and code != OUTSIDE
    ]
    of_states.sort(key=lambda each: (each[1] is None, -(each[1] or 0), each[0]))
    others = dict(shown["by_state"])
    lines = [(name, _count(number)) for name, number in of_states]
    lines += [
        (name, _count(others[code]))
        for code, name in ((OUTSIDE, STATES[OUTSIDE]), ("", "Not given"))
        if code in others
    ]
    return lines


def sector_lines(shown: Figures) -> list[tuple[str, str]]:
    """Sectors with the most registrations first."""
    return [(name, _count(number)) for name, number in shown["by_sector"]]


def lever_lines(shown: Figures) -> list[tuple[str, str]]:
    """Levers in their order, each with how many sessions were about it."""
    return [(name, f"{sum(months.values()):,}") for name, months in shown["levers"]]


def unknown_lines(shown: Figures) -> list[tuple[str, str]]:
    """What is not known, and how much of it."""
    return [
        (words, number.capitalize() if isinstance(number, str) else f"{number:,}")
        for name, words in _UNKNOWN.items()
        if (number := shown["unknown"].get(name)) is not None
    ]


def drawn(shown: Figures) -> list[Chart]:
    """The charts: sessions, states, levers; those that have something to show."""
    sessions = [_session(each) for each in shown["sessions"]]
    said = {each["id"]: (cell(each, "registrations"), cell(each, "attendees")) for each in shown["sessions"]}
    first, last = (date.fromisoformat(shown["covers"][each]) for each in ("first", "last"))
    seats = dict(shown["by_state"])
    places = charts.Places(
        {code: number for code, number in seats.items() if code in STATES and code != OUTSIDE},
        seats.get(OUTSIDE, 0), seats.get("", 0), SMALLEST, rounded=True,
    )  # fmt: skip
    coverage = [
        (name, {(int(month[:4]), int(month[5:])): number for month, number in months.items()})
        for name, months in shown["levers"]
    ]
    made = (
        charts.by_session(sessions, said=said),
        charts.by_state(places, (first, last)),
        charts.by_lever(coverage, first, last),
    )
    return [each for each in made if each is not None]


def _session(each: Mapping[str, Any]) -> SessionFigures:
    # What is withheld is not drawn.
    return SessionFigures(
        each["id"], each["slug"], each["title"], each["program"], datetime.fromisoformat(each["starts_at"]),
        datetime.fromisoformat(each["ends_at"]), each["time_zone"], each["registrations"], 0, None,
        each["attendees"], None,
    )  # fmt: skip


def _count(number: int | None) -> str:
    return WITHHELD.capitalize() if number is None else f"{number:,}"


def short_day(day: str) -> str:
    """“Jan 20, 2026”."""
    at = date.fromisoformat(day)
    return f"{at:%b} {at.day}, {at.year}"


def in_short(shown: Figures) -> list[str]:
    """Two or three sentences that say the most important."""
    by_name = {each["name"]: each for each in shown["measures"]}
    held = count(len(shown["sessions"]), "session was", "sessions were")
    sentences = [(f"{held} held, from {day_words(date.fromisoformat(shown['covers']['first']))} to "
                 f"{day_words(date.fromisoformat(shown['covers']['last']))}.")]  # fmt: skip
    registrations, people = by_name.get("registrations"), by_name.get("unique_registrants")
    if registrations and people and registrations["value"] is not None and people["value"] is not None:
        sentences.append(_sentence(f"{people['words']} people registered {registrations['words']} times."))
    came, rate = by_name.get("unique_attendees"), by_name.get("show_rate")
    if came and came["value"] is not None:
        share = f" {rate['words']} of those registered came." if rate and rate["words"] else ""
        sentences.append(_sentence(f"{came['words']} people came at least once.{share}"))
    elif came and came.get("withheld") == FEW:
        sentences.append(f"{FEW.capitalize()} people came.")
    return sentences


def _sentence(words: str) -> str:
    return words[0].upper() + words[1:]
