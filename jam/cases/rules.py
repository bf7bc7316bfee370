"""The states of a case as one table of steps, who may read it when, and what may stand in it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """Where a case stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in-review"
    CHANGES = "changes-asked"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    PRESENTED = "presented"
    RECOMMENDED = "recommended"
    FOLLOWED_UP = "followed-up"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Who(StrEnum):
    """Who takes a step."""

    #: The member who brings the case.
    PRESENTER = "presenter"
    #: Who reads originals: the cohort's case coordinators; where it has none, whoever leads it.
    COORDINATOR = "coordinator"
    #: The cohort's facilitators and coordinators, and organizers.
    LEAD = "lead"
    #: Who writes down what was recommended: the cohort's recommendations recorders.
    RECORDER = "recorder"
    #: Jam itself: when a session goes, when the last question of a follow-up is answered.
    JAM = "jam"


@dataclass(frozen=True)
class Step:
    """One step: from which states it leads where, who may take it, and which letter tells the presenter."""

    name: str
    before: tuple[State, ...]
    after: State
    who: tuple[Who, ...]
    letter: str | None


_D, _S, _R, _C = State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.CHANGES
_A, _L, _P, _W = State.APPROVED, State.SCHEDULED, State.PRESENTED, State.WITHDRAWN
_N, _F, _E = State.RECOMMENDED, State.FOLLOWED_UP, State.CLOSED
_PRESENTER, _COORDINATOR, _LEAD, _JAM = Who.PRESENTER, Who.COORDINATOR, Who.LEAD, Who.JAM
_RECORDERS = (Who.RECORDER, Who.COORDINATOR, Who.LEAD)

#: Every way from one state to another. What is not here cannot happen.
STEPS = {
    step.name: step
    for step in (
        #    name          from                  to   who                        letter
        Step("submit",     (_D, _C),             _S, (_PRESENTER,),             "case-received"),
        Step("review",     (_S,),                _R, (_COORDINATOR,),           None),
        Step("ask",        (_S, _R),             _C, (_COORDINATOR,),           "case-changes"),
        Step("approve",    (_R,),                _A, (_COORDINATOR,),           "case-approved"),  # the faculty may read it
        Step("recall",     (_A, _L),             _R, (_COORDINATOR,),           None),             # nobody may read it any more
        Step("schedule",   (_A, _L),             _L, (_LEAD,),                  "case-scheduled"), # the cohort, on the day
        Step("unschedule", (_L,),                _A, (_LEAD, _JAM),             "case-unscheduled"),
        Step("present",    (_L,),                _P, (_LEAD,),                  "case-presented"),
        Step("send",       (_P,),                _N, _RECORDERS,                "case-recommended"),
        Step("follow",     (_N,),                _F, (_JAM, _LEAD),             None),             # every follow-up is answered
        Step("close",      (_P, _N, _F),         _E, (_LEAD,),                  "case-closed"),    # early only with a reason
        Step("lapse",      (_D, _S, _R, _C, _A, _L), _W, (_JAM,),               None),             # long after the cohort's end
        Step("withdraw",   (_D, _S, _R, _C, _A, _L), _W, (_PRESENTER, _COORDINATOR), "case-withdrawn"),
    )
}  # fmt: skip

