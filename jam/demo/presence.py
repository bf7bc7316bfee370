"""Who of the invented people came, and the platform's report that shows it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from jam.base.zones import EASTERN, wall
from jam.demo.crowd import Seat, Someone
from jam.registration.rules import Status

_HEAD = (
    "Topic", "Webinar ID", "Actual Start Time", "Actual Duration (minutes)", "# Registered", "# Cancelled",
    "Unique Viewers", "Total Users", "Max Concurrent Views",
)  # fmt: skip
_PANEL = (
    "Attended",
    "User Name",
    "Email",
    "Join Time",
    "Leave Time",
    "Time in Session (minutes)",
    "Country/Region Name",
)
_ATTENDEES = (
    "Attended", "First Name", "Last Name", "Email", "Registration Time", "Approval Status", "Join Time", "Leave Time",
    "Time in Session (minutes)", "Country/Region Name",
)  # fmt: skip
_OTHER = ("User Name", "Join Time", "Leave Time", "Time in Session (minutes)", "Country/Region Name")
_COUNTRY = "United States of America"

Stretch = tuple[datetime, datetime]


@dataclass
class Line:
    """One line of a report: a stretch of somebody's presence, or their absence."""

    section: str
    who: Someone | None
    name: str
    attended: bool | None
    stretch: Stretch | None
    registered_at: datetime | None = None


@dataclass(frozen=True)
class Show:
    """A session as it went: everything its report says."""

    title: str
    starts_at: datetime
    ends_at: datetime
    lines: list[Line]


def went(
    rng: Random, title: str, span: Stretch, seats: Sequence[Seat], panel: Sequence[Someone], guests: Sequence[Someone],
    rate: float,
) -> Show:  # fmt: skip
    """A session to which the share `rate` of those registered at its start came, and `guests` besides.

    `panel` names who speaks, the host first. All times are whole seconds.
    """
    starts_at, ends_at = span
    restless = rng.uniform(0.15, 0.5)  # the share of people who leave before the end
    confirmed = [seat for seat in seats if seat.status == Status.CONFIRMED]
    on_time = [seat for seat in confirmed if seat.at <= starts_at]
    late = [seat for seat in confirmed if seat.at > starts_at]
    came = {id(seat) for seat in rng.sample(on_time, round(rate * len(on_time)))} | {
        id(seat) for seat in late
    }
    lines = [
        Line(
            "host",
            panel[0],
            panel[0].name,
            True,
            (starts_at - timedelta(minutes=25), ends_at + timedelta(minutes=6)),
        )
    ]
    for who in panel[1:]:
        join = starts_at - timedelta(seconds=rng.randrange(300, 1400))
        lines.append(
            Line("panelist", who, who.name, True, (join, ends_at + timedelta(seconds=rng.randrange(20, 300))))
        )
    for seat in confirmed:
        stretches = (
            _stay(rng, span, max(seat.at, starts_at - timedelta(minutes=12)), restless)
            if id(seat) in came
            else [None]
        )
        here = id(seat) in came
        lines += [Line("attendee", seat.who, seat.who.name, here, each, seat.at) for each in stretches]
    for guest in guests:
        lines += [
            Line("attendee", guest, guest.name, True, each) for each in _stay(rng, span, starts_at, restless)
        ]
    for _ in range(rng.randrange(4)):
        caller = f"1{rng.randrange(201, 989)}*****{rng.randrange(10, 99)}"
        lines.append(Line("other", None, caller, None, _stay(rng, span, starts_at, restless)[0] or span))
    return Show(title, starts_at, ends_at, lines)


def _stay(rng: Random, span: Stretch, earliest: datetime, restless: float) -> list[Stretch | None]:
    """When somebody was there: mostly all along, some left early, some dropped out once, of a few nobody knows."""
    starts_at, ends_at = span
    if rng.random() < 0.008:
        return [None]
    join = max(earliest, starts_at + timedelta(seconds=int(rng.triangular(-480, 900, -30))))
    leave = ends_at + timedelta(seconds=int(rng.triangular(-540, 150, 0)))
    if rng.random() < restless:
        leave = join + timedelta(seconds=rng.randrange(240, int((ends_at - starts_at).total_seconds())))
    leave = max(leave, join + timedelta(seconds=90))
    length = int((leave - join).total_seconds())
    if rng.random() < 0.1 and length > 600:
        gap = join + timedelta(seconds=rng.randrange(120, length - 240))
        return [(join, gap), (gap + timedelta(seconds=rng.randrange(15, 110)), leave)]
    return [(join, leave)]


def as_file(show: Show, generated_at: datetime) -> bytes:
    """The report as the platform saves it: one CSV file with four tables, times on the Eastern wall clock."""
    out = io.StringIO()
    write = csv.writer(out).writerow
    attendees = [line for line in show.lines if line.section == "attendee"]
    registered = {id(line.who) for line in attendees if line.registered_at}
    viewers = {id(line.who) for line in attendees if line.attended}
    write(["Attendee Report"])
    write(["Report Generated:", _clock(generated_at)])
    write(_HEAD)
    minutes = round((show.ends_at - show.starts_at).total_seconds() / 60)
    write(
        [
            show.title,
            "900-555-0142",
            _clock(show.starts_at),
            minutes,
            len(registered),
            0,
            len(viewers),
            len(viewers),
            "",
        ]
    )
    for title, section, columns in (
        ("Host Details", "host", _PANEL),
        ("Panelist Details", "panelist", _PANEL),
        ("Attendee Details", "attendee", _ATTENDEES),
        ("Other Attended", "other", _OTHER),
    ):
        write([title])
        write(columns)
        for line in show.lines:
            if line.section == section:
                write(_cells(line))
    return out.getvalue().encode()


def _cells(line: Line) -> list[object]:
    times = _times(line.stretch)
    if line.who is None:
        return [line.name, *times, _COUNTRY]
    attended = "Yes" if line.attended else "No"
    if line.section != "attendee":
        return [attended, line.name, line.who.address, *times, _COUNTRY]
    first, _, last = line.name.partition(" ")
    registration = [_clock(line.registered_at), "approved"] if line.registered_at else ["--", "--"]
    return [attended, first, last, line.who.address, *registration, *times, _COUNTRY]


def _times(stretch: Stretch | None) -> list[object]:
    if stretch is None:
        return ["--", "--", "--"]
    minutes = -(-int((stretch[1] - stretch[0]).total_seconds()) // 60)
    return [_clock(stretch[0]), _clock(stretch[1]), minutes]


def _clock(at: datetime) -> str:
    local = wall(at, EASTERN)
    return f"{local:%b} {local.day}, {local:%Y %H:%M:%S}"
