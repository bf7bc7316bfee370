"""What people need to take part: what the form says, what staff answer, and where people read it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.base.now import frozen, now
from jam.base.tokens import make
from jam.mail.models import Letter
from jam.privacy.actions import erase
from jam.privacy.queries import export_of
from jam.registration import accommodations, questions
from jam.registration.models import Answer, Registration
from jam.registration.questions import Said
from jam.registration.rules import Need
from jam.schedule.models import Event
from tests import makers
from tests.clients import Client


@pytest.fixture
def event(db_session: scoped_session[Session]) -> Event:
    made = makers.event(
        makers.program(provided="Live captions and **ASL**."), starts_at=now() + timedelta(days=12)
    )
    db.session.commit()
    return made


def asks(event: Event, words: str = "A reader for slides", **who: str) -> Registration:
    seat = makers.registration(event, **who)
    questions.keep(seat, Said(accommodation=words))
    db.session.commit()
    return seat


def letters() -> list[Letter]:
    return list(db.session.scalars(select(Letter).where(Letter.kind == "accommodation")))


def test_the_form_says_what_is_provided_and_until_when_more_can_be_asked_for(
    client: Client, event: Event
) -> None:
    path = f"/sessions/{event.slug}/register"
    day = accommodations.last_day(event)
    assert (event.starts_at.date() - day).days in (10, 11)  # the wall calendar may be a day behind UTC
    page = client.get(path).text
    assert "Live captions and <strong>ASL</strong>." in page
    assert f"by {day:%A}, {day:%B} {day.day}, {day.year}. We write to you" in page
    assert "Live captions" in client.get(f"/sessions/{event.slug}").text
    with frozen(event.starts_at - timedelta(days=9)):
        late = client.get(path).text
        assert "may be too late" in late
        typed = {
            "email": "ana@clinic.example",
            "name": "Ana",
            "organization": "Riverside Clinic",
            "state": "OH",
        }
        answered = client.submit(path, {**typed, "accommodation": " A ramp\x00 "})
    assert answered.status_code == 303
    seat = db.session.scalars(select(Registration)).one()
    assert (seat.accommodation, seat.accommodation_state) == ("A ramp", "asked")


def test_a_session_says_its_own_where_it_differs(client: Client, event: Event) -> None:
    event.provided = "Captions in Spanish."
    db.session.commit()
    page = client.get(f"/sessions/{event.slug}").text
    assert "Captions in Spanish." in page
    assert "Live captions" not in page


def test_staff_are_reminded_answer_and_the_person_reads_it(client: Client, event: Event) -> None:
    seat = asks(event, name="Ana Lee")
    makers.sign_in(client)
    assert "1 person needs something to take part" in client.get("/desk/").text
    path = f"/desk/sessions/{event.slug}/accommodations"
    page = client.get(path).text
    assert "1 person asks for something; 1 request is open." in page
    assert "A reader for slides" in page
    prefix = f"need{seat.id}-"
    refused = client.submit(path, {f"{prefix}state": "cannot"})
    assert refused.status_code == 400
    assert "Write a few words on why" in refused.text
    assert "Choose whether it is arranged" in client.submit(path, {f"{prefix}note": "x"}).text
    assert letters() == []
    done = {f"{prefix}state": "arranged", f"{prefix}note": "The slides come a day before."}
    assert "Ana Lee: arranged. A letter says so." in client.submit(path, done, follow_redirects=True).text
    client.submit(path, done)
    [letter] = letters()
    assert "What you asked for is arranged." in letter.text
    assert "The slides come a day before." in letter.text
    assert "1 person asks for something; no request is open." in client.get(path).text
    assert "needs something to take part" not in client.get("/desk/").text
    client.get(f"/me/{make('me', seat.person_id, seat.person.link_version)}")
    mine = client.get("/me/").text
    for words in ("You asked for: A reader for slides", "Arranged", "The slides come a day before."):
        assert words in mine


def test_a_session_far_away_or_a_seat_given_back_reminds_nobody(event: Event) -> None:
    far = asks(makers.event(title="Far", starts_at=now() + timedelta(days=20)))
    gone = asks(event)
    gone.status = "cancelled"
    db.session.commit()
    assert accommodations.open_soon() == []
    assert [seat.id for seat in accommodations.asking(far.event)] == [far.id]
    assert accommodations.asking(event) == []


def test_the_roster_shows_who_asks(client: Client, event: Event) -> None:
    asks(event, name="Ana Lee")
    settled = asks(event, name="Ben Ode")
    accommodations.settle(settled, Need.ARRANGED, "", by="command")
    makers.registration(event, name="Cy Gone")
    makers.sign_in(client)
    found = {
        wish: [name for name in ("Ana Lee", "Ben Ode", "Cy Gone") if name in client.get(
            f"/desk/sessions/{event.slug}/people", query_string={"needs": wish}).text]
        for wish in ("any", "open", "nonsense")
    }  # fmt: skip
    assert found == {
        "any": ["Ana Lee", "Ben Ode"],
        "open": ["Ana Lee"],
        "nonsense": ["Ana Lee", "Ben Ode", "Cy Gone"],
    }


def test_everything_said_can_be_taken_home_and_erased(event: Event) -> None:
    seat = asks(event, "A reader for slides")
    asked = makers.question(event, "Why do you come?")
    questions.keep(seat, Said([(asked.id, asked.label, "Because of my son")]))
    accommodations.settle(seat, Need.CANNOT, "We have no reader", by="command")
    db.session.commit()
    file = export_of(seat.person).decode()
    for words in ("A reader for slides", "Why do you come?", "Because of my son", "We have no reader"):
        assert words in file
    erase(seat.person, by="command")
    db.session.commit()
    assert db.session.scalars(select(Answer)).all() == []
    assert (seat.accommodation, seat.accommodation_state, seat.accommodation_note) == (None, None, "")
