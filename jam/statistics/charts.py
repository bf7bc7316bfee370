"""The charts of registrations and attendance, of states, and of levers: pure drawings of figures that are counted
elsewhere, each with a sentence that says what is to be seen and the table it was drawn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from jam.base.drawing import NARROW, WIDE, Chart, Sheet, nice
from jam.base.words import count
from jam.base.zones import wall
from jam.statistics.rules import SessionFigures, headline
from jam.statistics.safety import TENS
from jam.vocabulary.rules import OUTSIDE, STATES

#: How many sessions and months are drawn at most, the newest; a bar has to stay wide enough for a phone.
MOST_SESSIONS = 48
MOST_MONTHS = 24

_NAMES = [f"{date(2000, month, 1):%b}" for month in range(1, 13)]


# --- session by session -----------------------------------------------------------------------------------------------


def by_session(
    sessions: Sequence[SessionFigures],
    unknown: str = "Not known",
    said: Mapping[int, tuple[str, str]] | None = None,
) -> Chart | None:
    """Who registered and who came, session by session; None without sessions.

    - unknown: said in the table of unknown attendance.
    - said: by the session's number, what the table says of registrations and attendees instead of the numbers.
    """
    shown = sessions[-MOST_SESSIONS:]
    if not shown:
        return None
    days = [wall(each.starts_at, each.time_zone).date() for each in shown]
    said = said or {}
    rows = [
        (_day(day), each.title, *(said.get(each.id) or (_number(each.registrations, unknown), _number(each.attendees, unknown))))
        for day, each in zip(days, shown, strict=True)
    ]  # fmt: skip
    notes = [f"The latest {len(shown)} of {len(sessions):,} sessions."] if len(shown) < len(sessions) else []
    return Chart(
        "registrations-and-attendance",
        "Registrations and attendance by session",
        headline(shown),
        ("Date", "Session", "Registrations", "Attendees"),
        rows[::-1],
        _bars(Sheet(WIDE, 360, 15), days, shown),
        _bars(Sheet(NARROW, 280, 13), days, shown),
        _period(days[0], days[-1]),
        notes,
    )


def _number(number: int | None, unknown: str) -> str:
    return unknown if number is None else f"{number:,}"


def _bars(sheet: Sheet, days: Sequence[date], sessions: Sequence[SessionFigures]) -> Sheet:
    """A wide bar for who registered, a narrow dark one in it for who came, a ring where nobody knows or it is not told; of
    registrations that are not told there is no bar."""
    size = sheet.size
    left, right, top = size * 2.9, size * 5.4, size * 1.2
    foot = sheet.height - size * 2
    scale = nice(max(max(each.registrations or 0, each.attendees or 0) for each in sessions))
    plot, high = sheet.width - left - right, foot - top

    def y(value: float) -> float:
        return foot - high * value / scale[-1]

    for tick in scale:
        sheet.line(left, y(tick), left + plot, y(tick), "line" if tick == 0 else "rule")
        sheet.text(left - 8, y(tick) + size * 0.35, f"{tick:,}", "soft", at="end", size=size - 1)
    slot = plot / len(sessions)
    wide = min(48.0, slot * 0.76)
    middles = [left + slot * (n + 0.5) for n in range(len(sessions))]
    for x, each in zip(middles, sessions, strict=True):
        if each.registrations is not None:
            sheet.rect(x - wide / 2, y(each.registrations), wide, foot - y(each.registrations), "pale")
        if each.attendees is None:
            sheet.circle(x, foot - max(5, wide * 0.2), min(4, wide * 0.2), "leaf", "deep")
        else:
            inner = wide * 0.5
            sheet.rect(x - inner / 2, y(each.attendees), inner, foot - y(each.attendees), "deep")
    for x, words in _ticks(days, middles, 8 if sheet.width > 500 else 4, size):
        sheet.text(x, foot + size * 1.4, words, "soft", at="middle", size=size - 1)
    latest = [
        (next((number for number in reversed(numbers) if number is not None), None), words, color)
        for numbers, words, color in (
            ([each.registrations for each in sessions], "registered", "ink"),
            ([each.attendees for each in sessions], "came", "deep"),
        )
    ]
    labels = [(number, words, color) for number, words, color in latest if number is not None]
    heights = _apart([y(number) for number, *_ in labels], size * 2.6, top + size * 0.5, foot - size)
    for height, (number, words, color) in zip(heights, labels, strict=True):
        sheet.text(left + plot + 8, height, f"{number:,}", color, bold=True)
        sheet.text(left + plot + 8, height + size * 1.15, words, color, size=size - 1)
    return sheet


def _apart(at: list[float], least: float, top: float, foot: float) -> list[float]:
    """Heights of two labels, moved so that they are apart and inside."""
    moved = [min(max(each, top), foot - least * (len(at) - 1 - n)) for n, each in enumerate(at)]
    if len(moved) == 2 and abs(moved[1] - moved[0]) < least:
        moved[1] = moved[0] + least
        if moved[1] > foot:
            moved = [foot - least, foot]
    return moved


def _ticks(days: Sequence[date], middles: Sequence[float], few: int, size: float) -> list[tuple[float, str]]:
    """Where words stand below: each session where there are few, else the first session of every so many months."""
    if len(days) <= few:
        return [(x, f"{_NAMES[day.month - 1]} {day.day}") for day, x in zip(days, middles, strict=True)]
    firsts: dict[tuple[int, int], float] = {}
    for day, x in zip(days, middles, strict=True):
        firsts.setdefault((day.year, day.month), x)
    found: list[tuple[float, str]] = []
    for every in (1, 2, 3, 6, 12):
        found = [
            (x, f"{_NAMES[month - 1]} {year}")
            for (year, month), x in firsts.items()
            if (month - 1) % every == 0
        ]
        gaps = [later[0] - earlier[0] for earlier, later in pairwise(found)]
        if min(gaps, default=size * 6) >= size * 5.4:
            return found
    return found[:: max(1, -(-len(found) // few))]


# --- by state ---------------------------------------------------------------------------------------------------------

#: Each state at about its place, and territories below, where they occur: column and row.
PLACES = {
    code: (column, row)
    for row, line in enumerate((
        "AK .. .. .. .. .. .. .. .. .. ME",
        ".. .. .. .. .. .. .. .. .. VT NH",
        "WA ID MT ND MN IL WI MI NY RI MA",
        "OR NV WY SD IA IN OH PA NJ CT ..",
        "CA UT CO NE MO KY WV VA MD DE ..",
        ".. AZ NM KS AR TN NC SC DC .. ..",
        ".. .. .. OK LA MS AL GA .. .. ..",
        "HI .. .. TX .. .. .. .. FL .. ..",
        "GU MP AS FM MH PW .. .. .. PR VI",
    ))
    for column, code in enumerate(line.split())
    if code != ".."
}  # fmt: skip
_COLUMNS = 11
_TERRITORIES = 8

#: Where one step of color may end and the next begin; the five fittest are taken.
_STEPS = (1, 11, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 1_000_000)


@dataclass(frozen=True)
class Places:
    """Registrations by the state or territory that people gave. A number of None is too small to be shown."""

    seats: Mapping[str, int | None]
    #: Of people outside the United States, and of those who gave nothing.
    outside: int | None = 0
    unknown: int | None = 0
    #: Below this nothing is shown; None where everything is.
    smallest: int | None = None
    #: Whether numbers are rounded to tens, and of what is not shown it is not known whether it is anything.
    tens: bool = False
    #: Whether numbers are rounded to tens, and it is known that what is not shown is something.
    rounded: bool = False


def places(seats: Mapping[str, int]) -> Places:
    """Seats by state, `""` for those without one."""
    of_states = {code: number for code, number in seats.items() if code in STATES and code != OUTSIDE}
    return Places(of_states, seats.get(OUTSIDE, 0), seats.get("", 0))


def safe_places(shown: Mapping[str, int]) -> Places:
    """The same of a table for everybody: what does not stand in it is not shown, and may be nothing."""
    of_states = {code: shown.get(code) for code in PLACES}
    return Places(of_states, shown.get(OUTSIDE), shown.get(""), 2 * TENS, tens=True)


def by_state(found: Places, period: tuple[date, date]) -> Chart | None:
    """A tile for each state with its number in it; None where nobody gave a state, or none can be shown."""
    given = {code: number for code, number in found.seats.items() if number is None or number > 0}
    shown = sorted(
        ((n, STATES[code]) for code, n in given.items() if n), key=lambda each: (-each[0], each[1])
    )
    if not given or (found.tens and not shown):
        return None
    rows = [(name, f"{number:,}") for number, name in shown]
    # Whether a place that is not shown has anybody is not told either where numbers are in tens.
    hidden = [] if found.tens else sorted(STATES[code] for code, number in given.items() if number is None)
    rows += [(name, "Not shown") for name in hidden]
    rows += [("Outside the United States", _or_not(found.outside)), ("Not given", _or_not(found.unknown))]
    return Chart(
        "registrations-by-state",
        "Registrations by state and territory",
        _of_states(found, shown, len(given)),
        (
            "State or territory",
            "Registrations, rounded to tens" if found.tens or found.rounded else "Registrations",
        ),
        rows,
        _tiles(Sheet(WIDE, 0, 15), found),
        _tiles(Sheet(NARROW, 0, 11), found),
        _period(*period),
        _left_out(found, bool(hidden)),
    )


def _left_out(found: Places, hidden: bool) -> list[str]:
    if found.tens:
        words = "Numbers are of calendar years that are over, rounded to tens."
        return [f"{words} A place that is not shown had few registrations or none."]
    if found.rounded:
        return [
            "Numbers are rounded to tens. Few registrations of one place are not shown, nor what would give them away."
        ]
    if not hidden and found.outside is not None and found.unknown is not None:
        return []
    few = f"Fewer than {found.smallest}"
    return [
        f"{few} registrations of one place are not shown, nor what would give them away when it is subtracted."
    ]


def _of_states(found: Places, shown: Sequence[tuple[int, str]], places: int) -> str:
    many = count(len(shown) if found.tens else places, "state or territory", "states and territories")
    first = f"Registrations came from {'at least ' if found.tens else ''}{many}"
    most = [f"{name} ({number:,})" for number, name in shown[:3]]
    if most:
        first += f", the most from {_and(most)}"
    if not found.unknown:
        return first + "."
    return f"{first}; {found.unknown:,} of them name no place."


def _tiles(sheet: Sheet, found: Places) -> Sheet:
    phone = sheet.width < 500
    size = sheet.size
    across = sheet.width if phone else sheet.width * 0.82
    gap = 2.0 if phone else 5.0
    side = (across - gap * (_COLUMNS - 1)) / _COLUMNS
    high = side if phone else side * 0.74
    territories = [code for code in found.seats if PLACES[code][1] == _TERRITORIES and found.seats[code]]
    lines = 9 if territories else 8
    steps = _steps([number for number in found.seats.values() if number], found.smallest or 1)
    for code, (column, row) in PLACES.items():
        if row == _TERRITORIES and code not in territories:
            continue
        x, y = column * (side + gap), row * (high + gap)
        number = found.seats.get(code, 0)
        _tile(sheet, (x, y, side, high), code, number, steps, size)
    foot = lines * (high + gap)
    _legend(sheet, foot, steps, found, phone=phone)
    return sheet


def _tile(
    sheet: Sheet, box: tuple[float, float, float, float], code: str, number: int | None, steps: list[int],
    size: float,
) -> None:  # fmt: skip
    x, y, side, high = box
    step = 0 if not number else sum(number >= each for each in steps)
    fill = "hatch" if number is None else f"step{step}" if number else "leaf"
    sheet.rect(x, y, side, high, fill, "" if number else "rule", 2)
    words = "soft" if number == 0 else "ink" if number is None else f"on{step}"
    middle = x + side / 2
    if number is None:
        sheet.rect(x + side * 0.14, y + high * 0.24, side * 0.72, high * 0.52, "leaf", round_=2)
        sheet.text(middle, y + high / 2 + size * 0.35, code, words, at="middle", bold=True)
    elif number == 0:
        sheet.text(middle, y + high / 2 + size * 0.35, code, words, at="middle")
    else:
        sheet.text(middle, y + high / 2 - size * 0.16, code, words, at="middle", bold=True)
        figure = f"{number:,}" if side > 40 or number < 1000 else f"{number / 1000:.1f}k".replace(".0k", "k")
        sheet.text(middle, y + high / 2 + size * 1.0, figure, words, at="middle", size=size - 1)


def _legend(sheet: Sheet, foot: float, steps: list[int], found: Places, *, phone: bool) -> None:
    """What the steps mean: on the right of a desk's drawing, below a phone's; and who has no tile."""
    size = max(sheet.size, 12)
    names = [
        (f"step{n}", f"{low:,} to {high - 1:,}" if n < len(steps) else f"{low:,} and more")
        for n, (low, high) in enumerate(zip(steps, [*steps[1:], 0], strict=False), 1)
    ]
    if not found.tens:
        names.append(("leaf", "none"))
    if found.smallest is not None and None in found.seats.values():
        names.append(("hatch", "not shown"))
    per_row = 2 if phone else 1
    x0, y0 = (0.0, foot + 12) if phone else (sheet.width * 0.85, size)
    for n, (fill, words) in enumerate(names):
        x, y = x0 + (n % per_row) * sheet.width / 2, y0 + (n // per_row) * size * 1.8
        sheet.rect(x, y, size * 1.5, size * 1.1, fill, "line", 2)
        sheet.text(x + size * 2, y + size * 0.95, words, "soft", size=size - 1)
    bottom = y0 + -(-len(names) // per_row) * size * 1.8
    others = [
        f"{what}: {_or_not(number).lower()}"
        for what, number in (("Outside the United States", found.outside), ("No place given", found.unknown))
        if number != 0
    ]
    y = (bottom if phone else foot) + size * 1.2
    for line in others if phone else ["   ·   ".join(others)]:
        sheet.text(0, y, line, "ink", size=size)
        y += size * 1.5
    sheet.height = max(y - size * 0.6, bottom)


def _steps(numbers: Sequence[int], least: int) -> list[int]:
    """Where each of at most five steps of color begins, the first at the least number that is shown."""
    if not numbers:
        return []
    fitting = [least, *(each for each in _STEPS if least < each <= max(numbers))][-5:]
    return fitting if min(numbers) >= fitting[0] else [least, *fitting[1:]]


def _or_not(number: int | None) -> str:
    return "Not shown" if number is None else f"{number:,}"


# --- levers by month --------------------------------------------------------------------------------------------------

#: Each lever in its order with its sessions by month (year, month).
Coverage = Sequence[tuple[str, Mapping[tuple[int, int], int]]]


def by_lever(coverage: Coverage, first: date, last: date) -> Chart | None:
    """Which lever the sessions of each month were about; None without levers. Months from `first` to `last`."""
    months = _months(first, last)
    if not coverage or not any(found.get(month) for _, found in coverage for month in months):
        return None
    rows = [
        (name, *(f"{found.get(month, 0)}" for month in months), f"{sum(found.get(m, 0) for m in months)}")
        for name, found in coverage
    ]
    many = len(_months(first, last, whole=True))
    notes = [f"The latest {len(months)} of {many} months."] if len(months) < many else []
    return Chart(
        "levers-by-month",
        "Levers of change by month",
        _of_levers(coverage, months),
        ("Lever", *(f"{_NAMES[month - 1]} {year}" for year, month in months), "Sessions"),
        rows,
        _dots(Sheet(WIDE, 0, 15), coverage, months),
        _dots(Sheet(NARROW, 0, 12), coverage, months),
        _period(date(*months[0], 1), last),
        notes,
    )


def _months(first: date, last: date, *, whole: bool = False) -> list[tuple[int, int]]:
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [(each // 12, each % 12 + 1) for each in (numbers if whole else numbers[-MOST_MONTHS:])]


def _of_levers(coverage: Coverage, months: Sequence[tuple[int, int]]) -> str:
    """The lever of the most sessions, and those of none."""
    totals = [(sum(found.get(month, 0) for month in months), name) for name, found in coverage]
    most = max(total for total, _ in totals)
    leading = [f"“{name}”" for total, name in totals if total == most]
    among = "one month" if len(months) == 1 else f"{len(months)} months"
    sentence = f"In {among}, the most sessions were about {_and(leading)} ({most}{' each' if len(leading) > 1 else ''})"
    none = [f"“{name}”" for total, name in totals if total == 0]
    return sentence + (f"; none was about {_and(none, 'or')}." if none else "; every lever was covered.")


def _dots(sheet: Sheet, coverage: Coverage, months: Sequence[tuple[int, int]]) -> Sheet:
    """A row for each lever, a column for each month: a disc with its number where there were sessions, a small ring where
    there were none."""
    size = sheet.size
    phone = sheet.width < 500
    left = 0.0 if phone else 240.0
    total = size * 2.6
    slot = (sheet.width - left - total) / len(months)
    radius = min(slot * 0.44, 14.0)
    top, line = size * 1.9, (size * 3.4 if phone else max(radius * 2 + 8, size * 2.2))
    middles = [left + slot * (n + 0.5) for n in range(len(months))]
    days = [date(year, month, 1) for year, month in months]
    for x, words in _ticks(days, middles, 0, size):
        sheet.text(max(x, size * 2.2), size, words, "soft", at="middle", size=size - 1)
    sheet.text(sheet.width, size, "all", "soft", at="end", size=size - 1)
    for n, (name, found) in enumerate(coverage):
        y = top + line * n
        middle = y + (size * 2.1 if phone else line / 2)
        if phone:
            sheet.text(0, y + size, sheet.fitted(name, sheet.width - total), bold=True)
        else:
            sheet.text(0, middle + size * 0.35, sheet.fitted(name, left - 16))
        sheet.line(left, y + line, sheet.width, y + line)
        for x, month in zip(middles, months, strict=True):
            number = found.get(month, 0)
            if number:
                sheet.circle(x, middle, radius, "deep")
                if number > 1 and radius > 6:
                    sheet.text(
                        x, middle + size * 0.32, f"{number}", "on4", at="middle", size=size - 2, bold=True
                    )
            else:
                sheet.circle(x, middle, 1.6, "line")
        many = sum(found.get(month, 0) for month in months)
        sheet.text(sheet.width, middle + size * 0.35, f"{many}", at="end", bold=True)
    sheet.height = top + line * len(coverage) + 2
    return sheet


# --- words ------------------------------------------------------------------------------------------------------------


def _day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def _period(first: date, last: date) -> str:
    return f"{first}-to-{last}"


def _and(words: Sequence[str], word: str = "and") -> str:
    """“a, b and c”."""
    return f"{', '.join(words[:-1])} {word} {words[-1]}" if len(words) > 1 else words[0]
