"""Zoom's lists of a meeting's participants, in every layout seen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import pytest

from jam.attendance.figures import as_json, figures
from jam.attendance.reading import read
from jam.attendance.reading.found import RefusedRow, Section
from jam.base.zones import EASTERN

SUMMARY = "\ufeffMeeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants,\n"
VALUES = "123 4567 8901,Peer hour,10/20/2026 12:55:00 PM,10/20/2026 02:01:00 PM,host@example.org,66,4,\n\n"
A_TOTAL = SUMMARY + VALUES + (
    "Name (Original Name),User Email,Total Duration (Minutes),Guest\n"
    "Hana Host,hana@example.org,66,No\n"
    '"Perez, Carla",carla@example.org,40,Yes\n'
    "iPhone (Brian Smith),,12,Yes\n"
)  # fmt: skip
A_STAYS = SUMMARY + VALUES + (
    "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,Recording Consent,In Waiting Room\n"
    "Hana Host,hana@example.org,10/20/2026 12:55:00 PM,10/20/2026 02:01:00 PM,66,No,,No\n"
    "priya (she/her),priya@example.org,10/20/2026 12:50:00 PM,10/20/2026 01:00:00 PM,10,Yes,,Yes\n"
    "priya (she/her),priya@example.org,10/20/2026 01:00:00 PM,10/20/2026 01:30:00 PM,30,Yes,Y,No\n"
    "Priya,priya@example.org,10/20/2026 01:20:00 PM,10/20/2026 02:00:00 PM,40,Yes,Y,No\n"
    "+1 555-***-**23,,10/20/2026 01:05:00 PM,10/20/2026 01:10:00 PM,5,Yes,,No\n"
)  # fmt: skip
B = (
    "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)\n"
    "Ann,ann@example.org,10/20/2026 01:00:00 PM,10/20/2026 01:30:00 PM,30\n"
)
C = (
    "Topic,ID,Host,Duration (minutes),Start time,End time,Participants\n"
    "Peer hour,123 4567 8901,Hana,66,10/20/2026 12:55:00 PM,10/20/2026 02:01:00 PM,1\n\n"
    "Name (original name),Email,Join time,Leave time,Duration (minutes),Guest,Recording disclaimer response,In waiting room\n"
    "Ann,ann@example.org,10/20/2026 01:00:00 PM,10/20/2026 01:30:00 PM,30,No,OK,No\n"
)
D = (
    "Topic,Meeting ID,User Name,User Email,Department,Group,Has Zoom Rooms?,Creation Time,Start Time,End Time,"
    "Duration (Minutes),Participants,Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,"
    "Recording Consent,In Waiting Room,Marketing Opt-in\n"
    "Peer hour,123 4567 8901,Hana,hana@example.org,,,No,10/01/2026 09:00:00 AM,10/20/2026 12:55:00 PM,"
    "10/20/2026 02:01:00 PM,66,2,Ann,ann@example.org,10/20/2026 01:00:00 PM,10/20/2026 01:30:00 PM,30,No,,No,\n"
    "Peer hour,123 4567 8901,Hana,hana@example.org,,,No,10/01/2026 09:00:00 AM,09/15/2026 12:55:00 PM,"
    "09/15/2026 02:01:00 PM,66,2,Bo,bo@example.org,09/15/2026 01:00:00 PM,09/15/2026 01:30:00 PM,30,No,,No,\n"
)
ITALIAN = (
    "Argomento,Digita,ID,Nome organizzatore,E-mail organizzatore,Ora di inizio,Ora di fine,Partecipanti,Durata (minuti),"
    "Nome (nome originale),E-mail,Ora di ingresso,Ora di uscita,Durata (minuti),Guest,In sala d’attesa\n"
    "Ora dei pari,Riunione,896 1053 4856,Hana,hana@example.org,20/10/2026 12:55:00 PM,20/10/2026 02:01:00 PM,2,66,"
    "Ann,ann@example.org,20/10/2026 01:00:00 PM,20/10/2026 01:30:00 PM,30,No,No\n"
    "Ora dei pari,Riunione,896 1053 4856,Hana,hana@example.org,20/10/2026 12:55:00 PM,20/10/2026 02:01:00 PM,2,66,"
    "Bo,bo@example.org,20/10/2026 12:50:00 PM,20/10/2026 01:00:00 PM,10,No,Sì\n"
)
DAY = date(2026, 10, 20)


def counted(text: str) -> dict[str, object]:
    return as_json(figures(read(text.encode(), day=DAY), EASTERN))


def test_the_list_of_unique_users_has_minutes_and_no_peak() -> None:
    report = read(A_TOTAL.encode())
    assert (report.format, report.topic, report.webinar_id) == ("zoom-meeting", "Peer hour", "123 4567 8901")
    assert report.starts_at_wall == datetime.fromisoformat("2026-10-20T12:55")
    assert [(row.line, row.name, row.email_norm, row.seconds) for row in report.rows] == [
        (5, "Hana Host", "hana@example.org", 3960),
        (6, "Perez, Carla", "carla@example.org", 2400),
        (7, "iPhone (Brian Smith)", None, 720),
    ]
    assert counted(A_TOTAL) == {
        "attendees": 2,
        "registrants": None,
        "no_shows": None,
        "people": 2,
        "attendee_minutes": 106.0,
        "median_minutes": 53.0,
        "peak": None,
        "undecided": 1,
        "platform": {"registered": None, "viewers": 4},
        "differences": [
            "The head of the report counts 4 participants; its lines show 2 attendees with an address."
        ],
    }


def test_time_in_the_waiting_room_is_no_presence_and_overlapping_stays_count_once() -> None:
    report = read(A_STAYS.encode())
    assert [(row.line, row.section, row.attended) for row in report.rows] == [
        (5, Section.ATTENDEE, True),
        (6, Section.WAITING, False),
        (7, Section.ATTENDEE, True),
        (8, Section.ATTENDEE, True),
        (9, Section.ATTENDEE, True),
    ]
    found = counted(A_STAYS)
    assert (found["attendees"], found["attendee_minutes"], found["peak"], found["undecided"]) == (
        2,
        126.0,
        2,
        1,
    )


@pytest.mark.parametrize("text", [B, C, D, ITALIAN], ids=["B", "C", "D", "Italian"])
def test_other_layouts_have_the_same_person(text: str) -> None:
    report = read(text.encode(), day=DAY)
    came = [row for row in report.rows if row.was_there]
    assert [(row.name, row.email_norm, row.join_wall, row.minutes) for row in came] == [
        ("Ann", "ann@example.org", datetime.fromisoformat("2026-10-20T13:00"), 30)
    ]
    assert report.format == "zoom-meeting"


def test_lines_of_the_account_report_about_another_day_are_refused_where_one_meeting_is_of_the_session() -> (
    None
):
    assert read(D.encode(), day=DAY).refused == (RefusedRow(3, "This line is of a meeting on another day."),)
    assert [row.name for row in read(D.encode(), day=date(2026, 1, 1)).rows] == ["Ann", "Bo"]


def test_the_second_of_two_columns_of_one_name_is_the_participants() -> None:
    [row, _] = read(D.encode()).rows
    assert (row.email, row.minutes) == ("ann@example.org", 30)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_in_every_encoding_and_with_every_separator(mark: str, encoding: str) -> None:
    text = B.replace(",", mark).replace("Ann", "Zoë")
    [row] = read(text.encode(encoding)).rows
    assert (row.name, row.minutes) == ("Zoë", 30)


def test_a_line_cut_short_and_a_leave_before_the_join() -> None:
    text = B + (
        "Bo,bo@example.org,10/20/2026 01:30:00 PM,10/20/2026 01:00:00 PM,-30\n"
        "Cy,cy@example.org,10/20/2026 01:00:00 PM,10/2"
    )
    report = read(text.encode())
    assert report.refused == (RefusedRow(4, "The line is cut short: it has 4 of 5 cells."),)
    found = as_json(figures(report, EASTERN))
    assert (found["attendees"], found["attendee_minutes"], found["median_minutes"]) == (2, 30.0, 30.0)


def account_line(topic: str, number: str, starts: str, name: str) -> str:
    """A line of the account's report of 2026: somebody who was at a meeting for half an hour."""
    join = f"10/20/2026 {starts}:00"
    return f"{topic},Meeting,{number},Hana,hana@example.org,{join},10/20/2026 23:00:00,9,{name},{name}@example.org,{join},,30\n"


