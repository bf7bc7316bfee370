"""Writing letters and deciding about them. The caller commits."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import func, select, update

from jam.audit.actions import new_batch, record
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.mail.kinds import kinds, with_foot
from jam.mail.models import Letter, LetterPart, Wording
from jam.mail.parts import readdressed
from jam.mail.queries import current, forget_wordings
from jam.mail.rules import CONTINUED_AT, GRACE, UNSENT, State
from jam.mail.wording import write


@dataclass(frozen=True)
class Recipient:
    """Whom a letter is for: an address, a name, and whose row in which room."""

    address: str
    name: str
    kind: str
    id: int


@dataclass(frozen=True)
class About:
    """What a letter is about, and what goes into it."""

    scope: tuple[str, int]
    values: Mapping[str, str]
    #: Personal links by placeholder: {"my_page": ("me", 12)}. One named `stop` is the way to end letters like this one; kinds
    #: that are `stoppable` get theirs by themselves.
    links: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    #: Whose own wording counts where there is one, as kind and id: ("program", 3).
    home: tuple[str, int] | None = None
    #: Whether staff send it to themselves to look at it: then nothing is ended by it.
    trial: bool = False


def draft(
    kind: str,
    to: Recipient,
    about: About,
    *,
    key: str,
    due_at: datetime | None = None,
    batch: str | None = None,
    wording: str | None = None,
    state: State = State.DUE,
) -> Letter | None:
    """Write a letter that leaves at `due_at` (now, if not said); None when a letter with this key exists already.

    It says what staff want this kind to say, unless another `wording` in the same form is given. One written as
    `State.DRAFT` or `State.HELD` leaves when somebody lets it go.
    """
    if db.session.scalar(select(Letter.id).where(Letter.key == key)):
        return None
    wording = wording or current(kinds[kind].name, about.home)
    values, links = with_foot(kind, about.values, about.links, None if about.trial else to.id)
    words = write(wording, values, links)
    present = now()
    letter = Letter(
        kind=kind,
        state=state,
        key=key,
        message_id=f"<{secrets.token_hex(16)}@{current_app.config['UID_DOMAIN']}>",
        to_address=to.address,
        to_name=to.name,
        wording=wording,
        values=values,
        subject=words.subject,
        text=words.text,
        html=words.html,
        links={name: list(target) for name, target in links.items()},
        data=dict(about.data),
        scope_kind=about.scope[0],
        scope_id=about.scope[1],
        recipient_kind=to.kind,
        recipient_id=to.id,
        batch=batch or new_batch(),
        created_at=present,
        due_at=due_at or present,
        attempts=0,
    )
    db.session.add(letter)
    db.session.flush()
    return letter


def say(kind: str, body: str | None, *, home: tuple[str, int] | None = None, by: str) -> Wording:
    """Let letters of a kind say something else from now on; None goes back to what stands a level above.

    The caller has checked the wording. Earlier versions stay. IntegrityError when somebody saved at the same moment.
    """
    home_kind, home_id = home or ("", 0)
    newest = select(func.max(Wording.version)).where(
        Wording.kind == kind, Wording.home_kind == home_kind, Wording.home_id == home_id
    )
    latest = db.session.scalar(newest) or 0
    wording = Wording(
        kind=kind,
        home_kind=home_kind,
        home_id=home_id,
        version=latest + 1,
        body=body,
        created_at=now(),
        by=by,
    )
    db.session.add(wording)
    db.session.flush()
    record("mail.wording", "wording", wording.id, by=by, changes={"version": (latest or None, latest + 1)})
    forget_wordings()
    return wording


def attach(letter: Letter, name: str, method: str, content: bytes) -> None:
    """Give a letter its calendar part."""
    letter.parts.append(LetterPart(name=name, method=method, content=content))


def move(letter: Letter, address: str, *, by: str) -> None:
    """Let a letter that has not left go to another address of its recipient, its invitation too."""
    changes = {"to_address": (letter.to_address, address)}
    record("mail.move", "letter", letter.id, by=by, changes=changes)
    for part in letter.parts:
        part.content = readdressed(part.content, address)
    letter.to_address = address


def say_now(letter: Letter, values: Mapping[str, str]) -> None:
    """Let a letter that is about to leave say the same with these values, which have changed by themselves."""
    letter.values = {**letter.values, **values}
    words = write(letter.wording, letter.values, letter.links)
    letter.subject, letter.text, letter.html = words.subject, words.text, words.html


def withdraw(letters: Iterable[Letter], why: str, *, by: str, batch: str | None = None) -> int:
    """Take back letters that have not left; returns how many. One that is leaving this moment counts as left."""
    return _settle(letters, State.WITHDRAWN, UNSENT, why, by, batch)


def withdraw_failed(letters: Iterable[Letter], why: str, *, by: str, batch: str | None = None) -> int:
    """Give up letters that could not be delivered, so that nobody tries them again; returns how many."""
    return _settle(letters, State.WITHDRAWN, (State.FAILED,), why, by, batch)


def put_back(letter: Letter, state: State, *, by: str, batch: str | None = None) -> None:
    """Let a letter that was withdrawn stand again as it did before."""
    _settle([letter], state, (State.WITHDRAWN,), None, by, batch)


def empty(letters: Iterable[Letter], why: str, *, by: str) -> int:
    """Take the words out of letters, since they tell of somebody who was erased; returns how many had not left.

    Those do not leave any more. To whom each was, and that it was sent, stays.
    """
    letters = list(letters)
    stopped = withdraw(letters, why, by=by)
    for letter in letters:
        letter.subject, letter.text, letter.html, letter.data = "Erased letter", "", "", {}
        letter.wording, letter.values = "", {}
    db.session.flush()
    return stopped


def hold(letters: Iterable[Letter], why: str, *, by: str) -> int:
    """Keep letters back until somebody decides; returns how many were still here."""
    return _settle(letters, State.HELD, (State.DUE,), why, by)


def release(letters: Iterable[Letter], *, by: str) -> int:
    """Let held letters and drafts leave now; returns how many. A draft that is continued on a page of its own stays."""
    letters = [each for each in letters if CONTINUED_AT not in each.data]
    return _settle(letters, State.DUE, (State.DRAFT, State.HELD), None, by)


def hasten(letters: Iterable[Letter], *, by: str) -> int:
    """Let letters that still wait for their time leave now; returns how many."""
    return _settle(letters, State.DUE, (State.DUE,), None, by)


def let_wait(batch: str) -> None:
    """Let the letters of one action wait as long as those that can be called back."""
    db.session.flush()
    db.session.execute(
        update(Letter).where(Letter.batch == batch, Letter.state == State.DUE).values(due_at=now() + GRACE)
    )


def retry(letters: Iterable[Letter], *, by: str) -> int:
    """Try again with letters that could not be delivered; returns how many."""
    return _settle(letters, State.DUE, (State.FAILED,), None, by)


def put_aside(letter: Letter, *, by: str) -> None:
    """Stop asking about a letter that could not be delivered. Refused for any other."""
    why = f"{letter.reason or ''} Put aside by staff.".strip()
    if not _settle([letter], State.WITHDRAWN, (State.FAILED,), why, by):
        raise Refused("Only a letter that could not be delivered can be put aside.")


def _settle(
    letters: Iterable[Letter],
    to: State,
    only_from: tuple[State, ...],
    why: str | None,
    by: str,
    batch: str | None = None,
) -> int:
    # Conditional, row by row: a worker may be taking the same letter at this moment.
    changed, batch = 0, batch or new_batch()
    for letter in letters:
        values: dict[str, Any] = {"state": to, "reason": why}
        if to is State.DUE:
            values |= {"due_at": now(), "attempts": 0}
        was = letter.state
        # Read anew below; to look for it among all rows of the session would take the square of their number.
        done: Any = db.session.execute(
            update(Letter).where(Letter.id == letter.id, Letter.state.in_(only_from)).values(**values),
            execution_options={"synchronize_session": False},
        )
        if done.rowcount:
            changed += 1
            record(f"mail.{to}", "letter", letter.id, by=by, batch=batch, changes={"state": (was, to)})
            db.session.refresh(letter)
    return changed
