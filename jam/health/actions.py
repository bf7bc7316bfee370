"""Leaving signs of life. Each is a transaction of its own, and never the reason why a job does not run."""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import SQLAlchemyError

from jam.base.database import db
from jam.base.now import now
from jam.health.models import Heartbeat
from jam.health.rules import FORGOTTEN_AFTER, Outcome

_log = logging.getLogger(__name__)


def began(worker: str, job: str, every: int) -> None:
    """A round of a job begins in this process."""
    insert = postgresql_insert if db.engine.dialect.name == "postgresql" else sqlite_insert
    present = now()
    values = {
        "every": every,
        "started_at": present,
        "ended_at": None,
        "outcome": Outcome.RUNNING,
        "seen_at": present,
    }
    first = insert(Heartbeat).values(worker=worker, job=job, done=0, failures=0, **values)
    _leave(first.on_conflict_do_update(index_elements=["worker", "job"], set_=values))


def ended(worker: str, job: str, done: int | None, seconds: float) -> None:
    """It is over, after so many seconds; `done` counts what it did, None says that it failed."""
    present = now()
    _leave(
        update(Heartbeat)
        .where(Heartbeat.worker == worker, Heartbeat.job == job)
        .values(
            ended_at=present,
            seen_at=present,
            milliseconds=round(seconds * 1000),
            outcome=Outcome.FAILED if done is None else Outcome.DONE,
            done=done or 0,
            failures=Heartbeat.failures + 1 if done is None else 0,
        )
    )


def _leave(statement: Any) -> None:
    try:
        with db.engine.begin() as connection:
            connection.execute(statement)
    except SQLAlchemyError as error:
        _log.warning("no sign of life could be left: %s", error)


def forget_vanished() -> int:
    """Drop the signs of processes that have been silent for an hour; returns how many. The caller commits."""
    gone: Any = db.session.execute(delete(Heartbeat).where(Heartbeat.seen_at < now() - FORGOTTEN_AFTER))
    return int(gone.rowcount)
