"""The one clock. Everything that asks for the time asks here, so that a command or a test can say what time it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_frozen: ContextVar[datetime | None] = ContextVar("frozen_now", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC, to the second (calendars know no fractions)."""
    return _frozen.get() or datetime.now(UTC).replace(microsecond=0)


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Inside the block it is `at` (aware)."""
    mark = _frozen.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(mark)
