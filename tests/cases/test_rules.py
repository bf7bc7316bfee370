"""The table of steps and who may read what, written out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from jam.cases.rules import STEPS, May, Reader, State, Who, day_begun, lacks, may_read, stands, why_not

D, S, R, C = State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.CHANGES
A, L, P, W = State.APPROVED, State.SCHEDULED, State.PRESENTED, State.WITHDRAWN
N, F, E = State.RECOMMENDED, State.FOLLOWED_UP, State.CLOSED

#: Of each state: what the coordinator, the faculty, and the cohort before and on the day of the session may read.
READS = {
    D: ("", "", "", ""),
    S: ("original released", "", "", ""),
    R: ("original released", "", "", ""),
    C: ("original released", "", "", ""),
    A: ("original released", "released", "", ""),
    L: ("original released", "released", "", "released"),
    P: ("original released", "released", "released", "released"),
    N: ("original released", "released", "released", "released"),
    F: ("original released", "released", "released", "released"),
    E: ("original released", "released", "released", "released"),
    W: ("", "", "", ""),
}


def words(may: May) -> str:
    return " ".join(name for name in ("original", "released") if getattr(may, name))


@pytest.mark.parametrize("state", list(State))
def test_who_may_read_what_in_each_state(state: State) -> None:
    assert (
        words(may_read(Reader.COORDINATOR, state, False)),
        words(may_read(Reader.FACULTY, state, True)),
        words(may_read(Reader.COHORT, state, False)),
        words(may_read(Reader.COHORT, state, True)),
    ) == READS[state]
    assert may_read(Reader.PRESENTER, state, False).original


def test_every_step_is_written_out_here() -> None:
    assert {name: (set(step.before), step.after, set(step.who)) for name, step in STEPS.items()} == {
        "submit": ({D, C}, S, {Who.PRESENTER}),
        "review": ({S}, R, {Who.COORDINATOR}),
        "ask": ({S, R}, C, {Who.COORDINATOR}),
        "approve": ({R}, A, {Who.COORDINATOR}),
        "recall": ({A, L}, R, {Who.COORDINATOR}),
        "schedule": ({A, L}, L, {Who.LEAD}),
        "unschedule": ({L}, A, {Who.LEAD, Who.JAM}),
        "present": ({L}, P, {Who.LEAD}),
        "send": ({P}, N, {Who.RECORDER, Who.COORDINATOR, Who.LEAD}),
        "follow": ({N}, F, {Who.JAM, Who.LEAD}),
        "close": ({P, N, F}, E, {Who.LEAD}),
        "lapse": ({D, S, R, C, A, L}, W, {Who.JAM}),
        "withdraw": ({D, S, R, C, A, L}, W, {Who.PRESENTER, Who.COORDINATOR}),
    }


def test_why_a_step_cannot_be_taken_is_said() -> None:
    assert why_not(STEPS["approve"], R) is None
    assert "done already" in str(why_not(STEPS["approve"], A))
    assert "“draft”" in str(why_not(STEPS["approve"], D))


def test_the_day_begins_with_its_midnight_and_never_without_a_session() -> None:
    at = datetime(2027, 1, 14, 5, tzinfo=UTC)
    assert [day_begun(at, at), day_begun(at, at.replace(hour=4)), day_begun(None, at)] == [True, False, False]


def test_what_a_case_lacks_is_named() -> None:
    assert lacks({}, (), False, False)[-3:] == [
        "one to three levers", "your consent", "your word that nothing identifies anyone",
    ]  # fmt: skip
    whole = dict.fromkeys(("situation", "background", "tried", "question1", "success"), "x")
    assert lacks(whole, (1,), True, True) == []
    assert lacks(whole, (1, 2, 3, 4), True, True) == ["one to three levers"]


def test_a_case_without_a_recommendation_promises_none() -> None:
    for state in State:
        words = stands(state, "The hour ran out.")
        assert ("reason stands below" in words) is (state in (N, F, E))
    assert "30, 60 and 90 days" in stands(N, "")
    assert "follow-ups is over" in stands(F, "")
