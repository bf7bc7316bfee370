"""Reports that take each other's place, imports that are undone, files that are read again."""

from __future__ import annotations

import io
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from jam.attendance import actions, desk_reports, progress, queries
from jam.attendance.actions import OutAlready, decide, import_report, preview, reread, undo_import
from jam.attendance.models import Attendance, AttendanceReport, AttendanceRow
from jam.attendance.reading.found import RefusedRow
from jam.attendance.reconcile import reconcile
from jam.audit.models import AuditEntry
from jam.base import files
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import frozen
from jam.base.zones import EASTERN
from jam.mail.jobs import deliver
from jam.mail.models import Letter
from jam.people.actions import merge
from jam.people.models import Person
from jam.people.queries import by_address
from jam.privacy.actions import erase
from jam.registration.models import Registration
from jam.reminders.jobs import write_due
from jam.schedule.models import Event
from tests import makers
from tests.attendance.files import came, dialed, missed, report_2020
from tests.attendance.test_import import count, seats, take, there
from tests.clients import Client
from tests.commands import Runner
from tests.forms import forms_of

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

FIRST = report_2020(
    came("Ann", "13:00:00", "13:50:00"),
    came("Bo", "13:02:00", "13:30:00"),
    missed("Cy"),
    others=dialed("1555***01", "1:05 PM", "1:10 PM"),
)
#: Ann left earlier than the first report had it, Cy stands there no more, Dee does.
CORRECTED = report_2020(
    came("Ann", "13:00:00", "13:20:00"),
    came("Bo", "13:02:00", "13:30:00"),
    came("Dee", "13:30:00", "13:40:00"),
    others=dialed("1555***01", "1:05 PM", "1:10 PM"),
)


def reports(event: Event) -> list[AttendanceReport]:
    return list(db.session.scalars(select(AttendanceReport).order_by(AttendanceReport.id)))


def undo(report: AttendanceReport) -> tuple[int, int]:
    gone = undo_import(report, by="command")
    db.session.commit()
    return gone


def test_a_corrected_report_counts_in_the_place_of_the_earlier_one(event: Event) -> None:
    take(event, FIRST)
    entry = queries.entries(event)[0]
    phone = db.session.get_one(AttendanceRow, entry.row_id)
    decide(event, phone, makers.person("eve@example.org", name="Eve"), by="command")
    db.session.commit()

    found = preview(event, CORRECTED.encode(), EASTERN)
    assert (len(found.new_lines), found.new_rows, len(found.earlier.replaces)) == (5, 2, 1)
    assert found.remarks[0].startswith(
        "This is a later report of the same occasion: it counts in the place of"
    )
    assert take(event, CORRECTED) == 2
    assert there(event) == {
        "Ann Example": ("attendee", 1200), "Bo Example": ("attendee", 1680), "Dee Example": ("attendee", 600),
        "Eve": ("attendee", 300), "Hana Host": ("host", 3900),
    }  # fmt: skip
    assert [each.decided for each in queries.entries(event)] == ["person"]
    assert len(queries.lines_of(event, by_address("ann@example.org").id)) == 1  # type: ignore[union-attr]

    # The earlier file once more changes nothing, and says why.
    again = import_report(event, FIRST.encode(), EASTERN, by="command")
    assert again.new_rows == 0
    assert "a later report counts in its place" in again.json["differences"][-1]
    assert there(event)["Ann Example"] == ("attendee", 1200)


def test_undoing_the_corrected_report_lets_the_earlier_one_count_again(event: Event) -> None:
    take(event, FIRST)
    before = there(event), seats(event)
    take(event, CORRECTED)
    first, second = reports(event)
    with pytest.raises(Refused) as refusal:
        undo_import(first, by="command")
    assert (
        refusal.value.message == "A later report counts in the place of this one. Undo the later one first."
    )
    db.session.rollback()

    assert undo(second) == (1, 1)
    assert (there(event), seats(event)) == before
    assert [each.replaced_by_id for each in reports(event)] == [None]


