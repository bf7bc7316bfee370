"""Cohorts: an application outlives the row of its organization"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_NAME = "fk_cohort_application_organization_id_organization"


def _point(ondelete: str | None) -> None:
    with op.batch_alter_table("cohort_application", schema=None) as batch_op:
        batch_op.drop_constraint(op.f(_NAME), type_="foreignkey")
        batch_op.create_foreign_key(op.f(_NAME), "organization", ["organization_id"], ["id"], ondelete=ondelete)


def upgrade() -> None:
    _point("SET NULL")


def downgrade() -> None:
    _point(None)
