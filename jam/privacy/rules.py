"""Decisions about asking for an erasure."""

from __future__ import annotations

#: What somebody types to show that they mean it.
WORD = "ERASE"


def is_meant(typed: str) -> bool:
    """Whether the word was typed, in whatever case."""
    return typed.strip().upper() == WORD
