"""Two people are one, and two again: whose corrections, moved lines, requests and remembered addresses go where.

Lines themselves are moved in deciding, which also derives the sessions anew. The caller commits.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select

from jam.attendance.models import (
    AttendanceAlias,
    AttendanceCorrection,
    AttendanceMove,
    AttendanceRequest,
)
from jam.attendance.queries import standing
from jam.attendance.rules import Asked
from jam.audit.actions import record
from jam.audit.undo import changes_since, done_in, restore, values_of
from jam.base.database import db
from jam.base.now import now
from jam.people.models import Person
from jam.registration.actions import lock
from jam.schedule.models import Event

Row = AttendanceCorrection | AttendanceMove | AttendanceRequest | AttendanceAlias

_TABLES: dict[str, type[Row]] = {
    "attendance_correction": AttendanceCorrection,
    "attendance_move": AttendanceMove,
    "attendance_request": AttendanceRequest,
    "attendance_alias": AttendanceAlias,
}
_WORDS = {
    "attendance_correction": "a correction of attendance",
    "attendance_move": "lines of a report that were moved",
    "attendance_request": "a request for a correction of attendance",
    "attendance_alias": "an address remembered from reports",
}
_DONE = "attendance.move_hand"


def events_of(gone: Person) -> set[int]:
    """The sessions at which something by hand bears on a person."""
    return {
        *db.session.scalars(
            select(AttendanceCorrection.event_id).where(AttendanceCorrection.person_id == gone.id)
        ),
        *db.session.scalars(select(AttendanceRequest.event_id).where(AttendanceRequest.person_id == gone.id)),
        *db.session.scalars(select(AttendanceMove.event_id).where(_of_move(gone))),
    }


def merge(event: Event, keep: Person, gone: Person, *, by: str, batch: str) -> None:
    """What bears on `gone` at an event becomes `keep`'s; where both have a standing correction or an open request, that of
    `gone` ends. The caller holds the event."""
    here = (AttendanceCorrection.event_id == event.id, AttendanceCorrection.person_id == gone.id)
    for correction in db.session.scalars(select(AttendanceCorrection).where(*here)).all():
        before = values_of(correction, "person_id", "taken_back_at", "taken_back_by")
        if correction.taken_back_at is None and standing(event.id, keep.id) is not None:
            correction.taken_back_at, correction.taken_back_by = now(), by
        correction.person_id = keep.id
        _note(correction, before, by, batch)
    asked = (AttendanceRequest.event_id == event.id, AttendanceRequest.state == Asked.OPEN)
    own = select(AttendanceRequest.id).where(*asked, AttendanceRequest.person_id == keep.id)
    mine = select(AttendanceRequest).where(
        AttendanceRequest.event_id == event.id, AttendanceRequest.person_id == gone.id
    )
    for request in db.session.scalars(mine).all():
        before = values_of(request, "person_id", "state")
        if request.state == Asked.OPEN and db.session.scalar(own) is not None:
            request.state = Asked.WITHDRAWN
        request.person_id = keep.id
        _note(request, before, by, batch)
    moved = select(AttendanceMove).where(AttendanceMove.event_id == event.id, _of_move(gone))
    for move in db.session.scalars(moved).all():
        before = values_of(move, "person_id", "from_person_id")
        move.person_id = keep.id if move.person_id == gone.id else move.person_id
        move.from_person_id = keep.id if move.from_person_id == gone.id else move.from_person_id
        _note(move, before, by, batch)


def merge_aliases(keep: Person, gone: Person, *, by: str, batch: str) -> None:
    """Addresses remembered from reports become `keep`'s."""
    for alias in db.session.scalars(
        select(AttendanceAlias).where(AttendanceAlias.person_id == gone.id)
    ).all():
        before = values_of(alias, "person_id")
        alias.person_id = keep.id
        _note(alias, before, by, batch)


def lock_events(batch: str) -> None:
    """Hold the sessions at which something by hand was moved, in their order."""
    ids = {done.object_id for done in done_in(batch, "attendance.merge")}
    for event in db.session.scalars(select(Event).where(Event.id.in_(ids)).order_by(Event.id)).all():
        lock(event)


def unmerge(keep: Person, *, by: str, batch: str) -> list[str]:
    """Put back what a merge moved; returns a sentence for each that stays because it changed since."""
    stays = []
    for done in reversed(done_in(batch, _DONE)):
        row = db.session.get(_TABLES[done.object_kind], done.object_id)
        if row is None:
            continue
        if not done.stands(row):
            stays.append(f"{_WORDS[done.object_kind].capitalize()} changed since and stays with {keep.name}.")
            continue
        restore(done, row, "attendance.put_back_hand", by=by, batch=batch)
    return stays


def _of_move(gone: Person) -> ColumnElement[bool]:
    return or_(AttendanceMove.person_id == gone.id, AttendanceMove.from_person_id == gone.id)


def _note(row: Row, before: dict[str, object], by: str, batch: str) -> None:
    db.session.flush()
    record(_DONE, row.__tablename__, row.id, by=by, batch=batch, changes=changes_since(row, before))
