"""Counting registrations and attendance: a fixed number of queries, however many sessions there are.

A session counts once it is published and over. Days of a period are days on the program's wall clock, Eastern for all
programs together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import CTE, Select, and_, case, distinct, exists, func, literal, or_, select

from jam.attendance.models import Attendance, AttendanceReport, AttendanceRow
from jam.attendance.rules import Interval, merge, peak
from jam.audit.models import AuditEntry
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.zones import EASTERN, to_utc
from jam.registration.models import Registration
from jam.registration.rules import Status
from jam.schedule.models import Event, Program, event_term
from jam.schedule.rules import State, Visibility
from jam.statistics import rules
from jam.statistics.rules import SMALLEST, Number, SessionFigures
from jam.vocabulary.models import Term
from jam.vocabulary.rules import OUTSIDE, STATES, Kind

_SEAT = Registration.status == Status.CONFIRMED
_AUDIENCE = Attendance.role == "attendee"
_NOT_GIVEN = "Not given"

#: Where an app keeps the public totals.
_KEPT = "jam-statistics"

#: Days beyond these bound nothing, and the first and last days there are cannot be moved between zones.
_EARLIEST, _LATEST = date(1900, 1, 1), date(9000, 1, 1)


@dataclass(frozen=True)
class Period:
    """Which sessions are counted: of a program or all, from a day to a day, both included."""

    program: str | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Statistics:
    """The measures by name and the sessions they are taken from, oldest first."""

    period: Period
    measures: dict[str, Number]
    sessions: list[SessionFigures]


@dataclass(frozen=True)
class Share:
    """A row of a breakdown: confirmed seats; those held at the start of sessions with a report; who of these came."""

    name: str
    registrations: int
    at_start: int
    came: int | None

    @property
    def show_rate(self) -> float | None:
        """The share of those with a seat at the start who came, at sessions with a report."""
        return None if self.came is None else rules.share(self.came, self.at_start)


@dataclass(frozen=True)
class Breakdowns:
    """Seats and attendances taken apart. A session with two levers counts under both, so levers add up to more."""

    by_state: list[Share]
    by_sector: list[Share]
    #: With how many sessions.
    by_lever: list[tuple[Share, int]]


def statistics(program_slug: str | None, first: date | None = None, last: date | None = None) -> Statistics:
    """Every measure for a program, or all, from a day to a day, both included.

    Refused for a program that is not there and for a period that ends before it begins.
    """
    held = _held(*_bounds(program_slug, first, last))
    sessions = _with_times(held, _sessions(held))
    return Statistics(
        Period(program_slug, first, last),
        rules.measures(
            sessions, _reached(held), _came_and_came_again(held), _medians(held, together=True).get(0)
        ),
        sessions,
    )


def public_totals() -> Statistics:
    """What everybody may know: sessions that are open to all, without those of fewer than eleven registrations.

    Measures of time are left out. Pages ask often, so each process keeps the answer until something is written; one
    small query tells, and after a minute it is counted anew in any case.
    """
    written = func.coalesce(select(func.max(AuditEntry.id)).scalar_subquery(), 0)
    over = (
        select(func.count()).where(Event.state == State.PUBLISHED, Event.ends_at <= now()).scalar_subquery()
    )
    stamp = (now().replace(second=0), *db.session.execute(select(written, over)).one())
    kept: tuple[object, Statistics] | None = current_app.extensions.get(_KEPT)
    if kept is None or kept[0] != stamp:
        current_app.extensions[_KEPT] = kept = (stamp, _public_totals())
    return kept[1]


def _public_totals() -> Statistics:
    held = _held(None, None, None, public=True)
    sessions = rules.for_everybody(_sessions(held))
    found = rules.measures(sessions, _reached(held), (0, 0), None)
    shown = ("sessions_held", "registrations", "registrations_per_session", "unique_registrants", "attendees")
    return Statistics(Period(), {name: found[name] for name in (*shown, "show_rate", "states")}, sessions)


def public_sessions() -> list[SessionFigures]:
    """The sessions of the public totals alone, oldest first."""
    return public_totals().sessions


def as_json(found: Statistics) -> dict[str, Any]:
    """The document that `jam statistics --json` prints."""
    period = found.period
    return {
        "program": period.program,
        "from": period.first.isoformat() if period.first else None,
        "to": period.last.isoformat() if period.last else None,
        "measures": found.measures,
        "sessions": [
            {
                "slug": each.slug,
                "starts_at": f"{each.starts_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
                "registrations": each.registrations,
                "attendees": each.attendees,
                "show_rate": each.show_rate,
                "median_minutes": each.median_minutes,
                "peak": each.peak,
            }
            for each in found.sessions
        ],
    }


def programs() -> list[tuple[str, str]]:
    """Slug and name of every program, to choose from."""
    return [
        (slug, name)
        for slug, name in db.session.execute(select(Program.slug, Program.name).order_by(Program.id))
    ]


def breakdowns(period: Period) -> Breakdowns:
    """The same seats and attendances taken apart three ways."""
    held = _held(*_bounds(period.program, period.first, period.last))
    by_state = _counts(held, Registration.state).group_by(Registration.state)
    by_sector = (
        _counts(held, Term.name)
        .outerjoin(Term, Term.id == Registration.sector_id)
        .group_by(Registration.sector_id, Term.name)
    )
    return Breakdowns(
        by_state=_ranked(
            _share(STATES.get(row[0] or "", _NOT_GIVEN), *row[1:]) for row in db.session.execute(by_state)
        ),
        by_sector=_ranked(_share(row[0] or _NOT_GIVEN, *row[1:]) for row in db.session.execute(by_sector)),
        by_lever=[(_share(name, *counts), n) for name, n, *counts in db.session.execute(_by_lever(held))],
    )


def _by_lever(held: CTE) -> Select[*tuple[Any, ...]]:
    """In the levers' order: name, sessions, counts. A lever whose sessions have no seats is left out."""
    return (
        _counts(held, Term.name, func.count(distinct(held.c.id)))
        .join(event_term, event_term.c.event_id == held.c.id)
        .join(Term, Term.id == event_term.c.term_id)
        .where(Term.kind == Kind.LEVER)
        .group_by(Term.id, Term.name, Term.position)
        .order_by(Term.position, Term.id)
    )


