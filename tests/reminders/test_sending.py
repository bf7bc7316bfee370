"""Letters before and after a session: each once to each person, however often, at once or late a worker comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.attendance.models import Attendance, AttendanceReport
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import frozen
from jam.cases.rules import State
from jam.cohorts.faculty import drop_faculty
from jam.cohorts.models import CohortFaculty
from jam.cohorts.rules import Role
from jam.mail.actions import retry, withdraw
from jam.mail.jobs import deliver
from jam.mail.models import Letter
from jam.mail.refusing import pause
from jam.mail.rules import GRACE
from jam.people import actions as people
from jam.registration import actions as registrations
from jam.registration.models import Registration
from jam.registration.rules import Source
from jam.reminders import actions, sending
from jam.reminders.jobs import complete, mend, write_due
from jam.reminders.letters import Writer
from jam.reminders.mailplan import mail_plan, outlook
from jam.reminders.models import Reminder, ReminderRule
from jam.reminders.rules import Unit
from jam.schedule import actions as schedule
from jam.schedule.models import Event
from jam.vocabulary.actions import add_first_terms
from tests import makers
from tests.cases import brought
from tests.makers import utc
from tests.together import together

Db = scoped_session[Session]

#: Tuesday, December 15, 2026, 1:00 p.m. Eastern.
START = utc("2026-12-15 18:00")
WEEK, DAY, HOUR, NEXT_DAY = (
    utc("2026-12-08 18:00"),
    utc("2026-12-14 18:00"),
    utc("2026-12-15 17:00"),
    utc("2026-12-16 19:00"),
)
sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def session(*names: str, start: datetime = START) -> Event:
    """A session planned on November 1, with a seat for each of these people since November 2."""
    with frozen(utc("2026-11-01 15:00")):
        event = makers.event(starts_at=start)
    with frozen(utc("2026-11-02 15:00")):
        for name in names:
            makers.registration(event, f"{name}@people.example", name.capitalize())
    db.session.commit()
    return event


def work(at: datetime) -> int:
    with frozen(at):
        return write_due()


def letters(*kinds: str) -> list[tuple[str, str]]:
    """Kind and name of this room's letters, in the order in which they were written."""
    query = select(Letter.kind, Letter.to_name).where(Letter.key.startswith("reminder:")).order_by(Letter.id)
    return [(kind, name) for kind, name in db.session.execute(query) if not kinds or kind in kinds]


def states(event: Event) -> dict[str, str]:
    rows = db.session.scalars(select(Reminder).where(Reminder.event_id == event.id).order_by(Reminder.id))
    return {row.rule.name: row.state for row in rows}


def row(event: Event, name: str) -> Reminder:
    found = db.session.scalars(select(Reminder).where(Reminder.event_id == event.id))
    return next(each for each in found if each.rule.name == name)


def came(event: Event, *seats: Registration) -> None:
    """A report of the session was imported in which these people stand."""
    makers.reported(event, *seats)
    db.session.commit()


# --- from the first letter to the last --------------------------------------------------------------------------------


def test_the_letters_of_one_session_from_first_to_last(db_session: Db) -> None:
    event = session("ana", "ben")
    assert states(event) == {
        "One week before": "scheduled",
        "One day before": "scheduled",
        "One hour before": "scheduled",
        "To those who came": "scheduled",
        "To those who missed it": "scheduled",
    }
    assert work(WEEK - timedelta(seconds=1)) == 0
    with frozen(WEEK):
        assert [line.number for line in mail_plan(event).to_come if line.ruled] == [2, 2, 2, None, None]
        assert outlook(event.program)[1].sentence.endswith("to about 2 people.")
    assert [work(at) for at in (WEEK, WEEK, DAY, HOUR, HOUR + timedelta(minutes=5))] == [2, 0, 2, 2, 0]
    assert letters() == [
        ("reminder", "Ana"),
        ("reminder", "Ben"),
        ("reminder", "Ana"),
        ("reminder", "Ben"),
        ("reminder-soon", "Ana"),
        ("reminder-soon", "Ben"),
    ]
    event.recording_url = "https://video.example/1"
    came(event, db.session.query(Registration).filter_by(name="Ana").one())
    assert work(NEXT_DAY) == 2
    assert letters("follow-up-came", "follow-up-missed") == [
        ("follow-up-came", "Ana"),
        ("follow-up-missed", "Ben"),
    ]
    assert set(states(event).values()) == {"done"}
    written = select(Letter.kind, Letter.due_at).where(Letter.key.startswith("reminder:"))
    leave = {kind: due_at for kind, due_at in db.session.execute(written)}
    assert leave["reminder-soon"] == HOUR
    assert leave["follow-up-came"] == leave["follow-up-missed"] == NEXT_DAY + GRACE, (
        "a wrong report can be called back"
    )


