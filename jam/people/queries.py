"""Reading people."""

from __future__ import annotations

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased, contains_eager

from jam.audit.models import AuditEntry
from jam.base.database import db
from jam.base.lookup import holds
from jam.base.now import now
from jam.people.models import Account, Address, Organization, Person, SignInLink


def by_address(normal: str) -> Person | None:
    """The person an address belongs to."""
    return db.session.scalar(select(Person).join(Address).where(Address.normal == normal))


def account_by_address(normal: str) -> Account | None:
    """The active account of an address."""
    return db.session.scalar(
        select(Account)
        .join(Address, Address.person_id == Account.person_id)
        .where(Address.normal == normal, Account.active)
    )


def is_usable(link_id: int) -> bool:
    """Whether a one-time link still waits to be used."""
    waiting = (
        select(SignInLink.id)
        .join(Account)
        .where(
            SignInLink.id == link_id,
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > now(),
            Account.active,
        )
    )
    return db.session.scalar(waiting) is not None


def accounts() -> list[Account]:
    """All accounts, active ones first, by name."""
    query = select(Account).join(Account.person).order_by(Account.active.desc(), func.lower(Person.name))
    return list(
        db.session.scalars(query.options(contains_eager(Account.person).selectinload(Person.addresses)))
    )


def people(q: str = "") -> Select[int, str, str, str, str | None]:
    """Id, name, address, organization, state of people whose name, address or organization holds the words."""
    query = (
        select(Person.id, Person.name, Address.address, Organization.name.label("organization"), Person.state)
        .outerjoin(Address, (Address.person_id == Person.id) & Address.preferred)
        .outerjoin(Organization, Organization.id == Person.organization_id)
        .where(Person.merged_into_id.is_(None), Person.erased_at.is_(None))
        .order_by(func.lower(Person.name), Person.id)
    )
    if q:
        query = query.where(
            or_(
                holds(Person.name, q),
                Person.id.in_(select(Address.person_id).where(holds(Address.normal, q))),
                holds(Organization.name, q),
            )
        )
    return query


def rows_of(person: Person) -> list[int]:
    """The ids of a person and of everybody who was merged into them, by whatever way."""
    whole = select(Person.id).where(Person.id == person.id).cte(recursive=True)
    later = aliased(Person)
    whole = whole.union(select(later.id).join(whole, later.merged_into_id == whole.c.id))
    return list(db.session.scalars(select(whole.c.id)))


def whoever(id: int) -> Person | None:
    """The person of a row, or the one they were found to be, at the end of however many merges."""
    found = db.session.get(Person, id)
    while found is not None and found.merged_into_id is not None:
        found = db.session.get(Person, found.merged_into_id)
    return found


def merge_batch(gone: Person) -> str | None:
    """The batch of the merge that made a person somebody else, the last one where there were several."""
    return db.session.scalar(
        select(AuditEntry.batch)
        .where(
            AuditEntry.action == "people.merge",
            AuditEntry.object_kind == "person",
            AuditEntry.object_id == gone.id,
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )


def organization_by_name(normal: str) -> Organization | None:
    """The organization of a name; of another name, the one it was merged into, at the end of however many merges."""
    found = db.session.scalar(select(Organization).where(Organization.normal == normal))
    return organization_at_end(found) if found is not None else None


def organization_at_end(found: Organization) -> Organization:
    """The organization itself, or the one it was merged into, at the end of however many merges."""
    while found.merged_into_id is not None:
        found = db.session.get_one(Organization, found.merged_into_id)
    return found
