"""Bringing reports in, taking them out again, reading them anew. The caller commits.

Whoever writes holds the event's lock, so that two imports at once cannot count the same lines twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from jam.attendance.deciding import decide, decide_as_new, merge, undecide, unmerge
from jam.attendance.foretold import Foretold, foretell
from jam.attendance.intake import Intake, prepare
from jam.attendance.keeping import (
    COUNTING,
    MATCHING,
    READING,
    Progress,
    add_lines,
    add_people,
    add_seats,
    correct,
    drop_lines,
    hold,
    hold_people,
    keep_file,
    keep_numbers,
    mark,
    match_numbers,
    replace_reports,
)
from jam.attendance.layouts import known_layouts
from jam.attendance.leftovers import forget_people, forget_seats
from jam.attendance.lines import Way
from jam.attendance.models import AttendanceReport, AttendanceRow
from jam.attendance.moves import apply_moves
from jam.attendance.presence import derive
from jam.attendance.queries import entry_key, entry_rows
from jam.attendance.reading import read
from jam.attendance.reading.found import Report
from jam.attendance.reading.times import Order
from jam.audit.actions import record
from jam.base import files
from jam.base.database import after_commit, db
from jam.base.errors import Refused
from jam.base.memory import many_objects
from jam.base.now import now
from jam.base.zones import wall, zone
from jam.registration.actions import lock
from jam.schedule.models import Event
from jam.schedule.rules import State

__all__ = [
    "LARGEST", "Imported", "OutAlready", "as_json", "decide", "decide_as_new", "derive", "hold", "import_report", "merge", "preview", "recognize",
    "replaced_by", "reread", "undecide", "undo_import", "unmerge", "why_not",
]  # fmt: skip

#: Reports of the largest webinars stay far below this.
LARGEST = 20 * 1024 * 1024


class OutAlready(Refused):
    """Somebody took the report out before, by the first of two presses for instance."""

    def __init__(self) -> None:
        super().__init__("This report is out already.")


@dataclass(frozen=True)
class Imported:
    """What an import did. `json` is what the command prints; `told` what it changed where something was known before;
    `changed` is False where everything was here already."""

    report: AttendanceReport
    new_rows: int
    new_people: int
    new_seats: int
    replaced: int
    json: dict[str, Any]
    changed: bool = True
    told: Foretold | None = None


@many_objects()
def recognize(
    event: Event, data: bytes, zone_name: str, order: Order | None = None, progress: Progress | None = None
) -> Report:
    """The report in these bytes, not yet held against what the session has.

    Refused when the file is no report, the zone unknown, or the session one that nobody can have attended.
    """
    if progress:
        progress(READING, 0, 0)
    report = _readable(event, _without_erased(event, data), Way(zone_name, order))
    _demand_held(event)
    return report


@many_objects()
def preview(event: Event, data: bytes, zone_name: str, order: Order | None = None) -> Intake:
    """What an import of these bytes would bring; nothing is written. Refused as `recognize` is."""
    report = recognize(event, data, zone_name, order)
    return prepare(event, report, Way(zone_name, order), sha256(data).hexdigest())


@many_objects()
def import_report(
    event: Event, data: bytes, zone_name: str, *, by: str, order: Order | None = None, file_name: str = "",
    batch: str | None = None, progress: Progress | None = None, report: Report | None = None,
) -> Imported:  # fmt: skip
    """Keep a report's bytes and lines, the people and seats it shows, and derive who came.

    A line that another report of this session brought is not kept again; when its zone was another then, its times
    are corrected. An earlier report of the same occasion counts no more. `report` is what these bytes were recognized
    as, where they were. Refused as `recognize` is.
    """
    way = Way(zone_name, order)
    report = report or _readable(event, _without_erased(event, data), way)
    if progress:
        progress(MATCHING, 0, 0)
    hold_people(event, report)
    lock(event)
    _demand_held(event)
    intake = prepare(event, report, way, sha256(data).hexdigest())
    if intake.earlier.superseded:
        assert intake.earlier.same is not None
        return Imported(intake.earlier.same, 0, 0, 0, 0, as_json(intake), changed=False)
    told = foretell(intake)
    said = as_json(intake, told)
    kept = keep_file(intake, data, file_name, by)
    new_people, new_seats = _bring_in(intake, kept, progress)
    record(
        "attendance.import", "event", event.id, by=by, batch=batch,
        changes={"report": (None, kept.id), "new_rows": (None, intake.new_rows), "time_zone": (None, zone_name)},
    )  # fmt: skip
    earlier = intake.earlier
    changes = intake.new_lines, new_people, new_seats, intake.corrected, earlier.obsolete
    return Imported(
        kept, intake.new_rows, len(new_people), len(new_seats), len(earlier.replaces), said,
        changed=earlier.same is None or any(changes), told=told,
    )  # fmt: skip


def undo_import(report: AttendanceReport, *, by: str) -> tuple[int, int]:
    """Take a report out again: its lines and its file, and the seats and people that it brought and nothing else needs.

    What it replaced counts again, and keeps what staff decided since about the same names. Returns how many seats and
    how many people went. Refused while a later report counts in its place, OutAlready when it went meanwhile.
    """
    event = report.event
    hold(report.made_people, leaving=True)
    lock(event)
    if db.session.get(AttendanceReport, report.id, populate_existing=True) is None:
        raise OutAlready
    if report.replaced_by_id is not None:
        raise Refused("A later report counts in the place of this one. Undo the later one first.")
    decisions = {
        entry_key(row.email, row.name, row.registrant or row.id): (row.person_id, row.decided)
        for row in entry_rows(event)
        if row.decided
    }
    drop_lines(list(db.session.scalars(select(AttendanceRow.id).where(AttendanceRow.report_id == report.id))))
    for earlier in replaced_by(report):
        earlier.replaced_by_id = None
        mark(earlier, replaced=False)
    db.session.flush()
    seats, people = list(report.made_seats), list(report.made_people)
    record("attendance.undo", "event", event.id, by=by,
           changes={"report": (report.id, None), "file_name": (report.file_name, None)})  # fmt: skip
    after_commit(partial(files.drop, report.stored_as))
    db.session.delete(report)
    db.session.flush()
    # Others may hold lines back because this report had them, or show the same people as registered.
    _read_anew(event)
    for row in entry_rows(event):
        row.person_id, row.decided = decisions.get(
            entry_key(row.email, row.name, row.registrant or row.id), (row.person_id, row.decided)
        )
    db.session.flush()
    derive(event)
    gone = forget_seats(event, seats)
    return gone, forget_people(people)


def replaced_by(report: AttendanceReport) -> list[AttendanceReport]:
    """The reports in whose place a later one counts, oldest first."""
    earlier = select(AttendanceReport).where(AttendanceReport.replaced_by_id == report.id)
    return list(db.session.scalars(earlier.order_by(AttendanceReport.id)))


def reread(event: Event, *, by: str) -> int:
    """Read the stored files of a session again, by the rules of now; returns how many lines came, went or changed.

    What staff decided stays. Files that are not there any more stay as they were read.
    """
    lock(event)
    changed = _read_anew(event)
    derive(event)
    if changed:
        record("attendance.reread", "event", event.id, by=by, changes={"rows": (None, changed)})
    return changed


def as_json(intake: Intake, told: Foretold | None = None) -> dict[str, Any]:
    """One document about a report: what `jam attendance import --json` prints, also before anything is written. Where lines
    that are here would change, it ends with what that changes in the session."""
    document = {
        "session": intake.event.slug,
        "format": intake.report.format,
        "timezone": intake.way.time_zone,
        "new_rows": intake.new_rows,
        **intake.json,
    }
    earlier = intake.earlier
    if told is None or not (earlier.replaces or earlier.obsolete or intake.corrected):
        return document
    return document | {"differences": [*document["differences"], *told.sentences], "changes": told.json}


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


def _bring_in(
    intake: Intake, kept: AttendanceReport, progress: Progress | None
) -> tuple[list[int], list[int]]:
    """Write what an intake found; the ids of the people and of the seats that it made."""
    new_people = add_people(intake)
    add_lines(intake, kept, progress)
    correct(intake.corrected, intake.earlier.kept)
    drop_lines(intake.earlier.obsolete)
    replace_reports(intake, kept)
    if progress:
        progress(COUNTING, 0, 0)
    new_seats = add_seats(intake)
    keep_numbers(intake)
    if new_people or new_seats:
        kept.made_people = sorted({*kept.made_people, *new_people})
        kept.made_seats = sorted({*kept.made_seats, *new_seats})
    db.session.flush()
    apply_moves(intake.event)
    derive(intake.event)
    return new_people, new_seats


def _read_anew(event: Event) -> int:
    changed = 0
    counting = select(AttendanceReport).where(
        AttendanceReport.event_id == event.id, AttendanceReport.replaced_by_id.is_(None)
    )
    for report in db.session.scalars(counting.order_by(AttendanceReport.id)).all():
        way = Way(report.time_zone, Order(said) if (said := report.reading.get("order")) else None)
        try:
            data = files.fetch(report.stored_as)
            found = _readable(event, data, way, mistakes_too=True)
        except (FileNotFoundError, Refused):
            continue
        intake = prepare(event, found, way, report.sha256)
        keep_file(intake, data, report.file_name, report.imported_by)
        _bring_in(intake, report, None)
        changed += len(intake.new_lines) + len(intake.corrected) + len(intake.earlier.obsolete)
    match_numbers(event)
    return changed


def _readable(event: Event, data: bytes, way: Way, *, mistakes_too: bool = False) -> Report:
    zone(way.time_zone)
    if len(data) > LARGEST:
        raise Refused(
            "This file is larger than 20 MB, which no attendance report is. Check that it is the right file."
        )
    starts = wall(event.starts_at, way.time_zone).replace(tzinfo=None)
    return read(
        data,
        day=starts.date(),
        starts=starts,
        order=way.order,
        known=known_layouts(),
        mistakes_too=mistakes_too,
    )


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
