"""Reading the log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import and_, false, or_, select

from jam.audit.models import AuditDetail, AuditEntry
from jam.base.database import db


def history(object_kind: str, object_id: int, limit: int = 50) -> list[tuple[AuditEntry, list[AuditDetail]]]:
    """The entries about one object, newest first, each with its details: two queries."""
    return histories([(object_kind, [object_id])], limit)


def histories(
    objects: Iterable[tuple[str, Iterable[int]]], limit: int = 50
) -> list[tuple[AuditEntry, list[AuditDetail]]]:
    """The entries about several objects, by kind and ids, newest first, each with its details: two queries."""
    about = [
        and_(AuditEntry.object_kind == kind, AuditEntry.object_id.in_(list(ids))) for kind, ids in objects
    ]
    entries = list(
        db.session.scalars(
            select(AuditEntry).where(or_(false(), *about)).order_by(AuditEntry.id.desc()).limit(limit)
        )
    )
    return with_details(entries)


def entries_about(
    action: str, object_kind: str, object_id: int, *, limit: int
) -> list[tuple[AuditEntry, list[AuditDetail]]]:
    """The entries of one kind of action about one object, newest first, each with its details: two queries."""
    query = select(AuditEntry).where(
        AuditEntry.object_kind == object_kind,
        AuditEntry.object_id == object_id,
        AuditEntry.action == action,
    )
    return with_details(list(db.session.scalars(query.order_by(AuditEntry.id.desc()).limit(limit))))


def of_batch(batch: str) -> list[tuple[AuditEntry, list[AuditDetail]]]:
    """The entries of one action, in their order, each with its details: two queries."""
    query = select(AuditEntry).where(AuditEntry.batch == batch).order_by(AuditEntry.id)
    return with_details(list(db.session.scalars(query)))


def with_details(entries: Sequence[AuditEntry]) -> list[tuple[AuditEntry, list[AuditDetail]]]:
    """The entries, each with its details, in the same order: one query."""
    details: dict[int, list[AuditDetail]] = {entry.id: [] for entry in entries}
    query = select(AuditDetail).where(AuditDetail.entry_id.in_(details)).order_by(AuditDetail.id)
    for detail in db.session.scalars(query):
        details[detail.entry_id].append(detail)
    return [(entry, details[entry.id]) for entry in entries]
