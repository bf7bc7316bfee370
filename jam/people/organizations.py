"""Organizations as staff keep them: merging two, undoing that, what is known of one, and its state for its people.

One that was merged stays as a row that points on; its name is then another name of the one it went into. The caller
commits.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from jam.audit.actions import new_batch, record
from jam.audit.models import AuditEntry
from jam.audit.undo import changes_since, done_in, restore, values_of
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.lookup import holds
from jam.people.models import Address, Organization, Person
from jam.people.queries import organization_at_end
from jam.people.rules import FREE_MAIL, initials, loose_organization

_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
#: How many likely pairs are shown at once.
_MOST_PAIRS = 10


@dataclass(frozen=True)
class Pair:
    """Two organizations that may be one, and why."""

    one: Organization
    other: Organization
    why: str


def known(q: str = "") -> Select[Organization, int]:
    """Organizations that stand by themselves, with the number of their people, by name; `q` also finds other names."""
    number = select(func.count()).where(_works_at(Organization.id)).correlate(Organization).scalar_subquery()
    query = select(Organization, number.label("people")).where(Organization.merged_into_id.is_(None))
    if q:
        other = aliased(Organization)
        query = query.where(
            or_(
                holds(Organization.name, q),
                exists().where(other.merged_into_id == Organization.id, holds(other.name, q)),
            )
        )
    return query.order_by(func.lower(Organization.name), Organization.id)


def people_of(found: Organization) -> Select[Person]:
    """The people of an organization, by name."""
    return select(Person).where(_works_at(found.id)).order_by(func.lower(Person.name), Person.id)


def number_of(found: Organization, *also: ColumnElement[bool]) -> int:
    """How many people an organization has, of those who are so."""
    return db.session.scalar(select(func.count()).where(_works_at(found.id), *also)) or 0


def merged_into(found: Organization) -> list[Organization]:
    """What was merged into an organization directly: its other names."""
    query = select(Organization).where(Organization.merged_into_id == found.id)
    return list(db.session.scalars(query.order_by(func.lower(Organization.name))))


def likely_pairs() -> list[Pair]:
    """Organizations that are likely the same: by the words of their names, by initials, by their people's addresses."""
    rows = {
        each.id: each
        for each in db.session.scalars(select(Organization).where(Organization.merged_into_id.is_(None)))
    }
    found: dict[tuple[int, int], str] = {}

    def note(ids: list[int], why: str) -> None:
        first, *others = sorted(ids)
        for other in others:
            found.setdefault((first, other), why)

    for ids in _groups((loose_organization(each.normal), id) for id, each in rows.items()):
        note(ids, "Their names differ in small words only.")
    by_name = {each.normal.replace(" ", ""): id for id, each in rows.items()}
    for id, each in rows.items():
        short = initials(each.normal)
        if short is not None and by_name.get(short, id) != id:
            note([id, by_name[short]], f"“{rows[by_name[short]].name}” may be short for the other.")
    addresses = db.session.execute(
        select(Person.organization_id, Address.normal)
        .join(Address, Address.person_id == Person.id)
        .where(
            Person.organization_id.in_(select(Organization.id).where(Organization.merged_into_id.is_(None)))
        )
    )
    domains = {(address.rpartition("@")[2], id) for id, address in addresses if id is not None}
    for domain, ids in _named_groups((domain, id) for domain, id in domains if domain not in FREE_MAIL):
        note(ids, f"People of both write from {domain}.")
    return [Pair(rows[one], rows[other], why) for (one, other), why in sorted(found.items())][:_MOST_PAIRS]


def describe(found: Organization, domain: str, state: str | None, *, by: str) -> None:
    """Set what is known of an organization. Refused for what is no domain, or not its own."""
    domain = re.sub(r"^(https?://)?(www\.)?", "", domain.strip().lower()).partition("/")[0]
    if domain and not (len(domain) <= 120 and _DOMAIN.fullmatch(domain)):
        raise Refused("A web domain looks like clinic.example, without spaces.")
    if domain in FREE_MAIL:
        raise Refused(f"Anybody can have an address at {domain}, so it tells of no organization.")
    if domain and domain != found.domain:
        others = db.session.scalars(select(Organization).where(Organization.domain == domain))
        for other in map(organization_at_end, others):
            if other.id != found.id:
                raise Refused(
                    f"{domain} is the web domain of {other.name}. Merge the two, or take it away there."
                )
    if (domain or None, state) == (found.domain, found.state):
        return
    record("people.describe", "organization", found.id, by=by, changes={"state": (found.state, state)})
    found.domain, found.state = domain or None, state


