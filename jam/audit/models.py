"""The entries, guarded by triggers, and their details, which erasure alone may delete."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DDL, ForeignKey, String, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from jam.base.database import Model, UtcDateTime


class AuditEntry(Model):
    """One change of one object. Ids and names of fields only: nothing personal, so that it may stay for ever."""

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    #: Who: `account:7`, `person:12`, `clock`, `command`.
    actor: Mapped[str] = mapped_column(String(40), index=True)
    #: What, in room.verb form: `schedule.move`.
    action: Mapped[str] = mapped_column(String(60))
    #: On what: `event`, 12.
    object_kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[int]
    #: The same for all entries of one bulk action.
    batch: Mapped[str] = mapped_column(String(32), index=True)


class AuditDetail(Model):
    """One field's value before and after."""

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entry.id"), index=True)
    field: Mapped[str] = mapped_column(String(60))
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str | None] = mapped_column(Text)


#: The triggers by engine, as migrations create them too.
TRIGGERS: dict[str, list[str]] = {
    "sqlite": [
        f"CREATE TRIGGER audit_entry_no_{verb} BEFORE {verb.upper()} ON audit_entry "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
        for verb in ("update", "delete")
    ],
    "postgresql": [
        (
            "CREATE FUNCTION audit_entry_guard() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$"
        ),
        (
            "CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry "
            "FOR EACH ROW EXECUTE FUNCTION audit_entry_guard()"
        ),
    ],
}

for _engine, _statements in TRIGGERS.items():
    for _statement in _statements:
        event.listen(
            AuditEntry.__table__,
            "after_create",
            DDL(_statement.replace("%", "%%")).execute_if(dialect=_engine),
        )
event.listen(
    AuditEntry.__table__,
    "after_drop",
    DDL("DROP FUNCTION IF EXISTS audit_entry_guard").execute_if(dialect="postgresql"),
)
