"""The members of the ECHO's cohorts: invented organizations that applied with their teams, who joined, left, and came.

Written in bulk, like everything else that the demonstration holds in numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert

from jam.base.database import db
from jam.base.now import frozen, now
from jam.base.zones import EASTERN, to_utc
from jam.cohorts import faculty
from jam.cohorts.faculty import PlanFields
from jam.cohorts.models import CohortApplication, CohortMember, cohort_application_term
from jam.cohorts.rules import Role, Setting, Size, Standing, State
from jam.demo import places
from jam.demo.crowd import Namesakes, Seat, Someone
from jam.demo.presence import Line, Show
from jam.people.actions import add_account
from jam.people.queries import account_by_address
from jam.people.rules import AccountRole
from jam.registration.rules import Source
from jam.schedule.models import Cohort, Event
from jam.vocabulary.areas import Area, area_of
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind

BY = "command"
TEAMS, TEAM = 20, 3

ACCOUNTS = (
    (AccountRole.FACILITATOR, "facilitator@example.org", "Fay Lindqvist"),
    (AccountRole.COORDINATOR, "coordinator@example.org", "Cora Whitfield"),
    (AccountRole.FACULTY, "expert@example.org", "Emil Osborne"),
)
_FACULTY = (
    (Role.FACILITATOR, 0, "Learning collaboratives since 2019"),
    (Role.COORDINATOR, 1, ""),
    (Role.EXPERT, 2, "Peer workforce and supervision"),
    (Role.RECORDER, 1, ""),
)

_CHALLENGES = (
    "Half of the people we hire leave within their first year, most of them in the first three months.",
    "Two supervisors carry nine sites, and nobody new wants to become one.",
    "Our outreach hours are paid from a grant that ends in June.",
    "We have six open peer posts and no way to train for them near us.",
    "Documentation takes two hours a day, and people leave because of it.",
    "Hospitals an hour away pay a third more for the same license.",
    "Caseloads have doubled and we have no rule for saying no.",
    "Everybody does intake; nobody works at the top of a license.",
)
#: Three digits with which ZIP codes begin most of which are rural, after their state.
_RURAL_STARTS = (
    "AK998 AL364 AR725 AZ855 CA955 CO816 GA304 IA505 ID833 IL623 IN475 KS674 KY420 ME046 MI497 MN562 MO638 MS388 MT597 "
    "ND587 NE689 NH037 NM877 NV898 NY147 OH438 OK745 OR979 PA163 SD572 TN382 TX788 UT845 VA246 VT050 WA991 WI545 WV262 "
    "WY824"
)
_RURAL = {each[:2]: each[2:] for each in _RURAL_STARTS.split()}
_INVENTED = "*This is demonstration data: the organizations and people of this cohort are invented.*"


@dataclass
class Team:
    """An organization that applied, with its people."""

    name: str
    people: list[Someone]
    state: State
    applied_at: datetime
    joined_at: datetime
    #: Since when nobody of it comes any more.
    silent_from: datetime | None = None
    #: Who left, and when.
    left: dict[int, datetime] = field(default_factory=dict)


@dataclass
class Group:
    """A cohort with its sessions and everybody who applied."""

    cohort: Cohort
    events: list[Event]
    teams: list[Team]

    @property
    def members(self) -> list[tuple[Someone, Team, datetime | None]]:
        """Who is or was a member, with their team and the day they left."""
        return [
            (who, team, team.left.get(number))
            for team in self.teams
            if team.state is State.ADMITTED
            for number, who in enumerate(team.people)
        ]


def make_groups(namesakes: Namesakes, cohorts: Sequence[tuple[Cohort, list[Event]]]) -> list[Group]:
    """Invent who applied to each cohort. Nothing is written yet."""
    return [_group(namesakes, cohort, events) for cohort, events in cohorts]


def _group(namesakes: Namesakes, cohort: Cohort, events: list[Event]) -> Group:
    rng, begins = namesakes.rng, to_utc(cohort.starts_on, time(15), EASTERN)
    running = cohort.ends_on > now().date()
    applied = begins - timedelta(days=60)
    names = rng.sample(places.ORGANIZATIONS["Provider organization"], TEAMS + (9 if running else 4))
    states = [State.ADMITTED] * TEAMS
    states += (
        [State.WAITING] * 3 + [State.RECEIVED] * 4 + [State.DECLINED] * 2 if running else [State.DECLINED] * 4
    )
    teams = []
    for number, (name, state) in enumerate(zip(names, states, strict=True)):
        at = applied + timedelta(days=rng.uniform(0, 25))
        if state is State.RECEIVED:  # applications of late joiners wait to be read
            at = now() - timedelta(days=rng.uniform(1, 12))
        late = state is State.ADMITTED and number >= TEAMS - 2
        joined = events[3].starts_at - timedelta(days=9) if late else begins - timedelta(days=12)
        joined += timedelta(hours=rng.uniform(0, 72))
        teams.append(Team(name, _people(namesakes, name), state, at, joined))
    held = [event for event in events if event.ends_at <= now()]
    if held[-2:]:
        teams[2].silent_from = teams[11].silent_from = held[-2:][0].starts_at
    for number in (5, 9, 14):
        if len(held) > 4:
            teams[number].left[2] = held[4].starts_at - timedelta(days=3)
    return Group(cohort, events, teams)


def _people(namesakes: Namesakes, name: str) -> list[Someone]:
    first = namesakes.someone("Provider organization")
    first.zip = _zip(namesakes.rng, first)
    found = [replace(first, organization=name, address=namesakes.address(first.name, name))]
    while len(found) < TEAM:
        other = namesakes.someone("Provider organization", first.state)
        found.append(
            replace(other, organization=name, zip=first.zip, address=namesakes.address(other.name, name))
        )
    return found


def _zip(rng: Random, who: Someone) -> str | None:
    """A ZIP code of their state that the table of areas mostly knows, rural in two of five cases."""
    start = _RURAL.get(who.state) if rng.random() < 0.4 else (who.zip or "")[:3]
    known = [code for code in (f"{start}{n:02}" for n in range(100)) if area_of(code) != Area.UNKNOWN]
    return rng.choice(known) if known and rng.random() < 0.93 else who.zip


def seats_of(group: Group) -> dict[Event, list[Seat]]:
    """The seats of the members at each session: from the day they joined to the day they left."""
    found: dict[Event, list[Seat]] = {event: [] for event in group.events}
    for who, team, left_at in group.members:
        for event in group.events:
            if event.starts_at < team.joined_at:
                continue
            gave_up = left_at if left_at is not None and left_at < event.starts_at else None
            found[event].append(Seat(who, min(team.joined_at, now()), Source.COHORT, gave_up))
    return found


def attend(group: Group, event: Event, show: Show, faculty: Sequence[Someone]) -> None:
    """Put the faculty on stage; of three sessions the expert comes to two."""
    number = group.events.index(event)
    for place, who in enumerate(faculty):
        if place == len(faculty) - 1 and number % 3 == 2:
            continue
        stretch = (
            event.starts_at - timedelta(minutes=12 - place),
            event.ends_at + timedelta(minutes=2 + place),
        )
        show.lines.append(Line("panelist", who, who.name, True, stretch))


def silence(group: Group, event: Event, show: Show) -> None:
    """Take out of a session's report whom nobody saw any more: organizations that have stopped coming."""
    gone = {
        id(who)
        for who, team, _ in group.members
        if team.silent_from is not None and team.silent_from <= event.starts_at
    }
    seen: set[int] = set()
    kept = []
    for each in show.lines:
        if each.who is None or id(each.who) not in gone:
            kept.append(each)
        elif id(each.who) not in seen:
            seen.add(id(each.who))
            kept.append(replace(each, attended=False, stretch=None))
    show.lines[:] = kept


