"""Lists of who had registered for a session of the past."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from jam.archive.rules import day_of, instant_or_wall
from jam.archive.sheets import Line, Refusal, Sheet
from jam.attendance.intake import person_name
from jam.attendance.reading.cells import folded, present, registrant
from jam.base.errors import Refused
from jam.base.text import clean_line
from jam.base.words import count
from jam.people.rules import normal_address
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import STATES, Kind

Value = TypeVar("Value")

#: Beginnings of states in which nobody holds a seat.
_NO_SEAT = ("cancel", "declined", "denied", "pending", "wait")


@dataclass(frozen=True)
class Registrant:
    """A line of a list. `registered` is naive where the list names no zone, None where it does not say."""

    line: int
    typed: str
    address: str
    name: str
    organization: str
    job_role_id: int | None
    sector_id: int | None
    state: str | None
    registered: datetime | None
    day: date | None
    title: str
    #: The number that the platform gave the registration.
    platform_id: str | None = None


@dataclass
class Registrants:
    """A list; `says_session` when its lines themselves name the session."""

    says_session: bool
    rows: list[Registrant] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


class Reader:
    """Reads lists against the vocabularies there are."""

    def __init__(self) -> None:
        self.job_roles, self.sectors = _words(Kind.JOB_ROLE), _words(Kind.SECTOR)
        self.states = {name.casefold(): code for code, name in STATES.items()}
        self.states |= {code.casefold(): code for code in STATES}

    def read(self, sheet: Sheet) -> Registrants:
        """The people of a list."""
        found = Registrants(bool({"date", "title"} & sheet.columns), refused=list(sheet.refused))
        strange: Counter[str] = Counter()
        for line in sheet.lines:
            try:
                found.rows.append(self._row(line, strange))
            except Refused as refusal:
                found.refused.append(Refusal(line.number, refusal.message))
        found.refused.sort(key=lambda each: each.line)
        for what, times in sorted(strange.items()):
            lines = count(times, "line says", "lines say")
            found.remarks.append(f"{lines} a {what} that Jam does not know; it is left empty.")
        return found

    def _row(self, line: Line, strange: Counter[str]) -> Registrant:
        status = present(line["status"]) or ""
        if status.casefold().startswith(_NO_SEAT):
            raise Refused(f"This line holds no seat: {status[:40]}.")
        typed = folded(line["email"])
        if not present(typed):
            raise Refused("This line has no e-mail address.")
        address = normal_address(typed)
        registered = instant_or_wall(line["registered"])
        if registered is None and present(line["registered"]):
            raise Refused(
                f"“{folded(line['registered'])[:40]}” is not a date. Write it like 2024-03-01 13:00."
            )
        both = " ".join(part for name in ("first", "last") if (part := present(line[name])))
        return Registrant(
            line=line.number,
            typed=typed,
            address=address,
            name=person_name(present(line["name"]) or both, address),
            organization=clean_line(present(line["organization"]) or "", 10_000)[:160].strip(),
            job_role_id=_found(self.job_roles, line["job_role"], "job role", strange),
            sector_id=_found(self.sectors, line["sector"], "sector", strange),
            state=_found(self.states, line["state"], "state", strange),
            registered=registered,
            day=day_of(line["date"]),
            title=folded(line["title"]).casefold(),
            platform_id=registrant(present(line["registrant"])),
        )


def _words(kind: Kind) -> dict[str, int]:
    found = terms(kind, with_retired=True)
    return {word.casefold(): term.id for term in found for word in (term.slug, term.name)}


def _found(known: dict[str, Value], cell: str, what: str, strange: Counter[str]) -> Value | None:
    word = present(cell)
    if word is None:
        return None
    value = known.get(word.casefold())
    if value is None:
        strange[what] += 1
    return value
