"""What an import keeps, adds and derives, and that it does so once."""

from __future__ import annotations

import csv
import tracemalloc
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event as listen
from sqlalchemy import func, select

from jam.attendance import queries
from jam.attendance.actions import import_report, preview
from jam.attendance.models import Attendance, AttendanceReport, AttendanceRow
from jam.attendance.presence import lines_say
from jam.attendance.reading.cells import writable
from jam.audit.models import AuditEntry
from jam.base import files
from jam.base.bulk import put
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import frozen
from jam.base.zones import EASTERN
from jam.mail.models import Letter
from jam.people.actions import merge
from jam.people.models import Person
from jam.people.queries import by_address
from jam.registration.actions import cancel
from jam.registration.models import Registration
from jam.schedule.actions import cancel as call_off
from jam.schedule.models import Event
from tests import makers
from tests.attendance.files import (
    INVENTED_2026,
    REAL_2020,
    came,
    dialed,
    missed,
    report_2020,
    spoke,
)
from tests.together import together


def take(event: Event, text: str | bytes, zone: str = EASTERN) -> int:
    """Import and commit; how many lines were new."""
    data = text.encode() if isinstance(text, str) else text
    done = import_report(event, data, zone, by="command")
    db.session.commit()
    return done.new_rows


def there(event: Event) -> dict[str, tuple[str, int | None]]:
    """Role and seconds of everybody who came, by name."""
    rows = db.session.execute(
        select(Person.name, Attendance.role, Attendance.seconds)
        .join(Attendance, Attendance.person_id == Person.id)
        .where(Attendance.event_id == event.id)
    )
    return {name: (role, seconds) for name, role, seconds in rows}


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def seats(event: Event) -> dict[str, tuple[str, str]]:
    """Status and source of each registration, by address."""
    rows = db.session.scalars(select(Registration).where(Registration.event_id == event.id))
    return {str(each.person.address): (each.status, each.source) for each in rows}


def test_stored_figures_agree_with_the_real_report(real_event: Event) -> None:
    assert take(real_event, REAL_2020.read_bytes()) == 1018

    found = queries.summary(real_event)
    assert found is not None
    assert (found.attendees, found.people, found.came, found.registered) == (455, 477, 455, 469)
    assert (found.minutes, found.median, found.peak) == (64751.55, 69.03, 177)
    assert (found.walk_ins, found.unknown) == (0, 0)
    assert queries.attended_counts([real_event.id]) == {real_event.id: 455}
    assert (queries.came(real_event) or ())[:2] == (455, 469)
    assert len([each for each in queries.entries(real_event) if each.decided is None]) == 4
    assert count(Person) == 491
    assert count(Letter) == 0
    assert [(each.action, each.object_id) for each in db.session.scalars(select(AuditEntry)) if
            each.action.startswith(("attendance", "registration", "people"))] == [
        ("attendance.import", real_event.id)
    ]  # fmt: skip
    assert {each for each in seats(real_event).values()} == {("confirmed", "platform")}


def test_the_same_file_adds_nothing_twice(real_event: Event) -> None:
    take(real_event, REAL_2020.read_bytes())
    before = {
        model: count(model) for model in (AttendanceRow, Attendance, AttendanceReport, Person, Registration)
    }
    kept = list(db.session.scalars(select(AttendanceReport.stored_as)))

    assert take(real_event, REAL_2020.read_bytes()) == 0
    assert {model: count(model) for model in before} == before
    assert list(db.session.scalars(select(AttendanceReport.stored_as))) == kept
    assert files.fetch(kept[0]) == REAL_2020.read_bytes()


