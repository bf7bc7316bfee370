"""The home of a cohort: for its members by their personal link, for its faculty and staff by their account."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from jam.base.access import access
from jam.base.now import now
from jam.cohorts.access import viewer
from jam.cohorts.blueprint import blueprint
from jam.cohorts.models import CohortFaculty, CohortMember
from jam.cohorts.presence import own_line
from jam.cohorts.queries import faculty_of, members_of, plan_of
from jam.cohorts.rules import ROLE_WORDS, Role, Standing
from jam.cohorts.sections import Viewer, sections
from jam.registration.joining import Door, door, opens_at, web_address
from jam.registration.models import Registration
from jam.registration.pages import join_token
from jam.registration.queries import of_person
from jam.registration.rules import Status
from jam.schedule.models import Event
from jam.schedule.queries import cohort_by_slug, events_of_cohort
from jam.schedule.rules import State


@dataclass(frozen=True)
class Shown:
    """Somebody on the roster, as far as this viewer may see them."""

    name: str | None
    address: str | None
    is_me: bool


def roster(members: list[CohortMember], looks: Viewer) -> list[tuple[str, list[Shown]]]:
    """Organizations with their members: to other members what each agreed to show, to the faculty the names, to who leads
    the cohort the addresses too."""
    found: dict[int, tuple[str, list[Shown]]] = {}
    for each in members:
        home = found.setdefault(each.application_id, (each.application.organization, []))
        is_me = looks.member is not None and each.id == looks.member.id
        name = each.name if each.shows_name or looks.member is None or is_me else None
        may_write = looks.decides or is_me or (each.shows_address and each.shows_name)
        home[1].append(Shown(name, each.person.address if may_write else None, is_me))
    return list(found.values())


def faculty_lines(rows: list[CohortFaculty]) -> list[tuple[str, str]]:
    """Each person of a faculty once: the name, then all they do and the line about them."""
    found: dict[int, list[CohortFaculty]] = {}
    for each in rows:
        found.setdefault(each.person_id, []).append(each)
    lines = []
    for theirs in found.values():
        does = " and ".join([ROLE_WORDS[Role(each.role)] for each in theirs])
        about = next((each.line for each in theirs if each.line), "")
        lines.append((theirs[0].person.name, ", ".join(filter(None, (does[0] + does[1:].lower(), about)))))
    return lines


@blueprint.get("/cohorts/<slug>/home")
@access("member")
def home(slug: str) -> ResponseReturnValue:
    """The next session with its way in, who is in the group, what there is to read and to watch, and one's attendance."""
    cohort, looks = cohort_by_slug(slug), viewer()
    plan = plan_of(cohort) if cohort else None
    if cohort is None or plan is None:
        abort(404)
    events = [each for each in events_of_cohort(cohort) if each.state != State.DRAFT]
    ahead = [each for each in events if each.ends_at > now()]
    following = next((each for each in ahead if each.state == State.PUBLISHED), None)
    seat = of_person(following.id, looks.member.person_id) if following and looks.member else None
    return render_template(
        "cohorts/home.html",
        cohort=cohort,
        plan=plan,
        looks=looks,
        zone=looks.person.time_zone or cohort.program.time_zone,
        next=following,
        ahead=[each for each in ahead if each is not following],
        past=[each for each in reversed(events) if each.ends_at <= now() and each.state == State.PUBLISHED],
        roster=roster(members_of(cohort, Standing.CONFIRMED), looks),
        faculty=faculty_lines(faculty_of(cohort)),
        line=own_line(looks.member)[1] if looks.member else None,
        way=_way_in(following, seat, looks),
        opens_at=opens_at,
        web_address=web_address,
        State=State,
        sections=sections(cohort, looks),
    )


@dataclass(frozen=True)
class WayIn:
    """How somebody gets into the next session."""

    #: Their own join page; None without a seat.
    token: str | None = None
    #: The platform's address, for the faculty.
    address: str | None = None
    opens: bool = False
    no_link: bool = False


def _way_in(event: Event | None, seat: Registration | None, looks: Viewer) -> WayIn:
    if event is None:
        return WayIn()
    if looks.member is None:
        address = web_address(event.join_url)
        return WayIn(address=address, no_link=address is None)
    if seat is None or seat.status != Status.CONFIRMED:
        return WayIn()
    state = door(seat, now())
    return WayIn(token=join_token(seat), opens=state == Door.OPEN, no_link=state == Door.NO_LINK)
