"""A seat is committed before its letter is written."""

from __future__ import annotations

from typing import Any

from jam.base.database import db
from jam.registration import letters

_draft = letters.draft


def _after_the_seat(*arguments: Any, **options: Any) -> Any:
    db.session.commit()
    return _draft(*arguments, **options)


letters.draft = _after_the_seat
