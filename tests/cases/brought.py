"""Cases in any state, for tests: brought by a member of an admitted organization."""

from __future__ import annotations

import re

from sqlalchemy import select

from jam.base.database import db
from jam.base.now import now
from jam.base.tokens import make
from jam.cases import actions, plans, review
from jam.cases.actions import Given
from jam.cases.identifier_kinds import Kind
from jam.cases.models import EchoCase
from jam.cases.rules import HELD, State, Who
from jam.cohorts.faculty import add_faculty
from jam.cohorts.models import CohortMember
from jam.cohorts.rules import Role
from jam.people.models import Account, Person
from jam.registration.models import Question
from jam.schedule.models import Cohort, Event
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind as TermKind
from tests import makers
from tests.clients import Client

BY = "command"

TEXTS = {
    "situation": "Half of our new supervisors leave within a year.",
    "background": "We pay what others pay.",
    "tried": "Mentors for a year; it held while it lasted.",
    "question1": "What keeps a new supervisor?",
    "success": "Nobody new has left.",
}
POSTED = {**TEXTS, "consent": "y", "attested": "y"}


def given(**texts: str) -> Given:
    """A whole case; texts by name take the place of those above, and `q5` answers the field with this id."""
    lever = terms(TermKind.LEVER)[0].id
    said = {int(name[1:]): texts.pop(name) for name in [*texts] if re.fullmatch(r"q\d+", name)}
    answers = [(id, db.session.get_one(Question, id).label, words) for id, words in said.items()]
    return Given(
        texts={**TEXTS, **texts},
        term_ids=[lever],
        consent=True,
        attested=True,
        asked=[*said],
        answers=answers,
    )


def member(of: Cohort, organization: str = "Cedar Ridge Recovery") -> CohortMember:
    """A member of an admitted organization of two."""
    return makers.admitted(of, organization, 2).contact


def faculty(of: Cohort, role: Role, stem: str = "") -> Account:
    """Somebody of a cohort's faculty who can sign in."""
    one = add_faculty(of, f"{role} {of.slug}", f"{stem or role}@{of.slug}.example", role, by=BY)
    return db.session.scalars(select(Account).where(Account.person_id == one.person_id)).one()


def case(
    of: CohortMember, state: State = State.SUBMITTED, event: Event | None = None, released: dict[str, str] | None = None, **texts: str
) -> EchoCase:  # fmt: skip
    """A case that stands at `state`, by every step before."""
    made = actions.begin(of, by=BY)
    actions.write(made, given(**texts), by=BY)
    if state is State.DRAFT:
        return made
    actions.submit(made, by=BY)
    if state is State.SUBMITTED:
        return made
    review.start(made, by=BY)
    if state is State.CHANGES:
        review.ask(made, "The second paragraph names a town.", by=BY)
    if state is State.WITHDRAWN:
        actions.withdraw(made, Who.PRESENTER, by=BY)
    if state in (State.IN_REVIEW, State.CHANGES, State.WITHDRAWN):
        return made
    if released:
        review.edit(made, {**TEXTS, **released}, by=BY)
    review.sign(made, dict.fromkeys(Kind, ""), by=BY)
    review.approve(made, by=BY)
    if state is State.APPROVED:
        return made
    plans.put_on(made, event or makers.cohort_event(of.cohort), by=BY)
    if state in HELD:
        made.state, made.presented_at = state, now()
    db.session.flush()
    return made


def enter(client: Client, person: Person) -> None:
    """Open a person's own page by their link."""
    client.get(f"/me/{make('me', person.id, person.link_version)}")
