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


#: Real data for a preview: values and links by placeholder, of a home ("program", 3) or of anybody; None when there is none yet.
Sample = Callable[[tuple[str, int] | None], tuple[dict[str, str], dict[str, tuple[str, int]]] | None]

kinds: dict[str, Kind] = {}
_samples: dict[str, Sample] = {}
#: Kinds that are not about something the recipient holds: they carry a way to stop them.
_stoppable: dict[str, str] = {}
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


def sample(*names: str) -> Callable[[Sample], Sample]:
    """Hand in where real data for previews of these kinds comes from."""

    def keep(function: Sample) -> Sample:
        _samples.update(dict.fromkeys(names, function))
        return function

    return keep


def sample_of(
    name: str, home: tuple[str, int] | None = None
) -> tuple[dict[str, str], dict[str, tuple[str, int]]] | None:
    """Real data for a preview of a kind; None when there is none yet."""
    return _samples[name](home) if name in _samples else None


def stoppable(link: str, *names: str) -> None:
    """Say that letters of these kinds can be ended: `link` is the kind of the link to the page that does it, made from
    the recipient's id."""
    _stoppable.update(dict.fromkeys(names, link))


#: The name of the link by which a letter's recipient stops letters like it.
STOP = "stop"


def stops(name: str) -> str | None:
    """The kind of link by which letters of a kind are ended; None for a letter about something the recipient holds."""
    return _stoppable.get(name)
