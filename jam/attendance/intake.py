"""What a report would bring to a session, found by reading alone: new lines, people, seats, walk-ins, entries to decide.

A preview shows it and an import carries it out, so that the two cannot disagree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import select

from jam.attendance import rules
from jam.attendance.earlier import Earlier, find_earlier
from jam.attendance.figures import ReportFigures, as_json, figures, order_question, other_date
from jam.attendance.lines import Line, Way, lines_of
from jam.attendance.models import AttendanceAlias, AttendanceReport
from jam.attendance.queries import entry_key
from jam.attendance.reading.cells import full_name
from jam.attendance.reading.found import Report, Row, Section
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.words import count, moment
from jam.people.models import Address, Person
from jam.people.rules import checked_name
from jam.registration.models import Registration
from jam.registration.rules import Status
from jam.schedule.models import Event

#: Databases limit how many values one statement may carry.
CHUNK = 2000

#: The name of people whose report and address tell none.
GUEST = "Guest"
#: Beginnings of Zoom's approval states that give nobody a seat.
_NO_SEAT = ("denied", "cancel", "pending")

#: Sections whose people sat in the audience; dial-ins stand in a table of their own.
AUDIENCE = (Section.ATTENDEE, Section.OTHER)


@dataclass
class Intake:
    """A report beside what the session has already.

    - remarks: what somebody should know before going on, a sentence each; `figures.differences` ends with them.
    - asks: those of these that somebody has to answer before the import, on the page.
    - earlier: what the session has of reports already.
    - people: the person of each address that is known.
    - numbers: the person of each registrant's number that is known at the session; it goes before the address.
    - aliases: the person of each address that Jam would not write to, and that staff gave to somebody before.
    - seats: the status of each registration at the session, by person.
    - made: the names of the people who were made for it, by their ids.
    """

    event: Event
    report: Report
    way: Way
    sha256: str
    figures: ReportFigures
    lines: list[Line]
    earlier: Earlier
    remarks: list[str] = field(default_factory=list)
    asks: list[str] = field(default_factory=list)
    people: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    aliases: dict[str, int] = field(default_factory=dict)
    seats: dict[int, str] = field(default_factory=dict)
    made: dict[int, str] = field(default_factory=dict)

    @cached_property
    def new_rows(self) -> int:
        """How many lines the session has seen in no report yet."""
        return sum(line.key not in self.earlier.seen for line in self.new_lines)

    @cached_property
    def new_lines(self) -> list[Line]:
        """Lines to be kept: those that no other report of the session that goes on counting has."""
        return [line for line in self.lines if line.key not in self.earlier.kept]

    @cached_property
    def corrected(self) -> list[Line]:
        """Lines that are there with other times, because the report was read in another zone then."""
        known = [line for line in self.lines if line.key in self.earlier.kept]
        return [line for line in known if self.earlier.kept[line.key][1:3] != (line.joined_at, line.left_at)]

    @cached_property
    def newcomers(self) -> dict[str, str]:
        """The name for each address that belongs to nobody yet."""
        names: dict[str, str] = {}
        for line in self.lines:
            address, row = line.address, line.row
            if address and address not in self.people:
                given = full_name(row.first_name, row.last_name)
                names[address] = given or names.get(address, "") or line.name
        return {address: person_name(name, address) for address, name in sorted(names.items())}

    @property
    def known_people(self) -> int:
        """How many people Jam knows by an address in the report."""
        return len(set(self.people.values()))

    @cached_property
    def registered(self) -> dict[str, datetime]:
        """When each address registered that the report shows as registered."""
        if not self.report.lists_registrants:
            return {}
        seated = {line.address for line in self.lines if line.row.was_there}
        found: dict[str, datetime | None] = {}
        for line in self.lines:
            address, row = line.address, line.row
            if address is None or row.section is not Section.ATTENDEE or not _says_registered(row):
                continue
            if address not in seated and not _without_seat(row):
                seated.add(address)
            at = rules.instant(row.registered_wall, self.way.time_zone) if row.registered_wall else None
            before = found.get(address)
            found[address] = min(at, before) if at and before else at or before
        return {address: at or self.event.starts_at for address, at in found.items() if address in seated}

    @cached_property
    def new_seats(self) -> dict[str, datetime]:
        """When each address registered that has no registration at the session yet."""
        return {
            address: at
            for address, at in self.registered.items()
            if self.people.get(address) not in self.seats
        }

    @property
    def new_seat_count(self) -> int:
        """How many people get a registration; somebody with two addresses gets one."""
        return len({self.people.get(address, address) for address in self.new_seats})

    @cached_property
    def walk_ins(self) -> int:
        """People with an address who were in the audience and hold no seat, those who gave theirs back included."""
        there = {line.address for line in self.lines if line.row.was_there and line.row.section in AUDIENCE}
        without = {address for address in there if address and not self._has_seat(address)}
        return len({self.people.get(address, address) for address in without})

    @cached_property
    def undecided(self) -> int:
        """How many new entries name nobody Jam could know, lines of the same name or address taken together."""
        return len({entry_key(line.email, line.name, line.row.registrant or line.key) for line in self.new_lines
                    if line.row.was_there and line.address is None and self.person_of(line) is None})  # fmt: skip

    def person_of(self, line: Line) -> int | None:
        """Whose a line is, in steps: by the registrant's number, by the address, by an address that was remembered; None
        where none of them says."""
        known = self.numbers.get(line.row.registrant) if line.row.registrant else None
        if known is None and line.address:
            known = self.people.get(line.address)
        if known is None and line.row.email_norm:
            known = self.aliases.get(line.row.email_norm)
        return known

    @property
    def json(self) -> dict[str, Any]:
        """The figures of the report alone, under the names of the command's JSON."""
        refused = [{"line": each.line, "reason": each.reason} for each in self.report.refused]
        return {"rows_read": len(self.report.rows), "rows_refused": refused} | as_json(self.figures)

    def _has_seat(self, address: str) -> bool:
        seat = self.seats.get(self.people.get(address, 0))
        return seat == Status.CONFIRMED if seat is not None else address in self.registered


