"""Opening a one-time link uses it up, as if opening were pressing."""

from __future__ import annotations

from jam.base.database import db
from jam.base.errors import Refused
from jam.people import pages
from jam.people.actions import use_sign_in_link


def _use(link_id: int) -> bool:
    try:
        use_sign_in_link(link_id)
    except Refused:
        return False
    db.session.commit()
    return True


pages.is_usable = _use
