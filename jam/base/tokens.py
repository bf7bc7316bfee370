"""Personal links: a selector (whose link) and a signature (that we made it). Nothing of a token is stored.

A token can be printed again at any time, dies when the version it was made for is raised, and survives a change of the
secret key as long as the earlier key stands among the fallbacks.
"""

from __future__ import annotations

import hmac
import string
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256

from flask import current_app

#: 20 bytes of HMAC-SHA-256 in base64url: 160 bits, 27 characters.
_SIGNATURE = 27
#: The largest id that a column of either engine holds.
_LARGEST = 2**31 - 1
_DIGITS = string.digits + string.ascii_lowercase


@dataclass(frozen=True)
class Token:
    """A token taken apart, not yet believed."""

    id: int
    purpose: str
    signature: str

    def is_for(self, version: int) -> bool:
        """Whether we made it for this version of the link (compared in constant time, under every key that counts)."""
        return any(
            hmac.compare_digest(self.signature, _signature(key, self.purpose, self.id, version))
            for key in _keys()
        )


def make(purpose: str, id: int, version: int = 0) -> str:
    """The token of a link: 28 or more URL-safe characters."""
    return _signature(_keys()[0], purpose, id, version) + _base36(id)


def read(text: str, purpose: str) -> Token | None:
    """Take a token apart; None when it cannot be one."""
    selector = text[_SIGNATURE:]
    if not text.isascii() or not 1 <= len(selector) <= 12 or any(c not in _DIGITS for c in selector):
        return None
    id = int(selector, 36)
    return Token(id, purpose, text[:_SIGNATURE]) if id <= _LARGEST else None


def _keys() -> list[str]:
    keys: list[str] = current_app.config["KEYS"]
    return keys


def _signature(key: str, purpose: str, id: int, version: int) -> str:
    digest = hmac.new(key.encode(), f"jam link|{purpose}|{id}|{version}".encode(), sha256).digest()
    return urlsafe_b64encode(digest[:20]).decode().rstrip("=")


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return digits or "0"
