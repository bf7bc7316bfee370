"""Addresses that a mail server refused for good: paused, shown, and tried again when somebody says so. The caller commits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from jam.audit.actions import CLOCK, one_batch, record
from jam.base.database import db
from jam.base.now import now
from jam.mail.actions import retry
from jam.mail.models import Letter, PausedAddress
from jam.mail.rules import REFUSED_LATELY, REFUSES_ALL, State, as_compared, pause_after
from jam.mail.standing import address_now, why_gone

#: Letters that failed longer ago are not tried again when an address is.
_STILL_NEWS = timedelta(days=14)


def pause(letter: Letter, words: str) -> None:
    """Knock no more at the address of a letter, because of what the server said."""
    address = as_compared(letter.to_address)
    if not address:  # the recipient was erased at this very moment
        return
    # Two workers may hear it at the same moment: the second waits for the first and then finds it paused.
    insert = postgresql_insert if db.engine.dialect.name == "postgresql" else sqlite_insert
    row = insert(PausedAddress).values(
        address=address,
        recipient_kind=letter.recipient_kind,
        recipient_id=letter.recipient_id,
        words=words,
        paused_at=now(),
    )
    added: Any = db.session.execute(row.on_conflict_do_nothing(index_elements=["address"]))
    if added.rowcount == 1:
        record("mail.pause", letter.recipient_kind, letter.recipient_id, by=CLOCK)


def paused(addresses: Iterable[str]) -> dict[str, PausedAddress]:
    """Those of the addresses that are paused, by how they are compared."""
    wanted = {as_compared(address) for address in addresses}
    rows = db.session.scalars(select(PausedAddress).where(PausedAddress.address.in_(wanted)))
    return {row.address: row for row in rows}


def all_paused() -> Select[PausedAddress, str | None]:
    """Every paused address, latest first, with the name on the last letter there."""
    name = (
        select(Letter.to_name)
        .where(
            Letter.recipient_kind == PausedAddress.recipient_kind,
            Letter.recipient_id == PausedAddress.recipient_id,
        )
        .order_by(Letter.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return select(PausedAddress, name).order_by(PausedAddress.paused_at.desc(), PausedAddress.id.desc())


def paused_count() -> int:
    """How many addresses refuse mail."""
    return db.session.scalar(select(func.count()).select_from(PausedAddress)) or 0


def paused_of(recipient: tuple[str, Iterable[int]]) -> list[PausedAddress]:
    """The paused addresses of somebody, as kind and ids of all their rows."""
    query = select(PausedAddress).where(
        PausedAddress.recipient_kind == recipient[0], PausedAddress.recipient_id.in_(list(recipient[1]))
    )
    return list(db.session.scalars(query.order_by(PausedAddress.id)))


def refused_alike(code: int, address: str) -> list[Letter]:
    """Letters to other addresses that failed by the same code, at their first try, since the server last took one."""
    since = now() - REFUSED_LATELY
    taken = db.session.scalar(select(func.max(Letter.sent_at)))
    found = select(Letter).where(
        Letter.state == State.FAILED,
        Letter.attempts == 1,
        Letter.due_at > max(since, taken or since),
        Letter.reason.startswith(f"The mail server said {code} ", autoescape=True),
        func.lower(Letter.to_address) != as_compared(address),
    )
    return list(db.session.scalars(found.order_by(Letter.id)))


def try_alike(letters: Iterable[Letter]) -> None:
    """Let letters be tried later that were refused like all others, and write to their addresses as before."""
    for letter in letters:
        for row in paused([letter.to_address]).values():
            _write_there(row, CLOCK)
        db.session.execute(
            update(Letter)
            .where(Letter.id == letter.id, Letter.state == State.FAILED)
            .values(state=State.DUE, due_at=now() + pause_after(1), reason=f"{REFUSES_ALL} {letter.reason}")
        )


def lift(row: PausedAddress, *, by: str) -> int:
    """Write to an address again, and try its failed letters once more whose cause still stands; returns how many."""
    address = row.address
    _write_there(row, by)
    failed = db.session.scalars(
        select(Letter)
        .where(
            Letter.state == State.FAILED,
            func.lower(Letter.to_address) == address,
            Letter.created_at > now() - _STILL_NEWS,
        )
        .order_by(Letter.id)
    ).all()
    return retry([letter for letter in failed if why_gone(letter) is None], by=by)


def of_use(failed: Iterable[Letter]) -> list[Letter]:
    """Those of some failed letters whose cause still stands and whose recipient can be written to."""
    return [each for each in failed if why_gone(each) is None and address_now(each) is not None]


def try_all(failed: Iterable[Letter], *, by: str) -> int:
    """Try failed letters once more, and the addresses among theirs that refused mail; returns how many letters."""
    letters = list(failed)
    with one_batch():
        for row in paused(address_now(each) or "" for each in letters).values():
            _write_there(row, by)
        return retry(letters, by=by)


def _write_there(row: PausedAddress, by: str) -> None:
    db.session.execute(delete(PausedAddress).where(PausedAddress.id == row.id))
    record("mail.lift", row.recipient_kind, row.recipient_id, by=by)
