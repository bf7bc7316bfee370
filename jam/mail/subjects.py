"""What letters can be about, so that staff can look for them by it: sessions, programs. Rooms above hand them in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, or_

from jam.mail.models import Letter


@dataclass(frozen=True)
class Subject:
    """Something that letters are about, as staff choose it."""

    kind: str
    id: int
    name: str
    #: The heading it stands under.
    heading: str

    @property
    def key(self) -> str:
        """How addresses name it: `event:12`."""
        return f"{self.kind}:{self.id}"


_lister: list[Callable[[tuple[str, int] | None], Iterable[Subject]]] = []
_within: dict[str, dict[str, Callable[[int], Select[int]]]] = {}


def hand_in(lister: Callable[[tuple[str, int] | None], Iterable[Subject]]) -> None:
    """Hand in what there is to choose from; called with what is chosen, which stands among them however old it is."""
    _lister[:] = [lister]


def contains(kind: str, inner: str, ids: Callable[[int], Select[int]]) -> None:
    """Say that letters about an `inner` are letters about its `kind` too: a program's sessions."""
    _within.setdefault(kind, {})[inner] = ids


def subjects(chosen: tuple[str, int] | None) -> dict[str, list[Subject]]:
    """What there is to choose from, by its headings."""
    found: dict[str, list[Subject]] = {}
    for lister in _lister:
        for each in lister(chosen):
            found.setdefault(each.heading, []).append(each)
    return found


def about(scope: tuple[str, int]) -> ColumnElement[bool]:
    """Whether a letter is about this, or about something within it."""
    kind, id = scope
    inside = [
        and_(Letter.scope_kind == inner, Letter.scope_id.in_(ids(id)))
        for inner, ids in _within.get(kind, {}).items()
    ]
    return or_(and_(Letter.scope_kind == kind, Letter.scope_id == id), *inside)
