"""Nobody looks whether somebody holds the pass before they take it."""

from __future__ import annotations

from jam.registration import passes
from jam.registration.models import SeriesPass

_locked = passes._locked


def _as_if_left(held: SeriesPass) -> SeriesPass:
    found = _locked(held)
    found.active = False
    return found


passes._locked = _as_if_left
