"""A cohort's dates: its pattern between its first and last day, and the drafts made of it. The caller commits."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy import select

from jam.audit.actions import new_batch, record
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.text import clean_line, slugify
from jam.base.zones import wall
from jam.schedule.actions import make_event
from jam.schedule.agendas import begin, template
from jam.schedule.models import Cohort, Event, Program
from jam.schedule.programs import PlannedDate, make_cohort
from jam.schedule.queries import cohort_by_slug, events_of_cohort
from jam.schedule.recurrence import Recurrence, occurrences

#: More dates than these no cohort has.
MOST_DATES = 60


@dataclass(frozen=True, kw_only=True)
class CohortFields:
    """What staff decide about a cohort's dates; None leaves it to the program."""

    name: str
    starts_on: date
    ends_on: date
    recurrence: dict[str, Any] | None = None
    start_time: time | None = None
    minutes: int | None = None
    template: str | None = None


def new_cohort(program: Program, slug: str, given: CohortFields, *, by: str) -> Cohort:
    """Make a cohort. Refused when its address is taken or empty, and for days that do not follow each other."""
    slug = slugify(slug or given.name)
    if not slug or slug == "new":
        raise Refused("Give the cohort a short name for its address, such as cohort-4.")
    if cohort_by_slug(slug) is not None:
        raise Refused(f"There is a cohort at /cohorts/{slug} already. Choose another short name.")
    _check(given)
    cohort = make_cohort(program, slug, given.name, given.starts_on, given.ends_on, by=by)
    edit_cohort(cohort, given, by=by)
    return cohort


def edit_cohort(cohort: Cohort, given: CohortFields, *, by: str) -> bool:
    """Change a cohort's name and dates; sessions that exist stay. Returns whether anything is other than before."""
    _check(given)
    changes: dict[str, tuple[object, object]] = {}
    for each in fields(given):
        value = getattr(given, each.name)
        value = clean_line(value, 120, "The name") if each.name == "name" else value
        if getattr(cohort, each.name) != value:
            changes[each.name] = (getattr(cohort, each.name), value)
            setattr(cohort, each.name, value)
    if changes:
        db.session.flush()
        record("schedule.edit_cohort", "cohort", cohort.id, by=by, changes=changes)
    return bool(changes)


def dates_of(cohort: Cohort) -> list[PlannedDate]:
    """The dates of a cohort's pattern from its first day to its last, those that have a session marked. Writes nothing.

    A session that was moved still takes the day it was made for.
    """
    pattern = cohort.recurrence or cohort.program.recurrence
    if pattern is None:
        return []
    zone = cohort.program.time_zone
    found = occurrences(
        Recurrence.from_json(pattern),
        cohort.start_time or cohort.program.start_time,
        cohort.minutes or cohort.program.minutes,
        zone,
        cohort.starts_on - timedelta(days=1),
        MOST_DATES,
    )
    taken = _taken(cohort)
    rows = [(start, end, wall(start, zone).date()) for start, end in found]
    return [PlannedDate(start, end, day in taken) for start, end, day in rows if day <= cohort.ends_on]


def generate(cohort: Cohort, *, by: str) -> list[Event]:
    """Make drafts for those dates to come that have no session yet; asked twice, it makes them once."""
    batch = new_batch()
    db.session.execute(select(Cohort.id).where(Cohort.id == cohort.id).with_for_update())
    program = cohort.program
    first = template(program, cohort.template or program.template)
    made = [
        make_event(program, "Topic to come", each.starts_at, each.ends_at, by=by, cohort=cohort, batch=batch)
        for each in dates_of(cohort)
        if not each.exists and each.starts_at > now()
    ]
    for event in made:
        begin(event, first)
    return made


def _taken(cohort: Cohort) -> set[date]:
    zone, stem, days = cohort.program.time_zone, f"{cohort.program.slug}-", set()
    for event in events_of_cohort(cohort):
        days.add(wall(event.starts_at, zone).date())
        made_for = event.slug.removeprefix(stem)[:10]
        try:
            days.add(date.fromisoformat(made_for))
        except ValueError:
            continue
    return days


def _check(given: CohortFields) -> None:
    if not clean_line(given.name, 120, "The name"):
        raise Refused("Give the cohort a name, such as Cohort 4, spring 2027.")
    if given.ends_on < given.starts_on:
        raise Refused("The last day comes before the first one. Check both.")
    if (given.ends_on - given.starts_on).days > 3 * 366:
        raise Refused("A cohort lasts three years at most. Check the last day.")
