"""The tables of a Zoom webinar report: where each column stands, and a line read as a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jam.attendance.reading.cells import address, heading, present, registrant, whole
from jam.attendance.reading.found import Row, Section, Unreadable
from jam.attendance.reading.tables import time_of
from jam.attendance.reading.times import Order, wall_time

_OWN_COLUMNS = {
    "attended",
    "user name",
    "user name (original name)",
    "first name",
    "last name",
    "email",
    "phone",
    "registration time",
    "approval status",
    "join time",
    "leave time",
    "time in session (minutes)",
    "is guest",
    "country/region name",
    "source name",
    "registrant id",
}
YES_OR_NO = ("yes", "no")


@dataclass(frozen=True)
class Table:
    """Where each column stands.

    `width` reaches to the last column with a name; lines may be padded beyond it. `needed` is how many cells
    a line must have to hold all that is counted.
    """

    section: Section
    columns: dict[str, int]
    answers: dict[str, int]
    width: int
    needed: int

    @classmethod
    def of(cls, section: Section, cells: Sequence[str]) -> Table:
        columns: dict[str, int] = {}
        answers: dict[str, int] = {}
        for at, name in enumerate(present(cell) for cell in cells):
            known = name.casefold() if name else ""
            if known in _OWN_COLUMNS and known not in columns:
                columns[known] = at
            elif name:
                answers[_unused(name, answers)] = at
        counted = (columns.get(name, -1) for name in ("join time", "leave time", "time in session (minutes)"))
        return cls(
            section, columns, answers, 1 + max([*columns.values(), *answers.values()]), 1 + max(counted)
        )

    def said(self, cells: Sequence[str], name: str) -> str | None:
        """What the line says under one of the platform's own columns; None for nothing."""
        at = self.columns.get(name)
        return present(cells[at]) if at is not None and at < len(cells) else None


def _unused(name: str, taken: dict[str, int]) -> str:
    """Two questions with the same words must not hide each other."""
    free, n = name, 1
    while free in taken:
        n += 1
        free = f"{name} ({n})"
    return free


def row_of(table: Table, line: int, cells: list[str], span: int, order: Order) -> Row:
    """The line as a row of its table; Unreadable says why it is none."""
    if len(cells) < table.needed:
        raise Unreadable(f"The line is cut short: it has {len(cells)} of {table.width} cells.")
    if len(cells) > table.width and any(heading(cell) for cell in cells[table.width :]):
        raise Unreadable(f"The line has {len(cells)} cells where the table has {table.width} columns.")
    if span > 1 and any(
        "\n" in cells[at] or "\r" in cells[at] for at in table.columns.values() if at < len(cells)
    ):
        raise Unreadable("The line breaks off inside quotation marks.")
    first, last = table.said(cells, "first name"), table.said(cells, "last name")
    email = table.said(cells, "email")
    whole_name = " ".join(part for part in (first, last) if part) or None
    row = Row(
        line=line,
        section=table.section,
        attended=_attended(table.said(cells, "attended")),
        name=table.said(cells, "user name (original name)") or table.said(cells, "user name") or whole_name,
        first_name=first,
        last_name=last,
        email=email,
        email_norm=address(email),
        join_wall=time_of(table.said(cells, "join time"), "join", order, None),
        leave_wall=time_of(table.said(cells, "leave time"), "leave", order, None),
        minutes=whole(table.said(cells, "time in session (minutes)") or ""),
        registered_wall=wall_time(table.said(cells, "registration time") or "", order),
        approval=table.said(cells, "approval status"),
        country=table.said(cells, "country/region name"),
        answers={
            name: text
            for name, at in table.answers.items()
            if at < len(cells) and (text := present(cells[at]))
        },
        span=span,
        registrant=registrant(table.said(cells, "registrant id")),
    )
    if row.name is None and row.who is None and row.email is None and row.join_wall is None:
        raise Unreadable("The line holds neither a name nor an address nor a time.")
    return row


def _attended(text: str | None) -> bool | None:
    if text is None:
        return None
    if text.casefold() not in YES_OR_NO:
        raise Unreadable(f"“{text[:40]}” stands where Yes or No should stand.")
    return text.casefold() == "yes"
