"""Records of a CSV file whose lines may be damaged: each begins at a physical line and may span several."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence

#: A cell with line breaks in it, such as an answer to a question, is believed up to this many lines.
_MOST_LINES_PER_CELL = 50


def records(lines: Sequence[str], at: int, delimiter: str) -> Iterator[tuple[list[str], int]]:
    """The record that begins at a line and how many lines it spans; then, if several, the line alone."""
    if '"' not in lines[at]:
        alone = split(lines[at], delimiter)
        if alone is not None:
            yield alone, 1
        return
    reader = csv.reader(lines[at : at + _MOST_LINES_PER_CELL], delimiter=delimiter)
    try:
        together = next(reader)
    except (csv.Error, StopIteration):
        pass
    else:
        yield together, reader.line_num
        if reader.line_num == 1:
            return
    if (alone := split(lines[at], delimiter)) is not None:
        yield alone, 1


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
