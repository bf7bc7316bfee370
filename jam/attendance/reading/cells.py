"""The values in a report's cells: absent ones, whole numbers, addresses, yes and no."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from jam.base.errors import Refused
from jam.people.rules import normal_address

#: Zoom writes `--` for nothing; `NA` comes from statistics programs. In capitals only: Na is a name.
_ABSENT = frozenset(("", "-", "--", "NA", "N/A"))
_ADDRESS_LIKE = re.compile(r"[^\s@]+@[^\s@]+")
_ADDRESS_IN = re.compile(r"[^\s@]@[\w-]+\.\w")
_SPACES = re.compile(r"[\s\ufeff\u200b\u200e\u200f]+")
_YES = {"yes", "y", "true", "sí", "si", "sì", "oui", "ja", "sim", "tak", "да", "はい", "是"}
_NO = {"no", "n", "false", "non", "nein", "nee", "não", "nao", "nie", "нет", "いいえ", "否"}


def folded(cell: str) -> str:
    """Trimmed, every run of white space (no-break spaces, byte-order and direction marks too) made one blank."""
    if (
        cell.isprintable() and "  " not in cell
    ):  # no white space but single blanks, which nearly every cell is
        return cell.strip()
    return _SPACES.sub(" ", cell).strip()


def heading(cell: str) -> str:
    """A column's name for comparing: folded and without regard to case."""
    return folded(cell).casefold()


def present(cell: str) -> str | None:
    """The folded text, or None for an empty cell and for `--` and `NA`, which stand for one."""
    text = cell.strip() if cell.isprintable() and "  " not in cell else folded(cell)
    return None if text in _ABSENT else text


def presents(cells: Sequence[str]) -> list[str | None]:
    """`present` of every cell of a line."""
    together = "".join(cells)
    if together.isprintable() and "  " not in together:  # as in nearly every line
        return [None if (text := cell.strip()) in _ABSENT else text for cell in cells]
    return [present(cell) for cell in cells]


def blank(cells: Iterable[str]) -> bool:
    """Whether there is nothing in any cell of a line."""
    return not any(cell[:1].isalnum() or folded(cell) for cell in cells)


def registrant(text: str | None) -> str | None:
    """The number that a platform gave a registration; None for what is none."""
    return text if text and len(text) <= 64 and " " not in text and "@" not in text else None


def names_somebody(cells: Iterable[str]) -> bool:
    """Whether an address stands in a line, which no title and no name of a column holds."""
    return any("@" in cell and _ADDRESS_IN.search(cell) for cell in cells)


def full_name(first: str | None, last: str | None) -> str | None:
    """Both together; the first alone where it ends with the last, as it does where whole names stand beside last names."""
    if first and last and not first.casefold().endswith(f" {last.casefold()}"):
        return f"{first} {last}"
    return first or last


@lru_cache(maxsize=1024)
def whole(cell: str) -> int | None:
    """A count of zero or more; None for everything else."""
    digits = folded(cell).replace(",", "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None


def yes_or_no(cell: str) -> bool | None:
    """Whether a cell says yes, in the languages in which reports were seen; None where it says neither."""
    text = heading(cell)
    return True if text in _YES else False if text in _NO else None


#: Addresses in which nothing has to be looked at twice: plain words on both sides, and a common ending.
_PLAIN = re.compile(
    r"[a-z0-9]+(?:[._+-][a-z0-9]+){0,6}@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.){1,4}(?:com|org|net|edu|gov|us)",
    re.IGNORECASE,
)


def writable(text: str) -> str | None:
    """An address in the form in which people's addresses are unique; None for one that Jam would not write to."""
    if len(text) <= 120 and _PLAIN.fullmatch(text):
        return text if text.islower() else text.lower()  # not a second one of the same letters
    try:
        return normal_address(text)
    except Refused:
        return None


@lru_cache(maxsize=20_000)
def address(cell: str | None) -> str | None:
    """An e-mail address in the form in which people's addresses are unique, None for what is none.

    Platforms let people in with addresses that Jam would not write to (`a..b@example.jp`, `ann@localhost`).
    They still tell one person from another, so they count, in lower case.
    """
    text = cell or ""
    found = writable(text)
    if found is not None:
        return found
    return text.lower() if len(text) <= 254 and _ADDRESS_LIKE.fullmatch(text) else None
