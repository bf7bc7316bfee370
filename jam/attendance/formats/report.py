"""What every reader of a platform's attendance report hands over, whatever the platform."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Section(StrEnum):
    """Which table of the report a line stands in; `OTHER` are dial-ins and others it cannot place."""

    HOST = "host"
    PANELIST = "panelist"
    ATTENDEE = "attendee"
    OTHER = "other"


@dataclass(frozen=True)
class PlatformFigures:
    """What the platform itself counted, from the head of the report; None where the head does not say."""

    registered: int | None = None
    viewers: int | None = None
    total_users: int | None = None
    peak: int | None = None


@dataclass(frozen=True)
class RefusedRow:
    """A line that could not be read, with the reason in plain words; `line` counts from 1 as editors do."""

    line: int
    reason: str


@dataclass(frozen=True)
class Row:
    """One line: one stretch of one person's presence, or a no-show. A person may have many.

    Times are naive, as the wall clock of the exporting account showed them, because reports name no zone.
    `attended` is None where the table has no such column or the cell is empty. `email` is as written;
    `email_norm` is the form in which addresses are unique, None where there is none, and may be one that Jam
    would refuse to write to. `minutes` is the platform's own figure, None when it is below zero. `answers`
    holds the columns that are none of the platform's own (custom registration questions).
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
    raw: tuple[str, ...]
    answers: dict[str, str] = field(default_factory=dict)

    @property
    def was_there(self) -> bool:
        """The table says so or, where it does not say, there is a time of joining."""
        return self.join_wall is not None if self.attended is None else self.attended


@dataclass(frozen=True)
class Report:
    """A whole report. `lists_registrants` is False when the webinar ran without registration.

    `starts_at_wall` and `generated_wall` are naive like the times of the rows. Every line of the tables that
    is not blank, a title or a row of column names is either in `rows` or in `refused`.
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