def prepare(event: Event, report: Report, way: Way, digest: str) -> Intake:
    """Read a report against the database; nothing is written. Refused for an unknown zone."""
    zone_name = way.time_zone
    lines = lines_of(report, zone_name)
    before = find_earlier(event.id, digest, report, lines)
    found = Intake(event, report, way, digest, figures(report, zone_name, _stretches(lines)), lines, before)
    found.people = people_of({line.address for line in found.lines if line.address})
    found.numbers = numbers_of(event.id, report)
    for line in found.lines if found.numbers else ():
        if line.address and line.row.registrant in found.numbers:  # an address Jam has not seen yet
            found.people.setdefault(line.address, found.numbers[line.row.registrant])
    found.aliases = aliases_of(
        {line.row.email_norm for line in found.lines if line.row.email_norm and not line.address}
    )
    seats = select(Registration.person_id, Registration.status).where(Registration.event_id == event.id)
    found.seats = dict(db.session.execute(seats).all())
    found.asks = questions(event, report, zone_name)
    found.remarks = _remarks(found)
    found.figures = replace(found.figures, differences=(*found.figures.differences, *found.remarks))
    return found


def questions(event: Event, report: Report, zone_name: str) -> list[str]:
    """What somebody has to answer before a report is imported: whether it is of this day, how its dates are meant."""
    asked = other_date(report, zone_name, event.starts_at), order_question(report)
    return [sentence for sentence in asked if sentence]


def _stretches(lines: Iterable[Line]) -> dict[int, rules.Interval]:
    return {
        line.row.line: (line.joined_at, line.left_at)
        for line in lines
        if line.joined_at and line.left_at and line.joined_at < line.left_at
    }


def people_of(addresses: Iterable[str]) -> dict[str, int]:
    """The person of each address that belongs to one, in a query per two thousand."""
    wanted, found = sorted(addresses), dict[str, int]()
    for at in range(0, len(wanted), CHUNK):
        query = select(Address.normal, Address.person_id).where(Address.normal.in_(wanted[at : at + CHUNK]))
        found.update(db.session.execute(query).all())
    return found


def aliases_of(addresses: Iterable[str]) -> dict[str, int]:
    """The person of each of these addresses that staff gave to somebody before."""
    wanted, found = sorted(addresses), dict[str, int]()
    for at in range(0, len(wanted), CHUNK):
        query = select(AttendanceAlias.address, AttendanceAlias.person_id)
        found.update(
            db.session.execute(query.where(AttendanceAlias.address.in_(wanted[at : at + CHUNK]))).all()
        )
    return found


def numbers_of(event_id: int | None, report: Report) -> dict[str, int]:
    """The person of each registrant's number in a report that a seat at the event has."""
    if event_id is None or not any(row.registrant for row in report.rows):
        return {}
    return known_numbers(event_id)


