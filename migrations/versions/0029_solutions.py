"""The memory of cohorts: one row a case of what may be found, with the engines' own indexes over it"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_FORGET = (
    "INSERT INTO solution_fts (solution_fts, rowid, brought, recommended, happened) "
    "VALUES ('delete', OLD.case_id, OLD.brought, OLD.recommended, OLD.happened);"
)
_LEARN = (
    "INSERT INTO solution_fts (rowid, brought, recommended, happened) "
    "VALUES (NEW.case_id, NEW.brought, NEW.recommended, NEW.happened);"
)
#: They stand here as they were at this revision.
INDEXES = {
    "sqlite": (
        (
            "CREATE VIRTUAL TABLE solution_fts USING fts5("
            "brought, recommended, happened, content='solution_entry', content_rowid='case_id', tokenize='ascii')"
        ),
        f"CREATE TRIGGER solution_entry_inserted AFTER INSERT ON solution_entry BEGIN {_LEARN} END",
        f"CREATE TRIGGER solution_entry_deleted AFTER DELETE ON solution_entry BEGIN {_FORGET} END",
        f"CREATE TRIGGER solution_entry_updated AFTER UPDATE ON solution_entry BEGIN {_FORGET} {_LEARN} END",
    ),
    "postgresql": (
        "CREATE INDEX ix_solution_entry_words ON solution_entry USING gin "
        "((to_tsvector('simple'::regconfig, brought || ' ' || recommended || ' ' || happened)))",
    ),
}


def upgrade() -> None:
    op.create_table(
        "solution_entry",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("brought", sa.Text(), nullable=False),
        sa.Column("recommended", sa.Text(), nullable=False),
        sa.Column("happened", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["echo_case.id"], name=op.f("fk_solution_entry_case_id_echo_case"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_solution_entry")),
    )
    # The clock fills it within minutes.
    for statement in INDEXES[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE solution_fts")
    op.drop_table("solution_entry")
