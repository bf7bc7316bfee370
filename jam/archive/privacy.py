"""What this room holds about people: files that wait for their import, for a day at most. It has no tables."""

from __future__ import annotations

from sqlalchemy import select

from jam.archive.unpack import FOLDER, unpack
from jam.attendance import uploads
from jam.attendance.reading.decoding import all_lines
from jam.attendance.redaction import Whose
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.privacy import Export, Holding, hand_in
from jam.people.models import Address, Person


def export(person_id: int) -> Export:
    """Nothing: what is imported stands in other rooms."""
    return {}


def erase(person_id: int, *, by: str) -> int:
    """Forget waiting files that name the person; whoever waits for their import chooses them again."""
    addresses = set(db.session.scalars(select(Address.normal).where(Address.person_id == person_id)))
    names = set(db.session.scalars(select(Person.name).where(Person.id == person_id)))
    whose = Whose(frozenset(addresses), frozenset(name.casefold() for name in names))
    uploads.drop_if(lambda data: _names(data, whose), FOLDER)
    return 0


def _names(data: bytes, whose: Whose) -> bool:
    try:
        members = unpack([("", data)])
    except Refused:
        return True
    return any(whose.is_in(line) for member in members for line in all_lines(member.data))


hand_in(Holding(room="archive", columns={}, parts={}, export=export, erase=erase))
