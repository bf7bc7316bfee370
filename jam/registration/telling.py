"""Telling people that a session has changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from jam.base.database import db
from jam.base.now import now
from jam.base.words import when
from jam.mail.actions import withdraw
from jam.mail.models import Letter
from jam.mail.queries import unsent
from jam.mail.rules import GRACE
from jam.people.models import Person
from jam.registration.letters import (
    BY_COLLEAGUE,
    CHANGES,
    WELCOMES,
    after_change,
    knows,
    write_by_colleague,
    write_letter,
    write_seat_letter,
    zone_of,
)
from jam.registration.models import Registration
from jam.registration.queries import reachable_count
from jam.registration.rules import ALIVE, Status
from jam.schedule.models import Event
from jam.schedule.rules import State
from jam.schedule.signals import Before


def count_to_tell(event: Event) -> int:
    """How many people would get a letter if the event were moved, cancelled or reinstated now."""
    return 0 if event.state == State.DRAFT or event.ends_at <= now() else reachable_count(event)


def tell_of_change(event: Event, before: Before, *, by: str, batch: str, message: str) -> int:
    """Write to everybody who still hopes to come what has changed; returns how many letters wait to leave.

    The letters wait ten minutes. A change that follows within that time replaces them, measured against what people
    really know; if that is again the truth, nobody hears anything. Nobody is told anything about a draft.
    """
    if event.state == State.DRAFT or (event.ends_at <= now() and before.ends_at <= now()):
        return 0
    waiting = {letter.recipient_id: letter for letter in _news(event, CHANGES)}
    fresh = {letter.recipient_id: letter for letter in _news(event, WELCOMES)}
    known_before = knows(before.starts_at, before.ends_at, before.state == State.CANCELLED)
    truth = knows(event.starts_at, event.ends_at, event.state == State.CANCELLED)
    written = 0
    for seat in _hopeful(event):
        known, welcome, who = known_before, "", ""
        earlier, first = waiting.get(seat.person_id), fresh.get(seat.person_id)
        # One that leaves at this very moment cannot be withdrawn: then its news is known.
        if earlier and withdraw([earlier], "A later change replaced this letter.", by=by):
            known, welcome = earlier.data["before"], earlier.data.get("welcome", "")
            who = earlier.data.get("who", "")
        if first and withdraw([first], "The session changed first.", by=by):
            welcome, who = first.kind, first.data.get("who", "")
        if welcome and not truth[2]:
            # Their first letter never left: it leaves now, with the truth, and there is no change to tell of.
            _write_first(welcome, seat, who, batch)
        elif known != truth and _write_change(
            seat, {"before": known, "welcome": welcome, "who": who}, truth, message, batch
        ):
            written += 1
    return written


def _news(event: Event, kinds: tuple[str, ...]) -> list[Letter]:
    # A copy that staff send again tells nothing that its reader does not know.
    return [letter for letter in unsent(("event", event.id), kinds=kinds) if "again" not in letter.data]


def _write_first(kind: str, seat: Registration, who: str, batch: str) -> None:
    if kind == BY_COLLEAGUE:
        write_by_colleague(seat, who, batch, batch=batch)
    else:
        write_seat_letter(kind, seat, "REQUEST", values={"message": ""}, batch=batch)


def _write_change(
    seat: Registration, data: dict[str, Any], truth: list[Any], message: str, batch: str
) -> Letter | None:
    """`data`: what they knew before, and what of their withdrawn first letter is needed if the session takes place after
    all: its kind, and which colleague it named."""
    known = data["before"]
    was = when(datetime.fromisoformat(known[0]), datetime.fromisoformat(known[1]), zone_of(seat))
    kind = "cancelled" if truth[2] else "reinstated" if known[2] else "moved"
    values = {"message": message, "standing": after_change(kind, Status(seat.status))}
    if kind == "moved":
        values["was"] = was
    due_at = now() + GRACE
    if seat.status == Status.CONFIRMED:
        method = "CANCEL" if truth[2] else "REQUEST"
        return write_seat_letter(kind, seat, method, values=values, data=data, due_at=due_at, batch=batch)
    return write_letter(kind, seat, batch, values=values, data=data, due_at=due_at, batch=batch)


def _hopeful(event: Event) -> Iterable[Registration]:
    query = select(Registration).where(Registration.event_id == event.id, Registration.status.in_(ALIVE))
    return db.session.scalars(
        query.options(joinedload(Registration.person).selectinload(Person.addresses)).order_by(
            Registration.id
        )
    ).all()
