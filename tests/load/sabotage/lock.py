"""Seats are counted without holding the event, and on SQLite the driver begins transactions when it likes.

A pause after counting, harmless while the event is held, lets few people do what many would do without it.
"""

from __future__ import annotations

from time import sleep
from typing import Any

from sqlalchemy import Engine, event

from jam.base import database
from jam.registration import actions, seats
from jam.schedule.models import Event


def _no_lock(_event: Any) -> None:
    return None


def _as_the_driver_likes(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA busy_timeout = 10000")
        connection.execute("PRAGMA journal_mode = WAL")


def _count_and_pause(of: Event) -> int | None:
    free = _count(of)
    sleep(0.03)
    return free


_count = seats.free_for_newcomers
seats.free_for_newcomers = _count_and_pause
actions.lock = _no_lock
database._make_sqlite_safe = _as_the_driver_likes
