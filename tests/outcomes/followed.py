"""A case whose recommendations were sent, for tests: presented so many days ago, with three recommendations."""

from __future__ import annotations

from datetime import timedelta

from jam.base.database import db
from jam.base.now import frozen, now
from jam.cases.models import EchoCase
from jam.cases.rules import State
from jam.cohorts.models import CohortMember
from jam.outcomes import following
from jam.outcomes.models import CaseRecommendation
from tests import makers
from tests.cases.brought import BY, case

WORDS = ("Pay for the drive to work.", "Let a peer sit in on interviews.", "Ask leavers a month later.")


def sent_case(
    of: CohortMember, days_ago: int = 31, words: tuple[str, ...] = WORDS, **texts: str
) -> tuple[EchoCase, list[CaseRecommendation]]:
    """A case presented so many days ago, its recommendations sent two days later and the questions planned."""
    held = now().replace(hour=19, minute=0, second=0, microsecond=0) - timedelta(days=days_ago)
    event = makers.cohort_event(of.cohort, starts_at=held)
    with frozen(held - timedelta(days=20)):
        made = case(of, State.SCHEDULED, event, **texts)
    made.state, made.presented_at, made.state_at = State.RECOMMENDED, held, held
    made.recommendations_sent_at = held + timedelta(days=2)
    said = [
        CaseRecommendation(
            case_id=made.id, client_id=f"line{n}", position=n, words=each, captured_at=held, captured_by=BY
        )
        for n, each in enumerate(words, 1)
    ]
    db.session.add_all(said)
    db.session.flush()
    following.plan(made)
    return made, said
