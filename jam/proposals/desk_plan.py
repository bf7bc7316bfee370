"""Staff page for planning: what is accepted on one side, the open slots of the coming sessions on the other."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from jam.base.access import access
from jam.base.paging import paged
from jam.base.words import clock
from jam.proposals.blueprint import blueprint
from jam.proposals.call import SHORTEST_TALK, coming, could_be_ticked, could_hold, free_slots, taken_items
from jam.proposals.desk_stage import NEW, clashes_on, slot_line
from jam.proposals.forms import SlotForm
from jam.proposals.models import Proposal
from jam.proposals.queries import WHOLE, by_code
from jam.proposals.rules import Kind, State
from jam.schedule.models import AgendaItem, Event
from jam.schedule.slots import timed


@dataclass(frozen=True)
class Place:
    """A slot of a session on the page: open, or with who speaks there."""

    item: AgendaItem
    clock: str
    free: bool


@dataclass(frozen=True)
class Day:
    """A session to come with its slots for talks, and the minutes that its agenda leaves."""

    event: Event
    places: list[Place]
    left: int

    @property
    def has_time(self) -> bool:
        """Whether a new slot finds room."""
        return self.left >= SHORTEST_TALK

    @property
    def open(self) -> bool:
        """Whether anything can be put there."""
        return self.has_time or any(place.free for place in self.places)


@dataclass(frozen=True)
class Wanted:
    """A proposal to be put somewhere: the session, the slot or None for a new one, and what stands against it."""

    proposal: Proposal
    event: Event
    item: AgendaItem | None
    line: str
    clashes: list[str]
    minutes: int


@blueprint.get("/desk/proposals/plan")
@access("organizer")
def desk_plan() -> ResponseReturnValue:
    """Accepted talks and open slots. `put` and `on` name a talk and where it was dropped or chosen: that is shown with what
    stands against it, and a button does the same as the page of one proposal."""
    days = _days()
    waiting = paged(
        select(Proposal)
        .where(Proposal.state == State.ACCEPTED, Proposal.kind == Kind.PRESENT)
        .options(*WHOLE, selectinload(Proposal.dates))
        .order_by(Proposal.state_at, Proposal.id),
        25,
    )
    put, on = request.args.get("put", ""), request.args.get("on", "")
    wanted = _wanted(days, put, on) if put and on else None
    return render_template(
        "proposals/desk_plan.html",
        days=days,
        waiting=waiting,
        could={
            each.id: [event.slug for event in each.dates if could_be_ticked(event)] for each in waiting.items
        },
        wanted=wanted,
        form=SlotForm(None, minutes=wanted.minutes) if wanted else None,
        lost=bool(put and on) and wanted is None,
        NEW=NEW,
    )


def _days() -> list[Day]:
    events = coming()
    taken = taken_items(events)
    found = []
    for event in events:
        free = free_slots(event, taken)
        places = [
            Place(each.item, clock(each.starts_at, event.time_zone), each.item in free)
            for each in timed(event)
            if could_hold(each.item)
        ]
        found.append(Day(event, places, event.minutes - sum(item.minutes for item in event.agenda)))
    return found


def _wanted(days: list[Day], put: str, on: str) -> Wanted | None:
    """What was dropped where; None when the talk or the slot is not there for it any more."""
    proposal = by_code(put)
    if proposal is None or proposal.state != State.ACCEPTED or proposal.kind != Kind.PRESENT:
        return None
    asked = proposal.minutes or 15
    for day in days:
        if on == f"{NEW}-{day.event.id}":
            clashes = [words for _, found in clashes_on(proposal, day.event, {}) for words in found]
            if asked > day.left:
                clashes.append(
                    f"The agenda has {max(0, day.left)} minutes left; it was offered with {asked}."
                )
            minutes = min(asked, day.left) if day.left > 0 else asked
            return Wanted(
                proposal, day.event, None, "A new slot, after the talks that are there", clashes, minutes
            )
        for place in day.places:
            if place.free and on == str(place.item.id):
                against = clashes_on(proposal, day.event, {on: place.item.minutes})
                clashes = [words for _, found in against for words in found]
                return Wanted(
                    proposal, day.event, place.item, slot_line(place.item), clashes, place.item.minutes
                )
    return None
