"""What a request asks of the board, and the words that the desk's pages share."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from jam.base.lookup import typed
from jam.proposals import pieces, rules
from jam.proposals.board import SORTS, Asked
from jam.proposals.rules import Kind, State
from jam.vocabulary.rules import STATES


def asked() -> Asked:
    """The filters in this request's address; what is none of them is left out."""
    given = Asked(**{name: typed(name) for name in asdict(Asked())})
    known: dict[str, set[Any]] = {
        "state": set(State) - {State.DRAFT},
        "kind": set(Kind),
        "format": set(rules.Format),
        "place": set(STATES),
        "age": set(rules.AGES),
        "sort": {*SORTS, *pieces.sorts()},
        "view": {"list"},
    }
    wrong = {name: "" for name, values in known.items() if getattr(given, name) not in values}
    return replace(given, **wrong)


def board_words() -> dict[str, object]:
    """Words for states, formats and kinds, as templates use them."""
    return {
        "words": rules.WORDS,
        "tones": rules.TONES,
        "formats": rules.FORMAT_WORDS,
        "kinds": rules.KIND_WORDS,
        "ages": rules.AGE_WORDS,
        "saying_words": rules.SAYING_WORDS,
        "places": STATES,
        "State": State,
        "Kind": Kind,
    }
