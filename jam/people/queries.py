"""Reading people."""

from __future__ import annotations

from sqlalchemy import Select, func, or_, select

from jam.base.database import db
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
    return list(db.session.scalars(select(Account).join(Person).order_by(Account.active.desc(), Person.name)))


def people(q: str = "") -> Select[int, str, str, str, str | None]:
    """Id, name, address, organization, state of people whose name, address or organization holds the words."""
    query = (
        select(Person.id, Person.name, Address.address, Organization.name, Person.state)
        .outerjoin(Address, (Address.person_id == Person.id) & Address.preferred)
        .outerjoin(Organization, Organization.id == Person.organization_id)
        .where(Person.merged_into_id.is_(None))
        .order_by(func.lower(Person.name), Person.id)
    )
    if q:
        like = f"%{q.lower()}%"
        query = query.where(
            or_(
                func.lower(Person.name).like(like),
                Address.normal.like(like),
                func.lower(Organization.name).like(like),
            )
        )
    return query
