"""Writing attendance: imports, what they derive, decisions about unknown entries. The caller commits.

Whoever writes holds the event's lock, so that two imports at once cannot count the same lines twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from jam.attendance import rules
from jam.attendance.intake import CHUNK, Intake, Line, explaining, people_of, prepare
from jam.attendance.models import Attendance, AttendanceReport, AttendanceRow
from jam.attendance.queries import entry_key, entry_rows
from jam.attendance.reading import read
from jam.attendance.reading.found import Report
from jam.audit.actions import record
from jam.audit.undo import done_in
from jam.base import files
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.words import count
from jam.base.zones import wall, zone
from jam.people.models import Address, Person
from jam.registration.actions import lock
from jam.registration.models import Registration
from jam.registration.rules import Source, Status
from jam.schedule.models import Event
from jam.schedule.rules import State

#: Reports of the largest webinars stay far below this.
LARGEST = 20 * 1024 * 1024

_ROLES = {"attendee": "attendee", "other": "attendee", "panelist": "panelist", "host": "host"}
_ROLE_ORDER = ("attendee", "panelist", "host")


@dataclass(frozen=True)
class Imported:
    """What an import did. `json` is what the command prints."""

    report: AttendanceReport
    new_rows: int
    new_people: int
    new_seats: int
    json: dict[str, Any]


def preview(event: Event, data: bytes, zone_name: str) -> Intake:
    """What an import of these bytes would bring; nothing is written.

    Refused when the file is no report, the zone unknown, or the session one that nobody can have attended.
    """
    report = _readable(event, _without_erased(event, data), zone_name)
    _demand_held(event)
    return prepare(event, report, zone_name, sha256(data).hexdigest())


def import_report(
    event: Event, data: bytes, zone_name: str, *, by: str, file_name: str = "", batch: str | None = None
) -> Imported:
    """Keep a report's bytes and lines, the people and seats it shows, and derive who came.

    A line that an earlier report of this session brought is not kept again; when its zone was another then, its times
    are corrected. Refused as `preview` is.
    """
    report = _readable(event, _without_erased(event, data), zone_name)
    hold(people_of({row.email_norm for row in report.rows if row.email_norm}).values())
    lock(event)
    _demand_held(event)
    intake = prepare(event, report, zone_name, sha256(data).hexdigest())
    new_people = _add_people(intake)
    kept = _keep(intake, data, file_name, by)
    _add_lines(intake, kept)
    _correct(intake.corrected, intake.kept)
    new_seats = _add_seats(intake)
    derive(event)
    record(
        "attendance.import", "event", event.id, by=by, batch=batch,
        changes={"report": (None, kept.id), "new_rows": (None, len(intake.new_lines)), "time_zone": (None, zone_name)},
    )  # fmt: skip
    return Imported(kept, len(intake.new_lines), new_people, new_seats, as_json(intake))


def as_json(intake: Intake) -> dict[str, Any]:
    """One document about a report: what `jam attendance import --json` prints, also before anything is written."""
    return {
        "session": intake.event.slug,
        "format": intake.report.format,
        "timezone": intake.time_zone,
        "new_rows": len(intake.new_lines),
        **intake.json,
    }


def why_not(event: Event) -> str | None:
    """Why no report can be imported for an event now, in words for staff; None when one can."""
    if event.state == State.DRAFT:
        return (
            "This session is a draft, so nobody can have come. Publish it first, or choose another session."
        )
    if event.state == State.CANCELLED:
        return "This session was cancelled, so nobody can have come. Choose the session the report is of."
    if event.starts_at > now():
        return "This session has not begun, so nobody can have come. Import its report when it is over."
    return None


def derive(event: Event) -> None:
    """Make the attendance of an event anew from its lines: a row for each known person who was there."""
    lines = select(
        AttendanceRow.person_id, AttendanceRow.section, AttendanceRow.joined_at, AttendanceRow.left_at
    ).where(AttendanceRow.event_id == event.id, AttendanceRow.person_id.is_not(None), AttendanceRow.was_there)
    found: dict[int, tuple[set[str], list[tuple[datetime | None, datetime | None]]]] = {}
    for person_id, section, joined, left in db.session.execute(lines):
        assert person_id is not None
        roles, times = found.setdefault(person_id, (set(), []))
        roles.add(_ROLES[section])
        times.append((joined, left))
    db.session.execute(delete(Attendance).where(Attendance.event_id == event.id))
    if found:
        made = [_presence(event, person_id, *each) for person_id, each in sorted(found.items())]
        db.session.execute(insert(Attendance), made)


def decide(event: Event, row: AttendanceRow, person: Person | None, *, by: str) -> int:
    """Say whose an entry without an address is, or with None that nobody knows; returns how many lines it has.

    An entry is all lines of the event with the same name. Refused for a line whose address says whose it is.
    """
    return _settle(event, row, person, "person" if person else "unknown", by)


def undecide(event: Event, row: AttendanceRow, *, by: str) -> int:
    """Take a decision about an entry back."""
    return _settle(event, row, None, None, by)


def merge(keep: Person, gone: Person, *, by: str, batch: str) -> None:
    """Two people are one: lines of `gone` become `keep`'s, and the events they stand in are derived anew."""
    touched = select(AttendanceRow.event_id).where(AttendanceRow.person_id == gone.id).distinct()
    for event in db.session.scalars(select(Event).where(Event.id.in_(touched)).order_by(Event.id)).all():
        lock(event)
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


