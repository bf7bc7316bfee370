"""What rooms above know of a letter: whether its cause still stands, where its recipient is reached now, which of its words
are true only for a while, and whether somebody waits for it. The rooms hand it in, so that this one need not know what
letters are about."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jam.mail.models import Letter


class TooLate(str):
    """Why a letter is of no use any more, when nothing but its time has gone by: it is shown as missed."""

    __slots__ = ()


#: Why the cause of a letter has gone, in a sentence for staff; None while it stands.
Cause = Callable[[Letter], str | None]
#: Where the recipient of a letter is reached now; None when nowhere.
Whereabouts = Callable[[Letter], str | None]
#: Values of a letter's placeholders that change by themselves, as they are now.
Passing = Callable[[Letter], Mapping[str, str]]

#: What a letter is about that staff send to themselves to see a wording.
TRIAL = "wording"

_causes: dict[str, Cause] = {}
_whereabouts: dict[str, Whereabouts] = {}
_passing: dict[str, Passing] = {}
_asked_for: set[str] = set()


def cause(*kinds: str) -> Callable[[Cause], Cause]:
    """Hand in whether the cause of letters of these kinds still stands. It is asked before a letter leaves."""

    def keep(function: Cause) -> Cause:
        _causes.update(dict.fromkeys(kinds, function))
        return function

    return keep


def why_gone(letter: Letter) -> str | None:
    """Why a letter should not leave any more; None while its cause stands."""
    # Staff tried a wording on themselves: that is cause enough.
    known = _causes.get(letter.kind) if letter.scope_kind != TRIAL else None
    return known(letter) if known else None


def whereabouts(recipient_kind: str) -> Callable[[Whereabouts], Whereabouts]:
    """Hand in where recipients of a kind are reached."""

    def keep(function: Whereabouts) -> Whereabouts:
        _whereabouts[recipient_kind] = function
        return function

    return keep


def address_now(letter: Letter) -> str | None:
    """The address that a letter would go to now; None when its recipient has none any more."""
    known = _whereabouts.get(letter.recipient_kind)
    return known(letter) if known else letter.to_address


def passing(*kinds: str) -> Callable[[Passing], Passing]:
    """Hand in what changes by itself in letters of these kinds. It is asked before a letter leaves."""

    def keep(function: Passing) -> Passing:
        _passing.update(dict.fromkeys(kinds, function))
        return function

    return keep


def other_by_now(letter: Letter) -> dict[str, str]:
    """The values of a letter that are not true any more, as they are now."""
    known = _passing.get(letter.kind)
    found = known(letter) if known and letter.wording else {}
    return {name: value for name, value in found.items() if letter.values.get(name, value) != value}


def asked_for(*kinds: str) -> None:
    """Say that somebody has just asked for letters of these kinds and waits for them: an address that refused mail before
    is tried once more with them."""
    _asked_for.update(kinds)


def is_asked_for(letter: Letter) -> bool:
    """Whether somebody waits for this letter."""
    return letter.kind in _asked_for
