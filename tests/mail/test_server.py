"""Whatever the mail server does at whatever stage: a trouble of the server is said once and costs no letter anything, and a
letter that it does not want fails alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.base.now import frozen, now
from jam.mail import jobs, server
from jam.mail.jobs import deliver
from jam.mail.models import Letter, PausedAddress
from jam.mail.rules import LONGEST_REST, State, pace, refuses_address, rest_after
from tests.mail.conftest import Sink, free_port
from tests.mail.letters import letter
from tests.mail.scripted import DROP, Scripted
from tests.together import together

Db = scoped_session[Session]


@pytest.fixture
def script(app: Flask) -> Iterator[Scripted]:
    """The scripted server, with the app's mail going to it."""
    made = Scripted()
    made.start()
    app.config.update(MAIL_URL=made.url, MAIL_FOLDER=None)
    yield made
    made.stop()


def three() -> list[int]:
    ids = [letter(f"guest{number}@clinic.example").id for number in range(3)]
    db.session.commit()
    return ids


def stand(ids: list[int]) -> list[tuple[str, int]]:
    db.session.rollback()
    return [(each.state, each.attempts) for each in (db.session.get_one(Letter, id) for id in ids)]


def said() -> str | None:
    db.session.rollback()
    found = server.trouble()
    return found.trouble if found else None


TROUBLES = [
    ({"CONNECT": "421 4.3.2 Not now"}, "The mail server cannot be reached. The mail server said 421 4.3.2 Not now"),
    ({"CONNECT": "554 5.3.2 We take no mail"}, "The mail server cannot be reached. The mail server said 554 5.3.2 We take no mail"),
    ({"CONNECT": DROP}, "The mail server cannot be reached: Connection unexpectedly closed"),
    ({"STARTTLS": "454 4.7.0 TLS not available"}, "The connection to the mail server cannot be encrypted. The mail server said 454 4.7.0 TLS not available"),
    ({"STARTTLS": "220 but no TLS follows"}, "The connection to the mail server cannot be encrypted: "),
    ({"AUTH": "535 5.7.8 Bad credentials"}, "The mail server refuses our user name or password (JAM_MAIL_URL). The mail server said 535 5.7.8 Bad credentials"),
    ({"MAIL": "550 5.7.1 Sender not allowed"}, "The mail server said 550 5.7.1 Sender not allowed"),
    ({"MAIL": "451 4.3.0 Later"}, "The mail server said 451 4.3.0 Later"),
]  # fmt: skip


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("says", "words"), TROUBLES)
def test_a_trouble_of_the_server_is_said_once_and_costs_no_letter_a_try(
    app: Flask, script: Scripted, db_session: Db, says: dict[str, str], words: str
) -> None:
    script.says = says
    script.offers = ("STARTTLS",) if "STARTTLS" in says else ("AUTH PLAIN",)
    if "AUTH" in says:
        app.config["MAIL_URL"] = script.url.replace("//", "//ana:secret@")
    ids = three()
    assert deliver() == 0
    assert stand(ids) == [(State.DUE, 0)] * 3
    assert (said() or "").startswith(words)
    assert "secret" not in (said() or "")
    assert deliver() == 0
    assert script.connections == 1, "it is left alone for a while"
    script.says, script.offers = {}, ()
    app.config["MAIL_URL"] = script.url
    with frozen(now() + rest_after(1)):
        assert deliver() == 3
    assert said() is None


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_server_that_is_down_for_two_hours_loses_nothing(app: Flask, db_session: Db) -> None:
    app.config.update(MAIL_URL=f"smtp://127.0.0.1:{free_port()}", MAIL_FOLDER=None)
    ids, began, tries = three(), now(), 0
    at = began
    while at < began + timedelta(hours=2):
        with frozen(at):
            tries += not server.is_resting()
            db_session.rollback()
            assert deliver() == 0
        at += timedelta(seconds=15)
    assert stand(ids) == [(State.DUE, 0)] * 3
    assert 20 < tries < 35, "it is knocked at ever more rarely, at last every five minutes"
    found = server.trouble()
    assert found is not None
    assert found.trouble_since == began
    up = Scripted()
    up.start()
    app.config["MAIL_URL"] = up.url
    with frozen(began + timedelta(hours=2) + LONGEST_REST):
        assert deliver() == 3
    up.stop()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_staff_can_have_the_server_tried_at_once(app: Flask, script: Scripted, db_session: Db) -> None:
    script.says = {"CONNECT": "421 busy"}
    three()
    deliver()
    script.says = {}
    assert deliver() == 0
    server.try_now()
    db_session.commit()
    assert deliver() == 3