# --- which sessions ---------------------------------------------------------------------------------------------------


def _bounds(
    program_slug: str | None, first: date | None, last: date | None
) -> tuple[int | None, datetime | None, datetime | None]:
    """The program's id and the instants between which sessions begin."""
    if first and last and last < first:
        raise Refused(f"The period ends ({last}) before it begins ({first}). Swap the two dates.")
    program_id, zone = None, EASTERN
    if program_slug is not None:
        row = db.session.execute(
            select(Program.id, Program.time_zone).where(Program.slug == program_slug)
        ).first()
        if row is None:
            raise Refused(f"There is no program “{program_slug}”. Its name is the last part of its address.")
        program_id, zone = row
    begins = to_utc(first, time(), zone) if first and first > _EARLIEST else None
    ends = to_utc(last + timedelta(days=1), time(), zone) if last and last < _LATEST else None
    return program_id, begins, ends


def _held(
    program_id: int | None, begins: datetime | None, ends: datetime | None, public: bool = False
) -> CTE:
    """Sessions that are over: id, program, start, and whether anything is known of who came."""
    known = or_(
        exists().where(AttendanceReport.event_id == Event.id), exists().where(Attendance.event_id == Event.id)
    )
    query = select(Event.id, Event.program_id, Event.starts_at, known.label("known")).where(
        Event.state == State.PUBLISHED, Event.ends_at <= now()
    )
    if program_id is not None:
        query = query.where(Event.program_id == program_id)
    if begins is not None:
        query = query.where(Event.starts_at >= begins)
    if ends is not None:
        query = query.where(Event.starts_at < ends)
    if public:
        seats = select(func.count()).where(Registration.event_id == Event.id, _SEAT).scalar_subquery()
        query = query.where(Event.visibility == Visibility.PUBLIC, seats >= SMALLEST)
    # Engines would otherwise look for reports and seats again at each row that is joined.
    return query.cte("held").prefix_with("MATERIALIZED")


# --- session by session -----------------------------------------------------------------------------------------------


def _sessions(held: CTE) -> list[SessionFigures]:
    """Each session with its counts of people; times are added by `_with_times`."""
    events = (
        select(
            Event.id, Event.slug, Event.title, Program.name, Event.starts_at, Event.ends_at, Event.time_zone, held.c.known
        )
        .join(held, held.c.id == Event.id)
        .join(Program, Program.id == Event.program_id)
        .order_by(Event.starts_at, Event.id)
    )  # fmt: skip
    seats = {id: counts for id, *counts in db.session.execute(_counts(held, held.c.id).group_by(held.c.id))}
    audience = {id: counts for id, *counts in db.session.execute(_audience(held))}
    found = []
    for id, slug, title, program, starts_at, ends_at, zone, known in db.session.execute(events):
        registrations, at_start, came, _ = seats.get(id, (0, 0, 0, 0))
        attendees, walk_ins, timed, seconds = audience.get(id, (0, 0, 0, 0))
        minutes = round(seconds / 60, 2) if timed or not attendees else None
        of_attendance = (came, attendees, walk_ins, minutes) if known else (None, None, None, None)
        found.append(
            SessionFigures(
                id, slug, title, program, starts_at, ends_at, zone, registrations, at_start, *of_attendance
            )
        )
    return found


def _counts(held: CTE, *columns: Any) -> Select[*tuple[Any, ...]]:
    """Columns, then of the seats at held sessions: all; those held when the session began; who of these came, in any
    role; and those of the second at sessions whose attendance is known. To be grouped."""
    at_start = Registration.registered_at <= held.c.starts_at
    return (
        select(
            *columns,
            func.count(Registration.id),
            _many(at_start),
            _many(and_(at_start, Attendance.id.is_not(None))),
            _many(and_(at_start, held.c.known)),
        )
        .select_from(held)
        .join(Registration, and_(Registration.event_id == held.c.id, _SEAT))
        .outerjoin(Attendance, _same_person_and_event())
    )


