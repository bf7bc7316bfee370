"""What this room holds about people: what reviewers said, and what was said of somebody's proposal."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select

from jam.base.database import db
from jam.base.privacy import ERASED, Export, Holding, hand_in, items
from jam.people.models import Account
from jam.proposals.models import Presenter
from jam.review.models import Criterion, Review, ReviewAssignment, Reviewer, ReviewNotice, ReviewQuestion
from jam.review.rules import READ, Stand


def _accounts(person_id: int) -> list[int]:
    return list(db.session.scalars(select(Account.id).where(Account.person_id == person_id)))


def _presented(person_id: int) -> list[int]:
    query = select(Presenter.proposal_id).where(Presenter.person_id == person_id)
    return list(db.session.scalars(query.order_by(Presenter.proposal_id)))


def export(person_id: int) -> Export:
    """What the person said as a reviewer; and what reviewers said of what they offer, without who said it.

    While a proposal is read, what is said of it is nobody's to read yet.
    """
    mine = _accounts(person_id)
    names = (
        {each.id: each.name for each in db.session.scalars(select(Criterion))}
        if mine or _presented(person_id)
        else {}
    )
    programs = select(Reviewer).where(Reviewer.account_id.in_(mine)).order_by(Reviewer.id)
    reviews = select(Review).where(Review.account_id.in_(mine)).order_by(Review.id)
    questions = select(ReviewQuestion).where(ReviewQuestion.account_id.in_(mine)).order_by(ReviewQuestion.id)
    about = (
        select(Review)
        .where(Review.proposal_id.in_(_presented(person_id)), Review.stand == Stand.DONE)
        .order_by(Review.id)
    )
    given = (
        select(ReviewAssignment)
        .where(ReviewAssignment.account_id.in_(mine))
        .order_by(ReviewAssignment.proposal_id)
    )
    notices = select(ReviewNotice).where(ReviewNotice.account_id.in_(mine)).order_by(ReviewNotice.proposal_id)
    return {
        "reviewer": [
            {"program": each.program.name, "added_at": each.added_at.isoformat()}
            for each in db.session.scalars(programs)
        ],
        "reviews": [
            {
                "proposal": each.proposal_id,
                **items([each], "stand", "comment", "reason", "done_at", "changed_at")[0],
                "scores": _scores(each, names),
            }
            for each in db.session.scalars(reviews)
        ],
        "suggested_questions": [
            {
                "proposal": each.proposal_id,
                **items([each], "words", "suggested_at", "outcome", "settled_at")[0],
            }
            for each in db.session.scalars(questions)
        ],
        "review_duties": [
            *({"proposal": each.proposal_id, "given": True} for each in db.session.scalars(given)),
            *(
                {"proposal": each.proposal_id, "told_at": each.told_at.isoformat()}
                for each in db.session.scalars(notices)
            ),
        ],
        "reviews_of_your_proposals": [
            {"proposal": each.proposal.title, "comment": each.comment, "scores": _scores(each, names)}
            for each in db.session.scalars(about)
            if each.proposal.state not in READ
        ],
    }


def _scores(review: Review, names: dict[int, str]) -> list[dict[str, Any]]:
    return [
        {"criterion": names.get(each.criterion_id, ""), "points": each.points, "of": each.steps}
        for each in review.scores
    ]


def erase(person_id: int, *, by: str) -> int:
    """Empty the words of the reviewer, and what reviewers wrote about what the person offers. Scores stay as numbers."""
    mine, theirs = _accounts(person_id), _presented(person_id)
    reviews = select(Review).where(or_(Review.account_id.in_(mine), Review.proposal_id.in_(theirs)))
    questions = select(ReviewQuestion).where(
        or_(ReviewQuestion.account_id.in_(mine), ReviewQuestion.proposal_id.in_(theirs))
    )
    changed = 0
    for review in db.session.scalars(reviews):
        changed += bool(review.comment or review.reason)
        review.comment = ""
        review.reason = ERASED if review.reason else ""
    for question in db.session.scalars(questions):
        changed += question.words != ERASED
        question.words = ERASED
    duties: tuple[type[Reviewer | ReviewAssignment | ReviewNotice], ...] = (
        Reviewer,
        ReviewAssignment,
        ReviewNotice,
    )
    for duty in duties:
        for row in db.session.scalars(select(duty).where(duty.account_id.in_(mine))):
            db.session.delete(row)
            changed += 1
    db.session.flush()
    return changed


hand_in(
    Holding(
        room="review",
        columns={
            "review": ("account_id", "comment", "reason"),
            "review_score": ("points",),
            "reviewer": ("account_id",),
            "review_assignment": ("account_id",),
            "review_question": ("account_id", "words", "question_id"),
            "review_notice": ("account_id",),
        },
        parts={
            "reviewer": "Programs whose proposals you review.",
            "reviews": "What you said as a reviewer: scores, comments to colleagues, and where you stepped back.",
            "suggested_questions": "Questions to presenters that you suggested.",
            "review_duties": "Proposals that you were given to read, and when you were told that some wait.",
            "reviews_of_your_proposals": "What reviewers said of what you offered, once that was decided.",
        },
        export=export,
        erase=erase,
    )
)
