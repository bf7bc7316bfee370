"""Reads Zoom's lists of a meeting's participants: alone, below a summary, or in the account's report, in any language.

The names of people stand under “Name (original name)”. What stands before it, on its lines or above, is of the meeting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import compress

from jam.attendance.reading.cells import blank, heading, present, whole, yes_or_no
from jam.attendance.reading.columns import anchor, columns, plain
from jam.attendance.reading.found import PlatformFigures, Report, Row, Section
from jam.attendance.reading.records import split
from jam.attendance.reading.tables import Table, row_of
from jam.attendance.reading.times import Order, bare, wall_time
from jam.attendance.reading.walk import Walk

FORMAT = "zoom-meeting"

#: The summary and its values stand above the names of the columns; more is no list of participants.
_HEAD = 40
_DAY = timedelta(days=1)
#: A meeting that was opened anew within this time is still the same session's.
_BREAK = timedelta(hours=3)
#: A session that nobody says the start of is over when nobody was there for this time.
_EMPTY = timedelta(hours=1)
#: Most hosts open a session this much before its time, or after.
_ABOUT = timedelta(minutes=15)
_OTHER = "This line is of another meeting than the one at the time of the session."
_OTHER_DAY = "This line is of a meeting on another day."
_TOPIC = {"topic", "argomento", "thema", "sujet", "tema", "topico", "onderwerp", "temat"}
_ID = {"meeting id", "meetingid", "id", "id riunione", "meeting id meeting id"}
_START = {
    "start time",
    "ora di inizio",
    "startzeit",
    "heure de debut",
    "hora de inicio",
    "begintijd",
    "godzina rozpoczecia",
}
_PEOPLE = {"participants", "partecipanti", "teilnehmer", "participantes", "deelnemers", "uczestnicy"}


def recognizes(lines: Sequence[str]) -> bool:
    """Whether the names of a list of participants stand near the top."""
    return _header(lines) is not None


def read(lines: Sequence[str], order: Order, day: date | None, starts: datetime | None = None) -> Report:
    """The list in these physical lines; of several meetings in it, the session's, where one is of its day."""
    found = _header(lines)
    assert found is not None
    reading = _Reading(lines, found, order, day, starts)
    reading.run()
    return reading.report()


def _header(lines: Sequence[str]) -> tuple[int, str, int] | None:
    """The line that names the columns (from 0), what parts its cells, and the first column of people."""
    for at, line in enumerate(lines[:_HEAD]):
        for delimiter in ",\t;":
            cells = split(line, delimiter) or []
            start = anchor(cells)
            if start is None:
                names = [plain(cell) for cell in cells]
                start = next((n for n, name in enumerate(names) if name == "name"), None)
                if start is None or "user email" not in names:
                    continue
            if columns(cells, start + 1).keys() & {"join", "duration"} and "@" not in line:
                return at, delimiter, start
    return None


