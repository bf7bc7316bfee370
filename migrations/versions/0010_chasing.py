"""Chasing: since when a proposal has its slot, a recording that may not be published, presenters who are left alone"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_EITHER = "release_at IS NULL OR release_refused_at IS NULL"


def upgrade() -> None:
    op.add_column("proposal", sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE proposal SET scheduled_at = state_at WHERE state IN ('scheduled', 'confirmed', 'presented')")
    with op.batch_alter_table("presenter", schema=None) as batch_op:
        batch_op.add_column(sa.Column("release_refused_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("quiet_since", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_check_constraint(op.f("ck_presenter_released_or_refused"), _EITHER)


def downgrade() -> None:
    with op.batch_alter_table("presenter", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_presenter_released_or_refused"), type_="check")
        batch_op.drop_column("quiet_since")
        batch_op.drop_column("release_refused_at")
    op.drop_column("proposal", "scheduled_at")
