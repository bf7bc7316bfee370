"""When the presenter is asked: pure days."""

from __future__ import annotations

from datetime import date, timedelta

from jam.outcomes import asking
from jam.outcomes.asking import Turn

HELD = date(2026, 1, 14)


def day(number: int) -> date:
    return HELD + timedelta(days=number)


def test_it_is_asked_30_60_and_90_days_after_the_session() -> None:
    assert asking.plan(HELD, day(3)) == [(30, day(30)), (60, day(60)), (90, day(90))]
    assert asking.plan(HELD, day(16)) == [(30, day(30)), (60, day(60)), (90, day(90))]


def test_what_was_sent_late_is_not_asked_about_before_it_could_be_tried() -> None:
    assert asking.plan(HELD, day(17)) == [(60, day(60)), (90, day(90))]
    assert asking.plan(HELD, day(70)) == [(90, day(90))]
    assert asking.plan(HELD, day(100)) == [(90, day(114))]


def test_each_time_lasts_until_the_next_and_the_last_thirty_days() -> None:
    found = asking.turns([(30, day(30)), (90, day(90)), (60, day(60))])
    assert found == [Turn(day(30), day(60), 30), Turn(day(60), day(90), 60), Turn(day(90), day(120), 90)]
    stands = {
        n: (turn.days if (turn := asking.turn_at(found, day(n))) else None)
        for n in (29, 30, 59, 60, 119, 120)
    }
    assert stands == {29: None, 30: 30, 59: 30, 60: 60, 119: 90, 120: None}
    assert [asking.over(found, day(n)) for n in (119, 120)] == [False, True]
    assert not asking.over([], day(500))


def test_an_answer_is_overdue_a_week_after_the_question() -> None:
    turn = Turn(day(30), day(60), 30)
    assert [turn.overdue(day(n)) for n in (30, 36, 37)] == [False, False, True]
