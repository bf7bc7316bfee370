"""The way back for whoever lost the link to their own page; it tells nobody who is known."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base.now import frozen, now
from jam.mail.models import Letter
from jam.me import pages
from jam.people.actions import merge
from tests import makers
from tests.clients import Client
from tests.rows import every_row

Db = scoped_session[Session]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "ANSWER_AFTER", 0.0)


def sent(db_session: Db) -> list[tuple[str, str]]:
    query = select(Letter).where(Letter.kind == "my-page").order_by(Letter.id)
    return [(each.to_address, each.to_name) for each in db_session.scalars(query)]


def test_a_fresh_link_goes_to_the_address_and_opens_the_page(client: Client, db_session: Db) -> None:
    person = makers.person("Ana@clinic.example", "Ana Lee")
    db_session.commit()
    answer = client.submit("/me/lost", {"email": "  ana@CLINIC.example "})
    assert (answer.status_code, answer.location) == (303, "/me/lost/sent")
    [letter] = db_session.scalars(select(Letter))
    assert (letter.kind, letter.to_address) == ("my-page", "Ana@clinic.example")
    assert letter.links == {"my_page": ["me", person.id]}
    assert "/me/" not in letter.text


def test_known_and_unknown_addresses_get_the_same_answer(app: Flask, db_session: Db) -> None:
    makers.person("known@people.example", "Somebody Else")
    db_session.commit()
    told = []
    for address in ("known@people.example", "unknown@people.example"):
        visitor = app.test_client()
        answer = visitor.submit("/me/lost", {"email": address})  # type: ignore[attr-defined]
        page = visitor.get(answer.location)
        told.append([answer.status_code, answer.location, answer.text, page.status_code, page.text])
    assert told[0] == told[1]
    assert [word for word in ("Somebody", "people.example") if word in told[0][4]] == []
    assert sent(db_session) == [("known@people.example", "Somebody Else")]


def test_one_letter_in_fifteen_minutes_to_one_address(client: Client, db_session: Db) -> None:
    makers.person("ana@clinic.example")
    makers.person("ben@clinic.example", "Ben Ode")
    db_session.commit()
    start = now()
    for minutes, address in ((0, "ana"), (1, "ana"), (2, "ben"), (14, "ana"), (16, "ana")):
        with frozen(start + timedelta(minutes=minutes)):
            assert client.submit("/me/lost", {"email": f"{address}@clinic.example"}).status_code == 303
    assert [address for address, _ in sent(db_session)] == [
        "ana@clinic.example",
        "ben@clinic.example",
        "ana@clinic.example",
    ]


def test_a_second_address_of_the_same_person_works_too(client: Client, db_session: Db) -> None:
    ana, twin = makers.person("ana@clinic.example"), makers.person("ana@home.example", "A. Lee")
    merge(ana, twin, by="command")
    db_session.commit()
    for address in ("ana@home.example", "ana@clinic.example"):
        client.submit("/me/lost", {"email": address})
    assert sent(db_session) == [("ana@home.example", "Ana Lee"), ("ana@clinic.example", "Ana Lee")]


@pytest.mark.parametrize("typed", ["", "ana@", "ana@clinic.example\r\nBcc: eve@elsewhere.example"])
def test_what_is_no_address_is_refused_and_stays(client: Client, db_session: Db, typed: str) -> None:
    before = every_row()
    answer = client.submit("/me/lost", {"email": typed})
    assert answer.status_code == 400
    assert "There is a problem" in answer.text
    assert every_row() == before


def test_asking_is_rate_limited_by_address(client: Client, db_session: Db) -> None:
    answers = [client.submit("/me/lost", {"email": "ana@clinic.example"}).status_code for _ in range(11)]
    assert answers == [303] * 10 + [429]
