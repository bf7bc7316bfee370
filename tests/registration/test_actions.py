"""Seats and the letters about them: one letter per change of what a person knows, none for what never was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import frozen, now
from jam.mail.models import Letter
from jam.mail.rules import State as LetterState
from jam.people.actions import Details
from jam.people.models import Address
from jam.registration import actions, telling
from jam.registration.models import Registration
from jam.registration.rules import Source, Status
from jam.schedule import actions as schedule
from jam.schedule.models import Event
from tests import makers

BY = "account:1"
START = makers.utc("2026-11-22 15:00")
DAY = timedelta(days=1)

pytestmark = pytest.mark.usefixtures("db_session")


def letters(state: str = LetterState.DUE) -> list[tuple[str, str]]:
    """Kind and address of the letters in a state, oldest first."""
    query = select(Letter.kind, Letter.to_address).where(Letter.state == state).order_by(Letter.id)
    return [(kind, address) for kind, address in db.session.execute(query)]


def all_leave() -> None:
    """Every letter that waits is sent."""
    for letter in db.session.scalars(select(Letter).where(Letter.state == LetterState.DUE)):
        letter.state = LetterState.SENT
    db.session.flush()


def move(event: Event, by_days: int, **options: str) -> None:
    schedule.move(event, event.starts_at + by_days * DAY, event.ends_at + by_days * DAY, by=BY, **options)


def later(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


@pytest.fixture
def seat(db_session: scoped_session[Session]) -> Iterator[Registration]:
    """Ana's seat, its first letter sent; it stays the day on which she took it."""
    with frozen(START):
        made = makers.registration(makers.event(), "ana@clinic.example")
        all_leave()
        yield made


# --- taking and giving back -------------------------------------------------------------------------------------------


def test_registering_twice_gives_one_seat_and_one_letter() -> None:
    event = makers.event()
    first = makers.registration(event, "Ana@Clinic.example", "Ana Lee", organization="Riverside")
    again = makers.registration(event, "ana@clinic.example ", "Someone Else")
    assert again.id == first.id
    assert (again.name, again.organization) == ("Ana Lee", "Riverside")
    assert letters() == [("registered", "Ana@Clinic.example")]


def test_a_form_never_overwrites_the_person() -> None:
    first = makers.registration(makers.event(), "ana@clinic.example", "Ana Lee")
    second = makers.registration(makers.event(title="Another"), "ana@clinic.example", "A. Lee-Ode")
    assert (second.name, second.person.name, second.person_id) == ("A. Lee-Ode", "Ana Lee", first.person_id)


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"closed": True}, "Registration for this session is closed."),
        ({"visibility": "members"}, "Seats at this session are for members"),
        ({"published": False}, "not open yet"),
    ],
)
def test_the_public_is_kept_out_of_what_is_not_open(columns: dict[str, object], sentence: str) -> None:
    event = makers.event(**columns)  # type: ignore[arg-type]
    with pytest.raises(Refused, match=sentence):
        makers.registration(event)
    assert letters() == []


def test_staff_may_add_people_where_registration_is_closed_but_not_where_all_seats_are_taken() -> None:
    event = makers.event(closed=True, capacity=1)
    seat = actions.register(event, "ana@clinic.example", Details(name="Ana Lee"), source=Source.DESK, by=BY)
    assert (seat.status, seat.source) == (Status.CONFIRMED, Source.DESK)
    with pytest.raises(Refused, match="This session is full"):
        actions.register(event, "ben@clinic.example", Details(name="Ben Ode"), source=Source.DESK, by=BY)


def test_nobody_gets_a_seat_once_it_is_over() -> None:
    event = makers.event()
    with frozen(event.ends_at), pytest.raises(Refused, match="This session is over"):
        actions.register(event, "ana@clinic.example", Details(name="Ana Lee"), source=Source.DESK, by=BY)


def test_a_lowered_capacity_takes_nobodys_seat_but_gives_none() -> None:
    event = makers.event(capacity=3)
    seats = [makers.registration(event) for _ in range(3)]
    event.capacity = 1
    with pytest.raises(Refused, match="full"):
        makers.registration(event)
    actions.cancel(seats[0], by=BY)
    with pytest.raises(Refused, match="full"):
        actions.rejoin(seats[0], by=BY)
    assert [each.status for each in seats] == ["cancelled", "confirmed", "confirmed"]


def test_cancelling_and_rejoining_raise_the_number_each_time(seat: Registration) -> None:
    told = [seat.invite_sequence]
    for _ in range(2):
        actions.cancel(seat, by=BY)
        told.append(seat.invite_sequence)
        all_leave()
        actions.rejoin(seat, by=BY)
        told.append(seat.invite_sequence)
        all_leave()
    assert told == [0, 1, 2, 3, 4]
    assert [kind for kind, _ in letters("sent")] == [
        "registered", "seat-cancelled", "registered", "seat-cancelled", "registered",
    ]  # fmt: skip


def test_cancelling_twice_cancels_once(seat: Registration) -> None:
    actions.cancel(seat, by=BY)
    actions.cancel(seat, by=BY)
    assert letters() == [("seat-cancelled", "ana@clinic.example")]
    actions.rejoin(seat, by=BY)
    actions.rejoin(seat, by=BY)
    assert letters() == [("registered", "ana@clinic.example")]


def test_only_staff_give_a_seat_back_once_registration_is_closed(seat: Registration) -> None:
    actions.cancel(seat, by=BY)
    seat.event.closed = True
    with pytest.raises(Refused, match="takes no registrations any more"):
        actions.rejoin(seat, by="person:1")
    actions.rejoin(seat, by=BY, source=Source.DESK)
    assert seat.status == Status.CONFIRMED