def test_a_later_download_brings_only_what_is_new(event: Event) -> None:
    first = report_2020(came("Ann", "13:00:00", "13:20:00"), came("Bo", "13:00:00", "13:30:00"))
    later = report_2020(
        came("Ann", "13:00:00", "13:20:00"),
        came("Bo", "13:00:00", "13:30:00"),
        came("Ann", "13:10:00", "13:40:00"),
    ).replace("8:50 PM", "9:15 PM")

    assert take(event, first) == 3
    assert take(event, first.replace("8:50 PM", "9:15 PM")) == 0
    assert take(event, later) == 1
    assert there(event) == {
        "Ann Example": ("attendee", 2400), "Bo Example": ("attendee", 1800), "Hana Host": ("host", 3900),
    }  # fmt: skip


def test_equal_lines_in_one_file_are_kept_each(event: Event) -> None:
    text = report_2020(came("Ann", "13:00:00", "13:20:00"), came("Ann", "13:00:00", "13:20:00"))
    assert take(event, text) == 3
    assert there(event)["Ann Example"] == ("attendee", 1200)


def test_reading_again_in_another_zone_moves_the_times_and_adds_nothing(event: Event) -> None:
    text = report_2020(came("Ann", "12:00:00", "12:20:00"))
    take(event, text)
    assert take(event, text, "America/Chicago") == 0

    [ann] = db.session.scalars(select(Attendance).join(Person).where(Person.name == "Ann Example"))
    assert (ann.first_joined_at, ann.seconds) == (datetime(2026, 10, 20, 17, tzinfo=UTC), 1200)
    assert db.session.scalars(select(AttendanceReport.time_zone)).all() == ["America/Chicago"]


def test_roles_minutes_and_seats(event: Event) -> None:
    """Ann came from two devices and spoke too; Bo registered here; Cy only spoke; Dee did not come; Eve has no times."""
    makers.registration(event, "bo@example.org", name="Bo from the form")
    db.session.commit()
    letters = count(Letter)
    take(
        event,
        report_2020(
            came("Ann", "13:00:00", "13:20:00"),
            came("Ann", "13:10:00", "13:30:00"),
            came("Bo", "13:00:00", "13:05:30"),
            missed("Dee"),
            came("Eve", "13:30:00", "13:00:00", -30),
            panelists=spoke("Ann", "13:40:00", "13:50:00") + spoke("Cy", "12:55:00", "14:00:00"),
            others=dialed("1555***01", "1:05 PM", "1:10 PM"),
        ),
    )

    assert there(event) == {
        "Ann Example": ("attendee", 2400),
        "Bo from the form": ("attendee", 330),
        "Eve Example": ("attendee", None),
        "Cy": ("panelist", 3900),
        "Hana Host": ("host", 3900),
    }
    assert seats(event) == {
        "ann@example.org": ("confirmed", "platform"),
        "bo@example.org": ("confirmed", "form"),
        "dee@example.org": ("confirmed", "platform"),
        "eve@example.org": ("confirmed", "platform"),
    }
    ann = by_address("ann@example.org")
    assert ann is not None
    assert queries.minutes_of(ann.id) == {event.id: 2400}
    [seat] = db.session.scalars(select(Registration).where(Registration.person_id == ann.id))
    assert seat.registered_at == datetime(2026, 10, 1, 13, tzinfo=UTC)
    assert (queries.came(event) or ())[:2] == (3, 4)
    found = queries.summary(event)
    assert found is not None
    assert (found.attendees, found.walk_ins, found.unknown, found.median) == (3, 0, 1, 22.75)
    assert count(Letter) == letters


def test_without_registration_everybody_is_a_walk_in(db_session: object) -> None:
    event = makers.event(starts_at=makers.utc("2026-08-30 15:00"))
    makers.registration(event, "ann@example.org", name="Ann Alder")
    db.session.commit()
    take(event, INVENTED_2026.read_bytes())

    assert seats(event) == {"ann@example.org": ("confirmed", "form")}
    found = queries.summary(event)
    assert found is not None
    assert (found.attendees, found.walk_ins, found.came, found.registered) == (2, 1, 1, 1)
    assert [row.name for row in db.session.execute(queries.table(event, who="walk-ins"))] == ["Bo"]
    assert [each.name for each in queries.entries(event)] == ["Guest"]


