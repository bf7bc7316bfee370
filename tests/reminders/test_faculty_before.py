"""A faculty that was there before its reminders gets them by the migration, unless staff took them away."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.cohorts.rules import Role
from jam.reminders.actions import FACULTY_DEFAULT, remove
from jam.reminders.jobs import mend
from jam.reminders.models import Reminder, ReminderRule
from tests import makers
from tests.cases.brought import faculty

_FILE = Path(__file__).parents[2] / "migrations" / "versions" / "0030_faculty_reminders.py"


def migrate() -> list[ReminderRule]:
    """What the migration does, and the rules for faculties after it."""
    spec = spec_from_file_location("faculty_reminders", _FILE)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    db.session.execute(module._BEGIN, {"name": module._NAME, "no": False, "yes": True})
    return list(
        db.session.scalars(select(ReminderRule).where(ReminderRule.audience == FACULTY_DEFAULT.audience))
    )


def test_a_faculty_of_before_is_reminded_of_the_sessions_to_come(db_session: scoped_session[Session]) -> None:
    of = makers.cohort()
    event = makers.cohort_event(of)
    faculty(of, Role.FACILITATOR)
    for table in (Reminder, ReminderRule):
        db.session.execute(delete(table))
    db.session.commit()
    [made] = migrate()
    for name, value in vars(FACULTY_DEFAULT).items():
        assert getattr(made, name) == value, name
    assert migrate() == [made]
    db.session.commit()
    mend()
    due = db.session.scalars(select(Reminder).where(Reminder.rule_id == made.id)).one()
    assert due.event_id == event.id

    remove(made, by=makers.BY)
    assert migrate() == []
