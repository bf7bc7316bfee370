"""Reads the reports of Microsoft Teams that write a line for each coming and going: those of 2020, and of live events.

A line of joining carries the stay that the next line of leaving ends; who never left stayed for nobody knows how long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from jam.attendance.reading.cells import address, heading, present
from jam.attendance.reading.columns import columns, plain
from jam.attendance.reading.found import PlatformFigures, Report, Row, Section, Unreadable
from jam.attendance.reading.records import split
from jam.attendance.reading.tables import time_of
from jam.attendance.reading.times import Order, bare
from jam.attendance.reading.walk import Walk

FORMAT = "teams"

_HEAD = 20
_JOINED = ("join", "beigetreten", "tritt bei", "teilgenommen", "rejoint", "a rejoint", "unio", "se unio", "se ha unido", "ingress", "entrou",
           "partecip", "si e unito", "iscritto", "deelgenomen", "dolacz", "entered", "participa")  # fmt: skip
_LEFT = ("left", "leave", "verlassen", "hat verlassen", "a quitte", "quitte", "salio", "abandon", "ha salido", "saiu", "uscit", "ha lasciato",
         "vertrok", "verlaten", "opusc", "exited")  # fmt: skip


def recognizes(lines: Sequence[str]) -> bool:
    """Whether names of columns stand near the top that say who did what when."""
    return _header(lines) is not None


def read(lines: Sequence[str], order: Order, day: date | None) -> Report:
    """The report in these physical lines."""
    found = _header(lines)
    assert found is not None
    reading = _Reading(lines, found, order, day)
    reading.run()
    rows = reading.stays()
    return Report(
        format=FORMAT,
        topic=None,
        webinar_id=None,
        starts_at_wall=min((row.join_wall for row in rows if row.join_wall), key=bare, default=None),
        generated_wall=None,
        platform=PlatformFigures(),
        lists_registrants=False,
        rows=tuple(rows),
        refused=tuple(reading.refused),
        tells_panelists=False,
        order=order,
        delimiter=found[1],
    )


def _header(lines: Sequence[str]) -> tuple[int, str, dict[str, int]] | None:
    for at, line in enumerate(lines[:_HEAD]):
        for delimiter in "\t,;":
            cells = split(line, delimiter) or []
            found = columns(cells)
            if {"name", "action", "stamp"} <= found.keys():
                names = [plain(cell) for cell in cells]
                for field in ("participantid", "sessionid"):
                    if field in names:
                        found[field] = names.index(field)
                found["utc"] = int("utceventtimestamp" in names)
                return at, delimiter, found
    return None


class _Reading(Walk):
    """One pass: every line with an action is a row; what goes together is found in the end."""

    def __init__(
        self, lines: Sequence[str], header: tuple[int, str, dict[str, int]], order: Order, day: date | None
    ) -> None:
        super().__init__(lines, header[1], order)
        self.header, _, self.columns = header
        self.day = day
        #: Of each row: whose coming or going it is, when, and whether it is a going.
        self.events: list[tuple[str, datetime, bool]] = []

    def runs_on(self, cells: list[str], at: int, span: int) -> bool:
        """Names with line breaks are not written by Teams, so a record of several lines is damage."""
        return True

    def record(self, line: int, cells: list[str], span: int) -> None:
        """One coming or going."""
        if columns(cells).keys() >= {"name", "action", "stamp"}:
            return
        if line <= self.header:
            self.above(cells)
            return
        needed = 1 + max(self.columns["action"], self.columns["stamp"])
        if len(cells) < needed:
            raise Unreadable(f"The line is cut short: it has {len(cells)} of {needed} cells.")
        name = self._text(cells, "name")
        email, number = self._text(cells, "email"), self._text(cells, "participantid")
        if email is None and number and address(number):
            email = number  # who is signed in is known by their address
        whose = number or email or name or self._text(cells, "sessionid")
        at = time_of(self._text(cells, "stamp"), "event", self.order, self.day)
        if whose is None or at is None:
            raise Unreadable("The line holds no name or no time.")
        if self.columns["utc"] and at.tzinfo is None:
            at = at.replace(tzinfo=UTC)
        left = _is_left(self._text(cells, "action") or "")
        self.events.append((heading(whose), at, left))
        self.rows.append(
            Row(line, Section.ATTENDEE, None, name, None, None, email, address(email), None if left else at,
                at if left else None, None, None, None, None)
        )  # fmt: skip

    def _text(self, cells: Sequence[str], field: str) -> str | None:
        at = self.columns.get(field)
        return present(cells[at]) if at is not None and at < len(cells) else None

    def stays(self) -> list[Row]:
        """The rows, each joining with the leaving that ends it; a leaving without a joining is a stay of unknown length."""
        rows = list(self.rows)
        inside: dict[str, list[int]] = {}
        for place in sorted(range(len(rows)), key=lambda n: (bare(self.events[n][1]), self.events[n][2], n)):
            whose, at, left = self.events[place]
            if not left:
                inside.setdefault(whose, []).append(place)
            elif inside.get(whose):
                begun = inside[whose].pop()
                rows[begun] = replace(rows[begun], leave_wall=at, attended=True)
            else:
                rows[place] = replace(rows[place], attended=True)
        return rows


def _is_left(action: str) -> bool:
    """Whether an action is a going; Unreadable for one that Jam does not know."""
    word = plain(action)
    if word.startswith(_LEFT) or " left" in word:
        return True
    if word.startswith(_JOINED):
        return False
    raise Unreadable(f"“{action[:40]}” is neither joining nor leaving.")
