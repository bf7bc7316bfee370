"""Files that are no attendance reports: each is refused with what it is."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import Workbook

from jam.attendance import redaction
from jam.attendance.reading import read
from jam.attendance.redaction import Whose
from jam.base.errors import Refused

HEAD = 'Report Generated:,"Oct 21, 2026 8:50 PM"\nTopic,Webinar ID,Actual Start Time,Actual Duration (minutes)\nThe Jam,328-972-509,"Oct 20, 2026 12:55 PM",65\n'
REGISTRATION = f"""Registration Report
{HEAD}Attendee Details
First Name,Last Name,Email,Registration Time,Approval Status
Ann,Lee,ann@example.org,"Oct 1, 2026 09:00:00",approved
"""
MEETINGS = """Topic,Meeting ID,User Name,User Email,Start Time,End Time,Duration (Minutes),Participants
The Jam,847 5984 1045,Hana Host,hana@example.org,10/20/2026 12:55:00 PM,10/20/2026 02:00:00 PM,65,40
"""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"Poll Report\n{HEAD}Poll Details\n#,User Name,User Email\n1,Ann,ann@example.org\n", "a report of a poll"),
        (f"Q&A Report,,\n{HEAD}Question Details\n#,Question,Asker Name\n1,How?,Ann\n", "questions and answers"),
        (REGISTRATION, "who registered and not who came"),
        (f"Performance Report\n{HEAD}", "a webinar's totals"),
        (MEETINGS, "a list of meetings"),
        ("13:01:05\t From  Ann Lee  to  Everyone : hi\n13:02:00\t From  Bo to Everyone:\n\thello, all\n", "the chat"),
        ("00:21:35\tAnn Lee:\tHello, all\n00:22:01\tBo:\tHi, Ann\n", "the chat"),
        ("WEBVTT\n\n1\n00:00:16.239 --> 00:00:27.079\nAnn Lee: hello, everyone\n", "a transcript"),
        ("1\n00:00:16,239 --> 00:00:27,079\nhello, all\n\n2\n00:00:28,000 --> 00:00:29,000\nhi, Ann\n", "a transcript"),
        ('{"participants":[{"name":"Ann","email":"ann@example.org"}]}\n', "JSON"),
        ("<!DOCTYPE html>\n<table><tr><td>Name, Email</td></tr></table>\n", "a web page"),
        ("BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n", "a calendar file"),
        ("BEGIN:VCARD\nN:Lee;Ann\nEND:VCARD\n", "contacts"),
        ("Name,Email,Minutes\n", "nobody stands below them"),
    ],
)  # fmt: skip
def test_what_it_is_and_what_to_choose_instead(text: str, says: str) -> None:
    with pytest.raises(Refused) as refusal:
        read(text.encode())
    assert says in refusal.value.message
    assert type(refusal.value) is Refused  # nobody is asked what the columns of it hold


@pytest.mark.parametrize("summary", [MEETINGS, "Topic,Meeting ID,Participants\nThe Jam,847 5984 1045,1\n"])
def test_a_summary_of_the_meeting_above_its_people_is_no_list_of_meetings(summary: str) -> None:
    report = read(f"{summary}\nName,Email,Minutes\nAnn,ann@example.org,30\n".encode())
    assert [(row.line, row.name, row.seconds) for row in report.rows] == [(5, "Ann", 1800)]


ANN = Whose(frozenset({"ann@example.org"}), frozenset({"ann lee"}))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Poll Report\nName,Email,Minutes\nAnn Lee,ann@example.org,5\nBo,bo@example.org,9\n", 3),
        (MEETINGS.replace("Hana Host,hana", "Ann Lee,ann"), 2),
        # Nothing reads this one any more.
        ("Who,Where\nAnn Lee,ann@example.org\nBo,bo@example.org\n", 2),
        ('{"\n"name": "Ann Lee",\n', 2),
    ],
)
def test_somebody_is_erased_from_a_file_that_would_be_refused_now(
    text: str, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redaction, "known_layouts", dict)
    lines = text.splitlines(keepends=True)
    lines[number - 1] = "\n"
    assert redaction.without(text.encode(), ANN) == ("".join(lines).encode(), {number})


def test_of_a_workbook_that_names_them_the_sheet_without_them_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction, "known_layouts", dict)
    book = Workbook()
    came, notes = book.active, book.create_sheet("Registered")
    assert came is not None
    for row in (["Name", "Email", "Minutes"], ["Bo", "bo@example.org", 9]):
        came.append(row)
    saved = BytesIO()
    book.save(saved)
    assert redaction.without(saved.getvalue(), ANN) is None
    notes.append(["Ann Lee", "ann@example.org"])
    saved = BytesIO()
    book.save(saved)
    left = redaction.without(saved.getvalue(), ANN)
    assert left is not None
    data, gone = left
    assert [line.rstrip(b",") for line in data.splitlines()] == [
        b"Name,Email,Minutes",
        b"Bo,bo@example.org,9",
    ]
    assert not gone