#: At which stage, what is said, and how the letters stand after one round and once the server says yes to all.
REFUSED = [
    ("RCPT", "450 4.2.1 Mailbox busy", [(State.DUE, 1)] * 3, 3),
    ("RCPT", "552 5.2.2 Mailbox full", [(State.FAILED, 1)] * 3, 0),
    ("RCPT", "550 5.7.1 Looks like spam", [(State.FAILED, 1)] * 3, 0),
    ("RCPT", "421 4.7.0 Too many letters", [(State.DUE, 1), (State.DUE, 0), (State.DUE, 0)], 3),
    ("MAIL", "552 5.3.4 Too large", [(State.FAILED, 1)] * 3, 0),
    ("DATA", "451 4.3.0 Later", [(State.DUE, 1)] * 3, 3),
    ("DATA", "554 5.6.0 No", [(State.FAILED, 1)] * 3, 0),
    (".", "452 4.3.1 Disk full", [(State.DUE, 1)] * 3, 3),
    (".", "554 5.6.0 Bad content", [(State.FAILED, 1)] * 3, 0),
    # Lost three times in a row: then it is the server's trouble.
    (".", DROP, [(State.DUE, 1)] * 3, 3),
    ("MAIL", DROP, [(State.DUE, 1)] * 3, 3),
]  # fmt: skip


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("stage", "reply", "after", "later"), REFUSED)
def test_each_refusal_has_its_consequence(
    script: Scripted, db_session: Db, stage: str, reply: str, after: list[tuple[str, int]], later: int
) -> None:
    script.says = {stage: reply}
    ids = three()
    assert deliver() == 0
    assert stand(ids) == after
    assert (said() is not None) == (reply == DROP or reply.startswith("421"))
    script.says = {}
    with frozen(now() + timedelta(minutes=5)):
        assert deliver() == later
    assert said() is None


def many(number: int) -> list[int]:
    ids = [letter(f"guest{each}@clinic.example").id for each in range(number)]
    db.session.commit()
    return ids


def later(minutes: float) -> int:
    with frozen(now() + timedelta(minutes=minutes)):
        return deliver()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("stage", "reply"),
    [
        ("RCPT", "554 5.7.1 Relay access denied"),
        ("RCPT", "550 5.1.1 No such user"),
        (".", "554 5.7.1 Blocked"),
    ],
)
def test_a_server_that_refuses_letter_after_letter_costs_none_of_them(
    script: Scripted, db_session: Db, stage: str, reply: str
) -> None:
    script.says = {stage: reply}
    ids = many(8)
    assert deliver() == 0
    assert stand(ids) == [(State.DUE, 1)] * 5 + [(State.DUE, 0)] * 3
    assert said() == f"The mail server refuses letter after letter. The mail server said {reply}"
    assert later(0.3) == 0
    assert {state for state, _ in stand(ids)} == {State.DUE}, "it is still so, and they still wait"
    assert db_session.query(PausedAddress).count() == 0
    script.says = {}
    assert later(10) == 8
    assert said() is None


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_it_is_noticed_also_when_letters_come_one_by_one(script: Scripted, db_session: Db) -> None:
    script.says = {"RCPT": "554 5.7.1 Relay access denied"}
    ids = []
    for number in range(5):
        ids += [letter(f"guest{number}@clinic.example").id]
        db_session.commit()
        deliver()
    assert stand(ids) == [(State.DUE, 1)] * 5
    script.says = {}
    assert later(5) == 5


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_refused_addresses_in_a_row_fail_alone_once_another_letter_is_taken(
    sink: Sink, db_session: Db
) -> None:
    ids = many(7)
    sink.replies = {f"guest{number}@clinic.example": "550 5.1.1 No such user" for number in range(7)}
    assert deliver() == 0
    assert (said() or "").startswith("The mail server refuses letter after letter.")
    urgent = letter("ana@clinic.example").id
    db_session.commit()
    sink.tried.clear()
    assert later(1.5) == 1
    assert sink.tried[0] == "ana@clinic.example", "somebody may wait for the newest"
    assert said() is None
    assert later(10) == 0
    assert stand([*ids, urgent]) == [(State.FAILED, 2)] * 5 + [(State.FAILED, 1)] * 2 + [(State.SENT, 1)]
    assert db_session.query(PausedAddress).count() == 7


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_server_that_refuses_all_for_ever_is_asked_ten_times_for_each_letter(
    script: Scripted, db_session: Db
) -> None:
    script.says = {"RCPT": "554 5.7.1 Relay access denied"}
    ids, began = many(6), now()
    for minutes in range(0, 24 * 60, 5):
        with frozen(began + timedelta(minutes=minutes)):
            deliver()
    assert stand(ids) == [(State.FAILED, 10)] * 6
    assert said() is not None


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_was_dropped_after_the_data_comes_again_under_the_same_message_id(
    script: Scripted, db_session: Db
) -> None:
    script.says = {".": DROP}
    one = letter()
    db_session.commit()
    deliver()
    script.says = {}
    with frozen(now() + timedelta(minutes=2)):
        assert deliver() == 1
    assert len(script.taken) == 2
    assert all(f"Message-ID: {one.message_id}\r\n" in each for each in script.taken)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_many_letters_go_over_one_connection(script: Scripted, db_session: Db) -> None:
    for number in range(120):
        letter(f"guest{number}@clinic.example")
    db_session.commit()
    assert deliver() == 120
    assert (len(script.taken), script.connections) == (120, 1)


