"""Proposals: what people offer, their presenters, questions, possible dates and files"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("program_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("takeaways", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("format", sa.String(length=20), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("access_needs", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(length=12), nullable=True),
        sa.Column("decision_message", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agenda_item_id", sa.Integer(), nullable=True),
        sa.Column("rehearsal_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("panelist_url", sa.String(length=1000), nullable=True),
        sa.CheckConstraint("decision IN ('accepted', 'not-now')", name=op.f("ck_proposal_decision")),
        sa.CheckConstraint(
            "decision IS NULL OR state IN ('received', 'in-review')",
            name=op.f("ck_proposal_decision_pending"),
        ),
        sa.CheckConstraint(
            "format IN ('talk', 'panel', 'practice-story', 'policy-update', 'resource')",
            name=op.f("ck_proposal_format"),
        ),
        sa.CheckConstraint("kind IN ('present', 'share')", name=op.f("ck_proposal_kind")),
        sa.CheckConstraint(
            "state IN ('draft', 'received', 'in-review', 'accepted', 'not-now', 'scheduled', 'confirmed', 'presented', 'withdrawn')",
            name=op.f("ck_proposal_state"),
        ),
        sa.CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name=op.f("ck_proposal_decided")),
        sa.CheckConstraint("minutes BETWEEN 1 AND 600", name=op.f("ck_proposal_minutes")),
        sa.ForeignKeyConstraint(
            ["agenda_item_id"],
            ["agenda_item.id"],
            name=op.f("fk_proposal_agenda_item_id_agenda_item"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_proposal_program_id_program")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("agenda_item_id", name=op.f("uq_proposal_agenda_item_id")),
        sa.UniqueConstraint("code", name=op.f("uq_proposal_code")),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_program_id"), ["program_id"], unique=False)
        batch_op.create_index("ix_proposal_state", ["state", "state_at"], unique=False)

    op.create_table(
        "presenter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("organization", sa.String(length=160), nullable=False),
        sa.Column("job_role_id", sa.Integer(), nullable=True),
        sa.Column("sector_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=2), nullable=True),
        sa.Column("bio", sa.Text(), nullable=False),
        sa.Column("saying", sa.String(length=10), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("release_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("saying IN ('asked', 'confirmed', 'declined')", name=op.f("ck_presenter_saying")),
        sa.ForeignKeyConstraint(["job_role_id"], ["term.id"], name=op.f("fk_presenter_job_role_id_term")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_presenter_person_id_person")),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_presenter_proposal_id_proposal"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["sector_id"], ["term.id"], name=op.f("fk_presenter_sector_id_term")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presenter")),
        sa.UniqueConstraint("proposal_id", "person_id", name=op.f("uq_presenter_proposal_id_person_id")),
    )
    with op.batch_alter_table("presenter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_presenter_person_id"), ["person_id"], unique=False)

    op.create_table(
        "proposal_date",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_proposal_date_event_id_event"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_proposal_date_proposal_id_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("proposal_id", "event_id", name=op.f("pk_proposal_date")),
    )
    with op.batch_alter_table("proposal_date", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_date_event_id"), ["event_id"], unique=False)

    op.create_table(
        "proposal_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_proposal_question_answered")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_proposal_question_proposal_id_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_question")),
    )
    with op.batch_alter_table("proposal_question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_question_proposal_id"), ["proposal_id"], unique=False)

    op.create_table(
        "proposal_term",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_proposal_term_proposal_id_proposal"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name=op.f("fk_proposal_term_term_id_term")),
        sa.PrimaryKeyConstraint("proposal_id", "term_id", name=op.f("pk_proposal_term")),
    )
    with op.batch_alter_table("proposal_term", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_term_term_id"), ["term_id"], unique=False)

    op.create_table(
        "proposal_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("presenter_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("stored_as", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "(kind = 'portrait') = (presenter_id IS NOT NULL)", name=op.f("ck_proposal_file_whose")
        ),
        sa.CheckConstraint("kind IN ('slides', 'portrait')", name=op.f("ck_proposal_file_kind")),
        sa.ForeignKeyConstraint(
            ["presenter_id"],
            ["presenter.id"],
            name=op.f("fk_proposal_file_presenter_id_presenter"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_proposal_file_proposal_id_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_file")),
        sa.UniqueConstraint(
            "proposal_id",
            "kind",
            "presenter_id",
            "version",
            name=op.f("uq_proposal_file_proposal_id_kind_presenter_id_version"),
        ),
    )
    with op.batch_alter_table("proposal_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_file_presenter_id"), ["presenter_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("proposal_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_file_presenter_id"))

    op.drop_table("proposal_file")
    with op.batch_alter_table("proposal_term", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_term_term_id"))

    op.drop_table("proposal_term")
    with op.batch_alter_table("proposal_question", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_question_proposal_id"))

    op.drop_table("proposal_question")
    with op.batch_alter_table("proposal_date", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_date_event_id"))

    op.drop_table("proposal_date")
    with op.batch_alter_table("presenter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_presenter_person_id"))

    op.drop_table("presenter")
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_index("ix_proposal_state")
        batch_op.drop_index(batch_op.f("ix_proposal_program_id"))

    op.drop_table("proposal")
