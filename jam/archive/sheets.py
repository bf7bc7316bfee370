"""CSV files made by people: any encoding and separator, columns found by their names in whatever order."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jam.attendance.reading.cells import folded, heading
from jam.attendance.reading.decoding import text_lines
from jam.attendance.reading.records import split

#: Column names by what they hold.
Names = Mapping[str, Sequence[str]]

SESSIONS: Names = {
    "date": ("date", "day", "session date"),
    "start": ("start time", "start", "starts", "time", "begins"),
    "minutes": ("minutes", "duration", "duration minutes", "length"),
    "end": ("end", "end time", "ends"),
    "title": ("title", "session", "session title", "topic"),
    "summary": ("summary", "description"),
    "levers": ("levers", "lever", "levers of change"),
    "recording": ("recording", "recording link", "recording url"),
    "slides": ("slides", "slides link", "slides url"),
    "program": ("program", "program name"),
}
REGISTRANTS: Names = {
    "email": ("e mail", "email", "email address", "e mail address", "mail", "address"),
    "name": ("name", "full name", "user name"),
    "first": ("first name",),
    "last": ("last name",),
    "organization": ("organization", "organisation", "company", "employer", "agency"),
    "job_role": ("job role", "role", "job title"),
    "sector": ("sector", "industry"),
    "state": ("state", "state/province", "state or territory"),
    "registered": ("registered at", "registered", "registration time", "registered on", "registration date"),
    "registrant": ("registrant id", "registrantid", "registrant key"),
    "status": ("approval status", "status", "registration status"),
    "date": ("session date", "date"),
    "title": ("session", "session title", "title"),
}

#: A head such as Zoom's stands above the names of the columns.
_HEAD = 30
#: A cell may hold line breaks, up to this many.
_MOST_LINES_PER_CELL = 100
_TORN = "The quotation marks of this line do not pair up."


@dataclass(frozen=True)
class Refusal:
    """A line that is left out, and why; counted from 1 as editors do."""

    line: int
    reason: str


@dataclass(frozen=True)
class Line:
    """A line of a sheet, by what its columns hold; a column that is not there is empty."""

    number: int
    cells: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")


@dataclass
class Sheet:
    """A CSV file: which columns it has, its lines, and lines that could not be read."""

    columns: frozenset[str]
    lines: list[Line] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def read(data: bytes, names: Names, needed: set[str]) -> Sheet | None:
    """The sheet in these bytes; None where no line near the top names the needed columns."""
    lines = text_lines(data)
    for at, line in enumerate(lines[:_HEAD]):
        for delimiter in ",;\t":
            columns = _columns(split(line, delimiter) or [], names)
            if needed <= set(columns.values()):
                return _body(lines, at + 1, delimiter, columns)
    return None


def _columns(cells: Sequence[str], names: Names) -> dict[int, str]:
    meaning = {word: name for name, words in names.items() for word in words}
    found: dict[int, str] = {}
    for at, cell in enumerate(cells):
        name = meaning.get(" ".join(heading(cell).replace("-", " ").replace("_", " ").split()))
        if name and name not in found.values():
            found[at] = name
    return found


def _body(lines: Sequence[str], at: int, delimiter: str, columns: dict[int, str]) -> Sheet:
    sheet = Sheet(frozenset(columns.values()))
    width = max(columns) + 1
    while at < len(lines):
        cells, taken = _record(lines, at, delimiter)
        if cells is None:
            sheet.refused.append(Refusal(at + 1, _TORN))
        elif any(folded(cell) for cell in cells):
            if (
                taken > 1 and len(cells) < width
            ):  # a quotation mark that was never closed swallowed its neighbors
                sheet.refused.append(Refusal(at + 1, _TORN))
                taken = 1
            else:
                sheet.lines.append(
                    Line(at + 1, {name: cells[n] for n, name in columns.items() if n < len(cells)})
                )
        at += taken
    return sheet


def _record(lines: Sequence[str], at: int, delimiter: str) -> tuple[list[str] | None, int]:
    reader = csv.reader(lines[at : at + _MOST_LINES_PER_CELL], delimiter=delimiter, strict=True)
    try:
        return next(reader, []), reader.line_num
    except csv.Error:
        return None, 1
