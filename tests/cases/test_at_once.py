"""A case that several act on in the same moment: one of them does it, nothing is half done, and nobody waits for ever."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from jam.audit.models import AuditEntry
from jam.base.database import db
from jam.cases import actions, privacy
from jam.cases.handing import hand
from jam.cases.models import Copy, EchoCase
from jam.cases.rules import ENDED, State, Who
from jam.mail.models import Letter
from jam.mail.rules import State as Delivery
from jam.people.models import Person
from jam.privacy.actions import erase
from jam.vocabulary.actions import add_first_terms
from tests import makers
from tests.cases.brought import BY, case
from tests.cases.meeting import at_once

TIMES = 6


@pytest.fixture
def held(app: Flask) -> int:
    """A case of somebody with two colleagues on the team."""
    with app.app_context():
        add_first_terms(by=BY)
        made = case(makers.admitted(makers.cohort(), "Cedar Ridge Recovery", 3).contact, State.APPROVED)
        db.session.commit()
        return made.id


def to(number: int) -> Callable[[EchoCase], object]:
    """The presenter hands it to this one of the team."""

    def act(made: EchoCase) -> object:
        first, *others = made.member.application.team
        return hand(made, others[number], Who.PRESENTER, giver=first.person, by=f"person:{first.person_id}")

    return act


def test_who_hands_it_to_two_in_the_same_moment_hands_it_to_one(app: Flask, held: int) -> None:
    said = at_once(app, held, [to(number % 2) for number in range(TIMES)])
    assert Counter(said)["done"] == TIMES // 2  # the second press of the same one is no fault
    assert len({*said}) == 2
    with app.app_context():
        made = db.session.get_one(EchoCase, held)
        assert made.person_id == made.member.person_id
        assert len(db.session.scalars(select(AuditEntry).where(AuditEntry.action == "cases.hand")).all()) == 1
        letters = db.session.scalars(select(Letter).where(Letter.kind.startswith("case-handed")))
        assert sorted((each.kind, each.recipient_id == made.person_id) for each in letters) == [
            ("case-handed", True), ("case-handed-on", False),
        ]  # fmt: skip


@pytest.mark.parametrize("gone", [0, 1], ids=["who gives it", "who takes it"])
def test_somebody_is_erased_while_it_is_handed_on(app: Flask, held: int, gone: int) -> None:
    with app.app_context():
        erased, first = (
            db.session.get_one(EchoCase, held).member.application.team[number].person_id
            for number in (gone, 0)
        )

    def go(made: EchoCase) -> object:
        return erase(db.session.get_one(Person, erased), by=BY)

    def withdraw(made: EchoCase) -> object:
        return actions.withdraw(made, Who.PRESENTER, by=f"person:{first}")

    said = at_once(app, held, [to(0), go, withdraw])
    assert said[1] == "done"
    with app.app_context():
        made = db.session.get_one(EchoCase, held)
        assert made.person_id == made.member.person_id
        assert db.session.get_one(Person, erased).erased_at is not None
        if made.person_id == erased:
            assert made.state in ENDED, said
        waiting = select(Letter.kind).where(Letter.recipient_id == erased, Letter.state == Delivery.DUE)
        assert db.session.scalars(waiting).all() == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_who_takes_it_back_just_before_their_erasure_is_erased(
    app: Flask, held: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = privacy._cases

    def late(person_id: int) -> list[EchoCase]:
        found = read(person_id)
        back = update(EchoCase).values(state=State.WITHDRAWN)
        db.session.execute(back, execution_options={"synchronize_session": False})
        return found

    monkeypatch.setattr(privacy, "_cases", late)
    with app.app_context():
        made = db.session.get_one(EchoCase, held)
        erase(made.person, by=BY)
        db.session.commit()
        assert (made.state, made.words(Copy.ORIGINAL)) == (State.WITHDRAWN, {})
