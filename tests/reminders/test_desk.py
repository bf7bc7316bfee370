"""What staff see and change: the rules of a program, the mail plan of a session, and the rehearsal."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.base.now import frozen
from jam.mail.compose import compose
from jam.mail.jobs import deliver
from jam.mail.models import Letter
from jam.people.models import Account
from jam.registration import actions as registrations
from jam.registration.models import Registration
from jam.reminders import actions
from jam.reminders.jobs import tidy, write_due
from jam.reminders.mailplan import MailPlan, mail_plan, outlook
from jam.reminders.models import Reminder, ReminderRule
from jam.reminders.rehearsal import rehearse
from jam.schedule import actions as schedule
from jam.schedule.models import Event
from tests import makers
from tests.clients import Client
from tests.makers import utc

Db = scoped_session[Session]

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

NOVEMBER = utc("2026-11-05 15:00")
#: Tuesday, December 15, 2026, 1:00 p.m. Eastern.
START = utc("2026-12-15 18:00")
WEEK, DAY, HOUR, NEXT_DAY = (
    utc("2026-12-08 18:00"), utc("2026-12-14 18:00"), utc("2026-12-15 17:00"), utc("2026-12-16 19:00"),
)  # fmt: skip


@pytest.fixture
def event(db_session: Db) -> Event:
    """A session with four people: two in Eastern, one in Central, one in Guam."""
    with frozen(utc("2026-11-01 15:00")):
        made = makers.event(starts_at=START)
        zones = {"Ana": None, "Ben": "America/New_York", "Cal": "America/Chicago", "Gus": "Pacific/Guam"}
        for name, zone in zones.items():
            seat = makers.registration(made, f"{name.lower()}@people.example", name)
            seat.person.time_zone = zone
        db.session.commit()
    return made


def plan(event: Event, at: datetime = NOVEMBER) -> MailPlan:
    with frozen(at):
        return mail_plan(event)


def rule(name: str) -> ReminderRule:
    return db.session.scalars(select(ReminderRule).where(ReminderRule.name == name)).first()  # type: ignore[return-value]


# --- the plan ---------------------------------------------------------------------------------------------------------


def test_the_plan_tells_every_letter_in_order_of_time_to_how_many_and_when_where(event: Event) -> None:
    found = plan(event)
    assert [(line.name, line.at, line.number) for line in found.to_come][1:] == [
        ("One week before", WEEK, 4),
        ("One day before", DAY, 4),
        ("One hour before", HOUR, 4),
        ("To those who came", NEXT_DAY, None),
        ("To those who missed it", NEXT_DAY, None),
    ]
    assert found.to_come[0].name == "You have a seat"
    assert found.to_come[0].letters == {"due": 4}
    with frozen(NOVEMBER):  # another year would be told
        places = found.to_come[1].places
    assert places == [
        ("Eastern", 2, "Tuesday, December 8, 1:00 p.m."),
        ("Central", 1, "Tuesday, December 8, 12:00 p.m."),
        ("Chamorro", 1, "Wednesday, December 9, 4:00 a.m."),
    ]


def test_places_are_right_across_a_change_of_the_clocks(db_session: Db) -> None:
    with frozen(utc("2027-02-01 15:00")):
        made = makers.event(starts_at=utc("2027-03-16 17:00"))  # 1:00 p.m. daylight time
        seat = makers.registration(made, "phe@people.example", "Phe")
        seat.person.time_zone = "America/Phoenix"  # where the clocks never change
        db.session.commit()
        week, day = mail_plan(made).to_come[1:3]
        assert week.places == [("Arizona", 1, "Tuesday, March 9, 11:00 a.m.")]
        assert day.places == [("Arizona", 1, "Monday, March 15, 10:00 a.m.")]


def test_what_went_stands_with_its_counts_and_what_was_missed_with_the_reason(event: Event) -> None:
    with frozen(NOVEMBER):
        deliver()
    with frozen(WEEK):
        write_due()
        deliver()
    with frozen(HOUR):
        write_due()
    found = plan(event, HOUR + timedelta(minutes=1))
    told = [(line.name, dict(line.letters), line.reason) for line in found.gone]
    assert told == [
        ("You have a seat", {"sent": 4}, None),
        ("One week before", {"sent": 4}, None),
        ("One day before", {}, "It was late, and “One hour before” was due as well: only that one went out."),
    ]
    assert [(line.name, dict(line.letters)) for line in found.to_come][:1] == [
        ("One hour before", {"due": 4})
    ]


def test_a_follow_up_that_waits_says_for_what_and_until_when(event: Event) -> None:
    with frozen(HOUR):
        write_due()
    late = plan(event, NEXT_DAY + timedelta(hours=1)).to_come[-1]
    assert late.reason == "It waits for the attendance report, until Wednesday, December 23, 2026."
    makers.reported(event, *db.session.query(Registration).filter_by(name="Ana"))
    db.session.commit()
    came, missed = plan(event, NEXT_DAY + timedelta(hours=1)).to_come[-2:]
    assert (came.number, missed.number) == (1, 3)
    assert came.reason == (
        "It waits for the recording or the slides, until Saturday, December 19, 2026; then it goes without."
    )


def test_a_draft_shows_what_would_be(db_session: Db) -> None:
    with frozen(utc("2026-12-10 15:00")):
        draft = makers.event(starts_at=START, published=False)
        db.session.commit()
        found = mail_plan(draft)
    assert next((line.name, line.word) for line in found.to_come) == (
        "One day before",
        "once it is published",
    )
    assert [(line.name, line.reason) for line in found.gone] == [("One week before", "Its time has gone by.")]
    assert db.session.query(Reminder).count() == 0


def test_the_plan_asks_as_much_however_many_rules_and_letters_there_are(event: Event) -> None:
    plan(event)
    with makers.statements() as few:
        plan(event)
    with frozen(NOVEMBER):
        for days in (2, 3, 4):
            given = actions.RuleFields(
                name=f"{days} days before", kind="reminder", audience="confirmed", amount=days,
                unit=actions.Unit.DAYS, side=actions.Side.BEFORE, anchor=actions.Anchor.START,
            )  # fmt: skip
            actions.add(event, given, by=makers.BY)
        for number in range(5):
            makers.registration(event, f"more{number}@people.example", "More")
        db.session.commit()
    plan(event)
    with makers.statements() as more:
        assert len(plan(event).to_come) == 9
    assert len(more) == len(few) == 5


# --- a program's page -------------------------------------------------------------------------------------------------


def test_a_programs_rules_say_what_they_do_next(event: Event) -> None:
    with frozen(NOVEMBER):
        found = {each.rule.name: each.sentence for each in outlook(event.program)}
    assert found == {
        "One week before": "It goes out Tuesday, December 8, 1:00 p.m. Eastern for the session of December 15, to about 4 people.",
        "One day before": "It goes out Monday, December 14, 1:00 p.m. Eastern for the session of December 15, to about 4 people.",
        "One hour before": "It goes out Tuesday, December 15, 12:00 p.m. Eastern for the session of December 15, to about 4 people.",
        "To those who came": "It goes out Wednesday, December 16, 2:00 p.m. Eastern for the session of December 15, once recording and attendance report are there.",
        "To those who missed it": "It goes out Wednesday, December 16, 2:00 p.m. Eastern for the session of December 15, once recording and attendance report are there.",
    }  # fmt: skip


def test_staff_add_a_rule_change_it_and_switch_it_off_for_every_session(client: Client, event: Event) -> None:
    with frozen(NOVEMBER):
        makers.sign_in(client)
        page = "/desk/programs/jam/reminders"
        client.submit(
            f"{page}/add",
            {
                "name": "The day before at nine",
                "to": "confirmed:reminder",
                "amount": "1",
                "unit": "days",
                "at": "09:00",
            },
        )
        added = rule("The day before at nine")
        row = db.session.scalars(select(Reminder).where(Reminder.rule_id == added.id)).one()
        assert row.due_at == utc("2026-12-14 14:00")
        assert "1 day before, at 9:00 a.m." in client.get(page).text
        client.submit(f"{page}/{added.id}", {"name": "Two days before", "amount": "2", "at": ""})
        db.session.refresh(row)
        assert row.due_at == utc("2026-12-13 18:00")
        client.submit(page, {"do": "off"}, form=f"/{added.id}/switch")
        db.session.refresh(row)
        assert (row.state, row.reason) == ("off", "Switched off for the program.")
        assert "It is switched off." in client.get(page).text
        id = row.id
        client.submit(page, {"do": "remove"}, form=f"/{added.id}/switch")
    assert db.session.query(Reminder).filter_by(id=id).count() == 0


def test_what_makes_no_sense_is_said_kindly_and_nothing_is_kept(client: Client, event: Event) -> None:
    with frozen(NOVEMBER):
        makers.sign_in(client)
        answer = client.submit(
            "/desk/programs/jam/reminders/add",
            {
                "name": "Thanks",
                "to": "came:follow-up-came",
                "amount": "1",
                "unit": "days",
                "place": "before-start",
            },
        )
    assert answer.status_code == 400
    assert "Who came is known only when it is over." in answer.text
    assert db.session.query(ReminderRule).filter_by(name="Thanks").count() == 0


def test_a_new_program_begins_with_the_five(db_session: Db) -> None:
    made = makers.program("echo")
    names = db.session.scalars(select(ReminderRule.name).where(ReminderRule.program_id == made.id)).all()
    assert sorted(names) == [
        "One day before",
        "One hour before",
        "One week before",
        "To those who came",
        "To those who missed it",
    ]


# --- a session that differs -------------------------------------------------------------------------------------------


def test_a_session_changes_a_letter_switches_one_off_and_goes_back(client: Client, event: Event) -> None:
    with frozen(NOVEMBER):
        makers.sign_in(client)
        page = f"/desk/sessions/{event.slug}/letters"
        day, week = rule("One day before"), rule("One week before")
        client.submit(f"{page}/{day.id}", {"amount": "3"})
        client.submit(page, {"do": "off"}, form=f"/{week.id}/switch")
        found = mail_plan(event)
        assert next((line.name, line.at) for line in found.to_come if line.ruled) == (
            "One day before", utc("2026-12-12 18:00"),
        )  # fmt: skip
        assert [(line.name, line.reason) for line in found.off] == [
            ("One week before", "Switched off for this session.")
        ]
        assert (day.amount, week.active) == (1, True), "the program's rules stay as they are"
        shown = client.get(page).text
        assert "differs from the program" in shown
        client.submit(page, {"do": "back"}, form=f"/{day.id}/switch")
        client.submit(page, {"do": "back"}, form=f"/{week.id}/switch")
        found = mail_plan(event)
    assert [line.at for line in found.to_come if line.ruled][:2] == [WEEK, DAY]
    assert found.off == []


def test_a_session_has_a_letter_of_its_own(client: Client, event: Event) -> None:
    with frozen(NOVEMBER):
        makers.sign_in(client)
        page = f"/desk/sessions/{event.slug}/letters"
        client.submit(
            f"{page}/add",
            {
                "name": "What to read",
                "to": "confirmed:reminder",
                "amount": "2",
                "unit": "weeks",
                "with_link": None,
            },
        )
        assert "this session alone" in client.get(page).text
    with frozen(utc("2026-12-01 18:00")):
        assert write_due() == 4
    letter = db.session.query(Letter).filter_by(kind="reminder").first()
    assert letter is not None
    assert "Join the session" not in letter.text
    assert "join_page" not in letter.links


def test_who_gets_it_and_who_got_it(client: Client, event: Event) -> None:
    day = rule("One day before")
    path = f"/desk/sessions/{event.slug}/letters/{day.id}/people"
    with frozen(NOVEMBER):
        makers.sign_in(client)
        shown = client.get(path).text
        assert "4 people as of now" in shown
        assert "Tuesday, December 15, 4:00 a.m." in shown, "in Guam it is the next day"
    with frozen(DAY):
        write_due()
        client.sign_in(db.session.query(Account).one())
        assert "4 letters were written." in client.get(path).text


def test_lists_ask_as_much_for_one_person_as_for_many(client: Client, event: Event) -> None:
    def asked(path: str) -> int:
        client.get(path)
        with makers.statements() as found:
            client.get(path)
        return len(found)

    paths = [
        f"/desk/sessions/{event.slug}/letters/{rule('One day before').id}/people",
        "/desk/programs/jam/reminders",
        f"/desk/sessions/{event.slug}/letters",
    ]
    with frozen(NOVEMBER):
        makers.sign_in(client)
        before = [asked(path) for path in paths]
        for number in range(3):
            makers.registration(event, f"more{number}@people.example", "More")
            made = actions.DEFAULTS[number]
            actions.add(event.program, made, by=makers.BY)
        db.session.commit()
        assert [asked(path) for path in paths] == before


def test_people_on_the_waiting_list_get_theirs_without_a_way_in(db_session: Db) -> None:
    with frozen(utc("2026-11-01 15:00")):
        full = makers.event(starts_at=START, capacity=1, waiting_list=True)
        makers.registration(full, "ana@people.example", "Ana")
        makers.registration(full, "wen@people.example", "Wen")
        given = actions.RuleFields(
            name="Still waiting", kind="reminder-waiting", audience="waiting", amount=1,
            unit=actions.Unit.DAYS, side=actions.Side.BEFORE, anchor=actions.Anchor.START,
        )  # fmt: skip
        actions.add(full, given, by=makers.BY)
        db.session.commit()
    with frozen(DAY):
        assert write_due() == 2
    found = db.session.scalars(select(Letter).where(Letter.key.startswith("reminder:")).order_by(Letter.id))
    told = {letter.to_name: letter for letter in found}
    assert {name: letter.kind for name, letter in told.items()} == {
        "Ana": "reminder",
        "Wen": "reminder-waiting",
    }
    assert "join_page" not in told["Wen"].links
    assert told["Wen"].parts == []


def test_the_invitation_goes_once_more_as_it_is(event: Event) -> None:
    with frozen(NOVEMBER):
        day = rule("One day before")
        day.with_invite = True
        db.session.commit()
        schedule.move(event, START + timedelta(hours=1), START + timedelta(hours=2), by=makers.BY)
        db.session.commit()
    with frozen(DAY + timedelta(hours=1)):
        write_due()
    seats = db.session.query(Registration).all()
    assert {seat.invite_sequence for seat in seats} == {1}
    letter = (
        db.session.query(Letter).filter(Letter.key.startswith("reminder:")).order_by(Letter.id.desc()).first()
    )
    assert letter is not None
    assert [part.method for part in letter.parts] == ["REQUEST"]
    assert b"SEQUENCE:1\r\n" in letter.parts[0].content


# --- the rehearsal ----------------------------------------------------------------------------------------------------


def test_a_rehearsal_sends_the_whole_series_to_oneself_and_leaves_nothing_behind(
    app: Flask, client: Client, event: Event
) -> None:
    def stand() -> list[object]:
        rows = db.session.execute(
            select(Reminder.id, Reminder.state, Reminder.due_at, Reminder.occurrence).order_by(Reminder.id)
        ).all()
        other = select(Letter.id, Letter.state).where(Letter.scope_kind != "rehearsal").order_by(Letter.id)
        return [rows, db.session.execute(other).all(), [line.number for line in plan(event).to_come]]

    with frozen(NOVEMBER):
        deliver()
        account = makers.sign_in(client)
        before = stand()
        client.submit(f"/desk/sessions/{event.slug}/letters", {"mark": "a1"})
        client.submit(f"/desk/sessions/{event.slug}/letters", {"mark": "a1"})
        letters = db.session.query(Letter).filter_by(scope_kind="rehearsal").order_by(Letter.id).all()
        assert [letter.subject for letter in letters] == [
            "[Test] Reminder: Peers in the crisis line, in 7 days",
            "[Test] Reminder: Peers in the crisis line, tomorrow",
            "[Test] Peers in the crisis line begins in one hour",
            "[Test] Thank you for coming: Peers in the crisis line",
            "[Test] You missed it: Peers in the crisis line",
        ]
        assert {letter.to_address for letter in letters} == {account.person.address}
        assert letters[0].text.startswith(
            "This is a test, sent to you alone. “One week before” is planned for Tuesday, December 8, 1:00 p.m. Eastern, "
            "to 4 people."
        )
        assert {next(iter(target)) for letter in letters for target in letter.links.values()} == {
            "me", "nothing",
        }  # fmt: skip
        app.config["BASE_URL"] = "https://jam.example"
        mails = [compose(letter, "Jam <jam@jam.example>", NOVEMBER).message for letter in letters]
        assert [mail["List-Unsubscribe"] for mail in mails] == [None] * 5, (
            "no mail program may stop anything by it"
        )
        assert all(letter.parts == [] for letter in letters)
        assert stand() == before
        deliver()
        assert tidy() == 5
    assert db.session.query(Letter).filter_by(scope_kind="rehearsal").count() == 0


def test_a_rehearsal_without_any_letter_is_refused(client: Client, event: Event) -> None:
    with frozen(NOVEMBER):
        for each in db.session.scalars(select(ReminderRule)):
            actions.switch(each, False, by=makers.BY)
        makers.sign_in(client)
        answer = client.submit(f"/desk/sessions/{event.slug}/letters", {"mark": "a1"}, follow_redirects=True)
    assert "there is nothing to rehearse" in answer.text


def test_cancelling_a_seat_lowers_the_number(event: Event) -> None:
    with frozen(NOVEMBER):
        registrations.cancel(db.session.query(Registration).filter_by(name="Ana").one(), by=makers.BY)
        db.session.commit()
    assert [line.number for line in plan(event).to_come if line.ruled][:3] == [3, 3, 3]


def test_rehearse_counts_what_it_sends(event: Event) -> None:
    with frozen(NOVEMBER):
        account = makers.account()
        db.session.commit()
        assert [rehearse(event, account, mark="m"), rehearse(event, account, mark="m")] == [5, 0]
