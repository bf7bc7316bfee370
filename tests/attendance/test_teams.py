"""The attendance reports of Microsoft Teams, of every kind and in other languages."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from jam.attendance.figures import as_json, figures, order_question
from jam.attendance.reading import read
from jam.attendance.reading.found import RefusedRow
from jam.attendance.reading.times import Order
from jam.base.zones import EASTERN

DAY = date(2026, 9, 22)
ENGLISH = """1. Summary
Meeting title\tPeer hour
Attended participants\t3
Start time\t9/22/26, 2:48:05\u202fPM
End time\t9/22/26, 4:01:00\u202fPM
Meeting duration\t1h 12m 55s
Average attendance time\t40m 2s

2. Participants
Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole
Ann Alder\t9/22/26, 2:48:05\u202fPM\t9/22/26, 4:00:00\u202fPM\t51m 55s\tann@example.org\tann@example.org\tOrganizer
Bo Birch (External)\t9/22/26, 3:00:00\u202fPM\t9/22/26, 3:30:00\u202fPM\t30m\t\tbo_example.net#EXT#@host.example\tPresenter
Cole, Cy (Unverified)\t9/22/26, 3:00:00\u202fPM\t9/22/26, 3:10:00\u202fPM\t10m

3. In-Meeting Activities
Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole
Ann Alder\t9/22/26, 2:48:05\u202fPM\t9/22/26, 3:30:00\u202fPM\t41m 55s\tann@example.org\tOrganizer
Ann Alder\t9/22/26, 3:50:00\u202fPM\t9/22/26, 4:00:00\u202fPM\t10m\tann@example.org\tOrganizer
Bo Birch (External)\t9/22/26, 3:00:00\u202fPM\t9/22/26, 3:30:00\u202fPM\t30m\tbo@example.net\tPresenter
Cole, Cy (Unverified)\t9/22/26, 3:00:00\u202fPM\t9/22/26, 3:10:00\u202fPM\t10m

4. Meeting Engagement
Name\tEngagement type\tTime
Ann Alder\tRaised hand\t9/22/26, 3:00:00\u202fPM
"""
GERMAN = """1. Zusammenfassung
Besprechungstitel\tFachrunde
Teilgenommen\t2
Startzeit\t22.09.26, 14:48:05
Endzeit\t22.09.26, 16:01:00
Dauer der Besprechung\t1 Std. 12 Min. 55 Sek.
Durchschnittliche Teilnahmezeit\t40 Min. 2 Sek.

2. Teilnehmende
Anzeige\tZuerst da\tZuletzt da\tWie lange\tPost\tTeilnehmer-ID (UPN)\tRolle
Ann Alder\t22.09.26, 14:48:05\t22.09.26, 16:00:00\t51 Min. 55 Sek.\tann@example.org\tann@example.org\tOrganisator

3. Aktivitäten in der Besprechung
Name\tBeitrittszeit\tVerlassenszeit\tDauer\tE-Mail\tRolle
Ann Alder\t22.09.26, 14:48:05\t22.09.26, 15:30:00\t41 Min. 55 Sek.\tann@example.org\tOrganisator
Ann Alder\t22.09.26, 15:50:00\t22.09.26, 16:00:00\t10 Min.\tann@example.org\tOrganisator
"""
OF_2021 = """Meeting Summary
Total Number of Participants\t2
Meeting Title\tPeer hour
Meeting Start Time\t9/22/2026, 2:48:05 PM
Meeting End Time\t9/22/2026, 4:01:00 PM
Meeting Id\t453adbad-3672-4bde-92d0-6be3049eb379

