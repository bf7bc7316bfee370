"""Tables that staff loaded, kept for a day between the steps of an import, found by a signed reference of one account.

They lie as text, a row a line, among the other uploads that wait, so that erasing a person finds and drops them too.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer

from jam.base import files
from jam.base.errors import Refused
from jam.registration.tables import Table

_FOLDER = "uploads"
_GOOD_FOR = timedelta(days=1)


def hold(table: Table, event_id: int, account_id: int, purpose: str) -> str:
    """Keep a table for a day; returns the reference to it, good for this session, account and purpose only."""
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in [table.header, *table.rows])
    reference = _serializer().dumps([files.keep(_FOLDER, lines.encode()), event_id, account_id, purpose])
    assert isinstance(reference, str)
    return reference


def held(reference: str, event_id: int, account_id: int, purpose: str) -> Table:
    """The table of a reference. Refused when it is too old, another account's or another session's."""
    stored_as = _stored(reference, event_id, account_id, purpose)
    try:
        lines = files.fetch(stored_as).decode().split("\n") if stored_as else []
    except FileNotFoundError:
        lines = []
    if not lines:
        raise Refused(
            "The file you chose is not here any more. Choose it again; nothing was changed by this step."
        )
    header, *rows = [json.loads(line) for line in lines]
    return Table(header, rows)


def drop(reference: str, event_id: int, account_id: int, purpose: str) -> None:
    """Forget a table; it is no fault when it is gone already."""
    stored_as = _stored(reference, event_id, account_id, purpose)
    if stored_as:
        files.drop(stored_as)


def _stored(reference: str, event_id: int, account_id: int, purpose: str) -> str | None:
    try:
        found: Any = _serializer().loads(reference, max_age=int(_GOOD_FOR.total_seconds()))
    except BadSignature:
        return None
    stored_as, *whose = found
    return str(stored_as) if whose == [event_id, account_id, purpose] else None


def _serializer() -> URLSafeTimedSerializer:
    keys: list[str] = current_app.config["KEYS"]
    return URLSafeTimedSerializer(list(reversed(keys)), salt="registration upload")