@sqlite
def test_who_turns_out_to_have_been_there_is_not_told_that_they_missed_it(db_session: Db) -> None:
    event = session("ana", "ben")
    event.recording_url = "https://video.example/1"
    seats = {seat.name: seat for seat in db.session.query(Registration)}
    came(event, seats["Ana"])
    work(NEXT_DAY)
    came(event, seats["Ben"])
    with frozen(NEXT_DAY + GRACE):
        deliver()
    found = db.session.execute(
        select(Letter.to_name, Letter.state, Letter.reason).where(Letter.kind.startswith("follow-up"))
    )
    assert [tuple(each) for each in found] == [
        ("Ana", "sent", None),
        ("Ben", "withdrawn", "Who was at the session is known better since this letter was written."),
    ]


@sqlite
def test_who_is_known_to_have_come_later_gets_the_letter_then_and_nobody_twice(db_session: Db) -> None:
    event = session("ana", "ben", "cal")
    event.recording_url = "https://video.example/1"
    seats = {seat.name: seat for seat in db.session.query(Registration)}
    came(event, seats["Ana"])
    work(NEXT_DAY)
    came(event, seats["Ben"])
    with frozen(NEXT_DAY + GRACE):
        deliver()
        assert complete() == 1
        assert write_due() == 1
        assert (complete(), write_due()) == (0, 0)
    with frozen(NEXT_DAY + 2 * GRACE):
        deliver()
    query = select(Letter.kind, Letter.to_name, Letter.state).where(Letter.kind.startswith("follow-up"))
    assert [tuple(each) for each in db.session.execute(query.order_by(Letter.id))] == [
        ("follow-up-came", "Ana", "sent"),
        ("follow-up-missed", "Ben", "withdrawn"),
        ("follow-up-missed", "Cal", "sent"),
        ("follow-up-came", "Ben", "sent"),
    ]
    with frozen(NEXT_DAY + timedelta(days=7)):
        came(event, seats["Cal"])
        assert complete() == 0, "a week later it is of no use"


@sqlite
def test_after_another_report_everybody_gets_what_is_right_once_and_what_staff_withdrew_stays_so(
    db_session: Db,
) -> None:
    event = session("ana", "ben", "cal")
    event.recording_url = "https://video.example/1"
    seats = {seat.name: seat for seat in db.session.query(Registration)}
    came(event, seats["Ana"])
    work(NEXT_DAY)
    withdraw(db.session.scalars(select(Letter).where(Letter.kind == "follow-up-missed", Letter.to_name == "Cal")),
             "Withdrawn by staff.", by=makers.BY)  # fmt: skip
    for model in (AttendanceReport, Attendance):
        db.session.query(model).delete()
    db.session.commit()
    with frozen(NEXT_DAY + GRACE):
        assert deliver() == 0
        assert complete() == 0, "nobody knows who was there"
        came(event, seats["Ben"])
        complete()
        write_due()
    with frozen(NEXT_DAY + 2 * GRACE):
        deliver()
    query = select(Letter.kind, Letter.to_name).where(
        Letter.kind.startswith("follow-up"), Letter.state == "sent"
    )
    assert [tuple(each) for each in db.session.execute(query.order_by(Letter.id))] == [
        ("follow-up-came", "Ben"),
        ("follow-up-missed", "Ana"),
    ]


@sqlite
def test_a_reminder_that_leaves_late_says_how_far_off_the_session_is_by_then(db_session: Db) -> None:
    session("ana")
    ana = db.session.query(Registration).one().person
    ana.time_zone = "Pacific/Guam"
    db.session.commit()
    work(HOUR)
    letter = db.session.query(Letter).filter_by(kind="reminder-soon").one()
    assert letter.subject == "Peers in the crisis line begins in one hour"
    with frozen(HOUR + timedelta(minutes=35)):
        deliver()
    db.session.refresh(letter)
    assert (letter.state, letter.subject) == ("sent", "Peers in the crisis line begins in 25 minutes")
    assert "(Workforce Solutions Jam) begins in 25 minutes" in letter.text
    assert "one hour" not in letter.html


