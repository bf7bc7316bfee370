"""What a report says by itself: people and time, one odd person at a time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from jam.attendance.figures import ReportFigures, as_json, figures, other_date
from jam.attendance.reading import read
from jam.attendance.reading.found import PlatformFigures
from jam.base.errors import Refused
from tests.attendance.files import (
    HEAD_2020,
    INVENTED_2025,
    INVENTED_2026,
    came,
    dialed,
    missed,
    report_2020,
    spoke,
)

EASTERN = "America/New_York"


def counted(*attendees: str, panelists: str = "", others: str = "", head: str = HEAD_2020) -> ReportFigures:
    return figures(
        read(report_2020(*attendees, panelists=panelists, others=others, head=head).encode()), EASTERN
    )


def test_a_small_report_whole() -> None:
    result = counted(
        came("Ann", "13:00:00", "13:30:00", 30),
        came("Bo", "13:00:00", "13:50:30", 51),
        missed("Cy"),
        panelists=spoke("Di", "12:58:00", "14:00:00"),
    )

    assert as_json(result) == {
        "attendees": 2,
        "registrants": 3,
        "no_shows": 1,
        "panelists": 1,
        "panelists_also_attendees": 0,
        "people": 4,
        "attendee_minutes": 80.5,
        "median_minutes": 40.25,
        "peak": 2,
        "undecided": 0,
        "platform": {"registered": 3, "viewers": 2},
        "differences": [],
    }


def test_time_in_overlapping_stretches_counts_once() -> None:
    result = counted(
        came("Ann", "13:00:00", "13:30:00", 30),
        came("Ann", "13:20:00", "13:40:00", 20),
        came("Ann", "13:50:00", "14:00:00", 10),
    )

    assert (result.attendees, result.attendee_minutes, result.peak) == (1, 50.0, 1)


def test_an_address_in_another_case_is_the_same_person() -> None:
    shouting = came("Ann", "13:20:00", "13:40:00", 20).replace("ann@example.org", " ANN@Example.ORG ")
    result = counted(came("Ann", "13:00:00", "13:30:00", 30), shouting)

    assert (result.attendees, result.registrants, result.attendee_minutes) == (1, 1, 40.0)


def test_a_leave_before_the_join_is_unknown_time_and_still_a_person_who_came() -> None:
    result = counted(came("Ann", "13:00:00", "13:30:00", 30), came("Bo", "13:30:00", "13:00:00", -30))

    assert (result.attendees, result.attendee_minutes, result.median_minutes, result.peak) == (
        2,
        30.0,
        30.0,
        1,
    )


def test_a_backward_stretch_does_not_hide_the_good_one() -> None:
    result = counted(came("Bo", "13:30:00", "13:00:00", -30), came("Bo", "13:10:00", "13:20:00", 10))

    assert (result.attendees, result.attendee_minutes, result.median_minutes) == (1, 10.0, 10.0)


def test_when_no_time_is_known_nothing_is_said_about_time() -> None:
    result = counted(came("Bo", "13:30:00", "13:00:00", -30))

    assert (result.attendees, result.attendee_minutes, result.median_minutes, result.peak) == (
        1,
        None,
        None,
        None,
    )


def test_nobody_came() -> None:
    result = counted(missed("Ann"))

    assert (result.attendees, result.no_shows, result.people) == (0, 1, 1)
    assert (result.attendee_minutes, result.median_minutes, result.peak) == (0.0, None, 0)


def test_a_no_show_line_beside_a_stay_is_no_no_show() -> None:
    result = counted(missed("Ann"), came("Ann", "13:00:00", "13:30:00", 30), missed("Bo"))

    assert (result.attendees, result.registrants, result.no_shows) == (1, 2, 1)


def test_an_attendee_upgraded_to_panelist_is_one_person_with_all_their_time() -> None:
    result = counted(
        came("Ann", "13:00:00", "13:10:00", 10).replace("approved", "upgraded to panelist"),
        panelists=spoke("Ann", "13:10:00", "13:40:00") + spoke("Di", "13:00:00", "14:00:00"),
    )

    assert (result.attendees, result.panelists, result.panelists_also_attendees, result.people) == (
        1,
        2,
        1,
        3,
    )
    assert (result.attendee_minutes, result.peak) == (40.0, 1)


def test_a_registrant_who_came_only_as_a_panelist_is_neither_attendee_nor_no_show() -> None:
    result = counted(missed("Di"), missed("Bo"), panelists=spoke("Di", "13:00:00", "14:00:00"))

    assert (result.attendees, result.registrants, result.no_shows, result.panelists) == (0, 2, 1, 1)


def test_people_without_an_address_are_counted_by_name() -> None:
    result = counted(
        came("Guest", "13:00:00", "13:30:00").replace('"guest@example.org"', '""'),
        others=dialed("15555550123", "1:00 PM", "1:10 PM")
        + dialed("15555550123", "1:12 PM", "1:40 PM")
        + dialed("iPhone ", "1:12 PM", "1:40 PM")
        + dialed("IPHONE", "1:45 PM", "1:50 PM")
        + dialed("", "1:12 PM", "1:40 PM")
        + dialed("", "1:15 PM", "1:40 PM"),
    )

    assert result.undecided == 5
    assert (result.attendees, result.people, result.peak) == (0, 1, 0)


def test_the_layouts_of_2025_and_2026() -> None:
    padded = figures(read(INVENTED_2025.read_bytes()), EASTERN)
    newest = figures(read(INVENTED_2026.read_bytes()), EASTERN)

    assert padded == ReportFigures(
        attendees=1,
        registrants=2,
        no_shows=1,
        panelists=0,
        panelists_also_attendees=0,
        people=2,
        attendee_minutes=50.0,
        median_minutes=50.0,
        peak=1,
        undecided=1,
        platform=PlatformFigures(registered=2, viewers=1, total_users=3, peak=1),
        differences=(),
    )
    assert newest == ReportFigures(
        attendees=2,
        registrants=None,
        no_shows=None,
        panelists=0,
        panelists_also_attendees=0,
        people=3,
        attendee_minutes=75.0,
        median_minutes=37.5,
        peak=2,
        undecided=1,
        platform=PlatformFigures(registered=0, viewers=2, total_users=4, peak=None),
        differences=(),
    )


def test_what_the_head_does_not_say_is_no_difference() -> None:
    result = counted(
        came("Ann", "13:00:00", "13:30:00", 30), head=HEAD_2020.replace("65,3,0,2,5,2", "65,,,,,")
    )

    assert result.platform == PlatformFigures()
    assert result.differences == ()


def test_every_difference_is_said_in_a_sentence() -> None:
    result = counted(
        came("Ann", "13:00:00", "13:30:00", 30), head=HEAD_2020.replace("65,3,0,2,5,2", '65,"1,204",0,2,5,2')
    )

    assert result.differences == (
        "The head of the report counts 1,204 registrations; its lines show 1.",
        "The head of the report counts 2 viewers; its lines show 1 attendee with an address.",
        "The head of the report gives a peak of 2; its lines give 1.",
    )


def test_the_night_the_clocks_change_is_an_hour_longer() -> None:
    night = came("Ann", "00:30:00", "02:30:00", 180, day="Nov 1, 2026")

    assert counted(night).attendee_minutes == 180.0
    report = read(report_2020(night).encode())
    assert figures(report, "America/Phoenix").attendee_minutes == 120.0


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(Refused):
        figures(read(report_2020(came("Ann", "13:00:00", "13:30:00", 30)).encode()), "Mars/Olympus")


def test_a_report_of_another_date_is_said() -> None:
    report = read(report_2020().encode())

    assert other_date(report, EASTERN, datetime(2026, 10, 20, 17, tzinfo=UTC)) is None
    assert other_date(report, EASTERN, datetime(2026, 10, 21, 3, 30, tzinfo=UTC)) is None
    assert (
        other_date(report, EASTERN, datetime(2026, 12, 15, 18, tzinfo=UTC))
        == "The report is of Tuesday, October 20, 2026; the session is on Tuesday, December 15, 2026."
    )


def test_a_session_just_after_midnight_is_the_report_of_the_evening_before() -> None:
    report = read(report_2020(head=HEAD_2020.replace("Oct 20, 2026 12:55", "Oct 20, 2026 23:55")).encode())

    assert other_date(report, EASTERN, datetime(2026, 10, 21, 4, 5, tzinfo=UTC)) is None
