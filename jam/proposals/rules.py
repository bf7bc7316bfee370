"""The states of a proposal as a table of steps, what may be offered, and what stands against a slot."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from jam.base.errors import Refused
from jam.base.text import clean_line


class Kind(StrEnum):
    """What somebody wants with it."""

    PRESENT = "present"
    SHARE = "share"


KIND_WORDS = {
    Kind.PRESENT: "I want to present it at a session",
    Kind.SHARE: "I only want to share it, without presenting",
}


class Credit(StrEnum):
    """Whom the public library may name beside what was shared. Who has not said so has not agreed to be published."""

    NAME = "name"
    ORGANIZATION = "organization"
    NOBODY = "nobody"


CREDIT_WORDS = {
    Credit.NAME: "Yes, with my name and my organization",
    Credit.ORGANIZATION: "Yes, with my organization only",
    Credit.NOBODY: "Yes, without saying who shared it",
}


class Format(StrEnum):
    """The form of what is offered."""

    TALK = "talk"
    PANEL = "panel"
    STORY = "practice-story"
    POLICY = "policy-update"
    RESOURCE = "resource"


FORMAT_WORDS = {
    Format.TALK: "Talk",
    Format.PANEL: "Panel",
    Format.STORY: "Practice story",
    Format.POLICY: "Policy update",
    Format.RESOURCE: "Resource to share",
}


class State(StrEnum):
    """Where a proposal stands."""

    DRAFT = "draft"
    RECEIVED = "received"
    IN_REVIEW = "in-review"
    ACCEPTED = "accepted"
    NOT_NOW = "not-now"
    SCHEDULED = "scheduled"
    CONFIRMED = "confirmed"
    PRESENTED = "presented"
    WITHDRAWN = "withdrawn"


class Who(StrEnum):
    """Who takes a step."""

    #: Any presenter who has said yes to being one; the first presenter alone where `LEAD` stands.
    PRESENTER = "presenter"
    LEAD = "lead"
    STAFF = "staff"


@dataclass(frozen=True)
class Step:
    """One step: from which states it leads where, and who may take it."""

    name: str
    before: tuple[State, ...]
    after: State
    who: tuple[Who, ...]


_D, _R, _V, _A, _N = State.DRAFT, State.RECEIVED, State.IN_REVIEW, State.ACCEPTED, State.NOT_NOW
_S, _C, _P, _W = State.SCHEDULED, State.CONFIRMED, State.PRESENTED, State.WITHDRAWN

#: Every way from one state to another. What is not here cannot happen.
STEPS = {
    step.name: step
    for step in (
        #    name          from                     to   who
        Step("send",       (_D,),                    _R, (Who.LEAD,)),
        Step("review",     (_R,),                    _V, (Who.STAFF,)),
        Step("accept",     (_R, _V),                 _A, (Who.STAFF,)),  # decided first, told by a release
        Step("not-now",    (_R, _V),                 _N, (Who.STAFF,)),  # decided first, told by a release
        Step("schedule",   (_A, _S, _C),             _S, (Who.STAFF,)),
        Step("unschedule", (_S, _C),                 _A, (Who.STAFF,)),
        Step("confirm",    (_S,),                    _C, (Who.PRESENTER, Who.STAFF)),
        Step("present",    (_S, _C),                 _P, (Who.STAFF,)),
        Step("reopen",     (_A, _N, _W),             _V, (Who.STAFF,)),
        Step("withdraw",   (_D, _R, _V, _A, _N, _S, _C), _W, (Who.LEAD, Who.STAFF)),
    )
}  # fmt: skip

#: In the order in which a proposal goes through them.
WORDS = {
    State.DRAFT: "Draft",
    State.RECEIVED: "Received",
    State.IN_REVIEW: "In review",
    State.ACCEPTED: "Accepted",
    State.SCHEDULED: "Scheduled",
    State.CONFIRMED: "Confirmed",
    State.PRESENTED: "Presented",
    State.NOT_NOW: "Not now",
    State.WITHDRAWN: "Withdrawn",
}

TONES = {
    State.DRAFT: "quiet",
    State.RECEIVED: "wait",
    State.IN_REVIEW: "now",
    State.ACCEPTED: "done",
    State.SCHEDULED: "wait",
    State.CONFIRMED: "done",
    State.PRESENTED: "done",
    State.NOT_NOW: "quiet",
    State.WITHDRAWN: "quiet",
}

#: Those in which staff have something to do with it. Drafts are the volunteer's own affair.
PIPELINE = (_R, _V, _A, _S, _C)
#: Those in which it has a slot.
ON_STAGE = (_S, _C, _P)
#: While it is one of these the volunteer may change every word.
EDITABLE = (_D, _R)

#: What the volunteer reads, in plain words.
STANDS = {
    State.DRAFT: "This is a draft. Nobody but you sees it until you send it.",
    State.RECEIVED: "We have it. You can still change every word until somebody begins to read it.",
    State.IN_REVIEW: "People who plan the sessions are reading it. We write to you when there is a question or a decision.",
    State.ACCEPTED: "We would like to have it. Next we look for a date with you.",
    State.NOT_NOW: "Not now. We keep it, and look at it again when its topic comes up. There is nothing you need to do.",
    State.SCHEDULED: "It has a date. Please say that you will be there.",
    State.CONFIRMED: "It has a date, and you said that you will be there.",
    State.PRESENTED: "You presented it. Thank you.",
    State.WITHDRAWN: "You took it back. Nothing more happens with it, and you are welcome to offer something else at any time.",
}

#: The same for what is shared without presenting, where it reads otherwise.
STANDS_SHARED = {
    State.ACCEPTED: "We would like others to know of it. It is published in the library if you agree, and as you agree.",
}


#: The same for presenters whom somebody else named, where it reads otherwise.
STANDS_NAMED = {
    State.RECEIVED: "It is here. People who plan the sessions are going to read it.",
    State.WITHDRAWN: "It was taken back. Nothing more happens with it.",
}


def stands(state: State, kind: Kind, lead: bool = True) -> str:
    """Where a proposal stands, in a sentence for whoever offered it, or for another presenter of it."""
    if not lead and state in STANDS_NAMED:
        return STANDS_NAMED[state]
    return (STANDS_SHARED.get(state) if kind is Kind.SHARE else None) or STANDS[state]


class Saying(StrEnum):
    """Whether a presenter has said for themself that they are one."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


