"""The charts that are grids: who came again, and members by sessions."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import cast

from pyroaring import BitMap

from jam.base.zones import EASTERN
from jam.cohorts.presence import Grid
from jam.statistics.audiences import Past
from jam.statistics.choice import Held
from jam.statistics.grids import again, members
from jam.statistics.retention import First
from tests.makers import utc


def session(n: int) -> Held:
    starts = utc("2026-01-20 18:00") + timedelta(days=28 * n)
    return Held(
        id=n, slug=f"jam-{n}", title=f"Jam {n}", program_id=1, program="Jam", cohort_id=None, enough_percent=50,
        starts_at=starts, ends_at=starts + timedelta(hours=1), time_zone=EASTERN,
    )  # fmt: skip


def test_who_came_again() -> None:
    new = BitMap(range(20))
    second, third = Past(session(1), BitMap(range(10, 40)), True), Past(session(2), BitMap(), False)
    firsts = [
        First(session(0), new, [second, third]),
        First(session(1), BitMap(range(20, 40)), [third]),
        First(session(2), BitMap(range(40, 45)), []),
    ]
    chart = again(firsts)
    assert chart is not None
    assert (
        chart.sentence
        == "Of those who came for the first time, 50\N{NO-BREAK SPACE}% came to the next session."
    )
    assert chart.rows == [
        ("January 20, 2026", "20", "50\N{NO-BREAK SPACE}%", "Not known"),
        ("February 17, 2026", "20", "Not known", ""),
    ]
    said = [
        re.findall("<text[^>]*>([^<]+)</text>", sheet.svg("", "")) for sheet in (chart.wide, chart.narrow)
    ]
    assert said[0] == [
        "+1",
        "+2",
        "Jan 20, 2026",
        "20",
        "50\N{NO-BREAK SPACE}%",
        "?",
        "Feb 17, 2026",
        "20",
        "?",
    ]
    assert said[1] == ["+1", "+2", "Jan ’26", "20", "50", "?", "Feb ’26", "20", "?"]
    assert again(firsts[2:]) is None


def line(name: str, *cells: str) -> SimpleNamespace:
    came, expected = cells.count("came"), cells.count("came") + cells.count("missed")
    percent = 100 * came // expected if expected else None
    return SimpleNamespace(
        member=SimpleNamespace(name=name, application=SimpleNamespace(organization="Harbor Care")),
        cells=cells,
        kept=SimpleNamespace(came=came, expected=expected, percent=percent),
        slipping=cells[-2:] == ("missed", "missed"),
    )


def test_members_by_sessions() -> None:
    lines = [line("Ana Lee", "came", "came", "unknown"), line("Bo Lind", "apart", "missed", "missed")]
    made = SimpleNamespace(lines=lines, events=[session(n) for n in range(3)], came=[(1, 1), (1, 2), (0, 1)])
    chart = members(cast("Grid", made), "Cohort 2")
    assert chart is not None
    assert chart.sentence == (
        "2 members of Cohort 2 came to 50\N{NO-BREAK SPACE}% of the sessions since each joined; 1 member missed the last two."
    )
    assert chart.rows == [
        ("Ana Lee", "Harbor Care", "Came", "Came", "No report"),
        ("Bo Lind", "Harbor Care", "Not a member then", "Missed", "Missed"),
    ]
    for sheet in (chart.wide, chart.narrow):
        drawn = sheet.svg("", "")
        assert drawn.count("<circle") == 4
        assert drawn.count(">2 of 2<") == drawn.count(">0 of 2<") == 1
    assert members(cast("Grid", SimpleNamespace(lines=[], events=made.events)), "Cohort 2") is None
