"""Attendance by hand: corrections, moved lines, requests for a correction, remembered addresses, unknown heads"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_VERBS = ("insert", "update", "delete")
_SQLITE = (
    "INSERT INTO touched_session (event_id) SELECT {row}.event_id "
    "WHERE NOT EXISTS (SELECT 1 FROM touched_session WHERE event_id = {row}.event_id);"
)
_ROWS = {"insert": ["NEW"], "update": ["OLD", "NEW"], "delete": ["OLD"]}
_TRANSITIONS = {
    "insert": "NEW TABLE AS now_there",
    "update": "OLD TABLE AS was_there NEW TABLE AS now_there",
    "delete": "OLD TABLE AS was_there",
}


def _add_triggers(table: str) -> None:
    """The statistics' triggers of a table, as they were at this revision."""
    for verb in _VERBS:
        if op.get_bind().dialect.name == "sqlite":
            body = " ".join(_SQLITE.format(row=row) for row in _ROWS[verb])
            op.execute(f"CREATE TRIGGER {table}_{verb}_touches AFTER {verb.upper()} ON {table} BEGIN {body} END")
        else:
            op.execute(
                f"CREATE TRIGGER {table}_{verb}_touches AFTER {verb.upper()} ON {table} "
                f"REFERENCING {_TRANSITIONS[verb]} FOR EACH STATEMENT EXECUTE FUNCTION touch_session()"
            )


def _decided(words: str) -> None:
    """SQLite makes the table anew for another constraint, and loses its triggers by that."""
    with op.batch_alter_table("attendance_row") as batch:
        batch.drop_constraint(op.f("ck_attendance_row_decided"), type_="check")
        batch.create_check_constraint(op.f("ck_attendance_row_decided"), f"decided IN ({words})")
    if op.get_bind().dialect.name == "sqlite":
        _add_triggers("attendance_row")


def upgrade() -> None:
    op.create_table(
        "attendance_alias",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said_by", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attendance_alias_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_alias")),
        sa.UniqueConstraint("address", name=op.f("uq_attendance_alias_address")),
    )
    op.create_index(op.f("ix_attendance_alias_person_id"), "attendance_alias", ["person_id"], unique=False)
    op.create_table(
        "attendance_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("came", sa.Boolean(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("stretches", sa.JSON(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=40), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_by", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "came OR (seconds IS NULL AND stretches IS NULL)", name=op.f("ck_attendance_correction_absent")
        ),
        sa.CheckConstraint("seconds >= 0", name=op.f("ck_attendance_correction_seconds")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_attendance_correction_event_id_event")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attendance_correction_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_correction")),
    )
    op.create_table(
        "attendance_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("from_person_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=40), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_by", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_attendance_move_event_id_event")),
        sa.ForeignKeyConstraint(
            ["from_person_id"], ["person.id"], name=op.f("fk_attendance_move_from_person_id_person")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attendance_move_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_move")),
    )
    op.create_index(op.f("ix_attendance_move_from_person_id"), "attendance_move", ["from_person_id"], unique=False)
    op.create_table(
        "attendance_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'declined', 'withdrawn')", name=op.f("ck_attendance_request_state")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_attendance_request_event_id_event")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attendance_request_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_request")),
    )
    for table in ("attendance_correction", "attendance_move", "attendance_request"):
        for column in ("event_id", "person_id"):
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
    for table, name, columns, where in (
        ("attendance_correction", "standing", ["event_id", "person_id"], "taken_back_at IS NULL"),
        ("attendance_move", "standing", ["event_id", "email", "name"], "taken_back_at IS NULL"),
        ("attendance_request", "open", ["event_id", "person_id"], "state = 'open'"),
    ):
        op.create_index(
            f"ix_{table}_{name}", table, columns, unique=True,
            sqlite_where=sa.text(where), postgresql_where=sa.text(where),
        )
    _add_triggers("attendance_correction")
    _decided("'person', 'head', 'unknown'")


def downgrade() -> None:
    """Heads become entries that are set aside; what was said by hand goes, and what was derived from it stays."""
    op.execute("UPDATE attendance_row SET decided = 'unknown' WHERE decided = 'head'")
    _decided("'person', 'unknown'")
    for table in ("attendance_request", "attendance_move", "attendance_correction", "attendance_alias"):
        op.drop_table(table)
