"""Cells with line breaks in them: read where the quotation marks pair up, never trusted where a torn line may have swallowed
its neighbors."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from jam.attendance.reading import UnknownColumns, read
from jam.attendance.reading.found import Report
from jam.base.errors import Refused
from tests.attendance.files import dialed, report_2020


def lines_of(report: Report) -> list[tuple[int, str | None, str | None, int]]:
    return [(row.line, row.name, row.email_norm, row.span) for row in report.rows]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_name_and_an_address_with_line_breaks(end: str) -> None:
    table = (
        'Name,Email,Minutes\n"Ann\nLee",ann@example.org,30\nBo,"bo@example.org\n",20\nCy,cy@example.org,10\n'
    )
    report = read(table.replace("\n", end).encode())
    assert lines_of(report) == [
        (2, "Ann Lee", "ann@example.org", 2),
        (4, "Bo", "bo@example.org", 2),
        (6, "Cy", "cy@example.org", 1),
    ]
    assert report.refused == ()


def test_a_name_with_a_line_break_in_a_webinar_report() -> None:
    ann = (
        '"Yes","Ann\nMarie","Lee, PhD","ann@example.org","Oct 1, 2026 09:00:00","approved",'
        '"Oct 20, 2026 13:00:00","Oct 20, 2026 13:30:00","30","Canada"\n'
    )
    report = read(report_2020(ann).encode())
    assert [(row.name, row.span) for row in report.rows if row.email_norm == "ann@example.org"] == [
        ("Ann Marie Lee, PhD", 2)
    ]
    assert report.refused == ()


@pytest.mark.parametrize(
    "table",
    [
        # The last quotation mark never closes.
        '"Ann Le\nBo,bo@example.org,20\nCy,cy@example.org,10\n',
        # It closes where another name begins.
        '"Ann Le\nBo,bo@example.org,20\n"Cy",cy@example.org,10\n',
        # It closes at the end of a cell, and the record has as many cells as the table.
        '"Ann Le\nBo,bo@example.org,20\nCy",cy@example.org,10\n',
    ],
)
def test_a_torn_line_swallows_nobody(table: str) -> None:
    report = read(b"Name,Email,Minutes\n" + table.encode())
    assert [row.email_norm for row in report.rows] == ["bo@example.org", "cy@example.org"]
    assert [each.line for each in report.refused] == [2]


def test_a_torn_line_of_a_list_without_addresses_swallows_nobody() -> None:
    report = read(b'Name,Join time,Minutes\n"Ann Le\nBo,13:05,20\nCy",13:10,10\n', day=date(2026, 10, 20))
    assert ([row.line for row in report.rows], [each.line for each in report.refused]) == ([3, 4], [2])


def test_a_torn_line_above_the_names_of_columns_is_no_title() -> None:
    report = read(b'"Ann\nName,Email,Minutes\nBo,bo@example.org,20\n')
    assert ([row.name for row in report.rows], [each.line for each in report.refused]) == (["Bo"], [1])


def test_column_names_that_have_run_into_a_person_are_none() -> None:
    with pytest.raises(Refused):
        read(b"Name (Original Name),User Email,Join Time,Leave Ann,ann@exampl")


def test_torn_names_of_columns_swallow_no_telephone() -> None:
    torn = report_2020(
        others=dialed("Dial in", "1:05 PM", "1:10 PM") + dialed("Dial two", "1:06 PM", "1:11 PM")
    )
    at = torn.index("Time in Session", torn.index("Other Attended"))
    report = read((torn[:at] + '"' + torn[at:]).encode())
    last = torn.count("\n")
    assert {row.line for row in report.rows} | {each.line for each in report.refused} >= {last - 1, last}


def test_names_of_columns_with_line_breaks() -> None:
    table = (
        'Jam sign-in\nName,"E-mail\naddress","Time\nin","Time\nout"\n"Ann\nLee",ann@example.org,13:00,13:40\n'
    )
    report = read(table.encode(), day=date(2026, 10, 20))
    assert lines_of(report) == [(6, "Ann Lee", "ann@example.org", 2)]
    assert report.rows[0].leave_wall == datetime(2026, 10, 20, 13, 40)  # noqa: DTZ001 - a wall time
    assert report.refused == ()


def test_names_of_columns_with_line_breaks_that_say_nothing_are_asked_for() -> None:
    with pytest.raises(UnknownColumns) as asked:
        read(b'Wer,"Wie\nlange",Wo\nAnn,30,hier\nBo,20,dort\n')
    assert (asked.value.header.cells, asked.value.header.below) == (
        ["Wer", "Wie lange", "Wo"],
        [["Ann", "30", "hier"], ["Bo", "20", "dort"]],
    )
    known = {asked.value.header.fingerprint: {"name": 0, "duration": 1}}
    report = read(b'Wer,"Wie\nlange",Wo\nAnn,30,hier\nBo,20,dort\n', known=known)
    assert [(row.line, row.name, row.seconds) for row in report.rows] == [(3, "Ann", 1800), (4, "Bo", 1200)]


def test_a_torn_line_of_names_alone_swallows_nobody() -> None:
    report = read(b'Name,Minutes\n"Ann,\nBo,\nCy",5\nDi,6\n')
    assert {row.line for row in report.rows} | {each.line for each in report.refused} == {2, 3, 4, 5}
