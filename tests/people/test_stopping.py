"""Letters that are not about a seat somebody holds carry the way to stop them, and one click is enough."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.base.now import now
from jam.mail import kinds
from jam.mail.actions import hold
from jam.mail.compose import compose
from jam.mail.models import Letter
from jam.mail.rules import State
from jam.people import actions
from jam.people.models import Person
from jam.people.rules import Stop
from jam.privacy.actions import erase
from jam.registration import actions as registrations
from jam.registration import group
from jam.registration.models import Registration
from jam.registration.roster import Asked
from tests import makers
from tests.cases_once import cases_once
from tests.clients import Client
from tests.mail.letters import letter
from tests.rows import every_row

Db = scoped_session[Session]

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def seat(db_session: Db) -> Registration:
    made = makers.registration(makers.event(title="Peers"), "ana@clinic.example", "Ana Lee")
    db_session.commit()
    return made


def path_of(person: Person, what: Stop) -> str:
    return kinds.resolve(what, person.id).removeprefix("http://jam.example")


def mail_of(one: Letter) -> EmailMessage:
    read = message_from_bytes(bytes(compose(one, "Jam <jam@jam.example>", now()).message), policy=policy.SMTP)
    assert isinstance(read, EmailMessage)
    return read


def test_a_reminder_carries_the_way_out_and_a_seats_letter_never(
    app: Flask, seat: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(kinds._stoppable, "sign-in", Stop.REMINDERS)  # stands for a reminder
    app.config["BASE_URL"] = "https://" + "a-very-long-name." * 4 + "jam.example"
    reminder, about_seat = (
        letter(),
        db.session.scalars(select(Letter).where(Letter.kind == "registered")).one(),
    )
    raw = bytes(compose(reminder, "Jam <jam@jam.example>", now()).message)
    url = kinds.resolve(Stop.REMINDERS, reminder.recipient_id)
    assert f"\r\nList-Unsubscribe: <{url}>\r\n".encode() in raw, "whole, however long"
    mail = mail_of(reminder)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for part in ("plain", "html"):
        body = mail.get_body((part,))
        assert body is not None
        assert url in body.get_content()
    assert not {"List-Unsubscribe", "List-Unsubscribe-Post"} & set(mail_of(about_seat).keys())
    assert "Stop letters" not in about_seat.html


def test_without_https_there_is_no_header_but_the_link_stays(
    seat: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(kinds._stoppable, "sign-in", Stop.REMINDERS)
    mail = mail_of(letter())
    assert mail["List-Unsubscribe"] is None
    assert mail["List-Unsubscribe-Post"] is None
    text = mail.get_body(("plain",))
    assert text is not None
    assert "To stop letters like this one: http://jam.example/letters/stop/" in text.get_content()


@pytest.mark.parametrize("what", list(Stop))
def test_a_mail_program_stops_them_by_one_post(app: Flask, seat: Registration, what: Stop) -> None:
    path = path_of(seat.person, what)
    for content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        answer = app.test_client().post(path, data=ONE_CLICK, content_type=content_type)
        assert (answer.status_code, answer.location) == (200, None)
        assert answer.headers["Cache-Control"] == "no-store"
        db.session.rollback()
        assert [seat.person.reminders, seat.person.follow_ups, seat.person.review_letters] == [
            each is not what for each in Stop
        ]


def test_somebody_looks_stops_and_takes_it_back(client: Client, seat: Registration, db_session: Db) -> None:
    path, before = path_of(seat.person, Stop.REMINDERS), every_row()
    page = client.get(path).text
    assert "Stop reminders?" in page
    assert "Ana" not in page
    db_session.rollback()
    assert every_row() == before, "looking changes nothing"
    assert client.submit(path, {"do": "stop"}).location == path
    page = client.get(path).text
    assert "You get no reminders any more" in page
    assert "Mails about your seats still come" in page
    db_session.rollback()
    assert not seat.person.reminders
    client.submit(path, {"do": "again"})
    db_session.rollback()
    assert seat.person.reminders
    assert seat.person.follow_ups


def test_what_has_not_left_is_withdrawn_and_nothing_else(
    app: Flask, seat: Registration, monkeypatch: pytest.MonkeyPatch, db_session: Db
) -> None:
    monkeypatch.setitem(kinds._stoppable, "sign-in", Stop.REMINDERS)
    due, held, sent, other = (letter(due_at=now() + timedelta(days=1)) for _ in range(4))
    for each in (due, held, sent):
        each.recipient_id = seat.person_id
    hold([held], "A look first.", by=makers.BY)
    sent.state = State.SENT
    about_seat = db_session.scalars(select(Letter).where(Letter.kind == "registered")).one()
    db_session.commit()
    app.test_client().post(path_of(seat.person, Stop.REMINDERS), data=ONE_CLICK)
    db_session.rollback()
    assert [each.state for each in (due, held, sent, other, about_seat)] == [
        State.WITHDRAWN, State.WITHDRAWN, State.SENT, State.DUE, State.DUE,
    ]  # fmt: skip
    assert due.reason == "The recipient wants no letters like this one any more."


def test_the_link_lives_on_in_whoever_the_person_became(
    client: Client, seat: Registration, db_session: Db
) -> None:
    gone = makers.person("ana@home.example")
    path = path_of(gone, Stop.FOLLOW_UPS)
    actions.merge(seat.person, gone, by=makers.BY)
    db_session.commit()
    client.post(path, data=ONE_CLICK)
    db_session.rollback()
    assert (seat.person.follow_ups, gone.follow_ups) == (False, True)


def test_who_stopped_letters_under_one_address_gets_none_after_a_merge(
    client: Client, seat: Registration, db_session: Db
) -> None:
    gone = makers.person("ana@home.example")
    db_session.commit()
    client.post(path_of(gone, Stop.REMINDERS), data=ONE_CLICK)
    db_session.rollback()
    actions.merge(seat.person, gone, by=makers.BY)
    assert (seat.person.reminders, seat.person.follow_ups) == (False, True)


def test_whoever_was_erased_gets_nothing_and_the_row_stays_empty(
    client: Client, seat: Registration, db_session: Db
) -> None:
    path = path_of(seat.person, Stop.FOLLOW_UPS)
    erase(seat.person, by=makers.BY)
    db_session.commit()
    before = every_row()
    answer = client.post(path, data=ONE_CLICK)
    assert answer.status_code == 200
    assert "You get no follow-ups any more" in answer.text
    assert every_row() == before


@cases_once("token", ["", "x", "A" * 28, "A" * 27 + "zzzzzz", "\x00", "A" * 500], both=("x", "\x00"))
def test_a_broken_link_stops_nothing(client: Client, seat: Registration, db_session: Db, token: str) -> None:
    before = every_row()
    assert client.post(f"/letters/stop/{token}", data=ONE_CLICK).status_code == 404
    foreign = path_of(seat.person, Stop.REMINDERS)[:-1] + "z"
    assert client.post(foreign, data=ONE_CLICK).status_code == 404
    db_session.rollback()
    assert every_row() == before


def test_a_group_without_seats_can_stop_its_letters_and_then_gets_none(
    seat: Registration, db_session: Db
) -> None:
    event = seat.event
    ben = makers.registration(event, "ben@clinic.example", "Ben Ode")
    registrations.cancel(ben, by=makers.BY)
    words, everybody = group.wording("What we heard", "Hello {name}"), Asked()
    without = Asked(status="cancelled")
    group.send(event, group.recipients(event, everybody), words, mark="a", by=makers.BY)
    group.send(event, group.recipients(event, without), words, mark="b", by=makers.BY)
    links = {
        each.to_name: each.links.get("stop")
        for each in db_session.scalars(select(Letter).where(Letter.kind == "group"))
    }
    assert links == {"Ana Lee": None, "Ben Ode": [Stop.FOLLOW_UPS, ben.person_id]}
    ben.person.follow_ups = seat.person.follow_ups = False
    db_session.flush()
    assert group.recipients(event, without) == []
    assert group.recipients(event, everybody) == [seat]
