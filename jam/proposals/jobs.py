"""What the clock runs: a decision whose letter was let go from the outbox stands on the proposal too."""

from __future__ import annotations

from jam.audit.actions import CLOCK
from jam.proposals.board import decided
from jam.proposals.decisions import follow


def follow_letters() -> int:
    """Let proposals follow letters that left by another door; returns how many did. The caller commits."""
    return sum(follow(proposal, by=CLOCK) for proposal in decided())