@pytest.mark.parametrize("rate", [1, 2, 5, 11, 12, 13, 30, 60, 100, 577, 6000])
def test_no_minute_sees_more_letters_than_the_limit(rate: int) -> None:
    spacing, burst = pace(rate)
    assert 1 <= burst <= rate
    # Whenever a minute begins: what may leave at once, and what becomes free before it is over.
    assert burst + (timedelta(minutes=1) - timedelta(microseconds=1)) // spacing <= rate
    assert timedelta(minutes=1) / spacing >= rate * 0.9


def test_two_workers_share_the_limit(app: Flask, sink: Sink, db_session: Db) -> None:
    app.config["MAIL_RATE"] = 60
    for number in range(150):
        letter(f"guest{number}@clinic.example")
    db_session.commit()
    began, at, left = now(), now(), []
    while len(left) < 150:

        def work(_: int, ready: Callable[[], object], at: datetime = at) -> None:
            with app.app_context(), frozen(at):
                ready()
                deliver()
                db.session.remove()

        before = len(sink.taken)
        together(2, work)
        left += [at] * (len(sink.taken) - before)
        at += timedelta(seconds=5)
        assert at < began + timedelta(minutes=4)
    busiest = max(sum(each <= one < each + timedelta(minutes=1) for one in left) for each in left)
    assert busiest <= 60
    assert left[-1] - began <= timedelta(minutes=3), "and it is not much slower than the limit either"
    assert len({taken.message["Message-ID"] for taken in sink.taken}) == 150


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_clock_set_back_does_not_stop_the_mail(app: Flask, sink: Sink, db_session: Db) -> None:
    app.config["MAIL_RATE"] = 12
    with frozen(now() + timedelta(days=400)):
        letter()
        db_session.commit()
        assert deliver() == 1
        server.note_trouble("It was down then.")
        db_session.commit()
    letter("ben@clinic.example")
    db_session.commit()
    with frozen(now() + timedelta(seconds=6)):
        assert deliver() == 1


@pytest.mark.parametrize(
    ("code", "words", "refuses"),
    [
        (550, "5.1.1 No such user here", True),
        (550, "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", True),
        (550, "5.2.1 The email account that you tried to reach is disabled", True),
        (550, "5.1.1 The email account that you tried to reach does not exist (see 5.7.1)", True),
        (550, "No such user here", True),
        (551, "User unknown; try elsewhere", True),
        (
            550,
            "<ana@clinic.example>: Recipient address rejected: User unknown in virtual mailbox table",
            True,
        ),
        (550, "5.7.1 No such user here, says our policy", False),
        (550, "Message rejected as spam", False),
        (550, "5.1.8 Sender's domain does not exist", False),
        (550, "5.4.1 Recipient address rejected: Access denied", False),
        (552, "5.2.2 Mailbox full", False),
        (552, "5.1.1 odd", False),
        (450, "4.1.1 No such user yet", False),
        (554, "5.7.1 Relay access denied", False),
    ],
)
def test_which_words_are_about_the_address_itself(code: int, words: str, refuses: bool) -> None:
    assert refuses_address(code, words) is refuses


def test_a_letter_that_the_server_chokes_on_does_not_hold_up_the_others(
    app: Flask, script: Scripted, db_session: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = three()
    send = jobs.open_transport("smtp://none", None).__class__.send

    def slow(self: object, ready: jobs.Ready) -> None:
        if ready.letter_id == ids[0]:
            raise jobs.Undelivered("The mail server did not answer: timed out.", everything=True)
        send(self, ready)  # type: ignore[arg-type]

    monkeypatch.setattr("jam.mail.transport.SmtpTransport.send", slow)
    assert deliver() == 0
    with frozen(now() + rest_after(1)):
        assert deliver() == 2
    assert stand(ids) == [(State.DUE, 1), (State.SENT, 1), (State.SENT, 1)]
    assert db_session.scalar(select(Letter.reason).where(Letter.id == ids[0])) == (
        "The mail server did not answer: timed out."
    )
