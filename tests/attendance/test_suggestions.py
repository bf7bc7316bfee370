"""Who an entry may be: ranked, with reasons, and never decided by machine."""

from __future__ import annotations

import pytest

from jam.attendance import queries
from jam.attendance.actions import decide
from jam.attendance.models import AttendanceRow
from jam.attendance.suggestions import suggestions, walk_ins_like, words_of
from jam.base.database import db
from jam.people.queries import by_address
from jam.schedule.models import Event
from tests import makers
from tests.attendance.files import came, dialed, report_2020
from tests.attendance.test_import import take
from tests.clients import Client

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Ann Alder", [{"ann", "alder"}]),
        ("Alder, Ann", [{"alder", "ann"}]),
        ("iPhone (Brian Smith)", [{"brian", "smith"}]),
        ("priya (she/her)", [{"priya"}]),
        ("Zoë | Riverside Clinic", [{"zoe"}]),
        ("Eric's iPad", [{"eric"}]),
        ("+1 555-***-**23", []),
        ("Galaxy S21", []),
    ],
)
def test_the_words_of_a_display_name(engine: str, name: str, words: list[set[str]]) -> None:
    assert words_of(name) == [frozenset(each) for each in words]


def _entry(event: Event, name: str) -> queries.Entry:
    return next(each for each in queries.entries(event) if each.name == name)


def test_the_likeliest_first_with_the_reasons(event: Event) -> None:
    makers.registration(event, "brian@example.org", name="Brian Smith")
    makers.person("other@example.org", name="Brian Smith")
    makers.person("bo@example.org", name="Brian Stone")
    db.session.commit()
    take(
        event,
        report_2020(
            came("Ann", "13:00:00", "13:20:00"), others=dialed("iPhone (Brian Smith)", "1:05 PM", "1:10 PM")
        ),
    )

    found = suggestions(event, _entry(event, "iPhone (Brian Smith)"))
    assert [(each.address, each.reasons) for each in found] == [
        (
            "brian@example.org",
            ["has the same name", "registered for this session and stands on no other line"],
        ),
        ("other@example.org", ["has the same name"]),
    ]


def test_what_was_decided_at_another_session_comes_first(event: Event) -> None:
    before = makers.event(title="The month before", starts_at=makers.utc("2026-09-15 17:00"))
    eve = makers.person("eve@example.org", name="Eve Elder")
    db.session.commit()
    take(before, report_2020(others=dialed("1555***01", "1:05 PM", "1:10 PM")).replace("Oct 20", "Sep 15"))
    decide(before, db.session.get_one(AttendanceRow, _entry(before, "1555***01").row_id), eve, by="command")
    db.session.commit()
    take(event, report_2020(others=dialed("1555***01", "1:05 PM", "1:10 PM")))

    [found] = suggestions(event, _entry(event, "1555***01"))
    assert (found.name, found.reasons) == (
        "Eve Elder",
        [
            "was said to be this name at 1 other session, last on Tuesday, September 15, 2026",
            "joined the session before within a minute of the same time",
        ],
    )


def test_on_the_page_one_press_decides(client: Client, event: Event) -> None:
    makers.registration(event, "brian@example.org", name="Brian Smith")
    db.session.commit()
    take(event, report_2020(others=dialed("Brian Smith", "1:05 PM", "1:10 PM")))
    assert queries.minutes_of(by_address("brian@example.org").id) == {}  # type: ignore[union-attr]
    makers.sign_in(client)
    home = f"/desk/sessions/{event.slug}/attendance"
    page = f"{home}/entry/{_entry(event, 'Brian Smith').row_id}"
    text = client.get(page).text
    assert "Has the same name; registered for this session and stands on no other line." in text
    client.submit(page, {"who": str(by_address("brian@example.org").id)}, form="/entry/")  # type: ignore[union-attr]
    assert queries.minutes_of(by_address("brian@example.org").id) == {event.id: 300}  # type: ignore[union-attr]


MEETING = """Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants,
00000000001,Hiring,10/20/2026 01:00:00 PM,10/20/2026 02:00:00 PM,host@example.org,60,3,

Name (Original Name),User Email,Total Duration (Minutes),Guest
Ann Alder,ann.alder@gmail.com,50,
"Birch, Bo",bb@birch.example,40,
Cy Cedar,cy@cedar.example,30,
"""


def test_a_walk_in_may_be_somebody_registered_under_another_address(event: Event, client: Client) -> None:
    for address, name in (
        ("ann@alder.example", "ANN ALDER"), ("bo@birch.example", "Bo Birch"), ("cy@cedar.example", "Cy Cedar"),
        ("dee@gmail.com", "Dee Dogwood"),
    ):  # fmt: skip
        makers.registration(event, address, name=name)
    db.session.commit()
    take(event, MEETING)

    found = walk_ins_like(event)
    assert [(each.address, each.registered.address, each.registered.reasons) for each in found] == [
        ("bb@birch.example", "bo@birch.example",
         ["has the same name, is registered and did not come", "both addresses are of birch.example"]),
        ("ann.alder@gmail.com", "ann@alder.example", ["has the same name, is registered and did not come"]),
    ]  # fmt: skip
    makers.sign_in(client)
    page = client.get(f"/desk/sessions/{event.slug}/attendance").text
    assert "Walk-ins who may be registered" in page
    bo = found[0]
    compare = f"/desk/people/{bo.registered.person_id}/merge?with={bo.person_id}"
    assert f'href="{compare}"' in page
    client.submit(compare, {"gone": str(bo.person_id)}, form="/merge")
    db.session.expire_all()
    after = queries.summary(event)
    assert after is not None
    assert (after.walk_ins, after.came) == (1, 2)
    assert [each.address for each in walk_ins_like(event)] == ["ann.alder@gmail.com"]
    # The address is remembered: the next report gives its lines to the same person.
    other = makers.event(title="Another", starts_at=makers.utc("2026-11-17 18:00"))
    db.session.commit()
    take(other, MEETING)
    assert queries.of_person(other, bo.registered.person_id) is not None


def test_people_without_a_name_of_their_own_are_not_alike(event: Event) -> None:
    for address, name in (("ann@alder.example", "Erased person"), ("bo@birch.example", "Guest")):
        makers.registration(event, address, name=name)
    db.session.commit()
    take(event, MEETING.replace("Ann Alder", "Erased person").replace('"Birch, Bo"', "Guest"))
    assert (queries.summary(event).walk_ins, walk_ins_like(event)) == (3, [])  # type: ignore[union-attr]
