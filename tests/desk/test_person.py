"""The whole story of a person on one page, and two people made one."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.attendance.models import Attendance
from jam.base.database import db
from jam.base.now import now
from jam.mail.jobs import deliver
from jam.people import actions
from jam.people.models import Person
from jam.registration import actions as registrations
from jam.registration.models import Registration
from jam.vocabulary.actions import add
from jam.vocabulary.rules import Kind
from tests import makers
from tests.clients import Client


@pytest.fixture
def organizer(client: Client, db_session: scoped_session[Session]) -> Client:
    makers.sign_in(client)
    return client


def there(seat: Registration, seconds: int | None) -> None:
    db.session.add(
        Attendance(event_id=seat.event_id, person_id=seat.person_id, role="attendee", seconds=seconds)
    )


def cells(page: str) -> list[list[str]]:
    """The words in each row of the page's tables."""
    found = []
    for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL):
        words = [
            re.sub(r"<[^>]+>", " ", cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        found.append([" ".join(each.split()) for each in words])
    return found


def test_the_story_tells_seats_presence_letters_and_changes(
    organizer: Client, db_session: scoped_session[Session]
) -> None:
    role, sector = add(Kind.JOB_ROLE, "Clinician", by="command"), add(Kind.SECTOR, "State", by="command")
    start = now() - timedelta(days=10)
    came, missed, unknown = (
        makers.event(title=title, starts_at=start - timedelta(days=number))
        for number, title in enumerate(("Came", "Missed", "Unknown"))
    )
    coming = makers.event(title="Coming")
    seats = {
        event.title: makers.registration(
            event, "ana@clinic.example", "Ana Lee", organization="Riverside", job_role_id=role.id, sector_id=sector.id,
            state="OH", zip="43004",
        )
        for event in (came, missed, unknown, coming)
    }  # fmt: skip
    there(seats["Came"], 3120)
    there(seats["Unknown"], None)
    registrations.cancel(seats["Coming"], by=f"person:{seats['Coming'].person_id}")
    makers.registration(came, "ben@clinic.example", "Ben Ode")
    db_session.commit()
    deliver()
    id = seats["Came"].person_id
    page = organizer.get(f"/desk/people/{id}").text
    for words in (
        "Ana Lee",
        "ana@clinic.example",
        "Riverside",
        "Clinician",
        "Ohio, 43004",
        "Eastern, not chosen",
    ):
        assert words in page
    assert "Ben Ode" not in page
    assert "ben@clinic.example" not in page
    rows = {row[0]: row[2:] for row in cells(page) if row}
    assert rows["Came"] == ["has a seat registered here", "52 : where it comes from"]
    assert rows["Missed"] == ["has a seat registered here", "Not seen : where it comes from"]
    assert rows["Unknown"] == ["has a seat registered here", "Came, minutes not known : where it comes from"]
    assert rows["Coming"] == ["cancelled registered here", ""]
    assert rows["Your registration is cancelled: Coming"] == [
        rows["Your registration is cancelled: Coming"][0]
    ]
    assert ["Seat given back", "confirmed", "cancelled", "Ana Lee"] in [row[:4] for row in cells(page)]
    assert ["Added to Jam", "", "Ana Lee", "a command"] not in [row[:4] for row in cells(page)]
    assert ["Added to Jam", "", "Ana Lee", "a public form"] in [row[:4] for row in cells(page)]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_story_asks_the_same_number_of_questions_however_long_it_is(
    organizer: Client, db_session: scoped_session[Session]
) -> None:
    def visit(number: int) -> int:
        for each in range(number):
            seat = makers.registration(
                makers.event(starts_at=now() - timedelta(days=20 + each, hours=number)), "ana@clinic.example"
            )
            there(seat, 60)
        db.session.commit()
        with makers.statements() as found:
            assert organizer.get(f"/desk/people/{seat.person_id}").status_code == 200
        return len(found)

    assert visit(1) == visit(6) <= 20


def two(db_session: scoped_session[Session]) -> tuple[int, int]:
    """One person twice: with seats at a session each and one together."""
    both, one, other = makers.event(title="Both"), makers.event(title="One"), makers.event(title="Other")
    keep = makers.registration(both, "ana@clinic.example", "Ana Lee").person_id
    gone = makers.registration(both, "ana@home.example", "A. Lee").person_id
    makers.registration(one, "ana@clinic.example", "Ana Lee")
    makers.registration(other, "ana@home.example", "A. Lee")
    db_session.commit()
    return keep, gone


def test_two_people_are_found_compared_and_merged(
    organizer: Client, db_session: scoped_session[Session]
) -> None:
    keep, gone = two(db_session)
    makers.person("ben@clinic.example", "Ben Ode")
    db_session.commit()
    choose = organizer.get(f"/desk/people/{keep}/merge?q=lee").text
    assert re.findall(r"merge\?with=(\d+)", choose) == [str(gone)]
    compare = organizer.get(f"/desk/people/{keep}/merge?with={gone}").text
    rows = {row[0]: row[1:] for row in cells(compare) if len(row) == 3}
    assert rows["Name"] == ["Ana Lee", "A. Lee"]
    assert rows["Addresses"] == ["ana@clinic.example", "ana@home.example"]
    assert rows["Seats"] == ["2", "2"]
    assert rows["Letters"] == ["2", "2"]
    before = db_session.scalars(select(Person.merged_into_id).where(Person.id == gone)).one()
    assert before is None  # looking changes nothing
    done = organizer.submit(f"/desk/people/{keep}/merge?with={gone}", {"gone": str(gone)})
    assert (done.status_code, done.location) == (303, f"/desk/people/{keep}")
    page = organizer.get(f"/desk/people/{keep}").text
    assert "A. Lee and Ana Lee are one person now." in page
    assert "ana@home.example" in page
    assert "4 letters" in page
    sessions = [row[0] for row in cells(page) if len(row) == 4 and row[0] in ("Both", "One", "Other")]
    assert sorted(sessions) == ["Both", "One", "Other"]


def test_a_merged_person_points_on_to_the_one_kept(
    organizer: Client, db_session: scoped_session[Session]
) -> None:
    first, second, third = (makers.person(name=f"Person {word}") for word in ("One", "Two", "Three"))
    actions.merge(second, first, by="command")
    actions.merge(third, second, by="command")
    db_session.commit()
    page = organizer.get(f"/desk/people/{first.id}")
    assert page.status_code == 200
    assert f'href="/desk/people/{third.id}"' in page.text
    assert "same person as Person Three" in page.text
    assert organizer.get(f"/desk/people/{first.id}/merge").location == f"/desk/people/{first.id}"


def test_what_cannot_be_merged_is_said(organizer: Client, db_session: scoped_session[Session]) -> None:
    keep = makers.person(name="Ana Lee")
    staff = makers.account(address="cyd@staff.example", name="Cyd Ray").person
    db_session.commit()
    page = organizer.get(f"/desk/people/{keep.id}/merge?with={staff.id}").text
    assert "Merge the other way round, so that the account stays." in page
    assert f'name="gone" value="{staff.id}"' not in page
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    for gone, words in ((keep.id, "Choose two different people"), (staff.id, "can sign in")):
        answer = organizer.post(
            f"/desk/people/{keep.id}/merge",
            data={"gone": gone, "csrf_token": token[1]},
            follow_redirects=True,
        )
        assert words in answer.text
    for gone in ("", "x", "987654", "9" * 30):
        answer = organizer.post(f"/desk/people/{keep.id}/merge", data={"gone": gone, "csrf_token": token[1]})
        assert answer.status_code == 404
    assert db_session.scalars(select(Person.merged_into_id)).all() == [None] * 3


@pytest.mark.parametrize(
    "path",
    ["/desk/people/987654", "/desk/people/0", f"/desk/people/{10**30}", "/desk/people/1/merge?with=987654"],
)
def test_nobody_is_not_found(organizer: Client, path: str) -> None:
    assert organizer.get(path).status_code == 404


def test_every_page_of_this_room_opens_with_everything_in_the_database(app: Flask, client: Client) -> None:
    ids = makers.one_of_everything(app)
    with app.app_context():
        makers.sign_in(client)
    for path in ("/desk/", f"/desk/people/{ids['person']}", f"/desk/people/{ids['person']}/merge"):
        assert client.get(path).status_code == 200
