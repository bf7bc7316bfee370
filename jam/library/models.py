"""What stands in the library."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jam.base.database import Model, UtcDateTime
from jam.proposals.models import Proposal


class Entry(Model):
    """Staff's text of something that was shared: the submitter's words, without typing errors."""

    __tablename__ = "library_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"), unique=True)
    #: Stands in the address; given when it is first published, and kept.
    slug: Mapped[str | None] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    #: Markdown, as the two after it.
    story: Mapped[str] = mapped_column(Text, default="")
    takeaways: Mapped[str] = mapped_column(Text, default="")
    evidence: Mapped[str] = mapped_column(Text, default="")
    #: http or https only.
    links: Mapped[list[str]] = mapped_column(JSON, default=list)
    #: None while staff do not publish it. Whether it can be read, what was agreed to decides as well.
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    proposal: Mapped[Proposal] = relationship()
