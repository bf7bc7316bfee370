"""Whoever registers waits for the mail server."""

from __future__ import annotations

from typing import Any

from jam.base.database import db
from jam.mail import jobs
from jam.registration import actions

_register = actions.register


def _and_deliver(*arguments: Any, **options: Any) -> Any:
    found = _register(*arguments, **options)
    db.session.commit()
    jobs.deliver(most=1)
    return found


actions.register = _and_deliver
