"""What may be told to everybody about people: pure rules that keep small counts unknown, also to whoever subtracts.

Each figure is safe by itself and beside all others that the public page shows, at any two dates:

- A total adds up only what is shown, so it gives away nothing that is not.
- A table of places or areas is made for each calendar year that is over, so no session can be subtracted from it. Counts
  below LEAST are hidden together with as many others as it takes, and what is shown is rounded to tens.
- A share is rounded so coarsely that at least SMALLEST numbers fit what is said.
- Different people are told in hundreds, held back where the steps would say how many came back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

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
    """A share, 0 to 1, in steps so wide that SMALLEST numbers fit each; None where part or rest is small, or the whole."""
    if min(part, whole - part) < SMALLEST:
        return None
    for step in STEPS:
        if whole * step >= SMALLEST * 100:
            return round(round(100 * part / whole / step) * step / 100, 2)
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
