"""Signing in by a one-time link: the same answer to everybody, one use, sessions that end, and no way off the site."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from jam.base import tokens
from jam.base.database import db
from jam.base.now import frozen, now
from jam.base.settings import Settings
from jam.mail.jobs import deliver
from jam.mail.models import Letter
from jam.people import actions, pages
from jam.people.models import Account, SignInLink
from jam.people.rules import LINK_BY_MAIL, AccountRole
from tests import makers
from tests.cases_once import cases_once
from tests.clients import Client
from tests.together import together

ADDRESS = "organizer@staff.example"


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "ANSWER_AFTER", 0.0)


@pytest.fixture
def account(db_session: scoped_session[Session]) -> Account:
    made = makers.account()
    db_session.commit()
    return made


def link_for(account: Account) -> str:
    link = actions.sign_in_link(account, LINK_BY_MAIL, by="command")
    db.session.commit()
    return f"/signin/{tokens.make('sign-in', link.id)}"


def mailed_link(settings: Settings) -> str:
    assert settings.mail_folder is not None
    [letter] = list(settings.mail_folder.glob("*.eml"))
    text = message_from_bytes(letter.read_bytes(), policy=policy.default).get_body(("plain",))
    assert text is not None
    [found] = re.findall(r"http://jam\.example(/signin/[\w-]+)", text.get_content())
    return str(found)


def is_signed_in(client: Client) -> bool:
    return client.get("/desk/").status_code == 200


def test_somebody_signs_in_by_mail_and_goes_on_where_they_were(
    client: Client, account: Account, settings: Settings
) -> None:
    stopped = client.get("/desk/?from=mail")
    assert stopped.location == "/signin?next=/desk/?from%3Dmail"
    sent = client.submit(stopped.location, {"email": " Organizer@Staff.Example "})
    assert (sent.status_code, sent.location) == (303, "/signin/sent")
    assert "Look into your mail" in client.get(sent.location).text
    assert deliver() == 1
    page = mailed_link(settings)
    assert client.get(page).status_code == 200
    assert client.head(page).status_code == 200
    done = client.submit(page)
    assert (done.status_code, done.location) == (303, "/desk/?from=mail")
    assert is_signed_in(client)


def test_known_and_unknown_addresses_get_the_same_answer(
    client: Client, app: Flask, account: Account, db_session: scoped_session[Session]
) -> None:
    other = app.test_client()
    assert isinstance(other, Client)
    known = client.submit("/signin", {"email": ADDRESS})
    unknown = other.submit("/signin", {"email": "nobody@elsewhere.example"})
    assert (known.status_code, known.location, known.data) == (
        unknown.status_code,
        unknown.location,
        unknown.data,
    )
    assert {name for name, _ in known.headers} == {name for name, _ in unknown.headers}
    assert db_session.scalars(select(Letter.to_address)).all() == [ADDRESS]


def test_every_answer_takes_the_same_time_at_least(
    client: Client, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(pages, "ANSWER_AFTER", 100.0)
    monkeypatch.setattr(pages, "sleep", waited.append)
    for address in (ADDRESS, "nobody@elsewhere.example"):
        client.submit("/signin", {"email": address})
    assert len(waited) == 2
    assert all(95 < each <= 100 for each in waited)


def test_what_is_no_address_is_said_and_kept(client: Client) -> None:
    answer = client.submit("/signin", {"email": "ana at example"})
    assert answer.status_code == 400
    assert "does not look like an e-mail address" in answer.text
    assert 'value="ana at example"' in answer.text


def test_a_closed_account_gets_no_letter(
    client: Client, account: Account, db_session: scoped_session[Session]
) -> None:
    account.active = False
    db_session.commit()
    assert client.submit("/signin", {"email": ADDRESS}).status_code == 303
    assert db_session.scalar(select(func.count()).select_from(Letter)) == 0


def test_one_address_gets_ten_letters_an_hour_at_most(
    client: Client, account: Account, db_session: scoped_session[Session]
) -> None:
    answers = [client.submit("/signin", {"email": ADDRESS}).status_code for _ in range(11)]
    assert answers == [303] * 10 + [429]
    assert db_session.scalar(select(func.count()).select_from(Letter)) == 10


def test_opening_a_link_any_number_of_times_does_not_use_it_up(client: Client, account: Account) -> None:
    page = link_for(account)
    for _ in range(3):
        assert client.get(page).status_code == 200
    assert client.submit(page).status_code == 303


def test_a_link_works_once(client: Client, app: Flask, account: Account) -> None:
    page = link_for(account)
    csrf_of_other = app.test_client()
    assert isinstance(csrf_of_other, Client)
    form = csrf_of_other.get(page).text
    assert client.submit(page).status_code == 303
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)
    assert token
    late = csrf_of_other.post(page, data={"csrf_token": token[1]})
    assert late.status_code == 410
    assert "Ask for a new link" in late.text
    assert csrf_of_other.get(page).status_code == 410
    assert not is_signed_in(csrf_of_other)


def test_a_link_is_too_old_after_half_an_hour(client: Client, account: Account) -> None:
    page = link_for(account)
    with frozen(now() + LINK_BY_MAIL - timedelta(seconds=5)):
        assert client.get(page).status_code == 200
    with frozen(now() + LINK_BY_MAIL + timedelta(seconds=5)):
        assert client.get(page).status_code == 410


def test_a_link_of_an_account_closed_meanwhile_is_dead_and_not_used(
    client: Client, account: Account, db_session: scoped_session[Session]
) -> None:
    page = link_for(account)
    form = client.get(page).text
    account.active = False
    db_session.commit()
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)
    assert token
    assert client.post(page, data={"csrf_token": token[1]}).status_code == 410
    assert db_session.scalars(select(SignInLink.used_at)).all() == [None]


@cases_once("broken", ["x", "x" * 27 + "1", "a b", "é", "../../desk", "0" * 400])
def test_a_broken_link_says_so(client: Client, account: Account, broken: str) -> None:
    assert client.get(f"/signin/{broken}").status_code in (404, 410)


def test_a_link_made_for_something_else_does_not_sign_in(client: Client, account: Account) -> None:
    link_for(account)
    assert client.get(f"/signin/{tokens.make('me', 1)}").status_code == 410
    assert client.get(f"/signin/{tokens.make('sign-in', 1, version=1)}").status_code == 410


def test_two_simultaneous_presses_sign_in_once(app: Flask, account: Account) -> None:
    page = link_for(account)
    clients = [app.test_client() for _ in range(6)]
    fields = []
    for each in clients:
        token = re.search(r'name="csrf_token" value="([^"]+)"', each.get(page).text)
        assert token
        fields.append({"csrf_token": token[1]})

    def press(number: int, ready: Callable[[], object]) -> int:
        ready()
        return clients[number].post(page, data=fields[number]).status_code

    assert sorted(together(len(clients), press)) == [303] + [410] * 5


def test_a_copied_cookie_is_dead_after_signing_out(client: Client, app: Flask, account: Account) -> None:
    client.submit(link_for(account))
    cookie = client.get_cookie("jam", domain="jam.example")
    assert cookie
    thief = app.test_client()
    assert isinstance(thief, Client)
    thief.set_cookie("jam", cookie.value, domain="jam.example")
    assert is_signed_in(thief)
    assert client.submit("/desk/", form="/signout").location == "/"
    assert not is_signed_in(client)
    thief.set_cookie("jam", cookie.value, domain="jam.example")
    assert not is_signed_in(thief)


@pytest.mark.parametrize(("role", "active"), [(AccountRole.REVIEWER, True), (AccountRole.ORGANIZER, False)])
def test_a_change_of_the_account_ends_its_sessions(
    client: Client, account: Account, db_session: scoped_session[Session], role: AccountRole, active: bool
) -> None:
    client.submit(link_for(account))
    assert is_signed_in(client)
    actions.change_account(account, role, active, by="command")
    db_session.commit()
    assert not is_signed_in(client)


def test_nothing_planted_before_survives_signing_in(client: Client, account: Account) -> None:
    page = link_for(account)
    with client.session_transaction() as session:
        session.update(me=99, planted="yes")
    client.submit(page)
    with client.session_transaction() as session:
        assert {"me", "planted", "next"} & set(session) == set()
        assert session["_user_id"] == f"{account.id}.{account.session_version}"


def test_somebody_signed_in_need_not_do_it_again(client: Client, account: Account) -> None:
    client.sign_in(account)
    assert client.get("/signin").location == "/desk/"
    assert client.get("/signin?next=/desk/people/").location == "/desk/people/"


ELSEWHERE = [
    "http://evil.example", "https://evil.example/desk/", "HTTPS://evil.example", "//evil.example", "///evil.example",
    "////evil.example", "/\\evil.example", "\\\\evil.example", "\\/evil.example", "/\\/evil.example", "//\\evil.example",
    "/\t/evil.example", "/\n/evil.example", "/\r/evil.example", "\t//evil.example", " //evil.example", "\x00//evil.example",
    "/\x00/evil.example", "https:evil.example", "https:/evil.example", "https:\\evil.example", "javascript:alert(1)",
    "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "mailto:x@evil.example", "evil.example", "www.evil.example",
    "@evil.example", "jam.example@evil.example", "//jam.example@evil.example", "//evil.example/%2f..", "/desk/\r\nLocation: //evil.example",
    "/desk/\\..\\evil", "http:///evil.example", "?next=//evil.example", "#//evil.example", "..//evil.example", "ftp://evil.example",
    "//[::1]/", "//evil.example:80", "/desk/ //evil.example", "/" + "a" * 600,
]  # fmt: skip


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("target", ELSEWHERE)
def test_a_forged_next_leads_to_the_desk(client: Client, account: Account, target: str) -> None:
    client.submit("/signin", {"email": "nobody@elsewhere.example", "next": target})
    assert client.submit(link_for(account)).location == "/desk/"
    assert client.get("/signin", query_string={"next": target}).location == "/desk/"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "target", ["/desk/people/?q=Ana%20Lee&page=2", "/desk/letters/7", "/%2f/evil.example", "/"]
)
def test_a_next_on_this_site_is_followed(client: Client, account: Account, target: str) -> None:
    client.submit("/signin", {"email": "nobody@elsewhere.example", "next": target})
    assert client.submit(link_for(account)).location == target
