"""What a cohort's rota and dashboard hear of follow-ups and outcomes."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session, scoped_session

from jam.base.now import now
from jam.base.zones import wall
from jam.cases import planning
from jam.cases.rules import State
from jam.outcomes import following
from jam.outcomes.figures import by_lever, due
from jam.outcomes.following import Said
from jam.outcomes.queries import follow_ups
from jam.outcomes.rules import Answer
from jam.vocabulary.actions import add_first_terms
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind
from tests import makers
from tests.cases.brought import BY, member
from tests.outcomes.followed import sent_case

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
Db = scoped_session[Session]


def test_a_follow_up_is_due_until_it_or_a_later_one_is_answered(db_session: Db) -> None:
    add_first_terms(by=BY)
    cohort = makers.cohort()
    early, _ = sent_case(member(cohort), 10)
    made, said = sent_case(member(cohort, "Lakeside Clinic"), 63)
    days = {each.days: each.due_on for each in follow_ups(made)}
    assert due(cohort.id) == {made.id: days[60]}
    late = (wall(now(), cohort.program.time_zone).date() - days[60]).days
    reasons = {each.standing.organization: each.reasons for each in planning.board(cohort).turns}
    assert reasons == {
        "Lakeside Clinic": ["presented once", f"a follow-up has been due for {late} days"],
        "Cedar Ridge Recovery": ["presented once"],
    }
    made.state = State.FOLLOWED_UP  # by hand: nobody is asked any more
    assert due(cohort.id) == {}
    made.state = State.RECOMMENDED
    for each in said:
        each.removed_at = now()
    assert due(cohort.id) == {}  # nothing is left to ask about
    for each in said:
        each.removed_at = None
    following.answer(made, 60, {each.id: Said(Answer.TRIED) for each in said}, by=BY)
    assert due(cohort.id) == {}
    assert early.recommendations_sent_at is not None


def test_the_dashboard_counts_recommendations_by_lever_with_their_last_answers(db_session: Db) -> None:
    add_first_terms(by=BY)
    cohort = makers.cohort()
    made, said = sent_case(member(cohort), 35)
    lever = terms(Kind.LEVER)[0]
    said[0].term_id = said[1].term_id = lever.id
    db_session.flush()
    following.answer(made, 30, {said[0].id: Said(Answer.NOT_YET), said[1].id: Said(Answer.TRIED)}, by=BY)
    assert [list(row) for row in by_lever(cohort).values] == [
        [lever.name, 2, 1, 0, 0, 1, 0],
        ["No lever", 1, 0, 0, 0, 0, 1],
    ]
    assert by_lever(makers.cohort("cohort-4")).rows == []
