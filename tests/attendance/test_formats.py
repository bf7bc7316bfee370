"""What counts as a report, in which encodings, and what people hear who choose something else."""

from __future__ import annotations

import pytest

from jam.attendance.reading import read
from jam.attendance.reading.cells import address
from jam.attendance.reading.decoding import text_lines
from jam.attendance.reading.times import wall_time
from jam.base.errors import Refused
from tests.attendance.files import HEAD_2020, INVENTED_2025, PANELISTS_2020, REAL_2020, came, report_2020

EMPTY = "This file is empty. Download the attendance report again and choose that file."
PICTURE = "This is a picture, not a report. Choose the attendance report that the platform saved, a CSV or XLSX file."
PDF = "This is a PDF, which Jam cannot read. Choose the attendance report that the platform saved, a CSV or XLSX file."
WORKBOOK = "This is a spreadsheet workbook, but not one that Jam can read. Open it, save it as CSV, and choose that file."
OLD = "This is a spreadsheet in an old format. Open it, save it as XLSX or CSV, and choose that file."
UNKNOWN = (
    "This file is not an attendance report that Jam knows. Choose the report that Zoom, Teams or GoToWebinar saved, or a "
    "table with a column of names or addresses and one of minutes or times."
)
CUT = (
    "This Zoom report ends before its list of attendees. Download the attendee report from Zoom again and "
    "choose the whole file."
)
REPORT = report_2020(came("Zoë", "13:00:00", "13:30:00", 30))


@pytest.mark.parametrize(
    "data",
    [
        REPORT.encode("utf-8"),
        REPORT.encode("utf-8-sig"),
        REPORT.encode("utf-16-le"),
        REPORT.encode("utf-16-be"),
        b"\xff\xfe" + REPORT.encode("utf-16-le"),
        b"\xfe\xff" + REPORT.encode("utf-16-be"),
        REPORT.encode("cp1252"),
        REPORT.replace("\n", "\r\n").encode(),
        REPORT.replace("\n", "\r").encode(),
    ],
    ids=["utf-8", "utf-8-bom", "le", "be", "le-bom", "be-bom", "cp1252", "crlf", "cr"],
)
def test_the_encoding_and_the_line_breaks_do_not_matter(data: bytes) -> None:
    row = read(data).rows[-1]

    assert (row.line, row.name, row.email_norm) == (12, "Zoë Example", "zoë@example.org")


def test_one_line_in_another_encoding_does_not_spoil_the_others() -> None:
    lines = "Zoë\nJosé\n".encode() + "André\n".encode("cp1252")

    assert text_lines(lines) == ["Zoë\n", "José\n", "André\n"]


def test_a_character_cut_in_half_at_the_end_does_not_spoil_the_file() -> None:
    assert text_lines("Zoë\nJosé".encode()[:-1]) == ["Zoë\n", "JosÃ"]


def test_a_form_feed_or_line_separator_does_not_count_as_a_line() -> None:
    assert text_lines("a\x0cb\u2028c\x85d\ne".encode()) == ["a\x0cb\u2028c\x85d\n", "e"]


def test_nul_bytes_inside_lines_lose_nobody() -> None:
    whole = read(REAL_2020.read_bytes())
    holes = read(REAL_2020.read_bytes().replace(b"attendee3", b"atten\x00dee\x003\x00\x00"))

    assert holes.rows == whole.rows


