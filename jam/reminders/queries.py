"""Reading rules, the rows that follow from them, and whom each would reach."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select, true, union_all
from sqlalchemy.orm import aliased, joinedload, selectinload

from jam.attendance.models import AttendanceReport
from jam.base.database import db
from jam.base.now import now
from jam.base.words import long_date
from jam.base.zones import EASTERN
from jam.mail.models import Letter, PausedAddress
from jam.mail.rules import State as LetterState
from jam.people.models import Address, Person
from jam.registration.models import Registration
from jam.reminders.audiences import CAME_LETTER, FOLLOW_UPS, audience
from jam.reminders.models import Reminder, ReminderRule, Seen, span
from jam.reminders.rules import (
    USEFUL_AFTER,
    WAITS_FOR_RECORDING,
    Due,
    Side,
    Standing,
    State,
    Wanted,
    derive,
    due_at,
    useful_until,
)
from jam.schedule.models import Event, Program
from jam.schedule.rules import State as EventState


@dataclass(frozen=True)
class Ruled:
    """A rule as it counts at one session: `base` gives the row its name, `shown` says what happens."""

    base: ReminderRule
    shown: ReminderRule

    @property
    def changed(self) -> bool:
        """Whether the session differs from its program here."""
        return self.base is not self.shown

    @property
    def own(self) -> bool:
        """Whether it is the session's alone."""
        return self.base.program_id is None

    @property
    def off(self) -> str | None:
        """Why it does not count here; None when it does."""
        if self.shown.active:
            return None
        if self.changed or self.own:
            return "Switched off for this session."
        return "Switched off for the program."


def rule(id: int) -> ReminderRule | None:
    """A rule by its id."""
    return db.session.get(ReminderRule, id)


def rules_of(program: Program) -> list[ReminderRule]:
    """A program's rules, in the order they were made."""
    query = select(ReminderRule).where(ReminderRule.program_id == program.id)
    return list(db.session.scalars(query.order_by(ReminderRule.id)))


def override(event: Event, base: ReminderRule) -> ReminderRule | None:
    """What stands in for a program's rule at a session."""
    return db.session.scalar(
        select(ReminderRule).where(ReminderRule.event_id == event.id, ReminderRule.replaces_id == base.id)
    )


def ruled(events: Sequence[Event]) -> dict[int, list[Ruled]]:
    """The rules that count at each of several sessions, switched-off ones too; one query."""
    ids, programs = [event.id for event in events], {event.program_id for event in events}
    query = select(ReminderRule).where(
        or_(ReminderRule.program_id.in_(programs), ReminderRule.event_id.in_(ids))
    )
    rules = list(db.session.scalars(query.order_by(ReminderRule.id)))
    replaced = {(each.event_id, each.replaces_id): each for each in rules if each.replaces_id}
    found: dict[int, list[Ruled]] = {}
    for event in events:
        found[event.id] = [
            Ruled(each, replaced.get((event.id, each.id), each))
            for each in rules
            if each.replaces_id is None and (each.program_id == event.program_id or each.event_id == event.id)
        ]
    return found


def reminders(events: Sequence[Event]) -> dict[tuple[int, int], Reminder]:
    """The rows of several sessions, by session and rule; one query."""
    query = select(Reminder).where(Reminder.event_id.in_([event.id for event in events]))
    return {(row.event_id, row.rule_id): row for row in db.session.scalars(query)}


def was_past(event: Event) -> bool:
    """Whether a session was over already when Jam came to know of it: about those nobody is ever written to."""
    return event.created_at >= event.ends_at


def wanted(event: Event, counts: Ruled, late: str) -> Wanted:
    """What is true of a rule at a session now."""
    timing, of = counts.shown.timing, span(event)
    due = due_at(timing, of)
    off = counts.off
    if event.state == EventState.CANCELLED:
        off = "The session is cancelled."
    elif off is None and timing.side == Side.BEFORE and due >= of.starts_at:
        off = "Its time lies after the start of this session."
    elif off is None and audience(counts.shown.audience).needs_report and due < of.ends_at:
        off = "Its time lies before the end of this session."
    return Wanted(due, timing, of, off, late)


def standings(
    event: Event, counts: Iterable[Ruled], kept: dict[tuple[int, int], Reminder], late: str
) -> list[tuple[Ruled, Reminder | None, Standing]]:
    """Where each rule of a published or cancelled session should stand now, beside the row that says where it stands."""
    found = []
    for each in counts:
        row = kept.get((event.id, each.base.id))
        if row is None and each.off and not each.changed and not each.own:
            continue  # a rule that the program switched off before it ever counted here
        after = derive(row.standing if row else None, wanted(event, each, late), now())
        if row is None and event.ends_at <= now() and after.state == State.MISSED:
            continue  # nothing new is missed once the session is over
        found.append((each, row, after))
    return found


