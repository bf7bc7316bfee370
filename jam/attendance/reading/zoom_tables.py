"""The tables of a Zoom webinar report: where each column stands, and a line read as a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from sys import intern

from jam.attendance.reading.cells import (
    address,
    blank,
    full_name,
    present,
    presents,
    registrant,
    whole,
    yes_or_no,
)
from jam.attendance.reading.found import NO_ANSWERS, Row, Section, Unreadable
from jam.attendance.reading.tables import time_of
from jam.attendance.reading.times import Order, seldom_time

#: What is read of a line, in the order of `row_of`.
_READ_COLUMNS = (
    "attended", "user name (original name)", "user name", "first name", "last name", "email", "join time", "leave time",
    "time in session (minutes)", "registration time", "approval status", "country/region name", "registrant id",
)  # fmt: skip
_OWN_COLUMNS = {*_READ_COLUMNS, "phone", "is guest", "source name"}
_ATTENDED = {"yes": True, "no": False}


@dataclass(frozen=True)
class Table:
    """Where each column stands.

    `width` reaches to the last column with a name; lines may be padded beyond it. `needed` is how many cells
    a line must have to hold all that is counted. `pick` takes out of a line of `width` cells and an empty one behind them
    what stands under `_READ_COLUMNS`.
    """

    section: Section
    columns: dict[str, int]
    answers: dict[str, int]
    width: int
    needed: int
    pick: Callable[[list[str | None]], tuple[str | None, ...]] = field(compare=False)

    @classmethod
    def of(cls, section: Section, cells: Sequence[str]) -> Table:
        """The table below these names of columns, Zoom's own in English."""
        columns: dict[str, int] = {}
        answers: dict[str, int] = {}
        for at, name in enumerate(present(cell) for cell in cells):
            known = name.casefold() if name else ""
            if known in _OWN_COLUMNS and known not in columns:
                columns[known] = at
            elif name:
                answers[_unused(name, answers)] = at
        counted = (columns.get(name, -1) for name in ("join time", "leave time", "time in session (minutes)"))
        width = 1 + max([*columns.values(), *answers.values()])
        pick = itemgetter(*(columns.get(name, width) for name in _READ_COLUMNS))
        return cls(section, columns, answers, width, 1 + max(counted), pick)


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
    if len(cells) > table.width and not blank(cells[table.width :]):
        raise Unreadable(f"The line has {len(cells)} cells where the table has {table.width} columns.")
    if span > 1 and any(
        "\n" in cells[at] or "\r" in cells[at] for at in table.columns.values() if at < len(cells)
    ):
        raise Unreadable("The line breaks off inside quotation marks.")
    said = presents(cells[: table.width])
    said += [None] * (table.width + 1 - len(said))
    attended, shown, user, first, last, email, join, leave, minutes, taken, approval, country, number = (
        table.pick(said)
    )
    row = Row(
        line=line,
        section=table.section,
        attended=_attended(attended),
        name=shown or user or full_name(first, last),
        first_name=first,
        last_name=last,
        email=email,
        email_norm=address(email) if email else None,
        join_wall=time_of(join, "join", order, None) if join else None,
        leave_wall=time_of(leave, "leave", order, None) if leave else None,
        minutes=whole(minutes) if minutes else None,
        registered_wall=seldom_time(taken, order) if taken else None,
        approval=intern(approval) if approval else None,
        country=intern(country) if country else None,
        answers={name: text for name, at in table.answers.items() if (text := said[at])}
        if table.answers
        else NO_ANSWERS,
        span=span,
        registrant=registrant(number),
    )
    if row.name is None and row.who is None and row.email is None and row.join_wall is None:
        raise Unreadable("The line holds neither a name nor an address nor a time.")
    return row


def _attended(text: str | None) -> bool | None:
    if text is None:
        return None
    said = _ATTENDED.get(text.casefold())
    if said is None:
        said = yes_or_no(text)
    if said is None:
        raise Unreadable(f"“{text[:40]}” stands where Yes or No should stand.")
    return said
