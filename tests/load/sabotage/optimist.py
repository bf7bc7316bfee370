"""A letter counts as sent as soon as a worker has it in hand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from jam.mail import jobs
from jam.mail.rules import State

_compose = jobs._compose


def _sent_already(claimed: list[int], mail_from: str, lease: datetime) -> Any:
    ready = _compose(claimed, mail_from, lease)
    for id in claimed:
        jobs._settle(id, lease, state=State.SENT)
    return ready


jobs._compose = _sent_already
