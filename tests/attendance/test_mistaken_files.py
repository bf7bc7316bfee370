"""Files that are no attendance reports: each is refused with what it is."""

from __future__ import annotations

import pytest

from jam.attendance.reading import read
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
