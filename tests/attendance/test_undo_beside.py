"""An import that is undone while somebody else needs the people it brought. SQLite's writers stand in line anyway."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select, text

from jam.attendance import actions
from jam.attendance.actions import OutAlready, undo_import
from jam.attendance.models import AttendanceReport, AttendanceRow
from jam.base.database import db
from jam.people.models import Person
from jam.people.queries import by_address
from jam.registration.actions import lock as really_lock
from jam.registration.models import Registration
from jam.schedule.models import Event
from tests import makers
from tests.attendance.files import came, report_2020
from tests.attendance.test_import import count, take

pytestmark = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)

REPORT = report_2020(*(came(f"P{n}", "13:00:00", "13:20:00") for n in range(3)))
#: The same people, on another occasion of that day.
LATER = report_2020(*(came(f"P{n}", "14:07:11", "14:20:00") for n in range(3)))
Undo = Callable[[], "Future[object]"]


@pytest.fixture
def undo(app: Flask, event: Event) -> Undo:
    """Begins to take the first report out in a thread of its own, which says how many people went, or why none did."""
    take(event, REPORT)
    report_id = db.session.scalar(select(AttendanceReport.id))
    db.session.rollback()
    pool = ThreadPoolExecutor(2)

    def run() -> object:
        with app.app_context():
            try:
                _, people = undo_import(db.session.get_one(AttendanceReport, report_id), by="command")
            except OutAlready as reason:
                return reason.message
            db.session.commit()
            return people

    return lambda: pool.submit(run)


def until_waiting(many: int) -> None:
    """Until so many transactions of this database wait for a lock of another one."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    ends = time.monotonic() + 20
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as apart:
        while (apart.scalar(waiting) or 0) < many:
            assert time.monotonic() < ends, "nobody waits"
            time.sleep(0.005)


@pytest.mark.parametrize("same", [True, False], ids=["the same session", "another session"])
def test_an_import_that_holds_the_people_goes_first(
    undo: Undo, event: Event, monkeypatch: pytest.MonkeyPatch, same: bool
) -> None:
    other = makers.event(title="Another", starts_at=event.starts_at)
    db.session.commit()
    begun = list["Future[object]"]()

    def lock(held: Event) -> None:
        if not begun:  # the import, which holds the people by now
            begun.append(undo())
            until_waiting(1)
        really_lock(held)

    monkeypatch.setattr(actions, "lock", lock)
    take(event if same else other, LATER)
    assert begun[0].result(20) == 0
    db.session.rollback()
    assert (count(AttendanceReport), count(AttendanceRow), count(Person)) == (1, 4, 4)


def test_somebody_who_is_being_registered_elsewhere_stays(undo: Undo, event: Event) -> None:
    other = makers.event(title="Another")
    db.session.commit()
    makers.registration(other, "p1@example.org", name="P1")
    db.session.flush()
    gone = undo().result(20)  # without a wait
    db.session.commit()
    assert by_address("p1@example.org") is not None
    assert (gone, count(Person), count(Registration)) == (3, 1, 1)


def test_two_presses_at_once_take_it_out_once(undo: Undo, event: Event) -> None:
    db.session.execute(select(Event.id).where(Event.id == event.id).with_for_update())
    both = [undo(), undo()]
    until_waiting(2)
    db.session.rollback()
    assert sorted(str(each.result(20)) for each in both) == ["4", "This report is out already."]
