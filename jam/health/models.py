"""Signs of life."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from jam.base.database import Model, UtcDateTime


class Heartbeat(Model):
    """The last round of one job in one clock process; nothing is written before the first is over."""

    #: Machine and number of the process.
    worker: Mapped[str] = mapped_column(String(80), primary_key=True)
    job: Mapped[str] = mapped_column(String(40), primary_key=True)
    #: Seconds from one round to the next.
    every: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    milliseconds: Mapped[int | None]
    outcome: Mapped[str] = mapped_column(String(10))
    #: How many things it did.
    done: Mapped[int] = mapped_column(default=0)
    #: Failed rounds since the last that went well.
    failures: Mapped[int] = mapped_column(default=0)
    #: The last time anything of this row was written.
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
