"""The personal calendar feed: whose sessions, with whose join links, for whoever has the address."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy.orm import Session, scoped_session

from jam.base.now import frozen, now
from jam.calendars.pages import personal_address
from jam.mail.kinds import resolve
from jam.me.pages import me_link
from jam.people.actions import Details
from jam.people.models import Person
from jam.privacy.actions import erase
from jam.registration import actions, passes
from jam.registration.models import Registration
from jam.schedule import actions as schedule
from tests import makers
from tests.clients import Client
from tests.rows import every_row

Db = scoped_session[Session]


@pytest.fixture
def seat(db_session: Db) -> Registration:
    """Ana's seat; Ben has one at another session, and a link."""
    made = makers.registration(makers.event(), "ana@clinic.example")
    makers.registration(makers.event(title="Somebody else's evening"), "ben@clinic.example", "Ben Ode")
    db_session.commit()
    return made


def make(client: Client, person: Person, db_session: Db) -> str:
    """Make the link on the person's page; its path."""
    client.get(me_link(person.id))
    assert client.submit("/me/", form="/me/calendar/make").status_code == 303
    db_session.refresh(person)
    address = personal_address(person)
    assert address is not None
    page = client.get("/me/").text
    assert address in page
    assert "Anyone with this link sees your sessions." in page
    return urlsplit(address).path


def entries(content: bytes) -> dict[str, str]:
    """Status by title."""
    return {str(each["SUMMARY"]): str(each["STATUS"]) for each in Calendar.from_ical(content).walk("VEVENT")}


def test_it_holds_the_persons_own_sessions_and_join_links_and_nothing_of_others(
    app: Flask, client: Client, db_session: Db, seat: Registration
) -> None:
    path = make(client, seat.person, db_session)
    answer = app.test_client().get(path)
    assert (answer.status_code, answer.content_type) == (200, "text/calendar; charset=utf-8")
    heads = {
        name: answer.headers.get(name)
        for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag", "Set-Cookie")
    }
    assert heads == {
        "Cache-Control": "private, max-age=300", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex",
        "Set-Cookie": None,
    }  # fmt: skip
    [event] = Calendar.from_ical(answer.data).walk("VEVENT")
    assert str(event["SUMMARY"]) == "Workforce Solutions Jam: Peers in the crisis line"
    assert (str(event["UID"]), str(event["LOCATION"])) == (seat.event.uid, resolve("join", seat.id))
    assert resolve("join", seat.id) in str(event["DESCRIPTION"])
    leaks = (b"Ben", b"Somebody else", b"clinic.example", b"ATTENDEE", b"zoom.example", "\ue000".encode())
    assert [each for each in leaks if each in answer.data] == []


def test_a_poll_that_finds_nothing_new_is_cheap_and_writes_nothing(
    client: Client, db_session: Db, seat: Registration
) -> None:
    path = make(client, seat.person, db_session)
    before = every_row()
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    with frozen(now() + timedelta(hours=3)):
        assert client.get(path).data == first.data
    assert every_row() == before


def test_it_follows_seats_passes_and_sessions_that_are_called_off(
    client: Client, db_session: Db, seat: Registration
) -> None:
    path = make(client, seat.person, db_session)
    passes.take(makers.program(), "ana@clinic.example", Details(name="Ana Lee"))
    db_session.commit()
    jam = "Workforce Solutions Jam: "
    assert entries(client.get(path).data) == {
        jam + "Peers in the crisis line": "CONFIRMED",
        jam + "Somebody else's evening": "CONFIRMED",
    }
    other = next(each for each in client_seats(seat.person, db_session) if each.id != seat.id)
    actions.cancel(other, by="person:1")
    schedule.cancel(seat.event, by="command")
    db_session.commit()
    off = [f"CANCELLED: {jam}Peers in the crisis line", f"CANCELLED: {jam}Somebody else's evening"]
    assert entries(client.get(path).data) == dict.fromkeys(off, "CANCELLED")
    with frozen(now() + timedelta(days=31)):
        assert entries(client.get(path).data) == {}


def client_seats(person: Person, db_session: Db) -> list[Registration]:
    return db_session.query(Registration).filter_by(person_id=person.id).order_by(Registration.id).all()


def test_a_new_link_ends_the_old_one_and_revoking_ends_all(
    client: Client, db_session: Db, seat: Registration
) -> None:
    first = make(client, seat.person, db_session)
    second = make(client, seat.person, db_session)
    assert [client.get(path).status_code for path in (first, second)] == [410, 200]
    client.submit("/me/", form="/me/calendar/revoke")
    gone = [client.get(path) for path in (first, second)]
    assert [each.status_code for each in gone] == [410, 410]
    assert [b"BEGIN" in each.data or b"Ana" in each.data for each in gone] == [False, False]
    assert "Revoke the link" not in client.get("/me/").text
    third = make(client, seat.person, db_session)
    assert [client.get(path).status_code for path in (first, second, third)] == [410, 410, 200]


def test_what_was_never_a_link_is_not_found_however_often_it_is_tried(
    client: Client, db_session: Db, seat: Registration
) -> None:
    path = make(client, seat.person, db_session)
    token = path.removeprefix("/calendar/me/").removesuffix(".ics")
    wrong = ["x", "x" * 28, "0" * 27 + "zzzzzzzzzzzz", token[:-1] + "zz", token.swapcase()]
    me = urlsplit(me_link(seat.person_id)).path.removeprefix("/me/")
    for text in [*wrong, me]:
        assert client.get(f"/calendar/me/{text}.ics").status_code == 404
    assert {client.get("/calendar/me/nothing.ics").status_code for _ in range(80)} == {404}


def test_an_erased_person_has_no_feed(client: Client, db_session: Db, seat: Registration) -> None:
    path = make(client, seat.person, db_session)
    erase(seat.person, by="command")
    db_session.commit()
    assert client.get(path).status_code == 410
