"""Corrections by hand: what staff say of one person at one session. The caller commits.

A correction goes before every report, also before one that comes in later, until it is taken back. None is ever forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from jam.attendance import rules
from jam.attendance.deciding import hold_person
from jam.attendance.models import AttendanceCorrection
from jam.attendance.presence import derive
from jam.attendance.queries import standing
from jam.audit.actions import record
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.text import clean_text
from jam.base.words import clock, clock_range, count
from jam.people.models import Person
from jam.registration.actions import lock
from jam.schedule.models import Event

#: How far stretches may lie around a session; rooms open before it and stay open after it.
BEFORE, AFTER = timedelta(hours=1), timedelta(hours=2)
#: Characters of a reason.
LONGEST_REASON = 1000


@dataclass(frozen=True)
class Said:
    """What is true of somebody: whether they came and, where that is known better than by the reports, when or how long."""

    came: bool
    minutes: int | None = None
    stretches: Sequence[rules.Interval] | None = None

    @property
    def columns(self) -> tuple[bool, int | None, list[list[str]] | None]:
        """The same as `AttendanceCorrection` keeps it."""
        kept = None
        if self.stretches is not None:
            kept = [[join.isoformat(), leave.isoformat()] for join, leave in rules.merge(self.stretches)]
        return self.came, None if self.minutes is None else self.minutes * 60, kept


def correct(event: Event, person: Person, said: Said, reason: str, *, by: str) -> AttendanceCorrection:
    """Say what is true of a person at a session, in the place of an earlier correction of theirs.

    Saying the same again changes nothing. Refused without a reason, for times that cannot be, and for who is nobody any more.
    """
    why = reason_of(reason)
    _demand_possible(event, said)
    hold_person(person)
    lock(event)
    if person.erased_at is not None:
        raise Refused("This person was erased. Their rows only count, and nothing can be corrected in them.")
    came, seconds, stretches = said.columns
    before = standing(event.id, person.id)
    if before is not None:
        if (before.came, before.seconds, before.stretches, before.reason) == (came, seconds, stretches, why):
            return before
        before.taken_back_at, before.taken_back_by = now(), by
        db.session.flush()
    made = AttendanceCorrection(
        event_id=event.id, person_id=person.id, came=came, seconds=seconds, stretches=stretches, reason=why,
        made_at=now(), made_by=by,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    record("attendance.correct", "attendance_correction", made.id, by=by,
           changes={"came": (before.came if before else None, came),
                    "seconds": (before.seconds if before else None, seconds)})  # fmt: skip
    derive(event)
    return made


def take_back(event: Event, correction: AttendanceCorrection, *, by: str) -> None:
    """Let the reports count again for this person; taking back twice changes nothing."""
    lock(event)
    db.session.refresh(correction)
    if correction.taken_back_at is not None:
        return
    correction.taken_back_at, correction.taken_back_by = now(), by
    db.session.flush()
    record("attendance.take_back", "attendance_correction", correction.id, by=by,
           changes={"came": (correction.came, None), "seconds": (correction.seconds, None)})  # fmt: skip
    derive(event)


def reason_of(reason: str) -> str:
    """The reason, cleaned; Refused without one."""
    why = clean_text(reason, LONGEST_REASON, "The reason").strip()
    if not why:
        raise Refused("Say why: the reason stands beside the correction, for colleagues and for the person.")
    return why


def _demand_possible(event: Event, said: Said) -> None:
    if event.starts_at > now():
        raise Refused("This session has not begun, so nothing can be said yet about who came.")
    opens, closes = event.starts_at - BEFORE, event.ends_at + AFTER
    hours = clock_range(event.starts_at, event.ends_at, event.time_zone)
    if said.minutes is not None:
        longest = round((closes - opens).total_seconds() / 60)
        if not 0 < said.minutes <= longest:
            raise Refused(
                f"{count(said.minutes, 'minute', 'minutes')} cannot be: the session took {count(event.minutes, 'minute', 'minutes')}. "
                f"Give a number from 1 to {longest}."
            )
    if said.stretches is not None and not said.stretches:
        raise Refused("Give at least one stretch with the time of joining and of leaving.")
    for join, leave in said.stretches or ():
        if leave <= join:
            raise Refused(
                f"You gave {clock(leave, event.time_zone)} for leaving and {clock(join, event.time_zone)} for joining; "
                "leaving has to come later."
            )
        for at in (join, leave):
            if not opens <= at <= closes:
                raise Refused(
                    f"{clock(at, event.time_zone)} lies outside the session, which was {hours}. An hour before it and two "
                    f"hours after it are taken."
                )
