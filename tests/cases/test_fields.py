"""Fields that staff add to the case form of a cohort: asked, read for identifiers, taken out, released, never lost."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base.errors import Refused
from jam.base.privacy import holdings
from jam.cases import actions, review
from jam.cases.fields import texts_of
from jam.cases.identifier_kinds import Kind
from jam.cases.models import Copy, EchoCase
from jam.cases.rules import TEXTS as FIXED
from jam.cases.rules import State
from jam.cohorts.rules import Role
from jam.registration import questions
from jam.registration.question_rules import Kind as QuestionKind
from jam.registration.questions import CasesOf
from jam.vocabulary.actions import add_first_terms
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind as TermKind
from tests import makers
from tests.cases.brought import BY, POSTED, TEXTS, case, enter, faculty, given, member
from tests.clients import Client

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
Db = scoped_session[Session]


@pytest.fixture(autouse=True)
def _vocabulary(db_session: Db) -> None:
    add_first_terms(by=BY)


def test_staff_ask_more_and_the_answers_go_the_way_of_the_other_words(client: Client, db_session: Db) -> None:
    cohort = makers.cohort()
    presenter = member(cohort)
    coordinator, expert = faculty(cohort, Role.COORDINATOR), faculty(cohort, Role.EXPERT)
    makers.question(cohort, "Asked of applicants alone")
    makers.sign_in(client)
    add = "/desk/cohorts/cohort-3/case-fields/add"
    client.submit(add, {"label": "Who pays for it?", "kind": "line", "required": "y"})
    client.submit(
        add, {"label": "Which staff?", "kind": "several", "options": "Nurses\nPeers", "help": "Tick all."}
    )
    page = client.get("/desk/cohorts/cohort-3/case-fields").text
    assert "Who pays for it?" in page
    assert "Asked of applicants alone" not in page
    payer, staff = questions.own(CasesOf(cohort))

    enter(client, presenter.person)
    edit = client.submit("/cohorts/cohort-3/home", {}, form="/cases").location
    form = client.get(edit).text
    assert "Asked of applicants alone" not in form
    assert "Tick all." in form
    typed = {**POSTED, "levers": [str(terms(TermKind.LEVER)[0].id)], f"q{staff.id}": ["Peers"]}
    answer = client.submit(edit, {**typed, "do": "send"})
    assert (answer.status_code, "it needs “Who pays for it?”" in answer.text) == (400, True)
    answer = client.submit(edit, {**typed, f"q{payer.id}": "Cedar Ridge, from its own means", "do": "send"})
    made = db_session.scalars(select(EchoCase)).one()
    assert made.state == State.SUBMITTED
    assert made.words(Copy.ORIGINAL)[f"q{staff.id}"] == "Peers"

    client.sign_in(coordinator)
    path = f"/desk/cohorts/cohort-3/cases/{made.code}"
    client.submit(path, {}, form="/open")
    page = client.submit(path, {"do": "review"}, form="/step", follow_redirects=True).text
    # Its own name stands in an answer: it is pointed at, in what was written and in what would go out.
    assert page.count("<mark>Cedar Ridge</mark>") == 1
    assert page.count("Cedar Ridge</mark>") == 2
    client.submit(path, {f"q{payer.id}": "The organization, from its own means"}, form="/edit")
    client.submit(path, {"classes": [each.value for each in Kind]}, form="/sign")
    client.submit(path, {"do": "approve"}, form="/step")

    client.sign_in(expert)
    path = f"/cohorts/cohort-3/cases/{made.code}"
    page = client.submit(path, {}, follow_redirects=True).text
    assert "The organization, from its own means" in page
    assert "Which staff?" in page
    assert "Cedar Ridge" not in page


def test_a_field_with_answers_is_retired_and_its_answers_stay_under_their_old_words(db_session: Db) -> None:
    cohort = makers.cohort()
    field = questions.add(
        CasesOf(cohort), questions.QuestionFields(label="Who pays?", kind=QuestionKind.LINE), by=BY
    )
    other = questions.add(
        CasesOf(cohort), questions.QuestionFields(label="Since when?", kind=QuestionKind.LINE), by=BY
    )
    made = case(member(cohort), State.DRAFT)
    said = [(field.id, field.label, "A county")]
    actions.write(
        made, actions.Given(**{**vars(given()), "asked": [field.id, other.id], "answers": said}), by=BY
    )
    with pytest.raises(Refused, match="Somebody answered this question"):
        questions.delete(field, by=BY)
    questions.delete(other, by=BY)
    questions.edit(field, questions.QuestionFields(label="Who funds it?", kind=QuestionKind.LINE), by=BY)
    questions.retire(field, by=BY)
    # What is asked no longer is not taken back by a form that does not have it.
    actions.write(made, given(background="We pay less."), by=BY)
    assert texts_of(made) == [*FIXED, (f"q{field.id}", "Who pays?", False, 12_000)]
    assert made.words(Copy.ORIGINAL)[f"q{field.id}"] == "A county"
    exported = next(each for each in holdings() if each.room == "cases").export(made.person_id)
    assert exported["cases"][0]["your_words"]["Who pays?"] == "A county"


def test_an_answer_that_was_taken_back_leaves_the_released_words_too(db_session: Db) -> None:
    cohort = makers.cohort()
    field = questions.add(
        CasesOf(cohort), questions.QuestionFields(label="Who pays?", kind=QuestionKind.LINE), by=BY
    )
    made = case(member(cohort), State.DRAFT)
    whole = vars(given())
    said = [(field.id, field.label, "A county")]
    actions.write(made, actions.Given(**{**whole, "asked": [field.id], "answers": said}), by=BY)
    actions.submit(made, by=BY)
    review.start(made, by=BY)
    assert made.words(Copy.RELEASED) == {**TEXTS, f"q{field.id}": "A county"}
    review.ask(made, "Leave the payer out.", by=BY)
    actions.write(made, actions.Given(**{**whole, "asked": [field.id]}), by=BY)
    actions.submit(made, by=BY)
    review.start(made, by=BY)
    assert made.words(Copy.RELEASED).get(f"q{field.id}", "") == ""
