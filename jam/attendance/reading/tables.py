"""Tables of presence with any columns: where each thing stands, and a line read as a row."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from jam.attendance.reading.cells import address, full_name, heading, present, registrant, yes_or_no
from jam.attendance.reading.found import NO_ANSWERS, Row, Section, Unreadable
from jam.attendance.reading.times import Order, bare, seconds_of, wall_time

#: How far a stated duration may be from the time between joining and leaving; platforms round to minutes.
_ROUNDING = 90
#: What guests of an organization that Teams hosts are called there: `ann_example.org#EXT#@host.example`.
_GUEST = "#ext#@"

#: A name with its address behind it, as it comes out of a mail program.
_WITH_ADDRESS = re.compile(
    r"(?P<name>[^<>@]*?)[\s\"']*[<(\[](?:mailto:)?(?P<email>[^\s@<>()\[\]]+@[^\s@<>()\[\]]+)[>)\]]"
)
#: What stands where a name should below the lines of a table that somebody made by hand.
_SUMS = re.compile(
    r"(?:grand |sub)?totals?|totale|total general|gesamt|summe|average|durchschnitt|promedio|moyenne",
    re.IGNORECASE,
)

_CAME = {"attended", "present", "came", "yes", "here", "there", "joined", "in attendance", "participated"}
_MISSED = {
    "absent",
    "did not attend",
    "no show",
    "no-show",
    "not attended",
    "registered",
    "missed",
    "did not come",
}


@dataclass(frozen=True)
class Table:
    """Where each thing stands; `width` is how many columns have a name, `whole` whether stated minutes are a total.

    With `whole`, a line whose minutes are fewer than lie between joining and leaving is no stretch: somebody went and
    came back. `others` are the columns that hold nothing of presence, by name.
    """

    columns: dict[str, int]
    width: int
    whole: bool
    others: dict[str, int]

    @classmethod
    def of(cls, cells: Sequence[str], columns: dict[str, int], *, whole: bool = False) -> Table:
        width = max((at for at, cell in enumerate(cells) if heading(cell)), default=-1) + 1
        taken = set(columns.values())
        others = {
            name: at
            for at, cell in enumerate(cells)
            if at not in taken and (name := present(cell)) is not None
        }
        return cls(columns, width, whole, others)

    @property
    def needed(self) -> int:
        """How many cells a line must have to hold all that is counted."""
        counted = [self.columns[field] for field in ("join", "leave", "duration") if field in self.columns]
        return 1 + max(counted or self.columns.values())

    def text(self, cells: Sequence[str], field: str) -> str | None:
        """What a line says there; None for nothing."""
        at = self.columns.get(field)
        return present(cells[at]) if at is not None and at < len(cells) else None


def row_of(
    table: Table,
    line: int,
    cells: Sequence[str],
    span: int,
    order: Order,
    *,
    section: Section = Section.ATTENDEE,
    day: date | None = None,
    listed: bool = False,
) -> Row:
    """The line as a row; Unreadable says why it is none.

    A clock time without a date is of `day`. `listed` says that the table holds nobody who was not there.
    """
    if len(cells) < table.needed:
        raise Unreadable(f"The line is cut short: it has {len(cells)} of {table.width} cells.")
    if len(cells) > table.width and any(heading(cell) for cell in cells[table.width :]):
        raise Unreadable(f"The line has {len(cells)} cells where the table has {table.width} columns.")
    if span > 1 and any(
        "\n" in cells[at] or "\r" in cells[at] for at in table.columns.values() if at < len(cells)
    ):
        raise Unreadable("The line breaks off inside quotation marks.")
    first, last = table.text(cells, "first"), table.text(cells, "last")
    name = table.text(cells, "name") or full_name(first, last)
    email = _email(table, cells)
    if email is None and name and _SUMS.fullmatch(name.rstrip(" :.,0123456789")):
        raise Unreadable(f"“{name[:40]}” is no person: the line sums up others.")
    name, email = _told_apart(name, email)
    join = time_of(table.text(cells, "join"), "join", order, day)
    leave = time_of(table.text(cells, "leave"), "leave", order, bare(join).date() if join else day)
    if join and leave and leave < join and _clock_alone(table.text(cells, "leave")):
        leave += timedelta(days=1)
    length = _length(table, cells)
    join, leave, alone = _stretch(table, join, leave, length)
    row = Row(
        line=line,
        section=section,
        attended=_attended(table, cells, join, alone, listed),
        name=name,
        first_name=first,
        last_name=last,
        email=email,
        email_norm=address(email),
        join_wall=join,
        leave_wall=leave,
        minutes=None if length is None or alone is not None else round(length / 60),
        registered_wall=wall_time(table.text(cells, "registered") or "", order),
        approval=table.text(cells, "approval"),
        country=table.text(cells, "country"),
        answers=_answers(table, cells),
        seconds=alone,
        span=span,
        registrant=registrant(table.text(cells, "registrant")),
    )
    if row.name is None and row.email is None and row.registrant is None:
        raise Unreadable("The line holds neither a name nor an address.")
    return row


def time_of(text: str | None, which: str, order: Order, day: date | None) -> datetime | None:
    """The time in a cell, None for an empty one; Unreadable for what is no time."""
    if text is None:
        return None
    at = wall_time(text, order, needs_clock=True, day=day)
    if at is None:
        raise Unreadable(
            f"The {which} time “{text[:40]}” is not a date with a time of day that Jam can read."
        )
    return at


def _told_apart(name: str | None, email: str | None) -> tuple[str | None, str | None]:
    """Name and address where one cell holds both, as in “Ann Lee <ann@example.org>”."""
    if email is not None:
        match = _WITH_ADDRESS.fullmatch(email) if email[-1] in ">)]" else None
        return (name or match["name"].strip() or None, match["email"]) if match else (name, email)
    match = _WITH_ADDRESS.fullmatch(name) if name and name[-1] in ">)]" else None
    return (match["name"].strip() or None, match["email"]) if match else (name, email)


def _email(table: Table, cells: Sequence[str]) -> str | None:
    """The address on the line or, where it has none, the one that the account's name stands for."""
    email = table.text(cells, "email")
    if email is not None:
        return email
    account = table.text(cells, "upn")
    if account is None or "@" not in account:
        return None
    guest, mark, _ = account.casefold().partition(_GUEST)
    return "@".join(guest.rsplit("_", 1)) if mark and "_" in guest else account


