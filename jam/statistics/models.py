"""What was counted of each session, so that years of them cost what one does; and which sessions changed since.

Rows are numbers of persons, never names. Whatever stands here can be made anew from seats and reports
(`jam statistics --rebuild`), but for `KeptMark`.
"""

from __future__ import annotations

from sqlalchemy import DDL, CheckConstraint, ForeignKey, Index, LargeBinary, String, event
from sqlalchemy.orm import Mapped, mapped_column

from jam.base.database import Model, one_of
from jam.statistics.rules import Dimension


class SessionCount(Model):
    """One session as it was counted. Sets of people are roaring bitmaps of their rows' numbers."""

    # Read without the sets beside it, which are long.
    __table_args__ = (Index("ix_session_count_version", "event_id", "version"),)

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    #: Whether anything is known of who came.
    known: Mapped[bool]
    #: Who holds a confirmed seat; who held it when the session began.
    seats: Mapped[bytes] = mapped_column(LargeBinary)
    at_start: Mapped[bytes] = mapped_column(LargeBinary)
    #: Who was there in any role; who was in the audience.
    there: Mapped[bytes] = mapped_column(LargeBinary)
    audience: Mapped[bytes] = mapped_column(LargeBinary)
    #: 64-bit marks of the organizations that people gave.
    organizations: Mapped[bytes] = mapped_column(LargeBinary)
    #: Seconds that each of the audience stayed, where known, rising; 32-bit little-endian numbers.
    stays: Mapped[bytes] = mapped_column(LargeBinary)
    #: Hours from taking a seat to the start, for seats held when it began, rising; the same.
    leads: Mapped[bytes] = mapped_column(LargeBinary)
    #: The most of the audience at one moment; None where no times are known.
    peak: Mapped[int | None]
    #: Seats whose holder asked for something in order to take part, and those of them for which it was arranged.
    asked: Mapped[int]
    met: Mapped[int]
    #: Who of those with a seat gave a ZIP code in a rural area; in an urban one. None where it was counted before Jam knew.
    rural: Mapped[bytes | None] = mapped_column(LargeBinary)
    urban: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: Entries of the reports that are nobody's we know.
    heads: Mapped[int] = mapped_column(default=0, server_default="0")
    #: Another one each time it is counted: whoever unpacked the same before need not read it, nor the session's parts.
    #: None where it was counted by an older Jam, which counted less.
    version: Mapped[str | None] = mapped_column(String(32))


class SessionPart(Model):
    """The seats of one session whose holders gave one answer: one state, one sector."""

    __table_args__ = (CheckConstraint(one_of("dimension", Dimension), name="dimension"),)

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    dimension: Mapped[str] = mapped_column(String(10), primary_key=True)
    #: A state's abbreviation, a term's number, a source; empty where nothing was given.
    value: Mapped[str] = mapped_column(String(12), primary_key=True)
    seats: Mapped[int]
    #: Seats held when the session began, and how many of their holders were there; 0 where attendance is not known.
    at_start: Mapped[int]
    came: Mapped[int]


class TouchedSession(Model):
    """Something that counts was written about this session since it was counted; written by triggers.

    One row for each statement, so that writers never wait for one another. No key points to the session: its own end
    touches it, too.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(index=True)


class KeptMark(Model):
    """What an erasure took out of a seat that had been counted, without whose it was: totals stay what they were."""

    __table_args__ = (CheckConstraint("kind IN ('organization', 'asked', 'met')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    #: Of an organization, as in `SessionCount.organizations`; empty for what is only a number.
    mark: Mapped[str] = mapped_column(String(20), default="")


_TABLES = (
    "attendance",
    "attendance_correction",
    "attendance_report",
    "attendance_row",
    "kept_mark",
    "registration",
)
_VERBS = ("insert", "update", "delete")

_SQLITE = (
    "INSERT INTO touched_session (event_id) SELECT {row}.{key} "
    "WHERE NOT EXISTS (SELECT 1 FROM touched_session WHERE event_id = {row}.{key});"
)
_POSTGRESQL = """CREATE FUNCTION touch_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN INSERT INTO touched_session (event_id) SELECT DISTINCT event_id FROM now_there; END IF;
    IF TG_OP <> 'INSERT' THEN INSERT INTO touched_session (event_id) SELECT DISTINCT event_id FROM was_there; END IF;
    RETURN NULL;
END $$"""
_POSTGRESQL_MOVED = """CREATE FUNCTION touch_moved_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO touched_session (event_id) VALUES (NEW.id);
    RETURN NULL;
END $$"""
_POSTGRESQL_ROWS = {
    "insert": "NEW TABLE AS now_there",
    "update": "OLD TABLE AS was_there NEW TABLE AS now_there",
    "delete": "OLD TABLE AS was_there",
}


_MOVED = "CREATE TRIGGER event_move_touches AFTER UPDATE OF starts_at ON event"


def _on_sqlite(table: str, verb: str) -> str:
    rows = {"insert": ["NEW"], "update": ["OLD", "NEW"], "delete": ["OLD"]}[verb]
    body = " ".join(_SQLITE.format(row=row, key="event_id") for row in rows)
    return f"CREATE TRIGGER {table}_{verb}_touches AFTER {verb.upper()} ON {table} BEGIN {body} END"


def _on_postgresql(table: str, verb: str) -> str:
    return (
        f"CREATE TRIGGER {table}_{verb}_touches AFTER {verb.upper()} ON {table} "
        f"REFERENCING {_POSTGRESQL_ROWS[verb]} FOR EACH STATEMENT EXECUTE FUNCTION touch_session()"
    )


#: The triggers by engine, as migrations create them too. Whatever writes, in bulk or by hand, is noticed.
TRIGGERS: dict[str, list[str]] = {
    "sqlite": [
        *(_on_sqlite(table, verb) for table in _TABLES for verb in _VERBS),
        f"{_MOVED} BEGIN {_SQLITE.format(row='NEW', key='id')} END",
    ],
    "postgresql": [
        _POSTGRESQL,
        _POSTGRESQL_MOVED,
        *(_on_postgresql(table, verb) for table in _TABLES for verb in _VERBS),
        f"{_MOVED} FOR EACH ROW EXECUTE FUNCTION touch_moved_session()",
    ],
}

# The last table of the schema to be made: by then, all of them are there.
for _engine, _statements in TRIGGERS.items():
    for _statement in _statements:
        event.listen(
            Model.metadata, "after_create", DDL(_statement.replace("%", "%%")).execute_if(dialect=_engine)
        )
for _function in ("touch_session", "touch_moved_session"):
    event.listen(
        Model.metadata,
        "after_drop",
        DDL(f"DROP FUNCTION IF EXISTS {_function} CASCADE").execute_if(dialect="postgresql"),
    )