def known_numbers(event_id: int) -> dict[str, int]:
    """The person of each registrant's number that a seat at the event has; of a merged one, whom they were merged into."""
    query = select(Registration.platform_id, Registration.person_id, Person.merged_into_id)
    rows = db.session.execute(
        query.join(Person, Person.id == Registration.person_id).where(
            Registration.event_id == event_id, Registration.platform_id.is_not(None)
        )
    )
    found: dict[str, int] = {}
    for number, person_id, into in rows:
        if number:
            found[number] = person_id if into is None else _kept(into)
    return found


def _kept(person_id: int) -> int:
    """Who stands for a person now."""
    into = db.session.scalar(select(Person.merged_into_id).where(Person.id == person_id))
    return person_id if into is None else _kept(into)


def person_name(name: str, address: str) -> str:
    """A name a person can have: the report's, or what stands before the @ where the report's cannot be one."""
    try:
        return checked_name(name[:120])
    except Refused:
        pass
    before_at = " ".join(address.partition("@")[0].replace(".", " ").split())
    try:
        return checked_name(before_at[:120])
    except Refused:
        return GUEST


def _says_registered(row: Row) -> bool:
    return row.attended is False or row.registered_wall is not None or row.approval is not None


def _without_seat(row: Row) -> bool:
    return (row.approval or "").casefold().startswith(_NO_SEAT)


def _remarks(intake: Intake) -> list[str]:
    """What else somebody should know before or after the import, a sentence each."""
    event, before, found = intake.event, intake.earlier, list(intake.asks)
    elsewhere = (
        select(AttendanceReport)
        .where(AttendanceReport.sha256 == intake.sha256, AttendanceReport.event_id != event.id)
        .order_by(AttendanceReport.id)
    )
    for earlier in db.session.scalars(elsewhere):
        at = moment(earlier.imported_at, event.time_zone)
        found.append(f"This file was imported for another session too: “{earlier.event.title}”, on {at}.")
    if before.superseded:
        at = moment(before.same.imported_at, event.time_zone) if before.same else ""
        found.append(
            f"This file was imported before, on {at}, and a later report counts in its place. Nothing changes."
        )
    for each in before.replaces:
        at = moment(each.imported_at, event.time_zone)
        name = f"“{each.file_name}”" if each.file_name else "the report"
        found.append(
            f"This is a later report of the same occasion: it counts in the place of {name}, imported on {at}."
        )
    if intake.corrected:
        lines = count(len(intake.corrected), "line was", "lines were")
        found.append(f"{lines} imported before with times of another zone; they take the times of this one.")
    return found


def explaining(intake: Intake) -> dict[str, Any]:
    """What explains the figures: counts of the report's lines.

    - attended: lines of the attendee table that say somebody came; several: people with more than one of these.
    - minutes: the stretches of attendees added line by line; overlap: how much of that stands twice.
    - unusable: people in the attendee table without a usable interval or a total; totals: those with a total alone.
    - peak: the most viewers at once by the head of the report, None where it does not say.
    """
    came = [
        (who, line)
        for line in intake.lines
        if (row := line.row).was_there and (who := row.email_norm or row.who)
    ]
    of = Counter([who for who, line in came if line.row.section is Section.ATTENDEE])
    stretches: dict[str, list[rules.Interval]] = {}
    totals: dict[str, list[int]] = {}
    added = overlap = 0.0
    for who, line in came:
        if who not in of:
            continue
        if line.joined_at and line.left_at and line.joined_at < line.left_at:
            stretches.setdefault(who, []).append((line.joined_at, line.left_at))
            added += (line.left_at - line.joined_at).total_seconds()
        elif line.row.seconds is not None:
            totals.setdefault(who, []).append(line.row.seconds)
    for each in stretches.values():
        if len(each) > 1:
            overlap += sum((end - start).total_seconds() for start, end in each) - rules.union_seconds(each)
    alone = {who: seconds for who, seconds in totals.items() if who not in stretches}
    added += sum(sum(each) for each in alone.values())
    overlap += sum(sum(each) - max(each) for each in alone.values())
    return {
        "attended": of.total(),
        "several": sum(n > 1 for n in of.values()),
        "minutes": round(added / 60, 2),
        "overlap": round(overlap / 60, 2),
        "unusable": len(of) - len(stretches) - len(alone),
        "totals": len(alone),
        "peak": intake.figures.platform.peak,
    }
