"""The clock: signs of life, and jobs that may run twice, at once, late, or be told to stop."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam import clock
from jam.base import ending
from jam.base.database import db
from jam.base.now import frozen
from jam.clock import JOBS, Job
from jam.health.models import Heartbeat
from jam.health.rules import Outcome
from jam.mail.jobs import deliver
from jam.mail.models import Letter
from jam.mail.rules import State
from tests import makers
from tests.commands import Runner
from tests.mail.letters import letter

Db = scoped_session[Session]

NOON = makers.utc("2026-12-01 17:00")


def beats() -> dict[str, Heartbeat]:
    db.session.rollback()
    found = {row.job: row for row in db.session.scalars(select(Heartbeat))}
    db.session.expunge_all()
    db.session.rollback()  # lets go of the lock that the next round needs
    return found


def broken() -> int:
    raise RuntimeError("a bug")


def test_each_job_leaves_its_last_round(app: Flask, db_session: Db) -> None:
    letter(due_at=NOON)
    db_session.commit()
    with frozen(NOON):
        assert clock.tick(app)["letters"] == 1
    found = beats()
    assert set(found) == {job.name for job in JOBS}
    assert len({row.worker for row in found.values()}) == 1
    mail = found["letters"]
    assert (mail.outcome, mail.done, mail.failures, mail.every) == (Outcome.DONE, 1, 0, 5)
    assert mail.started_at == mail.ended_at == mail.seen_at == NOON
    assert mail.milliseconds is not None


def test_a_job_that_fails_says_so_and_stops_no_other(
    app: Flask, db_session: Db, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(clock, "JOBS", [Job("one", broken, 5), Job("two", lambda: 2, 5)])
    assert clock.tick(app) == {"one": 0, "two": 2}
    clock.tick(app)
    found = beats()
    assert (found["one"].outcome, found["one"].failures) == (Outcome.FAILED, 2)
    assert (found["two"].outcome, found["two"].failures, found["two"].done) == (Outcome.DONE, 0, 2)
    assert "the job “one” failed" in caplog.text
    monkeypatch.setattr(clock, "JOBS", [Job("one", lambda: 1, 5)])
    clock.tick(app)
    assert (beats()["one"].outcome, beats()["one"].failures) == (Outcome.DONE, 0)


def test_a_tick_at_a_pretended_time_is_no_sign_of_life(runner: Runner, db_session: Db) -> None:
    letter(due_at=NOON)
    db_session.commit()
    ended = runner("tick", "--now", "2026-12-01T17:00:00Z")
    assert (ended.status, ended.out.splitlines()[0]) == (0, "letters: 1")
    assert beats() == {}
    assert runner("tick").status == 0
    assert "letters" in beats()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_round_that_finds_nothing_writes_its_sign_of_life_and_nothing_else(
    app: Flask, db_session: Db
) -> None:
    clock.tick(app)
    with makers.statements() as said:
        clock.tick(app)
    signs = [each for each in said if "heartbeat" in each and not each.startswith(("SELECT", "DELETE"))]
    assert len(signs) == len(JOBS)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_heartbeat_that_cannot_be_left_stops_no_work(
    app: Flask, db_session: Db, caplog: pytest.LogCaptureFixture
) -> None:
    Heartbeat.__table__.drop(db.engine)
    letter(due_at=NOON)
    db_session.commit()
    with frozen(NOON):
        assert clock.tick(app)["letters"] == 1
    assert "no sign of life could be left" in caplog.text


def test_a_worker_that_is_told_to_end_finishes_the_letter_at_hand_and_gives_the_rest_back(
    app: Flask, db_session: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jam.mail import transport

    whole = transport.FolderTransport.send

    def told_meanwhile(self: transport.FolderTransport, ready: object) -> None:
        ending.ask()
        whole(self, ready)  # type: ignore[arg-type]

    monkeypatch.setattr(transport.FolderTransport, "send", told_meanwhile)
    for _ in range(4):
        letter(due_at=NOON)
    db_session.commit()
    try:
        with frozen(NOON):
            assert deliver() == 1
            assert deliver() == 0
            assert clock.tick(app) == dict.fromkeys((job.name for job in JOBS), 0)
    finally:
        ending.forget()
    db_session.rollback()
    stand = [(each.state, each.attempts) for each in db_session.scalars(select(Letter).order_by(Letter.id))]
    assert stand == [(State.SENT, 1), *[(State.DUE, 0)] * 3]
