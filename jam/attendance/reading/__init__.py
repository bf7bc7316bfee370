"""The reports that Jam can read. The format is found by what is in the file, never by its name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from jam.attendance.reading import (
    gotowebinar,
    mapped,
    mistakes,
    teams,
    teams_events,
    zoom_meeting,
    zoom_webinar,
)
from jam.attendance.reading.decoding import text_lines
from jam.attendance.reading.found import Report
from jam.attendance.reading.times import Order, order_of
from jam.attendance.reading.workbook import BEGINS, workbook_lines
from jam.base.errors import Refused

_PICTURE = "This is a picture, not a report. Choose the attendance report that the platform saved, a CSV or XLSX file."
_PDF = "This is a PDF, which Jam cannot read. Choose the attendance report that the platform saved, a CSV or XLSX file."
_OLD_WORKBOOK = (
    "This is a spreadsheet in an old format. Open it, save it as XLSX or CSV, and choose that file."
)
_UNKNOWN = (
    "This file is not an attendance report that Jam knows. Choose the report that Zoom, Teams or GoToWebinar saved, or a "
    "table with a column of names or addresses and one of minutes or times."
)

_NOBODY = (
    "The names of the columns stand in this file, but nobody stands below them. Check that it is the right file, or download "
    "the attendance report again."
)
_LONG = (
    "This file has more than 200,000 lines, which no attendance report has. Check that it is the right file."
)
#: What is read of a line takes up to three kilobytes; with this, and 20 MB a file, no report can take all memory.
_MOST_LINES = 200_000

#: A byte-order mark that a spreadsheet took for letters and saved as such.
_MARK = re.compile('^"?(?:ÿþ|þÿ|ï»¿)')
#: How files that are often chosen by mistake begin.
_MISTAKES = [
    (b"\xff\xd8\xff", _PICTURE),
    (b"\x89PNG", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"RIFF", _PICTURE),
    (b"%PDF", _PDF),
    (b"\xd0\xcf\x11\xe0", _OLD_WORKBOOK),
]


class UnknownColumns(Refused):
    """A table whose column names say nothing of presence: somebody has to say once what they hold."""

    def __init__(self, header: mapped.Header) -> None:
        super().__init__(_UNKNOWN)
        self.header = header


def read(
    data: bytes,
    *,
    day: date | None = None,
    starts: datetime | None = None,
    order: Order | None = None,
    known: mapped.Known | None = None,
    mistakes_too: bool = False,
) -> Report:
    """The report in the bytes of a file; Refused, with what to do instead, for anything that is none.

    `day` is the session's: it decides how dates are read that can be read two ways, unless an `order` says so. `starts` is
    what a clock shows when it starts, to find it in a report of several meetings. `known`
    is what staff said of layouts of tables. UnknownColumns, which is Refused too, for a table of another layout.
    `mistakes_too` is for files that were taken once: as many of them are read as can be, those too that would be refused
    now because they look like something else.
    """
    lines = lines_of(data, known or {})
    if not any(line.strip(' \t\r\n,;\ufeff"') for line in lines):
        raise Refused("This file is empty. Download the attendance report again and choose that file.")
    if not mistakes_too:
        mistakes.demand_no_other(lines)
    guessed, sure = order_of(lines, day)
    found = _joined(_read(lines, order or guessed, day, starts, known or {}, mistakes_too=mistakes_too))
    if not found.rows and not found.refused and not mistakes_too:
        raise Refused(_NOBODY)
    return found if sure or order else replace(found, order_sure=False)


def _joined(report: Report) -> Report:
    """The report, each line with the address that stands beside its registrant's number on another line."""
    numbers = {row.registrant: row for row in report.rows if row.registrant and row.email_norm}
    if not numbers:
        return report
    rows = tuple(
        replace(row, email=same.email, email_norm=same.email_norm)
        if row.email_norm is None and row.registrant and (same := numbers.get(row.registrant))
        else row
        for row in report.rows
    )
    return replace(report, rows=rows)


def header_of(data: bytes) -> mapped.Header:
    """The line that most likely names the columns of a table; Refused where there is none."""
    header = mapped.likely_header(lines_of(data))
    if header is None:
        raise Refused(_UNKNOWN)
    return header


def lines_of(data: bytes, known: mapped.Known | None = None) -> list[str]:
    """The lines of a file that may be a report; Refused for files that are something else."""
    for beginning, sentence in _MISTAKES:
        if data.startswith(beginning):
            raise Refused(sentence)
    if data[4:8] == b"ftyp":
        raise Refused(_PICTURE)
    if not data.startswith(BEGINS) and max(data.count(b"\n"), data.count(b"\r")) > _MOST_LINES:
        raise Refused(_LONG)
    lines = workbook_lines(data, known or {}) if data.startswith(BEGINS) else text_lines(data)
    return [_MARK.sub("", line) for line in lines[:1]] + lines[1:]


def _read(
    lines: Sequence[str],
    order: Order,
    day: date | None,
    starts: datetime | None,
    known: mapped.Known,
    *,
    mistakes_too: bool,
) -> Report:
    if gotowebinar.recognizes(lines):
        return gotowebinar.read(lines, order, day)
    if zoom_webinar.recognizes(lines):
        return zoom_webinar.read(lines, order)
    if teams_events.recognizes(lines):
        return teams_events.read(lines, order, day)
    if zoom_meeting.recognizes(lines):
        return zoom_meeting.read(lines, order, day, starts)
    if teams.recognizes(lines):
        return teams.read(lines, order, day)
    found = mapped.found_by(lines, known)
    if found is None and mistakes_too:
        found = mapped.found_by(lines, known, meetings_too=True)
    if found:
        return mapped.read(lines, *found, order, day)
    if not mistakes_too:
        mistakes.demand_no_list_of_meetings(lines)
    if header := mapped.likely_header(lines):
        raise UnknownColumns(header)
    raise Refused(_UNKNOWN)
