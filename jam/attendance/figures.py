"""What a report says by itself, counted: people instead of lines, time there instead of a sum of lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from jam.attendance import rules
from jam.attendance.reading.found import PlatformFigures, Report, Row, Section
from jam.attendance.reading.times import Order
from jam.base.words import count, day_words
from jam.base.zones import wall

#: A session that begins near midnight and its report may bear different dates and still be the same occasion.
_SAME_OCCASION = timedelta(hours=12)


@dataclass(frozen=True)
class ReportFigures:
    """The figures of one report. None is "cannot be known", never 0.

    - attendees: people with an address, or a registrant's number, in the attendee table who came.
    - registrants: people with an address in the attendee table; None when the webinar had no registration.
    - no_shows: registrants who were nowhere in the report, not even as a panelist.
    - panelists, panelists_also_attendees: people with an address who came as a panelist; of these, attendees. None when
      the report does not tell panelists apart.
    - people: everybody with an address who was there, host and panelists included.
    - attendee_minutes, median_minutes, peak: over attendees, with all their intervals, as a panelist too.
      Somebody without a usable interval has the minutes that the report gives in all, if it does, and is left out of
      the peak; else they have unknown minutes and are left out of all three.
    - undecided: people who were there without an address, see `_nameless`.
    """

    attendees: int
    registrants: int | None
    no_shows: int | None
    panelists: int | None
    panelists_also_attendees: int | None
    people: int
    attendee_minutes: float | None
    median_minutes: float | None
    peak: int | None
    undecided: int
    platform: PlatformFigures
    differences: tuple[str, ...]


#: The stretch of each line that has one, by its number.
Stretches = Mapping[int, rules.Interval]


def stretches_of(report: Report, zone_name: str) -> Stretches:
    """The stretches of a report whose times are those of a zone's wall clock; Refused for an unknown zone."""
    found = {
        row.line: rules.interval(row.join_wall, row.leave_wall, row.minutes, zone_name) for row in report.rows
    }
    return {line: stretch for line, stretch in found.items() if stretch}


def figures(report: Report, zone_name: str, stretches: Stretches | None = None) -> ReportFigures:
    """Counts a report whose times are those of a zone's wall clock; Refused for an unknown zone.

    `stretches` are those of its lines, where they are known already.
    """
    if stretches is None:
        stretches = stretches_of(report, zone_name)
    there = [row for row in report.rows if row.was_there]
    attendees, panelists, people = _people(there)
    registrants = (
        {who for row in report.rows if row.section is Section.ATTENDEE and (who := row.email_norm or row.who)}
        if report.lists_registrants
        else None
    )
    presence = _presence(there, attendees, stretches)
    seconds = [sum((end - start).total_seconds() for start, end in each) for each in presence.values()]
    seconds += _totals(there, attendees - presence.keys())
    timed = bool(presence) or not attendees
    peak = rules.peak(pair for intervals in presence.values() for pair in intervals) if timed else None
    return ReportFigures(
        attendees=len(attendees),
        registrants=None if registrants is None else len(registrants),
        no_shows=None if registrants is None else len(registrants - people),
        panelists=len(panelists) if report.tells_panelists else None,
        panelists_also_attendees=len(panelists & attendees) if report.tells_panelists else None,
        people=len(people),
        attendee_minutes=round(sum(seconds) / 60, 2) if seconds or not attendees else None,
        median_minutes=rules.median_minutes(seconds),
        peak=peak,
        undecided=_nameless(there),
        platform=report.platform,
        differences=_differences(report, len(attendees), registrants, peak),
    )


def as_json(result: ReportFigures) -> dict[str, Any]:
    """The figures under the names of the command's JSON; what the report cannot tell apart is left out."""
    named = asdict(result)
    for name in ("panelists", "panelists_also_attendees"):
        if named[name] is None:
            del named[name]
    return named | {
        "platform": {"registered": result.platform.registered, "viewers": result.platform.viewers},
        "differences": list(result.differences),
    }


