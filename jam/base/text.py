"""What people type, made safe to keep: one Unicode form, no control characters, no private-use characters.

Private-use characters are reserved for the places in a stored letter where a personal link is filled in at delivery,
so nobody must be able to type them.
"""

from __future__ import annotations

import re
import unicodedata

from jam.base.errors import Refused

#: C0 and C1 controls but tab and newline, lone surrogates, private use, the byte-order mark, bidi overrides.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufeff\u202a-\u202e\u2066-\u2069]"
)
_SPACES = re.compile(r"\s+")


def clean_text(value: str, limit: int = 10_000, what: str = "This text") -> str:
    """Several lines of text, cleaned; Refused when longer than `limit` characters."""
    value = value.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return _short_enough(_UNWANTED.sub("", unicodedata.normalize("NFC", value)).strip(), limit, what)


def clean_line(value: str, limit: int = 200, what: str = "This text") -> str:
    """One line of text, cleaned, inner white space folded to single blanks; Refused when longer than `limit`."""
    if value.isascii() and value.isprintable():  # nothing to clean but blanks
        return _short_enough(" ".join(value.split()), limit, what)
    return _short_enough(
        _SPACES.sub(" ", _UNWANTED.sub("", unicodedata.normalize("NFC", value))).strip(), limit, what
    )


def bare(value: str) -> str:
    """What is left of a line when its spelling does not count: for comparing only, never for showing."""
    return "".join(_UNWANTED.sub("", unicodedata.normalize("NFKC", value)).split()).casefold()


def slugify(value: str, limit: int = 60) -> str:
    """Lower-case letters, digits and hyphens of a title, for an address; may be empty."""
    plain = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:limit].strip("-")


def _short_enough(value: str, limit: int, what: str) -> str:
    if len(value) > limit:
        raise Refused(f"{what} is {len(value):,} characters long; {limit:,} is the most. Please shorten it.")
    return value
