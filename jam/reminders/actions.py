"""Changing rules, deriving rows, and writing the letters that are due. The caller commits, except where it says so."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import time, timedelta
from typing import Any

from sqlalchemy import select

from jam.audit.actions import record
from jam.audit.undo import done_in
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.text import clean_line
from jam.mail.actions import put_back, withdraw, withdraw_failed
from jam.mail.models import Letter
from jam.mail.queries import unsent
from jam.mail.rules import UNSENT
from jam.mail.rules import State as LetterState
from jam.people.models import Person
from jam.people.queries import rows_of
from jam.reminders.audiences import FOLLOW_UPS, REMINDERS, audience
from jam.reminders.models import Reminder, ReminderRule
from jam.reminders.queries import (
    override,
    reminders,
    ruled,
    standings,
    was_past,
)
from jam.reminders.rules import Anchor, Side, Standing, State, Timing, Unit, check
from jam.schedule.actions import lock
from jam.schedule.models import Event, Program
from jam.schedule.rules import State as EventState
from jam.schedule.signals import Change

#: Letters after a session are looked after for this long when a rule changes.
_LOOKS_BACK = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class RuleFields:
    """What staff decide about a rule."""

    name: str
    kind: str
    audience: str
    amount: int
    unit: Unit
    side: Side
    anchor: Anchor
    at: time | None = None
    with_link: bool = True
    with_invite: bool = False


#: What every program begins with.
DEFAULTS = (
    RuleFields(
        name="One week before", kind="reminder", audience="confirmed",
        amount=1, unit=Unit.WEEKS, side=Side.BEFORE, anchor=Anchor.START,
    ),
    RuleFields(
        name="One day before", kind="reminder", audience="confirmed",
        amount=1, unit=Unit.DAYS, side=Side.BEFORE, anchor=Anchor.START,
    ),
    RuleFields(
        name="One hour before", kind="reminder-soon", audience="confirmed",
        amount=1, unit=Unit.HOURS, side=Side.BEFORE, anchor=Anchor.START,
    ),
    RuleFields(
        name="To those who came", kind="follow-up-came", audience="came",
        amount=1, unit=Unit.DAYS, side=Side.AFTER, anchor=Anchor.END, with_link=False,
    ),
    RuleFields(
        name="To those who missed it", kind="follow-up-missed", audience="missed",
        amount=1, unit=Unit.DAYS, side=Side.AFTER, anchor=Anchor.END, with_link=False,
    ),
)  # fmt: skip


#: What a program gets with the first person of a cohort's faculty.
FACULTY_DEFAULT = RuleFields(
    name="One day before, to the faculty", kind="reminder-faculty", audience="faculty",
    amount=1, unit=Unit.DAYS, side=Side.BEFORE, anchor=Anchor.START, with_link=False,
)  # fmt: skip


# --- rules ------------------------------------------------------------------------------------------------------------


def add_defaults(program: Program, *, by: str) -> None:
    """Give a new program the rules that every program begins with."""
    for given in DEFAULTS:
        add(program, given, by=by)


def add_faculty_default(program: Program, *, by: str) -> None:
    """Let the faculty of a program's cohorts be reminded of their sessions, unless a rule says how already, on or off."""
    query = select(ReminderRule.id).where(
        ReminderRule.program_id == program.id, ReminderRule.audience == FACULTY_DEFAULT.audience
    )
    if db.session.scalar(query.limit(1)) is None:
        add(program, FACULTY_DEFAULT, by=by)


def add(of: Program | Event, given: RuleFields, *, by: str) -> ReminderRule:
    """Add a rule to a program, or one of its own to a session. Refused when it makes no sense."""
    rule = ReminderRule(**_checked(given), active=True)
    if isinstance(of, Program):
        rule.program_id = of.id
    else:
        lock(of)
        rule.event_id = of.id
    db.session.add(rule)
    db.session.flush()
    record("reminders.add", "reminder_rule", rule.id, by=by, changes={"name": (None, rule.name)})
    _follow(of)
    return rule


