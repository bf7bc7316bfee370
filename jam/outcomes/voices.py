"""Who of a cohort can have suggested something, and under which name others read it."""

from __future__ import annotations

from sqlalchemy import select

from jam.base.database import db
from jam.cases.models import EchoCase
from jam.cohorts.models import CohortGuest, CohortMember
from jam.cohorts.queries import faculty_of, members_of
from jam.cohorts.rules import Guest, Standing
from jam.outcomes.models import CaseRecommendation
from jam.people.models import Person
from jam.people.queries import rows_of

GROUP = "The group"


def voices(case: EchoCase) -> dict[str, list[tuple[int, str]]]:
    """Everybody who can have said something at a case's session, by what they are there; each once."""
    guests = select(CohortGuest).where(
        CohortGuest.event_id == case.event_id, CohortGuest.standing == Guest.ACCEPTED
    )
    found: dict[str, list[tuple[int, str]]] = {}
    seen: set[int] = set()
    for heading, people in (
        ("Faculty", [each.person for each in faculty_of(case.cohort)]),
        ("Members", [each.person for each in members_of(case.cohort, Standing.CONFIRMED)]),
        ("Guests", [each.person for each in db.session.scalars(guests)]),
    ):
        for person in people:
            if person.id not in seen and person.erased_at is None:
                seen.add(person.id)
                found.setdefault(heading, []).append((person.id, person.name))
    return found


def shown_names(
    recommendations: list[CaseRecommendation], reader: Person | None = None, *, all_names: bool = False
) -> dict[int, str]:
    """Who suggested each, by the id of the recommendation, as a member reads it: the faculty and oneself by name, another
    member by name where that member shows theirs. Faculty and staff read all names."""
    ids = {each.suggested_by_id for each in recommendations if each.suggested_by_id is not None}
    hidden: set[int] = set()
    if ids and not all_names and recommendations:
        case = recommendations[0].case
        open_ones = {each.person_id for each in faculty_of(case.cohort)}
        open_ones |= set(rows_of(reader)) if reader else set()
        query = select(CohortMember.person_id).where(
            CohortMember.cohort_id == case.cohort_id, CohortMember.person_id.in_(ids), CohortMember.shows_name
        )
        hidden = ids - open_ones - set(db.session.scalars(query))
    return {each.id: _name(each.suggested_by, hidden) for each in recommendations}


def _name(person: Person | None, hidden: set[int]) -> str:
    if person is None:
        return GROUP
    return "Somebody of the group" if person.id in hidden or person.erased_at is not None else person.name