def write(groups: Sequence[Group], rng: Random) -> None:
    """Write plans, faculties, applications and teams. The people stand in the database already."""
    for role, address, name in ACCOUNTS:
        if account_by_address(address) is None:
            add_account(address, name, role, by=BY)
    for group in groups:
        _plan(group)
        _write_teams(group, rng)


def everybody(groups: Sequence[Group]) -> list[list[Someone]]:
    """Everybody who applied, whether they became members or not."""
    for group in groups:
        for team in group.teams:
            for who in team.people:
                who.seen(team.applied_at)
    return [team.people for group in groups for team in group.teams]


def _plan(group: Group) -> None:
    cohort, today = group.cohort, now().date()
    running = cohort.ends_on > today
    with frozen(to_utc(cohort.starts_on, time(15), EASTERN) - timedelta(days=75)):
        faculty.set_plan(
            cohort,
            PlanFields(
                published=True,
                about=(
                    "Once a month your team meets peers from other states: a short presentation, then two members' "
                    f"workforce challenges, and what the group would try.\n\n{_INVENTED}"
                ),
                whom="Provider organizations and state associations that want to work on one challenge of their own.",
                commitment="- Two or three people who come each month\n- One case of your own, told without names",
                norms="- One person speaks at a time\n- Questions first, recommendations after\n- What is said here stays here",
                standing_texts="No names and no details that tell whose case it is, in talk or in the chat.",
                materials="- [How to write a case](https://media.example.org/echo/how-to-write-a-case)\n- [Glossary](https://media.example.org/echo/glossary)",
                most_organizations=24 if running else TEAMS,
                most_people=72 if running else TEAMS * TEAM,
                opens_on=cohort.starts_on - timedelta(days=60),
                closes_on=today + timedelta(days=30) if running else cohort.starts_on - timedelta(days=30),
            ),
            by=BY,
        )
        for role, number, line in _FACULTY:
            _, address, name = ACCOUNTS[number]
            faculty.add_faculty(cohort, name, address, role, line, by=BY)


