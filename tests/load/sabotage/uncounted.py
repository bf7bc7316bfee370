"""What was counted of a session is never taken for true, so that every reader counts it from its rows."""

from __future__ import annotations

from sqlalchemy import true

from jam.statistics import summaries

summaries._touched = lambda _event_id: true()  # type: ignore[assignment]
