"""Cases with their texts, signs, requests, attachments, and who opened them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

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
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jam.base.database import Model, UtcDateTime, db, one_of
from jam.cases.identifier_kinds import Kind
from jam.cases.rules import PREFIX, Newness, State
from jam.cohorts.models import CohortMember
from jam.cohorts.rules import Setting, Size
from jam.people.models import Person
from jam.schedule.models import Cohort, Event
from jam.vocabulary.areas import Area
from jam.vocabulary.models import Term


class Copy(StrEnum):
    """Which words: those of the presenter, or those that others may read."""

    ORIGINAL = "original"
    RELEASED = "released"


echo_case_term = Table(
    "echo_case_term",
    db.metadata,
    Column("case_id", ForeignKey("echo_case.id", ondelete="CASCADE"), primary_key=True),
    Column("term_id", ForeignKey("term.id"), primary_key=True, index=True),
)


class EchoCase(Model):
    """An organization's workforce challenge, brought to a cohort by one of its members."""

    __table_args__ = (
        CheckConstraint(one_of("state", State), name="state"),
        CheckConstraint(one_of("newness", Newness), name="newness"),
        CheckConstraint(one_of("setting", Setting), name="setting"),
        CheckConstraint(one_of("size", Size), name="size"),
        CheckConstraint(one_of("area", Area), name="area"),
        CheckConstraint("(event_id IS NOT NULL) OR state NOT IN ('scheduled')", name="session"),
        Index("ix_echo_case_state", "cohort_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Drawn by lot; it means nothing.
    code: Mapped[str] = mapped_column(String(8), unique=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    #: Who brings it, and as which member.
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("cohort_member.id"), index=True)
    state: Mapped[str] = mapped_column(String(24))
    #: Since when it stands where it stands.
    state_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: When it was first sent; None for one that never was.
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    newness: Mapped[str] = mapped_column(String(10), default=Newness.NEW)
    earlier_id: Mapped[int | None] = mapped_column(ForeignKey("echo_case.id"), index=True)
    setting: Mapped[str | None] = mapped_column(String(20))
    size: Mapped[str | None] = mapped_column(String(10))
    area: Mapped[str] = mapped_column(String(10), default=Area.UNKNOWN)
    #: Bands: keys of `jam.cases.rules`.
    turnover: Mapped[str | None] = mapped_column(String(10))
    vacancy: Mapped[str | None] = mapped_column(String(10))
    time_to_hire: Mapped[str | None] = mapped_column(String(10))
    limits: Mapped[list[str]] = mapped_column(JSON, default=list)
    #: Towns, and short and other names of the organization, one a line: only looked for in the texts, and shown to nobody but
    #: who reads originals.
    towns: Mapped[str] = mapped_column(Text, default="")
    known_as: Mapped[str] = mapped_column(Text, default="")
    consent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: When the presenter last gave their word that nothing in it identifies anyone.
    attested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: When the released words last changed; signs given before do not count.
    released_changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The page of the presenter's that last wrote: what it sends once more after a lost answer is no conflict.
    written_from: Mapped[str] = mapped_column(String(32), default="")
    #: The session that it is planned for.
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="SET NULL"), index=True)
    presented_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The last day on which sending the written recommendations keeps the goal.
    recommendations_due_on: Mapped[date | None]
    #: When the written recommendations, or the word that there are none, went to the presenter.
    recommendations_sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Why there are none, where none were sent; the presenter reads it.
    none_why: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Why it was closed before it was followed up; the presenter reads it.
    closed_why: Mapped[str] = mapped_column(Text, default="")
    #: The case in the facilitator's own words, as said in the session, and when the presenter said that it is right.
    summary: Mapped[str] = mapped_column(Text, default="")
    summary_confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    cohort: Mapped[Cohort] = relationship()
    person: Mapped[Person] = relationship()
    member: Mapped[CohortMember] = relationship()
    event: Mapped[Event | None] = relationship()
    earlier: Mapped[EchoCase | None] = relationship(remote_side=[id])
    terms: Mapped[list[Term]] = relationship(secondary=echo_case_term, order_by=(Term.position, Term.id))
    texts: Mapped[list[CaseText]] = relationship(back_populates="case", cascade="all, delete-orphan")
    signs: Mapped[list[CaseSign]] = relationship(back_populates="case", cascade="all, delete-orphan")
    asks: Mapped[list[CaseAsk]] = relationship(
        back_populates="case", order_by="CaseAsk.id", cascade="all, delete-orphan"
    )
    files: Mapped[list[CaseFile]] = relationship(
        back_populates="case", order_by="CaseFile.id", cascade="all, delete-orphan"
    )

    @property
    def shown(self) -> str:
        """How people call it: “ECHO-7K3D”."""
        return PREFIX + self.code

    def words(self, copy: Copy) -> dict[str, str]:
        """Its texts by name, as the presenter wrote them or as others may read them."""
        return {each.name: each.words for each in self.texts if each.copy == copy}


