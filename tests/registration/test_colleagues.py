"""Registering colleagues: who is told what, and how somebody takes it back."""

from __future__ import annotations

import json
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base.words import when
from jam.base.zones import EASTERN
from jam.mail.kinds import resolve
from jam.mail.models import Letter
from jam.people.models import Address
from jam.privacy.actions import erase
from jam.privacy.queries import export_of
from jam.registration import actions, bulk, seats
from jam.registration.models import Registration
from jam.schedule import actions as schedule
from jam.schedule.models import Event
from tests import makers
from tests.cases_once import cases_once
from tests.clients import Client
from tests.forms import forms_of
from tests.rows import every_row

Db = scoped_session[Session]
DAY = timedelta(days=1)

ANA = {"email": "ana@clinic.example", "name": "Ana Lee", "organization": "Riverside Clinic", "state": "OH"}


@pytest.fixture
def event(db_session: Db) -> Event:
    """A session in thirty days."""
    made = makers.event()
    db_session.commit()
    return made


def path(event: Event) -> str:
    return f"/sessions/{event.slug}/register/colleagues"


def rows(*people: tuple[str, str]) -> dict[str, str]:
    """The fields of these colleagues, as name and address."""
    return {
        f"colleagues-{number}-{field}": typed
        for number, person in enumerate(people)
        for field, typed in zip(("name", "email"), person, strict=True)
    }


BEN, CAL = ("Ben Ode", "ben@clinic.example"), ("Cal Roe", "cal@clinic.example")


def letters(db_session: Db) -> list[tuple[str, str]]:
    return [(each.kind, each.to_address) for each in db_session.scalars(select(Letter).order_by(Letter.id))]


def test_each_colleague_gets_a_seat_and_a_letter_that_says_who_did_it(
    client: Client, db_session: Db, event: Event
) -> None:
    answer = client.submit(path(event), {**ANA, **rows(BEN, CAL)})
    assert (answer.status_code, answer.location) == (303, f"/sessions/{event.slug}/registered/colleagues")
    ana = makers.person("ana@clinic.example")
    seats = db_session.scalars(select(Registration).order_by(Registration.id)).all()
    assert [
        (each.name, each.person.address, each.organization, each.state, each.source, each.status, each.registered_by_id)
        for each in seats
    ] == [
        (name, address, "Riverside Clinic", "OH", "colleague", "confirmed", ana.id) for name, address in (BEN, CAL)
    ]  # fmt: skip
    told = db_session.scalars(select(Letter).order_by(Letter.id)).all()
    assert [(each.kind, each.to_address, each.parts[0].method) for each in told] == [
        ("registered-by", BEN[1], "REQUEST"),
        ("registered-by", CAL[1], "REQUEST"),
    ]
    assert told[0].text.startswith(f"Hello {BEN[0]},\n\nAna Lee registered you for")
    assert [word for word in ("Cal", "cal@", "ana@") if word in told[0].text] == []
    page = client.get(answer.location).text
    assert [word for word in ("Ana Lee", "Ben Ode", "Cal Roe", "clinic.example") if word in page] == []


@pytest.mark.parametrize("full", [False, True], ids=["a seat", "a place in the queue"])
@pytest.mark.parametrize("off", [False, True], ids=["moved", "called off, on again, and moved"])
def test_a_session_that_moves_before_the_letter_left_sends_one_that_is_right(
    client: Client, db_session: Db, event: Event, full: bool, off: bool
) -> None:
    if full:
        event.capacity, event.waiting_list = 1, True
        makers.registration(event, "seated@people.example")
        db_session.commit()
    client.submit(path(event), {**ANA, **rows(BEN)})
    to_ben = select(Letter).where(Letter.to_address == BEN[1])
    first = db_session.scalars(to_ben).one()
    if off:
        schedule.cancel(event, by=makers.BY)
        schedule.reinstate(event, by=makers.BY)
    schedule.move(event, event.starts_at + DAY, event.ends_at + DAY, by=makers.BY)
    db_session.commit()
    letters = db_session.scalars(to_ben.where(Letter.state == "due")).all()
    assert [each.kind for each in letters] == ["registered-by"]
    assert (first.state, letters[0].id != first.id) == ("withdrawn", True)
    was, is_now = (when(event.starts_at - ago, event.ends_at - ago, EASTERN) for ago in (DAY, 0 * DAY))
    assert (was in first.text, letters[0].text) == (True, first.text.replace(was, is_now))
    assert [part.method for part in letters[0].parts] == ([] if full else ["REQUEST"])
    assert letters[0].links == first.links


def approve(seat: Registration) -> None:
    actions.approve(seat, by=makers.BY, message="Bring a case.")


def approve_when_full(seat: Registration) -> None:
    seat.event.capacity, seat.event.waiting_list, seat.event.approval = 1, True, False
    makers.registration(seat.event, "seated@people.example")
    approve(seat)


