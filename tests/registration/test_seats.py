"""The last seats: however many people come at once, there are never more than there are."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select

from jam.base.database import db
from jam.base.errors import Refused
from jam.mail.models import Letter
from jam.people.actions import Details
from jam.registration import actions
from jam.registration.queries import confirmed_count
from jam.registration.rules import Source
from jam.schedule.models import Event
from tests import makers
from tests.together import together

THREADS, SEATS = 20, 10


def test_twenty_people_at_the_last_ten_seats_are_ten(app: Flask) -> None:
    with app.app_context():
        event = makers.event(capacity=SEATS)
        db.session.commit()
        id = event.id

    def come(number: int, ready: Callable[[], object]) -> str:
        with app.app_context():
            event = db.session.get_one(Event, id)
            db.session.rollback()  # let the engine go before everybody starts
            ready()
            try:
                actions.register(
                    event, f"guest{number}@people.example", Details(name="A Guest"), source=Source.FORM
                )
                db.session.commit()
                return "seat"
            except Refused as error:
                db.session.rollback()
                return error.message

    assert sorted(together(THREADS, come)) == [actions.FULL] * (THREADS - SEATS) + ["seat"] * SEATS
    with app.app_context():
        assert confirmed_count(db.session.get_one(Event, id)) == SEATS
        assert db.session.scalar(select(func.count()).select_from(Letter)) == SEATS


def test_one_person_who_comes_twenty_times_at_once_has_one_seat_and_one_letter(app: Flask) -> None:
    with app.app_context():
        event = makers.event(capacity=SEATS)
        db.session.commit()
        id = event.id

    def come(_: int, ready: Callable[[], object]) -> int:
        with app.app_context():
            event = db.session.get_one(Event, id)
            db.session.rollback()
            ready()
            seat = actions.register(event, "ana@clinic.example", Details(name="Ana Lee"), source=Source.FORM)
            db.session.commit()
            return seat.id

    assert len(set(together(THREADS, come))) == 1
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Letter)) == 1
