"""A list of lines behind a figure: what stands in its columns, how many there are, and any stretch of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

#: Lines of one page, and of one piece of a file.
PER_PAGE = 50
_PIECE = 1000

#: What a cell holds: words, a number, an instant, or nothing.
Cell = str | int | float | datetime | None


@dataclass(frozen=True)
class Line:
    """One line behind a figure: its cells, and to whom or what it leads."""

    cells: Sequence[Cell]
    #: A person's number, or a session's slug.
    person_id: int | None = None
    session: str | None = None


@dataclass(frozen=True)
class Rows:
    """All lines behind one figure: what stands in the columns, how many there are, and any stretch of them."""

    columns: Sequence[str]
    total: int
    stretch: Callable[[int, int], list[Line]]
    #: How the lines make the figure, in a sentence, where it is not simply their number.
    how: str = ""
    #: Every line, where there is a better way than stretch after stretch.
    every: Callable[[], Iterable[Line]] | None = None

    def page(self, number: int) -> list[Line]:
        """The lines of a page, counted from 1."""
        return self.stretch((number - 1) * PER_PAGE, PER_PAGE)

    def all(self) -> list[Line]:
        """Every line, in pieces."""
        if self.every is not None:
            return list(self.every())
        return [line for at in range(0, self.total, _PIECE) for line in self.stretch(at, _PIECE)]


def given(lines: Sequence[Line], columns: Sequence[str], how: str = "") -> Rows:
    """Lines that are all there."""
    return Rows(columns, len(lines), lambda at, many: list(lines[at : at + many]), how)
