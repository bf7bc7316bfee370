"""Reading recommendations and what became of them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql import ColumnElement

from jam.base.database import db
from jam.cases.models import EchoCase
from jam.cases.rules import State
from jam.outcomes.models import CaseFollowUp, CaseNote, CaseOutcome, CaseRecommendation
from jam.outcomes.rules import SENT

_WHOLE = (
    joinedload(CaseRecommendation.suggested_by),
    joinedload(CaseRecommendation.term),
    joinedload(CaseRecommendation.earlier).joinedload(EchoCase.cohort),
)


def counts() -> list[ColumnElement[bool]]:
    """What makes a recommendation count, for queries that join its case: it was sent, and is not removed."""
    return [
        EchoCase.state.in_(SENT),
        EchoCase.recommendations_sent_at.is_not(None),
        CaseRecommendation.removed_at.is_(None),
    ]


def written(case: EchoCase) -> list[CaseRecommendation]:
    """What was written down for a case and not removed, in its order, sent or not: for who writes it down."""
    query = select(CaseRecommendation).where(
        CaseRecommendation.case_id == case.id, CaseRecommendation.removed_at.is_(None)
    )
    return list(
        db.session.scalars(
            query.options(*_WHOLE).order_by(CaseRecommendation.position, CaseRecommendation.id)
        )
    )


def sent(case: EchoCase) -> list[CaseRecommendation]:
    """The recommendations of a case, in their order, once they were sent; before, none."""
    if case.state not in SENT or case.recommendations_sent_at is None:
        return []
    return written(case)


def follow_ups(case: EchoCase) -> list[CaseFollowUp]:
    """When the presenter is, or was, asked, the first time first, with the answers."""
    query = select(CaseFollowUp).where(CaseFollowUp.case_id == case.id)
    return list(
        db.session.scalars(query.options(selectinload(CaseFollowUp.outcomes)).order_by(CaseFollowUp.days))
    )


def awaited(cases: Iterable[EchoCase]) -> list[EchoCase]:
    """Those of these cases that are still to come to an end by themselves: not those that were sent without a recommendation, so
    that nobody is asked what became of it."""
    cases = list(cases)
    told = [case.id for case in cases if case.state == State.RECOMMENDED]
    query = select(CaseFollowUp.case_id).where(CaseFollowUp.case_id.in_(told))
    asked = set(db.session.scalars(query)) if told else set()
    return [case for case in cases if case.state != State.RECOMMENDED or case.id in asked]


def newest_outcomes(recommendation_ids: Iterable[int]) -> dict[int, CaseOutcome]:
    """What became of recommendations, by their id: the answer of the latest follow-up that was answered."""
    query = (
        select(CaseOutcome)
        .join(CaseFollowUp)
        .where(
            CaseOutcome.recommendation_id.in_(list(recommendation_ids)), CaseFollowUp.answered_at.is_not(None)
        )
        .order_by(CaseFollowUp.days, CaseOutcome.id)
    )
    return {each.recommendation_id: each for each in db.session.scalars(query)}


def notes(case: EchoCase) -> list[CaseNote]:
    """The clarifying questions of a case's session that are not taken out, oldest first."""
    query = select(CaseNote).where(CaseNote.case_id == case.id, CaseNote.removed_at.is_(None))
    return list(db.session.scalars(query.order_by(CaseNote.id)))


def unsent(cohort_ids: Iterable[int] | None = None) -> list[EchoCase]:
    """Cases that were presented and whose recommendations are not sent, soonest due first; of all cohorts or of these."""
    query = select(EchoCase).where(EchoCase.state == State.PRESENTED)
    if cohort_ids is not None:
        query = query.where(EchoCase.cohort_id.in_(list(cohort_ids)))
    query = query.options(joinedload(EchoCase.cohort), joinedload(EchoCase.event))
    return list(db.session.scalars(query.order_by(EchoCase.recommendations_due_on, EchoCase.id)))
