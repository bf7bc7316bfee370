"""The personal way into a session: what stands behind the link at each time, and what pressing the button leaves."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base.now import frozen, now
from jam.registration import actions as registrations
from jam.registration.models import JoinClick, Registration
from jam.registration.pages import join_link
from jam.schedule import actions as schedule
from jam.schedule.models import Event
from tests import makers
from tests.cases_once import cases_once
from tests.clients import Client
from tests.forms import forms_of
from tests.rows import every_row

Db = scoped_session[Session]

START = datetime.fromisoformat("2030-12-17T18:00:00+00:00")
BEFORE, OPEN, LATE = (
    START - timedelta(minutes=21),
    START - timedelta(minutes=20),
    START + timedelta(minutes=59),
)
OVER = START + timedelta(minutes=60)


@pytest.fixture
def seat(db_session: Db) -> Registration:
    """Ana's seat at a session on December 17, 2030, 1:00 p.m. Eastern, at https://zoom.example/j/series."""
    made = makers.registration(makers.event(starts_at=START), "ana@clinic.example")
    db_session.commit()
    return made


def path(seat: Registration) -> str:
    return urlsplit(join_link(seat.id)).path


def buttons(html: str) -> list[str]:
    return [each.action for each in forms_of(html) if each.method == "post"]


def test_before_it_opens_the_page_says_when(client: Client, seat: Registration) -> None:
    with frozen(BEFORE):
        page = client.get(path(seat))
    assert page.status_code == 200
    assert "Tuesday, December 17, 2030" in page.text
    assert "1:00 to 2:00 p.m. Eastern" in page.text
    assert (
        "This page opens at December 17, 2030, 12:40 p.m. Eastern, 20 minutes before the start." in page.text
    )
    assert f"/sessions/{seat.event.slug}.ics" in page.text
    assert buttons(page.text) == []
    assert "zoom.example" not in page.text


def test_times_are_told_in_the_zone_the_person_chose(
    client: Client, db_session: Db, seat: Registration
) -> None:
    seat.person.time_zone = "America/Los_Angeles"
    db_session.commit()
    with frozen(BEFORE):
        page = client.get(path(seat)).text
    assert "10:00 to 11:00 a.m. Pacific" in page
    assert "9:40 a.m. Pacific" in page


@pytest.mark.parametrize("at", [OPEN, START, LATE])
def test_the_button_stands_there_from_twenty_minutes_before_until_the_end(
    client: Client, seat: Registration, at: datetime
) -> None:
    with frozen(at):
        page = client.get(path(seat)).text
    assert buttons(page) == [path(seat)]
    assert "zoom.example" not in page


def test_each_press_is_kept_once_and_leads_on(client: Client, db_session: Db, seat: Registration) -> None:
    for presses in (1, 2):
        with frozen(OPEN):
            answer = client.submit(path(seat))
        assert answer.status_code == 200
        assert answer.headers["Refresh"] == "0; url=https://zoom.example/j/series"
        assert 'href="https://zoom.example/j/series"' in answer.text
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        kept = [(click.registration_id, click.at) for click in db_session.scalars(select(JoinClick))]
        assert kept == [(seat.id, OPEN)] * presses


@pytest.mark.parametrize("at", [BEFORE, OVER])
def test_pressing_a_button_of_another_hour_leads_back_and_leaves_nothing(
    client: Client, db_session: Db, seat: Registration, at: datetime
) -> None:
    with frozen(OPEN):
        token = forms_of(client.get(path(seat)).text)[0].values["csrf_token"][0]
    before = every_row()
    with frozen(at):
        answer = client.post(path(seat), data={"csrf_token": token})
    assert (answer.status_code, answer.location) == (303, path(seat))
    assert every_row() == before


@cases_once("target", ["javascript:alert(1)", "file:///etc/passwd", "zoom.example/j/1", "", None])
def test_only_web_addresses_lead_anywhere(
    client: Client, db_session: Db, seat: Registration, target: str | None
) -> None:
    seat.event.join_url = target
    db_session.commit()
    with frozen(OPEN):
        page = client.get(path(seat)).text
    assert "The room is not ready yet" in page
    assert buttons(page) == []
    assert not target or target not in page


