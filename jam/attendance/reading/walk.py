"""One pass over the lines of a file that may be damaged: each line ends up read, or refused with its number and reason."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from jam.attendance.reading.cells import blank, heading, names_somebody
from jam.attendance.reading.found import RefusedRow, Row, Unreadable
from jam.attendance.reading.records import complete, records, split
from jam.attendance.reading.times import Order

_TORN = "The line is too long or its quotation marks do not pair up."


class Walk(ABC):
    """What all readers share. A reader says in `record` what one record is, and raises Unreadable where it is nothing.

    `names` are column names by position: a record of several lines that holds them has run on into the rows below.
    """

    def __init__(self, lines: Sequence[str], delimiter: str, order: Order) -> None:
        self.lines = lines
        self.delimiter = delimiter
        self.order = order
        self.rows: list[Row] = []
        self.refused: list[RefusedRow] = []

    def run(self, start: int = 0) -> None:
        """Read all lines from one on."""
        at = start
        while at < len(self.lines):
            at += self._take(at)

    @abstractmethod
    def record(self, line: int, cells: list[str], span: int) -> None:
        """Take a record that begins on a line (from 1) and spans some; Unreadable says why it cannot be read."""

    def runs_on(self, cells: list[str], at: int, span: int) -> bool:
        """Whether a record of several lines cannot be one, so that its first line is read alone."""
        return False

    def refuse(self, line: int, reason: str) -> None:
        """Leave a line out, and say why."""
        self.refused.append(RefusedRow(line, reason))

    def above(self, cells: Sequence[str], most: int = 2) -> None:
        """Take a line above the names of the columns; Unreadable for one that a person may stand on: one with more than
        so many cells, or with an address."""
        if sum(bool(heading(cell)) for cell in cells) > most or names_somebody(cells):
            raise Unreadable("The line stands above the names of the columns.")

    def following(self, at: int, span: int) -> list[list[str]]:
        """The lines that a record has taken beyond its first, each by itself."""
        return [split(line, self.delimiter) or [] for line in self.lines[at + 1 : at + span]]

    def _take(self, at: int) -> int:
        """Reads the record that begins at a line; the number of lines it took.

        A line cut short inside a quoted cell would swallow its neighbors: when a record of several lines
        makes no sense, its first line is read alone.
        """
        why = ""
        alone = complete(self.lines[at], self.delimiter)
        for cells, span in ((alone, 1),) if alone else records(self.lines, at, self.delimiter):
            if span > 1 and self.runs_on(cells, at, span):
                continue
            try:
                if not blank(cells):
                    self.record(at + 1, cells, span)
            except Unreadable as error:
                why = str(error)
            else:
                return span
        self.refused.append(RefusedRow(at + 1, why or _TORN))
        return 1
