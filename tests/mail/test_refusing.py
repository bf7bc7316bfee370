"""An address that a mail server refused for good is left alone, shown, and tried again when somebody says so or waits."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.orm import Session, scoped_session

from jam.audit.models import AuditEntry
from jam.base.database import db
from jam.base.now import frozen, now
from jam.mail.jobs import deliver
from jam.mail.models import Letter, PausedAddress
from jam.mail.refusing import pause
from jam.mail.rules import State
from jam.me.actions import send_page_link
from jam.me.pages import me_link
from jam.people import actions as people
from jam.privacy.actions import erase
from jam.privacy.queries import export_of
from jam.registration import actions as registrations
from jam.registration.models import Registration
from jam.schedule import actions as schedule
from tests import makers
from tests.clients import Client
from tests.mail.conftest import Sink
from tests.mail.letters import letter

Db = scoped_session[Session]
ADDRESS = "ana@clinic.example"
SAID = "550 5.1.1 No such user here"
sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def seat(sink: Sink, db_session: Db) -> Registration:
    """Ana's first letter was refused, so her address is paused."""
    sink.replies[ADDRESS] = SAID
    made = makers.registration(makers.event(title="Peers"), ADDRESS, "Ana Lee")
    db_session.commit()
    assert deliver() == 0
    return made


def paused() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(PausedAddress.address)))


def states() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Letter.state).order_by(Letter.id)))


def another(seat: Registration) -> None:
    """The session moves, so there is another letter to Ana."""
    schedule.move(
        seat.event, seat.event.starts_at + timedelta(hours=1), seat.event.ends_at + timedelta(hours=1), by="command"
    )  # fmt: skip
    db.session.commit()


@sqlite
def test_later_letters_fail_at_once_with_the_reason(sink: Sink, seat: Registration, db_session: Db) -> None:
    assert paused() == [ADDRESS]
    another(seat)
    with frozen(now() + timedelta(minutes=11)):
        assert deliver() == 0
    assert sink.tried == [ADDRESS], "it is not knocked at again"
    last = db_session.scalars(select(Letter).order_by(Letter.id.desc())).first()
    assert last is not None
    assert (last.state, last.reason) == (
        State.FAILED,
        f"The address refuses mail. The mail server said {SAID}",
    )


@sqlite
def test_a_letter_that_follows_its_reader_to_an_address_that_refuses_mail_is_not_tried_there(
    sink: Sink, seat: Registration, db_session: Db
) -> None:
    ben = makers.registration(makers.event(seat.event.program, title="Another"), "ben@clinic.example", "Ben")
    people.merge(seat.person, ben.person, by=makers.BY)
    db_session.commit()
    assert deliver() == 0
    assert sink.tried == [ADDRESS], "it is not knocked at again"
    last = db_session.scalars(select(Letter).order_by(Letter.id.desc())).first()
    assert last is not None
    assert (last.state, last.to_address) == (State.FAILED, ADDRESS)
    assert (last.reason or "").startswith("The address refuses mail.")


@sqlite
def test_a_full_mailbox_pauses_nothing(sink: Sink, db_session: Db) -> None:
    sink.replies[ADDRESS] = "552 5.2.2 Mailbox full"
    makers.registration(makers.event(), ADDRESS)
    db_session.commit()
    deliver()
    assert (paused(), states()) == ([], [State.FAILED])


@sqlite
def test_staff_see_the_address_and_try_it_again(
    sink: Sink, client: Client, seat: Registration, db_session: Db
) -> None:
    another(seat)
    with frozen(now() + timedelta(minutes=11)):
        deliver()
        makers.sign_in(client)
        assert "1 address refuses mail" in client.get("/desk/").text
        assert "1 address refuses mail" in client.get("/desk/letters/").text
        page = client.get("/desk/letters/addresses").text
        assert ADDRESS in page
        assert SAID in page
        assert f'/desk/people/{seat.person_id}">Ana Lee</a>' in page
        del sink.replies[ADDRESS]
        answer = client.submit("/desk/letters/addresses", form="/addresses/", follow_redirects=True)
        # The first letter tells a time that is not true any more; only the later one goes.
        assert f"{ADDRESS} is tried again. 1 letter is on the way." in answer.text
        assert deliver() == 1
    assert (paused(), states()) == ([], [State.FAILED, State.SENT])
    assert sink.taken[0].message["Subject"] == "New time: Peers"


@sqlite
def test_trying_one_letter_again_tries_its_address_again(
    sink: Sink, client: Client, seat: Registration, db_session: Db
) -> None:
    makers.sign_in(client)
    del sink.replies[ADDRESS]
    one = db_session.scalars(select(Letter)).one()
    client.submit(f"/desk/letters/{one.id}", {"do": "retry"}, form=f"/{one.id}")
    assert deliver() == 1
    assert (paused(), states()) == ([], [State.SENT])


