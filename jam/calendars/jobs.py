"""What the clock does for calendars: it stores what is missing or stale, so that polls find it ready."""

from __future__ import annotations

from flask import current_app

from jam.base.database import db
from jam.calendars.actions import repair
from jam.calendars.personal import stale_people, store
from jam.people.models import Person

#: Personal feeds in one round.
_AT_ONCE = 500


def build_calendars() -> int:
    """Store public feeds that are missing or outdated, then stale personal ones; returns how many were built."""
    built = repair()
    db.session.commit()
    for person_id in stale_people(_AT_ONCE):
        try:
            store(db.session.get_one(Person, person_id))
            db.session.commit()
        except Exception:
            # One that cannot be built must not keep the others from being so.
            db.session.rollback()
            current_app.logger.exception("the calendar of person %d could not be built", person_id)
            continue
        built += 1
    return built
