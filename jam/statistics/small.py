"""Counts that are too small to be shown, together with what would give them away."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

from jam.statistics.safety import SMALLEST

Key = TypeVar("Key", bound=Hashable)


def hidden(counts: Mapping[Key, int], smallest: int = SMALLEST) -> set[Key]:
    """Which of some counts must not be shown where their total is known. Nothing, 0, can be shown.

    One hidden count is the total less all others; two hidden ones add up to it, which tells much while they are small.
    So the next larger ones are hidden with them until at least two are, and together they are not small.
    """
    order = sorted((each for each in counts.items() if each[1]), key=lambda each: (each[1], str(each[0])))
    few = sum(number < smallest for _, number in order)
    if not few:
        return set()
    while few < len(order) and (few < 2 or sum(number for _, number in order[:few]) < smallest):
        few += 1
    return {key for key, _ in order[:few]}
