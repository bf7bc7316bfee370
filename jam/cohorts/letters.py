"""The letters of this room: what they are called, what goes into them, and to whom they go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from urllib.parse import quote, urlsplit

from sqlalchemy import select

from jam.base.database import db
from jam.base.links import url
from jam.base.now import now
from jam.base.words import when
from jam.base.zones import EASTERN
from jam.cohorts.models import CohortApplication, CohortGuest, CohortMember
from jam.cohorts.rules import PLACES, Guest, Standing, State
from jam.mail.actions import About, Recipient, draft
from jam.mail.kinds import (
    Example,
    because,
    examples,
    heading,
    invented,
    kinds,
    link,
    links_say,
    register,
    resolve,
)
from jam.mail.models import Letter
from jam.mail.standing import TooLate, cause
from jam.people.models import Person
from jam.schedule.models import Event
from jam.schedule.rules import State as EventState

#: What letters are about, for the outbox.
SCOPE = "cohort"
#: Kinds of links: to a member's own page of a cohort, to its home, to an invitation as a guest.
MEMBER, HOME, GUEST = "cohort-member", "cohort-home", "cohort-guest"

_ALL = {
    "name": "the recipient's name",
    "cohort": "the cohort's name",
    "program": "the program's name",
    "my_page": "personal link to the page on which they answer",
}
_TEAM = {"organization": "the organization, as typed in the application"}
_WORD = {"message": "a word from staff"}
_DATES = {"dates": "a line for each session, in the recipient's zone"}
_HOME = {"home_page": "personal link to the home of the cohort"}

register("cohort-received", "We have your application", **_TEAM, **_ALL)
register("cohort-admitted", "Your organization is admitted", **_TEAM, **_WORD, **_DATES, **_ALL)
register("cohort-waiting", "Your organization is on the waiting list", **_TEAM, **_WORD, **_ALL)
register("cohort-declined", "We cannot admit your organization", **_TEAM, **_WORD, **_ALL)
register("cohort-confirm", "Are you a member of the team?", who="the contact of the organization, as typed",
         **_TEAM, **_DATES, **_ALL)  # fmt: skip
register("cohort-welcome", "You are a member of the cohort", **_TEAM, **_DATES, **_HOME, **_ALL)
register("cohort-dates", "New dates of the cohort", **_TEAM, **_DATES, **_HOME, **_ALL)
register("cohort-left", "You left the cohort", **_TEAM, **_DATES, **_ALL)
register("cohort-guest", "You are invited to one session", session="the session's title", **_WORD,
         when="the session's date and time in the recipient's zone", **_ALL)  # fmt: skip

_APPLICATIONS = ("cohort-received", "cohort-admitted", "cohort-waiting", "cohort-declined")
_MEMBERS = ("cohort-confirm", "cohort-welcome", "cohort-dates", "cohort-left")
heading("Applications to a cohort", *_APPLICATIONS)
heading("Members of a cohort", *_MEMBERS, "cohort-guest")
because("You get this mail because somebody applied to this cohort with this address.", *_APPLICATIONS)
because("You get this mail because somebody named you for this cohort with this address.", *_MEMBERS)
because("You get this mail because this cohort would like to have you as a guest.", "cohort-guest")
links_say(home_page="Open the cohort's page")
_INVENTED = {
    "organization": "Cedar Ridge Behavioral Health",
    "cohort": "Cohort 4, spring 2027",
    "program": "Workforce ECHO",
    "who": "Rosalind Teague",
    "message": "Your question about supervision fits this cohort well.",
    "dates": "Thursday, January 14, 2027, 2:00 to 3:30 p.m. Eastern\nThursday, February 11, 2027, 2:00 to 3:30 p.m. Eastern",
}
invented(**{name: _INVENTED[name] for name in ("organization", "cohort")})


@link(MEMBER)
def member_link(id: int) -> str:
    """The personal link to somebody's page of a cohort."""
    member = db.session.get_one(CohortMember, id)
    return _to(member.person_id, url("cohorts.own", id=id))


@link(HOME)
def home_link(id: int) -> str:
    """The personal link to the home of the cohort of a member."""
    member = db.session.get_one(CohortMember, id)
    return _to(member.person_id, url("cohorts.home", slug=member.cohort.slug))


@link(GUEST)
def guest_link(id: int) -> str:
    """The personal link to an invitation."""
    return _to(db.session.get_one(CohortGuest, id).person_id, url("cohorts.own_guest", id=id))


def _to(person_id: int, page: str) -> str:
    return f"{resolve('me', person_id)}?to={quote(urlsplit(page).path)}"


