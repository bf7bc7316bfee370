"""A process for which it is another time: Jam's one clock runs ahead, the machine's own does not."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from importlib import import_module

_real = datetime.now
_ahead = timedelta(0)


class _Shifted(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return _real(tz) + _ahead


def ahead(seconds: float) -> None:
    """From here on it is so many seconds later than it is."""
    global _ahead
    _ahead = timedelta(seconds=seconds)
    import_module("jam.base.now").datetime = _Shifted  # type: ignore[attr-defined]
