"""Downloading and erasing on one's own page, and on the desk for whoever asks."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest
from sqlalchemy.orm import Session, scoped_session

from jam.me.pages import me_link
from jam.people.actions import merge
from jam.people.models import Person
from jam.people.rules import AccountRole
from jam.registration.models import Registration
from jam.registration.pages import join_link
from tests import makers
from tests.clients import Client

Db = scoped_session[Session]


@pytest.fixture
def seat(db_session: Db) -> Registration:
    """Ana's seat at a session in thirty days; Ben has another."""
    event = makers.event()
    made = makers.registration(event, "ana@clinic.example", "Ana Lee", organization="Riverside Clinic")
    makers.registration(event, "ben@ward.example", "Ben Ode")
    db_session.commit()
    return made


def path(link: str) -> str:
    return urlsplit(link).path


def enter(client: Client, seat: Registration) -> None:
    client.get(path(me_link(seat.person_id)))


def test_people_download_all_that_is_theirs(client: Client, seat: Registration) -> None:
    enter(client, seat)
    assert 'href="/me/data.json"' in client.get("/me/").text
    answer = client.get("/me/data.json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="jam-my-data.json"'
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("application/json", "no-store")
    parts = json.loads(answer.data)["parts"]
    assert [each["address"] for each in parts["addresses"]["items"]] == ["ana@clinic.example"]
    assert parts["registrations"]["items"][0]["organization"] == "Riverside Clinic"
    assert "ben" not in answer.text.casefold()


def test_the_word_must_be_typed(client: Client, db_session: Db, seat: Registration) -> None:
    enter(client, seat)
    page = client.get("/me/erase")
    assert "What stays as a number" in page.text
    for typed in ("", "yes"):
        answer = client.submit("/me/erase", {"word": typed})
        assert answer.status_code == 400
        assert "Type the word ERASE to go on. Nothing has been erased yet." in answer.text
    assert db_session.get_one(Person, seat.person_id).name == "Ana Lee"


def test_after_erasing_no_link_works_and_the_page_is_closed(
    client: Client, db_session: Db, seat: Registration
) -> None:
    links = [path(me_link(seat.person_id)), path(join_link(seat.id))]
    enter(client, seat)
    answer = client.submit("/me/erase", {"word": " erase "}, follow_redirects=True)
    assert answer.request.path == "/me/erased"
    assert "Your data is erased" in answer.text
    assert client.get("/me/").location == "/me/lost"
    assert client.get(links[0]).location == "/me/lost"
    assert client.get(links[1]).status_code == 404
    assert client.get(path(me_link(seat.person_id))).location == "/me/lost"
    assert db_session.get_one(Person, seat.person_id).name == "Erased person"


def test_staff_who_can_sign_in_are_told_why_not(client: Client, db_session: Db) -> None:
    account = makers.account(AccountRole.ORGANIZER)
    seat = makers.registration(makers.event(), "organizer@staff.example")
    db_session.commit()
    enter(client, seat)
    page = client.get("/me/erase")
    assert "Ask an administrator to close the account first." in page.text
    assert 'name="word"' not in page.text
    with client.session_transaction() as session:
        assert session["person"] == f"{account.person_id}.0"


def test_staff_erase_whoever_asks(client: Client, db_session: Db, seat: Registration) -> None:
    makers.sign_in(client)
    page = f"/desk/people/{seat.person_id}"
    assert f'href="{page}/erase"' in client.get(page).text
    given = client.get(f"{page}/data.json")
    assert given.headers["Content-Disposition"] == f'attachment; filename="jam-person-{seat.person_id}.json"'
    assert json.loads(given.data)["parts"]["person"]["items"][0]["name"] == "Ana Lee"
    assert client.submit(f"{page}/erase", {"word": "no"}).status_code == 400
    answer = client.submit(f"{page}/erase", {"word": "ERASE"}, follow_redirects=True)
    assert answer.request.path == page
    assert "Everything that told who this was is gone. The numbers stay." in answer.text
    assert "Ana" not in answer.text
    assert f'href="{page}/erase"' not in answer.text
    assert "Ana Lee" not in client.get("/desk/people/").text
    assert "Ben Ode" in client.get("/desk/people/").text


def test_a_merged_row_has_no_data_of_its_own(client: Client, db_session: Db) -> None:
    keep, gone = makers.person(), makers.person()
    merge(keep, gone, by="command")
    makers.sign_in(client)
    assert client.get(f"/desk/people/{gone.id}/data.json").status_code == 404
    assert client.get(f"/desk/people/{gone.id}/erase").status_code == 404
