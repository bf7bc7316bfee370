"""Two people are one, and two again: whose places in teams, in the faculty and as guests go where. The caller commits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import select

from jam.audit.actions import record
from jam.audit.undo import changes_since, done_in, values_of
from jam.base.database import db
from jam.base.now import now
from jam.cohorts.models import CohortFaculty, CohortGuest, CohortMember
from jam.cohorts.queries import membership
from jam.cohorts.rules import PLACES, Standing
from jam.cohorts.signals import belonging_changed
from jam.people.models import Person

Row = TypeVar("Row", CohortMember, CohortFaculty, CohortGuest)


def merge(keep: Person, gone: Person, *, by: str, batch: str) -> None:
    """What is `gone`'s becomes `keep`'s; where both have the same place, that of `gone` is given up.

    One person is a member of a cohort once: a second membership of it ends.
    """
    for member in _rows(CohortMember, gone):
        before = values_of(member, "person_id", "standing", "left_at")
        same_team = select(CohortMember.id).where(
            CohortMember.application_id == member.application_id, CohortMember.person_id == keep.id
        )
        if db.session.scalar(same_team) is None:
            if member.standing == Standing.CONFIRMED and membership(member.cohort, keep.id) is not None:
                member.standing, member.left_at = Standing.LEFT, now()
            member.person_id = keep.id
        elif member.standing in PLACES:
            member.standing, member.left_at = Standing.LEFT, now()
        _note("cohorts.move_member", member, before, by, batch)
    for one in _rows(CohortFaculty, gone):
        before = values_of(one, "person_id")
        twin = select(CohortFaculty.id).where(
            CohortFaculty.cohort_id == one.cohort_id,
            CohortFaculty.person_id == keep.id,
            CohortFaculty.role == one.role,
        )
        if db.session.scalar(twin) is None:
            one.person_id = keep.id
        _note("cohorts.move_faculty", one, before, by, batch)
    for guest in _rows(CohortGuest, gone):
        before = values_of(guest, "person_id")
        same = select(CohortGuest.id).where(
            CohortGuest.event_id == guest.event_id, CohortGuest.person_id == keep.id
        )
        if db.session.scalar(same) is None:
            guest.person_id = keep.id
        _note("cohorts.move_guest", guest, before, by, batch)
    belonging_changed.send(None, people={keep.id, gone.id})


def unmerge(keep: Person, gone: Person, *, by: str, batch: str) -> list[str]:
    """Put back what a merge moved; returns a sentence for each that stays because it changed since."""
    stays = []
    for action, find in _FINDERS.items():
        for done in done_in(batch, action):
            row = find(done.object_id)
            if row is None:
                continue
            if not done.stands(row):
                where = row.event.title if isinstance(row, CohortGuest) else row.cohort.name
                stays.append(f"The place in “{where}” changed since; it stays with {keep.name}.")
                continue
            before = values_of(row, *done.before)
            done.put_back(row)
            _note("cohorts.put_back", row, before, by, batch)
    belonging_changed.send(None, people={keep.id, gone.id})
    return stays


def _row(model: type[Row], id: int) -> Row | None:
    return db.session.get(model, id, with_for_update=True, populate_existing=True)


def _rows(model: type[Row], person: Person) -> list[Row]:
    return list(db.session.scalars(select(model).where(model.person_id == person.id).order_by(model.id)))


#: What a merge did, and how the row it did it to is found again.
_FINDERS: dict[str, Callable[[int], CohortMember | CohortFaculty | CohortGuest | None]] = {
    "cohorts.move_member": lambda id: _row(CohortMember, id),
    "cohorts.move_faculty": lambda id: _row(CohortFaculty, id),
    "cohorts.move_guest": lambda id: _row(CohortGuest, id),
}


def _note(
    action: str,
    row: CohortMember | CohortFaculty | CohortGuest,
    before: dict[str, object],
    by: str,
    batch: str,
) -> None:
    db.session.flush()
    record(action, row.__tablename__, row.id, by=by, batch=batch, changes=changes_since(row, before))
