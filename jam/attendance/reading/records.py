"""Records of a CSV file whose lines may be damaged: each begins at a physical line and may span several."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence

from jam.attendance.reading.cells import folded

#: A cell with line breaks in it, such as an answer to a question, is believed up to this many lines.
_MOST_LINES_PER_CELL = 50
#: A name, an address or a time with line breaks in it, up to this many.
_MOST_LINES_PER_NAME = 4


def records(lines: Sequence[str], at: int, delimiter: str) -> Iterator[tuple[list[str], int]]:
    """The record that begins at a line and how many lines it spans; then, if several, the line alone.

    A quoted cell may hold line breaks (RFC 4180, section 2, rule 6). In one that does and can be no neighbor that a torn
    line has swallowed, they are made blanks.
    """
    if '"' not in lines[at]:
        alone = split(lines[at], delimiter)
        if alone is not None:
            yield alone, 1
        return
    together = sound(lines, at, delimiter) or _together(lines, at, delimiter, strict=False)
    if together is not None:
        yield together
        if together[1] == 1:
            return
    if (alone := split(lines[at], delimiter)) is not None:
        yield alone, 1


def sound(lines: Sequence[str], at: int, delimiter: str) -> tuple[list[str], int] | None:
    """The record that begins at a line and how many lines it spans, where each of its quotation marks opens or ends a cell;
    with blanks for line breaks in cells that can be no neighbors."""
    together = _together(lines, at, delimiter, strict=True)
    return together and ([_one_line(cell, delimiter) for cell in together[0]], together[1])


def _together(lines: Sequence[str], at: int, delimiter: str, *, strict: bool) -> tuple[list[str], int] | None:
    """The record that begins at a line; where `strict`, only if each of its quotation marks opens or ends a cell."""
    reader = csv.reader(lines[at : at + _MOST_LINES_PER_CELL], delimiter=delimiter, strict=strict)
    try:
        return next(reader), reader.line_num
    except (csv.Error, StopIteration):
        return None


def _one_line(cell: str, delimiter: str) -> str:
    """The cell without line breaks; as it is where other cells may have been swallowed into it, since a name holds neither
    figures nor an address beside a delimiter, and a line that ends with one has empty cells."""
    if "\n" not in cell and "\r" not in cell:
        return cell
    parts = [part for part in cell.strip().splitlines() if part.strip()]
    others = delimiter in cell and ("@" in cell or any(map(str.isdigit, cell)))
    torn = any(part.rstrip(" ").endswith(delimiter) for part in parts)
    if others or torn or len(parts) > _MOST_LINES_PER_NAME:
        return cell
    return folded(cell)


def complete(line: str, delimiter: str) -> list[str] | None:
    """The cells of a line that is a record by itself beyond doubt, as nearly all are; None for every other."""
    try:
        return next(csv.reader((line,), delimiter=delimiter, strict=True), None)
    except csv.Error:
        return None


def split(line: str, delimiter: str) -> list[str] | None:
    """The cells of one line by itself; None when it is beyond reading."""
    try:
        return next(csv.reader([line], delimiter=delimiter), None)
    except csv.Error:
        return None
