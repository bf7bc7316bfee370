"""Proposals in every state, made by the app's own actions; and the fields that a volunteer types. Nothing is committed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from jam.base.now import now
from jam.mail.kinds import resolve
from jam.people.actions import Details
from jam.proposals import actions, decisions, presenters, stage
from jam.proposals.actions import Offer
from jam.proposals.letters import SCOPE
from jam.proposals.models import Presenter, Proposal
from jam.proposals.presenters import Other
from jam.proposals.rules import Format, Saying, State
from jam.schedule.models import Event
from tests import makers
from tests.clients import Client

BY = "command"

#: What somebody types into the public form.
TYPED = {
    "kind": "present",
    "title": "Peers on the night line",
    "story": "We put **two peers** on each night. Calls to the police fell by half.",
    "takeaways": "Begin with one night a week.",
    "format": "practice-story",
    "minutes": "15",
    "links": "https://riverside.example/peers",
    "email": "rosa@riverside.example",
    "name": "Rosa Teague",
    "organization": "Riverside Clinic",
}


def proposal(
    state: State = State.RECEIVED,
    *,
    address: str | None = None,
    name: str = "Rosa Teague",
    title: str = "Peers on the night line",
    at: Event | None = None,
    others: tuple[Other, ...] = (),
    organization: str = "Riverside Clinic",
    **fields: Any,
) -> Proposal:
    """A proposal that went the whole way to this state; with its slot in a session in thirty days, unless `at` says."""
    given = Offer(
        **{"title": title, "story": "Two peers a night.", "format": Format.STORY, "minutes": 15, **fields}
    )
    address = address or makers.person(name=name).address or ""
    who = Details(name, organization=organization, state="OH")
    made = actions.offer(address, who, given, others, send=state is not State.DRAFT, bio="A night owl.")
    if state in (State.DRAFT, State.RECEIVED):
        return made
    if state is State.WITHDRAWN:
        stage.withdraw(made, by=f"person:{made.lead.person_id}")
        return made
    decisions.start_review(made, by=BY)
    if state is State.IN_REVIEW:
        return made
    decided = State.NOT_NOW if state is State.NOT_NOW else State.ACCEPTED
    decisions.decide(made, decided, "Our members asked for this.", by=BY)
    decisions.release([made], by=BY)
    if state in (State.NOT_NOW, State.ACCEPTED):
        return made
    event = at or makers.event(title="A Jam with room")
    stage.put_on(made, event, None, 15, by=BY)
    if state is not State.SCHEDULED:
        stage.confirm(made, by=f"person:{made.lead.person_id}")
    if state is State.PRESENTED:
        event.starts_at, event.ends_at = now() - timedelta(hours=3), now() - timedelta(hours=2)
        stage.mark_presented(made, by=BY)
    return made


def yes(presenter: Presenter) -> None:
    """The presenter says yes for themself."""
    presenters.answer_invitation(presenter, Saying.CONFIRMED, by=f"person:{presenter.person_id}")


def enter(client: Client, presenter: Presenter) -> str:
    """Open the personal link of a presenter as a browser does; returns the path of the proposal's page."""
    parts = urlsplit(resolve(SCOPE, presenter.id))
    answer = client.get(f"{parts.path}?{parts.query}")
    assert answer.status_code == 303
    return answer.location or ""


def own_path(made: Proposal, end: str = "") -> str:
    """The address of a page about a proposal under /me/."""
    return f"/me/proposals/{made.code}{end}"


def desk_path(made: Proposal, end: str = "") -> str:
    """The address of a page about a proposal on the desk."""
    return f"/desk/proposals/{made.code}{end}"


def in_days(days: int) -> datetime:
    """One o'clock Eastern or thereabouts, in so many days: the same day in UTC, whenever the tests run."""
    return now().replace(hour=18, minute=0, second=0, microsecond=0) + timedelta(days=days)
