"""The Zoom webinar report, layout by layout and damage by damage."""

from __future__ import annotations

import csv
from datetime import datetime

import pytest

from jam.attendance.reading import read
from jam.attendance.reading.found import PlatformFigures, RefusedRow, Section
from tests.attendance.files import (
    ATTENDEES_2020,
    HEAD_2020,
    INVENTED_2025,
    INVENTED_2026,
    came,
    dialed,
    missed,
    report_2020,
    spoke,
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_the_layout_of_2025_with_padding_questions_and_an_answer_on_two_lines() -> None:
    report = read(INVENTED_2025.read_bytes())
    _host, ann, again, bo, phone = report.rows

    assert report.refused == ()
    assert (report.topic, report.webinar_id) == ("Paid to stay", "847 5984 1045")
    assert report.starts_at_wall == at("2025-09-22T12:50")
    assert report.platform == PlatformFigures(registered=2, viewers=1, total_users=3, peak=1)
    assert [row.line for row in report.rows] == [7, 12, 14, 15, 18]
    assert (ann.name, ann.first_name, ann.last_name) == ("Ann (Ann Alder)", "Ann", "Alder")
    assert (ann.email, ann.email_norm) == ("Ann@Example.org", "ann@example.org")
    assert (ann.join_wall, ann.leave_wall) == (at("2025-09-22T13:00"), at("2025-09-22T13:30"))
    assert (ann.registered_wall, ann.approval) == (at("2025-09-01T08:00"), "approved")
    assert ann.answers == {
        'Which "lever", if any, do you use?': 'Pay, mostly and "hope"',
        "Job Title": "Nurse",
    }
    assert (again.name, again.registered_wall, again.answers) == ("Ann on her phone", None, {})
    assert (bo.attended, bo.name, bo.join_wall, bo.minutes, bo.country) == (
        False,
        "Bo Birch",
        None,
        None,
        None,
    )
    assert (phone.section, phone.attended, phone.name, phone.email) == (
        Section.OTHER,
        None,
        "15555550123",
        None,
    )


def test_the_layout_of_2026_without_registration() -> None:
    report = read(INVENTED_2026.read_bytes())

    assert report.generated_wall == at("2026-08-31T14:31:08")
    assert report.platform == PlatformFigures(registered=0, viewers=2, total_users=4, peak=None)
    assert not report.lists_registrants
    assert [(row.line, row.name, row.email, row.answers) for row in report.rows] == [
        (7, "Hana Host", "hana@example.org", {}),
        (10, "Ann", "ann@example.org", {}),
        (11, "Bo", "bo@example.org", {}),
        (12, "Guest", None, {}),
    ]


def test_column_names_in_another_case_and_order_are_found() -> None:
    text = (
        "ATTENDEE REPORT\nattendee details\n"
        "email,leave time,join time,ATTENDED,First name\n"
        "ann@example.org,10/20/2026 13:30,10/20/2026 13:00,yes,Ann\n"
    )
    (row,) = read(text.encode()).rows

    assert (row.attended, row.name, row.join_wall, row.leave_wall) == (
        True,
        "Ann",
        at("2026-10-20T13:00"),
        at("2026-10-20T13:30"),
    )


def test_two_questions_with_the_same_words_keep_both_answers() -> None:
    text = (
        "Attendee Details\nAttended,Email,Join Time,Leave Time,Why?,Why?\n"
        "Yes,ann@example.org,10/20/2026 13:00,10/20/2026 13:30,pay,people\n"
    )

    assert read(text.encode()).rows[0].answers == {"Why?": "pay", "Why? (2)": "people"}


def test_a_missing_peak_is_unknown_and_not_zero() -> None:
    text = report_2020(head=HEAD_2020.replace(",2,5,2\n", ",2,5,\n"))

    assert read(text.encode()).platform == PlatformFigures(registered=3, viewers=2, total_users=5, peak=None)


def test_a_column_the_head_does_not_have_is_unknown() -> None:
    text = report_2020(head=HEAD_2020.replace(",Max Concurrent Views", "").replace(",2,5,2\n", ",2,5\n"))

    assert read(text.encode()).platform.peak is None


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Oct 20, 2026 12:55 PM", "2026-10-20T12:55"),
        ("Oct 19, 2026 12:55 PM", "2026-10-20T12:55"),
        ("Oct 20, 2026 01:00 PM", "2026-10-20T13:00"),
        ("", "2026-10-20T12:55"),
    ],
)
def test_the_day_of_the_start_is_the_day_the_host_joined(said: str, meant: str) -> None:
    text = report_2020(head=HEAD_2020.replace("Oct 20, 2026 12:55 PM", said))

    assert read(text.encode()).starts_at_wall == at(meant)


