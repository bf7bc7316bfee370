"""What tests of the past share: the program it belongs to."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.schedule.models import Program
from jam.vocabulary.actions import add_first_terms
from tests import makers


@pytest.fixture
def jam(db_session: scoped_session[Session]) -> Program:
    """The Jam, and the first words of its vocabularies."""
    add_first_terms(by=makers.BY)
    program = makers.program()
    db.session.commit()
    return program
