"""Who came again: of those who came to a session for the first time, how many came to the next, the one after it, and so on.

Sessions follow one another within their program or, in an ECHO, within their cohort.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from pyroaring import BitMap

from jam.statistics.audiences import Past
from jam.statistics.choice import Held
from jam.statistics.counting import Counted
from jam.statistics.rules import share

#: How many later sessions the page shows; files show all.
SHOWN = 12


@dataclass(frozen=True)
class Later:
    """A later session: who of the new came to it; None without a report, when nobody knows."""

    session: Held
    came: BitMap | None


@dataclass(frozen=True)
class First:
    """A session with who came to it as the first of its program or cohort, and the sessions after it, oldest first."""

    session: Held
    new: BitMap
    later: Sequence[Later]

    @property
    def shares(self) -> list[float | None]:
        """What share of the new came to each later session."""
        return [None if each.came is None else share(len(each.came), len(self.new)) for each in self.later]


def firsts(history: Sequence[Past], sessions: Sequence[Held], counts: Mapping[int, Counted]) -> list[First]:
    """Each counted session of known attendance, oldest first. Later ones are all that followed, up to the last that is counted:
    the next session is the next one also where it is about something else."""
    chosen = {each.id for each in sessions}
    past = {each.session.id: each for each in history}
    found = []
    for _, line in groupby(
        sorted((each.session for each in history), key=_place), key=lambda each: _place(each)[:2]
    ):
        of_line, seen = list(line), BitMap()
        # Sessions that begin together are not before one another.
        for at, together in groupby(of_line, key=lambda each: each.starts_at):
            audiences = BitMap()
            for each in together:
                audiences |= past[each.id].audience
                if each.id in chosen and counts[each.id].known:
                    new = counts[each.id].audience - seen
                    after = [other for other in of_line if other.starts_at > at]
                    found.append(First(each, new, [_later(new, past[other.id]) for other in after]))
            seen |= audiences
    return sorted(found, key=lambda each: (each.session.starts_at, each.session.id))


def _place(session: Held) -> tuple[int, int, datetime, int]:
    return session.program_id, session.cohort_id or 0, session.starts_at, session.id


def _later(new: BitMap, later: Past) -> Later:
    return Later(later.session, new & later.audience if later.known else None)


def came_next(found: Sequence[First]) -> float | None:
    """The share of all who were new that came to the very next session, where that is known."""
    told = [(each, each.later[0].came) for each in found if each.later]
    known = [(len(each.new), len(came)) for each, came in told if came is not None]
    return share(sum(came for _, came in known), sum(new for new, _ in known))
