"""A person's own feed: what stands in it, its stored bytes, and which changes make them stale.

Whatever writes a seat, a session or a person through the database session raises `wanted` of the calendars that show it,
in the same transaction: nobody has to remember to say so. Rooms that know of other ways to take part hand in a source,
and call `make_stale` when what it says has changed.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import and_, event, inspect, or_, select, update
from sqlalchemy.orm import Session, UOWTransaction, aliased, contains_eager, joinedload

from jam.audit.models import AuditEntry
from jam.base.database import Model, db
from jam.base.links import url
from jam.base.now import now
from jam.base.zones import EASTERN
from jam.calendars.entries import JOIN_PAGE, description, entry, made_with, seat_entry
from jam.calendars.ics import Entry, etag, feed, vevent
from jam.calendars.models import PersonalCalendar
from jam.calendars.rules import SHOWN_CANCELLED
from jam.people.models import Person
from jam.registration.models import Registration
from jam.registration.rules import Status
from jam.schedule.models import Event
from jam.schedule.rules import State

#: Stands where the calendar's own address will be; nobody's text comes into that line.
HERE = "https://here.invalid/calendar.ics"
SEAT = "\ue000join:{}\ue001"
_GONE = (Status.CANCELLED, Status.DECLINED)


@dataclass(frozen=True, kw_only=True)
class Part:
    """Something that a person does at a session beside sitting there: presenting, facilitating, bringing a case."""

    event: Event
    #: A sentence for the entry: “You present here.”
    sentence: str
    #: When it last became other than before.
    changed_at: datetime
    #: Since when it is off, although the session may take place; None while it stands.
    off_since: datetime | None = None
    #: Raised by the room each time it is called off or taken up again.
    sequence: int = 0


#: What the parts of a person are, by the person's id.
Source = Callable[[int], Iterable[Part]]

_sources: dict[str, Source] = {}


def hand_in(room: str, source: Source) -> None:
    """Let a room say what people do at sessions. Handing in twice keeps the later source."""
    _sources[room] = source


@dataclass(frozen=True)
class Built:
    """A personal feed without its wrapping: entries with marks where personal links will be."""

    entries: list[bytes]
    #: When the first of the cancelled ones has stood there long enough.
    expires_at: datetime | None

    def content(self, uid: str, changed_at: datetime) -> bytes:
        """The bytes to store, with marks where personal links will be."""
        return feed(
            "My sessions with the Workforce Solutions Partnership", "", uid, HERE, "teal", self.entries, changed_at
        )  # fmt: skip


@dataclass(frozen=True)
class Fresh:
    """What a personal feed holds now, stored or not."""

    content: bytes
    etag: str
    changed_at: datetime
    expires_at: datetime | None


# --- what stands in it ------------------------------------------------------------------------------------------------


def build(person: Person) -> Built:
    """Everything that a person holds, by date."""
    shown = [*_seats(person), *_parts(person)]
    by_event: dict[int, list[_Shown]] = {}
    for each in shown:
        by_event.setdefault(each.event.id, []).append(each)
    found = [_one(theirs, person.time_zone or EASTERN) for theirs in by_event.values()]
    found.sort(key=lambda each: (each[0].starts_at, each[0].uid))
    ends = [end for _, end in found if end is not None]
    return Built([vevent(made) for made, _ in found], min(ends, default=None))


@dataclass(frozen=True)
class _Shown:
    """A reason why a session stands in somebody's feed."""

    event: Event
    seat: Registration | None
    sentence: str
    changed_at: datetime
    sequence: int
    off_since: datetime | None


