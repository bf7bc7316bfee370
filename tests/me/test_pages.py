"""A person's own page: how it opens, what it shows, and what people can change about themselves."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base.now import frozen, now
from jam.mail.models import Letter
from jam.me.pages import me_link
from jam.people import actions as people
from jam.people.models import Person
from jam.people.rules import AccountRole
from jam.registration.models import JoinClick, Registration
from jam.registration.pages import join_link
from jam.registration.rules import Status
from jam.schedule import actions as schedule
from tests import makers
from tests.clients import Client
from tests.forms import forms_of
from tests.rows import every_row

Db = scoped_session[Session]


@pytest.fixture
def seat(db_session: Db) -> Registration:
    """Ana's seat at a session in thirty days."""
    made = makers.registration(makers.event(), "ana@clinic.example", "Ana Lee")
    db_session.commit()
    return made


def path(person: Person) -> str:
    return urlsplit(me_link(person.id)).path


def enter(client: Client, person: Person) -> None:
    assert client.get(path(person)).location == "/me/"


def cancel_path(seat: Registration) -> str:
    return f"/me/seats/{seat.id}/cancel"


def kinds(db_session: Db) -> list[tuple[str, str, str | None]]:
    """Letters as (kind, state, method of the calendar part), oldest first."""
    letters = db_session.scalars(select(Letter).order_by(Letter.id))
    return [(each.kind, each.state, each.parts[0].method if each.parts else None) for each in letters]


def test_the_link_opens_the_page_and_leaves_the_address_bar(client: Client, seat: Registration) -> None:
    answer = client.get(path(seat.person))
    assert (answer.status_code, answer.location) == (303, "/me/")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    page = client.get("/me/")
    assert page.status_code == 200
    assert "Ana Lee, your next session" in page.text
    assert seat.event.title in page.text
    assert path(seat.person) not in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_without_the_link_nobody_sees_anything(client: Client, db_session: Db, seat: Registration) -> None:
    before = every_row()
    for ask in (client.get("/me/"), client.get("/me/nonsense"), client.get(path(seat.person)[:-1])):
        assert (ask.status_code, ask.location) == (303, "/me/lost")
    token = forms_of(client.get(f"/sessions/{seat.event.slug}/register").text)[0].values["csrf_token"][0]
    for target in (
        cancel_path(seat),
        f"/me/seats/{seat.id}/rejoin",
        f"/me/seats/{seat.id}/accept",
        "/me/details",
    ):
        answer = client.post(
            target, data={"csrf_token": token, "name": "Eve", "time_zone": "America/Chicago"}
        )
        assert (answer.status_code, answer.location) == (303, "/me/lost")
    lost = client.get("/me/lost")
    assert lost.status_code == 200
    assert "Your page opens by a link in your mail" in lost.text
    assert every_row() == before


def test_a_renewed_link_ends_the_old_one_and_its_open_pages(
    client: Client, db_session: Db, seat: Registration
) -> None:
    old = path(seat.person)
    enter(client, seat.person)
    seat.person.link_version += 1
    db_session.commit()
    assert client.get("/me/").location == "/me/lost"
    assert client.get(old).location == "/me/lost"
    enter(client, seat.person)


def test_the_page_shows_nothing_of_others_and_changes_nothing_of_theirs(
    client: Client, db_session: Db, seat: Registration
) -> None:
    theirs = makers.registration(
        makers.event(title="Somebody else's evening"), "ben@clinic.example", "Ben Ode"
    )
    db_session.commit()
    enter(client, seat.person)
    page = client.get("/me/").text
    assert [word for word in ("Ben", "ben@clinic.example", "Somebody else") if word in page] == []
    before = every_row()
    token = forms_of(page)[0].values["csrf_token"][0]
    for what in ("cancel", "rejoin", "accept"):
        for id in (theirs.id, 987654, 10**30):
            answer = client.post(f"/me/seats/{id}/{what}", data={"csrf_token": token})
            assert answer.status_code == 404
    assert every_row() == before


