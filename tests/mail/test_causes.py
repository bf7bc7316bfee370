"""A letter whose cause has gone before it leaves does not leave, however the cause went."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.base.now import frozen, now
from jam.interest import actions as interest
from jam.mail.actions import hold, release
from jam.mail.editing import why_not_again
from jam.mail.jobs import deliver
from jam.mail.models import Letter
from jam.mail.rules import State
from jam.people import actions as people
from jam.people.choices import choose
from jam.people.models import SignInLink
from jam.people.rules import Stop
from jam.privacy.actions import erase
from jam.registration import actions as registrations
from jam.registration import group, passes
from jam.registration.models import Registration
from jam.registration.roster import Asked
from jam.reminders.jobs import mend, write_due
from jam.reminders.models import ReminderRule
from jam.schedule import actions as schedule
from tests import makers

Db = scoped_session[Session]
BY = makers.BY
pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def only(kind: str) -> Letter:
    db.session.rollback()
    return db.session.scalars(select(Letter).where(Letter.kind == kind)).one()


def stands(kind: str) -> tuple[str, str | None]:
    one = only(kind)
    return one.state, one.reason


def held(kind: str) -> Letter:
    """The letter, kept back by staff, so that it is still here when its cause goes."""
    one = only(kind)
    hold([one], "A look first.", by=BY)
    db.session.commit()
    return one


@pytest.fixture
def seat(app: Flask, db_session: Db) -> Registration:
    made = makers.registration(makers.event(title="Peers"), "ana@clinic.example", "Ana Lee")
    db_session.commit()
    return made


def write_to_group(seat: Registration) -> None:
    words = group.wording("Bring a case", "Hello {name}")
    group.send(seat.event, group.recipients(seat.event, Asked()), words, mark="one", by=BY)
    db.session.commit()


def test_a_seat_given_back_at_once_is_never_confirmed(seat: Registration, db_session: Db) -> None:
    registrations.cancel(seat, by=BY)
    db_session.commit()
    assert stands("registered") == (State.WITHDRAWN, "The registration changed before this letter left.")
    assert deliver() == 1
    assert stands("seat-cancelled")[0] == State.SENT


def test_a_letter_that_was_leaving_when_the_seat_went_does_not_come_after_the_cancellation(
    seat: Registration, db_session: Db
) -> None:
    leaving = only("registered")
    leaving.state, leaving.lease_until = State.SENDING, now() + timedelta(minutes=5)
    db_session.commit()
    registrations.cancel(seat, by=BY)
    db_session.commit()
    deliver()
    with frozen(now() + timedelta(minutes=6)):  # the worker that had it died
        assert deliver() == 0
    assert stands("registered") == (State.WITHDRAWN, "The registration changed before this letter left.")


@pytest.mark.parametrize("keep", [False, True])
def test_a_letter_to_a_group_is_not_sent_for_a_session_that_was_called_off(
    seat: Registration, db_session: Db, keep: bool
) -> None:
    deliver()
    write_to_group(seat)
    one = held("group") if keep else None
    schedule.cancel(seat.event, by=BY)
    db_session.commit()
    if one is not None:
        release([db_session.get_one(Letter, one.id)], by=BY)
        db_session.commit()
    with frozen(now() + timedelta(minutes=11)):
        assert deliver() == 1, "only the one that says so"
    assert stands("group") == (State.WITHDRAWN, "The session was called off before this letter left.")


def test_a_letter_to_a_group_about_a_session_called_off_is_sent(seat: Registration, db_session: Db) -> None:
    deliver()
    schedule.cancel(seat.event, by=BY)
    write_to_group(seat)
    with frozen(now() + timedelta(minutes=11)):
        assert deliver() == 2


def test_what_was_held_until_the_session_was_over_is_not_sent(seat: Registration, db_session: Db) -> None:
    write_to_group(seat)
    both = [held("registered"), held("group")]
    with frozen(seat.event.ends_at + timedelta(minutes=1)):
        release([db_session.get_one(Letter, each.id) for each in both], by=BY)
        db_session.commit()
        assert deliver() == 0
    assert stands("registered") == stands("group") == (State.MISSED, "The session is over.")


def test_a_letter_written_after_the_session_is_sent(seat: Registration, db_session: Db) -> None:
    deliver()
    with frozen(seat.event.ends_at + timedelta(hours=1)):
        write_to_group(seat)
    with frozen(seat.event.ends_at + timedelta(hours=2)):
        assert deliver() == 1


def test_an_offer_that_is_over_is_not_made(db_session: Db) -> None:
    event = makers.event(capacity=1, waiting_list=True, offer_hours=2)
    first, _second = makers.registration(event), makers.registration(event)
    registrations.cancel(first, by=BY)
    db_session.commit()
    one = held("offered")
    with frozen(now() + timedelta(hours=3)):
        release([db_session.get_one(Letter, one.id)], by=BY)
        db_session.commit()
        deliver()
    assert stands("offered") == (State.MISSED, "The offer is over.")


@pytest.mark.parametrize("used", [False, True])
def test_a_sign_in_link_that_is_of_no_use_is_not_sent(db_session: Db, used: bool) -> None:
    account = makers.account()
    assert account.person.address is not None
    people.mail_sign_in_link(account.person.address)
    db_session.commit()
    if used:
        people.use_sign_in_link(db_session.scalars(select(SignInLink.id)).one())
        db_session.commit()
    with frozen(now() + timedelta(minutes=0 if used else 31)):
        assert deliver() == 0
    assert stands("sign-in") == (
        (State.WITHDRAWN, "The link in it was used.")
        if used
        else (State.MISSED, "The link in it is too old.")
    )


def test_who_has_answered_is_not_asked_about_the_news(db_session: Db) -> None:
    person = makers.person()
    interest.ask_for_news(person, by=BY)
    interest.end_news(person, by=BY)
    db_session.commit()
    assert deliver() == 0
    assert stands("news-confirm") == (State.WITHDRAWN, "The recipient has answered already.")


def test_a_pass_left_at_once_is_only_ended(db_session: Db) -> None:
    held_pass = passes.take(makers.program(), "ana@clinic.example", people.Details(name="Ana Lee"), by=BY)
    passes.leave(held_pass, by=BY)
    db_session.commit()
    assert deliver() == 1
    assert stands("pass")[0] == State.WITHDRAWN
    assert stands("pass-left")[0] == State.SENT


def test_nothing_goes_to_somebody_who_was_erased(seat: Registration, db_session: Db) -> None:
    held("registered")
    erase(seat.person, by=BY)
    db_session.commit()
    assert deliver() == 0
    assert stands("registered") == (State.WITHDRAWN, "Its recipient was erased.")


def test_letters_to_a_person_follow_to_whoever_they_were_found_to_be(
    seat: Registration, db_session: Db
) -> None:
    keep = makers.person("ana@home.example", "Ana Lee")
    write_to_group(seat)
    people.merge(keep, seat.person, by=BY)
    db_session.commit()
    with frozen(now() + timedelta(minutes=11)):
        assert deliver() == 2
    assert {each.to_address for each in db_session.scalars(select(Letter))} == {"ana@home.example"}


def test_a_letter_that_a_later_one_has_overtaken_stays_behind(seat: Registration, db_session: Db) -> None:
    first = only("registered")
    first.state, first.lease_until = State.SENDING, now() + timedelta(minutes=1)
    db_session.commit()
    schedule.move(
        seat.event, seat.event.starts_at + timedelta(hours=1), seat.event.ends_at + timedelta(hours=1), by=BY
    )  # fmt: skip
    db_session.commit()
    with frozen(now() + timedelta(minutes=11)):
        assert deliver() == 1
    assert stands("registered") == (State.WITHDRAWN, "A later letter says how it stands now.")
    assert stands("moved")[0] == State.SENT


def plan_and_write() -> None:
    """What the clock does about reminders."""
    mend()
    write_due()


def test_a_reminder_held_until_the_session_is_over_is_missed(seat: Registration, db_session: Db) -> None:
    deliver()
    with frozen(seat.event.starts_at - timedelta(minutes=50)):
        plan_and_write()
        one = held("reminder-soon")
    with frozen(seat.event.ends_at + timedelta(minutes=5)):
        release([db_session.get_one(Letter, one.id)], by=BY)
        db_session.commit()
        deliver()
    assert stands("reminder-soon") == (
        State.MISSED,
        "The session had begun before this letter could leave.",
    )


def test_a_reminder_of_a_session_called_off_is_not_sent(seat: Registration, db_session: Db) -> None:
    deliver()
    with frozen(seat.event.starts_at - timedelta(minutes=50)):
        plan_and_write()
        leaving = only("reminder-soon")
        leaving.state, leaving.lease_until = State.SENDING, now() + timedelta(minutes=1)
        db_session.commit()
        schedule.cancel(seat.event, by=BY)
        db_session.commit()
    with frozen(seat.event.starts_at - timedelta(minutes=35)):
        deliver()
    assert stands("reminder-soon") == (State.WITHDRAWN, "The session was cancelled before this letter left.")


def reminded(seat: Registration, kind: str = "reminder") -> Letter:
    """The reminder of the day before, written and about to leave."""
    with frozen(seat.event.starts_at - timedelta(days=1)):
        deliver()
        write_due()
    return only(kind)


STOPPED = "The recipient wants no letters like this one any more."


def test_a_reminder_that_was_leaving_when_its_reader_stopped_reminders_is_not_tried_again(
    seat: Registration, db_session: Db
) -> None:
    letter = reminded(seat)
    with frozen(letter.due_at):
        letter.state, letter.lease_until = State.SENDING, now() + timedelta(minutes=5)
        db_session.commit()
        choose(seat.person, Stop.REMINDERS, False, by=BY)
        db_session.commit()
    with frozen(letter.due_at + timedelta(minutes=6)):  # the worker that had it died
        assert deliver() == 0
    assert stands("reminder") == (State.WITHDRAWN, STOPPED)


def test_nobody_sends_a_reminder_again_to_whoever_stopped_reminders_since(
    seat: Registration, db_session: Db
) -> None:
    letter = reminded(seat)
    with frozen(letter.due_at):
        deliver()
        choose(seat.person, Stop.REMINDERS, False, by=BY)
        db_session.commit()
        assert STOPPED in (why_not_again(only("reminder")) or "")


def test_who_stopped_reminders_under_one_address_gets_no_waiting_one_after_a_merge(
    seat: Registration, db_session: Db
) -> None:
    other = makers.person("twin@clinic.example", "Ana Lee")
    choose(other, Stop.REMINDERS, False, by=BY)
    letter = reminded(seat)
    people.merge(seat.person, other, by=BY)
    db_session.commit()
    with frozen(letter.due_at):
        assert deliver() == 0
    assert stands("reminder") == (State.WITHDRAWN, STOPPED)


def test_who_waited_and_got_a_seat_is_not_told_that_they_wait(seat: Registration, db_session: Db) -> None:
    seat.event.capacity, seat.event.waiting_list = 1, True
    makers.registration(seat.event, "ben@clinic.example", "Ben")
    rule = db_session.query(ReminderRule).filter_by(name="One day before").one()
    rule.kind, rule.audience = "reminder-waiting", "waiting"
    db_session.commit()
    letter = reminded(seat, "reminder-waiting")
    with frozen(letter.due_at):
        letter.state, letter.lease_until = State.SENDING, now() + timedelta(minutes=5)
        registrations.cancel(seat, by=BY)
        db_session.commit()
    with frozen(letter.due_at + timedelta(minutes=6)):  # the worker that had it died
        deliver()
    assert stands("promoted")[0] == State.SENT
    changed = "The registration changed before this letter left."
    assert stands("reminder-waiting") == (State.WITHDRAWN, changed)
