"""Reads the attendee report of GoToWebinar: a head, then tables of attendees and staff under titles of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from jam.attendance.reading.cells import names_somebody, present, whole, yes_or_no
from jam.attendance.reading.columns import columns, named, plain
from jam.attendance.reading.found import PlatformFigures, Report, Section
from jam.attendance.reading.records import split
from jam.attendance.reading.tables import Table, row_of
from jam.attendance.reading.times import Order, bare, wall_time
from jam.attendance.reading.walk import Walk

FORMAT = "gotowebinar"

#: Column names that no other platform writes.
_OWN = {
    "interest rating", "attendee interest rating", "in session duration minutes", "in session duration",
    "questions asked by attendee", "clicked registration link", "opened invitation", "attentiveness", "unsubscribed",
    "registrantkey", "attendancetimeinseconds",
}  # fmt: skip
_HEAD_NAMES = {"webinar id", "webinar key", "duration", "duration minutes", "registered", "attended"}
_STAFF = ("staff", "organizer", "panelist", "presenter")
_MOST = 80


def recognizes(lines: Sequence[str]) -> bool:
    """Whether column names of GoToWebinar's attendees stand in it."""
    return any(
        _names_people(cells) and not _OWN.isdisjoint(map(plain, cells))
        for line in lines[:_MOST]
        for delimiter in ",\t;"
        if len(cells := split(line, delimiter) or []) > 2
    )


def read(lines: Sequence[str], order: Order, day: date | None) -> Report:
    """The report in these physical lines."""
    reading = _Reading(lines, order, day)
    reading.run()
    return reading.report()


def _names_people(cells: Sequence[str]) -> bool:
    found = columns(cells)
    return (
        bool(found.keys() & {"email", "name", "first", "last"})
        and bool(found.keys() & {"join", "duration", "seconds", "attended"})
        and not names_somebody(cells)
    )


def _delimiter(lines: Sequence[str]) -> str:
    for line in lines[:_MOST]:
        for delimiter in ",\t;":
            cells = split(line, delimiter) or []
            if len(cells) > 2 and _names_people(cells):
                return delimiter
    return ","


class _Reading(Walk):
    """One pass over the head and the tables."""

    def __init__(self, lines: Sequence[str], order: Order, day: date | None) -> None:
        super().__init__(lines, _delimiter(lines), order)
        self.day = day
        self.section = Section.ATTENDEE
        self.table: Table | None = None
        self.attended = False
        self.staff = False
        self.names: list[str] = []
        self.head: dict[str, str] = {}

    def runs_on(self, cells: list[str], at: int, span: int) -> bool:
        """Whether this stands in the head, or column names have run on into the rows below them."""
        if self.table is None and not _names_people(cells):
            return True
        return _names_people(cells) and any(
            below and yes_or_no(below[0]) is not None for below in self.following(at, span)
        )

    def record(self, line: int, cells: list[str], span: int) -> None:
        """A title, column names, a line of the head, or a person."""
        if _names_people(cells):
            self._column_names(cells)
        elif named(cells) == 1 and present(cells[0]) and self._title(cells[0]):
            return
        elif self.table is None:
            self._head_line(cells)
        else:
            section = self.section
            self.rows.append(
                row_of(self.table, line, cells, span, self.order, section=section, day=self.day,
                       listed="attended" not in self.table.columns)
            )  # fmt: skip

    def _title(self, cell: str) -> bool:
        """Whether a cell that stands alone is a title; in a table, only those that name people are."""
        words = plain(cell)
        if words.startswith(_STAFF):
            self.section, self.staff = Section.PANELIST, True
            return True
        if words.startswith(("attendee", "registrant", "did not attend")):
            self.section = Section.ATTENDEE
            return True
        return self.table is None

    def _column_names(self, cells: list[str]) -> None:
        found = columns(cells)
        kept = {
            field: at
            for field, at in found.items()
            if field in ("name", "first", "last", "email", "join", "leave", "duration", "seconds", "attended",
                         "registered", "approval", "country", "registrant")
        }  # fmt: skip
        self.table = Table.of(cells, kept, whole=True)
        self.attended = self.attended or "attended" in kept

    def _head_line(self, cells: list[str]) -> None:
        if names_somebody(cells):
            self.above(cells)
        if self.names:
            for name, cell in zip(self.names, cells, strict=False):
                self.head.setdefault(name, cell)
            self.names = []
        elif len(cells) == 2 and plain(cells[1]) not in _HEAD_NAMES:
            self.head.setdefault(plain(cells[0]), cells[1])
        elif named(cells) > 1:
            self.names = [plain(cell) for cell in cells]

    def report(self) -> Report:
        """What was read, with what the head says of the webinar."""
        start = wall_time(self._of("actual start date time", "actual start time", "session start date time", "start time", "session date"), self.order)  # fmt: skip
        joins = [row.join_wall for row in self.rows if row.join_wall]
        return Report(
            format=FORMAT,
            topic=present(self._of("webinar name", "webinar title", "title", "name")),
            webinar_id=present(self._of("webinar id", "webinar key")),
            starts_at_wall=start or min(joins, key=bare, default=None),
            generated_wall=wall_time(self._of("generated", "report generated", "generated on"), self.order),
            platform=PlatformFigures(
                registered=whole(self._of("registered", "total registered", "registrants")),
                viewers=whole(self._of("attended", "total attended", "attendees")),
            ),
            lists_registrants=self.attended,
            rows=tuple(self.rows),
            refused=tuple(self.refused),
            tells_panelists=self.staff,
            order=self.order,
            delimiter=self.delimiter,
        )

    def _of(self, *names: str) -> str:
        return next((self.head[name] for name in names if name in self.head), "")
