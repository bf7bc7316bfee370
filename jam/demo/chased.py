"""Invented presenters who are late and were reminded, and people who were asked whether they would like to present."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from jam.base.database import db
from jam.base.now import frozen, now
from jam.demo import topics
from jam.demo.sessions import BY
from jam.mail.models import Letter
from jam.mail.rules import State as LetterState
from jam.people.models import Address, Person
from jam.proposals import chasing, invitations
from jam.proposals.letters import CHASED
from jam.proposals.models import Invitation
from jam.vocabulary.models import Term
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind

#: Days of the past on which the clock ticked.
_DAYS = 12
_NOTES = (
    (
        topics.PAYMENT,
        9,
        "Your colleagues told us how you pay for supervision. Others would like to hear it from you.",
    ),
    (
        topics.EXPANSION,
        16,
        "We heard of your apprentices at the spring meeting, and of what the first ones do now.",
    ),
)


def make_chased() -> None:
    """Let the clock tick through the last days, and ask two people; one of them has said no."""
    for days in range(_DAYS, 0, -1):
        with frozen(now().replace(hour=16, minute=0, second=0) - timedelta(days=days)):
            for each in [each.person for each in chasing.debts() if each.is_due]:
                chasing.chase_one(each)
            _all_left(CHASED)
    by_name = {term.name: term for term in terms(Kind.LEVER)}
    asked = [_ask(each, by_name[lever], days, note)
             for each, (lever, days, note) in zip(_people(), _NOTES, strict=True)]  # fmt: skip
    with frozen(now() - timedelta(days=11)):
        invitations.decline(asked[-1], never=False, by=f"person:{asked[-1].person_id}")


def _people() -> list[Person]:
    """People whom Jam knows by their seats."""
    known = select(Person).join(Address).where(Address.preferred, Person.follow_ups).order_by(Person.id)
    return list(db.session.scalars(known.offset(40).limit(len(_NOTES))))


def _ask(person: Person, lever: Term, days: int, note: str) -> Invitation:
    with frozen(now() - timedelta(days=days)):
        made = invitations.invite_known(person, f"{note}\n\nOtis Marchand", [lever.id], by=BY)
        _all_left(invitations.WANTED)
    return made


def _all_left(kind: str) -> None:
    waiting = update(Letter).where(Letter.kind == kind, Letter.state == LetterState.DUE)
    db.session.execute(waiting.values(state=LetterState.SENT, sent_at=Letter.created_at))
    db.session.expire_all()
