"""Requests for a correction: a person says what is not so, staff answer. The caller commits."""

from __future__ import annotations

from sqlalchemy import exists, or_, select

from jam.attendance.deciding import hold_person
from jam.attendance.letters import tell
from jam.attendance.models import AttendanceCorrection, AttendanceRequest, AttendanceRow
from jam.attendance.rules import Asked
from jam.audit.actions import record
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.text import clean_text
from jam.people.models import Person
from jam.registration.actions import lock
from jam.registration.models import Registration
from jam.registration.rules import Status
from jam.schedule.models import Event
from jam.schedule.rules import State

#: Characters of a request, and of an answer.
LONGEST = 2000


def concerns(event: Event, person: Person) -> bool:
    """Whether a session is one of a person's: over, and they had a seat, stand in a report, or were spoken of by hand."""
    if event.state != State.PUBLISHED or event.ends_at > now():
        return False
    seat = exists().where(
        Registration.event_id == event.id, Registration.person_id == person.id,
        Registration.status.in_([Status.CONFIRMED]),
    )  # fmt: skip
    line = exists().where(AttendanceRow.event_id == event.id, AttendanceRow.person_id == person.id)
    hand = exists().where(
        AttendanceCorrection.event_id == event.id, AttendanceCorrection.person_id == person.id
    )
    asked = exists().where(AttendanceRequest.event_id == event.id, AttendanceRequest.person_id == person.id)
    return bool(db.session.scalar(select(or_(seat, line, hand, asked))))


def open_request(event_id: int, person_id: int) -> AttendanceRequest | None:
    """What a person asks and nobody has answered yet."""
    return db.session.scalar(
        select(AttendanceRequest).where(
            AttendanceRequest.event_id == event_id, AttendanceRequest.person_id == person_id,
            AttendanceRequest.state == Asked.OPEN,
        )
    )  # fmt: skip


def ask(event: Event, person: Person, words: str, *, by: str) -> AttendanceRequest:
    """Ask for a correction in words of one's own; asking again while nobody has answered changes the words of the first.

    Refused without words, and for a session that is not theirs.
    """
    said = clean_text(words, LONGEST, "What you write")
    if not said:
        raise Refused("Write what is not so, in a sentence or two.")
    hold_person(person)
    lock(event)
    if not concerns(event, person):
        raise Refused("You had no seat at this session, and no report names you there.")
    found = open_request(event.id, person.id)
    if found is None:
        found = AttendanceRequest(
            event_id=event.id, person_id=person.id, words=said, asked_at=now(), state=Asked.OPEN
        )
        db.session.add(found)
        db.session.flush()
        record("attendance.ask", "attendance_request", found.id, by=by)
    elif found.words != said:
        found.words, found.asked_at = said, now()
        db.session.flush()
        record("attendance.ask_again", "attendance_request", found.id, by=by)
    return found


def withdraw(request: AttendanceRequest, *, by: str) -> None:
    """Take a request back; one that was answered stays as it is."""
    lock(request.event)
    db.session.refresh(request)
    if request.state == Asked.OPEN:
        request.state = Asked.WITHDRAWN
        db.session.flush()
        record("attendance.withdraw_request", "attendance_request", request.id, by=by)


def answer(request: AttendanceRequest, state: Asked, words: str, *, by: str) -> bool:
    """Accept or decline a request, and write to the person; whether it was still open. Refused to decline without words."""
    said = clean_text(words, LONGEST, "The answer")
    if state is Asked.DECLINED and not said:
        raise Refused("Say why it stays as it is: the person gets your words in a letter.")
    lock(request.event)
    db.session.refresh(request)
    if request.state != Asked.OPEN:
        return False
    request.state, request.answer = state, said
    request.answered_at, request.answered_by = now(), by
    db.session.flush()
    record("attendance.answer_request", "attendance_request", request.id, by=by,
           changes={"state": (Asked.OPEN.value, state.value)})  # fmt: skip
    tell(request)
    return True
