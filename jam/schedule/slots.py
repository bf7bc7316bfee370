"""Writing an agenda into the rows there are, so that what hangs on a slot stays with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from jam.base.database import db
from jam.schedule.given import Slot
from jam.schedule.models import AgendaItem, Event


def _same(item: AgendaItem, slot: Slot) -> bool:
    return (item.kind, item.title, item.speakers, item.minutes) == (
        slot.kind, slot.title, slot.speakers, slot.minutes,
    )  # fmt: skip


#: How a slot is recognized, the surest sign first: all is the same, then its title, its speakers, its place.
_SIGNS: tuple[Callable[[AgendaItem, Slot, int], bool], ...] = (
    lambda item, slot, place: _same(item, slot),
    lambda item, slot, place: (item.kind, item.title) == (slot.kind, slot.title),
    lambda item, slot, place: (
        bool(slot.speakers) and (item.kind, item.speakers) == (slot.kind, slot.speakers)
    ),
    lambda item, slot, place: (item.kind, item.position) == (slot.kind, place),
)


def set_slots(event: Event, agenda: Sequence[Slot]) -> None:
    """Let an event have this agenda. A slot that is recognized keeps its row; the others go, and new ones come."""
    left, rows = list(event.agenda), dict[int, AgendaItem]()
    for sign in _SIGNS:
        for place, slot in enumerate(agenda, start=1):
            found = next((item for item in left if place not in rows and sign(item, slot, place)), None)
            if found is not None:
                rows[place] = found
                left.remove(found)
    for item in left:
        event.agenda.remove(item)
    # Places are unique, so everybody steps aside before taking their own.
    for place, item in rows.items():
        item.position = -place
    db.session.flush()
    for place, slot in enumerate(agenda, start=1):
        kept = rows.get(place)
        if kept is None:
            kept = AgendaItem(position=place, kind=slot.kind, title=slot.title, speakers=slot.speakers,
                              minutes=slot.minutes)  # fmt: skip
            event.agenda.append(kept)
            continue
        kept.position, kept.kind, kept.title = place, slot.kind, slot.title
        kept.speakers, kept.minutes = slot.speakers, slot.minutes
    db.session.flush()
    db.session.expire(event, ["agenda"])
