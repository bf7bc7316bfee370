"""The kinds of letters and of personal links, as the rooms that own them hand them in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A kind of letter. Its wording stands in `templates/mail/<name>.md`."""

    name: str
    title: str
    #: Names that its wording may use, with what they stand for.
    placeholders: dict[str, str]


kinds: dict[str, Kind] = {}
_links: dict[str, Callable[[int], str]] = {}


def register(name: str, title: str, /, **placeholders: str) -> Kind:
    """Make a kind of letter known."""
    kinds[name] = Kind(name, title, placeholders)
    return kinds[name]


def link(kind: str) -> Callable[[Callable[[int], str]], Callable[[int], str]]:
    """Hand in how a personal link of this kind is made from an id."""

    def keep(function: Callable[[int], str]) -> Callable[[int], str]:
        _links[kind] = function
        return function

    return keep


def resolve(kind: str, id: int) -> str:
    """The whole address behind a mark, made now."""
    return _links[kind](id)