def fill_state(found: Organization, *, by: str) -> int:
    """Give an organization's state to all its people who have none; returns how many. Refused without a state."""
    if found.state is None:
        raise Refused("Set the state of this organization first.")
    batch = new_batch()
    query = people_of(found).where(Person.state.is_(None)).with_for_update()
    people = db.session.scalars(query).all()
    for person in people:
        person.state = found.state
        record("people.fill_state", "person", person.id, by=by, batch=batch,
               changes={"state": (None, found.state)})  # fmt: skip
    if people:
        record("people.fill_states", "organization", found.id, by=by, batch=batch)
    return len(people)


def unfill_state(found: Organization, *, by: str) -> int:
    """Take the last filling back from all who still have that state; returns how many. Refused when there was none."""
    batch = last_filling(found)
    if batch is None:
        raise Refused("There is nothing to take back.")
    back = put_back(batch, "people.fill_state", by)
    record("people.unfill_states", "organization", found.id, by=by, batch=batch)
    return back


def last_filling(found: Organization) -> str | None:
    """The batch of the last time an organization's state was given to its people, unless that was taken back."""
    last = last_entry(found, "people.fill_states", "people.unfill_states")
    return last.batch if last is not None and last.action == "people.fill_states" else None


def merge(keep: Organization, gone: Organization, *, by: str) -> int:
    """Two organizations are one: people of `gone` move, and its name becomes another name of `keep`; returns how many.

    Refused when one was merged already.
    """
    if keep.id == gone.id:
        raise Refused("Choose two different organizations to merge.")
    _lock(keep, gone)
    if keep.merged_into_id or gone.merged_into_id:
        raise Refused("One of these two has been merged already. Open the one it was merged into.")
    batch = new_batch()
    people = db.session.scalars(
        select(Person).where(Person.organization_id == gone.id).order_by(Person.id).with_for_update()
    ).all()
    for person in people:
        person.organization_id = keep.id
        record("people.move_organization", "person", person.id, by=by, batch=batch,
               changes={"organization_id": (gone.id, keep.id)})  # fmt: skip
    before = values_of(gone, "merged_into_id")
    gone.merged_into_id = keep.id
    db.session.flush()
    record("people.merge_organization", "organization", gone.id, by=by, batch=batch,
           changes=changes_since(gone, before))  # fmt: skip
    return len(people)


def unmerge(gone: Organization, *, by: str) -> int:
    """Undo a merge: people whose organization nobody changed since go back; returns how many.

    Who came under the other name since stays. Refused when it was not merged, or the one kept was merged on.
    """
    keep = db.session.get(Organization, gone.merged_into_id) if gone.merged_into_id else None
    last = last_entry(gone, "people.merge_organization")
    if keep is None or last is None:
        raise Refused(f"{gone.name} is not merged into another organization, so there is nothing to undo.")
    _lock(keep, gone)
    if keep.merged_into_id:
        raise Refused(f"{keep.name} was merged into another one since. Undo that merge first.")
    gone.merged_into_id = None
    db.session.flush()
    back = put_back(last.batch, "people.move_organization", by)
    record("people.unmerge_organization", "organization", gone.id, by=by, batch=last.batch,
           changes={"merged_into_id": (keep.id, None)})  # fmt: skip
    return back


def put_back(batch: str, action: str, by: str) -> int:
    """Undo an action of a batch on all people whom nobody changed since; returns how many."""
    back = 0
    for done in done_in(batch, action):
        person = db.session.get(Person, done.object_id, with_for_update=True, populate_existing=True)
        if person is None or not done.stands(person):
            continue
        restore(done, person, "people.put_back", by=by, batch=batch)
        back += 1
    return back


def last_entry(found: Organization, *actions: str) -> AuditEntry | None:
    """The latest of these actions on an organization."""
    query = select(AuditEntry).where(
        AuditEntry.object_kind == "organization",
        AuditEntry.object_id == found.id,
        AuditEntry.action.in_(actions),
    )
    return db.session.scalar(query.order_by(AuditEntry.id.desc()).limit(1))


def _lock(*both: Organization) -> None:
    ids = [each.id for each in both]
    held = select(Organization).where(Organization.id.in_(ids)).order_by(Organization.id).with_for_update()
    db.session.execute(held.execution_options(populate_existing=True)).all()


def _works_at(id: object) -> ColumnElement[bool]:
    return and_(Person.organization_id == id, Person.merged_into_id.is_(None), Person.erased_at.is_(None))


def _groups(rows: Iterable[tuple[str, int]]) -> list[list[int]]:
    return [ids for _, ids in _named_groups(rows)]


def _named_groups(rows: Iterable[tuple[str, int]]) -> list[tuple[str, list[int]]]:
    found: dict[str, list[int]] = defaultdict(list)
    for key, id in rows:
        found[key].append(id)
    return [(key, ids) for key, ids in sorted(found.items()) if key and len(ids) > 1]
