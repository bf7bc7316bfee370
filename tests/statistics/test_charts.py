"""What charts show, say, and leave out: without a database."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from jam.base.drawing import COLORS, Chart, Sheet, nice
from jam.base.zones import EASTERN
from jam.statistics import charts
from jam.statistics.rules import SessionFigures, change_in_words, headline
from jam.vocabulary.rules import OUTSIDE, STATES
from tests.house.plan import ROOT
from tests.makers import utc


def session(n: int, registrations: int, came: int | None) -> SessionFigures:
    starts = utc("2022-01-18 18:00") + timedelta(days=30 * n)
    return SessionFigures(
        n, f"jam-{n}", f"Session {n} & more", "Jam", starts, starts + timedelta(hours=1), EASTERN, registrations,
        registrations, came, came, None if came is None else 0,
    )  # fmt: skip


def words(sheet: Sheet) -> list[str]:
    """What can be read in a drawing; it is well-formed, within its paper, and has title and description."""
    root = ElementTree.fromstring(sheet.svg("A title", "What is to be seen"))
    assert [each.text for each in root[:2]] == ["A title", "What is to be seen"]
    assert all(0 <= float(each.get("y", "0")) <= sheet.height for each in root.iter() if each.get("y"))
    return [each.text or "" for each in root.iter() if each.tag.endswith("text")]


def drawings(chart: Chart | None) -> list[Sheet]:
    assert chart is not None
    return [chart.wide, chart.narrow]


@pytest.mark.parametrize("many", [1, 2, 5, 13, 48])
def test_the_latest_session_is_labelled_directly(many: int) -> None:
    chart = charts.by_session([session(n, 500 + n, None if n == 1 else 300 + n) for n in range(many)])
    for sheet in drawings(chart):
        assert words(sheet)[-4:-2] == [f"{499 + many:,}", "registered"]
        assert sheet.svg("", "").count("<circle") == (many > 1), "a ring where nobody knows"


def test_figures_close_to_each_other_keep_their_labels_apart() -> None:
    chart = charts.by_session([session(0, 100, 99)])
    for sheet in drawings(chart):
        heights = [
            float(y) for y in re.findall(r'<text x="[\d.]+" y="([\d.]+)"[^>]*font-weight', sheet.svg("", ""))
        ]
        assert heights[1] - heights[0] >= 2 * sheet.size


def test_of_many_sessions_the_newest_are_drawn_and_it_is_said() -> None:
    chart = charts.by_session([session(n, 20, 12) for n in range(60)])
    assert chart is not None
    assert chart.notes == ["The latest 48 of 60 sessions."]
    assert (len(chart.rows), chart.rows[0][1]) == (48, "Session 59 & more")


def test_growth_is_told_of_one_program_alone() -> None:
    jam = [session(n, 20 if n < 12 else 30, None) for n in range(24)]
    of_both = [replace(each, program="ECHO") if n % 2 else each for n, each in enumerate(jam)]
    assert headline(jam) == (
        "In the latest 12 sessions, 30 people registered on average, 50\N{NO-BREAK SPACE}% more than in the 12 before."
    )
    assert headline(of_both) == "In the latest 12 sessions, 30 people registered on average."


@pytest.mark.parametrize(
    ("earlier", "later", "said"),
    [
        (0.6255, 0.6444, "+1 percentage point (was 63\N{NO-BREAK SPACE}%)"),
        (0.6444, 0.6255, "\N{MINUS SIGN}1 percentage point (was 64\N{NO-BREAK SPACE}%)"),
        (0.6, 0.64, "+4 percentage points (was 60\N{NO-BREAK SPACE}%)"),
        (0.6401, 0.6449, "Nearly as before (64\N{NO-BREAK SPACE}%)"),
    ],
)
def test_a_difference_of_shares_is_that_of_what_is_read(earlier: float, later: float, said: str) -> None:
    assert change_in_words("show_rate", later, earlier) == said


def test_there_is_no_chart_of_nothing() -> None:
    assert charts.by_session([]) is None
    assert charts.by_state(charts.places({"": 4, OUTSIDE: 2}), (date(2026, 1, 1), date(2026, 1, 2))) is None
    assert charts.by_lever([("Payment", {})], date(2026, 1, 1), date(2026, 3, 1)) is None


def test_every_state_and_territory_has_a_place_of_its_own() -> None:
    assert sorted(charts.PLACES) == sorted(set(STATES) - {OUTSIDE})
    assert len(set(charts.PLACES.values())) == len(charts.PLACES)


def test_a_state_is_a_tile_with_its_number() -> None:
    found = charts.places({"OH": 1250, "TX": 40, "GU": 3, "": 7, OUTSIDE: 2})
    chart = charts.by_state(found, (date(2026, 1, 20), date(2026, 11, 17)))
    assert chart is not None
    assert chart.sentence == (
        "Registrations came from 3 states and territories, the most from Ohio (1,250), Texas (40) and Guam (3); "
        "7 of them name no place."
    )
    assert chart.file_name == "jam-registrations-by-state-2026-01-20-to-2026-11-17"
    for sheet, ohio in zip(drawings(chart), ("1,250", "1.2k"), strict=True):
        said = words(sheet)
        assert said[said.index("OH") + 1] == ohio
        assert said[said.index("GU") + 1] == "3"
        assert "PW" not in said, "a territory without anybody has no tile"
        assert "CA" in said, "a state has one"


def test_a_map_for_everybody_says_nothing_of_places_that_are_not_shown() -> None:
    chart = charts.by_state(charts.safe_places({"OH": 40, "": 20}), (date(2025, 1, 1), date(2025, 12, 31)))
    assert chart is not None
    assert chart.sentence == (
        "Registrations came from at least 1 state or territory, the most from Ohio (40); 20 of them name no place."
    )
    assert chart.rows == [("Ohio", "40"), ("Outside the United States", "Not shown"), ("Not given", "20")]
    assert "Texas" not in chart.file
    assert "hatch" in chart.file
    assert chart.columns[1] == "Registrations, rounded to tens"
    assert chart.file.count("rounded to tens. A place that is not shown") == 2, "to be read, and to be heard"
    assert charts.by_state(charts.safe_places({}), (date(2025, 1, 1), date(2025, 12, 31))) is None


def test_a_lever_without_a_session_is_named() -> None:
    coverage = [("Payment", {(2026, 1): 2, (2026, 3): 1}), ("Technology", {}), ("Culture", {(2025, 1): 4})]
    chart = charts.by_lever(coverage, date(2025, 11, 18), date(2026, 3, 17))
    assert chart is not None
    assert chart.sentence == (
        "In 5 months, the most sessions were about “Payment” (3); none was about “Technology” or “Culture”."
    )
    assert chart.rows[0] == ("Payment", "0", "0", "2", "0", "1", "3")
    for sheet in drawings(chart):
        assert "2" in words(sheet), "two sessions in one month"


@pytest.mark.parametrize("top", [*range(60), 577, 999, 1_001, 12_345])
def test_an_axis_reaches_the_highest_figure_in_few_round_steps(top: int) -> None:
    ticks = nice(top)
    assert ticks[0] == 0
    assert ticks[-1] >= top
    assert 3 <= len(ticks) <= 7
    assert len({later - earlier for earlier, later in pairwise(ticks)}) == 1


def luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        each / 12.92 if each <= 0.03928 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """As WCAG 2.2 counts it."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("dark", [False, True], ids=["paper", "dark"])
def test_colors_can_be_told_apart_and_words_on_them_read(dark: bool) -> None:
    colors, ground = dict(COLORS), "#fbfaf6"
    if dark:
        sheet = (ROOT / "jam" / "static" / "parts.css").read_text()
        own = sheet.partition("/* Colors of drawings in the dark")[2].partition("}")[0]
        colors |= dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", own))
        ground = "#10191e"
        assert set(re.findall(r"--(\w+):", own)) == set(COLORS)
    shapes = [("pale", ground), ("deep", ground), ("pale", "deep")]
    words = [("ink", ground), ("soft", ground), *((f"step{n}", f"on{n}") for n in range(6))]
    assert {
        pair: contrast(colors[pair[0]], colors.get(pair[1], ground)) >= 3 for pair in shapes
    } == dict.fromkeys(shapes, True)
    assert {
        pair: contrast(colors[pair[0]], colors.get(pair[1], ground)) >= 4.5 for pair in words
    } == dict.fromkeys(words, True)
