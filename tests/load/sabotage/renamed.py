"""Each try of a letter goes out under a Message-ID of its own."""

from __future__ import annotations

from email.utils import make_msgid
from typing import Any

from jam.mail import jobs

_compose = jobs.compose


def _anew(*arguments: Any) -> Any:
    ready = _compose(*arguments)
    del ready.message["Message-ID"]
    ready.message["Message-ID"] = make_msgid()
    return ready


jobs.compose = _anew
