"""Somebody's lines in a report's bytes: finding them, and the same report without them.

Lines are emptied and not taken out, so that every other line keeps its number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jam.attendance.layouts import known_layouts
from jam.attendance.reading import read
from jam.attendance.reading.decoding import all_lines, text_lines
from jam.attendance.reading.found import Report, Row
from jam.attendance.reading.mapped import Known
from jam.attendance.reading.records import split
from jam.attendance.reading.workbook import BEGINS
from jam.base.errors import Refused

_BREAK = re.compile(r"\r\n|\r|\n")
_BETWEEN_CELLS = re.compile(r'[",;\t\s]+')


@dataclass(frozen=True)
class Whose:
    """How a report names somebody: addresses as they are compared, and names in lower case for lines without one."""

    addresses: frozenset[str]
    names: frozenset[str]
    #: Numbers that platforms gave their registrations.
    registrants: frozenset[str] = frozenset()

    def owns(self, row: Row) -> bool:
        """Whether a line is theirs: by its address or, where it has none, by its name."""
        if row.registrant and row.registrant in self.registrants:
            return True
        if row.email_norm is not None:
            return row.email_norm in self.addresses
        return (row.name or "").casefold() in self.names

    def is_in(self, text: str) -> bool:
        """Whether a text names them, for lines that cannot be read."""
        words = f" {_BETWEEN_CELLS.sub(' ', text).casefold()} "
        numbers = (each.casefold() for each in self.registrants if len(each) > 5)  # 12 may be anything
        named = any(f" {name} " in words for name in (*self.names, *numbers) if name)
        return named or bool(self.pattern.search(text))

    @property
    def pattern(self) -> re.Pattern[str]:
        """Finds their addresses as whole words."""
        any_of = "|".join(re.escape(each) for each in sorted(self.addresses)) or r"(?!)"
        return re.compile(rf"(?<![\w.+-])(?:{any_of})(?![\w-])", re.IGNORECASE)


def lines_in(data: bytes, whose: Whose) -> list[tuple[int, list[str]]]:
    """Their lines in a report, as number and cells, those that could not be read in one cell; none where the bytes are no
    report."""
    known = known_layouts()
    report = _report(data, known)
    if report is None:
        return []
    lines = text_lines(data, known)
    found = [(row.line, _cells(lines, row, report.delimiter)) for row in report.rows if whose.owns(row)]
    unread = [(each.line, [lines[each.line - 1].strip()]) for each in report.refused]
    return sorted([*found, *((number, cells) for number, cells in unread if whose.is_in(cells[0]))])


def without(data: bytes, whose: Whose) -> tuple[bytes, set[int]] | None:
    """The report as UTF-8 with their lines emptied, and the numbers of these lines; None when it names them nowhere.

    Where it cannot be read, each line that names them is emptied. Of a workbook, only the sheet that is read is left.
    """
    known = known_layouts()
    lines = text_lines(data, known)
    before = list(lines)
    report = _report(data, known)
    gone = set(_numbers(report, lines, whose) if report else _naming(lines, whose))
    for number in gone:
        lines[number - 1] = "".join(_BREAK.findall(lines[number - 1]))
    # What is left of them stands in somebody else's line: an answer that gives a colleague's address.
    lines = [whose.pattern.sub("erased", line) for line in lines]
    if lines == before and not (data.startswith(BEGINS) and any(map(whose.is_in, all_lines(data)))):
        return None
    return "".join(lines).encode(), gone


def _numbers(report: Report, lines: list[str], whose: Whose) -> Iterator[int]:
    for row in report.rows:
        if whose.owns(row):
            # An answer may go over several lines.
            yield from range(row.line, row.line + row.span)
    for refused in report.refused:
        if whose.is_in(lines[refused.line - 1]):
            yield refused.line


def _naming(lines: list[str], whose: Whose) -> Iterator[int]:
    return (number for number, line in enumerate(lines, 1) if whose.is_in(line))


def _cells(lines: list[str], row: Row, delimiter: str) -> list[str]:
    together = "".join(lines[row.line - 1 : row.line - 1 + row.span])
    return split(together, delimiter) or [together]


def _report(data: bytes, known: Known) -> Report | None:
    try:
        return read(data, known=known, mistakes_too=True)
    except Refused:
        return None
