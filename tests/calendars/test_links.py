"""The buttons that put a session or a feed into a calendar: where they lead, as those calendars read it."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy.orm import Session, scoped_session

from jam.calendars.actions import make_link
from jam.calendars.links import Shown, to_add, to_subscribe
from jam.calendars.pages import personal_address
from jam.mail.kinds import resolve
from jam.me.pages import me_link
from tests import makers
from tests.calendars.rawlines import read
from tests.calendars.readers import agreed
from tests.clients import Client

TITLE = "Peers & pay: 100% “more”; what, #1? <b>"
SHOWN = Shown(
    title=TITLE,
    starts_at=makers.utc("2026-12-15 18:00"),
    ends_at=makers.utc("2026-12-15 19:00"),
    details="1:00 p.m. & on\n\nMore: http://jam.example/sessions/x",
    location="Online",
    file="http://jam.example/sessions/x.ics",
)


def asked(href: str) -> tuple[str, dict[str, str]]:
    """Page and fields of a link, each field once."""
    parts = urlsplit(href)
    assert " " not in href
    assert "+" not in parts.query
    fields = parse_qs(parts.query, strict_parsing=True)
    assert {len(values) for values in fields.values()} == {1}
    return f"{parts.scheme}://{parts.netloc}{parts.path}", {
        name: values[0] for name, values in fields.items()
    }


def test_one_session_goes_into_each_calendar_in_utc() -> None:
    google, outlook, microsoft, apple, download = to_add(SHOWN)
    assert asked(google.href) == (
        "https://calendar.google.com/calendar/render",
        {
            "action": "TEMPLATE",
            "text": TITLE,
            "dates": "20261215T180000Z/20261215T190000Z",
            "details": SHOWN.details,
            "location": "Online",
        },
    )
    fields = {
        "rru": "addevent",
        "subject": TITLE,
        "startdt": "2026-12-15T18:00:00Z",
        "enddt": "2026-12-15T19:00:00Z",
        "body": "1:00 p.m. &amp; on<br><br>More: http://jam.example/sessions/x",
        "location": "Online",
    }
    assert asked(outlook.href) == ("https://outlook.live.com/calendar/0/action/compose", fields)
    assert asked(microsoft.href) == ("https://outlook.office.com/calendar/0/action/compose", fields)
    assert [(way.label, way.href, way.saves) for way in (apple, download)] == [
        ("Apple", SHOWN.file, False), ("Download", SHOWN.file, True),
    ]  # fmt: skip


def test_a_feed_is_subscribed_to_in_each_calendar() -> None:
    address = "https://jam.example/calendar/me/a-b_c.ics"
    google, outlook, microsoft, apple = to_subscribe("Jam & more", address)
    webcal = "webcal://jam.example/calendar/me/a-b_c.ics"
    assert asked(google.href) == ("https://calendar.google.com/calendar/render", {"cid": webcal})
    fields = {"url": address, "name": "Jam & more"}
    assert asked(outlook.href) == ("https://outlook.live.com/calendar/0/addfromweb", fields)
    assert asked(microsoft.href) == ("https://outlook.office.com/calendar/0/addfromweb", fields)
    assert apple.href == webcal


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_public_buttons_hold_no_join_link_and_own_ones_the_persons(
    client: Client, db_session: scoped_session[Session]
) -> None:
    event = makers.event(title="Peers & <pay>")
    seat = makers.registration(event)
    later = makers.registration(
        makers.event(title="Later", starts_at=event.starts_at + timedelta(days=30)), seat.person.address
    )
    make_link(seat.person, by=makers.BY)
    feed, join_pages = personal_address(seat.person), [resolve("join", each.id) for each in (seat, later)]
    db_session.commit()
    for path in (f"/sessions/{event.slug}", f"/sessions/{event.slug}/registered"):
        page = unescape(client.get(path).text)
        google = asked(re.findall(r'href="(https://calendar.google.com/[^"]*TEMPLATE[^"]*)"', page)[0])[1]
        assert google["text"] == "Workforce Solutions Jam: Peers & <pay>"
        assert google["dates"] == f"{event.starts_at:%Y%m%dT%H%M%SZ}/{event.ends_at:%Y%m%dT%H%M%SZ}"
        for leak in ("/join/", "zoom.example", "%2Fjoin"):
            assert leak not in page
        assert f'href="http://jam.example/sessions/{event.slug}.ics" download' in page

    client.get(me_link(seat.person_id))
    page = unescape(client.get("/me/").text)
    links = re.findall(r'href="(https://calendar.google.com/[^"]*TEMPLATE[^"]*)"', page)
    assert [asked(link)[1]["location"] for link in links] == join_pages
    assert f'value="{feed}"' in page
    assert "you see each session twice" in page
    file = client.get(f"/me/seats/{seat.id}/session.ics")
    read(file.data)
    [entry] = agreed(file.data)
    assert (entry.uid, entry.location) == (event.uid, join_pages[0])
    assert file.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_nobody_gets_the_file_of_another_persons_seat(
    client: Client, db_session: scoped_session[Session]
) -> None:
    mine, theirs = makers.registration(makers.event()), makers.registration(makers.event())
    db_session.commit()
    client.get(me_link(mine.person_id))
    paths = [f"/me/seats/{id}/session.ics" for id in (mine.id, theirs.id, 99, 2**70)]
    assert [client.get(path).status_code for path in paths] == [200, 404, 404, 404]