ACCOUNT_2026 = (
    "Topic,Type,ID,Host name,Host email,Start time,End time,Participants,Name (original name),Email,Join time,Leave time,Duration (minutes)\n"
    + account_line("Morning", "1", "09:00", "ann")
    + account_line("Opened by mistake", "2", "12:58", "hana")
    + account_line("Ours", "3", "12:50", "bo")
    + account_line("Ours", "3", "12:50", "cy")
    + account_line("Ours", "3", "13:20", "bo")
    + account_line("Ours", "3", "17:00", "di")
)


@pytest.mark.parametrize(
    ("starts", "lines", "topic"),
    [
        # About one o'clock most people were at “Ours”, which was opened anew after a break; at five it was another session.
        (datetime(2026, 10, 20, 13, 0), [4, 5, 6], "Ours"),  # noqa: DTZ001 - a wall time
        (datetime(2026, 10, 20, 17, 5), [7], "Ours"),  # noqa: DTZ001
        (datetime(2026, 10, 20, 9, 0), [2], "Morning"),  # noqa: DTZ001
        (datetime(2026, 10, 20, 7, 0), [2], "Morning"),  # noqa: DTZ001
        (None, [2, 3, 4, 5, 6, 7], "Morning"),
    ],
)
def test_the_session_among_several_meetings_of_a_day(
    starts: datetime | None, lines: list[int], topic: str
) -> None:
    report = read(ACCOUNT_2026.encode(), day=date(2026, 10, 20), starts=starts)
    assert ([row.line for row in report.rows], report.topic) == (lines, topic)
    assert sorted([*lines, *(each.line for each in report.refused)]) == [2, 3, 4, 5, 6, 7]
    assert {each.reason for each in report.refused} <= {
        "This line is of another meeting than the one at the time of the session."
    }


