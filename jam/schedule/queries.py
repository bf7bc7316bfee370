"""Reading programs and events."""

from __future__ import annotations

import re
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, selectinload

from jam.base.database import db
from jam.base.now import now
from jam.base.zones import wall
from jam.mail.models import Letter
from jam.mail.rules import State as LetterState
from jam.schedule.models import AgendaItem, Cohort, Event, Program, event_term
from jam.schedule.rules import State, Visibility
from jam.vocabulary.models import Term

_WHOLE = (
    selectinload(Event.terms),
    selectinload(Event.agenda),
    selectinload(Event.program),
    selectinload(Event.cohort),
)


def on_show() -> Select[Event]:
    """Events that everybody may see: public and listed ones, published or cancelled."""
    return select(Event).where(
        Event.state.in_([State.PUBLISHED, State.CANCELLED]),
        Event.visibility.in_([Visibility.PUBLIC, Visibility.LISTED]),
    )


def shown(slug: str) -> Event | None:
    """An event by its address, if everybody may see it."""
    return db.session.scalar(on_show().where(Event.slug == slug).options(*_WHOLE))


def event_by_slug(slug: str) -> Event | None:
    """Any event, for staff and commands."""
    return db.session.scalar(select(Event).where(Event.slug == slug).options(*_WHOLE))


def program_by_slug(slug: str) -> Program | None:
    """A program by its address."""
    return db.session.scalar(select(Program).where(Program.slug == slug))


def cohort_by_slug(slug: str) -> Cohort | None:
    """A cohort by its address."""
    return db.session.scalar(select(Cohort).where(Cohort.slug == slug).options(selectinload(Cohort.program)))


def all_cohorts() -> list[Cohort]:
    """Every cohort, newest first."""
    return list(db.session.scalars(select(Cohort).order_by(Cohort.starts_on.desc(), Cohort.id)))


def events_of_cohort(cohort: Cohort) -> list[Event]:
    """A cohort's sessions of whatever state, oldest first."""
    query = select(Event).where(Event.cohort_id == cohort.id).options(selectinload(Event.terms))
    return list(db.session.scalars(query.order_by(Event.starts_at, Event.id)))


def programs() -> list[Program]:
    """All programs, in the order they were made."""
    return list(db.session.scalars(select(Program).order_by(Program.id)))


def latest_events(limit: int, also: int | None = None) -> list[Event]:
    """Events of whatever state, from the last one planned back, and one more however old it is."""
    latest = list(db.session.scalars(select(Event).order_by(Event.starts_at.desc(), Event.id).limit(limit)))
    if also is not None and also not in {event.id for event in latest}:
        latest += db.session.scalars(select(Event).where(Event.id == also))
    return latest


def coming(limit: int, program: Program | None = None) -> list[Event]:
    """The next events on show that are not cancelled, running ones included, soonest first."""
    query = on_show().where(Event.ends_at > now(), Event.state == State.PUBLISHED)
    if program is not None:
        query = query.where(Event.program_id == program.id)
    return list(db.session.scalars(query.order_by(Event.starts_at).limit(limit).options(*_WHOLE)))


def recorded(limit: int, program: Program | None = None) -> list[Event]:
    """The latest past events with a recording or slides, newest first."""
    query = on_show().where(
        Event.ends_at <= now(),
        Event.state == State.PUBLISHED,
        or_(Event.recording_url.is_not(None), Event.slides_url.is_not(None)),
    )
    if program is not None:
        query = query.where(Event.program_id == program.id)
    return list(db.session.scalars(query.order_by(Event.starts_at.desc()).limit(limit).options(*_WHOLE)))


