"""Cases: what released words were made from, what attachments hold beside what is seen, and their cleaned copies"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("case_text", schema=None) as batch_op:
        batch_op.add_column(sa.Column("made_from", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("earlier", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("case_text", schema=None) as batch_op:
        batch_op.alter_column("earlier", existing_type=sa.Text(), existing_nullable=False, server_default=None)
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.add_column(sa.Column("hidden", sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
        batch_op.add_column(sa.Column("cleaned_as", sa.String(length=120), nullable=True))
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.alter_column("hidden", existing_type=sa.JSON(), existing_nullable=False, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.drop_column("cleaned_as")
        batch_op.drop_column("hidden")
    with op.batch_alter_table("case_text", schema=None) as batch_op:
        batch_op.drop_column("earlier")
        batch_op.drop_column("made_from")
