"""What the clock does for reminders: write what is due, and mend rows that a change passed by."""

from __future__ import annotations

from jam.base import ending
from jam.base.database import db, reading
from jam.base.now import now
from jam.reminders.actions import plan
from jam.reminders.queries import left_out, out_of_step, to_judge
from jam.reminders.rehearsal import forget_rehearsals
from jam.reminders.rules import Deed, judge
from jam.reminders.sending import miss, take_up_again, write
from jam.schedule.models import Event

_LATE = "Its time had gone by when Jam first planned it."


def write_due() -> int:
    """Write what is due, mark what came too late; returns how many letters were written. Commits by itself."""
    with reading():
        waiting = to_judge()
        db.session.rollback()
    written = 0
    for due in waiting.values():
        verdicts = judge([each for _, each in due], now())
        for seen, each in due:
            if ending.asked():
                return written
            verdict = verdicts[each.id]
            if verdict.deed == Deed.MISS:
                miss(seen, verdict.words or "")
            elif verdict.deed == Deed.SEND:
                written += write(seen)
    return written


def tidy() -> int:
    """Mend the plans of sessions to come, take letters up again that left somebody out, and delete rehearsal letters that
    have left; returns how many of all."""
    return mend() + complete() + forget_rehearsals()


def complete() -> int:
    """Let letters after a session go out once more to whoever is meant since; returns how many. Commits one by one."""
    with reading():
        rows = left_out()
        db.session.rollback()
    return sum(take_up_again(seen) for seen in rows)


def mend() -> int:
    """Derive the rows of sessions to come anew where they are not what rules and session say; returns how many changed.

    Commits by itself, session by session.
    """
    with reading():
        ids = out_of_step(_LATE)
        db.session.rollback()
    changed = 0
    for id in ids:
        changed += plan(db.session.get_one(Event, id), _LATE)
        db.session.commit()
    return changed
