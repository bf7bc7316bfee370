"""What the rooms hold about people: each room hands in its tables, and how they are exported and erased.

The room `privacy` walks this list; a test compares it with the tables that there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

#: Parts of an export by name; each item is JSON-able, with readable keys and instants as ISO 8601 text.
Export = dict[str, list[dict[str, Any]]]

#: Ids of rows by the kind under which the audit log names them.
Objects = dict[str, list[int]]

#: What stands where a name stood.
ERASED = "Erased person"


class Erase(Protocol):
    """Takes everything out that tells who a person is; what was counted stays. Returns how many rows it changed."""

    def __call__(self, person_id: int, *, by: str) -> int: ...


@dataclass(frozen=True)
class Holding:
    """What a room holds about people. The functions are asked for one row of `person` at a time."""

    room: str
    #: Tables, and their columns that say something about a person or whose row it is.
    columns: Mapping[str, tuple[str, ...]]
    #: What each part of the export is, in words for the person.
    parts: Mapping[str, str]
    export: Callable[[int], Export]
    erase: Erase
    #: The person's rows as the audit log names them, where the room writes entries about them.
    objects: Callable[[int], Objects] = lambda _: {}


_holdings: dict[str, Holding] = {}
_order: list[str] = []


def hand_in(holding: Holding) -> None:
    """Answer for a room's data; done when its door `privacy.py` is opened."""
    _holdings[holding.room] = holding


def in_order_of(rooms: Iterable[str]) -> None:
    """Say which rooms there are, lowest first; imports may have opened their doors in another order."""
    _order[:] = rooms


def holdings() -> list[Holding]:
    """Every room's answer, lowest room first."""
    return sorted(_holdings.values(), key=lambda each: _order.index(each.room))


def objects_of(person_id: int) -> Objects:
    """A person's rows in all rooms, as the audit log names them."""
    found: Objects = {}
    for holding in holdings():
        for kind, ids in holding.objects(person_id).items():
            found.setdefault(kind, []).extend(ids)
    return found


def items(rows: Iterable[Any], *columns: str) -> list[dict[str, Any]]:
    """Rows as items of an export: these columns, instants as text."""
    return [{name: plain(getattr(row, name)) for name in columns} for row in rows]


def plain(value: Any) -> Any:
    """A value as JSON holds it."""
    return value.isoformat() if hasattr(value, "isoformat") else value
