"""The kinds of letters and of personal links, as the rooms that own them hand them in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A kind of letter. Its wording stands in `templates/mail/<name>.md`."""

    name: str
    title: str
    #: Names that its wording may use, with what they stand for.
    placeholders: dict[str, str]


@dataclass(frozen=True)
class Example:
    """Something that a letter could be about, to see it with real data."""

    #: Tells it from the others of its kind, and keeps meaning the same thing: `registration:12`.
    key: str
    #: Who and what it is, as staff choose it.
    label: str
    values: Mapping[str, str]
    links: Mapping[str, tuple[str, int]]
    #: Whether nothing of it exists.
    made_up: bool = False


#: The latest real examples of a home or of anybody, newest first; empty when there is none yet.
Examples = Callable[[tuple[str, int] | None], Sequence[Example]]

kinds: dict[str, Kind] = {}
_examples: dict[str, Examples] = {}
#: Headings under which the desk lists the kinds, in the order in which the rooms hand them in.
_headings: dict[str, str] = {}
#: Kinds that say the same for everybody, whatever program it is about.
_shared: set[str] = set()
_needed: dict[str, tuple[str, ...]] = {}
_reasons: dict[str, str] = {}
#: Placeholders that become a link, with what the link says when a wording gives no words of its own.
_link_words: dict[str, str] = {}
_of_staff: set[str] = set()
_invented: dict[str, str] = {}
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


def stoppable(link: str, *names: str) -> None:
    """Say that letters of these kinds can be ended: `link` is the kind of the link to the page that does it, made from
    the recipient's id."""
    _stoppable.update(dict.fromkeys(names, link))


#: A kind of link that opens nothing of anybody, for tests and for what is made up.
NOTHING = "nothing"
#: The name of the link by which a letter's recipient stops letters like it.
STOP = "stop"
#: The name of the value that says at the foot why somebody gets a letter; no wording uses it.
REASON = "foot_why"
#: What that value was called before, in letters that are stored. Some kinds have a value of their own by this name.
OLD_REASON = "why"


def stops(name: str) -> str | None:
    """The kind of link by which letters of a kind are ended; None for a letter about something the recipient holds."""
    return _stoppable.get(name)


def heading(words: str, /, *names: str, shared: bool = False) -> None:
    """Say under which heading the desk lists these kinds; `shared` ones say the same in every program."""
    _headings.update(dict.fromkeys(names, words))
    if shared:
        _shared.update(names)


def heading_of(name: str) -> str:
    """The heading under which a kind stands."""
    return _headings.get(name, "Other letters")


def headings() -> dict[str, list[Kind]]:
    """All kinds by their headings, in the order in which they were handed in."""
    found: dict[str, list[Kind]] = {}
    for name in [*_headings, *kinds]:
        if name in kinds and kinds[name] not in (there := found.setdefault(heading_of(name), [])):
            there.append(kinds[name])
    return found


def has_homes(name: str) -> bool:
    """Whether a program may have its own wording of a kind."""
    return name not in _shared


def needs(name: str, *placeholders: str) -> None:
    """Say without which placeholders a letter of a kind would be of no use."""
    _needed[name] = placeholders


def needed(name: str, own: set[str]) -> tuple[str, ...]:
    """The placeholders that a wording of a kind must have; where its room said nothing, the links of Jam's `own` wording."""
    if name in _needed:
        return _needed[name]
    return tuple(each for each in kinds[name].placeholders if each in own and is_link(each))


def because(reason: str, *names: str) -> None:
    """Hand in the sentence at the foot of these letters: why somebody gets them."""
    _reasons.update(dict.fromkeys(names, reason))


def links_say(**words: str) -> None:
    """Make placeholders known that become links, each with what it says by itself: “Open your page”."""
    _link_words.update(words)


def is_link(placeholder: str) -> bool:
    """Whether a placeholder becomes a link."""
    return placeholder in _link_words


def words_of(placeholder: str) -> str:
    """What a link says by itself."""
    return _link_words.get(placeholder, "Open the page")


def of_staff(*placeholders: str) -> None:
    """Say whose values staff write themselves, so that an address in them may be one."""
    _of_staff.update(placeholders)


def is_of_staff(placeholder: str) -> bool:
    """Whether staff write what stands there."""
    return placeholder in _of_staff


def invented(**values: str) -> None:
    """Hand in values nobody gave, for previews while there is nothing real."""
    _invented.update(values)


def examples(*names: str) -> Callable[[Examples], Examples]:
    """Hand in real data for previews of these kinds, several to choose from."""

    def keep(function: Examples) -> Examples:
        _examples.update(dict.fromkeys(names, function))
        return function

    return keep


def examples_of(name: str, home: tuple[str, int] | None = None) -> list[Example]:
    """What a letter of a kind could be about, newest first; a made-up one when there is nothing real yet."""
    if name in _examples and (found := list(_examples[name](home))):
        return found
    given = kinds[name].placeholders
    values = {each: _invented.get(each, f"({said})") for each, said in given.items() if not is_link(each)}
    links = {each: (NOTHING, 0) for each in given if is_link(each)}
    return [Example("made-up", "Somebody made up", values, links, made_up=True)]


def with_foot(
    name: str, values: Mapping[str, str], links: Mapping[str, tuple[str, int]], recipient: int | None
) -> tuple[dict[str, str], dict[str, tuple[str, int]]]:
    """Values and links of a letter with those of its foot: why somebody gets it, and where it can be stopped. One that is
    only looked at is to nobody, and stops nothing."""
    foot = {REASON: _reasons[name]} if name in _reasons else {}
    stop = stops(name)
    end = (NOTHING, 0) if stop and recipient is None else (stop or "", recipient or 0)
    return {**values, **foot}, {**({STOP: end} if stop else {}), **links}