def test_whoever_begins_in_time_is_the_session_however_many_were_elsewhere_before() -> None:
    earlier = "".join(account_line("All hands", "7", "12:15", name) for name in ("ann", "bo", "cy"))
    table = ACCOUNT_2026.splitlines(keepends=True)[0] + earlier + account_line("Ours", "3", "13:00", "di")
    starts = datetime(2026, 10, 20, 13, 0)  # noqa: DTZ001 - a wall time
    report = read(table.encode(), day=starts.date(), starts=starts)
    assert ([row.name for row in report.rows], report.topic) == (["di"], "Ours")


def test_cells_of_the_meeting_on_its_first_line_alone() -> None:
    table = ACCOUNT_2026.splitlines(keepends=True)[0]
    for topic, number, start in (("Morning", "1", "09:00"), ("Ours", "3", "13:00"), ("Late", "4", "18:00")):
        table += account_line(topic, number, start, "ann")
        # The first of them is cut short: it still says whose the next ones are.
        table = table.replace("ann@example.org,10/20/2026 13:00:00,,30", "ann@exam")
        table += f",,,,,,,,bo,bo@example.org,10/20/2026 {start}:00,,30\n"
    starts = datetime(2026, 10, 20, 13, 0)  # noqa: DTZ001 - a wall time
    report = read(table.encode(), day=starts.date(), starts=starts)
    assert ([row.line for row in report.rows], report.topic) == ([5], "Ours")
    assert [each.line for each in report.refused] == [2, 3, 4, 6, 7]


@pytest.mark.parametrize(("clock", "hours"), [(13, range(9, 18)), (20, [20]), (5, [5])])
def test_a_meeting_without_a_start_begins_with_its_first_people(clock: int, hours: Iterable[int]) -> None:
    table = "Topic,ID,Name (original name),Email,Join time,Leave time\n"
    for hour in (20, 5, *range(9, 18)):
        join = f"10/20/2026 {hour:02}"
        table += f"Jam,123,P{hour},p{hour}@example.org,{join}:05:00,{join}:50:00\n"
    starts = datetime(2026, 10, 20, clock, 0)  # noqa: DTZ001 - a wall time
    report = read(table.encode(), day=starts.date(), starts=starts)
    assert [row.name for row in report.rows] == [f"P{hour}" for hour in hours]