def _length(table: Table, cells: Sequence[str]) -> int | None:
    """The stated duration in seconds; None where there is none or it makes no sense, such as one below zero."""
    for field, unit in (("duration", 60), ("seconds", 1), ("hours", 3600)):
        text = table.text(cells, field)
        if text is None:
            continue
        length = seconds_of(text, unit)
        if length is None and not text.lstrip("-−").replace(".", "", 1).isdigit():
            raise Unreadable(f"The duration “{text[:40]}” is not a length of time that Jam can read.")
        return length
    return None


def _stretch(
    table: Table, join: datetime | None, leave: datetime | None, length: int | None
) -> tuple[datetime | None, datetime | None, int | None]:
    """Join and leave, or how long somebody was there in all where these are no one stretch."""
    if join is None and leave is None:
        return None, None, length
    if not table.whole or length is None or join is None:
        return join, leave, None
    if leave is None:
        return join, leave, None
    between = (bare(leave) - bare(join)).total_seconds()
    return (None, None, length) if 0 <= length < between - _ROUNDING else (join, leave, None)


def _attended(
    table: Table, cells: Sequence[str], join: datetime | None, alone: int | None, listed: bool
) -> bool | None:
    """Whether the line says that somebody came: in so many words, by a time, or by how long."""
    if "waiting" in table.columns and yes_or_no(table.text(cells, "waiting") or ""):
        return False
    said = table.text(cells, "attended")
    if said is not None:
        word = said.casefold()
        known = yes_or_no(said)
        if known is None:
            known = True if word in _CAME else False if word in _MISSED else None
        if known is not None:
            return known
    if join is not None or listed:
        return True
    return None if alone is None else alone > 0


def _answers(table: Table, cells: Sequence[str]) -> Mapping[str, str]:
    found = {
        name: text for name, at in table.others.items() if at < len(cells) and (text := present(cells[at]))
    }
    return found or NO_ANSWERS


def _clock_alone(text: str | None) -> bool:
    return text is not None and wall_time(text) is None and wall_time(text, Order.DAY_FIRST) is None
