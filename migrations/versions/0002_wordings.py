"""Wordings by staff; letters keep what they were made of; the states draft and missed"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_EARLIER = "state IN ('held', 'due', 'sending', 'sent', 'failed', 'withdrawn')"
_NOW = "state IN ('draft', 'held', 'due', 'sending', 'sent', 'failed', 'missed', 'withdrawn')"


def upgrade() -> None:
    op.create_table(
        "wording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("home_kind", sa.String(length=40), nullable=False),
        sa.Column("home_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording")),
        sa.UniqueConstraint("kind", "home_kind", "home_id", "version", name=op.f("uq_wording_kind_home_kind_home_id_version")),
    )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.add_column(sa.Column("wording", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("values", sa.JSON(), nullable=False, server_default=sa.text("'{}'")))
        batch_op.drop_constraint(batch_op.f("ck_letter_state"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_letter_state"), _NOW)
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.alter_column("wording", existing_type=sa.Text(), existing_nullable=False, server_default=None)
        batch_op.alter_column("values", existing_type=sa.JSON(), existing_nullable=False, server_default=None)


def downgrade() -> None:
    # Neither state exists in the earlier schema; a letter in one of them does not leave there either.
    op.execute("UPDATE letter SET state = 'withdrawn' WHERE state IN ('draft', 'missed')")
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_letter_state"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_letter_state"), _EARLIER)
        batch_op.drop_column("values")
        batch_op.drop_column("wording")
    op.drop_table("wording")
