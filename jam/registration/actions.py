"""Writing registrations. Whoever changes one holds the event's lock, so that seats are counted right. The caller commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from jam.audit.actions import record
from jam.audit.undo import Done, changes_since, done_in, values_of
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.text import clean_line
from jam.people.actions import Details, find_or_add
from jam.people.models import Person
from jam.people.rules import checked_name
from jam.registration import seats
from jam.registration.admission import may_sit
from jam.registration.letters import write_letter, write_seat_letter
from jam.registration.models import JoinClick, Registration
from jam.registration.queries import holding_count, of_person
from jam.registration.questions import NOTHING, Said, give_back, keep, take_over
from jam.registration.rules import ALIVE, HOLDING, Source, Status, first_status
from jam.schedule import actions as schedule
from jam.schedule.models import Event
from jam.schedule.rules import State, why_closed

FULL = "This session is full. A seat may become free, so look again in a few days."

#: When one of two registrations of a person must go, the one that stands further left stays.
_BETTER = (
    Status.CONFIRMED,
    Status.OFFERED,
    Status.WAITING,
    Status.PENDING,
    Status.DECLINED,
    Status.CANCELLED,
)


def lock(event: Event) -> None:
    """Hold an event until the transaction ends, so that nobody counts its seats or moves it meanwhile."""
    schedule.lock(event)


def register(
    event: Event,
    address: str,
    details: Details,
    *,
    source: Source,
    by: str | None = None,
    quiet: bool = False,
    said: Said = NOTHING,
    heard: str = "",
) -> Registration:
    """Register the person of an address; `by` is the person themself unless said, `quiet` writes no letter, `said` is
    what the form asked beside who they are.

    `heard` is how they heard of the program, in their own words.

    They get a seat, a place on the waiting list, or staff's attention, as the session has it. Somebody who is
    registered stays as they are and gets no second letter. Refused when the session takes no registrations, when it is
    full and has no waiting list, or when the address or name cannot be one.
    """
    lock(event)
    by_staff = source in (Source.DESK, Source.IMPORT, Source.COHORT)
    reason = why_closed(event.state, event.visibility, event.closed, event.ends_at, now())
    if reason and not (by_staff and event.state == State.PUBLISHED and event.ends_at > now()):
        raise Refused(f"{reason} Look at the sessions to come instead.")
    checked_name(details.name)
    person = find_or_add(address, details, by=by or "visitor")
    found = of_person(event.id, person.id)
    if (
        found is not None
        and found.status in (*ALIVE, Status.DECLINED)
        and not (by_staff and not _alive(found))
    ):
        return found
    seat = found or new(event, person, source)
    fill(seat, details)
    seat.heard = heard
    _begin(seat, by or f"person:{person.id}", approval=event.approval and not by_staff, quiet=quiet)
    keep(seat, said)
    return seat


def rejoin(seat: Registration, *, by: str, source: Source = Source.FORM, quiet: bool = False) -> None:
    """Register somebody again who had cancelled, as if they came now.

    Refused when the session is full without a waiting list, over or called off, and when registration is closed or was
    declined, unless staff do it (`source` desk). `quiet` leaves the letter to the caller.
    """
    event, by_staff = seat.event, source is Source.DESK
    lock(event)
    db.session.refresh(seat)
    if _alive(seat):
        return
    if (event.closed and not by_staff) or event.state != State.PUBLISHED or event.ends_at <= now():
        raise Refused("This session takes no registrations any more.")
    if seat.source == Source.COHORT and not by_staff and not may_sit(event, seat.person_id):
        raise Refused("Seats at this session are for members of the cohort.")
    if seat.status == Status.DECLINED and not by_staff:
        raise Refused("This registration was declined. Write to us if you think that is a mistake.")
    seat.registered_at = now()
    _begin(seat, by, approval=event.approval and not by_staff, quiet=quiet)


def cancel(seat: Registration, *, by: str, quiet: bool = False) -> None:
    """Give up a registration: a seat goes to the next who waits, and the session leaves the person's calendar.

    Refused when the session is over; cancelling twice cancels once. `quiet` leaves the letter to the caller.
    """
    lock(seat.event)
    db.session.refresh(seat)
    if not _alive(seat):
        return
    if seat.event.ends_at <= now():
        raise Refused("This session is over, so there is nothing to cancel.")
    was = seat.status
    cause = seats.give_up(seat, Status.CANCELLED, by=by)
    if seat.event.state == State.PUBLISHED and not quiet:
        if was == Status.CONFIRMED:
            write_seat_letter("seat-cancelled", seat, "CANCEL")
        else:
            write_letter("seat-cancelled", seat, cause)
    if was in HOLDING:
        seats.promote(seat.event, by=by)


def accept(seat: Registration, *, by: str) -> None:
    """Take the seat that was offered. Refused when the offer is over; taking it twice takes it once."""
    lock(seat.event)
    db.session.refresh(seat)
    if seat.status == Status.CONFIRMED:
        return
    if seat.status != Status.OFFERED or seat.offer_until is None or seat.offer_until <= now():
        raise Refused(
            "This offer is over, and the seat went to the next person. You can join the list again."
        )
    seats.confirm(seat, by=by, kind="promoted")


def lapse(seat: Registration, *, by: str) -> bool:
    """End an offer whose time is up and pass the seat on; returns whether there was one to end."""
    lock(seat.event)
    db.session.refresh(seat)
    if seat.status != Status.OFFERED or seat.offer_until is None or seat.offer_until > now():
        return False
    cause = seats.give_up(seat, Status.CANCELLED, by=by)
    if seat.event.starts_at > now():
        write_letter("offer-lapsed", seat, cause)
    seats.promote(seat.event, by=by)
    return True


def approve(seat: Registration, *, by: str, message: str = "") -> None:
    """Say yes: a seat, or a place on the waiting list when there is none. Only for what waits for approval or was declined."""
    lock(seat.event)
    db.session.refresh(seat)
    if seat.status not in (Status.PENDING, Status.DECLINED):
        return
    if seats.free_for_newcomers(seat.event) == 0:
        seats.wait(seat, by=by, message=message)
    else:
        seats.confirm(seat, by=by, kind="approved", message=message)


def decline(seat: Registration, *, by: str, message: str = "") -> None:
    """Say no to a registration, with a letter; a seat it held goes to the next who waits."""
    lock(seat.event)
    db.session.refresh(seat)
    if not _alive(seat):
        return
    was = seat.status
    cause = seats.give_up(seat, Status.DECLINED, by=by)
    if not seats.write_first(seat, cause, message):
        values = {"message": message}
        if was == Status.CONFIRMED:
            write_seat_letter("declined", seat, "CANCEL", values=values)
        else:
            write_letter("declined", seat, cause, values=values)
    if was in HOLDING:
        seats.promote(seat.event, by=by)


def add_from_report(
    event: Event, person: Person, details: Details, registered_at: datetime, *, by: str
) -> Registration:
    """Record that a platform's report shows somebody as registered. No letter is written."""
    seat = new(event, person, Source.PLATFORM)
    fill(seat, details)
    seat.status, seat.registered_at = Status.CONFIRMED, registered_at
    db.session.add(seat)
    return seat


