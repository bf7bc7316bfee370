"""How far cases come and how long it takes, and who may drop out: tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from jam.cases.figures import Dates, Milestone, Presence, dropping, funnel, reached
from jam.cases.rules import State
from jam.cohorts.rules import Kept

START = datetime(2027, 1, 4, tzinfo=UTC)


def dates(**days: float) -> Dates:
    """Milestones by name, so many days after the start."""
    return {Milestone[name]: START + timedelta(days=number) for name, number in days.items()}


@pytest.mark.parametrize(
    ("state", "known", "expected"),
    [
        (State.DRAFT, dates(), []),
        (State.SUBMITTED, dates(SENT=0), ["sent"]),
        (State.CHANGES, dates(SENT=0), ["sent"]),
        (State.IN_REVIEW, dates(SENT=0, APPROVED=3), ["sent"]),  # the release was taken back
        (State.SCHEDULED, dates(), ["sent", "approved", "planned"]),
        (
            State.FOLLOWED_UP,
            dates(),
            ["sent", "approved", "planned", "presented", "recommended", "followed-up"],
        ),
        (State.CLOSED, dates(), ["sent", "approved", "planned", "presented", "closed"]),
        (
            State.CLOSED,
            dates(RECOMMENDED=1),
            ["sent", "approved", "planned", "presented", "recommended", "closed"],
        ),
        (State.WITHDRAWN, dates(SENT=0, APPROVED=4), ["sent", "approved"]),
    ],
)
def test_how_far_a_case_came(state: State, known: Dates, expected: list[str]) -> None:
    assert reached(state, known) == expected


def test_the_funnel_counts_cases_and_the_days_between() -> None:
    found = funnel(
        {
            1: (State.APPROVED, dates(SENT=0, APPROVED=4)),
            2: (State.APPROVED, dates(SENT=0, APPROVED=7)),
            3: (State.SCHEDULED, dates(SENT=0, APPROVED=30, PLANNED=31.5)),
            4: (State.SUBMITTED, dates(SENT=0)),
            5: (State.SCHEDULED, dates()),  # brought in without a record of its steps
        }
    )
    told = {each.milestone.value: (each.cases, each.days, each.known) for each in found}
    assert told["sent"] == ([1, 2, 3, 4, 5], None, 0)
    assert told["approved"] == ([1, 2, 3, 5], 7.0, 3)
    assert told["planned"] == ([3, 5], 1.5, 1)
    assert told["presented"] == ([], None, 0)


WELL = Presence(False, Kept(10, 8), 60, members=3, left=0, silent=0, cases=1, half_over=True)


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (WELL, []),
        (replace(WELL, kept=Kept(0, 0), cases=0, half_over=False), []),
        (replace(WELL, absent=True), ["nobody came to the last two sessions"]),
        (
            replace(WELL, kept=Kept(10, 5)),
            ["its members took 5 of 10 seats, 50 %; the goal is 60 %"],
        ),
        (replace(WELL, left=1), ["1 person left"]),
        (replace(WELL, cases=0), ["it has sent no case, and half of the sessions are over"]),
        (replace(WELL, members=0, left=3, cases=0), ["it has no member any more"]),
        (
            replace(WELL, members=0, silent=3, kept=Kept(0, 0)),
            ["it has no member, and nobody has answered yet"],
        ),
    ],
)
def test_why_an_organization_may_drop_out(of: Presence, expected: list[str]) -> None:
    assert dropping(of) == expected
