"""What is counted of an ECHO and of volunteers, against figures worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.base.now import frozen
from jam.cases import actions as cases
from jam.cases.models import EchoCase
from jam.cases.rules import State
from jam.cohorts.models import CohortMember
from jam.cohorts.rules import Standing
from jam.outcomes.models import CaseFollowUp, CaseOutcome, CaseRecommendation
from jam.privacy.actions import erase
from jam.proposals import decisions
from jam.proposals.rules import State as Step
from jam.statistics.choice import Choice
from jam.statistics.counting import Given
from jam.statistics.measures import MEASURES, Told
from jam.statistics.queries import breakdowns, statistics
from jam.statistics.rows import rows
from jam.vocabulary.actions import add_first_terms
from tests import makers
from tests.clients import Client
from tests.makers import BY, utc
from tests.proposals import offers
from tests.statistics import world
from tests.statistics.world import TODAY

ECHO = {
    "echo_members": 4,
    "echo_organizations": 2,
    "echo_attendance": 0.6667,  # two, none, one and one, of two, one, one and two
    "echo_goal": 0.5,
    "echo_drop_out": 0.25,
    "cases_sent": 2,
    "cases_presented": 2,
    "organizations_presented": 2,
    "cases_recommended": 1,
    "cases_followed_up": 1,
    "cases_closed": 0,
    "days_to_present": 23.0,  # 21 and 25
    "days_to_recommend": 2.0,
    "days_to_follow_up": 29.8,  # thirty less a quarter
    "days_to_close": None,
    "recommendations": 2,
    "recommendations_answered": 0.5,
    "recommendations_tried": 1.0,
    "recommendations_adopted": 1.0,
}


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with frozen(TODAY):
        yield


def brought(member: CohortMember, state: State, **times: str) -> EchoCase:
    """A case that stands here, with the instants of its steps."""
    made = cases.begin(member, by=BY)
    made.state = state
    for name, at in times.items():
        setattr(made, name, utc(f"{at} 18:00"))
    db.session.flush()
    return made


def recommended(case: EchoCase, words: str, **columns: object) -> CaseRecommendation:
    made = CaseRecommendation(
        case_id=case.id,
        client_id=words,
        position=1,
        words=words,
        captured_at=TODAY,
        captured_by=BY,
        **columns,
    )
    db.session.add(made)
    return made


def make_echo() -> list[CohortMember]:
    """Four members of two organizations at three sessions, the last without a report; committed.

    One joined in October, one left in October. One case was followed up, one was presented, one is a draft.
    """
    add_first_terms(by=BY)
    cohort = makers.cohort()
    first, second, third = makers.admitted(cohort, "Alder Clinic").team
    [fourth] = makers.admitted(cohort, "Birch Center", 1).team
    for member in (first, third, fourth):
        member.joined_at = utc("2026-09-01 12:00")
    second.joined_at = utc("2026-10-10 12:00")
    third.standing, third.left_at = Standing.LEFT, utc("2026-10-12 12:00")
    for day, came in (("10-01", (first, third)), ("10-15", (first, fourth)), ("11-05", None)):
        event = makers.cohort_event(cohort, starts_at=utc(f"2026-{day} 18:00"))
        if came:
            makers.reported(event, *(makers.registration_at(event, member) for member in came))
    whole = brought(
        first,
        State.FOLLOWED_UP,
        sent_at="2026-09-10",
        presented_at="2026-10-01",
        recommendations_sent_at="2026-10-03",
    )
    adopted, _ = recommended(whole, "Pay for the drive."), recommended(whole, "Ask the county.")
    recommended(whole, "Give up.", removed_at=TODAY)
    asked = CaseFollowUp(
        case_id=whole.id, days=30, due_on=date(2026, 11, 1), answered_at=utc("2026-11-02 12:00")
    )
    asked.outcomes.append(
        CaseOutcome(recommendation=adopted, answer="adopted", answered_at=utc("2026-11-02 12:00"))
    )
    db.session.add(asked)
    recommended(
        brought(fourth, State.PRESENTED, sent_at="2026-09-20", presented_at="2026-10-15"), "Not sent yet."
    )
    brought(fourth, State.DRAFT)
    db.session.commit()
    return [first, second, third, fourth]


def told(choice: Choice, of: Told) -> dict[str, object]:
    found = statistics(choice).measures
    return {name: value for name, value in found.items() if MEASURES[name].told is of}


def test_an_echo_in_figures(db_session: scoped_session[Session]) -> None:
    make_echo()
    choice = Choice("echo")
    assert told(choice, Told.ECHO) == ECHO
    assert told(Choice(cohort="cohort-3"), Told.ECHO) == ECHO
    assert told(Choice(), Told.ECHO) == told(Choice("jam") if makers.program() else Choice(), Told.ECHO) == {}
    assert set(told(Choice("echo", given=Given(state="OH")), Told.ECHO).values()) == {None}
    november = told(Choice("echo", date(2026, 11, 1), date(2026, 11, 30)), Told.ECHO)
    assert november == dict.fromkeys(ECHO) | dict.fromkeys(
        ("cases_sent", "cases_presented", "organizations_presented", "cases_recommended", "cases_closed", "recommendations"), 0
    ) | {"echo_members": 3, "echo_organizations": 2, "echo_drop_out": 0.0, "cases_followed_up": 1, "days_to_follow_up": 29.8}  # fmt: skip


def test_the_lines_make_the_figures_of_an_echo(db_session: scoped_session[Session]) -> None:
    make_echo()
    choice = Choice("echo")
    lines = {name: rows(name, choice).all() for name in ECHO}
    counted = {name for name in ECHO if MEASURES[name].unit not in ("share", "days")}
    assert {name: len(lines[name]) for name in counted} == {name: ECHO[name] for name in counted}
    for name, place, word in (
        ("echo_attendance", 4, "Yes"), ("echo_goal", 4, "Yes"), ("recommendations_adopted", 3, "Adopted"),
    ):  # fmt: skip
        cells = [line.cells[place] for line in lines[name]]
        assert round(cells.count(word) / len(cells), 4) == ECHO[name]
    assert [line.cells[5] is None for line in lines["echo_drop_out"]].count(False) == 1
    assert {len(rows(name, Choice("echo", given=Given(state="OH"))).all()) for name in ECHO} == {0}


def test_the_figures_of_an_echo_survive_erasure(db_session: scoped_session[Session]) -> None:
    for member in make_echo():
        erase(member.person, by=BY)
    db.session.commit()
    with frozen(TODAY + timedelta(days=1)):
        assert told(Choice("echo"), Told.ECHO) == ECHO


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_volunteers_in_figures(db_session: scoped_session[Session], client: Client) -> None:
    world.make_world()
    with frozen(utc("2026-09-01 12:00")):
        taken, waiting, not_now = (offers.proposal(address=f"volunteer{n}@people.example") for n in range(3))
    with frozen(utc("2026-09-11 12:00")):
        decisions.decide(taken, Step.ACCEPTED, "", by=BY)
        decisions.release([taken], by=BY)
    with frozen(utc("2026-09-13 12:00")):
        decisions.decide(not_now, Step.NOT_NOW, "", by=BY)
        decisions.release([not_now], by=BY)
    db.session.commit()
    assert told(Choice("jam"), Told.VOLUNTEERS) == {
        "proposals": 3, "proposals_waiting": 1, "proposals_accepted": 0.3333, "proposals_presented": 0, "decision_days": 11.0,
    }  # fmt: skip
    assert told(Choice("jam", date(2026, 9, 2)), Told.VOLUNTEERS)["decision_days"] is None
    assert breakdowns(Choice("jam")).by_step == [
        (Step.RECEIVED, "Received", 1), (Step.ACCEPTED, "Accepted", 1), (Step.NOT_NOW, "Not now", 1),
    ]  # fmt: skip
    assert [line.cells[4] for line in rows("decision_days", Choice("jam")).all()] == [10.0, 12.0]
    makers.sign_in(client)
    assert "1 line." in client.get("/desk/statistics/rows/proposals?program=jam&of=step:received").text
    assert waiting.state == Step.RECEIVED
