"""Areas and unknown heads with what is counted of each session; the area of a seat stays where its ZIP code went"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_COLUMNS = (("registration", "area"), ("session_count", "rural"), ("session_count", "urban"), ("session_count", "heads"))


def upgrade() -> None:
    # Columns are added and dropped by themselves, never by making a table anew: triggers hang on it.
    op.add_column("registration", sa.Column("area", sa.String(length=10), nullable=True))
    op.add_column("session_count", sa.Column("rural", sa.LargeBinary(), nullable=True))
    op.add_column("session_count", sa.Column("urban", sa.LargeBinary(), nullable=True))
    op.add_column("session_count", sa.Column("heads", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    for table, column in _COLUMNS:
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
