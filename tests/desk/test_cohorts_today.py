"""The front page of whoever leads a cohort, reads its cases, or advises it: what waits for them, and what comes next."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.base.now import frozen
from jam.cases.rules import State
from jam.cohorts import members
from jam.cohorts.rules import Role
from jam.vocabulary.actions import add_first_terms
from tests import makers
from tests.cases.brought import BY, case, faculty, member
from tests.clients import Client
from tests.outcomes.followed import sent_case

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

NOON = makers.utc("2026-12-01 17:00")


@pytest.fixture(autouse=True)
def _vocabulary(db_session: scoped_session[Session]) -> None:
    add_first_terms(by=BY)


def lines(client: Client) -> list[tuple[str, str]]:
    """Urgency and words of each line of the page, and where each leads."""
    page = client.get("/desk/").text
    words = r'todo-urgency">(.*?)<.*?todo-text">(.*?)</p>'
    return [(urgency, unescape(text)) for urgency, text in re.findall(words, page, re.DOTALL)]


def test_each_of_a_faculty_sees_what_waits_for_them(
    client: Client, db_session: scoped_session[Session]
) -> None:
    with frozen(NOON - timedelta(days=8)):
        of = makers.cohort()
        session = makers.cohort_event(of, starts_at=NOON + timedelta(days=9), title="First-year turnover")
        accounts = {role: faculty(of, role) for role in (Role.FACILITATOR, Role.COORDINATOR, Role.EXPERT)}
        case(member(of, "Alder Clinic"), State.SUBMITTED)
        case(member(of, "Birch Clinic"), State.APPROVED)
        planned = case(member(of, "Cedar Clinic"), State.SCHEDULED, session)
    db.session.commit()
    released = ("Soon", "2 cases are released to you, and not opened yet")
    to_plan = ("Soon", "1 approved case has no session")
    with frozen(NOON):
        client.sign_in(accounts[Role.COORDINATOR])
        assert lines(client) == [("Now", "1 case waits to be read"), to_plan]
        client.sign_in(accounts[Role.FACILITATOR])
        assert lines(client) == [to_plan, released]
        client.sign_in(accounts[Role.EXPERT])
        assert lines(client) == [released]
        assert f"{of.name}: {planned.shown}" in client.get("/desk/").text
        assert planned.shown in client.get("/desk/cases").text

        client.submit(f"/cohorts/{of.slug}/cases/{planned.code}", {}, form=planned.code)
        assert lines(client) == [("Later", "1 case is released to you, and not opened yet")]
        assert planned.shown not in client.get("/desk/cases").text


def test_a_case_whose_session_has_begun_asks_whether_it_was_presented(
    client: Client, db_session: scoped_session[Session]
) -> None:
    with frozen(NOON - timedelta(days=8)):
        of = makers.cohort()
        session = makers.cohort_event(of, starts_at=NOON - timedelta(hours=1))
        lead = faculty(of, Role.FACILITATOR)
        planned = case(member(of), State.SCHEDULED, session)
    db.session.commit()
    with frozen(NOON):
        client.sign_in(lead)
        assert lines(client)[0] == ("Now", f"Was {planned.shown} presented?")


def test_a_planned_case_whose_presenter_left_is_told_at_once(
    client: Client, db_session: scoped_session[Session]
) -> None:
    with frozen(NOON - timedelta(days=8)):
        of = makers.cohort()
        session = makers.cohort_event(of, starts_at=NOON + timedelta(days=9))
        lead, who = faculty(of, Role.FACILITATOR), member(of)
        planned = case(who, State.SCHEDULED, session)
        members.leave(who, by=BY)
    db.session.commit()
    with frozen(NOON):
        client.sign_in(lead)
        assert ("Now", f"Who brings {planned.shown} is no member any more") in lines(client)
        assert "Its presenter has left" in client.get(f"/desk/cohorts/{of.slug}/cases").text
        page = client.get(f"/desk/cohorts/{of.slug}/cases/{planned.code}/session").text
        assert "Its presenter is no member of the cohort any more" in page


def test_a_presented_case_whose_presenter_left_is_told_by_what_is_still_to_come(
    client: Client, db_session: scoped_session[Session]
) -> None:
    of = makers.cohort()
    lead, who = faculty(of, Role.FACILITATOR), member(of)
    held, (asked, _), (none, _) = case(who, State.PRESENTED), sent_case(who), sent_case(who, words=())
    members.leave(who, by=BY)
    db.session.commit()
    client.sign_in(lead)
    page = " ".join(re.sub(r"<[^>]+>", " ", client.get("/desk/").text).split())
    left = f"Who brings %s is no member any more {of.name}. "
    assert left % held.shown + "What the group recommends would go to who left." in page
    assert left % asked.shown + "Nobody is asked what became of it." in page
    assert f"Who brings {none.shown}" not in page
