"""The staff's pages of programs: the form, the dates ahead, the drafts made of them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.base.now import frozen
from jam.base.zones import EASTERN, wall
from jam.people.rules import AccountRole
from jam.schedule.models import Event, Program
from tests import makers
from tests.cases_once import cases_once
from tests.clients import Client
from tests.forms import forms_of

NOVEMBER = makers.utc("2026-11-22 15:00")

JAM = {
    "name": "Workforce Solutions Jam",
    "slug": "jam",
    "summary": "What works.",
    "time_zone": EASTERN,
    "start_time": "13:00",
    "minutes": "60",
    "repeats": "monthly",
    "nth": "3",
    "weekday": "1",
}


@pytest.fixture
def desk(client: Client, db_session: scoped_session[Session]) -> Client:
    """A client whose requests are an organizer's."""
    makers.sign_in(client)
    return client


def make(desk: Client, **changed: Any) -> Any:
    return desk.submit("/desk/programs/new", {**JAM, **changed})


def test_a_program_is_made_its_dates_are_seen_and_become_drafts(desk: Client) -> None:
    with frozen(NOVEMBER):
        assert "No program yet" in desk.get("/desk/programs/").text
        answer = make(desk)
        assert (answer.status_code, answer.location) == (303, "/desk/programs/jam")
        page = desk.get("/desk/programs/jam").text
        assert "Third Tuesday of the month, 1:00 to 2:00 p.m. Eastern" in page
        assert "None of these 12 dates has a session yet." in page
        assert "Tuesday, December 15, 2026" in page
        assert "Tuesday, November 16, 2027" in page
        assert "http://jam.example/calendar/program/jam.ics" in page
        assert "Make these 12 drafts" in page
        assert db.session.scalars(select(Event)).all() == []  # looking makes nothing

        answer = desk.submit("/desk/programs/jam", form="/drafts", follow_redirects=True)
        assert "12 drafts are made. Nobody sees a draft until you publish it." in answer.text
        assert "All 12 dates have a session." in answer.text
        assert "drafts</button>" not in answer.text
    made = db.session.scalars(select(Event).order_by(Event.starts_at)).all()
    assert [event.state for event in made] == ["draft"] * 12
    assert {f"{wall(event.starts_at, EASTERN):%H:%M}" for event in made} == {"13:00"}
    assert "Topic to come" not in desk.get("/sessions/").text


def test_the_button_pressed_twice_makes_the_drafts_once(desk: Client) -> None:
    with frozen(NOVEMBER):
        make(desk)
        [form] = [each for each in forms_of(desk.get("/desk/programs/jam").text) if "/drafts" in each.action]
        for _ in range(2):
            page = desk.post(form.action, data=form.values, follow_redirects=True)
    assert "Each of these dates has its session already. Nothing was made." in page.text
    assert len(db.session.scalars(select(Event)).all()) == 12


def test_a_federal_holiday_among_the_dates_is_flagged(desk: Client) -> None:
    with frozen(NOVEMBER):
        make(desk, repeats="dates", dates="2026-12-25\n2026-12-28")
        page = desk.get("/desk/programs/jam").text
    assert page.count("Christmas Day") == 1
    assert "Make these 2 drafts" in page


@pytest.mark.parametrize(
    ("pattern", "stored", "words"),
    [
        (
            {"repeats": "monthly", "nth": "-1", "weekday": "4", "exclusions": "2026-12-25"},
            {"kind": "monthly", "nth": -1, "weekday": 4, "exclusions": ["2026-12-25"]},
            "Last Friday of the month",
        ),
        (
            {"repeats": "weekly", "every": "2", "first_on": "2026-12-03"},
            {"kind": "weekly", "every": 2, "weekday": 3, "first_on": "2026-12-03"},
            "Every second Thursday",
        ),
        (
            {"repeats": "dates", "dates": "2027-01-05\r\n\r\n 2026-12-01 \r\n"},
            {"kind": "dates", "dates": ["2026-12-01", "2027-01-05"]},
            "2 dates from December 1, 2026, to January 5, 2027",
        ),
        ({"repeats": "none"}, None, "No pattern of dates"),
    ],
)
def test_each_pattern_is_kept_shown_and_found_in_the_form_again(
    desk: Client, pattern: dict[str, str], stored: Any, words: str
) -> None:
    with frozen(NOVEMBER):
        make(desk, **pattern)
        assert db.session.scalars(select(Program)).one().recurrence == stored
        assert words in desk.get("/desk/programs/jam").text
        assert desk.submit("/desk/programs/jam/edit", form="/edit").status_code == 303
    assert db.session.scalars(select(Program)).one().recurrence == stored