def test_a_link_with_odd_characters_stays_one_header(
    client: Client, db_session: Db, seat: Registration
) -> None:
    seat.event.join_url = 'https://zoom.example/j/1?pwd=a b;\u00fc"<x>'
    db_session.commit()
    with frozen(OPEN):
        answer = client.submit(path(seat))
    assert answer.headers["Refresh"] == "0; url=https://zoom.example/j/1?pwd=a%20b;%C3%BC%22%3Cx%3E"


def test_afterwards_recording_and_slides_stand_there(
    client: Client, db_session: Db, seat: Registration
) -> None:
    with frozen(OVER):
        assert "This session is over" in client.get(path(seat)).text
        seat.event.recording_url, seat.event.slides_url = (
            "https://video.example/1",
            "https://slides.example/1",
        )
        db_session.commit()
        page = client.get(path(seat)).text
    assert [link in page for link in ("https://video.example/1", "https://slides.example/1")] == [True, True]
    assert buttons(page) == []


def test_a_cancelled_session_says_so(client: Client, db_session: Db, seat: Registration) -> None:
    schedule.cancel(seat.event, by="command")
    db_session.commit()
    with frozen(OPEN):
        page = client.get(path(seat)).text
    assert "This session is cancelled" in page
    assert buttons(page) == []


def test_a_seat_that_was_given_back_lets_nobody_in(
    client: Client, db_session: Db, seat: Registration
) -> None:
    registrations.cancel(seat, by="command")
    db_session.commit()
    with frozen(OPEN):
        page = client.get(path(seat))
    assert page.status_code == 200
    assert "There is no seat behind this link" in page.text
    assert "your own page: the link to it is in each mail from us" in page.text
    assert "/me/" not in page.text
    assert buttons(page.text) == []


def test_somebody_on_the_waiting_list_does_not_get_in(client: Client, db_session: Db) -> None:
    event = makers.event(starts_at=START, capacity=1, waiting_list=True)
    makers.registration(event)
    waiting = makers.registration(event, "late@people.example")
    db_session.commit()
    with frozen(OPEN):
        page = client.get(path(waiting)).text
    assert "You do not have a seat yet" in page
    assert buttons(page) == []


def foreign(seat: Registration) -> dict[str, str]:
    """Links that are not Ana's."""
    real = path(seat)
    return {
        "a letter off": real[:-2] + ("b" if real[-2] != "b" else "c") + real[-1],
        "cut off": real[:-1],
        "another seat": real[: len("/join/") + 27] + "zz",
        "a number no column holds": real[: len("/join/") + 27] + "zzzzzzzzzzzz",
        "nonsense": "/join/nonsense",
        "not of this alphabet": "/join/\u00fc%00" + "a" * 40,
    }


@cases_once("what", ["a letter off", "cut off", "another seat", "a number no column holds", "nonsense",
                                  "not of this alphabet"], both=("a letter off", "a number no column holds"))  # fmt: skip
def test_a_foreign_link_says_how_to_get_the_right_one(client: Client, seat: Registration, what: str) -> None:
    answer = client.get(foreign(seat)[what])
    assert answer.status_code == 404
    assert "This link does not work" in answer.text
    assert "Open the link in the newest mail we sent you about the session." in answer.text
    assert seat.event.title not in answer.text


def test_links_made_before_they_were_renewed_are_dead(
    client: Client, db_session: Db, seat: Registration
) -> None:
    old = path(seat)
    seat.person.link_version += 1
    db_session.commit()
    assert client.get(old).status_code == 404
    assert client.get(path(seat)).status_code == 200


def test_the_page_is_nobody_elses(client: Client, seat: Registration) -> None:
    with frozen(OPEN):
        page = client.get(path(seat))
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"
    # Over https the button's form is checked against the Referer, so it must be sent, but to this site alone.
    assert page.headers["Referrer-Policy"] == "same-origin"


def test_opening_the_link_changes_nothing(client: Client, db_session: Db, seat: Registration) -> None:
    before = every_row()
    for at in (BEFORE, OPEN, OVER):
        with frozen(at):
            assert client.get(path(seat)).status_code == 200
            assert client.head(path(seat)).status_code == 200
    assert every_row() == before


def test_the_session_of_members_is_not_linked(client: Client, db_session: Db) -> None:
    event: Event = makers.event(starts_at=START, title="Among ourselves")
    seat = makers.registration(event)
    event.visibility = "members"
    db_session.commit()
    with frozen(BEFORE):
        page = client.get(path(seat)).text
    assert now() < START
    assert f"/sessions/{event.slug}" not in page
