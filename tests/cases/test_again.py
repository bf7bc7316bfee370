"""A coordinator's work is not lost: when an opening runs out while they type, and when a case comes back changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session, scoped_session

from jam.base.now import frozen, now
from jam.cases import actions, plans, review
from jam.cases.identifier_kinds import Kind
from jam.cases.models import CaseAsk, Copy, EchoCase
from jam.cases.rules import State
from jam.cohorts.rules import Role
from jam.vocabulary.actions import add_first_terms
from tests import makers
from tests.cases.brought import BY, TEXTS, case, faculty, given, member
from tests.clients import Client
from tests.forms import forms_of

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
Db = scoped_session[Session]


@pytest.fixture
def made(db_session: Db, client: Client) -> EchoCase:
    """A case in review, opened by its coordinator, whose requests the client sends."""
    add_first_terms(by=BY)
    cohort = makers.cohort()
    coordinator = faculty(cohort, Role.COORDINATOR)
    found = case(member(cohort), State.IN_REVIEW)
    db_session.commit()
    client.sign_in(coordinator)
    client.submit(desk(found), {}, form="/open")
    return found


def desk(made: EchoCase) -> str:
    return f"/desk/cohorts/cohort-3/cases/{made.code}"


@pytest.mark.parametrize(
    ("form", "typed"),
    [
        ("/edit", {"background": "Two lines\nof “care” & <thought>."}),
        ("/sign", {"classes": [each.value for each in Kind]}),
        ("/ask", {"words": "Two lines\nof “care” & <thought>."}),
    ],
)
def test_what_was_typed_outlives_an_opening(
    client: Client, db_session: Db, made: EchoCase, form: str, typed: dict[str, str | list[str]]
) -> None:
    [page] = [each for each in forms_of(client.get(desk(made)).text) if each.action.endswith(form)]
    with frozen(now() + timedelta(hours=13)):
        answer = client.post(page.action, data={**page.values, **typed})
        assert answer.status_code == 400
        assert "not open for you any more" in answer.text
        db_session.expire_all()
        assert made.words(Copy.RELEASED)["background"] == TEXTS["background"]
        assert (made.state, made.signs) == (State.IN_REVIEW, [])
        [again] = [each for each in forms_of(answer.text) if each.action.endswith(form)]
        assert client.post(again.action, data=again.values).status_code == 303
        db_session.expire_all()
        if form == "/edit":
            assert made.words(Copy.RELEASED)["background"] == typed["background"]
        elif form == "/ask":
            assert [each.words for each in made.asks] == [typed["words"]]
        else:
            assert len(made.signs) == len(Kind)
        assert "What the presenter wrote" in client.get(desk(made)).text


def test_a_button_after_twelve_hours_asks_to_open_again_and_does_nothing(
    client: Client, db_session: Db, made: EchoCase
) -> None:
    review.sign(made, dict.fromkeys(Kind, ""), by=BY)
    db_session.commit()
    forms = forms_of(client.get(desk(made)).text)
    [page] = [each for each in forms if each.values.get("do") == ["approve"]]
    with frozen(now() + timedelta(hours=13)):
        assert client.post(page.action, data=page.values).location == desk(made)
        assert "Open it again, then do what you wanted to do" in client.get(desk(made)).text
    db_session.expire_all()
    assert made.state == State.IN_REVIEW


def test_what_was_typed_is_shown_when_the_case_went_on_meanwhile(
    client: Client, db_session: Db, made: EchoCase
) -> None:
    [page] = [each for each in forms_of(client.get(desk(made)).text) if each.action.endswith("/edit")]
    review.sign(made, dict.fromkeys(Kind, ""), by=BY)
    review.approve(made, by=BY)
    db_session.commit()
    answer = client.post(page.action, data={**page.values, "tried": "An hour of work."})
    assert answer.status_code == 400
    assert "What you typed, not saved" in answer.text
    assert "An hour of work." in answer.text


def came_back(made: EchoCase, **texts: str) -> None:
    """The coordinator asks, the presenter changes these texts and sends, the coordinator begins to read again."""
    review.ask(made, "Say it otherwise.", by=BY)
    actions.write(made, given(**texts), by=BY)
    actions.submit(made, by=BY)
    review.start(made, by=BY)


def test_what_was_taken_out_stays_out_where_the_presenter_changed_nothing(
    client: Client, db_session: Db, made: EchoCase
) -> None:
    review.edit(made, {**TEXTS, "background": "REDACTED-A", "tried": "REDACTED-B", "success": ""}, by=BY)
    review.sign(made, dict.fromkeys(Kind, ""), by=BY)
    came_back(made, tried="New words at Cedar Ridge.")
    db_session.commit()
    assert made.words(Copy.RELEASED) == {
        **TEXTS, "background": "REDACTED-A", "tried": "New words at Cedar Ridge.", "success": "",
    }  # fmt: skip
    assert review.earlier(made) == {"tried": "REDACTED-B"}
    assert len(review.unsigned(made)) == len(Kind)
    page = client.get(desk(made)).text
    assert page.count("The presenter changed this text after you read it") == 1
    assert "REDACTED-B" in page

    came_back(made, tried="Newer words.")  # and nothing was made of it in between
    assert review.earlier(made) == {"tried": "REDACTED-B"}
    review.edit(made, {**made.words(Copy.RELEASED), "tried": "REDACTED-C"}, by=BY)
    review.sign(made, dict.fromkeys(Kind, ""), by=BY)
    review.approve(made, by=BY)
    assert (made.words(Copy.RELEASED)["tried"], review.earlier(made)) == ("REDACTED-C", {})


def test_a_text_that_the_presenter_took_out_goes(db_session: Db, made: EchoCase) -> None:
    came_back(made, constraints="We may not hire.")
    review.edit(made, {**TEXTS, "constraints": "Some may not hire."}, by=BY)
    came_back(made, constraints="")
    assert made.words(Copy.RELEASED)["constraints"] == ""
    assert review.earlier(made) == {"constraints": "Some may not hire."}


def test_a_release_that_was_taken_back_keeps_its_words(db_session: Db, made: EchoCase) -> None:
    review.edit(made, {**TEXTS, "background": "REDACTED-A"}, by=BY)
    review.sign(made, dict.fromkeys(Kind, ""), by=BY)
    review.approve(made, by=BY)
    plans.put_on(made, makers.cohort_event(made.cohort), by=BY)
    review.recall(made, by=BY)
    assert made.words(Copy.RELEASED)["background"] == "REDACTED-A"
    assert db_session.query(CaseAsk).all() == []
