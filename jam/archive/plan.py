"""What an upload would bring, found by reading alone: each file recognized by its content and matched to a session.

A preview shows it and an import carries it out, so that the two cannot disagree.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import select

from jam.archive import registrants, sessions, sheets
from jam.archive.registrants import Registrant, Registrants
from jam.archive.rules import day_in, titled
from jam.archive.sessions import PastSession
from jam.archive.sheets import Refusal
from jam.archive.unpack import Member
from jam.attendance import reading
from jam.attendance.actions import LARGEST, preview, why_not
from jam.attendance.intake import Intake, people_of, prepare
from jam.attendance.lines import Way
from jam.attendance.models import Attendance, AttendanceReport
from jam.attendance.reading.found import Report
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.words import count
from jam.base.zones import wall
from jam.registration.models import Registration
from jam.schedule.models import Event, Program

#: What staff may say of a file instead of a session's key.
LEAVE_OUT = "out"


class Kind(StrEnum):
    """What a file was recognized as."""

    SESSIONS = "sessions"
    REGISTRANTS = "registrants"
    REPORT = "report"
    UNKNOWN = "unknown"


KIND_WORDS = {
    Kind.SESSIONS: "List of sessions",
    Kind.REGISTRANTS: "List of registrants",
    Kind.REPORT: "Attendee report",
    Kind.UNKNOWN: "Not recognized",
}


@dataclass
class PlannedFile:
    """A file, what it is, and what it would bring.

    - choice: what staff said: a session's key, `LEAVE_OUT`, or nothing.
    - session: whose it is; None for a list whose lines name their sessions (`rows` tells them), and where nobody knows.
    - problem: why it cannot be imported as it is.
    - people, seats, attendances: how many new ones it brings beside the files before it.
    """

    number: int
    name: str
    data: bytes
    kind: Kind = Kind.UNKNOWN
    choice: str = ""
    session: PastSession | None = None
    problem: str = ""
    report: Report | None = None
    registrants: Registrants | None = None
    rows: dict[str, list[Registrant]] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    people: int = 0
    seats: int = 0
    attendances: int = 0
    #: Nothing of a report is new, so that it is not read in again.
    already: bool = False

    @property
    def left_out(self) -> bool:
        """Whether staff said to leave it out."""
        return self.choice == LEAVE_OUT

    @property
    def may_choose(self) -> bool:
        """Whether it can belong to a session."""
        return self.kind in (Kind.REGISTRANTS, Kind.REPORT)


@dataclass
class Plan:
    """An upload beside what Jam has already. `kept` are sessions that only Jam lists, on days that files are of."""

    sessions: list[PastSession]
    kept: list[PastSession]
    files: list[PlannedFile]

    @property
    def choices(self) -> list[PastSession]:
        """Sessions that a file may belong to."""
        return [*self.sessions, *self.kept]

    @property
    def new_sessions(self) -> list[PastSession]:
        """Sessions that Jam does not have."""
        return [each for each in self.sessions if each.event is None]

    @property
    def unknown_levers(self) -> list[tuple[PastSession, str]]:
        """Levers of new sessions that Jam does not have."""
        return [(each, word) for each in self.new_sessions for word in each.unknown_levers]

    @property
    def people(self) -> int:
        """New people in all."""
        return sum(each.people for each in self.files)

    @property
    def seats(self) -> int:
        """New registrations in all."""
        return sum(each.seats for each in self.files)

    @property
    def attendances(self) -> int:
        """New attendances in all."""
        return sum(each.attendances for each in self.files)

    @property
    def refused(self) -> list[tuple[str, Refusal]]:
        """Lines that are left out, each with its file's name."""
        return [(each.name, row) for each in self.files if not each.left_out for row in each.refused]

    @property
    def brings_something(self) -> bool:
        """Whether anything would be other than before."""
        return bool(self.new_sessions or self.seats or any(map(_brings_report, self.files)))

    @property
    def mistakes(self) -> list[str]:
        """What a person should mend or decide, a line each: files without a session, lines of sessions that are none."""
        found = []
        for each in self.files:
            if each.kind is Kind.SESSIONS:
                found += [f"{each.name}, line {row.line}: {row.reason}" for row in each.refused]
            if each.problem and not each.left_out:
                found.append(f"{each.name}: {each.problem}")
        return found

    def of(self, session: PastSession) -> tuple[list[Registrant], list[PlannedFile]]:
        """What is to be imported for a session: lines of lists, and reports with something new."""
        rows = [row for each in self.files for row in each.rows.get(session.key, ())]
        return rows, [each for each in self.files if each.session is session and _brings_report(each)]


