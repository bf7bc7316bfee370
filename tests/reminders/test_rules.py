"""When reminders are due, and what becomes of them: literal instants, both changes of the clocks, five zones."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from importlib.util import module_from_spec, spec_from_file_location

import pytest

from jam.base.errors import Refused
from jam.base.settings import ROOT
from jam.base.zones import wall
from jam.reminders.actions import DEFAULTS
from jam.reminders.rules import (
    Anchor,
    Deed,
    Due,
    Side,
    Span,
    Standing,
    State,
    Timing,
    Unit,
    Verdict,
    Wanted,
    as_test,
    check,
    derive,
    describe,
    due_at,
    judge,
    same_time,
    soon,
    useful_until,
    without,
)
from jam.schedule.recurrence import Recurrence, occurrences
from tests.makers import utc

EASTERN = "America/New_York"
HOUR = timedelta(hours=1)


def before(amount: int, unit: Unit, at: time | None = None) -> Timing:
    return Timing(amount, unit, Side.BEFORE, Anchor.START, at)


def after(amount: int, unit: Unit, at: time | None = None) -> Timing:
    return Timing(amount, unit, Side.AFTER, Anchor.END, at)


def span(start: str, zone: str = EASTERN) -> Span:
    return Span(utc(start), utc(start) + HOUR, zone)


WEEK, DAY, HOUR_BEFORE = before(1, Unit.WEEKS), before(1, Unit.DAYS), before(1, Unit.HOURS)
NEXT_DAY, NINE = after(1, Unit.DAYS), before(1, Unit.DAYS, time(9))

#: The clocks of the United States go forward on March 14, 2027 and back on November 1, 2026; at 1:00 p.m. local each.
SPRING = [
    # zone, start, a week before, a day before, an hour before, the day before at 9:00, a day after the end
    ("America/New_York", "2027-03-14 17:00", "2027-03-07 18:00", "2027-03-13 18:00", "2027-03-14 16:00",
     "2027-03-13 14:00", "2027-03-15 18:00"),
    ("America/Chicago", "2027-03-14 18:00", "2027-03-07 19:00", "2027-03-13 19:00", "2027-03-14 17:00",
     "2027-03-13 15:00", "2027-03-15 19:00"),
    ("America/Denver", "2027-03-14 19:00", "2027-03-07 20:00", "2027-03-13 20:00", "2027-03-14 18:00",
     "2027-03-13 16:00", "2027-03-15 20:00"),
    ("America/Los_Angeles", "2027-03-14 20:00", "2027-03-07 21:00", "2027-03-13 21:00", "2027-03-14 19:00",
     "2027-03-13 17:00", "2027-03-15 21:00"),
    ("America/Phoenix", "2027-03-14 20:00", "2027-03-07 20:00", "2027-03-13 20:00", "2027-03-14 19:00",
     "2027-03-13 16:00", "2027-03-15 21:00"),
]  # fmt: skip
AUTUMN = [
    ("America/New_York", "2026-11-01 18:00", "2026-10-25 17:00", "2026-10-31 17:00", "2026-11-01 17:00",
     "2026-10-31 13:00", "2026-11-02 19:00"),
    ("America/Chicago", "2026-11-01 19:00", "2026-10-25 18:00", "2026-10-31 18:00", "2026-11-01 18:00",
     "2026-10-31 14:00", "2026-11-02 20:00"),
    ("America/Denver", "2026-11-01 20:00", "2026-10-25 19:00", "2026-10-31 19:00", "2026-11-01 19:00",
     "2026-10-31 15:00", "2026-11-02 21:00"),
    ("America/Los_Angeles", "2026-11-01 21:00", "2026-10-25 20:00", "2026-10-31 20:00", "2026-11-01 20:00",
     "2026-10-31 16:00", "2026-11-02 22:00"),
    ("America/Phoenix", "2026-11-01 20:00", "2026-10-25 20:00", "2026-10-31 20:00", "2026-11-01 19:00",
     "2026-10-31 16:00", "2026-11-02 21:00"),
]  # fmt: skip


@pytest.mark.parametrize(("zone", "start", "week", "day", "hour", "nine", "next_day"), SPRING + AUTUMN)
def test_each_instant_around_a_change_of_the_clocks(
    zone: str, start: str, week: str, day: str, hour: str, nine: str, next_day: str
) -> None:
    session = span(start, zone)
    due = [due_at(timing, session) for timing in (WEEK, DAY, HOUR_BEFORE, NINE, NEXT_DAY)]
    assert due == [utc(week), utc(day), utc(hour), utc(nine), utc(next_day)]


@pytest.mark.parametrize("zone", [row[0] for row in SPRING])
def test_through_two_years_of_sessions_the_wall_clock_stays_the_same(zone: str) -> None:
    monthly = Recurrence.from_json({"kind": "monthly", "nth": 3, "weekday": 1})
    for start, end in occurrences(monthly, time(13), 60, zone, utc("2026-09-01 12:00").date(), 24):
        session = Span(start, end, zone)
        at = {name: wall(due_at(timing, session), zone) for name, timing in
              {"week": WEEK, "day": DAY, "hour": HOUR_BEFORE, "nine": NINE, "next": NEXT_DAY}.items()}  # fmt: skip
        local = wall(start, zone)
        assert {name: (f"{each:%H:%M}", (each.date() - local.date()).days) for name, each in at.items()} == {
            "week": ("13:00", -7),
            "day": ("13:00", -1),
            "hour": ("12:00", 0),
            "nine": ("09:00", -1),
            "next": ("14:00", 1),
        }


def test_a_time_that_the_spring_change_skips_is_after_the_gap_and_of_two_the_first_counts() -> None:
    half_past_two = before(1, Unit.DAYS, time(2, 30))
    assert due_at(half_past_two, span("2027-03-15 17:00")) == utc("2027-03-14 07:30")  # 3:30 a.m. Eastern
    half_past_one = before(1, Unit.DAYS, time(1, 30))
    assert due_at(half_past_one, span("2026-11-02 18:00")) == utc("2026-11-01 05:30")


def test_minutes_pass_as_they_are_over_the_change() -> None:
    # 3:00 a.m. on the morning of the change; three hours before it was 11:00 p.m. on the wall.
    assert due_at(before(180, Unit.MINUTES), span("2027-03-14 07:00")) == utc("2027-03-14 04:00")


@pytest.mark.parametrize(
    ("timing", "words"),
    [
        (WEEK, "1 week before"),
        (before(2, Unit.DAYS), "2 days before"),
        (NINE, "1 day before, at 9:00 a.m."),
        (before(0, Unit.DAYS, time(8, 30)), "on the day, at 8:30 a.m."),
        (NEXT_DAY, "1 day after the end"),
        (Timing(10, Unit.MINUTES, Side.AFTER, Anchor.START), "10 minutes after the start"),
    ],
)
def test_a_rule_in_words(timing: Timing, words: str) -> None:
    assert describe(timing) == words


@pytest.mark.parametrize(
    ("timing", "words"),
    [
        (before(53, Unit.WEEKS), "at most a year"),
        (before(-1, Unit.DAYS), "at most a year"),
        (before(2, Unit.HOURS, time(9)), "days or weeks only"),
        (before(0, Unit.DAYS), "how long before"),
        (Timing(1, Unit.HOURS, Side.BEFORE, Anchor.END), "from its start"),
    ],
)
def test_what_makes_no_sense_is_refused(timing: Timing, words: str) -> None:
    with pytest.raises(Refused, match=words):
        check(timing)


# --- what a change means ----------------------------------------------------------------------------------------------

NOON = utc("2026-12-01 17:00")


def wanted(start: str, timing: Timing = DAY, off: str | None = None, late: str = "Too late.") -> Wanted:
    of = span(start)
    return Wanted(due_at(timing, of), timing, of, off, late)


def standing(state: State, start: str, timing: Timing = DAY, occurrence: int = 1, **more: str) -> Standing:
    of = span(start)
    told = of.starts_at if state in (State.DONE, State.RUNNING) else None
    return Standing(state, due_at(timing, of), occurrence, more.get("reason"), told)


FIFTEENTH, SIXTEENTH, LATER = "2026-12-15 18:00", "2026-12-16 18:00", "2026-12-15 21:00"


def test_a_new_one_is_planned_or_too_late_or_off() -> None:
    assert derive(None, wanted(FIFTEENTH), NOON) == standing(State.SCHEDULED, FIFTEENTH)
    late = derive(None, wanted("2026-12-02 10:00"), NOON)
    assert (late.state, late.reason) == (State.MISSED, "Too late.")
    off = derive(None, wanted(FIFTEENTH, off="Switched off."), NOON)
    assert (off.state, off.reason) == (State.OFF, "Switched off.")


def test_a_planned_one_moves_with_its_session() -> None:
    kept = standing(State.SCHEDULED, FIFTEENTH)
    assert derive(kept, wanted(SIXTEENTH), NOON) == standing(State.SCHEDULED, SIXTEENTH)
    assert derive(kept, wanted("2026-12-02 10:00"), NOON).state == State.MISSED
    assert derive(kept, wanted(FIFTEENTH), utc("2026-12-14 20:00")) == kept, (
        "one that is late is not missed yet"
    )


def test_one_that_went_goes_again_only_for_another_date_or_a_long_way() -> None:
    kept = standing(State.DONE, FIFTEENTH)
    present = utc("2026-12-14 18:05")
    again = derive(kept, wanted("2026-12-17 18:00"), present)
    assert (again.state, again.occurrence) == (State.SCHEDULED, 2)
    assert derive(kept, wanted("2026-12-15 22:00"), present) == kept, "the same day"
    assert derive(kept, wanted("2026-12-15 17:00"), present) == kept
    assert derive(kept, wanted("2026-12-14 20:00"), present) == kept, "its time has gone by"
    hour = standing(State.DONE, FIFTEENTH, HOUR_BEFORE)
    assert derive(hour, wanted(LATER, HOUR_BEFORE), utc("2026-12-15 17:05")).occurrence == 2
    assert derive(hour, wanted("2026-12-15 18:30", HOUR_BEFORE), utc("2026-12-15 17:05")) == hour


def test_one_that_went_stays_whatever_becomes_of_the_rule() -> None:
    kept = standing(State.DONE, FIFTEENTH)
    assert derive(kept, wanted(FIFTEENTH, off="The session is cancelled."), NOON) == kept
    assert derive(kept, wanted(FIFTEENTH, HOUR_BEFORE), utc("2026-12-14 19:00")) == kept


def test_switching_off_and_on_again() -> None:
    off = derive(
        standing(State.SCHEDULED, FIFTEENTH), wanted(FIFTEENTH, off="The session is cancelled."), NOON
    )
    assert (off.state, off.reason) == (State.OFF, "The session is cancelled.")
    assert derive(off, wanted(FIFTEENTH), NOON) == standing(State.SCHEDULED, FIFTEENTH)
    gone_by = derive(off, wanted(FIFTEENTH, late="While cancelled."), utc("2026-12-14 19:00"))
    assert (gone_by.state, gone_by.reason) == (State.MISSED, "While cancelled.")


def test_a_worker_is_stopped_by_a_cancellation_and_by_another_date() -> None:
    kept = standing(State.RUNNING, FIFTEENTH)
    assert derive(kept, wanted(FIFTEENTH), NOON) == kept
    assert derive(kept, wanted(FIFTEENTH, off="The session is cancelled."), NOON).state == State.OFF
    again = derive(kept, wanted(SIXTEENTH), utc("2026-12-14 18:05"))
    assert (again.state, again.occurrence) == (State.SCHEDULED, 2)


def test_a_missed_one_comes_back_when_the_session_moves_away() -> None:
    kept = standing(State.MISSED, FIFTEENTH, reason="Too late.")
    assert derive(kept, wanted(FIFTEENTH), NOON) == kept
    assert derive(kept, wanted(SIXTEENTH), NOON) == standing(State.SCHEDULED, SIXTEENTH)


# --- what is late -----------------------------------------------------------------------------------------------------


def due(id: int, at: str, until: str = FIFTEENTH, audience: str = "confirmed", **more: object) -> Due:
    return Due(id, id, f"rule {id}", audience, utc(at), utc(until), **more)  # type: ignore[arg-type]


def test_after_an_outage_only_the_newest_goes_out() -> None:
    found = judge(
        [
            due(1, "2026-12-08 18:00"),
            due(2, "2026-12-14 18:00"),
            due(3, "2026-12-14 18:00", audience="waiting"),
        ],
        utc("2026-12-15 09:00"),
    )
    assert {id: verdict.deed for id, verdict in found.items()} == {1: Deed.MISS, 2: Deed.SEND, 3: Deed.SEND}
    assert found[1].words == "It was late, and “rule 2” was due as well: only that one went out."


def test_of_two_at_the_same_minute_the_newer_rule_goes_out_and_the_plan_says_so() -> None:
    both = [due(2, "2026-12-14 18:00"), due(1, "2026-12-14 18:00"), due(3, "2026-12-08 18:00")]
    words = "“rule 2” is due to the same people at the same time, so only that one goes out."
    assert same_time(both) == {1: words}
    found = judge(both[:2], utc("2026-12-14 18:01"))
    assert found == {1: Verdict(Deed.MISS, words), 2: Verdict(Deed.SEND)}


def test_once_the_session_has_begun_none_goes_out() -> None:
    assert judge([due(1, "2026-12-15 17:00")], utc(FIFTEENTH)) == {
        1: Verdict(Deed.MISS, "The session had begun before Jam could write it.")
    }


def test_a_letter_after_the_session_waits_and_is_then_missed_with_the_reason() -> None:
    waiting = due(1, "2026-12-16 19:00", "2026-12-23 19:00", before=False, must_wait=True, waits="It waits.")
    assert judge([waiting], utc("2026-12-17 19:00")) == {1: Verdict(Deed.WAIT, "It waits.")}
    assert judge([waiting], utc("2026-12-23 19:00")) == {
        1: Verdict(Deed.MISS, "No attendance report came within a week, so Jam cannot know who was there.")
    }
    known = due(1, "2026-12-16 19:00", "2026-12-23 19:00", before=False)
    assert judge([known], utc("2026-12-23 18:59")) == {1: Verdict(Deed.SEND)}
    assert judge([known], utc("2026-12-23 19:00")) == {
        1: Verdict(Deed.MISS, "Jam could not write it within a week after its time.")
    }


def test_how_long_each_is_of_use() -> None:
    session = span(FIFTEENTH)
    assert useful_until(DAY, session, due_at(DAY, session)) == session.starts_at
    assert useful_until(NEXT_DAY, session, due_at(NEXT_DAY, session)) == utc("2026-12-23 19:00")
    begun = Timing(10, Unit.MINUTES, Side.AFTER, Anchor.START)
    assert useful_until(begun, session, due_at(begun, session)) == session.ends_at


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("present", "words"),
    [
        ("2026-12-08 18:00", "in 7 days"),
        ("2026-12-14 18:00", "tomorrow"),
        ("2026-12-15 09:00", "today"),
        ("2026-12-15 14:00", "in 4 hours"),
        ("2026-12-15 17:00", "in one hour"),
        ("2026-12-15 17:00:12", "in one hour"),
        ("2026-12-15 17:35", "in 25 minutes"),
    ],
)
def test_how_far_off_it_is(present: str, words: str) -> None:
    assert soon(utc(FIFTEENTH), utc(present), EASTERN) == words


def test_tomorrow_is_the_recipients_own() -> None:
    # 11:00 p.m. Eastern on the 14th is the 15th in Guam already.
    assert soon(utc(FIFTEENTH), datetime.fromisoformat("2026-12-15T04:00+00:00"), EASTERN) == "tomorrow"
    assert (
        soon(utc(FIFTEENTH), datetime.fromisoformat("2026-12-15T04:00+00:00"), "Pacific/Guam") == "tomorrow"
    )
    assert soon(utc(FIFTEENTH), datetime.fromisoformat("2026-12-15T10:00+00:00"), EASTERN) == "today"


def test_a_paragraph_without_its_link_is_left_out() -> None:
    words = "Subject: x\n\nOne.\n\n[Join]({join_page})\n\nTwo, {name}."
    assert without(words, {"join_page"}) == "Subject: x\n\nOne.\n\nTwo, {name}."
    assert without(words, set()) == words


def test_a_test_says_so_twice() -> None:
    assert as_test("Subject: Hello\n\nBody.", "This is a test.") == (
        "Subject: [Test] Hello\n\n**This is a test.**\n\nBody."
    )


# --- what programs begin with -------------------------------------------------------------------------------------------


def test_programs_that_were_there_before_begin_with_the_same() -> None:
    path = next((ROOT / "migrations" / "versions").glob("*_reminders.py"))
    spec = spec_from_file_location("reminders_migration", path)
    assert spec is not None
    assert spec.loader is not None
    migration = module_from_spec(spec)
    spec.loader.exec_module(migration)
    assert [tuple(row) for row in migration._DEFAULTS] == [
        (each.name, each.kind, each.audience, each.amount, each.unit, each.side, each.anchor, each.with_link)
        for each in DEFAULTS
    ]
