"""The letters of this room: what they are called, what goes into them, and to whom they go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from sqlalchemy import func, select

from jam.base.database import db
from jam.base.links import url
from jam.base.now import now
from jam.base.words import clock, when
from jam.base.zones import EASTERN, zone_words
from jam.mail.actions import About, Recipient, draft
from jam.mail.kinds import (
    Example,
    because,
    examples,
    heading,
    invented,
    kinds,
    link,
    needs,
    of_staff,
    register,
    resolve,
)
from jam.mail.models import Letter
from jam.mail.queries import unsent
from jam.mail.rules import State as LetterState
from jam.people.models import Person
from jam.proposals.models import Presenter, Proposal
from jam.proposals.rules import MOST_ASKED_A_DAY, MOST_ASKING_A_DAY, ON_STAGE, Kind, Saying, State
from jam.schedule.models import AgendaItem

#: What letters are about, for the outbox.
SCOPE = "proposal"

_ALL = {
    "name": "the recipient's name, as given for this proposal",
    "title": "the proposal's title",
    "my_page": "personal link to the page of this proposal",
}
_WORD = {"message": "a word from staff"}
_DATE = {
    "session": "the session's title",
    "when": "the session's date and time in the recipient's zone",
    "slot": "when their slot begins, and how long it is",
}

register("proposal-draft", "Your draft of a proposal", **_ALL)
register("proposal-received", "We have your proposal", **_ALL)
register(
    "proposal-invited", "You are named as a presenter", who="the name of whoever named them, as typed", **_ALL
)
register("proposal-answered", "A presenter has answered", who="the presenter", said="what they said", **_ALL)
register("proposal-review", "Your proposal is being read", **_ALL)
register("proposal-question", "A question about your proposal", question="the question", **_ALL)
register("proposal-accepted", "Your proposal is accepted", **_WORD, **_ALL)
register("proposal-not-now", "Not now: your proposal is kept", **_WORD, **_ALL)
register("proposal-scheduled", "Your proposal has a date", **_DATE, **_ALL)
register("proposal-confirmed", "You said that you will be there", **_DATE, **_ALL)
register(
    "proposal-chased",
    "Something is still missing from you",
    things="what is missing, in a few words for the subject: “your yes and your slides”",
    missing="what is missing, talk by talk, a line each",
    others="where the other talks stand, in a sentence; empty where there is one alone",
    **_DATE,
    **_ALL,
)
register("proposal-moved", "The session of your proposal has moved", was="the time it had", **_DATE, **_ALL)
register(
    "proposal-unscheduled", "The date of your proposal does not stand any more", was="the time it had", **_ALL
)
register("proposal-presented", "Thank you for presenting", session="the session's title",
         came="how many people came, in a sentence; empty while nobody knows", **_ALL)  # fmt: skip
register("proposal-shared", "What you share is accepted", **_WORD, **_ALL)
register("proposal-published", "What you shared is in the library", **_ALL)
register("proposal-reopened", "Your proposal is looked at again",
         why="why it comes up now, in a sentence; empty where nobody said", **_ALL)  # fmt: skip
register("proposal-withdrawn", "Your proposal is taken back", **_ALL)

heading(
    "Proposals", "proposal-draft", "proposal-received", "proposal-invited", "proposal-answered", "proposal-review",
    "proposal-question", "proposal-accepted", "proposal-not-now", "proposal-shared", "proposal-published", "proposal-reopened", "proposal-withdrawn",
)  # fmt: skip
heading(
    "Presenters with a date", "proposal-scheduled", "proposal-confirmed", "proposal-chased", "proposal-moved", "proposal-unscheduled",
    "proposal-presented",
)  # fmt: skip
because(
    "You get this mail because somebody offered this to the Workforce Solutions Jam and named this address.",
    *(name for name in kinds if name.startswith("proposal-")),
)
because("You get this mail because you said that you present this at a session.", "proposal-chased")
needs("proposal-chased", "missing", "my_page")
of_staff("question")
_INVENTED = {
    "who": "Rosalind Teague",
    "said": "said yes",
    "question": "How many people took part in the first year?",
    "message": "Our members have asked for this for months.",
    "session": "Peers in the crisis line",
    "when": "Tuesday, December 15, 2026, 1:00 to 2:00 p.m. Eastern",
    "was": "Tuesday, November 17, 2026, 1:00 to 2:00 p.m. Eastern",
    "slot": "from 1:12 p.m. Eastern, for 18 minutes",
    "came": "412 people came.",
    "things": "your yes and your slides",
    "missing": "“Peers on the night line”, Tuesday, December 15, 2026, 1:00 to 2:00 p.m. Eastern:\n"
    "– Say that you will be there\n– Your slides, by Tuesday, December 8, 2026",
    "others": "",
    "why": "A session on Payment is being planned, and yours would fit.",
}
invented(
    **{name: _INVENTED[name] for name in ("said", "question", "session", "slot", "came", "things", "missing")}
)

INVITED = "proposal-invited"
CHASED = "proposal-chased"
_ACCEPTED = {Kind.PRESENT: "proposal-accepted", Kind.SHARE: "proposal-shared"}
_NOT_NOW = "proposal-not-now"


@link(SCOPE)
def own_page(id: int) -> str:
    """The personal link of a presenter to the page of their proposal."""
    presenter = db.session.get_one(Presenter, id)
    path = urlsplit(url("proposals.own_page", code=presenter.proposal.code)).path
    return f"{resolve('me', presenter.person_id)}?to={quote(path)}"


@examples(*(name for name in kinds if name.startswith("proposal-")))
def latest(home: tuple[str, int] | None) -> list[Example]:
    """The newest proposals, those with a date first: their own words, and invented ones for what they do not have."""
    query = select(Proposal).where(Proposal.state != State.DRAFT)
    if home is not None and home[0] == "program":
        query = query.where(Proposal.program_id == home[1])
    newest = query.order_by(Proposal.agenda_item_id.is_(None), Proposal.id.desc()).limit(5)
    return [
        Example(
            f"{SCOPE}:{each.id}",
            f"{each.lead.name}, “{each.title}”",
            {**_INVENTED, **_values(each.lead)},
            {"my_page": (SCOPE, each.lead.id)},
        )
        for each in db.session.scalars(newest)
    ]


def starts_at(item: AgendaItem) -> datetime:
    """When a slot begins: the session's start and the minutes of the slots before it."""
    before = sum(each.minutes for each in item.event.agenda if each.position < item.position)
    return item.event.starts_at + timedelta(minutes=before)


