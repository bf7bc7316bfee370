"""The stored personal feed: what makes it stale, who builds it, and what a poll costs."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.base.now import frozen, now
from jam.calendars import personal
from jam.calendars.actions import make_link
from jam.calendars.jobs import build_calendars
from jam.calendars.models import PersonalCalendar
from jam.calendars.pages import personal_address
from jam.calendars.personal import Part
from jam.people import actions as people
from jam.registration import actions as registrations
from jam.registration.models import Registration
from jam.schedule import actions as schedule
from tests import makers
from tests.calendars.rawlines import read
from tests.calendars.readers import Seen, agreed
from tests.clients import Client
from tests.rows import every_row

Db = scoped_session[Session]
JAM = "Workforce Solutions Jam: "


@pytest.fixture
def seat(db_session: Db) -> Registration:
    """Ana's seat at the session of thirty days from now; she has a calendar link."""
    made = makers.registration(makers.event(title="Nights"), "ana@clinic.example")
    make_link(made.person, by=makers.BY)
    db.session.commit()
    return made


def path_of(seat: Registration) -> str:
    address = personal_address(seat.person)
    assert address
    return urlsplit(address).path


def kept(seat: Registration) -> PersonalCalendar:
    db.session.expire_all()
    return db.session.get_one(PersonalCalendar, seat.person_id)


def seen(client: Client, seat: Registration) -> Seen:
    content = client.get(path_of(seat)).data
    read(content)
    [event] = agreed(content)
    return event


def test_a_poll_that_finds_nothing_new_is_one_statement(client: Client, seat: Registration) -> None:
    path = path_of(seat)
    first = client.get(path)
    for headers in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-Modified-Since": first.headers["Last-Modified"]},
    ):
        with makers.statements() as sent:
            assert client.get(path, headers=headers).status_code == 304
        assert len(sent) == 1
        assert "content" not in sent[0]


def test_what_is_stored_holds_no_link(client: Client, seat: Registration) -> None:
    content = kept(seat).content.decode().replace("\r\n ", "")
    assert "BEGIN:VEVENT" in content
    assert [link for link in ("/join/", "/calendar/me/", "clinic.example") if link in content] == []
    served = client.get(path_of(seat)).text.replace("\r\n ", "")
    assert f"SOURCE;VALUE=URI:{personal_address(seat.person)}\r\n" in served


def test_every_change_shows_at_the_next_poll_and_is_stored_by_the_clock(
    client: Client, seat: Registration
) -> None:
    path, event, later = path_of(seat), seat.event, timedelta(days=1)

    def move() -> None:
        schedule.move(event, event.starts_at + later, event.ends_at + later, by=makers.BY)

    changes = {
        "renamed": lambda: schedule.edit_event(
            event, schedule.EventFields(title="Days"), [], [], by=makers.BY
        ),
        "moved": move,
        "zone": lambda: people.choose_zone(seat.person, "America/Denver", by=makers.BY),
        "given up": lambda: registrations.cancel(seat, by=makers.BY),
        "taken again": lambda: registrations.rejoin(seat, by=makers.BY),
        "called off": lambda: schedule.cancel(event, by=makers.BY),
    }
    build_calendars()
    tag = client.get(path).headers["ETag"]
    for minutes, (name, change) in enumerate(changes.items(), start=1):
        with frozen(now() + timedelta(minutes=minutes)):
            change()
            db.session.commit()
            before = every_row()
            answer = client.get(path, headers={"If-None-Match": tag})
            assert (answer.status_code, name) == (200, name)
            assert client.get(path).data == answer.data
            assert every_row() == before
            assert build_calendars() == 1
            stored = client.get(path)
            same = ("ETag", "Last-Modified")
            assert stored.data == answer.data
            assert [stored.headers[each] for each in same] == [answer.headers[each] for each in same]
            tag = stored.headers["ETag"]
            assert build_calendars() == 0


def test_what_does_not_show_leaves_the_bytes_alone(client: Client, seat: Registration) -> None:
    first = client.get(path_of(seat))
    with frozen(now() + timedelta(hours=1)):
        makers.registration(seat.event, "ben@clinic.example", "Ben Ode")
        given = schedule.EventFields(title=seat.event.title, join_url="https://zoom.example/j/other")
        schedule.edit_event(seat.event, given, [], [], by=makers.BY)
        personal.make_stale([seat.person_id])
        db.session.commit()
        stale = client.get(path_of(seat))
        build_calendars()
        for answer in (stale, client.get(path_of(seat))):
            assert (answer.data, answer.headers["ETag"]) == (first.data, first.headers["ETag"])


