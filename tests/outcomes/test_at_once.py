"""Several at once: a line that arrives ten times is kept once, and what is sent by two is sent once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from jam.base.database import db
from jam.cases.models import EchoCase
from jam.cases.rules import State
from jam.mail.models import Letter
from jam.outcomes import actions, following
from jam.outcomes.actions import Line
from jam.outcomes.following import Said, asked_of
from jam.outcomes.models import CaseOutcome, CaseRecommendation
from jam.outcomes.rules import Answer
from jam.vocabulary.actions import add_first_terms
from tests import makers
from tests.cases.brought import BY, case, member
from tests.cases.meeting import at_once
from tests.outcomes.followed import sent_case

TIMES = 6


@pytest.fixture
def held(app: Flask) -> int:
    with app.app_context():
        add_first_terms(by=BY)
        made = case(member(makers.cohort()), State.PRESENTED)
        db.session.commit()
        return made.id


def all_at_once(app: Flask, id: int, act: Callable[[EchoCase, int], object]) -> list[str]:
    """What each of several says who do the same to a case."""
    return sorted(at_once(app, id, [partial(act, number=number) for number in range(TIMES)]))


def test_the_same_line_from_everywhere_is_one_and_others_stand_in_order(app: Flask, held: int) -> None:
    def write(made: EchoCase, number: int) -> None:
        actions.hold(made)
        actions.keep(made, Line("same", "Ask a peer."), by=f"account:{number}")
        actions.keep(made, Line(f"own-{number}", f"Line {number}."), by=f"account:{number}")

    assert all_at_once(app, held, write) == ["done"] * TIMES
    with app.app_context():
        places = db.session.scalars(select(CaseRecommendation.position).order_by(CaseRecommendation.position))
        assert list(places) == list(range(1, TIMES + 2))


def test_what_is_sent_by_several_at_once_is_sent_once(app: Flask, held: int) -> None:
    with app.app_context():
        actions.keep(db.session.get_one(EchoCase, held), Line("one", "Ask a peer."), by=BY)
        db.session.commit()
    said = all_at_once(app, held, lambda made, number: actions.send(made, by=f"account:{number}"))
    assert said == ["This is done already: it stands at “recommendations sent”."] * (TIMES - 1) + ["done"]
    with app.app_context():
        kinds = select(Letter.kind, func.count()).where(Letter.kind.in_(["case-recommended", "case-summary"]))
        assert sorted(tuple(row) for row in db.session.execute(kinds.group_by(Letter.kind))) == [
            ("case-recommended", 1), ("case-summary", 1),
        ]  # fmt: skip


@pytest.mark.parametrize(
    "engine", ["postgresql"], indirect=True
)  # SQLite lets one request read and write at a time
def test_an_answer_that_is_pressed_several_times_at_once_is_kept_once(app: Flask) -> None:
    with app.app_context():
        add_first_terms(by=BY)
        made, said = sent_case(member(makers.cohort()))
        first, id = said[0].id, made.id
        db.session.commit()

    read = Barrier(TIMES)

    def answer(case: EchoCase, number: int) -> None:
        page = asked_of(case)  # as the page does, before anything is held
        read.wait(30)
        following.answer(case, 30, {first: Said(Answer.TRIED)}, by=BY)
        assert page.recommendations

    assert all_at_once(app, id, answer) == ["done"] * TIMES
    with app.app_context():
        assert db.session.scalars(select(CaseOutcome.answer)).all() == [Answer.TRIED]
