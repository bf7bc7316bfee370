"""Reading attendance: counts for other rooms, the table of a session, the lines of a person, entries to decide."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, exists, func, literal, null, or_, select
from sqlalchemy.orm import aliased, joinedload

from jam.attendance import rules
from jam.attendance.models import (
    Attendance,
    AttendanceCorrection,
    AttendanceReport,
    AttendanceRequest,
    AttendanceRow,
)
from jam.attendance.rules import Asked
from jam.audit.models import AuditDetail, AuditEntry
from jam.base.database import db
from jam.base.lookup import holds
from jam.base.now import now
from jam.people.models import Address, Organization, Person
from jam.registration.models import Registration
from jam.registration.rules import Status
from jam.schedule.models import Event
from jam.schedule.rules import State

#: What the table can be narrowed to.
CAME, AUDIENCE, WITH_SEAT, WALK_INS, PANELISTS, MISSED = (
    "",
    "audience",
    "registered",
    "walk-ins",
    "panelists",
    "missed",
)


@dataclass(frozen=True)
class Summary:
    """The stored attendance of one event. None is "cannot be known", never 0.

    - attendees: people in the audience; people: everybody who was there, host and panelists included.
    - came, registered: of the people with a seat; came_at_start, at_start: of those who had it when the session began; walk_ins: attendees without one.
    - heads: entries counted as somebody whom nobody knows, beside the people.
    - minutes, median, peak: over attendees, with all their intervals; `unknown` of them have no usable one.
    """

    attendees: int
    people: int
    came: int
    registered: int
    walk_ins: int
    heads: int
    minutes: float | None
    median: float | None
    peak: int | None
    unknown: int
    came_at_start: int
    at_start: int


@dataclass(frozen=True)
class Entry:
    """Lines of one name that no address ties to a person; `row_id` is the first of them."""

    row_id: int
    name: str
    email: str | None
    lines: int
    seconds: int | None
    first_joined_at: datetime | None
    last_left_at: datetime | None
    decided: str | None
    person: Person | None


def entry_key(email: str | None, name: str, otherwise: object) -> tuple[str, object]:
    """What lines without a known person have in common: an address, else a name in either case, else a number or nothing."""
    if email:
        return "address", email.casefold()
    return ("name", name.casefold()) if name else ("line", otherwise)


def attended_counts(event_ids: Iterable[int]) -> dict[int, int]:
    """How many attendees came to each of several events, in one query; events without any are absent."""
    rows = db.session.execute(
        select(Attendance.event_id, func.count())
        .where(Attendance.event_id.in_(list(event_ids)), Attendance.role == "attendee")
        .group_by(Attendance.event_id)
    )
    return dict(rows.all())


def came(event: Event) -> tuple[int, int, int, int] | None:
    """How many of the people with a seat came, and how many have one; the same of those who had taken it when the session began,
    as the show rate counts them. None before anything is known of who came."""
    if not known([event.id]):
        return None
    early = Registration.registered_at <= event.starts_at
    row = db.session.execute(
        select(
            func.count(Attendance.id),
            func.count(Registration.id),
            func.count(case((early, Attendance.id))),
            func.count(case((early, Registration.id))),
        )
        .select_from(Registration)
        .outerjoin(Attendance, _same_person_and_event())
        .where(Registration.event_id == event.id, Registration.status == Status.CONFIRMED)
    ).one()
    return row[0], row[1], row[2], row[3]


def minutes_of(person_id: int) -> dict[int, int | None]:
    """How long a person was at each event they came to, in seconds; None where that cannot be known."""
    rows = select(Attendance.event_id, Attendance.seconds).where(Attendance.person_id == person_id)
    return dict(db.session.execute(rows).all())


def known(event_ids: Iterable[int]) -> set[int]:
    """Those of these events of which Jam knows who came: a report is in, or somebody was marked by hand."""
    ids = list(event_ids)
    return {
        *db.session.scalars(select(AttendanceReport.event_id).where(AttendanceReport.event_id.in_(ids))),
        *db.session.scalars(select(Attendance.event_id).where(Attendance.event_id.in_(ids))),
    }


def sessions_of(person_id: int) -> Select[*tuple[Any, ...]]:
    """Sessions of a person that are over, newest first: the event, their presence, and their newest request there."""
    newest = (
        select(func.max(AttendanceRequest.id))
        .where(AttendanceRequest.event_id == Event.id, AttendanceRequest.person_id == person_id)
        .correlate(Event)
        .scalar_subquery()
    )
    seat = exists().where(
        Registration.event_id == Event.id, Registration.person_id == person_id,
        Registration.status == Status.CONFIRMED,
    )  # fmt: skip
    hand = exists().where(
        AttendanceCorrection.event_id == Event.id, AttendanceCorrection.person_id == person_id
    )
    mine = and_(Attendance.event_id == Event.id, Attendance.person_id == person_id)
    return (
        select(Event, Attendance, AttendanceRequest)
        .outerjoin(Attendance, mine)
        .outerjoin(AttendanceRequest, AttendanceRequest.id == newest)
        .options(joinedload(Event.program))
        .where(
            Event.state == State.PUBLISHED, Event.ends_at <= now(),
            or_(seat, hand, Attendance.id.is_not(None), AttendanceRequest.id.is_not(None)),
        )
        .order_by(Event.starts_at.desc(), Event.id.desc())
    )  # fmt: skip


def open_requests(event: Event | None = None) -> list[AttendanceRequest]:
    """Requests for a correction that nobody has answered, at an event or anywhere, oldest first."""
    query = select(AttendanceRequest).where(AttendanceRequest.state == Asked.OPEN)
    if event is not None:
        query = query.where(AttendanceRequest.event_id == event.id)
    loaded = query.options(joinedload(AttendanceRequest.event), joinedload(AttendanceRequest.person))
    return list(db.session.scalars(loaded.order_by(AttendanceRequest.asked_at, AttendanceRequest.id)))


def reports(event: Event) -> list[tuple[AttendanceReport, int]]:
    """What was imported for an event, oldest first, each with how many lines it brought."""
    lines = (
        select(AttendanceRow.report_id, func.count().label("lines"))
        .where(AttendanceRow.event_id == event.id)
        .group_by(AttendanceRow.report_id)
        .subquery()
    )
    query = (
        select(AttendanceReport, func.coalesce(lines.c.lines, 0))
        .outerjoin(lines, lines.c.report_id == AttendanceReport.id)
        .where(AttendanceReport.event_id == event.id)
        .order_by(AttendanceReport.imported_at, AttendanceReport.id)
    )
    return [(report, n) for report, n in db.session.execute(query)]


def summary(event: Event) -> Summary | None:
    """The figures of an event's stored attendance; None before anything is known of who came."""
    seats = came(event)
    if seats is None:
        return None
    rows = db.session.execute(
        select(Attendance.person_id, Attendance.role, Attendance.seconds, _has_seat()).where(
            Attendance.event_id == event.id
        )
    )
    return summed(rows.all(), seats, heads(event), lambda them: _stretches(event, them))


