"""Letters reach a real mail server, once each, whatever the server says and however many workers there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.base.now import frozen, now
from jam.base.settings import Settings
from jam.mail import jobs
from jam.mail.actions import hold
from jam.mail.jobs import deliver
from jam.mail.models import Letter
from jam.mail.rules import LEASE, MOST_ATTEMPTS, State
from tests import makers
from tests.mail.conftest import Sink, free_port
from tests.mail.letters import letter
from tests.together import together


def stands(id: int) -> Letter:
    db.session.rollback()
    return db.session.get_one(Letter, id)


def test_a_letter_arrives(sink: Sink, db_session: scoped_session[Session]) -> None:
    sent = letter("Ana@Clinic.example")
    db_session.commit()
    assert deliver() == 1
    [taken] = sink.taken
    assert taken.recipients == ["Ana@Clinic.example"]
    assert taken.message["To"] == "Ana Lee <Ana@Clinic.example>"
    assert taken.message["From"] == "Workforce Solutions Jam <jam@localhost>"
    assert taken.message["Subject"] == "Your sign-in link"
    assert taken.message["Message-ID"] == sent.message_id
    assert taken.message["Auto-Submitted"] == "auto-generated"
    after = stands(sent.id)
    assert (after.state, after.attempts, after.lease_until) == (State.SENT, 1, None)
    assert after.sent_at is not None
    assert deliver() == 0
    assert len(sink.taken) == 1


def test_only_what_is_due_leaves(sink: Sink, db_session: scoped_session[Session]) -> None:
    letter("early@clinic.example", due_at=now() + timedelta(minutes=10))
    kept = letter("held@clinic.example")
    hold([kept], "A look first.", by="command")
    letter("due@clinic.example")
    db_session.commit()
    assert deliver() == 1
    with frozen(now() + timedelta(minutes=11)):
        assert deliver() == 1
    assert [taken.recipients for taken in sink.taken] == [["due@clinic.example"], ["early@clinic.example"]]


def test_a_refused_recipient_fails_at_once_and_holds_up_nobody(
    sink: Sink, db_session: scoped_session[Session]
) -> None:
    sink.replies["gone@clinic.example"] = "550 5.1.1 No such user here"
    failed, fine = letter("gone@clinic.example"), letter("ana@clinic.example")
    db_session.commit()
    assert deliver() == 1
    after = stands(failed.id)
    assert (after.state, after.attempts) == (State.FAILED, 1)
    assert after.reason == "The mail server said 550 5.1.1 No such user here"
    assert stands(fine.id).state == State.SENT
    with frozen(now() + timedelta(days=2)):
        assert deliver() == 0
    assert sink.tried.count("gone@clinic.example") == 1


def test_a_refused_mail_fails_with_the_reason(sink: Sink, db_session: scoped_session[Session]) -> None:
    sink.after_data = "554 5.7.1 We take no such thing"
    failed = letter()
    db_session.commit()
    assert deliver() == 0
    assert (stands(failed.id).state, stands(failed.id).reason) == (
        State.FAILED,
        "The mail server said 554 5.7.1 We take no such thing",
    )


def test_a_passing_refusal_is_tried_again_after_growing_pauses_and_given_up_at_last(
    sink: Sink, db_session: scoped_session[Session]
) -> None:
    sink.replies["ana@clinic.example"] = "451 4.7.1 Greylisted, come back later"
    waiting = letter()
    db_session.commit()
    at, pauses = now(), []
    for _ in range(MOST_ATTEMPTS):
        with frozen(at):
            assert deliver() == 0
            assert deliver() == 0  # not before its time
        pauses.append(stands(waiting.id).due_at - at)
        at = stands(waiting.id).due_at
    minutes = [pause / timedelta(minutes=1) for pause in pauses]
    assert minutes == [1, 2, 4, 8, 16, 32, 64, 128, 240, 0], "at last it stands under the moment it failed at"
    after = stands(waiting.id)
    assert (after.state, after.attempts) == (State.FAILED, MOST_ATTEMPTS)
    assert after.reason == "The mail server said 451 4.7.1 Greylisted, come back later"
    assert sink.tried == ["ana@clinic.example"] * MOST_ATTEMPTS


def test_a_passing_refusal_ends_well(sink: Sink, db_session: scoped_session[Session]) -> None:
    sink.replies["ana@clinic.example"] = "450 4.2.1 Mailbox busy"
    waiting = letter()
    db_session.commit()
    deliver()
    del sink.replies["ana@clinic.example"]
    with frozen(now() + timedelta(minutes=2)):
        assert deliver() == 1
    after = stands(waiting.id)
    assert (after.state, after.attempts, after.reason) == (State.SENT, 2, None)
    assert sink.taken[0].message["Message-ID"] == waiting.message_id


def test_a_server_that_is_down_costs_no_try_and_loses_nothing(
    app: Flask, db_session: scoped_session[Session]
) -> None:
    app.config.update(MAIL_URL=f"smtp://127.0.0.1:{free_port()}", MAIL_FOLDER=None)
    ids = [letter(f"guest{number}@clinic.example").id for number in range(5)]
    db_session.commit()
    assert deliver() == 0
    after = [stands(id) for id in ids]
    assert {each.state for each in after} == {State.DUE}
    assert sorted(each.attempts for each in after) == [0] * 5
    assert [each.reason for each in after if each.reason] == [after[0].reason]
    assert "cannot be reached" in (after[0].reason or "")


def test_letters_leave_once_the_server_is_back(
    app: Flask, sink: Sink, db_session: scoped_session[Session]
) -> None:
    for number in range(5):
        letter(f"guest{number}@clinic.example")
    db_session.commit()
    app.config["MAIL_URL"] = f"smtp://127.0.0.1:{free_port()}"
    assert deliver() == 0
    app.config["MAIL_URL"] = sink.url
    with frozen(now() + timedelta(minutes=2)):
        assert deliver() == 5
    assert len({taken.message["Message-ID"] for taken in sink.taken}) == 5


def test_a_sender_that_the_server_refuses_is_no_fault_of_the_letters(
    sink: Sink, db_session: scoped_session[Session]
) -> None:
    sink.to_sender = "550 5.7.1 Sender not allowed"
    ids = [letter(f"guest{number}@clinic.example").id for number in range(3)]
    db_session.commit()
    assert deliver() == 0
    assert {stands(id).state for id in ids} == {State.DUE}


def test_a_letter_that_a_dead_worker_left_is_sent_again_under_the_same_message_id(
    sink: Sink, db_session: scoped_session[Session]
) -> None:
    left = letter()
    left.state, left.lease_until, left.attempts = State.SENDING, now() + LEASE, 1
    db_session.commit()
    assert deliver() == 0
    with frozen(now() + LEASE + timedelta(seconds=1)):
        assert deliver() == 1
    assert sink.taken[0].message["Message-ID"] == left.message_id
    assert stands(left.id).attempts == 2


def test_a_letter_that_cannot_be_written_stops_no_other(
    sink: Sink, db_session: scoped_session[Session], caplog: pytest.LogCaptureFixture
) -> None:
    first, broken, last = letter("a@clinic.example"), letter("b@clinic.example"), letter("c@clinic.example")
    broken.links = {"sign_in": ["a kind of link that nobody knows", 1]}
    db_session.commit()
    assert deliver() == 2
    assert {stands(first.id).state, stands(last.id).state} == {State.SENT}
    after = stands(broken.id)
    assert (after.state, after.reason) == (
        State.FAILED,
        "It cannot be written: what it is about, or what one of its links leads to, is gone.",
    )
    assert f"letter {broken.id} cannot be written" in caplog.text


def test_several_workers_at_once_send_each_letter_once(
    app: Flask, sink: Sink, db_session: scoped_session[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_AT_ONCE", 5)
    for number in range(60):
        letter(f"guest{number}@clinic.example")
    db_session.commit()

    def work(_: int, ready: Callable[[], object]) -> int:
        with app.app_context():
            ready()
            sent = deliver()
            db.session.remove()
            return sent

    assert sum(together(4, work)) == 60
    assert set(Counter(taken.recipients[0] for taken in sink.taken).values()) == {1}
    assert len(sink.taken) == 60


def test_a_worker_whose_lease_runs_out_leaves_the_rest_to_others(
    sink: Sink, db_session: scoped_session[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [letter(f"guest{number}@clinic.example").id for number in range(3)]
    db_session.commit()
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "_SPARE", LEASE + timedelta(seconds=1))  # as if it were always too late
        patch.setattr(jobs, "_AT_ONCE", 1)
        assert jobs.deliver(most=3) == 0
    after = [stands(id) for id in ids]
    assert {(each.state, each.attempts) for each in after} == {(State.DUE, 0)}
    assert deliver() == 3


def test_a_worker_that_slept_through_its_lease_leaves_alone_what_another_has_in_hand(
    db_session: scoped_session[Session],
) -> None:
    mine = letter()
    db_session.commit()
    slept, awake = now() + LEASE, now() + 3 * LEASE
    assert jobs._claim(1, slept) == [mine.id]
    with frozen(slept + timedelta(seconds=1)):
        assert jobs._claim(1, awake) == [mine.id]
        jobs._settle(mine.id, slept, state=State.DUE, reason="the one that slept")
    after = stands(mine.id)
    assert (after.state, after.lease_until, after.reason) == (State.SENDING, awake, None)
    jobs._settle(mine.id, awake, state=State.SENT)
    assert stands(mine.id).state == State.SENT


def test_a_folder_receives_whole_files(settings: Settings, db_session: scoped_session[Session]) -> None:
    sent = letter()
    db_session.commit()
    assert deliver() == 1
    folder = settings.mail_folder
    assert folder is not None
    assert [path.name for path in folder.iterdir()] == [f"{sent.id:07}.eml"]
    mail = message_from_bytes((folder / f"{sent.id:07}.eml").read_bytes(), policy=policy.default)
    assert mail["Message-ID"] == sent.message_id


def test_a_folder_that_cannot_be_written_keeps_letters_due(
    settings: Settings, db_session: scoped_session[Session]
) -> None:
    assert settings.mail_folder is not None
    settings.mail_folder.write_text("a file stands in its place")
    waiting = letter()
    db_session.commit()
    assert deliver() == 0
    assert stands(waiting.id).state == State.DUE
    assert "cannot be written" in (stands(waiting.id).reason or "")


def test_the_seats_letter_leaves_with_its_links_and_the_row_keeps_none(
    sink: Sink, db_session: scoped_session[Session]
) -> None:
    makers.registration(makers.event(), "ana@clinic.example")
    db_session.commit()
    assert deliver() == 1
    said = sink.taken[0].message.get_body(("plain",))
    assert said is not None
    assert "http://jam.example/join/" in said.get_content()
    assert "http://jam.example/me/" in said.get_content()
    stored = db_session.scalars(select(Letter)).one()
    whole = stored.text + stored.html + "".join(part.content.decode() for part in stored.parts)
    assert "/join/" not in whole
    assert "/me/" not in whole
