"""What other rooms show on the home of a cohort and beside its pages on the desk: cases, recommendations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from markupsafe import Markup

from jam.cohorts.models import CohortMember
from jam.people.models import Person
from jam.schedule.models import Cohort


class As(StrEnum):
    """As what somebody looks at a cohort."""

    MEMBER = "member"
    #: Experts and recorders.
    FACULTY = "faculty"
    #: Facilitators and coordinators.
    LEAD = "lead"
    ORGANIZER = "organizer"


@dataclass(frozen=True)
class Viewer:
    """Who looks at the home of a cohort."""

    person: Person
    how: As
    #: Their place among the members; None for faculty and staff.
    member: CohortMember | None = None

    @property
    def decides(self) -> bool:
        """Whether they lead the cohort: they see members with their names and addresses."""
        return self.how in (As.LEAD, As.ORGANIZER)


@dataclass(frozen=True)
class Section:
    """A part of the home: an id for links to it, its heading, and what stands there."""

    key: str
    heading: str
    html: Markup


#: What a room shows to somebody there; None for nothing.
Source = Callable[[Cohort, Viewer], Section | None]


@dataclass(frozen=True)
class Notice:
    """Something that waits in a cohort, as its overview on the desk says it to whoever leads it."""

    words: str
    label: str
    href: str


@dataclass(frozen=True)
class Charge:
    """What a member has in hand and somebody else would have to go on with: what it is called, and the pages where it is
    handed on, by the member and on the desk."""

    name: str
    own: str
    desk: str


#: What these members have in hand, by the ids of their places; those without anything are absent.
Charges = Callable[[Sequence[CohortMember]], Mapping[int, list[Charge]]]

#: What waits in a cohort for a room; empty for nothing.
Notices = Callable[[Cohort], list[Notice]]

_sources: dict[str, Source] = {}
_notices: dict[str, Notices] = {}
_tabs: dict[str, tuple[str, str]] = {}
_charges: dict[str, Charges] = {}


def hand_in(room: str, source: Source) -> None:
    """Let a room show something on the home of a cohort. Handing in twice keeps the later source."""
    _sources[room] = source


def sections(cohort: Cohort, viewer: Viewer) -> list[Section]:
    """What the other rooms show, in the order in which they handed it in."""
    found = (source(cohort, viewer) for source in _sources.values())
    return [each for each in found if each is not None]


def hand_in_notices(room: str, source: Notices) -> None:
    """Let a room say on the overview of a cohort what waits there."""
    _notices[room] = source


def notices(cohort: Cohort) -> list[Notice]:
    """What waits in a cohort."""
    return [notice for source in _notices.values() for notice in source(cohort)]


def hand_in_charges(room: str, source: Charges) -> None:
    """Let a room say what members have in hand, where they leave or are replaced."""
    _charges[room] = source


def charges(members: Sequence[CohortMember]) -> dict[int, list[Charge]]:
    """What these members have in hand, by the ids of their places."""
    found: dict[int, list[Charge]] = {}
    for source in _charges.values():
        for id, each in source(members).items():
            found.setdefault(id, []).extend(each)
    return found


def hand_in_tab(key: str, label: str, endpoint: str) -> None:
    """Let a room add a page to those of a cohort on the desk; its endpoint takes the cohort's `slug`."""
    _tabs[key] = (label, endpoint)


def tabs() -> list[tuple[str, str, str]]:
    """Key, label and endpoint of the pages that other rooms add."""
    return [(key, label, endpoint) for key, (label, endpoint) in _tabs.items()]
