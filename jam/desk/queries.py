"""Reading for the staff's front page and for the whole story of a person, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import joinedload

from jam.attendance.models import Attendance, AttendanceReport
from jam.audit.models import AuditDetail, AuditEntry
from jam.audit.queries import histories
from jam.audit.undo import done_in
from jam.base.database import db
from jam.base.now import now
from jam.desk.rules import ASK_FOR, DRAFTS_WITHIN, READY_WITHIN
from jam.mail.models import Letter
from jam.people.models import Account, Address, Person
from jam.people.queries import merge_batch, rows_of
from jam.registration.models import Registration
from jam.registration.rules import Status
from jam.schedule.models import AgendaItem, Event
from jam.schedule.rules import State, Visibility


def not_ready() -> list[tuple[Event, bool]]:
    """Drafts and published sessions of the next weeks with whether they have an agenda, soonest first."""
    has_agenda = exists().where(AgendaItem.event_id == Event.id)
    published = and_(
        Event.state == State.PUBLISHED,
        Event.starts_at <= now() + READY_WITHIN,
        or_(Event.join_url.is_(None), func.trim(Event.summary) == "", ~has_agenda),
    )
    draft = and_(Event.state == State.DRAFT, Event.starts_at <= now() + DRAFTS_WITHIN)
    rows = db.session.execute(
        select(Event, has_agenda)
        .where(Event.ends_at > now(), or_(published, draft))
        .order_by(Event.starts_at, Event.id)
    )
    return [(event, bool(agenda)) for event, agenda in rows]


def to_approve() -> list[tuple[Event, int]]:
    """Coming sessions with people who wait for approval, and how many, soonest first."""
    waiting = (
        select(Registration.event_id, func.count().label("number"))
        .where(Registration.status == Status.PENDING)
        .group_by(Registration.event_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Event, waiting.c.number)
        .join(waiting, waiting.c.event_id == Event.id)
        .where(Event.state == State.PUBLISHED, Event.ends_at > now())
        .order_by(Event.starts_at, Event.id)
    )
    return [(event, number) for event, number in rows]


def unfinished() -> list[tuple[Event, bool]]:
    """Past sessions without attendance report or recording, with whether they have the report; latest first."""
    has_report = exists().where(AttendanceReport.event_id == Event.id)
    rows = db.session.execute(
        select(Event, has_report)
        .where(
            Event.state == State.PUBLISHED,
            Event.ends_at <= now(),
            Event.ends_at > now() - ASK_FOR,
            or_(~has_report, and_(Event.recording_url.is_(None), Event.visibility == Visibility.PUBLIC)),
        )
        .order_by(Event.starts_at.desc(), Event.id.desc())
    )
    return [(event, bool(report)) for event, report in rows]


def ahead(limit: int = 3) -> list[Event]:
    """The next published sessions of whatever visibility."""
    query = select(Event).where(Event.state == State.PUBLISHED, Event.ends_at > now())
    return list(
        db.session.scalars(query.options(joinedload(Event.program)).order_by(Event.starts_at).limit(limit))
    )


@dataclass(frozen=True)
class Visit:
    """A session in somebody's story: the seat, the presence, or both."""

    event: Event
    seat: Registration | None
    presence: Attendance | None


def visits(ids: Iterable[int]) -> list[Visit]:
    """Sessions somebody had a seat at or came to, newest first; `ids` are all rows of the person."""
    ids = list(ids)
    seats = {seat.event_id: seat for seat in db.session.scalars(_seats(ids))}
    there = {
        each.event_id: each
        for each in db.session.scalars(select(Attendance).where(Attendance.person_id.in_(ids)))
    }
    events = db.session.scalars(
        select(Event).where(Event.id.in_({*seats, *there})).order_by(Event.starts_at.desc())
    )
    return [Visit(event, seats.get(event.id), there.get(event.id)) for event in events]


def _seats(ids: list[int]) -> Select[Registration]:
    # Of two seats at one session, the one that counts comes last and stays; a merge leaves the other one cancelled.
    return (
        select(Registration)
        .where(Registration.person_id.in_(ids))
        .order_by(Registration.status != Status.CANCELLED, Registration.id)
    )