SAYING_WORDS = {
    Saying.ASKED: "asked, no answer yet",
    Saying.CONFIRMED: "said yes",
    Saying.DECLINED: "said no",
}


class Invited(StrEnum):
    """Where the question stands whether somebody would like to offer something."""

    WAITING = "waiting"
    PROPOSED = "proposed"
    DECLINED = "declined"
    TAKEN_BACK = "taken-back"


INVITED_WORDS = {
    Invited.WAITING: "Asked, no answer yet",
    Invited.PROPOSED: "Sent a proposal",
    Invited.DECLINED: "No, thank you",
    Invited.TAKEN_BACK: "Taken back",
}
INVITED_TONES = {
    Invited.WAITING: "wait",
    Invited.PROPOSED: "done",
    Invited.DECLINED: "quiet",
    Invited.TAKEN_BACK: "quiet",
}


class FileKind(StrEnum):
    """What a file is for."""

    SLIDES = "slides"
    PORTRAIT = "portrait"


#: Lengths of what is typed, in characters; a page has about 2,000.
LONGEST_TITLE = 160
LONGEST_TEXT = 6_000
LONGEST_SHORT = 2_000
LONGEST_BIO = 1_500
MOST_LINKS = 8
SHORTEST_MINUTES, LONGEST_MINUTES = 3, 90