def test_giving_a_seat_back_takes_it_out_of_the_calendar_and_it_can_be_taken_again(
    client: Client, db_session: Db, seat: Registration
) -> None:
    enter(client, seat.person)
    answer = client.submit("/me/", form=cancel_path(seat))
    assert (answer.status_code, answer.location) == (303, "/me/")
    db_session.refresh(seat)
    assert seat.status == Status.CANCELLED
    assert kinds(db_session) == [("registered", "withdrawn", "REQUEST"), ("seat-cancelled", "due", "CANCEL")]
    page = client.get("/me/").text
    assert "You gave back your seat at" in page
    assert "Not registered any more" in page

    assert client.submit("/me/", form=f"/me/seats/{seat.id}/rejoin").status_code == 303
    db_session.refresh(seat)
    assert seat.status == Status.CONFIRMED
    assert kinds(db_session)[-1] == ("registered", "due", "REQUEST")
    page = client.get("/me/").text
    assert "You&#39;re in again" in page
    assert "Ana Lee, your next session" in page


def test_a_seat_that_is_gone_cannot_be_taken_again(client: Client, db_session: Db) -> None:
    event = makers.event(capacity=1)
    mine = makers.registration(event, "ana@clinic.example")
    db_session.commit()
    enter(client, mine.person)
    client.submit("/me/", form=cancel_path(mine))
    makers.registration(event, "quick@people.example")
    db_session.commit()
    client.submit("/me/", form=f"/me/seats/{mine.id}/rejoin")
    assert "This session is full." in client.get("/me/").text
    db_session.refresh(mine)
    assert mine.status == Status.CANCELLED


def test_whoever_waits_sees_the_place_and_takes_an_offer(client: Client, db_session: Db) -> None:
    event = makers.event(capacity=1, waiting_list=True, offer_hours=24)
    first = makers.registration(event, "first@people.example")
    makers.registration(event, "second@people.example")
    mine = makers.registration(event, "ana@clinic.example")
    db_session.commit()
    enter(client, mine.person)
    assert "Waiting list, place 2" in client.get("/me/").text

    from jam.registration import actions as registrations

    second = db_session.scalars(select(Registration).where(Registration.queue_number == 1)).one()
    registrations.cancel(second, by="command")
    registrations.cancel(first, by="command")
    db_session.commit()
    assert "A seat is free for you" in client.get("/me/").text
    assert client.submit("/me/", form=f"/me/seats/{mine.id}/accept").status_code == 303
    db_session.refresh(mine)
    assert mine.status == Status.CONFIRMED
    assert "The seat at" in client.get("/me/").text


def test_an_offer_that_is_over_is_not_taken(client: Client, db_session: Db) -> None:
    event = makers.event(capacity=1, waiting_list=True, offer_hours=24)
    first = makers.registration(event, "first@people.example")
    mine = makers.registration(event, "ana@clinic.example")

    from jam.registration import actions as registrations

    registrations.cancel(first, by="command")
    db_session.commit()
    enter(client, mine.person)
    token = forms_of(client.get("/me/").text)[0].values["csrf_token"][0]
    with frozen(now() + timedelta(hours=25)):
        assert "A seat is free for you" not in client.get("/me/").text
        client.post(f"/me/seats/{mine.id}/accept", data={"csrf_token": token})
        assert "This offer is over" in client.get("/me/").text
    db_session.refresh(mine)
    assert mine.status == Status.OFFERED


def test_a_cancelled_session_is_shown_as_such(client: Client, db_session: Db, seat: Registration) -> None:
    schedule.cancel(seat.event, by="command")
    db_session.commit()
    enter(client, seat.person)
    page = client.get("/me/").text
    assert "The session does not take place." in page
    assert cancel_path(seat) not in page


def test_the_button_to_join_stands_on_the_page_when_it_is_time(
    client: Client, db_session: Db, seat: Registration
) -> None:
    enter(client, seat.person)
    join = urlsplit(join_link(seat.id)).path
    assert join not in client.get("/me/").text
    with frozen(seat.event.starts_at - timedelta(minutes=20)):
        answer = client.submit("/me/", form=join)
    assert answer.headers["Refresh"] == "0; url=https://zoom.example/j/series"
    assert [click.registration_id for click in db_session.scalars(select(JoinClick))] == [seat.id]


