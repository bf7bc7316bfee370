"""The reports that Jam can read. The format is found by what is in the file, never by its name."""

from __future__ import annotations

from jam.attendance.formats import zoom_webinar
from jam.attendance.formats.decode import text_lines
from jam.attendance.formats.report import Report
from jam.base.errors import Refused

_PICTURE = "This is a picture, not a report. Choose the attendee report that Zoom saves as a CSV file."
_PDF = "This is a PDF, which Jam cannot read. Choose the attendee report that Zoom saves as a CSV file."
_WORKBOOK = "This is a spreadsheet workbook. Open it, save it as CSV, and choose that file."

#: How files that are often chosen by mistake begin.
_MISTAKES = [
    (b"\xff\xd8\xff", _PICTURE),
    (b"\x89PNG", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"RIFF", _PICTURE),
    (b"%PDF", _PDF),
    (b"PK\x03\x04", _WORKBOOK),
    (b"\xd0\xcf\x11\xe0", _WORKBOOK),
]


def read(data: bytes) -> Report:
    """The report in the bytes of a file; Refused, with what to do instead, for anything that is none."""
    for beginning, sentence in _MISTAKES:
        if data.startswith(beginning):
            raise Refused(sentence)
    if data[4:8] == b"ftyp":
        raise Refused(_PICTURE)
    lines = text_lines(data)
    if not any(line.strip(" \t\r\n,;\ufeff") for line in lines):
        raise Refused("This file is empty. Download the attendee report again and choose that file.")
    if zoom_webinar.recognizes(lines):
        return zoom_webinar.read(lines)
    raise Refused(
        "This file is not an attendance report that Jam knows. Choose the attendee report of a Zoom webinar, "
        "saved as a CSV file."
    )
