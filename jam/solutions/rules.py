"""Words as they are looked for, and which numbers are small enough to tell who it was.

Both engines get the same words, cut to their stems here, and so find the same: FTS5 and PostgreSQL each have stemmers of
their own, which differ.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

#: A number of organizations below this is not told: members know each other, and could tell which it is.
FEWEST = 5
#: Of a search, so many different words count.
MOST_WORDS = 12

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_STOP = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "me",
        "more",
        "my",
        "no",
        "not",
        "of",
        "on",
        "or",
        "our",
        "so",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "to",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
    ]
)


def stem(word: str) -> str:
    """A word without case, accents and the commonest English endings: hire, hired, hires and hiring are one."""
    plain = unicodedata.normalize("NFKD", word.replace("'", "").replace("’", "")).casefold()
    plain = "".join(each for each in plain if each.isalnum() and not unicodedata.combining(each))[:40]
    if not plain.isascii() or not plain.isalpha() or len(plain) < 4:
        return plain
    if plain.endswith("ies") and len(plain) > 4:
        plain = plain[:-3] + "y"
    elif plain.endswith(("sses", "xes", "ches", "shes")):
        plain = plain[:-2]
    elif plain.endswith("s") and not plain.endswith(("ss", "us", "is")):
        plain = plain[:-1]
    for ending in ("ing", "ed"):
        root = plain.removesuffix(ending)
        if root != plain and len(root) >= 3 and any(each in "aeiouy" for each in root):
            plain = root[:-1] if root[-1] == root[-2] and root[-1] in "bdgmnprt" else root
            break
    return plain[:-1] if plain.endswith("e") and len(plain) > 3 else plain


def stems(text: str) -> list[str]:
    """The words of a text that can be looked for, in their order, each cut to its stem."""
    found = (stem(each) for each in _WORD.findall(text) if each.casefold() not in _STOP)
    return [each for each in found if each and each.isascii()]


def indexed(text: str) -> str:
    """A text as it stands in the index. The letter before each word keeps an engine from reading numbers its own way."""
    return " ".join(f"x{each}" for each in stems(text))


def asked(typed: str) -> list[str]:
    """The different words of a search, as they stand in the index."""
    return asked_all(typed)[:MOST_WORDS]


def asked_all(text: str) -> list[str]:
    """The different words of a text, as they stand in the index."""
    return [f"x{each}" for each in dict.fromkeys(stems(text))]


def marked(text: str, wanted: Collection[str]) -> list[tuple[str, bool]]:
    """A text cut into what was looked for and what lies between."""
    pieces: list[tuple[str, bool]] = []
    last = 0
    for each in _WORD.finditer(text):
        if f"x{stem(each[0])}" in wanted and each[0].casefold() not in _STOP:
            pieces += [(text[last : each.start()], False), (each[0], True)]
            last = each.end()
    return [piece for piece in [*pieces, (text[last:], False)] if piece[0]]


def around(text: str, wanted: Collection[str], width: int = 90) -> list[tuple[str, bool]]:
    """The part of a text around the first word that was looked for, cut at spaces; the beginning where none stands in it."""
    first = next((each for each in _WORD.finditer(text) if f"x{stem(each[0])}" in wanted), None)
    at = first.start() if first else 0
    start, end = max(0, at - width), min(len(text), at + 2 * width)
    if start:
        start = text.find(" ", start, at) + 1 or start
    if end < len(text):
        end = max(text.rfind(" ", at + 1, end), at + 1) if " " in text[at + 1 : end] else end
    shown = marked(text[start:end], wanted)
    return [*([("… ", False)] if start else []), *shown, *([(" …", False)] if end < len(text) else [])]


@dataclass(frozen=True)
class Tally:
    """How many organizations brought something, tried what was recommended, and kept it."""

    brought: int
    tried: int
    kept: int


def tally_words(found: Tally, fewest: int = FEWEST) -> str:
    """The tally in a sentence; a number of organizations that is too small is not told, and neither is what it leaves of another.

    Where few of many did something, how many did not would be told by the difference; so that is looked at, too.
    """
    if found.brought < fewest:
        return f"Fewer than {fewest} organizations brought something like this."
    parts = [f"{found.brought} organizations brought something like this"]
    for number, whole, words in (
        (found.tried, found.brought, "tried what was recommended"),
        (found.kept, found.tried, "kept it"),
    ):
        shown = number >= fewest and (number == whole or whole - number >= fewest)
        parts.append(
            f"{number} {words}" if shown else f"some {words}" if number else f"none that we know of {words}"
        )
        if not shown:
            break
    return ", ".join(parts) + "."
