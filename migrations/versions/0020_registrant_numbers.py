"""Numbers that platforms give to registrations, on seats and on lines of reports"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Columns are added in place: making the tables anew would lose their triggers on SQLite.
    op.add_column("registration", sa.Column("platform_id", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_registration_platform_id"), "registration", ["platform_id"], unique=False)
    op.add_column("attendance_row", sa.Column("registrant", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("attendance_row", "registrant")
    op.drop_index(op.f("ix_registration_platform_id"), table_name="registration")
    op.drop_column("registration", "platform_id")
