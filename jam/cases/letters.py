"""The letters of this room. None carries a word of a case: only its code, so that a letter gives nothing away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote, urlsplit

from sqlalchemy import select

from jam.base.database import db
from jam.base.errors import Refused
from jam.base.links import url
from jam.base.now import now
from jam.base.words import when
from jam.base.zones import EASTERN
from jam.cases.models import EchoCase
from jam.cases.queries import coordinators, organizers
from jam.cases.rules import ENDED, HELD, State
from jam.cohorts.queries import faculty_of
from jam.cohorts.rules import LEADS
from jam.mail.actions import About, Recipient, draft, withdraw_failed
from jam.mail.actions import withdraw as take_back
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
from jam.mail.queries import letters_in, unsent
from jam.mail.rules import State as Delivery
from jam.mail.standing import cause
from jam.people.models import Account, Person
from jam.people.queries import whoever
from jam.schedule.models import Event

#: What letters are about, for the outbox.
SCOPE = "echo-case"
#: Kinds of links: to the presenter's page of a case, to its page on the desk.
OWN, DESK = "echo-case", "echo-case-desk"
#: To what the faculty reads of a case, by way of signing in; and to all cases of its cohort on the desk.
READ, ALL = "echo-case-read", "echo-case-all"

_ALL = {
    "name": "the recipient's name",
    "case": "the code of the case; nothing of what stands in it",
    "cohort": "the cohort's name",
}
_MINE = {"my_page": "personal link to the page of this case"}
_DATE = {"session": "the session's title", "when": "the session's date and time in the recipient's zone"}

register("case-received", "We have your case", **_MINE, **_ALL)
register("case-changes", "Please change something in your case", **_MINE, **_ALL)
register("case-approved", "Your case is approved", **_MINE, **_ALL)
register("case-scheduled", "Your case has a session", **_DATE, **_MINE, **_ALL)
register("case-unscheduled", "The session of your case does not stand any more", **_MINE, **_ALL)
register("case-presented", "Thank you for bringing your case", **_MINE, **_ALL)
register("case-recommended", "What the group recommends", **_MINE, **_ALL)
register("case-none", "The group has no recommendation", **_MINE, **_ALL)
register("case-rewritten", "The recommendations have changed", **_MINE, **_ALL)
register("case-closed", "Your case is closed", **_MINE, **_ALL)
register(
    "case-withdrawn",
    "Your case is taken back",
    why="who took it back where it was not the presenter, in a sentence; empty otherwise",
    **_MINE,
    **_ALL,
)
register(
    "case-going",
    "Your words for a case will be removed",
    day="the day on which they are removed",
    **_MINE,
    **_ALL,
)
register("case-handed", "A colleague's case is yours now", **_MINE, **_ALL)
register("case-handed-on", "Your case is with a colleague", **_ALL)
register("case-waiting", "A case waits to be read", desk_page="link to the case on the desk", **_ALL)
register("case-released", "A case is released to the faculty", read_page="link to the released words", **_ALL)
register(
    "case-gone",
    "A case cannot be planned any more",
    why="what happened to it, in a sentence",
    planned="the session that it was planned for, in a sentence; empty when there was none",
    cases_desk="link to the cases of the cohort on the desk",
    **_ALL,
)

heading("Cases", *(name for name in kinds if name.startswith("case-")))
because(
    "You get this mail because you are a member of this cohort and wrote a case for it.",
    "case-received", "case-changes", "case-approved", "case-scheduled", "case-unscheduled", "case-presented", "case-recommended", "case-none", "case-rewritten", "case-closed",
    "case-withdrawn", "case-going",
)  # fmt: skip
because(
    "You get this mail because you are a member of this cohort, on the team of who brought the case.",
    "case-handed",
)
because("You get this mail because you brought this case until now.", "case-handed-on")
because("You get this mail because you read the cases of this cohort.", "case-waiting")
because("You get this mail because you belong to the faculty of this cohort.", "case-released", "case-gone")
links_say(
    desk_page="Open the case on the desk",
    read_page="Read the case",
    cases_desk="Open the cases of the cohort",
)
invented(
    case="ECHO-7K3D",
    day="Friday, January 14, 2028",
    why="Its presenter took it back.",
    planned="It was planned for Thursday, January 14, 2027, 2:00 to 3:30 p.m. Eastern, where a place is free now.",
)

_INVENTED = {
    "session": "Workforce ECHO: keeping supervisors",
    "when": "Thursday, January 14, 2027, 2:00 to 3:30 p.m. Eastern",
    "cohort": "Cohort 4, spring 2027",
    "day": "Friday, January 14, 2028",
    "why": "Its presenter took it back.",
    "planned": "It was planned for Thursday, January 14, 2027, 2:00 to 3:30 p.m. Eastern, where a place is free now.",
}


@link(OWN)
def own_link(id: int) -> str:
    """The personal link of a presenter to the page of their case."""
    case = db.session.get_one(EchoCase, id)
    path = urlsplit(url("cases.own_page", code=case.code)).path
    return f"{resolve('me', case.person_id)}?to={quote(path)}"


@link(DESK)
def desk_link(id: int) -> str:
    """The address of a case on the desk; it opens for who is signed in and may read it."""
    case = db.session.get_one(EchoCase, id)
    return url("cases.desk_case", slug=case.cohort.slug, code=case.code)


@link(READ)
def read_link(id: int) -> str:
    """The way to what the faculty reads of a case: who is not signed in signs in first."""
    case = db.session.get_one(EchoCase, id)
    page = urlsplit(url("cases.read", slug=case.cohort.slug, code=case.code)).path
    return url("people.signin", next=page)


@link(ALL)
def all_link(id: int) -> str:
    """The address of all cases of a case's cohort on the desk, for who leads it."""
    return url("cases.desk_cohort", slug=db.session.get_one(EchoCase, id).cohort.slug)


