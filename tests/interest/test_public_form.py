"""The one form for everybody who wants to take part, as somebody at the other end of the wire sees it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from jam.base.now import frozen, now
from jam.interest.models import NewsSubscription, Wish
from jam.mail.jobs import deliver
from jam.mail.models import Letter
from jam.people.models import Address, Person
from jam.vocabulary.actions import add_first_terms
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind
from tests import makers
from tests.cases_once import cases_once
from tests.clients import Client
from tests.forms import forms_of
from tests.interest.mails import mails, text_of
from tests.rows import every_row
from tests.together import together

Db = scoped_session[Session]

ANA = {"email": "Ana.Lee@Clinic.example", "name": "Ana Lee"}
BOXES = ["join", "present", "working_group", "fund", "share", "news"]


def kinds(db_session: Db) -> list[str]:
    return list(db_session.scalars(select(Letter.kind).order_by(Letter.id)))


def test_an_offer_to_present_reaches_staff_with_what_was_said(client: Client, db_session: Db) -> None:
    add_first_terms(by="command")
    role, sector = terms(Kind.JOB_ROLE)[2], terms(Kind.SECTOR)[0]
    db_session.commit()
    answer = client.submit(
        "/interest",
        {
            **ANA,
            "present": "y",
            "organization": "Riverside Clinic",
            "job_role": str(role.id),
            "sector": str(sector.id),
            "state": "OH",
            "message": "A year of peers.\r\n\r\nIt worked.",
        },
    )
    assert (answer.status_code, answer.location) == (303, "/interest/thanks")
    wish = db_session.scalars(select(Wish)).one()
    said = (
        wish.kind,
        wish.name,
        wish.organization,
        wish.job_role_id,
        wish.sector_id,
        wish.state,
        wish.message,
    )
    assert said == (
        "present", "Ana Lee", "Riverside Clinic", role.id, sector.id, "OH", "A year of peers.\n\nIt worked.",
    )  # fmt: skip
    assert (wish.person.address, wish.answered_at) == ("Ana.Lee@Clinic.example", None)
    assert db_session.scalars(select(NewsSubscription)).all() == []


def test_each_wish_ends_where_it_belongs(app: Flask, client: Client, db_session: Db) -> None:
    makers.event()
    db_session.commit()
    client.submit("/interest", {**ANA, **dict.fromkeys(BOXES, "y"), "message": "All of it."})
    waiting = db_session.execute(select(Wish.kind, Wish.message).order_by(Wish.id)).all()
    assert waiting == [(kind, "All of it.") for kind in ("present", "working-group", "fund", "share")]
    assert db_session.scalars(select(NewsSubscription.state)).all() == ["asked"]
    assert sorted(kinds(db_session)) == ["interest-received", "news-confirm"]
    assert deliver() == 2
    [received] = [mail for mail in mails(app) if mail["Subject"] == "What happens with your wishes"]
    text = text_of(received)
    assert "thank you for telling us how you would like to take part" in text.partition("\n")[0]
    for words in (
        "register for each session",
        "offer to present",
        "working groups",
        "funding",
        "want to share",
    ):
        assert words in text
    assert "All of it." not in text, "whoever types an address must not write to it through us"
    assert "http://jam.example/sessions/?when=upcoming" in text
    assert client.get("/sessions/?when=upcoming").status_code == 200


def test_somebody_who_only_joins_gets_the_way_to_the_dates_and_no_staff_is_asked(
    app: Flask, client: Client, db_session: Db
) -> None:
    client.submit("/interest", {**ANA, "join": "y"})
    assert db_session.scalars(select(Wish)).all() == []
    deliver()
    [mail] = mails(app)
    text = text_of(mail)
    assert "http://jam.example/sessions/?when=upcoming" in text
    assert [words for words in ("offer to present", "funding", "news") if words in text] == []
    assert "\n\n\n" not in text, "what was not ticked leaves no gap"


@pytest.mark.parametrize("box", [None, "join", "news"])
def test_a_message_is_read_by_a_person_whatever_was_ticked(
    client: Client, db_session: Db, box: str | None
) -> None:
    ticked = {box: "y"} if box else {}
    assert client.submit("/interest", {**ANA, **ticked, "message": "Captions, please."}).status_code == 303
    assert db_session.execute(select(Wish.kind, Wish.message)).all() == [("message", "Captions, please.")]


def test_neither_wish_nor_message_is_nothing(client: Client, db_session: Db) -> None:
    before = every_row()
    answer = client.submit("/interest", {**ANA, "message": " \n "})
    assert answer.status_code == 400
    assert "Tick at least one way to take part, or write us a message." in answer.text
    assert every_row() == before


def test_no_box_is_ticked_beforehand_and_no_link_ticks_the_news(client: Client) -> None:
    def ticked(path: str) -> set[str]:
        [form] = [each for each in forms_of(client.get(path).text) if each.method == "post"]
        assert set(BOXES) <= form.names
        return set(BOXES) & set(form.values)

    assert ticked("/interest") == set()
    assert ticked("/interest?wish=present") == {"present"}
    assert ticked("/interest?wish=working-group") == {"working_group"}
    for never in ("news", "message", "name", "csrf_token", "\x00", "x" * 2000):
        assert ticked(f"/interest?wish={never}") == set()


def test_the_answer_is_the_same_for_new_known_and_subscribed_addresses(app: Flask, db_session: Db) -> None:
    makers.person("known@people.example", "Somebody Else", state="TX")
    listed = makers.person("listed@people.example", "Lis Ted")
    db_session.add(
        NewsSubscription(
            person_id=listed.id, state="confirmed", asked_at=now(), confirmed_at=now(), link_version=0
        )
    )
    db_session.commit()
    told: dict[str, list[Any]] = {}
    for address in ("known@people.example", "listed@people.example", "new@people.example"):
        visitor = app.test_client()
        fields = {"email": address, "name": "Ana Lee", "state": "OH", "news": "y"}
        answer = visitor.submit("/interest", fields)  # type: ignore[attr-defined]
        page = visitor.get(answer.location)
        told[address] = [answer.status_code, answer.location, page.status_code, page.text]
    assert told["known@people.example"] == told["new@people.example"] == told["listed@people.example"]
    known = db_session.scalars(
        select(Person).join(Address).where(Address.normal == "known@people.example")
    ).one()
    assert (known.name, known.state) == ("Somebody Else", "TX"), (
        "a form anybody can fill in overwrote somebody"
    )
    written = db_session.scalars(select(Letter.to_address).order_by(Letter.id)).all()
    assert written == ["known@people.example", "new@people.example"]


def test_sent_twice_it_makes_one_row_and_one_letter(client: Client, db_session: Db) -> None:
    fields = {**ANA, "present": "y", "news": "y", "message": "Peers."}
    answers = [client.submit("/interest", fields) for _ in range(3)]
    assert {(each.status_code, each.location) for each in answers} == {(303, "/interest/thanks")}
    assert db_session.scalar(select(func.count()).select_from(Wish)) == 1
    assert sorted(kinds(db_session)) == ["interest-received", "news-confirm"]


def test_another_message_is_another_row_and_still_one_letter_an_hour(client: Client, db_session: Db) -> None:
    began = now()
    for minutes, message in ((0, "Peers."), (59, "Peers, and pay."), (61, "One more thing.")):
        with frozen(began + timedelta(minutes=minutes)):
            client.submit("/interest", {**ANA, "present": "y", "news": "y", "message": message})
    assert db_session.scalars(select(Wish.message).order_by(Wish.id)).all() == [
        "Peers.", "Peers, and pay.", "One more thing.",
    ]  # fmt: skip
    assert sorted(kinds(db_session)) == ["interest-received"] * 2 + ["news-confirm"] * 2


def test_five_posts_at_once_make_one_row_and_one_letter(app: Flask, db_session: Db) -> None:
    visitors, forms = [app.test_client() for _ in range(5)], []
    for each in visitors:
        [form] = [found for found in forms_of(each.get("/interest").text) if found.method == "post"]
        forms.append({**form.values, **ANA, "fund": "y", "news": "y"})

    def send(number: int, ready: Callable[[], object]) -> int:
        ready()
        return visitors[number].post("/interest", data=forms[number]).status_code

    assert together(5, send) == [303] * 5
    assert db_session.scalar(select(func.count()).select_from(Person)) == 1
    assert db_session.scalars(select(Wish.kind)).all() == ["fund"]
    assert db_session.scalars(select(NewsSubscription.state)).all() == ["asked"]
    assert sorted(kinds(db_session)) == ["interest-received", "news-confirm"]


BAD = {
    "no address": ({"email": ""}, "Enter your e-mail address, like name@example.org."),
    "half an address": ({"email": "ana@"}, "“ana@” does not look like an e-mail address."),
    "two addresses": (
        {"email": "a@clinic.example, b@clinic.example"},
        "does not look like an e-mail address.",
    ),
    "no name": ({"name": "  "}, "Enter your name as it should appear on letters."),
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
    "a very long message": ({"message": "a" * 4_001}, "4,000 is the most. Please shorten it."),
    "a state of elsewhere": ({"state": "ZZ"}, "Choose one of the list under “State or territory”"),
    "a job of elsewhere": ({"job_role": "99999999999999999999"}, "Choose one of the list under “Job role”"),
    "a sector of elsewhere": ({"sector": "-1"}, "Choose one of the list under “Sector”"),
}


@cases_once("what", BAD, both=("no address", "a NUL in the name", "a job of elsewhere"))
def test_what_cannot_be_is_refused_in_a_kind_sentence_and_changes_nothing(
    client: Client, db_session: Db, what: str
) -> None:
    fields, sentence = BAD[what]
    before = every_row()
    answer = client.submit("/interest", {**ANA, "present": "y", "news": "y", **fields})
    assert answer.status_code == 400
    assert sentence in unescape(answer.text)
    assert "There is a problem" in answer.text
    assert every_row() == before


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_errors_keep_what_was_typed_and_ticked(client: Client) -> None:
    typed = {
        "email": "ana@",
        "name": "Ana O'Lee",
        "organization": "River & Side",
        "state": "OH",
        "message": "<b>",
    }
    answer = client.submit("/interest", {**typed, "share": "y"})
    [form] = [each for each in forms_of(answer.text) if each.method == "post"]
    # A browser drops the line break that a text area begins with (HTML, section 13.1.2.5).
    assert {name: form.values[name][0].lstrip("\r\n") for name in typed} == typed
    assert set(BOXES) & set(form.values) == {"share"}


def test_control_characters_in_a_message_vanish(client: Client, db_session: Db) -> None:
    client.submit("/interest", {**ANA, "message": "Peers\x00\x1b[31m, \ue000confirm_news\ue001 and\ttabs"})
    assert db_session.scalars(select(Wish.message)).all() == ["Peers[31m, confirm_news and\ttabs"]


def test_a_name_with_markup_and_marks_stays_words(app: Flask, client: Client, db_session: Db) -> None:
    name = "Ana <script> {sessions} [x](y) =?utf-8?q?=0d=0aBcc?="
    client.submit("/interest", {**ANA, "name": name, "news": "y", "join": "y"})
    deliver()
    for mail in mails(app):
        assert mail.keys().count("To") == 1
        assert mail["Bcc"] is None
        html = mail.get_body(("html",)).get_content()
        assert "<script" not in html
        assert 'href="y"' not in html


def test_ten_megabytes_are_too_much(client: Client, db_session: Db) -> None:
    before = every_row()
    answer = client.submit("/interest", {**ANA, "present": "y", "message": "a" * 10_000_000})
    assert answer.status_code == 413
    assert "too large" in answer.text
    assert every_row() == before


def test_a_form_without_our_token_is_refused(client: Client, db_session: Db) -> None:
    before = every_row()
    assert client.post("/interest", data={**ANA, "news": "y"}).status_code == 400
    assert every_row() == before


def test_one_address_cannot_be_flooded(client: Client) -> None:
    statuses = [client.submit("/interest", {**ANA, "name": ""}).status_code for _ in range(10)]
    assert (statuses, client.submit("/interest", {**ANA, "name": ""}).status_code) == ([400] * 10, 429)
    assert (
        client.submit("/interest", {**ANA, "email": "other@clinic.example", "join": "y"}).status_code == 303
    )


def test_opening_the_pages_changes_nothing(client: Client, db_session: Db) -> None:
    before = every_row()
    for path in ("/interest", "/interest/thanks"):
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200
    assert every_row() == before


def test_home_and_every_footer_lead_to_the_form(client: Client, db_session: Db) -> None:
    home = client.get("/").text
    assert 'href="/volunteer"' in home
    for path in ("/", "/sessions/", "/accessibility"):
        assert 'href="/interest">Tell us how you would like to take part</a>' in client.get(path).text
