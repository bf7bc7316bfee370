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
from jam.cohorts.rules import PLACES, Guest, Standing
from jam.cohorts.signals import belonging_changed
from jam.people.models import Person

Row = TypeVar("Row", CohortMember, CohortFaculty, CohortGuest)


def merge(keep: Person, gone: Person, *, by: str, batch: str) -> None:
    """What is `gone`'s becomes `keep`'s; where both have the same place, it stands as the further of the two did.

    One person is a member of a cohort once: a second membership of it ends.
    """
    for member in _rows(CohortMember, gone):
        before = values_of(member, *_PLACE)
        of_team = select(CohortMember).where(
            CohortMember.application_id == member.application_id, CohortMember.person_id == keep.id
        )
        twin = db.session.scalar(of_team)
        held = membership(member.cohort, keep.id)
        second = member.standing == Standing.CONFIRMED and held is not None and held is not twin
        if twin is None:
            if second:
                member.standing, member.left_at = Standing.LEFT, now()
            member.person_id = keep.id
        elif member.standing in PLACES:
            was = values_of(twin, *_PLACE)
            _join(twin, member, second)
            _note("cohorts.move_member", twin, was, by, batch)
        _note("cohorts.move_member", member, before, by, batch)
    for one in _rows(CohortFaculty, gone):
        before = values_of(one, "person_id")
        same = select(CohortFaculty.id).where(
            CohortFaculty.cohort_id == one.cohort_id,
            CohortFaculty.person_id == keep.id,
            CohortFaculty.role == one.role,
        )
        if db.session.scalar(same) is None:
            one.person_id = keep.id
        _note("cohorts.move_faculty", one, before, by, batch)
    for guest in _rows(CohortGuest, gone):
        before = values_of(guest, "person_id")
        at_once = select(CohortGuest).where(
            CohortGuest.event_id == guest.event_id, CohortGuest.person_id == keep.id
        )
        other = db.session.scalar(at_once)
        if other is None:
            guest.person_id = keep.id
        elif guest.standing == Guest.ACCEPTED and other.standing != Guest.ACCEPTED:
            was = values_of(other, "standing", "answered_at")
            other.standing, other.answered_at = guest.standing, guest.answered_at
            _note("cohorts.move_guest", other, was, by, batch)
        _note("cohorts.move_guest", guest, before, by, batch)
    belonging_changed.send(None, people={keep.id, gone.id})


#: What a merge may change of a place in a team.
_PLACE = (
    "person_id",
    "standing",
    "answered_at",
    "joined_at",
    "left_at",
    "shows_name",
    "shows_address",
    "replaced_by_id",
)
#: The further somebody has come, the higher; who said no or left has no place to keep.
_RANK = {Standing.NAMED: 1, Standing.ASKED: 2, Standing.CONFIRMED: 3}


def _join(twin: CohortMember, member: CohortMember, second: bool) -> None:
    """One person stands in a team twice: the place that stays, `twin`, takes over what the other has and it has not.

    `second`: whether they are a member of this cohort already, in another team.
    """
    if member.joined_at is not None and not second:
        twin.joined_at = min(filter(None, (twin.joined_at, member.joined_at)))
    if _RANK[Standing(member.standing)] > _RANK.get(Standing(twin.standing), 0) and not second:
        if member.standing == Standing.CONFIRMED:
            twin.shows_name, twin.shows_address = member.shows_name, member.shows_address
        twin.standing, twin.answered_at = member.standing, member.answered_at
        twin.left_at, twin.replaced_by_id = None, None
    # Came and missed are told of the one place alone.
    member.standing, member.left_at, member.joined_at = Standing.LEFT, now(), None
    member.shows_name = member.shows_address = False


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
