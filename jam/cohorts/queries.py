"""Reading cohorts, their faculty, applications and members, each page in a fixed number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from jam.base.database import db
from jam.base.now import now
from jam.cohorts.models import CohortApplication, CohortFaculty, CohortGuest, CohortMember, CohortPlan
from jam.cohorts.rules import LEADS, PLACES, Guest, Places, Standing, State
from jam.people.models import Account, Person
from jam.registration.models import Question, Registration
from jam.schedule.models import Cohort, Event, Program
from jam.schedule.rules import State as EventState
from jam.schedule.rules import Visibility

WHOLE = (
    selectinload(CohortApplication.team).joinedload(CohortMember.person).selectinload(Person.addresses),
    selectinload(CohortApplication.terms),
    joinedload(CohortApplication.cohort),
)


# --- cohorts and their faculty -----------------------------------------------------------------------------------------


def plan_of(cohort: Cohort) -> CohortPlan | None:
    """What a cohort is for; None for one that has dates alone."""
    return db.session.get(CohortPlan, cohort.id)


def public_plan(slug: str) -> CohortPlan | None:
    """The plan of a cohort that has a public page."""
    query = select(CohortPlan).join(CohortPlan.cohort).where(Cohort.slug == slug, CohortPlan.published)
    return db.session.scalar(query.options(joinedload(CohortPlan.cohort).joinedload(Cohort.program)))


def public_plans(program_id: int | None = None) -> list[CohortPlan]:
    """Cohorts with a public page that are not over, soonest first."""
    query = (
        select(CohortPlan).join(CohortPlan.cohort).where(CohortPlan.published, Cohort.ends_on >= now().date())
    )
    if program_id is not None:
        query = query.where(Cohort.program_id == program_id)
    return list(db.session.scalars(query.options(joinedload(CohortPlan.cohort)).order_by(Cohort.starts_on)))


def newest_program() -> int | None:
    """The id of the program of the cohort that was made last; before the first one, of a program whose sessions are for
    members; None where there is neither."""
    latest = select(Cohort.program_id).order_by(Cohort.id.desc()).limit(1)
    private = select(Program.id).where(Program.visibility != Visibility.PUBLIC).order_by(Program.id).limit(1)
    return db.session.scalar(latest) or db.session.scalar(private)


def cohorts_for(account: Account, *, all_of_them: bool) -> list[tuple[Cohort, CohortPlan | None]]:
    """Cohorts with their plans, newest first: all of them, or those of whose faculty this account's person is."""
    query = select(Cohort, CohortPlan).outerjoin(CohortPlan, CohortPlan.cohort_id == Cohort.id)
    if not all_of_them:
        query = query.where(Cohort.id.in_(_led_by(account.person_id)))
    rows = db.session.execute(
        query.options(joinedload(Cohort.program)).order_by(Cohort.starts_on.desc(), Cohort.id.desc())
    )
    return [(cohort, plan) for cohort, plan in rows]


def _led_by(person_id: int) -> Select[int]:
    return select(CohortFaculty.cohort_id).where(CohortFaculty.person_id == person_id)


def is_faculty_anywhere(person_id: int) -> bool:
    """Whether a person belongs to any cohort's faculty."""
    return bool(db.session.scalar(select(exists().where(CohortFaculty.person_id == person_id))))


def roles_in(slug: str, person_id: int) -> set[str]:
    """What a person does in the faculty of the cohort of an address."""
    query = select(CohortFaculty.role).join(Cohort, Cohort.id == CohortFaculty.cohort_id)
    return set(db.session.scalars(query.where(Cohort.slug == slug, CohortFaculty.person_id == person_id)))


def leads(slug: str, person_id: int) -> bool:
    """Whether a person decides about the cohort of an address."""
    return bool(roles_in(slug, person_id) & set(LEADS))


def faculty_of(cohort: Cohort) -> list[CohortFaculty]:
    """A cohort's faculty, facilitators first, by name."""
    query = (
        select(CohortFaculty)
        .join(CohortFaculty.person)
        # Somebody who was found to be another of the same faculty stands in it once.
        .where(CohortFaculty.cohort_id == cohort.id, Person.merged_into_id.is_(None))
        .options(contains_eager(CohortFaculty.person).selectinload(Person.addresses))
    )
    order = ["facilitator", "expert", "coordinator", "recorder"]
    found = list(db.session.scalars(query))
    return sorted(found, key=lambda each: (order.index(each.role), each.person.name.casefold(), each.id))


def led_events(person_id: int) -> list[tuple[CohortFaculty, Event]]:
    """The sessions of the cohorts of whose faculty a person is, by date, drafts left out."""
    query = (
        select(CohortFaculty, Event)
        .join(Event, Event.cohort_id == CohortFaculty.cohort_id)
        .where(CohortFaculty.person_id == person_id, Event.state != EventState.DRAFT)
        .order_by(Event.starts_at, CohortFaculty.id)
    )
    return [(role, event) for role, event in db.session.execute(query)]


