"""Lines of one name under one address that are somebody else's than whose the address is: two people share a mailbox, or
somebody joined by a colleague's link. The caller commits."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select, update

from jam.attendance.deciding import hold_person
from jam.attendance.hand import reason_of
from jam.attendance.models import AttendanceMove, AttendanceRow
from jam.attendance.presence import derive
from jam.audit.actions import record
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.people.models import Person
from jam.registration.actions import lock
from jam.schedule.models import Event


def move_key(row: AttendanceRow) -> tuple[str, str]:
    """What lines have in common that are moved together: the address, or the registrant's number, and the name."""
    return key_of(row.email, row.registrant, row.name)


def key_of(email: str | None, registrant: str | None, name: str) -> tuple[str, str]:
    """The same of a line's parts."""
    whose = email or (f"registrant {registrant}" if registrant else "")
    return whose.casefold(), name.casefold()


def lines_of_move(event_id: int, key: tuple[str, str], person_id: int) -> list[int]:
    """The lines of a person at an event with this address and name."""
    rows = db.session.scalars(
        select(AttendanceRow).where(
            AttendanceRow.event_id == event_id, AttendanceRow.person_id == person_id, AttendanceRow.decided.is_(None)
        )
    )  # fmt: skip
    return [row.id for row in rows if move_key(row) == key]


def moves_at(event_id: int) -> list[AttendanceMove]:
    """What staff moved at an event and did not take back."""
    query = select(AttendanceMove).where(
        AttendanceMove.event_id == event_id, AttendanceMove.taken_back_at.is_(None)
    )
    return list(db.session.scalars(query.order_by(AttendanceMove.id)))


def apply_moves(event: Event) -> None:
    """Give lines that came in since to whom staff moved their like."""
    for move in moves_at(event.id):
        _give(lines_of_move(event.id, (move.email, move.name), move.from_person_id), move.person_id)


def move_lines(event: Event, row: AttendanceRow, person: Person, reason: str, *, by: str) -> int:
    """Say that the lines with this name and address are another person's at this session; returns how many there are.

    It holds for the same name and address in later reports of the session. Refused without a reason, for a line that
    says nobody's address, and for one that is theirs already.
    """
    why = reason_of(reason)
    hold_person(person)
    lock(event)
    db.session.refresh(row)
    if row.event_id != event.id or row.person_id is None or row.decided is not None or not move_key(row)[0]:
        raise Refused("This line has no address that says whose it is. Decide whose it is instead.")
    if row.person_id == person.id:
        raise Refused(f"These lines are {person.name}’s already. Choose somebody else.")
    email, name = move_key(row)
    before = db.session.scalar(
        select(AttendanceMove).where(
            AttendanceMove.event_id == event.id, AttendanceMove.email == email, AttendanceMove.name == name,
            AttendanceMove.taken_back_at.is_(None),
        )
    )  # fmt: skip
    owner = before.from_person_id if before else row.person_id
    ids = lines_of_move(event.id, (email, name), row.person_id)
    if before is not None:
        before.taken_back_at, before.taken_back_by = now(), by
        db.session.flush()
    if owner != person.id:
        made = AttendanceMove(
            event_id=event.id, email=email, name=name, from_person_id=owner, person_id=person.id, reason=why,
            made_at=now(), made_by=by,
        )  # fmt: skip
        db.session.add(made)
        db.session.flush()
        record("attendance.move_lines", "attendance_move", made.id, by=by,
               changes={"person_id": (row.person_id, person.id)})  # fmt: skip
    _give(ids, person.id)
    derive(event)
    return len(ids)


def move_back(event: Event, move: AttendanceMove, *, by: str) -> int:
    """Give lines back to whose their address is; returns how many."""
    lock(event)
    db.session.refresh(move)
    if move.taken_back_at is not None:
        return 0
    ids = lines_of_move(event.id, (move.email, move.name), move.person_id)
    move.taken_back_at, move.taken_back_by = now(), by
    _give(ids, move.from_person_id)
    record("attendance.move_lines_back", "attendance_move", move.id, by=by,
           changes={"person_id": (move.person_id, move.from_person_id)})  # fmt: skip
    derive(event)
    return len(ids)


def _give(ids: Iterable[int], person_id: int) -> None:
    db.session.execute(
        update(AttendanceRow).where(AttendanceRow.id.in_(list(ids))).values(person_id=person_id)
    )
