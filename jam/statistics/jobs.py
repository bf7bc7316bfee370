"""What the clock does for statistics: it counts sessions that changed, so that readers need not."""

from __future__ import annotations

from jam.statistics.summaries import refresh


def count_sessions() -> int:
    """Count sessions that changed or are newly over; returns how many. Commits by itself."""
    return refresh()
