"""The frame of a session's pages on the desk: head, numbers and tabs, the same on each of them."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for

from jam.base.now import now
from jam.mail.queries import Wanted, counts
from jam.mail.rules import State as LetterState
from jam.schedule import seats
from jam.schedule.models import Event
from jam.schedule.rules import State

#: The tabs: key, words, endpoint. A room that is not installed has no tab.
_TABS = [
    ("plan", "Plan", "schedule.desk_event"),
    ("people", "People", "registration.desk_roster"),
    ("letters", "Letters", "reminders.desk_event"),
    ("show", "Run of show", "schedule.desk_show"),
    ("attendance", "Attendance", "attendance.desk_event"),
]


def standing(event: Event) -> tuple[str, str]:
    """Where a session stands, in a word, and the tone to show it in."""
    if event.state == State.CANCELLED:
        return "Cancelled", "trouble"
    if event.state == State.DRAFT:
        return "Draft", "wait"
    if event.ends_at <= now():
        return "Over", "quiet"
    return ("Running now", "now") if event.starts_at <= now() else ("Published", "done")


def workspace(event: Event, here: str) -> dict[str, Any]:
    """What `schedule/workspace.html` needs; `here` is the key of the tab."""
    taken = seats.taken([event.id]).get(event.id, 0)
    numbers = [(f"{taken:,}", "registered")]
    if event.capacity is not None:
        numbers.append((f"{event.capacity:,}", "seats"))
    waiting = counts(Wanted(scope=("event", event.id))).get(LetterState.DUE, 0)
    if waiting:
        numbers.append((f"{waiting:,}", "letters waiting"))
    tabs = [
        (key, words, url_for(endpoint, slug=event.slug))
        for key, words, endpoint in _TABS
        if endpoint in current_app.view_functions
    ]
    return {
        "event": event,
        "standing": standing(event),
        "numbers": numbers,
        "tabs": tabs,
        "here": here,
        "taken": taken,
    }