@examples(*(name for name in kinds if name.startswith("case-")))
def latest(home: tuple[str, int] | None) -> list[Example]:
    """The newest cases: their codes, and invented words for what they do not have."""
    query = select(EchoCase).where(EchoCase.sent_at.is_not(None)).order_by(EchoCase.id.desc()).limit(5)
    return [
        Example(
            f"{SCOPE}:{each.id}",
            each.shown,
            {**_INVENTED, **_values(each, each.person)},
            {
                "my_page": (OWN, each.id),
                "desk_page": (DESK, each.id),
                "read_page": (READ, each.id),
                "cases_desk": (ALL, each.id),
            },
        )
        for each in db.session.scalars(query)
    ]


def tell(
    kind: str,
    case: EchoCase,
    mark: int | str,
    *,
    batch: str | None = None,
    due_at: datetime | None = None,
    **more: str,
) -> Letter | None:
    """Write to the presenter, with `more` values; `mark` makes one letter however often. None when no address is known, or it exists already."""
    return _write(kind, case, case.person, mark, {"my_page": (OWN, case.id)}, batch, due_at, more)


def tell_earlier(case: EchoCase, person: Person, mark: int, *, batch: str | None = None) -> Letter | None:
    """Write to who brought a case before that a colleague does; no link in it leads to the case."""
    return _write("case-handed-on", case, person, mark, {}, batch)


def call_back(case: EchoCase, person: Person, kinds: tuple[str, ...], *, by: str) -> None:
    """Let no letter to who brought a case before leave any more: its link would open the pages of the next presenter.
    Refused while one is just leaving."""
    scope, recipient, why = (SCOPE, case.id), ("person", person.id), "Somebody else brings the case now."
    take_back(unsent(scope, recipient, kinds), why, by=by)
    withdraw_failed(letters_in((Delivery.FAILED,), scope, recipient, kinds), why, by=by)
    if letters_in((Delivery.SENDING,), scope, recipient, kinds):
        raise Refused("A letter about this case is leaving this very moment. Try again in a minute.", 409)


def tell_coordinators(case: EchoCase, mark: int, *, batch: str | None = None) -> None:
    """Tell who reads originals that a case waits for them; organizers, where the cohort has nobody else for it."""
    for person in coordinators(case.cohort_id) or organizers():
        _write("case-waiting", case, person, mark, {"desk_page": (DESK, case.id)}, batch)


def tell_faculty(case: EchoCase, mark: int, *, batch: str | None = None) -> None:
    """Tell the faculty that the released words can be read; not who read the original."""
    readers = {each.id for each in coordinators(case.cohort_id)}
    faculty = {each.person_id: each.person for each in faculty_of(case.cohort)}
    for person in faculty.values():
        if person.id not in readers:
            _write("case-released", case, person, mark, {"read_page": (READ, case.id)}, batch)