def plan(members: Sequence[Member], program: Program | None, choices: Mapping[int, str]) -> Plan:
    """Read an upload against the database; nothing is written. `choices` are staff's, by number of file."""
    found = [_recognized(number, member) for number, member in enumerate(members)]
    reader, listed = sessions.Reader(program), list[PastSession]()
    for each in found:
        each.choice = choices.get(each.number, "") if each.may_choose else ""
        if each.kind is Kind.SESSIONS:
            sheet = sheets.read(each.data, sheets.SESSIONS, {"date", "title"})
            assert sheet is not None
            said = reader.read(each.number, sheet)
            for new in said.sessions:
                if any(sessions.same(new, session) for session in listed):
                    said.refused.append(
                        Refusal(new.line, "Another list of this upload has this session already.")
                    )
                else:
                    listed.append(new)
            each.refused = said.refused
    listed.sort(key=lambda session: (session.starts_at, session.program.id))
    days = {day for each in found for day in _days(each)}
    of = [program] if program else reader.programs
    kept = sessions.kept_on(days, of, [each.event for each in listed if each.event])
    made = Plan(listed, kept, found)
    counting = _Counting()
    for kind in (
        Kind.REGISTRANTS,
        Kind.REPORT,
    ):  # as they are imported: what a list says goes before a report
        for each in found:
            if each.kind is kind and not each.left_out:
                _match(each, made.choices)
                counting.add(each, made.choices)
    return made


def _brings_report(each: PlannedFile) -> bool:
    return each.kind is Kind.REPORT and not (each.left_out or each.problem or each.already)


def _recognized(number: int, member: Member) -> PlannedFile:
    """What a file is, by its content."""
    found = PlannedFile(number, member.name, member.data)
    if len(member.data) > LARGEST:
        found.problem = "It is larger than 20 MB, which no list and no report is."
        return found
    try:
        found.report = reading.read(member.data)
        found.kind = Kind.REPORT
        found.refused = [Refusal(row.line, row.reason) for row in found.report.refused]
        return found
    except Refused:
        found.problem = "It is no list of sessions, no list of registrants and no attendee report."
    people = sheets.read(member.data, sheets.REGISTRANTS, {"email"})
    if people is not None:
        found.kind, found.problem = Kind.REGISTRANTS, ""
        found.registrants = registrants.Reader().read(people)
        found.refused, found.remarks = found.registrants.refused, found.registrants.remarks
    elif sheets.read(member.data, sheets.SESSIONS, {"date", "title"}) is not None:
        found.kind, found.problem = Kind.SESSIONS, ""
    return found


def _days(each: PlannedFile) -> set[date]:
    """The days that a file says it is of."""
    if each.report is not None:
        at = each.report.starts_at_wall
        return {at.date()} if at else set()
    if each.registrants is None:
        return set()
    days = {row.day for row in each.registrants.rows if row.day}
    by_name = day_in(each.name)
    return days | ({by_name} if by_name else set())


def _match(each: PlannedFile, choices: Sequence[PastSession]) -> None:
    """Find the session of a file, or of each line of a list; `problem` says why there is none."""
    if each.choice:
        each.session = next((session for session in choices if session.key == each.choice), None)
        if each.session is None:
            each.problem = (
                "The session chosen for it is not here any more. Choose another one, or leave it out."
            )
    elif each.report is not None:
        _match_report(each, each.report, choices)
    elif each.registrants is not None and each.registrants.says_session:
        _match_lines(each, each.registrants, choices)
    else:
        day = day_in(each.name)
        fitting = [session for session in choices if session.day == day] if day else list(choices)
        by_title = titled(each.name, {n: session.title for n, session in enumerate(fitting)})
        _settle(each, [fitting[n] for n in by_title] or (fitting if day else []))
    if each.session is not None and each.session.event is not None:
        each.problem = why_not(each.session.event) or ""


def _match_report(each: PlannedFile, report: Report, choices: Sequence[PastSession]) -> None:
    at = report.starts_at_wall
    if at is None:
        each.problem = "It does not say when it began. Choose its session, or leave it out."
        return
    gaps: list[tuple[timedelta, PastSession]] = [
        (abs(wall(session.starts_at, session.time_zone).replace(tzinfo=None) - at), session)
        for session in choices
        if session.day == at.date()
    ]
    nearest = min((gap for gap, _ in gaps), default=None)
    _settle(each, [session for gap, session in gaps if gap == nearest])


