"""Writing to the log, in the transaction of the change."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from jam.audit.models import AuditDetail, AuditEntry
from jam.base.database import db
from jam.base.now import now

CLOCK = "clock"
COMMAND = "command"

#: Values before and after, by field name.
Changes = Mapping[str, tuple[object, object]]


_open: ContextVar[str | None] = ContextVar("batch", default=None)


def new_batch() -> str:
    """An id that binds the entries and letters of one action together."""
    return _open.get() or secrets.token_hex(8)


@contextmanager
def one_batch() -> Iterator[str]:
    """Whatever is written inside, entries and letters, belongs to one action; gives its id."""
    mark = _open.set(secrets.token_hex(8))
    try:
        yield new_batch()
    finally:
        _open.reset(mark)


def record(
    action: str,
    object_kind: str,
    object_id: int,
    *,
    by: str,
    changes: Changes | None = None,
    batch: str | None = None,
) -> AuditEntry:
    """Write one entry with its details. The caller commits, so the entry stands or falls with the change."""
    entry = AuditEntry(
        at=now(),
        actor=by,
        action=action,
        object_kind=object_kind,
        object_id=object_id,
        batch=batch or new_batch(),
    )
    db.session.add(entry)
    db.session.flush()
    for field, (before, after) in (changes or {}).items():
        db.session.add(
            AuditDetail(entry_id=entry.id, field=field, before=_words(before), after=_words(after))
        )
    return entry


def record_many(
    action: str, object_kind: str, changes: Iterable[tuple[int, Changes]], *, by: str
) -> list[AuditEntry]:
    """The same as `record` for many objects at once, in as few statements as the database takes; in their order."""
    rows, batch, at = list(changes), new_batch(), now()
    entries = [
        AuditEntry(at=at, actor=by, action=action, object_kind=object_kind, object_id=id, batch=batch)
        for id, _ in rows
    ]
    db.session.add_all(entries)
    db.session.flush()
    db.session.add_all(
        AuditDetail(entry_id=entry.id, field=field, before=_words(before), after=_words(after))
        for entry, (_, fields) in zip(entries, rows, strict=True)
        for field, (before, after) in fields.items()
    )
    return entries


def _words(value: object) -> str | None:
    return None if value is None else str(value)
