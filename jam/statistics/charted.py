"""Which charts a page shows and a file can be made of: drawn from figures that were counted already."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from jam.base.database import db
from jam.base.drawing import Chart
from jam.base.zones import wall
from jam.cohorts.presence import grid
from jam.schedule.models import event_term
from jam.schedule.queries import cohort_by_slug
from jam.statistics import charts, grids
from jam.statistics.queries import Apart, Statistics
from jam.statistics.retention import First
from jam.statistics.rules import SessionFigures
from jam.vocabulary.models import Term
from jam.vocabulary.rules import Kind


def staff_charts(found: Statistics, firsts: Sequence[First]) -> dict[str, Chart]:
    """The charts of a choice by name, those alone that have something to show. `firsts`: who came again."""
    drawn = _charts(found, charts.places(found.seats_by_state), "Not known")
    cohort = cohort_by_slug(found.choice.cohort) if found.choice.cohort else None
    more = (grids.again(firsts), grids.members(grid(cohort), cohort.name) if cohort else None)
    return drawn | {each.name: each for each in more if each is not None}


def public_charts(found: Statistics) -> dict[str, Chart]:
    """The charts that everybody may see, of the public totals."""
    return _charts(found, charts.safe_places(found.apart.states if found.apart else {}), "Not shown")


def _charts(found: Statistics, places: charts.Places, unknown: str) -> dict[str, Chart]:
    if not found.sessions:
        return {}
    days = [wall(each.starts_at, each.time_zone).date() for each in (found.sessions[0], found.sessions[-1])]
    drawn = (
        charts.by_session(found.sessions, unknown),
        charts.by_state(places, _years(found.apart) or (days[0], days[1])),
        charts.by_lever(coverage(found.sessions), days[0], days[1]),
    )
    return {each.name: each for each in drawn if each is not None}


def _years(apart: Apart | None) -> tuple[date, date] | None:
    return (date(apart.years[0], 1, 1), date(apart.years[-1], 12, 31)) if apart else None


def coverage(sessions: Sequence[SessionFigures]) -> charts.Coverage:
    """Every lever in its order, with the sessions of each month that were about it; one that was taken out of use and
    that none was about is left out."""
    months = {each.id: wall(each.starts_at, each.time_zone).date() for each in sessions}
    levers = list(
        db.session.scalars(select(Term).where(Term.kind == Kind.LEVER).order_by(Term.position, Term.id))
    )
    tags = db.session.execute(
        select(event_term.c.term_id, event_term.c.event_id).where(
            event_term.c.event_id.in_(months), event_term.c.term_id.in_([each.id for each in levers])
        )
    )
    found: dict[int, dict[tuple[int, int], int]] = {each.id: {} for each in levers}
    for lever, event in tags:
        month = (months[event].year, months[event].month)
        found[lever][month] = found[lever].get(month, 0) + 1
    return [(each.name, found[each.id]) for each in levers if not each.retired or found[each.id]]
