"""Figures of a cohort's dashboard: how far cases come and how long it takes, who may drop out and why. Pure decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from statistics import median

from jam.base.words import count
from jam.cases.rules import State
from jam.cohorts.rules import Kept


class Milestone(StrEnum):
    """How far a case has come; in this order."""

    SENT = "sent"
    APPROVED = "approved"
    PLANNED = "planned"
    PRESENTED = "presented"
    RECOMMENDED = "recommended"
    FOLLOWED_UP = "followed-up"
    CLOSED = "closed"


MILESTONE_WORDS = {
    Milestone.SENT: "Sent in",
    Milestone.APPROVED: "Approved",
    Milestone.PLANNED: "Planned for a session",
    Milestone.PRESENTED: "Presented",
    Milestone.RECOMMENDED: "Recommendations sent",
    Milestone.FOLLOWED_UP: "Followed up",
    Milestone.CLOSED: "Closed",
}

#: The last milestone of a case that stands here; a case that is closed or taken back tells it by its dates.
_AT = {
    State.SUBMITTED: Milestone.SENT,
    State.IN_REVIEW: Milestone.SENT,
    State.CHANGES: Milestone.SENT,
    State.APPROVED: Milestone.APPROVED,
    State.SCHEDULED: Milestone.PLANNED,
    State.PRESENTED: Milestone.PRESENTED,
    State.RECOMMENDED: Milestone.RECOMMENDED,
    State.FOLLOWED_UP: Milestone.FOLLOWED_UP,
}
_ALWAYS_BEFORE_CLOSING = (
    Milestone.SENT,
    Milestone.APPROVED,
    Milestone.PLANNED,
    Milestone.PRESENTED,
    Milestone.CLOSED,
)

Dates = Mapping[Milestone, datetime]


def reached(state: State, dates: Dates) -> list[Milestone]:
    """The milestones of a case, first to last."""
    if state is State.DRAFT:
        return []
    if state in (State.CLOSED, State.WITHDRAWN):
        sure = _ALWAYS_BEFORE_CLOSING if state is State.CLOSED else ()
        return [each for each in Milestone if each in sure or each in dates]
    every = list(Milestone)
    return every[: every.index(_AT[state]) + 1]


@dataclass(frozen=True)
class Stage:
    """One row of the funnel."""

    milestone: Milestone
    #: The ids of the cases that came so far.
    cases: list[int]
    #: Median days since the milestone before, and of how many cases it is known; None where of none.
    days: float | None
    known: int


def funnel(cases: Mapping[int, tuple[State, Dates]]) -> list[Stage]:
    """Cases by id, with where they stand and when they came how far. Days count between milestones next to each other."""
    found: list[Stage] = []
    before: Milestone | None = None
    for milestone in Milestone:
        mine = [id for id, (state, dates) in cases.items() if milestone in reached(state, dates)]
        spans = []
        for id in mine:
            dates = cases[id][1]
            if (
                before is not None
                and before in dates
                and milestone in dates
                and dates[milestone] >= dates[before]
            ):
                spans.append((dates[milestone] - dates[before]).total_seconds() / 86_400)
        found.append(Stage(milestone, mine, round(median(spans), 1) if spans else None, len(spans)))
        before = milestone
    return found


# --- who may drop out ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Presence:
    """What is known of an organization in a cohort."""

    #: Nobody came to the last two sessions of which it is known.
    absent: bool
    kept: Kept
    goal: int
    members: int
    left: int
    #: Were asked, and have not said yes or no.
    silent: int
    #: Cases that were ever sent, taken back ones left out.
    cases: int
    #: Half of the sessions are over.
    half_over: bool


def dropping(of: Presence) -> list[str]:
    """Why an organization may drop out, in words for staff, what weighs most first; empty for one that does well."""
    said = []
    if of.absent:
        said.append("nobody came to the last two sessions")
    if of.members == 0:
        said.append("it has no member" + (", and nobody has answered yet" if of.silent else " any more"))
    if of.kept.reaches(of.goal) is False:
        said.append(
            f"its members took {of.kept.came} of {of.kept.expected} seats, {of.kept.percent} %; the goal is {of.goal} %"
        )
    if of.left and of.members:
        said.append(f"{count(of.left, 'person', 'people')} left")
    if of.half_over and not of.cases and of.members:
        said.append("it has sent no case, and half of the sessions are over")
    return said


def hours(seconds: float) -> float:
    """Hours with one decimal."""
    return round(seconds / 3600, 1)
