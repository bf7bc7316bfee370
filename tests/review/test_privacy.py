"""What is kept about reviewers and about what was said of somebody: told to each of them alone, and erased."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.people.actions import change_account
from jam.people.models import Person
from jam.people.rules import AccountRole
from jam.privacy.actions import erase
from jam.privacy.queries import export_of
from jam.proposals import decisions
from jam.proposals.rules import State
from jam.review import actions
from jam.review.models import Review, Reviewer, ReviewQuestion
from tests.privacy.test_erase import dump
from tests.proposals.offers import proposal
from tests.review.readers import BY, reviewer, say

Db = scoped_session[Session]

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def parts(person: Person) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(export_of(person))
    return {name: part["items"] if isinstance(part, dict) else part for name, part in found["parts"].items()}


def test_each_is_told_what_is_theirs(app: Flask, db_session: Db) -> None:
    rena, made = reviewer(), proposal(State.IN_REVIEW)
    say(rena, made, 4, comment="zvqxcomment")
    actions.suggest(made, rena, "zvqxquestion", by=rena.actor)
    mine = json.dumps(parts(rena.person))
    assert [
        word
        for word in ("zvqxcomment", "zvqxquestion", "Relevance", "Workforce Solutions Jam")
        if word not in mine
    ] == []
    volunteer = made.lead.person
    assert "zvqx" not in json.dumps(parts(volunteer)), "while it is read, it is nobody's"
    decisions.decide(made, State.NOT_NOW, "", by=BY)
    assert "zvqx" not in json.dumps(parts(volunteer))
    decisions.release([made], by=BY)
    told = json.dumps(parts(volunteer))
    assert "zvqxcomment" in told
    assert "zvqxquestion" not in told
    assert "Rena" not in told


def test_a_reviewer_is_erased_and_scores_stay_as_numbers(app: Flask, db_session: Db) -> None:
    rena, made, other = reviewer("Zvqxrena Castellan"), proposal(State.IN_REVIEW), proposal(title="Another")
    say(rena, made, 4, comment="zvqxcomment")
    actions.suggest(made, rena, "zvqxquestion", by=rena.actor)
    actions.step_back(other, rena, "zvqxreason", by=rena.actor)
    change_account(rena, AccountRole.REVIEWER, False, by=BY)
    erase(rena.person, by=BY)
    db_session.commit()
    assert "zvqx" not in dump().casefold()
    assert db_session.scalars(select(Reviewer)).all() == []
    assert {points for each in db_session.scalars(select(Review)) for points, _ in each.marks.values()} == {4}


def test_what_was_said_of_somebody_goes_with_them(app: Flask, db_session: Db) -> None:
    rena, made = reviewer(), proposal(State.IN_REVIEW)
    kept = proposal(State.IN_REVIEW, title="Of somebody else")
    for each in (made, kept):
        say(rena, each, 4, comment=f"zvqx{each.id}")
        actions.suggest(each, rena, f"Who is zvqx{each.id}?", by=rena.actor)
    erase(made.lead.person, by=BY)
    db_session.commit()
    assert sorted(each.comment for each in db_session.scalars(select(Review))) == ["", f"zvqx{kept.id}"]
    assert sorted(each.words for each in db_session.scalars(select(ReviewQuestion))) == [
        "Erased person", f"Who is zvqx{kept.id}?",
    ]  # fmt: skip
