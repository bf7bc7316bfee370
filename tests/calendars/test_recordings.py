"""The Atom feed of new recordings (RFC 4287)."""

from __future__ import annotations

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from sqlalchemy.orm import Session, scoped_session

from jam.base.now import frozen, now
from jam.calendars.jobs import build_calendars
from jam.schedule import actions as schedule
from jam.schedule.actions import EventFields, Slot
from jam.schedule.models import Event
from jam.schedule.rules import ItemKind, Visibility
from tests import makers
from tests.clients import Client

Db = scoped_session[Session]
PATH = "/recordings.atom"
ATOM = "{http://www.w3.org/2005/Atom}"
VIDEO = "https://video.example/1?a=1&b=<2>"

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def past(title: str, days: int = 7, **columns: object) -> Event:
    return makers.event(title=title, starts_at=now() - timedelta(days=days), **columns)


def record(event: Event, **fields: object) -> None:
    """Staff put something on a session's page."""
    given = {name: getattr(event, name) for name in EventFields.__dataclass_fields__}
    schedule.edit_event(event, EventFields(**{**given, **fields}), [], [], by=makers.BY)


def entries(content: bytes) -> list[dict[str, str]]:
    """The entries with their texts, after the checks that RFC 4287 section 4.1 asks for."""
    feed = ElementTree.fromstring(content)
    assert feed.tag == f"{ATOM}feed"
    one_each = {name: len(feed.findall(ATOM + name)) for name in ("id", "title", "updated", "subtitle")}
    assert set(one_each.values()) == {1}
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links == {
        "self": "http://jam.example/recordings.atom", "alternate": "http://jam.example/sessions/?when=past",
    }  # fmt: skip
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    found = []
    for entry in feed.findall(f"{ATOM}entry"):
        texts = {
            name: entry.findtext(ATOM + name) or ""
            for name in ("id", "title", "updated", "published", "summary")
        }
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", texts["id"])
        for name in ("updated", "published"):
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", texts[name])
        hrefs = {f"{link.get('rel')}": f"{link.get('href')}" for link in entry.findall(f"{ATOM}link")}
        assert hrefs.keys() == {"alternate", "related"}
        found.append({**texts, **hrefs})
    assert len({each["id"] for each in found}) == len(found)
    return found


def test_a_recording_appears_once_it_is_put_online_and_keeps_its_id(client: Client, db_session: Db) -> None:
    empty = client.get(PATH)
    assert (empty.content_type, entries(empty.data)) == ("application/atom+xml; charset=utf-8", [])
    event = past("Nights")
    past("Without")
    record(event, recording_url=VIDEO, summary="What **works**.")
    db_session.commit()
    first = client.get(PATH)
    [entry] = entries(first.data)
    assert (entry["title"], entry["alternate"]) == ("Nights", f"http://jam.example/sessions/{event.slug}")
    assert entry["related"] == "https://video.example/1?a=1&b=%3C2%3E"
    assert entry["updated"] == entry["published"]
    assert first.headers["Cache-Control"] == "public, max-age=300, stale-if-error=86400"
    assert client.get(PATH, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304

    with frozen(now() + timedelta(hours=1)):
        record(event, closed=True)
        db_session.commit()
        assert client.get(PATH).data == first.data
        record(event, title="Days")
        db_session.commit()
    [changed] = entries(client.get(PATH).data)
    assert (changed["id"], changed["published"], changed["title"]) == (
        entry["id"],
        entry["published"],
        "Days",
    )
    assert changed["updated"] > entry["updated"]
    record(event, recording_url=None)
    db_session.commit()
    assert entries(client.get(PATH).data) == []


def test_only_what_everybody_may_watch_now_stands_there(client: Client, db_session: Db) -> None:
    for visibility in (Visibility.LISTED, Visibility.MEMBERS):
        record(past("Leaky", visibility=visibility), recording_url=VIDEO)
    record(past("Leaky"), recording_url="javascript:alert(1)")
    early = makers.event(title="Early", starts_at=now() + timedelta(hours=1))
    record(early, recording_url=VIDEO)
    db_session.commit()
    build_calendars()
    assert entries(client.get(PATH).data) == []
    with frozen(now() + timedelta(hours=3)):
        build_calendars()
        assert [entry["title"] for entry in entries(client.get(PATH).data)] == ["Early"]
    assert b"Leaky" not in client.get(PATH).data


def test_hostile_words_are_words(client: Client, db_session: Db) -> None:
    title = "<b>]]></b> & “a” \U0001f9ea \u202e '\""
    event = past("x")
    event.title = title + "\x0b\x00\ufffe"
    event.summary = "<script>alert(1)</script> ]]> & [a](javascript:alert(1)) \x08"
    event.recording_url = VIDEO
    record(event, closed=True)
    db_session.commit()
    [entry] = entries(client.get(PATH).data)
    assert entry["title"] == title
    assert "<script" not in (
        ElementTree.fromstring(client.get(PATH).data).findtext(f".//{ATOM}content") or ""
    )


def test_agenda_names_are_authors_and_pages_link_to_the_feed(client: Client, db_session: Db) -> None:
    event = past("Nights")
    given = EventFields(title="Nights", recording_url=VIDEO)
    schedule.edit_event(
        event, given, [], [Slot(ItemKind.TALK, "A talk", "Ben Ode, Ohio; Ana Lee", 30)], by=makers.BY
    )
    db_session.commit()
    entry = ElementTree.fromstring(client.get(PATH).data).find(f"{ATOM}entry")
    assert entry is not None
    assert [name.text for name in entry.findall(f"{ATOM}author/{ATOM}name")] == ["Ben Ode, Ohio", "Ana Lee"]
    for path in ("/sessions/", f"/sessions/{event.slug}"):
        assert f'type="application/atom+xml" title="New recordings" href="{PATH}"' in client.get(path).text
