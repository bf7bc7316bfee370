"""What a clock could not do in its minute it does not do at all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from jam.reminders import jobs
from jam.reminders.rules import Deed, Due, Verdict, judge


def _only_in_time(due: Iterable[Due], present: datetime) -> dict[int, Verdict]:
    due = list(due)
    late = {each.id for each in due if present - each.due_at > timedelta(minutes=1)}
    gone = dict.fromkeys(late, Verdict(Deed.MISS, "Too late."))
    return judge([each for each in due if each.id not in late], present) | gone


jobs.judge = _only_in_time
