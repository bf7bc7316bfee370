"""What workers know of the mail server, and addresses that refuse mail"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_server",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("trouble_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("try_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_server")),
    )
    op.execute("INSERT INTO mail_server (id, failures) VALUES (1, 0)")
    op.create_table(
        "paused_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("recipient_kind", sa.String(length=40), nullable=False),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paused_address")),
        sa.UniqueConstraint("address", name=op.f("uq_paused_address_address")),
    )
    with op.batch_alter_table("paused_address", schema=None) as batch_op:
        batch_op.create_index("ix_paused_address_recipient", ["recipient_kind", "recipient_id"], unique=False)


def downgrade() -> None:
    op.drop_table("paused_address")
    op.drop_table("mail_server")