def _audience(held: CTE) -> Select[*tuple[Any, ...]]:
    """By session: attendees, those without a seat, those of known time, their seconds."""
    return (
        select(
            Attendance.event_id,
            func.count(Attendance.id),
            _many(Registration.id.is_(None)),
            func.count(Attendance.seconds),
            func.coalesce(func.sum(Attendance.seconds), 0),
        )
        .join(held, held.c.id == Attendance.event_id)
        .outerjoin(Registration, and_(_same_person_and_event(), _SEAT))
        .where(_AUDIENCE)
        .group_by(Attendance.event_id)
    )


def _with_times(held: CTE, sessions: Iterable[SessionFigures]) -> list[SessionFigures]:
    medians, peaks = _medians(held), _peaks(held)
    return [
        replace(
            each,
            median_minutes=medians.get(each.id),
            peak=peaks.get(each.id, 0 if each.attendees == 0 else None),
        )
        for each in sessions
    ]


def _medians(held: CTE, together: bool = False) -> dict[int, float]:
    """The median minutes of each session's attendees; together: of all attendances, under 0."""
    group = literal(0) if together else Attendance.event_id
    ranked = (
        select(
            group.label("group"),
            Attendance.seconds.label("seconds"),
            func.row_number().over(partition_by=group, order_by=Attendance.seconds).label("place"),
            func.count().over(partition_by=group).label("n"),
        )
        .join(held, held.c.id == Attendance.event_id)
        .where(_AUDIENCE, Attendance.seconds.is_not(None))
        .subquery()
    )
    middle = or_(
        ranked.c.place * 2 == ranked.c.n,
        ranked.c.place * 2 == ranked.c.n + 1,
        ranked.c.place * 2 == ranked.c.n + 2,
    )
    query = select(ranked.c.group, func.sum(ranked.c.seconds), func.count()).where(middle)
    rows = db.session.execute(query.group_by(ranked.c.group))
    return {group: round(float(total) / n / 60, 2) for group, total, n in rows}


def _peaks(held: CTE) -> dict[int, int]:
    """The most attendees at one moment of each session, all their intervals merged; sessions without times are absent."""
    rows = db.session.execute(
        select(
            AttendanceRow.event_id, AttendanceRow.person_id, AttendanceRow.joined_at, AttendanceRow.left_at
        )
        .join(held, held.c.id == AttendanceRow.event_id)
        .join(
            Attendance,
            and_(
                Attendance.event_id == AttendanceRow.event_id,
                Attendance.person_id == AttendanceRow.person_id,
                _AUDIENCE,
            ),
        )
        .where(AttendanceRow.was_there, AttendanceRow.joined_at < AttendanceRow.left_at)
    )
    found: dict[int, dict[int, list[Interval]]] = {}
    for event_id, person_id, joined, left in rows:
        if person_id and joined and left:
            found.setdefault(event_id, {}).setdefault(person_id, []).append((joined, left))
    return {
        event_id: peak(pair for stretches in people.values() for pair in merge(stretches))
        for event_id, people in found.items()
    }


# --- over all sessions ------------------------------------------------------------------------------------------------


def _reached(held: CTE) -> tuple[int, int]:
    """Different people with a seat, and different states and territories they gave."""
    somewhere = Registration.state.in_([state for state in STATES if state != OUTSIDE])
    query = (
        select(
            func.count(distinct(Registration.person_id)),
            func.count(distinct(case((somewhere, Registration.state)))),
        )
        .join(held, held.c.id == Registration.event_id)
        .where(_SEAT)
    )
    people, states = db.session.execute(query).one()
    return people, states


def _came_and_came_again(held: CTE) -> tuple[int, int]:
    """Different attendees, and how many of them had been at an earlier session of the same program."""
    first = (
        select(Attendance.person_id, Event.program_id, func.min(Event.starts_at).label("first_at"))
        .join(Event, Event.id == Attendance.event_id)
        .where(_AUDIENCE, Event.state == State.PUBLISHED, Event.ends_at <= now())
        .group_by(Attendance.person_id, Event.program_id)
        .subquery()
    )
    again = case((held.c.starts_at > first.c.first_at, Attendance.person_id))
    query = (
        select(func.count(distinct(Attendance.person_id)), func.count(distinct(again)))
        .join(held, held.c.id == Attendance.event_id)
        .join(first, and_(first.c.person_id == Attendance.person_id, first.c.program_id == held.c.program_id))
        .where(_AUDIENCE)
    )
    people, returning = db.session.execute(query).one()
    return people, returning


def _share(name: str, registrations: int, at_start: int, came: int, at_known: int) -> Share:
    return Share(name, registrations, at_known, came if at_known else None)


def _ranked(shares: Iterable[Share]) -> list[Share]:
    """Most seats first, those of people who gave nothing last."""
    return sorted(shares, key=lambda each: (each.name == _NOT_GIVEN, -each.registrations, each.name))


def _many(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _same_person_and_event() -> Any:
    return and_(Attendance.event_id == Registration.event_id, Attendance.person_id == Registration.person_id)
