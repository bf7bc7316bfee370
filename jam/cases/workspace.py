"""What every desk page about a case needs: the case of its address, and the words and rules its template speaks with."""

from __future__ import annotations

from typing import Any

from flask import abort

from jam.base.now import now
from jam.cases import pieces as others
from jam.cases import rules
from jam.cases.models import EchoCase
from jam.cases.queries import has_left, in_cohort, late_by, left_behind
from jam.cases.rules import State, Who
from jam.cohorts.workspace import cohort_or_404


def case_or_404(slug: str, code: str) -> EchoCase:
    """The case of that code, sent in at least once, of a cohort whose pages this account may open; 404 else."""
    case = in_cohort(cohort_or_404(slug), code)
    if case is None or case.sent_at is None:  # also one that was taken back before anybody could read it
        abort(404)
    return case


def words() -> dict[str, Any]:
    """What templates about cases call states, turns and dates."""
    return {
        "words": rules.WORDS,
        "tones": rules.TONES,
        "State": State,
        "RELEASED": rules.RELEASED,
        "HELD": rules.HELD,
        "present": now(),
        "Who": Who,
        "late": late_by,
        "has_left": has_left,
        "left_behind": left_behind,
        "ways": others.ways,
        "turn": lambda each: rules.waits_for(State(each.state)),
    }
