"""`jam past import`, by its real entry point."""

from __future__ import annotations

from pathlib import Path

import pytest

from jam.schedule.models import Program
from tests.archive.files import FILES, zipped
from tests.commands import Runner
from tests.rows import every_row


@pytest.fixture
def past(tmp_path: Path) -> str:
    path = tmp_path / "past.zip"
    path.write_bytes(zipped())
    return str(path)


def test_a_dry_run_says_all_and_changes_nothing(jam: Program, runner: Runner, past: str) -> None:
    before = every_row()
    ended = runner("past", "import", past, "--program", "jam", "--dry-run")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        "Saturday, March 28, 2020, satRdays DC (Workforce Solutions Jam): new",
        "Monday, September 22, 2025, Paid to stay (Workforce Solutions Jam): new",
        "Tuesday, October 21, 2025, Grow your own (Workforce Solutions Jam): new",
        "past/sessions.csv: list of sessions",
        "past/people 2025-09-22.csv: list of registrants of “Paid to stay”, new: 2 people, 2 registrations",
        "  Line 4 is left out: “nobody” does not look like an e-mail address. Check it for a typing slip.",
        "past/october.csv: list of registrants, new: 1 person, 2 registrations",
        "  Line 4 is left out: No session fits what this line says of its session.",
        "past/1.csv: attendee report of “satRdays DC”, new: 491 people, 469 registrations, 477 attendances",
        "  4 entries without an address are left for you to decide on the session's page.",
        "past/2.csv: attendee report of “Paid to stay”, new: 2 people, 1 registration, 2 attendances",
        "  1 entry without an address is left for you to decide on the session's page.",
        "Nothing was changed.",
    ]
    assert every_row() == before


def test_it_imports_once(jam: Program, runner: Runner, past: str) -> None:
    ended = runner("past", "import", past)
    assert ended.status == 0
    assert ended.out.splitlines()[-1] == (
        "New: 3 sessions, 496 people, 474 registrations. 2 reports were read in."
    )
    before = every_row()
    again = runner("past", "import", past)
    assert again.out.splitlines()[-1] == "New: 0 sessions, 0 people, 0 registrations. 0 reports were read in."
    assert every_row() == before


def test_each_mistake_is_one_line_and_nothing_is_imported(
    jam: Program, runner: Runner, tmp_path: Path
) -> None:
    files = {
        "sessions.csv": b"date,title,levers\n2025-01-21,Peers,Hope\nsoon,Pay,\n",
        "list.csv": b"email\nann@example.org\n",
    }
    (tmp_path / "past.zip").write_bytes(zipped(files))
    before = every_row()
    ended = runner("past", "import", str(tmp_path / "past.zip"))
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.splitlines() == [
        "sessions.csv, line 3: “soon” is not a date. Write it like 2024-03-19.",
        "list.csv: No session fits its date or its name. Choose its session, or leave it out.",
        "“Hope” (of “Peers”) is no lever that Jam knows.",
    ]
    assert every_row() == before


def test_what_is_not_there_is_said(jam: Program, runner: Runner, past: str, tmp_path: Path) -> None:
    (tmp_path / "broken.zip").write_bytes(zipped()[:500])
    broken = "This ZIP is damaged and cannot be opened. Pack the files again.\n"
    assert [
        (ended.status, ended.err)
        for ended in (
            runner("past", "import", past, "--program", "nowhere"),
            runner("past", "import", "/nowhere.zip"),
            runner("past", "import", str(tmp_path / "broken.zip")),
        )
    ] == [
        (2, "There is no program “nowhere”. It is the last part of the program's address.\n"),
        (2, "There is no file /nowhere.zip. Check its name and folder.\n"),
        (2, broken),
    ]


def test_the_files_say_what_they_are(jam: Program, runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "sessions.csv").write_bytes(FILES["past/sessions.csv"])
    assert runner("past", "import", str(tmp_path / "sessions.csv")).out.splitlines()[-1] == (
        "New: 3 sessions, 0 people, 0 registrations. 0 reports were read in."
    )
