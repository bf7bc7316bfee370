"""A button pressed several times at once acts once, on both engines."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from jam.audit.models import AuditEntry
from jam.base.database import db
from jam.calendars.actions import make_link, revoke_link
from jam.people import actions
from jam.people.models import Person
from jam.schedule.actions import lock
from jam.schedule.models import Event
from tests import makers
from tests.together import together

AT_ONCE = 8


def test_a_name_changed_and_a_link_revoked_many_times_at_once_are_one_change_each(app: Flask) -> None:
    with app.app_context():
        person = makers.person("ana@clinic.example")
        make_link(person, by="command")
        db.session.commit()
        id, before = person.id, db.session.scalar(select(func.count(AuditEntry.id)))

    def press(_: int, ready: Callable[[], object]) -> None:
        with app.app_context():
            db.session.get_one(Person, id)
            db.session.rollback()
            ready()
            mine = db.session.get_one(Person, id)
            actions.rename(mine, "Ana Maria Lee", by="person:1")
            revoke_link(mine, by="person:1")
            db.session.commit()

    together(AT_ONCE, press)
    with app.app_context():
        changed = db.session.get_one(Person, id)
        assert (changed.name, changed.calendar_version % 2) == ("Ana Maria Lee", 0)
        assert db.session.scalar(select(func.count(AuditEntry.id))) == before + 2


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_holding_a_row_reads_it_anew(app: Flask) -> None:
    """On SQLite a writing transaction begins by waiting for the others, so nothing it has read can be old."""
    with app.app_context():
        person, event = makers.person("ana@clinic.example"), makers.event(capacity=5)
        db.session.commit()
        assert (person.name, event.capacity) == ("Ana Lee", 5)
        with db.engine.begin() as other:
            other.execute(update(Person).values(name="Somebody Else"))
            other.execute(update(Event).values(capacity=6))
        actions.hold(person)
        lock(event)
        assert (person.name, event.capacity) == ("Somebody Else", 6)
