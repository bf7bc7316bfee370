"""What an action changed, read from the log again so that it can be put back: each row that still stands as it left it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from jam.audit.actions import Changes, record
from jam.audit.models import AuditEntry
from jam.audit.queries import with_details
from jam.base.database import Model, UtcDateTime, db

#: How a detail's words become a value again, by the type of the column.
_READ: dict[type, Any] = {bool: "True".__eq__, int: int, str: str}


@dataclass(frozen=True)
class Done:
    """One entry of an action: on which object, and its fields' words before and after."""

    action: str
    object_kind: str
    object_id: int
    before: dict[str, str | None]
    after: dict[str, str | None]

    def stands(self, row: Model) -> bool:
        """Whether no field has changed since; never where the values are gone, because somebody was erased."""
        return bool(self.after) and all(
            getattr(row, field) == _value(row, field, words) for field, words in self.after.items()
        )

    def was(self, row: Model) -> dict[str, Any]:
        """The values before, as the row's columns hold them."""
        return {field: _value(row, field, words) for field, words in self.before.items()}

    def put_back(self, row: Model) -> None:
        """Give every field the value it had before."""
        for field, value in self.was(row).items():
            setattr(row, field, value)


def done_in(batch: str, *actions: str) -> list[Done]:
    """What was done in a batch by these actions, in the order of the actions and then of time."""
    entries = list(
        db.session.scalars(
            select(AuditEntry).where(AuditEntry.batch == batch, AuditEntry.action.in_(actions))
        )
    )
    entries.sort(key=lambda entry: (actions.index(entry.action), entry.id))
    return [
        Done(
            entry.action,
            entry.object_kind,
            entry.object_id,
            {each.field: each.before for each in details},
            {each.field: each.after for each in details},
        )
        for entry, details in with_details(entries)
    ]


def restore(done: Done, row: Model, action: str, *, by: str, batch: str) -> None:
    """Give a row what it held before, and write that into the log as `action` on the same object."""
    before = values_of(row, *done.before)
    done.put_back(row)
    db.session.flush()
    record(action, done.object_kind, done.object_id, by=by, batch=batch, changes=changes_since(row, before))


def values_of(row: Model, *fields: str) -> dict[str, Any]:
    """The values of these fields now, to be compared later."""
    return {field: getattr(row, field) for field in fields}


def changes_since(row: Model, before: dict[str, Any]) -> Changes:
    """Each field before and now; what did not change is told too, because it says how the row was left."""
    return {field: (value, getattr(row, field)) for field, value in before.items()}


def _value(row: Model, field: str, words: str | None) -> Any:
    if words is None:
        return None
    kind = row.__table__.columns[field].type
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(words).astimezone(UTC)
    return _READ[kind.python_type](words)