def edit(rule: ReminderRule, given: RuleFields, *, by: str) -> bool:
    """Change a program's rule or a session's own; returns whether anything is other than before."""
    changes = {}
    for name, value in _checked(given).items():
        was = getattr(rule, name)
        if was != value:
            setattr(rule, name, value)
            changes[name] = (was, value)
    if not changes:
        return False
    db.session.flush()
    record("reminders.edit", "reminder_rule", rule.id, by=by, changes=changes)
    _follow(_home(rule))
    return True


def switch(rule: ReminderRule, active: bool, *, by: str) -> None:
    """Let a rule count, or not."""
    if rule.active == active:
        return
    rule.active = active
    db.session.flush()
    record("reminders.switch", "reminder_rule", rule.id, by=by, changes={"active": (not active, active)})
    _follow(_home(rule))


def remove(rule: ReminderRule, *, by: str) -> None:
    """Take a rule away for good. Refused once letters went out by it, since those stand in the plans of sessions."""
    home = _home(rule)
    if isinstance(home, Event):
        lock(home)
    went = select(Reminder.id).where(
        Reminder.rule_id == rule.id,
        # From the first letter on it names the start that they told of, also when it was switched off half way.
        Reminder.told_for.is_not(None) | Reminder.state.in_([State.RUNNING, State.DONE]),
    )
    if db.session.scalar(went.limit(1)):
        raise Refused("Letters went out by this rule already. Switch it off instead.")
    record("reminders.remove", "reminder_rule", rule.id, by=by, changes={"name": (rule.name, None)})
    db.session.delete(rule)
    db.session.flush()


def change_here(event: Event, base: ReminderRule, given: RuleFields, *, by: str) -> ReminderRule:
    """Let a program's rule be another one at one session."""
    kept = _stand_in(event, base, by)
    edit(kept, given, by=by)
    return kept


def switch_here(event: Event, base: ReminderRule, active: bool, *, by: str) -> None:
    """Let a program's rule count at one session, or not, whatever the program says."""
    switch(_stand_in(event, base, by), active, by=by)


def back_to_program(event: Event, base: ReminderRule, *, by: str) -> None:
    """Let a session follow its program's rule again."""
    lock(event)
    kept = override(event, base)
    if kept is None:
        return
    record("reminders.back", "reminder_rule", kept.id, by=by, changes={"name": (kept.name, base.name)})
    db.session.delete(kept)
    db.session.flush()
    _follow(event)


def _stand_in(event: Event, base: ReminderRule, by: str) -> ReminderRule:
    lock(event)
    kept = override(event, base)
    if kept is None:
        given = {each.name: getattr(base, each.name) for each in fields(RuleFields)}
        kept = ReminderRule(**given, active=base.active, event_id=event.id, replaces_id=base.id)
        db.session.add(kept)
        db.session.flush()
        record("reminders.add", "reminder_rule", kept.id, by=by, changes={"name": (None, kept.name)})
    return kept


def _home(rule: ReminderRule) -> Program | Event:
    if rule.program_id is not None:
        return db.session.get_one(Program, rule.program_id)
    return db.session.get_one(Event, rule.event_id)


def _checked(given: RuleFields) -> dict[str, Any]:
    values = {each.name: getattr(given, each.name) for each in fields(given)}
    values["name"] = clean_line(given.name, 80, "The name")
    if not values["name"]:
        raise Refused("Give the rule a name, so that staff know what it is.")
    check(Timing(given.amount, given.unit, given.side, given.anchor, given.at))
    group = audience(given.audience)
    if given.kind not in group.kinds:
        raise Refused(f"That letter is not for {group.words}. Choose another one.")
    if group.needs_report and (given.side, given.anchor) != (Side.AFTER, Anchor.END):
        raise Refused("Who came is known only when it is over. Count from the end, after the session.")
    return values


# --- rows -------------------------------------------------------------------------------------------------------------