def decline(seat: Registration) -> None:
    actions.decline(seat, by=makers.BY, message="Bring a case.")


def widen(seat: Registration) -> None:
    seat.event.capacity = 2
    seats.promote(seat.event, by=makers.BY)


def offer(seat: Registration) -> None:
    seat.event.offer_hours = 24
    widen(seat)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("begins", "turn", "stands", "kinds"),
    [
        ("pending", approve, "You have a seat", ["registered-by"]),
        ("pending", approve_when_full, "you are on the waiting list", ["registered-by"]),
        ("pending", decline, "The organizers cannot give you a seat", ["registered-by"]),
        ("waiting", widen, "You have a seat", ["registered-by"]),
        ("waiting", offer, "A seat is free for you", ["registered-by", "offered"]),
    ],
)
def test_what_changes_before_the_letter_left_still_says_who_did_it(
    client: Client, db_session: Db, event: Event, begins: str, turn: Any, stands: str, kinds: list[str]
) -> None:
    event.approval = begins == "pending"
    event.capacity, event.waiting_list = (1, True) if begins == "waiting" else (None, False)
    if begins == "waiting":
        makers.registration(event, "seated@people.example")
    db_session.commit()
    client.submit(path(event), {**ANA, **rows(BEN)})
    seat = db_session.scalars(select(Registration).where(Registration.source == "colleague")).one()
    assert seat.status == begins
    turn(seat)
    db_session.commit()
    due = select(Letter).where(Letter.to_address == BEN[1], Letter.state == "due").order_by(Letter.id)
    waiting = list(db_session.scalars(due))
    assert [each.kind for each in waiting] == kinds
    first = waiting[0]
    assert first.text.startswith(f"Hello {BEN[0]},\n\nAna Lee registered you for")
    assert (stands in first.text, "not_me" in first.links) == (True, True)
    assert ("Bring a case." in first.text) == (begins == "pending")

    first.state = "sent"
    db_session.commit()
    bulk.tell(seat, by=makers.BY)
    again = db_session.scalars(due.where(Letter.kind == "registered-by")).all()
    assert again == [], "who was told is not told again"


def test_whoever_did_it_is_erased_and_the_way_out_still_works(
    client: Client, db_session: Db, event: Event
) -> None:
    client.submit(path(event), {**ANA, **rows(BEN)})
    seat = db_session.scalars(select(Registration)).one()
    link = urlsplit(resolve("not-me", seat.id)).path
    db_session.scalars(select(Letter)).one().state = "sent"
    erase(makers.person(ANA["email"]), by="command")
    db_session.commit()
    assert "Take it back" in client.get(link).text
    assert client.submit(link, {}).location == "/not-me/done"
    db_session.refresh(seat)
    assert (seat.status, seat.name) == ("cancelled", "Erased person")


def test_the_name_that_was_typed_there_is_among_the_data_of_whoever_typed_it(
    client: Client, db_session: Db, event: Event
) -> None:
    makers.person(ANA["email"], "Anastasia Lee")
    db_session.commit()
    client.submit(path(event), {**ANA, **rows(BEN)})
    mine = json.loads(export_of(makers.person(ANA["email"])))
    [colleague] = mine["parts"]["colleagues"]["items"]
    assert (colleague["session"], colleague["your_name"]) == (event.title, "Ana Lee")


def test_whoever_did_it_is_erased_and_named_no_more(client: Client, db_session: Db, event: Event) -> None:
    client.submit(path(event), {**ANA, **rows(BEN, CAL)})
    sent, waiting = db_session.scalars(select(Letter).order_by(Letter.id)).all()
    sent.state = "sent"
    erase(makers.person(ANA["email"]), by="command")
    db_session.commit()
    assert [(each.state, each.to_address, each.text) for each in (sent, waiting)] == [
        ("sent", BEN[1], ""),
        ("withdrawn", CAL[1], ""),
    ]
    [anew] = db_session.scalars(select(Letter).where(Letter.state == "due")).all()
    assert (anew.to_address, anew.subject) == (CAL[1], f"A colleague registered you: {event.title}")
    assert "Ana" not in repr(every_row())


def test_the_answer_is_the_same_for_known_registered_and_new_colleagues(
    app: Flask, db_session: Db, event: Event
) -> None:
    event.capacity = 3
    makers.registration(event, "seated@people.example", "Seated")
    makers.person("known@people.example", "Somebody Else", state="TX")
    db_session.commit()
    told = []
    for number, who in enumerate(("seated", "known", "new")):
        visitor = app.test_client()
        mine = {**ANA, "email": f"ana{number}@clinic.example"}
        answer = visitor.submit(path(event), {**mine, **rows(("X Y", f"{who}@people.example"))})  # type: ignore[attr-defined]
        told.append([answer.status_code, answer.location, visitor.get(answer.location).text])
    assert told[0] == told[1] == told[2]
    assert makers.person("known@people.example").name == "Somebody Else"
    assert letters(db_session)[1:] == [
        ("registered-by", "known@people.example"),
        ("registered-by", "new@people.example"),
    ]


