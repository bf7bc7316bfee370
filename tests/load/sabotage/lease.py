"""A letter that a worker took and left is taken by no other."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from jam.base.now import now
from jam.mail import jobs
from jam.mail.models import Letter
from jam.mail.rules import State


def _only_due() -> ColumnElement[bool]:
    return (Letter.state == State.DUE) & (Letter.due_at <= now())


jobs._may_be_taken = _only_due
