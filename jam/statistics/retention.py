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
from jam.statistics.rules import Who, share

#: How many later sessions the page shows; files show all.
SHOWN = 12


@dataclass(frozen=True)
class First:
    """A session with who came to it as the first of its program or cohort, and the sessions after it, oldest first.

    Who came to these is worked out when it is asked for: pairs of sessions are many, and a page shows few of them.
    """

    session: Held
    new: BitMap
    later: Sequence[Past]

    def who(self, n: int) -> BitMap | None:
        """Who of the new came to the session at place `n` after it, from 0; None without a report, when nobody knows."""
        later = self.later[n]
        return self.new & later.audience if later.known else None

    def came(self, n: int) -> int | None:
        """How many these are."""
        later = self.later[n]
        return self.new.intersection_cardinality(later.audience) if later.known else None

    def shares(self, most: int) -> list[float | None]:
        """What share of the new came to each later session, to so many of them at most."""
        came = [self.came(n) for n in range(min(most, len(self.later)))]
        return [None if each is None else share(each, len(self.new)) for each in came]


def firsts(history: Sequence[Past], sessions: Sequence[Held], counts: Mapping[int, Counted]) -> list[First]:
    """Each counted session of known attendance, oldest first. Later ones are all that followed, up to the last that is counted:
    the next session is the next one also where it is about something else."""
    chosen = {each.id for each in sessions}
    past = {each.session.id: each for each in history}
    found = []
    for _, line in groupby(
        sorted((each.session for each in history), key=_place), key=lambda each: _place(each)[:2]
    ):
        of_line, seen, begun = [past[each.id] for each in line], BitMap(), 0
        # Sessions that begin together are not before one another.
        for _, together in groupby(of_line, key=lambda each: each.session.starts_at):
            beginning = list(together)
            begun += len(beginning)
            for each in beginning:
                of = each.session
                if of.id in chosen and counts[of.id].known:
                    found.append(First(of, counts[of.id].who[Who.AUDIENCE] - seen, of_line[begun:]))
            seen = BitMap.union(seen, *(each.audience for each in beginning))
    return sorted(found, key=lambda each: (each.session.starts_at, each.session.id))


def _place(session: Held) -> tuple[int, int, datetime, int]:
    return session.program_id, session.cohort_id or 0, session.starts_at, session.id


def came_next(found: Sequence[First]) -> float | None:
    """The share of all who were new that came to the very next session, where that is known."""
    told = [(len(each.new), each.came(0)) for each in found if each.later]
    known = [(new, came) for new, came in told if came is not None]
    return share(sum(came for _, came in known), sum(new for new, _ in known))
