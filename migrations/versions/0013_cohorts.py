"""Cohorts: plans, faculty, applications with their teams, guests; their dates; questions of who applies"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_SOURCES = ("form", "colleague", "pass", "desk", "import", "platform")
_WHOSE = (
    "(program_id IS NOT NULL AND event_id IS NULL AND cohort_id IS NULL)"
    " OR (program_id IS NULL AND event_id IS NOT NULL AND cohort_id IS NULL)"
    " OR (program_id IS NULL AND event_id IS NULL AND cohort_id IS NOT NULL)"
)


def _one_of(sources: tuple[str, ...]) -> str:
    return "source IN ({})".format(", ".join(f"'{source}'" for source in sources))


def upgrade() -> None:
    with op.batch_alter_table("cohort", schema=None) as batch_op:
        batch_op.add_column(sa.Column("recurrence", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("start_time", sa.Time(), nullable=True))
        batch_op.add_column(sa.Column("minutes", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("template", sa.String(length=40), nullable=True))
    with op.batch_alter_table("cohort", schema=None) as batch_op:
        batch_op.create_check_constraint(op.f("ck_cohort_minutes"), "minutes BETWEEN 5 AND 1440")
        batch_op.create_check_constraint(op.f("ck_cohort_ends_after_start"), "ends_on >= starts_on")
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_registration_source"), type_="check")
        batch_op.create_check_constraint(op.f("ck_registration_source"), _one_of((*_SOURCES, "cohort")))
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.add_column(sa.Column("cohort_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_question_cohort_id"), ["cohort_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_question_cohort_id_cohort"), "cohort", ["cohort_id"], ["id"]
        )
        batch_op.drop_constraint(op.f("ck_question_program_or_event"), type_="check")
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.create_check_constraint(op.f("ck_question_whose"), _WHOSE)
    op.create_table(
        "cohort_application",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("organization", sa.String(length=160), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("setting", sa.String(length=20), nullable=True),
        sa.Column("size", sa.String(length=10), nullable=True),
        sa.Column("place", sa.String(length=2), nullable=True),
        sa.Column("zip", sa.String(length=10), nullable=True),
        sa.Column("area", sa.String(length=10), nullable=False),
        sa.Column("challenge", sa.Text(), nullable=False),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(length=12), nullable=True),
        sa.Column("decision_message", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("area IN ('rural', 'urban', 'unknown')", name=op.f("ck_cohort_application_area")),
        sa.CheckConstraint(
            "decision IN ('admitted', 'waiting', 'declined')", name=op.f("ck_cohort_application_decision")
        ),
        sa.CheckConstraint(
            "setting IN ('cmhc', 'ccbhc', 'sud', 'health-center', 'hospital', 'tribal', 'peer-run', 'association', 'government', 'other')",
            name=op.f("ck_cohort_application_setting"),
        ),
        sa.CheckConstraint(
            "size IN ('1-25', '26-100', '101-500', 'over-500')", name=op.f("ck_cohort_application_size")
        ),
        sa.CheckConstraint(
            "state IN ('received', 'admitted', 'waiting', 'declined', 'withdrawn')",
            name=op.f("ck_cohort_application_state"),
        ),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL)", name=op.f("ck_cohort_application_decided")
        ),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_cohort_application_cohort_id_cohort")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_cohort_application_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort_application")),
    )
    with op.batch_alter_table("cohort_application", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_cohort_application_organization_id"), ["organization_id"], unique=False
        )
        batch_op.create_index("ix_cohort_application_state", ["cohort_id", "state"], unique=False)

    op.create_table(
        "cohort_faculty",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("line", sa.String(length=200), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('facilitator', 'expert', 'coordinator', 'recorder')",
            name=op.f("ck_cohort_faculty_role"),
        ),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_cohort_faculty_cohort_id_cohort")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_cohort_faculty_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort_faculty")),
        sa.UniqueConstraint(
            "cohort_id", "person_id", "role", name=op.f("uq_cohort_faculty_cohort_id_person_id_role")
        ),
    )
    with op.batch_alter_table("cohort_faculty", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cohort_faculty_person_id"), ["person_id"], unique=False)

    op.create_table(
        "cohort_plan",
        sa.Column("cohort_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("whom", sa.Text(), nullable=False),
        sa.Column("commitment", sa.Text(), nullable=False),
        sa.Column("norms", sa.Text(), nullable=False),
        sa.Column("standing_texts", sa.Text(), nullable=False),
        sa.Column("materials", sa.Text(), nullable=False),
        sa.Column("most_organizations", sa.Integer(), nullable=True),
        sa.Column("most_people", sa.Integer(), nullable=True),
        sa.Column("goal", sa.Integer(), nullable=False),
        sa.Column("certificate_goal", sa.Integer(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "certificate_goal BETWEEN 1 AND 100", name=op.f("ck_cohort_plan_certificate_goal")
        ),
        sa.CheckConstraint("closes_on >= opens_on", name=op.f("ck_cohort_plan_window")),
        sa.CheckConstraint("goal BETWEEN 1 AND 100", name=op.f("ck_cohort_plan_goal")),
        sa.CheckConstraint("most_organizations > 0", name=op.f("ck_cohort_plan_most_organizations")),
        sa.CheckConstraint("most_people > 0", name=op.f("ck_cohort_plan_most_people")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_cohort_plan_cohort_id_cohort")),
        sa.PrimaryKeyConstraint("cohort_id", name=op.f("pk_cohort_plan")),
    )
    op.create_table(
        "cohort_application_term",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["cohort_application.id"],
            name=op.f("fk_cohort_application_term_application_id_cohort_application"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["term_id"], ["term.id"], name=op.f("fk_cohort_application_term_term_id_term")
        ),
        sa.PrimaryKeyConstraint("application_id", "term_id", name=op.f("pk_cohort_application_term")),
    )
    with op.batch_alter_table("cohort_application_term", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cohort_application_term_term_id"), ["term_id"], unique=False)

    op.create_table(
        "cohort_guest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("standing", sa.String(length=12), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "standing IN ('invited', 'accepted', 'declined')", name=op.f("ck_cohort_guest_standing")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_cohort_guest_event_id_event"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_cohort_guest_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort_guest")),
        sa.UniqueConstraint("event_id", "person_id", name=op.f("uq_cohort_guest_event_id_person_id")),
    )
    with op.batch_alter_table("cohort_guest", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cohort_guest_person_id"), ["person_id"], unique=False)

    op.create_table(
        "cohort_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("standing", sa.String(length=12), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_by_id", sa.Integer(), nullable=True),
        sa.Column("shows_name", sa.Boolean(), nullable=False),
        sa.Column("shows_address", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "standing != 'confirmed' OR joined_at IS NOT NULL", name=op.f("ck_cohort_member_joined")
        ),
        sa.CheckConstraint(
            "standing IN ('named', 'asked', 'confirmed', 'declined', 'left', 'replaced')",
            name=op.f("ck_cohort_member_standing"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["cohort_application.id"],
            name=op.f("fk_cohort_member_application_id_cohort_application"),
        ),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_cohort_member_cohort_id_cohort")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_cohort_member_person_id_person")),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"],
            ["cohort_member.id"],
            name=op.f("fk_cohort_member_replaced_by_id_cohort_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort_member")),
        sa.UniqueConstraint(
            "application_id", "person_id", name=op.f("uq_cohort_member_application_id_person_id")
        ),
    )
    with op.batch_alter_table("cohort_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cohort_member_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cohort_member_replaced_by_id"), ["replaced_by_id"], unique=False)
        batch_op.create_index("ix_cohort_member_standing", ["cohort_id", "standing"], unique=False)


def downgrade() -> None:
    for table in (
        "cohort_member",
        "cohort_guest",
        "cohort_application_term",
        "cohort_plan",
        "cohort_faculty",
        "cohort_application",
    ):
        op.drop_table(table)
    # The earlier version has no place for what was asked of cohorts, and knows their seats as given by staff.
    op.execute("DELETE FROM question WHERE cohort_id IS NOT NULL")
    op.execute("UPDATE registration SET source = 'desk' WHERE source = 'cohort'")
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_question_whose"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_question_cohort_id_cohort"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_question_cohort_id"))
        batch_op.drop_column("cohort_id")
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.create_check_constraint(
            op.f("ck_question_program_or_event"), "(program_id IS NULL) != (event_id IS NULL)"
        )
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_registration_source"), type_="check")
        batch_op.create_check_constraint(op.f("ck_registration_source"), _one_of(_SOURCES))
    with op.batch_alter_table("cohort", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_cohort_minutes"), type_="check")
        batch_op.drop_constraint(op.f("ck_cohort_ends_after_start"), type_="check")
        batch_op.drop_column("template")
        batch_op.drop_column("minutes")
        batch_op.drop_column("start_time")
        batch_op.drop_column("recurrence")