def summed(
    rows: Sequence[tuple[int, str, int | None, bool]],
    seats: tuple[int, int, int, int],
    unknown_heads: int,
    stretches_of: Callable[[set[int]], list[list[rules.Interval]]],
) -> Summary:
    """The figures of attendances: each one's person, role, seconds and whether they hold a seat; of the seats as `came` counts
    them; of the unknown heads; and of the merged stretches of the audience, asked for by its people."""
    attendees = {person for person, role, _, _ in rows if role == "attendee"}
    stays = [seconds for _, role, seconds, _ in rows if role == "attendee" and seconds is not None]
    return Summary(
        attendees=len(attendees),
        people=len(rows),
        came=seats[0],
        registered=seats[1],
        walk_ins=sum(role == "attendee" and not seat for _, role, _, seat in rows),
        heads=unknown_heads,
        minutes=round(sum(stays) / 60, 2) if stays or not attendees else None,
        median=round(statistics.median(stays) / 60, 2) if stays else None,
        peak=_peak(stretches_of(attendees), attendees) if stays or not attendees else None,
        unknown=len(attendees) - len(stays),
        came_at_start=seats[2],
        at_start=seats[3],
    )


def table(event: Event, *, q: str = "", who: str = CAME) -> Select[*tuple[Any, ...]]:
    """People of an event by name: id, name, address, role, seconds, first in, last out, whether they hold a seat.

    `who` narrows to the audience, to holders of a seat, to walk-ins, to panelists and hosts, or turns to those who hold a seat and did not come (their role
    is None); `q` is looked for in name, address and organization.
    """
    if who == MISSED:
        query = (
            select(
                Person.id, Person.name, Address.address, null().label("role"), null().label("seconds"),
                null().label("first"), null().label("last"), literal(True).label("seat"),
            )
            .join(Registration, Registration.person_id == Person.id)
            .where(
                Registration.event_id == event.id, Registration.status == Status.CONFIRMED,
                ~exists().where(_same_person_and_event()),
            )
        )  # fmt: skip
    else:
        query = (
            select(
                Person.id, Person.name, Address.address, Attendance.role, Attendance.seconds,
                Attendance.first_joined_at.label("first"), Attendance.last_left_at.label("last"),
                _has_seat().label("seat"),
            )
            .join(Attendance, Attendance.person_id == Person.id)
            .where(Attendance.event_id == event.id)
        )  # fmt: skip
    if who == WALK_INS:
        query = query.where(Attendance.role == "attendee", ~_has_seat())
    elif who == AUDIENCE:
        query = query.where(Attendance.role == "attendee")
    elif who == WITH_SEAT:
        query = query.where(_has_seat())
    elif who == PANELISTS:
        query = query.where(Attendance.role != "attendee")
    query = query.outerjoin(Address, and_(Address.person_id == Person.id, Address.preferred))
    if q:
        query = query.where(_mentions(q))
    return query.order_by(func.lower(Person.name), Person.id)


