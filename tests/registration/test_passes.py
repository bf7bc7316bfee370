"""The series pass: one wish, ordinary registrations, one letter."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.base.now import frozen, now
from jam.mail.models import Letter
from jam.mail.rules import State as LetterState
from jam.people import actions as people
from jam.people.actions import Details
from jam.registration import actions, passes
from jam.registration.jobs import fill_passes
from jam.registration.models import Registration, SeriesPass
from jam.registration.rules import Source, Status
from jam.schedule import actions as schedule
from jam.schedule.models import Event
from jam.schedule.rules import Visibility
from tests import makers
from tests.worlds import made_once

ANA = Details(name="Ana Lee", organization="Riverside Clinic", state="OH")

pytestmark = pytest.mark.usefixtures("db_session")


#: When the sessions were put on; what is done in a test is done later.
START = now()


@made_once
def make_dates() -> list[int]:
    made = [makers.event(title=f"Jam {n}", starts_at=now() + timedelta(days=10 * n)) for n in (1, 2, 3)]
    makers.event(title="Over", starts_at=now() - timedelta(days=30))
    makers.event(title="A draft", published=False)
    makers.event(title="For members", visibility=Visibility.LISTED)
    makers.event(makers.program("echo", name="Workforce ECHO"), title="Of another program")
    db.session.commit()
    return [event.id for event in made]


@pytest.fixture
def dates(db_session: scoped_session[Session]) -> list[Event]:
    """Three Jams to come; beside them what a pass must not touch."""
    with frozen(START):
        return [db_session.get_one(Event, id) for id in make_dates()]


def take(address: str = "ana@clinic.example") -> SeriesPass:
    held = passes.take(makers.program(), address, ANA)
    db.session.commit()
    return held


def seats(address: str = "ana@clinic.example") -> list[tuple[str, str, str]]:
    """Title, status and source of a person's registrations, by date."""
    person = makers.person(address)
    query = (
        select(Registration).join(Event).where(Registration.person_id == person.id).order_by(Event.starts_at)
    )
    return [(seat.event.title, seat.status, seat.source) for seat in db.session.scalars(query)]


def letters() -> list[tuple[str, str]]:
    """Kind and address of the letters that were not withdrawn, oldest first."""
    query = select(Letter).where(Letter.state != LetterState.WITHDRAWN).order_by(Letter.id)
    return [(letter.kind, letter.to_address) for letter in db.session.scalars(query)]


def test_a_pass_is_a_seat_at_every_coming_jam_and_one_letter(dates: list[Event]) -> None:
    take()
    assert seats() == [(f"Jam {n}", "confirmed", "pass") for n in (1, 2, 3)]
    assert letters() == [("pass", "ana@clinic.example")]
    letter = db.session.scalars(select(Letter)).one()
    assert [line.rpartition(": ")[2] for line in letter.text.splitlines() if ": Jam" in line] == [
        "Jam 1",
        "Jam 2",
        "Jam 3",
    ]
    take("  ANA@Clinic.example ")
    assert len(seats()) == 3
    assert len(letters()) == 1


def test_single_registrations_stay_what_they_are(dates: list[Event]) -> None:
    actions.register(dates[0], "ana@clinic.example", ANA, source=Source.FORM)
    actions.cancel(actions.register(dates[1], "ana@clinic.example", ANA, source=Source.FORM), by="person:1")
    held = take()
    assert seats() == [
        ("Jam 1", "confirmed", "form"),
        ("Jam 2", "cancelled", "form"),
        ("Jam 3", "confirmed", "pass"),
    ]
    passes.leave(held, by="person:1")
    assert seats() == [
        ("Jam 1", "confirmed", "form"),
        ("Jam 2", "cancelled", "form"),
        ("Jam 3", "cancelled", "pass"),
    ]


