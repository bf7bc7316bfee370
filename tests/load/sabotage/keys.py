"""Every worker that comes by writes a reminder's letters, under keys of its own."""

from __future__ import annotations

import os
from typing import Any

from sqlalchemy import ColumnElement

from jam.base.now import now
from jam.reminders import letters, queries, sending
from jam.reminders.models import Reminder, Seen

_key = letters.key


def _own(reminder: Reminder, person_id: int) -> str:
    return f"{_key(reminder, person_id)}:{os.getpid()}"


def _whatever_it_is(seen: Seen) -> list[Any]:
    return [Reminder.id == seen.id]


def _whatever_is_due() -> ColumnElement[bool]:
    return Reminder.due_at <= now()


queries.may_be_taken = _whatever_is_due
letters.key = _own
sending.key = _own
sending._as_seen = _whatever_it_is
