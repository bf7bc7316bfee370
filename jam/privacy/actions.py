"""Erasing somebody in every room. The caller commits."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import select

from jam.audit.actions import new_batch, record
from jam.base import privacy
from jam.base.database import after_commit, db, leave_no_traces
from jam.base.errors import Refused
from jam.people.models import Account, Person
from jam.people.queries import rows_of


def why_not(person: Person) -> str | None:
    """Why somebody cannot be erased now, in words for whoever asks; None when they can."""
    if person.merged_into_id is not None:
        return "This entry was merged into another one. Erase that one; this one goes with it."
    accounts = select(Account.id).where(Account.person_id.in_(rows_of(person)), Account.active)
    if db.session.scalar(accounts.limit(1)) is not None:
        return (
            "Whoever can sign in as staff cannot be erased, because others rely on it. "
            "Ask an administrator to close the account first."
        )
    return None


def erase(person: Person, *, by: str) -> int:
    """Take out of every room what tells who somebody is; returns how many rows changed. Refused as `why_not` says.

    Their rows stay, empty, so that every total of seats and attendance stays what it was. Seats to come go to others.
    Doing it again finds what came later, and nothing else.
    """
    ids = _lock(person)
    if person.erased_at is not None and by == f"person:{person.id}":
        return 0  # the same button pressed twice at once; nobody can press it later
    reason = why_not(person)
    if reason:
        raise Refused(reason)
    done = sum(holding.erase(id, by=by) for holding in _in_order() for id in ids)
    batch = new_batch()
    for id in ids:
        record("privacy.erase", "person", id, by=by, batch=batch)
    after_commit(_wipe)
    return done


def _in_order() -> list[privacy.Holding]:
    # From the top floor down, so that each room still finds what it needs below it. The log comes before all: the rows
    # that tell which entries are the person's may be gone afterwards.
    rooms = list(reversed(privacy.holdings()))
    return sorted(rooms, key=lambda each: each.room != "audit")


def _lock(person: Person) -> list[int]:
    """Hold all rows of a person until the transaction ends, people before events as everywhere, and read them anew."""
    ids = rows_of(person)
    held = select(Person).where(Person.id.in_(ids)).order_by(Person.id).with_for_update()
    db.session.execute(held.execution_options(populate_existing=True)).all()
    return ids


def _wipe() -> None:
    if not leave_no_traces():
        current_app.logger.error(
            "the database was busy: erased text may stay in its files until the next erasure"
        )
