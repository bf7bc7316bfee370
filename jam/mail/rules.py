"""Decisions about letters: their states, when to try again, and which failures are final."""

from __future__ import annotations

import re
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

#: Letters here have not left, and nobody is handing them over.
UNSENT = (State.DRAFT, State.DUE, State.HELD)

#: Letters here may have been read.
LEFT = (State.SENDING, State.SENT, State.FAILED)

#: Among a draft's data, the page on which it is continued; such a draft is not for whom it names, and never leaves itself.
CONTINUED_AT = "continued_at"

#: Letters that many people get because of one action of staff wait this long, so that they can be called back.
GRACE = timedelta(minutes=10)

#: A claimed letter that nobody finished may be taken by another worker after this long.
LEASE = timedelta(minutes=5)

MOST_ATTEMPTS = 10

#: A server that cannot be used is tried again after this long at the latest.
LONGEST_REST = timedelta(minutes=5)

#: So many connections lost in a row are the server's trouble, not the letters'.
LOST_IN_A_ROW = 3

#: So are letters to so many addresses that are refused alike while none is taken; what is to blame shows once one is taken again.
REFUSED_IN_A_ROW = 5
#: With this a trouble begins that is of this sort.
REFUSES_ALL = "The mail server refuses letter after letter."
#: Letters that were refused longer ago say nothing of the server as it is now.
REFUSED_LATELY = timedelta(days=1)


def pause_after(attempts: int) -> timedelta:
    """The wait before the next try: 1, 2, 4 … minutes, at most 4 hours; ten tries span about half a day."""
    return min(timedelta(minutes=2 ** (attempts - 1)), timedelta(hours=4))


def is_final(smtp_code: int) -> bool:
    """Whether a reply means never (RFC 5321 section 4.2.1: 5yz is permanent, 4yz is passing)."""
    return 500 <= smtp_code < 600


def rest_after(failures: int) -> timedelta:
    """How long a server that could not be used is left alone: 15, 30 seconds, 1, 2, 4 minutes, then 5."""
    return min(timedelta(seconds=15 * 2 ** min(failures - 1, 10)), LONGEST_REST)


def pace(rate: int) -> tuple[timedelta, int]:
    """How far apart letters leave, and how many may leave at once, so that no minute sees more than `rate` of them.

    A worker looks every five seconds, so a twelfth of the rate may leave at once. What leaves at once counts against the
    rest of its minute; therefore the steady pace is a little slower than the rate.
    """
    burst = max(1, rate // 12)
    return timedelta(microseconds=-(-60_000_000 // (rate - burst + 1))), burst


def as_compared(address: str) -> str:
    """An address in the form in which two are the same to a server that refuses them."""
    return address.strip().lower()


#: An enhanced status code at the start of a reply (RFC 3463, RFC 2034).
_ENHANCED = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})\b")
#: Of class 5: codes that say that there is no such address, or that it takes no mail (RFC 3463 sections 3.2 and 3.3; 5.1.10 is
#: RFC 7505's). 5.1.7 and 5.1.8 are about the sender.
_NO_SUCH_ADDRESS = {("1", str(detail)) for detail in (0, 1, 2, 3, 4, 5, 6, 10)} | {("2", "1")}
#: How servers without such codes say it.
_NOBODY = re.compile(
    r"no such (user|mailbox|person|address|recipient|account)|"
    r"(user|mailbox|recipient|address|account)\W+(\S+\W+)?(is )?(unknown|not found|does not exist|doesn't exist)|"
    r"unknown (user|mailbox|recipient|address|account)",
    re.IGNORECASE,
)


def refuses_address(code: int, words: str) -> bool:
    """Whether a reply to RCPT says that the address itself takes no mail, now or later.

    A full mailbox, a policy and a suspicion of spam are about one letter; only a code or words for “nobody here” count.
    """
    if not is_final(code) or code == 552:
        return False
    found = _ENHANCED.match(words)
    if found:
        return found[1] == "5" and (found[2], found[3]) in _NO_SUCH_ADDRESS
    return code in (550, 551, 553) and bool(_NOBODY.search(words))
