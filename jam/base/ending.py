"""Whether this process was asked to end. Work that takes long looks here between two things it does, and stops."""

from __future__ import annotations

from threading import Event

_asked = Event()


def ask(*_: object) -> None:
    """Let whatever is under way come to its end soon. Fit to be a signal's handler."""
    _asked.set()


def asked() -> bool:
    """Whether to begin nothing more."""
    return _asked.is_set()


def forget() -> None:
    """Begin anew, in a process that goes on after a clock of its own has ended."""
    _asked.clear()
