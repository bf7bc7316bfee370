"""The mail server as all workers know it together: how fast it may be used, and whether it can be used at all."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import select, update

from jam.base.database import db
from jam.base.now import now
from jam.mail.models import MailServer
from jam.mail.rules import LONGEST_REST, REFUSES_ALL, pace, rest_after

_ONE = 1


def trouble() -> MailServer | None:
    """What keeps the mail server from being used; None when nothing does."""
    return db.session.scalar(select(MailServer).where(MailServer.id == _ONE, MailServer.trouble.is_not(None)))


def refuses_all() -> bool:
    """Whether it has refused letter after letter and taken none since."""
    found = trouble()
    return found is not None and (found.trouble or "").startswith(REFUSES_ALL)


def is_resting() -> bool:
    """Whether the server is left alone for now, after it could not be used."""
    until = db.session.scalar(select(MailServer.try_at).where(MailServer.id == _ONE))
    # A time further ahead than any rest was written under another clock (`jam tick --now`).
    return until is not None and now() < until <= now() + LONGEST_REST


def slots(most: int) -> int:
    """How many letters may be handed over now, at most `most`. They are counted once the caller commits.

    The count stands in one row that is held until then, so all workers share the limit.
    """
    rate = current_app.config["MAIL_RATE"]
    if not rate:
        return most
    spacing, burst = pace(rate)
    row = _held()
    free_at = max(row.free_at or now(), now())
    if (
        free_at > now() + burst * spacing
    ):  # further ahead than a whole burst: that, too, was written under another clock
        free_at = now()
    free = burst - -(-(free_at - now()) // spacing)
    taken = max(0, min(most, free))
    row.free_at = free_at + taken * spacing
    return taken


def give_slots_back(number: int) -> None:
    """Count letters out again that were not handed over after all."""
    rate = current_app.config["MAIL_RATE"]
    if rate and number:
        row = _held()
        row.free_at = (row.free_at or now()) - number * pace(rate)[0]


def note_trouble(words: str) -> None:
    """Keep that the server cannot be used, and leave it alone for a while, longer each time. The caller commits.

    That it refused letter after letter stays known until it takes one.
    """
    row = _held()
    if (row.trouble or "").startswith(REFUSES_ALL) and not words.startswith(REFUSES_ALL):
        words = f"{REFUSES_ALL} {words}"
    row.trouble = words
    row.trouble_since = row.trouble_since or now()
    row.failures += 1
    row.try_at = now() + rest_after(row.failures)


def note_fine() -> None:
    """Keep that the server takes letters. The caller commits."""
    db.session.execute(
        update(MailServer)
        .where(MailServer.id == _ONE, MailServer.failures > 0)
        .values(trouble=None, trouble_since=None, failures=0, try_at=None)
    )


def try_now() -> None:
    """Let the next round try the server, however long it was to be left alone. The caller commits."""
    db.session.execute(update(MailServer).where(MailServer.id == _ONE).values(try_at=None))


def _held() -> MailServer:
    query = select(MailServer).where(MailServer.id == _ONE).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()
