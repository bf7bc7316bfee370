"""Invitations to propose, and when something kept was passed over"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("never", sa.Boolean(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'proposed', 'declined', 'taken-back')", name=op.f("ck_invitation_state")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_invitation_person_id_person")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_invitation_proposal_id_proposal"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_invitation_person_id"), ["person_id"], unique=False)
        batch_op.create_index(op.f("ix_invitation_proposal_id"), ["proposal_id"], unique=False)
        batch_op.create_index(
            "uq_invitation_waiting", ["person_id"], unique=True, sqlite_where=_WAITING, postgresql_where=_WAITING
        )
    op.create_table(
        "invitation_term",
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitation.id"],
            name=op.f("fk_invitation_term_invitation_id_invitation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name=op.f("fk_invitation_term_term_id_term")),
        sa.PrimaryKeyConstraint("invitation_id", "term_id", name=op.f("pk_invitation_term")),
    )
    with op.batch_alter_table("invitation_term", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_invitation_term_term_id"), ["term_id"], unique=False)
    op.add_column("proposal", sa.Column("passed_over_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("proposal", "passed_over_at")
    op.drop_table("invitation_term")
    op.drop_table("invitation")