#: In the order in which a case goes through them.
WORDS = {
    State.DRAFT: "Draft",
    State.SUBMITTED: "Submitted",
    State.IN_REVIEW: "In review",
    State.CHANGES: "Changes asked",
    State.APPROVED: "Approved",
    State.SCHEDULED: "Scheduled",
    State.PRESENTED: "Presented",
    State.RECOMMENDED: "Recommendations sent",
    State.FOLLOWED_UP: "Followed up",
    State.CLOSED: "Closed",
    State.WITHDRAWN: "Withdrawn",
}
TONES = {
    State.DRAFT: "quiet",
    State.SUBMITTED: "wait",
    State.IN_REVIEW: "now",
    State.CHANGES: "wait",
    State.APPROVED: "done",
    State.SCHEDULED: "done",
    State.PRESENTED: "now",
    State.RECOMMENDED: "done",
    State.FOLLOWED_UP: "done",
    State.CLOSED: "quiet",
    State.WITHDRAWN: "quiet",
}
#: What the presenter reads, in plain words.
STANDS = {
    State.DRAFT: "This is a draft. Nobody but you sees it until you send it.",
    State.SUBMITTED: "We have it. The case coordinator reads it before anybody else does.",
    State.IN_REVIEW: "The case coordinator is reading it, and takes out what could tell who it is about.",
    State.CHANGES: "The case coordinator asks you to change something. Everything you wrote is here.",
    State.APPROVED: "It is approved. The faculty may read the released words, and a session is looked for.",
    State.SCHEDULED: "It has a session. The other members may read the released words from that day on.",
    State.PRESENTED: "You presented it. Thank you. What the group recommends is being written down, and comes to you by letter.",
    State.RECOMMENDED: "The group's recommendations stand below. After 30, 60 and 90 days we ask you what became of them.",
    State.FOLLOWED_UP: "The time of the follow-ups is over. What you told us stands below. Thank you.",
    State.CLOSED: "It is closed. What the group recommended stays here for you.",
    State.WITHDRAWN: "It is taken back. Nobody else may read it any more.",
}
#: The same where it was sent with the reason why there is no recommendation.
STANDS_NONE = {
    State.RECOMMENDED: "The group had no written recommendation this time. The reason stands below.",
    State.FOLLOWED_UP: "The group had no written recommendation this time. The reason stands below.",
    State.CLOSED: "It is closed. The group had no written recommendation; the reason stands below.",
}

#: The presenter may change every word while it is one of these.
EDITABLE = (_D, _C)
#: Over: from then on the days are counted for which the presenter's own words and files are kept.
ENDED = (State.CLOSED, State.WITHDRAWN)
#: Something is to be done with it, by the presenter or in the cohort.
OPEN = (_S, _R, _C, _A, _L, _P, _F)
#: It was presented: the other members may read its released words for good.
HELD = (_P, _N, _F, _E)
#: The released words may be read by the faculty.
RELEASED = (_A, _L, *HELD)


#: How long after its session a case that nobody closed is still asked about: the last question comes after 90 days.
ASKED_FOR = timedelta(days=120)
#: What the presenter reads of a case that was never presented.
LAPSED = "The cohort ended before it was presented."


def ended_at(state: State, since: datetime, cohort_ends: datetime, presented_at: datetime | None) -> datetime:
    """The moment from which the days are counted after which originals go: its own end, or, of a case that nobody closed or
    took back, that of its cohort, where neither anything happened to it since nor its presenter is still asked about it."""
    if state in ENDED:
        return since
    return max(since, cohort_ends, presented_at + ASKED_FOR if presented_at else since)


def stands(state: State, none_why: str) -> str:
    """Where a case stands, as its presenter reads it; `none_why`: why there is no recommendation, or empty."""
    return (STANDS_NONE.get(state) if none_why else None) or STANDS[state]


class Reader(StrEnum):
    """As what somebody wants to read a case."""

    PRESENTER = "presenter"
    COORDINATOR = "coordinator"
    FACULTY = "faculty"
    COHORT = "cohort"


@dataclass(frozen=True)
class May:
    """What a reader may read now."""

    original: bool
    released: bool


def may_read(reader: Reader, state: State, day_begun: bool) -> May:
    """What somebody may read of a case: the original, the released words.

    `day_begun`: whether the day of its session has begun on the wall clock of the session. The public is no reader at all.
    """
    if reader is Reader.PRESENTER:
        return May(True, state in RELEASED)
    if reader is Reader.COORDINATOR:
        seen = state not in (State.DRAFT, State.WITHDRAWN)
        return May(seen, seen)
    if reader is Reader.FACULTY:
        return May(False, state in RELEASED)
    return May(False, state in HELD or (state is State.SCHEDULED and day_begun))


def why_not(step: Step, state: State) -> str | None:
    """Why a step cannot be taken now, in words; None when it can."""
    if state in step.before:
        return None
    if state is step.after:
        return f"This is done already: it stands at “{WORDS[state].lower()}”."
    return f"It stands at “{WORDS[state].lower()}” now, so this cannot be done. Reload the page to see it."