def _seats(person: Person) -> Iterator[_Shown]:
    since = now() - SHOWN_CANCELLED
    was_theirs = select(AuditEntry.id).where(
        AuditEntry.object_kind == "registration",
        AuditEntry.object_id == Registration.id,
        AuditEntry.action == f"registration.{Status.CONFIRMED}",
    )
    given_up = and_(
        Registration.status.in_(_GONE),
        Registration.cancelled_at > since,
        or_(Registration.invite_sequence.is_not(None), was_theirs.exists()),
    )
    query = (
        select(Registration)
        .join(Registration.event)
        .where(
            Registration.person_id == person.id,
            or_(Registration.status == Status.CONFIRMED, given_up),
            _takes_place_or_did(since),
        )
        .options(
            contains_eager(Registration.event).joinedload(Event.program), joinedload(Registration.person)
        )
    )
    for seat in db.session.scalars(query.execution_options(populate_existing=True)):
        off = seat.cancelled_at if seat.status in _GONE else None
        sequence = (
            seat.event.sequence + 1 if off and seat.invite_sequence is None else seat.invite_sequence or 0
        )
        changed_at = max(at for at in (seat.registered_at, off) if at)
        yield _Shown(seat.event, seat, "", changed_at, sequence, off)


def _shown(seat: Registration) -> _Shown:
    off = seat.cancelled_at if seat.status in _GONE else None
    sequence = seat.event.sequence + 1 if off and seat.invite_sequence is None else seat.invite_sequence or 0
    changed_at = max(at for at in (seat.registered_at, off) if at)
    return _Shown(seat.event, seat, "", changed_at, sequence, off)


def of_seat(seat: Registration) -> Entry:
    """One seat as its holder's feed shows it, with a mark where the join link will be."""
    return _one([_shown(seat)], seat.person.time_zone or EASTERN)[0]


def _takes_place_or_did(since: datetime) -> Any:
    return or_(Event.state == State.PUBLISHED, and_(Event.state == State.CANCELLED, Event.changed_at > since))


def _parts(person: Person) -> Iterator[_Shown]:
    since = now() - SHOWN_CANCELLED
    for source in _sources.values():
        for part in source(person.id):
            off = part.off_since
            session_off = part.event.state == State.CANCELLED and part.event.changed_at <= since
            if part.event.state == State.DRAFT or session_off or (off and off <= since):
                continue
            yield _Shown(part.event, None, part.sentence, part.changed_at, part.sequence, off)


def _one(theirs: list[_Shown], zone: str) -> tuple[Entry, datetime | None]:
    """The one entry of a session, and when it has to go."""
    of = theirs[0].event
    standing = [each for each in theirs if each.off_since is None]
    off_since = None if standing else max(each.off_since for each in theirs if each.off_since)
    seat = next((each.seat for each in standing if each.seat), None)
    sentences = tuple(each.sentence for each in standing if each.sentence)
    if seat is not None:
        join_page = SEAT.format(seat.id)
        made = seat_entry(of, zone, sentences)
        made = replace(made, location=join_page, description=made.description.replace(JOIN_PAGE, join_page))
    else:
        words = description(of, zone, of.summary, *sentences, f"More: {url('site.session', slug=of.slug)}")
        made = entry(of, location="Online", description=words)
    made = replace(
        made,
        cancelled=made.cancelled or not standing,
        # Beside the invitation in a mail, which carries the same UID, neither may look older.
        sequence=max(made.sequence, *(each.sequence for each in theirs)),
        changed_at=max(made.changed_at, *(each.changed_at for each in theirs)),
    )
    ends = [at for at in (off_since, of.changed_at if of.state == State.CANCELLED else None) if at]
    return made, min(ends) + SHOWN_CANCELLED if ends else None


# --- stored bytes -----------------------------------------------------------------------------------------------------


def is_stale() -> Any:
    """The condition that stored bytes are not to be relied on."""
    return or_(
        PersonalCalendar.built != PersonalCalendar.wanted,
        PersonalCalendar.expires_at <= now(),
        PersonalCalendar.made_with != made_with(),
    )


def begin(person: Person) -> None:
    """Store the feed of a link that was made just now."""
    db.session.flush()
    uid = f"{secrets.token_hex(16)}@{current_app.config['UID_DOMAIN']}"
    kept = _kept(person.id)
    if kept is None:
        db.session.add(PersonalCalendar(person_id=person.id, uid=uid, wanted_at=now(), changed_at=now()))
    else:
        kept.uid, kept.content, kept.wanted_at, kept.changed_at = uid, b"", now(), now()
        kept.wanted = PersonalCalendar.wanted + 1
    db.session.flush()
    store(person)


