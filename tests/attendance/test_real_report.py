"""The one real webinar report: its figures, and the same figures computed a second way without Jam."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import UTC, datetime
from statistics import median

import pytest

from jam.attendance.actions import decide, import_report
from jam.attendance.figures import as_json, figures
from jam.attendance.queries import entries, entry_of
from jam.attendance.reading import read
from jam.attendance.reading.found import PlatformFigures, Section
from jam.attendance.reconcile import reconcile
from jam.base.database import db
from jam.schedule.models import Event
from tests import makers
from tests.attendance.files import REAL_2020
from tests.attendance.test_requests import adds_up

TITLES = ("Host Details", "Panelist Details", "Attendee Details", "Other Attended")


def test_the_figures_of_the_real_report() -> None:
    assert as_json(figures(read(REAL_2020.read_bytes()), "America/New_York")) == {
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


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Kiritimati"])
def test_the_figures_do_not_depend_on_the_zone_of_a_day_without_a_change_of_clocks(zone: str) -> None:
    report = read(REAL_2020.read_bytes())

    assert figures(report, zone) == figures(report, "America/New_York")


def test_the_head_of_the_real_report() -> None:
    report = read(REAL_2020.read_bytes())

    assert (report.format, report.topic, report.webinar_id) == (
        "zoom-webinar",
        "satRdays DC 2020",
        "328-972-509",
    )
    assert report.starts_at_wall == datetime.fromisoformat("2020-03-28T08:07")
    assert report.generated_wall == datetime.fromisoformat("2020-04-09T20:50")
    assert report.platform == PlatformFigures(registered=461, viewers=446, total_users=991, peak=0)


def test_every_line_of_the_real_report_is_a_row() -> None:
    report = read(REAL_2020.read_bytes())
    by_section = {section: sum(row.section is section for row in report.rows) for section in Section}

    assert report.refused == ()
    assert by_section == {
        Section.HOST: 1,
        Section.PANELIST: 73,
        Section.ATTENDEE: 940,
        Section.OTHER: 4,
        Section.WAITING: 0,
    }
    first, last = report.rows[0], report.rows[-1]
    assert (first.line, first.email, first.minutes) == (7, "hostName_1@email.com", 548)
    assert (last.line, last.name, last.email, last.attended) == (1030, "userOther_4", None, None)
    assert sum(row.approval == "upgraded to panelist" for row in report.rows) == 5


def test_the_figures_computed_a_second_way() -> None:
    """Second by second, with nothing but the csv module."""

    def clock(text: str) -> int:
        return int(datetime.strptime(text, "%b %d, %Y %H:%M:%S").replace(tzinfo=UTC).timestamp())

    section, lines = "", defaultdict(list)
    with REAL_2020.open(encoding="utf-8", newline="") as file:
        for cells in csv.reader(file):
            if cells[0] in TITLES:
                section = cells[0]
            elif section and cells[0] not in ("Attended", "User Name"):
                lines[section].append(cells)

    host = {cells[2] for cells in lines["Host Details"]}
    panelists = {cells[2] for cells in lines["Panelist Details"]}
    registrants = {cells[3] for cells in lines["Attendee Details"]}
    attendees = {cells[3] for cells in lines["Attendee Details"] if cells[0] == "Yes"}
    seconds: dict[str, set[int]] = {email: set() for email in attendees}
    naive_minutes = 0
    stays = [(c[3], c[6], c[7], c[8]) for c in lines["Attendee Details"] if c[0] == "Yes"]
    stays += [(c[2], c[3], c[4], c[5]) for c in lines["Panelist Details"]]
    for email, join, leave, minutes in stays:
        if email in attendees:
            seconds[email].update(range(clock(join), clock(leave)))
            naive_minutes += int(minutes)
    at_once: dict[int, int] = defaultdict(int)
    for present in seconds.values():
        for second in present:
            at_once[second] += 1

    result = figures(read(REAL_2020.read_bytes()), "America/New_York")
    assert (len(attendees), len(registrants)) == (result.attendees, result.registrants) == (455, 469)
    assert len(registrants - attendees - panelists) == result.no_shows == 14
    assert (len(panelists), len(panelists & attendees)) == (31, 10)
    assert (result.panelists, result.panelists_also_attendees) == (31, 10)
    assert len(attendees | panelists | host) == result.people == 477
    assert round(sum(map(len, seconds.values())) / 60, 2) == result.attendee_minutes == 64751.55
    assert round(median(map(len, seconds.values())) / 60, 2) == result.median_minutes == 69.03
    assert max(at_once.values()) == result.peak == 177
    assert len({cells[0] for cells in lines["Other Attended"]}) == result.undecided == 4
    assert naive_minutes == 66262


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_sum_from_446_viewers_to_455_people_adds_up(real_event: Event) -> None:
    import_report(real_event, REAL_2020.read_bytes(), "America/New_York", by="command")
    db.session.commit()
    found = reconcile(real_event)
    assert found is not None
    assert [(term.words, term.shown) for term in found.terms] == [
        ("The platform says", "446"),
        ("What its own lines show otherwise", "+9"),
        ("Addresses on the lines of attendees", "455"),
        ("People in the audience", "455"),
    ]
    assert found.sentence == (
        "The platform says 446 viewers; Jam counts 455 people in the audience. Not counted: 4 entries wait for a decision."
    )
    first, second, third, fourth = entries(real_event)
    decide(real_event, entry_of(real_event, first.row_id)[1][0], makers.person(), by="command")  # type: ignore[index]
    for entry in (second, third):
        decide(real_event, entry_of(real_event, entry.row_id)[1][0], None, by="command", head=True)  # type: ignore[index]
    decide(real_event, entry_of(real_event, fourth.row_id)[1][0], None, by="command")  # type: ignore[index]
    db.session.commit()
    assert adds_up(real_event) == 456
    found = reconcile(real_event)
    assert found is not None
    assert found.sentence == (
        "The platform says 446 viewers; Jam counts 456 people in the audience and 2 unknown heads. Not counted: 1 entry is "
        "set aside."
    )
    assert (found.terms[-1].words, found.terms[-1].shown) == ("Heads in all", "458")
