"""Reads the attendance reports of Microsoft Teams with a line for each person or stay: those of 2021 and since 2022.

Titles and column names come in the language of whoever saved the report, so tables are found by their shape: a name,
two times beside each other, a duration. Since 2022 one table lists people and the next one their stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from jam.attendance.reading.cells import heading, names_somebody, present, whole
from jam.attendance.reading.columns import columns, named, plain
from jam.attendance.reading.found import PlatformFigures, Report, Row
from jam.attendance.reading.records import split
from jam.attendance.reading.tables import Table, row_of
from jam.attendance.reading.times import Order, bare, seconds_of, wall_time
from jam.attendance.reading.walk import Walk

FORMAT = "teams"

_TITLE = re.compile(r"\s*(\d)\. ?(?=\D)")
#: What Teams writes behind the names of people from outside, in the languages in which reports were seen.
_OUTSIDE = re.compile(
    r"\s*\((?:external|unverified|guest|extern|gast|externe|invité|externo|invitado|esterno|ospite|convidado)\)",
    re.IGNORECASE,
)
#: A report of 2021 has up to eight lines above its table, one since 2022 about as many.
_HEAD = 60
_SAMPLE = 20
_FIRST = re.compile(r"first|erst|prim|premi|eerst|pierws")


def recognizes(lines: Sequence[str]) -> bool:
    """Whether numbered titles stand in it, or column names that Teams alone writes."""
    return _numbered(lines) or _plain_header(lines) is not None


def read(lines: Sequence[str], order: Order, day: date | None) -> Report:
    """The report in these physical lines."""
    found = _plain_header(lines)
    reading = _Reading(lines, _delimiter(lines), order, day, None if found is None else found[0])
    reading.run()
    return reading.report()


def _numbered(lines: Sequence[str]) -> bool:
    titles = {match[1] for line in lines[:_HEAD] if (match := _title(line))}
    return {"1", "2"} <= titles and any(
        _presence(split(line, delimiter) or []) is not None
        for line in lines[: _HEAD + _SAMPLE]
        for delimiter in "\t,;"
    )


def _title(line: str) -> re.Match[str] | None:
    """A title such as “2. Participants”, alone on its line."""
    bare_line = line.strip('\ufeff\r\n \t,;"')
    return _TITLE.match(bare_line) if len(bare_line) < 100 and "\t" not in bare_line else None


def _plain_header(lines: Sequence[str]) -> tuple[int, str] | None:
    """Where a report without numbered titles names its columns, and what parts its cells."""
    for at, line in enumerate(lines[:_HEAD]):
        for delimiter in "\t,;":
            found = columns(split(line, delimiter) or [])
            if {"name", "join", "leave", "duration", "upn"} <= found.keys() or (
                {"name", "join", "leave", "duration", "role", "email"} <= found.keys()
                and "guest" not in found
            ):
                return at, delimiter
            if {"name", "join", "leave", "duration", "email"} <= found.keys() and _sums_up(
                lines[:at], delimiter
            ):
                return at, delimiter
    return None


def _sums_up(above: Sequence[str], delimiter: str) -> bool:
    """Whether the lines say how many came and when it began, as those above Teams' table of 2021 do."""
    values = [
        cells[1] for line in above if named(cells := split(line, delimiter) or []) == 2 and len(cells) > 1
    ]
    return any(whole(value) is not None for value in values) and any(map(_any_time, values))


def _delimiter(lines: Sequence[str]) -> str:
    """Teams writes tabs; a spreadsheet that saves the file again may write commas or semicolons."""
    counts = {
        delimiter: sum(len(split(line, delimiter) or []) >= 5 for line in lines[: _HEAD + _SAMPLE])
        for delimiter in "\t,;"
    }
    return max(counts, key=lambda delimiter: counts[delimiter])


def _presence(cells: Sequence[str]) -> int | None:
    """Where two times stand beside each other with a duration behind them, in either order of day and month."""
    for at in range(1, len(cells) - 2):
        times = [_any_time(cells[at]), _any_time(cells[at + 1])]
        if all(times) and seconds_of(cells[at + 2]) is not None:
            return at
    return None


def _any_time(cell: str) -> bool:
    return any(wall_time(cell, order, needs_clock=True) for order in Order)


