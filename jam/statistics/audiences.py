"""Who was in the audience: for the first time, or again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from pyroaring import BitMap

from jam.statistics.choice import Choice, Held, before
from jam.statistics.counting import Counted
from jam.statistics.rules import Who
from jam.statistics.summaries import counted


@dataclass(frozen=True)
class Audiences:
    """Different people in the audience; those of them who never had been before; those who had, of the same program."""

    came: BitMap
    first_time: BitMap
    again: BitMap


@dataclass(frozen=True)
class Past:
    """A session that came before, or is one of those that are counted, and who was in its audience, as far as that is
    known."""

    session: Held
    audience: BitMap
    known: bool


def past(choice: Choice, sessions: Sequence[Held], counts: Mapping[int, Counted]) -> list[Past]:
    """All sessions of the programs of a choice up to its last, these among them, oldest first."""
    history = before(list(sessions))
    others = counted([each.id for each in history if each.id not in counts or choice.given], [Who.AUDIENCE])
    everybody = [(each, others.get(each.id) or counts[each.id]) for each in history]
    return [Past(each, of.who[Who.AUDIENCE], of.known) for each, of in everybody]


def audiences(history: Sequence[Past], sessions: Sequence[Held], counts: Mapping[int, Counted]) -> Audiences:
    """Who came to these sessions, and who of them had come to an earlier one of the same program."""
    chosen = {each.id for each in sessions}
    seen: dict[int, BitMap] = {each.session.program_id: BitMap() for each in history}
    came, first_time, again = BitMap(), BitMap(), BitMap()
    # Sessions of one program that begin together are not before one another.
    for (program, _), together in groupby(sorted(history, key=_when), key=_when):
        beginning = list(together)
        for each in beginning:
            if each.session.id in chosen:
                audience = counts[each.session.id].who[Who.AUDIENCE]
                came |= audience
                first_time |= audience - seen[program]
                again |= audience & seen[program]
        seen[program] |= BitMap.union(BitMap(), *(each.audience for each in beginning))
    return Audiences(came, first_time, again)


def _when(each: Past) -> tuple[int, datetime]:
    return each.session.program_id, each.session.starts_at
