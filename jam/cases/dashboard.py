"""A cohort's dashboard: its tables, each asked in a fixed number of queries and the same on the page and as a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy import func, select

from jam.attendance.models import Attendance
from jam.audit.models import AuditEntry
from jam.base.database import db
from jam.base.words import count, long_date
from jam.cases.figures import MILESTONE_WORDS, Dates, Milestone, Presence, Stage, dropping, funnel, hours
from jam.cases.letters import SCOPE
from jam.cases.models import EchoCase
from jam.cases.queries import of_cohort
from jam.cases.rules import State
from jam.cohorts.models import CohortApplication, CohortMember
from jam.cohorts.presence import Cell as Seen
from jam.cohorts.presence import Grid, Line, grid, reported
from jam.cohorts.queries import faculty_of, members_of, plan_of
from jam.cohorts.rules import CERTIFICATE_GOAL, GOAL, ROLE_WORDS, Role, Standing, kept
from jam.schedule.models import Cohort, Event
from jam.schedule.queries import events_of_cohort
from jam.schedule.rules import State as EventState


@dataclass(frozen=True)
class Cell:
    """One cell: what it says, None for what is not known, and where it leads on the page."""

    value: str | int | float | None
    href: str = ""


@dataclass(frozen=True)
class Table:
    """A table of the dashboard: key (in file names), heading, what it counts, columns with whether they hold numbers."""

    key: str
    heading: str
    sentence: str
    columns: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[Cell]]
    #: What stands there instead of a table without rows.
    empty: str

    @property
    def header(self) -> list[str]:
        """The names of the columns."""
        return [name for name, _ in self.columns]

    @property
    def values(self) -> list[list[str | int | float | None]]:
        """The rows as a file holds them."""
        return [[cell.value for cell in row] for row in self.rows]


#: A table that a room above hands in.
Source = Callable[[Cohort], Table]

_sources: dict[str, Source] = {}


def hand_in(room: str, source: Source) -> None:
    """Let a room show a table on the dashboard. Handing in twice keeps the later source."""
    _sources[room] = source


@dataclass(frozen=True)
class Tile:
    """A figure on top: what it says, what it means."""

    figure: str | None
    label: str
    definition: str = ""


@dataclass(frozen=True)
class Board:
    """The whole of it."""

    tiles: list[Tile]
    tables: list[Table]


def board(cohort: Cohort) -> Board:
    """Everything at once."""
    shown, cases = grid(cohort), of_cohort(cohort)
    plan = plan_of(cohort)
    goal, certificate = (plan.goal, plan.certificate_goal) if plan else (GOAL, CERTIFICATE_GOAL)
    homes = _homes(cohort, shown, cases, goal)
    tables = [
        _warnings(cohort, homes),
        _sessions(shown),
        _organizations(cohort, homes, goal, certificate),
        _funnel(cohort, cases),
        *(source(cohort) for source in _sources.values()),
        _faculty(cohort, shown),
    ]
    return Board(_tiles(shown, goal, certificate), tables)


def _tiles(shown: Grid, goal: int, certificate: int) -> list[Tile]:
    members = [each for each in shown.lines if each.member.standing == Standing.CONFIRMED]
    known = [each for each in members if each.kept.expected]
    every = kept(
        [seen is Seen.CAME for line in shown.lines for seen in line.cells if seen in (Seen.CAME, Seen.MISSED)]
    )

    def reach(percent: int) -> str | None:
        if not known:
            return None
        return f"{sum(bool(each.kept.reaches(percent)) for each in known)} of {len(known)}"

    return [
        Tile(str(len(members)), "members", f"of {count(len({each.member.application_id for each in members}), 'organization', 'organizations')}"),
        Tile(f"{every.percent} %" if every.percent is not None else None, "attendance",
             "Seats that members took, of those expected since each joined; sessions without a report count for nobody."),
        Tile(reach(goal), f"reach the goal of {goal} %", "Members with at least one session whose attendance is known."),
        Tile(reach(certificate), f"reach {certificate} %, for a certificate", "Members with at least one session whose attendance is known."),
    ]  # fmt: skip


# --- attendance ----------------------------------------------------------------------------------------------------------


def _sessions(shown: Grid) -> Table:
    rows = [
        [
            Cell(long_date(event.starts_at, event.time_zone)),
            Cell(event.title),
            Cell(pair[0] if pair else None),
            Cell(pair[1] if pair else None),
            Cell(_percent(*pair) if pair else None),
        ]
        for event, pair in zip(shown.events, shown.came, strict=True)
    ]
    return Table(
        "sessions", "Attendance by session",
        "Members who came, of those who were members then. A session without a report is not known yet.",
        (("Session", False), ("Topic", False), ("Came", True), ("Expected", True), ("Percent", True)),
        rows, "No session has taken place yet.",
    )  # fmt: skip


def _percent(part: int, whole: int) -> int | None:
    return 100 * part // whole if whole else None


@dataclass(frozen=True)
class _Home:
    application: CohortApplication
    presence: Presence
    #: Whom to write to: the first member, or else the first who was named.
    contact: CohortMember


def _homes(cohort: Cohort, shown: Grid, cases: list[EchoCase], goal: int) -> list[_Home]:
    teams: dict[int, list[CohortMember]] = {}
    for member in members_of(cohort):
        teams.setdefault(member.application_id, []).append(member)
    lines: dict[int, list[Line]] = {}
    for line in shown.lines:
        lines.setdefault(line.member.application_id, []).append(line)
    absent = {each.id for each in shown.absent}
    # Of every session that is planned, whatever its state but cancelled.
    planned = [each for each in events_of_cohort(cohort) if each.state != EventState.CANCELLED]
    half_over = bool(planned) and 2 * len(shown.events) >= len(planned)
    sent: dict[int, int] = {}
    for case in cases:
        if case.state != State.WITHDRAWN:
            sent[case.member.application_id] = sent.get(case.member.application_id, 0) + 1
    found = []
    for id, team in teams.items():
        seats = [
            seen for line in lines.get(id, []) for seen in line.cells if seen in (Seen.CAME, Seen.MISSED)
        ]
        presence = Presence(
            absent=id in absent,
            kept=kept([seen is Seen.CAME for seen in seats]),
            goal=goal,
            members=sum(each.standing == Standing.CONFIRMED for each in team),
            left=sum(each.standing == Standing.LEFT and each.joined_at is not None for each in team),
            silent=sum(each.standing == Standing.ASKED for each in team),
            cases=sent.get(id, 0),
            half_over=half_over,
        )
        contact = next((each for each in team if each.standing == Standing.CONFIRMED), team[0])
        found.append(_Home(team[0].application, presence, contact))
    return found


def _organizations(cohort: Cohort, homes: list[_Home], goal: int, certificate: int) -> Table:
    def word(reaches: bool | None) -> str | None:
        return None if reaches is None else "yes" if reaches else "no"

    rows = [
        [
            Cell(each.application.organization, _application_page(cohort, each.application)),
            Cell(each.presence.members),
            Cell(each.presence.kept.came),
            Cell(each.presence.kept.expected),
            Cell(each.presence.kept.percent),
            Cell(word(each.presence.kept.reaches(goal))),
            Cell(word(each.presence.kept.reaches(certificate))),
            Cell(each.presence.cases),
        ]
        for each in homes
    ]
    return Table(
        "organizations", "Attendance by organization",
        f"Seats that its members took, of those expected since each joined; the goal is {goal} %, and {certificate} % for a certificate.",
        (("Organization", False), ("Members", True), ("Came", True), ("Expected", True), ("Percent", True),
         ("Goal", False), ("Certificate", False), ("Cases sent", True)),
        rows, "No organization is admitted yet.",
    )  # fmt: skip


def _warnings(cohort: Cohort, homes: list[_Home]) -> Table:
    told = [(each, dropping(each.presence)) for each in homes]
    worst = sorted(
        (pair for pair in told if pair[1]), key=lambda pair: (not pair[0].presence.absent, -len(pair[1]))
    )
    rows = []
    for each, why in worst:
        address = each.contact.person.address
        words = "; ".join(why)
        rows.append(
            [
                Cell(each.application.organization, _application_page(cohort, each.application)),
                Cell(words[:1].upper() + words[1:]),
                Cell(each.contact.name),
                Cell(address, f"mailto:{address}" if address else ""),
            ]
        )
    return Table(
        "warnings", "Who may drop out",
        "Organizations that stay away, fall below the goal, lose people or bring no case. Write or call before the next session.",
        (("Organization", False), ("Why", False), ("Contact", False), ("E-mail", False)),
        rows, "Nobody: every organization comes, and has brought a case or has time to.",
    )  # fmt: skip


def _application_page(cohort: Cohort, application: CohortApplication) -> str:
    return url_for("cohorts.desk_application", slug=cohort.slug, id=application.id)


# --- cases ---------------------------------------------------------------------------------------------------------------

#: Milestones that a case does not hold itself: the last entry of the log.
_LOGGED = {
    "cases.approve": Milestone.APPROVED,
    "cases.schedule": Milestone.PLANNED,
    "cases.follow": Milestone.FOLLOWED_UP,
}


def stages(cases: Sequence[EchoCase]) -> list[Stage]:
    """How far these cases came, with the days between; one query."""
    query = (
        select(AuditEntry.object_id, AuditEntry.action, func.max(AuditEntry.at))
        .where(
            AuditEntry.object_kind == SCOPE,
            AuditEntry.object_id.in_([each.id for each in cases]),
            AuditEntry.action.in_(_LOGGED),
        )
        .group_by(AuditEntry.object_id, AuditEntry.action)
    )
    logged: dict[int, dict[Milestone, datetime]] = {}
    for id, action, at in db.session.execute(query):
        logged.setdefault(id, {})[_LOGGED[action]] = at
    return funnel({each.id: (State(each.state), _dates(each, logged.get(each.id, {}))) for each in cases})


def _dates(case: EchoCase, logged: Dates) -> Dates:
    own = {
        Milestone.SENT: case.sent_at,
        Milestone.PRESENTED: case.presented_at,
        Milestone.RECOMMENDED: case.recommendations_sent_at,
        Milestone.CLOSED: case.closed_at,
    }
    return {**logged, **{milestone: at for milestone, at in own.items() if at is not None}}


def _funnel(cohort: Cohort, cases: list[EchoCase]) -> Table:
    rows = [
        [
            Cell(MILESTONE_WORDS[each.milestone]),
            Cell(len(each.cases), url_for("cases.desk_cohort", slug=cohort.slug, reached=each.milestone) if each.cases else ""),
            Cell(_percent(len(each.cases), len(cases))),
            Cell(each.days if each.milestone is not Milestone.SENT else ""),
            Cell(each.known if each.milestone is not Milestone.SENT else ""),
        ]
        for each in stages(cases)
    ]  # fmt: skip
    return Table(
        "funnel", "How far cases come",
        "Cases that came so far, of those sent in, and the median of the days since the step before with how many cases tell it.",
        (("Step", False), ("Cases", True), ("Percent", True), ("Days since the step before", True), ("Known of", True)),
        rows if cases else [], "No case has been sent in.",
    )  # fmt: skip


# --- faculty -------------------------------------------------------------------------------------------------------------


def _faculty(cohort: Cohort, shown: Grid) -> Table:
    events = shown.events
    known = reported(events)
    people: dict[int, tuple[str, list[str], datetime]] = {}
    for one in faculty_of(cohort):
        name, roles, since = people.get(one.person_id, (one.person.name, [], one.added_at))
        people[one.person_id] = (name, [*roles, ROLE_WORDS[Role(one.role)]], min(since, one.added_at))
    there = _there(events, people)
    rows = []
    for id, (name, roles, since) in people.items():
        mine = [each for each in events if each.starts_at >= since or (id, each.id) in there]
        came = [each for each in mine if (id, each.id) in there]
        seconds = [there[id, each.id] for each in came]
        told = [each for each in mine if each.id in known]
        rows.append(
            [
                Cell(name),
                Cell(", ".join(roles)),
                Cell(len(mine)),
                Cell(hours(sum((each.ends_at - each.starts_at).total_seconds() for each in mine))),
                Cell(len(came) if told else None),
                Cell(len(told)),
                Cell(hours(sum(each or 0 for each in seconds)) if told else None),
            ]
        )
    return Table(
        "faculty", "Hours of the faculty",
        "Sessions held since each belongs to the faculty, with their planned hours; and where attendance is known, how long each was there.",
        (("Name", False), ("Does", False), ("Sessions", True), ("Planned hours", True), ("Came", True), ("Of known", True),
         ("Hours there", True)),
        [*rows, *_by_role(rows)] if rows else [], "The cohort has no faculty yet.",
    )  # fmt: skip


def _by_role(rows: list[list[Cell]]) -> list[list[Cell]]:
    """A row for each role: whoever has two stands in both."""
    found = []
    for role in ROLE_WORDS.values():
        mine = [row for row in rows if role in str(row[1].value).split(", ")]
        if not mine:
            continue
        sums = [
            round(sum(float(row[column].value or 0) for row in mine), 1)
            if any(row[column].value is not None for row in mine)
            else None
            for column in range(2, 7)
        ]
        whole = [None if each is None else int(each) if each == int(each) else each for each in sums]
        found.append(
            [Cell(f"All: {role.lower()}"), Cell(count(len(mine), "person", "people")), *map(Cell, whole)]
        )
    return found


def _there(
    events: list[Event], people: dict[int, tuple[str, list[str], datetime]]
) -> dict[tuple[int, int], int | None]:
    query = select(Attendance.person_id, Attendance.event_id, Attendance.seconds).where(
        Attendance.event_id.in_([each.id for each in events]), Attendance.person_id.in_(people)
    )
    return {(person_id, event_id): seconds for person_id, event_id, seconds in db.session.execute(query)}
