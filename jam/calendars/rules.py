"""How feeds are called, and how long they speak of what is over."""

from __future__ import annotations

from datetime import timedelta

ALL = "all"
RECORDINGS = "recordings"

#: How long a personal feed still says that a session was called off, or a seat given up.
SHOWN_CANCELLED = timedelta(days=30)


def program_key(slug: str) -> str:
    """The feed of a program."""
    return f"program:{slug}"


def cohort_key(slug: str) -> str:
    """The feed of a cohort."""
    return f"cohort:{slug}"


def lever_key(slug: str) -> str:
    """The feed of a lever of change."""
    return f"lever:{slug}"


def session_key(slug: str) -> str:
    """The file of one session."""
    return f"session:{slug}"
