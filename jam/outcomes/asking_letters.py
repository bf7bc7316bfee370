"""The letters that ask what became of recommendations. None carries a word of a case or of a recommendation."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from sqlalchemy import select

from jam.base.database import db
from jam.base.links import url
from jam.base.words import count, day_words
from jam.cases.handing import last
from jam.cases.letters import SCOPE, brings, call_back
from jam.cases.models import EchoCase
from jam.cases.rules import State
from jam.cohorts.rules import Standing
from jam.mail.actions import About, Recipient, draft
from jam.mail.kinds import (
    Example,
    because,
    examples,
    heading,
    invented,
    link,
    links_say,
    needs,
    register,
    resolve,
)
from jam.mail.models import Letter
from jam.mail.standing import TooLate, cause
from jam.outcomes.following import Asked, asked_of
from jam.outcomes.models import CaseFollowUp
from jam.people.models import Person

ASK, AGAIN = "case-follow-up", "case-follow-up-again"
#: Kind of link: to the presenter's page of buttons.
PAGE = "case-follow-up"

_VALUES = {
    "name": "the recipient's name",
    "case": "the code of the case; nothing of what stands in it",
    "cohort": "the cohort's name",
    "days": "how many days after the session this is: 30, 60 or 90",
    "recommendations": "how many recommendations there are, as words",
    "until": "the last day on which the answer can be given or changed",
}
_PAGE = {"answers_page": "personal link to the page of buttons"}

register(ASK, "What became of the recommendations", **_PAGE, **_VALUES)
register(AGAIN, "Reminder: what became of the recommendations", **_PAGE, **_VALUES)
heading("Cases", ASK, AGAIN)
because(
    "You get this mail because you brought this case, and a group recommended something for it.", ASK, AGAIN
)
links_say(answers_page="Answer by buttons")
needs(ASK, "answers_page")
needs(AGAIN, "answers_page")
invented(days="30", recommendations="3 recommendations", until="Saturday, March 13, 2027")


@link(PAGE)
def page_link(id: int) -> str:
    """The personal link of a presenter to the buttons of their case."""
    case = db.session.get_one(EchoCase, id)
    path = urlsplit(url("outcomes.own_follow_up", code=case.code)).path
    return f"{resolve('me', case.person_id)}?to={quote(path)}"


@examples(ASK, AGAIN)
def latest(home: tuple[str, int] | None) -> list[Example]:
    """The newest cases that somebody is asked about."""
    query = select(CaseFollowUp.case_id).order_by(CaseFollowUp.id.desc()).limit(15)
    cases = [db.session.get_one(EchoCase, id) for id in dict.fromkeys(db.session.scalars(query))]
    found = [(case, asked_of(case)) for case in cases[:5]]
    return [
        Example(
            f"{SCOPE}:{case.id}", case.shown, _values(asked, asked.rows[0]), {"answers_page": (PAGE, case.id)}
        )
        for case, asked in found
    ]


def ask(kind: str, asked: Asked, row: CaseFollowUp) -> Letter | None:
    """Write to the presenter. None when no address is known, or the letter exists already."""
    person = asked.case.person
    if person.address is None or person.erased_at is not None:
        return None
    handed_on = last(asked.case)
    return draft(
        kind,
        Recipient(person.address, person.name, "person", person.id),
        About(
            scope=(SCOPE, asked.case.id),
            values=_values(asked, row),
            links={"answers_page": (PAGE, asked.case.id)},
            home=("program", asked.case.cohort.program_id),
            data={"days": row.days},
        ),
        # Who hands it on and gets it back is asked once more.
        key=f"{kind}:{asked.case.id}:{person.id}:{row.days}" + (f":{handed_on.id}" if handed_on else ""),
    )


def _values(asked: Asked, row: CaseFollowUp) -> dict[str, str]:
    number = len(asked.recommendations)
    return {
        "name": asked.case.person.name,
        "case": asked.case.shown,
        "cohort": asked.case.cohort.name,
        "days": str(row.days),
        "recommendations": count(number, "recommendation", "recommendations"),
        "until": day_words(asked.last_day(row)),
    }


def handed(case: EchoCase, earlier: Person, *, by: str) -> None:
    """A colleague brings a case: the questions that wait are put to them, whatever the presenter before them wanted."""
    call_back(case, earlier, (ASK, AGAIN), by=by)
    asked = asked_of(case)
    for row in asked.rows:
        row.stopped_at = None
        if row is asked.now and row.answered_at is None:
            row.asked_at = row.reminded_at = None
    db.session.flush()


@cause(ASK, AGAIN)
def letter_gone(letter: Letter) -> str | None:
    """Why a question is not asked any more: it is answered, its time is over, or nobody is to be asked."""
    case = db.session.get(EchoCase, letter.scope_id)
    if case is None:
        return None
    if case.state != State.RECOMMENDED:
        return "The case stands elsewhere now."
    if not brings(letter, case):
        return "Somebody else brings the case now."
    if case.member.standing != Standing.CONFIRMED:
        return "The presenter has left the cohort."
    asked = asked_of(case)
    row = next((each for each in asked.rows if each.days == letter.data.get("days")), None)
    if row is None or row.answered_at is not None:
        return "It is answered."
    if row.stopped_at is not None:
        return "The presenter wants no mail about it."
    if not asked.recommendations:
        return "No recommendation is left to ask about."
    return None if asked.now is row else TooLate("Its time was over before this letter could leave.")