def test_past_sessions_stand_with_their_recordings(client: Client, db_session: Db) -> None:
    past = makers.registration(
        makers.event(title="Long ago", starts_at=now() - timedelta(days=40)), "ana@clinic.example"
    )
    past.event.recording_url = "https://video.example/1"
    db_session.commit()
    enter(client, past.person)
    page = client.get("/me/").text
    assert "You have no seat at a session to come." in page
    assert "Long ago" in page
    assert "https://video.example/1" in page


def test_people_change_their_name_and_zone(client: Client, db_session: Db, seat: Registration) -> None:
    past = makers.registration(
        makers.event(starts_at=now() - timedelta(days=40)), "ana@clinic.example", "Anna Leigh"
    )
    db_session.commit()
    enter(client, seat.person)
    answer = client.submit("/me/", {"name": "Ana María Lee", "time_zone": "America/Denver"})
    assert (answer.status_code, answer.location) == (303, "/me/")
    db_session.refresh(seat.person)
    db_session.refresh(seat)
    assert (seat.person.name, seat.person.time_zone, seat.name) == (
        "Ana María Lee",
        "America/Denver",
        "Ana María Lee",
    )
    assert past.name == "Anna Leigh", "what was said then stays"
    page = client.get("/me/").text
    assert "11:00 a.m. to 12:00 p.m. Mountain" in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": ""}, "Enter your name"),
        ({"name": "www.lure.example"}, "A name cannot contain a web or e-mail address."),
        ({"name": "a" * 200}, "120 is the most"),
        ({"time_zone": "Mars/Olympus"}, "Choose a time zone of the list."),
    ],
)
def test_what_cannot_be_is_said_and_kept_on_the_form(
    client: Client, db_session: Db, seat: Registration, fields: dict[str, str], sentence: str
) -> None:
    enter(client, seat.person)
    before = every_row()
    answer = client.submit("/me/", {"name": "Ana", "time_zone": "America/Denver", **fields})
    assert answer.status_code == 400
    assert sentence in answer.text
    assert every_row() == before


def test_staff_stay_signed_in_when_they_open_a_personal_link(client: Client, seat: Registration) -> None:
    makers.sign_in(client, AccountRole.ORGANIZER)
    enter(client, seat.person)
    assert client.get("/desk/").status_code == 200
    assert client.get("/me/").status_code == 200
    assert client.submit("/me/", form="/me/leave").status_code == 303
    assert client.get("/me/").location == "/me/lost"
    assert client.get("/desk/").status_code == 200


def test_a_personal_link_opens_no_desk(client: Client, db_session: Db, seat: Registration) -> None:
    makers.account(AccountRole.ADMIN, "ana@clinic.example")
    db_session.commit()
    enter(client, seat.person)
    assert urlsplit(client.get("/desk/").location).path == "/signin"


def test_a_second_link_in_the_same_browser_opens_the_second_page(
    client: Client, db_session: Db, seat: Registration
) -> None:
    other = makers.registration(seat.event, "ben@clinic.example", "Ben Ode")
    db_session.commit()
    enter(client, seat.person)
    stale = forms_of(client.get("/me/").text)[0].values["csrf_token"][0]
    enter(client, other.person)
    assert "Ben Ode, your next session" in client.get("/me/").text
    answer = client.post(cancel_path(seat), data={"csrf_token": stale})
    assert answer.status_code == 404


def test_a_person_found_to_be_another_is_reached_by_new_letters_only(
    client: Client, db_session: Db, seat: Registration
) -> None:
    twin = makers.person("a.lee@home.example", "A. Lee")
    db_session.commit()
    old = path(twin)
    people.merge(seat.person, twin, by="command")
    db_session.commit()
    assert client.get(old).location == "/me/lost"
    assert me_link(twin.id) == me_link(seat.person_id)


def test_looking_changes_nothing(client: Client, db_session: Db, seat: Registration) -> None:
    before = every_row()
    enter(client, seat.person)
    assert client.get("/me/").status_code == 200
    assert client.get("/me/lost").status_code == 200
    assert every_row() == before