Full Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole\tParticipant ID (UPN)
Ann Alder\t9/22/2026, 2:48:05 PM\t9/22/2026, 3:30:00 PM\t41m 55s\tann@example.org\tOrganizer\tann@example.org
Ann Alder\t9/22/2026, 3:50:00 PM\t9/22/2026, 4:00:00 PM\t10m\tann@example.org\tOrganizer\tann@example.org
"""
OF_2020 = """Full Name\tUser Action\tTimestamp
Ann Alder\tJoined before\t9/22/2026, 2:48:05 PM
Bo Birch\tJoined\t9/22/2026, 2:50:00 PM
Ann Alder\tLeft\t9/22/2026, 3:30:00 PM
Ann Alder\tJoined\t9/22/2026, 3:50:00 PM
Ann Alder\tLeft\t9/22/2026, 4:00:00 PM
Cy Cole\tLeft\t9/22/2026, 3:00:00 PM
"""
LIVE = """SessionId,ParticipantId,FullName,UserAgent,UtcEventTimestamp,Action,Role
s1,p1,Ann Alder,Edge,9/22/2026 6:48:05 PM,Joined,Attendee
s1,p1,Ann Alder,Edge,9/22/2026 7:30:00 PM,Left,Attendee
s2,p2,,Chrome,9/22/2026 7:00:00 PM,Joined,Attendee
"""


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-8"])
def test_the_report_since_2022_takes_people_from_one_table_and_times_from_the_next(encoding: str) -> None:
    report = read(ENGLISH.encode(encoding), day=DAY)
    assert (report.format, report.topic) == ("teams", "Peer hour")
    assert (report.platform.viewers, report.platform.average_seconds) == (3, 2402)
    assert (report.starts_at_wall, report.refused) == (datetime.fromisoformat("2026-09-22T14:48:05"), ())
    assert [(row.line, row.name, row.email_norm) for row in report.rows] == [
        (11, "Ann Alder", "ann@example.org"),
        (12, "Bo Birch", "bo@example.net"),
        (13, "Cole, Cy", None),
        (17, "Ann Alder", "ann@example.org"),
        (18, "Ann Alder", "ann@example.org"),
        (19, "Bo Birch", "bo@example.net"),
        (20, "Cole, Cy", None),
    ]
    assert as_json(figures(report, EASTERN)) == {
        "attendees": 2, "registrants": None, "no_shows": None, "people": 2, "attendee_minutes": 81.92,
        "median_minutes": 40.96, "peak": 2, "undecided": 1, "platform": {"registered": None, "viewers": 3},
        "differences": ["The head of the report counts 3 participants; its lines show 2 attendees with an address."],
    }  # fmt: skip


def test_titles_and_column_names_of_another_language() -> None:
    report = read(GERMAN.encode("utf-16"), day=DAY)
    assert (report.topic, report.platform.viewers, len(report.rows)) == ("Fachrunde", 2, 3)
    found = as_json(figures(report, EASTERN))
    assert (found["attendees"], found["attendee_minutes"]) == (1, 51.92)


def test_people_without_a_table_of_stays_have_the_duration_and_not_what_lies_between_first_and_last() -> None:
    text = ENGLISH[: ENGLISH.index("3. In-Meeting")]
    report = read(text.encode("utf-16"), day=DAY)
    found = as_json(figures(report, EASTERN))
    assert (found["attendees"], found["attendee_minutes"], found["peak"]) == (2, 81.92, 1)


def test_the_report_of_2021() -> None:
    report = read(OF_2021.encode("utf-16"), day=DAY)
    assert (report.format, report.topic, report.platform.viewers) == ("teams", "Peer hour", 2)
    found = as_json(figures(report, EASTERN))
    assert (found["attendees"], found["people"], found["attendee_minutes"]) == (1, 1, 51.92)


def test_the_report_of_2020_joins_comings_and_goings() -> None:
    report = read(OF_2020.encode("utf-16"), day=DAY)
    assert [
        (row.name, row.was_there, row.join_wall is not None, row.leave_wall is not None)
        for row in report.rows
    ] == [
        ("Ann Alder", True, True, True),
        ("Bo Birch", True, True, False),
        ("Ann Alder", False, False, True),
        ("Ann Alder", True, True, True),
        ("Ann Alder", False, False, True),
        ("Cy Cole", True, False, True),
    ]
    found = as_json(figures(report, EASTERN))
    assert (found["people"], found["undecided"], found["attendee_minutes"]) == (0, 3, 0.0)


def test_a_live_event_is_in_universal_time() -> None:
    report = read(LIVE.encode(), day=DAY)
    ann = report.rows[0]
    assert (ann.join_wall, ann.leave_wall) == (
        datetime(2026, 9, 22, 18, 48, 5, tzinfo=UTC),
        datetime(2026, 9, 22, 19, 30, tzinfo=UTC),
    )
    assert [row.name for row in report.rows] == ["Ann Alder", "Ann Alder", None]
    assert as_json(figures(report, EASTERN))["undecided"] == 2


@pytest.mark.parametrize(
    ("day", "order", "sure"),
    [
        (date(2026, 3, 4), Order.MONTH_FIRST, True),
        (date(2026, 4, 3), Order.DAY_FIRST, True),
        (date(2026, 8, 1), Order.MONTH_FIRST, False),
        (None, Order.MONTH_FIRST, False),
    ],
)
def test_dates_that_can_be_read_two_ways_are_read_by_the_day_of_the_session(
    day: date | None, order: Order, sure: bool
) -> None:
    text = ENGLISH.replace("9/22/26", "3/4/26")
    report = read(text.encode("utf-16"), day=day)
    assert (report.order, report.order_sure) == (order, sure)
    assert (order_question(report) is None) is sure


def test_a_number_over_twelve_decides_whatever_the_session() -> None:
    text = ENGLISH.replace("9/22/26", "22/9/26").replace("9/22/26", "9/22/26")
    report = read(text.encode("utf-16"), day=date(2026, 1, 1))
    assert (report.order, report.order_sure, report.refused) == (Order.DAY_FIRST, True, ())


def test_a_line_with_what_is_no_time_is_refused_and_costs_nobody_else() -> None:
    text = ENGLISH.replace("9/22/26, 3:50:00\u202fPM", "soon")
    report = read(text.encode("utf-16"), day=DAY)
    assert report.refused == (
        RefusedRow(18, "The join time “soon” is not a date with a time of day that Jam can read."),
    )
    assert len(report.rows) == 6


OF_2021_PADDED = """Meeting Summary\t\t\t\t
Total Number of Participants\t36\t\t\t
Meeting Title\tThe Jam\t\t\t
Meeting Start Time\t"10/20/2026, 1:00:01 PM"\t\t\t
\t\t\t\t
Full Name\tJoin Time\tLeave Time\tDuration\tEmail
Ann\t"10/20/2026, 1:00:01 PM"\t"10/20/2026, 1:24:13 PM"\t24m 12s\tann@example.org
"""


def test_a_report_of_2021_without_roles_that_a_spreadsheet_padded() -> None:
    report = read(OF_2021_PADDED.encode("utf-16"), day=date(2026, 10, 20))
    assert (report.format, report.topic, report.platform.viewers, report.refused) == (
        "teams",
        "The Jam",
        36,
        (),
    )
    assert [row.email_norm for row in report.rows] == ["ann@example.org"]


LIVE_SIGNED_IN = """SessionId,ParticipantId,FullName,UserAgent,UtcEventTimestamp,Action,Role
s1,Ann@Example.org,Ann Lee,Edge,10/20/2026 5:00:00 PM,Joined,Attendee
s2,,,Chrome,10/20/2026 5:01:00 PM,Joined,Attendee
s1,Ann@Example.org,Ann Lee,Edge,10/20/2026 5:40:00 PM,Left,Attendee
s3,ann@example.org,Ann Lee,Edge,10/20/2026 5:30:00 PM,Joined,Attendee
s2,,,Chrome,10/20/2026 5:21:00 PM,Left,Attendee
,,,Chrome,10/20/2026 5:22:00 PM,Left,Attendee
s3,ann@example.org,Ann Lee,Edge,10/20/2026 5:50:00 PM,Left,Attendee
"""


def test_a_live_event_knows_who_is_signed_in_by_their_address() -> None:
    report = read(LIVE_SIGNED_IN.encode(), day=date(2026, 10, 20))
    found = figures(report, "UTC")
    # Ann from 5:00 to 5:50 with two devices; somebody without a name for twenty minutes, as an unknown head.
    assert (found.attendees, found.attendee_minutes, found.undecided) == (1, 50.0, 1)
    assert [(row.join_wall, row.leave_wall) for row in report.rows if row.name is None and row.join_wall] == [
        (datetime(2026, 10, 20, 17, 1, tzinfo=UTC), datetime(2026, 10, 20, 17, 21, tzinfo=UTC))
    ]
    assert [each.line for each in report.refused] == [7]