class _Reading(Walk):
    """One pass: the summary, then up to two tables of presence, then tables of other things."""

    def __init__(
        self, lines: Sequence[str], delimiter: str, order: Order, day: date | None, header: int | None
    ) -> None:
        super().__init__(lines, delimiter, order)
        self.day = day
        self.header = header
        self.number = 0
        self.table: Table | None = None
        self.elsewhere = False
        self.summary: list[list[str]] = []
        #: For each table of presence its rows' places, and whether its names say first and last.
        self.tables: list[tuple[int, bool]] = []

    def runs_on(self, cells: list[str], at: int, span: int) -> bool:
        """Names with line breaks are not written by Teams, so a record of several lines is damage."""
        return True

    def record(self, line: int, cells: list[str], span: int) -> None:
        """A title, a line of the summary, column names, or a row."""
        title = _title(self.lines[line - 1])
        if title and named(cells) == 1:
            self.number, self.table, self.elsewhere = int(title[1]), None, False
        elif self.table is None and not self.elsewhere and self._begins_table(line, cells):
            return
        elif self.elsewhere:
            return  # what people did there: hands raised, cameras
        elif self.table is None:
            self.above(cells)
            self.summary.append(cells)
        elif columns(cells) == self.table.columns:
            return  # the names once more
        else:
            row = row_of(self.table, line, cells, span, self.order, day=self.day or self._day(), listed=True)
            name = _OUTSIDE.sub("", row.name).strip() if row.name else None
            self.rows.append(replace(row, name=name or row.name))

    def _begins_table(self, line: int, cells: list[str]) -> bool:
        """Whether this line names columns; those of a table of other things begin such a one."""
        if names_somebody(cells) or any(map(_any_time, cells)):
            return False
        if self.header is not None and line == self.header + 1:
            found = columns(cells)
        elif self.number >= 2 and named(cells) > 2:
            found = columns(cells)
            if not {"name", "join", "leave"} <= found.keys():
                shaped = self._by_shape(line, found)
                if shaped is None:
                    self.elsewhere = self.number > 2
                    return self.elsewhere
                found = shaped
        else:
            return False
        kept = {
            field: at
            for field, at in found.items()
            if field in ("name", "join", "leave", "duration", "email", "upn")
        }
        people = bool(_FIRST.search(plain(cells[kept["join"]])))
        self.table = Table.of(cells, kept, whole=people)
        self.tables.append((len(self.rows), people))
        return True

    def _by_shape(self, line: int, found: dict[str, int]) -> dict[str, int] | None:
        """Where name, times, duration and address stand by what the lines below hold."""
        below = [split(each, self.delimiter) or [] for each in self.lines[line : line + _SAMPLE]]
        places = [at for cells in below if (at := _presence(cells)) is not None]
        if not places:
            return None
        join = max(set(places), key=places.count)
        guessed = {"name": found.get("name", 0), "join": join, "leave": join + 1, "duration": join + 2}
        with_address = [
            at for cells in below for at, cell in enumerate(cells) if at > join + 2 and "@" in cell
        ]
        if with_address:
            guessed["email"] = min(with_address)
        return guessed

    def _day(self) -> date | None:
        at = self._starts_at()
        return bare(at).date() if at else None

    def _starts_at(self) -> datetime | None:
        return next(
            (
                at
                for cells in self.summary
                for cell in cells[1:2]
                if (at := wall_time(cell, self.order, needs_clock=True))
            ),
            None,
        )

    def report(self) -> Report:
        """The people of the first table, with the times of the second where there is one."""
        rows = self._joined()
        start = self._starts_at() or min(
            (row.join_wall for row in rows if row.join_wall), key=bare, default=None
        )
        lengths = [
            seconds_of(cells[1]) for cells in self.summary if len(cells) > 1 and whole(cells[1]) is None
        ]
        known = [length for length in lengths if length is not None]
        return Report(
            format=FORMAT,
            topic=self._topic(),
            webinar_id=None,
            starts_at_wall=start,
            generated_wall=None,
            platform=PlatformFigures(
                viewers=next(
                    (n for cells in self.summary for cell in cells[1:2] if (n := whole(cell)) is not None),
                    None,
                ),
                average_seconds=known[1] if len(known) > 1 else None,
            ),
            lists_registrants=False,
            rows=tuple(rows),
            refused=tuple(self.refused),
            tells_panelists=False,
            order=self.order,
            delimiter=self.delimiter,
        )

    def _topic(self) -> str | None:
        """The first value of the summary that is no number, time or duration."""
        for cells in self.summary:
            text = present(cells[1]) if len(cells) > 1 else None
            if text and whole(text) is None and seconds_of(text) is None and not _any_time(text):
                return text
        return None

    def _joined(self) -> list[Row]:
        """Rows of a table of people say when somebody first came and last left; where their stays stand below, those count."""
        if len(self.tables) < 2:
            return self.rows
        second = self.tables[1][0]
        stays = {_key(row) for row in self.rows[second:]}
        return [
            replace(row, join_wall=None, leave_wall=None, attended=True, seconds=row.seconds)
            if _key(row) in stays
            else row
            for row in self.rows[:second]
        ] + self.rows[second:]


def _key(row: Row) -> str:
    return row.email_norm or heading(row.name or "")
