"""Who an entry without an address may be: a few people, the likeliest first, each with the reasons. Staff decide.

Nobody is matched by a name alone by machine; names only bring somebody into this list.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select

from jam.attendance.models import Attendance, AttendanceRow
from jam.attendance.queries import Entry
from jam.base.database import db
from jam.base.words import count, day_words
from jam.base.zones import wall
from jam.people.models import Address, Organization, Person
from jam.registration.models import Registration
from jam.registration.rules import Status
from jam.schedule.models import Event

#: How many people are shown.
MOST = 5
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
    _habits(event, entry, people)
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


def _habits(event: Event, entry: Entry, people: dict[int, Suggestion]) -> None:
    """Who joined their last session of the program as long before or after its start as this entry did."""
    if entry.first_joined_at is None:
        return
    early = (entry.first_joined_at - event.starts_at).total_seconds()
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