def record_join(seat: Registration) -> None:
    """Keep that somebody went through their join page: evidence of attendance."""
    db.session.add(JoinClick(registration_id=seat.id, at=now()))


def merge(keep: Person, gone: Person, *, by: str, batch: str) -> None:
    """Move the registrations of a person found to be another; where both are registered, the better one stays."""
    for seat in list(db.session.scalars(select(Registration).where(Registration.person_id == gone.id))):
        twin = of_person(seat.event_id, keep.id)
        if twin is None:
            before = values_of(seat, "person_id", "status")
            seat.person_id = keep.id
            record("registration.move", "registration", seat.id, by=by, batch=batch,
                   changes=changes_since(seat, before))  # fmt: skip
            continue
        if _BETTER.index(Status(seat.status)) < _BETTER.index(Status(twin.status)):
            _take_over(twin, seat, by, batch)
        else:
            _end(seat, by, batch)
        take_over(twin, seat, by=by, batch=batch)


def unmerge(keep: Person, gone: Person, *, by: str, batch: str) -> list[str]:
    """Put back the registrations that a merge moved or ended; returns a sentence for each that stays with `keep`.

    One stays when it was changed since, or when its seat went to somebody else.
    """
    stays, stuck = [], set()
    # What was taken over first: its number in the queue and its seat must be free for the one it came from.
    all_done = done_in(batch, "registration.take_over", "registration.double", "registration.move")
    seats_of = {done.object_id: db.session.get(Registration, done.object_id) for done in all_done}
    events = {seat.event_id: seat.event for seat in seats_of.values() if seat is not None}
    for _, event in sorted(events.items()):
        lock(event)
    for done in all_done:
        seat = seats_of[done.object_id]
        if seat is None:
            continue
        db.session.refresh(seat)
        reason = None if seat.event_id in stuck else _why_it_stays(seat, done)
        if reason:
            stays.append(f"The seat at “{seat.event.title}” {reason}; it stays with {keep.name}.")
        if reason or seat.event_id in stuck:
            stuck.add(seat.event_id)
            continue
        before = values_of(seat, *done.before)
        done.put_back(seat)
        seat.queue_number = _still_free(seat)
        db.session.flush()
        record("registration.put_back", "registration", seat.id, by=by, batch=batch,
               changes=changes_since(seat, before))  # fmt: skip
    for done in done_in(batch, "registration.share_answers"):
        twin = db.session.get_one(Registration, done.object_id)
        if twin.event_id not in stuck and not give_back(twin, done, by=by, batch=batch):
            stays.append(f"What was needed at “{twin.event.title}” changed since; it stays with {keep.name}.")
    return stays


