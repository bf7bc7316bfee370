"""Charts that are grids: who came again after a first session, and which member of a cohort came to which session."""

from __future__ import annotations

from collections.abc import Sequence

from jam.base.drawing import NARROW, WIDE, Chart, Sheet
from jam.base.words import count
from jam.base.zones import wall
from jam.cohorts.presence import Grid
from jam.statistics.retention import First
from jam.statistics.rules import share

#: How many first sessions are drawn, the newest, and how many later ones of each.
MOST_FIRSTS = 12
MOST_LATER = 12

#: Parts of the highest share at which the next step of color begins.
_STEPS = (0.0, 0.2, 0.4, 0.6, 0.8)


def again(firsts: Sequence[First]) -> Chart | None:
    """What share of those who were new at a session came to each later one; None without a later session."""
    shown = [each for each in firsts if each.new and each.later][-MOST_FIRSTS:]
    if not shown:
        return None
    across = min(MOST_LATER, max(len(each.later) for each in shown))
    parts = [each.shares(across) for each in shown]
    rows = [
        (
            _day(each), f"{len(each.new):,}",
            *map(_percent, shares), *[""] * (across - len(shares)),
        )
        for each, shares in zip(shown, parts, strict=True)
    ]  # fmt: skip
    drawn = [_again(Sheet(width, 0, size), shown, parts) for width, size in ((WIDE, 15), (NARROW, 11))]
    return Chart(
        "coming-again",
        "Who came again",
        _said(shown),
        ("First session", "New there", *(_later(n) for n in range(across))),
        rows,
        drawn[0],
        drawn[1],
        f"{_date(shown[0])}-to-{_date(shown[-1])}",
        [f"The latest {len(shown)} sessions of {len(firsts):,}."] if len(shown) < len(firsts) else [],
    )


def _said(shown: Sequence[First]) -> str:
    """The share at the next session, and at the sixth after where there is one."""
    said = []
    for n, words in ((0, "to the next session"), (5, "to the sixth session after")):
        known = [(len(each.new), each.came(n)) for each in shown if len(each.later) > n]
        told = [(new, came) for new, came in known if came is not None]
        part = share(sum(came for _, came in told), sum(new for new, _ in told))
        if part is not None:
            said.append(f"{_percent(part)} came {words}")
    if not said:
        return "Of those who came for the first time, nobody knows yet who came again."
    return f"Of those who came for the first time, {' and '.join(said)}."


def _again(sheet: Sheet, shown: Sequence[First], parts: Sequence[Sequence[float | None]]) -> Sheet:
    size, across = sheet.size, max(map(len, parts))
    phone = sheet.width < 500
    left = size * (7.2 if phone else 13)
    gap = 2.0 if phone else 4.0
    side = min(70.0, (sheet.width - left) / across - gap)
    high, top = (size * 2.1 if phone else size * 2.0), size * 1.8
    for n in range(across):
        sheet.text(left + n * (side + gap) + side / 2, size, f"+{n + 1}", "soft", at="middle", size=size - 1)
    most = max((part for shares in parts for part in shares if part), default=1.0)
    for row, (each, shares) in enumerate(zip(shown, parts, strict=True)):
        y = top + row * (high + gap)
        middle = y + high / 2 + size * 0.35
        sheet.text(0, middle, _short(each, phone=phone))
        sheet.text(left - size * 0.7, middle, f"{len(each.new):,}", "soft", at="end", size=size - 1)
        for n, part in enumerate(shares):
            x = left + n * (side + gap)
            if part is None:
                sheet.rect(x, y, side, high, "leaf", "rule", 2)
                sheet.text(x + side / 2, middle, "?", "soft", at="middle", size=size - 1)
                continue
            step = sum(part >= each * most for each in _STEPS) if part else 0
            sheet.rect(x, y, side, high, f"step{step}", round_=2)
            words = f"{100 * part:.0f}" if phone else _percent(part)
            sheet.text(x + side / 2, middle, words, f"on{step}", at="middle", size=size - 1)
    sheet.height = top + len(shown) * (high + gap)
    return sheet