class CaseText(Model):
    """One text of a case, in one of its two copies."""

    __table_args__ = (
        UniqueConstraint("case_id", "copy", "name"),
        CheckConstraint(one_of("copy", Copy), name="copy"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("echo_case.id", ondelete="CASCADE"))
    copy: Mapped[str] = mapped_column(String(10))
    #: A name of `jam.cases.rules.TEXTS`, or that of a field which staff added to the form (`jam.cases.fields`).
    name: Mapped[str] = mapped_column(String(20))
    #: Of such a field: its words as they were asked. Empty for the others, whose heading never changes.
    heading: Mapped[str] = mapped_column(String(300), default="")
    words: Mapped[str] = mapped_column(Text)
    #: Of such a field, in the presenter's copy: the answer as the form takes it.
    answer: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    #: Of released words: the SHA-256 of the presenter's text that they were made from.
    made_from: Mapped[str | None] = mapped_column(String(64))
    #: Of released words whose text the presenter changed: what the coordinator had made of it before, until it is approved.
    earlier: Mapped[str] = mapped_column(Text, default="")

    case: Mapped[EchoCase] = relationship(back_populates="texts")


class CaseSign(Model):
    """A coordinator's word about one class of identifiers in the released words."""

    __table_args__ = (
        UniqueConstraint("case_id", "kind"),
        CheckConstraint(one_of("kind", Kind), name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("echo_case.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    #: Why something of this class stays, where it does.
    note: Mapped[str] = mapped_column(String(300), default="")
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Who, as the audit log names them.
    signed_by: Mapped[str] = mapped_column(String(40))

    case: Mapped[EchoCase] = relationship(back_populates="signs")


class CaseAsk(Model):
    """What a coordinator asked the presenter to change."""

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("echo_case.id", ondelete="CASCADE"), index=True)
    words: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by: Mapped[str] = mapped_column(String(40))

    case: Mapped[EchoCase] = relationship(back_populates="asks")


class CaseFile(Model):
    """An attachment. The bytes lie under a name of ours."""

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("echo_case.id", ondelete="CASCADE"), index=True)
    #: What the presenter's file was called; shown to them and to who reads originals.
    name: Mapped[str] = mapped_column(String(130))
    stored_as: Mapped[str] = mapped_column(String(120))
    #: As its content shows, whatever it was called.
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    #: What was read in it, for findings.
    words: Mapped[str] = mapped_column(Text, default="")
    #: What it holds beside what is seen: pairs of where it stands and what it says.
    hidden: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    #: The copy without that, made when it is let out.
    cleaned_as: Mapped[str | None] = mapped_column(String(120))
    #: Whether others may have it with the released words, under a name of ours.
    released: Mapped[bool] = mapped_column(default=False)
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)

    case: Mapped[EchoCase] = relationship(back_populates="files")


class CaseOpening(Model):
    """Somebody opened a copy of a case with its attachments, and when. Rows are only added."""

    __table_args__ = (
        CheckConstraint(one_of("copy", Copy), name="copy"),
        Index("ix_case_opening_person", "person_id", "case_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("echo_case.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    copy: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    case: Mapped[EchoCase] = relationship()
    person: Mapped[Person] = relationship()
