"""What this room holds about a person: name, addresses, place of work, the right to sign in. A person who is erased
stays as a row without anything in it, so that what was counted keeps its number."""

from __future__ import annotations

from sqlalchemy import delete, func, select

from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.privacy import ERASED, Export, Holding, Objects, hand_in, items
from jam.people.models import Account, Address, Organization, Person, SignInLink
from jam.vocabulary.models import Term


def objects(person_id: int) -> Objects:
    """The person, their addresses and account."""
    return {
        "person": [person_id],
        "address": list(db.session.scalars(select(Address.id).where(Address.person_id == person_id))),
        "account": list(db.session.scalars(select(Account.id).where(Account.person_id == person_id))),
    }


def export(person_id: int) -> Export:
    """The person, every address, account and sign-in link."""
    person = db.session.get_one(Person, person_id)
    accounts = list(db.session.scalars(select(Account).where(Account.person_id == person_id)))
    links = select(SignInLink).where(SignInLink.account_id.in_([each.id for each in accounts]))
    return {
        "person": [
            {
                **items(
                    [person],
                    "name",
                    "state",
                    "zip",
                    "time_zone",
                    "reminders",
                    "follow_ups",
                    "review_letters",
                    "created_at",
                )[0],
                "organization": person.organization.name if person.organization else None,
                "job_role": _term(person.job_role_id),
                "sector": _term(person.sector_id),
            }
        ],
        "addresses": items(person.addresses, "address", "normal", "preferred"),
        "account": items(accounts, "role", "active", "created_at", "signed_in_at"),
        "sign_in_links": items(db.session.scalars(links), "created_at", "expires_at", "used_at"),
    }


def erase(person_id: int, *, by: str) -> int:
    """Leave an empty row; job role, sector and state stay as numbers. Refused while the person can sign in."""
    person = db.session.get_one(Person, person_id)
    account = db.session.scalar(select(Account).where(Account.person_id == person_id))
    if account is not None and account.active:
        raise Refused(
            "Whoever can sign in cannot be erased. Ask an administrator to close the account first."
        )
    home, person.organization_id = person.organization_id, None
    person.name, person.zip, person.time_zone = ERASED, None, None
    person.erased_at = person.erased_at or now()
    person.link_version += 1
    person.calendar_version += person.calendar_version % 2
    person.reminders = person.follow_ups = person.review_letters = True
    for address in list(person.addresses):
        db.session.delete(address)
    if account is not None:
        account.signed_in_at = None
        account.session_version += 1
        db.session.execute(delete(SignInLink).where(SignInLink.account_id == account.id))
    db.session.flush()
    db.session.expire(person)
    _forget_organization(home)
    return 1


def _forget_organization(id: int | None) -> None:
    # Of somebody who works alone it may be the name itself; where others work it stays theirs.
    others = select(func.count()).where(Person.organization_id == id)
    if id is not None and not db.session.scalar(others):
        for other in db.session.scalars(
            select(Organization.id).where(Organization.merged_into_id == id)
        ).all():
            _forget_organization(other)
        db.session.execute(delete(Organization).where(Organization.id == id))


def _term(id: int | None) -> str | None:
    return db.session.scalar(select(Term.name).where(Term.id == id)) if id else None


hand_in(
    Holding(
        room="people",
        columns={
            "person": (
                "name", "organization_id", "job_role_id", "sector_id", "state", "zip", "time_zone", "reminders",
                "follow_ups", "review_letters", "merged_into_id",
            ),
            "address": ("person_id", "address", "normal"),
            "organization": ("name", "normal", "domain", "state", "merged_into_id"),
            "account": ("person_id", "role", "signed_in_at"),
            "sign_in_link": ("account_id",),
        },
        parts={
            "person": "What Jam knows of you now.",
            "addresses": "Your e-mail addresses, as you wrote them and as they are compared.",
            "account": "Your right to sign in as staff, if you have one.",
            "sign_in_links": "When links to sign in were made for you and used.",
        },
        export=export,
        erase=erase,
        objects=objects,
    )
)  # fmt: skip
