"""Who of a cohort can have suggested something, and under which name others read it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from unicodedata import category, normalize

from sqlalchemy import exists, select

from jam.base.database import db
from jam.base.now import now
from jam.cases.models import EchoCase
from jam.cohorts.models import CohortGuest, CohortMember
from jam.cohorts.queries import faculty_of, members_of
from jam.cohorts.rules import Guest, Standing
from jam.outcomes.models import CaseRecommendation
from jam.people.models import Person
from jam.people.queries import rows_of
from jam.registration.models import JoinClick, Registration

GROUP = "The group"


#: Above those who came in by their own link to this session: while it is on, and once it is over.
HERE, CAME = "Here now", "Came in by their own link"


@dataclass(frozen=True)
class Voice:
    """Somebody who can have suggested something, as the list names them."""

    person_id: int
    name: str
    #: Empty for the faculty and guests, and where whoever reads may not know whose it is.
    organization: str = ""
    #: What tells them from somebody else who would stand there with the same words.
    apart: str = ""

    @property
    def label(self) -> str:
        """“Ana Lee, Cedar Ridge Recovery”: told apart from others of the name."""
        return (f"{self.name}, {self.organization}" if self.organization else self.name) + self.apart


def here(case: EchoCase) -> str:
    """What stands above those who came in by their own link."""
    return HERE if case.event is not None and case.event.ends_at > now() else CAME


def voices(case: EchoCase, *, organizations: bool = True) -> dict[str, list[Voice]]:
    """Everybody who can have said something at a case's session, each once: who is there, then the faculty, the members by
    their organizations, the guests, and who was named in it before and has left since.

    Without `organizations` a member who shows no name to the others stands without theirs.
    """
    every = _everybody(case, organizations)
    joined = select(Registration.person_id).where(
        Registration.event_id == case.event_id,
        exists().where(JoinClick.registration_id == Registration.id),
    )
    there = set(db.session.scalars(joined)) if case.event_id is not None else set()
    first = here(case)
    found: dict[str, list[Voice]] = {first: []}
    once: dict[int, tuple[str, Voice]] = {}
    for heading, voice in every:
        once.setdefault(voice.person_id, (heading, voice))
    for heading, voice in _told_apart([*once.values()]):
        found.setdefault(first if voice.person_id in there else heading, []).append(voice)
    found[first].sort(key=lambda each: each.name.casefold())
    return {heading: each for heading, each in found.items() if each}


def _told_apart(listed: list[tuple[str, Voice]]) -> list[tuple[str, Voice]]:
    # By their heading where they have no organization, and who would still be called the same by a number.
    def same() -> Counter[str]:
        return Counter(_plain(voice.label) for _, voice in listed)

    twice = same()
    listed = [
        (heading, replace(voice, apart=f", {heading}"))
        if twice[_plain(voice.label)] > 1 and not voice.organization
        else (heading, voice)
        for heading, voice in listed
    ]
    twice, number = same(), Counter[str]()
    for at, (heading, voice) in enumerate(listed):
        if twice[label := _plain(voice.label)] > 1:
            number[label] += 1
            listed[at] = heading, replace(voice, apart=f"{voice.apart} ({number[label]})")
    return listed


def _plain(words: str) -> str:
    # As the field that finds a name reads what is typed: names.js.
    letters = "".join(each for each in normalize("NFD", words) if not category(each).startswith("M"))
    return " ".join(re.findall(r"[^\W_]+", letters.lower()))


def _everybody(case: EchoCase, organizations: bool) -> list[tuple[str, Voice]]:
    guests = select(CohortGuest).where(
        CohortGuest.event_id == case.event_id, CohortGuest.standing == Guest.ACCEPTED
    )
    before = select(Person).where(
        Person.id.in_(
            select(CaseRecommendation.suggested_by_id).where(
                CaseRecommendation.case_id == case.id, CaseRecommendation.removed_at.is_(None)
            )
        )
    )
    people = [("Faculty", each.person, "") for each in faculty_of(case.cohort)]
    hidden = list[tuple[str, Person, str]]()
    for member in members_of(case.cohort, Standing.CONFIRMED):
        home = member.application.organization if organizations or member.shows_name else ""
        (people if home else hidden).append((home or "Members", member.person, home))
    people += hidden
    people += [("Guests", each.person, "") for each in db.session.scalars(guests.order_by(CohortGuest.id))]
    people += [("Named before", each, "") for each in db.session.scalars(before.order_by(Person.id))]
    return [
        (heading, Voice(person.id, person.name, home))
        for heading, person, home in people
        if person.erased_at is None
    ]


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
