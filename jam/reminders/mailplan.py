"""The mail plan of a session: every letter to come and every letter that went, in order of time; and what the rules of a
program do at its next session. A fixed number of queries, however many rules, letters and people there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import case, func, select

from jam.base.database import db
from jam.base.now import now
from jam.base.words import clock, count, day_words
from jam.base.zones import EASTERN, wall, zone_words
from jam.mail.kinds import kinds
from jam.mail.models import Letter
from jam.mail.rules import TONES as LETTER_TONES
from jam.mail.rules import WORDS as LETTER_WORDS
from jam.mail.rules import State as LetterState
from jam.reminders.audiences import FOLLOW_UPS, REMINDERS, audience
from jam.reminders.models import ReminderRule, span
from jam.reminders.queries import (
    Ruled,
    due_of,
    reach,
    reach_of,
    reminders,
    reported,
    ruled,
    rules_of,
    standings,
    waits_for,
)
from jam.reminders.rules import (
    TONES,
    WORDS,
    Side,
    Span,
    Standing,
    State,
    describe,
    due_at,
    same_time,
    useful_until,
)
from jam.schedule.models import Event, Program
from jam.schedule.rules import State as EventState

#: Letters in these states may still leave.
_TO_COME = (LetterState.DRAFT, LetterState.HELD, LetterState.DUE, LetterState.SENDING)


@dataclass(frozen=True)
class Line:
    """One letter of the plan, to however many people."""

    at: datetime
    name: str
    word: str
    tone: str
    #: “1 week before, to people with a seat”; empty for letters that no rule of this room writes.
    what: str = ""
    reason: str | None = None
    #: How many get it, by the zone in which each is told the time; None while nobody can know.
    zones: Mapping[str, int] | None = None
    #: What became of its letters: how many, by state.
    letters: Mapping[str, int] = field(default_factory=dict)
    #: When the last of several left.
    until: datetime | None = None
    #: The rule, where one writes it.
    ruled: Ruled | None = None
    to_come: bool = True
    off: bool = False
    #: The state of the letters behind it, to find them in the outbox.
    state: str = ""
    #: Whether a page can tell who gets it or got it.
    listed: bool = False

    @property
    def number(self) -> int | None:
        """How many people it goes or went to; None while nobody can know."""
        if self.letters:
            return sum(self.letters.values())
        return None if self.zones is None else sum(self.zones.values())

    @property
    def lasting(self) -> bool:
        """Whether its letters left over a time worth telling."""
        return self.until is not None and self.until - self.at > timedelta(minutes=30)

    @property
    def fate(self) -> list[str]:
        """What became of its letters, in words, where not all were sent."""
        return [
            f"{self.letters[state]:,} {LETTER_WORDS[state]}"
            for state in LetterState
            if self.letters.get(state)
        ]

    @property
    def places(self) -> list[tuple[str, int, str]]:
        """The zones of its recipients, most people first: its words, how many, and the moment on the wall clock there."""
        rows = sorted((self.zones or {}).items(), key=lambda each: (-each[1], each[0]))
        return [(zone_words(zone, self.at), number, moment_in(self.at, zone)) for zone, number in rows]


@dataclass(frozen=True)
class MailPlan:
    """What is to come, what went out or was missed, and what is switched off; each in order of time."""

    to_come: list[Line]
    gone: list[Line]
    off: list[Line]


def moment_in(at: datetime, zone: str) -> str:
    """“Tuesday, December 8, 1:00 p.m.”, as seen in a zone; with the year where it is another one."""
    local = wall(at, zone)
    year = "" if local.year == wall(now(), zone).year else f", {local.year}"
    return f"{local:%A}, {local:%B} {local.day}{year}, {clock(at, zone)}"


def mail_plan(event: Event) -> MailPlan:
    """The plan of a session; of a draft, what would be if it were published now."""
    counts = ruled([event])[event.id]
    rows = standings(event, counts, reminders([event]), "Its time has gone by.")
    known = bool(reported([event]))
    numbers = reach((event, each.shown) for each, _, _ in rows)
    written = _written(event)
    one_goes = same_time(
        due_of(each.base.id, each.base.id, event, each.shown, standing.due_at, known)
        for each, _, standing in rows
        if standing.state == State.SCHEDULED
    )
    lines = []
    for each, row, standing in rows:
        letters = written.pop(row.batch) if row and row.batch in written else None
        countable = known or not audience(each.shown.audience).needs_report
        line = _of_rule(event, each, standing, known)
        if letters is not None:
            lines.append(_with_letters(line, letters))
        elif each.base.id in one_goes:
            lines.append(replace(line, reason=one_goes[each.base.id], zones={}, listed=False))
        elif standing.state in (State.SCHEDULED, State.RUNNING):
            lines.append(replace(line, zones=numbers[reach_of(event, each.shown)] if countable else None))
        else:
            lines.append(line)
    lines += written.values()
    lines.sort(key=lambda line: (line.at, line.name))
    return MailPlan(
        to_come=[line for line in lines if line.to_come and not line.off],
        gone=[line for line in lines if not line.to_come and not line.off],
        off=[line for line in lines if line.off],
    )


def _of_rule(event: Event, each: Ruled, standing: Standing, known: bool) -> Line:
    shown, state = each.shown, standing.state
    reason = standing.reason
    if state == State.SCHEDULED and standing.due_at <= now():
        reason = waits_for(shown, event, standing.due_at, known)
    elif state == State.SCHEDULED and audience(shown.audience).needs_report and not known:
        reason = "How many is known once the attendance report is there."
    word = (
        WORDS[state]
        if event.state != EventState.DRAFT or state != State.SCHEDULED
        else "once it is published"
    )
    return Line(
        at=standing.due_at,
        name=shown.name,
        what=f"{describe(shown.timing)}, to {audience(shown.audience).words}",
        word=word,
        tone=TONES[state],
        reason=reason,
        ruled=each,
        to_come=state in (State.SCHEDULED, State.RUNNING),
        off=state == State.OFF,
        listed=state in (State.SCHEDULED, State.RUNNING, State.DONE),
    )


def _with_letters(line: Line, letters: Line) -> Line:
    if line.to_come:  # it is being written at this moment
        return replace(line, letters=letters.letters)
    return replace(
        line,
        letters=letters.letters,
        until=letters.until,
        word=letters.word,
        tone=letters.tone,
        to_come=letters.to_come,
    )


def _written(event: Event) -> dict[str, Line]:
    """The letters about a session that were written, one line for each reminder, and for every other kind one for what is
    to come and one for what is settled; by the reminder's batch, or by kind. One query."""
    ours = Letter.kind.in_((*REMINDERS, *FOLLOW_UPS))
    batch = case((ours, Letter.batch), else_="").label("batch")
    rows = db.session.execute(
        select(
            Letter.kind, batch, Letter.state, func.count(), func.min(Letter.due_at), func.min(Letter.sent_at),
            func.max(Letter.sent_at),
        )
        .where(Letter.scope_kind == "event", Letter.scope_id == event.id)
        .group_by(Letter.kind, batch, Letter.state)
    )  # fmt: skip
    found: dict[str, Line] = {}
    for kind, of_batch, state, number, due, first, last in rows:
        open_ones = state in _TO_COME
        key = of_batch or f"{kind}:{open_ones}"
        title = kinds[kind].title if kind in kinds else kind
        at, earlier = (first or due), found.get(key)
        if earlier is None:
            found[key] = Line(
                at=at, name=title, word=LETTER_WORDS[LetterState(state)], tone=LETTER_TONES[LetterState(state)],
                letters={state: number}, until=last, to_come=open_ones, state=state,
            )  # fmt: skip
        else:
            worst = LetterState(max((earlier.state, state), key=_weight))
            found[key] = replace(
                earlier, at=min(at, earlier.at), letters={**earlier.letters, state: number}, state=worst,
                until=max((each for each in (earlier.until, last) if each), default=None),
                word=LETTER_WORDS[worst], tone=LETTER_TONES[worst], to_come=earlier.to_come or open_ones,
            )  # fmt: skip
    return found


