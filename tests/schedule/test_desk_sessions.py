"""The staff's pages of a session: the list, the plan, and each change with the letters it means."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.base.now import frozen
from jam.base.zones import EASTERN, wall
from jam.mail.models import Letter
from jam.mail.rules import State as LetterState
from jam.people.rules import AccountRole
from jam.registration import actions as registrations
from jam.registration.queries import confirmed_count
from jam.schedule.models import Event
from jam.vocabulary.actions import add_first_terms
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind
from tests import makers
from tests.cases_once import cases_once
from tests.clients import Client
from tests.rows import every_row as rows_of_all

NOVEMBER = makers.utc("2026-11-22 15:00")
DECEMBER_15 = makers.utc("2026-12-15 18:00")
PAGE = "/desk/sessions/jam-2026-12-15/"


@pytest.fixture
def desk(client: Client, db_session: scoped_session[Session]) -> Client:
    """A client whose requests are an organizer's."""
    makers.sign_in(client)
    return client


@pytest.fixture
def event(db_session: scoped_session[Session]) -> Event:
    """The Jam of December 15 at 1:00 p.m. Eastern, published."""
    with frozen(NOVEMBER):
        made = makers.event(starts_at=DECEMBER_15)
        db.session.commit()
    return made


def every_row() -> dict[str, list[str]]:
    db.session.rollback()
    return rows_of_all()


def three_seats(event: Event) -> None:
    """Three people hold seats, a fourth gave hers back; their letters are sent."""
    with frozen(NOVEMBER):
        seats = [makers.registration(event) for _ in range(4)]
        registrations.cancel(seats[3], by="command")
        for letter in db.session.scalars(select(Letter)):
            letter.state = LetterState.SENT
        db.session.commit()


def waiting() -> list[str]:
    """Kinds of the letters that wait to leave."""
    return list(db.session.scalars(select(Letter.kind).where(Letter.state == LetterState.DUE)))


def reread(event: Event) -> Event:
    return db.session.get_one(Event, event.id, populate_existing=True)


# --- the list ---------------------------------------------------------------------------------------------------------


def test_the_list_tells_state_and_seats_and_is_searched(desk: Client, event: Event) -> None:
    three_seats(event)
    with frozen(NOVEMBER):
        echo = makers.program("echo", name="Workforce ECHO")
        makers.event(
            echo, title="A case of burnout", starts_at=DECEMBER_15 + timedelta(days=2), published=False
        )
        makers.event(title="Last year’s pay", starts_at=makers.utc("2026-10-20 17:00"), capacity=500)
        db.session.commit()
        page = desk.get("/desk/sessions/").text
        assert page.index("Peers in the crisis line") < page.index("A case of burnout")
        assert "2 sessions" in page
        assert "Last year’s pay" not in page
        past = desk.get("/desk/sessions/?when=past").text
        assert "Last year’s pay" in past
        assert "0 of 500" in past
        assert "Over" in past
        assert "A case of burnout" not in desk.get("/desk/sessions/?program=jam&when=all").text
        assert "1 session<" in desk.get("/desk/sessions/?q=BURNOUT").text
        assert "No session like that" in desk.get("/desk/sessions/?q=%25").text
        assert desk.get("/desk/sessions/?q=%00&page=x&when=never").status_code == 200


@pytest.mark.parametrize("events", [1, 9])
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_list_asks_as_much_for_many_as_for_one(desk: Client, event: Event, events: int) -> None:
    with frozen(NOVEMBER):
        for number in range(1, events):
            makers.event(starts_at=DECEMBER_15 + timedelta(days=number))
        db.session.commit()
        with makers.statements() as asked:
            assert desk.get("/desk/sessions/").status_code == 200
    assert len(asked) == 6


# --- a new session ----------------------------------------------------------------------------------------------------


def test_a_session_is_made_on_the_programs_wall_clock(desk: Client) -> None:
    makers.program("echo", time_zone="America/Los_Angeles", recurrence=None)
    db.session.commit()
    with frozen(NOVEMBER):
        path = "/desk/programs/echo/sessions/new"
        answer = desk.submit(path, {"title": "An extra one", "day": "2027-06-01"})
        assert answer.location == "/desk/sessions/echo-2027-06-01/"
    made = db.session.scalars(select(Event)).one()
    assert (made.title, made.state, made.time_zone) == ("An extra one", "draft", "America/Los_Angeles")
    assert (made.starts_at, made.minutes) == (makers.utc("2027-06-01 20:00"), 60)


