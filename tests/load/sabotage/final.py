"""Whatever a mail server says against a letter counts as its last word."""

from __future__ import annotations

from jam.mail import transport


def _always(_code: int) -> bool:
    return True


transport.is_final = _always
