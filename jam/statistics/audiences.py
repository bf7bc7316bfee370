"""Who was in the audience: for the first time, or again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from pyroaring import BitMap

from jam.statistics.choice import Choice, Held, before
from jam.statistics.counting import Counted
from jam.statistics.summaries import counted


@dataclass(frozen=True)
class Audiences:
    """Different people in the audience; those of them who never had been before; those who had, of the same program."""

    came: BitMap
    first_time: BitMap
    again: BitMap


def audiences(choice: Choice, sessions: Sequence[Held], counts: Mapping[int, Counted]) -> Audiences:
    """Who came to the sessions of a choice, and who of them had come to an earlier one of the same program."""
    history = before(list(sessions))
    all_counts = counted([each.id for each in history if each.id not in counts or choice.given])
    chosen = {each.id for each in sessions}
    seen: dict[int, BitMap] = {each.program_id: BitMap() for each in history}
    came, first_time, again = BitMap(), BitMap(), BitMap()
    # Sessions of one program that begin together are not before one another.
    for (program, _), together in groupby(
        sorted(history, key=lambda each: (each.program_id, each.starts_at)),
        key=lambda each: (each.program_id, each.starts_at),
    ):
        together_sets = [
            (each.id, (all_counts.get(each.id) or counts[each.id]).audience) for each in together
        ]
        for id, _ in together_sets:
            if id in chosen:
                came |= counts[id].audience
                first_time |= counts[id].audience - seen[program]
                again |= counts[id].audience & seen[program]
        seen[program] |= BitMap.union(BitMap(), *(audience for _, audience in together_sets))
    return Audiences(came, first_time, again)
