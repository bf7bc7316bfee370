"""What is told to everybody keeps small counts unknown: an attacker who knows the rules, adds and subtracts all that is
shown, at every date, is left with many numbers for each count below eleven."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session, scoped_session

from jam.base.now import frozen
from jam.statistics.queries import public_totals
from jam.statistics.safety import LEAST, SMALLEST, between, safe_people, safe_share, safe_table
from tests import makers
from tests.clients import Client
from tests.makers import utc

#: So many numbers at least fit a hidden count.
MANY = 10


def test_a_table_hides_small_counts_from_who_knows_the_rules() -> None:
    """Every table of three cells that there can be: all that look the same from outside are told apart by nobody."""
    alike: dict[object, list[tuple[int, ...]]] = defaultdict(list)
    for cells in product(range(42), repeat=3):
        named = {str(place): number for place, number in enumerate(cells) if number}
        alike[sum(cells), tuple(sorted(safe_table(named, "012", sum(cells)).items()))].append(cells)
    for (whole, shown), worlds in alike.items():  # type: ignore[misc]
        if whole < SMALLEST or max(map(max, worlds)) > 35:
            continue  # such a session is not shown; or other worlds with larger numbers look the same
        for place in {0, 1, 2} - {int(name) for name, _ in shown}:
            found = {cells[place] for cells in worlds}
            assert min(found) >= SMALLEST or len(found) >= MANY, (whole, shown, place)


def test_a_table_without_small_counts_is_shown_whole() -> None:
    cells = {"rural": 28, "urban": 1400, "unknown": 1571}
    assert safe_table(cells, list(cells), sum(cells.values())) == {
        "rural": 30,
        "urban": 1400,
        "unknown": 1570,
    }
    assert safe_table({**cells, "rural": 8}, list(cells), 2979) == {"unknown": 1570}


Cells = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 60), max_size=8)


@settings(max_examples=150, deadline=None)
@given(st.lists(Cells, min_size=1, max_size=4))
def test_tables_of_several_years_and_their_sums_leave_every_small_count_open(
    years: list[dict[str, int]],
) -> None:
    """The linear attack: each year's total is known, each shown number is known to ten, the sum of the years is shown too."""
    values = "abcdefgh"
    tables = [safe_table(year, values, sum(year.values())) for year in years]
    for year, table in zip(years, tables, strict=True):
        whole = sum(year.values())
        bounds = {value: between(table[value]) if value in table else (0, whole) for value in values}
        for value in values:
            low, high = narrowed(bounds, whole)[value]
            true = year.get(value, 0)
            assert low <= true <= high
            if true < SMALLEST and whole >= SMALLEST:
                assert (low, high >= SMALLEST - 1) == (0, True), (value, table)
    # What is shown of all years is the sum of what is shown of each: subtracting one year gives the others again.
    assert all(number % 10 == 0 for table in tables for number in table.values())


def narrowed(bounds: dict[str, tuple[int, int]], whole: int) -> dict[str, tuple[int, int]]:
    """Intervals of numbers that add up to a known sum, as narrow as they get."""
    while True:
        least, most = (sum(each[end] for each in bounds.values()) for end in (0, 1))
        found = {
            value: (max(low, whole - most + high), min(high, whole - least + low))
            for value, (low, high) in bounds.items()
        }
        if found == bounds:
            return bounds
        bounds = found


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_a_share_does_not_give_away_what_it_is_a_share_of(part: int, rest: int) -> None:
    whole = part + rest
    shown = safe_share(part, whole)
    fitting = [number for number in range(whole + 1) if safe_share(number, whole) == shown]
    assert part in fitting
    if shown is not None:
        assert min(part, rest) >= SMALLEST
        assert min(len(fitting), whole - 2 * SMALLEST + 1) >= min(MANY, whole - 2 * SMALLEST + 1)
        assert abs(shown - part / whole) <= 0.051