def test_dates_added_later_come_by_themselves_with_one_letter_for_all(dates: list[Event]) -> None:
    take()
    take("ben@clinic.example")
    for n in (4, 5):
        makers.event(title=f"Jam {n}", starts_at=now() + timedelta(days=10 * n))
        db.session.commit()
        assert fill_passes() == 2
        assert fill_passes() == 0
    assert [title for title, _, _ in seats()] == [f"Jam {n}" for n in (1, 2, 3, 4, 5)]
    new = [letter for letter in db.session.scalars(select(Letter)) if letter.kind == "pass-dates"]
    left = [letter for letter in new if letter.state == LetterState.DUE]
    assert sorted(letter.to_address for letter in left) == ["ana@clinic.example", "ben@clinic.example"]
    for letter in left:
        assert [line.rpartition(": ")[2] for line in letter.text.splitlines() if ": Jam" in line] == [
            "Jam 4",
            "Jam 5",
        ]


def test_a_date_that_was_dropped_stays_dropped(dates: list[Event]) -> None:
    take()
    person = makers.person("ana@clinic.example")
    dropped = db.session.scalars(
        select(Registration).where(Registration.event_id == dates[1].id, Registration.person_id == person.id)
    ).one()
    actions.cancel(dropped, by="person:1")
    db.session.commit()
    assert fill_passes() == 0
    assert [status for _, status, _ in seats()] == ["confirmed", "cancelled", "confirmed"]


def test_leaving_drops_coming_dates_only_and_taking_it_again_brings_them_back(dates: list[Event]) -> None:
    held = take()
    past = makers.event(title="Past Jam", starts_at=now() - timedelta(days=5))
    db.session.add(actions.new(past, held.person, Source.PASS))
    db.session.flush()
    been = db.session.scalars(select(Registration).where(Registration.event_id == past.id)).one()
    been.status = Status.CONFIRMED
    for letter in db.session.scalars(select(Letter)):
        letter.state = LetterState.SENT
    passes.leave(held, by="person:1")
    passes.leave(held, by="person:1")
    db.session.commit()
    assert [status for _, status, _ in seats()] == ["confirmed", "cancelled", "cancelled", "cancelled"]
    assert letters() == [("pass", "ana@clinic.example"), ("pass-left", "ana@clinic.example")]
    take()
    assert [status for _, status, _ in seats()] == ["confirmed"] * 4


def test_a_full_date_means_waiting_where_there_is_a_list_and_nothing_where_there_is_none(
    dates: list[Event],
) -> None:
    dates[0].capacity, dates[0].waiting_list = 1, True
    dates[1].capacity, dates[1].waiting_list = 1, False
    for date in dates[:2]:
        makers.registration(date)
    db.session.commit()
    take()
    assert seats() == [("Jam 1", "waiting", "pass"), ("Jam 3", "confirmed", "pass")]
    letter = db.session.scalars(select(Letter).where(Letter.kind == "pass")).one()
    assert "Jam 1 (you are on the waiting list)" in letter.text
    assert fill_passes() == 0
    dates[1].capacity = 2
    db.session.commit()
    assert fill_passes() == 1
    assert seats()[1] == ("Jam 2", "confirmed", "pass")


def test_who_was_invited_by_a_move_is_told_to_take_it_out_of_the_calendar(dates: list[Event]) -> None:
    held = take()
    schedule.move(
        dates[0], dates[0].starts_at + timedelta(days=1), dates[0].ends_at + timedelta(days=1), by="command"
    )
    for letter in db.session.scalars(select(Letter)):
        letter.state = LetterState.SENT
    passes.leave(held, by="person:1")
    db.session.commit()
    parts = [
        (letter.kind, [part.method for part in letter.parts])
        for letter in db.session.scalars(select(Letter).order_by(Letter.id))
    ]
    assert parts == [("pass", []), ("moved", ["REQUEST"]), ("seat-cancelled", ["CANCEL"]), ("pass-left", [])]


def test_a_merge_leaves_one_pass(dates: list[Event]) -> None:
    take()
    take("ana@home.example")
    people.merge(makers.person("ana@clinic.example"), makers.person("ana@home.example"), by="account:1")
    db.session.commit()
    assert seats() == [(f"Jam {n}", "confirmed", "pass") for n in (1, 2, 3)]
    active = [held.person_id for held in db.session.scalars(select(SeriesPass).where(SeriesPass.active))]
    assert active == [makers.person("ana@clinic.example").id]