def out_of_step(late: str) -> list[int]:
    """Ids of the sessions to come whose rows are not what rules and session say; three queries."""
    query = select(Event).where(
        Event.state.in_([EventState.PUBLISHED, EventState.CANCELLED]), Event.ends_at > now()
    )
    events = list(db.session.scalars(query.order_by(Event.id)))
    counts, kept = ruled(events), reminders(events)
    return [
        event.id
        for event in events
        if any(
            row is None or row.standing != after
            for _, row, after in standings(event, counts[event.id], kept, late)
        )
    ]


# --- who would get it -------------------------------------------------------------------------------------------------


def _reachable(name: str, follow_up: bool, event: Event) -> tuple[Any, ...]:
    return (
        Person.id.in_(audience(name).people(event.id)),
        Person.merged_into_id.is_(None),
        Person.erased_at.is_(None),
        # Somebody whose address refuses mail gets none until staff lift that.
        exists().where(
            Address.person_id == Person.id,
            Address.preferred,
            func.lower(Address.address).not_in(select(PausedAddress.address)),
        ),
        Person.follow_ups if follow_up else Person.reminders,
    )


def _seat(event: Event) -> ColumnElement[bool]:
    return and_(Registration.person_id == Person.id, Registration.event_id == event.id)


def recipients(shown: ReminderRule, event: Event, due: datetime) -> Select[Person, Registration]:
    """Everybody who gets a rule's letter at a session, each with their seat if they have one, by their ids."""
    return (
        select(Person, Registration)
        .outerjoin(Registration, _seat(event))
        .where(
            *_reachable(shown.audience, shown.kind in FOLLOW_UPS, event),
            # Who registered when it was due already has the letter about their seat, which says the same. Whoever came is thanked,
            # also when staff wrote down their seat days later.
            true()
            if shown.kind == CAME_LETTER
            else or_(Registration.id.is_(None), Registration.registered_at <= due),
        )
        .order_by(Person.id)
    )


def others_of(ids: Iterable[int]) -> dict[int, set[int]]:
    """Of each of these people the ids of all rows that are them: their own, and those merged into it; one query."""
    whole = select(Person.id.label("root"), Person.id.label("id")).where(Person.id.in_(list(ids)))
    rows = whole.cte(recursive=True)
    gone = aliased(Person)
    rows = rows.union(select(rows.c.root, gone.id).join(rows, gone.merged_into_id == rows.c.id))
    found: dict[int, set[int]] = {}
    for root, id in db.session.execute(select(rows.c.root, rows.c.id)):
        found.setdefault(root, set()).add(id)
    return found


#: Whom a letter is for: session, audience, and whether it is one that people decline as a follow-up.
Reach = tuple[int, str, bool]


def reach_of(event: Event, shown: ReminderRule) -> Reach:
    """Whom a rule's letter at a session is for."""
    return event.id, shown.audience, shown.kind in FOLLOW_UPS


def reach(pairs: Iterable[tuple[Event, ReminderRule]]) -> dict[Reach, dict[str, int]]:
    """How many would get each letter if it went now, by the zone in which each is told the time; one query."""
    asked = {reach_of(event, shown): event for event, shown in pairs}
    zone = func.coalesce(Person.time_zone, EASTERN)
    each = [
        select(
            literal(id).label("event"), literal(name).label("audience"), literal(int(follow_up)).label("follow_up"),
            zone.label("zone"), func.count().label("number"),
        )
        .select_from(Person)
        .where(*_reachable(name, follow_up, event))
        .group_by(zone)
        for (id, name, follow_up), event in asked.items()
    ]  # fmt: skip
    found: dict[Reach, dict[str, int]] = {key: {} for key in asked}
    if each:
        for id, name, follow_up, where, number in db.session.execute(union_all(*each)):
            found[id, name, bool(follow_up)][where] = number
    return found


def reported(events: Sequence[Event]) -> set[int]:
    """The ids of those sessions an attendance report was imported for."""
    ids = [event.id for event in events]
    query = select(AttendanceReport.event_id).where(AttendanceReport.event_id.in_(ids)).distinct()
    return set(db.session.scalars(query))


# --- who has it already ------------------------------------------------------------------------------------------------

#: Why a letter after a session did not leave: whom it was to may be meant after all, by a better report.
TAKEN_OUT = "The attendance report was taken out again before this letter left."
KNOWN_BETTER = "Who was at the session is known better since this letter was written."


def had(row: Reminder, shown: ReminderRule, ids: Iterable[int]) -> set[int]:
    """Which of these people have a reminder's letter already, under their own row or one that was merged into it. One after
    the session is had once, however often the row goes out."""
    rows = {id: root for root, all_ids in others_of(ids).items() for id in all_ids}
    if not rows:
        return set()
    begins = f"reminder:{row.id}:" if shown.kind in FOLLOW_UPS else f"reminder:{row.id}:{row.occurrence}:"
    found = select(Letter.recipient_id).where(
        Letter.key.startswith(begins, autoescape=True),
        Letter.recipient_id.in_(rows),
        or_(Letter.state != LetterState.WITHDRAWN, Letter.reason.not_in([TAKEN_OUT, KNOWN_BETTER])),
    )
    return {rows[id] for id in db.session.scalars(found)}


