"""Which job runs when. The clock only ticks: what is due stands in tables and is claimed there, so any number of
clocks may run at once, or late, or not at all for a while."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from threading import Event as Flag

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from jam.base.database import db
from jam.base.limits import forget_old_counts
from jam.mail.jobs import deliver
from jam.registration.jobs import fill_passes, keep_queues_moving


@dataclass(frozen=True)
class Job:
    """A round of work that is safe to do twice, at once, or late. It returns how many things it did."""

    name: str
    run: Callable[[], int]
    every: int  #: seconds


JOBS = [
    Job("letters", deliver, every=5),
    Job("waiting lists", keep_queues_moving, every=30),
    Job("series passes", fill_passes, every=30),
    Job("old counts", forget_old_counts, every=3600),
]


def tick(app: Flask) -> dict[str, int]:
    """One round of all work that is due; what was done, by job."""
    return {job.name: _run(app, job) for job in JOBS}


def start(app: Flask) -> BackgroundScheduler:
    """Begin to tick in the background of this process."""
    # A round that lasts longer than the pause between two is no fault: the next tick goes on.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    scheduler = BackgroundScheduler(timezone=UTC)
    for job in JOBS:
        # No grace time: a tick that comes late is as good as one on time. Ticks that were missed run once.
        scheduler.add_job(
            _run,
            "interval",
            (app, job),
            seconds=job.every,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
    scheduler.start()
    return scheduler


def work(app: Flask) -> None:
    """Tick until told to stop by SIGTERM or Ctrl-C; a round under way is finished first."""
    stop = Flag()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    scheduler = start(app)
    stop.wait()
    scheduler.shutdown(wait=True)


def _run(app: Flask, job: Job) -> int:
    with app.app_context():
        try:
            done = job.run()
            db.session.commit()
        except Exception:
            db.session.rollback()
            app.logger.exception("the job “%s” failed; it runs again at the next tick", job.name)
            return 0
        return done
