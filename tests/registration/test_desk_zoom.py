"""Zoom without its API: names split sensibly and put right by hand, links that lead each person their own way."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.base.now import frozen
from jam.base.tokens import make
from jam.registration import actions
from jam.registration.models import Registration
from jam.registration.zoom import split
from jam.schedule.models import Event
from tests import makers
from tests.clients import Client

NOVEMBER = makers.utc("2026-11-22 15:00")
ZOOM = "/desk/sessions/jam-2026-12-15/people/zoom"


@pytest.fixture
def desk(client: Client, db_session: scoped_session[Session]) -> Client:
    makers.sign_in(client)
    return client


@pytest.fixture
def event(db_session: scoped_session[Session]) -> Event:
    with frozen(NOVEMBER):
        made = makers.event(starts_at=makers.utc("2026-12-15 18:00"))
        makers.registration(made, "ana@people.example", "Ana Lee")
        makers.registration(made, "bo@people.example", "Bo")
        makers.registration(made, "mia@people.example", "Mia Ann Cole Smith")
        actions.cancel(makers.registration(made, "cai@people.example", "Cai Abe"), by="command")
        db.session.commit()
    return made


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Ana Lee", ("Ana", "Lee", True)),
        ("Bo", ("Bo", ".", False)),
        ("Ludwig van Beethoven", ("Ludwig", "van Beethoven", False)),
        ("María de la Cruz", ("María", "de la Cruz", False)),
        ("Mia Ann Smith", ("Mia Ann", "Smith", False)),
        ("Lee, Ana", ("Ana", "Lee", False)),
        ("Sam King, Jr.", ("Sam", "King, Jr.", False)),
        ("Van Morrison", ("Van", "Morrison", True)),
    ],
)
def test_names_are_split_sensibly(name: str, parts: tuple[str, str, bool]) -> None:
    found = split(name)
    assert (found.first, found.last, found.sure) == parts


def test_the_file_for_zoom_has_names_as_staff_put_them_right(desk: Client, event: Event) -> None:
    mia = db.session.scalars(select(Registration.id).where(Registration.name.like("Mia%"))).one()
    with frozen(NOVEMBER):
        answer = desk.submit(ZOOM, {f"first-{mia}": "Mia Ann", f"last-{mia}": "Cole Smith"}, form="zoom.csv")
    assert list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))) == [
        ["Email", "First Name", "Last Name"],
        ["ana@people.example", "Ana", "Lee"],
        ["bo@people.example", "Bo", "."],
        ["mia@people.example", "Mia Ann", "Cole Smith"],
    ]


def test_personal_links_come_back_and_open_the_door(desk: Client, event: Event) -> None:
    data = (
        "Email,Join URL\nANA@people.example,https://zoom.example/w/1?tk=ana\nbo@people.example,http://zoom.example/w/2\n"
        "who@people.example,https://zoom.example/w/3\nana@people.example,https://zoom.example/w/4\n"
        "mia@people.example,javascript:alert(1)\n"
    )
    links = select(Registration.name, Registration.platform_url).where(Registration.platform_url.is_not(None))
    with frozen(NOVEMBER):
        preview = desk.submit(ZOOM, {"file": (io.BytesIO(data.encode()), "links.csv")}).location
        page = desk.get(preview).text
        assert "1 link belongs to people of this session + 4 left out = 5 rows" in page
        assert page.count("A join link must begin with https://") == 2
        assert db.session.execute(links).all() == []
        page = desk.submit(preview, {}, form="/links", follow_redirects=True).text
        assert "1 personal join link is in." in page
    assert [tuple(row) for row in db.session.execute(links)] == [
        ("Ana Lee", "https://zoom.example/w/1?tk=ana")
    ]
    ids = {name: id for name, id in db.session.execute(select(Registration.name, Registration.id))}
    with frozen(event.starts_at - timedelta(minutes=5)):
        ana = desk.submit(f"/join/{make('join', ids['Ana Lee'])}", {})
        bo = desk.submit(f"/join/{make('join', ids['Bo'])}", {})
    assert ana.headers["Refresh"] == "0; url=https://zoom.example/w/1?tk=ana"
    assert bo.headers["Refresh"] == "0; url=https://zoom.example/j/series"


def test_a_file_without_links_is_refused(desk: Client, event: Event) -> None:
    with frozen(NOVEMBER):
        preview = desk.submit(ZOOM, {"file": (io.BytesIO(b"Email,Name\na@b.example,A\n"), "x.csv")}).location
        answer = desk.get(preview)
    assert answer.status_code == 400
    assert "The file needs a column “Email” and a column “Join URL”." in answer.text
