"""An organization's web domain and its other names: who likely works there by their address, and names that staff know of.

The caller commits.
"""

from __future__ import annotations

from sqlalchemy import Select, exists, func, literal, or_, select

from jam.audit.actions import new_batch, record
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.text import clean_line
from jam.people.models import Address, Organization, Person
from jam.people.organizations import last_entry, put_back
from jam.people.queries import organization_at_end, organization_by_name
from jam.people.rules import FREE_MAIL, normal_organization

_GIVE, _TAKE = "people.give_organizations", "people.take_organizations"


def at_domain(domain: str) -> list[Organization]:
    """The organizations of a web domain or of one above it, the nearest first; none for mail services of everybody."""
    labels = domain.lower().strip().split(".")
    names = [".".join(labels[start:]) for start in range(len(labels) - 1)][:10]
    if not names or FREE_MAIL & set(names):
        return []
    found = db.session.scalars(select(Organization).where(Organization.domain.in_(names))).all()
    nearest = sorted(found, key=lambda each: (-len(each.domain or ""), each.name.lower()))
    return list(dict.fromkeys(organization_at_end(each) for each in nearest))


def without_organization(found: Organization) -> Select[Person]:
    """People who have an address at an organization's domain and no organization, by name."""
    there = or_(Address.normal.endswith(f"@{found.domain}"), Address.normal.endswith(f".{found.domain}"))
    return (
        select(Person)
        .where(
            literal(found.domain is not None and found.merged_into_id is None),
            Person.organization_id.is_(None),
            Person.merged_into_id.is_(None),
            Person.erased_at.is_(None),
            exists().where(Address.person_id == Person.id, there),
        )
        .order_by(func.lower(Person.name), Person.id)
    )


def number_without(found: Organization) -> int:
    """How many such people there are."""
    query = without_organization(found).with_only_columns(func.count()).order_by(None)
    return db.session.scalar(query) or 0


def give(found: Organization, *, by: str) -> int:
    """Give an organization to all who have an address at its domain and none yet; returns how many.

    Refused without a domain, and for one that was merged into another.
    """
    if found.domain is None or found.merged_into_id:
        raise Refused("Set the web domain of this organization first.")
    batch = new_batch()
    people = db.session.scalars(without_organization(found).with_for_update(of=Person)).all()
    for person in people:
        person.organization_id = found.id
        record("people.give_organization", "person", person.id, by=by, batch=batch,
               changes={"organization_id": (None, found.id)})  # fmt: skip
    if people:
        record(_GIVE, "organization", found.id, by=by, batch=batch)
    return len(people)


def take_back(found: Organization, *, by: str) -> int:
    """Take the last giving back from all who still have that organization; returns how many. Refused when there was none."""
    batch = last_giving(found)
    if batch is None:
        raise Refused("There is nothing to take back.")
    back = put_back(batch, "people.give_organization", by)
    record(_TAKE, "organization", found.id, by=by, batch=batch)
    return back


def last_giving(found: Organization) -> str | None:
    """The batch of the last time people got an organization by its domain, unless that was taken back."""
    last = last_entry(found, _GIVE, _TAKE)
    return last.batch if last is not None and last.action == _GIVE else None


def add_name(found: Organization, name: str, *, by: str) -> Organization:
    """Make another name lead to an organization. Refused for an empty one, and for one that leads somewhere already."""
    name = clean_line(name, 160, "The other name")
    normal = normal_organization(name)
    if not normal:
        raise Refused("Write the other name.")
    if found.merged_into_id:
        raise Refused("This is itself another name. Add it to the organization it leads to.")
    there = organization_by_name(normal)
    if there is found:
        raise Refused(f"“{name}” leads here already.")
    if there is not None:
        own = there.normal == normal
        raise Refused(
            f"“{name}” stands on the list by itself. Merge the two instead, so that its people come along."
            if own
            else f"“{name}” is another name of {there.name}."
        )
    made = Organization(name=name, normal=normal, merged_into_id=found.id)
    db.session.add(made)
    db.session.flush()
    record("people.add_name", "organization", made.id, by=by, changes={"merged_into_id": (None, found.id)})
    return made


def is_added_name(other: Organization) -> bool:
    """Whether staff wrote this name down, rather than merged an organization of that name."""
    last = last_entry(other, "people.add_name", "people.merge_organization", "people.unmerge_organization")
    return other.merged_into_id is not None and last is not None and last.action == "people.add_name"


def remove_name(other: Organization, *, by: str) -> None:
    """Forget a name that staff added. Refused for one that came by a merge: that is undone."""
    if not is_added_name(other):
        raise Refused(f"{other.name} was not added as another name, so there is nothing to remove.")
    record("people.remove_name", "organization", other.id, by=by,
           changes={"merged_into_id": (other.merged_into_id, None)})  # fmt: skip
    db.session.delete(other)
