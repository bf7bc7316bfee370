"""Wishes that staff answer, and the news list."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jam.base.database import Model, UtcDateTime
from jam.interest.rules import ANSWERED_BY_STAFF, News
from jam.people.models import Person


class Wish(Model):
    """One wish of one person that staff answer, with what the person said of themself then."""

    __table_args__ = (
        CheckConstraint(
            "kind IN ({})".format(", ".join(f"'{each.value}'" for each in ANSWERED_BY_STAFF)), name="kind"
        ),
        CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name="answered"),
        Index("ix_wish_waiting", "answered_at", "asked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))
    organization: Mapped[str] = mapped_column(String(160), default="")
    job_role_id: Mapped[int | None] = mapped_column(ForeignKey("term.id"))
    sector_id: Mapped[int | None] = mapped_column(ForeignKey("term.id"))
    #: USPS abbreviation, XX for outside the United States.
    state: Mapped[str | None] = mapped_column(String(2))
    message: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Who, as the audit log names them.
    answered_by: Mapped[str | None] = mapped_column(String(40))
    #: What came of it, in words of staff; kept when the wish is opened again.
    note: Mapped[str] = mapped_column(Text, default="")

    person: Mapped[Person] = relationship()


class NewsSubscription(Model):
    """A person's place on the news list. They get news in the state `confirmed` alone."""

    __table_args__ = (
        CheckConstraint("state IN ({})".format(", ".join(f"'{each}'" for each in News)), name="state"),
        CheckConstraint("state != 'confirmed' OR confirmed_at IS NOT NULL", name="confirmed"),
        CheckConstraint("state != 'ended' OR ended_at IS NOT NULL", name="ended"),
        Index("ix_news_subscription_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    state: Mapped[str] = mapped_column(String(10))
    #: When the last letter that asks for a confirmation was written.
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Raised when it ends, so that an old mail puts nobody on the list again.
    link_version: Mapped[int] = mapped_column(default=0)

    person: Mapped[Person] = relationship()