#: Presenters beside the first one. Each gets a letter, so that there must be an end.
MOST_OTHERS = 5
#: Letters that ask somebody to be a presenter: to one address in a day, and because of one person in a day.
MOST_ASKED_A_DAY = 3
MOST_ASKING_A_DAY = 20

_LURE = re.compile(r"://|www\.|@|\.(?:com|net|org|info|ru|io)\b", re.IGNORECASE)


def why_not(step: Step, state: State, kind: Kind) -> str | None:
    """Why a step cannot be taken now, in words; None when it can."""
    if kind is Kind.SHARE and step.after in ON_STAGE:
        return "This is only to be shared, so it gets no date."
    if state in step.before:
        return None
    if state is step.after:
        return f"This is done already: it stands at “{WORDS[state].lower()}”."
    return f"It stands at “{WORDS[state].lower()}” now, so this cannot be done. Reload the page to see it."


def checked_title(typed: str) -> str:
    """A title as kept. Letters to others repeat it, so it holds no web address."""
    title = clean_line(typed, LONGEST_TITLE, "The title")
    if not title:
        raise Refused("Give it a title, so that we can talk about it.")
    if _LURE.search(title):
        raise Refused("A title cannot contain a web or e-mail address. Put links into the field for links.")
    return title


def checked_links(typed: str) -> list[str]:
    """Links, one a line. Refused for what a browser does not open as a page."""
    links = [line.strip() for line in typed.splitlines() if line.strip()]
    if len(links) > MOST_LINKS:
        raise Refused(f"These are {len(links)} links; {MOST_LINKS} is the most. Keep those that matter.")
    for link in links:
        if not is_web_address(link):
            raise Refused(
                f"“{clean_line(link[:60])}” is not a link. Each line begins with https:// or http://."
            )
    return list(dict.fromkeys(links))


def is_web_address(link: str) -> bool:
    """Whether it is a page's address: http or https with a host, nothing that could run."""
    try:
        parts = urlsplit(link)
        known = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False
    odd = any(
        each.isspace() or ord(each) < 33 or "\ue000" <= each <= "\uf8ff" or each in '<>"' for each in link
    )
    return known and len(link) <= 1000 and not odd and not parts.username


@dataclass(frozen=True)
class Talk:
    """What another talk says for the question of clashes: its day, its people, their organizations."""

    title: str
    day: date
    people: frozenset[int]
    organizations: frozenset[str]


def clashes(
    wanted: int | None,
    slot: int,
    day: date,
    could: Collection[date],
    people: Collection[int],
    organizations: Collection[str],
    others: Iterable[Talk],
) -> list[str]:
    """What stands against a slot, in sentences for staff. It is shown, never forbidden.

    `wanted` and `slot` are minutes, `could` the days that the presenters said they could make, `others` the talks on
    other slots.
    """
    found = []
    if could and day not in could:
        found.append("The presenters did not tick this date as one they could make.")
    if wanted is not None and wanted > slot:
        found.append(f"It was offered with {wanted} minutes; the slot has {slot}.")
    others = list(others)
    found += [
        f"A presenter already speaks on this day, in “{each.title}”."
        for each in others
        if each.day == day and each.people & set(people)
    ]
    months = {_month(each.day): each for each in others if each.organizations & set(organizations)}
    here = _month(day)
    if any({here + a, here + b} <= months.keys() for a, b in ((-2, -1), (-1, 1), (1, 2))):
        found.append("The same organization would speak three months in a row.")
    return found


def _month(day: date) -> int:
    return day.year * 12 + day.month


#: Filters by age: the oldest first, and how many days.
AGES = {"week": 7, "month": 30, "quarter": 91, "year": 365}
AGE_WORDS = {
    "week": "Longer than a week",
    "month": "Longer than a month",
    "quarter": "Longer than three months",
    "year": "Longer than a year",
}


def age(name: str) -> timedelta | None:
    """How long something stands at least, by the name of a filter."""
    return timedelta(days=AGES[name]) if name in AGES else None