@sqlite
def test_all_that_failed_are_tried_again_after_a_look_at_them(
    sink: Sink, client: Client, seat: Registration, db_session: Db
) -> None:
    sink.after_data = "554 5.6.0 No"
    for name in ("ben", "cal"):
        makers.registration(seat.event, f"{name}@clinic.example", name.capitalize())
    letter("dan@clinic.example", kind="sign-in")
    gone = makers.registration(makers.event(seat.event.program, title="Another"), "eve@clinic.example", "Eve")
    db_session.commit()
    deliver()
    registrations.cancel(gone, by=makers.BY, quiet=True)
    db_session.commit()
    makers.sign_in(client)
    page = client.get("/desk/letters/?kind=registered").text
    assert 'href="/desk/letters/failed?kind=registered">Try all 4 that failed again</a>' in page
    page = client.get("/desk/letters/failed?kind=registered").text
    assert "3 letters could not be delivered and can be tried again, of those you looked for." in page
    assert "1 address among theirs has refused mail before" in page
    assert f'{SAID}</th><td class="number" data-label="Letters">1</td>' in page
    assert '554 5.6.0 No</th><td class="number" data-label="Letters">2</td>' in page
    assert "1 more letter failed, and is of no use any more" in page
    sink.after_data = ""
    del sink.replies[ADDRESS]
    answer = client.submit("/desk/letters/failed?kind=registered", form="/failed", follow_redirects=True)
    assert "3 letters are tried again within a minute." in answer.text
    assert deliver() == 3
    assert paused() == []
    made = db_session.scalars(
        select(AuditEntry).where(AuditEntry.action.in_(["mail.due", "mail.lift"]))
    ).all()
    assert [each.action for each in made] == ["mail.lift", "mail.due", "mail.due", "mail.due"]
    assert len({each.batch for each in made}) == 1
    assert "Nothing to try again" in client.get("/desk/letters/failed?kind=registered").text


@sqlite
def test_letters_of_sessions_that_are_over_are_not_tried_again(
    client: Client, seat: Registration, db_session: Db
) -> None:
    with frozen(seat.event.ends_at + timedelta(hours=1)):
        makers.sign_in(client)
        answer = client.submit("/desk/letters/addresses", form="/addresses/", follow_redirects=True)
    assert "The next letter goes there." in answer.text
    assert states() == [State.FAILED]


@sqlite
def test_somebody_who_asks_for_a_link_is_tried_and_what_arrives_lifts_the_pause(
    sink: Sink, seat: Registration, db_session: Db
) -> None:
    del sink.replies[ADDRESS]
    send_page_link(ADDRESS)
    db_session.commit()
    assert deliver() == 1
    assert paused() == []


@sqlite
def test_somebody_sees_on_their_page_that_mail_does_not_reach_them_and_has_it_tried(
    sink: Sink, client: Client, seat: Registration, db_session: Db
) -> None:
    client.get(me_link(seat.person_id))
    assert "Our mail does not reach you" in client.get("/me/").text
    assert paused() == [ADDRESS], "looking changes nothing"
    del sink.replies[ADDRESS]
    client.submit("/me/", form="/me/address")
    assert deliver() == 1
    assert "Our mail does not reach you" not in client.get("/me/").text


@sqlite
def test_another_preferred_address_gets_the_letters(sink: Sink, seat: Registration, db_session: Db) -> None:
    another(seat)
    [old] = seat.person.addresses
    old.preferred = False
    db_session.flush()
    other = makers.person("ana@home.example").addresses[0]
    other.person = seat.person
    db_session.commit()
    with frozen(now() + timedelta(minutes=11)):
        assert deliver() == 1
    mail = sink.taken[0]
    assert mail.recipients == ["ana@home.example"]
    assert mail.message["To"] == "Ana Lee <ana@home.example>"
    calendar = next(part for part in mail.message.walk() if part.get_content_type() == "text/calendar")
    whole = calendar.get_content().replace("\r\n ", "")
    assert ":mailto:ana@home.example" in whole
    assert ADDRESS not in whole


@sqlite
def test_it_goes_with_the_person_and_stands_in_their_data(
    app: Flask, seat: Registration, db_session: Db
) -> None:
    assert SAID in export_of(seat.person).decode()
    erase(seat.person, by="command")
    db_session.commit()
    assert paused() == []


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_two_workers_that_hear_of_one_address_at_once_pause_it_once(app: Flask, db_session: Db) -> None:
    first, second = letter(ADDRESS), letter(ADDRESS.upper())
    db_session.commit()
    other = Session(db.engine)
    values = {
        "address": ADDRESS,
        "recipient_kind": "person",
        "recipient_id": 1,
        "words": SAID,
        "paused_at": now(),
    }
    other.execute(insert(PausedAddress).values(**values))  # by another worker, not yet committed
    commit = threading.Timer(0.2, lambda: (other.commit(), other.close()))
    commit.start()
    pause(first, SAID)
    pause(second, SAID)
    db_session.commit()
    commit.join()
    assert paused() == [ADDRESS]
    assert db_session.query(AuditEntry).filter_by(action="mail.pause").count() == 0, (
        "the other one wrote it down"
    )