def left_out() -> list[Seen]:
    """Letters after a session that went out, and are still of use to somebody who was not known to be meant then: staff
    decided an entry since, or a better report came."""
    query = (
        select(Reminder)
        .join(Reminder.event)
        .where(
            Reminder.state == State.DONE,
            Reminder.due_at > now() - USEFUL_AFTER,
            Event.state == EventState.PUBLISHED,
            exists().where(AttendanceReport.event_id == Reminder.event_id),
        )
        .options(joinedload(Reminder.event))
        .order_by(Reminder.id)
    )
    rows = list(db.session.scalars(query))
    counts = ruled(list({row.event_id: row.event for row in rows}.values())) if rows else {}
    found = []
    for row in rows:
        shown = shown_of(row, counts)
        if shown.active and shown.kind in FOLLOW_UPS:
            people = recipients(shown, row.event, row.due_at).with_only_columns(Person.id)
            ids = set(db.session.scalars(people))
            if ids - had(row, shown, ids):
                found.append(row.seen)
    return found


# --- what is due ------------------------------------------------------------------------------------------------------


def may_be_taken() -> ColumnElement[bool]:
    """Whether a row is due, or was left by a worker that went away."""
    return or_(
        and_(Reminder.state == State.SCHEDULED, Reminder.due_at <= now()),
        and_(Reminder.state == State.RUNNING, Reminder.lease_until < now()),
    )


def to_judge() -> dict[int, list[tuple[Seen, Due]]]:
    """The rows that are due, by session, each with what is missing for it."""
    query = (
        select(Reminder, exists().where(AttendanceReport.event_id == Reminder.event_id))
        .join(Reminder.event)
        .where(may_be_taken(), Event.state == EventState.PUBLISHED)
        .options(joinedload(Reminder.event))
        .order_by(Reminder.due_at, Reminder.id)
    )
    rows = [(row, bool(reported)) for row, reported in db.session.execute(query)]
    if not rows:
        return {}
    counts = ruled(list({row.event_id: row.event for row, _ in rows}.values()))
    found: dict[int, list[tuple[Seen, Due]]] = {}
    for row, reported in rows:
        shown = shown_of(row, counts)
        found.setdefault(row.event_id, []).append(
            (row.seen, due_of(row.id, row.rule_id, row.event, shown, row.due_at, reported))
        )
    return found


def shown_of(row: Reminder, counts: dict[int, list[Ruled]]) -> ReminderRule:
    """The rule that counts for a row: its own, or what stands in for it at its session."""
    return next(each.shown for each in counts[row.event_id] if each.base.id == row.rule_id)


def due_of(id: int, rule_id: int, event: Event, shown: ReminderRule, due_at: datetime, reported: bool) -> Due:
    """A rule's letter at a session as it is judged."""
    return Due(
        id=id,
        rule_id=rule_id,
        name=shown.name,
        audience=shown.audience,
        due_at=due_at,
        useful_until=useful_until(shown.timing, span(event), due_at),
        waits=waits_for(shown, event, due_at, reported),
        before=shown.timing.side == Side.BEFORE,
        must_wait=audience(shown.audience).needs_report and not reported,
    )


def waits_for(shown: ReminderRule, event: Event, due: datetime, reported: bool) -> str | None:
    """What a letter still waits for at this moment, in words with the day until which it does; None for nothing."""
    if audience(shown.audience).needs_report and not reported:
        last = long_date(useful_until(shown.timing, span(event), due), event.time_zone)
        return f"It waits for the attendance report, until {last}."
    patience = due + WAITS_FOR_RECORDING
    if shown.kind in FOLLOW_UPS and now() < patience and not (event.recording_url or event.slides_url):
        last = long_date(patience, event.time_zone)
        return f"It waits for the recording or the slides, until {last}; then it goes without."
    return None


def row_of(event: Event, base: ReminderRule) -> Reminder | None:
    """The row of a rule at a session."""
    return db.session.scalar(
        select(Reminder).where(Reminder.event_id == event.id, Reminder.rule_id == base.id)
    )


def by_name(shown: ReminderRule, event: Event, due: datetime) -> Select[Person, Registration]:
    """The same people as a list to read."""
    name = func.lower(func.coalesce(Registration.name, Person.name))
    query = recipients(shown, event, due).order_by(None).order_by(name, Person.id)
    return query.options(selectinload(Person.addresses))


def letters_of(row: Reminder) -> Select[Letter]:
    """The letters of a reminder, by name."""
    return select(Letter).where(Letter.batch == row.batch).order_by(func.lower(Letter.to_name), Letter.id)
