"""The real reports of meetings: their figures, and the same figures by a short script that knows nothing of Jam."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import pytest
from sqlalchemy.orm import Session, scoped_session

from jam.attendance.actions import import_report
from jam.attendance.figures import figures
from jam.attendance.queries import entries, summary
from jam.attendance.reading import read
from jam.attendance.reconcile import reconcile
from jam.base.database import db
from tests import makers
from tests.attendance.files import DATA
from tests.attendance.test_requests import adds_up
from tests.clients import Client

TEAMS = DATA / "teams_utf16be_2022-11-14.csv"
ZOOM_MEETING = DATA / "zoom_meeting_two_block_001.csv"


def teams_by_hand(path: Path) -> tuple[int, float, float, int]:
    """People, minutes, median and peak of the table of stays, second by second."""
    lines = path.read_bytes().decode("utf-16").splitlines()
    stays = lines[lines.index(next(line for line in lines if line.startswith("3."))) + 2 :]
    there: dict[str, set[int]] = {}
    for line in stays:
        cells = line.split("\t")
        if len(cells) < 5:
            continue
        join, leave = (
            int(datetime.strptime(cell, "%d/%m/%y, %H:%M:%S").replace(tzinfo=UTC).timestamp())
            for cell in cells[1:3]
        )
        there.setdefault(cells[4].lower(), set()).update(range(join, leave))
    seconds = [len(each) for each in there.values()]
    most = max(
        sum(second in each for each in there.values())
        for each in there.values()
        for second in list(each)[::30]
    )
    return len(there), round(sum(seconds) / 60, 2), round(median(seconds) / 60, 2), most


def zoom_by_hand(path: Path) -> tuple[int, int, int, float]:
    """People with an address, without one, their minutes and the median of the table of participants."""
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    start = next(n for n, cells in enumerate(rows) if cells and cells[0].startswith("Name (Original"))
    people = [cells for cells in rows[start + 1 :] if cells]
    known = {cells[1].lower(): int(cells[2]) for cells in people if cells[1]}
    nameless = {re.sub(r"\s+", " ", cells[0]).lower() for cells in people if not cells[1]}
    return len(known), len(nameless), sum(known.values()), float(median(known.values()))


def test_the_real_teams_report_in_utf_16_be() -> None:
    found = figures(read(TEAMS.read_bytes()), "Europe/Brussels")
    assert (found.attendees, found.attendee_minutes, found.median_minutes, found.peak) == teams_by_hand(TEAMS)
    assert (found.attendees, found.attendee_minutes, found.median_minutes, found.peak) == (
        7,
        128.83,
        19.32,
        7,
    )
    assert (found.people, found.undecided, found.registrants) == (7, 0, None)
    assert found.platform.viewers == 7
    assert found.platform.average_seconds == 18 * 60 + 24


def test_the_real_zoom_meeting_with_totals_alone() -> None:
    found = figures(read(ZOOM_MEETING.read_bytes()), "America/New_York")
    by_hand = (found.attendees, found.undecided, found.attendee_minutes, found.median_minutes)
    assert by_hand == zoom_by_hand(ZOOM_MEETING)
    assert by_hand == (6, 4, 384.0, 64.5)
    # Nobody knows when they were there, so nobody knows how many at once.
    assert found.peak is None
    assert found.platform.viewers == 170


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("path", "starts", "zone", "people", "minutes", "peak"),
    [
        (TEAMS, "2022-11-14 08:30", "Europe/Brussels", 7, 128.83, 7),
        (ZOOM_MEETING, "2020-09-24 15:35", "America/New_York", 6, 384.0, None),
    ],
)
def test_the_session_shows_the_same_and_its_sum_adds_up(
    db_session: scoped_session[Session], path: Path, starts: str, zone: str, people: int, minutes: float, peak: int | None
) -> None:  # fmt: skip
    event = makers.event(title="A real one", starts_at=makers.utc(starts))
    import_report(event, path.read_bytes(), zone, by="command")
    db.session.commit()
    found, reconciled = summary(event), reconcile(event)
    assert found is not None
    assert reconciled is not None
    assert (found.attendees, found.minutes, found.peak) == (people, minutes, peak)
    assert adds_up(event) == people


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_entries_without_an_address_explain_their_part_of_the_sum(
    db_session: scoped_session[Session], client: Client
) -> None:
    event = makers.event(title="A real one", starts_at=makers.utc("2020-09-24 15:35"))
    import_report(event, ZOOM_MEETING.read_bytes(), "America/New_York", by="command")
    db.session.commit()
    reconciled = reconcile(event)
    assert reconciled is not None
    assert [(term.words, term.shown) for term in reconciled.terms] == [
        ("The platform says", "170"),
        ("Entries without an address", "−4"),
        ("What its own lines show otherwise", "−160"),
        ("Addresses on the lines of attendees", "6"),
        ("People in the audience", "6"),
    ]
    makers.sign_in(client)
    [john] = [each for each in entries(event) if each.name == "John Lennon"]
    page = client.get(f"/desk/sessions/{event.slug}/attendance/entry/{john.row_id}").text
    assert '<td class="number" data-label="Time there">70 min</td>' in page