def _weight(state: str) -> int:
    """What a line of many letters is called after: trouble first, then what is not over, then what is."""
    order = (LetterState.WITHDRAWN, LetterState.MISSED, LetterState.SENT, LetterState.DRAFT, LetterState.DUE,
             LetterState.SENDING, LetterState.HELD, LetterState.FAILED)  # fmt: skip
    return order.index(LetterState(state))


# --- a program's rules ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outlook:
    """A rule of a program, and what it does next, in a sentence."""

    rule: ReminderRule
    timing: str
    to: str
    letter: str
    sentence: str


def outlook(program: Program) -> list[Outlook]:
    """A program's rules in order of time around a session, each with what it does at the next session it concerns."""
    rules = sorted(rules_of(program), key=_order)
    events = _next_events(program)
    nexts = {rule.id: _next(rule, events) for rule in rules if rule.active}
    numbers = reach((event, rule) for rule in rules if (event := nexts.get(rule.id)) is not None)
    one_goes: dict[int, str] = {}
    for event in events:
        there = [rule for rule in rules if nexts.get(rule.id) is event]
        one_goes |= same_time(
            due_of(rule.id, rule.id, event, rule, due_at(rule.timing, span(event)), False) for rule in there
        )
    return [
        Outlook(
            rule,
            describe(rule.timing),
            audience(rule.audience).words,
            kinds[rule.kind].title,
            one_goes.get(rule.id) or _sentence(rule, nexts.get(rule.id), numbers),
        )
        for rule in rules
    ]


def _order(rule: ReminderRule) -> tuple[datetime, str]:
    # Around any session: where each falls tells which comes first.
    start = datetime(2026, 6, 16, 17, tzinfo=UTC)
    return due_at(rule.timing, Span(start, start + timedelta(hours=1), EASTERN)), rule.name


def _next_events(program: Program) -> list[Event]:
    query = select(Event).where(
        Event.program_id == program.id,
        Event.state == EventState.PUBLISHED,
        Event.ends_at > now() - timedelta(days=8),
    )
    return list(db.session.scalars(query.order_by(Event.starts_at, Event.id).limit(12)))


def _next(rule: ReminderRule, events: list[Event]) -> Event | None:
    return next((event for event in events if due_at(rule.timing, span(event)) > now()), None)


def _sentence(
    rule: ReminderRule, event: Event | None, numbers: Mapping[tuple[int, str, bool], Mapping[str, int]]
) -> str:
    if not rule.active:
        return "It is switched off."
    if event is None:
        return "It goes out when a session is published."
    due = due_at(rule.timing, span(event))
    if rule.timing.side == Side.BEFORE and due >= useful_until(rule.timing, span(event), due):
        return "It does not go out: its time lies after the start of the next session."
    day = day_words(wall(event.starts_at, event.time_zone).date()).partition(", ")[2].rpartition(", ")[0]
    when = f"It goes out {moment_in(due, EASTERN)} Eastern for the session of {day}"
    if audience(rule.audience).needs_report:
        return f"{when}, once recording and attendance report are there."
    number = sum(numbers[reach_of(event, rule)].values())
    return f"{when}, to about {count(number, 'person', 'people')}."
