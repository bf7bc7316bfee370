"""Whose personal link opened this visit: a link, once opened, leaves an entry in the session's cookie."""

from __future__ import annotations

from flask import session

from jam.base.database import db
from jam.people.models import Person

#: Beside the entries of a staff session in the same cookie; neither touches the other's.
ENTRY = "person"


def begin(person: Person) -> None:
    """From here on this visit is this person's."""
    session[ENTRY] = f"{person.id}.{person.link_version}"


def end() -> None:
    """Forget whose visit this is, on this device."""
    session.pop(ENTRY, None)


def person_here() -> Person | None:
    """Whose visit this is; None for nobody's, and where the link has died since."""
    id, _, version = str(session.get(ENTRY, "")).partition(".")
    person = db.session.get(Person, int(id)) if id.isdigit() else None
    if person is None or str(person.link_version) != version or person.merged_into_id or person.erased_at:
        return None
    return person
