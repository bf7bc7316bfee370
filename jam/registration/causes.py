"""Whether a letter about a seat or a pass still says the truth: asked before it leaves and before it is sent again."""

from __future__ import annotations

from jam.base.database import db
from jam.base.now import now
from jam.mail.models import Letter
from jam.mail.standing import TooLate, cause
from jam.people.choices import why_stopped
from jam.registration.models import Registration, SeriesPass
from jam.registration.rules import ALIVE, Status
from jam.schedule.models import Event
from jam.schedule.rules import State

_CHANGED = "The registration changed before this letter left."
_LATER = "A later letter says how it stands now."
_OVER = TooLate("The session is over.")
_PASS = "The pass was left before this letter left."  # noqa: S105 - no password: the series pass
_EVENT = "The session changed before this letter left."

#: How a registration stands while a letter of this kind is true, and the session with it; None for however it stands: who
#: gave up a seat has the session in the calendar until the letter takes it out.
_TRUE_FOR: dict[str, tuple[tuple[Status, ...], State | None]] = {
    "registered": ((Status.CONFIRMED,), State.PUBLISHED),
    "promoted": ((Status.CONFIRMED,), State.PUBLISHED),
    "approved": ((Status.CONFIRMED,), State.PUBLISHED),
    "registered-by": (ALIVE, State.PUBLISHED),
    "waiting": ((Status.WAITING,), State.PUBLISHED),
    "pending": ((Status.PENDING,), State.PUBLISHED),
    "offered": ((Status.OFFERED,), State.PUBLISHED),
    "offer-lapsed": ((Status.CANCELLED,), None),
    "seat-cancelled": ((Status.CANCELLED,), None),
    "declined": ((Status.DECLINED,), None),
    "accommodation": (ALIVE, State.PUBLISHED),
    "moved": (ALIVE, State.PUBLISHED),
    "reinstated": (ALIVE, State.PUBLISHED),
    "cancelled": (ALIVE, State.CANCELLED),
}


@cause(*_TRUE_FOR)
def seat_letter_gone(letter: Letter) -> str | None:
    """Why a letter about a registration is not true any more."""
    seat = _seat(letter)
    if seat is None:
        return None
    statuses, state = _TRUE_FOR[letter.kind]
    if seat.event.ends_at <= now():
        return _OVER
    if seat.status not in statuses:
        return _CHANGED
    if letter.kind == "offered" and (seat.offer_until is None or seat.offer_until <= now()):
        return TooLate("The offer is over.")
    if state is not None and seat.event.state != state:
        return _EVENT
    # Each letter about a seat takes the next number of its invitation: a higher one is a later letter.
    first = db.session.get(Letter, letter.data["again"]) if "again" in letter.data else letter
    mark, _, sequence = (first or letter).key.rpartition(":")
    if mark == f"seat:{seat.id}" and (seat.invite_sequence or 0) > int(sequence):
        return _LATER
    return None


@cause("group")
def group_letter_gone(letter: Letter) -> str | None:
    """Why a letter of staff to a group came too late: what it was written for is called off or over."""
    event = db.session.get(Event, letter.scope_id) if letter.scope_kind == "event" else None
    if event is None:
        return None
    if event.state == State.CANCELLED and letter.data.get("state") == State.PUBLISHED:
        return "The session was called off before this letter left."
    return _OVER if letter.created_at < event.ends_at <= now() else why_stopped(letter)


@cause("pass", "pass-dates")
def pass_letter_gone(letter: Letter) -> str | None:
    """Why a letter about a series pass is not true any more: it was left."""
    held = _pass(letter)
    return _PASS if held is not None and not held.active else None


@cause("pass-left")
def left_letter_gone(letter: Letter) -> str | None:
    """Why a letter about the end of a pass is not true any more: it was taken again."""
    held = _pass(letter)
    return "The pass was taken again." if held is not None and held.active else None


def _seat(letter: Letter) -> Registration | None:
    kind, id = letter.links.get("join_page", ("", 0))
    return db.session.get(Registration, int(id)) if kind == "join" else None


def _pass(letter: Letter) -> SeriesPass | None:
    return (
        db.session.query(SeriesPass)
        .filter_by(program_id=letter.scope_id, person_id=letter.recipient_id)
        .one_or_none()
    )
