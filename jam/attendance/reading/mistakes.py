"""Files that staff take for attendance reports by mistake: what each is, and which one to choose instead."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jam.attendance.reading.cells import heading
from jam.attendance.reading.columns import plain
from jam.attendance.reading.records import split
from jam.base.errors import Refused

_INSTEAD = "It does not say who came. Choose the attendance report that the platform saved."
_POLL = f"This is a report of a poll. {_INSTEAD}"
_QUESTIONS = f"This is a report of questions and answers. {_INSTEAD}"
_REGISTERED = (
    "This is a report of registrations: it says who registered and not who came. Choose the attendee report that the "
    "platform saved after the session."
)
_PERFORMANCE = f"This is a report of a webinar's totals. {_INSTEAD}"
_MEETINGS = (
    "This is a list of meetings: it says how many came to each and not who. In Zoom, choose the number of participants "
    "of the meeting, export that list, and choose the file here."
)
_CHAT = f"This is the chat of a meeting. {_INSTEAD}"
_TRANSCRIPT = f"This is a transcript of what was said. {_INSTEAD}"
_CALENDAR = f"This is a calendar file. {_INSTEAD}"
_CONTACTS = f"This is a file of contacts. {_INSTEAD}"
_PAGE = "This is a web page, though its name may say otherwise. Open it in a spreadsheet, save it as XLSX or CSV, and choose that file."
_DATA = "This is data for programs (JSON), not a report. Choose the report that the platform saved as a CSV or XLSX file."

#: How the text of such a file begins.
_BEGINNINGS = [
    ("webvtt", _TRANSCRIPT),
    ("begin:vcalendar", _CALENDAR),
    ("begin:vcard", _CONTACTS),
    ("<!doctype html", _PAGE),
    ("<html", _PAGE),
    ("<table", _PAGE),
    ('{"', _DATA),
    ("[{", _DATA),
]
#: Titles that stand alone on a line near the top of one of Zoom's other reports.
_TITLES = {
    "poll report": _POLL, "polls report": _POLL, "poll details": _POLL, "launched polls": _POLL,
    "q&a report": _QUESTIONS, "qa report": _QUESTIONS, "question report": _QUESTIONS, "question details": _QUESTIONS,
    "registration report": _REGISTERED, "registrant details": _REGISTERED,
    "performance report": _PERFORMANCE,
}  # fmt: skip
_HEAD = 20
#: “13:01:05   From  Ann Lee to Everyone : …”, and since 2021 “13:01:05<tab>Ann Lee:<tab>…”.
_SAID = re.compile(r"(?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d\s+(?:From\s|[^\t]{1,120}:\t)")
#: What parts the times of two lines in subtitles.
_ARROW = re.compile(r"\d\d:\d\d[:.,\d]* --> \d")


def demand_no_other(lines: Sequence[str]) -> None:
    """Refused, with what it is, for a file that is clearly something else."""
    top = [line for line in lines[: _HEAD * 3] if line.strip()][:_HEAD]
    first = top[0].lstrip("\ufeff \t").lower() if top else ""
    if first.strip() in ("{", "["):
        raise Refused(_DATA)
    for beginning, sentence in _BEGINNINGS:
        if first.startswith(beginning):
            raise Refused(sentence)
    for line in top:
        other = _TITLES.get(heading(line.strip('\ufeff\r\n \t,;"')))
        if other is not None:
            raise Refused(other)
    if sum(bool(_ARROW.search(line)) for line in top) > 1:
        raise Refused(_TRANSCRIPT)
    if sum(bool(_SAID.match(line.lstrip("\ufeff"))) for line in top) > 1:
        raise Refused(_CHAT)


def demand_no_list_of_meetings(lines: Sequence[str]) -> None:
    """Refused for Zoom's list of meetings, where no list of participants stands in it."""
    for line in lines[:_HEAD]:
        if lists_meetings(split(line, "\t" if "\t" in line else ";" if ";" in line else ",") or []):
            raise Refused(_MEETINGS)


def lists_meetings(cells: Sequence[str]) -> bool:
    """Whether names of columns are those of Zoom's list of meetings, or of the summary of one."""
    names = {plain(cell) for cell in cells}
    return names >= {"topic", "participants"} and bool(names & {"meeting id", "webinar id", "id"})
