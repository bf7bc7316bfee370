"""The measures, and seats taken apart: a fixed number of queries, however many sessions and people there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from functools import cached_property
from itertools import groupby
from typing import Any

from flask import current_app
from pyroaring import BitMap
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from jam.audit.models import AuditEntry
from jam.base.database import db
from jam.base.now import now
from jam.base.zones import EASTERN, wall
from jam.people.models import Organization
from jam.registration.rules import SOURCE_WORDS
from jam.schedule.models import Cohort, Event, Program, event_term
from jam.schedule.rules import State
from jam.statistics import echo, rules, volunteers
from jam.statistics.audiences import Past, audiences, past
from jam.statistics.choice import Choice, Held, held
from jam.statistics.counting import Counted, Share, count
from jam.statistics.models import KINDS
from jam.statistics.retention import First, came_next, firsts
from jam.statistics.rules import BANDS, ORGANIZATIONS, Dimension, Many, Number, SessionFigures, Who
from jam.statistics.safety import LEAST, SMALLEST, safe_people, safe_table
from jam.statistics.sets import mark, median
from jam.statistics.summaries import counted, organizations
from jam.vocabulary.areas import AREA_WORDS, Area
from jam.vocabulary.models import Term
from jam.vocabulary.rules import OUTSIDE, STATES, Kind

#: Where an app keeps the public totals.
_KEPT = "jam-statistics"
_NOT_GIVEN = "Not given"


@dataclass(frozen=True)
class Apart:
    """Registrations taken apart for everybody: what may be shown of each calendar year that is over, added up."""

    years: list[int]
    #: By state, the empty one for those who gave none.
    states: dict[str, int]
    #: Words and numbers.
    sectors: list[tuple[str, int]]
    areas: list[tuple[str, int]]


@dataclass(frozen=True)
class Statistics:
    """The measures by name and the sessions they are taken from, oldest first."""

    choice: Choice
    measures: dict[str, Number]
    sessions: list[SessionFigures]
    #: Confirmed seats of these sessions by the state that was given; empty for none.
    seats_by_state: Mapping[str, int] = field(default_factory=dict)
    #: Of the public totals alone.
    apart: Apart | None = None


@dataclass(frozen=True)
class Row:
    """A line of a breakdown: confirmed seats; those held at the start of sessions with a report; who of these came.

    `value` is what the rows behind it are found by; empty where nothing was given.
    """

    name: str
    registrations: int
    at_start: int
    came: int | None
    value: str = ""

    @property
    def show_rate(self) -> float | None:
        """The share of those with a seat at the start who came, at sessions with a report."""
        return None if self.came is None else rules.share(self.came, self.at_start)


@dataclass(frozen=True)
class Breakdowns:
    """Seats and attendances taken apart. A session with two levers counts under both, so levers add up to more."""

    by_state: list[Row]
    by_sector: list[Row]
    #: With how many sessions.
    by_lever: list[tuple[Row, int]]
    by_focus_area: list[tuple[Row, int]]
    by_job_role: list[Row]
    by_source: list[Row]
    #: Rural, urban, not known.
    by_area: list[Row]
    #: Different people who came from each area: all, and those who came to two sessions or more; None where nobody knows.
    people_by_area: dict[str, tuple[int, int] | None]
    #: Seats held at the start by how long before it they were taken, the latest first: a band's name, its words, how many.
    by_lead: list[tuple[str, str, int]]
    #: What volunteers sent by where it stands: a state, its words, how many; empty where nothing was offered.
    by_step: list[tuple[str, str, int]]


@dataclass(frozen=True)
class Basis:
    """What all figures of a choice are taken from: its sessions, oldest first, and what was counted of each."""

    choice: Choice
    sessions: list[Held]
    counts: dict[int, Counted]

    @cached_property
    def history(self) -> list[Past]:
        """The sessions before them, and these."""
        return past(self.choice, self.sessions, self.counts)

    @cached_property
    def firsts(self) -> list[First]:
        """Who came to each session for the first time."""
        return firsts(self.history, self.sessions, self.counts)


#: What the measures need of each session beside its numbers; who was there, only where members are expected.
_MEASURED = (Who.SEATS, Who.AUDIENCE, *Many, ORGANIZATIONS)
#: What areas need beside these.
_AREAS = (Who.RURAL, Who.URBAN)


def basis(choice: Choice = Choice()) -> Basis:  # noqa: B008 - frozen
    """Read once what several of the functions below are asked of. Refused as `held` says."""
    return _basis(choice, (*_MEASURED, *_AREAS))


def _basis(choice: Choice, kinds: Sequence[str]) -> Basis:
    sessions = held(choice)
    there = () if choice.program is None and choice.cohort is None else (Who.THERE,)
    return Basis(choice, sessions, counts_of(choice, sessions, (*kinds, *there)))


def statistics(choice: Choice = Choice()) -> Statistics:  # noqa: B008 - frozen
    """Every measure of a choice of sessions. Refused as `held` says."""
    return statistics_of(_basis(choice, _MEASURED))


def statistics_of(of: Basis) -> Statistics:
    """The same of what was read."""
    return Statistics(
        of.choice,
        _measures(of),
        [_figures(each, of.counts[each.id]) for each in of.sessions],
        seats_by_state(of.counts.values()),
    )


def counts_of(choice: Choice, sessions: Sequence[Held], kinds: Sequence[str] = KINDS) -> dict[int, Counted]:
    """The sessions of a choice, counted, with these kinds of sets at least."""
    ids = [each.id for each in sessions]
    if choice.given:
        return {each.event_id: each for each in count(ids, choice.given)}
    return counted(ids, kinds)


def seats_by_state(counts: Iterable[Counted]) -> dict[str, int]:
    """Confirmed seats by the state that their holders gave, `""` for those who gave none."""
    return _seats_by(Dimension.STATE, counts)


def _seats_by(wanted: Dimension, counts: Iterable[Counted]) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in counts:
        for (dimension, value), share in each.parts.items():
            if dimension == wanted:
                found[value] = found.get(value, 0) + share.seats
    return found


def _figures(session: Held, of: Counted) -> SessionFigures:
    half = of.median_stay
    return SessionFigures(
        session.id,
        session.slug,
        session.title,
        session.program,
        session.starts_at,
        session.ends_at,
        session.time_zone,
        of.seats,
        of.at_start,
        of.came if of.known else None,
        of.audience if of.known else None,
        of.walk_ins if of.known else None,
        round(of.stayed / 60, 2) if of.known and (of.timed or not of.audience) else None,
        None if half is None else round(half / 60, 2),
        of.peak,
    )


def _measures(of: Basis) -> dict[str, Number]:
    """Every measure by name; None for what cannot be known."""
    choice, sessions, counts = of.choice, of.sessions, of.counts
    people = audiences(of.history, sessions, counts)
    every = [counts[each.id] for each in sessions]
    known = [each for each in every if each.known]
    long = sum(counts[each.id].spreads[Many.STAYS].at_least(each.enough_seconds) for each in sessions)
    timed = sum(each.timed for each in known)
    registrations = sum(each.seats for each in every)
    came = sum(each.came for each in known)
    half = median(each.spreads[Many.STAYS] for each in known)
    lead = median(each.spreads[Many.LEADS] for each in every)
    values = _given(every)
    rural, urban, unknown = (_area(every, area).seats for area in Area)
    told = timed or not any(each.audience for each in known)
    return {
        "sessions_held": len(sessions),
        "registrations": registrations,
        "registrations_per_session": round(registrations / len(sessions), 2) if sessions else None,
        "unique_registrants": len(BitMap.union(BitMap(), *(each.who[Who.SEATS] for each in every))),
        "growth": rules.growth([each.seats for each in every]) if _one_program(sessions) else None,
        "lead_days": None if lead is None else round(lead / 24, 1),
        "attendees": sum(each.audience for each in known) if known else None,
        "unique_attendees": len(people.came) if known else None,
        "show_rate": rules.share(came, sum(each.at_start for each in known)),
        "walk_ins": _walk_ins(choice, known),
        "median_minutes": None if half is None else round(half / 60, 2),
        "person_minutes": round(sum(each.stayed for each in known) / 60, 2) if known and told else None,
        "stayed_enough": rules.share(long, timed),
        "peak": _peak(choice, known),
        "unknown_heads": sum(each.heads for each in known) if known and not choice.given else None,
        "newcomers": len(people.first_time) if known else None,
        "returning": len(people.again) if known else None,
        "came_next": came_next(of.firsts),
        "organizations": _organizations(every),
        "states": len(values[Dimension.STATE] - {"", OUTSIDE}),
        "sectors": len(values[Dimension.SECTOR] - {""}),
        "job_roles": len(values[Dimension.JOB_ROLE] - {""}),
        "rural_share": rules.share(rural, rural + urban),
        "area_unknown": rules.share(unknown, registrations),
        "accommodations_asked": sum(each.asked for each in every),
        "accommodations_met": sum(each.met for each in every),
        **_about(sessions),
        **(echo.figures(choice, sessions, counts) if echo.applies(choice) else {}),
        **(volunteers.figures(choice) if volunteers.applies(choice) else {}),
    }


def _one_program(sessions: Sequence[Held]) -> bool:
    """Sessions of several programs are too different for the latest twelve to be held against those before."""
    return len({each.program_id for each in sessions}) == 1


def _walk_ins(choice: Choice, known: Sequence[Counted]) -> int | None:
    """None for a part of the people: whoever has no seat gave neither state nor sector."""
    if choice.given or not known:
        return None
    return sum(each.walk_ins for each in known)


def _peak(choice: Choice, known: Sequence[Counted]) -> int | None:
    """None for a part of the people, and where people came and no report tells when."""
    highest = max((each.peak for each in known if each.peak is not None), default=None)
    if choice.given or (not highest and any(each.audience for each in known)):
        return None
    return highest


def _given(every: Iterable[Counted]) -> dict[Dimension, set[str]]:
    found: dict[Dimension, set[str]] = {each: set() for each in Dimension}
    for each in every:
        for dimension, value in each.parts:
            found[dimension].add(value)
    return found


def _organizations(every: Sequence[Counted]) -> int:
    """Different organizations, those that staff merged as one."""
    found = set(organizations(every))
    into = {mark(gone): mark(kept) for gone, kept in merged_organizations().items()}
    for gone in into:
        if gone in found:
            end = gone
            while end in into:
                end = into[end]
            found.discard(gone)
            found.add(end)
    return len(found)


def merged_organizations() -> dict[str, str]:
    """Names of organizations that staff merged, each with the name it was merged into, in the form they are compared."""
    target = aliased(Organization)
    pairs = select(Organization.normal, target.normal).join(target, target.id == Organization.merged_into_id)
    return {gone: kept for gone, kept in db.session.execute(pairs)}


def _about(sessions: Sequence[Held]) -> dict[str, Number]:
    """How many levers and focus areas the sessions were about."""
    rows = db.session.execute(
        select(Term.kind, func.count(Term.id.distinct()))
        .join(event_term, event_term.c.term_id == Term.id)
        .where(event_term.c.event_id.in_([each.id for each in sessions]))
        .group_by(Term.kind)
    )
    found = {kind: number for kind, number in rows}
    return {"levers": found.get(Kind.LEVER, 0), "focus_areas": found.get(Kind.FOCUS_AREA, 0)}


# --- what everybody may know ------------------------------------------------------------------------------------------


def public_totals() -> Statistics:
    """What everybody may know: sessions that are open to all, without those of fewer than eleven registrations, by the rules
    of `jam.statistics.safety`.

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
    sessions = held(Choice(), public=True)
    counts = counted([each.id for each in sessions], [Who.SEATS])
    sessions = [each for each in sessions if counts[each.id].seats >= SMALLEST]
    figures = rules.for_everybody(_figures(each, counts[each.id]) for each in sessions)
    every = [counts[each.id] for each in sessions]
    told = [each for each in figures if each.attendees is not None]
    registrations = sum(each.registrations or 0 for each in figures)
    shown: dict[str, Number] = {
        "sessions_held": len(figures),
        "registrations": registrations,
        "registrations_per_session": round(registrations / len(figures), 2) if figures else None,
        "unique_registrants": safe_people(_so_far(every)),
        "attendees": sum(each.attendees or 0 for each in told) if told else None,
        "show_rate": rules.rate(told),
        "states": sum(
            number >= LEAST for state, number in seats_by_state(every).items() if state not in ("", OUTSIDE)
        )
        or None,
    }
    return Statistics(Choice(), shown, figures, apart=_apart(sessions, counts))