class _Reading(Walk):
    """One pass: the summary above the column names, then the participants."""

    def __init__(
        self,
        lines: Sequence[str],
        header: tuple[int, str, int],
        order: Order,
        day: date | None,
        starts: datetime | None,
    ) -> None:
        super().__init__(lines, header[1], order)
        self.header, _, self.start = header
        self.day = day
        self.starts = starts
        self.table: Table | None = None
        self.names: list[str] = []
        self.head: dict[str, str] = {}
        #: What the columns before the people's say of the meeting, on the newest line where they say anything.
        self.meeting: dict[str, str] = {}
        #: Of each row, which meeting it is of.
        self.meetings: list[dict[str, str]] = []

    def runs_on(self, cells: list[str], at: int, span: int) -> bool:
        """Whether this stands above the participants."""
        return self.table is None

    def record(self, line: int, cells: list[str], span: int) -> None:
        """Names and values of the summary, the names of the columns, or a participant."""
        if line == self.header + 1:
            self._column_names(cells)
        elif self.table is None:
            self._summary(cells)
        elif [heading(cell) for cell in cells] == self.names:
            return  # the same names once more, where reports were put one below the other
        else:
            if not blank(cells[: self.start]):  # else they were merged with those above
                self.meeting = dict(zip(self.names[: self.start], cells, strict=False))
            row = row_of(self.table, line, cells, span, self.order, day=self.day, listed=True)
            if yes_or_no(self.table.text(cells, "waiting") or ""):
                row = _waiting(row)
            self.rows.append(row)
            self.meetings.append(self.meeting)

    def _column_names(self, cells: list[str]) -> None:
        self.names = [heading(cell) for cell in cells]
        found = {"name": self.start} | {
            field: at for field, at in columns(cells, self.start + 1).items() if field != "name"
        }
        for field in ("attended", "action", "stamp", "role"):
            found.pop(field, None)
        self.table = Table.of(cells, found)

    def _summary(self, cells: list[str]) -> None:
        names = [plain(cell) for cell in cells]
        if not self.head and any(name in _TOPIC or name in _START for name in names):
            self.names = names
            return
        head = dict(zip(self.names, cells, strict=False))
        if self.names and not self.head and not any(map(str.isalpha, _of(head, _ID))):
            self.head = head
        else:
            self.above(cells, most=1)

    def report(self) -> Report:
        """What was read; lines of other meetings are refused where one is the session's."""
        self._leave_out_other_meetings()
        head = self.head or {plain(name): cell for name, cell in (self.meetings or [{}])[0].items()}
        start = wall_time(_of(head, _START), self.order)
        if start is None:
            start = min((row.join_wall for row in self.rows if row.join_wall), key=bare, default=None)
        return Report(
            format=FORMAT,
            topic=present(_of(head, _TOPIC)),
            webinar_id=present(_of(head, _ID)),
            starts_at_wall=start,
            generated_wall=None,
            platform=PlatformFigures(viewers=whole(_of(head, _PEOPLE))),
            lists_registrants=False,
            rows=tuple(self.rows),
            refused=tuple(sorted(self.refused, key=lambda each: each.line)),
            tells_panelists=False,
            order=self.order,
            delimiter=self.delimiter,
        )

    def _leave_out_other_meetings(self) -> None:
        if self.start == 0 or self.day is None:
            return
        of = _begun([_Meeting.of(meeting, self.order) for meeting in self.meetings], self.rows)
        on_the_day = [each.near(self.day) for each in of]
        if not any(on_the_day):
            return
        ours = _session(Counter(compress(of, on_the_day)), self.starts)
        kept, meetings = [], []
        for row, meeting, its, near in zip(self.rows, self.meetings, of, on_the_day, strict=True):
            if near and (ours is None or its.goes_on(ours)):
                kept.append(row)
                meetings.append(meeting)
            else:
                self.refuse(row.line, _OTHER if near else _OTHER_DAY)
        self.rows, self.meetings = kept, meetings


@dataclass(frozen=True)
class _Meeting:
    """Which meeting a line of the account's report is of: its number, else its topic, and its start, None for unknown."""

    number: str
    start: datetime | None

    @classmethod
    def of(cls, meeting: dict[str, str], order: Order) -> _Meeting:
        said = {plain(name): cell for name, cell in meeting.items()}
        start = wall_time(_of(said, _START), order)
        return cls(_of(said, _ID) or _of(said, _TOPIC), bare(start) if start else None)

    def near(self, day: date) -> bool:
        """Whether it began on a day, as clocks elsewhere may show it."""
        return self.start is not None and abs(self.start.date() - day) <= _DAY

    def goes_on(self, other: _Meeting) -> bool:
        """Whether it is another one, or that one opened anew after a break."""
        if self.number != other.number or self.start is None or other.start is None:
            return False
        return abs(self.start - other.start) <= _BREAK


def _begun(meetings: list[_Meeting], rows: list[Row]) -> list[_Meeting]:
    """The meetings of the rows; one whose start nothing says began when the first of its people joined, and is another
    one when nobody was there for a while."""
    begun = list(meetings)
    joins = [
        (meeting.number, bare(row.join_wall), at)
        for at, (meeting, row) in enumerate(zip(meetings, rows, strict=True))
        if meeting.start is None and row.join_wall
    ]
    newest, until = _Meeting("", None), None
    for number, join, at in sorted(joins):
        if until is None or number != newest.number or join - until > _EMPTY:
            newest, until = _Meeting(number, join), join
        leave = rows[at].leave_wall
        until = max(until, bare(leave) if leave else join)
        begun[at] = newest
    return begun


def _session(lines: Counter[_Meeting], starts: datetime | None) -> _Meeting | None:
    """Which of several meetings, by their numbers of lines, is the session that starts then: the next in time,
    and of those that begin right about then the one with most lines. None where there is nothing to choose."""
    if starts is None or len(lines) < 2:
        return None
    away = {each: abs(each.start - starts) for each in lines if each.start}
    return min(away, key=lambda each: (max(away[each], _ABOUT), -lines[each], away[each]))


def _waiting(row: Row) -> Row:
    return replace(row, section=Section.WAITING, attended=False)


def _of(head: dict[str, str], names: set[str]) -> str:
    return next((cell for name, cell in head.items() if name in names), "")