@sqlite
def test_one_person_of_two_gets_one_reminder_and_undoing_gives_the_other_back(db_session: Db) -> None:
    session("ana", "twin")
    seats = {seat.name: seat for seat in db.session.query(Registration)}
    work(WEEK)
    with frozen(WEEK):
        people.merge(seats["Ana"].person, seats["Twin"].person, by=makers.BY)
        db.session.commit()
    query = select(Letter.to_name, Letter.state).where(Letter.kind == "reminder").order_by(Letter.id)
    assert db.session.execute(query).all() == [("Ana", "due"), ("Twin", "withdrawn")]
    with frozen(WEEK):
        people.unmerge(seats["Twin"].person, by=makers.BY)
        db.session.commit()
    assert db.session.execute(query).all() == [("Ana", "due"), ("Twin", "due")]


@sqlite
def test_who_had_the_reminder_under_one_entry_does_not_get_it_under_the_other(db_session: Db) -> None:
    event = session("ana", "twin")
    seats = {seat.name: seat for seat in db.session.query(Registration)}
    work(WEEK)
    [first, second] = db.session.query(Letter).filter_by(kind="reminder").order_by(Letter.id)
    second.state = "sent"
    db.session.commit()
    with frozen(WEEK):
        people.merge(seats["Ana"].person, seats["Twin"].person, by=makers.BY)
        db.session.commit()
    assert (first.state, second.state) == ("withdrawn", "sent")
    assert states(event)["One week before"] == "done"


@sqlite
def test_two_rules_of_one_minute_send_one_letter_and_the_plan_says_which(db_session: Db) -> None:
    event = session("ana")
    given = replace(actions.DEFAULTS[0], name="Seven days before", amount=7, unit=Unit.DAYS)
    words = "“Seven days before” is due to the same people at the same time, so only that one goes out."
    with frozen(utc("2026-11-03 15:00")):
        actions.add(event.program, given, by=makers.BY)
        db.session.commit()
        plan = {line.name: (line.number, line.reason) for line in mail_plan(event).to_come if line.ruled}
        assert plan["One week before"] == (0, words)
        assert plan["Seven days before"] == (1, None)
        assert [each.sentence for each in outlook(event.program) if each.rule.name == "One week before"] == [
            words
        ]
    assert work(WEEK) == 1
    assert states(event)["Seven days before"] == "done"
    assert row(event, "One week before").reason == words


def test_the_hour_letter_has_the_button_first_and_the_recipients_own_time(db_session: Db) -> None:
    event = session("ana")
    seat = db.session.query(Registration).one()
    seat.person.time_zone = "America/Los_Angeles"
    db.session.commit()
    work(HOUR)
    letter = db.session.query(Letter).filter_by(kind="reminder-soon").one()
    assert letter.subject == "Peers in the crisis line begins in one hour"
    assert letter.text.startswith("Join the session: ")
    assert "Tuesday, December 15, 2026, 10:00 to 11:00 a.m. Pacific" in letter.text
    assert "The link is yours alone, and it opens 20 minutes before the start." in letter.text
    assert letter.links["join_page"] == ["join", seat.id]
    assert (letter.scope_kind, letter.scope_id, letter.batch) == (
        "event", event.id, f"reminder{row(event, 'One hour before').id}x1",
    )  # fmt: skip


@sqlite
def test_who_registers_an_hour_before_gets_the_last_letter_only(db_session: Db) -> None:
    event = session("ana")
    work(WEEK)
    work(DAY)
    with frozen(HOUR - timedelta(minutes=1)):
        registrations.register(
            event, "late@people.example", people.Details(name="Late"), source=registrations.Source.FORM
        )
        db.session.commit()
    work(HOUR)
    with frozen(HOUR + timedelta(minutes=1)):
        registrations.register(
            event, "last@people.example", people.Details(name="Last"), source=registrations.Source.FORM
        )
        db.session.commit()
    work(HOUR + timedelta(minutes=2))
    assert [pair for pair in letters() if pair[1] != "Ana"] == [("reminder-soon", "Late")]