def _so_far(every: Sequence[Counted]) -> list[tuple[int, int]]:
    """After each session, the registrations and the different people so far."""
    people, registrations, found = BitMap(), 0, []
    for each in every:
        people |= each.who[Who.SEATS]
        registrations += each.seats
        found.append((registrations, len(people)))
    return found


def _apart(sessions: Sequence[Held], counts: Mapping[int, Counted]) -> Apart | None:
    """Seats by state, sector and area in the calendar years that are over; None before the first."""
    by_year: dict[int, list[Counted]] = {}
    for each in sessions:
        by_year.setdefault(wall(each.starts_at, EASTERN).year, []).append(counts[each.id])
    years = sorted(year for year in by_year if year < wall(now(), EASTERN).year)
    if not years:
        return None
    terms = select(Term.id, Term.name).where(Term.kind == Kind.SECTOR)
    sectors = {str(id): name for id, name in db.session.execute(terms)}
    states, by_sector, areas = Counter[str](), Counter[str](), Counter[str]()
    for year in years:
        of_year = by_year[year]
        whole = sum(each.seats for each in of_year)
        states.update(safe_table(seats_by_state(of_year), ["", *STATES], whole))
        given = _seats_by(Dimension.SECTOR, of_year)
        by_sector.update(safe_table(given, {"", *sectors, *given}, whole))
        cells = {str(area): _area(of_year, area).seats for area in Area}
        areas.update(safe_table(cells, list(Area), whole))
    return Apart(
        years,
        dict(states),
        sorted(
            ((sectors.get(id, _NOT_GIVEN), n) for id, n in by_sector.items()),
            key=lambda each: (each[0] == _NOT_GIVEN, -each[1], each[0]),
        ),
        [(AREA_WORDS[area], areas[area]) for area in Area if areas[area]],
    )


