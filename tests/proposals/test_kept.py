"""What was put off comes up again when its lever does: as a suggestion, and only staff take it up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base.now import frozen, now
from jam.mail.models import Letter
from jam.proposals import kept
from jam.proposals.models import Proposal
from jam.proposals.rules import Kind, State
from jam.schedule import actions as schedule
from jam.schedule.given import EventFields
from jam.schedule.models import Event
from jam.vocabulary.actions import add_first_terms
from jam.vocabulary.models import Term
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind as TermKind
from tests import makers
from tests.clients import Client
from tests.proposals.offers import in_days, proposal

Db = scoped_session[Session]
BY = "command"
sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def levers(db_session: Db) -> list[Term]:
    add_first_terms(by=BY)
    return list(terms(TermKind.LEVER))


def put_off(lever: Term, title: str = "Put off", state: State = State.NOT_NOW, **more: object) -> Proposal:
    return proposal(state, title=title, term_ids=[lever.id], **more)


def session(lever: Term, days: int, title: str = "A Jam") -> Event:
    event = makers.event(title=title, starts_at=in_days(days))
    schedule.edit_event(event, EventFields(title=title), [lever], by=BY)
    return event


def found() -> list[tuple[str, list[str]]]:
    return [(each.event.title if each.event else each.topics, [one.title for one in each.proposals])
            for each in kept.fits()]  # fmt: skip


def test_a_session_that_takes_up_its_lever_brings_it_up(db_session: Db, levers: list[Term]) -> None:
    pay, other = levers[-1], levers[-2]
    put_off(pay, "One")
    put_off(pay, "Two")
    put_off(pay, "Only to share", kind=Kind.SHARE)
    put_off(pay, "Accepted", State.ACCEPTED)
    put_off(other, "Something else")
    session(pay, 40, "January")
    session(levers[0], 20, "December")
    assert found()[0] == ("January", ["One", "Two"])
    assert [title for title, _ in found()].count("December") == 0


@sqlite
def test_a_lever_that_hardly_came_up_brings_it_up(db_session: Db, levers: list[Term]) -> None:
    for lever in levers[1:]:
        with frozen(now() - timedelta(days=40)):
            session(lever, 10)
    put_off(levers[0], "Kept")
    assert found() == [(levers[0].name, ["Kept"])]


@sqlite
def test_a_session_without_room_suggests_nothing(db_session: Db, levers: list[Term]) -> None:
    pay = levers[-1]
    event = session(pay, 40, "Full")
    kept_one = put_off(pay)
    talk = put_off(levers[0], "On stage", State.ACCEPTED)
    from jam.proposals import stage

    stage.put_on(talk, event, None, event.minutes, by=BY)
    assert [title for title, _ in found() if title == "Full"] == []
    assert kept_one.state == "not-now"


def test_one_button_takes_it_up_with_a_letter_that_says_why(
    client: Client, db_session: Db, levers: list[Term]
) -> None:
    pay = levers[-1]
    one, two = put_off(pay, "One"), put_off(pay, "Two")
    session(pay, 40, "A secret title")
    makers.sign_in(client)
    today = client.get("/desk/").text
    assert f"2 kept proposals fit “A secret title” on {pay.name}" in today
    assert client.get("/desk/proposals/kept").text.count("Look at it again") >= 2
    for _ in range(2):
        client.submit(
            "/desk/proposals/kept",
            {"do": "again", "fit": f"session-{_session_id(db_session)}", "code": one.code},
        )
        db_session.expire_all()
        assert (one.state, two.state) == ("in-review", "not-now")
    [letter] = db_session.scalars(select(Letter).where(Letter.kind == "proposal-reopened"))
    assert f"A session on {pay.name} is being planned" in letter.text
    assert "A secret title" not in letter.text  # a draft's title is nobody's to read yet


def _session_id(db_session: Db) -> int:
    return db_session.scalars(select(Event.id).where(Event.title == "A secret title")).one()


@sqlite
def test_what_staff_leave_rests_for_three_months(client: Client, db_session: Db, levers: list[Term]) -> None:
    made = put_off(levers[-1])
    session(levers[-1], 200)
    makers.sign_in(client)
    answer = client.submit("/desk/proposals/kept", {"do": "leave", "code": made.code}, follow_redirects=True)
    assert "is not suggested for three months" in answer.text
    db_session.expire_all()
    assert made.state == "not-now"
    assert found() == []
    with frozen(now() + timedelta(days=91)):
        assert found()[0][1] == ["Put off"]


@sqlite
def test_looking_asks_the_same_however_much_is_kept(db_session: Db, levers: list[Term]) -> None:
    counted = []
    for number in range(2):
        for each in range(1 + 3 * number):
            put_off(levers[each], f"Kept {number} {each}")
            session(levers[each], 30 + each)
        db_session.commit()
        db_session.expire_all()
        with makers.statements() as asked:
            kept.fits()
        counted.append(len(asked))
    assert counted[0] == counted[1] <= 12
