"""Registering by the public form, as somebody at the other end of the wire sees it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base.now import now
from jam.mail.jobs import deliver
from jam.mail.models import Letter
from jam.people.models import Address, Person
from jam.registration.models import Registration
from jam.schedule import actions as schedule
from jam.schedule.models import Event
from jam.schedule.rules import State, Visibility
from jam.vocabulary.actions import add_first_terms
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind
from tests import makers
from tests.cases_once import cases_once
from tests.clients import Client
from tests.forms import forms_of
from tests.rows import every_row

Db = scoped_session[Session]

ANA = {
    "email": "Ana.Lee@Clinic.example",
    "name": "Ana Lee",
    "organization": "Riverside Clinic",
    "state": "OH",
}


def path(event: Event, then: str = "register") -> str:
    return f"/sessions/{event.slug}/{then}"


def mails(folder: Path) -> list[Any]:
    return [
        message_from_bytes(each.read_bytes(), policy=policy.default) for each in sorted(folder.rglob("*.eml"))
    ]


@pytest.fixture
def event(db_session: Db) -> Event:
    """A session in thirty days."""
    made = makers.event()
    db_session.commit()
    return made


def test_somebody_registers_gets_a_letter_and_both_its_links_lead_somewhere(
    app: Flask, client: Client, db_session: Db, event: Event
) -> None:
    add_first_terms(by="command")
    role, sector = terms(Kind.JOB_ROLE)[2], terms(Kind.SECTOR)[0]
    db_session.commit()

    answer = client.submit(
        path(event),
        {
            **ANA,
            "organization": "Riverside Clinic",
            "job_role": str(role.id),
            "sector": str(sector.id),
            "state": "OH",
            "zip": "43004-1234",
        },
    )
    assert (answer.status_code, answer.location) == (303, path(event, "registered"))

    seat = db_session.scalars(select(Registration)).one()
    person = seat.person
    said = (
        seat.name,
        seat.organization,
        seat.job_role_id,
        seat.sector_id,
        seat.state,
        seat.zip,
        seat.status,
        seat.source,
    )
    assert said == (
        "Ana Lee",
        "Riverside Clinic",
        role.id,
        sector.id,
        "OH",
        "43004-1234",
        "confirmed",
        "form",
    )
    assert (person.name, person.address) == ("Ana Lee", "Ana.Lee@Clinic.example")

    letter = db_session.scalars(select(Letter)).one()
    assert (letter.kind, letter.to_address, letter.state) == ("registered", "Ana.Lee@Clinic.example", "due")
    assert deliver() == 1
    [mail] = mails(app.config["MAIL_FOLDER"])
    text = mail.get_body(("plain",)).get_content()
    links = re.findall(r"http://jam\.example/(join|me)/(\S+?)(?=[).\s])", text)
    assert sorted({kind for kind, _ in links}) == ["join", "me"]
    found = dict(links)
    assert client.get(f"/join/{found['join']}").status_code == 200
    assert client.get(f"/me/{found['me']}").location == "/me/"


def test_the_page_after_it_says_when_and_what_happens_next_and_nothing_of_who(
    client: Client, event: Event
) -> None:
    page = client.submit(path(event), ANA, follow_redirects=True)
    assert page.status_code == 200
    assert page.request.path == path(event, "registered")
    assert page.request.query_string == b""
    assert "You're in. We sent the details to your mail." in unescape(page.text)
    assert "1:00 to 2:00 p.m. Eastern" in page.text
    assert [word for word in ("Ana", "Lee", "linic.example", "/join/", "/me/") if word in page.text] == []


def test_the_answer_is_the_same_for_an_address_we_know(app: Flask, db_session: Db, event: Event) -> None:
    makers.person("known@people.example", "Somebody Else", state="TX")
    db_session.commit()
    told: dict[str, list[object]] = {}
    for address in ("known@people.example", "new@people.example"):
        visitor = app.test_client()
        answer = visitor.submit(path(event), {**ANA, "email": address})  # type: ignore[attr-defined]
        page = visitor.get(answer.location)
        letters = db_session.scalars(select(Letter).where(Letter.to_address == address)).all()
        told[address] = [answer.status_code, answer.location, page.status_code, page.text, len(letters)]
    assert told["known@people.example"] == told["new@people.example"]
    assert told["new@people.example"][-1] == 1
    known = db_session.scalars(
        select(Person).join(Address).where(Address.normal == "known@people.example")
    ).one()
    assert (known.name, known.state) == ("Somebody Else", "TX"), (
        "a form anybody can fill in overwrote somebody"
    )


def test_registering_twice_gives_the_same_answer_and_one_letter(
    client: Client, db_session: Db, event: Event
) -> None:
    first, second = (client.submit(path(event), ANA) for _ in range(2))
    assert (second.status_code, second.location) == (first.status_code, first.location)
    assert len(db_session.scalars(select(Registration)).all()) == 1
    assert len(db_session.scalars(select(Letter)).all()) == 1


BAD = {
    "no address": ({"email": ""}, "Enter your e-mail address, like name@example.org."),
    "no name": ({"name": "  "}, "Enter your name as it should appear on letters."),
    "half an address": ({"email": "ana@"}, "“ana@” does not look like an e-mail address."),
    "two addresses": (
        {"email": "a@clinic.example, b@clinic.example"},
        "does not look like an e-mail address.",
    ),
    "a head in the address": ({"email": "a@clinic.example\r\nBcc: b@clinic.example"}, "no keyboard has"),
    "a head in the name": ({"name": "Ana\r\nBcc: b@clinic.example"}, "no keyboard has"),
    "a NUL in the name": ({"name": "Ana\x00Lee"}, "no keyboard has"),
    "a NUL in the address": ({"email": "ana\x00@clinic.example"}, "no keyboard has"),
    "a NUL in the organization": ({"organization": "Clinic\x00"}, "no keyboard has"),
    "a lure for a name": (
        {"name": "Win at www.lure.example"},
        "A name cannot contain a web or e-mail address.",
    ),
    "a very long name": ({"name": "a" * 500_000}, "120 is the most. Please shorten it."),
    "a very long organization": ({"organization": "a" * 200}, "160 is the most. Please shorten it."),
    "half a ZIP": ({"zip": "4300"}, "A ZIP code has 5 digits"),
    "a state of elsewhere": ({"state": "ZZ"}, "Choose one of the list under “State or territory”"),
    "a job of elsewhere": ({"job_role": "99999999999999999999"}, "Choose one of the list under “Job role”"),
}


@cases_once("what", BAD, both=("no address", "a NUL in the name", "a job of elsewhere"))
def test_what_cannot_be_is_refused_in_a_kind_sentence_and_changes_nothing(
    client: Client, db_session: Db, event: Event, what: str
) -> None:
    fields, sentence = BAD[what]
    before = every_row()
    answer = client.submit(path(event), {**ANA, "organization": "Riverside Clinic", "zip": "43004", **fields})
    assert answer.status_code == 400
    assert sentence in unescape(answer.text)
    assert "There is a problem" in answer.text
    assert every_row() == before


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_errors_keep_what_was_typed(client: Client, event: Event) -> None:
    typed = {"email": "ana@", "name": "Ana O'Lee", "organization": "River & Side", "state": "OH", "zip": "4"}
    answer = client.submit(path(event), typed)
    [form] = [each for each in forms_of(answer.text) if each.method == "post"]
    assert {name: form.values[name] for name in typed} == {name: [value] for name, value in typed.items()}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_ten_megabytes_are_too_much(client: Client, db_session: Db, event: Event) -> None:
    before = every_row()
    answer = client.submit(path(event), {**ANA, "name": "a" * 10_000_000})
    assert answer.status_code == 413
    assert "too large" in answer.text
    assert every_row() == before


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_form_without_our_token_is_refused(client: Client, db_session: Db, event: Event) -> None:
    before = every_row()
    answer = client.post(path(event), data=ANA)
    assert answer.status_code == 400
    assert "Go back, reload and send it again." in answer.text
    assert every_row() == before


def test_one_address_cannot_be_flooded(client: Client, event: Event) -> None:
    statuses = [client.submit(path(event), {**ANA, "name": ""}).status_code for _ in range(10)]
    last = client.submit(path(event), {**ANA, "name": ""})
    assert (statuses, last.status_code) == ([400] * 10, 429)
    assert "Too many tries" in last.text
    assert client.submit(path(event), {**ANA, "email": "other@clinic.example"}).status_code == 303


CLOSED: dict[str, tuple[dict[str, Any], str]] = {
    "full": ({"capacity": 1}, "This session is full."),
    "closed": ({"closed": True}, "Registration for this session is closed."),
    "over": ({"starts_at": timedelta(days=-2)}, "This session is over."),
    "cancelled": ({}, "This session is cancelled."),
    "listed": ({"visibility": Visibility.LISTED}, "Seats at this session are for members of the cohort."),
}


@cases_once("what", CLOSED)
def test_a_session_without_seats_says_so_at_once_and_offers_the_next(
    client: Client, db_session: Db, what: str
) -> None:
    columns, sentence = CLOSED[what]
    shift = columns.get("starts_at")
    event = makers.event(**(columns | ({"starts_at": now() + shift} if shift else {})))
    if what == "full":
        makers.registration(event, "first@people.example")
    if what == "cancelled":
        schedule.cancel(event, by="command")
    other = makers.event(title="Loan repayment", starts_at=now() + timedelta(days=60))
    db_session.commit()
    before = every_row()

    page = client.get(path(event))
    assert page.status_code == 200
    assert sentence in page.text
    assert path(other) in page.text
    assert [each for each in forms_of(page.text) if each.method == "post"] == []

    token = forms_of(client.get(path(other)).text)[0].values["csrf_token"][0]
    for address in ("first@people.example", "new@people.example"):
        answer = client.post(path(event), data={**ANA, "email": address, "csrf_token": token})
        assert (answer.status_code, answer.text) == (409, page.text)
    assert every_row() == before


def test_the_last_seat_can_be_taken(client: Client, db_session: Db) -> None:
    event = makers.event(capacity=1)
    db_session.commit()
    assert client.submit(path(event), ANA).status_code == 303
    assert "This session is full." in client.get(path(event)).text


@pytest.mark.parametrize(
    ("columns", "how", "button", "head"),
    [
        ({"waiting_list": True}, "waiting", "Join the waiting list", "You're on the waiting list."),
        ({"approval": True}, "pending", "Ask for a seat", "We received your registration"),
    ],
)
def test_a_place_in_line_is_called_so_and_tells_nothing_of_who_has_a_seat(
    client: Client, db_session: Db, columns: dict[str, Any], how: str, button: str, head: str
) -> None:
    event = makers.event(capacity=1)
    makers.registration(event, "seated@people.example")
    for name, value in columns.items():
        setattr(event, name, value)
    db_session.commit()
    page = client.get(path(event)).text
    assert f">{button}</button>" in page
    assert "seated@people.example" not in page
    answers = [
        client.submit(path(event), {**ANA, "email": f"{who}@people.example"}) for who in ("seated", "new")
    ]
    assert [each.status_code for each in answers] == [303, 303]
    assert [each.location for each in answers] == [f"{path(event, 'registered')}?how={how}"] * 2
    after = unescape(client.get(answers[0].location).text)
    assert head in after
    assert "what the mail you got then says still holds" in after
    statuses = {seat.person.address: seat.status for seat in db_session.scalars(select(Registration))}
    assert statuses == {"seated@people.example": "confirmed", "new@people.example": how}


def test_the_page_after_it_believes_only_what_the_session_allows(client: Client, event: Event) -> None:
    for how in ("waiting", "pending", "declined", "<b>"):
        assert "You're in." in unescape(client.get(path(event, "registered") + f"?how={how}").text)


@cases_once("hidden", ["draft", "members", "unknown", "nul"], both=("draft", "nul"))
def test_sessions_that_are_not_on_show_are_not_there(client: Client, db_session: Db, hidden: str) -> None:
    event = makers.event(
        title="Secret plans",
        published=hidden != "draft",
        visibility=Visibility.MEMBERS if hidden == "members" else Visibility.PUBLIC,
    )
    db_session.commit()
    slug = {"unknown": "jam-1999-01-01", "nul": "jam%00"}.get(hidden, event.slug)
    for then in ("register", "registered"):
        answer = client.get(f"/sessions/{slug}/{then}")
        assert answer.status_code == 404
        assert "Secret plans" not in answer.text


def test_the_page_after_registering_leads_on_where_it_says_nothing_true(
    client: Client, db_session: Db
) -> None:
    event = makers.event(starts_at=now() - timedelta(days=2))
    assert event.state == State.PUBLISHED
    db_session.commit()
    answer = client.get(path(event, "registered"))
    assert (answer.status_code, answer.location) == (303, f"/sessions/{event.slug}")


def test_opening_the_pages_changes_nothing(client: Client, db_session: Db, event: Event) -> None:
    before = every_row()
    for then in ("register", "registered"):
        assert client.get(path(event, then)).status_code == 200
        assert client.head(path(event, then)).status_code == 200
    assert every_row() == before


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_date_stands_on_the_form(client: Client, db_session: Db) -> None:
    event = makers.event(starts_at=datetime.fromisoformat("2030-12-17T18:00:00+00:00"))
    db_session.commit()
    page = client.get(path(event)).text
    assert "Tuesday, December 17, 2030" in page
    assert "1:00 to 2:00 p.m. Eastern" in page
    assert "Sessions are recorded." in page
    fills = dict(re.findall(r'<(?:input|select)[^>]*?autocomplete="([^"]+)"[^>]*?name="([^"]+)"', page)) | {
        fill: name for name, fill in re.findall(r'name="([^"]+)"[^>]*?autocomplete="([^"]+)"', page)
    }
    wanted = {"email": "email", "name": "name", "organization": "organization", "address-level1": "state"}
    assert fills == {**wanted, "postal-code": "zip"}
