"""Cases after their session: recommendations, notes, follow-ups and outcomes, and the states that a case has then"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_BEFORE = "'draft', 'submitted', 'in-review', 'changes-asked', 'approved', 'scheduled', 'presented'"
_COLUMNS = (
    ("presented_at", sa.DateTime(timezone=True)),
    ("recommendations_due_on", sa.Date()),
    ("recommendations_sent_at", sa.DateTime(timezone=True)),
    ("closed_at", sa.DateTime(timezone=True)),
    ("summary_confirmed_at", sa.DateTime(timezone=True)),
)
_TEXTS = ("none_why", "closed_why", "summary")


def _states(states: str, length: int, was: int) -> None:
    with op.batch_alter_table("echo_case", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_echo_case_state"), type_="check")
        batch_op.alter_column(
            "state", existing_type=sa.String(length=was), existing_nullable=False, type_=sa.String(length=length)
        )
        batch_op.create_check_constraint(op.f("ck_echo_case_state"), f"state IN ({states})")


def upgrade() -> None:
    _states(f"{_BEFORE}, 'recommended', 'followed-up', 'closed', 'withdrawn'", 24, 16)
    with op.batch_alter_table("echo_case", schema=None) as batch_op:
        for name, kind in _COLUMNS:
            batch_op.add_column(sa.Column(name, kind, nullable=True))
        for name in _TEXTS:
            batch_op.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("echo_case", schema=None) as batch_op:
        for name in _TEXTS:
            batch_op.alter_column(name, existing_type=sa.Text(), existing_nullable=False, server_default=None)
    op.execute("UPDATE echo_case SET presented_at = state_at WHERE state = 'presented'")
    with op.batch_alter_table("cohort_plan", schema=None) as batch_op:
        batch_op.add_column(sa.Column("recommendation_days", sa.Integer(), nullable=False, server_default="3"))
    with op.batch_alter_table("cohort_plan", schema=None) as batch_op:
        batch_op.alter_column(
            "recommendation_days", existing_type=sa.Integer(), existing_nullable=False, server_default=None
        )
        batch_op.create_check_constraint(
            op.f("ck_cohort_plan_recommendation_days"), "recommendation_days BETWEEN 1 AND 30"
        )
    op.create_table(
        "case_recommendation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("suggested_by_id", sa.Integer(), nullable=True),
        sa.Column("term_id", sa.Integer(), nullable=True),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("earlier_id", sa.Integer(), nullable=True),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("captured_by", sa.String(length=40), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["echo_case.id"], name=op.f("fk_case_recommendation_case_id_echo_case"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["earlier_id"], ["echo_case.id"], name=op.f("fk_case_recommendation_earlier_id_echo_case")
        ),
        sa.ForeignKeyConstraint(
            ["suggested_by_id"], ["person.id"], name=op.f("fk_case_recommendation_suggested_by_id_person")
        ),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name=op.f("fk_case_recommendation_term_id_term")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_recommendation")),
        sa.UniqueConstraint("case_id", "client_id", name=op.f("uq_case_recommendation_case_id_client_id")),
    )
    op.create_index(op.f("ix_case_recommendation_earlier_id"), "case_recommendation", ["earlier_id"])
    op.create_index(op.f("ix_case_recommendation_suggested_by_id"), "case_recommendation", ["suggested_by_id"])
    op.create_index(op.f("ix_case_recommendation_term_id"), "case_recommendation", ["term_id"])
    op.create_table(
        "case_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.String(length=36), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("captured_by", sa.String(length=40), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["echo_case.id"], name=op.f("fk_case_note_case_id_echo_case"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_note")),
        sa.UniqueConstraint("case_id", "client_id", name=op.f("uq_case_note_case_id_client_id")),
    )
    op.create_table(
        "case_follow_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("days IN (30, 60, 90)", name=op.f("ck_case_follow_up_days")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["echo_case.id"], name=op.f("fk_case_follow_up_case_id_echo_case"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_follow_up")),
        sa.UniqueConstraint("case_id", "days", name=op.f("uq_case_follow_up_case_id_days")),
    )
    op.create_index("ix_case_follow_up_due", "case_follow_up", ["due_on"])
    op.create_table(
        "case_outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recommendation_id", sa.Integer(), nullable=False),
        sa.Column("follow_up_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("answer IN ('tried', 'adopted', 'dropped', 'not-yet')", name=op.f("ck_case_outcome_answer")),
        sa.ForeignKeyConstraint(
            ["follow_up_id"], ["case_follow_up.id"], name=op.f("fk_case_outcome_follow_up_id_case_follow_up"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["recommendation_id"], ["case_recommendation.id"],
            name=op.f("fk_case_outcome_recommendation_id_case_recommendation"), ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_outcome")),
        sa.UniqueConstraint(
            "recommendation_id", "follow_up_id", name=op.f("uq_case_outcome_recommendation_id_follow_up_id")
        ),
    )
    op.create_index(op.f("ix_case_outcome_follow_up_id"), "case_outcome", ["follow_up_id"])


def downgrade() -> None:
    """The earlier schema knows of no time after the session: such cases are presented, and that is all of them."""
    op.drop_index(op.f("ix_case_outcome_follow_up_id"), table_name="case_outcome")
    op.drop_table("case_outcome")
    op.drop_index("ix_case_follow_up_due", table_name="case_follow_up")
    op.drop_table("case_follow_up")
    op.drop_table("case_note")
    op.drop_index(op.f("ix_case_recommendation_term_id"), table_name="case_recommendation")
    op.drop_index(op.f("ix_case_recommendation_suggested_by_id"), table_name="case_recommendation")
    op.drop_index(op.f("ix_case_recommendation_earlier_id"), table_name="case_recommendation")
    op.drop_table("case_recommendation")
    with op.batch_alter_table("cohort_plan", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_cohort_plan_recommendation_days"), type_="check")
        batch_op.drop_column("recommendation_days")
    op.execute("UPDATE echo_case SET state = 'presented' WHERE state IN ('recommended', 'followed-up', 'closed')")
    with op.batch_alter_table("echo_case", schema=None) as batch_op:
        for name in (*_TEXTS, *(name for name, _ in reversed(_COLUMNS))):
            batch_op.drop_column(name)
    _states(f"{_BEFORE}, 'withdrawn'", 16, 24)
