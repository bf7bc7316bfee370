"""Two people are one, and two again: who suggested what. The caller commits."""

from __future__ import annotations

from sqlalchemy import select

from jam.audit.actions import record
from jam.audit.undo import changes_since, done_in, restore, values_of
from jam.base.database import db
from jam.outcomes.models import CaseRecommendation
from jam.people.models import Person

#: As the log names recommendations.
SCOPE = "case-recommendation"


def merge(keep: Person, gone: Person, *, by: str, batch: str) -> None:
    """What `gone` suggested was suggested by `keep`."""
    query = select(CaseRecommendation).where(CaseRecommendation.suggested_by_id == gone.id)
    for each in db.session.scalars(query.order_by(CaseRecommendation.id)).all():
        before = values_of(each, "suggested_by_id")
        each.suggested_by_id = keep.id
        db.session.flush()
        record("outcomes.move", SCOPE, each.id, by=by, batch=batch, changes=changes_since(each, before))


def unmerge(keep: Person, gone: Person, *, by: str, batch: str) -> list[str]:
    """Put back who suggested what; returns a sentence for each that stays because it changed since."""
    stays = []
    for done in done_in(batch, "outcomes.move"):
        each = db.session.get(
            CaseRecommendation, done.object_id, with_for_update=True, populate_existing=True
        )
        if each is None:
            continue
        if not done.stands(each):
            stays.append(f"A recommendation for {each.case.shown} changed since; it stays with {keep.name}.")
            continue
        restore(done, each, "outcomes.put_back", by=by, batch=batch)
    return stays
