"""Reminders of a cohort's faculty, where a faculty was there before them: what a program gets with its first one"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_NAME = "One day before, to the faculty"

#: Programs with a faculty and without a rule for it, on or off; none where staff took such a rule away for good.
_BEGIN = sa.text(
    """
    INSERT INTO reminder_rule
      (program_id, name, kind, audience, amount, unit, side, anchor, with_link, with_invite, active)
    SELECT DISTINCT cohort.program_id, :name, 'reminder-faculty', 'faculty', 1, 'days', 'before', 'start',
      CAST(:no AS BOOLEAN), CAST(:no AS BOOLEAN), CAST(:yes AS BOOLEAN)
    FROM cohort_faculty JOIN cohort ON cohort.id = cohort_faculty.cohort_id
    WHERE NOT EXISTS (
      SELECT 1 FROM reminder_rule AS there
      WHERE there.program_id = cohort.program_id AND there.audience = 'faculty'
    ) AND NOT EXISTS (
      SELECT 1 FROM audit_entry JOIN audit_detail ON audit_detail.entry_id = audit_entry.id
      WHERE audit_entry.action = 'reminders.remove' AND audit_detail.before = :name
    )
    """
).bindparams(sa.bindparam("no", type_=sa.Boolean), sa.bindparam("yes", type_=sa.Boolean))


def upgrade():
    # The clock plans the sessions to come by it.
    op.get_bind().execute(_BEGIN, {"name": _NAME, "no": False, "yes": True})


def downgrade():
    """Nothing: a rule that staff may have changed since stays."""
