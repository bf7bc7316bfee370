"""How many people a session concerns. This room never knows who comes, so the room that does hands the counts in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from jam.schedule.models import Event


@dataclass(frozen=True)
class Counts:
    """The questions about people that planning asks."""

    #: Seats taken by event id, in one query; events without any may be absent.
    taken: Callable[[Iterable[int]], dict[int, int]]
    #: How many people would get a letter if the event were moved, cancelled or reinstated now.
    to_tell: Callable[[Event], int]


_counts = Counts(taken=lambda ids: {}, to_tell=lambda event: 0)


def hand_in(counts: Counts) -> None:
    """Hand in how seats are counted."""
    global _counts  # noqa: PLW0603
    _counts = counts


def taken(ids: Iterable[int]) -> dict[int, int]:
    """Seats taken by event id."""
    return _counts.taken(ids)


def to_tell(event: Event) -> int:
    """How many people a change would be told to."""
    return _counts.to_tell(event)
