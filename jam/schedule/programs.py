"""Programs, cohorts, and drafts made of a program's dates. The caller commits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from jam.audit.actions import new_batch, record
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.text import slugify
from jam.base.zones import wall, zone
from jam.schedule.actions import make_event, program_renamed
from jam.schedule.agendas import begin, template
from jam.schedule.given import ProgramFields, apply, values
from jam.schedule.models import Cohort, Event, Program
from jam.schedule.queries import days_of, events_of
from jam.schedule.recurrence import Recurrence, occurrences
from jam.schedule.signals import program_changed, program_made


@dataclass(frozen=True)
class PlannedDate:
    """A date of a program's recurrence: start and end in UTC, and whether an event stands on that day."""

    starts_at: datetime
    ends_at: datetime
    exists: bool


def make_program(slug: str, given: ProgramFields, *, by: str) -> Program:
    """Make a program. Refused when its address is taken or empty."""
    slug = slugify(slug or given.name)
    if not slug:
        raise Refused("Give the program a short name for its address, with letters or digits.")
    if db.session.scalar(select(Program.id).where(Program.slug == slug)):
        raise Refused(f"There is a program at /programs/{slug} already. Choose another short name.")
    zone(given.time_zone)
    program = Program(slug=slug, changed_at=now(), **values(given))
    db.session.add(program)
    db.session.flush()
    record("schedule.make_program", "program", program.id, by=by, changes={"name": (None, program.name)})
    program_made.send(None, program=program, by=by)
    return program


def edit_program(program: Program, given: ProgramFields, *, by: str) -> None:
    """Change a program; events that exist keep what they have, but calendars show them under its new name."""
    zone(given.time_zone)
    changes = apply(program, given)
    if not changes:
        return
    record("schedule.edit_program", "program", program.id, by=by, changes=changes)
    program.changed_at = now()
    if "name" in changes:
        for event in events_of(program):
            program_renamed(event, changes["name"], by=by)
    program_changed.send(None, program=program)


def make_cohort(program: Program, slug: str, name: str, starts_on: date, ends_on: date, *, by: str) -> Cohort:
    """Make a cohort of a program."""
    cohort = Cohort(program_id=program.id, slug=slug, name=name, starts_on=starts_on, ends_on=ends_on)
    db.session.add(cohort)
    db.session.flush()
    record("schedule.make_cohort", "cohort", cohort.id, by=by, changes={"name": (None, name)})
    return cohort


def next_dates(program: Program, count: int = 12) -> list[PlannedDate]:
    """The next `count` dates of a program's recurrence, those that have an event already marked. Nothing is written."""
    if program.recurrence is None:
        return []
    taken = days_of(program)
    found = occurrences(
        Recurrence.from_json(program.recurrence),
        program.start_time,
        program.minutes,
        program.time_zone,
        wall(now(), program.time_zone).date(),
        count,
    )
    return [PlannedDate(start, end, wall(start, program.time_zone).date() in taken) for start, end in found]


def planned(program: Program, count: int = 12) -> list[tuple[datetime, datetime]]:
    """Those of the next `count` dates that have no event yet: start and end in UTC. Nothing is written."""
    return [(each.starts_at, each.ends_at) for each in next_dates(program, count) if not each.exists]


def generate(program: Program, count: int, *, by: str) -> list[Event]:
    """Make drafts for those of the next `count` dates that have no event yet; asked twice, it makes them once.

    Each begins with the program's template, if staff chose one.
    """
    batch = new_batch()
    db.session.execute(select(Program.id).where(Program.id == program.id).with_for_update())
    slots = planned(program, count)
    first = template(program, program.template)
    made = [make_event(program, "Topic to come", start, end, by=by, batch=batch) for start, end in slots]
    for event in made:
        begin(event, first)
    return made