def _readable(event: Event, data: bytes, zone_name: str) -> Report:
    zone(zone_name)
    if len(data) > LARGEST:
        raise Refused(
            "This file is larger than 20 MB, which no attendance report is. Check that it is the right file."
        )
    return read(data, day=wall(event.starts_at, zone_name).date())


def _without_erased(event: Event, data: bytes) -> bytes:
    """The bytes to read: where this very file stands here and people in it were erased since, the copy without them."""
    digest = sha256(data).hexdigest()
    found = db.session.scalar(
        select(AttendanceReport.stored_as).where(
            AttendanceReport.event_id == event.id, AttendanceReport.sha256 == digest
        )
    )
    try:
        return files.fetch(found) if found else data
    except FileNotFoundError:
        return data


def _demand_held(event: Event) -> None:
    reason = why_not(event)
    if reason:
        raise Refused(reason)


def _add_people(intake: Intake) -> int:
    """Make a person of each address that belongs to nobody; returns how many. `intake.people` then knows everybody."""
    for attempt in range(3):
        wanted = {address: name for address, name in intake.newcomers.items() if address not in intake.people}
        try:
            with db.session.begin_nested():
                made = _insert_people(wanted)
            break
        except IntegrityError:  # somebody registered with one of these addresses this very moment
            if attempt == 2:
                raise
            intake.people.update(people_of(wanted))
    intake.people.update(made)
    return len(made)


def _insert_people(names: dict[str, str]) -> dict[str, int]:
    """People with these addresses and names; the id of each. Not object by object, which SQLite does row by row."""
    if not names:
        return {}
    people = [{"name": name, "created_at": now(), "link_version": 0} for name in names.values()]
    ids: dict[str, list[int]] = {}
    for id, name in db.session.execute(insert(Person).returning(Person.id, Person.name), people):
        ids.setdefault(name, []).append(id)
    # Two new people of one name differ in nothing yet, so either may have either address.
    made = {address: ids[name].pop() for address, name in names.items()}
    addresses = [
        {"person_id": id, "address": address, "normal": address, "preferred": True}
        for address, id in made.items()
    ]
    db.session.execute(insert(Address), addresses)
    return made


def hold(ids: Iterable[int]) -> None:
    """Let nobody merge these people until the transaction ends, and wait for merges under way.

    Merging holds people first and then their events, so this comes before the event's lock.
    """
    wanted = sorted(set(ids))
    for at in range(0, len(wanted), CHUNK):
        held = select(Person.id).where(Person.id.in_(wanted[at : at + CHUNK])).order_by(Person.id)
        db.session.execute(held.with_for_update(read=True)).all()


def _keep(intake: Intake, data: bytes, file_name: str, by: str) -> AttendanceReport:
    """The row of this file at this event: the one it has, with the zone and figures of now, or a new one."""
    own = (AttendanceReport.event_id == intake.event.id, AttendanceReport.sha256 == intake.sha256)
    found = db.session.scalar(select(AttendanceReport).where(*own))
    if found is None:
        found = AttendanceReport(
            event_id=intake.event.id,
            format=intake.report.format,
            file_name=file_name[:200],
            stored_as=files.keep("reports", data),
            sha256=intake.sha256,
            size=len(data),
            imported_at=now(),
            imported_by=by,
        )
        db.session.add(found)
    found.time_zone = intake.time_zone
    if (found.figures or {}).get("rows_read", 0) <= len(intake.report.rows):  # erased lines stay counted
        found.figures = intake.json | {"lines": explaining(intake)}
    db.session.flush()
    return found


