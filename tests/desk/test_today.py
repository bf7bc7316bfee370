"""The front page says what needs somebody, the most urgent first, and nothing else."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.base.now import frozen
from jam.desk import rules
from jam.mail.jobs import deliver
from jam.mail.models import Letter
from jam.mail.rules import State
from jam.people.rules import AccountRole
from jam.registration.rules import Status
from jam.schedule import actions as schedule
from jam.schedule.given import EventFields, Slot
from jam.schedule.models import Event
from jam.schedule.rules import ItemKind, Visibility
from tests import makers
from tests.cases_once import cases_once
from tests.clients import Client

NOON = makers.utc("2026-12-01 17:00")


@pytest.fixture
def organizer(client: Client, db_session: scoped_session[Session]) -> Client:
    makers.sign_in(client)
    with frozen(NOON):
        makers.sign_of_life()
    db_session.commit()
    return client


def ready(title: str, starts_at: datetime, **columns: object) -> Event:
    """A session that lacks nothing."""
    event = makers.event(title=title, starts_at=starts_at, summary="What works.", **columns)
    schedule.edit_event(
        event,
        EventFields(
            title=title, summary="What works.", join_url=event.join_url, recording_url=event.recording_url
        ),
        [],
        [Slot(ItemKind.TALK, "A talk", "Ben Ode", 30)],
        by="command",
    )
    return event


def lines(client: Client) -> list[tuple[str, str, str]]:
    """Urgency, words and where the action leads, of each line."""
    with frozen(NOON):
        page = client.get("/desk/").text
    found = []
    for item in re.findall(r'<li class="todo.*?</li>', page, re.DOTALL):
        urgency = re.search(r'todo-urgency">(.*?)<', item)
        text = re.search(r'todo-text">(.*?)</p>', item)
        target = re.search(r'href="(.*?)"|action="(.*?)"', item)
        assert urgency
        assert text
        assert target
        found.append((urgency[1], unescape(text[1]), target[1] or target[2]))
    return found


def days(number: float) -> datetime:
    return NOON + timedelta(days=number)


def test_nothing_needs_anybody(organizer: Client) -> None:
    with frozen(NOON):
        page = organizer.get("/desk/").text
    assert "Nothing needs you today" in page
    assert "No session is planned." in page


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_is_ready_and_what_is_far_off_needs_nobody_but_is_shown_as_what_comes(
    organizer: Client, db_session: scoped_session[Session]
) -> None:
    with frozen(NOON):
        ready("Peers", days(3))
        makers.event(title="Far off", starts_at=days(15))
        makers.event(title="A far draft", starts_at=days(31), published=False)
        schedule.cancel(makers.event(title="Called off", starts_at=days(2)), by="command")
    db_session.commit()
    assert lines(organizer) == []
    with frozen(NOON):
        page = organizer.get("/desk/").text
    assert "Nothing needs you today" in page
    assert re.findall(r'timeline-title"><a href="[^"]*">(.*?)</a>', page) == ["Peers", "Far off"]


def test_sessions_ahead_say_what_they_lack_the_most_urgent_first(
    organizer: Client, db_session: scoped_session[Session]
) -> None:
    with frozen(NOON):
        bare = makers.program("bare", name="No link yet", join_url=None)
        slugs = {
            "Later": makers.event(title="Later", starts_at=days(12), summary="x"),
            "Link in a week": makers.event(bare, title="Link in a week", starts_at=days(6)),
            "Link later": makers.event(bare, title="Link later", starts_at=days(13), summary="x"),
            "Draft": makers.event(title="Draft", starts_at=days(25), published=False),
            "Draft now": makers.event(title="Draft now", starts_at=days(5), published=False),
            "Tomorrow": makers.event(title="Tomorrow", starts_at=days(1), summary=" \n "),
        }
    db_session.commit()
    pages = {title: f"/desk/sessions/{event.slug}/" for title, event in slugs.items()}
    assert lines(organizer) == [
        ("Now", "“Tomorrow” lacks a summary and an agenda", pages["Tomorrow"]),
        ("Now", "“Draft now” is still a draft", pages["Draft now"]),
        ("Now", "“Link in a week” lacks a join link, a summary and an agenda", pages["Link in a week"]),
        ("Soon", "“Link later” lacks a join link and an agenda", pages["Link later"]),
        ("Soon", "“Draft” is still a draft", pages["Draft"]),
        ("Later", "“Later” lacks an agenda", pages["Later"]),
    ]


def test_past_sessions_ask_for_their_attendance_and_recording(
    organizer: Client, db_session: scoped_session[Session]
) -> None:
    with frozen(NOON):
        recent = makers.event(title="Recent", starts_at=days(-3))
        makers.event(title="Members", starts_at=days(-40), visibility=Visibility.MEMBERS)
        makers.event(title="Long ago", starts_at=days(-100))
        makers.event(title="Not held", starts_at=days(-4), published=False)
        done = ready("Done", days(-5), recording_url="https://video.example/1")
        makers._attendance(makers.registration(done))
    db_session.commit()
    assert [(urgency, text) for urgency, text, _ in lines(organizer)] == [
        ("Soon", "The attendance of “Recent” is not imported"),
        ("Soon", "“Recent” has no recording link"),
        ("Later", "The attendance of “Members” is not imported"),
    ]
    assert lines(organizer)[0][2] == f"/desk/sessions/{recent.slug}/attendance"


def test_people_who_wait_for_approval_are_counted_by_session(
    organizer: Client, db_session: scoped_session[Session]
) -> None:
    with frozen(NOON):
        soon, later = ready("Soon", days(3)), ready("Later", days(20))
        for event, number in ((soon, 1), (later, 2)):
            for _ in range(number):
                makers.registration(event).status = Status.PENDING
            makers.registration(event)
        gone = ready("Gone", days(-3), recording_url="https://video.example/1")
        makers._attendance(makers.registration(gone))
        makers.registration(gone).status = Status.PENDING
    db_session.commit()
    assert lines(organizer) == [
        ("Now", "1 person waits for approval at “Soon”", f"/desk/sessions/{soon.slug}/people?status=pending"),
        (
            "Soon",
            "2 people wait for approval at “Later”",
            f"/desk/sessions/{later.slug}/people?status=pending",
        ),
    ]


def test_letters_that_failed_are_held_or_wait_come_with_their_buttons(
    organizer: Client, db_session: scoped_session[Session]
) -> None:
    with frozen(NOON):
        event = ready("Peers", days(20))
        for _ in range(4):
            makers.registration(event)
        db_session.commit()
        deliver()
        schedule.move(event, days(20.1), days(20.2), by="command")
        first, second, *_ = db_session.query(Letter).filter_by(kind="registered").order_by(Letter.id)
        first.state, second.state = State.FAILED, State.HELD
    db_session.commit()
    batch = db_session.query(Letter).filter_by(kind="moved").first()
    assert batch is not None
    assert lines(organizer) == [
        (
            "Now",
            "4 letters “New time: Peers” leave at 12:10 p.m. Eastern",
            f"/desk/letters/batches/{batch.batch}",
        ),
        ("Now", "1 letter could not be delivered", "/desk/letters/?state=failed"),
        ("Soon", "1 letter is held back", "/desk/letters/?state=held"),
    ]
    with frozen(NOON):
        done = organizer.submit("/desk/", {"do": "hold"}, form="/batches/")
    assert done.location == "/desk/"
    assert ("Soon", "5 letters are held back", "/desk/letters/?state=held") in lines(organizer)


@cases_once("role", sorted(set(AccountRole) - {AccountRole.ADMIN, AccountRole.ORGANIZER}))
def test_others_see_only_that_nothing_is_theirs_yet(
    client: Client, db_session: scoped_session[Session], role: AccountRole
) -> None:
    makers.sign_in(client, role)
    with frozen(NOON):
        makers.event(title="Secret draft", starts_at=days(3), published=False)
    db_session.commit()
    with frozen(NOON):
        page = client.get("/desk/").text
    assert "Nothing here is yours yet" in page
    assert "Secret draft" not in page


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_page_asks_the_same_number_of_questions_however_much_there_is(
    organizer: Client, db_session: scoped_session[Session]
) -> None:
    def much(number: int) -> int:
        with frozen(NOON):
            for each in range(number):
                makers.event(title=f"Draft {each}", starts_at=days(3 + each / 10), published=False)
                makers.event(title=f"Bare {each}", starts_at=days(4 + each / 10))
                makers.event(title=f"Past {each}", starts_at=days(-4 - each / 10))
            db.session.commit()
            with makers.statements() as found:
                organizer.get("/desk/")
        return len(found)

    assert much(1) == much(6) <= 30


def test_words_and_urgencies() -> None:
    assert rules.listed(["a join link"]) == "a join link"
    assert rules.listed(["a join link", "an agenda"]) == "a join link and an agenda"
    assert rules.listed(["a", "b", "c"]) == "a, b and c"
    assert rules.lacks("https://zoom.example/1", " \n", True) == ["a summary"]
    assert rules.done_words("people.merge") == "Merged"
    assert rules.done_words("schedule.make_event") == "Make event"