def _match_lines(each: PlannedFile, found: Registrants, choices: Sequence[PastSession]) -> None:
    refused = list(each.refused)
    for row in found.rows:
        fitting = [
            session
            for session in choices
            if (row.day is None or session.day == row.day)
            and (not row.title or session.title.casefold() == row.title)
        ]
        if len(fitting) != 1 or not (row.day or row.title):
            why = "More than one session fits" if fitting and (row.day or row.title) else "No session fits"
            refused.append(Refusal(row.line, f"{why} what this line says of its session."))
        elif fitting[0].event is not None and (reason := why_not(fitting[0].event)):
            refused.append(Refusal(row.line, reason))
        else:
            each.rows.setdefault(fitting[0].key, []).append(row)
    each.refused = sorted(refused, key=lambda row: row.line)
    if not each.rows:
        each.problem = "None of its lines fits a session. Choose its session, or leave it out."


def _settle(each: PlannedFile, fitting: Sequence[PastSession]) -> None:
    if len(fitting) == 1:
        each.session = fitting[0]
    elif fitting:
        each.problem = "More than one session fits it. Choose the one, or leave it out."
    else:
        each.problem = "No session fits its date or its name. Choose its session, or leave it out."


class _Counting:
    """Counts what files bring, each person, seat and attendance once."""

    def __init__(self) -> None:
        self.people: set[str] = set()
        self.seats: dict[str, set[Hashable]] = {}
        self.there: dict[str, set[Hashable]] = {}

    def add(self, each: PlannedFile, choices: Sequence[PastSession]) -> None:
        if each.problem:
            return
        if each.report is not None:
            self._report(each)
        elif each.registrants is not None:
            if each.session is not None:
                each.rows = {each.session.key: each.registrants.rows}
            by_key = {session.key: session for session in choices}
            known = people_of({row.address for rows in each.rows.values() for row in rows})
            for key, rows in each.rows.items():
                each.people += self._new_people({row.address for row in rows} - known.keys())
                each.seats += self._new_seats(by_key[key], known.get, {row.address for row in rows})

    def _report(self, each: PlannedFile) -> None:
        assert each.session is not None
        assert each.report is not None
        try:
            intake = self._intake(each.session, each.report, each.data)
        except Refused as refusal:
            each.problem = refusal.message
            return
        each.remarks = list(intake.remarks)
        each.already = not intake.new_lines and not intake.corrected and _kept(each.session, intake.sha256)
        if each.already:
            return
        known = intake.people
        each.people = self._new_people(intake.newcomers)
        each.seats = self._new_seats(each.session, known.get, intake.new_seats)
        there = {
            known.get(line.address, line.address)
            for line in intake.lines
            if line.address and line.row.was_there
        }
        before = self.there.setdefault(each.session.key, _attended(each.session.event))
        each.attendances = len(there - before)
        before |= there
        if intake.undecided:
            entries = count(intake.undecided, "entry without an address is", "entries without an address are")
            each.remarks.append(f"{entries} left for you to decide on the session's page.")

    def _intake(self, session: PastSession, report: Report, data: bytes) -> Intake:
        if session.event is not None:
            return preview(session.event, data, session.time_zone)
        to_be = Event(starts_at=session.starts_at, ends_at=session.ends_at, time_zone=session.time_zone)
        return prepare(to_be, report, Way(session.time_zone), sha256(data).hexdigest())

    def _new_people(self, addresses: Iterable[str]) -> int:
        before = len(self.people)
        self.people.update(addresses)
        return len(self.people) - before

    def _new_seats(self, session: PastSession, known: object, addresses: Iterable[str]) -> int:
        taken = self.seats.setdefault(session.key, _seated(session.event))
        before = len(taken)
        taken.update(known(address) or address for address in addresses)  # type: ignore[operator]
        return len(taken) - before


def _kept(session: PastSession, digest: str) -> bool:
    if session.event is None:
        return False
    kept = select(AttendanceReport.id).where(
        AttendanceReport.event_id == session.event.id, AttendanceReport.sha256 == digest
    )
    return db.session.scalar(kept) is not None


def _seated(event: Event | None) -> set[Hashable]:
    if event is None:
        return set()
    return set(db.session.scalars(select(Registration.person_id).where(Registration.event_id == event.id)))


def _attended(event: Event | None) -> set[Hashable]:
    if event is None:
        return set()
    return set(db.session.scalars(select(Attendance.person_id).where(Attendance.event_id == event.id)))
