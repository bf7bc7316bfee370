"""What is kept of each session: read while it is true, counted anew from the rows where something was written since.

Triggers note which sessions a write touches (`TouchedSession`), in the same transaction. A reader takes what is kept of
the others and counts the touched ones itself, so it is never behind; the clock counts them once more and keeps that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import ColumnElement, Select, delete, exists, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import InstrumentedAttribute

from jam.base import ending
from jam.base.database import db, reading
from jam.base.now import now
from jam.schedule.models import Event
from jam.schedule.rules import State
from jam.statistics.counting import Counted, Part, Share, count
from jam.statistics.models import SessionCount, SessionPart, TouchedSession
from jam.statistics.rules import Dimension
from jam.statistics.sets import marks, pack, people, unpack

#: What was kept before Jam counted areas is as good as not kept.
_WHOLE = SessionCount.urban.is_not(None)

#: Sessions that are counted in one round of the clock.
_AT_ONCE = 50


def counted(event_ids: Collection[int], dimensions: Collection[Dimension] = ()) -> dict[int, Counted]:
    """These sessions as the rows are now, with the parts of these dimensions; two queries while nothing changed."""
    if not event_ids:
        return {}
    fresh = select(SessionCount).where(
        SessionCount.event_id.in_(event_ids), _WHOLE, ~_touched(SessionCount.event_id)
    )
    found = {kept.event_id: _unpacked(kept) for kept in db.session.scalars(fresh)}
    missing = [id for id in event_ids if id not in found]
    if dimensions:
        kept = select(SessionPart).where(
            SessionPart.event_id.in_(found), SessionPart.dimension.in_(dimensions)
        )
        for each in db.session.scalars(kept):
            found[each.event_id].parts[Dimension(each.dimension), each.value] = _share(each)
    found.update((each.event_id, each) for each in count(missing))
    return found


def _touched(event_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    return exists().where(TouchedSession.event_id == event_id)


def _unpacked(kept: SessionCount) -> Counted:
    return Counted(
        kept.event_id,
        kept.known,
        people(kept.seats),
        people(kept.at_start),
        people(kept.there),
        people(kept.audience),
        marks(kept.organizations),
        unpack(kept.stays),
        unpack(kept.leads),
        kept.peak,
        kept.asked,
        kept.met,
        people(kept.rural),
        people(kept.urban),
        kept.heads,
    )


def held() -> Select[int]:
    """The sessions that count: published and over."""
    return select(Event.id).where(Event.state == State.PUBLISHED, Event.ends_at <= now())


def refresh(at_once: int = _AT_ONCE) -> int:
    """Count sessions that changed or were never counted, newest first; returns how many. Commits by itself."""
    with reading():
        never = ~exists().where(SessionCount.event_id == Event.id, _WHOLE)
        stale = held().where(never | _touched(Event.id)).order_by(Event.starts_at.desc()).limit(at_once)
        ids = list(db.session.scalars(stale))
        db.session.rollback()
    for done, id in enumerate(ids):
        if ending.asked():
            return done
        try:
            keep(id)
        except DBAPIError:
            # Another clock counts it at this moment, or something in its rows cannot be counted: the others can be. Its
            # note stays, so readers go on counting it themselves and the next round tries again.
            db.session.rollback()
            current_app.logger.warning("session %d could not be counted just now", id, exc_info=True)
    return len(ids)


def keep(event_id: int) -> None:
    """Count one session and keep that. Commits by itself.

    What is read and which notes are taken away are of one moment: a write that ends later leaves its note.
    """
    db.session.rollback()
    if db.engine.dialect.name == "postgresql":  # SQLite's one writer sees one moment anyway
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    notes = list(db.session.scalars(select(TouchedSession.id).where(TouchedSession.event_id == event_id)))
    [found] = count([event_id])
    db.session.execute(delete(SessionPart).where(SessionPart.event_id == event_id))
    db.session.execute(delete(SessionCount).where(SessionCount.event_id == event_id))
    db.session.add(_packed(found))
    db.session.add_all(_packed_parts(found))
    for first in range(0, len(notes), 500):
        db.session.execute(delete(TouchedSession).where(TouchedSession.id.in_(notes[first : first + 500])))
    db.session.commit()


def _packed(found: Counted) -> SessionCount:
    return SessionCount(
        event_id=found.event_id,
        known=found.known,
        seats=found.seats.serialize(),
        at_start=found.at_start.serialize(),
        there=found.there.serialize(),
        audience=found.audience.serialize(),
        organizations=found.organizations.serialize(),
        stays=pack(found.stays),
        leads=pack(found.leads),
        peak=found.peak,
        asked=found.asked,
        met=found.met,
        rural=found.rural.serialize(),
        urban=found.urban.serialize(),
        heads=found.heads,
    )


def _packed_parts(found: Counted) -> Iterable[SessionPart]:
    for (dimension, value), share in found.parts.items():
        yield SessionPart(
            event_id=found.event_id,
            dimension=dimension,
            value=value,
            seats=share.seats,
            at_start=share.at_start,
            came=share.came,
        )


def _share(kept: SessionPart) -> Share:
    return Share(kept.seats, kept.at_start, kept.came)


@dataclass(frozen=True)
class Rebuilt:
    """How many sessions were counted anew, and which of those that were kept as true differed, by their slugs."""

    sessions: int
    different: list[str]


def rebuild() -> Rebuilt:
    """Count every session held from its rows, compare with what was kept, and keep the new. Commits by itself."""
    with reading():
        sessions = db.session.execute(
            select(Event.id, Event.slug).where(Event.id.in_(held())).order_by(Event.starts_at, Event.id)
        ).all()
        db.session.rollback()
    different = []
    for id, slug in sessions:
        if not _is_true(id):
            different.append(slug)
        keep(id)
    db.session.execute(delete(SessionCount).where(SessionCount.event_id.not_in(held())))
    db.session.execute(delete(SessionPart).where(SessionPart.event_id.not_in(held())))
    db.session.execute(delete(TouchedSession).where(TouchedSession.event_id.not_in(select(Event.id))))
    db.session.commit()
    return Rebuilt(len(sessions), different)


def _is_true(event_id: int) -> bool:
    """Whether what is kept of a session, and not noted as touched, is what its rows say."""
    with reading():
        query = select(SessionCount).where(
            SessionCount.event_id == event_id, _WHOLE, ~_touched(SessionCount.event_id)
        )
        kept = db.session.scalar(query)
        if kept is None:
            db.session.rollback()
            return True
        have = _unpacked(kept)
        have.parts = _parts_of(event_id)
        [want] = count([event_id])
        db.session.rollback()
    return have == want


def _parts_of(event_id: int) -> dict[Part, Share]:
    rows = db.session.scalars(select(SessionPart).where(SessionPart.event_id == event_id))
    return {(Dimension(each.dimension), each.value): _share(each) for each in rows}
