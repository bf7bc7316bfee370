"""What this room holds about a person: staff's text of what they shared, which goes with them."""

from __future__ import annotations

from sqlalchemy import select

from jam.base.database import db
from jam.base.privacy import Export, Holding, hand_in, items
from jam.library.models import Entry
from jam.proposals.models import Presenter, Proposal


def _entries(person_id: int) -> list[Entry]:
    """Entries of what this person shared, oldest first."""
    mine = select(Presenter.proposal_id).where(Presenter.person_id == person_id)
    query = select(Entry).join(Entry.proposal).where(Proposal.id.in_(mine)).order_by(Entry.id)
    return [each for each in db.session.scalars(query) if each.proposal.lead.person_id == person_id]


def export(person_id: int) -> Export:
    """Each entry with its text, and since when it is published."""
    return {
        "library": items(
            _entries(person_id), "slug", "title", "story", "takeaways", "evidence", "links", "published_at"
        )
    }


def erase(person_id: int, *, by: str) -> int:
    """Take out what the person shared: who agreed to it is gone."""
    entries = _entries(person_id)
    for entry in entries:
        db.session.delete(entry)
    db.session.flush()
    return len(entries)


hand_in(
    Holding(
        room="library",
        columns={
            "library_entry": ("proposal_id", "slug", "title", "story", "takeaways", "evidence", "links")
        },
        parts={"library": "What you shared, as staff prepared it for the public library."},
        export=export,
        erase=erase,
    )
)