def public_sessions() -> list[SessionFigures]:
    """The sessions of the public totals alone, oldest first."""
    return public_totals().sessions


# --- taken apart ------------------------------------------------------------------------------------------------------


def breakdowns(choice: Choice) -> Breakdowns:
    """The same seats and attendances taken apart. Refused as `held` says."""
    return breakdowns_of(basis(choice))


def breakdowns_of(of: Basis) -> Breakdowns:
    """The same of what was read."""
    choice, counts = of.choice, of.counts
    names = {str(term.id): term.name for term in db.session.scalars(select(Term))}
    tagged = _tagged(counts)
    return Breakdowns(
        by_state=_by(Dimension.STATE, counts.values(), STATES),
        by_sector=_by(Dimension.SECTOR, counts.values(), names),
        by_lever=tagged[Kind.LEVER],
        by_focus_area=tagged[Kind.FOCUS_AREA],
        by_job_role=_by(Dimension.JOB_ROLE, counts.values(), names),
        by_source=_by(
            Dimension.SOURCE, counts.values(), {str(source): words for source, words in SOURCE_WORDS.items()}
        ),
        by_area=_by_area(list(counts.values())),
        people_by_area={
            area: (len(came), len(again)) if any(each.known for each in counts.values()) else None
            for area in Area
            for came, again in [people_of_area(counts.values(), area)]
        },
        by_lead=_by_lead(counts.values()),
        by_step=[] if choice.cohort else list(volunteers.by_state(choice)),
    )


