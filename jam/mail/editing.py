"""Changing the words of letters that have not left, and sending one again that has. The caller commits."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from hashlib import sha256
from typing import Any

from flask import current_app
from sqlalchemy import select, update

from jam.audit.actions import new_batch, one_batch, record
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.mail.kinds import OLD_REASON, REASON, STOP, is_link, kinds, needed
from jam.mail.models import Letter, LetterPart
from jam.mail.parts import readdressed
from jam.mail.refusing import paused
from jam.mail.rules import UNSENT, State
from jam.mail.standing import address_now, is_asked_for, why_gone
from jam.mail.wording import placeholders, source, write


def names_in(letters: Iterable[Letter]) -> list[str]:
    """What may stand in curly brackets in all of these letters, in the order of the first."""
    each = [
        [name for name in [*letter.values, *letter.links] if not _of_foot(name, letter.kind)]
        for letter in letters
    ]
    return [name for name in each[0] if all(name in others for others in each)] if each else []


def _of_foot(name: str, kind: str) -> bool:
    # Stored letters have the reason by its old name, which in some kinds is the name of a value of their own.
    return name in (STOP, REASON) or (name == OLD_REASON and name not in kinds[kind].placeholders)


def needed_in(letters: Collection[Letter]) -> tuple[str, ...]:
    """The links that their words must keep: those that letters of this kind need, as far as all of these have them.

    What else a wording needs to be true for everybody, whoever changes these very letters may say in other words.
    """
    kind = next(iter(letters)).kind
    said = [placeholders(letter.wording) for letter in letters]
    own = placeholders(source(kind))
    return tuple(name for name in needed(kind, own) if is_link(name) and all(name in words for words in said))


def mark_of(letters: Iterable[Letter]) -> str:
    """Tells whether somebody else changed the words of letters meanwhile."""
    return sha256("\n\n".join(sorted({letter.wording for letter in letters})).encode()).hexdigest()[:16]


@one_batch()
def rewrite(letters: Iterable[Letter], wording: str, *, by: str) -> tuple[int, int]:
    """Let letters that have not left say something else, each with its own values; returns how many do, and how many
    were gone by then. The caller has checked the wording."""
    done = gone = 0
    for letter in letters:
        if letter.wording == wording and letter.state in UNSENT:
            done += 1
            continue
        words = write(wording, letter.values, letter.links)
        before = {"subject": letter.subject, "wording": letter.wording}
        # Conditional: a worker may be taking the same letter at this moment.
        changed: Any = db.session.execute(
            update(Letter)
            .where(Letter.id == letter.id, Letter.state.in_(UNSENT))
            .values(wording=wording, subject=words.subject, text=words.text, html=words.html),
            execution_options={"synchronize_session": False},
        )
        db.session.refresh(letter)
        if not changed.rowcount:
            gone += 1
            continue
        done += 1
        after = {"subject": letter.subject, "wording": letter.wording}
        changes = {field: (before[field], after[field]) for field in before if before[field] != after[field]}
        record("mail.edit", "letter", letter.id, by=by, changes=changes)
    return done, gone


def sent_before(letter: Letter) -> list[Letter]:
    """The first letter and its copies, oldest first; alone when it was never sent again."""
    first = _first(letter)
    copies = Letter.key.startswith(f"again:{first}:", autoescape=True)
    return list(db.session.scalars(select(Letter).where((Letter.id == first) | copies).order_by(Letter.id)))


def why_not_again(letter: Letter) -> str | None:
    """Why a letter is not sent again, in words for staff; None when it can be."""
    if letter.state != State.SENT:
        return "Only a letter that was sent can be sent again."
    if letter.recipient_kind and not letter.to_address:
        return "Its recipient was erased."
    if reason := why_gone(letter):
        return f"It is not sent again, because it is not true any more. {reason}"
    address = address_now(letter)
    if address is None:
        return "Its recipient has no address any more."
    if paused([address]) and not is_asked_for(letter):
        return f"{address} refuses mail. Try the address again first."
    if any(each.state in (*UNSENT, State.SENDING) for each in sent_before(letter)):
        return "It is on its way again already."
    return None


def send_again(letter: Letter, *, by: str) -> Letter:
    """Send a letter once more to where its recipient is reached now: a letter of its own with the same words and the same
    calendar part. Refused as `why_not_again` says.

    The part keeps its SEQUENCE and DTSTAMP: nothing about the session has changed, so a calendar that has the entry must
    not take it for news, and one that lost it takes it in (RFC 5546 section 2.1.5).
    """
    # Two presses at once: the second waits here and then finds the copy that the first has made.
    db.session.refresh(letter, with_for_update=True)
    if reason := why_not_again(letter):
        raise Refused(reason, 409)
    address = address_now(letter)
    assert address is not None
    first, number = _first(letter), len(sent_before(letter))
    copy = Letter(
        **{field: getattr(letter, field) for field in _KEPT},
        state=State.DUE,
        key=f"again:{first}:{number}",
        message_id=f"<{secrets.token_hex(16)}@{current_app.config['UID_DOMAIN']}>",
        to_address=address,
        data={**letter.data, "again": first},
        batch=new_batch(),
        created_at=now(),
        due_at=now(),
        attempts=0,
    )
    for part in letter.parts:
        content = part.content if address == letter.to_address else readdressed(part.content, address)
        copy.parts.append(LetterPart(name=part.name, method=part.method, content=content))
    db.session.add(copy)
    db.session.flush()
    record("mail.again", "letter", copy.id, by=by, changes={"copy_of": (None, first)})
    return copy


#: What a copy has from its letter.
_KEPT = (
    "kind",
    "to_name",
    "wording",
    "values",
    "subject",
    "text",
    "html",
    "links",
    "scope_kind",
    "scope_id",
    "recipient_kind",
    "recipient_id",
)


def _first(letter: Letter) -> int:
    return int(letter.data.get("again", letter.id))
