"""What this room holds about a person: what was recommended to them and what they said came of it, and what they suggested."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from jam.base.database import db
from jam.base.privacy import Export, Holding, Objects, hand_in, items
from jam.cases.models import EchoCase
from jam.cases.privacy import is_asking
from jam.cases.rules import HELD
from jam.outcomes.merging import SCOPE
from jam.outcomes.models import CaseFollowUp, CaseNote, CaseOutcome, CaseRecommendation
from jam.outcomes.queries import follow_ups, sent


def _cases(person_id: int) -> list[EchoCase]:
    return list(
        db.session.scalars(select(EchoCase).where(EchoCase.person_id == person_id).order_by(EchoCase.id))
    )


def _suggested(person_id: int) -> list[CaseRecommendation]:
    query = select(CaseRecommendation).where(CaseRecommendation.suggested_by_id == person_id)
    return list(
        db.session.scalars(query.options(joinedload(CaseRecommendation.case)).order_by(CaseRecommendation.id))
    )


def objects(person_id: int) -> Objects:
    """The recommendations that a person suggested."""
    return {SCOPE: [each.id for each in _suggested(person_id)]}


def export(person_id: int) -> Export:
    """What was sent to the person and what they answered, and what is noted as their suggestion. What they wrote themself goes to
    them alone, never to staff who download their data."""
    answered = ["recommendation_id", "answer", "released_words", "answered_at"]
    if is_asking(person_id):
        answered.insert(2, "words")
    found: Export = {
        "recommendations_to_you": [],
        "what_became_of_them": [],
        "recommendations_you_suggested": [],
    }
    for case in _cases(person_id):
        for each in sent(case):
            found["recommendations_to_you"].append(_item(case, each))
        for asked in follow_ups(case):
            found["what_became_of_them"].append(
                {
                    "case": case.shown,
                    **items([asked], "days", "due_on", "asked_at", "answered_at")[0],
                    "answers": items(asked.outcomes, *answered),
                }
            )
    found["recommendations_you_suggested"] = [
        _item(each.case, each) for each in _suggested(person_id) if each.removed_at is None
    ]
    return found


def _item(case: EchoCase, each: CaseRecommendation) -> dict[str, Any]:
    lever = each.term.name if each.term else None
    return {"case": case.shown, **items([each], "id", "words", "link", "captured_at")[0], "lever": lever}


def erase(person_id: int, *, by: str) -> int:
    """What the person told of their own organization goes, and notes of their cases' sessions; a recommendation that was sent
    stays, as the case does, and is the group's from now on."""
    suggested, cases = _suggested(person_id), _cases(person_id)
    for each in suggested:
        each.suggested_by_id = None
    ids = [each.id for each in cases]
    db.session.execute(delete(CaseNote).where(CaseNote.case_id.in_(ids)))
    unheld = [each.id for each in cases if each.state not in HELD]
    gone = CaseRecommendation.case_id.in_(unheld) | (
        CaseRecommendation.case_id.in_(ids) & CaseRecommendation.removed_at.is_not(None)
    )
    for each in db.session.scalars(select(CaseRecommendation).where(gone)):
        db.session.delete(each)
    told = select(CaseOutcome).join(CaseFollowUp).where(CaseFollowUp.case_id.in_(ids))
    for outcome in db.session.scalars(told):
        outcome.words = ""
    db.session.flush()
    return len(suggested) + len(ids)


hand_in(
    Holding(
        room="outcomes",
        columns={
            "case_recommendation": ("case_id", "words", "suggested_by_id", "link", "captured_by"),
            "case_note": ("case_id", "words", "captured_by"),
            "case_follow_up": ("case_id", "due_on", "asked_at", "reminded_at", "stopped_at", "answered_at"),
            "case_outcome": ("recommendation_id", "answer", "words", "released_words", "answered_at"),
        },
        parts={
            "recommendations_to_you": "What groups recommended for the cases that you brought.",
            "what_became_of_them": "When we asked you what became of recommendations, and what you answered.",
            "recommendations_you_suggested": "Recommendations of a group that are noted as suggested by you.",
        },
        export=export,
        erase=erase,
        objects=objects,
    )
)
