"""What the clock runs: a decision whose letter was let go from the outbox stands on the proposal too, and presenters hear
of what is missing."""

from __future__ import annotations

from jam.audit.actions import CLOCK
from jam.proposals import chasing
from jam.proposals.board import decided
from jam.proposals.decisions import follow


def follow_letters() -> int:
    """Let proposals follow letters that left by another door; returns how many did. The caller commits."""
    # In the order in which staff's actions hold them, too.
    return sum(follow(proposal, by=CLOCK) for proposal in sorted(decided(), key=lambda each: each.id))


def chase() -> int:
    """Remind presenters of what is missing; returns how many letters were written. Commits by itself."""
    return chasing.chase()
