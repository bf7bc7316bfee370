"""Letters to reviewers: once a day at most, only when something new came, stoppable, and withdrawn when nothing waits."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base.now import frozen
from jam.mail.models import Letter
from jam.mail.standing import why_gone
from jam.people.actions import change_account
from jam.people.rules import AccountRole
from jam.proposals import decisions
from jam.proposals.rules import State
from jam.review import actions
from jam.review.jobs import write_digests
from tests import makers
from tests.clients import Client
from tests.proposals.offers import proposal
from tests.review.readers import BY, reviewer, say

Db = scoped_session[Session]

#: Ten in the morning, Eastern.
MORNING = makers.utc("2026-12-01 15:00")
DAY = timedelta(days=1)


def at(when: datetime) -> int:
    with frozen(when):
        return write_digests()


def test_once_a_day_at_most_and_only_when_something_new_came(app: Flask, db_session: Db) -> None:
    with frozen(MORNING - DAY):
        rena = reviewer()
        assert write_digests() == 0
        first = proposal(title="zvqxfirst")
        proposal(title="zvqxsecond")
    assert at(MORNING.replace(hour=4)) == 0, "nobody is written to at night"
    assert at(MORNING) == 1
    with frozen(MORNING):
        proposal(title="zvqxthird")
    assert at(MORNING + timedelta(hours=3)) == 0, "one a day is the most"
    assert at(MORNING + DAY) == 1
    assert at(MORNING + 2 * DAY) == 0, "nothing new came"
    letters = db_session.scalars(
        select(Letter).where(Letter.kind == "review-waiting").order_by(Letter.id)
    ).all()
    assert [each.subject for each in letters] == [
        "2 proposals wait for your review",
        "3 proposals wait for your review",
    ]
    assert all("zvqx" not in each.text + each.html for each in letters)
    assert {each.to_address for each in letters} == {rena.person.address}
    with frozen(MORNING + 3 * DAY):
        say(rena, first, 4)
        assert write_digests() == 0


def test_who_wants_none_or_may_not_review_gets_none(client: Client, db_session: Db) -> None:
    with frozen(MORNING):
        rena, idris, maren = reviewer(), reviewer("Idris Valcourt"), reviewer("Maren Holt")
        made = proposal()
        actions.step_back(made, maren, "I know them.", by=BY)
        db_session.commit()
        client.sign_in(rena)
        assert client.submit("/desk/review/", {"do": "stop"}).status_code == 303
        change_account(idris, AccountRole.FACULTY, True, by=BY)
        assert write_digests() == 0
        db_session.commit()
        assert client.submit("/desk/review/", {"do": "write"}).status_code == 303
        assert write_digests() == 1


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_letter_does_not_leave_when_nothing_waits_any_more(app: Flask, db_session: Db) -> None:
    with frozen(MORNING):
        reviewer()
        made = proposal(State.IN_REVIEW)
        assert write_digests() == 1
        [letter] = db_session.scalars(select(Letter).where(Letter.kind == "review-waiting"))
        assert why_gone(letter) is None
        decisions.decide(made, State.ACCEPTED, "", by=BY)
        assert why_gone(letter) == "Nothing waits for this reviewer any more."
