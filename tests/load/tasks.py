"""What a forged process does: be a worker, do rounds at other times, or register somebody."""

from __future__ import annotations

import ctypes
import signal
import sys
from collections.abc import Callable
from datetime import datetime

from flask import Flask

from jam import clock, create_app, local
from jam.base.database import db
from jam.base.now import frozen
from jam.people.actions import Details
from jam.registration import actions as registrations
from jam.registration.rules import Source
from jam.schedule.models import Event
from tests.load.faults import POINTS
from tests.load.shifted import ahead as _ahead

PR_SET_PDEATHSIG = 1


def app() -> Flask:
    """The app of the environment, with no connection open yet: those do not live through a fork."""
    return create_app(local.settings())


def work(app: Flask, *, point: str = "", ahead: float = 0) -> None:
    """`jam worker`, which dies at a point, at another time."""
    _set(point, ahead)
    clock.work(app)


def tick(app: Flask, *, times: list[float], only: list[str] | None = None) -> None:
    """`jam tick` at each of these times, given as seconds from now; of all jobs, or only of these."""
    clock.JOBS[:] = [job for job in clock.JOBS if only is None or job.name in only]
    for each in times:
        _set("", each)
        clock.tick(app)


def rounds(app: Flask, *, at: list[str], only: list[str]) -> None:
    """`jam tick` of some jobs at each of these instants to the second."""
    clock.JOBS[:] = [job for job in clock.JOBS if job.name in only]
    _set("", 0)
    for each in at:
        with frozen(datetime.fromisoformat(each)):
            clock.tick(app, pretended=True)


def register(app: Flask, *, event_id: int, address: str, point: str = "", ahead: float = 0) -> None:
    """Somebody registers for a session by the public form."""
    _set(point, ahead)
    with app.app_context():
        event = db.session.get_one(Event, event_id)
        registrations.register(event, address, Details(name="Ana Lee"), source=Source.FORM)
        db.session.commit()


def _set(point: str, ahead: float) -> None:
    if sys.platform == "linux":  # the tie does not survive a fork
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    _ahead(ahead)
    if point:
        POINTS[point]()


TASKS: dict[str, Callable[..., None]] = {"work": work, "tick": tick, "rounds": rounds, "register": register}
