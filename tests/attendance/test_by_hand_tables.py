"""Lists that somebody made by hand, and layouts of other languages: what stands in them is read as a person would."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO

import pytest
from openpyxl import Workbook

from jam.attendance.reading import read
from jam.attendance.reading.cells import full_name
from jam.attendance.reading.columns import fingerprint
from jam.attendance.reading.found import RefusedRow, Section
from jam.base.errors import Refused

DAY = date(2026, 10, 20)
at = datetime.fromisoformat

SHEET = """Sign-in sheet,,,
Name,E-mail,Time In,Time Out
Ann Lee,ANN@Example.org ,1:00 PM,1:45 PM
Bo,bo@example.org,1.05pm,2pm
"Cy <cy@example.org>",,13:10,
Total: 3,,,
"""

PORTUGUESE = """Nome (nome original),E-mail do usuário,Horário de entrada,Horário de saída,Duração (minutos),Convidado
Ana,ana@example.org,20/10/2026 13:00:00,20/10/2026 13:40:00,40,Não
"""

FRENCH = """1. Résumé
Titre de la réunion\tLe Jam
Participants présents\t2
Heure de début\t20/10/2026, 13:00:00
Durée de la réunion\t1 h 0 min 0 s
Temps de présence moyen\t48 min 2 s

2. Participants
Nom\tPremière participation\tDernier départ\tDurée de la réunion\tE-mail\tID de participant (UPN)\tRôle
Léa Noël (Externe)\t20/10/2026, 13:01:02\t20/10/2026, 13:59:00\t57 min 58 s\tlea@example.org\t\tPrésentateur
+1 555-***-**23\t20/10/2026, 13:10:00\t20/10/2026, 13:48:00\t38 min\t\t\tParticipant
"""

LIVE = """SessionId,ParticipantId,FullName,UserAgent,UtcEventTimestamp,Action,Role
s1,p1,Ann Lee,"Mozilla/5.0 (Windows NT 10.0; Win64)",10/20/2026 5:00:11 PM,Joined,Attendee
s2,p2,,Mozilla,10/20/2026 5:02:00 PM,Joined,Attendee
s1,p1,Ann Lee,"Mozilla/5.0 (Windows NT 10.0; Win64)",10/20/2026 5:40:11 PM,Left,Attendee
"""


def test_a_sheet_to_sign_in() -> None:
    report = read(SHEET.encode(), day=DAY)
    assert [(row.name, row.email_norm, row.join_wall, row.leave_wall) for row in report.rows] == [
        ("Ann Lee", "ann@example.org", at("2026-10-20T13:00"), at("2026-10-20T13:45")),
        ("Bo", "bo@example.org", at("2026-10-20T13:05"), at("2026-10-20T14:00")),
        ("Cy", "cy@example.org", at("2026-10-20T13:10"), None),
    ]
    assert report.refused == (RefusedRow(6, "“Total: 3” is no person: the line sums up others."),)


def test_a_workbook_with_merged_names_of_columns() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Who came to the Jam", None, None, None, None],
        ["Participant", None, "Contact", "Minutes", None],
        ["Last name", "First name", "E-mail", "Attended minutes", "Remarks"],
        ["Lee", "Ann", "Ann Lee <ann@example.org>", 55, "late"],
        ["Diaz", "Bo", None, "1 hr 5 min", None],
        ["Total", None, None, 120, None],
    ):
        sheet.append(row)
    sheet.merge_cells("A1:E1")
    sheet.merge_cells("A2:B2")
    saved = BytesIO()
    book.save(saved)
    report = read(saved.getvalue(), day=DAY)
    assert [(row.line, row.name, row.email_norm, row.seconds) for row in report.rows] == [
        (4, "Ann Lee", "ann@example.org", 3300),
        (5, "Bo Diaz", None, 3900),
    ]
    assert [each.line for each in report.refused] == [2, 6]


def test_somebody_whose_name_begins_like_a_sum_is_a_person() -> None:
    report = read(b"Name,Minutes\nTotala Reyes,30\nSumma,20\n", day=DAY)
    assert [row.name for row in report.rows] == ["Totala Reyes", "Summa"]


def test_portuguese_participants_keep_their_addresses() -> None:
    report = read(PORTUGUESE.encode("cp1252"), day=DAY)
    assert [(row.email_norm, row.join_wall) for row in report.rows] == [
        ("ana@example.org", at("2026-10-20T13:00"))
    ]


def test_a_french_report_of_teams() -> None:
    report = read(FRENCH.encode("utf-16"), day=DAY)
    assert (report.topic, report.platform.viewers, report.platform.average_seconds) == ("Le Jam", 2, 2882)
    assert [(row.name, row.email_norm, row.join_wall) for row in report.rows] == [
        ("Léa Noël", "lea@example.org", at("2026-10-20T13:01:02")),
        ("+1 555-***-**23", None, at("2026-10-20T13:10")),
    ]


def test_a_live_event_with_somebody_without_a_name() -> None:
    report = read(LIVE.encode(), day=DAY)
    assert [
        (row.line, row.section, row.join_wall, row.leave_wall) for row in report.rows if row.join_wall
    ] == [
        (2, Section.ATTENDEE, at("2026-10-20T17:00:11+00:00"), at("2026-10-20T17:40:11+00:00")),
        (3, Section.ATTENDEE, at("2026-10-20T17:02+00:00"), None),
    ]


def test_a_file_of_endless_lines_is_refused_before_it_is_read() -> None:
    with pytest.raises(Refused) as refusal:
        read(b"Name,Minutes\n" + b"a,1\n" * 200_001, day=DAY)
    assert refusal.value.message.startswith("This file has more than 200,000 lines")


def test_of_a_workbook_the_sheet_that_says_who_came() -> None:
    book = Workbook()
    registrants = book.active
    assert registrants is not None
    for row in [
        ["Name", "E-mail", "Organization"],
        *(["Ann", "ann@example.org", "School"] for _ in range(9)),
    ]:
        registrants.append(row)
    came = book.create_sheet("Attendance")
    for row in (["The Jam"], ["Name", "E-mail", "Minutes"], ["Ann", "ann@example.org", "30"]):
        came.append(row)
    saved = BytesIO()
    book.save(saved)
    report = read(saved.getvalue(), day=DAY)
    assert [(row.line, row.name, row.seconds) for row in report.rows] == [(3, "Ann", 1800)]
    # Staff said that the larger one is a list of who came.
    known = {fingerprint(["Name", "E-mail", "Organization"]): {"name": 0, "email": 1}}
    assert len(read(saved.getvalue(), day=DAY, known=known).rows) == 9


@pytest.mark.parametrize(
    ("cells", "name"),
    [
        ("Ann Lee,Lee", "Ann Lee"),
        ("Ann LEE,lee", "Ann LEE"),
        ("Ann,Lee", "Ann Lee"),
        ("Ann Bradlee,Lee", "Ann Bradlee Lee"),
        ("Lee,Lee", "Lee Lee"),
        ("Ann,", "Ann"),
        (",Lee", "Lee"),
    ],
)
def test_a_whole_name_beside_a_last_name(cells: str, name: str) -> None:
    [row] = read(f"Name,Last name,Email,Minutes\n{cells},ann@example.org,5\n".encode()).rows
    assert row.name == name
    assert full_name(row.first_name, row.last_name) == name
