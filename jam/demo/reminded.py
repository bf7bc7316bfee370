"""The letters around the sessions: what is planned for those to come, and what people got about the newest that is over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select

from jam.base.database import db
from jam.base.now import frozen, now
from jam.mail.models import Letter
from jam.mail.rules import State as LetterState
from jam.reminders.actions import plan
from jam.reminders.letters import To, writer_of
from jam.reminders.models import Reminder
from jam.reminders.queries import recipients, ruled, shown_of
from jam.reminders.rules import Side, State
from jam.schedule.models import Event

_NEVER = "Its time had gone by when Jam first planned it."


def plan_letters(to_come: Iterable[Event], newest: Event | None) -> None:
    """Plan the letters of published sessions to come, and let those about the newest past one have gone out."""
    for event in to_come:
        with frozen(min(now(), event.starts_at - timedelta(days=42))):
            plan(event, _NEVER)
        _send_what_was_due(event)
    if newest is not None:
        with frozen(newest.starts_at - timedelta(days=42)):
            plan(newest, _NEVER)
        for row in db.session.scalars(select(Reminder).where(Reminder.event_id == newest.id)):
            if row.rule.side == Side.BEFORE:  # a thousand letters more that nobody would look at
                db.session.delete(row)
        _send_what_was_due(newest)


def _send_what_was_due(event: Event) -> None:
    rows = select(Reminder).where(
        Reminder.event_id == event.id, Reminder.state == State.SCHEDULED, Reminder.due_at <= now()
    )
    for row in db.session.scalars(rows.order_by(Reminder.due_at, Reminder.id)):
        with frozen(row.due_at):
            _write(event, row)


def _write(event: Event, row: Reminder) -> None:
    rule = shown_of(row, ruled([event]))
    writer = writer_of(event, rule)
    for person, seat in db.session.execute(recipients(rule, event, row.due_at)):
        letter: Letter | None = writer.write(row, To(person, seat))
        if letter is not None:
            letter.state, letter.sent_at = LetterState.SENT, row.due_at + timedelta(minutes=1)
    row.state, row.told_for, row.settled_at = State.DONE, event.starts_at, row.due_at
