"""Reports as they came, their rows, and what they say about each person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    and_,
    false,
    or_,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jam.attendance.rules import Asked
from jam.base.database import Model, UtcDateTime, one_of
from jam.people.models import Person
from jam.schedule.models import Event


class AttendanceReport(Model):
    """One imported file."""

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    format: Mapped[str] = mapped_column(String(20))
    #: What the file was called where it came from; empty when nobody said.
    file_name: Mapped[str] = mapped_column(String(200), default="")
    #: IANA name: the zone in which the file's times were read.
    time_zone: Mapped[str] = mapped_column(String(64))
    #: The bytes as they came, under a name of ours in JAM_FILES.
    stored_as: Mapped[str] = mapped_column(String(120))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    #: The figures of this report alone under the names of `jam attendance import --json`, with `lines`: what the
    #: pages need to explain them.
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: How it was read, so that it can be read again: `order` of day and month, `columns` that staff named, `id` of the
    #: meeting on its platform.
    reading: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    #: Ids of the people and registrations that it brought, for when it is undone.
    made_people: Mapped[list[int]] = mapped_column(JSON, default=list, server_default="[]")
    made_seats: Mapped[list[int]] = mapped_column(JSON, default=list, server_default="[]")
    #: The later report of the same occasion that counts in its place.
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("attendance_report.id"), index=True)
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    imported_by: Mapped[str] = mapped_column(String(40))

    event: Mapped[Event] = relationship()
    replaced_by: Mapped[AttendanceReport | None] = relationship(remote_side=[id])


class AttendanceLayout(Model):
    """What staff said of a kind of table whose column names say nothing by themselves; it holds for every file like it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Hash of the names of the columns.
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    #: The names of the columns, as the first file had them.
    header: Mapped[list[str]] = mapped_column(JSON)
    #: The place of each thing, counted from 0: `name`, `email`, `join`, `leave`, `duration` and so on.
    columns: Mapped[dict[str, int]] = mapped_column(JSON)
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
    said_by: Mapped[str] = mapped_column(String(40))


class AttendanceRow(Model):
    """One line of a report. The same line of another report of the event that counts is not kept again."""

    __table_args__ = (
        UniqueConstraint("report_id", "row_key"),
        CheckConstraint("decided IN ('person', 'head', 'unknown')", name="decided"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("attendance_report.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    #: Hash of what the line says of presence and of how many equal lines stood before it.
    row_key: Mapped[str] = mapped_column(String(64))
    #: Line number in the file, counted from 1.
    line: Mapped[int]
    #: host, panelist, attendee, other, waiting
    section: Mapped[str] = mapped_column(String(10))
    attended: Mapped[bool | None]
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(254))
    #: Whose line it is; None where the line has no address that says so, until somebody decides.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    #: What staff decided about a line without such an address: whose it is ("person"), that somebody was there whom nobody
    #: knows ("head"), or that it is set aside and counts as nobody ("unknown").
    decided: Mapped[str | None] = mapped_column(String(10))
    joined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: How long somebody was there in all, where the line says that and no stretch.
    seconds: Mapped[int | None]
    #: The number that the platform gave the registration, where the line has one.
    registrant: Mapped[str | None] = mapped_column(String(64))
    #: Whether its report was replaced by a later one of the same occasion, so that it counts no more.
    replaced: Mapped[bool] = mapped_column(default=False, server_default=false())

    report: Mapped[AttendanceReport] = relationship()

    @hybrid_property
    def was_there(self) -> bool:
        """The line counts, and says so or, where it does not say, has a time of joining."""
        said = self.joined_at is not None if self.attended is None else self.attended
        return said and not self.replaced

    @was_there.inplace.expression
    @classmethod
    def _was_there(cls) -> ColumnElement[bool]:
        said = or_(cls.attended.is_(True), and_(cls.attended.is_(None), cls.joined_at.is_not(None)))
        return and_(said, cls.replaced.is_(False))


class AttendanceAlias(Model):
    """An address in reports that Jam would not write to, and whose staff said it is; it holds for every report."""

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The address as it is compared.
    address: Mapped[str] = mapped_column(String(254), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
    said_by: Mapped[str] = mapped_column(String(40))


class AttendanceCorrection(Model):
    """What staff said by hand of one person at one session. It goes before every report until it is taken back."""

    __table_args__ = (
        CheckConstraint("came OR (seconds IS NULL AND stretches IS NULL)", name="absent"),
        CheckConstraint("seconds >= 0", name="seconds"),
        Index(
            "ix_attendance_correction_standing", "event_id", "person_id", unique=True,
            sqlite_where=text("taken_back_at IS NULL"), postgresql_where=text("taken_back_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    came: Mapped[bool]
    #: How long in all, where somebody said that and no stretches; None leaves it to the reports.
    seconds: Mapped[int | None]
    #: The stretches in place of those of the reports, as pairs of ISO 8601 instants.
    stretches: Mapped[list[list[str]] | None] = mapped_column(JSON(none_as_null=True))
    reason: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(40))
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_back_by: Mapped[str] = mapped_column(String(40), default="")

    person: Mapped[Person] = relationship()


class AttendanceMove(Model):
    """Lines of one name under one address at a session are somebody else's than whose the address is, as staff said."""

    __table_args__ = (
        Index(
            "ix_attendance_move_standing", "event_id", "email", "name", unique=True,
            sqlite_where=text("taken_back_at IS NULL"), postgresql_where=text("taken_back_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    #: Address and name of the lines, in lower case.
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(200))
    from_person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(40))
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_back_by: Mapped[str] = mapped_column(String(40), default="")

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    from_person: Mapped[Person] = relationship(foreign_keys=[from_person_id])


class AttendanceRequest(Model):
    """Somebody says that what Jam holds of them at a session is not so, and what came of it."""

    __table_args__ = (
        CheckConstraint(one_of("state", Asked), name="state"),
        Index(
            "ix_attendance_request_open", "event_id", "person_id", unique=True,
            sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    words: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(10))
    #: What staff answered.
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[str] = mapped_column(String(40), default="")

    event: Mapped[Event] = relationship()
    person: Mapped[Person] = relationship()


class Attendance(Model):
    """A person's presence at one event, derived from rows and corrections and made anew whenever they change."""

    __table_args__ = (
        UniqueConstraint("event_id", "person_id"),
        CheckConstraint("role IN ('attendee', 'panelist', 'host')", name="role"),
        CheckConstraint("seconds >= 0", name="seconds"),
        Index("ix_attendance_event", "event_id", "role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(10))
    #: Union of the intervals in seconds or, without any, what a report says in all; None where neither is known, never 0.
    seconds: Mapped[int | None]
    first_joined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship()