@cases_once(
    ("wrong", "sentence"),
    [
        ({"day": ""}, "Choose a date."),
        ({"day": "next week"}, "Enter a date like 2026-12-15."),
        ({"day": "2026-11-21"}, "That time has passed. Choose a day to come."),
        ({"day": "1066-10-14"}, "Enter a date between 2000 and 2099."),
        ({"starts": "14:00", "ends": "13:00"}, "The session would end before it starts."),
        ({"starts": "13:00", "ends": "13:03"}, "between 5 minutes and 24 hours"),
        ({"title": "x" * 201}, "The title is 201 characters long"),
    ],
)
def test_a_session_that_cannot_be_is_not_made(desk: Client, wrong: dict[str, str], sentence: str) -> None:
    makers.program()
    db.session.commit()
    with frozen(NOVEMBER):
        answer = desk.submit("/desk/programs/jam/sessions/new", {"day": "2026-12-01", **wrong})
    assert answer.status_code == 400
    assert sentence in answer.text
    assert db.session.scalars(select(Event)).all() == []


# --- the plan ---------------------------------------------------------------------------------------------------------


def test_the_plan_is_changed_and_nobody_gets_a_letter(desk: Client, event: Event) -> None:
    three_seats(event)
    add_first_terms(by="command")
    levers, areas = terms(Kind.LEVER), terms(Kind.FOCUS_AREA)
    db.session.commit()
    with frozen(NOVEMBER):
        answer = desk.submit(
            PAGE,
            {
                "title": " Peers,  paid ",
                "summary": "What a county learned.",
                "capacity": "2",
                "levers": [str(levers[0].id), str(levers[6].id)],
                "focus_areas": [str(areas[3].id)],
                "recording_url": "https://video.example/1",
            },
            follow_redirects=True,
        )  # fmt: skip
    assert "Saved. Nobody gets a letter for this." in answer.text
    assert "1 more person holds a seat than there are seats; nobody loses theirs." in answer.text
    saved = reread(event)
    assert (saved.title, saved.summary, saved.capacity) == ("Peers, paid", "What a county learned.", 2)
    assert [term.name for term in saved.terms if term.kind == "lever"] == [
        "Regulation and policy",
        "Technology",
    ]
    assert [term.name for term in saved.terms if term.kind != "lever"] == ["Career pathways and compensation"]
    assert waiting() == []
    assert confirmed_count(saved) == 3


def test_saving_what_stands_changes_nothing(desk: Client, event: Event) -> None:
    with frozen(NOVEMBER):
        before = every_row()
        answer = desk.submit(PAGE, form=PAGE, follow_redirects=True)
    assert "Nothing was changed." in answer.text
    assert every_row() == before


@cases_once(
    ("wrong", "sentence"),
    [
        ({"title": " "}, "Give the session a title."),
        ({"capacity": "0"}, "Enter at least 1 seat"),
        ({"join_url": "javascript:alert(1)"}, "This is not a link."),
        ({"recording_url": "ftp://files.example/1"}, "This is not a link."),
        ({"slides_url": "https://x.example/" + "a" * 1000}, "longer than 1,000 characters"),
        ({"summary": "x" * 5001}, "The summary is 5,001 characters long"),
        ({"visibility": "secret"}, "Not a valid choice"),
    ],
)
def test_a_plan_that_cannot_be_is_not_saved_and_stays_in_the_form(
    desk: Client, event: Event, wrong: dict[str, str], sentence: str
) -> None:
    with frozen(NOVEMBER):
        before = every_row()
        answer = desk.submit(PAGE, {"summary": "Typed with care.", **wrong})
    assert answer.status_code == 400
    assert sentence in answer.text
    if "summary" not in wrong:
        assert "Typed with care." in answer.text
    assert every_row() == before


