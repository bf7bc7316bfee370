"""The rows behind each figure: whoever may see a number here may see what it was counted from, line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from pyroaring import BitMap
from sqlalchemy import Select, and_, func, select

from jam.attendance.models import Attendance
from jam.base.database import db
from jam.base.words import count as counted_words
from jam.people.models import Person
from jam.people.rules import normal_organization
from jam.registration.models import Registration
from jam.registration.rules import NEED_WORDS, SOURCE_WORDS, Need, Source, Status
from jam.schedule.models import Event, event_term
from jam.statistics import echo, volunteers
from jam.statistics.audiences import audiences, past
from jam.statistics.choice import Choice, Held, held
from jam.statistics.counting import Counted
from jam.statistics.lines import Line, Rows, given
from jam.statistics.opened import Part, area_seats, came_again, heads, lead_seats
from jam.statistics.queries import counts_of, merged_organizations, people_of_area
from jam.statistics.rules import Who
from jam.vocabulary.areas import Area
from jam.vocabulary.models import Term
from jam.vocabulary.rules import OUTSIDE, STATES, Kind

_HOUR = timedelta(hours=1)


def rows(measure: str, choice: Choice, part: Part | None = None) -> Rows:
    """The lines behind a measure, or behind one part of it. KeyError for a measure that is not there; refused as `held`
    says, and for a part that is none."""
    sessions = held(choice)
    counts = counts_of(choice, sessions)
    if part is None:
        return _MAKERS[measure](measure, choice, sessions, counts)
    if part.kind == "twice" or (part.kind == "area" and measure == "unique_attendees"):
        came, again = people_of_area(counts.values(), part.area)
        how = "“Came to” counts all sessions, also those for which somebody gave another area."
        return _people_of(again if part.kind == "twice" else came, sessions, counts, how)
    if part.kind == "area":
        return area_seats(sessions, counts, part.area)
    if part.kind == "step":
        return volunteers.rows("proposals", choice, part.step)
    if part.kind == "lead":
        return lead_seats(choice, sessions, part.band)
    if part.kind == "later":
        return came_again(choice, sessions, counts, part)
    return _seats(measure, choice, sessions, counts, part)


_Maker = Callable[[str, Choice, Sequence[Held], dict[int, Counted]], Rows]


# --- sessions ---------------------------------------------------------------------------------------------------------


def _sessions(measure: str, choice: Choice, sessions: Sequence[Held], counts: dict[int, Counted]) -> Rows:
    def stretch(at: int, many: int) -> list[Line]:
        return [
            Line((each.starts_at, each.title, each.program, counts[each.id].seats, counts[each.id].peak),
                 session=each.slug)
            for each in sessions[at : at + many]
        ]  # fmt: skip

    how = {
        "sessions_held": "",
        "registrations_per_session": "The registrations of these sessions, divided by their number.",
        "growth": "The registrations of the last twelve of these, against those of the twelve before.",
        "peak": "The largest peak of these sessions.",
    }[measure]
    return Rows(("Date", "Session", "Program", "Registrations", "Peak"), len(sessions), stretch, how)


# --- seats and attendances --------------------------------------------------------------------------------------------


def _seats(
    measure: str,
    choice: Choice,
    sessions: Sequence[Held],
    counts: dict[int, Counted],
    part: Part | None = None,
) -> Rows:
    query = (
        select(
            Event.starts_at, Event.title, Registration.name, Registration.organization, Registration.state,
            Registration.source, Registration.registered_at, Registration.accommodation_state, Attendance.id,
            Registration.person_id, Event.slug,
        )
        .join(Event, Event.id == Registration.event_id)
        .outerjoin(Attendance, _same_seat())
        .where(Registration.event_id.in_(_ids(sessions)), Registration.status == Status.CONFIRMED, *choice.given.where)
        .order_by(Event.starts_at, Event.id, Registration.id)
    )  # fmt: skip
    how = ""
    if part is not None:
        query = query.where(*part.where)
    if measure in ("show_rate", "lead_days"):
        query = query.where(Registration.registered_at <= Event.starts_at)
    if measure == "show_rate":
        known = [each.event_id for each in counts.values() if each.known]
        query = query.where(Registration.event_id.in_(known))
        how = "Those with “Yes” under “Came”, divided by all lines."
    elif measure == "lead_days":
        how = "The median of “Days before”."
    elif measure.startswith("accommodations") and not choice.given:
        how = "Those of people who were erased are counted and have no line."
    if measure == "accommodations_asked":
        query = query.where(Registration.accommodation_state.is_not(None))
    elif measure == "accommodations_met":
        query = query.where(Registration.accommodation_state == Need.ARRANGED)
    columns = ("Date", "Session", "Name", "Organization", "State", "How", "Registered", "Came", "Needs")
    if measure == "lead_days":
        return _selected(
            query, (*columns, "Days before"), _seat_before, how, _ids(sessions), Registration.event_id
        )
    return _selected(query, columns, _seat, how, _ids(sessions), Registration.event_id)


def _seat(row: Any) -> Line:
    starts, title, name, organization, state, source, taken, need, came, person, slug = row
    words = ("Yes" if came else "", NEED_WORDS[Need(need)] if need else "")
    return Line(
        (starts, title, name, organization, STATES.get(state or "", ""), SOURCE_WORDS[Source(source)], taken, *words),
        person, slug,
    )  # fmt: skip


def _seat_before(row: Any) -> Line:
    line, starts, taken = _seat(row), row[0], row[6]
    # In whole hours, as it is counted.
    return replace(line, cells=(*line.cells, round((starts - taken) // _HOUR / 24, 1)))


def _attendances(measure: str, choice: Choice, sessions: Sequence[Held], counts: dict[int, Counted]) -> Rows:
    query = (
        select(
            Event.starts_at, Event.title, Person.name, Attendance.seconds, Registration.id, Attendance.person_id, Event.slug
        )
        .join(Event, Event.id == Attendance.event_id)
        .join(Person, Person.id == Attendance.person_id)
        .outerjoin(Registration, and_(_same_seat(), Registration.status == Status.CONFIRMED))
        .where(Attendance.event_id.in_(_ids(sessions)), Attendance.role == "attendee", *choice.given.where)
        .order_by(Event.starts_at, Event.id, Person.name, Attendance.id)
    )  # fmt: skip
    how = ""
    if measure == "walk_ins":
        query = query.where(Registration.id.is_(None))
    elif measure in ("median_minutes", "person_minutes", "stayed_enough"):
        query = query.where(Attendance.seconds.is_not(None))
        how = {
            "median_minutes": "The median of the minutes of these lines.",
            "person_minutes": "The minutes of these lines added up.",
            "stayed_enough": "Those with “Yes” under “Long enough”, divided by all lines.",
        }[measure]
    columns = ("Date", "Session", "Name", "Minutes", "Had a seat")
    if measure == "stayed_enough":
        enough = {each.slug: each.enough_seconds for each in sessions}

        def told(row: Any) -> Line:
            line, seconds, slug = _attendance(row), row[3], row[6]
            needed = enough[slug]
            return replace(
                line, cells=(*line.cells, round(needed / 60, 2), "Yes" if seconds >= needed else "")
            )

        return _selected(
            query,
            (*columns, "Minutes asked for", "Long enough"),
            told,
            how,
            _ids(sessions),
            Attendance.event_id,
        )
    return _selected(query, columns, _attendance, how, _ids(sessions), Attendance.event_id)


def _attendance(row: Any) -> Line:
    starts, title, name, seconds, seat, person, slug = row
    minutes = None if seconds is None else round(seconds / 60, 2)
    return Line((starts, title, name, minutes, "Yes" if seat else ""), person, slug)


def _same_seat() -> Any:
    return and_(Attendance.event_id == Registration.event_id, Attendance.person_id == Registration.person_id)


def _ids(sessions: Sequence[Held]) -> list[int]:
    return [each.id for each in sessions]


def _selected(
    query: Select[*tuple[Any, ...]],
    columns: Sequence[str],
    line: Callable[[Any], Line],
    how: str,
    sessions: Sequence[int],
    session: Any,
) -> Rows:
    """The lines of a query that is ordered by session first. A page is a stretch of it; all of them are read session by session,
    so that none is passed over again and again to come to the next."""
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0

    def every() -> Iterator[Line]:
        for id in sessions:
            yield from map(line, db.session.execute(query.where(session == id)))

    return Rows(
        columns,
        total,
        lambda at, many: [line(row) for row in db.session.execute(query.offset(at).limit(many))],
        how,
        every,
    )


# --- people -----------------------------------------------------------------------------------------------------------


def _people(measure: str, choice: Choice, sessions: Sequence[Held], counts: dict[int, Counted]) -> Rows:
    """People by their numbers, with how many of the sessions they had a seat at, and came to."""
    return _people_of(_who(measure, choice, sessions, counts), sessions, counts)


def _people_of(who: BitMap, sessions: Sequence[Held], counts: dict[int, Counted], how: str = "") -> Rows:
    columns = ("Name", "Seats", "Came to", "First of these", "Last of these")
    by_start = sorted(sessions, key=lambda each: (each.starts_at, each.id))

    def stretch(at: int, many: int) -> list[Line]:
        some = list(who[at : at + many])
        names = {
            id: name
            for id, name in db.session.execute(select(Person.id, Person.name).where(Person.id.in_(some)))
        }
        return [_person(id, names[id], by_start, counts) for id in some]

    return Rows(columns, len(who), stretch, how)


def _who(measure: str, choice: Choice, sessions: Sequence[Held], counts: dict[int, Counted]) -> BitMap:
    if measure == "unique_registrants":
        return BitMap.union(BitMap(), *(each.who[Who.SEATS] for each in counts.values()))
    found = audiences(past(choice, sessions, counts), sessions, counts)
    return {"unique_attendees": found.came, "newcomers": found.first_time, "returning": found.again}[measure]


def _person(id: int, name: str, sessions: Sequence[Held], counts: dict[int, Counted]) -> Line:
    seats = sum(id in counts[each.id].who[Who.SEATS] for each in sessions)
    came = [each for each in sessions if id in counts[each.id].who[Who.AUDIENCE]]
    first, last = (came[0].starts_at, came[-1].starts_at) if came else (None, None)
    return Line((name, seats, len(came), first, last), person_id=id)


# --- what was given ---------------------------------------------------------------------------------------------------


def _values(measure: str, choice: Choice, sessions: Sequence[Held], counts: dict[int, Counted]) -> Rows:
    column, words, names = {
        "states": (Registration.state, "State or territory", STATES),
        "sectors": (Registration.sector_id, "Sector", None),
        "job_roles": (Registration.job_role_id, "Job role", None),
    }[measure]
    query = (
        select(column, func.count())
        .where(
            Registration.event_id.in_(_ids(sessions)), Registration.status == Status.CONFIRMED, column.is_not(None),
            *choice.given.where,
        )
        .group_by(column)
    )  # fmt: skip
    found = [
        (str(value), number) for value, number in db.session.execute(query) if value not in ("", OUTSIDE)
    ]
    terms = select(Term).where(Term.kind.in_((Kind.SECTOR, Kind.JOB_ROLE)))
    called = names or {str(term.id): term.name for term in db.session.scalars(terms)}
    lines = [Line((called[value], number)) for value, number in found]
    lines.sort(key=lambda line: (-int(str(line.cells[1])), str(line.cells[0])))
    return given(lines, (words, "Registrations"))


def _organizations(
    measure: str, choice: Choice, sessions: Sequence[Held], counts: dict[int, Counted]
) -> Rows:
    query = (
        select(Registration.organization, func.count())
        .where(
            Registration.event_id.in_(_ids(sessions)), Registration.status == Status.CONFIRMED,
            Registration.organization != "", *choice.given.where,
        )
        .group_by(Registration.organization)
        .order_by(func.count().desc(), Registration.organization)
    )  # fmt: skip
    into = merged_organizations()
    spelled: dict[str, list[tuple[str, int]]] = {}
    for name, number in db.session.execute(query):
        normal = normal_organization(name)
        while normal in into:
            normal = into[normal]
        spelled.setdefault(normal, []).append((name, number))
    lines = [
        Line((names[0][0], sum(number for _, number in names), counted_words(len(names), "spelling", "spellings")))
        for names in spelled.values()
    ]  # fmt: skip
    lines.sort(key=lambda line: (-int(str(line.cells[1])), str(line.cells[0])))
    return given(
        lines, ("Organization", "Registrations", "Written in"), "Those of people who were erased are counted and have no line."
    )  # fmt: skip


def _about(measure: str, choice: Choice, sessions: Sequence[Held], counts: dict[int, Counted]) -> Rows:
    kind = Kind.LEVER if measure == "levers" else Kind.FOCUS_AREA
    query = (
        select(Term.name, func.count())
        .join(event_term, event_term.c.term_id == Term.id)
        .where(Term.kind == kind, event_term.c.event_id.in_(_ids(sessions)))
        .group_by(Term.id, Term.name, Term.position)
        .order_by(Term.position, Term.id)
    )
    lines = [Line((name, number)) for name, number in db.session.execute(query)]
    return given(lines, ("Lever of change" if kind == Kind.LEVER else "Focus area", "Sessions"))


_MAKERS: dict[str, _Maker] = {
    **dict.fromkeys(("sessions_held", "registrations_per_session", "growth", "peak"), _sessions),
    **dict.fromkeys(
        ("registrations", "lead_days", "show_rate", "accommodations_asked", "accommodations_met"), _seats
    ),
    **dict.fromkeys(
        ("attendees", "walk_ins", "median_minutes", "person_minutes", "stayed_enough"), _attendances
    ),
    **dict.fromkeys(("unique_registrants", "unique_attendees", "newcomers", "returning"), _people),
    **dict.fromkeys(("states", "sectors", "job_roles"), _values),
    "organizations": _organizations,
    **dict.fromkeys(echo.NAMES, echo.rows),
    **dict.fromkeys(
        volunteers.NAMES, lambda measure, choice, sessions, counts: volunteers.rows(measure, choice)
    ),
    "unknown_heads": lambda measure, choice, sessions, counts: heads(sessions),
    "came_next": lambda measure, choice, sessions, counts: came_again(choice, sessions, counts),
    "rural_share": lambda measure, choice, sessions, counts: area_seats(sessions, counts),
    "area_unknown": lambda measure, choice, sessions, counts: area_seats(sessions, counts, Area.UNKNOWN),
    **dict.fromkeys(("levers", "focus_areas"), _about),
}
