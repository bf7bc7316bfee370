"""What is wanted now: sessions to come with room for somebody."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, selectinload

from jam.base.database import db
from jam.base.now import now
from jam.base.zones import wall
from jam.proposals.models import Proposal
from jam.schedule.models import AgendaItem, Event, Program
from jam.schedule.recurrence import Recurrence, occurrences
from jam.schedule.rules import ItemKind, Visibility
from jam.schedule.rules import State as EventState

#: Slots that a proposal can stand on.
TALKS = (ItemKind.TALK, ItemKind.POLICY_UPDATE, ItemKind.DIDACTIC)


#: Minutes that a session has to have left for another talk.
SHORTEST_TALK = 10


#: How far ahead volunteers are asked for dates.
AHEAD = timedelta(days=400)


def call_program() -> Program | None:
    """The program that volunteers are called for: the first one that is open to everybody."""
    query = select(Program).where(Program.visibility == Visibility.PUBLIC).order_by(Program.id)
    return db.session.scalar(query.limit(1))


def coming() -> list[Event]:
    """Sessions of public programs to come that may still be planned, drafts too, soonest first, with their agenda."""
    query = (
        select(Event)
        .join(Event.program)
        .where(
            Program.visibility == Visibility.PUBLIC,
            Event.visibility == Visibility.PUBLIC,
            Event.cohort_id.is_(None),
            Event.state != EventState.CANCELLED,
            Event.starts_at > now(),
            Event.starts_at < now() + AHEAD,
        )
        .options(contains_eager(Event.program), selectinload(Event.agenda))
        .order_by(Event.starts_at, Event.id)
    )
    return list(db.session.scalars(query))


def taken_items(events: Iterable[Event]) -> set[int]:
    """Which slots of these sessions hold a proposal."""
    query = (
        select(Proposal.agenda_item_id)
        .join(AgendaItem, AgendaItem.id == Proposal.agenda_item_id)
        .where(AgendaItem.event_id.in_([each.id for each in events]))
    )
    return {id for id in db.session.scalars(query) if id is not None}


def could_hold(item: AgendaItem) -> bool:
    """Whether a slot is one for a proposal: a talk of some kind, or anything that staff left open for a speaker."""
    return item.is_open or item.kind in TALKS


def free_slots(event: Event, taken: Collection[int]) -> list[AgendaItem]:
    """Slots on which nobody speaks yet."""
    return [
        item
        for item in event.agenda
        if could_hold(item) and not item.speakers.strip() and item.id not in taken
    ]


def has_room(event: Event, taken: Collection[int]) -> bool:
    """Whether a session still looks for somebody: it has a free slot, no talk at all, or time for another one."""
    talks = [item for item in event.agenda if item.kind in (ItemKind.TALK, ItemKind.DIDACTIC)]
    left = event.minutes - sum(item.minutes for item in event.agenda)
    return not talks or left >= SHORTEST_TALK or bool(free_slots(event, taken))


def open_sessions() -> list[Event]:
    """The Jams to come that look for somebody, soonest first.

    A draft is among them only on a day of its program's public pattern, so that it tells nothing but that pattern.
    """
    events = coming()
    taken = taken_items(events)
    days = {program: _pattern(program) for program in {each.program for each in events}}
    return [
        event
        for event in events
        if has_room(event, taken)
        and (
            event.state == EventState.PUBLISHED
            or wall(event.starts_at, event.time_zone).date() in days[event.program]
        )
    ]


def _pattern(program: Program) -> set[date]:
    if not program.recurrence:
        return set()
    pattern = Recurrence.from_json(program.recurrence)
    today = wall(now(), program.time_zone).date() - timedelta(days=1)
    slots = occurrences(pattern, program.start_time, program.minutes, program.time_zone, today, 60)
    return {wall(start, program.time_zone).date() for start, _ in slots}


def could_be_ticked(event: Event) -> bool:
    """Whether a date is still one to choose; one that is not stays as it was ticked."""
    return event.state != EventState.CANCELLED and event.starts_at > now()


def dates_by_id(ids: Collection[int]) -> list[Event]:
    """Sessions by id, soonest first."""
    return list(
        db.session.scalars(select(Event).where(Event.id.in_(list(ids))).order_by(Event.starts_at, Event.id))
    )
