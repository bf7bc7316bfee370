"""Pairs of proposals that look alike and are not the same"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proposal_distinct",
        sa.Column("one_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("one_id < other_id", name=op.f("ck_proposal_distinct_order")),
        sa.ForeignKeyConstraint(
            ["one_id"], ["proposal.id"], name=op.f("fk_proposal_distinct_one_id_proposal"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["proposal.id"], name=op.f("fk_proposal_distinct_other_id_proposal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("one_id", "other_id", name=op.f("pk_proposal_distinct")),
    )
    op.create_index(op.f("ix_proposal_distinct_other_id"), "proposal_distinct", ["other_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_proposal_distinct_other_id"), table_name="proposal_distinct")
    op.drop_table("proposal_distinct")
