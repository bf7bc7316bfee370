"""What the log holds about a person: values in the details of entries. Entries hold ids alone and stay."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select

from jam.audit.models import AuditDetail, AuditEntry
from jam.audit.queries import with_details
from jam.base.database import db
from jam.base.privacy import Export, Holding, hand_in, objects_of


def export(person_id: int) -> Export:
    """Every entry about the person or by them, oldest first."""
    entries = db.session.scalars(select(AuditEntry).where(_about(person_id)).order_by(AuditEntry.id))
    return {
        "changes": [
            {
                "at": entry.at.isoformat(),
                "action": entry.action,
                "object": f"{entry.object_kind} {entry.object_id}",
                "by": _who(entry.actor, person_id),
                "values": [
                    {"field": each.field, "before": each.before, "after": each.after} for each in details
                ],
            }
            for entry, details in with_details(list(entries))
        ]
    }


def erase(person_id: int, *, by: str) -> int:
    """Delete the values of the person's entries. Other rooms must still know which rows are theirs."""
    entries = select(AuditEntry.id).where(_about(person_id))
    gone: Any = db.session.execute(delete(AuditDetail).where(AuditDetail.entry_id.in_(entries)))
    return int(gone.rowcount)


def _about(person_id: int) -> ColumnElement[bool]:
    theirs = [
        and_(AuditEntry.object_kind == kind, AuditEntry.object_id.in_(ids))
        for kind, ids in objects_of(person_id).items()
    ]
    return or_(AuditEntry.actor == f"person:{person_id}", *theirs)


def _who(actor: str, person_id: int) -> str:
    # Which of the staff it was is that person's affair.
    known = {f"person:{person_id}": "you", "clock": "Jam by itself", "visitor": "the public form"}
    return known.get(actor, "staff")


hand_in(
    Holding(
        room="audit",
        columns={"audit_entry": ("actor", "object_id"), "audit_detail": ("before", "after")},
        parts={"changes": "What was changed about you, when, and each value before and after."},
        export=export,
        erase=erase,
    )
)
