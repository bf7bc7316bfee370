"""What is kept of each session: read while it is true, counted anew from the rows where something was written since.

Triggers note which sessions a write touches (`TouchedSession`), in the same transaction. A reader takes what is kept of
the others and counts the touched ones itself, so it is never behind; the clock counts them once more and keeps that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from secrets import token_hex

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

#: What was kept before Jam counted all of this is as good as not kept.
_WHOLE = SessionCount.version.is_not(None)

#: Where an app keeps what it unpacked, and how many bytes of it, as they were packed.
_UNPACKED, _MOST_BYTES = "jam-unpacked-sessions", 64 * 1024 * 1024

#: Sessions that are counted in one round of the clock.
_AT_ONCE = 50


def counted(event_ids: Collection[int], dimensions: Collection[Dimension] = ()) -> dict[int, Counted]:
    """These sessions as the rows are now, with the parts of these dimensions.

    One small query while nothing changed since this process last asked. The sets are shared: nobody may change them.
    """
    if not event_ids:
        return {}
    fresh = select(SessionCount.event_id, SessionCount.version).where(
        SessionCount.event_id.in_(event_ids), _WHOLE, ~_touched(SessionCount.event_id)
    )
    versions = {id: version for id, version in db.session.execute(fresh) if version}
    memory: _Memory = current_app.extensions.setdefault(_UNPACKED, _Memory())
    found = {id: each for id, version in versions.items() if (each := memory.get(id, version))}
    for kept, size in _read(versions.keys() - found.keys()):
        memory.keep(versions[kept.event_id], kept, size)
        found[kept.event_id] = kept
    wanted = set(dimensions)
    shown = {
        id: replace(each, parts={part: share for part, share in each.parts.items() if part[0] in wanted})
        for id, each in found.items()
    }
    shown.update((each.event_id, each) for each in count(id for id in event_ids if id not in shown))
    return shown


class _Memory:
    """Sessions as they were unpacked, until they are too many bytes; then it begins anew."""

    def __init__(self) -> None:
        self.sessions: dict[int, tuple[str, Counted]] = {}
        self.bytes = 0

    def get(self, event_id: int, version: str) -> Counted | None:
        known, kept = self.sessions.get(event_id, ("", None))
        return kept if known == version else None

    def keep(self, version: str, counted: Counted, size: int) -> None:
        if self.bytes + size > _MOST_BYTES:
            self.sessions, self.bytes = {}, 0
        self.sessions[counted.event_id] = version, counted
        self.bytes += size


def _read(event_ids: Collection[int]) -> Iterator[tuple[Counted, int]]:
    """What is kept of these sessions, with all parts; and how many bytes that is."""
    if not event_ids:
        return
    parts: defaultdict[int, dict[Part, Share]] = defaultdict(dict)
    rows = select(
        SessionPart.event_id, SessionPart.dimension, SessionPart.value, SessionPart.seats, SessionPart.at_start,
        SessionPart.came,
    ).where(SessionPart.event_id.in_(event_ids))  # fmt: skip
    for id, dimension, value, seats, at_start, came in db.session.execute(rows):
        parts[id][Dimension(dimension), value] = Share(seats, at_start, came)
    kept = select(SessionCount).where(SessionCount.event_id.in_(event_ids), _WHOLE)
    for each in db.session.scalars(kept):
        unpacked = _unpacked(each)
        unpacked.parts = parts[each.event_id]
        size = sum(len(value) for value in vars(each).values() if isinstance(value, bytes))
        yield unpacked, size + 200 * len(unpacked.parts)


def _touched(event_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    return exists().where(TouchedSession.event_id == event_id)


def _unpacked(kept: SessionCount) -> Counted:
    stays = unpack(kept.stays)
    return Counted(
        kept.event_id,
        kept.known,
        people(kept.seats),
        people(kept.at_start),
        people(kept.there),
        people(kept.audience),
        marks(kept.organizations),
        stays,
        sum(stays),
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
        version=token_hex(16),
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
