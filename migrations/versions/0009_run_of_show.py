"""Run of show: who does what, notes and open slots in the agenda; templates of programs"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_BEFORE = ("welcome", "policy-update", "talk", "didactic", "case", "discussion", "call-to-action")
_NEW = ("wrap-up", "evaluation", "break")


def _one_of(kinds: tuple[str, ...]) -> str:
    return "kind IN ({})".format(", ".join(f"'{kind}'" for kind in kinds))


def upgrade() -> None:
    with op.batch_alter_table("agenda_item", schema=None) as batch_op:
        batch_op.add_column(sa.Column("crew", sa.String(length=300), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("notes", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("is_open", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.drop_constraint(op.f("ck_agenda_item_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_agenda_item_kind"), _one_of(_BEFORE + _NEW))
    with op.batch_alter_table("agenda_item", schema=None) as batch_op:
        batch_op.alter_column("crew", existing_type=sa.String(length=300), existing_nullable=False, server_default=None)
        batch_op.alter_column("notes", existing_type=sa.Text(), existing_nullable=False, server_default=None)
        batch_op.alter_column("is_open", existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
        batch_op.create_check_constraint(op.f("ck_agenda_item_open_without_speakers"), "NOT is_open OR speakers = ''")
    op.create_table(
        "agenda_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["program_id"], ["program.id"], name=op.f("fk_agenda_template_program_id_program"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_template")),
        sa.UniqueConstraint("program_id", "name", name=op.f("uq_agenda_template_program_id_name")),
    )
    op.add_column("program", sa.Column("template", sa.String(length=40), nullable=True))


def downgrade() -> None:
    op.drop_column("program", "template")
    op.drop_table("agenda_template")
    # The earlier version knows fewer kinds.
    op.execute("UPDATE agenda_item SET kind = 'discussion' WHERE NOT ({})".format(_one_of(_BEFORE)))
    with op.batch_alter_table("agenda_item", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_agenda_item_open_without_speakers"), type_="check")
        batch_op.drop_constraint(op.f("ck_agenda_item_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_agenda_item_kind"), _one_of(_BEFORE))
        batch_op.drop_column("is_open")
        batch_op.drop_column("notes")
        batch_op.drop_column("crew")
