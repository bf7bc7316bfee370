"""The letter of this room to the members of a cohort. It carries no word of a case: only its code, and the way to it."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from jam.base.database import db
from jam.base.links import url
from jam.cases.letters import SCOPE
from jam.cases.models import EchoCase
from jam.cohorts.models import CohortMember
from jam.cohorts.queries import members_of
from jam.cohorts.rules import Standing
from jam.mail.actions import About, Recipient, draft
from jam.mail.kinds import Example, because, examples, heading, link, links_say, register, resolve
from jam.mail.models import Letter
from jam.mail.standing import cause
from jam.outcomes.rules import SENT

#: The kind of link to the cases on the home of the cohort of a member.
HOME = "cohort-cases"

register(
    "case-summary",
    "What the group recommended, to the members",
    name="the recipient's name",
    case="the code of the case; nothing of what stands in it",
    cohort="the cohort's name",
    cases_page="personal link to the cases of the cohort",
)
heading("Cases", "case-summary")
because("You get this mail because you are a member of this cohort.", "case-summary")
links_say(cases_page="Open the cases of your cohort")


@link(HOME)
def home_link(id: int) -> str:
    """The personal link of a member to the cases on the home of their cohort."""
    member = db.session.get_one(CohortMember, id)
    path = urlsplit(url("cohorts.home", slug=member.cohort.slug)).path
    return f"{resolve('me', member.person_id)}?to={quote(path)}"


@examples("case-summary")
def latest(home: tuple[str, int] | None) -> list[Example]:
    """The newest cases whose recommendations were sent, each as one member of its cohort hears of it."""
    query = select(EchoCase).where(EchoCase.state.in_(SENT)).options(joinedload(EchoCase.cohort))
    found = db.session.scalars(query.order_by(EchoCase.id.desc()).limit(5)).all()
    return [
        Example(
            f"{SCOPE}:{case.id}",
            case.shown,
            {"name": case.person.name, "case": case.shown, "cohort": case.cohort.name},
            {"cases_page": (HOME, case.member_id)},
        )
        for case in found
    ]


def tell_members(case: EchoCase, *, batch: str | None = None) -> int:
    """Tell the other members, once, that the recommendations of a case can be read. Returns to how many."""
    told = 0
    for member in members_of(case.cohort, Standing.CONFIRMED):
        person = member.person
        if person.id == case.person_id or person.address is None or person.erased_at is not None:
            continue
        written = draft(
            "case-summary",
            Recipient(person.address, person.name, "person", person.id),
            About(
                scope=(SCOPE, case.id),
                values={"name": person.name, "case": case.shown, "cohort": case.cohort.name},
                links={"cases_page": (HOME, member.id)},
                home=("program", case.cohort.program_id),
            ),
            key=f"case-summary:{case.id}:{person.id}",
            batch=batch,
        )
        told += written is not None
    return told


@cause("case-summary")
def letter_gone(letter: Letter) -> str | None:
    """Why the letter is not true any more: the recommendations are not there, or its reader is no member now."""
    case = db.session.get(EchoCase, letter.scope_id)
    if case is None or case.state not in SENT:
        return "The case stands elsewhere now."
    member = db.session.get(CohortMember, (letter.links.get("cases_page") or [HOME, 0])[1])
    if member is None or member.standing != Standing.CONFIRMED:
        return "The recipient is no member of this cohort any more."
    return None
