"""Undoing what was done to many registrations at once, from the record of it. The caller commits.

Whoever got a freed seat and was not told yet goes back to their place on the list; whoever knows keeps the seat, and
then there must be seats enough.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from jam.audit.actions import one_batch, record
from jam.audit.models import AuditEntry
from jam.audit.queries import entries_about, of_batch
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.words import count
from jam.mail.actions import withdraw
from jam.mail.models import Letter
from jam.mail.queries import in_batch
from jam.mail.rules import LEFT
from jam.mail.rules import State as LetterState
from jam.registration import actions, seats
from jam.registration.bulk import Deed, tell
from jam.registration.models import Registration
from jam.registration.queries import holding_count
from jam.registration.rules import ALIVE, HOLDING, Status
from jam.schedule.models import Event

#: Deeds that can be taken back.
UNDOABLE = (Deed.APPROVE, Deed.DECLINE, Deed.CANCEL, Deed.PROMOTE, Deed.MOVE)
_LATER = "was changed again later, so this can no longer be undone as a whole. Change people one by one."


@dataclass(frozen=True)
class Change:
    """What became of one registration in an action; `was` is None for one that was made by it."""

    seat: Registration
    was: str | None
    became: str


@dataclass(frozen=True)
class Past:
    """An action of staff on many registrations of a session."""

    entry: AuditEntry
    deed: Deed
    people: int


def lately(event: Event, limit: int = 20) -> list[Past]:
    """What was done to many of a session's people at once, newest first."""
    found = []
    for entry, details in entries_about("registration.many", "event", event.id, limit=limit):
        said = {each.field: each.after for each in details}
        if said.get("deed"):
            found.append(Past(entry, Deed(said["deed"] or ""), int(said["people"] or 0)))
    return found


def past(event: Event, batch: str) -> Past | None:
    """One action on the people of a session."""
    return next((each for each in lately(event, 200) if each.entry.batch == batch), None)


def changes(batch: str) -> list[Change]:
    """What an action did, registration by registration, in its order."""
    ends: dict[int, tuple[str | None, str]] = {}
    for entry, details in of_batch(batch):
        for each in details:
            if entry.object_kind == "registration" and each.field == "status" and each.after:
                was = ends[entry.object_id][0] if entry.object_id in ends else each.before
                ends[entry.object_id] = (was, each.after)
    found = [(db.session.get(Registration, id), was, became) for id, (was, became) in ends.items()]
    return [Change(seat, was, became) for seat, was, became in found if seat is not None]


def why_not(event: Event, of: Past) -> str | None:
    """Why an action cannot be undone, in words for staff; None when it can."""
    if of.deed not in UNDOABLE:
        return "A letter that was sent cannot be taken back."
    if event.ends_at <= now():
        return "The session is over."
    found = changes(of.entry.batch)
    if not found:
        return "What was changed is no longer known."
    ids = [change.seat.id for change in found]
    newest = (
        select(AuditEntry.object_id, func.max(AuditEntry.id))
        .where(AuditEntry.object_kind == "registration", AuditEntry.object_id.in_(ids))
        .where(AuditEntry.action.in_([f"registration.{status}" for status in Status]))
        .group_by(AuditEntry.object_id)
    )
    of_this = {entry.id for entry, _ in of_batch(of.entry.batch)}
    moved_on = {id for id, entry in db.session.execute(newest) if entry not in of_this}
    for change in found:
        if change.seat.id in moved_on or change.seat.status != change.became:
            return f"{change.seat.name} {_LATER}"
    return _no_seats(event, found, _keepers(event, of, found))


def undo(event: Event, of: Past, *, by: str) -> int:
    """Put everybody back as they were; returns how many. Refused when later changes or taken seats stand in the way."""
    found = changes(of.entry.batch)
    for each in sorted({event, *(change.seat.event for change in found)}, key=lambda each: each.id):
        actions.lock(each)
    for change in found:
        db.session.refresh(change.seat)
    why = why_not(event, of)
    if why:
        raise Refused(why)
    told, keepers = _told(of.entry.batch), _keepers(event, of, found)
    unsent = [each for each in in_batch(of.entry.batch) if each.state in (LetterState.DUE, LetterState.HELD)]
    withdraw(unsent, "The change was undone before this letter left.", by=by)
    back = [change for change in found if change.seat.id not in keepers]
    with one_batch():
        for change in back:
            _put_back(change, by)
        for change in back:
            knows_other = (change.seat.event_id, change.seat.person_id) in told
            if knows_other or (change.was in ALIVE and not _ever_told(change.seat)):
                tell(change.seat, by=by)
        for other in {change.seat.event for change in found} - {event}:
            seats.promote(other, by=by)
        record("registration.undo", "event", event.id, by=by, changes={"batch": (None, of.entry.batch)})
    return sum(change.seat.event_id == event.id for change in back)


def _no_seats(event: Event, found: list[Change], keepers: set[int]) -> str | None:
    """Why there is no room for who would come back."""
    if event.capacity is None:
        return None
    here = [change for change in found if change.seat.event_id == event.id and change.seat.id not in keepers]
    more = sum(change.was in HOLDING for change in here) - sum(change.became in HOLDING for change in here)
    free = event.capacity - holding_count(event)
    if more > 0 and more > free:
        return (
            f"{count(more, 'seat is', 'seats are')} needed to undo this, and {count(max(free, 0), 'is', 'are')} free: "
            "the others went to people who waited and know it."
        )
    return None


def _keepers(event: Event, of: Past, found: list[Change]) -> set[int]:
    """Registrations of the waiting list that got a seat which the action freed, and know of it: they keep it."""
    if of.deed is Deed.PROMOTE:
        return set()
    told = _told(of.entry.batch)
    return {
        change.seat.id
        for change in found
        if change.was == Status.WAITING
        and change.became in HOLDING
        and change.seat.event_id == event.id
        and (event.id, change.seat.person_id) in told
    }


def _told(batch: str) -> set[tuple[int, int]]:
    """Sessions and people of whom a letter of the action has left."""
    query = select(Letter.scope_id, Letter.recipient_id).where(
        Letter.batch == batch,
        Letter.scope_kind == "event",
        Letter.state.in_(LEFT),
    )
    return {(event_id, person_id) for event_id, person_id in db.session.execute(query)}


def _ever_told(seat: Registration) -> bool:
    query = select(Letter.id).where(
        Letter.scope_kind == "event",
        Letter.scope_id == seat.event_id,
        Letter.recipient_kind == "person",
        Letter.recipient_id == seat.person_id,
        Letter.state.in_(LEFT),
    )
    return db.session.scalar(query.limit(1)) is not None


def _put_back(change: Change, by: str) -> None:
    """The status that a registration had; an offer begins no second time, so it becomes a place at the list's head."""
    seat, was = change.seat, Status(change.was or Status.CANCELLED)
    if was is Status.OFFERED:
        was = Status.WAITING
    if was is Status.WAITING and seat.queue_number is None:
        seats.wait(seat, by=by, quiet=True)
    elif was is Status.CONFIRMED:
        seats.confirm(seat, by=by, quiet=True)
    elif was is Status.PENDING:
        seats.ask_for_approval(seat, by=by, quiet=True)
    else:
        seats.give_up(seat, was, by=by)
