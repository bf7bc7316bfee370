"""A change of time or status leaves SEQUENCE as it was, so that calendars may ignore it."""

from __future__ import annotations

from typing import Any

from jam.calendars import ics

_event = ics._event


def _unnumbered(entry: Any, cancelled: bool, _sequence: int, stamped_at: Any) -> Any:
    return _event(entry, cancelled, 0, stamped_at)


ics._event = _unnumbered
