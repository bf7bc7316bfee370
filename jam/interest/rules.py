"""What somebody may wish for, where each wish ends, and how a place on the news list stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum


class Way(StrEnum):
    """A way to take part."""

    JOIN = "join"
    PRESENT = "present"
    NEWS = "news"
    WORKING_GROUP = "working-group"
    FUND = "fund"
    SHARE = "share"
    #: A message without any of the wishes that a person answers.
    MESSAGE = "message"


#: How staff read each wish that a person answers; the others take care of themselves.
ANSWERED_BY_STAFF = {
    Way.PRESENT: "present at a future Jam",
    Way.WORKING_GROUP: "join a working group",
    Way.FUND: "help fund the work",
    Way.SHARE: "share an initiative",
    Way.MESSAGE: "a message",
}


class News(StrEnum):
    """How a place on the news list stands."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    ENDED = "ended"


#: Purposes of the tokens in personal links.
CONFIRM = "news-confirm"
END = "news-end"

#: Within this time no second letter of the same kind goes to the same person, however often a form is sent.
ONE_LETTER_IN = timedelta(hours=1)


def for_staff(wishes: Iterable[Way], message: str) -> list[Way]:
    """The wishes that wait for a person: those ticked, or the message where it would otherwise be read by nobody."""
    ticked = set(wishes)
    chosen = [wish for wish in ANSWERED_BY_STAFF if wish in ticked]
    return chosen or ([Way.MESSAGE] if message else [])
