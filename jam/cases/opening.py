"""The record of who opened what. A case is opened by a button, which is noted; looking on is a page that changes nothing."""

from __future__ import annotations

from jam.base.database import db
from jam.base.now import now
from jam.cases.models import CaseOpening, Copy, EchoCase
from jam.people.models import Person


def note(case: EchoCase, person: Person, copy: Copy) -> None:
    """Note that a person opens a copy of a case. The caller commits before anything is shown."""
    db.session.add(CaseOpening(case_id=case.id, person_id=person.id, copy=copy, at=now()))
    db.session.flush()