def test_a_spreadsheet_may_have_changed_the_commas_to_tabs_or_semicolons() -> None:
    row = "Yes{0}Ann{0}Alder{0}ann@example.org{0}{0}approved{0}10/20/2026 13:00{0}10/20/2026 13:30{0}30{0}Canada"
    names = "Attended,First Name,Last Name,Email,Registration Time,Approval Status,Join Time,Leave Time"
    names += ",Time in Session (minutes),Country/Region Name"
    for mark in "\t;":
        text = "\n".join(["Attendee Report", "Attendee Details", names.replace(",", mark), row.format(mark)])
        report = read(b"\xff\xfe" + text.encode("utf-16-le"))
        assert [(row.line, row.email, row.minutes) for row in report.rows] == [(4, "ann@example.org", 30)]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", EMPTY),
        (b"\xef\xbb\xbf \r\n,,\r\n", EMPTY),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)), PICTURE),
        (b"\x00\x00\x00\x18ftypheic" + bytes(range(256)), PICTURE),
        (b"%PDF-1.7\nAttendee Report\nAttendee Details\n", PDF),
        (b"PK\x03\x04\x14\x00xl/workbook.xml", WORKBOOK),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), OLD),
        (b"Name,E-mail,Shoe size\nAnn,ann@example.org,38\n", UNKNOWN),
        (bytes(range(256)) * 40, UNKNOWN),
        ((HEAD_2020 + PANELISTS_2020).encode(), CUT),
        ((HEAD_2020 + PANELISTS_2020 + "Attendee Details,\nAttended,First Na").encode(), CUT),
    ],
    ids=[
        "empty",
        "blank",
        "jpeg",
        "heic",
        "pdf",
        "broken-xlsx",
        "xls",
        "other-csv",
        "noise",
        "cut",
        "cut-in-names",
    ],
)
def test_what_is_no_report_is_refused_with_what_to_do(data: bytes, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        read(data)

    assert refusal.value.message == sentence


def test_a_report_cut_anywhere_is_read_up_to_there_or_refused() -> None:
    whole = INVENTED_2025.read_bytes()
    rows = {row.line: row for row in read(whole).rows}
    for length in range(len(whole)):
        try:
            report = read(whole[:length])
        except Refused:
            continue
        # Only what stands around the cut may differ: the last line or, inside an answer, its two lines.
        last = whole[:length].count(b"\n") + 1
        assert [row for row in report.rows if row.line < last - 1] == [rows[n] for n in rows if n < last - 1]
        assert all(refused.line >= last - 1 for refused in report.refused)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Mar 28, 2020 08:07:27", "2020-03-28T08:07:27"),
        ("Mar 28, 2020 2:20 PM", "2020-03-28T14:20:00"),
        ("Mar 28, 2020 2:20\u202fPM", "2020-03-28T14:20:00"),
        ("September 8, 2026, 12:05 a.m.", "2026-09-08T00:05:00"),
        ("08/30/2026 11:05:00 AM", "2026-08-30T11:05:00"),
        ("08/30/2026 12:05:00 PM", "2026-08-30T12:05:00"),
        ("08/30/2026 20:00:00", "2026-08-30T20:00:00"),
        ("8/30/2026 9:05", "2026-08-30T09:05:00"),
        ("08-30-2026 20:00", "2026-08-30T20:00:00"),
        ("08-30-2026", "2026-08-30T00:00:00"),
        ("2026-08-30 20:00:01", "2026-08-30T20:00:01"),
        ("2026-08-30T20:00:01.250", "2026-08-30T20:00:01"),
        ("30/08/2026 20:00", None),
        ("14/11/22, 09:29:07", None),
        ("11/14/22, 2:48:05\u202fPM", "2022-11-14T14:48:05"),
        ("14.11.2022, 09:29:07", "2022-11-14T09:29:07"),
        ("14. 11. 2022 9:29", "2022-11-14T09:29:00"),
        ("2022/11/14 09:29:07", "2022-11-14T09:29:07"),
        ("14 Nov 2022 09:29", "2022-11-14T09:29:00"),
        ("14 de noviembre de 2022 a las 9:29", "2022-11-14T09:29:00"),
        ("14 novembre 2022 à 09:29", "2022-11-14T09:29:00"),
        ("Tuesday, September 8, 2026 at 12:05 PM", "2026-09-08T12:05:00"),
        ("Apr 07, 2026 09:58 AM PDT", "2026-04-07T16:58:00+00:00"),
        ("02/30/2026 20:00", None),
        ("08/30-2026 20:00", None),
        ("08/30/2026 20:00 PM", None),
        ("08/30/2026 25:00", None),
        ("2026-08-30T20:00:01Z", "2026-08-30T20:00:01+00:00"),
        ("2026-08-30T20:00:01-04:00", "2026-08-31T00:00:01+00:00"),
        ("2026-08-30 20:00:01 XYZ", None),
        ("Marble 28, 2020 08:07", None),
        ("Mar 28, 2020 08:0", None),
        ("01/01/0001 00:00", None),
        ("12/31/9999 23:59", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_every_form_of_a_date(text: str, meant: str | None) -> None:
    found = wall_time(text)

    assert (found and found.isoformat()) == meant


def test_a_date_alone_is_not_a_time_of_joining() -> None:
    assert wall_time("08-30-2026", needs_clock=True) is None


@pytest.mark.parametrize(
    ("cell", "normal"),
    [
        ("Ann.Alder@Example.ORG", "ann.alder@example.org"),
        ("a..b@example.jp", "a..b@example.jp"),
        ("ann@localhost", "ann@localhost"),
        ("ann", None),
        ("ann@b@example.org", None),
        ("ann alder@example.org", None),
        ("@example.org", None),
        (None, None),
    ],
)
def test_addresses(cell: str | None, normal: str | None) -> None:
    assert address(cell) == normal
