"""What is kept of each session: read while it is true, counted anew from the rows where something was written since.

Triggers note which sessions a write touches (`TouchedSession`), in the same transaction. A reader takes what is kept of
the others and counts the touched ones itself, so it is never behind; the clock counts them once more and keeps that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
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
from jam.statistics.models import KINDS, SessionAnswer, SessionNumbers, SessionSet, TouchedSession
from jam.statistics.rules import Dimension

#: Where an app keeps what it read and unpacked, and how many bytes of it, as they were packed.
_UNPACKED, _MOST_BYTES = "jam-unpacked-sessions", 64 * 1024 * 1024

#: Sessions that are counted in one round of the clock.
_AT_ONCE = 50


def counted(event_ids: Collection[int], kinds: Iterable[str] = KINDS) -> dict[int, Counted]:
    """These sessions as the rows are now, with at least these kinds of sets, spreads and marks.

    One small query while nothing changed since this process last asked. What is found is shared: nobody may change it.
    """
    if not event_ids:
        return {}
    fresh = select(SessionNumbers.event_id, SessionNumbers.version).where(
        SessionNumbers.event_id.in_(event_ids), ~_touched(SessionNumbers.event_id)
    )
    versions = {id: version for id, version in db.session.execute(fresh)}
    memory: _Memory = current_app.extensions.setdefault(_UNPACKED, _Memory())
    found = {id: each for id, version in versions.items() if (each := memory.get(id, version))}
    for each in _read(versions.keys() - found.keys()):
        found[each.event_id] = memory.keep(versions[each.event_id], each)
    wanted = set(kinds)
    lacking = {id: lack for id, each in found.items() if (lack := wanted.difference(each.kinds))}
    for id, kind, packed in _read_sets(lacking):
        memory.unpack(found[id], kind, packed)
        lacking[id].discard(kind)
    # Whatever went while this was read is counted, too.
    found = {id: each for id, each in found.items() if not lacking.get(id)}
    found.update((each.event_id, each) for each in count(id for id in event_ids if id not in found))
    return found


def organizations(every: Sequence[Counted]) -> frozenset[int]:
    """The marks of all organizations of these sessions, which must have been read with them."""
    memory: _Memory = current_app.extensions.setdefault(_UNPACKED, _Memory())
    versions = tuple(each.version for each in every)
    kept_of, kept = memory.organizations  # read once: another thread may put others there
    if all(versions) and kept_of == versions:
        return kept
    together = frozenset[int]().union(*(each.organizations or () for each in every))
    memory.organizations = versions, together
    return together


class _Memory:
    """Sessions as they were read and unpacked, until they are too many bytes; then it begins anew."""

    def __init__(self) -> None:
        self.sessions: dict[int, Counted] = {}
        self.bytes = 0
        #: Of several sessions, by their versions: the last that were asked for.
        self.organizations: tuple[Sequence[str], frozenset[int]] = (), frozenset()

    def get(self, event_id: int, version: str) -> Counted | None:
        kept = self.sessions.get(event_id)
        return kept if kept is not None and kept.version == version else None

    def keep(self, version: str, counted: Counted) -> Counted:
        self._make_room(500 + 200 * len(counted.parts))
        counted.version = version
        self.sessions[counted.event_id] = counted
        return counted

    def unpack(self, counted: Counted, kind: str, packed: bytes) -> None:
        self._make_room(len(packed))
        counted.unpack(kind, packed)

    def _make_room(self, size: int) -> None:
        if self.bytes + size > _MOST_BYTES:
            self.sessions, self.bytes = {}, 0
        self.bytes += size


def _read(event_ids: Collection[int]) -> Iterator[Counted]:
    """The numbers that are kept of these sessions, with all parts."""
    if not event_ids:
        return
    parts: defaultdict[int, dict[Part, Share]] = defaultdict(dict)
    rows = select(
        SessionAnswer.event_id, SessionAnswer.dimension, SessionAnswer.value, SessionAnswer.seats, SessionAnswer.at_start,
        SessionAnswer.came,
    ).where(SessionAnswer.event_id.in_(event_ids))  # fmt: skip
    for id, dimension, value, seats, at_start, came in db.session.execute(rows):
        parts[id][Dimension(dimension), value] = Share(seats, at_start, came)
    columns = [getattr(SessionNumbers, name) for name in _NUMBERS]
    for row in db.session.execute(select(*columns).where(SessionNumbers.event_id.in_(event_ids))):
        kept = Counted(*row)
        kept.parts = parts[row[0]]
        yield kept


#: What a session's count and the kept row of it have in common.
_NUMBERS = tuple(
    each.name for each in fields(Counted) if each.compare and each.name in SessionNumbers.__table__.columns
)


def _read_sets(lacking: Mapping[int, Collection[str]]) -> Iterator[tuple[int, str, bytes]]:
    """Whatever of these kinds is kept of these sessions."""
    if lacking:
        kinds = set[str]().union(*lacking.values())
        rows = select(SessionSet.event_id, SessionSet.kind, SessionSet.packed).where(
            SessionSet.event_id.in_(lacking), SessionSet.kind.in_(kinds)
        )
        for id, kind, packed in db.session.execute(rows):
            if kind in lacking[id]:
                yield id, kind, packed


def _touched(event_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    return exists().where(TouchedSession.event_id == event_id)


def held() -> Select[int]:
    """The sessions that count: published and over."""
    return select(Event.id).where(Event.state == State.PUBLISHED, Event.ends_at <= now())


def refresh(at_once: int = _AT_ONCE) -> int:
    """Count sessions that changed or were never counted, newest first; returns how many. Commits by itself."""
    with reading():
        never = ~exists().where(SessionNumbers.event_id == Event.id)
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
    for table in (SessionAnswer, SessionSet, SessionNumbers):
        db.session.execute(delete(table).where(table.event_id == event_id))
    numbers = {name: getattr(found, name) for name in _NUMBERS}
    db.session.add(SessionNumbers(**numbers, version=token_hex(16)))
    db.session.add_all(
        SessionSet(event_id=event_id, kind=kind, packed=packed) for kind, packed in found.packed()
    )
    db.session.add_all(_packed_parts(found))
    for first in range(0, len(notes), 500):
        db.session.execute(delete(TouchedSession).where(TouchedSession.id.in_(notes[first : first + 500])))
    db.session.commit()


def _packed_parts(found: Counted) -> Iterable[SessionAnswer]:
    for (dimension, value), share in found.parts.items():
        yield SessionAnswer(
            event_id=found.event_id,
            dimension=dimension,
            value=value,
            seats=share.seats,
            at_start=share.at_start,
            came=share.came,
        )


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
    for table in (SessionAnswer, SessionSet, SessionNumbers):
        db.session.execute(delete(table).where(table.event_id.not_in(held())))
    db.session.execute(delete(TouchedSession).where(TouchedSession.event_id.not_in(select(Event.id))))
    db.session.commit()
    return Rebuilt(len(sessions), different)


def _is_true(event_id: int) -> bool:
    """Whether what is kept of a session, and not noted as touched, is what its rows say."""
    with reading():
        query = select(SessionNumbers.event_id).where(
            SessionNumbers.event_id == event_id, ~_touched(SessionNumbers.event_id)
        )
        if db.session.scalar(query) is None:
            db.session.rollback()
            return True
        [have] = _read([event_id])
        for _, kind, packed in _read_sets({event_id: KINDS}):
            have.unpack(kind, packed)
        [want] = count([event_id])
        db.session.rollback()
    return have == want
