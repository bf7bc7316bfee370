"""Administrators say who may sign in; the last of them cannot be lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.base.errors import Refused
from jam.mail.models import Letter
from jam.people.actions import change_account
from jam.people.models import Account
from jam.people.rules import AccountRole
from tests import makers
from tests.cases_once import cases_once
from tests.clients import Client
from tests.together import together


@pytest.fixture
def admin(client: Client, db_session: scoped_session[Session]) -> Client:
    makers.sign_in(client, AccountRole.ADMIN)
    return client


def stands(id: int) -> tuple[str, bool]:
    db.session.rollback()
    account = db.session.get_one(Account, id)
    return account.role, account.active


def test_an_account_is_made_and_its_link_sent(admin: Client, db_session: scoped_session[Session]) -> None:
    new = {"name": "Cyd Ray", "email": "Cyd@Staff.example", "role": "organizer"}
    answer = admin.submit("/desk/accounts/", new, form="/desk/accounts/")
    assert (answer.status_code, answer.location) == (303, "/desk/accounts/")
    page = admin.get("/desk/accounts/").text
    assert "Cyd Ray can sign in now. A link is on its way to Cyd@Staff.example." in page
    assert "Cyd@Staff.example" in page
    [letter] = db_session.scalars(select(Letter))
    assert (letter.kind, letter.to_address) == ("sign-in", "Cyd@Staff.example")


def test_somebody_jam_knows_keeps_their_name(admin: Client, db_session: scoped_session[Session]) -> None:
    makers.person("ana@clinic.example", "Ana Lee")
    db_session.commit()
    new = {"name": "Somebody Else", "email": "ana@clinic.example", "role": "reviewer"}
    admin.submit("/desk/accounts/", new, form="/desk/accounts/")
    account = db_session.scalars(select(Account).where(Account.role == "reviewer")).one()
    assert account.person.name == "Ana Lee"


@cases_once(
    ("fields", "sentence"),
    [
        ({"name": "", "email": "x@staff.example", "role": "admin"}, "Enter the person&#39;s name"),
        (
            {"name": "http://evil.example", "email": "x@staff.example", "role": "admin"},
            "cannot contain a web",
        ),
        ({"name": "X", "email": "no address", "role": "admin"}, "does not look like an e-mail address"),
        ({"name": "X", "email": "x@staff.example", "role": None}, "Choose what this person may do."),
        ({"name": "X", "email": "x@staff.example", "role": "emperor"}, "Not a valid choice"),
        ({"name": "X", "email": "admin@staff.example", "role": "admin"}, "has an account already"),
    ],
)
def test_what_is_wrong_is_said_and_kept(
    admin: Client, db_session: scoped_session[Session], fields: dict[str, str | None], sentence: str
) -> None:
    answer = admin.submit("/desk/accounts/", fields, form="/desk/accounts/")
    assert answer.status_code == 400
    assert "There is a problem" in answer.text
    assert sentence in answer.text
    if fields["email"]:
        assert f'value="{fields["email"]}"' in answer.text
    assert len(db_session.scalars(select(Account)).all()) == 1


def test_a_role_is_changed_and_an_account_closed_and_opened(
    admin: Client, db_session: scoped_session[Session]
) -> None:
    other = makers.account(AccountRole.ORGANIZER)
    db_session.commit()
    page = f"/desk/accounts/{other.id}"
    assert admin.submit(page, {"role": "reviewer"}).status_code == 303
    assert stands(other.id) == ("reviewer", True)
    assert admin.submit(page, form="/close").status_code == 303
    assert stands(other.id) == ("reviewer", False)
    assert "This account is closed" in admin.get(page).text
    assert admin.submit(page, form="/open").status_code == 303
    assert stands(other.id) == ("reviewer", True)


def test_a_new_link_is_sent_but_not_for_a_closed_account(
    admin: Client, db_session: scoped_session[Session]
) -> None:
    other = makers.account(AccountRole.ORGANIZER)
    db_session.commit()
    page = f"/desk/accounts/{other.id}"
    assert admin.submit(page, form="/link").location == page
    assert db_session.scalars(select(Letter.to_address)).all() == ["organizer@staff.example"]
    token = admin.get(page).text.partition('name="csrf_token" value="')[2].partition('"')[0]
    other.active = False
    db_session.commit()
    assert admin.post(f"{page}/link", data={"csrf_token": token}).status_code == 400
    assert len(db_session.scalars(select(Letter)).all()) == 1


@pytest.mark.parametrize("way", ["demote", "close"])
def test_the_last_administrator_cannot_be_lost(
    admin: Client, db_session: scoped_session[Session], way: str
) -> None:
    own = db_session.scalars(select(Account)).one()
    makers.account(AccountRole.ORGANIZER)
    db_session.commit()
    page = f"/desk/accounts/{own.id}"
    answer = (
        admin.submit(page, {"role": "organizer"}) if way == "demote" else admin.submit(page, form="/close")
    )
    assert answer.status_code == 400
    assert "This is the last administrator." in answer.text
    assert stands(own.id) == ("admin", True)


def test_a_closed_administrator_does_not_count(db_session: scoped_session[Session]) -> None:
    one, other = (makers.account(AccountRole.ADMIN, f"{each}@staff.example") for each in "ab")
    change_account(other, AccountRole.ADMIN, False, by="command")
    with pytest.raises(Refused, match="last administrator"):
        change_account(one, AccountRole.REVIEWER, True, by="command")


def test_whoever_changes_their_own_account_signs_in_again(
    admin: Client, db_session: scoped_session[Session]
) -> None:
    own = db_session.scalars(select(Account)).one()
    makers.account(AccountRole.ADMIN, "second@staff.example")
    db_session.commit()
    assert admin.submit(f"/desk/accounts/{own.id}", {"role": "organizer"}).location == "/signin"
    assert admin.get("/desk/").location.startswith("/signin")


def test_two_administrators_who_demote_each_other_at_once_leave_one(
    app: Flask, db_session: scoped_session[Session]
) -> None:
    ids = [makers.account(AccountRole.ADMIN, f"{each}@staff.example").id for each in "ab"]
    db_session.commit()

    def demote(number: int, ready: Callable[[], object]) -> None:
        with app.app_context():
            account = db.session.get_one(Account, ids[number])
            if db.engine.dialect.name == "sqlite":
                db.session.rollback()  # one writer at a time: it must not hold the lock while it waits
            ready()
            try:
                change_account(account, AccountRole.REVIEWER, True, by="command")
                db.session.commit()
            except Refused:
                db.session.rollback()
            db.session.remove()

    together(len(ids), demote)
    assert sorted(stands(id)[0] for id in ids) == ["admin", "reviewer"]


def test_the_list_asks_the_same_number_of_questions_however_long_it_is(
    admin: Client, db_session: scoped_session[Session]
) -> None:
    with makers.statements() as with_one:
        admin.get("/desk/accounts/")
    for number in range(5):
        makers.account(AccountRole.REVIEWER, f"reviewer{number}@staff.example")
    db_session.commit()
    with makers.statements() as with_six:
        page = admin.get("/desk/accounts/").text
    assert page.count("@staff.example") == 6
    assert len(with_six) == len(with_one)
