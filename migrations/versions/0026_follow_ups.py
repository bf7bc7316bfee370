"""Follow-ups: reminders, who wants no letters, and words that others may read"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("case_follow_up", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("case_outcome", schema=None) as batch_op:
        batch_op.add_column(sa.Column("released_words", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("released_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("case_outcome", schema=None) as batch_op:
        batch_op.drop_column("released_at")
        batch_op.drop_column("released_words")
    with op.batch_alter_table("case_follow_up", schema=None) as batch_op:
        batch_op.drop_column("stopped_at")
        batch_op.drop_column("reminded_at")
