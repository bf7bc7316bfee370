"""Reminders: rules of programs and sessions, and a row for each rule and session; every program begins with five"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

#: What programs that are there begin with: name, kind, audience, amount, unit, side, anchor, with_link.
_DEFAULTS = (
    ("One week before", "reminder", "confirmed", 1, "weeks", "before", "start", True),
    ("One day before", "reminder", "confirmed", 1, "days", "before", "start", True),
    ("One hour before", "reminder-soon", "confirmed", 1, "hours", "before", "start", True),
    ("To those who came", "follow-up-came", "came", 1, "days", "after", "end", False),
    ("To those who missed it", "follow-up-missed", "missed", 1, "days", "after", "end", False),
)


def upgrade() -> None:
    rule = op.create_table(
        "reminder_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("program_id", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("audience", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("anchor", sa.String(length=10), nullable=False),
        sa.Column("at", sa.Time(), nullable=True),
        sa.Column("with_link", sa.Boolean(), nullable=False),
        sa.Column("with_invite", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(program_id IS NULL) != (event_id IS NULL)", name=op.f("ck_reminder_rule_program_or_event")),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_reminder_rule_amount")),
        sa.CheckConstraint("anchor IN ('start', 'end')", name=op.f("ck_reminder_rule_anchor")),
        sa.CheckConstraint("replaces_id IS NULL OR event_id IS NOT NULL", name=op.f("ck_reminder_rule_replaces")),
        sa.CheckConstraint("side IN ('before', 'after')", name=op.f("ck_reminder_rule_side")),
        sa.CheckConstraint("unit IN ('minutes', 'hours', 'days', 'weeks')", name=op.f("ck_reminder_rule_unit")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_reminder_rule_event_id_event"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_reminder_rule_program_id_program")),
        sa.ForeignKeyConstraint(["replaces_id"], ["reminder_rule.id"], name=op.f("fk_reminder_rule_replaces_id_reminder_rule"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_rule")),
        sa.UniqueConstraint("event_id", "replaces_id", name=op.f("uq_reminder_rule_event_id_replaces_id")),
    )
    for column in ("event_id", "program_id", "replaces_id"):
        op.create_index(op.f(f"ix_reminder_rule_{column}"), "reminder_rule", [column], unique=False)
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("told_for", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("occurrence >= 1", name=op.f("ck_reminder_occurrence")),
        sa.CheckConstraint("state IN ('scheduled', 'running', 'done', 'missed', 'off')", name=op.f("ck_reminder_state")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_reminder_event_id_event"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["rule_id"], ["reminder_rule.id"], name=op.f("fk_reminder_rule_id_reminder_rule"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("rule_id", "event_id", name=op.f("uq_reminder_rule_id_event_id")),
    )
    op.create_index(op.f("ix_reminder_event_id"), "reminder", ["event_id"], unique=False)
    op.create_index("ix_reminder_next", "reminder", ["state", "due_at"], unique=False)
    programs = op.get_bind().execute(sa.text("SELECT id FROM program ORDER BY id")).scalars().all()
    columns = ("name", "kind", "audience", "amount", "unit", "side", "anchor", "with_link")
    rows = [
        {**dict(zip(columns, each, strict=True)), "program_id": id, "with_invite": False, "active": True}
        for id in programs
        for each in _DEFAULTS
    ]
    if rows:
        op.bulk_insert(rule, rows)


def downgrade() -> None:
    op.drop_table("reminder")
    op.drop_table("reminder_rule")
