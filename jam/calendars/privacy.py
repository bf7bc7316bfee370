"""What this room holds about a person: their own feed as it was last built."""

from __future__ import annotations

from sqlalchemy import select

from jam.base.database import db
from jam.base.privacy import Export, Holding, hand_in, items
from jam.calendars.models import PersonalCalendar
from jam.calendars.personal import end


def export(person_id: int) -> Export:
    """When the person's own feed last changed. What stands in it, the rooms tell that it comes from."""
    query = select(PersonalCalendar).where(PersonalCalendar.person_id == person_id)
    return {"calendar": items(db.session.scalars(query), "changed_at")}


def erase(person_id: int, *, by: str) -> int:
    """Forget the feed."""
    return end(person_id)


hand_in(
    Holding(
        room="calendars",
        columns={"personal_calendar": ("person_id", "content")},
        parts={"calendar": "Your own calendar link, if you have one: when what it shows last changed."},
        export=export,
        erase=erase,
    )
)
