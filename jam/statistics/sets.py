"""Sets of people and spreads of numbers, packed to be kept and unpacked to be counted."""

from __future__ import annotations

import hashlib
import struct
import sys
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from pyroaring import BitMap

#: Whole numbers from 0 of two, four and eight bytes, on every machine that Python runs on; what is kept on one is read on
#: another.
_WIDTHS = (("H", 2**16), ("I", 2**32), ("Q", 2**64))


def people(packed: bytes) -> BitMap:
    """Numbers of persons as they were packed by `BitMap.serialize`."""
    return BitMap.deserialize(packed)


def mark(normal: str) -> int:
    """The 64-bit mark of a name: two names have one by chance once in billions of organizations."""
    return struct.unpack("<Q", hashlib.blake2b(normal.encode(), digest_size=8).digest())[0]  # type: ignore[no-any-return]


def numbers(some: Iterable[int]) -> array[int]:
    """Whole numbers from 0 in as few bytes as the largest needs."""
    several = list(some)
    most = max(several, default=0)
    return array(next(code for code, end in _WIDTHS if most < end), several)


def pack(some: array[int]) -> bytes:
    """Numbers with their width before them, the least significant byte first."""
    if sys.byteorder == "big":
        some = some[:]
        some.byteswap()
    return some.typecode.encode() + some.tobytes()


def unpack(packed: bytes) -> array[int]:
    """What `pack` made."""
    some = array(chr(packed[0]))
    some.frombytes(memoryview(packed)[1:])
    if sys.byteorder == "big":
        some.byteswap()
    return some


@dataclass(frozen=True)
class Spread:
    """Many numbers, however often each is there: the different ones, rising, and how many there are up to each of them.

    So a session takes no more room than it has seconds, however many people stayed.
    """

    values: array[int] = field(default_factory=lambda: array("H"))
    upto: array[int] = field(default_factory=lambda: array("H"))

    @classmethod
    def of(cls, some: Iterable[int]) -> Spread:
        """These numbers."""
        times = sorted(Counter(some).items())
        return cls(numbers(value for value, _ in times), numbers(accumulate(many for _, many in times)))

    @classmethod
    def unpack(cls, packed: bytes) -> Spread:
        """What `pack` made."""
        size = int.from_bytes(packed[:4], "little")
        return cls(unpack(packed[4 : 4 + size]), unpack(packed[4 + size :]))

    def pack(self) -> bytes:
        """All of it as bytes."""
        values = pack(self.values)
        return len(values).to_bytes(4, "little") + values + pack(self.upto)

    def __len__(self) -> int:
        return self.upto[-1] if self.upto else 0

    def up_to(self, number: int) -> int:
        """How many numbers are not above this one."""
        at = bisect_right(self.values, number)
        return self.upto[at - 1] if at else 0

    def at_least(self, number: float) -> int:
        """How many numbers are not below this one."""
        at = bisect_left(self.values, number)
        return len(self) - (self.upto[at - 1] if at else 0)


def median(spreads: Iterable[Spread]) -> float | None:
    """The median of all numbers together; None when there are none."""
    some = [each for each in spreads if each.values]
    many = sum(map(len, some))
    if not many:
        return None
    lower = _nth(some, (many - 1) // 2)
    if sum(each.up_to(lower) for each in some) > many // 2:
        return float(lower)
    return (lower + _nth(some, many // 2)) / 2


def _nth(spreads: Sequence[Spread], n: int) -> int:
    """The number at place `n` from 0: the smallest that has more than `n` numbers up to itself."""
    low, high = min(each.values[0] for each in spreads), max(each.values[-1] for each in spreads)
    while low < high:
        middle = (low + high) // 2
        if sum(each.up_to(middle) for each in spreads) > n:
            high = middle
        else:
            low = middle + 1
    return low