@cases_once(
    ("wrong", "sentence"),
    [
        ({"name": "  "}, "Enter the program&#39;s name."),
        ({"name": "x" * 121}, "The name is 121 characters long; 120 is the most."),
        ({"slug": "new"}, "“new” cannot be a short name."),
        ({"slug": "…", "name": "…"}, "with letters or digits"),
        ({"time_zone": "Mars/Olympus"}, "“Mars/Olympus” is not a time zone Jam knows."),
        ({"time_zone": ""}, "is not a time zone Jam knows."),
        ({"minutes": "0"}, "between 5 and 1,440 minutes"),
        ({"minutes": "an hour"}, "Enter a whole number, such as 60."),
        ({"capacity": "0"}, "Enter at least 1 seat"),
        ({"capacity": "9" * 40}, "Enter at least 1 seat"),
        ({"start_time": "25:00"}, "Enter a time like 13:00."),
        ({"join_url": "javascript:alert(1)"}, "This is not a link."),
        ({"join_url": "https://"}, "This is not a link."),
        ({"join_url": "https://a b"}, "This is not a link."),
        ({"join_url": "http://[::1"}, "This is not a link."),
        ({"repeats": "weekly", "every": "2", "first_on": ""}, "Choose the date of the first session"),
        ({"repeats": "weekly", "every": "99", "first_on": "2026-12-03"}, "from 1 to 52"),
        ({"repeats": "weekly", "every": "2", "first_on": "soon"}, "Enter a date like 2026-12-15."),
        ({"repeats": "dates", "dates": ""}, "Give at least one date."),
        ({"repeats": "dates", "dates": "2026-12-01\nJune 5"}, "“June 5” among the dates is not a date"),
        ({"repeats": "dates", "dates": "0001-01-01"}, "is not a date of this century"),
        ({"repeats": "dates", "dates": "2026-12-01", "exclusions": "2026-12-01"}, "Keep at least one."),
        ({"exclusions": "2026-13-01"}, "“2026-13-01” among the dates to leave out is not a date"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(
    desk: Client, wrong: dict[str, str], sentence: str
) -> None:
    answer = make(desk, **wrong)
    assert answer.status_code == 400
    assert sentence in answer.text
    assert "There is a problem" in answer.text
    assert db.session.scalars(select(Program)).all() == []


def test_a_taken_short_name_keeps_what_was_typed(desk: Client) -> None:
    make(desk)
    answer = make(desk, name="A second Jam")
    assert "There is a program at /programs/jam already." in answer.text
    assert 'value="A second Jam"' in answer.text


def test_editing_leaves_sessions_and_the_address_alone(desk: Client) -> None:
    with frozen(NOVEMBER):
        event = makers.event(makers.program(capacity=500))
        db.session.commit()
        answer = desk.submit(
            "/desk/programs/jam/edit", {"name": "The Jam", "start_time": "14:00", "capacity": "90"}
        )
        assert answer.status_code == 303
        assert "Second" not in desk.get("/desk/programs/jam").text
        assert "Third Tuesday of the month, 2:00 to 3:00 p.m. Eastern" in desk.get("/desk/programs/jam").text
    program = db.session.scalars(select(Program)).one()
    assert (program.slug, program.name, program.capacity) == ("jam", "The Jam", 90)
    kept = db.session.get_one(Event, event.id)
    assert (kept.capacity, f"{wall(kept.starts_at, EASTERN):%H:%M}") == (500, "13:00")
    assert "The Jam: Peers in the crisis line" in desk.get("/calendar/all.ics").text


def test_the_list_shows_what_comes_next_and_how_many_drafts_wait(desk: Client) -> None:
    with frozen(NOVEMBER):
        jam = makers.program()
        makers.program("echo", name="Workforce ECHO", recurrence=None)
        makers.event(jam, starts_at=makers.utc("2027-01-19 18:00"))
        makers.event(jam, starts_at=makers.utc("2026-12-15 18:00"), published=False)
        makers.event(jam, starts_at=makers.utc("2026-10-20 17:00"))
        db.session.commit()
        page = desk.get("/desk/programs/").text
    assert "Tuesday, January 19, 2027" in page
    assert "December 15" not in page
    assert "October 20" not in page
    assert "By hand, one by one" in page
    assert "None published" in page


@pytest.mark.parametrize("role", [AccountRole.REVIEWER, AccountRole.FACILITATOR])
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_other_staff_may_not(client: Client, db_session: scoped_session[Session], role: AccountRole) -> None:
    makers.program()
    makers.sign_in(client, role)
    for path in ("/desk/programs/", "/desk/programs/jam", "/desk/programs/new", "/desk/programs/jam/edit"):
        assert client.get(path).status_code == 403
    assert client.get("/desk/programs/nothing").status_code == 403


def test_what_is_not_there_is_not_found(desk: Client) -> None:
    for path in ("/desk/programs/nothing", "/desk/programs/%00", "/desk/programs/nothing/edit"):
        assert desk.get(path).status_code == 404
