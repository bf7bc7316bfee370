"""What staff said of kinds of tables whose column names say nothing by themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from jam.attendance.models import AttendanceLayout
from jam.attendance.reading.columns import fingerprint
from jam.attendance.reading.mapped import FIELDS
from jam.audit.actions import record
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now


def known_layouts() -> dict[str, dict[str, int]]:
    """Where each thing stands, by the fingerprint of the layout."""
    rows = db.session.execute(select(AttendanceLayout.fingerprint, AttendanceLayout.columns))
    return {name: columns for name, columns in rows}


def remember(header: Sequence[str], columns: Mapping[str, int], *, by: str) -> AttendanceLayout:
    """Keep what the columns of a layout hold, for every file like it. Refused where nobody could be told from it."""
    places = {field: at for field, at in columns.items() if field in FIELDS and 0 <= at < len(header)}
    if not places.keys() & {"email", "name", "first", "last"}:
        raise Refused("Say which column holds the names or the addresses.")
    if not places.keys() & {"join", "duration", "seconds", "hours", "attended"}:
        raise Refused("Say which column holds the minutes, or when people joined, or whether they came.")
    name = fingerprint(header)
    found = db.session.scalar(select(AttendanceLayout).where(AttendanceLayout.fingerprint == name))
    before = found.columns if found else None
    if found is None:
        found = AttendanceLayout(fingerprint=name)
        db.session.add(found)
    found.header, found.columns = [cell[:200] for cell in header], places
    found.said_at, found.said_by = now(), by
    db.session.flush()
    record("attendance.layout", "attendance_layout", found.id, by=by,
           changes={"columns": (str(before) if before else None, str(places))})  # fmt: skip
    return found
