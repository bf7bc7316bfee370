"""The question a roster answers: which registrations of a session, or which people of a program, fit what staff chose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, func, literal, or_, select, true

from jam.base.database import db
from jam.base.lookup import holds
from jam.people.models import Address, Organization, Person
from jam.registration.answers import answered_with, owes_answers
from jam.registration.models import Registration, SeriesPass
from jam.registration.rules import ALIVE, Need
from jam.schedule.models import Event, Program, event_term

SORTS = {
    "": "Name",
    "organization": "Organization",
    "state": "State or territory",
    "registered": "Latest registration first",
}

#: What of people's needs a roster can be narrowed to.
NEEDS = {"any": "Asks for something", "open": "Asks for something that is open"}
#: What of people's answers; beside it, the options of each question.
ANSWERS = {"missing": "Answers missing"}


@dataclass(frozen=True)
class Asked:
    """What staff look for; an empty string is no wish."""

    q: str = ""
    status: str = ""
    sector: str = ""
    state: str = ""
    source: str = ""
    lever: str = ""
    needs: str = ""
    answers: str = ""
    sort: str = ""

    @property
    def narrow(self) -> bool:
        """Whether anybody may be left out."""
        return bool(self.q or self.of_seat or self.lever)

    @property
    def of_seat(self) -> bool:
        """Whether something is asked of the registration itself."""
        return bool(self.status or self.sector or self.state or self.source or self.needs or self.answers)

    def chosen(self) -> dict[str, str]:
        """As parameters of an address."""
        return {key: value for key, value in asdict(self).items() if value}


#: Who came to which session: a query of person_id and event_id. This room does not know, so the room that does hands it in.
_attended: list[Callable[[], Select[*tuple[Any, ...]]]] = []


def hand_in(attended: Callable[[], Select[*tuple[Any, ...]]]) -> None:
    """Hand in the query of who came to which session, as `person_id` and `event_id`."""
    _attended[:] = [attended]


def of_event(event: Event, asked: Asked) -> Select[Registration, str]:
    """Registrations of a session, each with the person's preferred address.

    Words are looked for in name, organization and every address of the person, so a domain finds all its people.
    """
    query = (
        select(Registration, Address.address)
        .outerjoin(Address, (Address.person_id == Registration.person_id) & Address.preferred)
        .where(Registration.event_id == event.id, *_of_seat(asked))
    )
    if asked.q:
        query = query.where(
            or_(
                holds(Registration.name, asked.q),
                holds(Registration.organization, asked.q),
                Registration.person_id.in_(_by_address(asked.q)),
            )
        )
    return query.order_by(
        *_order(
            asked.sort,
            Registration.organization,
            Registration.state,
            Registration.registered_at,
            Registration.name,
        ),
        Registration.id,
    )


def people_of(program: Program, asked: Asked) -> Select[Any]:
    """People of a program over all its sessions, or over those of a lever.

    Columns: id, name, address, organization, state, registered (sessions), attended (sessions), latest (when they last
    registered), pass_held. Holders of the pass are there before their first session, unless something is asked of a
    registration.
    """
    events = _events(program, asked.lever)
    seats, came, held = _seats(events, asked), _came(events), _held(program)
    query = (
        select(
            Person.id,
            Person.name,
            Address.address,
            func.coalesce(Organization.name, "").label("organization"),
            Person.state,
            func.coalesce(seats.c.registered, 0).label("registered"),
            func.coalesce(came.c.attended, 0).label("attended"),
            seats.c.latest,
            held.c.person_id.is_not(None).label("pass_held"),
        )
        .outerjoin(Address, (Address.person_id == Person.id) & Address.preferred)
        .outerjoin(Organization, Organization.id == Person.organization_id)
        .outerjoin(seats, seats.c.person_id == Person.id)
        .outerjoin(came, came.c.person_id == Person.id)
        .outerjoin(held, held.c.person_id == Person.id)
    )
    if asked.of_seat or asked.lever:
        query = query.where(seats.c.fitting > 0)
    else:
        query = query.where(or_(seats.c.person_id.is_not(None), held.c.person_id.is_not(None)))
    if asked.q:
        query = query.where(
            or_(
                holds(Person.name, asked.q),
                holds(Organization.name, asked.q),
                Person.id.in_(_by_address(asked.q)),
            )
        )
    return query.order_by(
        *_order(asked.sort, Organization.name, Person.state, seats.c.latest, Person.name), Person.id
    )


def program_counts(program: Program) -> dict[str, int]:
    """How many registrations for sessions of a program stand in each status."""
    rows = db.session.execute(
        select(Registration.status, func.count())
        .join(Event, Event.id == Registration.event_id)
        .where(Event.program_id == program.id)
        .group_by(Registration.status)
    )
    return {status: number for status, number in rows}


def _of_seat(asked: Asked) -> list[ColumnElement[bool]]:
    wishes = (
        (Registration.status, asked.status),
        (Registration.sector_id, int(asked.sector) if asked.sector else ""),
        (Registration.state, asked.state),
        (Registration.source, asked.source),
    )
    found: list[ColumnElement[bool]] = [column == value for column, value in wishes if value]
    if asked.needs:
        found.append(Registration.accommodation.is_not(None))
    if asked.needs == "open":
        found += [Registration.accommodation_state == Need.ASKED, Registration.status.in_(ALIVE)]
    if asked.answers:
        chose = None if asked.answers in ANSWERS else answered_with(asked.answers)
        found.append(owes_answers() if chose is None else chose)
    return found


def _events(program: Program, lever: str) -> Select[int]:
    query = select(Event.id).where(Event.program_id == program.id)
    if lever:
        tagged = select(event_term.c.event_id).where(event_term.c.term_id == int(lever))
        query = query.where(Event.id.in_(tagged))
    return query


def _seats(events: Select[int], asked: Asked) -> Subquery:
    """By person: sessions they are registered for, registrations that fit, and the latest of all."""
    fits: ColumnElement[bool] = true()
    for each in _of_seat(asked):
        fits = fits & each
    return (
        select(
            Registration.person_id,
            func.count().filter(Registration.status.in_(ALIVE)).label("registered"),
            func.count().filter(fits).label("fitting"),
            func.max(Registration.registered_at).label("latest"),
        )
        .where(Registration.event_id.in_(events))
        .group_by(Registration.person_id)
        .subquery("seats")
    )


def _came(events: Select[int]) -> Subquery:
    if not _attended:
        return select(literal(0).label("person_id"), literal(0).label("attended")).subquery("came")
    each = _attended[0]().subquery("each")
    return (
        select(each.c.person_id, func.count().label("attended"))
        .where(each.c.event_id.in_(events))
        .group_by(each.c.person_id)
        .subquery("came")
    )


def _held(program: Program) -> Subquery:
    query = select(SeriesPass.person_id).where(SeriesPass.program_id == program.id, SeriesPass.active)
    return query.subquery("held")


def _by_address(words: str) -> Select[int]:
    return select(Address.person_id).where(holds(Address.normal, words))


def _order(sort: str, organization: Any, state: Any, registered: Any, name: Any) -> list[Any]:
    """What comes first; who gave no organization or state comes last."""
    first: dict[str, list[Any]] = {
        "organization": [func.coalesce(organization, "") == "", func.lower(organization)],
        "state": [state.is_(None), state],
        "registered": [registered.is_(None), registered.desc()],
    }
    return [*first.get(sort, []), func.lower(name)]
