"""Proposals with their presenters, questions, dates and files."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jam.base.database import Model, UtcDateTime, db, one_of
from jam.people.models import Person
from jam.proposals.rules import Credit, FileKind, Format, Invited, Kind, Saying, State
from jam.schedule.models import AgendaItem, Event, Program
from jam.vocabulary.models import Term

proposal_term = Table(
    "proposal_term",
    db.metadata,
    Column("proposal_id", ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True),
    Column("term_id", ForeignKey("term.id"), primary_key=True, index=True),
)

#: Sessions that the presenters could make.
proposal_date = Table(
    "proposal_date",
    db.metadata,
    Column("proposal_id", ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True),
    Column("event_id", ForeignKey("event.id", ondelete="CASCADE"), primary_key=True, index=True),
)


#: Pairs of proposals that look alike, of which staff said that they are not the same; the smaller id first.
proposal_distinct = Table(
    "proposal_distinct",
    db.metadata,
    Column("one_id", ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True),
    Column("other_id", ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("said_at", UtcDateTime, nullable=False),
    CheckConstraint("one_id < other_id", name="order"),
)

invitation_term = Table(
    "invitation_term",
    db.metadata,
    Column("invitation_id", ForeignKey("invitation.id", ondelete="CASCADE"), primary_key=True),
    Column("term_id", ForeignKey("term.id"), primary_key=True, index=True),
)


class Proposal(Model):
    """What somebody offers to present, or only to share."""

    __table_args__ = (
        CheckConstraint(one_of("kind", Kind), name="kind"),
        CheckConstraint(one_of("state", State), name="state"),
        CheckConstraint(one_of("format", Format), name="format"),
        CheckConstraint("minutes BETWEEN 1 AND 600", name="minutes"),
        CheckConstraint(one_of("credit", Credit), name="credit"),
        CheckConstraint("(credit IS NULL) = (credit_at IS NULL)", name="agreed"),
        CheckConstraint("decision IN ('accepted', 'not-now')", name="decision"),
        # A decision that is not told yet exists only while the proposal is read; then it is the state.
        CheckConstraint("decision IS NULL OR state IN ('received', 'in-review')", name="decision_pending"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided"),
        Index("ix_proposal_state", "state", "state_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: What stands in addresses and is said on the phone: drawn by lot, it means nothing.
    code: Mapped[str] = mapped_column(String(12), unique=True)
    #: Whose sessions it is meant for; None where there was no open program.
    program_id: Mapped[int | None] = mapped_column(ForeignKey("program.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(200))
    #: Markdown: what happened and what came of it.
    story: Mapped[str] = mapped_column(Text, default="")
    #: Markdown: what another organization can take home.
    takeaways: Mapped[str] = mapped_column(Text, default="")
    #: Evidence or figures.
    evidence: Mapped[str] = mapped_column(Text, default="")
    format: Mapped[str | None] = mapped_column(String(20))
    minutes: Mapped[int | None]
    #: http or https only.
    links: Mapped[list[str]] = mapped_column(JSON, default=list)
    #: What the presenters need to take part.
    access_needs: Mapped[str] = mapped_column(Text, default="")
    #: Whom the public library may name beside it; None while its first presenter has not agreed that it is published.
    credit: Mapped[str | None] = mapped_column(String(12))
    credit_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: When it was first sent; None for a draft.
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Since when it stands where it stands.
    state_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Decided, not told yet: a state to come.
    decision: Mapped[str | None] = mapped_column(String(12))
    #: A word of staff that goes with the decision.
    decision_message: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Where it stands in a session; the slot may vanish, and then it waits for another.
    agenda_item_id: Mapped[int | None] = mapped_column(
        ForeignKey("agenda_item.id", ondelete="SET NULL"), unique=True
    )
    #: When it got the slot: from then on its presenters know what is asked of them.
    scheduled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rehearsal_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The presenters' own way into the session.
    panelist_url: Mapped[str | None] = mapped_column(String(1000))
    #: When staff last decided that something kept for later does not come up now.
    passed_over_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    program: Mapped[Program | None] = relationship()
    agenda_item: Mapped[AgendaItem | None] = relationship()
    terms: Mapped[list[Term]] = relationship(secondary=proposal_term, order_by=(Term.position, Term.id))
    dates: Mapped[list[Event]] = relationship(secondary=proposal_date, order_by=(Event.starts_at, Event.id))
    presenters: Mapped[list[Presenter]] = relationship(
        back_populates="proposal", order_by="Presenter.position", cascade="all, delete-orphan"
    )
    questions: Mapped[list[ProposalQuestion]] = relationship(
        back_populates="proposal", order_by="ProposalQuestion.id", cascade="all, delete-orphan"
    )
    files: Mapped[list[ProposalFile]] = relationship(
        back_populates="proposal", order_by="ProposalFile.id", cascade="all, delete-orphan"
    )

    @property
    def lead(self) -> Presenter:
        """Who speaks for it: the first presenter who has not said no."""
        return next((each for each in self.presenters if each.saying != Saying.DECLINED), self.presenters[0])

    @property
    def present(self) -> list[Presenter]:
        """The presenters, without those who said no."""
        return [each for each in self.presenters if each.saying != Saying.DECLINED]

    @property
    def event(self) -> Event | None:
        """The session it stands in."""
        return self.agenda_item.event if self.agenda_item else None


class Presenter(Model):
    """One presenter of one proposal, as said for this proposal; a person may be one of several."""

    __table_args__ = (
        UniqueConstraint("proposal_id", "person_id"),
        CheckConstraint(one_of("saying", Saying), name="saying"),
        CheckConstraint("release_at IS NULL OR release_refused_at IS NULL", name="released_or_refused"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    #: 1 is who offered it.
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    #: As it is shown to the public.
    organization: Mapped[str] = mapped_column(String(160), default="")
    job_role_id: Mapped[int | None] = mapped_column(ForeignKey("term.id"))
    sector_id: Mapped[int | None] = mapped_column(ForeignKey("term.id"))
    #: USPS abbreviation, XX for outside the United States.
    state: Mapped[str | None] = mapped_column(String(2))
    bio: Mapped[str] = mapped_column(Text, default="")
    #: Whether they said for themself that they are a presenter.
    saying: Mapped[str] = mapped_column(String(10))
    #: When the last letter that asks them was written.
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: When they allowed the recording to be published; None while they have not.
    release_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: When they said that it may not be published; None while they have not.
    release_refused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Since when staff want no reminders to go to them about this, as they told staff another way.
    quiet_since: Mapped[datetime | None] = mapped_column(UtcDateTime)

    proposal: Mapped[Proposal] = relationship(back_populates="presenters")
    person: Mapped[Person] = relationship()


class ProposalQuestion(Model):
    """A question of staff to the presenters, and the answer."""

    __table_args__ = (CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"), index=True)
    question: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Who asks and who answers, as the audit log names them.
    asked_by: Mapped[str] = mapped_column(String(40))
    answer: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[str | None] = mapped_column(String(40))

    proposal: Mapped[Proposal] = relationship(back_populates="questions")


class ProposalFile(Model):
    """A version of the slides, or a presenter's portrait. The bytes lie under a name of ours."""

    __table_args__ = (
        CheckConstraint(one_of("kind", FileKind), name="kind"),
        CheckConstraint("(kind = 'portrait') = (presenter_id IS NOT NULL)", name="whose"),
        UniqueConstraint("proposal_id", "kind", "presenter_id", "version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"))
    presenter_id: Mapped[int | None] = mapped_column(
        ForeignKey("presenter.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(10))
    #: From 1; the newest counts.
    version: Mapped[int]
    stored_as: Mapped[str] = mapped_column(String(120))
    #: As its content shows, whatever it was called.
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Who, as the audit log names them.
    uploaded_by: Mapped[str] = mapped_column(String(40))

    proposal: Mapped[Proposal] = relationship(back_populates="files")


class Invitation(Model):
    """Staff ask somebody whether they would like to offer something."""

    __table_args__ = (
        CheckConstraint(one_of("state", Invited), name="state"),
        # Nobody holds two that wait for an answer.
        Index(
            "uq_invitation_waiting",
            "person_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[str] = mapped_column(String(12))
    #: A word of staff to them.
    message: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Who asks, as the audit log names them.
    asked_by: Mapped[str] = mapped_column(String(40))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Whether they said that they want no such question any more.
    never: Mapped[bool] = mapped_column(default=False)
    #: What came of it: a draft at first, perhaps.
    proposal_id: Mapped[int | None] = mapped_column(
        ForeignKey("proposal.id", ondelete="SET NULL"), index=True
    )

    person: Mapped[Person] = relationship()
    proposal: Mapped[Proposal | None] = relationship()
    terms: Mapped[list[Term]] = relationship(secondary=invitation_term, order_by=(Term.position, Term.id))