def _write_teams(group: Group, rng: Random) -> None:
    levers = [term.id for term in terms(Kind.LEVER)]
    rows = [_application(group.cohort, team, rng) for team in group.teams]
    ids = db.session.scalars(
        insert(CohortApplication).returning(CohortApplication.id, sort_by_parameter_order=True), rows
    ).all()
    db.session.execute(
        insert(cohort_application_term),
        [
            {"application_id": id, "term_id": term_id}
            for id in ids
            for term_id in rng.sample(levers, rng.choice((1, 1, 2, 3)))
        ],
    )
    members = [
        _member(group.cohort, id, team, number, rng)
        for id, team in zip(ids, group.teams, strict=True)
        for number in range(TEAM)
    ]
    db.session.execute(insert(CohortMember), members)


def _application(cohort: Cohort, team: Team, rng: Random) -> dict[str, Any]:
    contact = team.people[0]
    zip_code = contact.zip if contact.state != "XX" else None
    return {
        "cohort_id": cohort.id,
        "organization": team.name,
        "organization_id": contact.organization_id,
        "setting": rng.choice(list(Setting)),
        "size": rng.choice(list(Size)),
        "place": contact.state,
        "zip": zip_code,
        "area": area_of(zip_code),
        "challenge": rng.choice(_CHALLENGES),
        "committed_at": team.applied_at,
        "answers": [],
        "state": team.state,
        "state_at": team.applied_at if team.state is State.RECEIVED else team.applied_at + timedelta(days=12),
        "created_at": team.applied_at,
        "decision_message": "",
    }


def _member(cohort: Cohort, application_id: int, team: Team, number: int, rng: Random) -> dict[str, Any]:
    who, admitted, left = team.people[number], team.state is State.ADMITTED, team.left.get(number)
    shows = admitted and left is None and rng.random() < 0.8
    standing = Standing.NAMED if not admitted else Standing.LEFT if left else Standing.CONFIRMED
    return {
        "cohort_id": cohort.id,
        "application_id": application_id,
        "person_id": who.id,
        "position": number + 1,
        "name": who.name,
        "standing": standing,
        "asked_at": team.joined_at - timedelta(days=2) if admitted else None,
        "answered_at": team.joined_at if admitted else None,
        "joined_at": team.joined_at if admitted else None,
        "left_at": left,
        "shows_name": shows,
        "shows_address": shows and rng.random() < 0.5,
    }
