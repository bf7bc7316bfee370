"""What every reader of a platform's attendance report hands over, whatever the platform."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from jam.attendance.reading.times import Order


class Section(StrEnum):
    """Which table of the report a line stands in; `OTHER` are dial-ins and others it cannot place, `WAITING` lines are
    of people before they were let in."""

    HOST = "host"
    PANELIST = "panelist"
    ATTENDEE = "attendee"
    OTHER = "other"
    WAITING = "waiting"


@dataclass(frozen=True)
class PlatformFigures:
    """What the platform itself counted, from the head of the report; None where the head does not say.

    `average_seconds` is how long it says people stayed on average.
    """

    registered: int | None = None
    viewers: int | None = None
    total_users: int | None = None
    peak: int | None = None
    average_seconds: int | None = None


@dataclass(frozen=True)
class RefusedRow:
    """A line that could not be read, with the reason in plain words; `line` counts from 1 as editors do."""

    line: int
    reason: str


#: Of the many lines without a question of the organizer's own; nobody writes to it.
NO_ANSWERS: Mapping[str, str] = MappingProxyType({})


@dataclass(slots=True)  # not frozen: that would take three times as long to make, of which there are many
class Row:
    """One line: one stretch of one person's presence, or a no-show. A person may have many.

    Times are naive, as the wall clock of the exporting account showed them, because most reports name no zone; where
    one does, they are aware. `attended` is None where the table has no such column or the cell is empty. `email` is as
    written; `email_norm` is the form in which addresses are unique, None where there is none, and may be one that Jam
    would refuse to write to. `minutes` is the platform's own figure, None when it is below zero. `seconds` is how long
    somebody was there in all, where the line says that and no stretch. `answers` holds the columns that are none of the
    platform's own (custom registration questions). `span` is how many lines of the file it takes. `registrant` is the
    number that the platform gave the registration; it tells people apart where a line has no address.
    """

    line: int
    section: Section
    attended: bool | None
    name: str | None
    first_name: str | None
    last_name: str | None
    email: str | None
    email_norm: str | None
    join_wall: datetime | None
    leave_wall: datetime | None
    minutes: int | None
    registered_wall: datetime | None
    approval: str | None
    country: str | None
    answers: Mapping[str, str] = field(default_factory=lambda: NO_ANSWERS)
    seconds: int | None = None
    span: int = 1
    registrant: str | None = None

    @property
    def who(self) -> str | None:
        """What tells this person from the others of the report: their address, else the number of their registration."""
        return self.email_norm or (f"registrant {self.registrant}" if self.registrant else None)

    @property
    def was_there(self) -> bool:
        """The table says so or, where it does not say, there is a time of joining."""
        return self.join_wall is not None if self.attended is None else self.attended


@dataclass(frozen=True)
class Report:
    """A whole report. `lists_registrants` is False when the webinar ran without registration.

    `starts_at_wall` and `generated_wall` are naive like the times of the rows. Every line of the tables that
    is not blank, a title or a row of column names is either in `rows` or in `refused`. `tells_panelists` is False where
    host, panelists and audience stand in one table. `order_sure` is False where dates can be read with the month or the
    day first and nothing in the file or the session says which.
    """

    format: str
    topic: str | None
    webinar_id: str | None
    starts_at_wall: datetime | None
    generated_wall: datetime | None
    platform: PlatformFigures
    lists_registrants: bool
    rows: tuple[Row, ...]
    refused: tuple[RefusedRow, ...]
    tells_panelists: bool = True
    order: Order = Order.MONTH_FIRST
    order_sure: bool = True
    delimiter: str = ","


class Unreadable(Exception):
    """Why a line cannot be a row, in plain words."""
