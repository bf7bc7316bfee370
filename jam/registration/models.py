"""One row per person and event."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jam.base.database import Model, UtcDateTime
from jam.people.models import Person
from jam.registration.rules import Source, Status
from jam.schedule.models import Event, Program


class Registration(Model):
    """A person's seat at one event. It keeps what the person said of themself when registering."""

    __table_args__ = (
        UniqueConstraint("event_id", "person_id"),
        CheckConstraint("status IN ({})".format(", ".join(f"'{each}'" for each in Status)), name="status"),
        CheckConstraint("source IN ({})".format(", ".join(f"'{each}'" for each in Source)), name="source"),
        UniqueConstraint("event_id", "queue_number"),
        CheckConstraint("status != 'waiting' OR queue_number IS NOT NULL", name="waiting"),
        CheckConstraint("(status = 'offered') = (offer_until IS NOT NULL)", name="offered"),
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
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Place in the order of the waiting list, ever rising within the event; None for who never waited.
    queue_number: Mapped[int | None]
    #: Until when an offered seat is kept.
    offer_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: SEQUENCE of the last invitation written to this person; None before the first.
    invite_sequence: Mapped[int | None]

    event: Mapped[Event] = relationship()
    person: Mapped[Person] = relationship()


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
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    program: Mapped[Program] = relationship()
    person: Mapped[Person] = relationship()


class JoinClick(Model):
    """Somebody pressed the button on their join page."""

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
