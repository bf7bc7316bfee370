"""GoToWebinar's report, tables of any other layout, and workbooks."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from openpyxl import Workbook
from sqlalchemy.orm import Session, scoped_session

from jam.attendance.figures import as_json, figures
from jam.attendance.layouts import known_layouts, remember
from jam.attendance.reading import UnknownColumns, header_of, read
from jam.attendance.reading.found import RefusedRow, Section
from jam.attendance.reading.times import seconds_of
from jam.attendance.redaction import Whose, lines_in, without
from jam.base.errors import Refused
from jam.base.zones import EASTERN
from tests.attendance.files import INVENTED_2025

DAY = date(2026, 10, 20)
GOTO = '''Attendee Report
Generated,"Oct 21, 2026 09:00 AM PDT"
General Information
Webinar Name,Webinar ID
Paid to stay,123-456-789
Actual Start Date/Time,Duration,# Registered,# Attended,Clicked Registration Link,Opened Invitation
"Oct 20, 2026 12:55 PM EDT",1 hour 5 minutes,3,2,9,0
Attendee Details
Attended,Interest Rating,Last Name,First Name,Email Address,Registration Date/Time,Join Time,Leave Time,Time in Session,Unsubscribed
Yes,75,Alder,Ann,ann@example.org,"Oct 1, 2026 09:00 AM EDT","Oct 20, 2026 01:00 PM EDT","Oct 20, 2026 01:30 PM EDT",30 minutes,No
Yes,60,Birch,Bo,bo@example.org,"Oct 1, 2026 09:00 AM EDT","Oct 20, 2026 01:00 PM EDT","Oct 20, 2026 02:00 PM EDT",20 minutes,No
No,,Cole,Cy,cy@example.org,"Oct 1, 2026 09:00 AM EDT",--,--,--,No
Staff Details
Attended,Interest Rating,Last Name,First Name,Email Address,Registration Date/Time,Join Time,Leave Time,Time in Session,Unsubscribed
Yes,--,Host,Hana,hana@example.org,--,"Oct 20, 2026 12:55 PM EDT","Oct 20, 2026 02:00 PM EDT",1 hour 5 minutes,No
'''  # fmt: skip
SHORT_GOTO = (
    "Attended,Email,In Session Duration (minutes),Questions Asked by Attendee\n"
    "Yes,ann@example.org,30,0\nNo,bo@example.org,0,0\n"
)


at = datetime.fromisoformat


def minutes(data: bytes, day: date | None = DAY) -> dict[str, object]:
    return as_json(figures(read(data, day=day), EASTERN))


def test_gotowebinar_with_staff_no_shows_and_somebody_who_was_away_in_between() -> None:
    report = read(GOTO.encode(), day=DAY)
    assert (report.format, report.topic, report.webinar_id) == ("gotowebinar", "Paid to stay", "123-456-789")
    assert [(row.line, row.section, row.attended, row.name) for row in report.rows] == [
        (10, Section.ATTENDEE, True, "Ann Alder"),
        (11, Section.ATTENDEE, True, "Bo Birch"),
        (12, Section.ATTENDEE, False, "Cy Cole"),
        (15, Section.PANELIST, True, "Hana Host"),
    ]
    assert report.refused == ()
    assert as_json(figures(report, "America/Los_Angeles")) == {
        "attendees": 2, "registrants": 3, "no_shows": 1, "panelists": 1, "panelists_also_attendees": 0, "people": 3,
        "attendee_minutes": 50.0, "median_minutes": 25.0, "peak": 1, "undecided": 0,
        "platform": {"registered": 3, "viewers": 2}, "differences": [],
    }  # fmt: skip


def test_gotowebinar_with_minutes_alone() -> None:
    found = minutes(SHORT_GOTO.encode())
    assert (found["attendees"], found["registrants"], found["attendee_minutes"], found["peak"]) == (
        1,
        2,
        30.0,
        None,
    )


@pytest.mark.parametrize(
    "text",
    [
        "Name,Email,Minutes\nAnn,ann@example.org,30\n",
        "E-mail Address;Time in session\nann@example.org;00:30:00\n",
        "First name\tLast name\tEmail\tDuration\tTime joined\tTime exited\nAnn\tA\tann@example.org\t30 min\t1:00 PM\t1:30 PM\n",
        "Some talk\n2026-10-20\n\nPARTICIPANT,user_email,joined_at,left_at\nAnn,ann@example.org,2026-10-20T13:00:00-04:00,2026-10-20T17:30:00Z\n",
        "Nom;Adresse e-mail;Heure d'arrivée;Heure de départ\nAnn;ann@example.org;20/10/2026 13:00;20/10/2026 13:30\n",
        "email,duration (seconds)\nann@example.org,1800\n",
        "Attendee Name,Attendee Email,Status,Minutes attended\nAnn,ann@example.org,Attended,30\nBo,bo@example.org,Absent,\n",
        "name|email|minutes\nAnn|ann@example.org|30\n",
    ],
)
def test_tables_whose_columns_say_what_they_hold(text: str) -> None:
    report = read(text.encode(), day=DAY)
    assert (report.format, report.refused) == ("table", ())
    found = as_json(figures(report, EASTERN))
    assert (found["attendees"], found["attendee_minutes"]) == (1, 30.0)


def test_a_table_that_says_nothing_of_presence_is_asked_about_and_read_as_said() -> None:
    text = b"Persona,Kontakt,Zeit A,Zeit B\nAnn,ann@example.org,2026-10-20 13:00,2026-10-20 13:30\n"
    with pytest.raises(UnknownColumns) as asked:
        read(text)
    header = asked.value.header
    assert (header.at, header.cells, header.below[0][0]) == (
        0,
        ["Persona", "Kontakt", "Zeit A", "Zeit B"],
        "Ann",
    )

    known = {header.fingerprint: {"name": 0, "email": 1, "join": 2, "leave": 3}}
    again = b"persona , KONTAKT,Zeit A,Zeit B,\nBo,bo@example.org,2026-10-20 13:00,2026-10-20 13:10\n"
    assert [(row.name, row.leave_wall) for row in read(again, known=known).rows] == [
        ("Bo", datetime.fromisoformat("2026-10-20T13:10"))
    ]


def workbook(*rows: Sequence[object]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    book.create_sheet("Notes").append(["nothing"])
    book.save(out)
    return out.getvalue()


def test_a_workbook_with_dates_durations_and_whole_numbers() -> None:
    data = workbook(
        ["Name", "Email", "Join time", "Leave time", "Duration"],
        ["Ann", "ann@example.org", at("2026-10-20T13:00"), at("2026-10-20T13:30"), timedelta(minutes=30)],
        ["Bo", "bo@example.org", None, None, 12.0],
        ["Cy", "cy@example.org", "soon", None, None],
    )  # fmt: skip
    report = read(data, day=DAY)
    assert report.refused == (
        RefusedRow(4, "The join time “soon” is not a date with a time of day that Jam can read."),
    )
    found = as_json(figures(report, EASTERN))
    assert (found["attendees"], found["attendee_minutes"], found["peak"]) == (2, 42.0, 1)


def test_a_report_of_zoom_that_was_saved_as_a_workbook() -> None:
    lines = INVENTED_2025.read_text().splitlines()
    rows = list(csv.reader(lines[:9]))
    assert read(workbook(*rows, *csv.reader(io.StringIO("\n".join(lines[9:]))))).format == "zoom-webinar"


def test_a_workbook_without_anything_is_empty() -> None:
    with pytest.raises(Refused) as refusal:
        read(workbook())
    assert refusal.value.message.startswith("This file is not an attendance report")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_table_whose_columns_staff_named_forgets_somebody_whole(
    db_session: scoped_session[Session],
) -> None:
    data = b"Wer,Wohin,Wie lange\r\nAnn Lee,ann@example.org,45\r\nBen Ode,ben@example.org,50\r\n"
    remember(["Wer", "Wohin", "Wie lange"], {"name": 0, "email": 1, "duration": 2}, by="command")
    ann = Whose(frozenset({"ann@example.org"}), frozenset({"ann lee"}))
    assert lines_in(data, ann) == [(2, ["Ann Lee", "ann@example.org", "45"])]
    left = without(data, ann)
    assert left is not None
    assert left[0] == b"Wer,Wohin,Wie lange\r\n\r\nBen Ode,ben@example.org,50\r\n"
    assert [row.name for row in read(left[0], known=known_layouts()).rows] == ["Ben Ode"]


@pytest.mark.parametrize(
    ("text", "seconds"), [("999999h", None), ("9" * 400 + "h", None), ("200000", None), ("87 min", 5220)]
)
def test_nobody_stays_for_a_week(text: str, seconds: int | None) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("mark", ["ÿþ", "þÿ", "ï»¿"])
def test_a_mark_that_a_spreadsheet_took_for_letters(mark: str) -> None:
    report = read(f"{mark}Name,Email,Minutes\nAnn,ann@example.org,30\n".encode())
    assert [(row.name, row.email_norm) for row in report.rows] == [("Ann", "ann@example.org")]
    assert header_of(f"{mark}Wer,Was\nAnn,30\n".encode()).cells == ["Wer", "Was"]
