"""Calendar bytes, built when something changes and only read when somebody polls."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from jam.base.database import Model, UtcDateTime


class CalendarEntry(Model):
    """An event's VEVENT as public feeds carry it."""

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CalendarFeed(Model):
    """A whole public feed."""

    #: `all` or `program:<slug>`.
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    #: Random, fixed: the calendar's own UID (RFC 7986 section 5.3).
    uid: Mapped[str] = mapped_column(String(120))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    etag: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