@dataclass(frozen=True)
class Step:
    """An entry of the record as a line of a story: what, by whom, and each field before and after."""

    entry: AuditEntry
    who: str
    details: list[AuditDetail]


def steps(person: Person, ids: list[int], seats: Iterable[int]) -> list[Step]:
    """What was changed about somebody and their seats, newest first."""
    accounts = list(db.session.scalars(select(Account.id).where(Account.person_id.in_(ids))))
    found = histories([("person", ids), ("registration", seats), ("account", accounts)])
    names = _names(entry.actor for entry, _ in found)
    own = {f"person:{id}" for id in ids}
    return [
        Step(entry, person.name if entry.actor in own else names.get(entry.actor, entry.actor), details)
        for entry, details in found
    ]


def _names(actors: Iterable[str]) -> dict[str, str]:
    ids = {int(id) for kind, _, id in (actor.partition(":") for actor in actors) if kind == "account"}
    rows = db.session.execute(
        select(Account.id, Person.name)
        .join(Person, Person.id == Account.person_id)
        .where(Account.id.in_(ids))
    )
    known = {"clock": "the clock", "command": "a command", "visitor": "a public form"}
    return known | {f"account:{id}": name for id, name in rows}


@dataclass(frozen=True)
class Merge:
    """A merge that stands: who went into whom, when, and how many entries of each action tell what moved."""

    gone: Person
    at: datetime
    counts: dict[str, int]


def merges(*, into: Person | None = None, of: Person | None = None) -> list[Merge]:
    """The merges into a person, or the one of a person, newest first: two queries."""
    who = Person.merged_into_id == into.id if into else Person.id == of.id if of else false()
    last = (
        select(AuditEntry.object_id, func.max(AuditEntry.id).label("id"))
        .where(AuditEntry.action == "people.merge", AuditEntry.object_kind == "person")
        .group_by(AuditEntry.object_id)
        .subquery()
    )
    found = db.session.execute(
        select(Person, AuditEntry)
        .join(last, last.c.object_id == Person.id)
        .join(AuditEntry, AuditEntry.id == last.c.id)
        .where(who, Person.merged_into_id.is_not(None))
        .order_by(AuditEntry.id.desc())
    ).all()
    counted: dict[str, dict[str, int]] = {entry.batch: {} for _, entry in found}
    rows = db.session.execute(
        select(AuditEntry.batch, AuditEntry.action, func.count())
        .where(AuditEntry.batch.in_(counted))
        .group_by(AuditEntry.batch, AuditEntry.action)
    )
    for batch, action, number in rows:
        counted[batch][action] = number
    return [Merge(gone, entry.at, counted[entry.batch]) for gone, entry in found]


def moved_addresses(gone: Person) -> list[str]:
    """The addresses that a merge took from a person."""
    batch = merge_batch(gone)
    ids = [done.object_id for done in done_in(batch, "people.move_address")] if batch else []
    return list(db.session.scalars(select(Address.address).where(Address.id.in_(ids)).order_by(Address.id)))


@dataclass(frozen=True)
class Holdings:
    """What one person holds, to compare two before they become one."""

    person: Person
    addresses: list[str]
    seats: int
    sessions_attended: int
    letters: int
    has_account: bool


def holdings(person: Person) -> Holdings:
    """What moves when a person is merged into another."""
    ids = rows_of(person)

    def number(what: type[Registration] | type[Attendance], *where: ColumnElement[bool]) -> int:
        return (
            db.session.scalar(select(func.count()).select_from(what).where(what.person_id.in_(ids), *where))
            or 0
        )

    letters = select(func.count()).where(Letter.recipient_kind == "person", Letter.recipient_id.in_(ids))
    return Holdings(
        person=person,
        addresses=[each.address for each in person.addresses],
        seats=number(Registration, Registration.status == Status.CONFIRMED),
        sessions_attended=number(Attendance),
        letters=db.session.scalar(letters) or 0,
        has_account=db.session.scalar(select(exists().where(Account.person_id.in_(ids)))) or False,
    )