def test_a_given_up_seat_stands_there_as_cancelled_for_thirty_days(
    client: Client, seat: Registration
) -> None:
    registrations.cancel(seat, by=makers.BY)
    db.session.commit()
    build_calendars()
    event = seen(client, seat)
    assert (event.summary, event.status, event.sequence) == (f"CANCELLED: {JAM}Nights", "CANCELLED", 1)
    assert "/join/" not in event.location + event.description
    registrations.rejoin(seat, by=makers.BY)
    db.session.commit()
    event = seen(client, seat)
    assert (event.summary, event.status, event.sequence) == (f"{JAM}Nights", "CONFIRMED", 2)
    registrations.cancel(seat, by=makers.BY)
    db.session.commit()
    build_calendars()
    tag = client.get(path_of(seat)).headers["ETag"]
    with frozen(now() + timedelta(days=31)):
        answer = client.get(path_of(seat), headers={"If-None-Match": tag})
        assert (answer.status_code, b"VEVENT" in answer.data) == (200, False)
        assert build_calendars() > 0
        assert client.get(path_of(seat)).data == answer.data
        assert build_calendars() == 0


def test_who_only_waited_never_had_it(client: Client, db_session: Db, seat: Registration) -> None:
    full = makers.event(capacity=1, waiting_list=True)
    makers.registration(full, "ben@clinic.example", "Ben Ode")
    waits = registrations.register(
        full, "ana@clinic.example", people.Details("Ana Lee"), source=makers.Source.FORM
    )
    db.session.commit()
    assert seen(client, seat).summary == f"{JAM}Nights"
    registrations.cancel(waits, by=makers.BY)
    db.session.commit()
    assert seen(client, seat).summary == f"{JAM}Nights"


def test_a_merge_and_its_end_move_sessions_between_feeds(
    client: Client, db_session: Db, seat: Registration
) -> None:
    other = makers.registration(makers.event(title="Mornings"), "ana@home.example")
    make_link(other.person, by=makers.BY)
    db.session.commit()
    keep, gone, path = seat.person, other.person, path_of(other)
    people.merge(keep, gone, by=makers.BY)
    db.session.commit()
    assert {each.summary for each in agreed(client.get(path_of(seat)).data)} == {
        f"{JAM}Nights",
        f"{JAM}Mornings",
    }
    assert client.get(path).status_code == 410
    people.unmerge(gone, by=makers.BY)
    db.session.commit()
    assert seen(client, seat).summary == f"{JAM}Nights"
    assert seen(client, other).summary == f"{JAM}Mornings"


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_change_committed_while_the_bytes_are_built_still_counts(
    client: Client, db_session: Db, seat: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = personal.build

    def slow(person: people.Person) -> personal.Built:
        made = real(person)
        with Session(db.engine) as elsewhere:
            elsewhere.execute(personal.update(PersonalCalendar).values(wanted=PersonalCalendar.wanted + 1))
            elsewhere.commit()
        return made

    personal.make_stale([seat.person_id])
    db.session.commit()
    monkeypatch.setattr(personal, "build", slow)
    build_calendars()
    assert kept(seat).built < kept(seat).wanted


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_rooms_to_come_say_what_else_somebody_does(
    client: Client, db_session: Db, seat: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = makers.event(title="A talk", starts_at=now() + timedelta(days=5))
    db.session.commit()
    parts = [
        Part(event=seat.event, sentence="You facilitate this session.", changed_at=now()),
        Part(event=talk, sentence="You present here.", changed_at=now()),
    ]
    monkeypatch.setattr(personal, "_sources", {})
    personal.hand_in("proposals", lambda person_id: parts if person_id == seat.person_id else [])
    personal.make_stale([seat.person_id])
    db.session.commit()
    events = agreed(client.get(path_of(seat)).data)
    assert [(each.summary, each.status) for each in events] == [
        (f"{JAM}A talk", "CONFIRMED"), (f"{JAM}Nights", "CONFIRMED"),
    ]  # fmt: skip
    assert "You present here." in events[0].description
    assert "/join/" not in events[0].description
    assert "You facilitate this session." in events[1].description
    assert "/join/" in events[1].description

    parts[1] = Part(event=talk, sentence="You present here.", changed_at=now(), off_since=now(), sequence=1)
    personal.make_stale([seat.person_id])
    db.session.commit()
    off = agreed(client.get(path_of(seat)).data)[0]
    assert (off.summary, off.status, off.sequence) == (f"CANCELLED: {JAM}A talk", "CANCELLED", 1)
    assert "You present" not in off.description
