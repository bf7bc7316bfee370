"""Decisions about reminders: when each is due, what a change of the session or the rule means, and what is too late."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum

from jam.base.errors import Refused
from jam.base.words import count, until
from jam.base.zones import to_utc, wall


class Unit(StrEnum):
    """What the distance is counted in."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"


class Side(StrEnum):
    """On which side of the session it lies."""

    BEFORE = "before"
    AFTER = "after"


class Anchor(StrEnum):
    """From where it is counted."""

    START = "start"
    END = "end"


class State(StrEnum):
    """Where a reminder of a session stands."""

    SCHEDULED = "scheduled"
    RUNNING = "running"
    DONE = "done"
    MISSED = "missed"
    OFF = "off"


#: What staff read.
WORDS = {
    State.SCHEDULED: "planned",
    State.RUNNING: "being written",
    State.DONE: "written",
    State.MISSED: "missed",
    State.OFF: "off",
}
TONES = {
    State.SCHEDULED: "wait",
    State.RUNNING: "now",
    State.DONE: "done",
    State.MISSED: "trouble",
    State.OFF: "quiet",
}

#: A claimed reminder that nobody finished may be taken by another worker after this long.
LEASE = timedelta(minutes=5)
#: A letter after a session is of use this long after it was due.
USEFUL_AFTER = timedelta(days=7)
#: It waits this long for the recording or the slides, then it goes without.
WAITS_FOR_RECORDING = timedelta(days=3)
#: No rule reaches further than a year.
FURTHEST = timedelta(days=366)

_ONE = {
    Unit.MINUTES: timedelta(minutes=1),
    Unit.HOURS: timedelta(hours=1),
    Unit.DAYS: timedelta(days=1),
    Unit.WEEKS: timedelta(weeks=1),
}
_BY_CALENDAR = (Unit.DAYS, Unit.WEEKS)


@dataclass(frozen=True)
class Timing:
    """When a rule's letters are due. `at` is an hour on the wall clock of the session's zone, for days and weeks."""

    amount: int
    unit: Unit
    side: Side
    anchor: Anchor = Anchor.START
    at: time | None = None


@dataclass(frozen=True)
class Span:
    """When a session takes place, and on which wall clock it was planned."""

    starts_at: datetime
    ends_at: datetime
    time_zone: str


def check(timing: Timing) -> None:
    """Refuse what makes no sense."""
    if timing.amount < 0 or timing.amount * _ONE[timing.unit] > FURTHEST:
        raise Refused("A letter goes out at most a year before or after its session.")
    if timing.at is not None and timing.unit not in _BY_CALENDAR:
        raise Refused("A time of day goes with days or weeks only. Leave it empty, or count in days.")
    if timing.amount == 0 and timing.at is None and timing.side == Side.BEFORE:
        raise Refused("Say how long before the session it goes out, or at what time of that day.")
    if timing.side == Side.BEFORE and timing.anchor == Anchor.END:
        raise Refused("A letter before a session is counted from its start.")


def distance(timing: Timing) -> timedelta:
    """How far it lies from its anchor, on a clock that never changes."""
    return timing.amount * _ONE[timing.unit]


def due_at(timing: Timing, span: Span) -> datetime:
    """The instant at which it is due.

    Minutes and hours pass as they are. Days and weeks are days of the calendar: the wall clock shows the same time as at
    the anchor, or `at`, through every change of the clocks; a time that a spring change skips is taken after the gap,
    of one that an autumn change repeats the first is meant.
    """
    anchor = span.starts_at if timing.anchor == Anchor.START else span.ends_at
    step = distance(timing) * (-1 if timing.side == Side.BEFORE else 1)
    if timing.unit not in _BY_CALENDAR:
        return anchor + step
    if timing.amount == 0 and timing.at is None:
        return anchor
    local = wall(anchor, span.time_zone)
    return to_utc((local + step).date(), timing.at or local.time(), span.time_zone)


def useful_until(timing: Timing, span: Span, due: datetime) -> datetime:
    """From when on it is of no use: at the start for one before, with the session for one during, a week later after."""
    if timing.side == Side.BEFORE:
        return span.starts_at
    return span.ends_at if due < span.ends_at else due + USEFUL_AFTER


def describe(timing: Timing) -> str:
    """“1 week before”, “1 day before, at 9:00 a.m.”, “2 hours after the end”."""
    of = "" if timing.side == Side.BEFORE else f" the {timing.anchor}"
    if timing.amount == 0:
        words = "on the day" if timing.at else f"at the {timing.anchor}"
    else:
        one = timing.unit.value[:-1]
        words = f"{count(timing.amount, one, timing.unit.value)} {timing.side}{of}"
    return words if timing.at is None else f"{words}, at {_clock(timing.at)}"


def _clock(at: time) -> str:
    return f"{at.hour % 12 or 12}:{at.minute:02} {'a.m.' if at.hour < 12 else 'p.m.'}"


# --- what a change of the session or of the rule means for its row ----------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """Where a reminder of a session stands. `told_for` is the start that its letters named, once they went."""

    state: State
    due_at: datetime
    occurrence: int = 1
    reason: str | None = None
    told_for: datetime | None = None


@dataclass(frozen=True)
class Wanted:
    """What is true of it now; `off` says why it shall not go out at all, `late` why it can be too late already."""

    due_at: datetime
    timing: Timing
    span: Span
    off: str | None = None
    late: str = "Its time had gone by when Jam first planned it."


