"""Writing people, accounts and sign-in links. The caller commits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from jam.audit.actions import new_batch, record
from jam.audit.undo import changes_since, done_in, values_of
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.text import clean_line
from jam.base.zones import zone
from jam.mail.actions import About, Recipient, draft
from jam.people.models import Account, Address, Organization, Person, SignInLink
from jam.people.queries import account_by_address, by_address, merge_batch, organization_by_name
from jam.people.rules import LINK_BY_MAIL, AccountRole, checked_name, normal_address, normal_organization
from jam.people.signals import person_merged, person_unmerged


@dataclass(frozen=True)
class Details:
    """What someone says of themself."""

    name: str
    organization: str = ""
    job_role_id: int | None = None
    sector_id: int | None = None
    state: str | None = None
    zip: str | None = None


def hold(*people: Person) -> None:
    """Hold people until the transaction ends, in the order of their ids, and read them anew: a button pressed twice at once
    acts once."""
    ids = {each.id for each in people}
    query = select(Person).where(Person.id.in_(ids)).order_by(Person.id).with_for_update()
    db.session.scalars(query.execution_options(populate_existing=True)).all()  # reading is what renews them


def find_or_add(typed_address: str, details: Details, *, by: str) -> Person:
    """The person of an address; a new one with these details when the address is new.

    A person who exists stays as they are: a form that anybody can fill in never overwrites somebody.
    """
    normal = normal_address(typed_address)
    found = by_address(normal)
    if found is not None:
        return found
    try:
        with db.session.begin_nested():
            return _add(typed_address, normal, details, by)
    except (
        IntegrityError
    ):  # the same new address arrived twice at once; the other one has just made the person
        found = by_address(normal)
        if found is None:
            raise
        return found


def add(details: Details, *, by: str) -> Person:
    """Add somebody whose address nobody knows. Refused without a name."""
    home = organization(details.organization)
    person = Person(
        name=checked_name(details.name),
        organization_id=home.id if home else None,
        job_role_id=details.job_role_id,
        sector_id=details.sector_id,
        state=details.state,
        zip=details.zip,
        created_at=now(),
        link_version=0,
    )
    db.session.add(person)
    db.session.flush()
    record("people.add", "person", person.id, by=by, changes={"name": (None, person.name)})
    return person


def _add(typed_address: str, normal: str, details: Details, by: str) -> Person:
    person = add(details, by=by)
    db.session.add(
        Address(person_id=person.id, address=clean_line(typed_address, 254), normal=normal, preferred=True)
    )
    return person


def organization(name: str) -> Organization | None:
    """The organization of this name or other name, made when new; None for an empty name."""
    name = clean_line(name, 160, "The organization's name")
    normal = normal_organization(name)
    if not normal:
        return None
    found = organization_by_name(normal)
    if found is not None:
        return found
    try:
        with db.session.begin_nested():
            made = Organization(name=name, normal=normal)
            db.session.add(made)
        return made
    except IntegrityError:
        return organization_by_name(normal)


def rename(person: Person, name: str, *, by: str) -> None:
    """Change a person's name."""
    name = checked_name(name)
    hold(person)
    if name != person.name:
        record("people.rename", "person", person.id, by=by, changes={"name": (person.name, name)})
        person.name = name


def choose_zone(person: Person, zone_name: str, *, by: str) -> None:
    """Set the zone a person's times are shown in."""
    zone(zone_name)
    hold(person)
    if zone_name != person.time_zone:
        record(
            "people.zone", "person", person.id, by=by, changes={"time_zone": (person.time_zone, zone_name)}
        )
        person.time_zone = zone_name


def add_account(typed_address: str, name: str, role: AccountRole, *, by: str) -> Account:
    """Give someone the right to sign in. Refused when they have it already."""
    person = find_or_add(typed_address, Details(name=name or typed_address.partition("@")[0]), by=by)
    if db.session.scalar(select(Account.id).where(Account.person_id == person.id)):
        raise Refused(f"{person.address} has an account already. Change its role instead.")
    account = Account(person_id=person.id, role=role, active=True, session_version=0, created_at=now())
    db.session.add(account)
    db.session.flush()
    record("people.account", "account", account.id, by=by, changes={"role": (None, role)})
    return account


def change_account(account: Account, role: AccountRole, active: bool, *, by: str) -> None:
    """Change what an account may do. Its sessions end. Refused when no administrator would be left."""
    if (
        account.role == AccountRole.ADMIN
        and (role != AccountRole.ADMIN or not active)
        and _last_admin(account)
    ):
        raise Refused("This is the last administrator. Make somebody else an administrator first.")
    if (role, active) == (account.role, account.active):
        return
    changes = {"role": (account.role, role), "active": (account.active, active)}
    record("people.account", "account", account.id, by=by, changes=changes)
    account.role, account.active = role, active
    account.session_version += 1


def _last_admin(account: Account) -> bool:
    # Locked, so that two administrators who demote each other at once do not both find the other one left.
    admins = select(Account.id).where(Account.role == AccountRole.ADMIN, Account.active).with_for_update()
    return set(db.session.scalars(admins)) <= {account.id}


def sign_in_link(account: Account, good_for: timedelta, *, by: str) -> SignInLink:
    """Make a one-time link for an account."""
    link = SignInLink(account_id=account.id, created_at=now(), expires_at=now() + good_for)
    db.session.add(link)
    db.session.flush()
    record("people.sign_in_link", "account", account.id, by=by)
    return link


