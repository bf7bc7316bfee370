"""One deed on many people: said before, done as one action, undone as one."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.audit.models import AuditEntry
from jam.base.database import db
from jam.base.now import frozen
from jam.mail.jobs import deliver
from jam.mail.models import Letter
from jam.mail.rules import State as LetterState
from jam.registration import actions
from jam.registration.models import Registration
from jam.registration.questions import Said, answers_of, keep
from jam.registration.rules import Need
from jam.schedule.models import Event
from tests import makers
from tests.cases_once import cases_once
from tests.clients import Client
from tests.worlds import made_once

NOVEMBER = makers.utc("2026-11-22 15:00")
PEOPLE = "/desk/sessions/jam-2026-12-15/people"
NAMES = ("Ana", "Ben", "Cai", "Dee", "Eve", "Fay")


@made_once
def make_event() -> int:
    made = makers.event(starts_at=makers.utc("2026-12-15 18:00"), capacity=3, waiting_list=True)
    makers.event(starts_at=makers.utc("2027-01-19 18:00"), capacity=1, title="January")
    for name in NAMES:
        makers.registration(made, f"{name.lower()}@people.example", name)
    db.session.commit()
    deliver()
    return made.id


@pytest.fixture
def event(db_session: scoped_session[Session]) -> Event:
    """Three seats, taken by Ana, Ben and Cai; Dee, Eve and Fay wait; their first letters have left."""
    with frozen(NOVEMBER):
        return db.session.get_one(Event, make_event())


@pytest.fixture
def desk(client: Client, event: Event) -> Client:
    makers.sign_in(client)
    return client


def seats(slug: str = "jam-2026-12-15") -> dict[str, str]:
    rows = db.session.execute(
        select(Registration.name, Registration.status).join(Event).where(Event.slug == slug)
    )
    return {name: status for name, status in rows}


def ids(*names: str) -> str:
    rows = (
        select(Registration.id)
        .join(Event)
        .where(Event.slug == "jam-2026-12-15", Registration.name.in_(names))
    )
    return ",".join(str(id) for id in db.session.scalars(rows))


def unsent() -> list[tuple[str, str]]:
    rows = select(Letter.to_name, Letter.kind).where(Letter.state == LetterState.DUE)
    return sorted((name, kind) for name, kind in db.session.execute(rows))


def look(desk: Client, deed: str, *names: str, more: str = "") -> list[str]:
    """The sentences of the page before the deed."""
    page = desk.get(f"{PEOPLE}/act?do={deed}&ids={ids(*names)}{more}").text
    return re.findall(r'<p class="lead">(.*?)</p>', page)


def act(desk: Client, deed: str, *names: str, more: str = "", **fields: str) -> str:
    """Do it; the page that follows."""
    at = f"{PEOPLE}/act?do={deed}&ids={ids(*names)}{more}"
    return desk.submit(at, {"do": deed, **fields}, form="/act", follow_redirects=True).text


@cases_once(
    ("deed", "names", "said"),
    [
        ("cancel", NAMES, "Cancel 6 seats"),
        ("decline", ("Ana",), "Decline 1 registration"),
        ("promote", NAMES, "Promote 3 people to a seat"),
        ("resend", ("Ana", "Ben"), "Send the letter again to 2 people"),
        ("approve", NAMES, "Approve"),
    ],
)
def test_heading_and_button_say_the_deed_and_the_number(
    desk: Client, event: Event, deed: str, names: tuple[str, ...], said: str
) -> None:
    with frozen(NOVEMBER):
        page = desk.get(f"{PEOPLE}/act?do={deed}&ids={ids(*names)}").text
    assert re.findall(r'<h2 id="act-title">(.*?)</h2>', page) == [said]
    buttons = re.findall(r'<button type="submit" class="btn btn-(?:danger|primary)">(.*?)</button>', page)
    assert buttons == ([] if said == "Approve" else [said])


def undo(desk: Client) -> str:
    batch = db.session.scalars(
        select(AuditEntry.batch).where(AuditEntry.action == "registration.many")
    ).all()[-1]
    return desk.submit(f"{PEOPLE}/done/{batch}", {}, form="/undo", follow_redirects=True).text


def test_what_cancelling_would_do_is_said_and_then_done_as_one_action(desk: Client, event: Event) -> None:
    with frozen(NOVEMBER):
        assert look(desk, "cancel", "Ana", "Ben", "Fay") == [
            "This cancels 3 people. They get a letter that says so.",
            "It promotes 2 people from the waiting list.",
        ]
        page = act(desk, "cancel", "Ana", "Ben", "Fay")
    assert "3 people were cancelled." in page
    assert seats() == {
        "Ana": "cancelled", "Ben": "cancelled", "Cai": "confirmed", "Dee": "confirmed", "Eve": "confirmed",
        "Fay": "cancelled",
    }  # fmt: skip
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action.in_(
        ["registration.cancelled", "registration.confirmed", "registration.many"]
    )).order_by(AuditEntry.id.desc()).limit(6)).all()  # fmt: skip
    assert len({entry.batch for entry in entries}) == 1
    assert unsent() == [
        ("Ana", "seat-cancelled"), ("Ben", "seat-cancelled"), ("Dee", "promoted"), ("Eve", "promoted"),
        ("Fay", "seat-cancelled"),
    ]  # fmt: skip
    due = set(db.session.scalars(select(Letter.due_at).where(Letter.state == LetterState.DUE)))
    assert due == {NOVEMBER + timedelta(minutes=10)}


def test_undone_in_time_nobody_hears_of_it(desk: Client, event: Event) -> None:
    before = seats()
    with frozen(NOVEMBER):
        act(desk, "cancel", "Ana", "Ben")
        assert seats() != before
        assert "Undone: 4 people are as before." in undo(desk)
    assert seats() == before
    assert unsent() == []


def test_undone_too_late_the_promoted_keep_their_seats(desk: Client, event: Event) -> None:
    with frozen(NOVEMBER):
        act(desk, "cancel", "Ana")
    with frozen(NOVEMBER + timedelta(minutes=11)):
        deliver()
        db.session.commit()
        page = desk.get(f"{PEOPLE}/done").text
        assert "1 person cancelled" in page
        batch = db.session.scalars(
            select(AuditEntry.batch).where(AuditEntry.action == "registration.many")
        ).one()
        page = desk.get(f"{PEOPLE}/done/{batch}").text
        assert "1 seat is needed to undo this, and 0 are free" in page
        event.capacity = 4
        db.session.commit()
        assert "Undone: 1 person is as before." in undo(desk)
    assert seats() == {
        "Ana": "confirmed", "Ben": "confirmed", "Cai": "confirmed", "Dee": "confirmed", "Eve": "waiting",
        "Fay": "waiting",
    }  # fmt: skip
    assert unsent() == [("Ana", "registered")]


def test_a_later_change_stands_in_the_way_of_undoing(desk: Client, event: Event) -> None:
    with frozen(NOVEMBER):
        act(desk, "decline", "Fay", message="Not this time.")
        fay = db.session.scalars(select(Registration).where(Registration.name == "Fay")).one()
        actions.rejoin(fay, by="command", source=actions.Source.DESK)
        db.session.commit()
        batch = db.session.scalars(
            select(AuditEntry.batch).where(AuditEntry.action == "registration.many")
        ).one()
        page = desk.get(f"{PEOPLE}/done/{batch}").text
    assert "Fay was changed again later, so this can no longer be undone as a whole." in page


def test_somebody_is_promoted_out_of_order_and_put_back(desk: Client, event: Event) -> None:
    with frozen(NOVEMBER):
        assert look(desk, "promote", "Fay", "Ana") == [
            "This gives a seat to 1 person, whoever stands before them on the list.",
            "The session then has 1 person more than its 3 seats.",
            "1 person stays as they are: this does not concern them.",
        ]
        act(desk, "promote", "Fay", "Ana")
        assert (seats()["Fay"], seats()["Dee"], unsent()) == ("confirmed", "waiting", [("Fay", "promoted")])
        undo(desk)
    assert (seats()["Fay"], unsent()) == ("waiting", [])


def test_people_move_to_another_session_and_back(desk: Client, event: Event) -> None:
    january = db.session.scalars(select(Event).where(Event.title == "January")).one()
    january.waiting_list = True
    db.session.commit()
    before, to = seats(), f"&target={january.id}"
    with frozen(NOVEMBER):
        assert look(desk, "move", "Ana", "Ben", more=to) == [
            "This moves 2 people to January.",
            "There, 1 person gets a seat and 1 person goes on the waiting list.",
            "It promotes 2 people from the waiting list.",
        ]
        assert "2 people were moved to another session." in act(desk, "move", "Ana", "Ben", more=to)
        assert seats(january.slug) == {"Ana": "confirmed", "Ben": "waiting"}
        assert (seats()["Ana"], seats()["Ben"], seats()["Dee"]) == ("cancelled", "cancelled", "confirmed")
        undo(desk)
    assert seats() == before
    assert seats(january.slug) == {"Ana": "cancelled", "Ben": "cancelled"}
    assert unsent() == []


def test_what_somebody_answered_needs_and_heard_goes_along(desk: Client, event: Event) -> None:
    with frozen(NOVEMBER):
        target = makers.event(starts_at=makers.utc("2027-02-16 18:00"), title="February")
        shared, here = makers.question(event.program, "How many?"), makers.question(event, "Here only?")
        ana, ben = (
            db.session.scalars(select(Registration).where(Registration.name.startswith(name))).one()
            for name in ("Ana", "Ben")
        )
        for seat in (ana, ben):
            keep(seat, Said([(shared.id, shared.label, "Three"), (here.id, here.label, "Yes")], "ASL"))
            seat.accommodation_state, seat.heard = Need.ARRANGED, "From a friend"
        there = registration(target, ben)
        keep(there, Said([(shared.id, shared.label, "Nine")]))
        db.session.commit()
        to = f"&target={target.id}"
        assert "What they need goes along, and has to be arranged there anew." in look(
            desk, "move", "Ana", "Ben", more=to
        )
        act(desk, "move", "Ana", "Ben", more=to)
    moved = select(Registration).where(Registration.event_id == target.id).order_by(Registration.name)
    assert [
        (
            [(each.question_id, each.value) for each in answers_of([seat.id])],
            seat.accommodation,
            seat.accommodation_state,
            seat.heard,
        )
        for seat in db.session.scalars(moved)
    ] == [
        ([(shared.id, "Three")], "ASL", "asked", "From a friend"),
        ([(shared.id, "Nine")], "ASL", "asked", ""),
    ]


def registration(at: Event, of: Registration) -> Registration:
    """A seat of the same person at another session."""
    address = of.person.address
    assert address is not None
    return makers.registration(at, address, of.name)


def test_who_finds_no_seat_there_stays(desk: Client, event: Event) -> None:
    january = db.session.scalars(select(Event).where(Event.title == "January")).one()
    to = f"&target={january.id}"
    with frozen(NOVEMBER):
        page = act(desk, "move", "Ana", "Ben", more=to)
    assert "1 person was moved to another session." in page
    assert "Ben was left as before. This session is full." in page
    assert (seats()["Ana"], seats()["Ben"]) == ("cancelled", "confirmed")


def test_the_letter_that_is_sent_again_says_how_they_stand(desk: Client, event: Event) -> None:
    with frozen(NOVEMBER):
        act(desk, "cancel", "Cai")
    with frozen(NOVEMBER + timedelta(minutes=11)):
        deliver()
        db.session.commit()
        assert look(desk, "resend", "Ana", "Cai", "Eve") == [
            "This sends 3 people a fresh copy of the letter that says how they stand now."
        ]
        act(desk, "resend", "Ana", "Cai", "Eve")
        assert unsent() == [("Ana", "registered"), ("Cai", "seat-cancelled"), ("Eve", "waiting")]
        act(desk, "resend", "Ana")
    assert unsent() == [("Ana", "registered"), ("Cai", "seat-cancelled"), ("Eve", "waiting")]
    parts = db.session.scalars(select(Letter).where(Letter.state == LetterState.DUE, Letter.to_name == "Ana"))
    assert [part.method for letter in parts for part in letter.parts] == ["REQUEST"]


def test_all_that_fit_are_chosen_at_once(desk: Client, event: Event) -> None:
    event.approval = True
    with frozen(NOVEMBER):
        makers.registration(event, "gus@people.example", "Gus")
        db.session.commit()
        page = desk.get(f"{PEOPLE}/act?do=approve&all=1&status=pending").text
        assert "This approves 1 person: 1 person goes on the waiting list." in page
        page = desk.get(f"{PEOPLE}/act?do=cancel&all=1&status=waiting").text
        assert "This cancels 3 people." in page
        chosen = desk.get(f"{PEOPLE}/act?do=cancel&status=waiting", follow_redirects=True).text
        assert "Choose at least one person first" in chosen


@cases_once("query", ["do=nothing&ids=1", "do=move&ids=1&target=987654", "do=cancel&ids=987654"])
def test_what_makes_no_sense_is_refused(desk: Client, event: Event, query: str) -> None:
    assert desk.get(f"{PEOPLE}/act?{query}").status_code in (400, 404)


def test_nothing_is_done_when_the_session_is_over(desk: Client, event: Event) -> None:
    with frozen(event.ends_at):
        page = desk.get(f"{PEOPLE}/act?do=cancel&ids={ids('Ana')}").text
    assert "Seats can be changed only while a session is published and not over." in page
    assert seats()["Ana"] == "confirmed"
