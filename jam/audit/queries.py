"""Reading the log."""

from __future__ import annotations

from sqlalchemy import select

from jam.audit.models import AuditDetail, AuditEntry
from jam.base.database import db


def history(object_kind: str, object_id: int, limit: int = 50) -> list[tuple[AuditEntry, list[AuditDetail]]]:
    """The entries about one object, newest first, each with its details: two queries."""
    entries = list(
        db.session.scalars(
            select(AuditEntry)
            .where(AuditEntry.object_kind == object_kind, AuditEntry.object_id == object_id)
            .order_by(AuditEntry.id.desc())
            .limit(limit)
        )
    )
    details: dict[int, list[AuditDetail]] = {entry.id: [] for entry in entries}
    for detail in db.session.scalars(select(AuditDetail).where(AuditDetail.entry_id.in_(details))):
        details[detail.entry_id].append(detail)
    return [(entry, details[entry.id]) for entry in entries]
