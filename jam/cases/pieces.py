"""What rooms above add to the pages about cases: parts of the pages of readers and of the presenter, ways to pages of their
own, and how their entries in the record read. They hand it in, so that this room need not know them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from jam.cases.models import EchoCase
from jam.cohorts.sections import Viewer


@dataclass(frozen=True)
class Way:
    """A page about a case: what the link says, and its address."""

    words: str
    href: str


@dataclass(frozen=True)
class Piece:
    """What one room adds."""

    #: On the page of who may read the case and has opened it; empty for none.
    read: Callable[[EchoCase, Viewer], Markup] = lambda case, viewer: Markup()
    #: On the presenter's own page; empty for none.
    own: Callable[[EchoCase], Markup] = lambda case: Markup()
    #: On the desk, for who leads or records its cohort: where to go on with the case now.
    way: Callable[[EchoCase], Way | None] = lambda case: None
    done: Mapping[str, str] = field(default_factory=dict)


_pieces: dict[str, Piece] = {}


def hand_in(room: str, piece: Piece) -> None:
    """Add to the pages; handed in again, it takes the place of the room's earlier one."""
    _pieces[room] = piece


def to_read(case: EchoCase, viewer: Viewer) -> list[Markup]:
    """What stands below a case for its readers."""
    return [part for piece in _pieces.values() if (part := piece.read(case, viewer))]


def on_own_page(case: EchoCase) -> list[Markup]:
    """What stands on the presenter's page of a case."""
    return [part for piece in _pieces.values() if (part := piece.own(case))]


def ways(case: EchoCase) -> list[Way]:
    """Where to go on with a case."""
    return [way for piece in _pieces.values() if (way := piece.way(case)) is not None]


def done_words() -> dict[str, str]:
    """How entries of the record read."""
    return {name: words for piece in _pieces.values() for name, words in piece.done.items()}