def end(person_id: int) -> int:
    """Forget the stored feed; returns how many rows went."""
    kept = _kept(person_id)
    if kept is not None:
        db.session.delete(kept)
        db.session.flush()
    return int(kept is not None)


def _kept(person_id: int) -> PersonalCalendar | None:
    query = select(PersonalCalendar).where(PersonalCalendar.person_id == person_id)
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def fresh(person: Person, kept: PersonalCalendar) -> Fresh:
    """What the feed holds now. Bytes and times are those that will be stored, and stay as they are while nothing that
    it shows has changed."""
    made = build(person)
    content = made.content(kept.uid, kept.changed_at)
    if content == kept.content:
        return Fresh(content, kept.etag, kept.changed_at, made.expires_at)
    expired = kept.expires_at if kept.expires_at and kept.expires_at <= now() else kept.changed_at
    at = max(kept.wanted_at, expired, kept.changed_at + timedelta(seconds=1 if kept.content else 0))
    content = made.content(kept.uid, at)
    return Fresh(content, etag(content), at, made.expires_at)


def store(person: Person) -> None:
    """Build a person's feed and keep it. What is committed meanwhile leaves it stale."""
    kept = _kept(person.id)
    if kept is None:
        return
    wanted, found = kept.wanted, fresh(person, kept)
    kept.content, kept.etag = found.content, found.etag
    kept.changed_at, kept.expires_at = found.changed_at, found.expires_at
    kept.built, kept.made_with = wanted, made_with()
    db.session.flush()


def stale_people(limit: int) -> list[int]:
    """Ids of people with a live link whose stored bytes are stale."""
    query = (
        select(Person.id)
        .join(PersonalCalendar, PersonalCalendar.person_id == Person.id)
        .where(
            is_stale(),
            Person.calendar_version % 2 == 1,
            Person.merged_into_id.is_(None),
            Person.erased_at.is_(None),
        )
        .order_by(Person.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))


# --- what makes them stale --------------------------------------------------------------------------------------------


def make_stale(people: Iterable[int], at_events: Iterable[int] = ()) -> None:
    """These people's feeds, and those of everybody with a registration at these sessions, show other things now."""
    _raise(db.session(), set(people), set(at_events))


def _raise(session: Session, people: set[int], events: set[int]) -> None:
    each = aliased(PersonalCalendar)
    there = select(Registration.person_id).where(Registration.event_id.in_(events))
    chosen = select(each.person_id).where(or_(each.person_id.in_(people), each.person_id.in_(there)))
    # Held in one order, so that two changes at once wait for each other and not each for the other.
    held = chosen.order_by(each.person_id).with_for_update()
    session.connection().execute(
        update(PersonalCalendar)
        .where(PersonalCalendar.person_id.in_(held))
        .values(wanted=PersonalCalendar.wanted + 1, wanted_at=now())
    )


#: Columns that a feed shows something of.
_WATCHED: dict[type[Model], tuple[str, ...]] = {
    Registration: ("event_id", "person_id", "status", "registered_at", "cancelled_at", "invite_sequence"),
    Event: (
        "program_id", "title", "summary", "starts_at", "ends_at", "time_zone", "state", "visibility", "sequence",
        "changed_at",
    ),
    Person: ("time_zone",),
}  # fmt: skip


@event.listens_for(db.session, "after_flush")
def _written(session: Session, _context: UOWTransaction) -> None:
    people: set[int] = set()
    events: set[int] = set()
    new, gone = set(session.new), set(session.deleted)
    for row in (*session.new, *session.dirty, *session.deleted):
        columns = _WATCHED.get(type(row))
        if columns is None:
            continue
        before = inspect(row).attrs
        if (
            row not in new
            and row not in gone
            and not any(before[name].history.has_changes() for name in columns)
        ):
            continue
        if isinstance(row, Registration):
            people.update(id for id in before["person_id"].history.sum() if id is not None)
        elif isinstance(row, Person) and row not in new:
            people.add(row.id)
        elif isinstance(row, Event) and row not in new:
            events.add(row.id)
    if people or events:
        _raise(session, people, events)