def tell_leads(
    case: EchoCase, was_on: Event | None, why: str, mark: int, *, by: str, batch: str | None = None
) -> None:
    """Tell who leads the cohort, but for who did it, that an approved case cannot be planned any more; `was_on`: the session
    that it was planned for."""
    leads = {each.person_id: each.person for each in faculty_of(case.cohort) if each.role in LEADS}
    accounts = db.session.scalars(select(Account).where(Account.person_id.in_(leads)))
    did_it = {each.person_id for each in accounts if each.actor == by}
    for person in leads.values():
        if person.id in did_it:
            continue
        planned = ""
        if was_on is not None:
            at = when(was_on.starts_at, was_on.ends_at, person.time_zone or EASTERN)
            planned = f"It was planned for {at}" + (
                ", where a place is free now." if was_on.ends_at > now() else "."
            )
        said = {"why": why, "planned": planned}
        _write("case-gone", case, person, mark, {"cases_desk": (ALL, case.id)}, batch, more=said)


def _write(
    kind: str, case: EchoCase, person: Person, mark: int | str, links: dict[str, tuple[str, int]], batch: str | None,
    due_at: datetime | None = None, more: Mapping[str, str] | None = None,
) -> Letter | None:  # fmt: skip
    if person.address is None or person.erased_at is not None:
        return None
    return draft(
        kind,
        Recipient(person.address, person.name, "person", person.id),
        About(
            scope=(SCOPE, case.id),
            values={**_values(case, person), **(more or {})},
            links=links,
            home=("program", case.cohort.program_id),
        ),
        key=f"{kind}:{case.id}:{person.id}:{mark}",
        batch=batch,
        due_at=due_at,
    )


def _values(case: EchoCase, person: Person) -> dict[str, str]:
    found = {"name": person.name, "case": case.shown, "cohort": case.cohort.name}
    event = case.event
    if event is not None and case.state in (State.SCHEDULED, *HELD):
        zone = person.time_zone or EASTERN
        found |= {"session": event.title, "when": when(event.starts_at, event.ends_at, zone)}
    return found


# --- whether they still say the truth ----------------------------------------------------------------------------------

_TRUE_IN = {
    "case-received": tuple(each for each in State if each not in (State.DRAFT, State.WITHDRAWN)),
    "case-changes": (State.CHANGES,),
    "case-approved": (State.APPROVED, State.SCHEDULED, *HELD),
    "case-scheduled": (State.SCHEDULED,),
    "case-unscheduled": (State.APPROVED, State.IN_REVIEW),
    "case-presented": HELD,
    "case-recommended": HELD[1:],
    "case-none": HELD[1:],
    "case-rewritten": HELD[1:],
    "case-closed": (State.CLOSED,),
    "case-withdrawn": (State.WITHDRAWN,),
    "case-going": tuple(each for each in State if each not in ENDED),
    "case-handed": tuple(each for each in State if each not in ENDED),
    "case-handed-on": tuple(State),
    "case-waiting": (State.SUBMITTED,),
    "case-released": (State.APPROVED, State.SCHEDULED),
    "case-gone": (State.WITHDRAWN, State.IN_REVIEW),
}

_TO_OTHERS = ("case-handed-on", "case-waiting", "case-released", "case-gone")
#: The letters to who brings a case.
TO_PRESENTER = tuple(each for each in _TRUE_IN if each not in _TO_OTHERS)


@cause(*_TRUE_IN)
def letter_gone(letter: Letter) -> str | None:
    """Why a letter about a case is not true any more."""
    case = db.session.get(EchoCase, letter.scope_id)
    if case is None:
        return None
    if letter.kind in TO_PRESENTER and not brings(letter, case):
        return "Somebody else brings the case now."
    if letter.kind == "case-handed-on" and brings(letter, case):
        return "The case came back to its recipient."
    return None if case.state in _TRUE_IN[letter.kind] else "The case stands elsewhere now."


def brings(letter: Letter, case: EchoCase) -> bool:
    """Whether the recipient of a letter brings a case, by whatever row they are known."""
    person = whoever(letter.recipient_id)
    return person is not None and person.id == case.person_id
