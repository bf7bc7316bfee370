"""The measures of an ECHO: who of the members came, who dropped out, how far cases came, and what became of recommendations.

They are told where an ECHO program or a cohort is chosen. Each step of a case counts in the period in which it was taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import exists, func, select

from jam.base.database import db
from jam.base.zones import EASTERN, wall
from jam.cases.models import EchoCase, echo_case_term
from jam.cases.rules import PREFIX, WORDS, State
from jam.cohorts.models import CohortApplication, CohortMember
from jam.cohorts.rules import GOAL, Kept, Standing, kept
from jam.outcomes.models import CaseFollowUp, CaseRecommendation
from jam.outcomes.queries import counts as counting
from jam.outcomes.queries import newest_outcomes
from jam.outcomes.rules import ANSWER_WORDS, Answer
from jam.people.models import Person
from jam.schedule.models import Cohort, Program
from jam.statistics.choice import Choice, Held, Window, window
from jam.statistics.counting import Counted
from jam.statistics.lines import Line, Rows, given
from jam.statistics.rules import Number, Who, share
from jam.vocabulary.models import Term
from jam.vocabulary.rules import Kind

#: An erasure takes a member out of their cohort at the moment it happens: that is no dropping out.
_ERASING = timedelta(minutes=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Member:
    """Somebody who was expected at one of the sessions at least, and at which of them they were; None without a report."""

    person_id: int
    name: str
    organization: str
    application_id: int
    #: Sessions since they joined, with whether they came.
    there: Sequence[tuple[Held, bool | None]]
    dropped_at: datetime | None

    @property
    def kept(self) -> Kept:
        """Sessions they came to, of those since they joined that are known."""
        return kept(came for _, came in self.there)


@dataclass(frozen=True)
class Case:
    """A case with the instants at which it took its steps."""

    id: int
    shown: str
    state: str
    application_id: int
    sent_at: datetime | None
    presented_at: datetime | None
    recommended_at: datetime | None
    followed_up_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True)
class Recommended:
    """A recommendation that was sent, and what became of it; None before anybody said."""

    words: str
    case: str
    sent_at: datetime
    answer: Answer | None


def applies(choice: Choice) -> bool:
    """Whether a choice is of an ECHO: a cohort, or a program with cohorts."""
    if choice.cohort is not None:
        return True
    if choice.program is None:
        return False
    query = exists().where(Cohort.program_id == Program.id, Program.slug == choice.program)
    return bool(db.session.scalar(select(query)))


def figures(choice: Choice, sessions: Sequence[Held], counts: Mapping[int, Counted]) -> dict[str, Number]:
    """Every measure of an ECHO by name; nothing is known of one state or sector alone."""
    if choice.given:
        return dict.fromkeys(_MAKERS)
    people, cases, written = members(choice, sessions, counts), _cases(choice), _recommendations(choice)
    theirs = [each.kept for each in people if each.kept.expected]
    presented = _stepped(choice, cases, "presented_at")
    recommended = _stepped(choice, cases, "recommended_at")
    followed_up, closed = (_stepped(choice, cases, step) for step in ("followed_up_at", "closed_at"))
    answered = [each for each in written if each.answer is not None]
    adopted = sum(each.answer is Answer.ADOPTED for each in answered)
    return {
        "echo_members": len({each.person_id for each in people}),
        "echo_organizations": len({each.application_id for each in people}),
        "echo_attendance": share(sum(each.came for each in theirs), sum(each.expected for each in theirs)),
        "echo_goal": share(sum(bool(each.reaches(GOAL)) for each in theirs), len(theirs)),
        "echo_drop_out": share(sum(each.dropped_at is not None for each in people), len(people)),
        "cases_sent": len(_stepped(choice, cases, "sent_at")),
        "cases_presented": len(presented),
        "organizations_presented": len({each.application_id for each in presented}),
        "cases_recommended": len(recommended),
        "cases_followed_up": len(followed_up),
        "cases_closed": len(closed),
        "days_to_present": _days([(each.sent_at, each.presented_at) for each in presented]),
        "days_to_recommend": _days([(each.presented_at, each.recommended_at) for each in recommended]),
        "days_to_follow_up": _days([(each.recommended_at, each.followed_up_at) for each in followed_up]),
        "days_to_close": _days([(each.sent_at, each.closed_at) for each in closed]),
        "recommendations": len(written),
        "recommendations_answered": share(len(answered), len(written)),
        "recommendations_tried": share(
            sum(each.answer is not Answer.NOT_YET for each in answered), len(answered)
        ),
        "recommendations_adopted": share(adopted, len(answered)),
    }


def members(choice: Choice, sessions: Sequence[Held], counts: Mapping[int, Counted]) -> list[Member]:
    """Members who were expected at one of these sessions, by organization and name."""
    within = window(choice)
    by_cohort: dict[int, list[Held]] = {}
    for each in sessions:
        if each.cohort_id is not None:
            by_cohort.setdefault(each.cohort_id, []).append(each)
    rows = db.session.execute(
        select(
            CohortMember.cohort_id, CohortMember.person_id, CohortMember.name, CohortMember.standing, CohortMember.joined_at,
            CohortMember.left_at, CohortMember.application_id, CohortApplication.organization, Cohort.ends_on, Person.erased_at,
        )
        .join(CohortApplication, CohortApplication.id == CohortMember.application_id)
        .join(Cohort, Cohort.id == CohortMember.cohort_id)
        .join(Person, Person.id == CohortMember.person_id)
        .where(CohortMember.cohort_id.in_(by_cohort), CohortMember.joined_at.is_not(None))
        .order_by(CohortApplication.organization, CohortMember.application_id, CohortMember.name, CohortMember.id)
    )  # fmt: skip
    found = []
    for cohort, person, name, standing, joined, left, application, organization, ends_on, erased in rows:
        there = [
            (each, person in counts[each.id].who[Who.THERE] if counts[each.id].known else None)
            for each in by_cohort[cohort]
            if joined is not None and joined <= each.starts_at and (left is None or left > each.starts_at)
        ]
        dropped = None
        if standing == Standing.LEFT and left is not None and wall(left, EASTERN).date() <= ends_on:
            erasing = erased is not None and abs(erased - left) < _ERASING
            dropped = None if erasing or (within.end and left >= within.end) else left
        if there:
            found.append(Member(person, name, organization, application, there, dropped))
    return found


def _cases(choice: Choice) -> list[Case]:
    """The cases of a choice that were sent, whenever they took their steps, oldest first."""
    answered = (
        select(func.min(CaseFollowUp.answered_at))
        .where(CaseFollowUp.case_id == EchoCase.id)
        .scalar_subquery()
    )
    query = (
        select(
            EchoCase.id, EchoCase.code, EchoCase.state, CohortMember.application_id, EchoCase.sent_at, EchoCase.presented_at,
            EchoCase.recommendations_sent_at, answered, EchoCase.closed_at,
        )
        .join(CohortMember, CohortMember.id == EchoCase.member_id)
        .where(EchoCase.sent_at.is_not(None), *_of(choice, window(choice)))
        .order_by(EchoCase.sent_at, EchoCase.id)
    )  # fmt: skip
    return [Case(row[0], f"{PREFIX}{row[1]}", row[2], row[3], *row[4:]) for row in db.session.execute(query)]


def _of(choice: Choice, within: Window) -> list[Any]:
    cohorts = select(Cohort.id)
    if choice.cohort is not None:
        cohorts = cohorts.where(Cohort.slug == choice.cohort)
    if within.program_id is not None:
        cohorts = cohorts.where(Cohort.program_id == within.program_id)
    where: list[Any] = [EchoCase.cohort_id.in_(cohorts)]
    if choice.lever is not None:
        tagged = select(echo_case_term.c.case_id).join(Term, Term.id == echo_case_term.c.term_id)
        where.append(EchoCase.id.in_(tagged.where(Term.kind == Kind.LEVER, Term.slug == choice.lever)))
    return where


def _stepped(choice: Choice, cases: Sequence[Case], step: str) -> list[Case]:
    """The cases that took a step in the period."""
    within = window(choice)
    return [
        each
        for each in cases
        if (at := getattr(each, step)) is not None
        and (within.first is None or at >= within.first)
        and (within.end is None or at < within.end)
    ]


def _recommendations(choice: Choice) -> list[Recommended]:
    """Recommendations that were sent in the period and still stand."""
    within = window(choice)
    rows = db.session.execute(
        select(
            CaseRecommendation.id, CaseRecommendation.words, EchoCase.code, EchoCase.recommendations_sent_at
        )
        .join(EchoCase, EchoCase.id == CaseRecommendation.case_id)
        .where(*counting(), *_of(choice, within), *within.around(EchoCase.recommendations_sent_at))
        .order_by(
            EchoCase.recommendations_sent_at, EchoCase.id, CaseRecommendation.position, CaseRecommendation.id
        )
    ).all()
    newest = newest_outcomes([id for id, *_ in rows])
    return [
        Recommended(words, PREFIX + code, at, Answer(newest[id].answer) if id in newest else None)
        for id, words, code, at in rows
        if at is not None
    ]


def _days(pairs: Sequence[tuple[datetime | None, datetime | None]]) -> float | None:
    """The median of days between two instants; None where there is none."""
    known = [max((end - start) / _DAY, 0.0) for start, end in pairs if start is not None and end is not None]
    return round(median(known), 1) if known else None


# --- the lines behind them ----------------------------------------------------------------------------------------------


def rows(measure: str, choice: Choice, sessions: Sequence[Held], counts: Mapping[int, Counted]) -> Rows:
    """The lines behind a measure of this module."""
    if choice.given:
        return given([], ("Date",))
    return _MAKERS[measure](measure, choice, sessions, counts)


def _member_rows(
    measure: str, choice: Choice, sessions: Sequence[Held], counts: Mapping[int, Counted]
) -> Rows:
    people = members(choice, sessions, counts)
    if measure == "echo_goal":
        people = [each for each in people if each.kept.expected]
    if measure == "echo_members":
        people = list({each.person_id: each for each in people}.values())
    lines = [
        Line(
            (each.name, each.organization, each.kept.came, each.kept.expected,
             "" if each.kept.reaches(GOAL) is None else "Yes" if each.kept.reaches(GOAL) else "No", each.dropped_at),
            person_id=each.person_id,
        )
        for each in people
    ]  # fmt: skip
    how = {
        "echo_goal": f"Those with “Yes” under “Kept {GOAL} %”, divided by all lines.",
        "echo_drop_out": "Those with a day under “Left”, divided by all lines.",
    }.get(measure, "")
    return given(lines, ("Name", "Organization", "Came to", "Expected at", f"Kept {GOAL} %", "Left"), how)


def _presence_rows(
    measure: str, choice: Choice, sessions: Sequence[Held], counts: Mapping[int, Counted]
) -> Rows:
    lines = [
        Line((session.starts_at, session.title, each.name, each.organization, "Yes" if came else ""), each.person_id, session.slug)
        for each in members(choice, sessions, counts)
        for session, came in each.there
        if came is not None
    ]  # fmt: skip
    lines.sort(key=lambda line: str(line.cells[0]))
    columns = ("Date", "Session", "Name", "Organization", "Came")
    return given(lines, columns, "Those with “Yes” under “Came”, divided by all lines.")


def _organization_rows(
    measure: str, choice: Choice, sessions: Sequence[Held], counts: Mapping[int, Counted]
) -> Rows:
    names: dict[int, list[str]] = {}
    people = members(choice, sessions, counts)
    for each in people:
        names.setdefault(each.application_id, []).append(each.organization)
    cases: dict[int, int] = {}
    for case in _stepped(choice, _cases(choice), "presented_at"):
        cases[case.application_id] = cases.get(case.application_id, 0) + 1
    if measure == "organizations_presented":
        known = select(CohortApplication.id, CohortApplication.organization).where(
            CohortApplication.id.in_(cases)
        )
        lines = [Line((name, len(names.get(id, ())), cases[id])) for id, name in db.session.execute(known)]
    else:
        lines = [Line((each[0], len(each), cases.get(id, 0))) for id, each in names.items()]
    lines.sort(key=lambda line: str(line.cells[0]).casefold())
    return given(lines, ("Organization", "Members", "Cases presented"))


_STEPS = {
    "cases_sent": "sent_at",
    "cases_presented": "presented_at",
    "cases_recommended": "recommended_at",
    "cases_followed_up": "followed_up_at",
    "cases_closed": "closed_at",
    "days_to_present": "presented_at",
    "days_to_recommend": "recommended_at",
    "days_to_follow_up": "followed_up_at",
    "days_to_close": "closed_at",
}


def _case_rows(measure: str, choice: Choice, sessions: Sequence[Held], counts: Mapping[int, Counted]) -> Rows:
    lines = [
        Line((each.shown, WORDS[State(each.state)], each.sent_at, each.presented_at, each.recommended_at, each.followed_up_at,
              each.closed_at))
        for each in _stepped(choice, _cases(choice), _STEPS[measure])
    ]  # fmt: skip
    how = {
        "days_to_present": "The median of the days from “Sent” to “Presented”.",
        "days_to_recommend": "The median of the days from “Presented” to “Recommendations sent”.",
        "days_to_follow_up": "The median of the days from “Recommendations sent” to “First follow-up”.",
        "days_to_close": "The median of the days from “Sent” to “Closed”.",
    }.get(measure, "")
    columns = ("Case", "Now", "Sent", "Presented", "Recommendations sent", "First follow-up", "Closed")
    return given(lines, columns, how)


def _recommendation_rows(
    measure: str, choice: Choice, sessions: Sequence[Held], counts: Mapping[int, Counted]
) -> Rows:
    written = _recommendations(choice)
    if measure in ("recommendations_tried", "recommendations_adopted"):
        written = [each for each in written if each.answer is not None]
    lines = [
        Line((each.case, each.sent_at, each.words, ANSWER_WORDS[each.answer] if each.answer else ""))
        for each in written
    ]
    how = {
        "recommendations_answered": "Those with something under “What became of it”, divided by all lines.",
        "recommendations_tried": "Those without “Not yet” under “What became of it”, divided by all lines.",
        "recommendations_adopted": "Those with “Adopted” under “What became of it”, divided by all lines.",
    }.get(measure, "")
    return given(lines, ("Case", "Sent", "Recommendation", "What became of it"), how)


_MAKERS = {
    "echo_members": _member_rows,
    "echo_organizations": _organization_rows,
    "echo_attendance": _presence_rows,
    "echo_goal": _member_rows,
    "echo_drop_out": _member_rows,
    "cases_sent": _case_rows,
    "cases_presented": _case_rows,
    "organizations_presented": _organization_rows,
    "cases_recommended": _case_rows,
    "cases_followed_up": _case_rows,
    "cases_closed": _case_rows,
    "days_to_present": _case_rows,
    "days_to_recommend": _case_rows,
    "days_to_follow_up": _case_rows,
    "days_to_close": _case_rows,
    "recommendations": _recommendation_rows,
    "recommendations_answered": _recommendation_rows,
    "recommendations_tried": _recommendation_rows,
    "recommendations_adopted": _recommendation_rows,
}

NAMES = tuple(_MAKERS)
