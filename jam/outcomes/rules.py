"""What a recommendation is and what may become of it, when it is due, and who writes it down when."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from urllib.parse import urlsplit

from jam.base.errors import Refused
from jam.cases.rules import State


class Answer(StrEnum):
    """What became of a recommendation, as its presenter says."""

    TRIED = "tried"
    ADOPTED = "adopted"
    DROPPED = "dropped"
    NOT_YET = "not-yet"


ANSWER_WORDS = {
    Answer.TRIED: "Tried",
    Answer.ADOPTED: "Adopted",
    Answer.DROPPED: "Dropped",
    Answer.NOT_YET: "Not yet",
}
ANSWER_TONES = {Answer.TRIED: "now", Answer.ADOPTED: "done", Answer.DROPPED: "quiet", Answer.NOT_YET: "wait"}

#: The presenter is asked so many days after the session.
FOLLOW_UP_DAYS = (30, 60, 90)

MOST_RECOMMENDATIONS = 60
LONGEST_RECOMMENDATION = 1_500
LONGEST_NOTE = 600
LONGEST_LINK = 500
LONGEST_SUMMARY = 3_000
LONGEST_HAPPENED = 2_000
LONGEST_WHY = 600
CLIENT_ID_LENGTH = 36

#: While a case is one of these, recommendations are written down: in its session, after it, and changed once they were sent.
CAPTURED = (State.SCHEDULED, State.PRESENTED)
SENT = (State.RECOMMENDED, State.FOLLOWED_UP, State.CLOSED)
CHANGEABLE = (State.RECOMMENDED, State.FOLLOWED_UP)


def may_write(state: State, day_begun: bool) -> bool:
    """Whether recommendations of a case may be written down or changed now; in its session from that day on."""
    return state is State.PRESENTED or state in CHANGEABLE or (state is State.SCHEDULED and day_begun)


def overdue(due_on: date | None, sent: bool, today: date) -> int:
    """By how many days sending the written recommendations is late; 0 while it is not."""
    return max((today - due_on).days, 0) if due_on is not None and not sent else 0


def web_link(typed: str) -> str:
    """A link to a page on the web as it was typed, trimmed; empty for none. Refused for anything else."""
    link = typed.strip()
    if not link:
        return ""
    try:
        parts = urlsplit(link)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and link.isprintable()
    except ValueError:
        good = False
    if not good or " " in link or len(link) > LONGEST_LINK:
        raise Refused("This is not a link. It begins with https://, like https://example.org/guide.")
    return link