def test_the_history_is_told_in_words(desk: Client, event: Event) -> None:
    with frozen(NOVEMBER):
        desk.submit(PAGE, {"title": "Peers, paid", "capacity": "40"})
        desk.submit(f"{PAGE}move?day=2026-12-16&starts=13:00&ends=14:00", form="/move")
        page = desk.get(PAGE).text
    assert "<strong>Ola Desk</strong> changed the title and the seats." in page
    assert (
        "<strong>Ola Desk</strong> moved it from Tuesday, December 15, 2026, 1:00 to 2:00 p.m. Eastern "
        "to Wednesday, December 16, 2026, 1:00 to 2:00 p.m. Eastern." in page
    )
    assert "<strong>A command</strong> published it." in page


def test_the_tabs_lead_to_what_is_there(desk: Client, event: Event) -> None:
    page = desk.get(PAGE).text
    assert 'href="/desk/sessions/jam-2026-12-15/people"' in page
    assert 'href="/desk/sessions/jam-2026-12-15/letters"' in page


# --- publish, move, cancel, reinstate, delete -------------------------------------------------------------------------


def test_a_draft_is_published(desk: Client) -> None:
    with frozen(NOVEMBER):
        makers.event(starts_at=DECEMBER_15, published=False)
        db.session.commit()
        assert desk.get("/sessions/jam-2026-12-15").status_code == 404
        page = desk.get(f"{PAGE}publish").text
        assert "people can register. Nobody gets a letter." in page
        answer = desk.submit(f"{PAGE}publish", form="/publish", follow_redirects=True)
        assert "Published. It is on the site and in the calendars." in answer.text
        assert desk.get("/sessions/jam-2026-12-15").status_code == 200
        assert desk.submit(f"{PAGE}publish", form="/publish").status_code == 400


def test_a_move_is_shown_before_it_happens_and_its_letters_wait_ten_minutes(
    desk: Client, event: Event
) -> None:
    three_seats(event)
    with frozen(NOVEMBER):
        answer = desk.get(f"{PAGE}move?day=2026-12-24&starts=14:30&ends=15:30")
        assert "Tuesday, December 15, 2026, 1:00 to 2:00 p.m. Eastern" in answer.text
        assert "Thursday, December 24, 2026, 2:30 to 3:30 p.m. Eastern" in answer.text
        assert "<strong>3 people</strong> will get a letter. It leaves in ten minutes" in answer.text
        assert reread(event).starts_at == DECEMBER_15

        answer = desk.submit(
            f"{PAGE}move?day=2026-12-24&starts=14:30&ends=15:30",
            {"message": "Sorry for the short notice."},
            follow_redirects=True,
        )
        assert "Moved. 3 people will get a letter. It leaves in ten minutes" in answer.text
        assert '<a href="/desk/letters/">Letters page</a>' in answer.text
        assert "letters waiting" in answer.text
    letters = db.session.scalars(select(Letter).where(Letter.state == LetterState.DUE)).all()
    assert [(letter.kind, letter.due_at) for letter in letters] == [
        ("moved", NOVEMBER + timedelta(minutes=10))
    ] * 3
    assert all("Sorry for the short notice." in letter.text for letter in letters)
    assert reread(event).starts_at == makers.utc("2026-12-24 19:30")


def test_moved_back_in_time_nobody_hears(desk: Client, event: Event) -> None:
    three_seats(event)
    with frozen(NOVEMBER):
        desk.submit(f"{PAGE}move?day=2026-12-24&starts=14:30&ends=15:30", form="/move")
    with frozen(NOVEMBER + timedelta(minutes=9)):
        answer = desk.submit(
            f"{PAGE}move?day=2026-12-15&starts=13:00&ends=14:00", form="/move", follow_redirects=True
        )
    assert "Moved. Nobody gets a letter for this." in answer.text
    assert waiting() == []
    assert reread(event).starts_at == DECEMBER_15


def test_across_the_change_of_clocks_the_wall_time_is_what_was_typed(desk: Client, event: Event) -> None:
    with frozen(NOVEMBER):
        desk.submit(f"{PAGE}move?day=2027-03-12&starts=13:00&ends=14:00", form="/move")
        assert reread(event).starts_at == makers.utc("2027-03-12 18:00")
        desk.submit(f"{PAGE}move?day=2027-03-15&starts=13:00&ends=14:00", form="/move")
    assert reread(event).starts_at == makers.utc("2027-03-15 17:00")
    assert f"{wall(reread(event).starts_at, EASTERN):%H:%M}" == "13:00"


