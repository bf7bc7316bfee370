"""Reports that were made, and what was done between two of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import undefer

from jam.attendance.models import Attendance, AttendanceCorrection, AttendanceMove, AttendanceRow
from jam.audit.models import AuditDetail, AuditEntry
from jam.base.database import db
from jam.base.words import count
from jam.registration.models import Registration
from jam.registration.rules import Status
from jam.reports.figures import figures_of
from jam.reports.models import ReportSnapshot
from jam.reports.rules import Figures, Reason, coarse_beside, reason
from jam.schedule.models import Event
from jam.statistics.choice import Choice
from jam.statistics.measures import Topic

#: Ids that are asked for in one statement.
_AT_ONCE = 500


def reports() -> list[ReportSnapshot]:
    """Every report, newest first."""
    return list(db.session.scalars(select(ReportSnapshot).order_by(ReportSnapshot.id.desc())))


def report_called(code: str) -> ReportSnapshot | None:
    """The report of a code, with or without “R-”, in any case, its figures and files loaded."""
    plain = code.strip().upper().removeprefix("R-")
    query = select(ReportSnapshot).where(ReportSnapshot.code == plain)
    return db.session.scalar(query.options(undefer("*")))


def figures_beside(choice: Choice) -> Figures:
    """The figures of a choice as they are now, and which of them are told in tens, since earlier reports could be subtracted.
    Refused as `figures_of` says."""
    found = figures_of(choice)
    earlier = db.session.scalars(select(ReportSnapshot.figures).order_by(ReportSnapshot.id))
    return {**found, "coarse": coarse_beside(found, (json.loads(each) for each in earlier))}


# --- why figures differ -----------------------------------------------------------------------------------------------

#: Under which headings something shows that touches sessions, their seats, or who came.
_EVERY = tuple(topic for topic in Topic if topic is not Topic.VOLUNTEERS)
_SEATS = (Topic.SEATS, Topic.CAME, Topic.REACH)
_CAME = (Topic.CAME, Topic.BACK, Topic.COHORTS)

Counter = Callable[[int, int, Sequence[int]], int]


@dataclass(frozen=True)
class _Kind:
    """A kind of thing that changes figures: how often it was done, in words, and the headings under which it shows."""

    count: Counter
    one: str
    many: str
    topics: Iterable[str]


def reasons_between(after: int, until: int, sessions: Sequence[int]) -> list[Reason]:
    """What the log says was done to these sessions after one entry and up to another, most telling first.

    Each in words with its number. Sessions that are gone by now are still known by their number.
    """
    found = []
    for kind in _KINDS:
        number = kind.count(after, until, sessions)
        if number:
            found.append(reason(count(number, kind.one, kind.many), *kind.topics))
    return found


def _entries(after: int, until: int, *actions: str) -> Select[int]:
    return select(func.count()).where(
        AuditEntry.id > after, AuditEntry.id <= until, AuditEntry.action.in_(actions)
    )


def _sum(query: Select[int], column: Any, ids: Sequence[int]) -> int:
    return sum(
        db.session.scalar(query.where(column.in_(ids[at : at + _AT_ONCE]))) or 0
        for at in range(0, len(ids), _AT_ONCE)
    )


def _of_sessions(*actions: str, field: str = "") -> Counter:
    """Entries about the sessions themselves; with `field`, those that changed it."""

    def counter(after: int, until: int, sessions: Sequence[int]) -> int:
        query = _entries(after, until, *actions).where(AuditEntry.object_kind == "event")
        if field:
            query = query.where(
                exists().where(AuditDetail.entry_id == AuditEntry.id, AuditDetail.field == field)
            )
        return _sum(query, AuditEntry.object_id, sessions)

    return counter


def _imports(*, again: bool) -> Counter:
    """Reports that were imported: the first of a session, or one after another."""

    def counter(after: int, until: int, sessions: Sequence[int]) -> int:
        earlier = AuditEntry.__table__.alias()
        before = exists().where(
            earlier.c.action == "attendance.import", earlier.c.object_kind == "event",
            earlier.c.object_id == AuditEntry.object_id, earlier.c.id < AuditEntry.id,
        )  # fmt: skip
        query = _entries(after, until, "attendance.import").where(before if again else ~before)
        return _sum(query, AuditEntry.object_id, sessions)

    return counter


def _of_seats(condition: Callable[[], ColumnElement[bool]]) -> Counter:
    """Entries about seats at the sessions."""

    def counter(after: int, until: int, sessions: Sequence[int]) -> int:
        query = (
            select(func.count())
            .select_from(AuditEntry)
            .join(Registration, and_(AuditEntry.object_kind == "registration", Registration.id == AuditEntry.object_id))
            .where(AuditEntry.id > after, AuditEntry.id <= until, condition())
        )  # fmt: skip
        return _sum(query, Registration.event_id, sessions)

    return counter


def _gained() -> ColumnElement[bool]:
    return AuditEntry.action == f"registration.{Status.CONFIRMED}"


def _given_back() -> ColumnElement[bool]:
    return AuditEntry.action.in_((f"registration.{Status.CANCELLED}", f"registration.{Status.DECLINED}"))


def _arranged() -> ColumnElement[bool]:
    return AuditEntry.action.in_(("registration.accommodation", "registration.change_need"))


def _enough(after: int, until: int, sessions: Sequence[int]) -> int:
    """Changes of how long is long enough, of the programs of the sessions."""
    programs = set[int]()
    for at in range(0, len(sessions), _AT_ONCE):
        some = select(Event.program_id).where(Event.id.in_(sessions[at : at + _AT_ONCE])).distinct()
        programs.update(db.session.scalars(some))
    query = _entries(after, until, "schedule.edit_program").where(
        AuditEntry.object_kind == "program",
        exists().where(AuditDetail.entry_id == AuditEntry.id, AuditDetail.field == "enough_percent"),
    )
    return _sum(query, AuditEntry.object_id, sorted(programs))


def _decisions(after: int, until: int, sessions: Sequence[int]) -> int:
    query = (
        select(func.count())
        .select_from(AuditEntry)
        .join(AttendanceRow, and_(AuditEntry.object_kind == "attendance_row", AttendanceRow.id == AuditEntry.object_id))
        .where(AuditEntry.id > after, AuditEntry.id <= until, AuditEntry.action == "attendance.decide")
    )  # fmt: skip
    return _sum(query, AttendanceRow.event_id, sessions)


def _corrections(*actions: str) -> Counter:
    """Corrections by hand of what somebody's attendance was, made or taken back."""

    def counter(after: int, until: int, sessions: Sequence[int]) -> int:
        found = 0
        for kind, table in (
            ("attendance_correction", AttendanceCorrection),
            ("attendance_move", AttendanceMove),
        ):
            query = (
                select(func.count())
                .select_from(AuditEntry)
                .join(table, and_(AuditEntry.object_kind == kind, table.id == AuditEntry.object_id))
                .where(AuditEntry.id > after, AuditEntry.id <= until, AuditEntry.action.in_(actions))
            )
            found += _sum(query, table.event_id, sessions)
        return found

    return counter