def derive(kept: Standing | None, wanted: Wanted, present: datetime) -> Standing:
    """Where a reminder stands after something changed, or where a new one begins.

    What has gone out stays. It goes out again only when the session moved to another date, or by more than the
    reminder's own distance, and that is still to come.
    """
    if kept is not None and kept.state in (State.DONE, State.RUNNING):
        return _gone(kept, wanted, present)
    if kept is not None and kept.state == State.MISSED and (wanted.off or kept.due_at == wanted.due_at):
        return kept
    occurrence, told_for = (kept.occurrence, kept.told_for) if kept else (1, None)
    fresh = Standing(State.SCHEDULED, wanted.due_at, occurrence, None, told_for)
    if wanted.off:
        return replace(fresh, state=State.OFF, reason=wanted.off)
    if kept is not None and kept.state == State.SCHEDULED and kept.due_at == wanted.due_at:
        return kept
    if wanted.due_at <= present:
        return replace(fresh, state=State.MISSED, reason=wanted.late)
    return fresh


def _gone(kept: Standing, wanted: Wanted, present: datetime) -> Standing:
    if wanted.off:
        # Whoever got it got it; a worker that is at it stops at its next step.
        return kept if kept.state == State.DONE else replace(kept, state=State.OFF, reason=wanted.off)
    moved = kept.told_for is not None and _elsewhen(kept.told_for, wanted)
    if moved and wanted.due_at > present:
        return Standing(State.SCHEDULED, wanted.due_at, kept.occurrence + 1, None, kept.told_for)
    return kept


def _elsewhen(told_for: datetime, wanted: Wanted) -> bool:
    zone, starts_at = wanted.span.time_zone, wanted.span.starts_at
    if wall(told_for, zone).date() != wall(starts_at, zone).date():
        return True
    return told_for != starts_at and abs(starts_at - told_for) >= distance(wanted.timing)


# --- what happens with those that are due -----------------------------------------------------------------------------


class Deed(StrEnum):
    """What to do with a reminder that is due."""

    SEND = "send"
    MISS = "miss"
    WAIT = "wait"


@dataclass(frozen=True)
class Verdict:
    """What to do, and why, in words for staff."""

    deed: Deed
    words: str | None = None


@dataclass(frozen=True)
class Due:
    """A reminder of one session that is due."""

    id: int
    #: Of several that are due at the same moment the one of the newest rule counts.
    rule_id: int
    name: str
    audience: str
    due_at: datetime
    useful_until: datetime
    #: What it waits for, and until when, in words; None when nothing is missing.
    waits: str | None = None
    #: Whether it lies before the session.
    before: bool = True
    #: Whether it cannot be written at all without what it waits for.
    must_wait: bool = False


BEGUN = "The session had begun before Jam could write it."
NO_REPORT = "No attendance report came within a week, so Jam cannot know who was there."
TOO_LATE = "Jam could not write it within a week after its time."


def judge(due: Iterable[Due], present: datetime) -> dict[int, Verdict]:
    """What to do with the reminders of one session that are due.

    One that is of no use any more is missed. Of several to the same people only the newest goes out: nobody wants three
    reminders at once after an outage, nor two of the same minute.
    """
    found: dict[int, Verdict] = {}
    ready: list[Due] = []
    for each in due:
        if present >= each.useful_until:
            words = BEGUN if each.before else NO_REPORT if each.must_wait else TOO_LATE
            found[each.id] = Verdict(Deed.MISS, words)
        elif each.waits:
            found[each.id] = Verdict(Deed.WAIT, each.waits)
        else:
            ready.append(each)
    newest: dict[str, Due] = {}
    for each in sorted(ready, key=lambda one: (one.due_at, one.rule_id)):
        newest[each.audience] = each
    for each in ready:
        best = newest[each.audience]
        if best is each:
            found[each.id] = Verdict(Deed.SEND)
        elif best.due_at == each.due_at:
            found[each.id] = Verdict(Deed.MISS, SAME_TIME.format(best.name))
        else:
            words = f"It was late, and “{best.name}” was due as well: only that one went out."
            found[each.id] = Verdict(Deed.MISS, words)
    return found


#: Why a letter does not go out, before its time and after it.
SAME_TIME = "“{}” is due to the same people at the same time, so only that one goes out."


def same_time(planned: Iterable[Due]) -> dict[int, str]:
    """Which letters to come will make way for another one, and why, in words for staff."""
    at: dict[datetime, list[Due]] = {}
    for each in planned:
        at.setdefault(each.due_at, []).append(replace(each, waits=None))
    verdicts = [judge(those, moment) for moment, those in at.items()]
    return {
        id: verdict.words or ""
        for some in verdicts
        for id, verdict in some.items()
        if verdict.deed == Deed.MISS
    }


# --- words of the letters ---------------------------------------------------------------------------------------------


def soon(starts_at: datetime, present: datetime, zone_name: str) -> str:
    """How far off the session is: “in 7 days”, “tomorrow”, “in one hour”, “in 25 minutes”."""
    minutes = round((starts_at - present).total_seconds() / 60)
    if 50 <= minutes <= 70:
        return "in one hour"
    if 70 < minutes < 6 * 60:
        return f"in {count(round(minutes / 60), 'hour', 'hours')}"
    return until(starts_at, present, zone_name)


_NAME = re.compile(r"\{([a-z_]+)\}")


def without(wording: str, missing: Collection[str]) -> str:
    """A wording without the paragraphs that use a name which this letter does not have."""
    head, *body = wording.split("\n\n")
    kept = [each for each in body if not set(_NAME.findall(each)) & set(missing)]
    return "\n\n".join([head, *kept])


def as_test(wording: str, words: str) -> str:
    """A wording whose subject and first paragraph say that it is a test."""
    head, _, body = wording.partition("\n\n")
    return f"Subject: [Test] {head.removeprefix('Subject:').strip()}\n\n**{words}**\n\n{body}"
