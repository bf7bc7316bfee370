"""The public library: what was shared, staff's text of it, and what its submitter agreed to"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.add_column(sa.Column("credit", sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column("credit_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_check_constraint(
            op.f("ck_proposal_credit"), "credit IN ('name', 'organization', 'nobody')"
        )
        batch_op.create_check_constraint(
            op.f("ck_proposal_agreed"), "(credit IS NULL) = (credit_at IS NULL)"
        )
    op.create_table(
        "library_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("takeaways", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_library_entry_proposal_id_proposal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_entry")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_library_entry_proposal_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_library_entry_slug")),
    )
    op.create_index(op.f("ix_library_entry_published_at"), "library_entry", ["published_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_library_entry_published_at"), table_name="library_entry")
    op.drop_table("library_entry")
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_proposal_agreed"), type_="check")
        batch_op.drop_constraint(op.f("ck_proposal_credit"), type_="check")
        batch_op.drop_column("credit_at")
        batch_op.drop_column("credit")
