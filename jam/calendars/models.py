"""Calendar bytes, built when something changes and only read when somebody polls. Bytes stand last in each row, so that
reading the small columns does not walk through them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from jam.base.database import Model, UtcDateTime


class CalendarEntry(Model):
    """An event's VEVENT as public feeds carry it."""

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Keys of the feeds it stands in.
    feeds: Mapped[list[str]] = mapped_column(JSON, default=list)


class CalendarFeed(Model):
    """A whole public feed, or the file of one session."""

    #: `all`, `program:<slug>`, `cohort:<slug>`, `lever:<slug>`, `session:<slug>`, `recordings`.
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    #: Random, fixed: the calendar's own UID (RFC 7986 section 5.3).
    uid: Mapped[str] = mapped_column(String(120))
    etag: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: What beside the sessions goes into the bytes: the installation's address, its sender, how Jam writes calendars.
    made_with: Mapped[str] = mapped_column(String(32))
    content: Mapped[bytes] = mapped_column(LargeBinary)


class PersonalCalendar(Model):
    """A person's own feed as it was last built; there is one for everybody who ever made a calendar link.

    Whatever changes what it shows raises `wanted` in the same transaction; while `built` is another number, the bytes are
    stale. Two numbers and no mark that is set and taken away: a change that is committed while the bytes are being built
    then still counts.
    """

    __table_args__ = (Index("ix_personal_calendar_expires_at", "expires_at"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    #: Random, another one for each link.
    uid: Mapped[str] = mapped_column(String(120))
    wanted: Mapped[int] = mapped_column(default=1)
    built: Mapped[int] = mapped_column(default=0)
    #: When `wanted` was raised last.
    wanted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Of the bytes with marks where personal links will be; the one served depends on the links too.
    etag: Mapped[str] = mapped_column(String(80), default="")
    #: When the bytes last became other ones.
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: When the next cancelled session has stood there long enough.
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    made_with: Mapped[str] = mapped_column(String(32), default="")
    content: Mapped[bytes] = mapped_column(LargeBinary, default=b"")


class RecordingEntry(Model):
    """A recording that everybody may watch, as the feed of recordings tells of it."""

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    #: SHA-256 of what the entry says, to know when it says something else.
    digest: Mapped[str] = mapped_column(String(64))
    #: RFC 4287 sections 4.2.9 and 4.2.15.
    published_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
