"""What may be told of people outside the house: pure rules that keep small counts unknown, also to whoever subtracts.

On the public page each figure is safe by itself and beside all others, at any two dates:

- A total adds up only what is shown, so it gives away nothing that is not.
- A table of places or areas is made for each calendar year that is over, so no session can be subtracted from it. Counts
  below LEAST are hidden together with as many others as it takes, and what is shown is rounded to tens.
- A share is rounded so coarsely that at least TENS numbers fit what is said, and held back where fewer do.
- Different people are told in hundreds, held back where the steps would say how many came back.

A report is given to few, and each one is kept, so it may say more: its totals as they are, of any period. Its tables obey the
same rule as those of the public page. Its sessions are few enough to be named with their own counts; of these, the small ones
are hidden with others (`hidden`). What several reports together would say is told in tens (`apart`, `told_beside`), which leave
a small count between them anything that is small.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)

#: Counts of people below this are not shown to everybody (cell suppression, as federal health statistics do).
SMALLEST = 11
#: Numbers of a table are rounded to this.
TENS = 10
#: The least number that a table shows; rounded, it is twenty.
LEAST = 15
#: Different people are told in steps of this.
HUNDREDS = 100
#: In percent: how finely a share may be told, finest first.
STEPS = (1, 5, 10)


def rounded(number: int) -> int:
    """A number to the nearest ten, five upward."""
    return (number + TENS // 2) // TENS * TENS


def between(shown: int) -> tuple[int, int]:
    """The least and the most that a rounded number of a table can have been."""
    return max(LEAST, shown - TENS // 2), shown + TENS // 2 - 1


def safe_table(cells: Mapping[str, int], values: Collection[str], whole: int) -> dict[str, int]:
    """The cells that may be shown, rounded; the others are hidden, and so is which of them are empty.

    - values: all that there could be, those without anybody and that of who gave nothing among them.
    - whole: the sum of all cells, which is known.
    """
    large = {value: number for value, number in cells.items() if number >= LEAST}
    shown = dict(large)
    while shown and not _protects(shown, len(values) - len(large), len(large) - len(shown), whole):
        del shown[min(shown, key=lambda value: (shown[value], value))]
    return {value: rounded(number) for value, number in shown.items()}


def _protects(shown: Mapping[str, int], small: int, beside: int, whole: int) -> bool:
    """Whether each hidden cell can still be anything from nothing to more than is small, for all that subtraction tells.

    Hidden are the small ones, and beside them some that are large and no larger than any that is shown.
    """
    if not small:
        return True
    ends = [between(rounded(number)) for number in shown.values()]
    most, least = whole - sum(low for low, _ in ends), whole - sum(high for _, high in ends)
    others = (LEAST - 1) * (small - 1) + min(high for _, high in ends) * beside
    return small + beside >= 2 and most >= LEAST and least <= others


def safe_share(part: int, whole: int) -> float | None:
    """A share, 0 to 1, in steps so wide that TENS numbers fit each; None where part or rest is small, or the whole, and in a step
    at either end that too few fit, since none of them is small."""
    if min(part, whole - part) < SMALLEST:
        return None
    for step in STEPS:
        if whole * step >= SMALLEST * 100:
            said = round(100 * part / whole / step)
            near = range(max(SMALLEST, part - TENS), min(whole - SMALLEST, part + TENS) + 1)
            fit = sum(round(100 * each / whole / step) == said for each in near)
            return round(said * step / 100, 2) if fit >= TENS else None
    return None


def safe_people(steps: Sequence[tuple[int, int]]) -> int | None:
    """How many different people there were, in hundreds, rounded down; None below the first.

    - steps: after each session, oldest first, the registrations so far and the different people so far.

    Everybody is new at the first session, and registrations less people is how many were repeated. What is said now must
    not, with what was said before, leave so narrow a space for the new or the repeated ones of any sessions between that
    they would be known to be few.
    """
    said, most = 0, 0
    for number, (registrations, people) in enumerate(steps):
        bound = min(people, registrations - most + HUNDREDS - 1 - SMALLEST)
        if number:
            bound = min(bound, registrations - SMALLEST)
        now = max(0, bound) // HUNDREDS * HUNDREDS
        if not number or now >= steps[0][0] + SMALLEST:
            said = now
        most = max(most, registrations - said)
    return said or None


def hidden(counts: Mapping[Key, int], smallest: int = SMALLEST) -> set[Key]:
    """Which of some exact counts must not be shown where their total is known. Nothing, 0, can be shown.

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


def apart(number: int, other: int) -> bool:
    """Whether a count, subtracted from the same of fewer or more sessions, leaves a small one."""
    return 0 < abs(number - other) < SMALLEST


def told_beside(number: int, known: Iterable[int]) -> int:
    """A count in tens beside others that are known exactly; the same, whatever the small number between them is.

    The nearest ten alone would narrow it: 44 beside 43 is 40, and could be nothing else than 43 or 44.
    """
    near = min(
        (each for each in known if apart(number, each)), key=lambda each: abs(number - each), default=None
    )
    if near is None:
        return rounded(number)
    return rounded(near + TENS // 2 if number > near else near - TENS // 2)