def test_somebody_who_gave_the_seat_back_and_came_is_a_walk_in(real_event: Event) -> None:
    """The registration of attendee1 is cancelled before the day: one seat and one of those who came with it less."""
    with frozen(real_event.starts_at - timedelta(days=3)):
        cancel(makers.registration(real_event, "attendee1@email.com", name="First Person"), by="command")
    db.session.commit()
    take(real_event, REAL_2020.read_bytes())

    found = queries.summary(real_event)
    assert found is not None
    assert (found.came, found.registered, found.walk_ins) == (454, 468, 1)
    assert (found.attendees, found.minutes, found.median, found.peak) == (455, 64751.55, 69.03, 177)
    assert [row.name for row in db.session.execute(queries.table(real_event, who="walk-ins"))] == [
        "First Person"
    ]
    assert seats(real_event)["attendee1@email.com"] == ("cancelled", "form")


def test_merging_two_addresses_changes_the_figures_by_what_they_share(real_event: Event) -> None:
    """attendee186 (29 lines) and attendee133 were both there for hours; computed from the file by the second."""
    one, two = "attendee186@email.com", "attendee133@email.com"
    seconds: dict[str, set[int]] = defaultdict(set)
    with REAL_2020.open(encoding="utf-8", newline="") as file:
        for cells in csv.reader(file):
            if len(cells) > 8 and cells[0] == "Yes" and cells[3] in (one, two):
                join, leave = (
                    datetime.strptime(cells[at], "%b %d, %Y %H:%M:%S").replace(tzinfo=UTC) for at in (6, 7)
                )
                seconds[cells[3]].update(range(int(join.timestamp()), int(leave.timestamp())))
    shared, together = len(seconds[one] & seconds[two]), len(seconds[one] | seconds[two])
    assert shared > 3600

    take(real_event, REAL_2020.read_bytes())
    keep, gone = by_address(one), by_address(two)
    assert keep is not None
    assert gone is not None
    merge(keep, gone, by="command")
    db.session.commit()

    found = queries.summary(real_event)
    assert found is not None
    assert (found.attendees, found.people, found.came, found.registered) == (454, 476, 454, 468)
    assert found.minutes == round((64751.55 * 60 - shared) / 60, 2)
    assert queries.minutes_of(keep.id) == {real_event.id: together}
    assert queries.minutes_of(gone.id) == {}
    assert take(real_event, REAL_2020.read_bytes()) == 0
    assert queries.summary(real_event) == found


@pytest.mark.parametrize(
    "merged", [("bo@example.org", "ann@example.org"), ("ann@example.org", "bo@example.org")]
)
def test_a_merged_person_is_found_by_both_addresses(event: Event, merged: tuple[str, str]) -> None:
    keep, gone = (makers.person(address, name=address[:2].title()) for address in merged)
    merge(keep, gone, by="command")
    db.session.commit()
    take(event, report_2020(came("Ann", "13:00:00", "13:20:00"), came("Bo", "13:10:00", "13:30:00")))

    assert there(event) == {keep.name: ("attendee", 1800), "Hana Host": ("host", 3900)}
    assert (queries.came(event) or ())[:2] == (1, 1)


def test_names_and_addresses_that_cannot_be_kept_as_they_are(event: Event) -> None:
    long = "L" + "o" * 300 + "ng"
    text = report_2020(
        came("Ann", "13:00:00", "13:20:00").replace('"Ann","Example"', '"www.lure.com","now"'),
        came("Bo", "13:00:00", "13:20:00").replace('"Bo"', f'"{long}"'),
        came("Cy", "13:00:00", "13:20:00").replace("cy@example.org", "c..y@localhost"),
        came("Dee", "13:00:00", "13:20:00").replace('"Dee","Example"', '"",""'),
    )
    take(event, text)

    assert sorted(there(event)) == ["Hana Host", long[:120], "ann", "dee"]
    assert [(each.name, each.email) for each in queries.entries(event)] == [("Cy Example", "c..y@localhost")]