def search(
    *, program: str = "", term: tuple[str, str] | None = None, when: str = "", q: str = ""
) -> Select[Event]:
    """Events on show by program slug, (kind, slug) of a term, `upcoming` or `past`, and words.

    Words are looked for in title, summary and agenda. Upcoming ones come soonest first, others newest first.
    """
    query = on_show().options(*_WHOLE)
    if program:
        query = query.join(Event.program).where(Program.slug == program)
    if term is not None:
        tagged = (
            select(event_term.c.event_id)
            .join(Term, Term.id == event_term.c.term_id)
            .where(Term.kind == term[0], Term.slug == term[1])
        )
        query = query.where(Event.id.in_(tagged))
    for word in q.lower().split()[:8]:
        query = query.where(_holds(word, only_shown=True))
    if when == "upcoming":
        return query.where(Event.ends_at > now()).order_by(Event.starts_at, Event.id)
    if when == "past":
        query = query.where(Event.ends_at <= now())
    return query.order_by(Event.starts_at.desc(), Event.id.desc())


def _holds(word: str, only_shown: bool = False) -> ColumnElement[bool]:
    """Whether an event has a word; `only_shown` looks no further than what the public sees of it."""
    like = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"

    def has(column: InstrumentedAttribute[str]) -> ColumnElement[bool]:
        return func.lower(column).like(like, escape="\\")

    in_items = or_(has(AgendaItem.title), has(AgendaItem.speakers))
    if only_shown:
        in_items = and_(in_items, ~AgendaItem.is_open)
    in_agenda = exists().where(and_(AgendaItem.event_id == Event.id, in_items))
    inside = or_(has(Event.summary), in_agenda)
    if only_shown:
        inside = and_(inside, Event.visibility == Visibility.PUBLIC)
    return or_(has(Event.title), inside)


def for_desk(*, program: str = "", when: str = "upcoming", q: str = "") -> Select[Event]:
    """Every event, drafts too, for staff: `when` is `upcoming` (soonest first), `past` or `all` (newest first).

    Words are looked for where the public search looks.
    """
    query = select(Event).options(selectinload(Event.program), selectinload(Event.cohort))
    if program:
        query = query.join(Event.program).where(Program.slug == program)
    for word in q.lower().split()[:8]:
        query = query.where(_holds(word))
    if when == "upcoming":
        return query.where(Event.ends_at > now()).order_by(Event.starts_at, Event.id)
    if when == "past":
        query = query.where(Event.ends_at <= now())
    return query.order_by(Event.starts_at.desc(), Event.id.desc())


def days_of(program: Program) -> set[date]:
    """The days that have an event of a program, on its wall clock.

    An event that was moved keeps the day it was made for as well (its address tells), so that no second one is made
    in its place.
    """
    rows = db.session.execute(select(Event.starts_at, Event.slug).where(Event.program_id == program.id))
    days = set()
    for starts_at, slug in rows:
        days.add(wall(starts_at, program.time_zone).date())
        made_for = re.match(r"(\d{4}-\d{2}-\d{2})", slug.removeprefix(f"{program.slug}-"))
        if made_for:
            days.add(date.fromisoformat(made_for[1]))
    return days


def events_of(program: Program) -> list[Event]:
    """A program's events, oldest first."""
    return list(
        db.session.scalars(select(Event).where(Event.program_id == program.id).order_by(Event.starts_at))
    )


def letters_waiting(batch: str) -> int:
    """How many letters of one change can still be called back."""
    query = select(func.count()).where(
        Letter.batch == batch, Letter.state == LetterState.DUE, Letter.due_at > now()
    )
    return db.session.scalar(query) or 0


def programs_with_next() -> list[tuple[Program, datetime | None, int]]:
    """All programs in the order they were made, each with the start of its next published event and how many drafts."""
    coming = func.min(Event.starts_at).filter(Event.state == State.PUBLISHED, Event.ends_at > now())
    drafts = func.count(Event.id).filter(Event.state == State.DRAFT)
    query = select(Program, coming, drafts).outerjoin(Event, Event.program_id == Program.id)
    return [
        (row[0], row[1], row[2])
        for row in db.session.execute(query.group_by(Program.id).order_by(Program.id))
    ]
