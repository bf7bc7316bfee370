"""How many of the audience were there in each minute of a session, as a chart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from jam.attendance import queries, rules
from jam.base.drawing import NARROW, WIDE, Chart, Sheet, nice
from jam.base.words import clock, count
from jam.base.zones import wall, zone_words
from jam.schedule.models import Event

#: How much before the start and after the end is drawn at most.
_AROUND = timedelta(minutes=20)
_MINUTE = timedelta(minutes=1)
#: Every how many minutes the table has a line, and how far apart the clock stands below the drawing.
_TABLE = 5
_CLOCKS = (15, 30, 60, 120)


def minutes_chart(event: Event) -> Chart | None:
    """The chart of a session; None where no report tells when people came and went."""
    there = at_minutes(queries.stretches(event), event.starts_at - _AROUND, event.ends_at + _AROUND)
    if not there:
        return None
    zone = event.time_zone
    most = max(number for _, number in there)
    when = next(at for at, number in there if number == most)
    begun = _number_at(there, event.starts_at)
    ended = _number_at(there, event.ends_at - _MINUTE)
    sentence = (
        f"At most {count(most, 'person was', 'people were')} there at once, first at {clock(when, zone)} "
        f"{zone_words(zone, when)}; {begun:,} when it began and {ended:,} in its last minute."
    )
    day = wall(event.starts_at, zone).date().isoformat()
    return Chart(
        "attendance-by-minute",
        "Attendance through the minutes",
        sentence,
        ("Time", "People there"),
        [(clock(at, zone), f"{number:,}") for at, number in there if wall(at, zone).minute % _TABLE == 0],
        _drawn(Sheet(WIDE, 320, 15), event, there),
        _drawn(Sheet(NARROW, 240, 13), event, there),
        day,
    )


def at_minutes(
    stretches: Iterable[Sequence[rules.Interval]], first: datetime, last: datetime
) -> list[tuple[datetime, int]]:
    """The most people there at once within each minute, from the first anybody was, none before `first`, none after
    `last`. `stretches`: of each person, merged. Empty when nobody was there."""
    pairs = [pair for of_one in stretches for pair in of_one if pair[1] > first and pair[0] < last]
    if not pairs:
        return []
    begin = max(first, min(start for start, _ in pairs)).replace(second=0, microsecond=0)
    end = min(last, max(stop for _, stop in pairs))
    changes = sorted((at, step) for start, stop in pairs for at, step in ((start, 1), (stop, -1)))
    there, next_, found, at = 0, 0, [], begin
    while at < end:
        while next_ < len(changes) and changes[next_][0] <= at:
            there += changes[next_][1]
            next_ += 1
        most = there
        while next_ < len(changes) and changes[next_][0] < at + _MINUTE:
            there += changes[next_][1]
            next_ += 1
            most = max(most, there)
        found.append((at, most))
        at += _MINUTE
    return found


def _number_at(there: Sequence[tuple[datetime, int]], at: datetime) -> int:
    return next((number for minute, number in there if minute <= at < minute + _MINUTE), 0)


def _drawn(sheet: Sheet, event: Event, there: Sequence[tuple[datetime, int]]) -> Sheet:
    """An area under a line, the beginning and end of the session marked, the most labelled where it is."""
    size = sheet.size
    left, right, top, foot = size * 2.9, size * 1.2, size * 2.6, sheet.height - size * 2
    most = max(number for _, number in there)
    scale = nice(most)
    begin, whole = there[0][0], max(_MINUTE, there[-1][0] - there[0][0])

    def x(at: datetime) -> float:
        return left + (sheet.width - left - right) * ((at - begin) / whole)

    def y(value: float) -> float:
        return foot - (foot - top) * value / scale[-1]

    for tick in scale:
        sheet.line(left, y(tick), sheet.width - right, y(tick), "line" if tick == 0 else "rule")
        sheet.text(left - 8, y(tick) + size * 0.35, f"{tick:,}", "soft", at="end", size=size - 1)
    line = [(x(at), y(number)) for at, number in there]
    sheet.area([(line[0][0], foot), *line, (line[-1][0], foot)], "pale", "deep")
    for at, words in ((event.starts_at, "begins"), (event.ends_at, "ends")):
        if begin <= at <= there[-1][0]:
            sheet.line(x(at), top - size * 0.4, x(at), foot, "ink", dashed=True)
            sheet.text(
                x(at), top - size * 0.8, words, at="middle" if words == "begins" else "end", size=size - 1
            )
    when = next(at for at, number in there if number == most)
    sheet.circle(x(when), y(most), 4, "leaf", "deep")
    near_end = x(when) > sheet.width * 0.8
    sheet.text(x(when) + (-8 if near_end else 8), y(most) - size * 0.5, f"{most:,} at most", "deep",
               at="end" if near_end else "start", bold=True)  # fmt: skip
    every = next(
        (each for each in _CLOCKS if whole / timedelta(minutes=each) * size * 6 < sheet.width - left), 240
    )
    for at, _ in there:
        local = wall(at, event.time_zone)
        if (local.hour * 60 + local.minute) % every == 0 and left < x(at) < sheet.width - size * 2:
            sheet.text(
                x(at), foot + size * 1.4, clock(at, event.time_zone), "soft", at="middle", size=size - 1
            )
    return sheet
