"""Rules, and one row for each rule and session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jam.base.database import Model, UtcDateTime, one_of
from jam.reminders.rules import Anchor, Side, Span, Standing, State, Timing, Unit
from jam.schedule.models import Event


class ReminderRule(Model):
    """Which letter goes to whom, and when: of a program, or of one session. A session's rule may stand in for one of its
    program there."""

    __table_args__ = (
        CheckConstraint("(program_id IS NULL) != (event_id IS NULL)", name="program_or_event"),
        CheckConstraint("replaces_id IS NULL OR event_id IS NOT NULL", name="replaces"),
        UniqueConstraint("event_id", "replaces_id"),
        CheckConstraint(one_of("unit", Unit), name="unit"),
        CheckConstraint(one_of("side", Side), name="side"),
        CheckConstraint(one_of("anchor", Anchor), name="anchor"),
        CheckConstraint("amount >= 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int | None] = mapped_column(ForeignKey("program.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    #: The program's rule that this one stands in for at its session.
    replaces_id: Mapped[int | None] = mapped_column(
        ForeignKey("reminder_rule.id", ondelete="CASCADE"), index=True
    )
    #: What staff call it.
    name: Mapped[str] = mapped_column(String(80))
    #: The kind of letter.
    kind: Mapped[str] = mapped_column(String(40))
    #: Who gets it: a name in `jam.reminders.audiences`.
    audience: Mapped[str] = mapped_column(String(20))
    amount: Mapped[int]
    unit: Mapped[str] = mapped_column(String(10))
    side: Mapped[str] = mapped_column(String(10))
    anchor: Mapped[str] = mapped_column(String(10))
    #: A time on the wall clock of the session's zone; None for the time of the session.
    at: Mapped[time | None]
    with_link: Mapped[bool] = mapped_column(default=True)
    with_invite: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)

    @property
    def timing(self) -> Timing:
        """When its letters are due."""
        return Timing(self.amount, Unit(self.unit), Side(self.side), Anchor(self.anchor), self.at)


@dataclass(frozen=True)
class Seen:
    """What a worker saw of a row; it acts only while that is still so."""

    id: int
    event_id: int
    state: str
    occurrence: int
    due_at: datetime
    lease_until: datetime | None


class Reminder(Model):
    """One rule at one session: derived from both, claimed by a worker when it is due."""

    __table_args__ = (
        UniqueConstraint("rule_id", "event_id"),
        CheckConstraint(one_of("state", State), name="state"),
        CheckConstraint("occurrence >= 1", name="occurrence"),
        Index("ix_reminder_next", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The program's rule, also where one of the session stands in for it.
    rule_id: Mapped[int] = mapped_column(ForeignKey("reminder_rule.id", ondelete="CASCADE"))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(10))
    #: Why it stands where it stands, in words for staff.
    reason: Mapped[str | None] = mapped_column(Text)
    #: Raised when it goes out anew because the session moved; part of each letter's key.
    occurrence: Mapped[int] = mapped_column(default=1)
    #: The start of the session that its letters named.
    told_for: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: When it was written or missed.
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    rule: Mapped[ReminderRule] = relationship()
    event: Mapped[Event] = relationship()

    @property
    def standing(self) -> Standing:
        """Where it stands, as the rules read it."""
        return Standing(State(self.state), self.due_at, self.occurrence, self.reason, self.told_for)

    @property
    def seen(self) -> Seen:
        """What a worker saw of it."""
        return Seen(self.id, self.event_id, self.state, self.occurrence, self.due_at, self.lease_until)

    @property
    def batch(self) -> str:
        """What its letters share: they are found and called back together."""
        return f"reminder{self.id}x{self.occurrence}"


def span(event: Event) -> Span:
    """When a session takes place."""
    return Span(event.starts_at, event.ends_at, event.time_zone)
