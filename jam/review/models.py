"""Who reviews which program, by what, and what they said of each proposal."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jam.base.database import Model, UtcDateTime
from jam.people.models import Account
from jam.proposals.models import Proposal, ProposalQuestion
from jam.review.rules import Outcome, Stand
from jam.schedule.models import Program


class ReviewSheet(Model):
    """How a program is reviewed; without a row, as every program begins."""

    id: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id", ondelete="CASCADE"), unique=True)
    #: Whether reviewers see nothing that tells who offers something.
    anonymous: Mapped[bool] = mapped_column(default=False)
    #: Words of the scale, the lowest first.
    scale: Mapped[list[str]] = mapped_column(JSON)
    #: How many words these are, for the database to count with.
    steps: Mapped[int]


class Criterion(Model):
    """What is scored. One that has scores is never deleted, only retired."""

    __table_args__ = (CheckConstraint("weight BETWEEN 1 AND 10", name="weight"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))
    #: What to look at.
    hint: Mapped[str] = mapped_column(String(300), default="")
    weight: Mapped[int]
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Reviewer(Model):
    """An account that reviews a program."""

    __table_args__ = (UniqueConstraint("program_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)

    program: Mapped[Program] = relationship()
    account: Mapped[Account] = relationship()


class ReviewAssignment(Model):
    """Who is asked to read a proposal, where not all reviewers of its program are."""

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, index=True)


class Review(Model):
    """What one reviewer says of one proposal, or that they stepped back from it."""

    __table_args__ = (
        UniqueConstraint("proposal_id", "account_id"),
        CheckConstraint("stand IN ({})".format(", ".join(f"'{each}'" for each in Stand)), name="stand"),
        CheckConstraint("(stand = 'done') = (done_at IS NOT NULL)", name="done"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    stand: Mapped[str] = mapped_column(String(10))
    #: To colleagues.
    comment: Mapped[str] = mapped_column(Text, default="")
    #: Why they stepped back.
    reason: Mapped[str] = mapped_column(Text, default="")
    #: Since when it counts; None while it is begun only, and for who stepped back.
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    proposal: Mapped[Proposal] = relationship()
    account: Mapped[Account] = relationship()
    scores: Mapped[list[ReviewScore]] = relationship(
        back_populates="review", order_by="ReviewScore.criterion_id", cascade="all, delete-orphan"
    )

    @property
    def marks(self) -> dict[int, tuple[int, int]]:
        """The scores by criterion, each with the number of steps it was given on."""
        return {each.criterion_id: (each.points, each.steps) for each in self.scores}


class ReviewScore(Model):
    """One score, as it was given."""

    __table_args__ = (CheckConstraint("points BETWEEN 1 AND steps", name="points"),)

    review_id: Mapped[int] = mapped_column(ForeignKey("review.id", ondelete="CASCADE"), primary_key=True)
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id"), primary_key=True, index=True)
    points: Mapped[int]
    #: Of how many, when it was given.
    steps: Mapped[int]

    review: Mapped[Review] = relationship(back_populates="scores")


class ReviewQuestion(Model):
    """A question that a reviewer would like staff to ask the presenter."""

    __table_args__ = (
        CheckConstraint("outcome IN ({})".format(", ".join(f"'{each}'" for each in Outcome)), name="outcome"),
        CheckConstraint("(outcome IS NULL) = (settled_at IS NULL)", name="settled"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    words: Mapped[str] = mapped_column(Text)
    suggested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(10))
    #: The question that staff sent.
    question_id: Mapped[int | None] = mapped_column(
        ForeignKey("proposal_question.id", ondelete="SET NULL"), index=True
    )

    proposal: Mapped[Proposal] = relationship()
    account: Mapped[Account] = relationship()
    question: Mapped[ProposalQuestion | None] = relationship()


class ReviewNotice(Model):
    """Which proposals a reviewer was written to about already."""

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, index=True)
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)
