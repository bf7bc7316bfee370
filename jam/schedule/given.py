"""What staff decide about programs, events and agenda items, as forms and commands hand it in."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import time
from typing import Any

from jam.schedule.models import Event, Program
from jam.schedule.rules import ItemKind, Visibility


@dataclass(frozen=True, kw_only=True)
class ProgramFields:
    """What staff decide about a program."""

    name: str
    summary: str = ""
    color: str = "teal"
    time_zone: str
    visibility: Visibility = Visibility.PUBLIC
    start_time: time
    minutes: int
    capacity: int | None = None
    waiting_list: bool = False
    offer_hours: int | None = None
    approval: bool = False
    join_url: str | None = None
    provided: str = ""
    needs_days: int = 10
    enough_percent: int = 75
    recurrence: dict[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class EventFields:
    """What staff write about an event, its date apart."""

    title: str
    summary: str = ""
    visibility: Visibility = Visibility.PUBLIC
    closed: bool = False
    capacity: int | None = None
    waiting_list: bool = False
    offer_hours: int | None = None
    approval: bool = False
    join_url: str | None = None
    recording_url: str | None = None
    slides_url: str | None = None
    provided: str = ""


#: The id of a slot that is new for sure, whatever it looks like.
NEW = 0


@dataclass(frozen=True)
class Slot:
    """An agenda item to be.

    `id` names the row that it becomes; without one, a row that looks like it is taken. What is None stays as it is in
    that row, and a row that loses its speakers becomes open.
    """

    kind: ItemKind
    title: str
    speakers: str
    minutes: int
    crew: str | None = None
    notes: str | None = None
    is_open: bool | None = None
    id: int | None = None


def values(given: ProgramFields | EventFields) -> dict[str, Any]:
    """The fields by name."""
    return {each.name: getattr(given, each.name) for each in fields(given)}


def apply(row: Program | Event, given: ProgramFields | EventFields) -> dict[str, tuple[object, object]]:
    """Write the fields into a row; returns what changed, before and after."""
    changes: dict[str, tuple[object, object]] = {}
    for name, value in values(given).items():
        was = getattr(row, name)
        if was != value:
            setattr(row, name, value)
            changes[name] = (was, value)
    return changes