def _people(*actions: str) -> Counter:
    """Entries about people who had a seat at the sessions, or came; a merged person's seats are the other one's, so those
    are found by the log's own word of who it was."""

    def counter(after: int, until: int, sessions: Sequence[int]) -> int:
        entries = select(AuditEntry.id, AuditEntry.object_id).where(
            AuditEntry.id > after, AuditEntry.id <= until, AuditEntry.action.in_(actions), AuditEntry.object_kind == "person"
        )  # fmt: skip
        people: dict[int, set[int]] = {id: {person} for id, person in db.session.execute(entries)}
        ids = list(people)
        for at in range(0, len(ids), _AT_ONCE):
            details = select(AuditDetail.entry_id, AuditDetail.before, AuditDetail.after).where(
                AuditDetail.entry_id.in_(ids[at : at + _AT_ONCE]), AuditDetail.field == "merged_into_id"
            )
            for entry, before, now in db.session.execute(details):
                people[entry] |= {int(each) for each in (before, now) if each and each.isdigit()}
        there = _there(set().union(*people.values()) if people else set(), sessions)
        return sum(bool(some & there) for some in people.values())

    return counter


def _there(people: set[int], sessions: Sequence[int]) -> set[int]:
    """Those of some people who have a seat at one of the sessions, or came to one."""
    chosen, found = set(sessions), set[int]()
    ids = sorted(people)
    for at in range(0, len(ids), _AT_ONCE):
        some = ids[at : at + _AT_ONCE]
        for table in (Registration, Attendance):
            rows = select(table.person_id, table.event_id).where(table.person_id.in_(some))
            found |= {person for person, event in db.session.execute(rows) if event in chosen}
    return found


