"""Every job of the clock may run twice, at once in several workers, or late: what is due happens once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.base.limits import RateCount
from jam.base.now import frozen, now
from jam.clock import JOBS
from jam.mail.actions import hasten
from jam.mail.models import Letter
from jam.mail.rules import State
from jam.people.actions import Details
from jam.registration import actions as registrations
from jam.registration import passes
from jam.registration.models import Registration
from jam.registration.rules import Status
from jam.reminders.models import Reminder
from tests import makers
from tests.rows import every_row
from tests.together import together

Db = scoped_session[Session]

#: What follows from what is due, once.
ONCE = {
    "seats": {"cancelled": 3, "confirmed": 4, "offered": 1},
    "told": {
        "registered": 3,
        "waiting": 3,
        "promoted": 1,
        "seat-cancelled": 1,
        "offered": 2,
        "offer-lapsed": 1,
        "pass": 1,
        "pass-dates": 1,
        "reminder": 1,
    },
}

NAMES = [job.name for job in JOBS]


@pytest.fixture
def due(app: Flask, db_session: Db) -> None:
    """Something to do for every job: a free seat and people who wait, an offer whose time is up, a pass without its
    newest date, a reminder, a reminder that is missing in the plan, letters, a count that is over, a sign of a worker that
    vanished."""
    full = makers.event(capacity=1, waiting_list=True)
    first, _second = makers.registration(full), makers.registration(full)
    first.status = Status.CANCELLED  # behind the back of the actions, which would have promoted
    offering = makers.event(capacity=1, waiting_list=True, offer_hours=24)
    holder, offered, _third = (makers.registration(offering) for _ in range(3))
    registrations.cancel(holder, by=makers.BY)
    offered.offer_until = now() - timedelta(minutes=1)
    series = makers.program("series")
    makers.event(series)
    passes.take(series, "ana@people.example", Details(name="Ana Lee"), by=makers.BY)
    makers.event(series, starts_at=now() + timedelta(days=60))
    with frozen(now() - timedelta(days=10)):
        soon = makers.event(makers.program("soon"), starts_at=now() + timedelta(days=16, hours=12))
        makers.registration(soon)
    of_soon = select(Reminder).where(Reminder.event_id == soon.id).order_by(Reminder.due_at)
    db_session.delete(db_session.scalars(of_soon).all()[2])
    hasten(db_session.scalars(select(Letter)).all(), by=makers.BY)
    db_session.add(RateCount(key="over", count=1, expires=1))
    with frozen(now() - timedelta(hours=3)):
        makers.sign_of_life(worker="gone:1")
    db_session.commit()


def run_all() -> dict[str, int]:
    """Each job once, as a worker runs it."""
    done = {}
    for job in JOBS:
        done[job.name] = job.run()
        db.session.commit()
    return done


def stand() -> dict[str, dict[str, int]]:
    """What people have, and the letters that were written; none that is due may be left."""
    db.session.rollback()
    seats = Counter(db.session.scalars(select(Registration.status)))
    told = Counter(db.session.scalars(select(Letter.kind)))
    overdue = Letter.state.in_([State.DUE, State.SENDING]) & (Letter.due_at <= now())
    assert db.session.scalars(select(Letter.kind).where(overdue)).all() == []
    db.session.rollback()
    return {"seats": dict(seats), "told": dict(told)}


def test_there_is_something_to_do(due: None) -> None:
    done = run_all()
    busy = ("letters", "waiting lists", "series passes", "calendars", "old counts", "vanished workers")
    assert [name for name in busy if not done[name]] == []


def test_twice_does_no_more_than_once(due: None) -> None:
    run_all()
    run_all()  # delivers what the first round wrote
    before = every_row()
    assert run_all() == dict.fromkeys(NAMES, 0)
    assert every_row() == before


def test_at_once_does_no_more_than_once(app: Flask, due: None, db_session: Db) -> None:
    db_session.rollback()

    def work(_: int, ready: Callable[[], object]) -> None:
        with app.app_context():
            ready()
            run_all()
            db.session.remove()

    together(3, work)
    run_all()
    assert stand() == ONCE


def test_late_is_as_good_as_in_time(due: None) -> None:
    with frozen(now() + timedelta(days=2)):
        run_all()
        run_all()
        assert stand() == ONCE
