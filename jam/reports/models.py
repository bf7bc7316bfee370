"""Reports as they were made."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from jam.base.database import Model, UtcDateTime


class ReportSnapshot(Model):
    """The figures of a choice of sessions as they were at one moment, with the files made of them. Never changed."""

    id: Mapped[int] = mapped_column(primary_key=True)
    #: How people call it: “R-7K3D9”, without “R-”.
    code: Mapped[str] = mapped_column(String(8), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(40))
    #: `program`, `cohort` (slugs or None), `from`, `to` (ISO days).
    choice: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: How many sessions it covers, for lists.
    sessions: Mapped[int]
    #: The newest entry of the log that was written before; what comes later explains what differs later.
    log_until: Mapped[int]
    #: Which form the figures have.
    version: Mapped[int]
    #: All figures as canonical JSON, and the SHA-256 of these bytes.
    figures: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    sha256: Mapped[str] = mapped_column(String(64))
    #: The files, kept so that no newer Jam makes others of the same report.
    pdf: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    xlsx: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)

    @property
    def name(self) -> str:
        """“R-7K3D9”."""
        return f"R-{self.code}"
