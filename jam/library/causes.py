"""Whether the cause of this room's letter still stands when it leaves."""

from __future__ import annotations

from sqlalchemy import select

from jam.base.database import db
from jam.library.actions import PUBLISHED
from jam.library.models import Entry
from jam.library.queries import on_show, pages_of
from jam.mail.models import Letter
from jam.mail.standing import cause
from jam.proposals.shared import hand_in

hand_in(pages_of)


@cause(PUBLISHED)
def still_published(letter: Letter) -> str | None:
    """A letter about what nobody can read any more does not leave."""
    there = select(on_show().with_only_columns(Entry.id).where(Entry.proposal_id == letter.scope_id).exists())
    return None if db.session.scalar(there) else "It does not stand in the library any more."