def slot_words(item: AgendaItem, zone: str) -> str:
    """“from 1:12 p.m. Eastern, for 18 minutes”."""
    at = starts_at(item)
    return f"from {clock(at, zone)} {zone_words(zone, at)}, for {item.minutes} minutes"


def zone_of(presenter: Presenter) -> str:
    """The zone in which to tell a presenter the time: their own choice, or the session's."""
    event = presenter.proposal.event
    return presenter.person.time_zone or (event.time_zone if event else EASTERN)


def tell(
    kind: str,
    presenter: Presenter,
    cause: int | str,
    *,
    values: Mapping[str, str] | None = None,
    batch: str | None = None,
    state: LetterState = LetterState.DUE,
    due_at: datetime | None = None,
    about: Iterable[int] = (),
    data: Mapping[str, Any] | None = None,
) -> Letter | None:
    """Write to one presenter; `cause` makes one letter however often. `about`: people named in it beside the recipient;
    `data`: what the writer wants to find again.

    None when no address is known, or the letter exists already.
    """
    person, proposal = presenter.person, presenter.proposal
    if person.address is None or person.erased_at is not None:
        return None
    return draft(
        kind,
        Recipient(person.address, presenter.name, "person", person.id),
        About(
            scope=(SCOPE, proposal.id),
            values={**_values(presenter), **(values or {})},
            links={"my_page": (SCOPE, presenter.id)},
            data={"about": list(about), **(data or {})},
            home=("program", proposal.program_id) if proposal.program_id else None,
        ),
        key=f"{kind}:{presenter.id}:{cause}",
        batch=batch,
        state=state,
        due_at=due_at,
    )


def tell_all(
    kind: str,
    proposal: Proposal,
    cause: int | str,
    *,
    values: Mapping[str, str] | None = None,
    batch: str | None = None,
    due_at: datetime | None = None,
) -> None:
    """Write to everybody who said that they present it, each in their own zone."""
    for presenter in proposal.presenters:
        if presenter.saying == Saying.CONFIRMED:
            tell(kind, presenter, cause, values=values, batch=batch, due_at=due_at)


def may_ask(person: Person, because_of: Person) -> bool:
    """Whether another letter may ask this person to be a presenter: there is a most for a day."""
    lately = (Letter.kind == INVITED, Letter.created_at > now() - timedelta(days=1))
    to_them = select(func.count()).where(
        *lately, Letter.recipient_kind == "person", Letter.recipient_id == person.id
    )
    theirs = select(Presenter.proposal_id).where(
        Presenter.person_id == because_of.id, Presenter.position == 1
    )
    by_them = select(func.count()).where(*lately, Letter.scope_kind == SCOPE, Letter.scope_id.in_(theirs))
    return (db.session.scalar(to_them) or 0) < MOST_ASKED_A_DAY and (
        db.session.scalar(by_them) or 0
    ) < MOST_ASKING_A_DAY


def decision_letters(proposal: Proposal) -> list[Letter]:
    """Letters with a decision that have not left."""
    return unsent((SCOPE, proposal.id), kinds=(*_ACCEPTED.values(), _NOT_NOW))


def decision_kind(proposal: Proposal, decision: State) -> str:
    """Which letter tells a decision; what is only shared gets no date."""
    return _NOT_NOW if decision is State.NOT_NOW else _ACCEPTED[Kind(proposal.kind)]


def _values(presenter: Presenter) -> dict[str, str]:
    proposal = presenter.proposal
    found = {"name": presenter.name, "title": proposal.title}
    event = proposal.event
    if event is not None and proposal.agenda_item is not None and proposal.state in ON_STAGE:
        zone = zone_of(presenter)
        found |= {
            "session": event.title,
            "when": when(event.starts_at, event.ends_at, zone),
            "slot": slot_words(proposal.agenda_item, zone),
        }
    return found
