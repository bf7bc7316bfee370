"""The news list: only a press of the button in somebody's own mail puts them on it, and one click takes them off."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

import jam
from jam.audit.models import AuditEntry
from jam.base import tokens
from jam.base.access import csrf_exempted
from jam.base.database import db
from jam.base.now import frozen, now
from jam.interest import actions
from jam.interest.links import end_link
from jam.interest.models import NewsSubscription, Wish
from jam.interest.queries import subscribers
from jam.mail.jobs import deliver
from jam.mail.models import Letter
from jam.people.actions import merge
from jam.people.models import Person
from tests import makers
from tests.cases_once import cases_once
from tests.clients import Client
from tests.interest.mails import confirm_paths, mails, text_of
from tests.rows import every_row

Db = scoped_session[Session]

ANA = {"email": "ana@clinic.example", "name": "Ana Lee", "news": "y"}
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def asked(app: Flask, client: Client, db_session: Db) -> str:
    """Ana ticked the news; the path of the link in her mail."""
    client.submit("/interest", ANA)
    deliver()
    [path] = confirm_paths(app)
    return path


def listed() -> list[str]:
    db.session.rollback()
    return [row.address for row in db.session.execute(subscribers())]


def ana() -> Person:
    return db.session.scalars(select(Person)).one()


def end_path(person: Person) -> str:
    return end_link(person.id).removeprefix("http://jam.example")


def test_somebody_asks_confirms_and_leaves(app: Flask, client: Client, asked: str) -> None:
    [mail] = mails(app)
    assert mail["Subject"] == "Do you want our news?"
    assert "Please confirm" in text_of(mail).partition("\n\n")[0]
    assert listed() == []
    assert "Do you want our news?" in client.get(asked).text

    pressed = client.submit(asked)
    assert (pressed.status_code, pressed.location) == (303, asked)
    assert listed() == ["ana@clinic.example"]
    page = client.get(asked)
    assert "You get our news" in page.text
    assert end_path(ana()) in page.text

    left = client.submit(end_path(ana()))
    assert (left.status_code, left.location) == (303, end_path(ana()))
    assert "You get no news from us" in client.get(left.location).text
    assert listed() == []
    recorded = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.action.like("interest.%")).order_by(AuditEntry.id)
    )
    assert recorded.all() == ["interest.news_asked_for", "interest.news_confirmed", "interest.news_ended"]


def test_opening_links_any_number_of_times_changes_nothing(client: Client, asked: str) -> None:
    before = every_row()
    for path in (asked, end_path(ana())):
        for _ in range(3):
            assert client.get(path).status_code == 200
            assert client.head(path).status_code == 200
    assert every_row() == before


def test_a_forged_press_from_another_site_subscribes_nobody(client: Client, asked: str) -> None:
    before = every_row()
    assert client.post(asked).status_code == 400
    assert client.post(asked, data=ONE_CLICK).status_code == 400
    assert every_row() == before


def test_pressing_again_is_pressing_once(client: Client, asked: str) -> None:
    client.submit(asked)
    confirmed = db.session.scalars(select(NewsSubscription)).one().confirmed_at
    token = tokens.make("news-confirm", ana().id)
    assert asked == f"/news/confirm/{token}"
    client.submit("/interest", ANA)
    db.session.rollback()
    held = db.session.scalars(select(NewsSubscription)).one()
    assert (held.state, held.confirmed_at) == ("confirmed", confirmed)
    assert len(db.session.scalars(select(Letter)).all()) == 1, "who gets the news is not asked again"


def test_one_click_ends_without_page_cookie_or_token(app: Flask, client: Client, asked: str) -> None:
    client.submit(asked)
    path = end_path(ana())
    mail_program = app.test_client()
    for _ in range(2):
        answer = mail_program.post(path, data=ONE_CLICK)
        assert (answer.status_code, answer.location) == (200, None)
        assert "You get no news from us" in answer.text
        assert listed() == []
    as_parts = mail_program.post(path, data=ONE_CLICK, content_type="multipart/form-data")
    assert as_parts.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_ways_off_a_list_are_the_only_routes_without_a_csrf_token(app: Flask) -> None:
    exempt = csrf_exempted(app)
    routes = [
        (each.rule, each.endpoint)
        for each in app.url_map.iter_rules()
        if app.view_functions[each.endpoint] in exempt
    ]
    assert sorted(routes) == [
        ("/letters/stop/<token>", "people.stop_letters"),
        ("/news/end/<token>", "interest.end_news"),
    ]
    assert jam.csrf._exempt_views == {"jam.interest.pages.end_news", "jam.people.stopping.stop_letters"}
    assert jam.csrf._exempt_blueprints == set()


def test_who_left_is_not_put_back_by_an_old_mail(app: Flask, client: Client, asked: str) -> None:
    client.submit(asked)
    client.submit(end_path(ana()))
    dead = client.get(asked)
    assert dead.status_code == 404
    assert "This link does not work" in dead.text
    client.submit("/interest", ANA)
    deliver()
    _, fresh = confirm_paths(app)
    assert fresh != asked
    assert client.get(asked).status_code == 404
    client.submit(fresh)
    assert listed() == ["ana@clinic.example"]
    client.post(end_path(ana()), data=ONE_CLICK)
    assert listed() == [], "the link off the list never dies"


def test_somebody_who_never_asked_can_say_so(client: Client, asked: str) -> None:
    assert "Stop our news?" in client.get(end_path(ana())).text
    client.submit(end_path(ana()))
    assert client.get(asked).status_code == 404
    assert listed() == []


def test_asking_again_sends_one_letter_an_hour(app: Flask, client: Client, db_session: Db) -> None:
    began = now()
    for minutes in (0, 1, 59, 61, 62):
        with frozen(began + timedelta(minutes=minutes)):
            client.submit("/interest", ANA)
    written = db_session.scalars(select(Letter.created_at).order_by(Letter.id)).all()
    assert [at - began for at in written] == [timedelta(0), timedelta(minutes=61)]
    deliver()
    assert deliver() == 0


@cases_once(
    "broken",
    ["x", "x" * 27 + "1", "a b", "é", "%00", "0" * 400, "x" * 27 + "zzzzzzzzzzzz"],
    both=("x", "%00"),
)
@pytest.mark.parametrize("page", ["confirm", "end"])
def test_a_broken_link_says_so_and_does_nothing(
    client: Client, db_session: Db, page: str, broken: str
) -> None:
    before = every_row()
    answer = client.get(f"/news/{page}/{broken}")
    assert answer.status_code == 404
    if page == "end":
        assert client.post(f"/news/end/{broken}", data=ONE_CLICK).status_code == 404
    assert every_row() == before


def test_a_link_of_one_kind_opens_no_other(client: Client, asked: str) -> None:
    id = ana().id
    assert client.get(f"/news/end/{tokens.make('news-confirm', id)}").status_code == 404
    assert client.get(f"/news/confirm/{tokens.make('news-end', id)}").status_code == 404
    assert client.get(f"/news/confirm/{tokens.make('me', id)}").status_code == 404
    assert client.get(f"/news/confirm/{tokens.make('news-confirm', id, 1)}").status_code == 404
    assert client.get(f"/news/end/{tokens.make('news-end', id + 1)}").status_code == 404


def test_personal_pages_are_kept_by_nobody(client: Client, asked: str) -> None:
    for path in (asked, end_path(ana())):
        assert client.get(path).headers["Cache-Control"] == "no-store"


def test_other_rooms_ask_for_somebody_who_still_decides(app: Flask, client: Client, db_session: Db) -> None:
    person = makers.person("ben@clinic.example", "Ben Ode")
    nobody = makers.person("gone@clinic.example", "No Address")
    for address in list(nobody.addresses):
        db_session.delete(address)
    db_session.flush()
    db_session.refresh(nobody)
    actions.ask_for_news(person, by="visitor")
    actions.ask_for_news(nobody, by="visitor")
    db_session.commit()
    assert listed() == []
    assert deliver() == 1
    [path] = confirm_paths(app)
    client.submit(path)
    assert listed() == ["ben@clinic.example"]


def test_two_who_are_one_have_one_place_and_all_links_go_on(app: Flask, client: Client, asked: str) -> None:
    client.submit(asked)
    keep, gone = makers.person("keep@clinic.example", "Ana M. Lee"), ana_of("ana@clinic.example")
    gone_end = end_path(gone)
    actions.ask_for_news(keep, by="visitor")
    actions.take_part("ana@clinic.example", actions.Details("Ana Lee"), set(), "Captions, please.")
    merge(keep, gone, by="command")
    db.session.commit()
    assert db.session.scalars(select(NewsSubscription.person_id)).all() == [keep.id]
    assert db.session.scalars(select(Wish.person_id)).all() == [keep.id]
    client.post(gone_end, data=ONE_CLICK)
    db.session.rollback()
    assert db.session.scalars(select(NewsSubscription.state)).all() == ["ended"]


def ana_of(address: str) -> Person:
    return makers.person(address)


@pytest.mark.parametrize(("first", "state"), [("keep", "ended"), ("gone", "confirmed")])
def test_of_two_places_the_one_changed_last_stands(db_session: Db, first: str, state: str) -> None:
    people = {"keep": makers.person(), "gone": makers.person()}
    later = "gone" if first == "keep" else "keep"
    began = now()
    with frozen(began):
        for person in people.values():
            actions.ask_for_news(person, by="visitor")
            actions.confirm_news(person, by="visitor")
    with frozen(began + timedelta(days=1)):
        actions.end_news(people["gone"], by="visitor")
    if later == "keep":
        with frozen(began + timedelta(days=2)):
            actions.end_news(people["keep"], by="visitor")
            actions.ask_for_news(people["keep"], by="visitor")
            actions.confirm_news(people["keep"], by="visitor")
    merge(people["keep"], people["gone"], by="command")
    db_session.commit()
    assert db_session.scalars(select(NewsSubscription.state)).all() == [state]
