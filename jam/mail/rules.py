"""Decisions about letters: their states, when to try again, and which failures are final."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum


class State(StrEnum):
    """Where a letter stands."""

    #: Written, and waiting for somebody to decide that it leaves at all.
    DRAFT = "draft"
    HELD = "held"
    DUE = "due"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    #: Its time went by, and by now it would be of no use.
    MISSED = "missed"
    WITHDRAWN = "withdrawn"


#: What staff read.
WORDS = {
    State.DRAFT: "draft",
    State.HELD: "held back",
    State.DUE: "waiting to leave",
    State.SENDING: "leaving now",
    State.SENT: "sent",
    State.FAILED: "could not be delivered",
    State.MISSED: "too late to be of use",
    State.WITHDRAWN: "withdrawn",
}

#: How each is marked: the tones of the page's status mark.
TONES = {
    State.DRAFT: "wait",
    State.HELD: "wait",
    State.DUE: "quiet",
    State.SENDING: "now",
    State.SENT: "done",
    State.FAILED: "trouble",
    State.MISSED: "trouble",
    State.WITHDRAWN: "quiet",
}

#: Letters that many people get because of one action of staff wait this long, so that they can be called back.
GRACE = timedelta(minutes=10)

#: A claimed letter that nobody finished may be taken by another worker after this long.
LEASE = timedelta(minutes=5)

MOST_ATTEMPTS = 10


def pause_after(attempts: int) -> timedelta:
    """The wait before the next try: 1, 2, 4 … minutes, at most 4 hours; ten tries span about half a day."""
    return min(timedelta(minutes=2 ** (attempts - 1)), timedelta(hours=4))


def is_final(smtp_code: int) -> bool:
    """Whether a reply means never (RFC 5321 section 4.2.1: 5yz is permanent, 4yz is passing)."""
    return 500 <= smtp_code < 600