def other_date(report: Report, zone_name: str, starts_at: datetime) -> str | None:
    """A sentence when the report is of another day than a session that starts at this instant, else None."""
    if report.starts_at_wall is None:
        return None
    begun = rules.instant(report.starts_at_wall, zone_name)
    there, here = wall(begun, zone_name), wall(starts_at, zone_name)
    apart = abs(begun - starts_at)
    if there.date() == here.date() or apart < _SAME_OCCASION:
        return None
    return f"The report is of {day_words(there.date())}; the session is on {day_words(here.date())}."


def _people(there: Iterable[Row]) -> tuple[set[str], set[str], set[str]]:
    """Attendees, panelists, and everybody who can be told from the others."""
    attendees, panelists, people = set[str](), set[str](), set[str]()
    for row in there:
        who = row.email_norm or row.who
        if who is None:
            continue
        people.add(who)
        if row.section is Section.ATTENDEE:
            attendees.add(who)
        elif row.section is Section.PANELIST:
            panelists.add(who)
    return attendees, panelists, people


def order_question(report: Report) -> str | None:
    """A sentence when the dates of a report can be read two ways and neither is the session's, else None."""
    if report.order_sure:
        return None
    how = "the day" if report.order is Order.DAY_FIRST else "the month"
    return (
        f"The dates can be read with the month or the day first, and neither is the day of the session. They were read "
        f"with {how} first."
    )


def _presence(
    there: Iterable[Row], attendees: set[str], stretches: Stretches
) -> dict[str, list[rules.Interval]]:
    """The merged intervals of each attendee, from every table; who has no usable one is not in it."""
    found: dict[str, list[rules.Interval]] = {}
    for row in there:
        stretch = stretches.get(row.line)
        who = row.email_norm or row.who
        if stretch and who is not None and who in attendees:
            found.setdefault(who, []).append(stretch)
    return {who: each if len(each) == 1 else rules.merge(each) for who, each in found.items()}


def _totals(there: Iterable[Row], people: set[str]) -> list[float]:
    """How long each of these people was there by a line that says so in all; the longest where there are several, since
    nobody knows whether these lie beside or behind each other."""
    found: dict[str, int] = {}
    for row in there:
        if row.seconds is not None and row.who in people:
            found[row.who] = max(row.seconds, found.get(row.who, 0))
    return [float(seconds) for seconds in found.values()]


def _nameless(there: Iterable[Row]) -> int:
    """How many people were there without an address or a registrant's number, mostly telephones under "Other Attended".

    Such people have nothing but their name, and each time they come back is a line of its own: lines with the
    same name, without regard to case, are one person. A line without even a name is one person by itself.
    """
    names = [row.name and row.name.casefold() for row in there if row.email_norm is None and row.who is None]
    return len({name for name in names if name}) + sum(1 for name in names if not name)


def _differences(
    report: Report, attendees: int, registrants: set[str] | None, peak: int | None
) -> tuple[str, ...]:
    """A sentence for each figure in the head of the report that the lines of the report do not bear out."""
    platform, found = report.platform, []
    if (
        platform.registered is not None
        and registrants is not None
        and platform.registered != len(registrants)
    ):
        said = count(platform.registered, "registration", "registrations")
        found.append(f"The head of the report counts {said}; its lines show {len(registrants):,}.")
    if platform.viewers is not None and platform.viewers != attendees:
        words = ("viewer", "viewers") if report.tells_panelists else ("participant", "participants")
        said, listed = count(platform.viewers, *words), count(attendees, "attendee", "attendees")
        found.append(f"The head of the report counts {said}; its lines show {listed} with an address.")
    if platform.peak is not None and peak is not None and platform.peak != peak:
        found.append(f"The head of the report gives a peak of {platform.peak:,}; its lines give {peak:,}.")
    return tuple(found)
