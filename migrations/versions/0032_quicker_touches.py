"""On SQLite, what notes which sessions rows touch asks first, by a condition, whether that is noted already.

Revision ID: 0032
Revises: 0031
"""

from __future__ import annotations

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_TABLES = ("attendance", "attendance_correction", "attendance_report", "attendance_row", "kept_mark", "registration")
_ROWS = {"insert": "NEW", "delete": "OLD"}
_NOTED = "NOT EXISTS (SELECT 1 FROM touched_session WHERE event_id = {row}.event_id)"
_NEW = f"WHEN {_NOTED} BEGIN INSERT INTO touched_session (event_id) VALUES ({{row}}.event_id); END"
_OLD = f"BEGIN INSERT INTO touched_session (event_id) SELECT {{row}}.event_id WHERE {_NOTED}; END"


def upgrade() -> None:
    _make(_NEW)


def downgrade() -> None:
    _make(_OLD)


def _make(body: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in _TABLES:
        for verb, row in _ROWS.items():
            name = f"{table}_{verb}_touches"
            op.execute(f"DROP TRIGGER {name}")
            op.execute(f"CREATE TRIGGER {name} AFTER {verb.upper()} ON {table} {body.format(row=row)}")
