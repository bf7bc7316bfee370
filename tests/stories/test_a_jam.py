"""A Jam from its plan to its figures, by the pages and commands that people use, every number written out.

October 20, 2026, 1:00 to 2:00 p.m. Eastern. Thirty people register: twenty from Ohio, nine from Texas, one from Alaska;
the thirtieth, from Ohio, gives the seat back. The report says of the audience:

    guest01            13:00 to 14:00, and on a second device 13:10 to 13:20: 60 minutes
    guest02 to guest15 13:00 to 13:50: 50 minutes each
    zoe                registered on the platform, 13:30 to 14:00: 30 minutes
    walk               without a seat, 13:40 to 14:00: 20 minutes
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import datetime
from email import message_from_bytes, policy
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.base.now import frozen
from jam.base.zones import EASTERN
from jam.mail.jobs import deliver
from jam.people.models import Address
from jam.statistics.measures import MEASURES
from jam.statistics.rules import in_words
from tests import makers
from tests.attendance.files import REAL_2020, came, report_2020
from tests.clients import Client
from tests.commands import Runner
from tests.makers import utc

PLANNED, REGISTERED, DAY_BEFORE = utc("2026-09-20 15:00"), utc("2026-10-06 15:00"), utc("2026-10-19 15:00")
IN_IT, AFTER, LATER = utc("2026-10-20 17:30"), utc("2026-10-21 15:00"), utc("2026-11-02 15:00")

PROGRAM = {
    "name": "Workforce Solutions Jam", "slug": "jam", "summary": "What works.", "time_zone": EASTERN, "start_time": "13:00",
    "minutes": "60", "repeats": "monthly", "nth": "3", "weekday": "1",
}  # fmt: skip
JAM = "/desk/sessions/jam-2026-10-20"
GUESTS = [f"guest{n:02}" for n in range(1, 31)]

WITHOUT_SEAT = came("Walk", "13:40:00", "14:00:00").replace('"Oct 1, 2026 09:00:00","approved"', '"--","--"')
STAYS = [
    came("Guest01", "13:00:00", "14:00:00"),
    came("Guest01", "13:10:00", "13:20:00"),
    *(came(name.title(), "13:00:00", "13:50:00") for name in GUESTS[1:15]),
    came("Zoe", "13:30:00", "14:00:00"),
    WITHOUT_SEAT,
]

#: After the first report.
FIRST = {
    "sessions_held": 1,
    "registrations": 30,  # 30 by the form, less 1 given back, and zoe
    "registrations_per_session": 30.0,
    "unique_registrants": 30,
    "growth": None,
    "lead_days": 14.1,
    "attendees": 17,
    "unique_attendees": 17,
    "show_rate": 0.5333,  # 16 of 30
    "walk_ins": 1,
    "median_minutes": 50.0,
    "person_minutes": 810.0,  # 60 + 14 * 50 + 30 + 20
    "stayed_enough": 0.8824,  # at least 45 minutes: 15 of 17
    "newcomers": 17,
    "returning": 0,
    "peak": 17,  # from 13:40 to 13:50
    "organizations": 1,
    "states": 3,
    "sectors": 0,
    "job_roles": 0,
    "accommodations_asked": 0,
    "accommodations_met": 0,
    "levers": 0,
    "focus_areas": 0,
    "came_next": None,  # there is no later one
    "rural_share": None,
    "area_unknown": 1.0,  # nobody gave a ZIP code
    "unknown_heads": 0,
}
#: What everybody may know of them.
PUBLIC = ["sessions_held", "registrations", "registrations_per_session", "attendees"]
#: What everybody is told more coarsely, or not at all; `tests/statistics/test_safety.py` says how.
COARSE = ["unique_registrants", "show_rate", "states"]


@pytest.fixture
def desk(app: Flask, db_session: scoped_session[Session]) -> Client:
    """A browser of an organizer."""
    browser = app.test_client()
    assert isinstance(browser, Client)
    makers.sign_in(browser)
    return browser


@pytest.fixture
def numbers(desk: Client, client: Client, runner: Runner) -> Callable[[datetime], dict[str, Any]]:
    """The measures as the command prints them at an instant; both pages must say the very same, as far as they say it."""

    def at(instant: datetime) -> dict[str, Any]:
        with frozen(instant):
            measures: dict[str, Any] = runner("statistics", "--program", "jam", "--json").json["measures"]
            on_desk = tiles(desk.get("/desk/statistics/?program=jam").text)
            in_public = tiles(client.get("/statistics").text)
        words = {name: in_words(name, value) or "Not known" for name, value in measures.items()}
        held = measures["sessions_held"] > 0  # until one is, the pages say so in place of figures
        assert on_desk == (
            {MEASURES[name].beside(figure): figure for name, figure in words.items()} if held else {}
        )
        coarse = {name: in_public.pop(MEASURES[name].title, None) for name in COARSE}
        assert in_public == ({MEASURES[name].title: words[name] for name in PUBLIC} if held else {})
        for name in ("unique_registrants", "states"):  # “400+”: never more than there are
            assert coarse[name] is None or 0 < int(coarse[name].rstrip("+")) <= measures[name]
        return measures

    return at


def tiles(page: str) -> dict[str, str]:
    """Figures by their labels, as they are read."""
    found = re.findall(
        r'<p class="tile-figure[^>]*>(.*?)</p>\s*<p class="tile-label">(.*?)</p>', page, re.DOTALL
    )
    return {label: unescape(re.sub("<[^>]+>", "", figure)) for figure, label in found}


def send(desk: Client, session: str, report: bytes) -> str:
    """Choose a file, look at what it holds, import it; what the desk said in the end."""
    fields = {"file": (io.BytesIO(report), "report.csv"), "zone": EASTERN}
    answer = desk.submit(f"{session}/attendance", fields, content_type="multipart/form-data")
    assert answer.status_code == 303
    return desk.submit(answer.location, form="/import", follow_redirects=True).text


def own_page(app: Flask, client: Client, name: str) -> str:
    """Follow the link of the newest mail to somebody, as they would; their page."""
    written = (
        message_from_bytes(each.read_bytes(), policy=policy.default)
        for each in app.config["MAIL_FOLDER"].rglob("*.eml")
    )
    mine = [mail for mail in written if mail["To"].addresses[0].addr_spec == f"{name}@example.org"]
    text = max(mine, key=lambda mail: mail["Date"].datetime).get_body(("plain",)).get_content()
    [link] = set(re.findall(r"http://jam\.example(/me/[\w-]+)", text))
    return client.get(link, follow_redirects=True).text


def give_back(app: Flask, client: Client, name: str) -> None:
    """Give a seat back on the personal page."""
    assert "Give my seat back" in own_page(app, client, name)
    page = client.submit("/me/", form="/cancel", follow_redirects=True).text
    assert "A mail takes it out of your calendar." in page
    client.submit("/me/", form="/leave")


def hold_the_jam(app: Flask, desk: Client, client: Client) -> None:
    """Plan, publish, register, cancel, hold, and import the first report."""
    with frozen(PLANNED):
        desk.submit("/desk/programs/new", PROGRAM)
        page = desk.submit("/desk/programs/jam", form="/drafts", follow_redirects=True).text
        assert "12 drafts are made." in page
        desk.submit(f"{JAM}/", {"title": "Hiring in nine days", "join_url": "https://zoom.example/j/1"})
        assert "Published." in desk.submit(f"{JAM}/publish", form="/publish", follow_redirects=True).text
    with frozen(REGISTERED):
        for number, name in enumerate(GUESTS, 1):
            state = "AK" if number == 29 else "TX" if number in range(20, 29) else "OH"
            said = {
                "email": f"{name}@example.org",
                "name": name.title(),
                "organization": "Riverside Clinic",
                "state": state,
            }
            assert client.submit("/sessions/jam-2026-10-20/register", said).status_code == 303
        assert deliver() == 30
    with frozen(DAY_BEFORE):
        give_back(app, client, "guest30")
    with frozen(IN_IT):
        assert "the room is open" in own_page(app, client, "guest01")
        client.submit("/me/", form="/leave")
    with frozen(AFTER):
        page = send(desk, JAM, report_2020(*STAYS).encode())
        assert "The report is in: 19 new lines, 3 new people." in page


def test_the_numbers_of_a_jam_are_the_same_everywhere_and_move_by_what_happened(
    app: Flask, desk: Client, client: Client, numbers: Callable[[datetime], dict[str, Any]]
) -> None:
    hold_the_jam(app, desk, client)
    assert numbers(IN_IT)["sessions_held"] == 0
    assert numbers(LATER) == FIRST

    with frozen(LATER):
        again = send(desk, JAM, report_2020(*STAYS).encode())
        assert "Everything in this file is here already. Nothing changed." in again
    assert numbers(LATER) == FIRST

    # A longer report of the same session: guest16 was there for half an hour.
    with frozen(LATER):
        longer = report_2020(*STAYS, came("Guest16", "13:00:00", "13:30:00"))
        page = send(desk, JAM, longer.encode())
        assert (
            "counts in the place of the earlier one: 1 new line, 0 new people. Attendees 17 → 18 (+1)" in page
        )
    second = FIRST | {
        "attendees": 18, "unique_attendees": 18, "newcomers": 18, "show_rate": 0.5667, "person_minutes": 840.0,
        "stayed_enough": 0.8333,
    }  # fmt: skip
    assert numbers(LATER) == second

    # It turns out that guest29, the only one from Alaska, had cancelled the day before.
    with frozen(DAY_BEFORE):
        give_back(app, client, "guest29")
    third = second | {
        "registrations": 29, "registrations_per_session": 29.0, "unique_registrants": 29,
        "show_rate": 0.5862, "states": 2,
    }  # fmt: skip
    assert numbers(LATER) == third

    # guest27 and guest28 are one person, who held two seats and did not come.
    merge(desk, "guest27", "guest28")
    fourth = third | {
        "registrations": 28, "registrations_per_session": 28.0, "unique_registrants": 28, "show_rate": 0.6071,
    }  # fmt: skip
    assert numbers(LATER) == fourth

    # Whoever came without a seat was guest26, by another address.
    merge(desk, "guest26", "walk")
    assert numbers(LATER) == fourth | {"walk_ins": 0, "show_rate": 0.6429}


def merge(desk: Client, keep: str, gone: str) -> None:
    """Make the people of two addresses one, on the desk."""
    kept, other = (
        db.session.scalars(select(Address.person_id).where(Address.normal == f"{name}@example.org")).one()
        for name in (keep, gone)
    )
    with frozen(LATER):
        page = desk.submit(
            f"/desk/people/{kept}/merge?with={other}", form="/merge", follow_redirects=True
        ).text
    assert "are one person now." in page


def test_the_real_report_moves_the_numbers_by_what_stands_in_it(
    desk: Client, runner: Runner, numbers: Callable[[datetime], dict[str, Any]]
) -> None:
    """One day of March 2020: 469 people registered, 31 were panelists, ten of them in the audience as well."""
    with frozen(utc("2020-03-01 15:00")):
        makers.event(title="A day of talks", starts_at=utc("2020-03-28 12:30"), minutes=510)
        db.session.commit()
    after = utc("2020-04-10 15:00")
    assert numbers(utc("2020-03-28 12:00"))["sessions_held"] == 0
    with frozen(after):
        page = send(desk, "/desk/sessions/jam-2020-03-28", REAL_2020.read_bytes())
        assert "The report is in: 1,018 new lines" in page
    measures = {
        "sessions_held": 1,
        "registrations": 469,
        "registrations_per_session": 469.0,
        "unique_registrants": 469,
        "growth": None,
        "lead_days": 0.0,
        "attendees": 455,
        "unique_attendees": 455,
        "show_rate": 0.7544,  # 43 of the 57 who had registered by half past eight; the others registered on the day
        "walk_ins": 0,
        "median_minutes": 69.03,
        "person_minutes": 64751.55,
        "stayed_enough": 0.1319,  # 60 of 455 stayed 382 and a half minutes
        "newcomers": 455,
        "returning": 0,
        "peak": 177,
        "organizations": 0,
        "states": 0,
        "sectors": 0,
        "job_roles": 0,
        "accommodations_asked": 0,
        "accommodations_met": 0,
        "levers": 0,
        "focus_areas": 0,
        "came_next": None,
        "rural_share": None,
        "area_unknown": 1.0,
        "unknown_heads": 0,
    }
    assert numbers(after) == measures
    with frozen(after):
        assert runner("statistics", "--json").json == {
            "program": None,
            "from": None,
            "to": None,
            "measures": measures,
            "sessions": [
                {
                    "slug": "jam-2020-03-28",
                    "starts_at": "2020-03-28T12:30:00Z",
                    "registrations": 469,
                    "attendees": 455,
                    "show_rate": 0.7544,
                    "median_minutes": 69.03,
                    "peak": 177,
                }
            ],
        }
