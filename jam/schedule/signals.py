"""What happens to events that higher rooms must hear of, inside the transaction of the change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from jam.base.signals import signal


class Change(StrEnum):
    """What kind of change an event went through."""

    MADE = "made"
    EDITED = "edited"
    PUBLISHED = "published"
    MOVED = "moved"
    CANCELLED = "cancelled"
    REINSTATED = "reinstated"


@dataclass(frozen=True)
class Before:
    """What people had been told until now."""

    starts_at: datetime
    ends_at: datetime
    state: str


#: A program was made. Sent with `program: Program`, `by: str`.
program_made = signal("program-made")

#: What calendars show of a program changed. Sent with `program: Program`.
program_changed = signal("program-changed")

#: Sessions of earlier years were added, all at once. Sent with `events: list[Event]`.
past_added = signal("past-added")

#: A draft is about to be deleted, and what hangs on it must let go. Sent with `event: Event`, `by: str`.
event_going = signal("event-going")

#: Sent with `event: Event`, `change: Change`, `before: Before`, `by: str`, `batch: str`, `message: str`.
event_changed = signal("event-changed")
