"""The public front: what visitors see of sessions and programs, and what they must not see."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.orm import Session, scoped_session

from jam.attendance.models import Attendance, AttendanceReport
from jam.base.database import db
from jam.base.now import frozen, now
from jam.base.zones import EASTERN
from jam.schedule import actions as schedule
from jam.schedule.given import EventFields, Slot
from jam.schedule.models import Event
from jam.schedule.rules import ItemKind, Visibility
from jam.vocabulary.actions import add_first_terms
from jam.vocabulary.queries import by_slug
from jam.vocabulary.rules import Kind
from tests import makers
from tests.clients import Client
from tests.rows import every_row

Db = scoped_session[Session]

DAY = datetime.fromisoformat("2030-12-17T18:00:00+00:00")


def in_days(days: int) -> datetime:
    return now() + timedelta(days=days)


def write(
    event: Event, summary: str = "", lever: str = "", slots: list[Slot] | None = None, **more: Any
) -> None:
    """Give an event its words, as staff do."""
    given = EventFields(title=event.title, summary=summary, visibility=event.visibility, **more)
    found = by_slug(Kind.LEVER, lever) if lever else None
    schedule.edit_event(event, given, [found] if found else [], slots or [], by="command")


def json_ld(html: str) -> dict[str, Any]:
    [block] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    data: dict[str, Any] = json.loads(block)
    return data


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_public_pages_are_the_same_for_everybody_so_caches_may_keep_them(
    client: Client, db_session: Db
) -> None:
    event = makers.event()
    db_session.commit()
    pages = [
        "/",
        "/sessions/",
        f"/sessions/{event.slug}",
        "/programs/jam",
        "/calendar/",
        "/accessibility",
        "/library/",
        "/privacy",
    ]
    for path in [*pages, "/nothing-here"]:
        answer = client.get(path)
        assert answer.status_code == (404 if path == "/nothing-here" else 200)
        assert "Set-Cookie" not in answer.headers, path
        varies = {each.strip().lower() for each in answer.headers.get("Vary", "").split(",") if each.strip()}
        assert varies <= {"accept-encoding", "accept-language"}, path


def test_home_shows_the_next_jam_large_then_the_others_then_recordings(
    client: Client, db_session: Db
) -> None:
    makers.event(title="Second", starts_at=in_days(40))
    first = makers.event(title="First", starts_at=in_days(9))
    write(first, slots=[Slot(ItemKind.TALK, "A talk", "Ana Lee, Riverside Clinic; Ben Ode", 30)])
    past = makers.event(title="Long ago", starts_at=in_days(-40))
    write(past, recording_url="https://video.example/1")
    makers.event(title="Not yet told", starts_at=in_days(5), published=False)
    makers.event(title="Among ourselves", starts_at=in_days(5), visibility=Visibility.MEMBERS)
    db_session.commit()
    page = client.get("/").text
    places = [
        page.index(words)
        for words in ("in 9 days", ">First<", "Ana Lee, Riverside Clinic; Ben Ode", ">Second<", ">Long ago<")
    ]
    assert places == sorted(places)
    assert f'href="/sessions/{first.slug}/register"' in page
    assert f'href="/sessions/{first.slug}#calendar"' in page
    assert "Workforce@TheNationalCouncil.org" in page
    assert [hidden for hidden in ("Not yet told", "Among ourselves", "zoom.example") if hidden in page] == []


def test_home_without_any_session_still_says_where_one_is(client: Client) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "The next date is not set yet" in page.text


def test_home_offers_no_form_that_is_closed(client: Client, db_session: Db) -> None:
    event = makers.event(closed=True)
    db_session.commit()
    page = client.get("/").text
    assert "Registration for this session is closed." in page
    assert f"/sessions/{event.slug}/register" not in page


@pytest.fixture
def shelf(db_session: Db) -> None:
    """Sessions to find: two programs, two levers, past and to come."""
    add_first_terms(by="command")
    write(makers.event(title="Loans", starts_at=in_days(10)), "Repayment for 100%_sure.", "payment")
    write(makers.event(title="Peers", starts_at=in_days(-10)), lever="technology",
          slots=[Slot(ItemKind.TALK, "On the line", "Ruth Abara", 30)])  # fmt: skip
    echo = makers.program("echo", name="Workforce ECHO", visibility=Visibility.LISTED)
    makers.event(echo, title="Case night", starts_at=in_days(12))
    db_session.commit()


FINDS = {
    "": ["Loans", "Case night", "Peers"],
    "when=upcoming": ["Loans", "Case night"],
    "when=past": ["Peers"],
    "program=echo": ["Case night"],
    "lever=payment": ["Loans"],
    "lever=technology&when=past": ["Peers"],
    "q=ruth+abara": ["Peers"],
    "q=REPAYMENT": ["Loans"],
    "q=100%25_": ["Loans"],
    "q=%25": ["Loans"],
    "q=lo%00ans": ["Loans"],
    "page=99999999999999999999": ["Loans", "Case night", "Peers"],
    "page=-1": ["Loans", "Case night", "Peers"],
    "program=nothing": [],
    "lever=nothing": [],
    "lever=payment&when=past": [],
    "when=someday": [],
    "q=" + "x" * 5000: [],
    "q=%ff%00&lever=%00": [],
}


def test_sessions_are_found(client: Client, shelf: None) -> None:
    title = r'<h3 class="(?:session-card|timeline)-title"><a href="[^"]*">([^<]*)</a>'
    for query, titles in FINDS.items():
        page = client.get(f"/sessions/?{query}")
        assert (page.status_code, re.findall(title, page.text)) == (200, titles), query
        assert ("Nothing fits all of that" in page.text) == (not titles)
        if not titles:
            assert '<a class="btn btn-secondary" href="/sessions/">Show all sessions</a>' in page.text


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_was_asked_stays_in_the_form(client: Client, shelf: None) -> None:
    page = client.get("/sessions/?q=%22%3E%3Cb%3Eloans&lever=payment").text
    assert 'value="&#34;&gt;&lt;b&gt;loans"' in page
    assert '<option value="payment" selected>' in page


def test_a_long_list_is_paged(client: Client, db_session: Db) -> None:
    one = makers.event(title="Session 1", starts_at=in_days(-1))
    whole = {column.key: getattr(one, column.key) for column in Event.__table__.columns if column.key != "id"}
    db_session.execute(
        insert(Event),
        [
            {**whole, "title": f"Session {day}", "slug": f"session-{day}", "uid": f"{day}@jam.example",
             "starts_at": in_days(-day), "ends_at": in_days(-day) + timedelta(hours=1)}
            for day in range(2, 53)
        ],
    )  # fmt: skip
    db_session.commit()
    first, second = (
        client.get("/sessions/?when=past&q=session").text,
        client.get("/sessions/?when=past&page=2").text,
    )
    assert (first.count('class="session-card"'), second.count('class="session-card"')) == (50, 2)
    assert "Page 1 of 2" in first
    assert "page=2" in first
    assert "q=session" in first


def test_a_session_says_what_who_and_when(client: Client, db_session: Db) -> None:
    add_first_terms(by="command")
    event = makers.event(title="Peers on the line", starts_at=DAY)
    slots = [
        Slot(ItemKind.WELCOME, "Welcome", "", 5),
        Slot(ItemKind.TALK, "Two counties", "Ana Lee, Riverside Clinic, Ohio; Ben Ode", 25),
    ]
    write(event, "You will learn **how**.\n\n<script>alert(1)</script>", "payment", slots)
    db_session.commit()
    page = client.get(f"/sessions/{event.slug}").text
    assert "<strong>how</strong>" in page
    assert "<script>alert" not in page
    assert re.findall(r'class="person-name">([^<]*)</p>(?:<p class="soft">([^<]*)</p>)?', page) == [
        ("Ana Lee", "Riverside Clinic, Ohio"),
        ("Ben Ode", ""),
    ]
    assert re.findall(r'class="agenda-clock">([^<]*)<', page) == ["1:00 p.m. ", "1:05 p.m. "]
    assert 'href="/sessions/?lever=payment"' in page
    assert f'href="/sessions/{event.slug}/register">Register</a>' in page
    assert "zoom.example" not in page, "the way in is for people with a seat"


def test_search_engines_read_a_session(client: Client, db_session: Db) -> None:
    event = makers.event(title="</script><script>alert(1)</script> & “more”", starts_at=DAY)
    write(
        event,
        "You will *learn*.",
        slots=[Slot(ItemKind.TALK, "A talk", "Ana Lee, Riverside Clinic", 30)],
    )
    db_session.commit()
    page = client.get(f"/sessions/{event.slug}").text
    assert "<script>alert" not in page
    here = f"http://jam.example/sessions/{event.slug}"
    assert json_ld(page) == {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": "</script><script>alert(1)</script> & “more”",
        "description": "You will learn.",
        "url": here,
        "startDate": "2030-12-17T13:00:00-05:00",
        "endDate": "2030-12-17T14:00:00-05:00",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode",
        "location": {"@type": "VirtualLocation", "url": here},
        "organizer": {"@type": "Organization", "name": "Workforce Solutions Partnership", "url": "http://jam.example/"},
        "superEvent": {"@type": "EventSeries", "name": "Workforce Solutions Jam"},
        "performer": [{"@type": "Person", "name": "Ana Lee"}],
        "inLanguage": "en-US",
        "isAccessibleForFree": True,
        "offers": {
            "@type": "Offer", "price": "0", "priceCurrency": "USD", "url": here + "/register",
            "availability": "https://schema.org/InStock",
        },
    }  # fmt: skip


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_listed_session_shows_title_and_time_alone(client: Client, db_session: Db) -> None:
    event = makers.event(title="Case night", starts_at=in_days(30), visibility=Visibility.LISTED)
    write(event, "Secret summary.", slots=[Slot(ItemKind.CASE, "Secret case", "Secret Speaker", 30)],
          recording_url="https://video.example/secret")  # fmt: skip
    db_session.commit()
    pages = [
        client.get(path).text for path in ("/", "/sessions/", f"/sessions/{event.slug}", "/programs/jam")
    ]
    with frozen(in_days(60)):
        pages += [
            client.get(path).text for path in ("/", "/sessions/", f"/sessions/{event.slug}", "/programs/jam")
        ]
    assert all("Case night" in page for page in pages[:4])
    assert "Seats are for members" in pages[2]
    assert f"/sessions/{event.slug}/register" not in pages[2]
    assert [page.lower().count("secret") for page in pages] == [0] * 8


def held(db_session: Db, seats: int, came: int) -> Event:
    """A session two weeks ago with a report: so many had a seat, so many of them came."""
    event = makers.event(title="Well attended", starts_at=in_days(-14))
    write(event, recording_url="https://video.example/1", slides_url="https://slides.example/1")
    rows = makers.crowd(event, seats)
    report = AttendanceReport(
        event_id=event.id, format="zoom-webinar", time_zone=EASTERN, stored_as="reports/none", sha256="0" * 64,
        size=0, figures={}, imported_at=now(), imported_by="command",
    )  # fmt: skip
    db_session.add(report)
    for seat in rows[:came]:
        db_session.add(Attendance(event_id=event.id, person_id=seat.person_id, role="attendee", seconds=3000))
    db_session.commit()
    return event


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_past_session_opens_with_recording_and_slides_and_says_how_many_came(
    client: Client, db_session: Db
) -> None:
    event = held(db_session, seats=120, came=84)
    page = client.get(f"/sessions/{event.slug}").text
    assert 'href="https://video.example/1">Watch the recording</a>' in page
    assert 'href="https://slides.example/1">Open the slides</a>' in page
    assert "About 70 % of the people who had a seat at the start came." in page
    assert f"/sessions/{event.slug}/register" not in page
    home = re.sub(r"\s+", " ", client.get("/").text)
    figures = re.findall(r'class="tile-figure">([^<]*)</p> *<p class="tile-label">([^<]*)</p>', home)
    assert figures == [
        ("1", "sessions held"),
        ("100", "people registered"),
        ("70 %", "of those registered came"),
    ]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_attendance_so_small_that_people_could_be_known_is_not_told(client: Client, db_session: Db) -> None:
    event = held(db_session, seats=120, came=10)
    assert "people who had a seat at the start came" not in client.get(f"/sessions/{event.slug}").text


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_past_session_without_a_report_claims_no_number(client: Client, db_session: Db) -> None:
    event = makers.event(starts_at=in_days(-2))
    makers.registration(event)
    write(event, recording_url="javascript:alert(1)")
    db_session.commit()
    page = client.get(f"/sessions/{event.slug}").text
    assert "people who had a seat at the start came" not in page
    assert "javascript:" not in page


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_cancelled_session_says_so_and_shows_the_next(client: Client, db_session: Db) -> None:
    event = makers.event(title="Called off", starts_at=in_days(10))
    other = makers.event(title="Still on", starts_at=in_days(20))
    schedule.cancel(event, by="command")
    db_session.commit()
    page = client.get(f"/sessions/{event.slug}").text
    assert "This session is cancelled" in page
    assert f'href="/sessions/{other.slug}">Still on</a>' in page
    assert f"/sessions/{event.slug}/register" not in page
    assert json_ld(page)["eventStatus"] == "https://schema.org/EventCancelled"


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"waiting_list": True}, "Join the waiting list"),
        ({"approval": True}, "Ask for a seat"),
        ({}, "This session is full."),
    ],
)
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_full_session_says_what_is_left(
    client: Client, db_session: Db, columns: dict[str, Any], words: str
) -> None:
    event = makers.event(capacity=1)
    makers.registration(event)
    for name, value in columns.items():
        setattr(event, name, value)
    db_session.commit()
    assert words in client.get(f"/sessions/{event.slug}").text


@pytest.mark.parametrize(
    "path", ["/sessions/jam-1999-01-01", "/sessions/%00", "/programs/nothing", "/programs/%00"]
)
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_is_not_there_is_not_there(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_program_says_when_it_meets(client: Client, db_session: Db) -> None:
    makers.event(title="Peers", starts_at=in_days(9))
    makers.program("inner", name="Among ourselves", visibility=Visibility.MEMBERS)
    db_session.commit()
    page = client.get("/programs/jam").text
    assert "Third Tuesday of the month, 1:00 to 2:00 p.m. Eastern." in page
    assert ">Peers<" in page
    assert client.get("/programs/inner").status_code == 404
    assert [
        path for path in ("/", "/calendar/", "/sessions/") if "Among ourselves" in client.get(path).text
    ] == []


def test_the_calendar_page_holds_the_feeds_to_copy(client: Client, db_session: Db) -> None:
    makers.program()
    makers.program("echo", name="Workforce ECHO")
    db_session.commit()
    page = client.get("/calendar/").text
    assert re.findall(r'value="(http[^"]*)"', page) == [
        "http://jam.example/calendar/all.ics",
        "http://jam.example/calendar/program/jam.ics",
        "http://jam.example/calendar/program/echo.ics",
    ]
    assert 'href="webcal://jam.example/calendar/all.ics"' in page
    for sentence in (
        "a feed may take hours",
        "Late changes reach you by mail",
        "you see that session twice",
        "From URL",
        "Subscribe from web",
        "New Calendar Subscription",
    ):
        assert unescape(page).count(sentence) == 3  # beside each of them


def test_looking_at_the_public_pages_changes_nothing(app: Flask, client: Client) -> None:
    makers.one_of_everything(app)
    with app.app_context():
        before = every_row()
        slug = db.session.query(Event).order_by(Event.id).limit(1).one().slug
    for path in (
        "/",
        "/sessions/",
        f"/sessions/{slug}",
        "/programs/jam",
        "/calendar/",
        "/accessibility",
        "/library/",
        "/privacy",
    ):
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200
    with app.app_context():
        assert every_row() == before


def test_a_list_costs_the_same_queries_however_long_it_is(app: Flask, client: Client, db_session: Db) -> None:
    def queries() -> int:
        with app.app_context():
            engine = db.engine
        seen: list[str] = []
        from sqlalchemy import event as sa_event

        def count(_c: Any, _u: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        sa_event.listen(engine, "before_cursor_execute", count)
        try:
            assert client.get("/sessions/").status_code == 200
        finally:
            sa_event.remove(engine, "before_cursor_execute", count)
        return len(seen)

    makers.event(starts_at=in_days(3), capacity=5)
    makers.event(starts_at=in_days(-3))
    db_session.commit()
    few = queries()
    for day in range(4, 9):
        makers.event(starts_at=in_days(day), capacity=5)
        makers.event(starts_at=in_days(-day))
    db_session.commit()
    assert queries() == few
