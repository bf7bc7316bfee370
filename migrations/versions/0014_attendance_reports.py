"""Attendance reports: how they were read, what they brought, which replaced which, and layouts of tables that staff named"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attendance_layout",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("header", sa.JSON(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said_by", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_layout")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_attendance_layout_fingerprint")),
    )
    with op.batch_alter_table("attendance_report") as batch:
        batch.add_column(sa.Column("reading", sa.JSON(), server_default="{}", nullable=False))
        batch.add_column(sa.Column("made_people", sa.JSON(), server_default="[]", nullable=False))
        batch.add_column(sa.Column("made_seats", sa.JSON(), server_default="[]", nullable=False))
        batch.add_column(sa.Column("replaced_by_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_attendance_report_replaced_by_id_attendance_report"), "attendance_report", ["replaced_by_id"], ["id"]
        )
        batch.create_index(op.f("ix_attendance_report_replaced_by_id"), ["replaced_by_id"], unique=False)
    with op.batch_alter_table("attendance_row") as batch:
        batch.add_column(sa.Column("seconds", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("replaced", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch.drop_constraint(op.f("uq_attendance_row_event_id_row_key"), type_="unique")
        batch.create_unique_constraint(op.f("uq_attendance_row_report_id_row_key"), ["report_id", "row_key"])
        batch.drop_index(op.f("ix_attendance_row_report_id"))
        batch.create_index(op.f("ix_attendance_row_event_id"), ["event_id"], unique=False)


def downgrade() -> None:
    """Lines of reports that were replaced go: the earlier schema holds each line of a session once."""
    op.execute("DELETE FROM attendance_row WHERE replaced")
    op.execute(
        "DELETE FROM attendance_row WHERE id NOT IN (SELECT min(id) FROM attendance_row GROUP BY event_id, row_key)"
    )
    with op.batch_alter_table("attendance_row") as batch:
        batch.drop_index(op.f("ix_attendance_row_event_id"))
        batch.create_index(op.f("ix_attendance_row_report_id"), ["report_id"], unique=False)
        batch.drop_constraint(op.f("uq_attendance_row_report_id_row_key"), type_="unique")
        batch.create_unique_constraint(op.f("uq_attendance_row_event_id_row_key"), ["event_id", "row_key"])
        batch.drop_column("replaced")
        batch.drop_column("seconds")
    with op.batch_alter_table("attendance_report") as batch:
        batch.drop_index(op.f("ix_attendance_report_replaced_by_id"))
        batch.drop_constraint(op.f("fk_attendance_report_replaced_by_id_attendance_report"), type_="foreignkey")
        batch.drop_column("replaced_by_id")
        batch.drop_column("made_seats")
        batch.drop_column("made_people")
        batch.drop_column("reading")
    op.drop_table("attendance_layout")
