"""Programs, cohorts, events and their agenda."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jam.base.database import Model, UtcDateTime, db, one_of
from jam.schedule.rules import TO_COME, ItemKind, State, Visibility
from jam.vocabulary.models import Term


class Program(Model):
    """What runs over years: the Jam, the ECHO."""

    __table_args__ = (
        CheckConstraint(one_of("visibility", Visibility), name="visibility"),
        CheckConstraint("minutes BETWEEN 5 AND 1440", name="minutes"),
        CheckConstraint("capacity > 0", name="capacity"),
        CheckConstraint("offer_hours BETWEEN 1 AND 336", name="offer_hours"),
        CheckConstraint("needs_days BETWEEN 0 AND 90", name="needs_days"),
        CheckConstraint("enough_percent BETWEEN 1 AND 100", name="enough_percent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    #: Markdown.
    summary: Mapped[str] = mapped_column(Text, default="")
    #: CSS3 name for calendars.
    color: Mapped[str] = mapped_column(String(20), default="teal")
    #: IANA name; the wall clock that sessions keep through DST.
    time_zone: Mapped[str] = mapped_column(String(64))
    #: What new events begin with.
    visibility: Mapped[str] = mapped_column(String(10), default=Visibility.PUBLIC)
    start_time: Mapped[time]
    minutes: Mapped[int]
    capacity: Mapped[int | None]
    #: Beyond the capacity people may wait; otherwise the session is simply full.
    waiting_list: Mapped[bool] = mapped_column(default=False)
    #: A freed seat is offered for so many hours; None gives it to the next person at once.
    offer_hours: Mapped[int | None]
    #: Staff decide about each registration.
    approval: Mapped[bool] = mapped_column(default=False)
    join_url: Mapped[str | None] = mapped_column(String(1000))
    #: Markdown: what every session has so that everybody can take part, such as captions.
    provided: Mapped[str] = mapped_column(Text, default="")
    #: Further needs can be met when they are told so many days before.
    needs_days: Mapped[int] = mapped_column(default=10)
    #: Whoever stayed this part of a session has attended enough of it, for measures and certificates.
    enough_percent: Mapped[int] = mapped_column(default=75)
    #: `jam.schedule.recurrence.Recurrence` as JSON; None while dates are made by hand only.
    recurrence: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    #: The template that drafts begin with: a key of `jam.schedule.agendas`; None for an empty agenda.
    template: Mapped[str | None] = mapped_column(String(40))
    #: When anything that the public calendar shows last changed.
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Cohort(Model):
    """One ECHO group with its dates."""

    __table_args__ = (
        CheckConstraint("minutes BETWEEN 5 AND 1440", name="minutes"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"), index=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    #: The pattern of its dates, as `Program.recurrence`; None for the program's.
    recurrence: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    #: The wall clock and length of its sessions; None for the program's.
    start_time: Mapped[time | None]
    minutes: Mapped[int | None]
    #: The template that its drafts begin with; None for the program's.
    template: Mapped[str | None] = mapped_column(String(40))

    program: Mapped[Program] = relationship()


event_term = Table(
    "event_term",
    db.metadata,
    Column("event_id", ForeignKey("event.id", ondelete="CASCADE"), primary_key=True),
    Column("term_id", ForeignKey("term.id"), primary_key=True, index=True),
)


class Event(Model):
    """One dated occurrence of a program; pages say "session"."""

    __table_args__ = (
        CheckConstraint(one_of("state", State), name="state"),
        CheckConstraint(one_of("visibility", Visibility), name="visibility"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("capacity > 0", name="capacity"),
        CheckConstraint("offer_hours BETWEEN 1 AND 336", name="offer_hours"),
        Index("ix_event_when", "starts_at", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Calendar UID (RFC 5545 section 3.8.4.7): random, fixed when the event is made.
    uid: Mapped[str] = mapped_column(String(120), unique=True)
    #: Stands in the address; fixed when the event is made.
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"), index=True)
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    #: Markdown: what you will learn.
    summary: Mapped[str] = mapped_column(Text, default="")
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: IANA name of the wall clock it was planned by.
    time_zone: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(12))
    visibility: Mapped[str] = mapped_column(String(10))
    #: Registration closed by staff before the session is over.
    closed: Mapped[bool] = mapped_column(default=False)
    #: Seats; None for as many as come.
    capacity: Mapped[int | None]
    #: Beyond the capacity people may wait; otherwise the session is simply full.
    waiting_list: Mapped[bool] = mapped_column(default=False)
    #: A freed seat is offered for so many hours; None gives it to the next person at once.
    offer_hours: Mapped[int | None]
    #: Staff decide about each registration.
    approval: Mapped[bool] = mapped_column(default=False)
    join_url: Mapped[str | None] = mapped_column(String(1000))
    recording_url: Mapped[str | None] = mapped_column(String(1000))
    slides_url: Mapped[str | None] = mapped_column(String(1000))
    #: Markdown: what is always provided, where it differs from the program's.
    provided: Mapped[str] = mapped_column(Text, default="")
    #: RFC 5545 section 3.8.7.4; raised when time or status changes, never lowered.
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: When something that calendars show last changed: their DTSTAMP.
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    program: Mapped[Program] = relationship()
    cohort: Mapped[Cohort | None] = relationship()
    terms: Mapped[list[Term]] = relationship(secondary=event_term, order_by=(Term.position, Term.id))
    agenda: Mapped[list[AgendaItem]] = relationship(
        back_populates="event", order_by="AgendaItem.position", cascade="all, delete-orphan"
    )

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return round((self.ends_at - self.starts_at).total_seconds() / 60)


class AgendaItem(Model):
    """A slot in an event's run of show."""

    __table_args__ = (
        UniqueConstraint("event_id", "position"),
        CheckConstraint(one_of("kind", ItemKind), name="kind"),
        CheckConstraint("minutes BETWEEN 1 AND 600", name="minutes"),
        CheckConstraint("NOT is_open OR speakers = ''", name="open_without_speakers"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    #: Who speaks, as it should be read.
    speakers: Mapped[str] = mapped_column(String(300), default="")
    minutes: Mapped[int]
    #: Who does what behind the scenes. For staff only.
    crew: Mapped[str] = mapped_column(String(300), default="")
    #: For staff only.
    notes: Mapped[str] = mapped_column(Text, default="")
    #: Nobody speaks here yet, and somebody should: its title is staff's working title.
    is_open: Mapped[bool] = mapped_column(default=False)

    event: Mapped[Event] = relationship(back_populates="agenda")

    @property
    def shown_title(self) -> str:
        """What people read who are no staff."""
        return TO_COME if self.is_open else self.title


class AgendaTemplate(Model):
    """A run of show that staff keep for a program, to begin others with."""

    __table_args__ = (UniqueConstraint("program_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(80))
    #: One object for each item: the fields of `jam.schedule.given.Slot` but its id.
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
