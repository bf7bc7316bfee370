"""Reading wishes and the news list."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import selectinload

from jam.base.database import db
from jam.base.lookup import holds
from jam.base.now import now
from jam.interest.models import NewsSubscription, Wish
from jam.interest.rules import ONE_LETTER_IN, News
from jam.mail.models import Letter
from jam.people.models import Account, Address, Person


def wishes(kind: str = "", answered: bool = False) -> Select[Wish]:
    """Wishes that wait, oldest first, or those answered, the latest first; each with its person and addresses."""
    query = select(Wish).options(selectinload(Wish.person).selectinload(Person.addresses))
    if kind:
        query = query.where(Wish.kind == kind)
    if answered:
        return query.where(Wish.answered_at.is_not(None)).order_by(Wish.answered_at.desc(), Wish.id.desc())
    return query.where(Wish.answered_at.is_(None)).order_by(Wish.asked_at, Wish.id)


def open_count() -> int:
    """How many wishes wait for an answer."""
    waiting = select(func.count()).select_from(Wish).where(Wish.answered_at.is_(None))
    return db.session.scalar(waiting) or 0


def oldest_open() -> datetime | None:
    """Since when the wish that waits longest has waited."""
    return db.session.scalar(select(func.min(Wish.asked_at)).where(Wish.answered_at.is_(None)))


def same_open_wish(person: Person, kind: str, message: str) -> Wish | None:
    """The same wish with the same words by the same person, when it still waits."""
    return db.session.scalar(
        select(Wish).where(
            Wish.person_id == person.id,
            Wish.kind == kind,
            Wish.message == message,
            Wish.answered_at.is_(None),
        )
    )


def subscription_of(person: Person) -> NewsSubscription | None:
    """A person's place on the news list, in whatever state."""
    return db.session.scalar(select(NewsSubscription).where(NewsSubscription.person_id == person.id))


def subscribers(q: str = "") -> Select[int, str, str, datetime | None]:
    """Person's id, name, address, time of confirming of everybody who gets the news, by name.

    `q` keeps those whose name or address holds the words. Nobody else may be sent news.
    """
    query = (
        select(Person.id, Person.name, Address.address, NewsSubscription.confirmed_at)
        .join(NewsSubscription, NewsSubscription.person_id == Person.id)
        .join(Address, (Address.person_id == Person.id) & Address.preferred)
        .where(NewsSubscription.state == News.CONFIRMED)
        .order_by(func.lower(Person.name), Person.id)
    )
    return query.where(or_(holds(Person.name, q), holds(Address.normal, q))) if q else query


def subscriber_count() -> int:
    """How many people get the news."""
    return db.session.scalar(select(func.count()).select_from(subscribers().order_by(None).subquery())) or 0


def written_lately(kind: str, person: Person) -> bool:
    """Whether a letter of this kind went to this person within the time in which one is enough."""
    lately = select(Letter.id).where(
        Letter.kind == kind,
        Letter.recipient_kind == "person",
        Letter.recipient_id == person.id,
        Letter.created_at > now() - ONE_LETTER_IN,
    )
    return db.session.scalar(lately.limit(1)) is not None


def names_of(actors: set[str]) -> dict[str, str]:
    """The names of the accounts among those whom the audit log names."""
    ids = [int(actor.partition(":")[2]) for actor in actors if actor.startswith("account:")]
    rows = db.session.execute(select(Account.id, Person.name).join(Account.person).where(Account.id.in_(ids)))
    return {f"account:{id}": name for id, name in rows}
