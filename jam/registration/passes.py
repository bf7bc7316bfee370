"""The series pass: taking it, leaving it, and registering its holders for dates that came later. The caller commits.

Nothing is scheduled: which registrations are missing is asked of the tables, so a date that is published, a pass that is
taken and a clock that was away all end in the same registrations.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from jam.audit.actions import record
from jam.audit.undo import changes_since, done_in, restore, values_of
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.text import clean_line
from jam.base.words import when
from jam.base.zones import EASTERN
from jam.mail.actions import About, Recipient, draft, withdraw
from jam.mail.queries import unsent
from jam.mail.rules import GRACE
from jam.people.actions import Details, find_or_add
from jam.people.models import Person
from jam.people.rules import checked_name
from jam.registration import actions
from jam.registration.letters import write_seat_letter
from jam.registration.models import Registration, SeriesPass
from jam.registration.queries import dates_missing, series_pass
from jam.registration.questions import NOTHING, Said, keep_with_pass, said_with
from jam.registration.rules import ALIVE, Source, Status
from jam.schedule.models import Event, Program

#: What a line of a letter says about a registration that is no seat yet.
_BUT = {Status.WAITING: " (you are on the waiting list)", Status.PENDING: " (waits for approval)"}


def take(
    program: Program,
    address: str,
    details: Details,
    *,
    by: str | None = None,
    said: Said = NOTHING,
    heard: str = "",
) -> SeriesPass:
    """Register somebody for every coming session of a program, with one letter; who has the pass keeps it.

    A pass that was left is taken up again. Refused when the address or name cannot be one.
    """
    checked_name(details.name)
    person = find_or_add(address, details, by=by or "visitor")
    actor = by or f"person:{person.id}"
    held = _locked(series_pass(program.id, person.id) or _add(program, person, details))
    if held.active:
        return held
    held.active, held.left_at, held.taken_at = True, None, now()
    _fill(held, details)
    keep_with_pass(held, said)
    held.heard = heard
    db.session.flush()
    entry = record(
        "registration.take_pass", "series_pass", held.id, by=actor, changes={"active": (False, True)}
    )
    _reopen(held, actor)
    register_missing(held, [event_id for _, event_id in dates_missing(held)], by=actor)
    _write("pass", held, coming_seats(held), f"pass:{held.id}:{entry.id}")
    return held


def leave(held: SeriesPass, *, by: str) -> None:
    """End a pass: coming dates that came by it are given up, single registrations stay. Leaving twice leaves once."""
    if not _locked(held).active:
        return
    held.active, held.left_at = False, now()
    entry = record(
        "registration.leave_pass", "series_pass", held.id, by=by, changes={"active": (True, False)}
    )
    for letter in unsent(("program", held.program_id), ("person", held.person_id)):
        withdraw([letter], "The pass was left before this letter left.", by=by)
    dropped = [seat for seat in coming_seats(held) if seat.source == Source.PASS]
    for seat in dropped:
        # Only who was sent an invitation has an entry in the calendar that must go.
        actions.cancel(seat, by=by, quiet=seat.invite_sequence is None)
    _write("pass-left", held, dropped, f"pass-left:{held.id}:{entry.id}")


def register_missing(held: SeriesPass, event_ids: Iterable[int], *, by: str) -> list[Registration]:
    """Register a pass holder for these sessions; those that are full without a waiting list are left out."""
    made = []
    address = held.person.address
    if address is None:
        return []
    for event_id in event_ids:
        event = db.session.get_one(Event, event_id)
        try:
            with db.session.begin_nested():
                seat = actions.register(
                    event,
                    address,
                    _details(held),
                    source=Source.PASS,
                    by=by,
                    quiet=True,
                    said=said_with(held),
                )
        except Refused:
            continue
        if seat.source == Source.PASS:
            made.append(seat)
    return made


def catch_up(missing: Sequence[tuple[int, int]], *, by: str) -> int:
    """Register holders for the dates they miss, as `dates_missing` found them; one letter a person, which waits ten minutes.

    A letter about new dates that still waits is replaced by one that names them all. Returns how many registrations came.
    """
    done = 0
    for pass_id, rows in groupby(missing, key=lambda row: row[0]):
        held = db.session.get_one(SeriesPass, pass_id)
        made = register_missing(held, [event_id for _, event_id in rows], by=by) if held.active else []
        if made:
            _tell_of_dates(held, made, by)
            done += len(made)
    return done


def merge(keep: Person, gone: Person, *, by: str, batch: str) -> None:
    """Move the passes of a person found to be another; where both hold one, it is one."""

    def note(action: str, one: SeriesPass, before: dict[str, object]) -> None:
        record(action, "series_pass", one.id, by=by, batch=batch, changes=changes_since(one, before))

    for held in db.session.scalars(select(SeriesPass).where(SeriesPass.person_id == gone.id)).all():
        twin = series_pass(held.program_id, keep.id)
        if twin is None:
            before = values_of(held, "person_id", "active")
            held.person_id = keep.id
            note("registration.move_pass", held, before)
        elif held.active:
            ours, theirs = values_of(twin, "active", "left_at"), values_of(held, "active", "left_at")
            twin.active, twin.left_at, held.active, held.left_at = True, None, False, now()
            note("registration.take_over_pass", twin, ours)
            note("registration.double_pass", held, theirs)


def unmerge(keep: Person, gone: Person, *, by: str, batch: str) -> list[str]:
    """Put back the passes that a merge moved or ended; returns a sentence for each that was changed since and stays."""
    stays, stuck = [], set()
    actions_done = ("registration.take_over_pass", "registration.double_pass", "registration.move_pass")
    for done in done_in(batch, *actions_done):
        held = db.session.get(SeriesPass, done.object_id)
        if held is None or held.program_id in stuck:
            continue
        _locked(held)
        if not done.stands(held):
            stuck.add(held.program_id)
            reason = "was changed since" if held.active else "was left since"
            stays.append(f"The pass for {held.program.name} {reason}; it stays with {keep.name}.")
            continue
        restore(done, held, "registration.put_back_pass", by=by, batch=batch)
    db.session.flush()
    return stays


def _tell_of_dates(held: SeriesPass, made: list[Registration], by: str) -> None:
    waiting = unsent(("program", held.program_id), ("person", held.person_id), ("pass-dates",))
    ids = [seat.id for seat in made]
    for letter in waiting:
        if withdraw([letter], "A letter with more dates replaced this one.", by=by):
            ids += letter.data["registrations"]
    told = [seat for seat in coming_seats(held) if seat.id in set(ids)]
    _write("pass-dates", held, told, f"pass-dates:{held.id}:{max(ids)}", wait=True)


def _write(kind: str, held: SeriesPass, seats: list[Registration], key: str, wait: bool = False) -> None:
    address = held.person.address
    if address is None:
        return
    draft(
        kind,
        Recipient(address, held.name, "person", held.person_id),
        About(
            scope=("program", held.program_id),
            values=pass_values(held, seats),
            links={"my_page": ("me", held.person_id)},
            data={"registrations": [seat.id for seat in seats]},
            home=("program", held.program_id),
        ),
        key=key,
        due_at=now() + GRACE if wait else None,
    )


def pass_values(held: SeriesPass, seats: Iterable[Registration]) -> dict[str, str]:
    """What stands in the placeholders of a letter about a pass; a line for each of the seats."""
    zone = held.person.time_zone or EASTERN
    lines = [
        f"{when(seat.event.starts_at, seat.event.ends_at, zone)}: {seat.event.title}{_BUT.get(Status(seat.status), '')}"
        for seat in seats
    ]
    return {
        "name": held.name,
        "program": held.program.name,
        "dates": "\n".join(lines) or "None at the moment.",
    }


def coming_seats(held: SeriesPass) -> list[Registration]:
    """What a pass holder hopes to come to, soonest first."""
    query = (
        select(Registration)
        .join(Event, Event.id == Registration.event_id)
        .where(
            Registration.person_id == held.person_id,
            Registration.status.in_(ALIVE),
            Event.program_id == held.program_id,
            Event.starts_at > now(),
        )
        .order_by(Event.starts_at, Event.id)
    )
    return list(db.session.scalars(query))


def _reopen(held: SeriesPass, by: str) -> None:
    """Who takes a pass wants every date: what an earlier pass gave up comes back, as far as there are seats."""
    query = (
        select(Registration)
        .join(Event, Event.id == Registration.event_id)
        .where(
            Registration.person_id == held.person_id,
            Registration.status == Status.CANCELLED,
            Registration.source == Source.PASS,
            Event.program_id == held.program_id,
            Event.starts_at > now(),
        )
        .order_by(Event.starts_at, Event.id)
    )
    for seat in list(db.session.scalars(query)):
        try:
            with db.session.begin_nested():
                invited = seat.invite_sequence is not None
                actions.rejoin(seat, by=by, quiet=True)
        except Refused:
            continue
        if invited and seat.status == Status.CONFIRMED:
            write_seat_letter("registered", seat, "REQUEST")


def _locked(held: SeriesPass) -> SeriesPass:
    """The pass as it stands, held until the transaction ends: two clicks at once take it once."""
    query = select(SeriesPass).where(SeriesPass.id == held.id).with_for_update()
    return db.session.execute(query.execution_options(populate_existing=True)).scalar_one()


def _add(program: Program, person: Person, details: Details) -> SeriesPass:
    try:
        with db.session.begin_nested():
            made = SeriesPass(program=program, person=person, active=False, name=person.name, taken_at=now())
            _fill(made, details)
            db.session.add(made)
        return made
    except IntegrityError:  # taken twice at once; the other one has just made it
        found = series_pass(program.id, person.id)
        if found is None:
            raise
        return found


def _fill(held: SeriesPass, details: Details) -> None:
    held.name = checked_name(details.name)
    held.organization = clean_line(details.organization, 160, "The organization's name")
    held.job_role_id, held.sector_id = details.job_role_id, details.sector_id
    held.state, held.zip = details.state, details.zip


def _details(held: SeriesPass) -> Details:
    return Details(
        name=held.name,
        organization=held.organization,
        job_role_id=held.job_role_id,
        sector_id=held.sector_id,
        state=held.state,
        zip=held.zip,
    )