def _why_it_stays(seat: Registration, done: Done) -> str | None:
    if not done.stands(seat):
        cancelled = seat.status == Status.CANCELLED and done.after.get("status") != Status.CANCELLED
        return "was cancelled since" if cancelled else "was changed since"
    comes_back = done.was(seat)["status"] in HOLDING and seat.status not in HOLDING
    capacity = seat.event.capacity if seat.event.starts_at > now() else None
    if comes_back and capacity is not None and holding_count(seat.event) >= capacity:
        return "went to somebody else since"
    return None


def _still_free(seat: Registration) -> int | None:
    """The seat's number in the queue; a new one, at the end, where somebody has got it since."""
    with db.session.no_autoflush:
        numbers = set(
            db.session.scalars(
                select(Registration.queue_number).where(
                    Registration.event_id == seat.event_id, Registration.id != seat.id
                )
            )
        )
    if seat.queue_number not in numbers - {None}:
        return seat.queue_number
    return max(number for number in numbers if number is not None) + 1


def new(event: Event, person: Person, source: Source) -> Registration:
    """A registration that stands nowhere yet; not in the session of the database."""
    return Registration(
        event=event,
        person=person,
        status=Status.CANCELLED,
        source=source,
        name=person.name,
        heard="",
        registered_at=now(),
    )


def fill(seat: Registration, details: Details) -> None:
    """Keep what the person says of themself with the registration."""
    seat.name = checked_name(details.name)
    seat.organization = clean_line(details.organization, 160, "The organization's name")
    seat.job_role_id, seat.sector_id = details.job_role_id, details.sector_id
    seat.state, seat.zip = details.state, details.zip


def _begin(seat: Registration, by: str, *, approval: bool, quiet: bool = False) -> None:
    if seat.id:
        seat.registered_at = now()
    status = first_status(
        approval=approval, seats=seats.free_for_newcomers(seat.event), waiting_list=seat.event.waiting_list
    )
    if status is None:
        raise Refused(FULL)
    if status is Status.CONFIRMED:
        seats.confirm(seat, by=by, quiet=quiet)
    elif status is Status.WAITING:
        seats.wait(seat, by=by, quiet=quiet)
    else:
        seats.ask_for_approval(seat, by=by, quiet=quiet)


def _alive(seat: Registration) -> bool:
    return seat.status in ALIVE


#: What of a registration a merge may change.
_STANDING = ("status", "registered_at", "queue_number", "offer_until", "cancelled_at")


def _take_over(twin: Registration, seat: Registration, by: str, batch: str) -> None:
    ours, theirs = values_of(twin, *_STANDING), values_of(seat, *_STANDING)
    seat.status, seat.offer_until, seat.queue_number = Status.CANCELLED, None, None
    seat.cancelled_at = seat.cancelled_at or now()
    db.session.flush()
    twin.status, twin.cancelled_at, twin.registered_at = theirs["status"], None, seat.registered_at
    twin.queue_number, twin.offer_until = theirs["queue_number"], theirs["offer_until"]
    db.session.flush()
    record("registration.take_over", "registration", twin.id, by=by, batch=batch,
           changes=changes_since(twin, ours))  # fmt: skip
    record("registration.double", "registration", seat.id, by=by, batch=batch,
           changes=changes_since(seat, theirs))  # fmt: skip


def _end(seat: Registration, by: str, batch: str) -> None:
    before = values_of(seat, *_STANDING)
    seat.status, seat.offer_until, seat.cancelled_at = Status.CANCELLED, None, seat.cancelled_at or now()
    db.session.flush()
    record("registration.double", "registration", seat.id, by=by, batch=batch,
           changes=changes_since(seat, before))  # fmt: skip