def mail_sign_in_link(typed_address: str) -> None:
    """Send a link to the account of an address; nothing happens, and nobody can tell, when there is none."""
    account = account_by_address(normal_address(typed_address))
    if account is None or account.person.address is None:
        return
    link = sign_in_link(account, LINK_BY_MAIL, by=account.actor)
    draft(
        "sign-in",
        Recipient(account.person.address, account.person.name, "person", account.person_id),
        About(
            scope=("account", account.id),
            values={"name": account.person.name, "minutes": str(int(LINK_BY_MAIL.total_seconds() // 60))},
            links={"sign_in": ("sign-in", link.id)},
        ),
        key=f"sign-in:{link.id}",
    )


def use_sign_in_link(link_id: int) -> Account:
    """Use a link up and return its account. Refused when it is used, too old, or its account is closed."""
    done: Any = db.session.execute(
        update(SignInLink)
        .where(SignInLink.id == link_id, SignInLink.used_at.is_(None), SignInLink.expires_at > now())
        .values(used_at=now())
    )
    link = db.session.get(SignInLink, link_id)
    account = db.session.get(Account, link.account_id) if link else None
    if done.rowcount != 1 or account is None or not account.active:
        raise Refused("This link has been used or is too old. Ask for a new one; it takes a minute.")
    account.signed_in_at = now()
    record("people.sign_in", "account", account.id, by=account.actor)
    return account


def sign_out(account: Account) -> None:
    """End every session of an account."""
    account.session_version += 1
    record("people.sign_out", "account", account.id, by=account.actor)


def merge(keep: Person, gone: Person, *, by: str) -> str:
    """Two rows are one person: everything of `gone` moves to `keep`; returns the batch id of the change.

    Addresses move, `keep`'s preferred one stays; other rooms move what they hold in the same transaction.
    """
    if keep.id == gone.id:
        raise Refused("Choose two different people to merge.")
    hold(keep, gone)
    if keep.merged_into_id or gone.merged_into_id:
        raise Refused("One of these two has been merged already. Open the person it was merged into.")
    if keep.erased_at or gone.erased_at:
        raise Refused("One of these two was erased, so nobody can say that they are the same.")
    if db.session.scalar(select(Account.id).where(Account.person_id == gone.id)):
        raise Refused(f"{gone.name} can sign in. Merge the other way round, so that the account stays.")
    batch = new_batch()
    has_preferred = any(address.preferred for address in keep.addresses)
    for address in list(gone.addresses):
        before = values_of(address, "person_id", "preferred")
        address.preferred = address.preferred and not has_preferred
        db.session.flush()
        address.person = keep
        db.session.flush()
        record("people.move_address", "address", address.id, by=by, batch=batch,
               changes=changes_since(address, before))  # fmt: skip
    for field in ("reminders", "follow_ups", "review_letters"):
        # Who wanted no such letters under one of their addresses gets none under the other.
        if getattr(keep, field) and not getattr(gone, field):
            setattr(keep, field, False)
            record(f"people.{field}", "person", keep.id, by=by, batch=batch, changes={field: (True, False)})
    gone.merged_into_id = keep.id
    gone.link_version += 1
    db.session.flush()
    record("people.merge", "person", gone.id, by=by, batch=batch, changes={"merged_into_id": (None, keep.id)})
    person_merged.send(None, keep=keep, gone=gone, by=by, batch=batch)
    return batch


def why_not_unmerge(gone: Person) -> str | None:
    """Why the merge of a person cannot be undone, in words for staff; None when it can."""
    keep = db.session.get(Person, gone.merged_into_id) if gone.merged_into_id else None
    if keep is None:
        return f"{gone.name} is not merged into anybody, so there is nothing to undo."
    if keep.erased_at or gone.erased_at:
        return "This person was erased since, so nobody can say any more what belonged to whom."
    if keep.merged_into_id:
        return f"{keep.name} was merged into somebody else since. Undo that merge first, then this one."
    return None if merge_batch(gone) else "Nothing is on record about this merge, so it cannot be undone."


def unmerge(gone: Person, *, by: str) -> list[str]:
    """Undo a merge: what moved goes back to `gone`; returns a sentence for each thing that stays with the one kept.

    Addresses go back whatever happened; other rooms put back what nobody changed since, in the same transaction. Personal
    links made while the two were one end, because either may hold them. Refused as `why_not_unmerge` says.
    """
    if gone.merged_into_id is not None:
        hold(gone, db.session.get_one(Person, gone.merged_into_id))
    reason = why_not_unmerge(gone)
    if reason:
        raise Refused(reason)
    keep, batch = db.session.get_one(Person, gone.merged_into_id), merge_batch(gone)
    assert batch is not None
    for done in done_in(batch, "people.move_address"):
        address = db.session.get(Address, done.object_id)
        if address is not None and address.person_id == keep.id:
            before = values_of(address, "person_id", "preferred")
            done.put_back(address)
            db.session.flush()
            record("people.return_address", "address", address.id, by=by, batch=batch,
                   changes=changes_since(address, before))  # fmt: skip
    gone.merged_into_id = None
    keep.link_version += 1
    gone.link_version += 1
    db.session.flush()
    db.session.expire(keep, ["addresses"])
    db.session.expire(gone, ["addresses"])
    record(
        "people.unmerge", "person", gone.id, by=by, batch=batch, changes={"merged_into_id": (keep.id, None)}
    )
    answers = person_unmerged.send(None, keep=keep, gone=gone, by=by, batch=batch)
    return [sentence for _, sentences in answers for sentence in sentences]
