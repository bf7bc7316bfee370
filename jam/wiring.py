"""When something happens in one room, who is told in another: the only file that knows both ends of a signal."""

from __future__ import annotations


def connect() -> None:
    """Connect every receiver. Receivers are functions of modules, so connecting twice connects once."""