def test_nul_bytes_do_no_harm(event: Event) -> None:
    text = report_2020(came("Ann", "13:00:00", "13:20:00")).replace("Ann", "A\x00nn\x00")
    assert take(event, text) == 2
    assert there(event)["Ann Example"] == ("attendee", 1200)


def test_who_was_denied_a_seat_and_did_not_come_has_none(event: Event) -> None:
    take(event, report_2020(missed("Ann").replace("approved", "denied"), missed("Bo")))
    assert seats(event) == {"bo@example.org": ("confirmed", "platform")}


def test_a_report_of_another_day_is_said_and_done(event: Event) -> None:
    found = preview(event, REAL_2020.read_bytes(), EASTERN)
    assert found.remarks == [
        "The report is of Saturday, March 28, 2020; the session is on Tuesday, October 20, 2026."
    ]
    assert take(event, REAL_2020.read_bytes()) == 1018


def test_a_file_of_another_session_is_said_and_done(event: Event, db_session: object) -> None:
    text = report_2020(came("Ann", "13:00:00", "13:20:00")).encode()
    with frozen(makers.utc("2026-10-21 15:00")):
        take(event, text)
    other = makers.event(title="The morning group", starts_at=makers.utc("2026-10-20 15:00"))
    db.session.commit()
    assert preview(other, text, EASTERN).remarks == [
        "This file was imported for another session too: “Grow your own”, on October 21, 2026, 11:00 a.m. Eastern."
    ]
    assert take(other, text) == 2


def test_a_preview_says_what_the_import_does(event: Event) -> None:
    makers.registration(event, "bo@example.org")
    with frozen(event.starts_at - timedelta(days=1)):
        cancel(makers.registration(event, "cy@example.org"), by="command")
    db.session.commit()
    text = report_2020(
        came("Ann", "13:00:00", "13:20:00"), came("Bo", "13:00:00", "13:20:00"), came("Cy", "13:00:00", "13:20:00"),
        missed("Dee"), others=dialed("1555***01", "1:05 PM", "1:10 PM") + dialed("1555***01", "1:15 PM", "1:20 PM"),
    ).encode()  # fmt: skip
    people, rows = count(Person), count(AttendanceRow)

    found = preview(event, text, EASTERN)
    assert sorted(found.newcomers) == ["ann@example.org", "dee@example.org", "hana@example.org"]
    assert (len(found.new_lines), found.new_seat_count, found.walk_ins, found.undecided) == (7, 2, 1, 1)
    assert (count(Person), count(AttendanceRow)) == (people, rows)

    done = import_report(event, text, EASTERN, by="command")
    db.session.commit()
    assert (done.new_rows, done.new_people, done.new_seats) == (7, 3, 2)
    again = preview(event, text, EASTERN)
    assert (len(again.new_lines), again.newcomers, again.new_seat_count, again.undecided) == (0, {}, 0, 0)


def test_sessions_that_nobody_can_have_attended(db_session: object) -> None:
    text = report_2020(came("Ann", "13:00:00", "13:20:00")).encode()
    past = makers.utc("2026-10-20 17:00")
    draft = makers.event(starts_at=past, published=False)
    called_off = makers.event(starts_at=past)
    with frozen(past - timedelta(days=1)):
        call_off(called_off, by="command")
    db.session.commit()
    for event, sentence in [
        (
            makers.event(),
            "This session has not begun, so nobody can have come. Import its report when it is over.",
        ),
        (
            draft,
            "This session is a draft, so nobody can have come. Publish it first, or choose another session.",
        ),
        (
            called_off,
            "This session was cancelled, so nobody can have come. Choose the session the report is of.",
        ),
    ]:
        with pytest.raises(Refused) as refusal:
            import_report(event, text, EASTERN, by="command")
        assert refusal.value.message == sentence
    db.session.rollback()
    assert count(AttendanceRow) == 0