def test_a_panelist_named_like_a_title_is_a_row() -> None:
    text = report_2020(others=dialed("Host Details", "1:00 PM", "1:10 PM"))

    assert [(row.section, row.name) for row in read(text.encode()).rows][1:] == [
        (Section.OTHER, "Host Details")
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (
            '"Yes","Bo","Birch","bo@example.org","Oct 1, 2026 09:00:00"',
            "The line is cut short: it has 5 of 10 cells.",
        ),
        ('"Yes","Bo","Birch","bo@exam', "The line is cut short: it has 4 of 10 cells."),
        ('"Ye', "The line is cut short: it has 1 of 10 cells."),
        (
            '"Yes","Bo","Birch","bo@example.org",,,"Oct 20, 2026 13:00:00","Oct 20, 2026 13:3","30","Canada"',
            "The leave time “Oct 20, 2026 13:3” is not a date with a time of day that Jam can read.",
        ),
        (
            '"Yes","Bo","Birch","bo@example.org",,,"20/20/2026 13:00","20/20/2026 13:30","30","Canada"',
            "The join time “20/20/2026 13:00” is not a date with a time of day that Jam can read.",
        ),
        (
            "Yes,Bo,Birch,bo@example.org,,,Oct 20, 2026 13:00:00,Oct 20, 2026 13:30:00,30,Canada",
            "The line has 12 cells where the table has 10 columns.",
        ),
        (
            '"Perhaps","Bo","Birch","bo@example.org",,,"Oct 20, 2026 13:00:00",,,',
            "“Perhaps” stands where Yes or No should stand.",
        ),
        ('"Yes",,,,,,"--","--","--","--"', "The line holds neither a name nor an address nor a time."),
        ('"' + "x" * 200_000, "The line is too long or its quotation marks do not pair up."),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_with_its_number_and_costs_nobody_else(
    line: str, reason: str
) -> None:
    text = report_2020(
        came("Ann", "13:00:00", "13:30:00", 30),
        line + "\n",
        "\n",
        came("Cy", "13:00:00", "13:30:00", 30),
        others=dialed("Phone", "1:00 PM", "1:10 PM"),
    )
    report = read(text.encode())

    assert report.refused == (RefusedRow(13, reason),)
    assert [(row.line, row.name) for row in report.rows] == [
        (7, "Hana Host"),
        (12, "Ann Example"),
        (15, "Cy Example"),
        (18, "Phone"),
    ]


def test_a_line_cut_in_a_name_of_a_table_without_quotes_does_not_swallow_the_rest() -> None:
    text = INVENTED_2026.read_text().replace("Yes,Ann,ann@example.org", 'Yes,"Ann')
    report = read(text.encode())

    assert [row.line for row in report.refused] == [10]
    assert [row.name for row in report.rows] == ["Hana Host", "Bo", "Guest"]


def test_a_name_cut_in_the_table_of_others_does_not_merge_two_people() -> None:
    text = report_2020(others='"Pho\n' + dialed("Tablet", "1:00 PM", "1:10 PM"))
    report = read(text.encode())

    assert [(row.line, row.reason) for row in report.refused] == [
        (14, "The line is cut short: it has 1 of 5 cells.")
    ]
    assert [(row.line, row.name) for row in report.rows[1:]] == [(15, "Tablet")]


def test_an_answer_cut_in_a_padded_table_does_not_swallow_the_next_line() -> None:
    text = INVENTED_2025.read_text().replace(',"Pay, mostly\nand ""hope""",Nurse,United States,', ',"Pay, mo')
    report = read(text.encode())

    assert report.refused == ()
    assert [(row.line, row.name) for row in report.rows] == [
        (7, "Hana Host"),
        (12, "Ann (Ann Alder)"),
        (13, "Ann on her phone"),
        (14, "Bo Birch"),
        (17, "15555550123"),
    ]


def test_column_names_cut_inside_quotes_do_not_swallow_the_rows_below() -> None:
    text = INVENTED_2025.read_text().replace('do you use?",Job Title,Country/Region Name,', "do you us")
    report = read(text.encode())

    assert [row.line for row in report.rows] == [7, 12, 18]
    assert [row.line for row in report.refused] == [13, 14, 15]


def test_lines_of_a_table_that_is_not_known_are_refused_and_not_taken_for_attendees() -> None:
    text = report_2020(came("Ann", "13:00:00", "13:30:00", 30)) + (
        "Lobby Details,\nUser Name,Email,Join Time,Leave Time\nBo,bo@example.org,10/20/2026 12:00,10/20/2026 12:30\n"
    )
    report = read(text.encode())

    assert [row.name for row in report.rows] == ["Hana Host", "Ann Example"]
    assert report.refused == (
        RefusedRow(15, "The line is cut short: it has 2 of 5 cells."),
        RefusedRow(17, "The line stands in a table that Jam does not know."),
    )


def test_rows_before_the_column_names_are_refused() -> None:
    text = HEAD_2020 + "Attendee Details,\n" + came("Ann", "13:00:00", "13:30:00") + ATTENDEES_2020
    report = read(text.encode())

    assert report.refused == (RefusedRow(9, "The line stands in a table that Jam does not know."),)


def test_every_line_with_something_in_it_is_a_row_or_refused() -> None:
    lines = [
        came("Ann", "13:00:00", "13:30:00", 30),
        '"\n',
        '"",\n',
        "x" * 5000 + "\n",
        "\x07,,,\n",
        missed("Bo"),
    ]
    report = read(report_2020(*lines, panelists=spoke("Cy", "13:00:00", "13:10:00")).encode())

    assert [row.line for row in report.rows] == [7, 10, 13, 18]
    assert [row.line for row in report.refused] == [16, 17]


def test_a_long_report_is_read_in_little_time() -> None:
    report = read(report_2020(*(came(f"P{n}", "13:00:00", "13:30:00", 30) for n in range(20_000))).encode())

    assert len(report.rows) == 20_001
    assert csv.field_size_limit() == 131_072