def test_undoing_takes_what_it_brought_and_leaves_what_somebody_else_needs(event: Event) -> None:
    other = makers.event(title="Another", starts_at=makers.utc("2026-11-17 18:00"))
    take(event, FIRST)
    makers.registration(other, "bo@example.org", name="Bo")
    db.session.commit()
    [report] = reports(event)
    stored = report.stored_as

    assert undo(report) == (3, 3)  # Ann, Cy and Hana; Bo holds a seat elsewhere
    assert [each.name for each in db.session.scalars(select(Person).order_by(Person.id))] == ["Bo Example"]
    assert {model: count(model) for model in (AttendanceRow, Attendance, AttendanceReport)} == {
        AttendanceRow: 0, Attendance: 0, AttendanceReport: 0,
    }  # fmt: skip
    assert seats(event) == {}
    with pytest.raises(FileNotFoundError):
        files.fetch(stored)


def test_undoing_stops_letters_about_who_was_there_and_keeps_whom_they_were_to(event: Event) -> None:
    event.recording_url = "https://video.example/1"
    take(event, FIRST)
    day = event.ends_at + timedelta(days=1)
    with frozen(day):
        assert write_due() == 3  # the host gets none
    [report] = reports(event)
    undo(report)
    # On SQLite whoever comes next would get the number of a person who went, and their letters with it.
    assert [each.name for each in db.session.scalars(select(Person).order_by(Person.id))] == [
        "Ann Example", "Bo Example", "Cy Example",
    ]  # fmt: skip
    with frozen(day + timedelta(minutes=11)):
        assert deliver() == 0
    found = db.session.execute(select(Letter.state, Letter.reason).where(Letter.kind.startswith("follow-up")))
    assert {tuple(each) for each in found} == {
        ("withdrawn", "The attendance report was taken out again before this letter left.")
    }


def test_a_table_counts_no_more_where_its_format_has_a_name_since(event: Event) -> None:
    take(event, teams("Ann 10", "Bo 20", "Cy 5"))
    [report] = reports(event)
    assert report.format == "teams"
    report.format = "table"
    db.session.commit()
    assert preview(event, teams("Ann 10", "Dee 20", "Eve 5").encode(), EASTERN).earlier.replaces == []
    assert preview(event, teams("Ann 30", "Bo 20").encode(), EASTERN).earlier.replaces == [report]
    # Whoever watched elsewhere stands on a list by hand, and in the platform's report among those who did not come.
    other = makers.event(title="Another", starts_at=event.starts_at)
    db.session.commit()
    take(other, "Name,Email,Minutes\nAnn Example,ann@example.org,30\nBo Example,bo@example.org,20\n")
    webinar = report_2020(missed("Ann"), missed("Bo"), came("Cy", "13:00:00", "13:20:00"))
    assert preview(other, webinar.encode(), EASTERN).earlier.replaces == []


def teams(*people: str) -> str:
    """A report of Teams as it was in 2021: names, each with the minutes."""
    head = 'Meeting Summary\nTotal Number of Participants,3\nMeeting Start Time,"10/20/2026, 1:00:00 PM"\n\n'
    lines = [
        f'{name},"10/20/2026, 1:0{at}:07 PM","10/20/2026, 1:0{at}:07 PM",{minutes}m,{name.lower()}@example.org\n'
        for at, (name, minutes) in enumerate(each.split() for each in people)
    ]
    return head + "Full Name,Join Time,Leave Time,Duration,Email\n" + "".join(lines)


def test_a_second_part_of_a_session_counts_beside_the_first_and_keeps_its_lines_when_that_goes(
    event: Event,
) -> None:
    morning = report_2020(came("Ann", "13:00:00", "13:20:00"), came("Bo", "13:00:00", "13:20:00"))
    evening = report_2020(came("Ann", "13:40:07", "14:00:00"), came("Cy", "13:41:09", "14:00:00"))
    take(event, morning)
    assert take(event, evening) == 2  # the host stands in both
    assert there(event)["Ann Example"] == ("attendee", 2393)

    undo(reports(event)[0])
    assert there(event) == {
        "Ann Example": ("attendee", 1193), "Cy Example": ("attendee", 1131), "Hana Host": ("host", 3900),
    }  # fmt: skip
    assert sorted(seats(event)) == ["ann@example.org", "cy@example.org"]


