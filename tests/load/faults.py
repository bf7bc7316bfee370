"""Points at which a process kills itself as `kill -9` would: hooks wrapped round functions of Jam, of smtplib, and commits.

They are set in the process that is to die, once, before it begins its work.
"""

from __future__ import annotations

import os
import signal
import smtplib
from collections.abc import Callable
from threading import local
from typing import Any, NoReturn

from sqlalchemy import event

from jam.base.database import db
from jam.mail import jobs
from jam.mail.models import Letter
from jam.mail.transport import SmtpTransport
from jam.registration.models import Registration

#: Which functions this thread is in the midst of.
_inside = local()


def die(*_: Any, **__: Any) -> NoReturn:
    """No handler, no `finally`, no closing of anything."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still alive")


def _before(owner: Any, name: str) -> None:
    setattr(owner, name, die)


def _after(owner: Any, name: str, when: Callable[[Any], bool] = lambda _: True) -> None:
    whole = getattr(owner, name)

    def then(*arguments: Any, **options: Any) -> Any:
        found = whole(*arguments, **options)
        if when(found):
            die()
        return found

    setattr(owner, name, then)


def _at_commit(name: str) -> None:
    """When the function of jam.mail.jobs has written and is about to commit."""
    whole = getattr(jobs, name)

    def noted(*arguments: Any, **options: Any) -> Any:
        _inside.now = True
        try:
            return whole(*arguments, **options)
        finally:
            _inside.now = False

    setattr(jobs, name, noted)

    @event.listens_for(db.session, "before_commit")
    def committing(_session: Any) -> None:
        if getattr(_inside, "now", False):
            die()


def _in_data() -> None:
    """Half of the letter is on the wire."""

    def half(self: smtplib.SMTP, message: Any) -> NoReturn:
        self.putcmd("data")
        self.getreply()
        whole = message if isinstance(message, bytes) else message.encode()
        self.send(whole[: len(whole) // 2])
        die()

    smtplib.SMTP.data = half  # type: ignore[method-assign]


def _after_data() -> None:
    """The whole letter is on the wire, and the server has not answered yet."""
    whole, reply = smtplib.SMTP.data, smtplib.SMTP.getreply

    def data(self: smtplib.SMTP, message: Any) -> Any:
        _inside.replies = 0
        return whole(self, message)

    def getreply(self: smtplib.SMTP) -> Any:
        replies = getattr(_inside, "replies", None)
        if replies is not None:
            _inside.replies = replies + 1
            if replies == 1:  # the first one was the 354
                die()
        return reply(self)

    smtplib.SMTP.data, smtplib.SMTP.getreply = data, getreply  # type: ignore[method-assign]


def _in_give_back() -> None:
    """One of the letters that are given back is, the others are not."""
    whole = jobs._give_back

    def give_back(*arguments: Any, **options: Any) -> None:
        _after(jobs, "_settle")
        whole(*arguments, **options)

    jobs._give_back = give_back


def _seat_without_letter() -> None:
    event.listen(Letter, "before_insert", die)


def _letter_without_commit() -> None:
    event.listen(Letter, "after_insert", die)


def _after_commit() -> None:
    event.listen(db.session, "after_commit", die)


def _before_seat() -> None:
    event.listen(Registration, "before_insert", die)


#: Writing a letter: somebody registers.
WRITING: dict[str, Callable[[], None]] = {
    "before-seat": _before_seat,
    "seat-without-letter": _seat_without_letter,
    "letter-without-commit": _letter_without_commit,
    "after-commit": _after_commit,
}

#: Delivering it: a worker.
DELIVERING: dict[str, Callable[[], None]] = {
    "before-claim": lambda: _before(jobs, "_claim"),
    "in-claim": lambda: _at_commit("_claim"),
    "after-claim": lambda: _after(jobs, "_claim", bool),
    "after-compose": lambda: _after(jobs, "_compose"),
    "after-connect": lambda: _after(SmtpTransport, "_connect"),
    "after-mail-from": lambda: _after(smtplib.SMTP, "mail"),
    "after-rcpt": lambda: _after(smtplib.SMTP, "rcpt"),
    "in-data": _in_data,
    "after-data": _after_data,
    "after-250": lambda: _after(SmtpTransport, "send"),
    "in-mark": lambda: _at_commit("_settle"),
    "after-mark": lambda: _after(jobs, "_settle"),
    "in-put-back": lambda: _at_commit("_put_back"),
    "before-give-back": lambda: _before(jobs, "_give_back"),
    "in-give-back": _in_give_back,
}

POINTS = {**WRITING, **DELIVERING}
