"""Tables out and in: XLSX files that run nothing, and files from staff read with limits, as plain text."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Response

from jam.base.errors import Refused

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

MOST_ROWS = 10_000
_MOST_COLUMNS = 60
_MOST_IN_CELL = 2_000
#: Unpacked size up to which a spreadsheet is opened; ten thousand rows of ten columns need about 10 MB.
_MOST_UNPACKED = 120 * 1024 * 1024
#: How much smaller packed than unpacked a file of ours may be; repeated text reaches about 1:100, a bomb 1:1000.
_MOST_PACKED = 200
_MOST_PARTS = 500

_UNREADABLE = (
    "This file cannot be read as a table. Save it in your spreadsheet program as .xlsx or as CSV (UTF-8), "
    "and choose it again."
)


@dataclass(frozen=True)
class Table:
    """A file's first row and the rows after it, all cells as text; rows are as long as the header."""

    header: list[str]
    rows: list[list[str]]


def xlsx_response(
    name: str, header: Sequence[str], rows: Iterable[Sequence[object]], sheet: str = "People"
) -> Response:
    """A workbook as a download under a name of ours; text stays text, whatever it begins with."""
    answer = Response(xlsx_bytes(header, rows, sheet), mimetype=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def xlsx_bytes(header: Sequence[str], rows: Iterable[Sequence[object]], sheet: str = "People") -> bytes:
    """One sheet with a bold first row that stays in view and filters on every column."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = Workbook(out, {**options, "strings_to_numbers": False})
    page = book.add_worksheet(sheet)
    bold = book.add_format({"bold": True})
    widths = [len(title) for title in header]
    last = 0
    page.write_row(0, 0, header, bold)
    for last, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, bool | int):
                page.write_number(last, column, cell)
            elif cell is not None:
                page.write_string(last, column, str(cell))
                widths[column] = max(widths[column], len(str(cell)))
    for column, width in enumerate(widths):
        page.set_column(column, column, min(width, 48) + 2)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, last, len(header) - 1)
    book.close()
    return out.getvalue()


def read(data: bytes) -> Table:
    """The table in a CSV or XLSX file. Refused, with what to do, when there is none, or more than Jam takes.

    Which of the two it is, the content tells. Formulas are never calculated: what stands there counts as text.
    """
    lines = _xlsx(data) if data[:4] == b"PK\x03\x04" else _csv(data)
    header: list[str] = []
    rows: list[list[str]] = []
    for line in lines:
        cells = [_cell(each) for each in line[:_MOST_COLUMNS]]
        if not any(cells):
            continue
        if not header:
            header = cells
            while header and not header[-1]:
                header.pop()
            continue
        if len(rows) == MOST_ROWS:
            raise Refused(
                f"This file has more than {MOST_ROWS:,} rows. Divide it and load the parts one by one."
            )
        rows.append((cells + [""] * len(header))[: len(header)])
    if not rows:
        raise Refused(
            "This file holds no rows. It needs a first row with the names of the columns, and then the people."
        )
    return Table(header, rows)


def _csv(data: bytes) -> Iterator[Sequence[object]]:
    text = _text(data)
    if "\x00" in text:
        raise Refused(_UNREADABLE)
    first = text.partition("\n")[0]
    mark = max(",;\t", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    except csv.Error as error:
        raise Refused(_UNREADABLE) from error


def _text(data: bytes) -> str:
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(_UNREADABLE)


def _xlsx(data: bytes) -> Iterator[Sequence[object]]:
    """Rows of the first sheet, one by one. What a cell's formula would say is never worked out."""
    from openpyxl import load_workbook

    _check_size(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        try:
            sheet: Any = book.worksheets[0]
            sheet.reset_dimensions()  # what the file says of its own size may be wrong, or a lie
            yield from sheet.iter_rows(max_col=_MOST_COLUMNS, values_only=True)
        finally:
            book.close()
    except Refused:
        raise
    except Exception as error:  # a library for files from everywhere raises whatever it meets inside them
        raise Refused(_UNREADABLE) from error


def _check_size(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, RuntimeError) as error:
        raise Refused(_UNREADABLE) from error
    whole = sum(each.file_size for each in parts)
    if len(parts) > _MOST_PARTS or whole > _MOST_UNPACKED or whole > _MOST_PACKED * len(data):
        raise Refused(
            "This spreadsheet is too large when unpacked. Save only the list of people as CSV, and choose that."
        )


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime | date):
        value = value.isoformat()
    return " ".join(str(value).split())[:_MOST_IN_CELL]