def _add_lines(intake: Intake, kept: AttendanceReport) -> None:
    decisions = _earlier_decisions(intake)
    rows = []
    for line in intake.new_lines:
        person_id, decided = intake.people[line.address] if line.address else None, None
        if line.address is None and line.row.was_there:
            person_id, decided = decisions.get(entry_key(line.email, line.name, line.key), (None, None))
        rows.append(
            {
                "report_id": kept.id,
                "event_id": intake.event.id,
                "row_key": line.key,
                "line": line.row.line,
                "section": str(line.row.section),
                "attended": line.row.attended,
                "name": line.name,
                "email": line.email,
                "person_id": person_id,
                "decided": decided,
                "joined_at": line.joined_at,
                "left_at": line.left_at,
            }
        )
    if rows:
        db.session.execute(insert(AttendanceRow), rows)


def _earlier_decisions(intake: Intake) -> dict[tuple[str, object], tuple[int | None, str | None]]:
    """What staff said of entries of this event: it holds for lines of the same name in a later report."""
    if not intake.kept:
        return {}
    rows = entry_rows(intake.event)
    return {
        entry_key(row.email, row.name, row.id): (row.person_id, row.decided) for row in rows if row.decided
    }


def _correct(lines: Iterable[Line], kept: dict[str, Any]) -> None:
    changed = [
        {"row_id": kept[line.key][0], "joined": line.joined_at, "left": line.left_at} for line in lines
    ]
    if changed:
        table = AttendanceRow.__table__
        step = update(table).where(table.c.id == bindparam("row_id"))  # type: ignore[arg-type]
        times: dict[str, Any] = {"joined_at": bindparam("joined"), "left_at": bindparam("left")}
        db.session.connection().execute(step.values(times), changed)


def _add_seats(intake: Intake) -> int:
    """Seats for whom the report shows as registered; a person with two addresses gets one. Nobody gets a letter."""
    registered: dict[int, datetime] = {}
    for address, at in intake.new_seats.items():
        person_id = intake.people[address]
        registered[person_id] = min(at, registered.get(person_id, at))
    seats = [
        {
            "event_id": intake.event.id,
            "person_id": person_id,
            "status": Status.CONFIRMED,
            "source": Source.PLATFORM,
            "name": name,
            "organization": "",
            "registered_at": registered[person_id],
        }
        for person_id, name in _names(registered)
    ]
    if seats:
        db.session.execute(insert(Registration), seats)
    return len(seats)


def _names(ids: Iterable[int]) -> list[tuple[int, str]]:
    wanted, found = sorted(ids), list[tuple[int, str]]()
    for at in range(0, len(wanted), CHUNK):
        query = select(Person.id, Person.name).where(Person.id.in_(wanted[at : at + CHUNK]))
        found += [(id, name) for id, name in db.session.execute(query)]
    return found


def _presence(
    event: Event, person_id: int, roles: set[str], times: list[tuple[datetime | None, datetime | None]]
) -> dict[str, Any]:
    stretches = [(joined, left) for joined, left in times if joined and left and joined < left]
    return {
        "event_id": event.id,
        "person_id": person_id,
        "role": next(role for role in _ROLE_ORDER if role in roles),
        "seconds": round(rules.union_seconds(stretches)) if stretches else None,
        "first_joined_at": min((joined for joined, _ in stretches), default=None),
        "last_left_at": max((left for _, left in stretches), default=None),
    }


def _settle(event: Event, row: AttendanceRow, person: Person | None, decided: str | None, by: str) -> int:
    if person is not None:
        hold([person.id])
        db.session.refresh(person)
    lock(event)
    db.session.refresh(row)
    if row.event_id != event.id or (row.person_id is not None and row.decided is None):
        raise Refused("The address on this line says whose it is, so there is nothing to decide.")
    if person is not None and person.merged_into_id is not None:
        raise Refused("This person was merged into another one. Choose the one they were merged into.")
    key = entry_key(row.email, row.name, row.id)
    rows = [each for each in entry_rows(event) if entry_key(each.email, each.name, each.id) == key]
    before, after = (row.decided, row.person_id), (decided, person.id if person else None)
    if not rows or before == after:
        return len(rows)
    for each in rows:
        each.decided, each.person_id = decided, person.id if person else None
    db.session.flush()
    record("attendance.decide", "attendance_row", rows[0].id, by=by,
           changes={"decided": (before[0], after[0]), "person_id": (before[1], after[1])})  # fmt: skip
    derive(event)
    return len(rows)
