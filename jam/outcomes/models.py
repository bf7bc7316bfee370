"""Recommendations with what became of them, the questions that ask for it, and notes of a case's session."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jam.base.database import Model, UtcDateTime, one_of
from jam.cases.models import EchoCase
from jam.outcomes.rules import Answer
from jam.people.models import Person
from jam.vocabulary.models import Term


class CaseRecommendation(Model):
    """One recommendation of the group. It counts once its case's recommendations were sent, and while it is not removed."""

    __table_args__ = (UniqueConstraint("case_id", "client_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("echo_case.id", ondelete="CASCADE"))
    #: Made where it was written down, so that what is sent twice is kept once.
    client_id: Mapped[str] = mapped_column(String(36))
    position: Mapped[int]
    words: Mapped[str] = mapped_column(Text)
    #: Who suggested it; None for the group.
    suggested_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    #: The lever that it pulls.
    term_id: Mapped[int | None] = mapped_column(ForeignKey("term.id"), index=True)
    #: A resource on the web.
    link: Mapped[str] = mapped_column(String(500), default="")
    #: An earlier case of the same cohort.
    earlier_id: Mapped[int | None] = mapped_column(ForeignKey("echo_case.id"), index=True)
    captured_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Who wrote it down, as the audit log names them.
    captured_by: Mapped[str] = mapped_column(String(40))
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    case: Mapped[EchoCase] = relationship(foreign_keys=[case_id])
    suggested_by: Mapped[Person | None] = relationship()
    term: Mapped[Term | None] = relationship()
    earlier: Mapped[EchoCase | None] = relationship(foreign_keys=[earlier_id])
    outcomes: Mapped[list[CaseOutcome]] = relationship(
        back_populates="recommendation", order_by="CaseOutcome.id", cascade="all, delete-orphan"
    )


class CaseNote(Model):
    """A clarifying question asked in the session, with its answer: for who writes down what is said, and for nobody else."""

    __table_args__ = (UniqueConstraint("case_id", "client_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("echo_case.id", ondelete="CASCADE"))
    client_id: Mapped[str] = mapped_column(String(36))
    words: Mapped[str] = mapped_column(Text)
    captured_at: Mapped[datetime] = mapped_column(UtcDateTime)
    captured_by: Mapped[str] = mapped_column(String(40))
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    case: Mapped[EchoCase] = relationship()


class CaseFollowUp(Model):
    """The presenter is asked what became of the recommendations, so many days after the session."""

    __table_args__ = (
        UniqueConstraint("case_id", "days"),
        CheckConstraint("days IN (30, 60, 90)", name="days"),
        Index("ix_case_follow_up_due", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("echo_case.id", ondelete="CASCADE"))
    days: Mapped[int]
    #: On the wall calendar of the session.
    due_on: Mapped[date]
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The presenter wants no letter about it; the page stays open.
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    case: Mapped[EchoCase] = relationship()
    outcomes: Mapped[list[CaseOutcome]] = relationship(
        back_populates="follow_up", order_by="CaseOutcome.id", cascade="all, delete-orphan"
    )


class CaseOutcome(Model):
    """What became of one recommendation, as the presenter said at one follow-up."""

    __table_args__ = (
        UniqueConstraint("recommendation_id", "follow_up_id"),
        CheckConstraint(one_of("answer", Answer), name="answer"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recommendation_id: Mapped[int] = mapped_column(ForeignKey("case_recommendation.id", ondelete="CASCADE"))
    follow_up_id: Mapped[int] = mapped_column(ForeignKey("case_follow_up.id", ondelete="CASCADE"), index=True)
    answer: Mapped[str] = mapped_column(String(10))
    #: What happened, in the presenter's words: for them and for who reads originals.
    words: Mapped[str] = mapped_column(Text, default="")
    #: The same as others may read it, once a coordinator has read it; None until then, and when the words change.
    released_words: Mapped[str | None] = mapped_column(Text)
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)

    recommendation: Mapped[CaseRecommendation] = relationship(back_populates="outcomes")
    follow_up: Mapped[CaseFollowUp] = relationship(back_populates="outcomes")
