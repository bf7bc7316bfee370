"""Cases: fields that staff add to the form of a cohort, kept as texts of the case"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.add_column(sa.Column("of_cases", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.alter_column("of_cases", existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
    with op.batch_alter_table("case_text", schema=None) as batch_op:
        batch_op.add_column(sa.Column("heading", sa.String(length=300), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("answer", sa.JSON(none_as_null=True), nullable=True))
    with op.batch_alter_table("case_text", schema=None) as batch_op:
        batch_op.alter_column("heading", existing_type=sa.String(length=300), existing_nullable=False, server_default=None)


def downgrade() -> None:
    # The earlier version knows no such field, neither asked nor answered.
    op.execute("DELETE FROM case_text WHERE heading != ''")
    op.execute("DELETE FROM question WHERE of_cases")
    with op.batch_alter_table("case_text", schema=None) as batch_op:
        batch_op.drop_column("answer")
        batch_op.drop_column("heading")
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.drop_column("of_cases")
