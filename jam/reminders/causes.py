"""Whether a reminder or a follow-up is still of use, and how far off the session is by now: asked before it leaves and before it
is sent again."""

from __future__ import annotations

from sqlalchemy import select

from jam.base.database import db
from jam.base.now import now
from jam.base.zones import EASTERN
from jam.mail.models import Letter
from jam.mail.standing import TooLate, cause, passing
from jam.people.choices import why_stopped
from jam.people.models import Person
from jam.people.queries import whoever
from jam.registration.models import Registration
from jam.registration.queries import of_person
from jam.registration.rules import Status
from jam.reminders.audiences import FACULTY_LETTER, FOLLOW_UPS, REMINDERS, WAITING_LETTER, audiences
from jam.reminders.queries import KNOWN_BETTER, TAKEN_OUT, reported
from jam.reminders.rules import soon
from jam.schedule.models import Event
from jam.schedule.rules import State

_CANCELLED = "The session was cancelled before this letter left."


@cause(*REMINDERS)
def reminder_gone(letter: Letter) -> str | None:
    """Why somebody need not be reminded any more. A rehearsal, which is about no session, is always sent."""
    event = _event(letter)
    if event is None:
        return None
    if event.state != State.PUBLISHED:
        return _CANCELLED
    if event.ends_at <= now() or letter.created_at < event.starts_at <= now():
        return TooLate("The session had begun before this letter could leave.")
    if letter.kind == FACULTY_LETTER:
        return (
            why_stopped(letter) if _is_meant(letter, event) else "They do not belong to the faculty any more."
        )
    seat = _seat(letter, event)
    meant = Status.WAITING if letter.kind == WAITING_LETTER else Status.CONFIRMED
    if seat is not None and seat.status != meant:
        return "The registration changed before this letter left."
    return why_stopped(letter)


@passing(*REMINDERS)
def how_far_off(letter: Letter) -> dict[str, str]:
    """How far off the session is by now: the letter may have waited since it was written."""
    event, person = _event(letter), whoever(letter.recipient_id)
    if event is None or person is None:
        return {}
    return {"soon": soon(event.starts_at, now(), person.time_zone or EASTERN)}


@cause(*FOLLOW_UPS)
def follow_up_gone(letter: Letter) -> str | None:
    """Why there is nothing to write about afterwards."""
    event = _event(letter)
    if event is None:
        return None
    if event.state == State.CANCELLED:
        return _CANCELLED
    if not reported([event]):
        return TAKEN_OUT
    if not _is_meant(letter, event):
        return KNOWN_BETTER
    return why_stopped(letter)


def _is_meant(letter: Letter, event: Event) -> bool:
    """Whether its recipient still is among those whom letters of this kind are for."""
    person = whoever(letter.recipient_id)
    groups = [each for each in audiences() if letter.kind in each.kinds]
    return person is not None and any(
        db.session.scalar(
            select(Person.id).where(Person.id == person.id, Person.id.in_(each.people(event.id)))
        )
        for each in groups
    )


def _seat(letter: Letter, event: Event) -> Registration | None:
    """The seat it gives the way in to; of one without a way in, the recipient's at the session."""
    kind, id = letter.links.get("join_page", ("", 0))
    if kind == "join":
        return db.session.get(Registration, int(id))
    person = whoever(letter.recipient_id)
    return of_person(event.id, person.id) if person is not None else None


def _event(letter: Letter) -> Event | None:
    return db.session.get(Event, letter.scope_id) if letter.scope_kind == "event" else None
