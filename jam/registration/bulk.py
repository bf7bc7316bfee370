"""One deed on many registrations of a session: what it would do, doing it as one action, and undoing it.

Nothing new happens here to a single registration: the deeds are those of `actions` and `seats`. Their letters wait ten
minutes, so that what is undone in time was never told. The caller commits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from jam.audit.actions import one_batch, record
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.words import count, moment
from jam.mail.actions import let_wait, withdraw
from jam.people.actions import Details
from jam.people.models import Person
from jam.registration import actions, seats
from jam.registration.answers import keep_missing, said_for
from jam.registration.letters import BY_COLLEAGUE, write_letter, write_seat_letter, zone_of
from jam.registration.models import Registration
from jam.registration.queries import holding_count, queue_length, waiting_ahead
from jam.registration.rules import ALIVE, HOLDING, Source, Status
from jam.schedule.models import Event
from jam.schedule.rules import State

#: So close to the session letters leave at once.
_NO_GRACE = timedelta(hours=1)
_CHUNK = 500
#: One action locks the session while it runs; more than this would let visitors wait for too long.
MOST = 2_000


class Deed(StrEnum):
    """What can be done with registrations."""

    APPROVE = "approve"
    DECLINE = "decline"
    CANCEL = "cancel"
    PROMOTE = "promote"
    MOVE = "move"
    RESEND = "resend"


DEED_WORDS = {
    Deed.APPROVE: "Approve",
    Deed.DECLINE: "Decline",
    Deed.CANCEL: "Cancel",
    Deed.PROMOTE: "Give a seat now",
    Deed.MOVE: "Move to another session",
    Deed.RESEND: "Send the letter again",
}
#: The same with a number of them; "{}" is the number with the two words after it.
_HEADLINES = {
    Deed.APPROVE: ("Approve {}", "registration", "registrations"),
    Deed.DECLINE: ("Decline {}", "registration", "registrations"),
    Deed.CANCEL: ("Cancel {}", "seat", "seats"),
    Deed.PROMOTE: ("Promote {} to a seat", "person", "people"),
    Deed.MOVE: ("Move {} to another session", "person", "people"),
    Deed.RESEND: ("Send the letter again to {}", "person", "people"),
}
#: What was done, as the list of earlier changes says it.
DONE_WORDS = {
    Deed.APPROVE: "approved",
    Deed.DECLINE: "declined",
    Deed.CANCEL: "cancelled",
    Deed.PROMOTE: "given a seat",
    Deed.MOVE: "moved to another session",
    Deed.RESEND: "sent their letter again",
}
#: Whom each deed concerns; others are left as they are.
CONCERNS: dict[Deed, tuple[Status, ...]] = {
    Deed.APPROVE: (Status.PENDING, Status.DECLINED),
    Deed.DECLINE: ALIVE,
    Deed.CANCEL: ALIVE,
    Deed.PROMOTE: (Status.WAITING, Status.OFFERED),
    Deed.MOVE: ALIVE,
    Deed.RESEND: tuple(Status),
}


@dataclass(frozen=True)
class Wish:
    """A deed with what belongs to it: a word to the people, or the session to move them to."""

    deed: Deed
    message: str = ""
    target: Event | None = None


@dataclass
class Done:
    """What a deed did: its batch, how many it concerned, and whom it could not help, with why."""

    batch: str
    done: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


def chosen(event: Event, ids: Sequence[int]) -> list[Registration]:
    """These registrations of a session, in the order they came; ids of other sessions are ignored."""
    found: list[Registration] = []
    for start in range(0, len(ids), _CHUNK):
        query = select(Registration).where(
            Registration.event_id == event.id, Registration.id.in_(ids[start : start + _CHUNK])
        )
        people = joinedload(Registration.person).selectinload(Person.addresses)
        found += db.session.scalars(query.options(people, selectinload(Registration.event)))
    return sorted(found, key=lambda seat: (seat.queue_number or 0, seat.registered_at, seat.id))


def headline(deed: Deed, number: int) -> str:
    """The deed with the number of those it concerns: “Cancel 250 seats”. Without a number when it concerns nobody."""
    sentence, one, many = _HEADLINES[deed]
    return sentence.format(count(number, one, many)) if number else DEED_WORDS[deed]


def outlook(event: Event, picked: Sequence[Registration], wish: Wish) -> list[str]:
    """What the deed would do if it were done now, in sentences; nothing is changed."""
    concerned = [seat for seat in picked if seat.status in CONCERNS[wish.deed]]
    left = len(picked) - len(concerned)
    lines = _outlook[wish.deed](event, concerned, wish) if concerned else ["This changes nobody."]
    if left:
        lines.append(f"{count(left, 'person stays', 'people stay')} as they are: this does not concern them.")
    return lines


def do(event: Event, ids: Sequence[int], wish: Wish, *, by: str) -> Done:
    """Do it to those of these registrations that it concerns, as one action. Refused when the session is not to come."""
    why = why_not(event, wish)
    if why:
        raise Refused(why)
    if len(ids) > MOST:
        raise Refused(f"Choose {MOST:,} people at most at once, and the others after them.")
    # In the order of their ids, in which everybody locks them who locks several.
    for each in sorted({event, wish.target or event}, key=lambda each: each.id):
        actions.lock(each)
    with one_batch() as batch:
        result = Done(batch)
        for seat in chosen(event, ids):
            if seat.status not in CONCERNS[wish.deed]:
                continue
            try:
                _deeds[wish.deed](seat, wish, by)
                result.done += 1
            except Refused as error:
                result.refused.append((seat.name, error.message))
        if not result.done:
            raise Refused(
                result.refused[0][1] if result.refused else "Nobody was changed: this concerns none of them."
            )
        changes = {"deed": (None, wish.deed), "people": (None, result.done)}
        record("registration.many", "event", event.id, by=by, changes=changes)
        if event.starts_at > now() + _NO_GRACE:
            let_wait(batch)
    return result


def why_not(event: Event, wish: Wish) -> str | None:
    """Why this cannot be done to anybody of the session; None when it can."""
    if wish.deed is Deed.RESEND:
        return (
            None if event.state == State.PUBLISHED else "Letters are sent again only for a published session."
        )
    if event.state != State.PUBLISHED or event.ends_at <= now():
        return "Seats can be changed only while a session is published and not over."
    if wish.deed is Deed.MOVE and (wish.target is None or wish.target not in targets(event)):
        return (
            "Choose the session to move them to: another one of this program that is published and to come."
        )
    return None


def targets(event: Event) -> list[Event]:
    """Sessions of the same program that people can be moved to, by date."""
    query = select(Event).where(
        Event.program_id == event.program_id,
        Event.id != event.id,
        Event.state == State.PUBLISHED,
        Event.starts_at > now(),
    )
    return list(db.session.scalars(query.order_by(Event.starts_at, Event.id)))


# --- what would happen ------------------------------------------------------------------------------------------------


def _people(number: int) -> str:
    return count(number, "person", "people")


def _freed(event: Event, concerned: Sequence[Registration]) -> list[str]:
    """Who gets the seats that these give up."""
    if event.capacity is None or event.starts_at <= now():
        return []
    held = sum(seat.status in HOLDING for seat in concerned)
    waiting = queue_length(event) - sum(seat.status == Status.WAITING for seat in concerned)
    free = max(0, event.capacity - holding_count(event) + held)
    next_ones = min(free, waiting) if held else 0
    if not next_ones:
        return []
    how = "promotes" if event.offer_hours is None else "offers a seat to"
    return [f"It {how} {_people(next_ones)} from the waiting list."]


def _would_end(word: str) -> Callable[[Event, Sequence[Registration], Wish], list[str]]:
    def lines(event: Event, concerned: Sequence[Registration], wish: Wish) -> list[str]:
        return [
            f"This {word} {_people(len(concerned))}. They get a letter that says so.",
            *_freed(event, concerned),
        ]

    return lines


def _shared(seats_left: int | None, number: int) -> str:
    seated = number if seats_left is None else min(seats_left, number)
    waiting = number - seated
    parts = [f"{_people(seated)} {'gets' if seated == 1 else 'get'} a seat"] if seated or not waiting else []
    if waiting:
        parts.append(f"{_people(waiting)} {'goes' if waiting == 1 else 'go'} on the waiting list")
    return " and ".join(parts)


def _would_approve(event: Event, concerned: Sequence[Registration], wish: Wish) -> list[str]:
    number = len(concerned)
    return [f"This approves {_people(number)}: {_shared(seats.free_for_newcomers(event), number)}."]


def _would_promote(event: Event, concerned: Sequence[Registration], wish: Wish) -> list[str]:
    lines = [f"This gives a seat to {_people(len(concerned))}, whoever stands before them on the list."]
    if event.capacity is not None:
        fresh = sum(seat.status == Status.WAITING for seat in concerned)
        beyond = holding_count(event) + fresh - event.capacity
        if beyond > 0:
            lines.append(
                f"The session then has {count(beyond, 'person', 'people')} more than its {event.capacity:,} seats."
            )
    return lines


def _would_move(event: Event, concerned: Sequence[Registration], wish: Wish) -> list[str]:
    if wish.target is None:
        return ["Choose the session to move them to."]
    ids = {seat.person_id for seat in concerned}
    there = set(
        db.session.scalars(
            select(Registration.person_id).where(
                Registration.event_id == wish.target.id, Registration.status.in_(ALIVE)
            )
        )
    )
    fresh = len(ids - there)
    lines = [f"This moves {_people(len(concerned))} to {wish.target.title}."]
    free = seats.free_for_newcomers(wish.target)
    if free is not None and free < fresh and not wish.target.waiting_list:
        stay = fresh - free
        lines.append(
            f"There {'is' if free == 1 else 'are'} {count(free, 'seat', 'seats')} free: {_people(stay)} cannot move."
        )
    elif fresh:
        lines.append(f"There, {_shared(free, fresh)}.")
    if ids & there:
        lines.append(
            f"{_people(len(ids & there))} of them are registered there already and only leave this session."
        )
    if any(seat.accommodation for seat in concerned):
        lines.append("What they need goes along, and has to be arranged there anew.")
    return lines + _freed(event, concerned)


def _would_resend(event: Event, concerned: Sequence[Registration], wish: Wish) -> list[str]:
    reached = sum(seat.person.address is not None for seat in concerned)
    return [f"This sends {_people(reached)} a fresh copy of the letter that says how they stand now."]


_outlook: dict[Deed, Callable[[Event, Sequence[Registration], Wish], list[str]]] = {
    Deed.APPROVE: _would_approve,
    Deed.DECLINE: _would_end("declines"),
    Deed.CANCEL: _would_end("cancels"),
    Deed.PROMOTE: _would_promote,
    Deed.MOVE: _would_move,
    Deed.RESEND: _would_resend,
}


# --- the deeds --------------------------------------------------------------------------------------------------------


def _promote(seat: Registration, wish: Wish, by: str) -> None:
    seats.confirm(seat, by=by, kind="promoted")


def _move(seat: Registration, wish: Wish, by: str) -> None:
    assert wish.target is not None
    address = seat.person.address
    if address is None:
        raise Refused("No address is known to write to.")
    details = Details(seat.name, seat.organization, seat.job_role_id, seat.sector_id, seat.state, seat.zip)
    said = said_for(seat, wish.target)
    with db.session.begin_nested():
        there = actions.register(
            wish.target, address, details, source=Source.DESK, by=by, said=said, heard=seat.heard
        )
        keep_missing(there, said)
    actions.cancel(seat, by=by)


def _resend(seat: Registration, wish: Wish, by: str) -> None:
    if seat.person.address is None:
        raise Refused("No address is known to write to.")
    tell(seat, by=by)
    record("registration.resend", "registration", seat.id, by=by)


_deeds: dict[Deed, Callable[[Registration, Wish, str], None]] = {
    Deed.APPROVE: lambda seat, wish, by: actions.approve(seat, by=by, message=wish.message),
    Deed.DECLINE: lambda seat, wish, by: actions.decline(seat, by=by, message=wish.message),
    Deed.CANCEL: lambda seat, wish, by: actions.cancel(seat, by=by),
    Deed.PROMOTE: _promote,
    Deed.MOVE: _move,
    Deed.RESEND: _resend,
}

_LETTERS = {
    Status.CONFIRMED: ("registered", "REQUEST"),
    Status.CANCELLED: ("seat-cancelled", "CANCEL"),
    Status.DECLINED: ("declined", "CANCEL"),
}


def tell(seat: Registration, *, by: str) -> None:
    """Write the letter that says how a registration stands now; an unsent one of the same kind gives way to it."""
    status = Status(seat.status)
    kind, method = _LETTERS.get(status, (str(status), ""))
    same = [letter for letter in seats.letters_waiting(seat) if letter.kind in (kind, BY_COLLEAGUE)]
    withdraw(same, "A fresh copy replaced this letter.", by=by)
    cause = record("registration.tell", "registration", seat.id, by=by).id
    if status is not Status.CANCELLED and seats.write_first(seat, cause) and status is not Status.OFFERED:
        return
    values = {"message": ""}
    if status is Status.WAITING:
        values["place"] = str(waiting_ahead(seat) + 1)
    if seat.offer_until is not None:
        values["until"] = moment(seat.offer_until, zone_of(seat))
    if method == "REQUEST" or (method and seat.invite_sequence is not None):
        write_seat_letter(kind, seat, method, values=values)
    else:
        write_letter(kind, seat, cause, values=values)
