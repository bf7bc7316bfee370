"""Leaving signs of life, one for each round. Each is a transaction of its own, and never the reason why a job does not run."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import SQLAlchemyError

from jam.base.database import db
from jam.base.now import now
from jam.health.models import Heartbeat
from jam.health.rules import FORGOTTEN_AFTER, Outcome

_log = logging.getLogger(__name__)


def leave(worker: str, job: str, every: int, started_at: datetime, seconds: float, done: int | None) -> None:
    """A round of a job, begun then, is over after so many seconds; `done` counts what it did, None says that it failed."""
    insert = postgresql_insert if db.engine.dialect.name == "postgresql" else sqlite_insert
    failed, present = done is None, now()
    values = {
        "every": every,
        "started_at": started_at,
        "ended_at": present,
        "seen_at": present,
        "milliseconds": round(seconds * 1000),
        "outcome": Outcome.FAILED if failed else Outcome.DONE,
        "done": done or 0,
    }
    first = insert(Heartbeat).values(worker=worker, job=job, failures=int(failed), **values)
    again = {**values, "failures": Heartbeat.failures + 1 if failed else 0}
    try:
        with db.engine.begin() as connection:
            connection.execute(first.on_conflict_do_update(index_elements=["worker", "job"], set_=again))
    except SQLAlchemyError as error:
        _log.warning("no sign of life could be left: %s", error)


def forget_vanished() -> int:
    """Drop the signs of processes that have been silent for an hour; returns how many. The caller commits."""
    gone: Any = db.session.execute(delete(Heartbeat).where(Heartbeat.seen_at < now() - FORGOTTEN_AFTER))
    return int(gone.rowcount)
