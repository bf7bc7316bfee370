"""What rooms above add to the desk's pages about proposals: a line and a filter on the board, an order of the list, a panel
on the page of one, and what is withheld there. They hand it in, so that this room need not know them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup
from sqlalchemy import Select

from jam.proposals.models import Proposal

#: Options of a filter under their headings: value and word.
Options = list[tuple[str, list[tuple[str, str]]]]


@dataclass(frozen=True)
class Piece:
    """What one room adds. Each function asks a fixed number of queries, however many proposals there are."""

    #: Options of the filter “reviewer”.
    options: Callable[[], Options]
    #: The ids of the proposals that an option stands for; None for what is no option.
    narrow: Callable[[str], Select[int] | None]
    #: Orders of the list, in words.
    sorts: Mapping[str, str]
    #: The query with what an order needs, and what comes first.
    sort: Callable[[Select[Proposal], str], tuple[Select[Proposal], list[Any]]]
    #: A line about each of these proposals, by id, where there is something to say.
    notes: Callable[[Iterable[int]], Mapping[int, str]]
    #: A panel of the page of a proposal; empty for none.
    panel: Callable[[Proposal], Markup]
    #: Why whoever looks must not read the words of a proposal, in a sentence; None where they may.
    withheld: Callable[[Proposal], str | None]
    #: How the room's entries in the record read.
    done: Mapping[str, str] = field(default_factory=dict)


_pieces: dict[str, Piece] = {}


def hand_in(room: str, piece: Piece) -> None:
    """Add to the pages; handed in again, it takes the place of the room's earlier one."""
    _pieces[room] = piece


def options() -> Options:
    """What the board can be narrowed to beside what this room knows."""
    return [group for piece in _pieces.values() for group in piece.options()]


def narrowed(query: Select[Proposal], value: str) -> Select[Proposal]:
    """The query narrowed to the proposals that an option stands for; as it was for what is no option."""
    found = (piece.narrow(value) for piece in _pieces.values() if value)
    ids = next((ids for ids in found if ids is not None), None)
    return query if ids is None else query.where(Proposal.id.in_(ids))


def sorts() -> dict[str, str]:
    """Further orders of the list."""
    return {name: words for piece in _pieces.values() for name, words in piece.sorts.items()}


def sort(query: Select[Proposal], name: str) -> tuple[Select[Proposal], list[Any]]:
    """The query with what an order needs, and what comes first in it."""
    for piece in _pieces.values():
        if name in piece.sorts:
            return piece.sort(query, name)
    return query, []


def notes(proposals: Iterable[Proposal]) -> dict[int, list[str]]:
    """Lines about proposals, by id."""
    ids = [each.id for each in proposals]
    found: dict[int, list[str]] = {}
    for piece in _pieces.values():
        for id, words in piece.notes(ids).items():
            found.setdefault(id, []).append(words)
    return found


def panels(proposal: Proposal) -> list[Markup]:
    """Panels of a proposal's page."""
    return [panel for piece in _pieces.values() if (panel := piece.panel(proposal))]


def withheld(proposal: Proposal) -> str | None:
    """Why whoever looks must not read the words of a proposal."""
    return next((why for piece in _pieces.values() if (why := piece.withheld(proposal))), None)


def done_words() -> dict[str, str]:
    """How entries of the record read."""
    return {name: words for piece in _pieces.values() for name, words in piece.done.items()}