def _follow(of: Program | Event) -> None:
    """Bring the rows of a session, or of a program's sessions to come and lately over, up to a changed rule."""
    late = "Its time had gone by when the rule was changed."
    if isinstance(of, Event):
        plan(of, late)
        return
    query = select(Event).where(
        Event.program_id == of.id,
        Event.state.in_([EventState.PUBLISHED, EventState.CANCELLED]),
        Event.ends_at > now() - _LOOKS_BACK,
    )
    for event in db.session.scalars(query.order_by(Event.id)):
        plan(event, late)


def plan(event: Event, late: str) -> int:
    """Derive the rows of a session from its rules and its time; returns how many changed. `late` is why one can be too
    late at once. Drafts have none, and neither has a session that was over before Jam knew of it."""
    if event.state == EventState.DRAFT or was_past(event):
        return 0
    lock(event)
    changed = 0
    for each, row, after in standings(event, ruled([event])[event.id], reminders([event]), late):
        if row is None:
            db.session.add(_settled(Reminder(rule_id=each.base.id, event_id=event.id), after))
        elif row.standing != after:
            _settled(row, after)
        else:
            continue
        changed += 1
    db.session.flush()
    return changed


def _settled(row: Reminder, after: Standing) -> Reminder:
    row.state, row.due_at, row.occurrence = after.state, after.due_at, after.occurrence
    row.reason, row.told_for, row.lease_until = after.reason, after.told_for, None
    row.settled_at = now() if after.state == State.MISSED else None
    return row


def call_back(event: Event, why: str, *, by: str) -> int:
    """Withdraw the letters of this room about a session that have not left; returns how many."""
    return withdraw(unsent(("event", event.id), kinds=(*REMINDERS, *FOLLOW_UPS)), why, by=by)


_TWICE = "The recipient gets this letter under another entry, which was found to be the same person."


def merge(keep: Person, gone: Person, *, by: str, batch: str) -> None:
    """Two people are one: of letters of one reminder to both, one leaves."""
    query = select(Letter).where(
        Letter.recipient_kind == "person",
        Letter.recipient_id.in_(rows_of(keep)),
        Letter.kind.in_((*REMINDERS, *FOLLOW_UPS)),
        Letter.scope_kind == "event",
        Letter.state.in_((*UNSENT, LetterState.SENDING, LetterState.SENT, LetterState.FAILED)),
    )
    # What has left comes first, what could not be delivered last, and before others what is to the one who stays.
    found = sorted(
        db.session.scalars(query),
        key=lambda letter: (
            letter.state == LetterState.FAILED,
            letter.state in UNSENT,
            letter.recipient_id != keep.id,
            letter.id,
        ),
    )
    first: dict[str, Letter] = {}
    twice = [letter for letter in found if first.setdefault(letter.batch, letter) is not letter]
    withdraw(twice, _TWICE, by=by, batch=batch)
    # Else a colleague who tries all failed letters again would send it a second time.
    withdraw_failed(twice, _TWICE, by=by, batch=batch)


def unmerge(keep: Person, gone: Person, *, by: str, batch: str) -> list[str]:
    """Two people are two after all: each gets the letter that the merge withdrew, if it is still of use when it leaves."""
    for done in done_in(batch, f"mail.{LetterState.WITHDRAWN}"):
        letter = db.session.get(Letter, done.object_id)
        if letter is not None and letter.reason == _TWICE:
            put_back(letter, LetterState(done.before["state"] or ""), by=by, batch=batch)
    return []


#: Why the reminder of a session can be too late at once, by what happened to the session.
_LATE = {
    Change.PUBLISHED: "Its time had gone by when the session was published.",
    Change.MOVED: "Its time had gone by when the session was moved; the letter about the new time says it all.",
    Change.CANCELLED: "",
    Change.REINSTATED: "Its time went by while the session was cancelled.",
}


def session_changed(event: Event, change: Change, *, by: str) -> None:
    """A session was published, moved, cancelled or reinstated: letters that have not left are called back, rows follow."""
    if change not in _LATE:
        return
    if change in (Change.MOVED, Change.CANCELLED):
        call_back(event, f"The session was {change} before this letter left.", by=by)
    plan(event, _LATE[change])