@cases_once(
    ("bad", "sentence"),
    [
        (("Cal Roe", "cal@"), "does not look like an e-mail address."),
        (("Cal Roe", ""), "Enter the e-mail address of Cal Roe."),
        (("", "cal@clinic.example"), "Enter the name that belongs to this address."),
        (("Ben again", "BEN@clinic.example"), "This address stands here twice."),
        (("Ana", "ana@clinic.example"), "This address stands here twice."),
        (("Win at www.lure.example", "cal@clinic.example"), "cannot contain a web or e-mail address"),
    ],
)
def test_a_bad_row_keeps_what_was_typed_and_registers_nobody(
    client: Client, db_session: Db, event: Event, bad: tuple[str, str], sentence: str
) -> None:
    before = every_row()
    typed = {**ANA, **rows(BEN, bad)}
    answer = client.submit(path(event), typed)
    assert answer.status_code == 400
    assert sentence in unescape(answer.text)
    [form] = [each for each in forms_of(answer.text) if each.method == "post"]
    assert {name: form.values[name] for name in typed} == {name: [value] for name, value in typed.items()}
    assert every_row() == before


def test_nobody_is_registered_by_nobody_and_not_more_than_there_are_seats(
    client: Client, db_session: Db, event: Event
) -> None:
    event.capacity, event.waiting_list = 1, False
    db_session.commit()
    before = every_row()
    none = client.submit(path(event), ANA)
    assert (none.status_code, "Name at least one colleague." in none.text) == (400, True)
    many = client.submit(path(event), {**ANA, **rows(BEN, CAL)})
    assert (many.status_code, "There are not enough seats left for all of them." in many.text) == (400, True)
    assert every_row() == before


def test_ten_are_the_most_and_ten_forms_an_hour(client: Client, event: Event) -> None:
    [form] = [each for each in forms_of(client.get(path(event)).text) if each.method == "post"]
    assert len([name for name in form.names if name.endswith("-email")]) == 10
    answers = [
        client.submit(path(event), {**ANA, "email": f"a{number}@clinic.example"}).status_code
        for number in range(11)
    ]
    assert answers == [400] * 10 + [429]


def test_somebody_new_takes_it_back_and_is_forgotten_and_left_alone(
    client: Client, db_session: Db, event: Event
) -> None:
    client.submit(path(event), {**ANA, **rows(BEN)})
    [seat] = db_session.scalars(select(Registration))
    link = urlsplit(resolve("not-me", seat.id)).path
    before = every_row()
    assert "Take it back" in client.get(link).text
    assert every_row() == before
    answer = client.submit(link, {})
    assert (answer.status_code, answer.location) == (303, "/not-me/done")
    assert client.get(answer.location).status_code == 200
    db_session.expire_all()
    assert (seat.status, seat.name) == ("cancelled", "Erased person")
    assert db_session.scalars(select(Address.normal)).all() == ["ana@clinic.example"]
    assert "Ben" not in repr(every_row())
    assert client.get(link).status_code == 404
    again = client.submit(path(event), {**ANA, **rows(BEN)})
    assert again.status_code == 303
    assert db_session.scalars(select(Address.normal)).all() == ["ana@clinic.example"]
    client.submit(path(event), {**ANA, "email": "eve@clinic.example", **rows(BEN)})
    assert BEN[1] in db_session.scalars(select(Address.normal)).all(), "others may"


def test_somebody_known_takes_it_back_and_keeps_the_rest(
    client: Client, db_session: Db, event: Event
) -> None:
    kept = makers.registration(makers.event(title="My own"), BEN[1], BEN[0])
    db_session.commit()
    client.submit(path(event), {**ANA, **rows(BEN)})
    seat = db_session.scalars(select(Registration).where(Registration.event_id == event.id)).one()
    client.submit(urlsplit(resolve("not-me", seat.id)).path, {})
    db_session.expire_all()
    assert (seat.status, kept.status, kept.person.name) == ("cancelled", "confirmed", BEN[0])
    assert letters(db_session)[-1] == ("seat-cancelled", BEN[1])
    assert resolve("not-me", seat.id)


def test_no_other_seat_can_be_taken_back_by_such_a_link(client: Client, db_session: Db, event: Event) -> None:
    mine = makers.registration(event, BEN[1], BEN[0])
    db_session.commit()
    before = every_row()
    for link in (urlsplit(resolve("not-me", mine.id)).path, "/not-me/nothing"):
        assert client.get(link).status_code == 404
    assert every_row() == before
