"""What a calendar program gets when it polls."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.base.now import frozen, now
from jam.schedule import actions as schedule
from jam.schedule.rules import Visibility
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
    statements: list[str] = []

    def count(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    for path in [*FEEDS, f"/sessions/{event.slug}.ics"]:
        first = client.get(path)
        again = client.get(path)
        assert again.data == first.data
        assert first.headers["Cache-Control"] == "public, max-age=300, stale-if-error=86400"
        assert "Set-Cookie" not in first.headers
        assert first.headers.get("Vary") is None
        assert client.head(path).headers["ETag"] == first.headers["ETag"]
        assert client.head(path).data == b""
        by_tag = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        by_time = client.get(path, headers={"If-Modified-Since": first.headers["Last-Modified"]})
        assert (by_tag.status_code, by_time.status_code) == (304, 304)
        assert (by_tag.data, by_time.data) == (b"", b"")
        assert by_tag.headers["ETag"] == first.headers["ETag"]
    tag = client.get("/calendar/all.ics").headers["ETag"]
    sqlalchemy_event.listen(db.engine, "before_cursor_execute", count)
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