def test_two_imports_at_once(app: Flask, event: Event) -> None:
    """Both begin together; each line and person is there once, and one of the two finds nothing new."""
    text = report_2020(*(came(f"P{n}", "13:00:00", "13:20:00") for n in range(200))).encode()
    event_id = event.id

    def run(_: int, ready: Callable[[], object]) -> int:
        with app.app_context():
            ready()
            own = db.session.get(Event, event_id)
            assert own is not None
            new = import_report(own, text, EASTERN, by="command").new_rows
            db.session.commit()
            return new

    db.session.rollback()  # the test's own transaction would keep both waiting
    assert sorted(together(2, run)) == [0, 201]
    db.session.rollback()
    assert (count(AttendanceRow), count(Person), count(Registration), count(Attendance)) == (
        201,
        201,
        200,
        201,
    )
    assert count(AttendanceReport) == 1


def test_a_merge_during_an_import_leaves_no_line_behind(app: Flask, event: Event) -> None:
    keep, gone = makers.person("p1@example.org", name="Keep"), makers.person("p2@example.org", name="Gone")
    db.session.commit()
    text = report_2020(*(came(f"P{n}", "13:00:00", "13:20:00") for n in range(200))).encode()
    ids, event_id = (keep.id, gone.id), event.id

    def bring_in() -> None:
        own = db.session.get(Event, event_id)
        assert own is not None
        import_report(own, text, EASTERN, by="command")

    def put_together() -> None:
        one, other = (db.session.get(Person, id) for id in ids)
        assert one is not None
        assert other is not None
        merge(one, other, by="command")

    def run(number: int, ready: Callable[[], object]) -> None:
        with app.app_context():
            ready()
            (bring_in, put_together)[number]()
            db.session.commit()

    db.session.rollback()
    together(2, run)
    db.session.rollback()
    assert len(queries.lines_of(event, ids[0])) == 2
    assert queries.lines_of(event, ids[1]) == []
    assert queries.minutes_of(ids[0]) == {event_id: 1200}
    assert queries.minutes_of(ids[1]) == {}


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement sent to the database."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    listen.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        listen.remove(db.engine, "before_cursor_execute", note)


def test_five_thousand_lines_take_few_statements(event: Event) -> None:
    """Some hundreds of new people are written by a handful of statements; no line costs one of its own."""
    text = report_2020(*(came(f"P{n}", "13:00:00", "13:20:00") for n in range(5000)))
    with statements() as seen:
        assert take(event, text) == 5001
    assert len(seen) <= 140
    with statements() as seen:
        assert take(event, text) == 0
    assert len(seen) <= 60
    assert (queries.came(event) or ())[:2] == (5000, 5000)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_lines_of_a_large_session_are_not_in_memory_at_once(event: Event) -> None:
    take(event, report_2020(came("Ann", "13:00:00", "13:30:00")))
    [line] = db.session.scalars(select(AttendanceRow).where(AttendanceRow.email == "ann@example.org"))
    columns = (
        "report_id",
        "event_id",
        "row_key",
        "line",
        "section",
        "attended",
        "name",
        "email",
        "person_id",
        "joined_at",
        "left_at",
    )
    same = [getattr(line, name) for name in columns]
    put(AttendanceRow, columns, ((*same[:2], f"{number:064}", *same[3:]) for number in range(10_000)))
    tracemalloc.start()
    found = lines_say(event.id)
    now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found[line.person_id or 0].stretches) == 10_001
    assert most - now < 2_000_000, "all of them together take 3 MB beside what is found"


def test_an_address_is_kept_once_in_memory() -> None:
    written = "ann.lee@example.org"
    assert writable(written) is written
    assert writable("Ann.Lee@Example.org") == written
