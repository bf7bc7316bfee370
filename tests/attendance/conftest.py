"""What tests of imported attendance share: sessions that are over, and the days their reports are of."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.base.now import frozen, now
from jam.schedule.models import Event
from tests import makers
from tests.worlds import made_once


@pytest.fixture
def real_event(db_session: scoped_session[Session]) -> Event:
    """The session of March 28, 2020 that the real report is of."""
    event = makers.event(title="satRdays DC", starts_at=makers.utc("2020-03-28 12:30"), minutes=540)
    db.session.commit()
    return event


#: When the session was put on; what is done in a test is done later.
START = now()


@made_once
def make_event() -> int:
    event = makers.event(title="Grow your own", starts_at=makers.utc("2026-10-20 17:00"))
    db.session.commit()
    return event.id


@pytest.fixture
def event(db_session: scoped_session[Session]) -> Event:
    """The session of October 20, 2026, 1:00 to 2:00 p.m. Eastern, that the invented reports are of."""
    with frozen(START):
        return db_session.get_one(Event, make_event())