def test_cancelled_and_reinstated_with_the_right_letters(desk: Client, event: Event) -> None:
    three_seats(event)
    with frozen(NOVEMBER):
        answer = desk.submit(f"{PAGE}cancel", {"message": "Ben is ill."}, follow_redirects=True)
        assert "Cancelled. 3 people will get a letter." in answer.text
        assert waiting() == ["cancelled"] * 3
        assert reread(event).state == "cancelled"
        for letter in db.session.scalars(select(Letter)):
            letter.state = LetterState.SENT
        db.session.commit()
        answer = desk.submit(f"{PAGE}reinstate", {"message": "Ben is well."}, follow_redirects=True)
        assert "Reinstated. 3 people will get a letter." in answer.text
    assert waiting() == ["reinstated"] * 3
    assert (reread(event).state, reread(event).sequence) == ("published", 2)


def test_a_draft_is_deleted(desk: Client, event: Event) -> None:
    with frozen(NOVEMBER):
        makers.event(starts_at=DECEMBER_15 + timedelta(days=1), published=False)
        db.session.commit()
        answer = desk.submit("/desk/sessions/jam-2026-12-16/delete", form="/delete", follow_redirects=True)
        assert "The draft is deleted." in answer.text
        assert desk.get("/desk/sessions/jam-2026-12-16/").status_code == 404
        assert "Only a draft can be deleted." in desk.submit(f"{PAGE}delete", form="/delete").text
    assert db.session.scalars(select(Event.id)).all() == [event.id]


@cases_once(
    ("asked", "sentence"),
    [
        ("day=2026-11-21&starts=13:00&ends=14:00", "That time has passed."),
        ("day=2026-12-24&starts=14:00&ends=13:00", "would end before it starts"),
        ("day=2026-12-24&starts=noon&ends=13:00", "Enter a time like 13:00."),
        ("day=&starts=13:00&ends=14:00", "Choose a date."),
    ],
)
def test_a_move_that_cannot_be_is_said_before_anybody_decides(
    desk: Client, event: Event, asked: str, sentence: str
) -> None:
    with frozen(NOVEMBER):
        answer = desk.get(f"{PAGE}move?{asked}")
    assert answer.status_code == 400
    assert sentence in answer.text


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_word_to_the_people_has_an_end(desk: Client, event: Event) -> None:
    three_seats(event)
    with frozen(NOVEMBER):
        before = every_row()
        answer = desk.submit(f"{PAGE}cancel", {"message": "x" * 1001})
        assert answer.status_code == 400
        assert "1,001 characters long; 1,000 is the most" in answer.text
        answer = desk.submit(f"{PAGE}move?day=2026-12-24&starts=13:00&ends=14:00", {"message": "x" * 1001})
        assert answer.status_code == 400
    assert every_row() == before


# --- who, and what looking does ---------------------------------------------------------------------------------------

PAGES = [
    "",
    "publish",
    "move",
    "move?day=2026-12-24&starts=13:00&ends=14:00",
    "cancel",
    "reinstate",
    "delete",
]


def test_looking_changes_nothing(desk: Client, event: Event) -> None:
    three_seats(event)
    with frozen(NOVEMBER):
        before = every_row()
        assert [desk.get(PAGE + page).status_code for page in PAGES] == [200] * len(PAGES)
        assert desk.get("/desk/sessions/").status_code == 200
        assert desk.get("/desk/programs/jam").status_code == 200
    assert every_row() == before


def test_a_reviewer_may_do_nothing_here(client: Client, event: Event) -> None:
    makers.sign_in(client, AccountRole.REVIEWER)
    before = every_row()
    client.application.config["WTF_CSRF_ENABLED"] = False
    for page in PAGES:
        assert client.get(PAGE + page).status_code == 403
        assert client.post(PAGE + page).status_code == 403
    assert every_row() == before


def test_a_form_from_elsewhere_does_nothing(desk: Client, event: Event) -> None:
    before = every_row()
    for page in ("", "cancel", "move"):
        assert desk.post(PAGE + page, data={"title": "Taken over", "day": "2027-01-01"}).status_code == 400
    assert every_row() == before


def test_what_is_not_there_is_not_found(desk: Client) -> None:
    for page in PAGES:
        assert desk.get(f"/desk/sessions/nothing/{page}").status_code == 404
    assert desk.get("/desk/sessions/%00/").status_code == 404
    assert db.session.scalar(select(func.count()).select_from(Event)) == 0
