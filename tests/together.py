"""Threads that begin in the same moment, as visitors and workers do. None waits for ever for another."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError
from typing import TypeVar

Found = TypeVar("Found")

#: Seconds that one waits for the others at most.
PATIENCE = 60


def together(threads: int, act: Callable[[int, Callable[[], object]], Found]) -> list[Found]:
    """What `act(number, ready)` says in each of so many threads; from its call of `ready` on, all go at once.

    What one of them raises is raised here, after all have ended.
    """
    start = Barrier(threads, timeout=PATIENCE)

    def one(number: int) -> Found:
        try:
            return act(number, start.wait)
        except BaseException:
            start.abort()  # the others need not wait for this one
            raise

    with ThreadPoolExecutor(threads) as pool:
        running = [pool.submit(one, number) for number in range(threads)]
    faults = [fault for each in running if (fault := each.exception())]
    for fault in sorted(faults, key=lambda fault: isinstance(fault, BrokenBarrierError)):
        raise fault
    return [each.result() for each in running]
