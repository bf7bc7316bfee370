"""What search engines read of a session: a schema.org Event, checked against schema.org's own property lists."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session, scoped_session

from jam.base.zones import EASTERN, wall
from jam.schedule import actions as schedule
from jam.schedule.actions import EventFields, Slot
from jam.schedule.models import Event
from jam.schedule.rules import ItemKind, Visibility
from tests import makers
from tests.clients import Client

Db = scoped_session[Session]

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

SCHEMA = "https://schema.org/"
STATUSES = {"EventScheduled", "EventRescheduled", "EventCancelled", "EventPostponed", "EventMovedOnline"}
AVAILABILITIES = {"InStock", "SoldOut", "LimitedAvailability"}

#: Type -> its properties -> what each may hold, from https://schema.org/Event and the pages of the other types
#: (version 30.1). Only what is listed here may be said.
PROPERTIES: dict[str, dict[str, set[str]]] = {
    "Event": {
        "name": {"Text"},
        "url": {"URL"},
        "description": {"Text"},
        "startDate": {"DateTime"},
        "endDate": {"DateTime"},
        "previousStartDate": {"DateTime"},
        "eventStatus": {"EventStatusType"},
        "eventAttendanceMode": {"EventAttendanceModeEnumeration"},
        "location": {"VirtualLocation", "Place", "PostalAddress"},
        "organizer": {"Organization", "Person"},
        "performer": {"Organization", "Person"},
        "offers": {"Offer"},
        "superEvent": {"Event", "EventSeries"},
        "inLanguage": {"Text"},
        "isAccessibleForFree": {"Boolean"},
    },
    "EventSeries": {"name": {"Text"}},
    "VirtualLocation": {"url": {"URL"}},
    "Organization": {"name": {"Text"}, "url": {"URL"}},
    "Person": {"name": {"Text"}},
    "Offer": {
        "price": {"Text"},
        "priceCurrency": {"Text"},
        "url": {"URL"},
        "availability": {"ItemAvailability"},
    },
}
#: What Google demands and recommends of an online event (its page on structured data for events).
DEMANDED = {"name", "startDate", "endDate", "eventStatus", "eventAttendanceMode", "location", "organizer"}


def kind(value: Any) -> str:
    """What schema.org calls a value."""
    if isinstance(value, bool):
        return "Boolean"
    if isinstance(value, dict):
        return str(value["@type"])
    word = value.removeprefix(SCHEMA)
    if word in STATUSES:
        return "EventStatusType"
    if word in AVAILABILITIES:
        return "ItemAvailability"
    if word in {"OnlineEventAttendanceMode"}:
        return "EventAttendanceModeEnumeration"
    if re.fullmatch(r"https?://[^\s]+", value):
        return "URL"
    return "DateTime" if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", value) else "Text"


def check(node: dict[str, Any]) -> None:
    """Every property belongs to its type and holds what schema.org allows there."""
    allowed = PROPERTIES[node["@type"]]
    for name, value in node.items():
        if name in ("@type", "@context"):
            continue
        for each in value if isinstance(value, list) else [value]:
            assert kind(each) in allowed[name], (name, each)
            if isinstance(each, dict):
                check(each)


def read(client: Client, event: Event) -> dict[str, Any]:
    """The description on a session's page, after it passed."""
    page = client.get(f"/sessions/{event.slug}").text
    [found] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    data: dict[str, Any] = json.loads(found)
    assert data["@context"] == "https://schema.org"
    assert data.keys() >= DEMANDED
    check(data)
    assert "zoom.example" not in found
    assert "/join/" not in found
    return data


def local(at: datetime) -> str:
    return wall(at, EASTERN).isoformat()


def test_a_session_is_described_in_full(client: Client, db_session: Db) -> None:
    event = makers.event()
    title = "Peers </script><script>alert(1)</script> & “pay” ;,:\"'"
    given = EventFields(title=title, summary="What **works**.", join_url="https://zoom.example/j/1")
    schedule.edit_event(
        event, given, [], [Slot(ItemKind.TALK, "A talk", "Ben Ode, Ohio; Ana Lee", 30)], by=makers.BY
    )
    db_session.commit()
    page = f"http://jam.example/sessions/{event.slug}"
    assert read(client, event) == {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": title,
        "url": page,
        "description": "What works.",
        "startDate": local(event.starts_at),
        "endDate": local(event.ends_at),
        "eventStatus": f"{SCHEMA}EventScheduled",
        "eventAttendanceMode": f"{SCHEMA}OnlineEventAttendanceMode",
        "location": {"@type": "VirtualLocation", "url": page},
        "organizer": {"@type": "Organization", "name": "Workforce Solutions Partnership", "url": "http://jam.example/"},
        "performer": [{"@type": "Person", "name": "Ben Ode"}, {"@type": "Person", "name": "Ana Lee"}],
        "superEvent": {"@type": "EventSeries", "name": "Workforce Solutions Jam"},
        "inLanguage": "en-US",
        "isAccessibleForFree": True,
        "offers": {
            "@type": "Offer",
            "price": "0",
            "priceCurrency": "USD",
            "url": f"{page}/register",
            "availability": f"{SCHEMA}InStock",
        },
    }  # fmt: skip


def test_it_follows_moves_and_cancellations(client: Client, db_session: Db) -> None:
    event = makers.event(published=False)
    day = timedelta(days=1)
    schedule.move(event, event.starts_at + day, event.ends_at + day, by=makers.BY)  # nobody had been told
    schedule.publish(event, by=makers.BY)
    db_session.commit()
    first = event.starts_at

    def status() -> tuple[str, object]:
        data = read(client, event)
        assert data["startDate"] == local(event.starts_at)
        return data["eventStatus"].removeprefix(SCHEMA), data.get("previousStartDate")

    assert status() == ("EventScheduled", None)
    schedule.move(event, first + day, event.ends_at + day, by=makers.BY)
    db_session.commit()
    assert status() == ("EventRescheduled", local(first))
    schedule.move(event, first + 2 * day, event.ends_at + day, by=makers.BY)
    db_session.commit()
    assert status() == ("EventRescheduled", [local(first), local(first + day)])
    schedule.cancel(event, by=makers.BY)
    db_session.commit()
    assert status() == ("EventCancelled", [local(first), local(first + day)])
    assert "offers" not in read(client, event)
    schedule.reinstate(event, by=makers.BY)
    schedule.move(event, first, first + timedelta(hours=1), by=makers.BY)
    db_session.commit()
    assert status() == ("EventRescheduled", [local(first + day), local(first + 2 * day)])


def test_it_says_when_there_is_no_seat_and_keeps_what_is_for_members(client: Client, db_session: Db) -> None:
    full = makers.event(capacity=1, waiting_list=True)
    makers.registration(full)
    listed = makers.event(visibility=Visibility.LISTED, summary="Leaky")
    db_session.commit()
    assert read(client, full)["offers"]["availability"] == f"{SCHEMA}SoldOut"
    assert {"offers", "description", "performer"} & read(client, listed).keys() == set()