def test_a_report_of_another_day_replaces_nothing(event: Event) -> None:
    take(event, FIRST)
    found = preview(event, FIRST.replace("Oct 20, 2026", "Aug 18, 2026").encode(), EASTERN)
    assert (found.earlier.replaces, len(found.asks)) == ([], 1)


def test_minutes_alone_are_kept_and_not_added_up(event: Event) -> None:
    take(event, "Name,Email,Minutes\nAnn,ann@example.org,30\nAnn,ann@example.org,20\nBo,,12\n")
    assert there(event) == {"Ann": ("attendee", 1800)}
    [entry] = queries.entries(event)
    assert (entry.name, entry.seconds) == ("Bo", 720)
    found = queries.summary(event)
    assert found is not None
    assert (found.attendees, found.minutes, found.peak) == (1, 30.0, None)


def test_the_files_are_read_again_by_a_better_rule(
    event: Event, monkeypatch: pytest.MonkeyPatch, runner: Runner
) -> None:
    real = actions.read

    def without_dial_ins(*given: object, **named: object) -> object:
        found = real(*given, **named)  # type: ignore[arg-type]
        return replace(found, rows=tuple(row for row in found.rows if row.email))

    with monkeypatch.context() as at_first:
        at_first.setattr(actions, "read", without_dial_ins)
        take(event, FIRST)
    assert queries.entries(event) == []

    said = runner("attendance", "reread", event.slug)
    assert (said.status, said.out) == (0, "Grow your own (jam-2026-10-20): 1 line changed.\n")
    assert [each.name for each in queries.entries(event)] == ["1555***01"]
    assert runner("attendance", "reread", event.slug).out.endswith("nothing changed.\n")
    assert reread(event, by="command") == 0


