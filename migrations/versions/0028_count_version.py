"""A word of its own beside each count of a session, so that whoever knows it need not read it again"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("session_count", sa.Column("version", sa.String(length=32), nullable=True))
    op.create_index("ix_session_count_version", "session_count", ["event_id", "version"])


def downgrade() -> None:
    op.drop_index("ix_session_count_version", "session_count")
    op.execute("ALTER TABLE session_count DROP COLUMN version")