def retention(choice: Choice) -> list[First]:
    """Who came for the first time at each session of a choice, and to which later ones. Refused as `held` says."""
    return basis(choice).firsts


def _by(dimension: Dimension, counts: Iterable[Counted], names: Mapping[str, str]) -> list[Row]:
    """Most seats first, those of people who gave nothing last."""
    shares: dict[str, list[Share]] = {}
    for each in counts:
        for (of, value), share in each.parts.items():
            if of == dimension:
                shares.setdefault(value, []).append(share)
    rows = [_row(names.get(value, _NOT_GIVEN), of, value) for value, of in shares.items()]
    return sorted(rows, key=lambda each: (each.name == _NOT_GIVEN, -each.registrations, each.name))


def _row(name: str, shares: Sequence[Share], value: str = "") -> Row:
    at_start = sum(each.at_start for each in shares)
    came = sum(each.came for each in shares) if at_start else None
    return Row(name, sum(each.seats for each in shares), at_start, came, value)


def _by_area(counts: Sequence[Counted]) -> list[Row]:
    """Rural, urban and not known, in this order; an area nobody is in is left out."""
    rows = [_row(AREA_WORDS[area], [_area(counts, area)], area) for area in Area]
    return [row for row in rows if row.registrations]


def _area(counts: Iterable[Counted], area: Area) -> Share:
    """The seats of an area, of all sessions together."""
    part, none = (Dimension.AREA, str(area)), Share()
    of = [each.parts.get(part, none) for each in counts]
    return Share(
        sum(each.seats for each in of), sum(each.at_start for each in of), sum(each.came for each in of)
    )


