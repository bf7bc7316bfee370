"""From the bytes of an Excel workbook to lines as a CSV file has them, so that every reader reads both."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Container, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from jam.attendance.reading.columns import columns, fingerprint, telling
from jam.attendance.reading.records import split
from jam.base.errors import Refused

#: How a ZIP begins, which a workbook is.
BEGINS = b"PK\x03\x04"
#: A workbook's parts, unpacked, and its rows: far more than any report has.
_MOST_UNPACKED = 300 * 1024 * 1024
_MOST_ROWS = 200_000
_MOST_COLUMNS = 300
#: Above the names of columns may stand a title and a summary.
_HEAD = 40

_NONE = "This is a spreadsheet workbook, but not one that Jam can read. Open it, save it as CSV, and choose that file."
_LARGE = "This workbook is larger than any attendance report. Check that it is the right file."


def workbook_lines(data: bytes, known: Container[str] = ()) -> list[str]:
    """The sheet that tells who was there, of several the one with most lines, each as a line of CSV with its line break;
    the one with most lines where none does. Refused for what is no workbook.

    A line number is that of the sheet's row. Line breaks inside cells become blanks. `known` are the fingerprints of
    layouts of which staff said what they hold: these tell it too.
    """
    return max(sheets(data), key=lambda lines: (_tells(lines, known), len(lines)), default=[])


def sheets(data: bytes) -> list[list[str]]:
    """All sheets of a workbook, as `workbook_lines` gives one; Refused for what is no workbook."""
    _demand_small(data)
    # Loaded where it is used: it takes a fifth of a second.
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            return [_lines(sheet) for sheet in book.worksheets]
    except Refused:
        raise
    except Exception:  # the library fails in as many ways as there are broken files
        raise Refused(_NONE) from None


def _tells(lines: Sequence[str], known: Container[str]) -> bool:
    """Whether names of columns stand near the top that tell of presence, or of coming and going."""
    for line in lines[:_HEAD]:
        cells = split(line, ",") or []
        found = columns(cells)
        if telling(found) or {"name", "action", "stamp"} <= found.keys() or fingerprint(cells) in known:
            return True
    return False


def _demand_small(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError):
        raise Refused(_NONE) from None
    if not any(part.filename == "[Content_Types].xml" for part in parts):
        raise Refused(_NONE)
    if sum(part.file_size for part in parts) > _MOST_UNPACKED:
        raise Refused(_LARGE)


def _lines(sheet: Any) -> list[str]:
    lines: list[str] = []
    filled = 0
    for row in sheet.iter_rows(values_only=True, max_col=_MOST_COLUMNS):
        if len(lines) >= _MOST_ROWS:
            raise Refused(_LARGE)
        cells = [_text(value) for value in row]
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerow(cells)
        lines.append(out.getvalue())
        if any(cells):
            filled = len(lines)
    return lines[:filled]


def _text(value: object) -> str:
    """A cell as a report writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return value.replace(microsecond=0, tzinfo=None).isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.replace(microsecond=0, tzinfo=None).isoformat()
    if isinstance(value, timedelta):
        hours, rest = divmod(round(value.total_seconds()), 3600)
        return f"{hours}:{rest // 60:02}:{rest % 60:02}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split()) if isinstance(value, str) else str(value)
