"""The short form as visitors meet it: what it asks, how it asks about a slip, and the series pass."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base.now import now
from jam.interest.models import NewsSubscription
from jam.mail.models import Letter
from jam.me.pages import me_link
from jam.people.models import Address
from jam.registration.models import Registration, SeriesPass
from jam.schedule.models import Event
from jam.schedule.rules import Visibility
from jam.vocabulary.actions import add_first_terms
from tests import makers
from tests.clients import Client
from tests.forms import forms_of
from tests.rows import every_row

Db = scoped_session[Session]

ANA = {"email": "ana@clinic.example", "name": "Ana Lee", "organization": "Riverside Clinic", "state": "OH"}
SLIP = {**ANA, "email": "ana@gmial.com", "heard": "From a colleague"}
SERIES = "/programs/jam/register"


@pytest.fixture
def event(db_session: Db) -> Event:
    """A session in thirty days, and one after it."""
    made = makers.event()
    makers.event(title="Nights on call", starts_at=now() + timedelta(days=60))
    db_session.commit()
    return made


@pytest.fixture
def form(event: Event) -> str:
    return f"/sessions/{event.slug}/register"


def letters(db_session: Db) -> list[tuple[str, str]]:
    return [(each.kind, each.to_address) for each in db_session.scalars(select(Letter).order_by(Letter.id))]


@pytest.mark.parametrize("page", ["session", "series"])
def test_what_is_asked_must_be_answered_and_stays_when_it_is_not(
    client: Client, db_session: Db, form: str, page: str
) -> None:
    add_first_terms(by="command")
    db_session.commit()
    target = form if page == "session" else SERIES
    before = every_row()
    answer = client.submit(target, {"email": "ana@clinic.example", "heard": "By <mail>", "news": "y"})
    assert answer.status_code == 400
    said = unescape(answer.text)
    for sentence in (
        "Enter your name as it should appear on letters.",
        "Enter the name of your organization, or “self-employed”.",
        "Choose the job role that comes closest to yours.",
        "Choose the sector you work in.",
        "Choose your state or territory, or the last one if you live elsewhere.",
    ):
        assert sentence in said
    [again] = [each for each in forms_of(answer.text) if each.method == "post"]
    kept = {name: again.values[name] for name in ("email", "heard", "news")}
    assert kept == {"email": ["ana@clinic.example"], "heard": ["By <mail>"], "news": ["y"]}
    assert every_row() == before


def test_news_is_unticked_and_ticked_it_asks_by_a_mail_of_its_own(
    client: Client, db_session: Db, form: str
) -> None:
    [empty] = [each for each in forms_of(client.get(form).text) if each.method == "post"]
    assert "news" not in empty.values
    client.submit(form, ANA)
    assert letters(db_session) == [("registered", "ana@clinic.example")]
    client.submit(form, {**ANA, "email": "ben@clinic.example", "news": "y", "heard": "From Ana"})
    assert letters(db_session)[1:] == [
        ("registered", "ben@clinic.example"),
        ("news-confirm", "ben@clinic.example"),
    ]
    assert [each.state for each in db_session.scalars(select(NewsSubscription))] == ["asked"]
    assert db_session.scalars(select(Registration.heard).order_by(Registration.id)).all() == ["", "From Ana"]


@pytest.mark.parametrize("page", ["session", "series"])
def test_a_slip_is_asked_about_once_and_either_answer_is_taken(
    client: Client, db_session: Db, form: str, page: str
) -> None:
    target = form if page == "session" else SERIES
    for button, address in (("ana@gmail.com",) * 2, ("ana@gmial.com",) * 2):
        before = every_row()
        asked = client.submit(target, SLIP)
        assert asked.status_code == 200
        assert "Did you mean ana@gmail.com?" in asked.text
        assert every_row() == before
        [again] = [each for each in forms_of(asked.text) if each.method == "post"]
        assert [again.values[name] for name in SLIP] == [[value] for value in SLIP.values()]
        answer = client.post(target, data={**again.values, "meant": button})
        assert answer.status_code == 303
        assert letters(db_session)[-1][1] == address


def test_a_slip_that_was_mended_by_hand_needs_no_button(client: Client, db_session: Db, form: str) -> None:
    [again] = [each for each in forms_of(client.submit(form, SLIP).text) if each.method == "post"]
    # The first button of a form is pressed by the Enter key, whatever it says.
    mended = {**again.values, "email": "ana@clinic.example", "meant": "ana@gmail.com"}
    assert client.post(form, data=mended).status_code == 303
    assert letters(db_session) == [("registered", "ana@clinic.example")]


def test_a_button_cannot_put_in_an_address_that_was_not_asked_about(
    client: Client, db_session: Db, form: str
) -> None:
    [again] = [each for each in forms_of(client.submit(form, SLIP).text) if each.method == "post"]
    client.post(form, data={**again.values, "meant": "eve@elsewhere.example"})
    assert db_session.scalars(select(Address.normal)).all() == ["ana@gmial.com"]


def test_a_domain_that_many_have_is_guarded_too_and_never_taken_for_a_slip(
    client: Client, db_session: Db, form: str
) -> None:
    for number in range(5):
        makers.person(f"p{number}@riversideclinic.org")
    db_session.commit()
    asked = client.submit(form, {**ANA, "email": "ana@riversideclinc.org"})
    assert "Did you mean ana@riversideclinic.org?" in asked.text
    assert client.submit(form, {**ANA, "email": "ana@riversideclinic.org"}).status_code == 303


def test_organizations_are_suggested_from_three_letters_and_three_people_on(
    client: Client, db_session: Db, form: str
) -> None:
    for number in range(3):
        makers.person(f"a{number}@people.example", organization="Riverside Clinic, Inc.")
    for number in range(2):
        makers.person(f"b{number}@people.example", organization="Riverside Secret Practice")
    for name in range(10):
        for number in range(3):
            makers.person(f"c{name}-{number}@people.example", organization=f"County {name}")
    db_session.commit()

    def names(typed: str) -> list[str]:
        answer = client.get("/organizations", query_string={"q": typed})
        assert answer.status_code == 200
        found: list[str] = answer.json["names"]
        return found

    assert names("river") == ["Riverside Clinic, Inc."]
    assert names("RIVERSIDE clinic") == ["Riverside Clinic, Inc."]
    assert [names(typed) for typed in ("ri", "", "%%%", "___", "secret", "the")] == [[]] * 6
    assert names("county") == [f"County {number}" for number in range(8)]
    assert 'data-source="/organizations"' in client.get(form).text


def test_suggestions_are_rate_limited(client: Client, db_session: Db) -> None:
    assert [client.get("/organizations?q=river").status_code for _ in range(61)] == [200] * 60 + [429]


def test_the_series_pass_registers_for_every_date_with_one_letter(
    client: Client, db_session: Db, event: Event
) -> None:
    page = unescape(client.get(SERIES).text)
    assert [title in page for title in ("Peers in the crisis line", "Nights on call")] == [True, True]
    answer = client.submit(SERIES, {**ANA, "heard": "From Ben"})
    assert (answer.status_code, answer.location) == (303, "/programs/jam/registered")
    held = db_session.scalars(select(SeriesPass)).one()
    assert (held.active, held.name, held.organization, held.state, held.heard) == (
        True, "Ana Lee", "Riverside Clinic", "OH", "From Ben",
    )  # fmt: skip
    assert letters(db_session) == [("pass", "ana@clinic.example")]
    assert [seat.source for seat in db_session.scalars(select(Registration))] == ["pass", "pass"]
    after = client.get(answer.location)
    assert "You're in for every session." in unescape(after.text)
    assert [word for word in ("Ana", "clinic.example", "/me/", "/join/") if word in after.text] == []


def test_the_series_pass_answers_alike_for_known_and_unknown_addresses(
    app: Flask, db_session: Db, event: Event
) -> None:
    makers.person("known@people.example", "Somebody Else", state="TX")
    db_session.commit()
    told = []
    for address in ("known@people.example", "new@people.example", "new@people.example"):
        visitor = app.test_client()
        answer = visitor.submit(SERIES, {**ANA, "email": address})  # type: ignore[attr-defined]
        told.append([answer.status_code, answer.location, visitor.get(answer.location).text])
    assert told[0] == told[1] == told[2]
    assert [to for _, to in letters(db_session)] == ["known@people.example", "new@people.example"]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_there_is_no_pass_where_seats_are_for_members(client: Client, db_session: Db) -> None:
    makers.program("echo", name="Workforce ECHO", visibility=Visibility.LISTED)
    makers.program("board", name="The board", visibility=Visibility.MEMBERS)
    db_session.commit()
    before = every_row()
    assert "Seats are for members." in client.get("/programs/echo/register").text
    pages = ["/programs/board/register", "/programs/board/registered", "/programs/no%00/register"]
    assert [client.get(page).status_code for page in pages] == [404, 404, 404]
    assert every_row() == before


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_every_page_about_the_series_leads_to_the_pass(client: Client, event: Event, form: str) -> None:
    for page in ("/", "/programs/jam", f"/sessions/{event.slug}", form):
        assert f'href="{SERIES}"' in client.get(page).text, page


def test_who_holds_a_pass_drops_one_date_and_then_leaves(
    client: Client, db_session: Db, event: Event
) -> None:
    client.submit(SERIES, ANA)
    other = makers.registration(
        makers.event(title="One by one", starts_at=now() + timedelta(days=90)), "ana@clinic.example"
    )
    db_session.commit()
    bens = client.application.test_client()
    bens.submit(SERIES, {**ANA, "email": "ben@clinic.example"})  # type: ignore[attr-defined]
    db_session.commit()
    person = makers.person("ana@clinic.example")
    client.get(me_link(person.id))
    seats = {
        seat.event.title: seat
        for seat in db_session.scalars(select(Registration).where(Registration.person_id == person.id))
    }
    client.submit("/me/", form=f"/{seats['Nights on call'].id}/cancel")
    held, theirs = db_session.scalars(select(SeriesPass).order_by(SeriesPass.id)).all()
    assert held.active
    client.submit("/me/", form=f"/me/passes/{held.id}/leave")
    db_session.expire_all()
    assert (held.active, theirs.active) == (False, True)
    assert {title: seat.status for title, seat in seats.items()} == {
        "Peers in the crisis line": "cancelled",
        "Nights on call": "cancelled",
        "One by one": "confirmed",
    }
    assert other.status == "confirmed"
    token = forms_of(client.get("/me/").text)[0].values["csrf_token"][0]
    for id in (theirs.id, held.id, 10**30):
        assert client.post(f"/me/passes/{id}/leave", data={"csrf_token": token}).status_code == 404
    db_session.expire_all()
    assert theirs.active
