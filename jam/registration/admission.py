"""Who may sit at sessions that are not for everybody. The room that knows hands it in: a cohort's members and guests."""

from __future__ import annotations

from collections.abc import Callable

from jam.schedule.models import Event

#: Whether a person belongs there, by the session and the id of the person.
Admits = Callable[[Event, int], bool]

_admits: dict[str, Admits] = {}


def hand_in(room: str, admits: Admits) -> None:
    """Let a room say who may sit at a session. Handing in twice keeps the later one."""
    _admits[room] = admits


def may_sit(event: Event, person_id: int) -> bool:
    """Whether somebody whose seat came by a cohort may take it again."""
    return any(admits(event, person_id) for admits in _admits.values())
