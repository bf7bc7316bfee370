"""Personal feeds stored, which feeds a session stands in, recordings as they were first seen"""

import secrets
from datetime import datetime, timezone

import sqlalchemy as sa
from alembic import op
from flask import current_app

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_feeds_anew(
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("uid", sa.String(length=120), nullable=False),
        sa.Column("etag", sa.String(length=80), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_with", sa.String(length=32), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        more={"made_with": ""},
    )
    with op.batch_alter_table("calendar_entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("feeds", sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
    with op.batch_alter_table("calendar_entry", schema=None) as batch_op:
        batch_op.alter_column("feeds", existing_type=sa.JSON(), existing_nullable=False, server_default=None)
    op.create_table(
        "recording_entry",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_recording_entry_event_id_event")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_recording_entry")),
    )
    with op.batch_alter_table("recording_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recording_entry_published_at"), ["published_at"], unique=False)
    personal = op.create_table(
        "personal_calendar",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=120), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("built", sa.Integer(), nullable=False),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("etag", sa.String(length=80), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_with", sa.String(length=32), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_personal_calendar_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_personal_calendar")),
    )
    with op.batch_alter_table("personal_calendar", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_personal_calendar_expires_at"), ["expires_at"], unique=False)
    # Whoever has a link gets a row; the clock builds what belongs into it.
    present = datetime.now(timezone.utc).replace(microsecond=0)
    if op.get_bind().dialect.name == "sqlite":
        present = present.replace(tzinfo=None)
    people = op.get_bind().execute(sa.text("SELECT id FROM person WHERE calendar_version % 2 = 1")).scalars().all()
    op.bulk_insert(
        personal,
        [
            {
                "person_id": id, "uid": f"{secrets.token_hex(16)}@{current_app.config['UID_DOMAIN']}", "wanted": 1,
                "built": 0, "wanted_at": present, "etag": "", "changed_at": present, "made_with": "", "content": b"",
            }
            for id in people
        ],
    )


def downgrade() -> None:
    op.drop_table("personal_calendar")
    op.drop_table("recording_entry")
    with op.batch_alter_table("calendar_entry", schema=None) as batch_op:
        batch_op.drop_column("feeds")
    # Longer keys have no room there; the earlier version asks for none of them.
    op.execute("DELETE FROM calendar_feed WHERE length(key) > 80")
    _make_feeds_anew(
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("uid", sa.String(length=120), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("etag", sa.String(length=80), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        more={},
    )


def _make_feeds_anew(*columns: sa.Column, more: dict) -> None:
    """The same rows in a table whose bytes stand elsewhere; neither engine moves a column."""
    names = ("key", "uid", "content", "etag", "changed_at")
    old = sa.table("calendar_feed", *(sa.column(each.name, each.type) for each in columns if each.name in names))
    rows = [{**row, **more} for row in op.get_bind().execute(sa.select(old)).mappings()]
    op.drop_table("calendar_feed")
    made = op.create_table("calendar_feed", *columns, sa.PrimaryKeyConstraint("key", name=op.f("pk_calendar_feed")))
    op.bulk_insert(made, rows)