def test_a_number_never_stands_below_the_sessions_own(seat: Registration) -> None:
    """Ana gives her seat back, the session moves three times, and she comes back: calendars must take it as newer."""
    actions.cancel(seat, by=BY)
    for _ in range(3):
        move(seat.event, 1)
    assert (seat.event.sequence, seat.invite_sequence) == (3, 1)
    actions.rejoin(seat, by=BY)
    assert seat.invite_sequence == 3
    move(seat.event, 1)
    assert (seat.event.sequence, seat.invite_sequence) == (4, 4)


def test_a_move_after_cancelling_and_rejoining_rises_above_what_was_told(seat: Registration) -> None:
    for _ in range(2):
        actions.cancel(seat, by=BY)
        actions.rejoin(seat, by=BY)
    move(seat.event, 1)
    assert (seat.event.sequence, seat.invite_sequence) == (1, 5)


# --- what people are told of a change ---------------------------------------------------------------------------------


def test_everybody_with_a_seat_and_an_address_is_told_after_ten_minutes(seat: Registration) -> None:
    event = seat.event
    others = [makers.registration(event), makers.registration(event), makers.registration(event)]
    actions.cancel(others[0], by=BY)
    all_leave()
    db.session.execute(delete(Address).where(Address.person_id == others[1].person_id))
    db.session.expire_all()
    assert telling.count_to_tell(event) == 2
    with frozen(START):
        move(event, 1, message="The fire alarm is tested.")
    waiting = db.session.scalars(select(Letter).where(Letter.state == LetterState.DUE)).all()
    assert [letter.kind for letter in waiting] == ["moved", "moved"]
    assert {letter.recipient_id for letter in waiting} == {seat.person_id, others[2].person_id}
    assert {letter.due_at for letter in waiting} == {later(10)}
    assert all("The fire alarm is tested." in letter.text for letter in waiting)


@pytest.mark.parametrize("there", ["move", "cancel"])
def test_a_change_taken_back_within_ten_minutes_is_never_told(seat: Registration, there: str) -> None:
    event = seat.event
    with frozen(later(1)):
        move(event, 1) if there == "move" else schedule.cancel(event, by=BY)
    with frozen(later(9)):
        move(event, -1) if there == "move" else schedule.reinstate(event, by=BY)
    assert letters() == []
    assert [kind for kind, _ in letters("withdrawn")] == ["moved" if there == "move" else "cancelled"]


def test_a_change_taken_back_after_it_was_told_is_told_again(seat: Registration) -> None:
    with frozen(later(1)):
        move(seat.event, 1)
    all_leave()
    with frozen(later(20)):
        move(seat.event, -1)
    assert letters() == [("moved", "ana@clinic.example")]


def test_moved_then_cancelled_within_ten_minutes_is_one_letter_about_the_cancelling(
    seat: Registration,
) -> None:
    with frozen(later(1)):
        move(seat.event, 1)
    with frozen(later(5)):
        schedule.cancel(seat.event, by=BY, message="The speaker is ill.")
    assert letters() == [("cancelled", "ana@clinic.example")]
    letter = db.session.scalars(select(Letter).where(Letter.state == LetterState.DUE)).one()
    assert letter.due_at == later(15)
    assert [part.method for part in letter.parts] == ["CANCEL"]


def test_who_registers_after_a_move_hears_of_nothing_but_their_seat(seat: Registration) -> None:
    with frozen(later(1)):
        move(seat.event, 1)
        makers.registration(seat.event, "ben@clinic.example")
    assert letters() == [("moved", "ana@clinic.example"), ("registered", "ben@clinic.example")]


def test_a_first_letter_that_has_not_left_is_written_anew_with_the_truth() -> None:
    with frozen(START):
        seat = makers.registration(makers.event(), "ana@clinic.example")
        move(seat.event, 1)
    assert letters() == [("registered", "ana@clinic.example")]
    assert letters("withdrawn") == [("registered", "ana@clinic.example")]


def test_called_off_and_back_before_the_first_letter_left_still_sends_that_first_letter() -> None:
    with frozen(START):
        seat = makers.registration(makers.event(), "ana@clinic.example")
        schedule.cancel(seat.event, by=BY)
        assert letters() == [("cancelled", "ana@clinic.example")]
        schedule.reinstate(seat.event, by=BY)
    assert letters() == [("registered", "ana@clinic.example")]


def test_who_gives_the_seat_back_within_ten_minutes_of_a_move_hears_only_of_that(seat: Registration) -> None:
    with frozen(later(1)):
        move(seat.event, 1)
    with frozen(later(5)):
        actions.cancel(seat, by="person:1")
    assert letters() == [("seat-cancelled", "ana@clinic.example")]
    with frozen(later(6)):
        move(seat.event, 1)
    assert letters() == [("seat-cancelled", "ana@clinic.example")]


def test_nobody_is_told_anything_about_a_draft_or_a_session_that_is_over(seat: Registration) -> None:
    draft = makers.event(published=False)
    actions.add_from_report(draft, seat.person, Details(name="Ana Lee"), now(), by=BY)
    db.session.flush()
    assert telling.count_to_tell(draft) == 0
    move(draft, 1)
    with frozen(seat.event.ends_at):
        assert telling.count_to_tell(seat.event) == 0
    assert letters() == []


def test_a_report_brings_people_without_a_letter() -> None:
    event = makers.event()
    seat = actions.add_from_report(
        event, makers.person("ana@clinic.example"), Details(name="Ana Lee"), now(), by=BY
    )
    db.session.flush()
    assert (seat.status, seat.source) == (Status.CONFIRMED, Source.PLATFORM)
    assert letters() == []
