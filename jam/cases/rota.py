"""Whose turn it is, and which approved case goes to which session: decisions alone, each with its reasons in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from jam.base.words import count

#: What tells one organization of a cohort from another.
Home = tuple[str, int]

#: The order of the rota, as people read it.
ORDER = (
    "Who has presented least comes first; a case that is planned counts. Among those with as many, organizations that nobody "
    "came from twice running stand last. Then it goes by who has waited longest with an approved case, and whose follow-up "
    "is due."
)


@dataclass(frozen=True)
class Standing:
    """How often an organization had its turn, and what it waits with."""

    home: Home
    organization: str
    presented: int = 0
    planned: int = 0
    #: Since when its oldest approved case waits for a session.
    ready_since: date | None = None
    #: Since when a follow-up is due and not answered.
    follow_up_due: date | None = None
    #: Nobody came to the last two sessions of which it is known.
    absent: bool = False


@dataclass(frozen=True)
class Turn:
    """A place of the rota, with the reasons for it."""

    standing: Standing
    reasons: list[str]


def rota(homes: Iterable[Standing], today: date) -> list[Turn]:
    """Organizations in the order of `ORDER`, by name where nothing else tells them apart."""

    def key(each: Standing) -> tuple[object, ...]:
        return (
            each.presented + each.planned,
            each.absent,
            each.ready_since is None,
            each.ready_since or today,
            each.follow_up_due is None,
            each.follow_up_due or today,
            each.organization.casefold(),
            each.home,
        )

    return [Turn(each, reasons(each, today)) for each in sorted(homes, key=key)]


def reasons(each: Standing, today: date) -> list[str]:
    """Why an organization stands where it stands, in words for staff."""
    said = []
    if each.presented:
        said.append(f"presented {_times(each.presented)}")
    elif not each.planned:
        said.append("has not presented")
    if each.planned:
        said.append(f"{count(each.planned, 'case is', 'cases are')} planned")
    if each.ready_since is not None:
        said.append(f"a case has been approved for {count((today - each.ready_since).days, 'day', 'days')}")
    elif not each.presented and not each.planned:
        said.append("no case is approved yet")
    if each.follow_up_due is not None:
        said.append(f"a follow-up has been due for {count((today - each.follow_up_due).days, 'day', 'days')}")
    if each.absent:
        said.append("nobody came twice running")
    return said


def sentence(parts: Sequence[str]) -> str:
    """Reasons one after another, as they stand in a cell of a table."""
    words = "; ".join(parts)
    return words[:1].upper() + words[1:]


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


# --- the proposed plan ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ready:
    """An approved case that waits for a session."""

    id: int
    home: Home
    levers: frozenset[int]
    since: date


@dataclass(frozen=True)
class Room:
    """A session to come: how many cases its run of show has slots for, its levers, and whose cases it has already."""

    id: int
    slots: int
    levers: frozenset[int] = frozenset()
    homes: tuple[Home, ...] = ()

    @property
    def free(self) -> int:
        """Slots that no case has."""
        return max(self.slots - len(self.homes), 0)


@dataclass
class Placed:
    """Where a case would go, and why; `room` is None where it would wait."""

    room: int | None
    reasons: list[str] = field(default_factory=list)


def propose(
    cases: Sequence[Ready],
    rooms: Sequence[Room],
    turns: Mapping[Home, int],
    absent: Collection[Home],
    today: date,
) -> dict[int, Placed]:
    """A session for each case, or none. `rooms` come by date; `turns` is how often each organization had its turn.

    Session by session, each free slot goes to a case of the organization that had the fewest turns, those placed here
    counted; of these to one that comes to sessions, then to one with the session's lever, then to whoever waits longest.
    A session never gets two cases of one organization: the slot rather stays free.
    """
    had, left = Counter(turns), list(cases)
    found: dict[int, Placed] = {}
    for room in rooms:
        here = list(room.homes)
        for _ in range(room.free):
            fitting = [each for each in left if each.home not in here]
            if not fitting:
                break

            def key(each: Ready, room: Room = room) -> tuple[object, ...]:
                return had[each.home], each.home in absent, not each.levers & room.levers, each.since, each.id

            best = min(fitting, key=key)
            left.remove(best)
            here.append(best.home)
            found[best.id] = Placed(room.id, _why(best, room, had[best.home], today))
            had[best.home] += 1
    for each in left:
        found[each.id] = Placed(None, [_why_waits(each, rooms)])
    return found


def _why(case: Ready, room: Room, turns: int, today: date) -> list[str]:
    said = [
        f"its organization had {count(turns, 'turn', 'turns')}"
        if turns
        else "its organization has not presented"
    ]
    if case.levers & room.levers:
        said.append("it has the session's lever")
    days = (today - case.since).days
    return [*said, f"approved for {count(days, 'day', 'days')}" if days else "approved today"]


def _why_waits(case: Ready, rooms: Sequence[Room]) -> str:
    if not rooms:
        return "no session is to come"
    if all(not room.free for room in rooms) or not any(
        case.home in room.homes for room in rooms if room.free
    ):
        return "no slot is free"
    return "its organization has a case in each session with a free slot"


def warnings(
    rooms: Sequence[Room], chosen: Mapping[int, int], homes: Mapping[int, Home]
) -> dict[int, list[str]]:
    """What is to be said about sessions as somebody chose them: cases by id to sessions, with their organizations.

    By the session: more cases than slots, and an organization that would bring two.
    """
    found: dict[int, list[str]] = {}
    for room in rooms:
        mine = [homes[case] for case, where in chosen.items() if where == room.id]
        if not mine:
            continue
        every = Counter([*room.homes, *mine])
        said = []
        if len(room.homes) + len(mine) > room.slots:
            slots = count(room.slots, "slot", "slots") if room.slots else "no slot"
            said.append(
                f"{count(every.total(), 'case', 'cases')}, and its run of show has {slots} for a case"
            )
        doubled = sum(number > 1 for home, number in every.items() if home in mine)
        if doubled:
            said.append(
                "one organization would bring two cases"
                if doubled == 1
                else f"{doubled} organizations would bring two cases each"
            )
        if said:
            found[room.id] = said
    return found
