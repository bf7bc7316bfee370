"""What a session has of reports already, beside a report that comes in: the same file, the same occasion, the same lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from jam.attendance.lines import Line
from jam.attendance.models import AttendanceReport, AttendanceRow
from jam.attendance.reading import mapped
from jam.attendance.reading.found import Report
from jam.base.database import db

#: A line that is kept: its report, key, id, times, address, name, and what it says of whether somebody came.
KeptLine = tuple[int, str, int, datetime | None, datetime | None, str | None, str, bool | None]

#: Read in another zone, a report begins at most so much earlier or later.
_ZONES_APART = timedelta(hours=15)


@dataclass
class Earlier:
    """What is there already.

    - same: this very file as it was imported before; replaces: earlier reports of the same occasion.
    - kept: lines that are there by key, with id and times, those of `replaces` apart; seen: the keys of these.
    - obsolete: ids of lines that this very file brought and, read by the rules of now, does not hold.
    """

    same: AttendanceReport | None = None
    replaces: list[AttendanceReport] = field(default_factory=list)
    kept: dict[str, tuple[int, datetime | None, datetime | None]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    obsolete: list[int] = field(default_factory=list)

    @property
    def superseded(self) -> bool:
        """Whether this very file was imported before, and a later report counts in its place."""
        return self.same is not None and self.same.replaced_by_id is not None


def reports_of(event_id: int | None) -> list[AttendanceReport]:
    """The reports of an event, oldest first; none of one that is not there yet."""
    query = select(AttendanceReport).where(AttendanceReport.event_id == event_id)
    return list(db.session.scalars(query.order_by(AttendanceReport.id))) if event_id else []


def kept_lines(event_id: int | None) -> list[KeptLine]:
    """What is kept of an event's lines, of all its reports."""
    query = select(
        AttendanceRow.report_id, AttendanceRow.row_key, AttendanceRow.id, AttendanceRow.joined_at,
        AttendanceRow.left_at, AttendanceRow.email, AttendanceRow.name, AttendanceRow.attended,
    ).where(AttendanceRow.event_id == event_id)  # fmt: skip
    if event_id is None:
        return []
    rows = db.session.execute(query)
    return [
        (report, key, id, joined, left, email, name, attended)
        for report, key, id, joined, left, email, name, attended in rows
    ]


def find_earlier(event_id: int | None, digest: str, report: Report, lines: Sequence[Line]) -> Earlier:
    """Find this very file among an event's reports, those it replaces, and which of its lines are there already."""
    found, reports = Earlier(), reports_of(event_id)
    if not reports:
        return found
    kept = kept_lines(event_id)
    found.same = next((each for each in reports if each.sha256 == digest), None)
    if found.same is None:
        moments: dict[int, set[tuple[str, int]]] = {}
        begins: dict[int, datetime] = {}
        for report_id, _, _, joined, _, email, name, attended in kept:
            moments.setdefault(report_id, set()).add(_moment(email, name, joined, attended))
            if joined:
                begins[report_id] = min(joined, begins.get(report_id, joined))
        own = {_moment(line.email, line.name, line.joined_at, line.row.attended) for line in lines}
        began = min((line.joined_at for line in lines if line.joined_at), default=None)
        found.replaces = [
            each
            for each in reports
            if each.replaced_by_id is None
            and _same_day(begins.get(each.id), began)
            and _same_occasion(each, report, moments.get(each.id, set()), own)
        ]
    set_aside = {each.id for each in reports if each.replaced_by_id is not None}
    if found.superseded and found.same is not None:
        set_aside.discard(found.same.id)
    going = {each.id for each in found.replaces}
    keys = {line.key for line in lines}
    for report_id, key, id, joined, left, email, name, _ in kept:
        if report_id in going:
            found.seen.add(key)
        elif report_id not in set_aside:
            found.kept[key] = id, joined, left
            mine = found.same is not None and report_id == found.same.id
            if mine and key not in keys and (email or name):  # what was erased has neither
                found.obsolete.append(id)
    return found


def _same_day(one: datetime | None, other: datetime | None) -> bool:
    """Whether two reports begin within what another zone could make of it; those without times may."""
    return one is None or other is None or abs(one - other) < _ZONES_APART


def _moment(email: str | None, name: str, joined: datetime | None, attended: bool | None) -> tuple[str, int]:
    """Who came when: the minute within half an hour, which is the same in all zones but a few; without one, who came or not."""
    who = (email or name).casefold()
    if joined is None:
        return who, -1 if attended else -2
    return who, joined.minute % 30 * 60 + joined.second


def _same_occasion(
    each: AttendanceReport, report: Report, before: set[tuple[str, int]], now: set[tuple[str, int]]
) -> bool:
    """Whether a report is a later one of the same occasion: half of who came when, or more, stands in both.

    A session that broke off and began again has two reports with the same id, and nobody joined at the same moment. What
    was read as any table may have got a format of its own since.
    """
    ids = each.reading.get("id"), report.webinar_id
    if each.format not in (report.format, mapped.FORMAT) or (all(ids) and ids[0] != ids[1]):
        return False
    return bool(before) and 2 * len(before & now) >= len(before)
