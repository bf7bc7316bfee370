"""Reading seats."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, exists, func, select

from jam.base.database import db
from jam.base.lookup import holds
from jam.base.now import now
from jam.people.domains import at_domain
from jam.people.models import Address, Organization, Person
from jam.people.rules import normal_organization
from jam.registration.models import Registration, SeriesPass
from jam.registration.rules import ALIVE, HOLDING, Status
from jam.schedule.models import Event
from jam.schedule.rules import State, Visibility


def confirmed_count(event: Event) -> int:
    """Seats taken, counted from the rows."""
    return _count(event, [Status.CONFIRMED])


def holding_count(event: Event) -> int:
    """Seats taken or kept for somebody they were offered to."""
    return _count(event, HOLDING)


def queue_length(event: Event) -> int:
    """How many people wait for a seat."""
    return _count(event, [Status.WAITING])


def waiting_ahead(seat: Registration) -> int:
    """How many people stand before this one on the waiting list."""
    query = select(func.count()).where(
        Registration.event_id == seat.event_id,
        Registration.status == Status.WAITING,
        Registration.queue_number < seat.queue_number,
    )
    return db.session.scalar(query) or 0


def reachable_count(event: Event) -> int:
    """How many people who still hope to come have an address to write to."""
    has_address = exists().where(Address.person_id == Registration.person_id)
    return _count(event, ALIVE, has_address)


def _count(event: Event, statuses: Iterable[Status], *also: ColumnElement[bool]) -> int:
    query = select(func.count()).where(
        Registration.event_id == event.id, Registration.status.in_(list(statuses)), *also
    )
    return db.session.scalar(query) or 0


def confirmed_counts(event_ids: Iterable[int]) -> dict[int, int]:
    """Seats taken at several events, in one query; events without any are absent."""
    rows = db.session.execute(
        select(Registration.event_id, func.count())
        .where(Registration.event_id.in_(list(event_ids)), Registration.status == Status.CONFIRMED)
        .group_by(Registration.event_id)
    )
    return dict(rows.all())


def of_person(event_id: int, person_id: int) -> Registration | None:
    """A person's registration at one event."""
    return db.session.scalar(
        select(Registration).where(Registration.event_id == event_id, Registration.person_id == person_id)
    )


def roster_counts(event: Event) -> dict[str, int]:
    """How many registrations of an event stand in each status."""
    rows = db.session.execute(
        select(Registration.status, func.count())
        .where(Registration.event_id == event.id)
        .group_by(Registration.status)
    )
    return dict(rows.all())


def series_pass(program_id: int, person_id: int) -> SeriesPass | None:
    """A person's pass for a program, ended ones too."""
    return db.session.scalar(
        select(SeriesPass).where(SeriesPass.program_id == program_id, SeriesPass.person_id == person_id)
    )


def passes_of(person_id: int) -> list[SeriesPass]:
    """The passes a person holds now."""
    return list(
        db.session.scalars(
            select(SeriesPass)
            .where(SeriesPass.person_id == person_id, SeriesPass.active)
            .order_by(SeriesPass.id)
        )
    )


def dates_missing(of: SeriesPass | None = None) -> list[tuple[int, int]]:
    """Ids of passes and coming sessions that belong together and have no registration yet, pass by pass, by date.

    A date that the person dropped has a registration, a cancelled one, and so is not among them.
    """
    registered = exists().where(
        Registration.event_id == Event.id, Registration.person_id == SeriesPass.person_id
    )
    query = (
        select(SeriesPass.id, Event.id)
        .join(Event, Event.program_id == SeriesPass.program_id)
        .where(
            SeriesPass.active,
            Event.state == State.PUBLISHED,
            Event.visibility == Visibility.PUBLIC,
            ~Event.closed,
            Event.starts_at > now(),
            ~registered,
        )
        .order_by(SeriesPass.id, Event.starts_at, Event.id)
    )
    if of is not None:
        query = query.where(SeriesPass.id == of.id)
    return [(row[0], row[1]) for row in db.session.execute(query)]


def known_organizations(typed: str, domain: str = "") -> list[str]:
    """Up to eight names that hold what was typed, from three letters on, by name.

    Only those that at least three people gave, so that a name tells of nobody; before them, those whose web domain staff
    know to be `domain`.
    """
    names = [each.name for each in at_domain(domain)]
    normal = normal_organization(typed)
    if len(normal) < 3:
        return names[:8]
    query = (
        select(Organization.name)
        .join(Person, Person.organization_id == Organization.id)
        .where(
            holds(Organization.normal, normal), Person.merged_into_id.is_(None), Person.erased_at.is_(None)
        )
        .group_by(Organization.id, Organization.name)
        .having(func.count() >= 3)
        .order_by(func.lower(Organization.name))
    )
    return list(dict.fromkeys([*names, *db.session.scalars(query.limit(8))]))[:8]


def usual_domains() -> list[str]:
    """The domains of at least five addresses each, those of most people first; at most fifty."""
    at = func.strpos if db.engine.dialect.name == "postgresql" else func.instr
    domain = func.substr(Address.normal, at(Address.normal, "@") + 1)
    query = select(domain).group_by(domain).having(func.count() >= 5).order_by(func.count().desc(), domain)
    return list(db.session.scalars(query.limit(50)))
