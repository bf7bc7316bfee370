"""What this room holds about a person: how they want to take part, and their place on the news list."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from jam.base.database import db
from jam.base.now import now
from jam.base.privacy import ERASED, Export, Holding, Objects, hand_in, items
from jam.interest.models import NewsSubscription, Wish
from jam.vocabulary.models import Term


def _wishes(person_id: int) -> list[Wish]:
    query = select(Wish).where(Wish.person_id == person_id)
    return list(db.session.scalars(query.order_by(Wish.id).with_for_update()))


def objects(person_id: int) -> Objects:
    """The person's wishes."""
    return {"wish": list(db.session.scalars(select(Wish.id).where(Wish.person_id == person_id)))}


def export(person_id: int) -> Export:
    """Each wish with what was answered, and the place on the news list."""
    wishes = list(db.session.scalars(select(Wish).where(Wish.person_id == person_id).order_by(Wish.id)))
    terms = {term.id: term.name for term in db.session.scalars(select(Term))} if wishes else {}
    news = select(NewsSubscription).where(NewsSubscription.person_id == person_id)
    return {
        "wishes": [
            {
                **items([wish], "kind", "name", "organization", "state", "message", "asked_at")[0],
                "job_role": terms.get(wish.job_role_id or 0),
                "sector": terms.get(wish.sector_id or 0),
                **items([wish], "answered_at", "note")[0],
            }
            for wish in wishes
        ],
        "news": items(db.session.scalars(news), "state", "asked_at", "confirmed_at", "ended_at"),
    }


def erase(person_id: int, *, by: str) -> int:
    """Take name and words out of the wishes, which nobody can answer any more, and end the news. That there was a wish,
    of which kind, with job role, sector and state, stays as a number."""
    wishes = _wishes(person_id)
    for wish in wishes:
        wish.name, wish.organization, wish.message, wish.note = ERASED, "", "", ""
        if wish.answered_at is None:
            wish.answered_at, wish.answered_by = now(), by
    db.session.flush()
    gone: Any = db.session.execute(delete(NewsSubscription).where(NewsSubscription.person_id == person_id))
    return len(wishes) + int(gone.rowcount)


hand_in(
    Holding(
        room="interest",
        columns={
            "wish": (
                "person_id", "name", "organization", "job_role_id", "sector_id", "state", "message", "note",
            ),
            "news_subscription": ("person_id", "state"),
        },
        parts={
            "wishes": "How you said you want to take part, and what came of it.",
            "news": "Whether you get our news, and since when.",
        },
        export=export,
        erase=erase,
        objects=objects,
    )
)  # fmt: skip
