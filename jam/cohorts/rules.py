"""Decisions about cohorts: who does what, where an application and a member stand, and what attendance is expected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jam.base.words import count
from jam.people.rules import AccountRole


class Role(StrEnum):
    """What somebody of the faculty does in a cohort."""

    FACILITATOR = "facilitator"
    EXPERT = "expert"
    COORDINATOR = "coordinator"
    RECORDER = "recorder"


ROLE_WORDS = {
    Role.FACILITATOR: "Facilitator",
    Role.EXPERT: "Subject expert",
    Role.COORDINATOR: "Case coordinator",
    Role.RECORDER: "Recommendations recorder",
}

#: The account that somebody new of the faculty gets.
ACCOUNTS = {
    Role.FACILITATOR: AccountRole.FACILITATOR,
    Role.EXPERT: AccountRole.FACULTY,
    Role.COORDINATOR: AccountRole.COORDINATOR,
    Role.RECORDER: AccountRole.FACULTY,
}

#: These see applications and members with their addresses, and decide.
LEADS = (Role.FACILITATOR, Role.COORDINATOR)


class State(StrEnum):
    """Where an application stands."""

    RECEIVED = "received"
    ADMITTED = "admitted"
    WAITING = "waiting"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


STATE_WORDS = {
    State.RECEIVED: "Received",
    State.ADMITTED: "Admitted",
    State.WAITING: "On the waiting list",
    State.DECLINED: "Declined",
    State.WITHDRAWN: "Taken back",
}
STATE_TONES = {
    State.RECEIVED: "wait",
    State.ADMITTED: "done",
    State.WAITING: "now",
    State.DECLINED: "quiet",
    State.WITHDRAWN: "quiet",
}

#: What staff can decide.
DECISIONS = (State.ADMITTED, State.WAITING, State.DECLINED)
#: What can be decided about: who is admitted stays until they leave.
OPEN = (State.RECEIVED, State.WAITING, State.DECLINED)


#: While it stands there, who applied may change it.
CHANGEABLE = (State.RECEIVED, State.WAITING)


class Standing(StrEnum):
    """Where one person of a team stands."""

    NAMED = "named"
    ASKED = "asked"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    LEFT = "left"
    REPLACED = "replaced"


STANDING_WORDS = {
    Standing.NAMED: "Named in the application",
    Standing.ASKED: "Asked to confirm",
    Standing.CONFIRMED: "Member",
    Standing.DECLINED: "Said no",
    Standing.LEFT: "Left",
    Standing.REPLACED: "Replaced by a colleague",
}
STANDING_TONES = {
    Standing.NAMED: "quiet",
    Standing.ASKED: "wait",
    Standing.CONFIRMED: "done",
    Standing.DECLINED: "trouble",
    Standing.LEFT: "quiet",
    Standing.REPLACED: "quiet",
}

#: These take a place of the capacity.
PLACES = (Standing.NAMED, Standing.ASKED, Standing.CONFIRMED)
#: Who has no place any more.
GONE = (Standing.DECLINED, Standing.LEFT, Standing.REPLACED)


class Guest(StrEnum):
    """Where an invitation to a single session stands."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"


GUEST_WORDS = {Guest.INVITED: "Invited", Guest.ACCEPTED: "Comes", Guest.DECLINED: "Said no"}


class Setting(StrEnum):
    """What kind of organization applies."""

    CMHC = "cmhc"
    CCBHC = "ccbhc"
    SUD = "sud"
    HEALTH_CENTER = "health-center"
    HOSPITAL = "hospital"
    TRIBAL = "tribal"
    PEER_RUN = "peer-run"
    ASSOCIATION = "association"
    GOVERNMENT = "government"
    OTHER = "other"


SETTING_WORDS = {
    Setting.CMHC: "Community mental health center",
    Setting.CCBHC: "Certified community behavioral health clinic",
    Setting.SUD: "Substance use treatment provider",
    Setting.HEALTH_CENTER: "Community health center",
    Setting.HOSPITAL: "Hospital or health system",
    Setting.TRIBAL: "Tribal or Indian health program",
    Setting.PEER_RUN: "Peer-run organization",
    Setting.ASSOCIATION: "State or provider association",
    Setting.GOVERNMENT: "Government agency",
    Setting.OTHER: "Something else",
}


class Size(StrEnum):
    """How many people work there."""

    TINY = "1-25"
    SMALL = "26-100"
    MIDDLE = "101-500"
    LARGE = "over-500"


SIZE_WORDS = {
    Size.TINY: "1 to 25 people",
    Size.SMALL: "26 to 100 people",
    Size.MIDDLE: "101 to 500 people",
    Size.LARGE: "More than 500 people",
}

#: People of a team, its contact among them.
MOST_TEAM = 10
MOST_LEVERS = 3
LONGEST_TEXT = 5_000
LONGEST_SHORT = 1_500

#: Of the sessions since somebody joined, in percent.
GOAL, CERTIFICATE_GOAL = 60, 80
#: Working days after a session within which written recommendations are sent.
RECOMMENDATION_DAYS = 3


def why_not_apply(published: bool, opens_on: date | None, closes_on: date | None, today: date) -> str | None:
    """Why nobody can apply today, in words for a visitor; None when they can. Both days belong to the window."""
    if not published or (opens_on is None and closes_on is None):
        return "This cohort takes no applications."
    if opens_on is not None and today < opens_on:
        return "Applications have not opened yet."
    if closes_on is not None and today > closes_on:
        return "Applications are closed."
    return None


@dataclass(frozen=True)
class Places:
    """Taken places, and how many there are; None for as many as come."""

    organizations: int
    people: int
    most_organizations: int | None
    most_people: int | None

    @property
    def words(self) -> str:
        """“3 of 24 organizations and 9 people”."""
        pairs = (
            (self.organizations, self.most_organizations, "organization", "organizations"),
            (self.people, self.most_people, "person", "people"),
        )
        return " and ".join(
            f"{taken} of {count(most, one, many)}" if most is not None else count(taken, one, many)
            for taken, most, one, many in pairs
        )

    def over(self, organizations: int = 0, people: int = 0) -> list[str]:
        """What so many more would be too much for, in words; empty when there is room."""
        found = []
        if (
            self.most_organizations is not None
            and self.organizations + organizations > self.most_organizations
        ):
            found.append(
                f"{self.organizations + organizations} organizations, and there is room for {self.most_organizations}"
            )
        if self.most_people is not None and self.people + people > self.most_people:
            found.append(f"{self.people + people} people, and there is room for {self.most_people}")
        return found


@dataclass(frozen=True)
class Kept:
    """How many of the sessions since they joined somebody came to; those without a report yet count for nothing."""

    expected: int
    came: int

    @property
    def percent(self) -> int | None:
        """Rounded down, so that nobody is told that they reached a goal which they missed; None before any session."""
        return 100 * self.came // self.expected if self.expected else None

    def reaches(self, goal: int) -> bool | None:
        """Whether a goal in percent is kept; None before any session."""
        return None if not self.expected else 100 * self.came >= goal * self.expected


def kept(presences: Iterable[bool | None]) -> Kept:
    """The sum of what is known: True came, False did not, None nobody knows yet."""
    known = [each for each in presences if each is not None]
    return Kept(len(known), sum(known))


def absent_running(presences: Sequence[bool | None], times: int = 2) -> bool:
    """Whether the last sessions of which it is known were all missed: twice running, unless said."""
    known = [each for each in presences if each is not None]
    return len(known) >= times and not any(known[-times:])
