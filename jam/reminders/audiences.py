"""Who can be written to about a session. Rooms above hand in their own: presenters, faculty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Select, exists, select

from jam.attendance.models import Attendance
from jam.cohorts.models import CohortFaculty
from jam.registration.models import Registration
from jam.registration.rules import Status
from jam.schedule.models import Event

REMINDER, SOON, WAITING_LETTER = "reminder", "reminder-soon", "reminder-waiting"
FACULTY_LETTER = "reminder-faculty"
CAME_LETTER, MISSED_LETTER = "follow-up-came", "follow-up-missed"

#: Letters before a session, and after it: people decline them apart.
REMINDERS = (REMINDER, SOON, WAITING_LETTER, FACULTY_LETTER)
FOLLOW_UPS = (CAME_LETTER, MISSED_LETTER)


@dataclass(frozen=True)
class Audience:
    """Some of the people a session concerns."""

    name: str
    #: “people with a seat”.
    words: str
    #: The ids of the people of a session, by the session's id.
    people: Callable[[int], Select[int]]
    #: The kinds of letters they can get.
    kinds: tuple[str, ...]
    #: Whether it is known only from an attendance report, so only after the session.
    needs_report: bool = False


_audiences: dict[str, Audience] = {}


def hand_in(audience: Audience) -> None:
    """Make an audience known."""
    _audiences[audience.name] = audience


def audiences() -> list[Audience]:
    """Every audience, in the order they were handed in."""
    return list(_audiences.values())


def audience(name: str) -> Audience:
    """The audience of a name; KeyError for one that nobody handed in."""
    return _audiences[name]


def _seats(status: Status) -> Callable[[int], Select[int]]:
    def people(event_id: int) -> Select[int]:
        return select(Registration.person_id).where(
            Registration.event_id == event_id, Registration.status == status
        )

    return people


def _faculty(event_id: int) -> Select[int]:
    """Whoever leads or advises the session's cohort; who has a seat gets the letter to those who have one."""
    return (
        select(CohortFaculty.person_id)
        .join(Event, Event.cohort_id == CohortFaculty.cohort_id)
        .where(Event.id == event_id, CohortFaculty.person_id.not_in(_seats(Status.CONFIRMED)(event_id)))
    )


def _came(event_id: int) -> Select[int]:
    return select(Attendance.person_id).where(Attendance.event_id == event_id, Attendance.role == "attendee")


def _missed(event_id: int) -> Select[int]:
    was_there = exists().where(
        Attendance.event_id == Registration.event_id, Attendance.person_id == Registration.person_id
    )
    return select(Registration.person_id).where(
        Registration.event_id == event_id, Registration.status == Status.CONFIRMED, ~was_there
    )


hand_in(Audience("confirmed", "people with a seat", _seats(Status.CONFIRMED), (REMINDER, SOON)))
hand_in(Audience("waiting", "people on the waiting list", _seats(Status.WAITING), (WAITING_LETTER,)))
hand_in(Audience("faculty", "the faculty of its cohort", _faculty, (FACULTY_LETTER,)))
hand_in(Audience("came", "people who came", _came, (CAME_LETTER,), needs_report=True))
hand_in(
    Audience("missed", "people with a seat who did not come", _missed, (MISSED_LETTER,), needs_report=True)
)