Steps = st.lists(st.tuples(st.integers(11, 700), st.floats(0, 1)), min_size=1, max_size=8)


@settings(max_examples=300, deadline=None)
@given(Steps)
def test_different_people_at_any_dates_do_not_tell_how_few_came_back(drawn: list[tuple[int, float]]) -> None:
    """Every date's page is kept: the registrations of each session are known, different people in hundreds."""
    steps: list[tuple[int, int]] = []
    for number, (registrations, part) in enumerate(drawn):
        before = steps[-1] if steps else (0, 0)
        new = registrations if not number else round(registrations * part)
        steps.append((before[0] + registrations, before[1] + new))
    said = [safe_people(steps[: number + 1]) or 0 for number in range(len(steps))]
    assert all(shown <= people for shown, (_, people) in zip(said, steps, strict=True))
    assert said == sorted(said)
    bounds = {0: (0, 0), 1: (drawn[0][0], drawn[0][0])}
    for number in range(2, len(steps) + 1):
        bounds[number] = (said[number - 1], highest(steps[:number], said[number - 1]))
    lows, highs = spread(bounds, [registrations for registrations, _ in drawn])
    for number in range(2, len(steps) + 1):
        registrations = drawn[number - 1][0]
        new_most = min(registrations, highs[number] - lows[number - 1])
        new_least = max(0, lows[number] - highs[number - 1])
        assert new_most >= SMALLEST - 1, "how many were new is not known to be few"
        assert registrations - new_least >= SMALLEST - 1, "how many came back is not known to be few"


def highest(steps: list[tuple[int, int]], said: int) -> int:
    """The most people of whom the same would be said."""
    *before, (registrations, _) = steps
    tried = (registrations, *range(said + 99, registrations, 100))
    return max(people for people in tried if (safe_people([*before, (registrations, people)]) or 0) == said)


def spread(bounds: dict[int, tuple[int, int]], new: list[int]) -> tuple[dict[int, int], dict[int, int]]:
    """The least and the most people after each session: they never fall, and grow by a session's registrations at most."""
    lows = {number: low for number, (low, _) in bounds.items()}
    highs = {number: high for number, (_, high) in bounds.items()}
    for number in range(1, len(bounds)):
        lows[number] = max(lows[number], lows[number - 1])
        highs[number] = min(highs[number], highs[number - 1] + new[number - 1])
    for number in range(len(bounds) - 2, -1, -1):
        highs[number] = min(highs[number], highs[number + 1])
        lows[number] = max(lows[number], lows[number + 1] - new[number])
    return lows, highs


@pytest.fixture
def new_year() -> Iterator[None]:
    with frozen(utc("2027-01-10 12:00")):
        yield


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_public_page_keeps_small_counts(
    db_session: scoped_session[Session], client: Client, new_year: None
) -> None:
    event = makers.event(title="Large enough", starts_at=utc("2026-09-15 17:00"))
    makers.crowd(event, 3, state="TX")
    makers.crowd(event, 14)
    makers.reported(event, *makers.crowd(event, 124, state="OH")[:100])
    db_session.commit()
    found = public_totals()
    assert found.measures == {
        "sessions_held": 1, "registrations": 141, "registrations_per_session": 141.0, "unique_registrants": 100,
        "attendees": 100, "show_rate": 0.7, "states": 1,
    }  # fmt: skip
    assert found.apart is not None
    assert (found.apart.years, found.apart.states, found.apart.areas) == ([2026], {"OH": 120}, [])
    page = client.get("/statistics").text.partition("<main")[2]
    assert "Registrations came from at least 1 state or territory, the most from Ohio (120)." in page
    assert "Texas" not in page
    assert "71" not in page.replace("0.71", "")  # in percent, who came of 141
    assert LEAST > SMALLEST
    with frozen(utc("2026-12-30 12:00")):
        assert public_totals().apart is None
        assert 'id="who"' not in client.get("/statistics").text
