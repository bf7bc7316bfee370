"""What the clock does for cases: what presenters wrote and attached goes when a case has been over for long enough."""

from __future__ import annotations

from jam.cases import retention


def forget_originals() -> int:
    """Remove originals and attachments whose time is over; returns of how many cases. Commits by itself."""
    return retention.forget_originals()
