"""Taking the pass registers people for the next date and forgets the later ones."""

from __future__ import annotations

from jam.registration import passes
from jam.registration.models import SeriesPass

_missing = passes.dates_missing


def _the_next_one(of: SeriesPass | None = None) -> list[tuple[int, int]]:
    return _missing(of)[:1]


passes.dates_missing = _the_next_one