def corrections(event_ids: Iterable[int]) -> list[AttendanceCorrection]:
    """What was said by hand of people at these events and stands, in the order in which it was said."""
    query = select(AttendanceCorrection).where(
        AttendanceCorrection.event_id.in_(list(event_ids)), AttendanceCorrection.taken_back_at.is_(None)
    )
    return list(db.session.scalars(query.order_by(AttendanceCorrection.id)))


def standing(event_id: int, person_id: int) -> AttendanceCorrection | None:
    """What was said by hand of a person at an event and stands."""
    return db.session.scalar(
        select(AttendanceCorrection).where(
            AttendanceCorrection.event_id == event_id, AttendanceCorrection.person_id == person_id,
            AttendanceCorrection.taken_back_at.is_(None),
        )
    )  # fmt: skip


def stretches_by_hand(event_ids: Iterable[int]) -> dict[tuple[int, int], list[rules.Interval]]:
    """By event and person, the stretches that stand in the place of those of reports; none where only a length was said."""
    return {
        (each.event_id, each.person_id): rules.stretches_from(each.stretches)
        for each in corrections(event_ids)
        if each.came and (each.seconds is not None or each.stretches is not None)
    }


def of_person(event: Event, person_id: int) -> Attendance | None:
    """A person's attendance at one event."""
    return db.session.scalar(
        select(Attendance).where(Attendance.event_id == event.id, Attendance.person_id == person_id)
    )


def lines_of(event: Event, person_id: int) -> list[AttendanceRow]:
    """The lines of a person at one event, oldest first, those without a time last, each with its report."""
    return list(
        db.session.scalars(
            select(AttendanceRow)
            .where(
                AttendanceRow.event_id == event.id,
                AttendanceRow.person_id == person_id,
                AttendanceRow.replaced.is_(False),
            )
            .options(joinedload(AttendanceRow.report))
            .order_by(AttendanceRow.joined_at.is_(None), AttendanceRow.joined_at, AttendanceRow.id)
        )
    )


def entry_rows(event: Event) -> list[AttendanceRow]:
    """Lines of people who were there and whom no address names, decided or not."""
    return list(
        db.session.scalars(
            select(AttendanceRow)
            .where(
                AttendanceRow.event_id == event.id,
                AttendanceRow.was_there,
                or_(AttendanceRow.person_id.is_(None), AttendanceRow.decided.is_not(None)),
            )
            .order_by(AttendanceRow.id)
        )
    )


def heads(event: Event) -> int:
    """How many entries staff counted as somebody whom nobody knows; lines of the same name are one, erased ones by their key."""
    rows = db.session.execute(
        select(AttendanceRow.email, AttendanceRow.name, AttendanceRow.row_key).where(
            AttendanceRow.event_id == event.id, AttendanceRow.was_there, AttendanceRow.decided == "head"
        )
    )
    return len({entry_key(email, name, key[:32]) for email, name, key in rows})


def entries(event: Event) -> list[Entry]:
    """What `entry_rows` hold, lines of the same name taken together: those to decide first, then by name."""
    grouped: dict[tuple[str, object], list[AttendanceRow]] = {}
    for row in entry_rows(event):
        grouped.setdefault(entry_key(row.email, row.name, row.registrant or row.id), []).append(row)
    ids = {rows[0].person_id for rows in grouped.values() if rows[0].person_id}
    people = (
        {each.id: each for each in db.session.scalars(select(Person).where(Person.id.in_(ids)))}
        if ids
        else {}
    )
    found = [_entry(rows, people) for rows in grouped.values()]
    return sorted(found, key=lambda each: (each.decided is not None, each.name.casefold(), each.row_id))


