"""Loads the demonstration data in one transaction: everything or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import func, select

from jam.attendance.actions import import_report
from jam.attendance.models import Attendance
from jam.base.bulk import new_ids, put
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import frozen, now
from jam.base.words import count
from jam.base.zones import EASTERN
from jam.calendars.actions import store_all
from jam.demo import cohorts, crowd, places, presence, topics
from jam.demo.challenges import make_cases
from jam.demo.chased import make_chased
from jam.demo.cohorts import Group
from jam.demo.crowd import Namesakes, Seat, Someone
from jam.demo.offers import make_offers
from jam.demo.reminded import plan_letters
from jam.demo.reviewed import REVIEWERS, make_reviews
from jam.demo.sessions import BY, Sessions, make_sessions
from jam.demo.shared import make_library
from jam.people.actions import add_account
from jam.people.models import Address, Organization, Person
from jam.people.queries import account_by_address
from jam.people.rules import AccountRole, normal_organization
from jam.registration.models import Registration
from jam.schedule.models import Event, Program
from jam.schedule.rules import State
from jam.vocabulary.actions import add_first_terms
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind

_SEED = 577
_ACCOUNTS = (
    (AccountRole.ADMIN, "admin@example.org", "Ada Winslow"),
    (AccountRole.ORGANIZER, "organizer@example.org", "Otis Marchand"),
    *((AccountRole.REVIEWER, address, name) for address, name in REVIEWERS),
)


@dataclass(frozen=True)
class Loaded:
    """What was loaded."""

    programs: int
    sessions: int
    people: int
    registrations: int
    attendance: int
    accounts: int

    def __str__(self) -> str:
        return (
            f"Loaded {count(self.programs, 'program', 'programs')}, {count(self.sessions, 'session', 'sessions')}, "
            f"{count(self.people, 'person', 'people')}, {count(self.registrations, 'registration', 'registrations')} "
            f"and {count(self.attendance, 'attendance', 'attendances')}, all invented."
        )


def load() -> Loaded:
    """Fill an empty database and commit; to be called inside an app context.

    The same data every time, but for the present day, around which it lies. Refused when there is a program already.
    """
    if db.session.scalar(select(Program.id).limit(1)) is not None:
        raise Refused(
            "This database holds a program already. Demonstration data goes into an empty one only."
        )
    rng = Random(_SEED)  # noqa: S311 - the same invented people every time
    add_first_terms(by=BY)
    for role, address, name in _ACCOUNTS:
        if account_by_address(address) is None:
            add_account(address, name, role, by=BY)
    made = make_sessions()
    namesakes = Namesakes(rng, set(db.session.scalars(select(Address.normal))))
    seats = _seats(namesakes, made)
    groups = cohorts.make_groups(namesakes, made.cohorts)
    for group in groups:
        seats |= cohorts.seats_of(group)
    applied = cohorts.everybody(groups)
    _insert_people(crowd.used([*([seat.who for seat in row] for row in seats.values()), *applied]))
    cohorts.write(groups, rng)
    for event, row in seats.items():
        _insert_seats(event, row)
    _hold(namesakes, made, seats, groups)
    make_cases(made.cohorts)
    make_offers(namesakes, made)
    make_library(namesakes)
    make_chased()
    make_reviews()
    store_all(made.all, of_the_past=True)
    plan_letters(
        [event for event in made.all if event.state == State.PUBLISHED and event.starts_at > now()],
        made.held[-1] if made.held else None,
    )
    db.session.commit()
    return _counted(len(made.all))


def _seats(namesakes: Namesakes, made: Sessions) -> dict[Event, list[Seat]]:
    rng, jams = namesakes.rng, len(made.held)
    everybody = crowd.pool(namesakes, jams)
    sizes = crowd.sizes(rng, jams)
    found = {
        event: crowd.register(rng, everybody, number, event.starts_at, sizes[number])
        for number, event in enumerate(made.held)
    }
    for number, event in enumerate(made.planned):
        expected = max(sizes[-3:], default=crowd.AVERAGE) if number == 0 else 0
        early = (0, 74, 31)[number]
        found[event] = crowd.register_ahead(rng, everybody, jams + number, event.starts_at, expected, early)
    for row in found.values():
        for seat in row:
            seat.who.seen(seat.at)
    return found


def _insert_people(everybody: Sequence[Someone]) -> None:
    names = sorted({each.organization for each in everybody if each.organization})
    homes = _ids(Organization, [{"name": name, "normal": normal_organization(name)} for name in names])
    home = dict(zip(names, homes, strict=True))
    sector = {term.name: term.id for term in terms(Kind.SECTOR)}
    job_role = {term.name: term.id for term in terms(Kind.JOB_ROLE)}
    rows = [
        {
            "name": each.name,
            "organization_id": home.get(each.organization),
            "job_role_id": job_role.get(each.job_role),
            "sector_id": sector.get(each.sector),
            "state": each.state,
            "zip": each.zip,
            # Every third person chose the zone they live in.
            "time_zone": places.ZONES.get(each.state) if number % 3 == 0 else None,
            "link_version": 0,
            "created_at": each.first_seen,
        }
        for number, each in enumerate(everybody)
    ]
    for each, id in zip(everybody, _ids(Person, rows), strict=True):
        each.organization_id = home.get(each.organization)
        each.id, each.job_role_id, each.sector_id = id, job_role.get(each.job_role), sector.get(each.sector)
    put(
        Address,
        ("person_id", "address", "normal", "preferred"),
        ((each.id, each.address, each.address, True) for each in everybody),
    )


def _ids(model: type[Organization | Person], rows: list[dict[str, Any]]) -> Sequence[int]:
    """Insert rows and return their ids, in the same order."""
    ids = new_ids(model, len(rows))
    put(model, ("id", *rows[0]), ((id, *row.values()) for id, row in zip(ids, rows, strict=True)))
    return ids


def _insert_seats(event: Event, row: Sequence[Seat]) -> None:
    rows = [
        {
            "event_id": event.id,
            "person_id": seat.who.id,
            "status": str(seat.status),
            "source": str(seat.source),
            "name": seat.who.name,
            "organization": seat.who.organization,
            "job_role_id": seat.who.job_role_id,
            "sector_id": seat.who.sector_id,
            "state": seat.who.state,
            "zip": seat.who.zip,
            "registered_at": seat.at,
            "cancelled_at": seat.cancelled_at,
        }
        for seat in sorted(row, key=lambda seat: seat.at)
    ]
    if rows:
        put(Registration, tuple(rows[0]), (tuple(row.values()) for row in rows))


def _hold(
    namesakes: Namesakes, made: Sessions, seats: dict[Event, list[Seat]], groups: Sequence[Group]
) -> None:
    """Let every past session take place and import the report the platform would have saved."""
    speakers = {
        talk.speaker: namesakes.guest(talk.speaker) for topic in topics.TOPICS for talk in topic.talks
    }
    host = namesakes.guest("Otis Marchand", "organizer@example.org")
    faculty = [namesakes.guest(name, address) for _, address, name in cohorts.ACCOUNTS]
    group_of = {event: group for group in groups for event in group.events}
    sessions = [*made.held, *(event for _, row in made.cohorts for event in row if event.ends_at <= now())]
    for event in sessions:
        rng = namesakes.rng
        panel = [who for name, who in speakers.items() if any(name in item.speakers for item in event.agenda)]
        is_jam = event.cohort_id is None
        guests = [namesakes.guest() for _ in range(rng.randrange(4, 13) if is_jam else 0)]
        rate = rng.uniform(0.56, 0.74) if is_jam else rng.uniform(0.72, 0.94)
        span = (event.starts_at, event.ends_at)
        show = presence.went(rng, event.title, span, seats[event], [host, *panel], guests, rate)
        if event in group_of:
            cohorts.silence(group_of[event], event, show)
            cohorts.attend(group_of[event], event, show, faculty)
        generated_at = event.ends_at + timedelta(hours=2)
        with frozen(min(now(), event.ends_at + timedelta(hours=20))):
            name = f"attendee_{event.slug}.csv"
            import_report(event, presence.as_file(show, generated_at), EASTERN, by=BY, file_name=name)


def _counted(sessions: int) -> Loaded:
    def rows(model: type[Program | Person | Registration | Attendance]) -> int:
        return db.session.scalar(select(func.count()).select_from(model)) or 0

    return Loaded(rows(Program), sessions, rows(Person), rows(Registration), rows(Attendance), len(_ACCOUNTS))