def _later(n: int) -> str:
    return "Next session" if n == 0 else f"{n + 1} sessions later"


def _percent(part: float | None) -> str:
    return "Not known" if part is None else f"{100 * part:.0f}\N{NO-BREAK SPACE}%"


def _date(each: First) -> str:
    return wall(each.session.starts_at, each.session.time_zone).date().isoformat()


def _day(each: First) -> str:
    day = wall(each.session.starts_at, each.session.time_zone)
    return f"{day:%B} {day.day}, {day.year}"


def _short(each: First, *, phone: bool) -> str:
    day = wall(each.session.starts_at, each.session.time_zone)
    return f"{day:%b} ’{day:%y}" if phone else f"{day:%b} {day.day}, {day.year}"


# --- members by sessions ----------------------------------------------------------------------------------------------

_WORDS = {"came": "Came", "missed": "Missed", "unknown": "No report", "apart": "Not a member then"}


def members(grid: Grid, name: str) -> Chart | None:
    """Which member of a cohort came to which session, for staff alone; None without members or sessions."""
    if not grid.lines or not grid.events:
        return None
    days = [wall(each.starts_at, each.time_zone).date() for each in grid.events]
    rows = [
        (each.member.name, each.member.application.organization, *(_WORDS[cell] for cell in each.cells))
        for each in grid.lines
    ]
    told = [pair for pair in grid.came if pair]
    part = share(sum(came for came, _ in told), sum(expected for _, expected in told))
    slipping = sum(each.slipping for each in grid.lines)
    sentence = f"{count(len(grid.lines), 'member', 'members')} of {name}"
    sentence += "; no session has a report yet." if part is None else (
        f" came to {_percent(part)} of the sessions since each joined; "
        f"{count(slipping, 'member', 'members') if slipping else 'nobody'} missed the last two."
    )  # fmt: skip
    return Chart(
        "members-by-session",
        f"{name}: members by session",
        sentence,
        ("Member", "Organization", *(f"{day:%b} {day.day}, {day.year}" for day in days)),
        rows,
        _members(Sheet(WIDE, 0, 15), grid),
        _members(Sheet(NARROW, 0, 12), grid),
        f"{days[0]}-to-{days[-1]}",
        ["A full disc: came. A ring: missed. A question mark: no report. A dash: not a member then."],
    )


def _members(sheet: Sheet, grid: Grid) -> Sheet:
    size = sheet.size
    phone = sheet.width < 500
    left = 0.0 if phone else 300.0
    right = size * 4.2
    slot = min(44.0, (sheet.width - left - right) / len(grid.events))
    radius = min(slot * 0.36, 9.0)
    top, line = size * 1.9, size * (3.3 if phone else 2.0)
    for n, event in enumerate(grid.events):
        day = wall(event.starts_at, event.time_zone)
        words = f"{day:%b}" if slot > size * 2 else f"{day:%b}"[0]
        sheet.text(left + slot * (n + 0.5), size, words, "soft", at="middle", size=size - 1)
    for row, each in enumerate(grid.lines):
        y = top + line * row
        middle = y + (size * 2.2 if phone else line / 2)
        named = f"{each.member.name}, {each.member.application.organization}"
        sheet.text(
            0,
            y + size if phone else middle + size * 0.35,
            sheet.fitted(named, (sheet.width if phone else left) - 12),
        )
        for n, cell in enumerate(each.cells):
            x = left + slot * (n + 0.5)
            if cell == "came":
                sheet.circle(x, middle, radius, "deep")
            elif cell == "missed":
                sheet.circle(x, middle, radius - 1, "leaf", "deep")
            else:
                sheet.text(x, middle + size * 0.35, "?" if cell == "unknown" else "–", "soft", at="middle")
        kept = each.kept
        if kept.percent is not None:
            sheet.text(
                sheet.width, middle + size * 0.35, f"{kept.came} of {kept.expected}", at="end", bold=True
            )
        sheet.line(0, y + line, sheet.width, y + line)
    sheet.height = top + line * len(grid.lines) + 2
    return sheet
