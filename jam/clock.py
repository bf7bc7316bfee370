"""Which job runs when. The clock only ticks: what is due stands in tables and is claimed there, so any number of
clocks may run at once, or late, or not at all for a while."""

from __future__ import annotations

import logging
import os
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Thread
from typing import TYPE_CHECKING

from flask import Flask

from jam.base import ending
from jam.base.database import db
from jam.base.limits import forget_old_counts
from jam.base.now import now
from jam.calendars.jobs import build_calendars
from jam.cases.jobs import forget_originals
from jam.cohorts.jobs import seat_members
from jam.health import actions as signs
from jam.mail.jobs import deliver
from jam.outcomes.jobs import follow_up
from jam.proposals.jobs import chase, follow_letters
from jam.registration.jobs import fill_passes, keep_queues_moving
from jam.reminders.jobs import tidy, write_due
from jam.review.jobs import write_digests
from jam.solutions.jobs import keep_in_step
from jam.statistics.jobs import count_sessions

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler

#: Seconds that the work under way has to come to its end; what is left then is taken up when its lease is over.
PATIENCE = 30


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
    Job("members' seats", seat_members, every=60),
    Job("calendars", build_calendars, every=30),
    Job("reminders", write_due, every=15),
    Job("reminder plans", tidy, every=60),
    Job("figures", count_sessions, every=30),
    Job("decisions about proposals", follow_letters, every=60),
    Job("reminders to presenters", chase, every=300),
    Job("follow-ups of cases", follow_up, every=300),
    Job("memory of cohorts", keep_in_step, every=300),
    Job("letters to reviewers", write_digests, every=900),
    Job("originals of cases", forget_originals, every=3600),
    Job("old counts", forget_old_counts, every=3600),
    Job("vanished workers", signs.forget_vanished, every=3600),
]


def tick(app: Flask, *, pretended: bool = False) -> dict[str, int]:
    """One round of all work that is due; what was done, by job. At a pretended time it leaves no sign of life."""
    worker = "" if pretended else _name("tick")
    return {job.name: _run(app, job, worker) for job in JOBS}


def start(app: Flask) -> BackgroundScheduler:
    """Begin to tick in the background of this process, each job at once and then at its pace."""
    from apscheduler.schedulers.background import BackgroundScheduler  # dear to load: only for who ticks

    # A round that lasts longer than the pause between two is no fault: the next tick goes on.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    ending.forget()
    scheduler = BackgroundScheduler(timezone=UTC)
    for job in JOBS:
        # No grace time: a tick that comes late is as good as one on time. Ticks that were missed run once.
        scheduler.add_job(
            _run,
            "interval",
            (app, job, _name(str(os.getpid()))),
            seconds=job.every,
            next_run_time=datetime.fromtimestamp(time.time(), UTC),  # the machine's time, whatever Jam's is
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
    scheduler.start()
    return scheduler


def finish(scheduler: BackgroundScheduler) -> bool:
    """Stop ticking and wait for the work under way; False when it does not come to its end in time."""
    ending.ask()
    waiting = Thread(target=scheduler.shutdown, daemon=True)
    waiting.start()
    waiting.join(PATIENCE)
    return not waiting.is_alive()


def work(app: Flask) -> None:
    """Tick until told to stop by SIGTERM or Ctrl-C; what is under way is finished first, within a bounded time."""
    # Blocked here and so in every thread: neither the first signal nor a second one breaks into anything.
    ends = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    scheduler = start(app)
    signal.sigwait(ends)
    if not finish(scheduler):
        give_up(app)


def give_up(app: Flask) -> None:
    """End this process although a round is still under way. What it held is taken up when its lease is over."""
    app.logger.warning("ended although something was still under way; it is taken up by another worker")
    logging.shutdown()
    os._exit(1)


def _name(process: str) -> str:
    return f"{socket.gethostname()[:60]}:{process}"


def _run(app: Flask, job: Job, worker: str) -> int:
    if ending.asked():
        return 0
    with app.app_context():
        at, began, done = now(), time.monotonic(), None
        try:
            done = job.run()
            db.session.commit()
        except Exception:
            done = None
            db.session.rollback()
            app.logger.exception("the job “%s” failed; it runs again at the next tick", job.name)
        if worker:
            signs.leave(worker, job.name, job.every, at, time.monotonic() - began, done)
        return done or 0
