"""A plan of cases through its page: proposed, edited, looked at, accepted in part, taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base.errors import Refused
from jam.base.now import frozen, now
from jam.cases import planning, plans
from jam.cases.models import EchoCase
from jam.cases.rules import State
from jam.cohorts.rules import Role
from jam.mail.models import Letter
from jam.schedule.models import Event
from jam.vocabulary.actions import add_first_terms
from tests import makers
from tests.cases.brought import BY, case, faculty, member
from tests.clients import Client
from tests.forms import forms_of

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
Db = scoped_session[Session]
PATH = "/desk/cohorts/cohort-3/plan"


@pytest.fixture
def world(db_session: Db, client: Client) -> tuple[list[Event], list[EchoCase]]:
    """Two sessions to come with two slots each, and three approved cases of two organizations; a facilitator is here."""
    add_first_terms(by=BY)
    cohort = makers.cohort()
    events = [makers.cohort_event(cohort, starts_at=now() + timedelta(days=30 * n)) for n in (1, 2)]
    cedar, lake = member(cohort), member(cohort, "Lakeside Clinic")
    with frozen(now() - timedelta(days=3)):
        cases = [case(cedar, State.APPROVED), case(lake, State.APPROVED), case(cedar, State.APPROVED)]
    lead = faculty(cohort, Role.FACILITATOR)
    db_session.commit()
    client.sign_in(lead)
    return events, cases


def letters(db_session: Db, kind: str) -> list[str]:
    return list(db_session.scalars(select(Letter.state).where(Letter.kind == kind).order_by(Letter.id)))


def sent(page: str, path: str = PATH) -> dict[str, list[str]]:
    """What the form of a page would send."""
    return next(each for each in forms_of(page) if each.action == path).values


def test_a_plan_is_proposed_edited_looked_at_and_accepted(
    client: Client, db_session: Db, world: tuple[list[Event], list[EchoCase]]
) -> None:
    (first, second), (one, _, three) = world
    proposed = sent(client.get(PATH).text)
    assert {name: proposed[f"session_{each.code}"] for name, each in zip("123", world[1], strict=True)} == {
        "1": [str(first.id)],
        "2": [str(first.id)],
        "3": [str(second.id)],
    }
    # By hand: both of one organization into one session, the other waits.
    typed = {f"session_{three.code}": str(first.id), "take": [one.code, three.code], "do": "look"}
    page = client.submit(PATH, typed).text
    assert "One organization would bring two cases. You can still plan it so." in page
    assert "2 presenters get a letter" in page
    db_session.expire_all()
    assert [each.state for each in world[1]] == [State.APPROVED] * 3
    assert letters(db_session, "case-scheduled") == []
    # Changing it keeps what was chosen.
    kept = sent(client.post(PATH, data={**sent(page), "do": "change"}).text)
    assert (kept[f"session_{three.code}"], kept["take"]) == ([str(first.id)], [one.code, three.code])
    answer = client.post(PATH, data={**sent(page), "do": "accept"})
    assert (answer.status_code, answer.location) == (303, PATH)
    db_session.expire_all()
    assert [each.event_id for each in world[1]] == [first.id, None, first.id]
    assert letters(db_session, "case-scheduled") == ["due", "due"]
    due = db_session.scalars(select(Letter.due_at).where(Letter.kind == "case-scheduled")).all()
    assert all(each > now() + timedelta(minutes=8) for each in due)
    # Pressed twice: what changed is shown, and nothing happens again.
    assert client.post(PATH, data={**sent(page), "do": "accept"}).status_code in (400, 409)
    assert len(letters(db_session, "case-scheduled")) == 2


def test_a_plan_that_is_taken_back_in_time_tells_nobody_anything(
    client: Client, db_session: Db, world: tuple[list[Event], list[EchoCase]]
) -> None:
    (_, second), cases = world
    since = [each.state_at for each in cases]
    page = client.submit(PATH, {"do": "look"}).text
    client.post(PATH, data={**sent(page), "do": "accept"})
    db_session.expire_all()
    assert {each.state for each in cases} == {State.SCHEDULED}
    # One gets another session by hand, so it stays there.
    plans.put_on(cases[1], second, by=BY)
    db_session.commit()
    page = client.submit(PATH, {}, form="/plan/undo", follow_redirects=True).text
    assert "2 cases wait for a session again." in page
    assert f"Something was done with {cases[1].shown} since" in page
    db_session.expire_all()
    assert [(each.state, each.event_id, each.state_at) for each in (cases[0], cases[2])] == [
        (State.APPROVED, None, since[0]),
        (State.APPROVED, None, since[2]),
    ]
    assert cases[1].event_id == second.id
    assert sorted(letters(db_session, "case-scheduled")) == ["due", "withdrawn", "withdrawn", "withdrawn"]
    assert letters(db_session, "case-unscheduled") == []


def test_a_plan_that_is_taken_back_late_is_told(
    client: Client, db_session: Db, world: tuple[list[Event], list[EchoCase]]
) -> None:
    events, cases = world
    cohort = cases[0].cohort
    planning.accept(cohort, {cases[0].id: events[0].id}, by=BY)
    letter = db_session.scalars(select(Letter).where(Letter.kind == "case-scheduled")).one()
    letter.state = "sent"
    db_session.commit()
    client.submit(PATH, {}, form="/plan/undo")
    assert letters(db_session, "case-unscheduled") == ["due"]
    assert client.post(f"{PATH}/undo", data={"batch": "none of ours"}).status_code in (303, 400)


def test_what_changed_since_the_look_is_shown_before_anything_happens(
    client: Client, db_session: Db, world: tuple[list[Event], list[EchoCase]]
) -> None:
    (first, _), (one, _, three) = world
    page = client.submit(PATH, {"take": [one.code], "do": "look"}).text
    plans.put_on(three, first, by=BY)  # a colleague, meanwhile
    db_session.commit()
    answer = client.post(PATH, data={**sent(page), "do": "accept"})
    assert answer.status_code == 409
    assert "Something changed since you looked" in answer.text
    assert "One organization would bring two cases" in answer.text
    db_session.expire_all()
    assert one.state == State.APPROVED


def test_a_case_that_a_colleague_planned_meanwhile_is_not_moved(
    db_session: Db, world: tuple[list[Event], list[EchoCase]], monkeypatch: pytest.MonkeyPatch
) -> None:
    (first, second), (one, *_) = world
    stale = planning.board(one.cohort)  # what the second of them had read
    planning.accept(one.cohort, {one.id: first.id}, by=BY)
    db_session.commit()
    monkeypatch.setattr(planning, "board", lambda cohort: stale)
    with pytest.raises(Refused, match="changed meanwhile"):
        planning.accept(one.cohort, {one.id: second.id}, by=BY)
    db_session.rollback()
    assert (one.state, one.event_id) == (State.SCHEDULED, first.id)


def test_the_page_asks_the_same_however_many_there_are(
    client: Client, db_session: Db, world: tuple[list[Event], list[EchoCase]]
) -> None:
    client.get(PATH)
    with makers.statements() as few:
        client.get(PATH)
    cohort = world[1][0].cohort
    for number in range(4):
        case(member(cohort, f"Clinic {number}"), State.APPROVED)
        makers.cohort_event(cohort, starts_at=now() + timedelta(days=100 + number))
    db_session.commit()
    with makers.statements() as many:
        assert client.get(PATH).text.count('class="form-select"') == 7
    assert len(many) == len(few) <= 40


def test_an_empty_cohort_says_so(client: Client, db_session: Db) -> None:
    makers.cohort()
    makers.sign_in(client)
    page = client.get(PATH).text
    assert "No approved case waits for a session." in page
    assert "No organization has members yet." in page
