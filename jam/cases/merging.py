"""Two people are one, and two again: whose cases go where. The caller commits."""

from __future__ import annotations

from sqlalchemy import select

from jam.audit.actions import record
from jam.audit.undo import changes_since, done_in, restore, values_of
from jam.base.database import db
from jam.cases.letters import SCOPE
from jam.cases.models import EchoCase
from jam.cohorts.models import CohortMember
from jam.people.models import Person


def merge(keep: Person, gone: Person, *, by: str, batch: str) -> None:
    """Cases that `gone` brings become `keep`'s, as the member of the team that they are from then on."""
    for case in db.session.scalars(
        select(EchoCase).where(EchoCase.person_id == gone.id).order_by(EchoCase.id)
    ).all():
        before = values_of(case, "person_id", "member_id")
        case.person_id = keep.id
        twin = select(CohortMember.id).where(
            CohortMember.application_id == case.member.application_id, CohortMember.person_id == keep.id
        )
        # Where both stood in one team, the place of `keep` is the one that stays.
        case.member_id = db.session.scalar(twin) or case.member_id
        db.session.flush()
        record("cases.move", SCOPE, case.id, by=by, batch=batch, changes=changes_since(case, before))


def unmerge(keep: Person, gone: Person, *, by: str, batch: str) -> list[str]:
    """Put back the cases that a merge moved; returns a sentence for each that stays because it changed since."""
    stays = []
    for done in done_in(batch, "cases.move"):
        case = db.session.get(EchoCase, done.object_id, with_for_update=True, populate_existing=True)
        if case is None:
            continue
        if not done.stands(case):
            stays.append(f"{case.shown} changed since; it stays with {keep.name}.")
            continue
        restore(done, case, "cases.put_back", by=by, batch=batch)
    return stays
