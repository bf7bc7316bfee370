"""What a cohort is for, its faculty, the organizations that apply with their teams, and guests of a single session."""

from __future__ import annotations

from datetime import date, datetime
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
from jam.cohorts.rules import (
    CERTIFICATE_GOAL,
    DECISIONS,
    GOAL,
    PLACES,
    RECOMMENDATION_DAYS,
    Guest,
    Role,
    Setting,
    Size,
    Standing,
    State,
)
from jam.people.models import Organization, Person
from jam.schedule.models import Cohort, Event
from jam.vocabulary.areas import Area
from jam.vocabulary.models import Term


class CohortPlan(Model):
    """What a cohort is for and what it expects, beside its dates; every cohort that takes members has one."""

    __table_args__ = (
        CheckConstraint("most_organizations > 0", name="most_organizations"),
        CheckConstraint("most_people > 0", name="most_people"),
        CheckConstraint("goal BETWEEN 1 AND 100", name="goal"),
        CheckConstraint("certificate_goal BETWEEN 1 AND 100", name="certificate_goal"),
        CheckConstraint("recommendation_days BETWEEN 1 AND 30", name="recommendation_days"),
        CheckConstraint("closes_on >= opens_on", name="window"),
    )

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), primary_key=True, autoincrement=False)
    #: Whether its page is public.
    published: Mapped[bool] = mapped_column(default=False)
    #: Markdown: what it is, whom it is for, what members commit to. Public.
    about: Mapped[str] = mapped_column(Text, default="")
    whom: Mapped[str] = mapped_column(Text, default="")
    commitment: Mapped[str] = mapped_column(Text, default="")
    #: Markdown for members: how the group works together, what stands under every case, and where things are.
    norms: Mapped[str] = mapped_column(Text, default="")
    standing_texts: Mapped[str] = mapped_column(Text, default="")
    materials: Mapped[str] = mapped_column(Text, default="")
    #: None for as many as come.
    most_organizations: Mapped[int | None]
    most_people: Mapped[int | None]
    #: Percent of the sessions since somebody joined.
    goal: Mapped[int] = mapped_column(default=GOAL)
    certificate_goal: Mapped[int] = mapped_column(default=CERTIFICATE_GOAL)
    #: Working days after a session within which its written recommendations go to who brought the case.
    recommendation_days: Mapped[int] = mapped_column(default=RECOMMENDATION_DAYS)
    #: The days on which applications are taken, on the program's wall calendar; without either, none are.
    opens_on: Mapped[date | None]
    closes_on: Mapped[date | None]

    cohort: Mapped[Cohort] = relationship()


class CohortFaculty(Model):
    """Somebody who leads or advises a cohort."""

    __table_args__ = (
        UniqueConstraint("cohort_id", "person_id", "role"),
        CheckConstraint(one_of("role", Role), name="role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    #: As members read it: where they work, what they know.
    line: Mapped[str] = mapped_column(String(200), default="")
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)

    cohort: Mapped[Cohort] = relationship()
    person: Mapped[Person] = relationship()


cohort_application_term = Table(
    "cohort_application_term",
    db.metadata,
    Column("application_id", ForeignKey("cohort_application.id", ondelete="CASCADE"), primary_key=True),
    Column("term_id", ForeignKey("term.id"), primary_key=True, index=True),
)


class CohortApplication(Model):
    """An organization that wants to join a cohort with its team, as it was said then."""

    __table_args__ = (
        CheckConstraint(one_of("state", State), name="state"),
        CheckConstraint(one_of("setting", Setting), name="setting"),
        CheckConstraint(one_of("size", Size), name="size"),
        CheckConstraint(one_of("area", Area), name="area"),
        CheckConstraint(one_of("decision", DECISIONS), name="decision"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided"),
        Index("ix_cohort_application_state", "cohort_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    #: The name as it was typed, and the row of the organization that it stands for.
    organization: Mapped[str] = mapped_column(String(160))
    organization_id: Mapped[int | None] = mapped_column(
        ForeignKey("organization.id", ondelete="SET NULL"), index=True
    )
    setting: Mapped[str | None] = mapped_column(String(20))
    size: Mapped[str | None] = mapped_column(String(10))
    #: USPS abbreviation, XX for outside the United States.
    place: Mapped[str | None] = mapped_column(String(2))
    zip: Mapped[str | None] = mapped_column(String(10))
    #: By the ZIP code then.
    area: Mapped[str] = mapped_column(String(10), default=Area.UNKNOWN)
    #: What it wants to work on.
    challenge: Mapped[str] = mapped_column(Text, default="")
    #: When it committed to attend and to bring a case.
    committed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: What staff asked: id of the question, its words as asked, the answer.
    answers: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    state: Mapped[str] = mapped_column(String(12))
    #: Since when it stands where it stands.
    state_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Decided, not told yet: a state to come, with a word of staff.
    decision: Mapped[str | None] = mapped_column(String(12))
    decision_message: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    cohort: Mapped[Cohort] = relationship()
    home: Mapped[Organization | None] = relationship()
    terms: Mapped[list[Term]] = relationship(
        secondary=cohort_application_term, order_by=(Term.position, Term.id)
    )
    team: Mapped[list[CohortMember]] = relationship(
        back_populates="application", order_by="CohortMember.position"
    )

    @property
    def contact(self) -> CohortMember:
        """Who speaks for the organization: the first of the team who has not gone."""
        return next((each for each in self.team if each.standing in PLACES), self.team[0])


class CohortMember(Model):
    """One person of one organization's team, as named for this cohort."""

    __table_args__ = (
        UniqueConstraint("application_id", "person_id"),
        CheckConstraint(one_of("standing", Standing), name="standing"),
        CheckConstraint("standing != 'confirmed' OR joined_at IS NOT NULL", name="joined"),
        Index("ix_cohort_member_standing", "cohort_id", "standing"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("cohort_application.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    #: 1 is who applied.
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    standing: Mapped[str] = mapped_column(String(12))
    #: When the last letter that asks them was written.
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: From when on they are expected; None before they confirm.
    joined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The colleague who took their place.
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("cohort_member.id"), index=True)
    #: What the other members of the cohort may see of them, as they said themselves.
    shows_name: Mapped[bool] = mapped_column(default=False)
    shows_address: Mapped[bool] = mapped_column(default=False)

    cohort: Mapped[Cohort] = relationship()
    application: Mapped[CohortApplication] = relationship(back_populates="team")
    person: Mapped[Person] = relationship()


class CohortGuest(Model):
    """Somebody who is invited to a single session of a cohort."""

    __table_args__ = (
        UniqueConstraint("event_id", "person_id"),
        CheckConstraint(one_of("standing", Guest), name="standing"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    standing: Mapped[str] = mapped_column(String(12))
    invited_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: When the guest answered; None for an invitation that was taken back, which stands as declined.
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    event: Mapped[Event] = relationship()
    person: Mapped[Person] = relationship()

    @property
    def taken_back(self) -> bool:
        """Whether it stands as declined without anybody having said no."""
        return self.standing == Guest.DECLINED and self.answered_at is None