# --- applications --------------------------------------------------------------------------------------------------------


def applications_of(cohort: Cohort) -> list[CohortApplication]:
    """Every application to a cohort with its team, oldest first."""
    query = select(CohortApplication).where(CohortApplication.cohort_id == cohort.id).options(*WHOLE)
    return list(db.session.scalars(query.order_by(CohortApplication.id)))


def admitted_to(cohort: Cohort) -> list[CohortApplication]:
    """The applications of the organizations of a cohort, without their teams."""
    query = select(CohortApplication).where(
        CohortApplication.cohort_id == cohort.id, CohortApplication.state == State.ADMITTED
    )
    return list(db.session.scalars(query.order_by(CohortApplication.id)))


def application_in(cohort: Cohort, id: int) -> CohortApplication | None:
    """An application by its id, if it is one to this cohort."""
    query = select(CohortApplication).where(
        CohortApplication.id == id, CohortApplication.cohort_id == cohort.id
    )
    return db.session.scalar(query.options(*WHOLE))


def decided(cohort: Cohort) -> list[CohortApplication]:
    """Applications that are decided and not told."""
    query = select(CohortApplication).where(
        CohortApplication.cohort_id == cohort.id, CohortApplication.decision.is_not(None)
    )
    return list(db.session.scalars(query.options(*WHOLE).order_by(CohortApplication.id)))


def to_decide() -> list[tuple[Cohort, int, int]]:
    """Cohorts with applications that nobody has decided about, or decided and not told: how many of each."""
    open_ones = func.count().filter(
        CohortApplication.state == State.RECEIVED, CohortApplication.decision.is_(None)
    )
    untold = func.count().filter(CohortApplication.decision.is_not(None))
    rows = db.session.execute(
        select(Cohort, open_ones, untold)
        .join(CohortApplication, CohortApplication.cohort_id == Cohort.id)
        .group_by(Cohort.id)
        .order_by(Cohort.starts_on, Cohort.id)
    )
    return [(cohort, opened, waiting) for cohort, opened, waiting in rows if opened or waiting]


def answered(question_ids: Collection[int]) -> dict[int, int]:
    """How many applications answered each of these questions; those that none did are absent."""
    cohorts = select(Question.cohort_id).where(Question.id.in_(question_ids), Question.cohort_id.is_not(None))
    query = select(CohortApplication.answers).where(CohortApplication.cohort_id.in_(cohorts))
    found = Counter(id for answers in db.session.scalars(query) for id, _, _ in answers)
    return {id: found[id] for id in question_ids if found[id]}