def _all(*actions: str) -> Counter:
    return lambda after, until, _: db.session.scalar(_entries(after, until, *actions)) or 0


def _rooms(*rooms: str) -> Counter:
    def counter(after: int, until: int, sessions: Sequence[int]) -> int:
        about = or_(*(AuditEntry.action.like(f"{room}.%") for room in rooms))
        query = select(func.count()).where(AuditEntry.id > after, AuditEntry.id <= until, about)
        return db.session.scalar(query) or 0

    return counter


#: In the order in which they are told.
_KINDS = (
    _Kind(_imports(again=False), "attendance report was imported late", "attendance reports were imported late", _EVERY),
    _Kind(_imports(again=True), "attendance report was imported once more", "attendance reports were imported once more", _EVERY),
    _Kind(_of_sessions("attendance.reread"), "session’s reports were read again by newer rules",
          "sessions’ reports were read again by newer rules", _CAME),
    _Kind(_of_sessions("attendance.undo"), "import was undone", "imports were undone", _EVERY),
    _Kind(_decisions, "entry of a report was decided by hand", "entries of reports were decided by hand", _CAME),
    _Kind(_corrections("attendance.correct", "attendance.move_lines"), "attendance was corrected by hand",
          "attendances were corrected by hand", _CAME),
    _Kind(_corrections("attendance.take_back", "attendance.move_lines_back"), "correction by hand was taken back",
          "corrections by hand were taken back", _CAME),
    _Kind(_of_seats(_gained), "seat was confirmed or brought in", "seats were confirmed or brought in", _SEATS),
    _Kind(_of_seats(_given_back), "seat was given back or taken out", "seats were given back or taken out", _SEATS),
    _Kind(_of_seats(_arranged), "need was answered or changed", "needs were answered or changed", (Topic.REACH,)),
    _Kind(_of_sessions("registration.import", "archive.import_seats"), "list of registrants was imported",
          "lists of registrants were imported", _SEATS),
    _Kind(_people("people.merge"), "person was merged into another", "people were merged into others", _EVERY),
    _Kind(_people("people.unmerge"), "merge of two people was undone", "merges of people were undone", _EVERY),
    _Kind(_people("privacy.erase"), "person was erased, which leaves totals as they were",
          "people were erased, which leaves totals as they were", _EVERY),
    _Kind(_all("people.merge_organization", "people.unmerge_organization"), "organization was merged, or taken apart again",
          "organizations were merged, or taken apart again", (Topic.REACH,)),
    _Kind(_all("people.add_name", "people.remove_name"), "spelling was added to an organization or taken from it",
          "spellings were added to organizations or taken from them", (Topic.REACH,)),
    _Kind(_enough, "change of how long is long enough", "changes of how long is long enough", (Topic.CAME,)),
    _Kind(_of_sessions("schedule.cancel"), "session was cancelled", "sessions were cancelled", _EVERY),
    _Kind(_of_sessions("schedule.reinstate"), "session was reinstated", "sessions were reinstated", _EVERY),
    _Kind(_of_sessions("schedule.publish", "schedule.add_past"), "session was published or brought in from earlier years",
          "sessions were published or brought in from earlier years", _EVERY),
    _Kind(_of_sessions("schedule.move"), "session was moved", "sessions were moved", _EVERY),
    _Kind(_of_sessions("schedule.edit", field="terms"), "session got other levers or focus areas",
          "sessions got other levers or focus areas", (Topic.CONTENT,)),
    _Kind(_rooms("cohorts"), "thing was done with members and applications of cohorts",
          "things were done with members and applications of cohorts", (Topic.COHORTS,)),
    _Kind(_rooms("cases", "outcomes"), "step was taken with cases and their recommendations",
          "steps were taken with cases and their recommendations", (Topic.CASES,)),
    _Kind(_rooms("proposals"), "step was taken with proposals", "steps were taken with proposals", (Topic.VOLUNTEERS,)),
)  # fmt: skip
