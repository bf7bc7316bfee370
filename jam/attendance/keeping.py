"""Putting into the database what a report brings: its file, its lines, the people and seats it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.exc import IntegrityError

from jam.attendance.intake import CHUNK, Intake, explaining, people_of
from jam.attendance.lines import Line
from jam.attendance.models import AttendanceReport, AttendanceRow
from jam.attendance.presence import written_in_bulk
from jam.attendance.queries import entry_key, entry_rows
from jam.base import files
from jam.base.database import db
from jam.base.now import now
from jam.people.models import Address, Person
from jam.registration.models import Registration
from jam.registration.rules import Source, Status
from jam.schedule.models import Event

#: Told how many lines of how many are done.
Progress = Callable[[int, int], None]

#: Lines that are written at once.
_PORTION = 5000


def add_people(intake: Intake) -> list[int]:
    """Make a person of each address that belongs to nobody; returns their ids. `intake.people` then knows everybody."""
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
    return sorted(made.values())


def _insert_people(names: dict[str, str]) -> dict[str, int]:
    """People with these addresses and names; the id of each. Not object by object, which SQLite does row by row."""
    if not names:
        return {}
    people = [{"name": name, "created_at": now(), "link_version": 0} for name in names.values()]
    ids: dict[str, list[int]] = {}
    for id, name in written_in_bulk(Person, people, "id", "name"):
        ids.setdefault(name, []).append(id)
    # Two new people of one name differ in nothing yet, so either may have either address.
    made = {address: ids[name].pop() for address, name in names.items()}
    addresses = [
        {"person_id": id, "address": address, "normal": address, "preferred": True}
        for address, id in made.items()
    ]
    written_in_bulk(Address, addresses)
    return made


def hold(ids: Iterable[int]) -> None:
    """Let nobody merge these people until the transaction ends, and wait for merges under way.

    Merging holds people first and then their events, so this comes before the event's lock.
    """
    wanted = sorted(set(ids))
    for at in range(0, len(wanted), CHUNK):
        held = select(Person.id).where(Person.id.in_(wanted[at : at + CHUNK])).order_by(Person.id)
        db.session.execute(held.with_for_update(read=True)).all()


def keep_file(intake: Intake, data: bytes, file_name: str, by: str) -> AttendanceReport:
    """The row of this file at this event: the one it has, with the zone and figures of now, or a new one."""
    found = intake.earlier.same
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
            made_people=[],
            made_seats=[],
        )
        db.session.add(found)
    found.format = intake.report.format
    found.time_zone = intake.way.time_zone
    found.reading = intake.way.as_json() | {"id": intake.report.webinar_id}
    if (found.figures or {}).get("rows_read", 0) <= len(intake.report.rows):  # erased lines stay counted
        found.figures = intake.json | {"lines": explaining(intake)}
    db.session.flush()
    return found


def add_lines(intake: Intake, kept: AttendanceReport, progress: Progress | None) -> None:
    """Keep the lines that are not there yet, a portion at a time, with what staff decided about their names."""
    decisions = _earlier_decisions(intake)
    lines, total = intake.new_lines, len(intake.lines)
    for at in range(0, len(lines), _PORTION):
        portion = [_values(intake, kept, line, decisions) for line in lines[at : at + _PORTION]]
        written_in_bulk(AttendanceRow, portion)
        if progress:
            progress(total - len(lines) + at + len(portion), total)


def _values(
    intake: Intake, kept: AttendanceReport, line: Line, decisions: dict[tuple[str, object], Any]
) -> dict[str, Any]:
    person_id, decided = intake.person_of(line), None
    if person_id is None and line.row.was_there:
        person_id, decided = decisions.get(
            entry_key(line.email, line.name, line.row.registrant or line.key), (None, None)
        )
    return {
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
        "seconds": line.row.seconds,
        "registrant": line.row.registrant,
        "replaced": False,
    }


def _earlier_decisions(intake: Intake) -> dict[tuple[str, object], tuple[int | None, str | None]]:
    """What staff said of entries of this event: it holds for lines of the same name in a later report."""
    if not (intake.earlier.kept or intake.earlier.seen):
        return {}
    rows = entry_rows(intake.event)
    return {
        entry_key(row.email, row.name, row.registrant or row.id): (row.person_id, row.decided)
        for row in rows
        if row.decided
    }


def correct(lines: Iterable[Line], kept: dict[str, Any]) -> None:
    """Give lines that are there the times that they have in the zone of now."""
    changed = [
        {"row_id": kept[line.key][0], "joined": line.joined_at, "left": line.left_at} for line in lines
    ]
    if changed:
        table = AttendanceRow.__table__
        step = update(table).where(table.c.id == bindparam("row_id"))  # type: ignore[arg-type]
        times: dict[str, Any] = {"joined_at": bindparam("joined"), "left_at": bindparam("left")}
        db.session.connection().execute(step.values(times), changed)


def drop_lines(ids: Sequence[int]) -> None:
    """Forget lines."""
    for at in range(0, len(ids), CHUNK):
        db.session.execute(delete(AttendanceRow).where(AttendanceRow.id.in_(ids[at : at + CHUNK])))


def replace_reports(intake: Intake, by: AttendanceReport) -> None:
    """Let this report count in the place of the earlier ones of the same occasion."""
    for earlier in intake.earlier.replaces:
        earlier.replaced_by_id = by.id
        mark(earlier, replaced=True)


def mark(report: AttendanceReport, *, replaced: bool) -> None:
    """Let a report's lines count, or no more."""
    lines = update(AttendanceRow).where(AttendanceRow.report_id == report.id)
    db.session.execute(lines.values(replaced=replaced), execution_options={"synchronize_session": False})


def add_seats(intake: Intake) -> list[int]:
    """Seats for whom the report shows as registered; a person with two addresses gets one. Nobody gets a letter.

    Returns their ids.
    """
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
    if not seats:
        return []
    return sorted(id for (id,) in written_in_bulk(Registration, seats, "id"))


def keep_numbers(intake: Intake) -> None:
    """Give each seat without a registrant's number the one that stands beside its holder's address."""
    found: dict[str, set[int]] = {}
    for line in intake.lines:
        if line.row.registrant and line.address and line.row.registrant not in intake.numbers:
            found.setdefault(line.row.registrant, set()).add(intake.people[line.address])
    sure = {people.pop(): number for number, people in found.items() if len(people) == 1}
    if sure:
        seats = select(Registration).where(
            Registration.event_id == intake.event.id, Registration.platform_id.is_(None)
        )
        for seat in db.session.scalars(seats):
            seat.platform_id = sure.get(seat.person_id)


def match_numbers(event: Event) -> None:
    """Give lines that nobody decided about to whose seat has their registrant's number by now."""
    number = select(Registration.person_id).where(
        Registration.event_id == event.id, Registration.platform_id == AttendanceRow.registrant
    )
    lines = update(AttendanceRow).where(
        AttendanceRow.event_id == event.id, AttendanceRow.registrant.is_not(None),
        AttendanceRow.person_id.is_(None), AttendanceRow.decided.is_(None),
    )  # fmt: skip
    db.session.execute(
        lines.values(person_id=number.limit(1).scalar_subquery()),
        execution_options={"synchronize_session": False},
    )


def _names(ids: Iterable[int]) -> list[tuple[int, str]]:
    wanted, found = sorted(ids), list[tuple[int, str]]()
    for at in range(0, len(wanted), CHUNK):
        query = select(Person.id, Person.name).where(Person.id.in_(wanted[at : at + CHUNK]))
        found += [(id, name) for id, name in db.session.execute(query)]
    return found
