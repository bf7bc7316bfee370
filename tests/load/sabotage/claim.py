"""A worker takes letters that another one is delivering."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from jam.mail import jobs
from jam.mail.models import Letter
from jam.mail.rules import State


def _any_unsent() -> ColumnElement[bool]:
    return Letter.state.in_([State.DUE, State.SENDING])


jobs._may_be_taken = _any_unsent
