"""Whose a line is: what staff decide about entries without an address, and what merging people does to lines."""

from __future__ import annotations

from sqlalchemy import select, update

from jam.attendance import merging
from jam.attendance.keeping import hold
from jam.attendance.models import AttendanceAlias, AttendanceRow
from jam.attendance.presence import derive
from jam.attendance.queries import entry_key, entry_rows
from jam.attendance.reading.cells import address
from jam.audit.actions import record
from jam.audit.undo import done_in
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.words import count
from jam.people.actions import Details, add
from jam.people.models import Person
from jam.people.rules import checked_name
from jam.registration.actions import lock
from jam.schedule.models import Event


def decide(event: Event, row: AttendanceRow, person: Person | None, *, by: str, head: bool = False) -> int:
    """Say whose an entry without an address is, or with None that nobody knows; returns how many lines it has.

    Nobody knows whose: it is set aside, or counted as one `head` beside the people. An entry is all lines of the event
    with the same name. Refused for a line whose address says whose it is.
    """
    return _settle(event, row, person, "person" if person else "head" if head else "unknown", by)


def decide_as_new(event: Event, row: AttendanceRow, name: str, *, by: str) -> Person:
    """Say that an entry without an address is somebody whom Jam does not know yet, and add them; returns who that is.

    The same said again, by a second press of the button for instance, adds nobody. Refused as `decide` is, and without a name.
    """
    lock(event)  # before the person: nobody else can hold somebody who is not there yet
    db.session.refresh(row)
    said = db.session.get(Person, row.person_id) if row.person_id and row.decided == "person" else None
    if said is not None and said.address is None and said.name == checked_name(name):
        return said
    person = add(Details(name=name), by=by)
    decide(event, row, person, by=by)
    return person


def undecide(event: Event, row: AttendanceRow, *, by: str) -> int:
    """Take a decision about an entry back."""
    return _settle(event, row, None, None, by)


def merge(keep: Person, gone: Person, *, by: str, batch: str) -> None:
    """Two people are one: lines of `gone` become `keep`'s, and the events they stand in are derived anew."""
    touched = {
        *db.session.scalars(select(AttendanceRow.event_id).where(AttendanceRow.person_id == gone.id)),
        *merging.events_of(gone),
    }
    merging.merge_aliases(keep, gone, by=by, batch=batch)
    for event in db.session.scalars(select(Event).where(Event.id.in_(touched)).order_by(Event.id)).all():
        lock(event)
        merging.merge(event, keep, gone, by=by, batch=batch)
        theirs = (AttendanceRow.event_id == event.id, AttendanceRow.person_id == gone.id)
        ids = db.session.scalars(select(AttendanceRow.id).where(*theirs).order_by(AttendanceRow.id)).all()
        db.session.execute(update(AttendanceRow).where(*theirs).values(person_id=keep.id))
        derive(event)
        rows = " ".join(map(str, ids))
        record("attendance.merge", "event", event.id, by=by, batch=batch,
               changes={"person_id": (gone.id, keep.id), "rows": (rows, rows)})  # fmt: skip


def unmerge(keep: Person, gone: Person, *, by: str, batch: str) -> list[str]:
    """Give back the lines that a merge moved; returns a sentence for each event where some were decided anew since."""
    stays = []
    merging.lock_events(batch)
    stays += merging.unmerge(keep, by=by, batch=batch)
    for done in sorted(done_in(batch, "attendance.merge"), key=lambda each: each.object_id):
        event = db.session.get_one(Event, done.object_id)
        lock(event)
        ids = [int(id) for id in (done.before["rows"] or "").split()]
        moved = select(AttendanceRow.id).where(AttendanceRow.id.in_(ids), AttendanceRow.person_id == keep.id)
        back = list(db.session.scalars(moved.order_by(AttendanceRow.id)))
        db.session.execute(update(AttendanceRow).where(AttendanceRow.id.in_(back)).values(person_id=gone.id))
        derive(event)
        rows = " ".join(map(str, back))
        record("attendance.put_back", "event", event.id, by=by, batch=batch,
               changes={"person_id": (keep.id, gone.id), "rows": (rows, rows)})  # fmt: skip
        if len(back) < len(ids):
            lines = count(len(ids) - len(back), "line", "lines")
            stays.append(
                f"Of the attendance at “{event.title}”, {lines} changed since and stayed as decided."
            )
    return stays


def hold_person(person: Person) -> None:
    """Let nobody merge a person until the transaction ends. Refused for who was merged into somebody."""
    hold([person.id])
    db.session.refresh(person)
    if person.merged_into_id is not None:
        raise Refused("This person was merged into another one. Choose the one they were merged into.")


def _settle(event: Event, row: AttendanceRow, person: Person | None, decided: str | None, by: str) -> int:
    if person is not None:
        hold_person(person)
    lock(event)
    db.session.refresh(row)
    if row.event_id != event.id or (row.person_id is not None and row.decided is None):
        raise Refused("The address on this line says whose it is, so there is nothing to decide.")
    key = entry_key(row.email, row.name, row.registrant or row.id)
    rows = [
        each
        for each in entry_rows(event)
        if entry_key(each.email, each.name, each.registrant or each.id) == key
    ]
    before, after = (row.decided, row.person_id), (decided, person.id if person else None)
    if not rows or before == after:
        return len(rows)
    for each in rows:
        each.decided, each.person_id = decided, person.id if person else None
    _remember(rows[0], person, by)
    db.session.flush()
    record("attendance.decide", "attendance_row", rows[0].id, by=by,
           changes={"decided": (before[0], after[0]), "person_id": (before[1], after[1])})  # fmt: skip
    derive(event)
    return len(rows)


def _remember(row: AttendanceRow, person: Person | None, by: str) -> None:
    """An address that Jam would not write to tells somebody all the same: what was said of it holds for every report."""
    written = address(row.email)
    if written is None:
        return
    found = db.session.scalar(select(AttendanceAlias).where(AttendanceAlias.address == written))
    if person is None:
        if found is not None:
            db.session.delete(found)
        return
    if found is None:
        found = AttendanceAlias(address=written)
        db.session.add(found)
    found.person_id, found.said_at, found.said_by = person.id, now(), by
