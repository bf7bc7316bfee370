"""Who an entry without an address may be: a few people, the likeliest first, each with the reasons. Staff decide.

Nobody is matched by a name alone by machine; names only bring somebody into this list.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from jam.attendance.intake import GUEST
from jam.attendance.models import Attendance, AttendanceRow
from jam.attendance.queries import MISSED, WALK_INS, Entry, table
from jam.base.database import db
from jam.base.privacy import ERASED
from jam.base.words import count, day_words
from jam.base.zones import wall
from jam.people.models import Address, Organization, Person
from jam.people.rules import FREE_MAIL
from jam.registration.models import Registration
from jam.registration.rules import Status
from jam.schedule.models import Event

#: How many people are shown.
MOST = 5
#: How many walk-ins are shown beside somebody whom they may be.
MOST_ALIKE = 20
#: Names that are looked for in one statement.
_AT_ONCE = 500
#: Two people who join at moments of the hour this close to each other may be one of habit.
_HABIT_SECONDS = 60
#: What devices call themselves, and what people write behind or before their names.
_NO_NAME = re.compile(
    r"\b(iphone|ipad|galaxy|android|phone|samsung|pixel|laptop|macbook|pc|desktop|zoom user|guest|unknown|user)\b"
)
_BESIDE = re.compile(r"\((.*?)\)|\[(.*?)\]|[|/–—].*$|'s\b|’s\b")
_PRONOUNS = re.compile(r"\b(she|her|hers|he|him|his|they|them|theirs)\b")


@dataclass
class Suggestion:
    """Somebody it may be; the reasons, strongest first. `weight` only orders."""

    person_id: int
    name: str
    address: str | None
    organization: str | None
    weight: int = 0
    reasons: list[str] = field(default_factory=list)

    def add(self, weight: int, reason: str) -> None:
        """One more reason."""
        self.weight += weight
        self.reasons.append(reason)


def words_of(name: str) -> list[frozenset[str]]:
    """The names that a display name may stand for, each as its words: what it says itself, and what stands in brackets.

    “iPhone (Brian Smith)” may be Brian Smith, “Perez, Carla” Carla Perez, “priya (she/her)” Priya.
    """
    plain = "".join(
        each for each in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(each)
    )
    parts = [
        _BESIDE.sub(" ", plain),
        *(one or other for one, other in re.findall(r"\((.*?)\)|\[(.*?)\]", plain)),
    ]
    found = []
    for part in parts:
        words = frozenset(
            word
            for word in re.findall(r"[^\W\d_]+", _PRONOUNS.sub(" ", _NO_NAME.sub(" ", part)))
            if len(word) > 1
        )
        if words and words not in found:
            found.append(words)
    return found


def suggestions(event: Event, entry: Entry) -> list[Suggestion]:
    """People an entry may be, the likeliest first; at most MOST."""
    wanted = words_of(entry.name)
    people = _named_like(wanted)
    _decided_before(event, entry, people)
    if not people:
        return []
    seats = set(
        db.session.scalars(
            select(Registration.person_id).where(
                Registration.event_id == event.id, Registration.status == Status.CONFIRMED,
                Registration.person_id.in_(people),
            )
        )
    )  # fmt: skip
    there = set(
        db.session.scalars(
            select(Attendance.person_id).where(
                Attendance.event_id == event.id, Attendance.person_id.in_(people)
            )
        )
    )
    for id, each in people.items():
        if id in seats and id not in there:
            each.add(30, "registered for this session and stands on no other line")
        elif id in there:
            each.add(-10, "stands on other lines of this session, too")
    _habits(event, entry.first_joined_at, people)
    return sorted(people.values(), key=lambda each: (-each.weight, each.name.casefold(), each.person_id))[
        :MOST
    ]


def names_nobody(entry: Entry) -> bool:
    """Whether an entry is only a telephone number or what a device calls itself, with no word that may be a name."""
    return entry.email is None and not words_of(entry.name)


def unknown_before(event: Event, entry: Entry) -> str:
    """What staff said of the same name at other sessions where nobody knew who it was, in a sentence; empty for nothing."""
    if not entry.name:
        return ""
    query = (
        select(AttendanceRow.decided, func.count(AttendanceRow.event_id.distinct()))
        .where(
            AttendanceRow.event_id != event.id, AttendanceRow.decided.in_(["head", "unknown"]),
            func.lower(AttendanceRow.name) == entry.name.lower(),
        )
        .group_by(AttendanceRow.decided)
        .order_by(AttendanceRow.decided)
    )  # fmt: skip
    words = {"head": "counted as an unknown head", "unknown": "set aside"}
    said = [
        f"{words[decided or '']} at {count(times, 'other session', 'other sessions')}"
        for decided, times in db.session.execute(query)
    ]
    return f"“{entry.name}” was {' and '.join(said)}." if said else ""


def _named_like(wanted: Iterable[frozenset[str]]) -> dict[int, Suggestion]:
    """People whose name has the same words, or all the words of the shorter of both."""
    found: dict[int, Suggestion] = {}
    for words in wanted:
        longest = max(words, key=len)
        query = (
            select(Person.id, Person.name, Address.address, Organization.name)
            .outerjoin(Address, (Address.person_id == Person.id) & Address.preferred)
            .outerjoin(Organization, Organization.id == Person.organization_id)
            .where(
                Person.merged_into_id.is_(None), Person.erased_at.is_(None),
                func.lower(Person.name).contains(longest[:3], autoescape=True),
            )
            .order_by(Person.id)
            .limit(500)
        )  # fmt: skip
        for id, name, address, organization in db.session.execute(query):
            own = max(words_of(name), key=len, default=frozenset())
            if id in found or not own:
                continue
            each = Suggestion(id, name, address, organization)
            if own == words:
                each.add(50, "has the same name")
            elif len(words & own) > 1:
                each.add(25, "has nearly the same name")
            elif len(words) == 1 and words <= own:
                each.add(10, "has this first or last name")
            else:
                continue
            found[id] = each
    return found


def _decided_before(event: Event, entry: Entry, people: dict[int, Suggestion]) -> None:
    """What staff said of the same name at other sessions."""
    if not entry.name:
        return
    query = (
        select(AttendanceRow.person_id, func.count(AttendanceRow.event_id.distinct()), func.max(Event.starts_at))
        .join(Event, Event.id == AttendanceRow.event_id)
        .where(
            AttendanceRow.event_id != event.id, AttendanceRow.decided == "person",
            func.lower(AttendanceRow.name) == entry.name.lower(), AttendanceRow.person_id.is_not(None),
        )
        .group_by(AttendanceRow.person_id)
    )  # fmt: skip
    for id, times, last in db.session.execute(query):
        if id is None:
            continue
        each = people.get(id) or _person(id)
        if each is None:
            continue
        people[id] = each
        when = day_words(wall(last, event.time_zone).date())
        sessions = count(times, "other session", "other sessions")
        each.weight += 100
        each.reasons.insert(0, f"was said to be this name at {sessions}, last on {when}")


def _person(id: int) -> Suggestion | None:
    person = db.session.get(Person, id)
    if person is None or person.merged_into_id is not None or person.erased_at is not None:
        return None
    home = person.organization.name if person.organization else None
    return Suggestion(person.id, person.name, str(person.address) if person.address else None, home)


def _habits(event: Event, first_joined_at: datetime | None, people: dict[int, Suggestion]) -> None:
    """Who joined their last session of the program as long before or after its start as somebody did at this one."""
    if first_joined_at is None:
        return
    early = (first_joined_at - event.starts_at).total_seconds()
    query = (
        select(Attendance.person_id, Attendance.first_joined_at, Event.starts_at)
        .join(Event, Event.id == Attendance.event_id)
        .where(
            Attendance.person_id.in_(people), Event.program_id == event.program_id,
            Event.starts_at < event.starts_at, Attendance.first_joined_at.is_not(None),
        )
        .order_by(Event.starts_at)
    )  # fmt: skip
    last: dict[int, tuple[datetime, datetime]] = {}
    for id, joined, start in db.session.execute(query):
        if joined is not None:
            last[id] = joined, start
    for id, (joined, start) in last.items():
        if abs((joined - start).total_seconds() - early) <= _HABIT_SECONDS:
            people[id].add(15, "joined the session before within a minute of the same time")


# --- walk-ins who may be registered under another address -----------------------------------------------------------------


@dataclass(frozen=True)
class Likeness:
    """Somebody who came without a seat, and somebody who has one, did not come and may be the same person."""

    person_id: int
    name: str
    address: str | None
    first_joined_at: datetime | None
    registered: Suggestion


def walk_ins_like(event: Event) -> list[Likeness]:
    """Walk-ins of a session with the name of somebody who registered and did not come, the likeliest first."""
    spelled: dict[str, list[Any]] = {}
    for walk_in in db.session.execute(table(event, who=WALK_INS)):
        for name in _spellings(walk_in.name) if walk_in.name not in (ERASED, GUEST) else ():
            spelled.setdefault(name, []).append(walk_in)
    found = []
    names = sorted(spelled)
    for at in range(0, len(names), _AT_ONCE):
        named = func.lower(Person.name).in_(names[at : at + _AT_ONCE])
        for id, name, address, *_ in db.session.execute(table(event, who=MISSED).where(named)):
            for walk_in in spelled.get(name.lower(), ()):
                each = Suggestion(id, name, address, None)
                each.add(50, "has the same name, is registered and did not come")
                found.append(Likeness(walk_in.id, walk_in.name, walk_in.address, walk_in.first, each))
    _of_one_house(found)
    found.sort(key=_likeliest)
    for alike in found[:MOST_ALIKE]:
        _habits(event, alike.first_joined_at, {alike.registered.person_id: alike.registered})
    return sorted(found, key=_likeliest)


def _likeliest(each: Likeness) -> tuple[int, str, int]:
    return -each.registered.weight, each.name.casefold(), each.person_id


def _spellings(name: str) -> set[str]:
    """A name in small letters, and with its last word first as some lists have it: “perez, carla”."""
    plain = " ".join(name.lower().split())
    last, comma, first = plain.partition(", ")
    if comma:
        return {plain, f"{first} {last}"}
    first, space, last = plain.rpartition(" ")
    return {plain, f"{last}, {first}"} if space else {plain}


def _of_one_house(found: Sequence[Likeness]) -> None:
    """Whose two addresses are of one domain, or where the walk-in's is that of the organization."""
    homes = (
        select(Person.id, Organization.name, Organization.domain)
        .join(Organization, Organization.id == Person.organization_id)
        .where(Person.id.in_({each.registered.person_id for each in found}))
    )
    known = {id: (name, domain) for id, name, domain in db.session.execute(homes)} if found else {}
    for each in found:
        registered = each.registered
        registered.organization, domain = known.get(registered.person_id, (None, None))
        theirs, own = (
            (address or "").rpartition("@")[2].lower() for address in (each.address, registered.address)
        )
        if theirs and theirs not in FREE_MAIL and theirs in (own, domain):
            registered.add(
                20,
                f"both addresses are of {theirs}"
                if theirs == own
                else f"{theirs} is the domain of their organization",
            )