@examples(*(name for name in kinds if name.startswith("cohort-") and name != "cohort-guest"))
def latest(home: tuple[str, int] | None) -> list[Example]:
    """The newest people of teams: their own words, and invented ones for what they do not have."""
    query = select(CohortMember).join(CohortMember.application).order_by(CohortMember.id.desc())
    return [
        Example(
            f"{MEMBER}:{each.id}",
            f"{each.name}, {each.application.organization}",
            {**_INVENTED, **_values(each)},
            {"my_page": (MEMBER, each.id), "home_page": (HOME, each.id)},
        )
        for each in db.session.scalars(query.limit(5))
    ]


def zone_of(person: Person) -> str:
    """The zone in which to tell somebody the time."""
    return person.time_zone or EASTERN


def lines_of(events: Iterable[Event], person: Person) -> str:
    """A line for each session, in a person's zone."""
    zone = zone_of(person)
    return "\n".join(f"{when(each.starts_at, each.ends_at, zone)}: {each.title}" for each in events)


def tell(
    kind: str,
    member: CohortMember,
    mark: int | str,
    *,
    values: Mapping[str, str] | None = None,
    batch: str | None = None,
    due_at: datetime | None = None,
    data: Mapping[str, object] | None = None,
    about: Iterable[int] = (),
) -> Letter | None:
    """Write to one person of a team; `mark` makes one letter however often. `about`: people named in it beside them.

    None when no address is known, or the letter exists already.
    """
    person = member.person
    if person.address is None or person.erased_at is not None:
        return None
    links = {"my_page": (MEMBER, member.id)}
    if "home_page" in kinds[kind].placeholders:
        links["home_page"] = (HOME, member.id)
    return draft(
        kind,
        Recipient(person.address, member.name, "person", person.id),
        About(
            scope=(SCOPE, member.cohort_id),
            values={"message": "", **_values(member), **(values or {})},
            links=links,
            data={"member": member.id, "about": list(about), **(data or {})},
            home=("program", member.cohort.program_id),
        ),
        key=f"{kind}:{member.id}:{mark}",
        batch=batch,
        due_at=due_at,
    )


def invite(guest: CohortGuest, message: str, again: str = "", *, batch: str | None = None) -> Letter | None:
    """Write to a guest; None when no address is known, or they were written to already. `again` tells one letter from another."""
    person, event = guest.person, guest.event
    if person.address is None or event.cohort is None:
        return None
    return draft(
        "cohort-guest",
        Recipient(person.address, guest.name, "person", person.id),
        About(
            scope=(SCOPE, event.cohort.id),
            values={
                "name": guest.name,
                "cohort": event.cohort.name,
                "program": event.program.name,
                "session": event.title,
                "when": when(event.starts_at, event.ends_at, zone_of(person)),
                "message": message,
            },
            links={"my_page": (GUEST, guest.id)},
            data={"guest": guest.id},
            home=("program", event.program_id),
        ),
        key=f"cohort-guest:{guest.id}{again}",
        batch=batch,
    )


def _values(member: CohortMember) -> dict[str, str]:
    return {
        "name": member.name,
        "organization": member.application.organization,
        "cohort": member.cohort.name,
        "program": member.cohort.program.name,
    }


# --- whether they still say the truth ----------------------------------------------------------------------------------

_STATES = {
    "cohort-received": (State.RECEIVED, State.ADMITTED, State.WAITING, State.DECLINED),
    "cohort-admitted": (State.ADMITTED,),
    "cohort-waiting": (State.WAITING,),
    "cohort-declined": (State.DECLINED,),
}
_STANDINGS = {
    "cohort-confirm": (Standing.ASKED,),
    "cohort-welcome": (Standing.CONFIRMED,),
    "cohort-dates": (Standing.CONFIRMED,),
    "cohort-left": tuple(each for each in Standing if each not in PLACES),
}


@cause(*_STATES)
def application_letter_gone(letter: Letter) -> str | None:
    """Why a letter about an application is not true any more."""
    member = db.session.get(CohortMember, letter.data.get("member", 0))
    if member is None:
        return None
    application: CohortApplication = member.application
    return None if application.state in _STATES[letter.kind] else "The application stands elsewhere now."


@cause(*_STANDINGS)
def member_letter_gone(letter: Letter) -> str | None:
    """Why a letter to somebody of a team is not true any more."""
    member = db.session.get(CohortMember, letter.data.get("member", 0))
    if member is None or member.standing in _STANDINGS[letter.kind]:
        return None
    return "The member stands elsewhere now."


@cause("cohort-guest")
def guest_letter_gone(letter: Letter) -> str | None:
    """Why an invitation is of no use any more."""
    guest = db.session.get(CohortGuest, letter.data.get("guest", 0))
    if guest is None:
        return None
    if guest.event.state != EventState.PUBLISHED:
        return "The session does not take place."
    if guest.standing != Guest.INVITED:
        return "The guest has answered."
    return TooLate("The session is over.") if guest.event.ends_at <= now() else None
