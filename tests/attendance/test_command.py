"""`jam attendance import`, by its real entry point."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from jam.attendance import queries
from jam.attendance.models import AttendanceReport, AttendanceRow
from jam.base.database import db
from jam.schedule.models import Event
from tests.attendance.files import REAL_2020, came, report_2020
from tests.commands import Runner

REAL = {
    "session": "jam-2020-03-28",
    "format": "zoom-webinar",
    "timezone": "America/New_York",
    "new_rows": 1018,
    "rows_read": 1018,
    "rows_refused": [],
    "attendees": 455,
    "registrants": 469,
    "no_shows": 14,
    "panelists": 31,
    "panelists_also_attendees": 10,
    "people": 477,
    "attendee_minutes": 64751.55,
    "median_minutes": 69.03,
    "peak": 177,
    "undecided": 4,
    "platform": {"registered": 461, "viewers": 446},
    "differences": [
        "The head of the report counts 461 registrations; its lines show 469.",
        "The head of the report counts 446 viewers; its lines show 455 attendees with an address.",
        "The head of the report gives a peak of 0; its lines give 177.",
    ],
}


def rows() -> int:
    return db.session.scalar(select(func.count()).select_from(AttendanceRow)) or 0


def test_the_real_report_twice(real_event: Event, runner: Runner) -> None:
    first = runner("attendance", "import", real_event.slug, str(REAL_2020), "--json")
    assert (first.status, first.err) == (0, "")
    assert list(first.json.items()) == list(REAL.items())

    second = runner("attendance", "import", real_event.slug, str(REAL_2020), "--json")
    assert second.json == REAL | {"new_rows": 0}
    assert rows() == 1018
    found = queries.summary(real_event)
    assert found is not None
    assert (found.attendees, found.minutes, found.median, found.peak) == (455, 64751.55, 69.03, 177)
    assert db.session.scalars(select(AttendanceReport.file_name)).all() == [REAL_2020.name]


def test_a_dry_run_says_the_same_and_changes_nothing(real_event: Event, runner: Runner) -> None:
    said = runner("attendance", "import", real_event.slug, str(REAL_2020), "--dry-run", "--json")
    assert (said.status, said.json) == (0, REAL)
    assert rows() == 0


def test_in_words(event: Event, runner: Runner, tmp_path: Path) -> None:
    text = report_2020(came("Ann", "12:00:00", "12:20:00"), "Yes,broken\n")
    (tmp_path / "report.csv").write_text(text)
    said = runner(
        "attendance", "import", event.slug, str(tmp_path / "report.csv"), "--timezone", "America/Chicago"
    )
    assert said.err == ""
    assert said.out.splitlines() == [
        "Grow your own (jam-2026-10-20), times read as America/Chicago",
        "2 lines read, 2 new lines.",
        "  Attendees: 1",
        "  Registered: 1",
        "  Registered and did not come: 0",
        "  Panelists: 0",
        "  Panelists who were attendees too: 0",
        "  People in all, host and panelists included: 2",
        "  Minutes of attendees in all: 20.0",
        "  Minutes of the median attendee: 20.0",
        "  Most attendees at one moment: 1",
        "  Entries without an address, to decide on the desk: 0",
        "  Line 13 was refused: The line is cut short: it has 2 of 10 cells.",
        "  The head of the report counts 3 registrations; its lines show 1.",
        "  The head of the report counts 2 viewers; its lines show 1 attendee with an address.",
        "  The head of the report gives a peak of 2; its lines give 1.",
    ]


def test_a_report_of_another_day_is_said(event: Event, runner: Runner) -> None:
    said = runner("attendance", "import", event.slug, str(REAL_2020), "--json")
    assert said.json["new_rows"] == 1018
    assert said.json["differences"][-1] == (
        "The report is of Saturday, March 28, 2020; the session is on Tuesday, October 20, 2026."
    )


@pytest.mark.parametrize("options", [[], ["--json"], ["--dry-run"]])
def test_mistakes_end_with_one_line_and_change_nothing(
    event: Event, runner: Runner, tmp_path: Path, options: list[str]
) -> None:
    good, photo, folder = tmp_path / "good.csv", tmp_path / "photo.csv", tmp_path / "folder"
    good.write_text(report_2020(came("Ann", "13:00:00", "13:20:00")))
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    folder.mkdir()
    for words, sentence in {
        ("jam-1999-01-01", str(good)): "There is no session “jam-1999-01-01”.",
        (event.slug, str(good), "--timezone", "Mars/Crater"): "“Mars/Crater” is not a time zone",
        (event.slug, str(tmp_path / "none.csv")): "There is no file",
        (event.slug, str(folder)): "cannot be read",
        (event.slug, str(photo)): "This is a picture, not a report.",
    }.items():
        said = runner("attendance", "import", *words, *options)
        assert (said.status, said.out) == (2, "")
        assert sentence in said.err
        assert said.err.count("\n") == 1
    assert rows() == 0