def why_not_handed(state: State, who: Who, presenter_left: bool) -> str | None:
    """Why a case cannot be handed to a colleague, in words; None when it can. Its presenter may until it has ended, whoever
    leads the cohort once the presenter has left."""
    if state in ENDED:
        return "It is over, so nothing is left to be done for it."
    if who is not Who.PRESENTER and not presenter_left:
        return "Who brings it is a member of the cohort, and hands it on from the case's own page."
    return None


class Newness(StrEnum):
    """Whether a case was here before."""

    NEW = "new"
    FOLLOW_UP = "follow-up"


NEWNESS_WORDS = {
    Newness.NEW: "It is new to this group",
    Newness.FOLLOW_UP: "It follows up an earlier case of ours",
}

#: Figures are asked for as bands, so that none of them tells who it is.
TURNOVER = {
    "under-10": "Under 10 % a year", "10-20": "10 to 20 % a year", "20-30": "20 to 30 % a year", "30-50": "30 to 50 % a year",
    "over-50": "Over 50 % a year", "unknown": "We do not know",
}  # fmt: skip
VACANCY = {
    "under-5": "Under 5 % of posts", "5-10": "5 to 10 % of posts", "10-20": "10 to 20 % of posts",
    "20-40": "20 to 40 % of posts", "over-40": "Over 40 % of posts", "unknown": "We do not know",
}  # fmt: skip
TIME_TO_HIRE = {
    "under-30": "Under 30 days", "30-60": "30 to 60 days", "60-90": "60 to 90 days", "90-180": "90 to 180 days",
    "over-180": "Over 180 days", "unknown": "We do not know",
}  # fmt: skip
LIMITS = {"pay": "Pay", "licence": "Licenses and who may do what", "payer": "What payers pay for"}

MOST_LEVERS = 3
MOST_QUESTIONS = 3
MOST_FILES = 5
LONGEST_SITUATION = 300
LONGEST_TEXT = 5_000
LONGEST_SHORT = 1_500
LONGEST_QUESTION = 400
LONGEST_KNOWN_AS = 600
#: Of a field that staff added: as many choices as a question can have.
LONGEST_ANSWER = 12_000

#: The texts of a case, in the order in which it is read: name, heading, whether it is needed before sending, most characters.
TEXTS = (
    ("situation", "The situation, in one sentence", True, LONGEST_SITUATION),
    ("background", "Background", True, LONGEST_TEXT),
    ("tried", "What you tried, and what happened", True, LONGEST_TEXT),
    ("constraints", "What limits you", False, LONGEST_SHORT),
    ("question1", "First question to the group", True, LONGEST_QUESTION),
    ("question2", "Second question", False, LONGEST_QUESTION),
    ("question3", "Third question", False, LONGEST_QUESTION),
    ("success", "What success would look like in 90 days", True, LONGEST_SHORT),
)
TEXT_NAMES = tuple(name for name, *_ in TEXTS)

#: Of the letters and digits of a case's code: none look alike, and no word comes out.
ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"
CODE_LENGTH = 4
PREFIX = "ECHO-"

#: How long a case stays open in the browser of whoever opened it, until it is noted again that they do.
OPEN_FOR = timedelta(hours=12)


def lacks(texts: dict[str, str], levers: Collection[int], consent: bool, attested: bool) -> list[str]:
    """What a case lacks before it can be sent, in words."""
    found = [f"“{heading}”" for name, heading, needed, _ in TEXTS if needed and not texts.get(name)]
    if not 1 <= len(levers) <= MOST_LEVERS:
        found.append("one to three levers")
    if not consent:
        found.append("your consent")
    if not attested:
        found.append("your word that nothing identifies anyone")
    return found


def day_begun(session_day_starts: datetime | None, present: datetime) -> bool:
    """Whether the day of a session has begun; never for a case without a session."""
    return session_day_starts is not None and session_day_starts <= present


def waits_for(state: State) -> Who | None:
    """Whose turn it is; None where nobody's."""
    return {
        State.SUBMITTED: Who.COORDINATOR,
        State.IN_REVIEW: Who.COORDINATOR,
        State.CHANGES: Who.PRESENTER,
        State.APPROVED: Who.LEAD,
        State.SCHEDULED: Who.LEAD,
        State.PRESENTED: Who.RECORDER,
        State.FOLLOWED_UP: Who.LEAD,
    }.get(state)
