"""Staff see who waits for an answer, answer, take it back, and take files along."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from jam.audit.models import AuditEntry
from jam.base.now import frozen, now
from jam.interest import actions
from jam.interest.models import Wish
from jam.interest.rules import Way
from jam.people.actions import Details
from jam.people.models import Person
from tests import makers
from tests.clients import Client

Db = scoped_session[Session]


@pytest.fixture
def organizer(client: Client, db_session: Db) -> Client:
    makers.sign_in(client)
    return client


def wish(name: str, *ways: Way, message: str = "", days_ago: float = 0) -> Person:
    with frozen(now() - timedelta(days=days_ago)):
        address = f"{name.split(maxsplit=1)[0].lower()}@clinic.example"
        return actions.take_part(address, Details(name, organization=f"{name}'s Clinic"), ways, message)


def who(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/desk/interest/\d+">(.*?)<span', page)


def rows_of(answer: TestResponse) -> list[list[str]]:
    assert answer.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_who_has_waited_longest_stands_first(organizer: Client, db_session: Db) -> None:
    wish("Ben Ode", Way.PRESENT, message="Peers <b>first</b>.", days_ago=1)
    wish("Ana Lee", Way.FUND, message="A grant.", days_ago=9)
    wish("Cyd Roe", Way.JOIN, Way.NEWS)
    db_session.commit()
    page = organizer.get("/desk/interest/").text
    assert who(page) == ["Ana Lee", "Ben Ode"]
    assert "Peers &lt;b&gt;first&lt;/b&gt;." in page
    assert who(organizer.get("/desk/interest/?wish=fund").text) == ["Ana Lee"]
    assert who(organizer.get("/desk/interest/?wish=share").text) == []
    assert who(organizer.get("/desk/interest/?wish=%00&state=nonsense&page=-1").text) == [
        "Ana Lee",
        "Ben Ode",
    ]
    today = organizer.get("/desk/").text
    assert "2 wishes wait for an answer" in today
    assert "The first came 9 days ago." in today


def test_nobody_waits(organizer: Client) -> None:
    assert "Nobody waits for an answer" in organizer.get("/desk/interest/").text
    assert "wait for an answer" not in organizer.get("/desk/").text
    assert "Nobody yet" in organizer.get("/desk/interest/news").text


def test_answering_takes_it_off_the_list_and_can_be_taken_back(organizer: Client, db_session: Db) -> None:
    wish("Ana Lee", Way.PRESENT, message="First line.\nSecond line.\n\nNew thought.")
    db_session.commit()
    path = f"/desk/interest/{db_session.scalars(select(Wish.id)).one()}"
    page = organizer.get(path).text
    assert "<p>First line.<br>Second line.</p><p>New thought.</p>" in page
    assert "ana@clinic.example" in page
    answer = organizer.submit(path, {"note": "Speaks in May."})
    assert (answer.status_code, answer.location) == (303, "/desk/interest/")
    assert who(organizer.get("/desk/interest/").text) == []
    done = organizer.get("/desk/interest/?state=answered").text
    assert who(done) == ["Ana Lee"]
    assert "Speaks in May." in done
    assert "by Ola Desk" in organizer.get(path).text

    back = organizer.submit(path, form="/reopen")
    assert (back.status_code, back.location) == (303, path)
    assert who(organizer.get("/desk/interest/").text) == ["Ana Lee"]
    assert "Speaks in May." in organizer.get(path).text
    recorded = db_session.execute(
        select(AuditEntry.actor, AuditEntry.action)
        .where(AuditEntry.object_kind == "wish")
        .order_by(AuditEntry.id)
    ).all()
    account = makers.account().actor
    assert recorded == [
        ("visitor", "interest.ask"),
        (account, "interest.answer"),
        (account, "interest.reopen"),
    ]


def test_answering_twice_keeps_the_first_answer(organizer: Client, db_session: Db) -> None:
    wish("Ana Lee", Way.SHARE)
    db_session.commit()
    path = f"/desk/interest/{db_session.scalars(select(Wish.id)).one()}"
    token = re.search(r'name="csrf_token" [^>]*value="([^"]+)"', organizer.get(path).text)
    assert token
    for note in ("First.", "Second."):
        organizer.post(path, data={"csrf_token": token[1], "note": note})
    assert db_session.scalars(select(Wish.note)).all() == ["First."]


def test_a_note_that_is_too_long_is_kept_on_the_page(organizer: Client, db_session: Db) -> None:
    wish("Ana Lee", Way.SHARE)
    db_session.commit()
    path = f"/desk/interest/{db_session.scalars(select(Wish.id)).one()}"
    answer = organizer.submit(path, {"note": "a" * 4_001})
    assert answer.status_code == 400
    assert "4,000 is the most" in answer.text
    assert "a" * 4_001 in answer.text
    assert db_session.scalars(select(Wish.answered_at)).all() == [None]


def test_open_wishes_as_a_file(organizer: Client, db_session: Db) -> None:
    wish("Ana Lee", Way.FUND, message="=1+1", days_ago=1)
    wish("Ben Ode", Way.PRESENT)
    db_session.commit()
    done = db_session.scalars(select(Wish).where(Wish.kind == "present")).one()
    actions.answer(done, "", by="command")
    db_session.commit()
    header, *rows = rows_of(organizer.get("/desk/interest/open.csv"))
    assert header[:3] == ["Wish", "Name", "E-mail"]
    assert [row[:8] for row in rows] == [
        ["help fund the work", "Ana Lee", "ana@clinic.example", "Ana Lee's Clinic", "", "", "", "'=1+1"]
    ]


def test_the_news_list_holds_who_confirmed_and_their_link_out(organizer: Client, db_session: Db) -> None:
    confirmed, asked, left = (wish(name, Way.NEWS) for name in ("Ana Lee", "Ben Ode", "Cyd Roe"))
    for person in (confirmed, left):
        actions.confirm_news(person, by="visitor")
    actions.end_news(left, by="visitor")
    db_session.commit()
    header, *rows = rows_of(organizer.get("/desk/interest/news.csv"))
    assert header[-1] == "Link to stop the news"
    assert [row[:2] for row in rows] == [["Ana Lee", "ana@clinic.example"]]
    page = organizer.get("/desk/interest/news").text
    assert [name for name in ("Ana Lee", "Ben Ode", "Cyd Roe") if name in page] == ["Ana Lee"]
    assert "Nobody with “zoe”" in unescape(organizer.get("/desk/interest/news?q=zoe").text)
    assert "ana@clinic.example" in organizer.get("/desk/interest/news?q=ANA@").text
    assert organizer.get(rows[0][-1].removeprefix("http://jam.example")).status_code == 200

    organizer.submit("/desk/interest/news", form=f"/news/{confirmed.id}/end")
    assert rows_of(organizer.get("/desk/interest/news.csv")) == [header]
    assert asked.address == "ben@clinic.example"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_list_takes_as_many_queries_for_one_as_for_three(organizer: Client, db_session: Db) -> None:
    counted = []
    for name in ("Ana Lee", "Ben Ode", "Cyd Roe"):
        wish(name, Way.FUND)
        db_session.commit()
        with makers.statements() as sent:
            assert organizer.get("/desk/interest/").status_code == 200
        counted.append(len(sent))
    assert len(set(counted)) == 1
