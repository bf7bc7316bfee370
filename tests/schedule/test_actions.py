"""Planning: which dates are found, what each change of a session refuses, and that times stay on the wall clock."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import frozen, now
from jam.base.zones import EASTERN, wall
from jam.schedule import actions, programs
from jam.schedule.given import EventFields, ProgramFields, Slot
from jam.schedule.models import Event, Program
from jam.schedule.rules import ItemKind, State, Visibility
from tests import makers

BY = "command"
NOVEMBER = makers.utc("2026-11-22 15:00")


@pytest.fixture
def jam(db_session: scoped_session[Session]) -> Program:
    """Third Tuesdays, 1:00 to 2:00 p.m. Eastern."""
    return makers.program()


def days(found: list[tuple[datetime, datetime]]) -> list[date]:
    return [wall(start, EASTERN).date() for start, _ in found]


# --- dates ------------------------------------------------------------------------------------------------------------


def test_sessions_stay_at_one_o_clock_when_the_clocks_change(jam: Program) -> None:
    with frozen(NOVEMBER):
        made = programs.generate(jam, 12, by=BY)
    assert [f"{wall(event.starts_at, EASTERN):%a %Y-%m-%d %H:%M}" for event in made] == [
        "Tue 2026-12-15 13:00",
        "Tue 2027-01-19 13:00",
        "Tue 2027-02-16 13:00",
        "Tue 2027-03-16 13:00",
        "Tue 2027-04-20 13:00",
        "Tue 2027-05-18 13:00",
        "Tue 2027-06-15 13:00",
        "Tue 2027-07-20 13:00",
        "Tue 2027-08-17 13:00",
        "Tue 2027-09-21 13:00",
        "Tue 2027-10-19 13:00",
        "Tue 2027-11-16 13:00",
    ]
    # Eastern is five hours behind UTC until March 14, 2027, four until November 7, then five again.
    assert [event.starts_at.hour for event in made] == [18, 18, 18, 17, 17, 17, 17, 17, 17, 17, 17, 18]
    assert {event.minutes for event in made} == {60}


def test_asked_twice_the_drafts_are_made_once(jam: Program) -> None:
    with frozen(NOVEMBER):
        assert len(programs.generate(jam, 12, by=BY)) == 12
        assert programs.generate(jam, 12, by=BY) == []
    with frozen(makers.utc("2026-12-16 15:00")):
        assert days(programs.planned(jam)) == [date(2027, 12, 21)]


def test_a_moved_session_still_stands_for_the_day_it_was_made_for(jam: Program) -> None:
    with frozen(NOVEMBER):
        first = programs.generate(jam, 2, by=BY)[0]
        actions.move(first, first.starts_at + timedelta(days=1), first.ends_at + timedelta(days=1), by=BY)
        assert days(programs.planned(jam, 3)) == [date(2027, 2, 16)]


def test_a_deleted_draft_is_offered_again(jam: Program) -> None:
    with frozen(NOVEMBER):
        first = programs.generate(jam, 2, by=BY)[0]
        actions.delete_draft(first, by=BY)
        assert days(programs.planned(jam, 2)) == [date(2026, 12, 15)]


def test_looking_ahead_marks_what_exists(jam: Program) -> None:
    with frozen(NOVEMBER):
        programs.generate(jam, 1, by=BY)
        assert [each.exists for each in programs.next_dates(jam, 3)] == [True, False, False]
    jam.recurrence = None
    assert programs.next_dates(jam) == []


def test_two_sessions_of_a_day_have_addresses_of_their_own(jam: Program) -> None:
    start = makers.utc("2026-12-15 18:00")
    made = [actions.make_event(jam, "Twice", start, start + timedelta(hours=1), by=BY) for _ in range(3)]
    assert [event.slug for event in made] == ["jam-2026-12-15", "jam-2026-12-15-2", "jam-2026-12-15-3"]


# --- programs ---------------------------------------------------------------------------------------------------------


def given(**changed: object) -> ProgramFields:
    values = {
        "name": "Workforce ECHO",
        "time_zone": EASTERN,
        "start_time": time(14),
        "minutes": 90,
        **changed,
    }
    return ProgramFields(**values)  # type: ignore[arg-type]


def test_a_program_needs_an_address_of_its_own_and_a_zone_that_exists(jam: Program) -> None:
    with pytest.raises(Refused, match="There is a program at /programs/jam already"):
        programs.make_program("Jam", given(), by=BY)
    with pytest.raises(Refused, match="with letters or digits"):
        programs.make_program("", given(name="…"), by=BY)
    with pytest.raises(Refused, match="“Mars/Olympus” is not a time zone"):
        programs.make_program("echo", given(time_zone="Mars/Olympus"), by=BY)
    assert db.session.scalars(select(Program.slug)).all() == ["jam"]


def test_a_session_takes_what_its_program_gives_and_keeps_it(jam: Program) -> None:
    echo = programs.make_program(
        "echo", given(visibility=Visibility.LISTED, capacity=40, join_url="https://zoom.example/echo"), by=BY
    )
    event = makers.event(echo, published=False)
    programs.edit_program(echo, given(capacity=10), by=BY)
    assert (event.visibility, event.capacity, event.join_url) == ("listed", 40, "https://zoom.example/echo")


# --- changes of a session ---------------------------------------------------------------------------------------------


def test_a_draft_moves_without_a_number_and_a_published_session_with_one(jam: Program) -> None:
    event = makers.event(jam, published=False)
    day = timedelta(days=1)
    actions.move(event, event.starts_at + day, event.ends_at + day, by=BY)
    assert event.sequence == 0
    actions.publish(event, by=BY)
    actions.move(event, event.starts_at + day, event.ends_at + day, by=BY)
    actions.cancel(event, by=BY)
    actions.reinstate(event, by=BY)
    assert event.sequence == 3
    assert actions.edit_event(event, EventFields(title="Another"), [], [], by=BY)
    assert event.sequence == 3


def test_each_change_makes_the_calendar_entry_newer_even_within_a_second(jam: Program) -> None:
    with frozen(NOVEMBER):
        event = makers.event(jam)
        stamps = [event.changed_at]
        for title in ("One", "Two", "Three"):
            actions.edit_event(event, EventFields(title=title), [], [], by=BY)
            stamps.append(event.changed_at)
    assert stamps == sorted(set(stamps))


def test_a_link_or_a_seat_is_no_news_for_calendars(jam: Program) -> None:
    event = makers.event(jam)
    stamp = event.changed_at
    with frozen(now() + timedelta(hours=1)):
        changed = EventFields(
            title=event.title, capacity=5, join_url="https://zoom.example/other", closed=True
        )
        assert actions.edit_event(event, changed, [], [], by=BY)
    assert event.changed_at == stamp
    assert not actions.edit_event(event, changed, [], [], by=BY)


def test_an_agenda_is_refused_when_it_outlasts_the_session_but_an_old_one_may_stay(jam: Program) -> None:
    event = makers.event(jam)
    agenda = [Slot(ItemKind.TALK, "A talk", "Ben Ode", 40), Slot(ItemKind.DISCUSSION, "Questions", "", 20)]
    fields = EventFields(title=event.title)
    actions.edit_event(event, fields, [], agenda, by=BY)
    with pytest.raises(Refused, match="adds up to 61 minutes, but the session lasts 60"):
        actions.edit_event(event, fields, [], [*agenda, Slot(ItemKind.WELCOME, "Hi", "", 1)], by=BY)
    actions.move(event, event.starts_at, event.starts_at + timedelta(minutes=45), by=BY)
    assert actions.edit_event(
        event, EventFields(title=event.title, slides_url="https://s.example"), [], agenda, by=BY
    )
    assert [item.title for item in event.agenda] == ["A talk", "Questions"]
    without = [Slot(ItemKind.TALK, "A talk", "", 40), agenda[1]]
    assert actions.set_agenda(event, without, by=BY), "nobody has to shorten it to take a name out"
    with pytest.raises(Refused, match="adds up to 61 minutes, but the session lasts 45"):
        actions.set_agenda(event, [*without, Slot(ItemKind.WELCOME, "Hi", "", 1)], by=BY)


def test_what_a_session_refuses(jam: Program) -> None:
    event = makers.event(jam, published=False)
    start, end = event.starts_at, event.ends_at
    with pytest.raises(Refused, match="Only a published session can be cancelled"):
        actions.cancel(event, by=BY)
    with pytest.raises(Refused, match="not cancelled"):
        actions.reinstate(event, by=BY)
    with pytest.raises(Refused, match="between 5 minutes and 24 hours"):
        actions.move(event, start, start - timedelta(hours=1), by=BY)
    with pytest.raises(Refused, match="the time it has already"):
        actions.move(event, start, end, by=BY)
    with pytest.raises(Refused, match="in the past"):
        actions.move(event, now() - timedelta(days=1), now(), by=BY)
    with pytest.raises(Refused, match="Give the session a title"):
        actions.edit_event(event, EventFields(title=""), [], [], by=BY)
    actions.publish(event, by=BY)
    with pytest.raises(Refused, match="published already"):
        actions.publish(event, by=BY)
    with pytest.raises(Refused, match="Only a draft can be deleted"):
        actions.delete_draft(event, by=BY)
    actions.cancel(event, by=BY)
    with pytest.raises(Refused, match="Reinstate it first"):
        actions.move(event, start + timedelta(days=1), end + timedelta(days=1), by=BY)
    with frozen(end + timedelta(minutes=1)), pytest.raises(Refused, match="has passed"):
        actions.reinstate(event, by=BY)


def test_a_session_that_is_over_stays_as_it_was(jam: Program) -> None:
    event, draft = makers.event(jam), makers.event(jam, published=False)
    with frozen(event.ends_at + timedelta(minutes=1)):
        with pytest.raises(Refused, match="over, so it cannot be moved"):
            actions.move(event, now() + timedelta(days=1), now() + timedelta(days=1, hours=1), by=BY)
        with pytest.raises(Refused, match="over, so it cannot be cancelled"):
            actions.cancel(event, by=BY)
        with pytest.raises(Refused, match="Move it to a day to come"):
            actions.publish(draft, by=BY)
    assert (event.state, draft.state) == (State.PUBLISHED, State.DRAFT)


def test_a_draft_that_something_hangs_on_stays(jam: Program) -> None:
    event = makers.event(jam, published=False)
    db.session.flush()
    makers._attendance(_seat_from_a_report(event))
    db.session.commit()
    with pytest.raises(Refused, match="has to stay"):
        actions.delete_draft(event, by=BY)
    db.session.rollback()
    assert db.session.scalars(select(Event.id)).all() == [event.id]


def _seat_from_a_report(event: Event) -> object:
    from jam.people.actions import Details
    from jam.registration.actions import add_from_report

    seat = add_from_report(event, makers.person(), Details(name="Ana Lee"), event.starts_at, by=BY)
    db.session.flush()
    return seat
