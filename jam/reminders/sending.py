"""Writing the letters of reminders that are due, in small steps. Any number of workers may do it at once.

A worker claims a row by a conditional update and renews its lease with every step; each step holds the session, so that
nobody moves it or changes its seats meanwhile. Keys keep each letter single, whatever else happens.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import selectinload

from jam.audit.actions import CLOCK, record
from jam.base import ending
from jam.base.database import db
from jam.base.now import now
from jam.mail.models import Letter
from jam.people.models import Person
from jam.reminders.letters import To, writer_of
from jam.reminders.models import Reminder, Seen
from jam.reminders.queries import had, recipients, ruled, shown_of
from jam.reminders.rules import LEASE, State
from jam.schedule.actions import lock
from jam.schedule.models import Event

#: Letters in one transaction: about a tenth of a second, in which on SQLite nobody else can write.
_AT_ONCE = 40


def write(seen: Seen) -> int:
    """Write the letters of a reminder that is due, unless another worker is at it; returns how many. Commits step by step."""
    lease, last, written = _claim(seen), 0, 0
    while lease is not None:
        held = lease
        try:
            lease, last, some = _step(seen, held, last)
            written += some
        except DBAPIError:
            raise  # the database's trouble, not this reminder's: the lease runs out and it is taken again
        except Exception:
            db.session.rollback()
            current_app.logger.exception("reminder %s cannot be written", seen.id)
            _change(seen.id, held, reason="A letter could not be written; Jam tries again every few minutes.")
            db.session.commit()
            break
        if lease is not None and ending.asked():
            _change(seen.id, lease, lease_until=now() - timedelta(seconds=1))  # whoever comes next goes on
            db.session.commit()
            break
    return written


def take_up_again(seen: Seen) -> bool:
    """Let a reminder go out once more to whom it left out, unless somebody was faster. Commits."""
    done: Any = db.session.execute(
        update(Reminder)
        .where(*_as_seen(seen))
        .values(state=State.SCHEDULED, occurrence=Reminder.occurrence + 1, settled_at=None)
    )
    db.session.commit()
    return bool(done.rowcount)


def miss(seen: Seen, why: str) -> None:
    """Mark a reminder that is due as missed, unless somebody was faster. Commits."""
    done: Any = db.session.execute(
        update(Reminder)
        .where(*_as_seen(seen))
        .values(state=State.MISSED, reason=why, lease_until=None, settled_at=now())
    )
    if done.rowcount:
        record("reminders.missed", "reminder", seen.id, by=CLOCK, changes={"reason": (None, why)})
    db.session.commit()


def _claim(seen: Seen) -> datetime | None:
    """Until when it is ours; None when somebody was faster."""
    event = db.session.get_one(Event, seen.event_id)
    lock(event)
    lease = now() + LEASE
    done: Any = db.session.execute(
        update(Reminder)
        .where(*_as_seen(seen))
        .values(state=State.RUNNING, lease_until=lease, told_for=event.starts_at, reason=None)
    )
    db.session.commit()
    return lease if done.rowcount == 1 else None


def _as_seen(seen: Seen) -> list[Any]:
    return [
        Reminder.id == seen.id,
        Reminder.state == seen.state,
        Reminder.occurrence == seen.occurrence,
        Reminder.due_at == seen.due_at,
        Reminder.lease_until.is_(None)
        if seen.lease_until is None
        else Reminder.lease_until == seen.lease_until,
    ]


def _step(seen: Seen, lease: datetime, last: int) -> tuple[datetime | None, int, int]:
    """Write the next letters, to people after `last`; the renewed lease (None at the end), the last one, how many."""
    event = db.session.get_one(Event, seen.event_id)
    lock(event)
    renewed = now() + LEASE
    if not _change(seen.id, lease, lease_until=renewed):
        db.session.rollback()
        return None, last, 0  # it was called off or moved, or it is somebody else's by now
    row = db.session.get_one(Reminder, seen.id, populate_existing=True)
    rule = shown_of(row, ruled([event]))
    query = recipients(rule, event, row.due_at).where(Person.id > last).limit(_AT_ONCE)
    people = [
        To(person, seat) for person, seat in db.session.execute(query.options(selectinload(Person.addresses)))
    ]
    served = had(row, rule, [to.person.id for to in people])
    writer = writer_of(event, rule)
    letters = [writer.write(row, to) for to in people if to.person.id not in served]
    if len(people) == _AT_ONCE:
        db.session.commit()
        return renewed, people[-1].person.id, len(letters)
    _finish(row, renewed)
    db.session.commit()
    return None, last, len(letters)


def _finish(row: Reminder, lease: datetime) -> None:
    total = db.session.scalar(select(func.count()).where(Letter.batch == row.batch))
    _change(row.id, lease, state=State.DONE, lease_until=None, settled_at=now())
    record(
        "reminders.written", "reminder", row.id, by=CLOCK, batch=row.batch, changes={"letters": (None, total)}
    )


def _change(id: int, lease: datetime, **values: Any) -> bool:
    done: Any = db.session.execute(
        update(Reminder)
        .where(Reminder.id == id, Reminder.state == State.RUNNING, Reminder.lease_until == lease)
        .values(**values)
    )
    return bool(done.rowcount == 1)
