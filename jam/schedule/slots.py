"""Writing an agenda into the rows there are, so that what hangs on a slot stays with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from jam.base.database import db
from jam.schedule.given import Slot
from jam.schedule.models import AgendaItem, Event
from jam.schedule.rules import ItemKind


@dataclass(frozen=True)
class Timed:
    """An item with the time it takes: start and end in UTC."""

    item: AgendaItem
    starts_at: datetime
    ends_at: datetime


def timed(event: Event) -> list[Timed]:
    """The agenda with the time of each item, one after the other from the start of the session."""
    found, at = [], event.starts_at
    for item in event.agenda:
        end = at + timedelta(minutes=item.minutes)
        found.append(Timed(item, at, end))
        at = end
    return found


def slots_of(event: Event) -> list[Slot]:
    """The agenda as it stands, whole."""
    return [
        Slot(ItemKind(each.kind), each.title, each.speakers, each.minutes, each.crew, each.notes, each.is_open, each.id)
        for each in event.agenda
    ]  # fmt: skip


def fingerprint(event: Event) -> str:
    """Tells an agenda from every other one: what somebody saw who changes it."""
    return sha256(repr(slots_of(event)).encode()).hexdigest()[:16]


def _same(item: AgendaItem, slot: Slot) -> bool:
    return (item.kind, item.title, item.speakers, item.minutes) == (
        slot.kind, slot.title, slot.speakers, slot.minutes,
    )  # fmt: skip


#: How a slot without an id is recognized, the surest sign first: all is the same, then its title, its speakers, its place.
_SIGNS: tuple[Callable[[AgendaItem, Slot, int], bool], ...] = (
    lambda item, slot, place: _same(item, slot),
    lambda item, slot, place: (item.kind, item.title) == (slot.kind, slot.title),
    lambda item, slot, place: (
        bool(slot.speakers) and (item.kind, item.speakers) == (slot.kind, slot.speakers)
    ),
    lambda item, slot, place: (item.kind, item.position) == (slot.kind, place),
)


def filled(event: Event, agenda: Sequence[Slot]) -> list[Slot]:
    """The agenda to be with nothing left open: the id of each recognized row, and what it keeps of it."""
    by_id = {item.id: item for item in event.agenda}
    rows = {place: by_id.pop(slot.id) for place, slot in enumerate(agenda) if slot.id and slot.id in by_id}
    left = list(by_id.values())
    for sign in _SIGNS:
        for place, slot in enumerate(agenda):
            if place in rows or slot.id is not None:
                continue
            found = next((item for item in left if sign(item, slot, place + 1)), None)
            if found is not None:
                rows[place] = found
                left.remove(found)
    return [_whole(slot, rows.get(place)) for place, slot in enumerate(agenda)]


def _whole(slot: Slot, row: AgendaItem | None) -> Slot:
    is_open = slot.is_open
    if is_open is None:
        is_open = row is not None and (row.is_open or bool(row.speakers))
    return replace(
        slot,
        crew=slot.crew if slot.crew is not None else row.crew if row else "",
        notes=slot.notes if slot.notes is not None else row.notes if row else "",
        is_open=is_open and not slot.speakers,
        id=row.id if row else None,
    )


def set_slots(event: Event, agenda: Sequence[Slot]) -> None:
    """Let an event have this agenda. A slot that is recognized keeps its row; the others go, and new ones come."""
    whole = filled(event, agenda)
    rows = {item.id: item for item in event.agenda}
    for item in list(event.agenda):
        if item.id not in {slot.id for slot in whole}:
            event.agenda.remove(item)
        else:
            # Places are unique, so everybody steps aside before taking their own.
            item.position = -item.position
    db.session.flush()
    for place, slot in enumerate(whole, start=1):
        row = rows[slot.id] if slot.id else AgendaItem()
        row.position, row.kind, row.title, row.speakers = place, slot.kind, slot.title, slot.speakers
        row.minutes, row.crew, row.notes = slot.minutes, slot.crew or "", slot.notes or ""
        row.is_open = bool(slot.is_open)
        if not slot.id:
            event.agenda.append(row)
    db.session.flush()
    db.session.expire(event, ["agenda"])
