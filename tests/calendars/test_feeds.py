"""What a calendar program gets when it polls."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.base.now import frozen, now
from jam.calendars import feeds
from jam.calendars.actions import store_all
from jam.calendars.jobs import build_calendars
from jam.schedule import actions as schedule
from jam.schedule.models import Event
from jam.schedule.programs import make_cohort
from jam.schedule.rules import Visibility
from jam.vocabulary.actions import add_first_terms, rename, retire
from jam.vocabulary.models import Term
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind
from tests import makers
from tests.calendars.rawlines import read
from tests.calendars.readers import agreed
from tests.clients import Client

FEEDS = ["/calendar/all.ics", "/calendar/program/jam.ics"]


def titles(client: Client, path: str) -> list[str]:
    """The summaries in a feed, in their order."""
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    read(answer.data)
    return [event.summary for event in agreed(answer.data)]


def test_feeds_hold_what_everybody_may_see(client: Client, db_session: scoped_session[Session]) -> None:
    jam, echo = makers.program(), makers.program("echo", name="Workforce ECHO")
    soon = now() + timedelta(days=3)
    makers.event(jam, title="Public one", starts_at=soon)
    makers.event(jam, title="Leaky draft", published=False)
    makers.event(echo, title="Listed one", starts_at=soon + timedelta(days=1), visibility=Visibility.LISTED)
    makers.event(echo, title="Leaky members' one", visibility=Visibility.MEMBERS)
    db.session.commit()
    jams = ["Workforce Solutions Jam: Public one"]
    assert titles(client, "/calendar/all.ics") == [*jams, "Workforce ECHO: Listed one"]
    assert titles(client, "/calendar/program/jam.ics") == jams
    assert titles(client, "/calendar/program/echo.ics") == ["Workforce ECHO: Listed one"]
    for path in [*FEEDS, "/calendar/program/echo.ics"]:
        assert b"Leaky" not in client.get(path).data


def test_one_session_is_a_file_of_its_own(client: Client, db_session: scoped_session[Session]) -> None:
    event, draft = makers.event(title="One"), makers.event(title="Two", published=False)
    db.session.commit()
    assert titles(client, f"/sessions/{event.slug}.ics") == ["Workforce Solutions Jam: One"]
    assert client.get(f"/sessions/{draft.slug}.ics").status_code == 404
    assert client.get("/sessions/none.ics").status_code == 404
    assert client.get("/calendar/program/none.ics").status_code == 404


def test_a_poll_that_finds_nothing_new_is_cheap(
    app: Flask, client: Client, db_session: scoped_session[Session]
) -> None:
    event = makers.event()
    db.session.commit()
    for path in [*FEEDS, f"/sessions/{event.slug}.ics"]:
        first = client.get(path)
        again = client.get(path)
        assert again.data == first.data
        assert first.headers["Cache-Control"] == "public, max-age=300, stale-if-error=86400"
        assert "Set-Cookie" not in first.headers
        assert first.headers["Vary"] == "Accept-Encoding"
        assert client.head(path).headers["ETag"] == first.headers["ETag"]
        assert client.head(path).data == b""
        by_tag = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        by_time = client.get(path, headers={"If-Modified-Since": first.headers["Last-Modified"]})
        assert (by_tag.status_code, by_time.status_code) == (304, 304)
        assert (by_tag.data, by_time.data) == (b"", b"")
        assert by_tag.headers["ETag"] == first.headers["ETag"]
    tag = client.get("/calendar/all.ics").headers["ETag"]
    with makers.statements() as statements:
        client.get("/calendar/all.ics", headers={"If-None-Match": tag})
    assert len([statement for statement in statements if statement.startswith("SELECT")]) == 1


def test_a_change_reaches_subscribers_and_hours_do_not(
    client: Client, db_session: scoped_session[Session]
) -> None:
    event = makers.event()
    db.session.commit()
    before = client.get("/calendar/all.ics")
    with frozen(now() + timedelta(days=2)):
        assert client.get("/calendar/all.ics").data == before.data
        schedule.cancel(event, by="command")
        db.session.commit()
    answer = client.get("/calendar/all.ics", headers={"If-None-Match": before.headers["ETag"]})
    assert answer.status_code == 200
    (seen,) = agreed(answer.data)
    assert (seen.status, seen.sequence) == ("CANCELLED", 1)


def test_an_empty_feed_is_a_calendar_still(client: Client) -> None:
    answer = client.get("/calendar/all.ics")
    assert answer.status_code == 200
    assert agreed(answer.data) == []


def test_cohorts_and_levers_have_feeds_of_their_own(
    client: Client, db_session: scoped_session[Session]
) -> None:
    add_first_terms(by=makers.BY)
    payment, technology = terms(Kind.LEVER)[1], terms(Kind.LEVER)[6]
    echo = makers.program("echo", name="Workforce ECHO")
    fall = make_cohort(echo, "fall", "Fall group", now().date(), now().date(), by=makers.BY)
    make_cohort(echo, "spring", "Spring group", now().date(), now().date(), by=makers.BY)
    in_group = makers.event(echo, title="In the group", cohort=fall)
    tagged = makers.event(title="Tagged", starts_at=now() + timedelta(days=3))
    tag(tagged, payment)
    db.session.commit()
    assert titles(client, "/calendar/cohort/fall.ics") == ["Workforce ECHO: In the group"]
    assert titles(client, "/calendar/cohort/spring.ics") == []
    lever = "/calendar/lever/payment.ics"
    assert titles(client, lever) == ["Workforce Solutions Jam: Tagged"]
    assert b"\r\nNAME:Workforce Solutions: Payment\r\n" in client.get(lever).data
    assert {client.get(f"/calendar/{path}/none.ics").status_code for path in ("cohort", "lever")} == {404}

    tag(in_group, payment)
    tag(tagged, technology)
    db.session.commit()
    assert titles(client, lever) == ["Workforce ECHO: In the group"]
    assert titles(client, "/calendar/lever/technology.ics") == ["Workforce Solutions Jam: Tagged"]

    before = client.get(lever).headers["ETag"]
    rename(payment, "Paying for it", by=makers.BY)
    retire(payment, by=makers.BY)
    db.session.commit()
    after = client.get(lever, headers={"If-None-Match": before})
    assert after.status_code == 200
    assert b"\r\nNAME:Workforce Solutions: Paying for it\r\n" in after.data


def tag(event: Event, *terms: Term) -> None:
    """Give a session these levers and no others, as staff do."""
    given = {name: getattr(event, name) for name in schedule.EventFields.__dataclass_fields__}
    schedule.edit_event(event, schedule.EventFields(**given), terms, [], by=makers.BY)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_nobody_learns_of_a_members_program_by_its_feed(
    client: Client, db_session: scoped_session[Session]
) -> None:
    inner = makers.program("inner", name="Leaky board", visibility=Visibility.MEMBERS)
    make_cohort(inner, "secret", "Leaky cohort", now().date(), now().date(), by=makers.BY)
    makers.event(inner)
    build_calendars()
    for path in ("/calendar/program/inner.ics", "/calendar/cohort/secret.ics"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_many_events_at_once_build_each_feed_once(
    client: Client, db_session: scoped_session[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    events = [makers.event(starts_at=now() + timedelta(days=day)) for day in (3, 4, 5)]
    for event in events:
        event.title += " again"
    built: list[str] = []
    real = feeds._stored
    monkeypatch.setattr(feeds, "_stored", lambda key, kept: (built.append(key), real(key, kept))[1])
    store_all(events)
    assert built == ["all", "program:jam", *sorted(f"session:{event.slug}" for event in events)]
    store_all(events)
    assert len(built) == 5


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_clock_stores_what_is_missing_and_what_other_settings_made(
    app: Flask, client: Client, db_session: scoped_session[Session]
) -> None:
    add_first_terms(by=makers.BY)
    event = makers.event()
    db.session.commit()
    lever = client.get("/calendar/lever/payment.ics")
    assert build_calendars() > 0
    assert (
        client.get("/calendar/lever/payment.ics").headers["Last-Modified"] != lever.headers["Last-Modified"]
    )
    before = {path: client.get(path) for path in (*FEEDS, f"/sessions/{event.slug}.ics")}
    assert build_calendars() == 0
    assert {path: client.get(path).data for path in before} == {
        path: each.data for path, each in before.items()
    }

    app.config["MAIL_FROM"] = "Jam <new@jam.example>"
    assert build_calendars() > 0
    for path, old in before.items():
        answer = client.get(path, headers={"If-None-Match": old.headers["ETag"]})
        assert answer.status_code == 200
        assert b"mailto:new@jam.example" in answer.data.replace(b"\r\n ", b"")
    assert build_calendars() == 0


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_if_none_match_goes_before_if_modified_since(
    client: Client, db_session: scoped_session[Session]
) -> None:
    makers.event()
    db.session.commit()
    first = client.get("/calendar/all.ics")
    tag, time = first.headers["ETag"], first.headers["Last-Modified"]
    asked = [
        ({"If-None-Match": '"other"', "If-Modified-Since": time}, 200),
        ({"If-None-Match": tag, "If-Modified-Since": "Mon, 01 Jan 2024 00:00:00 GMT"}, 304),
        ({"If-None-Match": f'"other", W/{tag}'}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-Modified-Since": "Mon, 01 Jan 2024 00:00:00 GMT"}, 200),
        ({"If-Modified-Since": "not a date"}, 200),
    ]
    for headers, status in asked:
        for method in (client.get, client.head):
            assert (method("/calendar/all.ics", headers=headers).status_code, headers) == (status, headers)
    unchanged = client.get("/calendar/all.ics", headers={"If-None-Match": tag}).headers
    kept = ("ETag", "Cache-Control", "Vary")
    assert [unchanged[name] for name in kept] == [first.headers[name] for name in kept]
