"""What was counted of each session, notes of what changed since, and how much of a session is enough"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_TABLES = ("attendance", "attendance_report", "attendance_row", "kept_mark", "registration")
_VERBS = ("insert", "update", "delete")
_SQLITE = (
    "INSERT INTO touched_session (event_id) SELECT {row}.{key} "
    "WHERE NOT EXISTS (SELECT 1 FROM touched_session WHERE event_id = {row}.{key});"
)
_ROWS = {"insert": ["NEW"], "update": ["OLD", "NEW"], "delete": ["OLD"]}
_TRANSITIONS = {
    "insert": "NEW TABLE AS now_there",
    "update": "OLD TABLE AS was_there NEW TABLE AS now_there",
    "delete": "OLD TABLE AS was_there",
}

#: The triggers stand here as they were at this revision.
TRIGGERS = {
    "sqlite": [
        *(
            f"CREATE TRIGGER {table}_{verb}_touches AFTER {verb.upper()} ON {table} "
            f"BEGIN {' '.join(_SQLITE.format(row=row, key='event_id') for row in _ROWS[verb])} END"
            for table in _TABLES
            for verb in _VERBS
        ),
        "CREATE TRIGGER event_move_touches AFTER UPDATE OF starts_at ON event "
        f"BEGIN {_SQLITE.format(row='NEW', key='id')} END",
    ],
    "postgresql": [
        """CREATE FUNCTION touch_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN INSERT INTO touched_session (event_id) SELECT DISTINCT event_id FROM now_there; END IF;
    IF TG_OP <> 'INSERT' THEN INSERT INTO touched_session (event_id) SELECT DISTINCT event_id FROM was_there; END IF;
    RETURN NULL;
END $$""",
        """CREATE FUNCTION touch_moved_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO touched_session (event_id) VALUES (NEW.id);
    RETURN NULL;
END $$""",
        *(
            f"CREATE TRIGGER {table}_{verb}_touches AFTER {verb.upper()} ON {table} "
            f"REFERENCING {_TRANSITIONS[verb]} FOR EACH STATEMENT EXECUTE FUNCTION touch_session()"
            for table in _TABLES
            for verb in _VERBS
        ),
        "CREATE TRIGGER event_move_touches AFTER UPDATE OF starts_at ON event "
        "FOR EACH ROW EXECUTE FUNCTION touch_moved_session()",
    ],
}


def upgrade() -> None:
    with op.batch_alter_table("program", schema=None) as batch_op:
        batch_op.add_column(sa.Column("enough_percent", sa.Integer(), nullable=False, server_default="75"))
        batch_op.create_check_constraint(op.f("ck_program_enough_percent"), "enough_percent BETWEEN 1 AND 100")
    with op.batch_alter_table("program", schema=None) as batch_op:
        batch_op.alter_column("enough_percent", existing_type=sa.Integer(), existing_nullable=False, server_default=None)
    op.create_table(
        "session_count",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.Column("seats", sa.LargeBinary(), nullable=False),
        sa.Column("at_start", sa.LargeBinary(), nullable=False),
        sa.Column("there", sa.LargeBinary(), nullable=False),
        sa.Column("audience", sa.LargeBinary(), nullable=False),
        sa.Column("organizations", sa.LargeBinary(), nullable=False),
        sa.Column("stays", sa.LargeBinary(), nullable=False),
        sa.Column("leads", sa.LargeBinary(), nullable=False),
        sa.Column("peak", sa.Integer(), nullable=True),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("met", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_session_count_event_id_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_session_count")),
    )
    op.create_table(
        "session_part",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(length=12), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("at_start", sa.Integer(), nullable=False),
        sa.Column("came", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "dimension IN ('state', 'sector', 'job role', 'source')", name=op.f("ck_session_part_dimension")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_session_part_event_id_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", "dimension", "value", name=op.f("pk_session_part")),
    )
    op.create_table(
        "touched_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_touched_session")),
    )
    with op.batch_alter_table("touched_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_touched_session_event_id"), ["event_id"], unique=False)
    op.create_table(
        "kept_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("mark", sa.String(length=20), nullable=False),
        sa.CheckConstraint("kind IN ('organization', 'asked', 'met')", name=op.f("ck_kept_mark_kind")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_kept_mark_event_id_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_mark")),
    )
    with op.batch_alter_table("kept_mark", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kept_mark_event_id"), ["event_id"], unique=False)
    for statement in TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for name, table in [
        *((f"{table}_{verb}_touches", table) for table in _TABLES for verb in _VERBS),
        ("event_move_touches", "event"),
    ]:
        op.execute(f"DROP TRIGGER {name} ON {table}" if postgresql else f"DROP TRIGGER {name}")
    if postgresql:
        op.execute("DROP FUNCTION touch_session")
        op.execute("DROP FUNCTION touch_moved_session")
    for table in ("kept_mark", "touched_session", "session_part", "session_count"):
        op.drop_table(table)
    with op.batch_alter_table("program", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_program_enough_percent"), type_="check")
        batch_op.drop_column("enough_percent")
