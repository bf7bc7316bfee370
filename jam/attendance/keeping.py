"""Putting into the database what a report brings: its file, its lines, the people and seats it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.exc import IntegrityError

from jam.attendance.intake import CHUNK, Intake, explaining, known_numbers, numbers_of, people_of
from jam.attendance.lines import Line
from jam.attendance.models import AttendanceReport, AttendanceRow
from jam.attendance.queries import entry_key, entry_rows
from jam.attendance.reading.found import Report
from jam.base import files
from jam.base.bulk import new_ids, put
from jam.base.database import db
from jam.base.now import now
from jam.people.models import Address, Person
from jam.registration.models import Registration
from jam.registration.rules import Source, Status
from jam.schedule.models import Event

#: Told what is being done and, where that can be counted, how much of how much.
Progress = Callable[[str, int, int], None]
READING, MATCHING, KEEPING, COUNTING = (
    "Reading the file",
    "Finding the people",
    "Keeping the lines",
    "Counting who came",
)

#: Bytes from which on a report takes so long that its page and its command say how far it is.
LARGE = 500_000

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
    intake.made.update({id: wanted[address] for address, id in made.items()})
    return sorted(made.values())


def _insert_people(names: dict[str, str]) -> dict[str, int]:
    """People with these addresses and names; the id of each."""
    if not names:
        return {}
    made = dict(zip(names, new_ids(Person, len(names)), strict=True))
    at = now()
    put(Person, ("id", "name"), zip(made.values(), names.values(), strict=True), alike={"created_at": at})
    put(
        Address,
        ("person_id", "address", "normal"),
        ((id, address, address) for address, id in made.items()),
        alike={"preferred": True},
    )
    return made


def hold(ids: Iterable[int], *, leaving: bool = False) -> None:
    """Let nobody merge these people until the transaction ends, and wait for merges under way; where they may be
    `leaving`, wait for imports that show them too, and let these wait.

    Merging holds people first and then their events, so this comes before the event's lock.
    """
    wanted = sorted(set(ids))
    for at in range(0, len(wanted), CHUNK):
        held = select(Person.id).where(Person.id.in_(wanted[at : at + CHUNK])).order_by(Person.id)
        db.session.execute(held.with_for_update(read=not leaving, key_share=leaving)).all()


def hold_people(event: Event, report: Report) -> None:
    """`hold` whomever a report names. SQLite lets one transaction write at a time, so nobody has to be held there."""
    if db.engine.dialect.name != "sqlite":
        named = people_of({row.email_norm for row in report.rows if row.email_norm})
        hold({*named.values(), *numbers_of(event.id, report).values()})


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
    if _lines_of(found.figures or {}) <= _lines_of(intake.json):  # erased lines stay counted
        found.figures = intake.json | {"lines": explaining(intake)}
    db.session.flush()
    return found


def _lines_of(figures: dict[str, Any]) -> int:
    """How many lines a report has by its figures, read or refused; lines of erased people are neither any more."""
    return int(figures.get("rows_read", 0)) + len(figures.get("rows_refused", ()))


def add_lines(intake: Intake, kept: AttendanceReport, progress: Progress | None) -> None:
    """Keep the lines that are not there yet, a portion at a time, with what staff decided about their names."""
    decisions = earlier_decisions(intake)
    lines, total = intake.new_lines, len(intake.lines)
    for at in range(0, len(lines), _PORTION):
        portion = lines[at : at + _PORTION]
        rows = (values(intake, line, decisions) for line in portion)
        put(AttendanceRow, _COLUMNS, rows, alike={"report_id": kept.id, "event_id": intake.event.id})
        if progress:
            progress(KEEPING, total - len(lines) + at + len(portion), total)


#: What is written of a line, in the order of `values`.
_COLUMNS = (
    "row_key", "line", "section", "attended", "name", "email", "person_id", "decided", "joined_at", "left_at", "seconds",
    "registrant",
)  # fmt: skip


def values(intake: Intake, line: Line, decisions: dict[tuple[str, object], Any]) -> tuple[Any, ...]:
    """What is kept of a line that is new here."""
    row, person_id, decided = line.row, intake.person_of(line), None
    if person_id is None and row.was_there:
        key = entry_key(line.email, line.name, row.registrant or line.key)
        person_id, decided = decisions.get(key, (None, None))
    return (
        line.key, row.line, str(row.section), row.attended, line.name, line.email, person_id, decided, line.joined_at,
        line.left_at, row.seconds, row.registrant,
    )  # fmt: skip


def earlier_decisions(intake: Intake) -> dict[tuple[str, object], tuple[int | None, str | None]]:
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
    names = intake.made | dict(_names(registered.keys() - intake.made.keys()))
    ids = new_ids(Registration, len(registered))
    put(
        Registration,
        ("id", "person_id", "name", "registered_at"),
        (
            (id, person, names[person], registered[person])
            for id, person in zip(ids, sorted(registered), strict=True)
        ),
        alike={
            "event_id": intake.event.id,
            "status": Status.CONFIRMED.value,
            "source": Source.PLATFORM.value,
        },
    )
    return ids


def keep_numbers(intake: Intake) -> None:
    """Give each seat without a registrant's number the one that stands beside its holder's address."""
    found: dict[str, set[int]] = {}
    for line in intake.lines:
        if line.row.registrant and line.address and line.row.registrant not in intake.numbers:
            found.setdefault(line.row.registrant, set()).add(intake.people[line.address])
    sure = {people.pop(): number for number, people in found.items() if len(people) == 1}
    if sure:
        seats = select(Registration.id, Registration.person_id).where(
            Registration.event_id == intake.event.id, Registration.platform_id.is_(None)
        )
        numbered = [
            {"id": id, "platform_id": sure[person]}
            for id, person in db.session.execute(seats)
            if person in sure
        ]
        if numbered:
            db.session.execute(update(Registration), numbered)


def match_numbers(event: Event) -> None:
    """Give lines that nobody decided about to whose seat has their registrant's number by now."""
    lines = select(AttendanceRow.id, AttendanceRow.registrant).where(
        AttendanceRow.event_id == event.id, AttendanceRow.registrant.is_not(None),
        AttendanceRow.person_id.is_(None), AttendanceRow.decided.is_(None),
    )  # fmt: skip
    open_lines = db.session.execute(lines).all()
    known = known_numbers(event.id) if open_lines else {}
    for id, number in open_lines:
        if number in known:
            db.session.execute(
                update(AttendanceRow).where(AttendanceRow.id == id).values(person_id=known[number]),
                execution_options={"synchronize_session": False},
            )


def _names(ids: Iterable[int]) -> Iterator[tuple[int, str]]:
    wanted = sorted(ids)
    for at in range(0, len(wanted), CHUNK):
        query = select(Person.id, Person.name).where(Person.id.in_(wanted[at : at + CHUNK]))
        yield from ((id, name) for id, name in db.session.execute(query))
