"""Cases of a cohort: texts in two copies, signs, requests, attachments, and who opened them"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('echo_case',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=8), nullable=False),
    sa.Column('cohort_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('state_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('newness', sa.String(length=10), nullable=False),
    sa.Column('earlier_id', sa.Integer(), nullable=True),
    sa.Column('setting', sa.String(length=20), nullable=True),
    sa.Column('size', sa.String(length=10), nullable=True),
    sa.Column('area', sa.String(length=10), nullable=False),
    sa.Column('turnover', sa.String(length=10), nullable=True),
    sa.Column('vacancy', sa.String(length=10), nullable=True),
    sa.Column('time_to_hire', sa.String(length=10), nullable=True),
    sa.Column('limits', sa.JSON(), nullable=False),
    sa.Column('towns', sa.Text(), nullable=False),
    sa.Column('known_as', sa.Text(), nullable=False),
    sa.Column('consent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attested_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('released_changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('written_from', sa.String(length=32), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("(event_id IS NOT NULL) OR state NOT IN ('scheduled')", name=op.f('ck_echo_case_session')),
    sa.CheckConstraint("area IN ('rural', 'urban', 'unknown')", name=op.f('ck_echo_case_area')),
    sa.CheckConstraint("newness IN ('new', 'follow-up')", name=op.f('ck_echo_case_newness')),
    sa.CheckConstraint("setting IN ('cmhc', 'ccbhc', 'sud', 'health-center', 'hospital', 'tribal', 'peer-run', 'association', 'government', 'other')", name=op.f('ck_echo_case_setting')),
    sa.CheckConstraint("size IN ('1-25', '26-100', '101-500', 'over-500')", name=op.f('ck_echo_case_size')),
    sa.CheckConstraint("state IN ('draft', 'submitted', 'in-review', 'changes-asked', 'approved', 'scheduled', 'presented', 'withdrawn')", name=op.f('ck_echo_case_state')),
    sa.ForeignKeyConstraint(['cohort_id'], ['cohort.id'], name=op.f('fk_echo_case_cohort_id_cohort')),
    sa.ForeignKeyConstraint(['earlier_id'], ['echo_case.id'], name=op.f('fk_echo_case_earlier_id_echo_case')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_echo_case_event_id_event'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['member_id'], ['cohort_member.id'], name=op.f('fk_echo_case_member_id_cohort_member')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_echo_case_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_echo_case')),
    sa.UniqueConstraint('code', name=op.f('uq_echo_case_code'))
    )
    op.create_index(op.f('ix_echo_case_earlier_id'), 'echo_case', ['earlier_id'], unique=False)
    op.create_index(op.f('ix_echo_case_event_id'), 'echo_case', ['event_id'], unique=False)
    op.create_index(op.f('ix_echo_case_member_id'), 'echo_case', ['member_id'], unique=False)
    op.create_index(op.f('ix_echo_case_person_id'), 'echo_case', ['person_id'], unique=False)
    op.create_index('ix_echo_case_state', 'echo_case', ['cohort_id', 'state'], unique=False)
    op.create_table('case_ask',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked_by', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['echo_case.id'], name=op.f('fk_case_ask_case_id_echo_case'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_ask'))
    )
    op.create_index(op.f('ix_case_ask_case_id'), 'case_ask', ['case_id'], unique=False)
    op.create_table('case_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=130), nullable=False),
    sa.Column('stored_as', sa.String(length=120), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('released', sa.Boolean(), nullable=False),
    sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['echo_case.id'], name=op.f('fk_case_file_case_id_echo_case'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_file'))
    )
    op.create_index(op.f('ix_case_file_case_id'), 'case_file', ['case_id'], unique=False)
    op.create_table('case_opening',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('copy', sa.String(length=10), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("copy IN ('original', 'released')", name=op.f('ck_case_opening_copy')),
    sa.ForeignKeyConstraint(['case_id'], ['echo_case.id'], name=op.f('fk_case_opening_case_id_echo_case'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_case_opening_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_opening'))
    )
    op.create_index(op.f('ix_case_opening_case_id'), 'case_opening', ['case_id'], unique=False)
    op.create_index('ix_case_opening_person', 'case_opening', ['person_id', 'case_id', 'at'], unique=False)
    op.create_table('case_sign',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('signed_by', sa.String(length=40), nullable=False),
    sa.CheckConstraint("kind IN ('name', 'geography', 'date', 'phone', 'fax', 'email', 'ssn', 'record', 'plan', 'account', 'licence', 'vehicle', 'device', 'url', 'ip', 'biometric', 'photo', 'other', 'own-organization', 'own-town', 'own-colleague')", name=op.f('ck_case_sign_kind')),
    sa.ForeignKeyConstraint(['case_id'], ['echo_case.id'], name=op.f('fk_case_sign_case_id_echo_case'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_sign')),
    sa.UniqueConstraint('case_id', 'kind', name=op.f('uq_case_sign_case_id_kind'))
    )
    op.create_table('case_text',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('copy', sa.String(length=10), nullable=False),
    sa.Column('name', sa.String(length=20), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.CheckConstraint("copy IN ('original', 'released')", name=op.f('ck_case_text_copy')),
    sa.ForeignKeyConstraint(['case_id'], ['echo_case.id'], name=op.f('fk_case_text_case_id_echo_case'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_text')),
    sa.UniqueConstraint('case_id', 'copy', 'name', name=op.f('uq_case_text_case_id_copy_name'))
    )
    op.create_table('echo_case_term',
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('term_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['echo_case.id'], name=op.f('fk_echo_case_term_case_id_echo_case'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['term_id'], ['term.id'], name=op.f('fk_echo_case_term_term_id_term')),
    sa.PrimaryKeyConstraint('case_id', 'term_id', name=op.f('pk_echo_case_term'))
    )
    op.create_index(op.f('ix_echo_case_term_term_id'), 'echo_case_term', ['term_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_echo_case_term_term_id'), table_name='echo_case_term')
    op.drop_table('echo_case_term')
    op.drop_table('case_text')
    op.drop_table('case_sign')
    op.drop_index('ix_case_opening_person', table_name='case_opening')
    op.drop_index(op.f('ix_case_opening_case_id'), table_name='case_opening')
    op.drop_table('case_opening')
    op.drop_index(op.f('ix_case_file_case_id'), table_name='case_file')
    op.drop_table('case_file')
    op.drop_index(op.f('ix_case_ask_case_id'), table_name='case_ask')
    op.drop_table('case_ask')
    op.drop_index('ix_echo_case_state', table_name='echo_case')
    op.drop_index(op.f('ix_echo_case_person_id'), table_name='echo_case')
    op.drop_index(op.f('ix_echo_case_member_id'), table_name='echo_case')
    op.drop_index(op.f('ix_echo_case_event_id'), table_name='echo_case')
    op.drop_index(op.f('ix_echo_case_earlier_id'), table_name='echo_case')
    op.drop_table('echo_case')