def test_what_is_refused_by_a_better_rule_is_in_no_figure_any_more(
    event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = actions.read
    take(event, FIRST)

    def of_one_meeting(*given: object, **named: object) -> object:
        found = real(*given, **named)  # type: ignore[arg-type]
        rows = tuple(row for row in found.rows if row.email != "bo@example.org")
        return replace(found, rows=rows, refused=(*found.refused, RefusedRow(12, "Of another meeting.")))

    monkeypatch.setattr(actions, "read", of_one_meeting)
    assert reread(event, by="command") == 1
    [report] = reports(event)
    assert (report.figures["rows_read"], report.figures["attendees"]) == (4, 1)
    assert "Otherwise" not in [each.words for each in reconcile(event).terms]  # type: ignore[union-attr]
    # Whoever was erased stands in no line any more, and stays counted.
    erase(by_address("ann@example.org"), by="command")  # type: ignore[arg-type]
    reread(event, by="command")
    assert (reports(event)[0].figures["rows_read"], reports(event)[0].figures["attendees"]) == (4, 1)


def test_nobody_is_said_to_have_decided_what_was_decided_at_a_report_that_is_out(event: Event) -> None:
    def entry() -> tuple[queries.Entry, AuditEntry | None]:
        [found] = queries.entries(event)
        _, lines = queries.entry_of(event, found.row_id)  # type: ignore[misc]
        return found, queries.decision_about(lines)

    def say(person: Person | None, by: str) -> None:
        row = db.session.get_one(AttendanceRow, entry()[0].row_id)
        decide(event, row, person, by=by, head=person is None)
        db.session.commit()

    eve, twin = makers.person("eve@example.org", name="Eve"), makers.person("eve@home.example", name="Eve")
    take(event, FIRST)
    say(None, "account:1")
    take(event, CORRECTED)
    say(eve, "account:2")
    assert entry()[1].actor == "account:2"  # type: ignore[union-attr]
    merge(twin, eve, by="command")
    db.session.commit()
    assert entry()[1].actor == "account:2"  # type: ignore[union-attr]
    undo(reports(event)[1])
    found, decision = entry()
    assert (found.decided, found.person, decision) == ("person", twin, None)


def test_undo_and_read_again_by_the_page(client: Client, event: Event) -> None:
    makers.sign_in(client)
    take(event, FIRST)
    home = f"/desk/sessions/{event.slug}/attendance"
    again = client.submit(home, form="/reread", follow_redirects=True)
    assert "The reports were read again. Nothing changed." in again.text
    done = client.submit(home, form="/undo", follow_redirects=True)
    assert (
        "The report is out again, and with it 3 registrations and 4 people that it had brought." in done.text
    )
    assert "Nothing has been imported for this session yet." in done.text
    assert client.post(f"{home}/report/1/undo").status_code in (400, 404)


def test_a_button_pressed_twice_says_what_the_first_press_did(client: Client, event: Event) -> None:
    makers.sign_in(client)
    home = f"/desk/sessions/{event.slug}/attendance"

    def twice(page: str, action: str) -> str:
        [form] = [each for each in forms_of(client.get(page).text) if action in each.action]
        client.post(form.action, data=form.values)
        client.get(home)  # has shown what the first press said
        answer = client.post(form.action, data=form.values)
        assert answer.location == home
        return client.get(home).text

    fields = {"file": (io.BytesIO(FIRST.encode()), "report.csv"), "zone": EASTERN}
    waiting = client.submit(home, fields, content_type="multipart/form-data").location
    assert (
        "This file does not wait any more. If you pressed twice, it is in: see “What was imported”. "
        "If it does not stand there, choose it again."
    ) in twice(waiting, "/import")
    assert count(AttendanceReport) == 1
    assert "This report is out already." in twice(home, "/undo")
    assert (count(AttendanceReport), count(AttendanceRow)) == (0, 0)


def test_a_report_that_went_meanwhile_is_out_already(event: Event) -> None:
    take(event, FIRST)
    [report] = reports(event)
    db.session.execute(delete(AttendanceRow))
    db.session.execute(delete(AttendanceReport), execution_options={"synchronize_session": False})
    with pytest.raises(OutAlready):
        undo_import(report, by="command")


def test_a_file_whose_lines_are_all_here_says_so(event: Event) -> None:
    def said(text: str, zone: str = EASTERN) -> str:
        done = import_report(event, text.encode(), zone, by="command")
        words = desk_reports._said(done)
        db.session.commit()
        return words

    assert said(FIRST).startswith("The report is in: 5 new lines")
    assert said(FIRST) == "Everything in this file is here already. Nothing changed."
    assert said(FIRST, "America/Chicago").startswith("The report is in: 0 new lines")
    said(FIRST)
    assert said(CORRECTED).endswith(
        "counts in the place of the earlier one: 2 new lines, 1 new person. Attendees 2 → 3 (+1)."
    )
    assert said(FIRST) == (
        "Everything in this file is here already, and a later report counts in its place. Nothing changed."
    )


def send(client: Client, event: Event, data: bytes) -> str:
    fields = {"file": (io.BytesIO(data), "table.csv"), "zone": EASTERN}
    answer = client.submit(
        f"/desk/sessions/{event.slug}/attendance", fields, content_type="multipart/form-data"
    )
    assert answer.status_code == 303
    return answer.location


def test_columns_that_say_nothing_are_asked_about_once(client: Client, event: Event) -> None:
    makers.sign_in(client)
    text = "Wer,Post,Von,Bis\nAnn,ann@example.org,2026-10-20 13:00,2026-10-20 13:30\n"
    asked = send(client, event, text.encode())
    assert "/columns?" in asked
    page = client.get(asked)
    assert "What do these columns hold?" in page.text
    wrong = client.submit(asked, {"columns-0": "name"})
    assert (wrong.status_code, "Say which column holds the minutes" in wrong.text) == (400, True)
    said = {"columns-0": "name", "columns-1": "email", "columns-2": "join", "columns-3": "leave"}
    shown = client.submit(asked, said, follow_redirects=True)
    assert "was recognized as a table, by the names of its columns" in shown.text
    assert count(AttendanceRow) == 0

    # The next file like it goes straight to its preview.
    preview_at = send(client, event, text.replace("Ann", "Bo").replace("ann@", "bo@").encode())
    assert "/preview?" in preview_at
    client.submit(preview_at, form="/import")
    assert there(event) == {"Bo": ("attendee", 1800)}


def test_a_report_of_another_day_is_asked_about(client: Client, event: Event) -> None:
    makers.sign_in(client)
    text = FIRST.replace("Oct 20, 2026", "Aug 18, 2026")
    preview_at = send(client, event, text.encode())
    refused = client.submit(preview_at, form="/import")
    assert (
        refused.status_code,
        "Say that this report belongs to this session, or leave it." in refused.text,
    ) == (
        400,
        True,
    )
    assert count(AttendanceRow) == 0
    assert client.submit(preview_at, {"sure": "y"}, form="/import").status_code == 303
    assert count(AttendanceRow) == 5


def test_dates_that_can_be_read_two_ways_are_asked_about_and_read_as_said(
    client: Client, event: Event
) -> None:
    makers.sign_in(client)
    text = (
        "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)\n"
        "Ann,ann@example.org,03/04/2026 01:00:00 PM,03/04/2026 01:30:00 PM,30\n"
    )
    preview_at = send(client, event, text.encode())
    page = client.get(preview_at).text
    assert "The dates can be read with the month or the day first" in page
    client.submit(f"{preview_at}&order=day-first", {"sure": "y"}, form="/import")
    [row] = db.session.scalars(select(AttendanceRow))
    assert row.joined_at == makers.utc("2026-04-03 17:00")
    assert reports(event)[0].reading["order"] == "day-first"
    assert reread(event, by="command") == 0


def test_a_person_merged_since_is_not_taken_back(event: Event) -> None:
    take(event, FIRST)
    keep, gone = by_address("ann@example.org"), by_address("bo@example.org")
    assert keep
    assert gone
    merge(keep, gone, by="command")
    db.session.commit()
    undo(reports(event)[0])
    # Merging put Bo's seat into another state, and Bo points to Ann: both are somebody's work by now.
    assert [each.status for each in db.session.scalars(select(Registration))] == ["cancelled"]
    assert db.session.get(Person, keep.id) is not None


def test_a_large_report_says_on_its_page_how_far_it_is(
    client: Client, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_reports, "LARGE", 1000)
    makers.sign_in(client)
    text = report_2020(*(came(f"Person{n}", "13:00:00", "13:30:00", 30) for n in range(100)))
    preview_at = send(client, event, text.encode())
    done = client.submit(preview_at, form="/import")
    assert done.status_code == 200
    assert "Reading the file …" in done.text
    assert "Keeping the lines: 101 of 101" in done.text
    assert "The report is in: 101 new lines, 101 new people." in done.text
    assert count(AttendanceRow) == 101


def test_a_large_import_goes_on_when_nobody_reads_its_page(
    client: Client, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_reports, "LARGE", 1000)
    makers.sign_in(client)
    text = report_2020(*(came(f"Person{n}", "13:00:00", "13:30:00", 30) for n in range(100)))
    client.submit(send(client, event, text.encode()), form="/import").close()  # after its first piece
    for thread in threading.enumerate():
        if thread.name == progress.THREAD:
            thread.join(30)
    db.session.rollback()
    assert count(AttendanceRow) == 101


def test_a_large_import_that_breaks_off_says_so_and_keeps_nothing(
    client: Client, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*given: object, **named: object) -> None:
        raise RuntimeError("the disk is full")

    makers.sign_in(client)
    text = report_2020(*(came(f"Person{n}", "13:00:00", "13:30:00", 30) for n in range(100)))
    preview_at = send(client, event, text.encode())
    monkeypatch.setattr(desk_reports, "LARGE", 1000)
    monkeypatch.setattr(actions, "derive", breaks)
    done = client.submit(preview_at, form="/import")
    assert "The import broke off, and nothing of it was kept." in done.text
    assert count(AttendanceRow) == 0
