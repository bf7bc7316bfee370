"""Reading the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, or_, select
from sqlalchemy.event import listen, listens_for
from sqlalchemy.orm import Session

from jam.base.database import UtcDateTime, db
from jam.base.lookup import holds
from jam.base.now import now
from jam.mail.kinds import STOP
from jam.mail.models import Letter, Wording
from jam.mail.rules import UNSENT, State
from jam.mail.subjects import about
from jam.mail.wording import source

_WORDINGS = "wordings"


def current(kind: str, home: tuple[str, int] | None = None) -> str:
    """What a kind of letter says now: by its home's own wording, else by everybody's, else as Jam came with it.

    Looked up once in a transaction: a letter to hundreds asks once.
    """
    found: dict[Any, str] = db.session.info.setdefault(_WORDINGS, {})
    if (kind, home) not in found:
        found[kind, home] = _current(kind, home)
    return found[kind, home]


def forget_wordings(*_: object) -> None:
    """Look wordings up anew from here on."""
    db.session.info.pop(_WORDINGS, None)


@listens_for(db.session, "after_commit")
def _committed(session: Session) -> None:
    if not session.in_nested_transaction():
        forget_wordings()


listen(db.session, "after_soft_rollback", forget_wordings)


def _current(kind: str, home: tuple[str, int] | None) -> str:
    for home_kind, home_id in ([home] if home else []) + [("", 0)]:
        newest = (
            select(Wording.body)
            .where(Wording.kind == kind, Wording.home_kind == home_kind, Wording.home_id == home_id)
            .order_by(Wording.version.desc())
            .limit(1)
        )
        if body := db.session.scalar(newest):
            return body
    return source(kind)


def unsent(
    scope: tuple[str, int], recipient: tuple[str, int] | None = None, kinds: tuple[str, ...] = ()
) -> list[Letter]:
    """Letters about something that have not left yet, oldest first."""
    return letters_in(UNSENT, scope, recipient, kinds)


def letters_in(
    states: Iterable[State],
    scope: tuple[str, int],
    recipient: tuple[str, int] | None = None,
    kinds: tuple[str, ...] = (),
) -> list[Letter]:
    """Letters about something that stand in one of these states, oldest first."""
    query = select(Letter).where(
        Letter.scope_kind == scope[0],
        Letter.scope_id == scope[1],
        Letter.state.in_(list(states)),
    )
    if recipient is not None:
        query = query.where(Letter.recipient_kind == recipient[0], Letter.recipient_id == recipient[1])
    if kinds:
        query = query.where(Letter.kind.in_(kinds))
    return list(db.session.scalars(query.order_by(Letter.id)))


def unsent_stopped_by(link: str, recipient: tuple[str, Iterable[int]]) -> list[Letter]:
    """Letters to somebody (kind, ids of all their rows) that have not left and are stopped by links of this kind."""
    query = select(Letter).where(
        Letter.recipient_kind == recipient[0],
        Letter.recipient_id.in_(list(recipient[1])),
        Letter.state.in_(UNSENT),
    )
    waiting = db.session.scalars(query.order_by(Letter.id))
    return [letter for letter in waiting if STOP in letter.links and letter.links[STOP][0] == link]


@dataclass(frozen=True)
class Wanted:
    """Which letters somebody looks for: each that is given narrows it."""

    q: str = ""
    kind: str = ""
    scope: tuple[str, int] | None = None
    #: Sent, or due to leave, at or after the one and before the other.
    since: datetime | None = None
    until: datetime | None = None

    def where(self) -> list[ColumnElement[bool]]:
        """As conditions."""
        at = func.coalesce(Letter.sent_at, Letter.due_at)
        found: list[ColumnElement[bool]] = []
        if self.kind:
            found.append(Letter.kind == self.kind)
        if self.scope is not None:
            found.append(about(self.scope))
        if self.since is not None:
            found.append(at >= literal(self.since, UtcDateTime))
        if self.until is not None:
            found.append(at < literal(self.until, UtcDateTime))
        if self.q:
            found.append(
                or_(
                    holds(Letter.to_address, self.q),
                    holds(Letter.to_name, self.q),
                    holds(Letter.subject, self.q),
                )
            )
        return found


ALL = Wanted()


def found(state: str = "", wanted: Wanted = ALL) -> Select[Letter]:
    """Letters in a state, or in any, that somebody looks for; newest first."""
    query = select(Letter).where(*wanted.where()).order_by(Letter.id.desc())
    return query.where(Letter.state == state) if state else query


def counts(wanted: Wanted = ALL) -> dict[str, int]:
    """How many of the letters that somebody looks for stand in each state."""
    query = select(Letter.state, func.count()).where(*wanted.where()).group_by(Letter.state)
    return {state: number for state, number in db.session.execute(query)}


@dataclass(frozen=True)
class Batch:
    """Letters of one action that stand alike and have not left."""

    batch: str
    count: int
    leaves_at: datetime
    subject: str
    #: Whether they differ in their subjects, so that `subject` is only one of them.
    mixed: bool
    #: Their kinds; one at most is usual.
    kinds: tuple[str, ...]


def waiting_batches() -> list[Batch]:
    """What will leave in the next minutes and can be called back, soonest first; at most 20."""
    return _batches(Letter.state == State.DUE, Letter.due_at > now(), Letter.attempts == 0)


def held_batches() -> list[Batch]:
    """What is held back, oldest first; at most 20."""
    return _batches(Letter.state == State.HELD)


def _batches(*where: ColumnElement[bool]) -> list[Batch]:
    rows = db.session.execute(
        select(
            Letter.batch,
            func.count(),
            func.min(Letter.due_at),
            func.min(Letter.subject),
            func.min(Letter.subject) != func.max(Letter.subject),
        )
        .where(*where)
        .group_by(Letter.batch)
        .order_by(func.min(Letter.due_at), Letter.batch)
        .limit(20)
    )
    found = rows.all()
    kinds: dict[str, list[str]] = {}
    of_them = select(Letter.batch, Letter.kind).where(*where, Letter.batch.in_([row[0] for row in found]))
    for batch, kind in db.session.execute(of_them.distinct().order_by(Letter.kind)):
        kinds.setdefault(batch, []).append(kind)
    return [
        Batch(batch, count, leaves_at, subject, bool(mixed), tuple(kinds.get(batch, ())))
        for batch, count, leaves_at, subject, mixed in found
    ]


def in_batch(batch: str) -> list[Letter]:
    """The letters of one action."""
    return list(db.session.scalars(select(Letter).where(Letter.batch == batch).order_by(Letter.id)))


def to_recipient(kind: str, ids: Iterable[int], limit: int = 20) -> list[Letter]:
    """The latest letters to somebody, newest first; `ids` are all rows of the recipient."""
    query = select(Letter).where(Letter.recipient_kind == kind, Letter.recipient_id.in_(list(ids)))
    return list(db.session.scalars(query.order_by(Letter.id.desc()).limit(limit)))