@sqlite
def test_who_came_after_a_late_reminders_time_is_not_reminded_of_what_they_just_did(db_session: Db) -> None:
    event = session("ana")
    with frozen(DAY + timedelta(hours=2)):
        registrations.register(
            event, "late@people.example", people.Details(name="Late"), source=registrations.Source.FORM
        )
        db.session.commit()
    work(DAY + timedelta(hours=3))
    assert letters() == [("reminder", "Ana")]


@sqlite
def test_nobody_is_reminded_who_does_not_want_it_or_has_gone(db_session: Db) -> None:
    event = session("ana", "ben", "cal", "dan", "eve")
    seats = {seat.name: seat for seat in db.session.query(Registration)}
    with frozen(utc("2026-11-03 15:00")):
        seats["Ben"].person.reminders = False
        registrations.cancel(seats["Cal"], by=makers.BY)
        seats["Dan"].person.erased_at = utc("2026-11-03 15:00")
        for address in list(seats["Eve"].person.addresses):
            db.session.delete(address)
        db.session.commit()
    work(WEEK)
    assert letters() == [("reminder", "Ana")]
    assert states(event)["One week before"] == "done"


@sqlite
def test_who_stopped_follow_ups_still_gets_reminders_and_each_letter_says_how_to_stop(db_session: Db) -> None:
    event = session("ana", "ben")
    event.recording_url = "https://video.example/1"
    ana = db.session.query(Registration).filter_by(name="Ana").one().person
    ana.follow_ups = False
    came(event)
    work(HOUR)
    work(NEXT_DAY)
    assert letters("reminder-soon", "follow-up-missed") == [
        ("reminder-soon", "Ana"),
        ("reminder-soon", "Ben"),
        ("follow-up-missed", "Ben"),
    ]
    found = db.session.query(Letter).filter(Letter.key.startswith("reminder:")).order_by(Letter.id)
    assert [letter.links["stop"][0] for letter in found] == [
        "reminders-off",
        "reminders-off",
        "follow-ups-off",
    ]


