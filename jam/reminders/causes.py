"""Whether a reminder or a follow-up is still of use: asked before it leaves and before it is sent again."""

from __future__ import annotations

from jam.base.database import db
from jam.base.now import now
from jam.mail.models import Letter
from jam.mail.standing import TooLate, cause
from jam.people.choices import why_stopped
from jam.people.queries import whoever
from jam.registration.models import Registration
from jam.registration.queries import of_person
from jam.registration.rules import Status
from jam.reminders.audiences import FOLLOW_UPS, REMINDERS, WAITING_LETTER
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
    seat = _seat(letter, event)
    meant = Status.WAITING if letter.kind == WAITING_LETTER else Status.CONFIRMED
    if seat is not None and seat.status != meant:
        return "The registration changed before this letter left."
    return why_stopped(letter)


@cause(*FOLLOW_UPS)
def follow_up_gone(letter: Letter) -> str | None:
    """Why there is nothing to write about afterwards."""
    event = _event(letter)
    if event is None:
        return None
    return _CANCELLED if event.state == State.CANCELLED else why_stopped(letter)


def _seat(letter: Letter, event: Event) -> Registration | None:
    """The seat it gives the way in to; of one without a way in, the recipient's at the session."""
    kind, id = letter.links.get("join_page", ("", 0))
    if kind == "join":
        return db.session.get(Registration, int(id))
    person = whoever(letter.recipient_id)
    return of_person(event.id, person.id) if person is not None else None


def _event(letter: Letter) -> Event | None:
    return db.session.get(Event, letter.scope_id) if letter.scope_kind == "event" else None
