"""Reads the attendee report of a Zoom webinar: one CSV file with four tables, each with its own column names.

Columns are found by name, so that the layouts of 2020, 2025 and 2026 need no telling apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from jam.attendance.reading import zoom_words
from jam.attendance.reading.cells import heading, names_somebody, present, whole, yes_or_no
from jam.attendance.reading.columns import named
from jam.attendance.reading.found import PlatformFigures, Report, Section, Unreadable
from jam.attendance.reading.records import split
from jam.attendance.reading.times import Order, bare, wall_time
from jam.attendance.reading.walk import Walk
from jam.attendance.reading.zoom_tables import Table, row_of
from jam.base.errors import Refused

FORMAT = "zoom-webinar"

_TITLES = {
    "host details": Section.HOST,
    "panelist details": Section.PANELIST,
    "attendee details": Section.ATTENDEE,
    "other attended": Section.OTHER,
}
_GENERATED = {"report generated:", "report generated time", "report generated"}
#: The start in the head is sometimes a day early; a host's first join this far from it shows that.
_SAME_OCCASION = timedelta(hours=12)


def recognizes(lines: Sequence[str]) -> bool:
    """Whether a title of this report stands alone on a line, padded with commas or not."""
    if any(_bare(line) == "attendee report" or _bare(line) in _TITLES for line in lines):
        return True
    return zoom_words.delimiter_of(lines) is not None


def read(lines: Sequence[str], order: Order) -> Report:
    """The report in these physical lines; Refused when the list of attendees is not in it."""
    reading = _Reading(lines, order)
    reading.run()
    if not reading.attendee_columns:
        raise Refused(
            "This Zoom report ends before its list of attendees. Download the attendee report from Zoom "
            "again and choose the whole file."
        )
    return reading.report()


def _bare(line: str) -> str:
    return heading(line.strip('\ufeff\r\n \t,;"')) if len(line) < 1000 else ""


class _Reading(Walk):
    """One pass over the lines, remembering which table it is in."""

    def __init__(self, lines: Sequence[str], order: Order) -> None:
        foreign = (
            None if any("join time" in line.lower() for line in lines) else zoom_words.delimiter_of(lines)
        )
        super().__init__(lines, foreign or _delimiter(lines), order)
        #: Whether titles and names of columns are in another language than English.
        self.foreign = foreign is not None
        self.tables = 0
        #: The names of columns as they stand there, and in English.
        self.originals: list[str] = []
        self.english: list[str] = []
        self.section: Section | None = None
        self.table: Table | None = None
        self.in_head = True
        self.attendee_columns: dict[str, int] = {}
        self.names: list[str] = []
        self.head: dict[str, str] = {}
        self.generated: datetime | None = None

    def runs_on(self, cells: list[str], at: int, span: int) -> bool:
        """Whether this stands in the head, or column names of several lines have run on into the rows below them."""
        if self.in_head:
            return True
        if not self._names_columns(cells):
            return False
        return any(
            len(below) > 3 and (yes_or_no(below[0]) is not None or zoom_words.stay_at(below) is not None)
            for below in self.following(at, span)
        )

    def record(self, line: int, cells: list[str], span: int) -> None:
        """A title, column names, a line of the head, or a row."""
        title = self._title(line, cells)
        if title is not None:
            self.section, self.table, self.in_head = title, None, False
        elif self._names_columns(cells):
            self._column_names(cells)
        elif self.in_head:
            self._head_line([heading(cell) for cell in cells], cells)
        elif self.table is None:
            raise Unreadable("The line stands in a table that Jam does not know.")
        else:
            self.rows.append(row_of(self.table, line, cells, span, self.order))

    def _title(self, line: int, cells: list[str]) -> Section | None:
        """Which table begins below a line with nothing but a title."""
        if any(heading(cell) for cell in cells[1:]):
            return None
        if not self.foreign:
            return _TITLES.get(heading(cells[0]))
        names = zoom_words.names_below(self.lines, line, self.delimiter)
        if names is None:
            return None
        self.english = names
        self.tables += 1
        return zoom_words.section_of(cells[0]) or zoom_words.section_by(names, self.tables - 1)

    def _names_columns(self, cells: list[str]) -> bool:
        if not self.foreign:
            return _names_columns(cells)
        if self.section is not None and self.table is None and not self.in_head:
            self.originals = cells
        return bool(self.originals) and cells == self.originals

    def _column_names(self, cells: list[str]) -> None:
        """Starts a table. A second set of names under one title belongs to a table of unknown title."""
        if names_somebody(cells):
            self.section = self.table = None
            raise Unreadable("The names of the columns and a line have run together.")
        if self.section is None:
            return
        table = Table.of(self.section, self.english if self.foreign else cells)
        if self.table is None:
            self.table = table
            if self.section is Section.ATTENDEE:
                self.attendee_columns = table.columns
        elif self.table != table:
            self.section = self.table = None

    def _head_line(self, names: list[str], cells: list[str]) -> None:
        if names[0] in _GENERATED:
            self.generated = wall_time(cells[1], self.order) if len(cells) > 1 else None
        elif self.names and not any(
            map(str.isalpha, cells[min(self.names.index("webinar id"), len(cells) - 1)])
        ):
            self.head = dict(zip(self.names, cells, strict=False))
            self.names = []
        elif "webinar id" in names:
            self.names = names
        elif self.foreign and named(cells) > 4 and not any(map(str.isdigit, "".join(cells))):
            self.names = zoom_words.head_names(cells)
        elif self.foreign and named(cells) == 2 and (said := wall_time(cells[1], self.order)):
            self.generated = said
        else:
            self.above(cells)

    def report(self) -> Report:
        return Report(
            format=FORMAT,
            topic=present(self.head.get("topic", "")),
            webinar_id=present(self.head.get("webinar id", "")),
            starts_at_wall=self._starts_at(),
            generated_wall=self.generated,
            platform=PlatformFigures(
                registered=self._count("# registered", "# registrants"),
                viewers=self._count("unique viewers"),
                total_users=self._count("total users"),
                peak=self._count("max concurrent views"),
            ),
            lists_registrants=not self.attendee_columns.keys().isdisjoint(
                {"registration time", "approval status"}
            ),
            rows=tuple(self.rows),
            refused=tuple(self.refused),
            order=self.order,
            delimiter=self.delimiter,
        )

    def _count(self, *names: str) -> int | None:
        return next((whole(self.head[name]) for name in names if name in self.head), None)

    def _starts_at(self) -> datetime | None:
        """The start in the head, on the day of the host's first join where the head is a day off."""
        said = wall_time(self.head.get("actual start time", ""), self.order)
        joins = [row.join_wall for row in self.rows if row.section is Section.HOST and row.join_wall]
        if not joins:
            return said
        first = min(joins, key=bare)
        if said is None:
            return first
        return (
            said
            if abs(bare(first) - bare(said)) < _SAME_OCCASION
            else datetime.combine(first.date(), said.time())
        )


def _names_columns(cells: Sequence[str]) -> bool:
    together = "\n".join(cells)
    if "oin" not in together and "OIN" not in together:  # as in nearly every row
        return False
    return any(heading(cell) == "join time" for cell in cells)


def _delimiter(lines: Sequence[str]) -> str:
    """Zoom writes commas; a spreadsheet that saves the file again may write tabs or semicolons."""
    for line in lines:
        if "join time" in line.lower():
            for delimiter in ",\t;":
                if _names_columns(split(line, delimiter) or ()):
                    return delimiter
    return ","