def area_sets(of: Counted) -> dict[Area, BitMap]:
    """Who holds a seat, by area."""
    return {
        Area.RURAL: of.who[Who.RURAL],
        Area.URBAN: of.who[Who.URBAN],
        Area.UNKNOWN: of.who[Who.SEATS] - of.who[Who.RURAL] - of.who[Who.URBAN],
    }


def people_of_area(counts: Iterable[Counted], area: Area) -> tuple[BitMap, BitMap]:
    """Who was in an audience with a seat of this area, and who of them at two sessions or more."""
    came, again = BitMap(), BitMap()
    for each in counts:
        here = each.who[Who.AUDIENCE] & area_sets(each)[area]
        again |= came & here
        came |= here
    return came, again


def _by_lead(counts: Iterable[Counted]) -> list[tuple[str, str, int]]:
    leads = [each.spreads[Many.LEADS] for each in counts]
    whole = sum(map(len, leads))
    reached = [sum(each.at_least(24 * band.first) for each in leads) for band in BANDS]
    return (
        [
            (band.name, band.words, here - beyond)
            for band, here, beyond in zip(BANDS, reached, [*reached[1:], 0], strict=True)
        ]
        if whole
        else []
    )


def _tagged(counts: Mapping[int, Counted]) -> dict[Kind, list[tuple[Row, int]]]:
    """Levers and focus areas in their order, with how many sessions. What no session with seats has is left out."""
    tags = db.session.execute(
        select(Term.kind, Term.id, Term.name, Term.slug, event_term.c.event_id)
        .join(event_term, event_term.c.term_id == Term.id)
        .where(Term.kind.in_((Kind.LEVER, Kind.FOCUS_AREA)), event_term.c.event_id.in_(counts))
        .order_by(Term.kind, Term.position, Term.id)
    ).all()
    found: dict[Kind, list[tuple[Row, int]]] = {Kind.LEVER: [], Kind.FOCUS_AREA: []}
    for (kind, _, name, slug), tagged in groupby(tags, key=lambda row: tuple(row[:4])):
        shares = [_whole(counts[row[4]]) for row in tagged if counts[row[4]].seats]
        if shares:
            found[Kind(kind)].append((_row(name, shares, slug), len(shares)))
    return found


def _whole(of: Counted) -> Share:
    return Share(of.seats, of.at_start, of.came) if of.known else Share(of.seats)


# --- for commands and forms -------------------------------------------------------------------------------------------


def as_json(found: Statistics) -> dict[str, Any]:
    """The document that `jam statistics --json` prints."""
    choice = found.choice
    return {
        "program": choice.program,
        "from": choice.first.isoformat() if choice.first else None,
        "to": choice.last.isoformat() if choice.last else None,
        **{
            name: value
            for name, value in (
                ("cohort", choice.cohort),
                ("lever", choice.lever),
                ("state", choice.given.state),
                ("sector", slug_of(choice.given.sector_id)),
            )
            if value is not None
        },
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


def slug_of(sector_id: int | None) -> str | None:
    """By what addresses and files name a sector; None for none."""
    sector = db.session.get(Term, sector_id) if sector_id is not None else None
    return sector.slug if sector is not None else None


def cohorts() -> list[tuple[str, str]]:
    """Slug and name of every cohort, newest first, to choose from."""
    rows = db.session.execute(select(Cohort.slug, Cohort.name).order_by(Cohort.starts_on.desc(), Cohort.id))
    return [(slug, name) for slug, name in rows]


def programs() -> list[tuple[str, str]]:
    """Slug and name of every program, to choose from."""
    rows = db.session.execute(select(Program.slug, Program.name).order_by(Program.id))
    return [(slug, name) for slug, name in rows]
