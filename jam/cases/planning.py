"""The plan of a cohort's cases: whose turn it is, a proposal, what staff make of it, and taking it back. The caller commits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from jam.audit.actions import one_batch, record
from jam.audit.queries import entries_about
from jam.audit.undo import done_in
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.zones import wall
from jam.cases import rota
from jam.cases.letters import SCOPE, tell
from jam.cases.models import EchoCase
from jam.cases.plans import put_on
from jam.cases.queries import of_cohort
from jam.cases.rota import Home, Placed, Ready, Room, Standing, Turn
from jam.cases.rules import HELD, State
from jam.cases.steps import lock
from jam.cohorts.models import CohortApplication
from jam.cohorts.presence import grid
from jam.cohorts.queries import members_of
from jam.cohorts.rules import Standing as Place
from jam.mail.actions import withdraw as take_back
from jam.mail.queries import in_batch
from jam.mail.rules import LEFT, UNSENT
from jam.schedule.agendas import template
from jam.schedule.models import Cohort, Event
from jam.schedule.rules import ItemKind
from jam.schedule.rules import State as EventState
from jam.vocabulary.rules import Kind

#: How many cases a session takes where neither its run of show nor a template says.
SLOTS = 2

#: Since when a follow-up is due and not answered, by the id of its case, of a cohort.
Due = Callable[[int], Mapping[int, date]]

_due: dict[str, Due] = {}


def hand_in(room: str, due: Due) -> None:
    """Let a room say which follow-ups are due. Handing in twice keeps the later source."""
    _due[room] = due


def home_of(application: CohortApplication) -> Home:
    """What tells an organization from others: its row, or the application of one that has none."""
    if application.organization_id is not None:
        return "organization", application.organization_id
    return "application", application.id


@dataclass(frozen=True)
class Board:
    """What a facilitator plans with: the rota, the approved cases with where each would go, and the sessions to come."""

    turns: list[Turn]
    cases: list[EchoCase]
    placed: dict[int, Placed]
    events: list[Event]
    rooms: dict[int, Room]
    #: The cases that each session has already.
    planned: dict[int, list[EchoCase]]

    def warnings(self, chosen: Mapping[int, int]) -> dict[int, list[str]]:
        """What is to be said about sessions if these cases, by id, went to these sessions."""
        homes = {each.id: home_of(each.member.application) for each in self.cases}
        return rota.warnings(list(self.rooms.values()), chosen, homes)


def board(cohort: Cohort) -> Board:
    """The plan of a cohort as it stands now, in a fixed number of queries."""
    cases, events = of_cohort(cohort), _coming(cohort)
    today = wall(now(), cohort.program.time_zone).date()
    ready = [each for each in cases if each.state == State.APPROVED]
    planned: dict[int, list[EchoCase]] = {event.id: [] for event in events}
    for case in cases:
        if case.state == State.SCHEDULED and case.event_id in planned:
            planned[case.event_id].append(case)
    usual = _usual_slots(cohort)
    rooms = {event.id: _room(event, usual, planned[event.id]) for event in events}
    turns = rota.rota(_standings(cohort, cases), today)
    had = {each.standing.home: each.standing.presented + each.standing.planned for each in turns}
    absent = {each.standing.home for each in turns if each.standing.absent}
    waiting = [_ready(each, cohort) for each in ready]
    placed = rota.propose(waiting, list(rooms.values()), had, absent, today)
    order = {event.id: number for number, event in enumerate(events)}
    ready.sort(key=lambda each: (order.get(placed[each.id].room or 0, len(order)), each.state_at, each.id))
    return Board(turns, ready, placed, events, rooms, planned)


def _coming(cohort: Cohort) -> list[Event]:
    query = select(Event).where(
        Event.cohort_id == cohort.id, Event.state == EventState.PUBLISHED, Event.starts_at > now()
    )
    options = (selectinload(Event.terms), selectinload(Event.agenda))
    return list(db.session.scalars(query.options(*options).order_by(Event.starts_at, Event.id)))


def _usual_slots(cohort: Cohort) -> int:
    """How many cases a session takes whose run of show is still empty."""
    begins_with = template(cohort.program, cohort.template or cohort.program.template)
    return [each.kind for each in begins_with.slots].count(ItemKind.CASE) if begins_with else SLOTS


def _room(event: Event, usual: int, planned: list[EchoCase]) -> Room:
    kinds = [each.kind for each in event.agenda]
    return Room(
        event.id,
        kinds.count(ItemKind.CASE) if kinds else usual,
        frozenset(each.id for each in event.terms if each.kind == Kind.LEVER),
        tuple(home_of(each.member.application) for each in planned),
    )


def _ready(case: EchoCase, cohort: Cohort) -> Ready:
    return Ready(
        case.id,
        home_of(case.member.application),
        frozenset(each.id for each in case.terms),
        _day(case.state_at, cohort),
    )


def _day(at: datetime, cohort: Cohort) -> date:
    return wall(at, cohort.program.time_zone).date()


def _standings(cohort: Cohort, cases: list[EchoCase]) -> list[Standing]:
    names: dict[Home, str] = {}
    for member in members_of(cohort, Place.CONFIRMED):
        names.setdefault(home_of(member.application), member.application.organization)
    absent = {home_of(each) for each in grid(cohort).absent}
    due: dict[int, date] = {}
    for source in _due.values():
        due.update(source(cohort.id))
    mine: dict[Home, list[EchoCase]] = {}
    for case in cases:
        mine.setdefault(home_of(case.member.application), []).append(case)
    found = []
    for home, name in names.items():
        theirs = mine.get(home, [])
        found.append(
            Standing(
                home,
                name,
                presented=sum(each.state in HELD for each in theirs),
                planned=sum(each.state == State.SCHEDULED for each in theirs),
                ready_since=min(
                    (_day(each.state_at, cohort) for each in theirs if each.state == State.APPROVED),
                    default=None,
                ),
                follow_up_due=min((due[each.id] for each in theirs if each.id in due), default=None),
                absent=home in absent,
            )
        )
    return found


# --- accepting a plan ----------------------------------------------------------------------------------------------------


def seen(of: Board, chosen: Mapping[int, int]) -> str:
    """Tells what somebody looked at before they accepted: it changes when the same choice would mean something else."""
    whole = (sorted(chosen.items()), sorted(of.warnings(chosen).items()))
    return sha256(repr(whole).encode()).hexdigest()[:16]


def accept(cohort: Cohort, chosen: Mapping[int, int], *, by: str) -> int:
    """Bring these approved cases, by id, to these sessions, all as one action; returns how many.

    The letters to the presenters wait a few minutes, so that taking it back tells nobody anything. Refused as a whole, with
    the case that stands in the way.
    """
    of = board(cohort)
    cases, events = {each.id: each for each in of.cases}, {each.id: each for each in of.events}
    with one_batch():
        for id, event_id in sorted(chosen.items()):
            if id in cases:
                lock(cases[id])  # as it stands now: a colleague may have accepted another plan since the look
            if id not in cases or event_id not in events or cases[id].state != State.APPROVED:
                raise Refused(
                    "A case or a session of this plan changed meanwhile. This is how it stands now.", 409
                )
            put_on(cases[id], events[event_id], waits=True, by=by)
        if chosen:
            record("cases.plan", "cohort", cohort.id, by=by, changes={"cases": (None, len(chosen))})
    return len(chosen)


@dataclass(frozen=True)
class Past:
    """A plan that was accepted: when, with how many cases, and which of these still stand as it left them."""

    batch: str
    at: datetime
    cases: int
    standing: list[EchoCase]
    #: Whether the presenters have their letters.
    told: bool


def lately(cohort: Cohort) -> list[Past]:
    """The plans accepted last of which something still stands and is to come, newest first."""
    found = []
    for entry, details in entries_about("cases.plan", "cohort", cohort.id, limit=5):
        standing = _standing(entry.batch)
        if standing:
            number = int(next((each.after for each in details if each.field == "cases"), None) or 0)
            told = any(each.state in LEFT for each in in_batch(entry.batch))
            found.append(Past(entry.batch, entry.at, number, standing, told))
    return found


def _standing(batch: str) -> list[EchoCase]:
    done = {each.object_id: each for each in done_in(batch, "cases.schedule")}
    rows = db.session.scalars(select(EchoCase).where(EchoCase.id.in_(done)).order_by(EchoCase.id))
    return [
        each
        for each in rows
        if done[each.id].stands(each) and each.event is not None and each.event.starts_at > now()
    ]


def undo(cohort: Cohort, batch: str, *, by: str) -> tuple[int, list[str]]:
    """Take an accepted plan back: its cases wait again as they did. Returns how many, and the codes of those that stay because
    something was done with them since. A presenter hears of it only if the first letter has left."""
    if batch not in {entry.batch for entry, _ in entries_about("cases.plan", "cohort", cohort.id, limit=50)}:
        raise Refused("This plan is not known any more.", 404)
    letters = {each.scope_id: each for each in in_batch(batch)}
    back, stays = 0, []
    with one_batch():
        for done in done_in(batch, "cases.schedule"):
            case = db.session.get(EchoCase, done.object_id)
            if case is None:
                continue
            lock(case)
            if not done.stands(case) or (case.event is not None and case.event.starts_at <= now()):
                stays.append(case.shown)
                continue
            letter = letters.get(case.id)
            knows = letter is not None and letter.state not in UNSENT
            if letter is not None and not knows:
                knows = not take_back([letter], "The plan was taken back before this letter left.", by=by)
            was = {name: (getattr(case, name), value) for name, value in done.was(case).items()}
            done.put_back(case)
            db.session.flush()
            db.session.expire(case, ["event"])
            entry = record("cases.unschedule", SCOPE, case.id, by=by, changes=was)
            if knows:
                tell("case-unscheduled", case, entry.id, batch=entry.batch)
            back += 1
        record("cases.plan_back", "cohort", cohort.id, by=by, changes={"cases": (None, back)})
    return back, stays
