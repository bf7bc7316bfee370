"""On which days presenters are asked for what, and when a letter is due: dates in, dates out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jam.proposals import due
from jam.proposals.due import Owed, Thing

AT = datetime(2027, 3, 16, 17, tzinfo=UTC)
SESSION = date(2027, 3, 16)


def before(*numbers: int) -> list[date]:
    return [SESSION - timedelta(days=number) for number in numbers]


def owed(thing: Thing, told: int) -> Owed:
    return due.owed(1, thing, SESSION - timedelta(days=told), SESSION, AT)


@pytest.mark.parametrize(
    ("thing", "told", "days"),
    [
        (Thing.CONFIRM, 60, (57, 50, 43, 36, 29, 22, 14, 7, 2)),
        (Thing.CONFIRM, 30, (27, 20, 14, 7, 2)),
        (Thing.CONFIRM, 19, (14, 7, 2)),
        (Thing.CONFIRM, 14, (11, 7, 2)),
        (Thing.CONFIRM, 10, (7, 2)),
        (Thing.CONFIRM, 3, (2,)),
        (Thing.CONFIRM, 1, ()),
        (Thing.SLIDES, 60, (7, 2)),
        (Thing.SLIDES, 7, (2,)),
        (Thing.RELEASE, 60, (7, 2)),
        (Thing.BIO, 60, (7, 2)),
        (Thing.PORTRAIT, 60, ()),
    ],
)
def test_the_days_on_which_a_thing_is_asked_for(thing: Thing, told: int, days: tuple[int, ...]) -> None:
    assert list(owed(thing, told).days) == before(*days)


def test_late_from_the_first_day_on_and_never_with_a_portrait() -> None:
    slides, portrait = owed(Thing.SLIDES, 60), owed(Thing.PORTRAIT, 60)
    eight, seven = before(8, 7)
    assert [due.is_late(slides, day) for day in (eight, seven)] == [False, True]
    assert not due.is_late(portrait, SESSION)
    assert due.is_late(owed(Thing.CONFIRM, 1), before(1)[0])


@pytest.mark.parametrize(
    ("today", "hour", "last", "says"),
    [
        (8, 12, None, False),
        (7, 8, None, False),  # too early in the day
        (7, 9, None, True),
        (7, 23, 7, False),  # they have it
        (5, 9, None, True),  # late by an outage, and still of use
        (3, 9, None, False),  # the next one comes tomorrow and says it all
        (3, 9, 7, False),
        (2, 9, 7, True),
        (2, 9, 3, True),  # reminded by hand the day before
        (1, 9, None, True),
        (1, 9, 2, False),
    ],
)
def test_a_letter_is_due_once_for_each_day_that_came(
    today: int, hour: int, last: int | None, says: bool
) -> None:
    day, had = before(today)[0], before(last)[0] if last is not None else None
    assert due.due([owed(Thing.SLIDES, 60)], day, hour, had) is says


def test_the_next_day_is_told() -> None:
    slides = [owed(Thing.SLIDES, 60)]
    seven, two = before(7, 2)
    assert due.next_day(slides, before(30)[0], None) == seven
    assert due.next_day(slides, seven, None) == seven
    assert due.next_day(slides, seven, seven) == two
    assert due.next_day(slides, before(5)[0], None) == before(5)[0]
    assert due.next_day(slides, two, two) is None
    assert due.next_day([owed(Thing.PORTRAIT, 60)], seven, None) is None


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault
@given(
    st.lists(st.tuples(st.sampled_from(Thing), st.integers(1, 90), st.integers(0, 40)), max_size=6),
    st.lists(st.tuples(st.integers(-100, 5), st.integers(0, 23)), max_size=60),
)
def test_whenever_the_clock_ticks_nobody_is_due_twice_a_day(
    things: list[tuple[Thing, int, int]], ticks: list[tuple[int, int]]
) -> None:
    found = [
        due.owed(1, thing, SESSION + timedelta(days=later - told), SESSION + timedelta(days=later), AT)
        for thing, told, later in things
    ]
    written: list[date] = []
    for offset, hour in ticks:
        day = SESSION + timedelta(days=offset)
        if due.due(found, day, hour, max(written, default=None)):
            written.append(day)
    assert len(written) == len(set(written))
