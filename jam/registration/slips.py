"""Typing slips in an address: which address somebody most likely meant. Pure decisions; nothing is looked up."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: The mail services most people in the United States use. Some look like slips of others (mail.com, ymail.com).
_WELL_KNOWN = (
    "gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "icloud.com", "aol.com", "comcast.net", "live.com", "msn.com",
    "att.net", "verizon.net", "sbcglobal.net", "bellsouth.net", "protonmail.com", "proton.me", "googlemail.com",
    "ymail.com", "rocketmail.com", "mail.com", "gmx.com", "gmx.net", "email.com", "me.com", "mac.com", "hotmail.co.uk",
    "yahoo.co.uk", "yahoo.ca", "fastmail.com", "zoho.com", "cox.net", "charter.net", "earthlink.net", "hey.com",
)  # fmt: skip

#: Endings that are no top-level domain, or that nobody here means, and what was meant.
_ENDINGS = {
    "con": "com", "cmo": "com", "ocm": "com", "vom": "com", "xom": "com", "comm": "com", "coom": "com", "cim": "com",
    "ogr": "org", "rog": "org", "orgg": "org", "nte": "net", "ner": "net", "edi": "edu", "deu": "edu", "gvo": "gov",
    "goc": "gov",
}  # fmt: skip

#: Shorter names differ by one letter without a slip: aol.com and aon.com.
_SHORTEST = 8


def likely_address(typed: str, usual: Iterable[str]) -> str | None:
    """The address that somebody most likely meant; None when nothing looks like a slip.

    `typed` is an address that can be one; `usual` are the domains that many people here have, the most used first. A
    domain that is itself well known or usual is never taken for a slip.
    """
    name, _, domain = typed.strip().rpartition("@")
    domain, usual = domain.lower(), list(usual)
    if domain in _WELL_KNOWN or domain in usual:
        return None
    stem, _, ending = domain.rpartition(".")
    mended = f"{stem}.{_ENDINGS.get(ending, ending)}"
    if mended not in _WELL_KNOWN and mended not in usual:
        near = (each for each in (*_WELL_KNOWN, *usual) if _is_near(mended, each))
        mended = next(near, mended)
    return f"{name}@{mended}" if mended != domain else None


def _is_near(typed: str, meant: str) -> bool:
    """Whether one slip of a finger parts the two; numbers are part of a name, not a slip."""
    if len(meant) < _SHORTEST or re.sub(r"\d", "", typed) == re.sub(r"\d", "", meant):
        return False
    return is_one_slip(typed, meant)


def is_one_slip(typed: str, meant: str) -> bool:
    """Whether one letter is missing, too many, another, or two neighbors are swapped."""
    if typed == meant or abs(len(typed) - len(meant)) > 1:
        return False
    same = 0
    while same < min(len(typed), len(meant)) and typed[same] == meant[same]:
        same += 1
    left, right = typed[same:], meant[same:]
    swapped = left[1::-1] == right[:2] and left[2:] == right[2:]
    return left[1:] == right[1:] or left[1:] == right or left == right[1:] or swapped
