"""Delivery: claim what is due, hand it over, mark it. Any number of workers may do it at once.

A letter is delivered at least once: a crash between the server's yes and our mark sends it again, with the same
Message-ID.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import selectinload

from jam.audit.actions import CLOCK
from jam.base import ending
from jam.base.database import db, reading
from jam.base.now import now
from jam.mail import server
from jam.mail.actions import move, say_now
from jam.mail.compose import Ready, compose
from jam.mail.models import Letter, PausedAddress
from jam.mail.refusing import pause, paused, refused_alike, try_alike
from jam.mail.rules import (
    LEASE,
    LOST_IN_A_ROW,
    MOST_ATTEMPTS,
    REFUSED_IN_A_ROW,
    REFUSES_ALL,
    State,
    as_compared,
    pause_after,
)
from jam.mail.standing import TooLate, address_now, is_asked_for, other_by_now, why_gone
from jam.mail.transport import Transport, Undelivered, open_transport

_AT_ONCE = 50

#: A round hands over no more letters of its claim when less than this is left of the lease: one try may take long.
_SPARE = timedelta(minutes=2)

#: A commit follows at once, after which every row is read anew.
_BLINDLY = {"synchronize_session": False}


def deliver(most: int = 5_000) -> int:
    """Send what is due, at most so many; returns how many left. Commits by itself, letter by letter.

    When the mail server itself cannot be used, the round ends, the letters lose no try, and the server is left alone for a
    while. A limit on letters a minute ends the round, too.
    """
    config, sent, taken, usable = current_app.config, 0, 0, True
    transport = open_transport(config["MAIL_URL"], config["MAIL_FOLDER"])
    try:
        while usable and taken < most and not ending.asked():
            lease = now() + LEASE
            claimed = _claim(min(_AT_ONCE, most - taken), lease)
            if not claimed:
                break
            taken += len(claimed)
            ready = _compose(_fit(claimed, lease), config["MAIL_FROM"], lease)
            left, usable = _hand_over(transport, ready, lease)
            sent += left
    finally:
        transport.close()
    return sent


def _may_be_taken() -> Any:
    present = now()
    due = and_(Letter.state == State.DUE, Letter.due_at <= present)
    abandoned = and_(Letter.state == State.SENDING, Letter.lease_until < present)
    return or_(due, abandoned)


def _claim(most: int, lease: datetime) -> list[int]:
    # Looking reads only, so an idle worker never takes SQLite's write lock; the claim itself is the conditional update.
    with reading():
        # While letter after letter is refused, those that somebody may be waiting for this minute find out whether all are.
        order = [Letter.id.desc()] if server.refuses_all() else [Letter.due_at, Letter.id]
        due = select(Letter.id).where(_may_be_taken()).order_by(*order).limit(most)
        ids = [] if server.is_resting() else list(db.session.scalars(due))
        db.session.rollback()
    if not ids:
        return []
    claimed: list[int] = []
    free = server.slots(len(ids))
    for id in ids[:free]:
        done: Any = db.session.execute(
            update(Letter)
            .where(Letter.id == id, _may_be_taken())
            .values(state=State.SENDING, lease_until=lease, attempts=Letter.attempts + 1, reason=None),
            execution_options=_BLINDLY,
        )
        if done.rowcount == 1:
            claimed.append(id)
    server.give_slots_back(free - len(claimed))
    db.session.commit()
    return claimed


def _fit(claimed: list[int], lease: datetime) -> list[int]:
    """Those of the claimed letters that may leave: their cause stands, and their address takes mail. A recipient who is
    reached elsewhere by now gets the letter there, and what it says of a time is true now."""
    gone: dict[int, str] = {}
    refused: dict[int, str] = {}
    elsewhere: dict[int, str] = {}
    other: dict[int, dict[str, str]] = {}
    with reading():
        letters = list(db.session.scalars(select(Letter).where(Letter.id.in_(claimed))))
        whereto = {letter.id: address_now(letter) for letter in letters}
        closed = paused(address for address in whereto.values() if address)
        for letter in letters:
            address = whereto[letter.id]
            if (why := why_gone(letter)) or address is None:
                gone[letter.id] = why or "Its recipient has no address any more."
                continue
            if (row := closed.get(as_compared(address))) and not is_asked_for(letter):
                refused[letter.id] = f"The address refuses mail. {row.words}"
            if address != letter.to_address:
                elsewhere[letter.id] = address
            if values := other_by_now(letter):
                other[letter.id] = values
        db.session.rollback()
    for id, why in gone.items():
        _settle(id, lease, state=State.MISSED if isinstance(why, TooLate) else State.WITHDRAWN, reason=why)
    for id, why in refused.items():
        _settle(id, lease, state=State.FAILED, reason=why)
    _bring_up_to_date(elsewhere, other)
    return [id for id in claimed if id not in gone and id not in refused]


def _bring_up_to_date(elsewhere: dict[int, str], other: dict[int, dict[str, str]]) -> None:
    for id, address in elsewhere.items():
        move(db.session.get_one(Letter, id), address, by=CLOCK)
        db.session.commit()
    for id, values in other.items():
        letter = db.session.get_one(Letter, id)
        if letter.wording:  # it is empty when its recipient was erased at this very moment
            say_now(letter, values)
        db.session.commit()


def _compose(claimed: list[int], mail_from: str, lease: datetime) -> list[Ready]:
    ready: list[Ready] = []
    broken: list[int] = []
    with reading():
        query = select(Letter).where(Letter.id.in_(claimed)).options(selectinload(Letter.parts))
        for letter in sorted(db.session.scalars(query), key=lambda each: claimed.index(each.id)):
            try:
                ready.append(compose(letter, mail_from, now()))
            except DBAPIError:
                raise  # the database's trouble, not this letter's: the lease runs out and it is taken again
            except Exception:
                current_app.logger.exception("letter %s cannot be written", letter.id)
                broken.append(letter.id)
        db.session.rollback()
    for id in broken:
        _put_back(
            id,
            Undelivered(
                "It cannot be written: what it is about, or what one of its links leads to, is gone.",
                final=True,
            ),
            lease,
        )
    return ready


def _hand_over(transport: Transport, ready: list[Ready], lease: datetime) -> tuple[int, bool]:
    # How many left, and whether the server can be used.
    sent = lost = refused = 0
    for number, each in enumerate(ready):
        if now() > lease - _SPARE or ending.asked():
            _give_back(ready[number:], lease)
            break
        try:
            transport.send(each)
        except Undelivered as caught:
            failure = _judged(each, caught)
            lost = lost + 1 if failure.lost else 0
            refused += failure.refused is not None and not failure.final
            unusable = failure.everything or lost >= LOST_IN_A_ROW or refused >= REFUSED_IN_A_ROW
            _note(each, failure, unusable)
            if failure.blameless:
                _give_back([each], lease, failure.reason)
            else:
                _put_back(each.letter_id, failure, lease)
            if unusable:
                _give_back(ready[number + 1 :], lease)
                return sent, False
            continue
        lost = refused = 0
        server.note_fine()
        _lift(each)
        _settle(each.letter_id, lease, state=State.SENT, sent_at=now())
        sent += 1
    return sent, True


def _judged(tried: Ready, failure: Undelivered) -> Undelivered:
    """A refusal for good, unless the server refuses everything: then this letter and those before it are tried again."""
    if failure.refused is None:
        return failure
    passing = Undelivered(f"{REFUSES_ALL} {failure.reason}", refused=failure.refused)
    if server.refuses_all():
        return passing
    before = refused_alike(failure.refused, tried.to_address)
    first = db.session.scalar(select(Letter.attempts).where(Letter.id == tried.letter_id)) == 1
    if not first or len({as_compared(each.to_address) for each in before}) < REFUSED_IN_A_ROW - 1:
        return failure
    try_alike(before)
    passing.everything = True
    return passing


def _note(tried: Ready, failure: Undelivered, unusable: bool) -> None:
    """Keep what a failure says of the server, and of the address."""
    if unusable:
        server.note_trouble(failure.reason)
    elif not failure.lost and not server.refuses_all():
        server.note_fine()
    if failure.nobody:
        pause(db.session.get_one(Letter, tried.letter_id), failure.reason)


def _lift(taken: Ready) -> None:
    """The server took a letter to an address that it refused before: it is one like others again."""
    db.session.execute(delete(PausedAddress).where(PausedAddress.address == as_compared(taken.to_address)))


def _put_back(letter_id: int, failure: Undelivered, lease: datetime) -> None:
    attempts = db.session.scalar(select(Letter.attempts).where(Letter.id == letter_id)) or 1
    final = failure.final or attempts >= MOST_ATTEMPTS
    state = State.FAILED if final else State.DUE
    # What failed for good stands under the moment at which it did.
    due_at = now() if final else now() + pause_after(attempts)
    _settle(letter_id, lease, state=state, due_at=due_at, reason=failure.reason)


def _give_back(untried: list[Ready], lease: datetime, reason: str | None = None) -> None:
    """Letters that were not tried lose no try."""
    server.give_slots_back(len(untried))
    for each in untried:
        _settle(each.letter_id, lease, state=State.DUE, attempts=Letter.attempts - 1, reason=reason)


def _settle(letter_id: int, lease: datetime, **values: Any) -> None:
    # Under our own lease alone: a worker that was stopped for longer must not touch what another has claimed since.
    db.session.execute(
        update(Letter)
        .where(Letter.id == letter_id, Letter.state == State.SENDING, Letter.lease_until == lease)
        .values(lease_until=None, **values),
        execution_options=_BLINDLY,
    )
    db.session.commit()