def state_counts(cohort_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """How many applications of each cohort stand in each state."""
    rows = db.session.execute(
        select(CohortApplication.cohort_id, CohortApplication.state, func.count())
        .where(CohortApplication.cohort_id.in_(list(cohort_ids)))
        .group_by(CohortApplication.cohort_id, CohortApplication.state)
    )
    found: dict[int, dict[str, int]] = {}
    for cohort_id, state, number in rows:
        found.setdefault(cohort_id, {})[state] = number
    return found


def places(plan: CohortPlan) -> Places:
    """Places that are taken: by who is admitted, and by who is to be once it is told."""
    taken = or_(CohortApplication.state == State.ADMITTED, CohortApplication.decision == State.ADMITTED)
    mine = CohortApplication.cohort_id == plan.cohort_id
    organizations = select(func.count()).select_from(CohortApplication).where(mine, taken)
    people = (
        select(func.count())
        .select_from(CohortMember)
        .join(CohortApplication, CohortApplication.id == CohortMember.application_id)
        .where(mine, taken, CohortMember.standing.in_(PLACES))
    )
    return Places(
        db.session.scalar(organizations) or 0,
        db.session.scalar(people) or 0,
        plan.most_organizations,
        plan.most_people,
    )


# --- members -------------------------------------------------------------------------------------------------------------

_MEMBER = (
    joinedload(CohortMember.application),
    joinedload(CohortMember.person).selectinload(Person.addresses),
)


def members_of(cohort: Cohort, *standings: Standing) -> list[CohortMember]:
    """People of admitted teams, by organization and place; all who have ever been asked unless standings say otherwise."""
    query = (
        select(CohortMember)
        .join(CohortMember.application)
        .where(CohortMember.cohort_id == cohort.id, CohortApplication.state == State.ADMITTED)
        .options(*_MEMBER)
        .order_by(func.lower(CohortApplication.organization), CohortApplication.id, CohortMember.position)
    )
    if standings:
        query = query.where(CohortMember.standing.in_(standings))
    return list(db.session.scalars(query))


def member_counts(cohort_ids: Iterable[int]) -> dict[int, int]:
    """How many members each cohort has."""
    rows = db.session.execute(
        select(CohortMember.cohort_id, func.count())
        .where(CohortMember.cohort_id.in_(list(cohort_ids)), CohortMember.standing == Standing.CONFIRMED)
        .group_by(CohortMember.cohort_id)
    )
    return dict(rows.all())


def membership(cohort: Cohort, person_id: int) -> CohortMember | None:
    """A person's place among the members of a cohort now."""
    query = select(CohortMember).where(
        CohortMember.cohort_id == cohort.id,
        CohortMember.person_id == person_id,
        CohortMember.standing == Standing.CONFIRMED,
    )
    return db.session.scalar(query.options(*_MEMBER))


def own(person: Person, id: int) -> CohortMember | None:
    """A place in a team by its id, if it is this person's own."""
    query = select(CohortMember).where(CohortMember.id == id, CohortMember.person_id == person.id)
    return db.session.scalar(query.options(*_MEMBER))


def of_person(person: Person) -> list[CohortMember]:
    """The places of a person that they should see: what they applied for, what they are asked, where they are members."""
    query = (
        select(CohortMember)
        .join(CohortMember.application)
        .where(
            CohortMember.person_id == person.id,
            or_(
                CohortMember.standing.in_((Standing.ASKED, Standing.CONFIRMED)),
                (CohortMember.standing == Standing.NAMED) & (CohortMember.position == 1),
            ),
            CohortApplication.state != State.WITHDRAWN,
        )
        .options(joinedload(CohortMember.application), joinedload(CohortMember.cohort))
    )
    return list(db.session.scalars(query.order_by(CohortMember.id.desc())))


def open_events(cohort_id: int) -> list[Event]:
    """The published sessions of a cohort to come, soonest first."""
    query = select(Event).where(
        Event.cohort_id == cohort_id, Event.state == EventState.PUBLISHED, Event.starts_at > now()
    )
    return list(db.session.scalars(query.order_by(Event.starts_at, Event.id)))


def next_events(cohort_ids: Collection[int]) -> list[Event]:
    """The next published session of each of these cohorts, soonest first; one that is running counts."""
    query = select(Event).where(
        Event.cohort_id.in_(cohort_ids), Event.state == EventState.PUBLISHED, Event.ends_at > now()
    )
    found: dict[int | None, Event] = {}
    for event in db.session.scalars(query.order_by(Event.starts_at, Event.id)):
        found.setdefault(event.cohort_id, event)
    return list(found.values())


def seats_missing(*, event_id: int | None = None, member_id: int | None = None) -> list[tuple[int, int]]:
    """Ids of members and coming sessions that belong together and have no registration, member by member, by date.

    A session that the member gave up has a registration, a cancelled one, and so is not among them.
    """
    registered = exists().where(
        Registration.event_id == Event.id, Registration.person_id == CohortMember.person_id
    )
    query = (
        select(CohortMember.id, Event.id)
        .join(Event, Event.cohort_id == CohortMember.cohort_id)
        .where(
            CohortMember.standing == Standing.CONFIRMED,
            Event.state == EventState.PUBLISHED,
            Event.starts_at > now(),
            ~registered,
        )
        .order_by(CohortMember.id, Event.starts_at, Event.id)
    )
    if event_id is not None:
        query = query.where(Event.id == event_id)
    if member_id is not None:
        query = query.where(CohortMember.id == member_id)
    return [(row[0], row[1]) for row in db.session.execute(query)]


def may_sit(event: Event, person_id: int) -> bool:
    """Whether a person is a member of a session's cohort, or its guest."""
    if event.cohort_id is None:
        return False
    member = exists().where(
        CohortMember.cohort_id == event.cohort_id,
        CohortMember.person_id == person_id,
        CohortMember.standing == Standing.CONFIRMED,
    )
    guest = exists().where(
        CohortGuest.event_id == event.id,
        CohortGuest.person_id == person_id,
        CohortGuest.standing == Guest.ACCEPTED,
    )
    return bool(db.session.scalar(select(or_(member, guest))))


def guests_of(cohort: Cohort) -> list[CohortGuest]:
    """The guests of a cohort's sessions, by date and name."""
    query = (
        select(CohortGuest)
        .join(CohortGuest.event)
        .join(CohortGuest.person)
        .where(Event.cohort_id == cohort.id, Person.merged_into_id.is_(None))
        .options(
            contains_eager(CohortGuest.event),
            contains_eager(CohortGuest.person).selectinload(Person.addresses),
        )
    )
    return list(db.session.scalars(query.order_by(Event.starts_at, CohortGuest.name, CohortGuest.id)))


def own_guest(person: Person, id: int) -> CohortGuest | None:
    """An invitation by its id, if it is this person's own."""
    query = select(CohortGuest).where(CohortGuest.id == id, CohortGuest.person_id == person.id)
    return db.session.scalar(query.options(joinedload(CohortGuest.event).joinedload(Event.cohort)))
