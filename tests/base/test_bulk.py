"""Many rows at once: as if each had been written by the model."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from jam.base.bulk import new_ids, put
from jam.people.models import Address, Person
from tests import makers

MOMENT = datetime(2026, 10, 20, 19, 0, 0, 250_000, tzinfo=timezone(timedelta(hours=2)))


def test_rows_are_as_the_model_writes_them(db_session: scoped_session[Session]) -> None:
    ids = new_ids(Person, 450)
    put(Person, ("id", "name", "created_at", "state"), ((id, f"Bo\t{id}\\", MOMENT, None) for id in ids))
    db_session.commit()
    alone = Person(name="Ann", created_at=MOMENT)
    db_session.add(alone)
    db_session.commit()
    assert db_session.scalar(select(func.count()).select_from(Person).where(Person.id.in_(ids))) == 450
    last = db_session.get(Person, ids[-1])
    assert last is not None
    assert last.name == f"Bo\t{ids[-1]}\\"
    assert alone.id not in ids
    kept = [column.name for column in Person.__table__.columns if column.name not in ("id", "name")]
    assert [getattr(last, name) for name in kept] == [getattr(alone, name) for name in kept]
    # Both are the same instant for the database, too.
    assert db_session.scalar(select(func.count(Person.created_at.distinct()))) == 1


def test_a_row_that_breaks_a_rule_is_refused_as_always(db_session: scoped_session[Session]) -> None:
    person = makers.person("ann@example.org")
    db_session.commit()
    id = person.id
    row = (id, "ANN@example.org", "ann@example.org", False)
    with pytest.raises(IntegrityError):
        put(Address, ("person_id", "address", "normal", "preferred"), [row])
    db_session.rollback()
    assert db_session.scalar(select(func.count()).select_from(Address)) == 1


def test_no_rows_are_no_fault(db_session: scoped_session[Session]) -> None:
    assert new_ids(Person, 0) == []
    put(Person, ("name", "created_at"), [])
    assert db_session.scalar(select(func.count()).select_from(Person)) == 0
