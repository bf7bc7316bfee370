"""What was counted of each session, so that years of them cost what one does; and which sessions changed since.

Rows are numbers of persons, never names. Whatever stands here can be made anew from seats and reports
(`jam statistics --rebuild`), but for `KeptMark`.
"""

from __future__ import annotations

from sqlalchemy import DDL, BigInteger, CheckConstraint, Double, ForeignKey, LargeBinary, String, event
from sqlalchemy.orm import Mapped, mapped_column

from jam.base.database import Model, one_of
from jam.statistics.rules import ORGANIZATIONS, Dimension, Many, Who


class SessionNumbers(Model):
    """One session as it was counted: all that adds up over sessions, in a row that is short and read whole."""

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    #: Another one each time it is counted: whoever read the same before need not read it again, nor what stands beside it.
    version: Mapped[str] = mapped_column(String(32))
    #: Whether anything is known of who came.
    known: Mapped[bool]
    #: Confirmed seats; those held when the session began, and how many of their holders were there, 0 where nobody knows.
    seats: Mapped[int]
    at_start: Mapped[int]
    came: Mapped[int]
    #: People in the audience; those of them without a seat.
    audience: Mapped[int]
    walk_ins: Mapped[int]
    #: Of how many of the audience it is known how long they stayed; their seconds together, and the median.
    timed: Mapped[int]
    stayed: Mapped[int] = mapped_column(BigInteger)
    median_stay: Mapped[float | None] = mapped_column(Double)
    #: The most of the audience at one moment; None where no times are known.
    peak: Mapped[int | None]
    #: Seats whose holder asked for something in order to take part, and those of them for which it was arranged.
    asked: Mapped[int]
    met: Mapped[int]
    #: Entries of the reports that are nobody's we know.
    heads: Mapped[int]


#: What is kept of a session packed: sets of people, spreads of numbers, marks of organizations.
KINDS = (*Who, *Many, ORGANIZATIONS)


class SessionSet(Model):
    """What does not add up over sessions, since people come to several: read only where it is needed.

    A row for each kind, so that none stands in the way of another.
    """

    __table_args__ = (CheckConstraint(one_of("kind", KINDS), name="kind"),)

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    #: A roaring bitmap of persons' numbers; a spread or marks, as `jam.statistics.sets` packs them.
    packed: Mapped[bytes] = mapped_column(LargeBinary)


class SessionAnswer(Model):
    """The seats of one session whose holders gave one answer: one state, one sector."""

    __table_args__ = (CheckConstraint(one_of("dimension", Dimension), name="dimension"),)

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    dimension: Mapped[str] = mapped_column(String(10), primary_key=True)
    #: A state's abbreviation, a term's number, a source, an area; empty where nothing was given.
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
    #: Of an organization, as in `jam.statistics.sets.mark`; empty for what is only a number.
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
    head = f"CREATE TRIGGER {table}_{verb}_touches AFTER {verb.upper()} ON {table}"
    if verb == "update":
        body = " ".join(_SQLITE.format(row=row, key="event_id") for row in ("OLD", "NEW"))
        return f"{head} BEGIN {body} END"
    row = "NEW" if verb == "insert" else "OLD"
    # Many rows of one session come and go at once: a condition costs a third of a statement that does nothing.
    return (
        f"{head} WHEN NOT EXISTS (SELECT 1 FROM touched_session WHERE event_id = {row}.event_id) "  # noqa: S608
        f"BEGIN INSERT INTO touched_session (event_id) VALUES ({row}.event_id); END"
    )


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
