"""What the pages about letters need and only rooms above know: whose wordings there are, who is who, and who asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from jam.mail.actions import Recipient


@dataclass(frozen=True)
class Home:
    """Somebody with wordings of their own: a program. `kind` is empty for everybody."""

    kind: str
    id: int
    name: str

    @property
    def key(self) -> str:
        """How addresses name it: `everybody`, `program-3`."""
        return f"{self.kind}-{self.id}" if self.kind else "everybody"

    @property
    def pair(self) -> tuple[str, int] | None:
        """How wordings name it."""
        return (self.kind, self.id) if self.kind else None


EVERYBODY = Home("", 0, "Everybody")

_listers: dict[str, Callable[[], list[tuple[int, str]]]] = {}
_names: dict[str, Callable[[set[str]], dict[str, str]]] = {}
_self: dict[str, Callable[[], Recipient | None]] = {}


def hand_in(kind: str, lister: Callable[[], list[tuple[int, str]]]) -> None:
    """Hand in who of a kind may have wordings of their own: ids and names."""
    _listers[kind] = lister


def names_actors(function: Callable[[set[str]], dict[str, str]]) -> None:
    """Hand in how those whom the log names are called."""
    _names["log"] = function


def finds_oneself(function: Callable[[], Recipient | None]) -> None:
    """Hand in where mail to whoever makes a request goes; None without an address."""
    _self["request"] = function


def homes() -> list[Home]:
    """Everybody, then all who may have wordings of their own."""
    return [EVERYBODY, *(Home(kind, *each) for kind, lister in _listers.items() for each in lister())]


def called(actors: set[str]) -> dict[str, str]:
    """The names of those whom the log names; whoever has none is somebody."""
    known = _names["log"](actors) if "log" in _names else {}
    return {each: known.get(each, "somebody") for each in actors} | {"command": "a command"}


def oneself() -> Recipient | None:
    """Where mail to whoever makes this request goes."""
    return _self["request"]() if "request" in _self else None
