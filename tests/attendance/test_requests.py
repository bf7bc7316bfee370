"""People see what Jam holds of their attendance, and ask for a correction; staff answer."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from jam.attendance.models import AttendanceRequest, AttendanceRow
from jam.attendance.queries import entries, summary
from jam.attendance.reconcile import reconcile
from jam.base.database import db
from jam.mail.models import Letter
from jam.me.pages import me_link
from jam.people.models import Person
from jam.schedule.models import Event
from jam.statistics.counting import count as count_sessions
from tests import makers
from tests.attendance.files import came, dialed, missed, report_2020
from tests.attendance.test_hand import keep, there, who
from tests.clients import Client

SMALL = report_2020(
    came("Ann", "13:00:00", "13:20:00"), came("Ann", "13:10:00", "13:40:00"), came("Bo", "13:00:00", "14:00:00"),
    missed("Cy"), others=dialed("1555***01", "1:05 PM", "1:10 PM") + dialed("iPhone", "1:05 PM", "1:25 PM"),
)  # fmt: skip
one_engine = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def enter(client: Client, person: Person) -> None:
    client.get(me_link(person.id))


def desk(event: Event, rest: str = "") -> str:
    return f"/desk/sessions/{event.slug}/attendance{rest}"


def test_from_a_persons_words_to_the_letter(client: Client, event: Event) -> None:
    keep(event, SMALL)
    cy, mine = who("cy"), f"/me/attendance/{event.slug}"
    enter(client, cy)
    assert "Jam does not show you as there" in client.get(mine).text
    assert event.title in client.get("/me/attendance").text
    for words in (
        "I was there by phone.",
        "I was there by phone.",
        "I was there by telephone, 1:05 to 1:25.",
    ):
        assert client.submit(mine, {"words": words}).status_code == 303
    [asked] = db.session.scalars(select(AttendanceRequest)).all()
    assert (asked.words, asked.state) == ("I was there by telephone, 1:05 to 1:25.", "open")

    makers.sign_in(client)
    assert "1 person asks for a correction" in client.get("/desk/").text
    assert "I was there by telephone" in client.get(desk(event)).text
    page = desk(event, f"/{cy.id}/correct?request={asked.id}")
    assert "I was there by telephone" in client.get(page).text
    form = {"what": "minutes", "minutes": "20", "reason": "The telephone was his.", "answer": "We found you."}
    assert client.submit(page, form).status_code == 303
    assert there(event)["Cy"] == 1200
    letter = db.session.scalars(select(Letter).where(Letter.kind == "attendance-corrected")).one()
    assert "We found you." in letter.text

    enter(client, cy)
    page_of_mine = client.get(mine).text
    for words in (
        "You were there",
        "20 min of 60",
        "The telephone was his.",
        "We found you.",
        "No: 45 minutes, 75 % of the session",
    ):
        assert words in page_of_mine


def test_a_request_is_declined_with_words(client: Client, event: Event) -> None:
    keep(event, SMALL)
    enter(client, who("ann"))
    client.submit(f"/me/attendance/{event.slug}", {"words": "I stayed to the end."})
    [asked] = db.session.scalars(select(AttendanceRequest)).all()
    makers.sign_in(client)
    page = desk(event, f"/requests/{asked.id}")
    refused = client.submit(page, {"answer": ""})
    assert refused.status_code == 400
    assert "Say why it stays as it is" in refused.text
    client.submit(page, {"answer": "The report ends at 1:40."})
    letter = db.session.scalars(select(Letter).where(Letter.kind == "attendance-kept")).one()
    assert "The report ends at 1:40." in letter.text
    assert there(event)["Ann"] == 2400


@one_engine
def test_nobody_asks_about_a_session_that_is_not_theirs(client: Client, event: Event) -> None:
    keep(event, SMALL)
    eve = makers.registration(makers.event(), "eve@example.org", name="Eve Roe").person
    db.session.commit()
    enter(client, eve)
    assert client.get(f"/me/attendance/{event.slug}").status_code == 404
    # Nor does anybody read another's page: each sees their own by the same address.
    enter(client, who("bo"))
    page = client.get(f"/me/attendance/{event.slug}").text
    assert "60 min of 60" in page
    assert "Ann" not in page


@one_engine
def test_a_request_is_taken_back(client: Client, event: Event) -> None:
    keep(event, SMALL)
    enter(client, who("ann"))
    mine = f"/me/attendance/{event.slug}"
    client.submit(mine, {"words": "I stayed."})
    client.submit(mine, {}, form="/withdraw")
    assert db.session.scalars(select(AttendanceRequest.state)).all() == ["withdrawn"]


def test_unknown_heads_stand_beside_the_people_and_in_the_sum(client: Client, event: Event) -> None:
    keep(event, SMALL)
    makers.sign_in(client)
    before = summary(event)
    for entry in entries(event):
        client.submit(desk(event, f"/entry/{entry.row_id}"), {"who": "head"}, form=f"/entry/{entry.row_id}")
    after = summary(event)
    assert before is not None
    assert after is not None
    assert (after.heads, after.people, after.minutes, after.peak) == (
        2,
        before.people,
        before.minutes,
        before.peak,
    )
    [counted] = count_sessions([event.id])
    assert counted.heads == 2
    found = reconcile(event)
    assert found is not None
    assert (found.people, found.heads) == (2, 2)
    page = client.get(desk(event)).text
    assert "2 unknown heads" in page
    assert "One unknown head" in page
    # A later report of the same occasion remembers what was decided.
    keep(event, SMALL.replace("13:40:00", "13:50:00"), "later.csv")
    again = summary(event)
    assert again is not None
    assert again.heads == 2
    # At another session the same telephone is only suggested.
    other = makers.event(title="Another", starts_at=makers.utc("2026-10-20 17:00"))
    db.session.commit()
    keep(other, SMALL)
    phone = db.session.scalars(
        select(AttendanceRow).where(AttendanceRow.event_id == other.id, AttendanceRow.name == "iPhone")
    ).one()
    assert phone.decided is None
    assert (
        "was counted as an unknown head at 1 other session"
        in client.get(desk(other, f"/entry/{phone.id}")).text
    )


@one_engine
def test_an_entry_can_be_somebody_whom_jam_does_not_know_yet(client: Client, event: Event) -> None:
    keep(event, SMALL + dialed("Yoko Roe", "1:05 PM", "1:25 PM"))
    makers.sign_in(client)
    _, yoko, iphone = sorted(entries(event), key=lambda each: each.name)
    page = desk(event, f"/entry/{yoko.row_id}")
    assert 'value="Yoko Roe"' in client.get(page).text
    assert 'value="iPhone"' not in client.get(desk(event, f"/entry/{iphone.row_id}")).text
    refused = client.submit(page, {"name": "Yoko Roe", "email": "yoko at home"}, form=f"/entry/{yoko.row_id}")
    assert refused.status_code == 400
    assert "There is a problem" in refused.text
    done = client.submit(
        page, {"name": "Yoko Roe", "email": ""}, form=f"/entry/{yoko.row_id}", follow_redirects=True
    )
    assert "Yoko Roe counts as Yoko Roe now." in done.text
    assert there(event)["Yoko"] == 1200
    twice = client.submit(page, {"name": "Yoko  Roe", "email": ""}, form=f"/entry/{yoko.row_id}")
    assert twice.status_code == 303
    again = client.get(page).text
    assert "It counts as Yoko Roe. Said by Ola Desk, " in again
    keep(event, SMALL + dialed("Yoko Roe", "1:05 PM", "1:35 PM"), "later.csv")
    [later] = [each for each in entries(event) if each.name == "Yoko Roe"]
    again = client.get(desk(event, f"/entry/{later.row_id}")).text
    assert "It counts as Yoko Roe. It was said of another report." in again
    [new] = db.session.scalars(select(Person).where(Person.name == "Yoko Roe"))
    assert new.address is None
    # Whoever has the address is not added twice.
    [iphone] = [each for each in entries(event) if each.name == "iPhone"]
    page = desk(event, f"/entry/{iphone.row_id}")
    client.submit(page, {"name": "Cyrus", "email": who("cy").address}, form=f"/entry/{iphone.row_id}")
    assert there(event)["Cy"] == 1200
    assert client.get(f"/desk/people/{new.id}").status_code == 200
    assert adds_up(event) == 4


@one_engine
def test_all_telephones_and_devices_are_counted_as_heads_at_once(client: Client, event: Event) -> None:
    keep(event, SMALL + dialed("Carla’s iPhone", "1:05 PM", "1:25 PM"))
    makers.sign_in(client)
    assert "2 of them are only a telephone or a device" in client.get(desk(event)).text
    done = client.submit(desk(event), {}, form="/heads", follow_redirects=True)
    assert "2 entries count as unknown heads now" in done.text
    # A name in it may be somebody's, so that one waits.
    assert [each.name for each in entries(event) if each.decided is None] == ["Carla’s iPhone"]


def test_the_sum_from_the_platforms_number_adds_up_whatever_was_said(client: Client, event: Event) -> None:
    keep(event, SMALL)
    assert adds_up(event) == 2
    makers.sign_in(client)
    phone, _ = entries(event)
    client.submit(
        desk(event, f"/entry/{phone.row_id}?q=cy@"), {"who": str(who("cy").id)}, form=f"/entry/{phone.row_id}"
    )
    assert adds_up(event) == 3
    client.submit(
        desk(event, f"/{who('bo').id}/correct"), {"what": "absent", "reason": "His computer ran alone."}
    )
    assert adds_up(event) == 2
    guest = makers.person("gus@example.org", name="Gus Roe")
    db.session.commit()
    assert "Gus Roe" in client.get(desk(event, "/find?q=gus")).text
    client.submit(desk(event, f"/{guest.id}/correct"), {"what": "came", "reason": "He sat beside her."})
    assert adds_up(event) == 3
    [sum_of] = [found for found in [reconcile(event)] if found]
    assert "Came, by hand" in [term.words for term in sum_of.terms]


def adds_up(event: Event) -> int:
    """Whether the steps lead from each sum to the next; returns how many people are in the audience."""
    db.session.expire_all()
    found = reconcile(event)
    assert found is not None
    running: int | None = None
    for term in found.terms:
        if term.total:
            assert running is None or term.number == running
            running = term.number
        else:
            assert running is not None
            running += term.number or 0
    attendees = summary(event)
    assert attendees is not None
    assert found.people == attendees.attendees
    return found.people