@sqlite
def test_a_merged_person_gets_one_even_when_it_happens_between_two_steps(
    db_session: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    session("ana", "ben", "twin")
    monkeypatch.setattr(sending, "_AT_ONCE", 1)
    steps: list[int] = []
    step = sending._step

    def merging(*given: object) -> object:
        done = step(*given)  # type: ignore[arg-type]
        steps.append(1)
        if len(steps) == 1:  # Ana has hers; her row turns out to be Twin's
            seats = {seat.name: seat for seat in db.session.query(Registration)}
            people.merge(seats["Twin"].person, seats["Ana"].person, by=makers.BY)
            db.session.commit()
        return done

    monkeypatch.setattr(sending, "_step", merging)
    work(WEEK)
    assert letters() == [("reminder", "Ana"), ("reminder", "Ben")]


@sqlite
def test_what_failed_to_one_row_of_a_merged_person_is_not_tried_again(db_session: Db) -> None:
    session("ana", "twin")
    work(WEEK)
    letter = db.session.query(Letter).filter_by(kind="reminder", to_name="Ana").one()
    letter.state, letter.reason = "failed", "The mail server said 550."
    seats = {seat.name: seat for seat in db.session.query(Registration)}
    people.merge(seats["Twin"].person, seats["Ana"].person, by=makers.BY)
    db.session.commit()
    assert letter.state == "withdrawn"
    assert retry([letter], by=makers.BY) == 0
    people.unmerge(seats["Ana"].person, by=makers.BY)
    db.session.commit()
    assert letter.state == "failed"


@sqlite
def test_the_seat_that_goes_takes_its_waiting_reminder_along(db_session: Db) -> None:
    session("ana", "ben")
    work(WEEK)
    with frozen(WEEK + timedelta(seconds=20)):
        registrations.cancel(db.session.query(Registration).filter_by(name="Ana").one(), by=makers.BY)
        db.session.commit()
    query = select(Letter.to_name, Letter.state).where(Letter.kind == "reminder").order_by(Letter.id)
    assert db.session.execute(query).all() == [("Ana", "withdrawn"), ("Ben", "due")]


# --- twice, at once, late ---------------------------------------------------------------------------------------------


def test_two_workers_at_once_write_each_letter_once(app: Flask) -> None:
    with app.app_context():
        event_id = session(*[f"guest{number}" for number in range(90)]).id

    def worker(_: int, ready: Callable[[], object]) -> int:
        with app.app_context(), frozen(WEEK):
            ready()
            return write_due()

    assert sum(together(4, worker)) == 90
    with app.app_context():
        keys = list(db.session.scalars(select(Letter.key).where(Letter.kind == "reminder")))
        assert len(keys) == len(set(keys)) == 90
        assert states(db.session.get_one(Event, event_id))["One week before"] == "done"


def test_a_worker_that_dies_half_way_is_followed_by_another(
    db_session: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = session("ana", "ben", "cal")
    monkeypatch.setattr(sending, "_AT_ONCE", 1)
    step, steps = sending._step, []

    class Killed(BaseException):
        pass

    def dying(*given: object) -> object:
        if len(steps) == 2:
            raise Killed
        steps.append(1)
        return step(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(sending, "_step", dying)
    with pytest.raises(Killed):
        work(WEEK)
    db.session.rollback()
    monkeypatch.setattr(sending, "_step", step)
    assert states(event)["One week before"] == "running"
    assert work(WEEK + timedelta(minutes=4)) == 0, "it may still be alive"
    assert work(WEEK + timedelta(minutes=6)) == 1
    assert letters() == [("reminder", "Ana"), ("reminder", "Ben"), ("reminder", "Cal")]
    assert states(event)["One week before"] == "done"


@sqlite
def test_a_rule_that_was_switched_off_half_way_cannot_be_taken_away(
    db_session: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite the next rule's row would get its id, and who had this letter would not get that one."""
    session("ana", "ben")
    rule = db_session.query(ReminderRule).filter_by(name="One week before").one()
    monkeypatch.setattr(sending, "_AT_ONCE", 1)
    step = sending._step

    def switching(*given: object) -> object:
        done = step(*given)  # type: ignore[arg-type]
        actions.switch(rule, False, by=makers.BY)
        db.session.commit()
        return done

    monkeypatch.setattr(sending, "_step", switching)
    assert work(WEEK) == 1
    with pytest.raises(Refused, match="Letters went out by this rule already"):
        actions.remove(rule, by=makers.BY)


@sqlite
def test_a_letter_that_cannot_be_written_is_said_and_does_not_stop_the_others(
    db_session: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    event, other = session("ana"), session("ben", start=START + timedelta(hours=2))
    write = Writer.write

    def failing(self: Writer, *given: object) -> object:
        if self.event.id == event.id:
            raise KeyError("nonsense")
        return write(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Writer, "write", failing)
    assert work(WEEK + timedelta(hours=2)) == 1
    assert (
        row(event, "One week before").reason
        == "A letter could not be written; Jam tries again every few minutes."
    )
    assert states(other)["One week before"] == "done"
    monkeypatch.setattr(Writer, "write", write)
    assert work(WEEK + timedelta(hours=3)) == 1
    assert (states(event)["One week before"], row(event, "One week before").reason) == ("done", None)


@sqlite
def test_after_an_outage_over_three_reminders_only_the_useful_one_goes(db_session: Db) -> None:
    event = session("ana")
    work(HOUR + timedelta(minutes=30))
    assert letters() == [("reminder-soon", "Ana")]
    assert {name: state for name, state in states(event).items() if "before" in name} == {
        "One week before": "missed",
        "One day before": "missed",
        "One hour before": "done",
    }
    assert row(event, "One day before").reason == (
        "It was late, and “One hour before” was due as well: only that one went out."
    )


@sqlite
def test_once_it_has_begun_all_are_missed_and_late_follow_ups_too(db_session: Db) -> None:
    event = session("ana")
    came(event)
    work(START)
    assert letters() == []
    assert row(event, "One hour before").reason == "The session had begun before Jam could write it."
    work(NEXT_DAY + timedelta(days=7))
    assert letters() == []
    assert set(states(event).values()) == {"missed"}
    assert (
        row(event, "To those who missed it").reason == "Jam could not write it within a week after its time."
    )


@sqlite
def test_a_reminder_that_waits_in_the_outbox_until_the_session_has_begun_does_not_leave(
    db_session: Db,
) -> None:
    session("ana")
    with frozen(utc("2026-11-03 15:00")):
        deliver()
    work(HOUR)
    with frozen(START):
        assert deliver() == 0
    letter = db.session.query(Letter).filter_by(kind="reminder-soon").one()
    assert (letter.state, letter.reason) == (
        "missed", "The session had begun before this letter could leave.",
    )  # fmt: skip


@sqlite
def test_an_address_that_refuses_mail_gets_none(db_session: Db) -> None:
    session("ana", "ben")
    pause(db.session.query(Letter).filter_by(to_name="Ben").one(), "There is no such mailbox.")
    db.session.commit()
    work(WEEK)
    assert letters() == [("reminder", "Ana")]


@sqlite
def test_who_came_without_a_seat_is_thanked_also_when_staff_write_it_down_days_later(db_session: Db) -> None:
    event = session("ana")
    event.recording_url = "https://video.example/1"
    later = makers.registration(event, "walk-in@people.example", "Walt")
    later.registered_at = NEXT_DAY + timedelta(hours=20)
    came(event, later)
    work(NEXT_DAY + timedelta(days=1))
    assert letters("follow-up-came", "follow-up-missed") == [
        ("follow-up-came", "Walt"),
        ("follow-up-missed", "Ana"),
    ]


@sqlite
def test_follow_ups_wait_for_the_report_and_then_for_the_recording(db_session: Db) -> None:
    event = session("ana", "ben")
    work(HOUR)
    assert work(NEXT_DAY) == 0, "nobody knows yet who was there"
    came(event, db.session.query(Registration).filter_by(name="Ana").one())
    assert work(NEXT_DAY + timedelta(hours=1)) == 0, "the recording is not there yet"
    assert work(NEXT_DAY + timedelta(days=3)) == 2, "three days are enough"
    letter = db.session.query(Letter).filter_by(kind="follow-up-came").one()
    assert "As soon as it is, it stands on the session's page." in letter.text
    assert "materials_page" not in letter.links


@sqlite
def test_without_a_report_for_a_week_follow_ups_are_missed_in_the_open(db_session: Db) -> None:
    event = session("ana")
    work(HOUR)
    work(NEXT_DAY + timedelta(days=7))
    assert row(event, "To those who came").reason == (
        "No attendance report came within a week, so Jam cannot know who was there."
    )


# --- changes of the session -------------------------------------------------------------------------------------------


def move(event: Event, start: datetime) -> None:
    schedule.move(event, start, start + timedelta(hours=1), by=makers.BY)
    db.session.commit()


def test_who_was_reminded_is_reminded_again_of_another_date(db_session: Db) -> None:
    event = session("ana")
    work(WEEK)
    with frozen(WEEK + timedelta(minutes=10)):
        move(event, START + timedelta(days=2))
    assert (row(event, "One week before").occurrence, states(event)["One week before"]) == (2, "scheduled")
    assert work(WEEK + timedelta(days=2)) == 1
    keys = db.session.scalars(select(Letter.key).where(Letter.kind == "reminder").order_by(Letter.id)).all()
    id, person = row(event, "One week before").id, db.session.query(Registration).one().person_id
    assert keys == [f"reminder:{id}:1:{person}", f"reminder:{id}:2:{person}"]


@sqlite
def test_a_move_calls_unsent_reminders_back_and_does_not_make_up_for_those_whose_time_is_over(
    db_session: Db,
) -> None:
    event = session("ana")
    work(WEEK)
    with frozen(WEEK + timedelta(seconds=5)):
        move(event, WEEK + timedelta(days=1, hours=2))
    letter = db.session.query(Letter).filter_by(kind="reminder").one()
    assert (letter.state, letter.reason) == ("withdrawn", "The session was moved before this letter left.")
    assert states(event)["One week before"] == "done"
    assert states(event)["One day before"] == "scheduled"
    with frozen(WEEK + timedelta(seconds=9)):
        move(event, WEEK + timedelta(hours=12))
    assert row(event, "One day before").reason == (
        "Its time had gone by when the session was moved; the letter about the new time says it all."
    )


@sqlite
def test_a_cancelled_session_sends_nothing_and_a_reinstated_one_what_is_still_to_come(db_session: Db) -> None:
    event = session("ana")
    with frozen(utc("2026-12-01 15:00")):
        schedule.cancel(event, by=makers.BY)
        db.session.commit()
    assert set(states(event).values()) == {"off"}
    assert row(event, "One day before").reason == "The session is cancelled."
    assert work(WEEK) == 0
    with frozen(utc("2026-12-10 15:00")):
        schedule.reinstate(event, by=makers.BY)
        db.session.commit()
    assert row(event, "One week before").reason == "Its time went by while the session was cancelled."
    assert work(DAY) == 1


@sqlite
def test_a_draft_has_no_reminders_until_it_is_published_and_can_be_deleted(db_session: Db) -> None:
    with frozen(utc("2026-12-10 15:00")):
        event = makers.event(starts_at=START, published=False)
        assert states(event) == {}
        schedule.publish(event, by=makers.BY)
        assert states(event)["One week before"] == "missed"
        assert row(event, "One week before").reason == "Its time had gone by when the session was published."
        assert states(event)["One day before"] == "scheduled"
        draft = makers.event(starts_at=START + timedelta(days=28), published=False)
        actions.add(draft, actions.DEFAULTS[0], by=makers.BY)
        db.session.commit()
        id = draft.id
        schedule.delete_draft(draft, by=makers.BY)
        db.session.commit()
    assert db.session.query(ReminderRule).filter_by(event_id=id).count() == 0


@sqlite
def test_a_session_of_the_past_that_is_brought_along_never_sends_anything(db_session: Db) -> None:
    with frozen(utc("2026-12-15 19:30")):
        schedule.add_past(
            makers.program(), schedule.EventFields(title="Long ago"), [], START, START + timedelta(hours=1),
            by=makers.BY, batch="past",
        )  # fmt: skip
        db.session.commit()
        assert mend() == 0
    assert work(NEXT_DAY) == 0
    assert db.session.query(Reminder).count() == 0


@sqlite
def test_rows_that_a_change_passed_by_are_mended(db_session: Db) -> None:
    event = session("ana")
    event.starts_at, event.ends_at = START + timedelta(days=1), START + timedelta(days=1, hours=1)
    db.session.delete(row(event, "One hour before"))
    db.session.commit()
    with frozen(utc("2026-11-05 15:00")):
        assert mend() == 5
        assert mend() == 0
    assert row(event, "One week before").due_at == WEEK + timedelta(days=1)
    assert row(event, "One hour before").due_at == HOUR + timedelta(days=1)


@sqlite
def test_the_faculty_of_a_cohort_is_reminded_of_its_session_with_the_cases(db_session: Db) -> None:
    add_first_terms(by="command")
    with frozen(utc("2026-11-01 15:00")):
        cohort = makers.cohort()
        event = makers.cohort_event(cohort, starts_at=START)
        lead, gone = brought.faculty(cohort, Role.FACILITATOR), brought.faculty(cohort, Role.EXPERT)
        seated = brought.faculty(cohort, Role.RECORDER)
        registrations.register(
            event, seated.person.address or "", people.Details(name="Rec Order"), source=Source.DESK
        )
        brought.case(brought.member(cohort), State.SCHEDULED, event)
        db_session.commit()
    work(DAY)
    told = db_session.scalars(
        select(Letter).where(Letter.kind == "reminder-faculty").order_by(Letter.id)
    ).all()
    assert [each.recipient_id for each in told] == [lead.person_id, gone.person_id]
    assert "The cases: ECHO-" in told[0].text
    assert "Open the cohort on the desk" in told[0].text
    # Who does not belong to the faculty any more when it leaves gets none.
    [row] = db_session.scalars(select(CohortFaculty).where(CohortFaculty.person_id == gone.person_id))
    drop_faculty(row, by="command")
    db_session.commit()
    with frozen(DAY):
        deliver()
    assert [each.state for each in told] == ["sent", "withdrawn"]
    # One rule for the program, however many are added; one that is off stays off.
    rules = db_session.scalars(select(ReminderRule).where(ReminderRule.audience == "faculty")).all()
    assert [each.name for each in rules] == ["One day before, to the faculty"]
    actions.switch(rules[0], False, by="command")
    brought.faculty(cohort, Role.COORDINATOR)
    assert [each.active for each in rules] == [False]