def decision_about(lines: Sequence[AttendanceRow]) -> AuditEntry | None:
    """The newest entry of the log that says who decided whose these lines are; None where that was about another report's,
    from which it was carried over to these."""
    query = select(AuditEntry).where(
        AuditEntry.object_kind == "attendance_row", AuditEntry.object_id.in_([each.id for each in lines]),
        AuditEntry.action == "attendance.decide",
    )  # fmt: skip
    entry = db.session.scalar(query.order_by(AuditEntry.id.desc()).limit(1))
    return entry if entry is not None and _stands(entry, lines[0]) else None


def _stands(entry: AuditEntry, line: AttendanceRow) -> bool:
    """Whether an entry of the log decided what stands at a line now; who was said may have been merged since."""
    query = select(AuditDetail.field, AuditDetail.after).where(AuditDetail.entry_id == entry.id)
    said = {field: after for field, after in db.session.execute(query)}
    person = db.session.get(Person, int(said.get("person_id") or 0))
    while person is not None and person.id != line.person_id and person.merged_into_id is not None:
        person = db.session.get(Person, person.merged_into_id)
    return (said.get("decided"), person.id if person else None) == (line.decided, line.person_id)


def entry_of(event: Event, row_id: int) -> tuple[Entry, list[AttendanceRow]] | None:
    """The entry a line belongs to, with all its lines; None for a line whose address says whose it is."""
    rows = entry_rows(event)
    own = next((row for row in rows if row.id == row_id), None)
    if own is None:
        return None
    key = entry_key(own.email, own.name, own.registrant or own.id)
    lines = [row for row in rows if entry_key(row.email, row.name, row.registrant or row.id) == key]
    person = db.session.get(Person, own.person_id) if own.person_id else None
    return _entry(lines, {person.id: person} if person else {}), lines


def _entry(rows: list[AttendanceRow], people: dict[int, Person]) -> Entry:
    first = rows[0]
    stretches = [
        (row.joined_at, row.left_at)
        for row in rows
        if row.joined_at and row.left_at and row.joined_at < row.left_at
    ]
    return Entry(
        row_id=first.id,
        name=first.name,
        email=first.email,
        lines=len(rows),
        seconds=round(rules.union_seconds(stretches)) if stretches else _longest(rows),
        first_joined_at=min((joined for joined, _ in stretches), default=None),
        last_left_at=max((left for _, left in stretches), default=None),
        decided=first.decided,
        person=people.get(first.person_id or 0),
    )


def _longest(rows: list[AttendanceRow]) -> int | None:
    """What a line says in all, of lines without a stretch; the most of it where several do."""
    return max((row.seconds for row in rows if row.seconds is not None), default=None)


def stretches(event: Event) -> list[list[rules.Interval]]:
    """When each of the audience was there, merged, as far as the reports tell."""
    audience = select(Attendance.person_id).where(
        Attendance.event_id == event.id, Attendance.role == "attendee"
    )
    return _stretches(event, set(db.session.scalars(audience)))


def _stretches(event: Event, attendees: set[int]) -> list[list[rules.Interval]]:
    rows = select(AttendanceRow.person_id, AttendanceRow.joined_at, AttendanceRow.left_at).where(
        AttendanceRow.event_id == event.id,
        AttendanceRow.was_there,
        AttendanceRow.joined_at < AttendanceRow.left_at,
    )
    return stretches_among(attendees, db.session.execute(rows), event)


def stretches_among(
    attendees: set[int], rows: Iterable[tuple[int | None, datetime | None, datetime | None]], event: Event
) -> list[list[rules.Interval]]:
    """When each of these people was there, merged, by lines (whose, joined, left) and what was said by hand at the event."""
    found: dict[int, list[rules.Interval]] = {}
    for person, joined, left in rows:
        if person in attendees and joined and left:
            found.setdefault(person, []).append((joined, left))
    for (_, person), theirs in stretches_by_hand([event.id]).items():
        found[person] = theirs if person in attendees else []
    return [rules.merge(each) for each in found.values() if each]


def _peak(found: list[list[rules.Interval]], attendees: set[int]) -> int | None:
    if attendees and not found:
        return None
    return rules.peak(pair for each in found for pair in each)


def _same_person_and_event() -> Any:
    return and_(Attendance.event_id == Registration.event_id, Attendance.person_id == Registration.person_id)


def _has_seat() -> Any:
    return (
        exists()
        .where(_same_person_and_event(), Registration.status == Status.CONFIRMED)
        .correlate(Attendance)
    )


def _mentions(words: str) -> Any:
    any_address = aliased(Address)
    home = exists().where(Organization.id == Person.organization_id, holds(Organization.name, words))
    return or_(
        holds(Person.name, words),
        exists().where(any_address.person_id == Person.id, holds(any_address.normal, words)),
        home,
    )
