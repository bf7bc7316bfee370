"""Sets of people and rising lists of numbers, packed to be kept and unpacked to be counted."""

from __future__ import annotations

import hashlib
import struct
import sys
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from pyroaring import BitMap, BitMap64

#: Four bytes on every machine that Python runs on; a figure kept on one is read on another.
_NUMBER = "i"


def people(packed: bytes | None) -> BitMap:
    """Numbers of persons as they were packed by `BitMap.serialize`."""
    return BitMap.deserialize(packed) if packed else BitMap()


def marks(packed: bytes) -> BitMap64:
    """Marks of organizations as they were packed."""
    return BitMap64.deserialize(packed)


def mark(normal: str) -> int:
    """The 64-bit mark of a name: two names have one by chance once in billions of organizations."""
    return struct.unpack("<Q", hashlib.blake2b(normal.encode(), digest_size=8).digest())[0]  # type: ignore[no-any-return]


def pack(numbers: Iterable[int]) -> bytes:
    """Whole numbers, rising, four bytes each."""
    rising = array(_NUMBER, sorted(numbers))
    if sys.byteorder == "big":
        rising.byteswap()
    return rising.tobytes()


def unpack(packed: bytes) -> array[int]:
    """What `pack` made."""
    rising = array(_NUMBER)
    rising.frombytes(packed)
    if sys.byteorder == "big":
        rising.byteswap()
    return rising


def median(lists: Sequence[array[int]]) -> float | None:
    """The median of all numbers of rising lists together, without putting them together; None when there are none."""
    lists = [each for each in lists if each]
    many = sum(map(len, lists))
    if not many:
        return None
    return (_nth(lists, (many - 1) // 2) + _nth(lists, many // 2)) / 2


def _nth(lists: Sequence[array[int]], n: int) -> int:
    """The number at place `n` from 0: the smallest that has more than `n` numbers up to itself."""
    low, high = min(each[0] for each in lists), max(each[-1] for each in lists)
    while low < high:
        middle = (low + high) // 2
        if sum(bisect_right(each, middle) for each in lists) > n:
            high = middle
        else:
            low = middle + 1
    return low


def at_least(rising: array[int], number: float) -> int:
    """How many numbers of a rising list are not below a number."""
    return len(rising) - bisect_left(rising, number)
