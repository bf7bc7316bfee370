"""The index of what may be read of presented cases: words cut to their stems, one row a case, and the engines' own indexes."""

from __future__ import annotations

from sqlalchemy import DDL, ForeignKey, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from jam.base.database import Model


class SolutionEntry(Model):
    """What may be found of one case. Everything in it can be made anew from the case (`jam solutions rebuild`)."""

    case_id: Mapped[int] = mapped_column(ForeignKey("echo_case.id", ondelete="CASCADE"), primary_key=True)
    #: The released words of the case; what was recommended and sent; what happened, in words that were released.
    brought: Mapped[str] = mapped_column(Text)
    recommended: Mapped[str] = mapped_column(Text)
    happened: Mapped[str] = mapped_column(Text)


_FORGET = (
    "INSERT INTO solution_fts (solution_fts, rowid, brought, recommended, happened) "
    "VALUES ('delete', OLD.case_id, OLD.brought, OLD.recommended, OLD.happened);"
)
_LEARN = (
    "INSERT INTO solution_fts (rowid, brought, recommended, happened) "
    "VALUES (NEW.case_id, NEW.brought, NEW.recommended, NEW.happened);"
)

#: FTS5 over the rows of the table, which it does not copy; triggers keep it in step, with the very words that it was given.
SQLITE = (
    (
        "CREATE VIRTUAL TABLE solution_fts USING fts5("
        "brought, recommended, happened, content='solution_entry', content_rowid='case_id', tokenize='ascii')"
    ),
    f"CREATE TRIGGER solution_entry_inserted AFTER INSERT ON solution_entry BEGIN {_LEARN} END",
    f"CREATE TRIGGER solution_entry_deleted AFTER DELETE ON solution_entry BEGIN {_FORGET} END",
    f"CREATE TRIGGER solution_entry_updated AFTER UPDATE ON solution_entry BEGIN {_FORGET} {_LEARN} END",
)
#: The vector that PostgreSQL looks in: `simple`, since the words are stems already.
VECTOR = "to_tsvector('simple'::regconfig, brought || ' ' || recommended || ' ' || happened)"
POSTGRESQL = (f"CREATE INDEX ix_solution_entry_words ON solution_entry USING gin (({VECTOR}))",)

for _engine, _statements in (("sqlite", SQLITE), ("postgresql", POSTGRESQL)):
    for _statement in _statements:
        event.listen(
            SolutionEntry.__table__,
            "after_create",
            DDL(_statement.replace("%", "%%")).execute_if(dialect=_engine),
        )
event.listen(
    SolutionEntry.__table__,
    "before_drop",
    DDL("DROP TABLE IF EXISTS solution_fts").execute_if(dialect="sqlite"),
)
