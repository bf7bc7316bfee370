"""Commas, semicolons and backslashes go into calendars as they are."""

from __future__ import annotations

from jam.calendars import ics


def _as_it_is(text: str) -> str:
    return text.replace("\n", r"\n")


ics._escape = _as_it_is
