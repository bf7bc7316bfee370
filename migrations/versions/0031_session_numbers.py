"""Numbers of a session in a short row, and each set beside it in a row of its own; the clock counts all sessions anew"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_TABLES = ("session_answer", "session_set", "session_numbers")
_DIMENSIONS = ("state", "sector", "job role", "source")
_KINDS = ("seats", "there", "audience", "rural", "urban", "stays", "leads", "organizations")


def upgrade() -> None:
    # What stands in these tables can be counted anew from the rows, and no trigger hangs on them.
    op.drop_table("session_part")
    op.drop_table("session_count")
    op.create_table(
        "session_numbers",
        _event_id(),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("seats", "at_start", "came", "audience", "walk_ins", "timed")
        ),
        sa.Column("stayed", sa.BigInteger(), nullable=False),
        sa.Column("median_stay", sa.Double(), nullable=True),
        sa.Column("peak", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("asked", "met", "heads")),
        *_keys("session_numbers", "event_id"),
    )
    op.create_table(
        "session_set",
        _event_id(),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(f"kind IN {_KINDS!r}", name=op.f("ck_session_set_kind")),
        *_keys("session_set", "event_id", "kind"),
    )
    _create_parts("session_answer", (*_DIMENSIONS, "area"))


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
    op.create_table(
        "session_count",
        _event_id(),
        sa.Column("known", sa.Boolean(), nullable=False),
        *(
            sa.Column(name, sa.LargeBinary(), nullable=False)
            for name in ("seats", "at_start", "there", "audience", "organizations", "stays", "leads")
        ),
        sa.Column("peak", sa.Integer(), nullable=True),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("met", sa.Integer(), nullable=False),
        sa.Column("rural", sa.LargeBinary(), nullable=True),
        sa.Column("urban", sa.LargeBinary(), nullable=True),
        sa.Column("heads", sa.Integer(), server_default="0", nullable=False),
        sa.Column("version", sa.String(length=32), nullable=True),
        *_keys("session_count", "event_id"),
    )
    op.create_index("ix_session_count_version", "session_count", ["event_id", "version"])
    _create_parts("session_part", _DIMENSIONS)


def _create_parts(table: str, dimensions: tuple[str, ...]) -> None:
    op.create_table(
        table,
        _event_id(),
        sa.Column("dimension", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(length=12), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("at_start", sa.Integer(), nullable=False),
        sa.Column("came", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"dimension IN {dimensions!r}", name=op.f(f"ck_{table}_dimension")),
        *_keys(table, "event_id", "dimension", "value"),
    )


def _event_id() -> sa.Column[int]:
    return sa.Column("event_id", sa.Integer(), nullable=False)


def _keys(table: str, *primary: str) -> tuple[sa.Constraint, sa.Constraint]:
    return (
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f(f"fk_{table}_event_id_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(*primary, name=op.f(f"pk_{table}")),
    )
