"""One row per person and event."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jam.base.database import Model, UtcDateTime
from jam.people.models import Person
from jam.registration.question_rules import Asked, Kind
from jam.registration.rules import Need, Source, Status
from jam.schedule.models import Cohort, Event, Program


class Registration(Model):
    """A person's seat at one event. It keeps what the person said of themself when registering."""

    __table_args__ = (
        UniqueConstraint("event_id", "person_id"),
        CheckConstraint("status IN ({})".format(", ".join(f"'{each}'" for each in Status)), name="status"),
        CheckConstraint("source IN ({})".format(", ".join(f"'{each}'" for each in Source)), name="source"),
        UniqueConstraint("event_id", "queue_number"),
        CheckConstraint("status != 'waiting' OR queue_number IS NOT NULL", name="waiting"),
        CheckConstraint("(status = 'offered') = (offer_until IS NOT NULL)", name="offered"),
        CheckConstraint(
            "accommodation_state IN ({})".format(", ".join(f"'{each}'" for each in Need)), name="need"
        ),
        CheckConstraint("(accommodation IS NULL) = (accommodation_state IS NULL)", name="accommodation"),
        Index("ix_registration_seats", "event_id", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    status: Mapped[str] = mapped_column(String(12))
    source: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(120))
    organization: Mapped[str] = mapped_column(String(160), default="")
    job_role_id: Mapped[int | None] = mapped_column(ForeignKey("term.id"))
    sector_id: Mapped[int | None] = mapped_column(ForeignKey("term.id"))
    #: USPS abbreviation, XX for outside the United States.
    state: Mapped[str | None] = mapped_column(String(2))
    zip: Mapped[str | None] = mapped_column(String(10))
    #: Rural or urban, kept when the ZIP code was taken out; None while it stands.
    area: Mapped[str | None] = mapped_column(String(10))
    #: How they heard of the program, in their own words.
    heard: Mapped[str] = mapped_column(String(200), default="")
    #: The colleague who registered them; None where they did it themselves, or staff did.
    registered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Place in the order of the waiting list, ever rising within the event; None for who never waited.
    queue_number: Mapped[int | None]
    #: Until when an offered seat is kept.
    offer_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: SEQUENCE of the last invitation written to this person; None before the first.
    invite_sequence: Mapped[int | None]
    #: This person's own way into the platform, where it handed one out; it goes before the session's.
    platform_url: Mapped[str | None] = mapped_column(String(1000))
    #: The number that the platform gave their registration there.
    platform_id: Mapped[str | None] = mapped_column(String(64), index=True)
    #: What the person needs to take part, in their words; None for who asked for nothing.
    accommodation: Mapped[str | None] = mapped_column(Text)
    accommodation_state: Mapped[str | None] = mapped_column(String(10))
    #: What staff wrote to the person about it.
    accommodation_note: Mapped[str] = mapped_column(Text, default="")

    event: Mapped[Event] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class SeriesPass(Model):
    """A standing wish to come to every session of a program; it fans out into ordinary registrations."""

    __table_args__ = (UniqueConstraint("program_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    active: Mapped[bool]
    #: What the person said of themself, for each registration to come.
    name: Mapped[str] = mapped_column(String(120))
    organization: Mapped[str] = mapped_column(String(160), default="")
    job_role_id: Mapped[int | None] = mapped_column(ForeignKey("term.id"))
    sector_id: Mapped[int | None] = mapped_column(ForeignKey("term.id"))
    state: Mapped[str | None] = mapped_column(String(2))
    zip: Mapped[str | None] = mapped_column(String(10))
    #: How they heard of the program, in their own words.
    heard: Mapped[str] = mapped_column(String(200), default="")
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: What each registration to come begins with: id of the question, its words as asked, the answer.
    answers: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    accommodation: Mapped[str] = mapped_column(Text, default="")

    program: Mapped[Program] = relationship()
    person: Mapped[Person] = relationship()


class JoinClick(Model):
    """Somebody pressed the button on their join page."""

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Question(Model):
    """Something that staff ask on the form of every session of a program, of one session, of who applies to a cohort, or of who
    brings it a case."""

    __table_args__ = (
        CheckConstraint(
            "(program_id IS NOT NULL AND event_id IS NULL AND cohort_id IS NULL)"
            " OR (program_id IS NULL AND event_id IS NOT NULL AND cohort_id IS NULL)"
            " OR (program_id IS NULL AND event_id IS NULL AND cohort_id IS NOT NULL)",
            name="whose",
        ),
        CheckConstraint("kind IN ({})".format(", ".join(f"'{each}'" for each in Kind)), name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int | None] = mapped_column(ForeignKey("program.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"), index=True)
    #: Of a cohort: whether who brings it a case is asked, rather than who applies to it.
    of_cases: Mapped[bool] = mapped_column(default=False)
    kind: Mapped[str] = mapped_column(String(10))
    label: Mapped[str] = mapped_column(String(300))
    help: Mapped[str] = mapped_column(String(500), default="")
    #: What can be chosen, in order; empty for the other kinds.
    options: Mapped[list[str]] = mapped_column(JSON, default=list)
    #: Beside the options people may write one of their own.
    other: Mapped[bool] = mapped_column(default=False)
    required: Mapped[bool] = mapped_column(default=False)
    #: Not asked any more; what was answered stays.
    retired: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int]

    program: Mapped[Program | None] = relationship()
    event: Mapped[Event | None] = relationship()
    cohort: Mapped[Cohort | None] = relationship()

    @property
    def asked(self) -> Asked:
        """The question as the rules know it."""
        return Asked(Kind(self.kind), self.label, tuple(self.options), self.other, self.required)


class Answer(Model):
    """What somebody answered when they registered."""

    __table_args__ = (UniqueConstraint("registration_id", "question_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), index=True)
    #: The question in the words it was asked in.
    label: Mapped[str] = mapped_column(String(300))
    #: Text, number, yes or no as they are; a date as ISO 8601; what was chosen as {"chosen": […], "other": "…"}.
    value: Mapped[Any] = mapped_column(JSON)

    question: Mapped[Question] = relationship()
    registration: Mapped[Registration] = relationship()


class RefusedColleague(Model):
    """Somebody said that a registration by this person was not meant for them: it is not done again."""

    __table_args__ = (UniqueConstraint("person_id", "mark"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Who had registered them.
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    #: SHA-256 of the address as it is compared: the address itself is not kept.
    mark: Mapped[str] = mapped_column(String(64))
    refused_at: Mapped[datetime] = mapped_column(UtcDateTime)
