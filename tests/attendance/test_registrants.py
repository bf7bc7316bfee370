"""Whose a line is by the number that the platform gave the registration, before its address is asked."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from jam.attendance.actions import import_report, preview, reread
from jam.attendance.models import Attendance, AttendanceRow
from jam.base import files
from jam.base.database import db
from jam.base.zones import EASTERN
from jam.people.actions import merge
from jam.people.models import Person
from jam.people.queries import by_address
from jam.privacy.actions import erase
from jam.registration.models import Registration
from jam.registration.tables import Table
from jam.registration.zoom import take_links
from jam.schedule.models import Event
from tests import makers

HEAD = "Name,Email,Registrant ID,Join Time,Leave Time,Duration (Minutes)\n"
DAY = "10/20/2026"


def line(name: str, email: str, number: str, join: str = "01:00:00 PM", leave: str = "01:30:00 PM") -> str:
    return f"{name},{email},{number},{DAY} {join},{DAY} {leave},30\n"


def there(event: Event) -> dict[str, int | None]:
    rows = select(Person.name, Attendance.seconds).join(Attendance, Attendance.person_id == Person.id)
    return dict(db.session.execute(rows.where(Attendance.event_id == event.id)).all())


def take(event: Event, text: str) -> None:
    import_report(event, text.encode(), EASTERN, by="command")
    db.session.commit()


def links(event: Event, *rows: tuple[str, str, str]) -> None:
    take_links(
        event, Table(["Email", "Join URL", "Registrant ID"], [list(row) for row in rows]), by="command"
    )
    db.session.commit()


def test_the_number_goes_before_the_address_and_brings_no_new_person(event: Event) -> None:
    ana = makers.registration(event, "ana@work.example.org", name="Ana Lee").person
    links(event, ("ana@work.example.org", "https://zoom.example/j/1?tk=a", "kF9aB2cD3eF4"))
    before = db.session.query(Person).count()

    take(
        event,
        HEAD
        + line("Ana L", "ana@home.example.org", "kF9aB2cD3eF4")
        + line("", "", "kF9aB2cD3eF4", "01:40:00 PM", "01:50:00 PM"),
    )

    assert there(event) == {"Ana Lee": 40 * 60}
    assert db.session.query(Person).count() == before
    assert by_address("ana@home.example.org") is None
    assert set(db.session.scalars(select(AttendanceRow.person_id))) == {ana.id}


def test_an_account_without_names_and_addresses_is_read_by_numbers_alone(event: Event) -> None:
    makers.registration(event, "ana@example.org", name="Ana Lee")
    links(event, ("ana@example.org", "https://zoom.example/j/1", "kF9aB2cD3eF4"))
    text = HEAD + line("", "", "kF9aB2cD3eF4") + line("", "", "qQ7strange99")

    found = preview(event, text.encode(), EASTERN)
    assert (found.figures.attendees, found.figures.undecided, found.undecided) == (2, 0, 1)
    take(event, text)
    assert there(event) == {"Ana Lee": 30 * 60}

    # The links come after the report: reading it again finds whose the other line was.
    makers.registration(event, "bo@example.org", name="Bo Ray")
    links(event, ("bo@example.org", "https://zoom.example/j/2", "qQ7strange99"))
    reread(event, by="command")
    db.session.commit()
    assert there(event) == {"Ana Lee": 30 * 60, "Bo Ray": 30 * 60}


def test_a_report_leaves_its_numbers_with_the_seats(event: Event) -> None:
    makers.registration(event, "ana@example.org", name="Ana Lee")
    db.session.commit()
    take(event, HEAD + line("Ana Lee", "ana@example.org", "kF9aB2cD3eF4"))
    assert db.session.scalar(select(Registration.platform_id)) == "kF9aB2cD3eF4"


def test_two_people_with_one_number_are_not_told_apart_by_it(event: Event) -> None:
    for name in ("ana", "bo"):
        makers.registration(event, f"{name}@example.org", name=f"{name.title()} Lee")
    db.session.commit()
    take(
        event,
        HEAD
        + line("Ana", "ana@example.org", "same-number-1")
        + line("Bo", "bo@example.org", "same-number-1"),
    )
    assert set(db.session.scalars(select(Registration.platform_id))) == {None}
    assert there(event) == {"Ana Lee": 1800, "Bo Lee": 1800}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_number_goes_with_its_owner(event: Event) -> None:
    ana = makers.registration(event, "ana@example.org", name="Ana Lee").person
    links(event, ("ana@example.org", "https://zoom.example/j/1", "kF9aB2cD3eF4"))
    take(event, HEAD + line("", "", "kF9aB2cD3eF4") + line("Bo", "bo@example.org", "qQ7strange99"))
    erase(ana, by="command")
    db.session.commit()
    row = db.session.scalars(select(AttendanceRow).where(AttendanceRow.person_id == ana.id)).one()
    assert (row.registrant, row.name, row.joined_at is not None) == (None, "", True)
    stored = files.fetch(row.report.stored_as)
    assert b"kF9aB2cD3eF4" not in stored
    assert b"qQ7strange99" in stored


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_number_of_a_merged_row_is_whose_it_was_merged_into(event: Event) -> None:
    ana = makers.registration(event, "ana@example.org", name="Ana Lee").person
    twin = makers.registration(event, "ana@home.example.org", name="Ana L").person
    links(event, ("ana@home.example.org", "https://zoom.example/j/1", "kF9aB2cD3eF4"))
    merge(ana, twin, by="command")
    db.session.commit()
    take(event, HEAD + line("", "", "kF9aB2cD3eF4"))
    assert there(event) == {"Ana Lee": 1800}
