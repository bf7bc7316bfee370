"""Many clients at once, bounded, and how long each waited."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any, TypeVar

Found = TypeVar("Found")


def at_once(threads: int, calls: Sequence[Callable[[], Found]]) -> list[Found]:
    """Make all calls with so many threads, which begin together; the answers in the order of the calls."""
    threads = min(threads, len(calls))
    start, stop = Barrier(threads), Event()

    def share(first: int) -> list[tuple[int, Found]]:
        start.wait(timeout=60)
        mine = range(first, len(calls), threads)
        return [(number, calls[number]()) for number in mine if not stop.is_set()]

    pool = ThreadPoolExecutor(threads)
    try:
        shares = [pool.submit(share, first) for first in range(threads)]
        found = [pair for each in shares for pair in each.result()]
    finally:
        stop.set()
        pool.shutdown()
    return [answer for _, answer in sorted(found, key=lambda pair: pair[0])]


class Watch:
    """Times calls; throughput on a shared machine is only information."""

    def __init__(self) -> None:
        self.taken: list[float] = []
        self.began: float | None = None
        self.ended = 0.0

    def timed(self, call: Callable[[], Found]) -> Callable[[], Found]:
        """The call, with its time kept."""

        def run() -> Found:
            began = time.monotonic()
            self.began = began if self.began is None else self.began
            try:
                return call()
            finally:
                self.ended = time.monotonic()
                self.taken.append(self.ended - began)

        return run

    def figures(self) -> dict[str, Any]:
        """Seconds from the first call to the last, calls a second, milliseconds of the middle and the slowest call."""
        taken, seconds = sorted(self.taken), self.ended - (self.began or 0)
        return {
            "seconds": round(seconds, 2),
            "per_second": round(len(taken) / seconds, 1),
            "median_ms": round(1000 * taken[len(taken) // 2]),
            "slowest_ms": round(1000 * taken[-1]),
        }
