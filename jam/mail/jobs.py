"""Delivery: claim what is due, hand it over, mark it. Any number of workers may do it at once.

A letter is delivered at least once: a crash between the server's yes and our mark sends it again, with the same
Message-ID.
"""

from __future__ import annotations

from typing import Any

from flask import current_app
from sqlalchemy import and_, or_, select, update

from jam.base.database import db, reading
from jam.base.now import now
from jam.mail.compose import Ready, compose
from jam.mail.models import Letter
from jam.mail.rules import LEASE, MOST_ATTEMPTS, State, pause_after
from jam.mail.transport import Transport, Undelivered, open_transport

_AT_ONCE = 50


def deliver(most: int = 5_000) -> int:
    """Send what is due, at most so many; returns how many left. Commits by itself, letter by letter."""
    config, sent, taken = current_app.config, 0, 0
    transport = open_transport(config["MAIL_URL"], config["MAIL_FOLDER"])
    try:
        while taken < most:
            ready = _claim(min(_AT_ONCE, most - taken), config["MAIL_FROM"])
            if not ready:
                break
            taken += len(ready)
            sent += sum(_send(transport, each) for each in ready)
    finally:
        transport.close()
    return sent


def _may_be_taken() -> Any:
    present = now()
    due = and_(Letter.state == State.DUE, Letter.due_at <= present)
    abandoned = and_(Letter.state == State.SENDING, Letter.lease_until < present)
    return or_(due, abandoned)


def _claim(most: int, mail_from: str) -> list[Ready]:
    # Looking reads only, so an idle worker never takes SQLite's write lock; the claim itself is the conditional update.
    with reading():
        ids = list(
            db.session.scalars(select(Letter.id).where(_may_be_taken()).order_by(Letter.due_at).limit(most))
        )
        db.session.rollback()
    claimed: list[int] = []
    for id in ids:
        done: Any = db.session.execute(
            update(Letter)
            .where(Letter.id == id, _may_be_taken())
            .values(state=State.SENDING, lease_until=now() + LEASE, attempts=Letter.attempts + 1, reason=None)
        )
        if done.rowcount == 1:
            claimed.append(id)
    db.session.commit()
    with reading():
        letters = list(
            db.session.scalars(select(Letter).where(Letter.id.in_(claimed)).order_by(Letter.due_at))
        )
        ready = [compose(letter, mail_from, now()) for letter in letters]
        db.session.rollback()
    return ready


def _send(transport: Transport, ready: Ready) -> bool:
    try:
        transport.send(ready)
    except Undelivered as failure:
        _put_back(ready.letter_id, failure)
        return False
    db.session.execute(
        update(Letter)
        .where(Letter.id == ready.letter_id, Letter.state == State.SENDING)
        .values(state=State.SENT, sent_at=now(), lease_until=None)
    )
    db.session.commit()
    return True


def _put_back(letter_id: int, failure: Undelivered) -> None:
    letter = db.session.get_one(Letter, letter_id)
    final = failure.final or letter.attempts >= MOST_ATTEMPTS
    letter.state = State.FAILED if final else State.DUE
    letter.due_at = now() + pause_after(letter.attempts)
    letter.lease_until = None
    letter.reason = failure.reason
    db.session.commit()
