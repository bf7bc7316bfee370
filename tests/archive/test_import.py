"""What an upload of the past brings, that it brings it once, and what stays whole when something is broken."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from jam.archive import actions
from jam.archive.actions import Done, carry_out
from jam.archive.plan import Kind, Plan, plan
from jam.archive.unpack import unpack
from jam.attendance.models import Attendance
from jam.audit.models import AuditEntry
from jam.base.database import db
from jam.base.errors import Refused
from jam.calendars import feeds
from jam.calendars.models import CalendarFeed
from jam.mail.models import Letter
from jam.people.models import Address, Person
from jam.people.queries import by_address
from jam.registration.models import Registration
from jam.schedule.models import Event, Program
from jam.schedule.queries import event_by_slug
from jam.schedule.rules import State
from tests import makers
from tests.archive.files import FILES, SESSIONS, zipped
from tests.rows import every_row


def planned(files: dict[str, bytes] | None = None, choices: dict[int, str] | None = None) -> Plan:
    return plan(unpack([("past.zip", zipped(files or FILES))]), None, choices or {})


def imported(files: dict[str, bytes] | None = None, **options: Any) -> Done:
    return carry_out(planned(files), by=makers.BY, **options)


def rows(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_each_file_is_known_by_its_content_and_finds_its_session(jam: Program) -> None:
    found = planned()
    assert [(each.name, each.kind, each.session.title if each.session else "") for each in found.files] == [
        ("past/sessions.csv", Kind.SESSIONS, ""),
        ("past/people 2025-09-22.csv", Kind.REGISTRANTS, "Paid to stay"),
        ("past/october.csv", Kind.REGISTRANTS, ""),
        ("past/1.csv", Kind.REPORT, "satRdays DC"),
        ("past/2.csv", Kind.REPORT, "Paid to stay"),
    ]
    assert [(name, row.line, row.reason) for name, row in found.refused] == [
        (
            "past/people 2025-09-22.csv",
            4,
            "“nobody” does not look like an e-mail address. Check it for a typing slip.",
        ),
        ("past/october.csv", 4, "No session fits what this line says of its session."),
    ]
    assert found.mistakes == []


def test_the_preview_counts_what_the_import_then_adds_and_writes_nothing(jam: Program) -> None:
    before, people = every_row(), rows(Person)
    found = planned()
    db.session.rollback()
    assert every_row() == before
    counts = (found.people, found.seats, found.attendances)
    done = carry_out(found, by=makers.BY)
    assert (done.people, done.seats, rows(Attendance)) == counts
    assert (rows(Person) - people, rows(Registration), rows(Attendance)) == counts
    assert done.sessions == ["satRdays DC", "Paid to stay", "Grow your own"]
    assert (done.reports, done.stopped) == (2, None)
    assert [each.seats for each in found.files] == [0, 2, 2, 469, 1]


def test_sessions_stand_as_the_sheet_says_and_nobody_gets_a_letter(jam: Program) -> None:
    imported()
    event = event_by_slug("jam-2025-09-22")
    assert event is not None
    assert (event.title, event.summary, event.state, event.minutes) == (
        "Paid to stay", "What keeps people,\nin the field", State.PUBLISHED, 60,
    )  # fmt: skip
    assert event.starts_at == makers.utc("2025-09-22 17:00")
    assert event.slides_url == "https://media.example.org/slides.pdf"
    assert [term.name for term in event.terms] == ["Payment"]
    real = event_by_slug("jam-2020-03-28")
    assert real is not None
    assert [term.name for term in real.terms] == ["Workforce expansion", "Technology"]
    assert rows(Letter) == 0


def test_people_come_with_what_the_list_says_of_them(jam: Program) -> None:
    imported()
    ann, cy = by_address("ann@example.org"), by_address("cy@example.org")
    assert ann is not None
    assert cy is not None
    assert (ann.name, ann.state, ann.organization and ann.organization.name) == (
        "Ann Alder",
        "OH",
        "Harbor House, Inc.",
    )
    assert cy.organization is ann.organization
    seats = db.session.scalars(
        select(Registration).where(Registration.person_id == cy.id).order_by(Registration.id)
    ).all()
    assert [(each.source, each.status, each.event.title) for each in seats] == [
        ("import", "confirmed", "Paid to stay"), ("import", "confirmed", "Grow your own"),
    ]  # fmt: skip
    assert seats[0].registered_at == makers.utc("2025-09-02 12:00")
    assert seats[1].registered_at == seats[1].event.starts_at


def test_the_same_files_again_change_nothing(jam: Program) -> None:
    imported()
    before = every_row()
    found = planned()
    assert (found.people, found.seats, found.attendances, found.brings_something) == (0, 0, 0, False)
    assert carry_out(found, by=makers.BY) == Done()
    assert every_row() == before


def test_one_batch_of_entries_and_each_feed_built_once(jam: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    built = []
    real = feeds._stored
    monkeypatch.setattr(feeds, "_stored", lambda key, kept: (built.append(key), real(key, kept))[1])
    last = db.session.scalar(select(func.max(AuditEntry.id))) or 0
    imported()
    of_events = select(AuditEntry.batch).where(AuditEntry.id > last, AuditEntry.object_kind == "event")
    assert len(set(db.session.scalars(of_events))) == 1
    assert len(built) == len(set(built))
    assert {"all", "program:jam"} < set(built)
    feed = db.session.get_one(CalendarFeed, "program:jam")
    assert feed.content.count(b"BEGIN:VEVENT") == 3


def test_a_known_session_and_known_seats_are_left_alone(jam: Program) -> None:
    kept = makers.event(title="Paid to stay", starts_at=makers.utc("2025-09-22 17:30"), summary="As it was.")
    seat = makers.registration(kept, "cy@example.org", name="Cy As Known")
    db.session.commit()
    done = imported()
    assert done.sessions == ["satRdays DC", "Grow your own"]
    assert (kept.summary, kept.starts_at) == ("As it was.", makers.utc("2025-09-22 17:30"))
    assert (seat.source, seat.name) == ("form", "Cy As Known")
    assert db.session.scalar(
        select(func.count()).where(Registration.event_id == kept.id, Registration.source == "import")
    ) == 1  # fmt: skip


def test_staff_correct_a_session_or_leave_a_file_out(jam: Program) -> None:
    other = next(each for each in planned().sessions if each.title == "Grow your own")
    found = planned(choices={1: other.key, 3: "out"})
    assert found.files[1].session is not None
    assert found.files[1].session.title == "Grow your own"
    assert (found.files[3].left_out, found.files[3].attendances) == (True, 0)
    carry_out(found, by=makers.BY)
    assert event_by_slug("jam-2020-03-28") is not None
    assert (
        db.session.scalar(select(func.count()).select_from(Address).where(Address.normal.like("attendee%")))
        == 0
    )
    gone = planned(choices={1: "9.9"})
    assert gone.files[1].problem.startswith("The session chosen for it is not here any more.")


def test_unknown_levers_are_named_and_may_be_ignored(jam: Program) -> None:
    sheet = {
        "sessions.csv": b'date;title;levers\n2025-01-21;Peers;Payment;\n2025-02-18;Pay;"Payment; Hope"\n'
    }
    before = every_row()
    with pytest.raises(Refused, match="“Hope”"):
        imported(sheet)
    db.session.rollback()
    assert every_row() == before
    imported(sheet, ignore_levers=True)
    event = event_by_slug("jam-2025-02-18")
    assert event is not None
    assert [term.name for term in event.terms] == ["Payment"]


def test_lines_that_are_no_session_say_why(jam: Program) -> None:
    lines = [
        "date,start,minutes,end,title,recording,program",
        "2025-13-01,,,,No such month,,",
        "2025-01-21,25:00,,,No such hour,,",
        "2025-01-21,13:00,2,,Too short,,",
        "2025-01-21,13:00,,12:00,Ends before it begins,,",
        "2025-01-21,13:00,,14:00,,,",
        "2025-01-21,13:00,,14:00,A bad link,javascript:alert(1),",
        "2025-01-21,13:00,,14:00,Elsewhere,,nowhere",
        "2099-01-21,13:00,,14:00,To come,,",
        '2025-01-21,13:00,,14:00,"Torn,,',
        "2025-01-21,13:00,,14:00,Good\x00,,",
        "2025-01-21,13:00,,14:00,Again,,",
    ]
    found = planned({"a.csv": "\r\n".join(lines).encode()})
    assert [each.title for each in found.sessions] == ["Good"]
    assert [(row.line, row.reason) for _, row in found.refused] == [
        (2, "“2025-13-01” is not a date. Write it like 2024-03-19."),
        (3, "“25:00” is not a time of day. Write it like 13:00 or 1:00 PM."),
        (4, "A session lasts between 5 minutes and 24 hours. Check its start and its end."),
        (5, "A session lasts between 5 minutes and 24 hours. Check its start and its end."),
        (6, "This line has no title."),
        (7, "The recording link “javascript:alert(1)” is not a link. It begins with https://."),
        (8, "There is no program “nowhere”. Write its name or its short name."),
        (9, "This session is not over yet. Plan it on the program's page instead."),
        (10, "The quotation marks of this line do not pair up."),
        (12, "This session stands on line 11 already."),
    ]


def test_files_that_fit_nothing_are_named_and_left_out(jam: Program) -> None:
    found = planned({**FILES, "list.csv": b"email\nann@example.org\n", "notes.txt": b"Call Ann\x00\n"})
    assert [(each.name, each.problem) for each in found.files if each.problem] == [
        ("list.csv", "No session fits its date or its name. Choose its session, or leave it out."),
        ("notes.txt", "It is no list of sessions, no list of registrants and no attendee report."),
    ]
    assert found.files[-1].kind is Kind.UNKNOWN
    assert len(found.mistakes) == 2


def test_what_is_done_stays_whole_when_it_stops_half_way(
    jam: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = actions.import_report

    def second_fails(event: Event, *rest: Any, **more: Any) -> Any:
        if event.title == "Paid to stay":
            raise Refused("The disk is full.")
        return real(event, *rest, **more)

    monkeypatch.setattr(actions, "import_report", second_fails)
    done = imported()
    assert done.sessions == ["satRdays DC"]
    assert done.stopped == "It stopped at “Paid to stay”, of which nothing was imported. The disk is full."
    assert [event.title for event in db.session.scalars(select(Event))] == ["satRdays DC"]
    assert by_address("cy@example.org") is None
    assert db.session.get_one(CalendarFeed, "all").content.count(b"BEGIN:VEVENT") == 1
    monkeypatch.undo()
    again = imported()
    assert (again.sessions, again.stopped) == (["Paid to stay", "Grow your own"], None)
    assert planned().brings_something is False


def test_files_alone_reach_sessions_that_jam_has(jam: Program) -> None:
    makers.event(title="Paid to stay", starts_at=makers.utc("2025-09-22 17:00"))
    db.session.commit()
    done = imported(
        {name: data for name, data in FILES.items() if "sessions" not in name and "1.csv" not in name}
    )
    assert (done.sessions, done.reports) == ([], 1)
    assert rows(Registration) == 3


def test_a_head_of_semicolons_and_windows_letters_is_read(jam: Program) -> None:
    sheet = SESSIONS.replace("Grow your own", "Señales").encode("cp1252")
    assert [each.title for each in planned({"s.csv": sheet}).sessions][-1] == "Señales"
