"""Reads any table with people and how long or when they were there, by the names of its columns or by what staff said once.

What staff say holds for the layout: the next file with the same column names is read the same way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jam.attendance.reading.cells import folded, heading, whole
from jam.attendance.reading.columns import columns, fingerprint, named, telling
from jam.attendance.reading.found import PlatformFigures, Report, Unreadable
from jam.attendance.reading.mistakes import lists_meetings
from jam.attendance.reading.records import complete, sound, split
from jam.attendance.reading.tables import Table, row_of
from jam.attendance.reading.times import Order, bare, wall_time
from jam.attendance.reading.walk import Walk

FORMAT = "table"

#: A head such as a title and a date may stand above the names of the columns.
_HEAD = 40
#: What looks like a date or a clock's time, even a damaged one.
_DATE = re.compile(r"\d[/:.-]\d+[/:.-]\d")
#: What a column can be said to hold.
FIELDS = ("name", "first", "last", "email", "join", "leave", "duration", "seconds", "hours", "attended")

#: What staff said of layouts: by fingerprint, where each thing stands.
Known = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Header:
    """The line that names the columns: where it stands (from 0), what parts its cells, the cells, a few lines below, and
    how many lines it takes, which are several where a name has a line break in it."""

    at: int
    delimiter: str
    cells: list[str]
    below: list[list[str]]
    span: int = 1

    @property
    def fingerprint(self) -> str:
        """What tells this layout from others."""
        return fingerprint(self.cells)


def found_by(
    lines: Sequence[str], known: Known, *, meetings_too: bool = False
) -> tuple[Header, dict[str, int]] | None:
    """The line that names the columns, and where each thing stands; None where nothing says so.

    A list of meetings names their hosts, and is no table of people, unless `meetings_too`.
    """
    guessed: tuple[Header, dict[str, int]] | None = None
    for at in range(min(len(lines), _HEAD)):
        for delimiter in ",\t;|":
            cells, span = _cells(lines, at, delimiter)
            if len(cells) < 2:
                continue
            said = known.get(fingerprint(cells))
            if said is not None and all(place < len(cells) for place in said.values()):
                return _header(lines, at, delimiter, cells, span), dict(said)
            if not meetings_too and lists_meetings(cells):
                continue
            found = {
                field: place
                for field, place in columns(cells).items()
                if field in (*FIELDS, "upn", "registrant")
            }
            if telling(found) and _names(cells) and _better(guessed, at, found):
                guessed = _header(lines, at, delimiter, cells, span), found
    return guessed


def _better(guessed: tuple[Header, dict[str, int]] | None, at: int, found: dict[str, int]) -> bool:
    """Whether names are the first ones, or stand right below a line that only gathers columns, as merged cells do."""
    return guessed is None or (at == guessed[0].at + 1 and len(found) > len(guessed[1]))


def read(
    lines: Sequence[str], header: Header, places: dict[str, int], order: Order, day: date | None
) -> Report:
    """The table below a header, each thing where `places` says."""
    reading = _Reading(lines, header, places, order, day)
    reading.run()
    joins = [row.join_wall for row in reading.rows if row.join_wall]
    return Report(
        format=FORMAT,
        topic=None,
        webinar_id=None,
        starts_at_wall=min(joins, key=bare, default=None),
        generated_wall=None,
        platform=PlatformFigures(),
        lists_registrants="attended" in places or "registered" in places,
        rows=tuple(reading.rows),
        refused=tuple(reading.refused),
        tells_panelists=False,
        order=order,
        delimiter=header.delimiter,
    )


def likely_header(lines: Sequence[str]) -> Header | None:
    """The line that most likely names the columns of a table that says nothing of presence by itself; None for no table."""
    best: tuple[int, Header] | None = None
    for at in range(min(len(lines), _HEAD)):
        for delimiter in ",\t;|":
            cells, span = _cells(lines, at, delimiter)
            words = named(cells)
            if words < 2 or words < len([cell for cell in cells if folded(cell)]) or not _names(cells):
                continue
            header = _header(lines, at, delimiter, cells, span)
            alike = sum(abs(len(below) - len(cells)) <= 1 for below in header.below)
            if alike and (best is None or words * alike > best[0]):
                best = words * alike, header
    return best[1] if best else None


def _names(cells: Sequence[str]) -> bool:
    """Whether all cells are words: no number, date, time or address, and none twice."""
    texts = [heading(cell) for cell in cells if folded(cell)]
    return len(set(texts)) == len(texts) and not any(
        "@" in text or whole(text) is not None or wall_time(text) or _DATE.search(text) or len(text) > 80
        for text in texts
    )


def _cells(lines: Sequence[str], at: int, delimiter: str) -> tuple[list[str], int]:
    """The cells of the line, and how many lines it takes; several only where its quotation marks pair up."""
    together = sound(lines, at, delimiter) if '"' in lines[at] else None
    return together or (split(lines[at], delimiter) or [], 1)


def _header(lines: Sequence[str], at: int, delimiter: str, cells: list[str], span: int) -> Header:
    below = [split(line, delimiter) or [] for line in lines[at + span : at + span + 7] if line.strip()]
    return Header(at, delimiter, cells, below[:5], span)


class _Reading(Walk):
    """One pass over the lines below the names of the columns."""

    def __init__(
        self, lines: Sequence[str], header: Header, places: dict[str, int], order: Order, day: date | None
    ) -> None:
        super().__init__(lines, header.delimiter, order)
        self.day = day
        self.header, self.span = header.at, header.span
        self.names = [heading(cell) for cell in header.cells]
        self.table = Table.of(header.cells, places, whole=True)

    def runs_on(self, cells: list[str], at: int, span: int) -> bool:
        """Whether this stands above the names of the columns, or has swallowed them."""
        return at < self.header or (at == self.header and span != self.span)

    def record(self, line: int, cells: list[str], span: int) -> None:
        """A person, or the names once more."""
        if line <= self.header:
            self.above(cells)
            torn = complete(self.lines[line - 1], self.delimiter) is None
            if torn or (named(cells) > 1 and len(cells) == len(self.names)):
                raise Unreadable("The line stands above the names of the columns.")
        elif [heading(cell) for cell in cells] != self.names:
            # Without times and minutes the table is a list of who came.
            bare_list = not self.table.columns.keys() & {"join", "duration", "seconds", "hours", "attended"}
            self.rows.append(
                row_of(self.table, line, cells, span, self.order, day=self.day, listed=bare_list)
            )
