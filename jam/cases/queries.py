"""Reading cases: one's own, those of a cohort, and who may read which now."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from jam.base.database import db
from jam.base.now import now
from jam.base.zones import EASTERN, wall
from jam.cases.models import CaseFile, CaseOpening, Copy, EchoCase
from jam.cases.rules import ENDED, HELD, OPEN, OPEN_FOR, May, Reader, State, day_begun, may_read
from jam.cohorts.models import CohortFaculty, CohortMember
from jam.cohorts.rules import GONE, LEADS, Role, Standing
from jam.people.models import Account, Person
from jam.people.queries import rows_of
from jam.schedule.models import Cohort, Event
from jam.schedule.rules import State as EventState

#: What lists of cases show: no word that stands in one, and nothing of its attachments.
LISTED = (
    selectinload(EchoCase.terms),
    joinedload(EchoCase.event),
    joinedload(EchoCase.cohort),
    joinedload(EchoCase.person),
    joinedload(EchoCase.member).joinedload(CohortMember.application),
)
WHOLE = (
    *LISTED,
    selectinload(EchoCase.texts),
    selectinload(EchoCase.files),
    selectinload(EchoCase.signs),
    selectinload(EchoCase.asks),
)

#: Of accounts, who reads originals where a cohort has nobody for it.
_ORGANIZERS = ("admin", "organizer")


def _code(typed: str) -> str:
    return typed.removeprefix("ECHO-")


def own(person: Person, code: str) -> EchoCase | None:
    """A case by its code, if this person brings it."""
    if not _code(code).isalnum():
        return None
    query = select(EchoCase).where(EchoCase.code == _code(code), EchoCase.person_id == person.id)
    return db.session.scalar(query.options(*WHOLE))


def by_code(code: str) -> EchoCase | None:
    """A case by its code, whoever brings it."""
    if not _code(code).isalnum():
        return None
    return db.session.scalar(select(EchoCase).where(EchoCase.code == _code(code)))


def in_cohort(cohort: Cohort, code: str) -> EchoCase | None:
    """A case by its code, if it belongs to this cohort."""
    if not _code(code).isalnum():
        return None
    query = select(EchoCase).where(EchoCase.code == _code(code), EchoCase.cohort_id == cohort.id)
    return db.session.scalar(query.options(*WHOLE))


def of_person(person: Person, cohort: Cohort | None = None) -> list[EchoCase]:
    """What somebody brings, newest first."""
    query = select(EchoCase).where(EchoCase.person_id == person.id)
    if cohort is not None:
        query = query.where(EchoCase.cohort_id == cohort.id)
    return list(db.session.scalars(query.options(*LISTED).order_by(EchoCase.id.desc())))


def of_cohort(cohort: Cohort) -> list[EchoCase]:
    """The cases of a cohort that were ever sent, those that have stood longest where they stand first."""
    query = select(EchoCase).where(EchoCase.cohort_id == cohort.id, EchoCase.sent_at.is_not(None))
    return list(db.session.scalars(query.options(*LISTED).order_by(EchoCase.state_at, EchoCase.id)))


def on_event(event: Event) -> list[EchoCase]:
    """The cases that are planned for a session."""
    query = select(EchoCase).where(EchoCase.event_id == event.id, EchoCase.state == State.SCHEDULED)
    return list(db.session.scalars(query.options(*LISTED).order_by(EchoCase.id)))


def coordinators(cohort_id: int) -> list[Person]:
    """Who reads originals of a cohort: its case coordinators; where it has none, its facilitators."""
    query = (
        select(CohortFaculty)
        .join(CohortFaculty.person)
        .where(
            CohortFaculty.cohort_id == cohort_id,
            CohortFaculty.role.in_([*LEADS]),
            Person.merged_into_id.is_(None),
        )
        .options(contains_eager(CohortFaculty.person).selectinload(Person.addresses))
        .order_by(CohortFaculty.id)
    )
    rows = list(db.session.scalars(query))
    first = [each for each in rows if each.role == Role.COORDINATOR]
    return list({each.person_id: each.person for each in first or rows}.values())


def organizers() -> list[Person]:
    """Who reads originals of a cohort that has nobody else for it."""
    query = (
        select(Person)
        .join(Account, Account.person_id == Person.id)
        .where(Account.role.in_(_ORGANIZERS), Account.active)
        .options(selectinload(Person.addresses))
        .order_by(Account.id)
    )
    return list(db.session.scalars(query))


def reads_originals(cohort_id: int, account: Account) -> bool:
    """Whether an account reads originals of a cohort; organizers do where the cohort has nobody else for it."""
    return bool(read_by(account, [cohort_id]))


def read_by(account: Account, cohort_ids: Collection[int]) -> set[int]:
    """Those of these cohorts whose originals an account reads, in one query."""
    query = (
        select(CohortFaculty.cohort_id, CohortFaculty.person_id, CohortFaculty.role)
        .join(CohortFaculty.person)
        .where(
            CohortFaculty.cohort_id.in_(cohort_ids),
            CohortFaculty.role.in_([*LEADS]),
            Person.merged_into_id.is_(None),
        )
    )
    every: dict[int, set[int]] = {}
    first: dict[int, set[int]] = {}
    for cohort_id, person_id, role in db.session.execute(query):
        every.setdefault(cohort_id, set()).add(person_id)
        if role == Role.COORDINATOR:
            first.setdefault(cohort_id, set()).add(person_id)
    found = set()
    for cohort_id in cohort_ids:
        readers = first.get(cohort_id) or every.get(cohort_id)
        if account.person_id in readers if readers else account.role in _ORGANIZERS:
            found.add(cohort_id)
    return found


def session_day_starts(event: Event | None) -> datetime | None:
    """The midnight with which the day of a session begins on its wall clock; None for one that does not take place."""
    if event is None or event.state != EventState.PUBLISHED:
        return None
    day = wall(event.starts_at, event.time_zone).date()
    return datetime.combine(day, time(0), ZoneInfo(event.time_zone)).astimezone(UTC)


def allowed(case: EchoCase, reader: Reader) -> May:
    """What a reader may read of a case at this moment."""
    return may_read(reader, State(case.state), day_begun(session_day_starts(case.event), now()))


def readable(cohort: Cohort, reader: Reader) -> list[EchoCase]:
    """The cases of a cohort whose released words a reader may read now, those of the latest session first."""
    return sorted(
        (each for each in of_cohort(cohort) if allowed(each, reader).released),
        key=lambda each: (each.event.starts_at if each.event else now() + timedelta(days=9_999), each.id),
        reverse=True,
    )


def is_open_for(case: EchoCase, person: Person, copy: Copy) -> bool:
    """Whether it is on record that a person opened this copy a short while ago."""
    query = exists().where(
        CaseOpening.case_id == case.id,
        CaseOpening.person_id == person.id,
        CaseOpening.copy == copy,
        CaseOpening.at > now() - OPEN_FOR,
    )
    return bool(db.session.scalar(select(query)))


def openings(case: EchoCase) -> list[CaseOpening]:
    """Who opened a case, and when: the newest 200."""
    query = select(CaseOpening).where(CaseOpening.case_id == case.id).options(joinedload(CaseOpening.person))
    return list(db.session.scalars(query.order_by(CaseOpening.id.desc()).limit(200)))


def file_of(case: EchoCase, id: int) -> CaseFile | None:
    """An attachment of a case by its id."""
    return next((each for each in case.files if each.id == id), None)


def earlier_of(person: Person, but: EchoCase) -> list[EchoCase]:
    """Earlier cases that another can follow up: those of a person, also under rows that were found to be theirs, and those
    that a colleague of the same team presented."""
    team = select(CohortMember.application_id).where(CohortMember.id == but.member_id).scalar_subquery()
    of_team = EchoCase.member_id.in_(select(CohortMember.id).where(CohortMember.application_id == team))
    query = (
        select(EchoCase)
        .where(
            or_(
                and_(
                    EchoCase.person_id.in_(rows_of(person)),
                    EchoCase.state.not_in((State.DRAFT, State.WITHDRAWN)),
                ),
                and_(of_team, EchoCase.state.in_(HELD)),
            ),
            EchoCase.id != but.id,
        )
        .options(joinedload(EchoCase.event))
    )
    return list(db.session.scalars(query.order_by(EchoCase.id.desc()).limit(20)))


def same_organization(case: EchoCase, event: Event) -> list[EchoCase]:
    """Other cases that the same organization brings to a session."""
    return [
        each
        for each in on_event(event)
        if each.id != case.id
        and (
            each.member.application_id == case.member.application_id
            or (
                each.member.application.organization_id is not None
                and each.member.application.organization_id == case.member.application.organization_id
            )
        )
    ]


def waiting(cohort_ids: list[int]) -> list[EchoCase]:
    """Cases of these cohorts that wait for somebody, those that have waited longest first; not those that only wait for
    their session."""
    query = (
        select(EchoCase)
        .outerjoin(Event, Event.id == EchoCase.event_id)
        .where(
            EchoCase.cohort_id.in_(cohort_ids),
            EchoCase.state.in_(OPEN),
            (EchoCase.state != State.SCHEDULED) | (Event.starts_at <= now()),
        )
    )
    return list(db.session.scalars(query.options(*LISTED).order_by(EchoCase.state_at, EchoCase.id)))


def has_left(case: EchoCase) -> bool:
    """Whether who brings it is no member of the cohort any more."""
    return case.member.standing in GONE


def left_behind(case: EchoCase) -> bool:
    """Whether something is left to be done for a case whose presenter is no member of the cohort any more."""
    return has_left(case) and case.state not in ENDED


def abandoned(cohort_ids: Collection[int]) -> list[EchoCase]:
    """Cases of these cohorts that were sent, whose presenter is no member any more: those that are to be presented, and of
    those that were, where something is still awaited of the presenter and a colleague could take them."""
    colleague = aliased(CohortMember)
    could_take = exists().where(
        colleague.application_id == CohortMember.application_id, colleague.standing == Standing.CONFIRMED
    )
    query = (
        select(EchoCase)
        .join(EchoCase.member)
        .where(
            EchoCase.cohort_id.in_(cohort_ids),
            or_(
                and_(EchoCase.state.in_(OPEN), EchoCase.state.not_in(HELD)),
                and_(EchoCase.state.in_((State.PRESENTED, State.RECOMMENDED)), could_take),
            ),
            CohortMember.standing.in_(GONE),
        )
    )
    return list(db.session.scalars(query.options(*LISTED).order_by(EchoCase.state_at, EchoCase.id)))


def unopened(person_id: int, cohort_ids: Collection[int]) -> list[EchoCase]:
    """Cases of these cohorts that are released to their faculty and still to be presented, which a person has not opened,
    those of the soonest session first."""
    opened = exists().where(
        CaseOpening.case_id == EchoCase.id,
        CaseOpening.person_id == person_id,
        CaseOpening.copy == Copy.RELEASED,
        CaseOpening.at >= func.coalesce(EchoCase.released_changed_at, EchoCase.created_at),
    )
    query = (
        select(EchoCase)
        .outerjoin(Event, Event.id == EchoCase.event_id)
        .where(
            EchoCase.cohort_id.in_(cohort_ids),
            EchoCase.state.in_((State.APPROVED, State.SCHEDULED)),
            ~opened,
        )
    )
    return list(
        db.session.scalars(
            query.options(*LISTED).order_by(Event.starts_at.is_(None), Event.starts_at, EchoCase.id)
        )
    )


def recorded_by(person_id: int) -> set[int]:
    """The ids of the cohorts whose recommendations a person writes down, by being named for it."""
    query = select(CohortFaculty.cohort_id).where(
        CohortFaculty.person_id == person_id, CohortFaculty.role == Role.RECORDER
    )
    return set(db.session.scalars(query))


def late_by(case: EchoCase) -> int:
    """By how many days sending the written recommendations is late; 0 while it is not."""
    if case.state != State.PRESENTED or case.recommendations_due_on is None:
        return 0
    zone = case.event.time_zone if case.event else EASTERN
    return max((wall(now(), zone).date() - case.recommendations_due_on).days, 0)
