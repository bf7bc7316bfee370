"""A reviewer's own pages: what waits, scoring, drafts, questions, stepping back; and nobody sees more than is theirs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base.now import frozen, now
from jam.mail.models import Letter
from jam.people.rules import AccountRole
from jam.proposals import actions as proposals
from jam.proposals import decisions, stage
from jam.proposals.presenters import Other
from jam.proposals.rules import State
from jam.review import actions, sheets
from jam.review.models import Review, Reviewer, ReviewQuestion
from jam.review.rules import Asked, Sheet
from tests import makers
from tests.clients import Client
from tests.forms import forms_of
from tests.proposals.offers import proposal
from tests.review.readers import BY, path, reviewer, say

Db = scoped_session[Session]

#: Where no SQL differs, one engine is enough.
ONE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def scores(page: str, value: int) -> dict[str, str]:
    """Every criterion of the form on a page, scored the same."""
    form = next(each for each in forms_of(page) if "comment" in each.names)
    names = sorted((name for name in form.names if name[1:].isdigit()), key=lambda name: int(name[1:]))
    return dict.fromkeys(names, str(value))


def found(client: Client, pages: Iterable[str], words: Iterable[str]) -> list[tuple[str, str]]:
    """Which of these words stand on which of these pages."""
    texts = {page: client.get(page).text for page in pages}
    return [(page, word) for page, text in texts.items() for word in words if word in text]


def test_a_score_is_given_changed_and_starts_the_review(client: Client, db_session: Db) -> None:
    rena = reviewer()
    made = proposal()
    db_session.commit()
    client.sign_in(rena)
    assert "Peers on the night line" in client.get("/desk/review/").text
    assert "1 proposal waits for your review" in client.get("/desk/").text
    page = client.get(path(made)).text
    db_session.expire_all()
    assert made.state == "received", "opening it moves nothing"
    given = scores(page, 4)
    assert len(given) == 5
    first, *_ = given
    part = client.submit(path(made), {**given, first: None, "comment": "Good one.", "do": "save"})
    assert (part.status_code, "Choose a score for Relevance." in part.text, "Good one." in part.text) == (
        400,
        True,
        True,
    )
    assert client.submit(path(made), {**given, "comment": "Good one.", "do": "save"}).status_code == 303
    db_session.expire_all()
    assert made.state == "in-review"
    assert db_session.scalars(select(Letter.kind).where(Letter.kind == "proposal-review")).all() == [
        "proposal-review"
    ]
    assert client.submit(path(made), {**given, first: "1", "do": "save"}).status_code == 303
    [review] = db_session.scalars(select(Review))
    assert sorted(mark for mark, _ in review.marks.values()) == [1, 4, 4, 4, 4]
    assert review.comment == "Good one."
    assert "Nothing waits for you" in client.get("/desk/review/").text
    done = client.get("/desk/review/?list=done").text
    assert "3.3 of 5" in done
    assert "You are the first." in client.get(path(made)).text


@ONE
def test_a_draft_is_its_writers_alone_and_counts_for_nothing(client: Client, db_session: Db) -> None:
    rena, idris = reviewer(), reviewer("Idris Valcourt")
    made = proposal()
    db_session.commit()
    client.sign_in(rena)
    given = scores(client.get(path(made)).text, 2)
    first, *rest = given
    half = {**dict.fromkeys(rest, None), first: "5", "comment": "Half a thought", "do": "keep"}
    assert client.submit(path(made), half).status_code == 303
    db_session.expire_all()
    assert made.state == "received"
    page = client.get(path(made)).text
    assert "Half a thought" in page
    assert "Begun, and seen by you alone." in page
    say(idris, made, 4)
    db_session.commit()
    client.sign_in(idris)
    assert "Half a thought" not in client.get(path(made)).text


def test_nothing_of_others_shows_before_ones_own_is_in(client: Client, db_session: Db) -> None:
    rena, idris = reviewer(), reviewer("Idris Valcourt")
    organizer = reviewer("Ola Desk", role=AccountRole.ORGANIZER)
    made = proposal(State.IN_REVIEW)
    say(idris, made, 5, 3, comment="zvqxcomment")
    say(rena, made, 2, whole=False)
    db_session.commit()
    told = ("zvqxcomment", "Idris", "3.6", "3.4", "weighted mean")
    shown = ("/desk/review/", "/desk/review/?list=done", path(made), "/desk/")
    client.sign_in(rena)
    assert found(client, shown, told) == []
    client.sign_in(organizer)
    pages = (
        *shown,
        f"/desk/proposals/{made.code}",
        "/desk/proposals/",
        "/desk/proposals/?view=list&sort=mean",
    )
    hidden = ("zvqxcomment", "3.4", "weighted mean", "mean 3.4")
    assert found(client, pages, hidden) == []
    assert "1 review" in client.get("/desk/proposals/").text
    say(rena, made, 2)
    say(organizer, made, 1)
    db_session.commit()
    client.sign_in(rena)
    after = client.get(path(made)).text
    assert "zvqxcomment" in after
    assert "Idris Valcourt" in after
    client.sign_in(organizer)
    assert "zvqxcomment" in client.get(f"/desk/proposals/{made.code}").text
    assert "3 reviews, mean 2.1" in client.get("/desk/proposals/").text


@ONE
def test_a_question_goes_to_staff_who_send_it(client: Client, db_session: Db) -> None:
    rena = reviewer()
    organizer = makers.account()
    made = proposal()
    db_session.commit()
    client.sign_in(rena)
    for _ in range(2):
        assert client.submit(path(made), {"question": "Since when?", "do": "keep"}).status_code == 303
    [asked] = db_session.scalars(select(ReviewQuestion))
    assert db_session.scalars(select(Letter).where(Letter.kind == "proposal-question")).all() == []
    assert "With staff since" in client.get(path(made)).text
    client.sign_in(organizer)
    assert "1 question suggested by reviewers" in client.get("/desk/").text
    assert ">Peers on the night line</a>" in client.get("/desk/proposals/?reviewer=suggested&view=list").text
    settle = f"/desk/proposals/{made.code}/suggested/{asked.id}"
    assert client.submit(settle, {"words": "", "do": "send"}).status_code == 400
    assert client.submit(settle, {"words": "Since when do you do it?", "do": "send"}).status_code == 303
    db_session.expire_all()
    [question] = made.questions
    assert (question.question, question.asked_by, asked.question_id) == (
        "Since when do you do it?", organizer.actor, question.id,
    )  # fmt: skip
    proposals.answer_question(question, "Since 2024.", by=BY)
    db_session.commit()
    again = client.post(settle, data={"csrf_token": forms_of(client.get("/desk/").text)[0].values["csrf_token"][0],
                                      "words": "Again?", "do": "send"})  # fmt: skip
    assert (again.status_code, "settled already" in again.text) == (400, True)
    client.sign_in(rena)
    page = client.get(path(made)).text
    assert page.count("Since 2024.") == 2, "with what staff asked, and with what I suggested"


def test_who_steps_back_sees_neither_words_nor_scores_any_more(client: Client, db_session: Db) -> None:
    organizer = reviewer("Ola Desk", role=AccountRole.ORGANIZER)
    idris = reviewer("Idris Valcourt")
    made = proposal(State.IN_REVIEW, title="zvqxtitle", others=(Other("Cal Roe", "cal@clinic.example"),))
    asked = actions.suggest(made, idris, "zvqxquestion", by=BY)
    decisions.ask(made, "zvqxasked", by=BY)
    say(idris, made, 5, comment="zvqxcomment")
    say(organizer, made, 2, comment="Mine, taken out")
    db_session.commit()
    assert asked is not None
    client.sign_in(organizer)
    assert client.submit(path(made, ""), {"reason": ""}, form="step-back").status_code == 400
    assert client.submit(path(made), {"reason": "We share an office."}, form="step-back").status_code == 303
    db_session.expire_all()
    mine = db_session.scalars(select(Review).where(Review.account_id == organizer.id)).one()
    assert (mine.stand, mine.comment, mine.marks) == ("recused", "", {})
    own = "".join(client.get(page).text for page in (path(made), *(f"/desk/review/?list={each}" for each in
                                                                   ("waiting", "done", "stepped-back"))))  # fmt: skip
    assert "zvqx" not in own
    assert "We share an office." in own
    page = client.get(f"/desk/proposals/{made.code}").text
    assert [
        word
        for word in ("Two peers a night", "A night owl", "zvqxquestion", "zvqxasked", "zvqxcomment", "mean")
        if word in page
    ] == []
    assert "mean" not in client.get("/desk/proposals/").text.partition('class="board"')[2]
    token = forms_of(page)[0].values["csrf_token"][0]
    late = client.post(path(made), data={"csrf_token": token, "comment": "zvqxlate", "do": "keep"})
    assert "zvqx" not in late.text
    assert client.get(f"/desk/proposals/{made.code}/suggested/{asked.id}").status_code == 404
    back = {"csrf_token": token}
    assert client.post(f"/desk/proposals/{made.code}/reviewers/{mine.id}", data=back).status_code == 404, (
        "not by oneself"
    )
    other = makers.account(address="second@staff.example")
    db_session.commit()
    client.sign_in(other)
    assert "We share an office." in client.get(f"/desk/proposals/{made.code}").text
    assert client.submit(f"/desk/proposals/{made.code}", form=f"/reviewers/{mine.id}").status_code == 303
    client.sign_in(organizer)
    assert "Two peers a night" in client.get(path(made)).text


@ONE
def test_nobody_judges_what_they_present(client: Client, db_session: Db) -> None:
    organizer = reviewer("Ola Desk", role=AccountRole.ORGANIZER)
    idris = reviewer("Idris Valcourt")
    address = organizer.person.address or ""
    made = proposal(State.IN_REVIEW, others=(Other("Ola Desk", address),))
    say(idris, made, 5, comment="zvqxcomment")
    db_session.commit()
    client.sign_in(organizer)
    assert client.get(path(made)).status_code == 404
    assert "Nothing waits for you" in client.get("/desk/review/").text
    page = client.get(f"/desk/proposals/{made.code}").text
    assert "You present this one" in page
    assert "zvqxcomment" not in page


@ONE
def test_words_that_changed_meanwhile_are_shown_before_they_are_judged(
    client: Client, db_session: Db
) -> None:
    rena = reviewer()
    made = proposal(story="Before.")
    db_session.commit()
    client.sign_in(rena)
    page = client.get(path(made)).text
    form = next(each for each in forms_of(page) if "comment" in each.names)
    made.story = "Rewritten."
    db_session.commit()
    sent = {
        **{name: values[0] for name, values in form.values.items()},
        **scores(page, 3),
        "comment": "Kept",
        "do": "save",
    }
    answer = client.post(path(made), data=sent)
    assert answer.status_code == 400
    assert [
        word for word in ("changed the words", "Rewritten.", "Kept", "checked") if word not in answer.text
    ] == []
    assert made.state == "received"
    assert client.submit(path(made), {**scores(page, 3), "do": "save"}).status_code == 303


@ONE
def test_decided_ones_are_closed_and_what_was_typed_stays(client: Client, db_session: Db) -> None:
    rena = reviewer()
    made = proposal(State.IN_REVIEW)
    say(rena, made, 3)
    db_session.commit()
    client.sign_in(rena)
    page = client.get(path(made)).text
    token = forms_of(page)[0].values["csrf_token"][0]
    decisions.decide(made, State.ACCEPTED, "", by=BY)
    db_session.commit()
    late = client.post(
        path(made), data={"csrf_token": token, **scores(page, 5), "comment": "Too late", "do": "save"}
    )
    assert (late.status_code, "Staff have decided" in late.text, "Too late" in late.text) == (409, True, True)
    assert "Step back from it" not in client.get(path(made)).text
    assert "Accepted" not in client.get("/desk/review/?list=done").text, "decided is not told"
    [review] = db_session.scalars(select(Review))
    assert {mark for mark, _ in review.marks.values()} == {3}


@ONE
def test_what_is_decided_or_taken_back_while_somebody_reads_loses_nothing_they_typed(
    client: Client, db_session: Db
) -> None:
    rena, made, taken = reviewer(), proposal(State.IN_REVIEW), proposal(State.IN_REVIEW, title="zvqxtaken")
    db_session.commit()
    client.sign_in(rena)
    pages = {each.id: client.get(path(each)).text for each in (made, taken)}
    decisions.decide(made, State.ACCEPTED, "", by=BY)
    stage.withdraw(taken, by=BY)
    db_session.commit()
    for each in (made, taken):
        token = forms_of(pages[each.id])[0].values["csrf_token"][0]
        sent = {"csrf_token": token, **scores(pages[each.id], 5), "comment": "Typed for long", "do": "save"}
        answer = client.post(path(each), data=sent)
        assert (answer.status_code, "Typed for long" in answer.text) == (409, True)
    page = client.get(path(taken)).text
    assert "taken back" in page
    assert "zvqxtaken" not in page
    assert "Two peers a night" not in page


@ONE
def test_who_reviews_a_program_no_longer_reads_nothing_of_it(client: Client, db_session: Db) -> None:
    rena, made = reviewer(), proposal(State.IN_REVIEW)
    say(rena, made, 4)
    actions.remove_reviewer(db_session.scalars(select(Reviewer)).one(), by=BY)
    db_session.commit()
    client.sign_in(rena)
    assert client.get(path(made)).status_code == 404
    assert "Nothing scored yet" in client.get("/desk/review/?list=done").text


@ONE
def test_other_programs_other_peoples_and_odd_numbers_are_not_there(client: Client, db_session: Db) -> None:
    rena, nobody = reviewer(), makers.account(AccountRole.REVIEWER)
    idris = reviewer("Idris Valcourt", makers.program("echo", name="Workforce ECHO"))
    made, draft = proposal(), proposal(State.DRAFT, title="A draft")
    given = proposal(title="Given to another")
    second = reviewer("Maren Holt")
    actions.assign(given, [second.id], by=BY)
    db_session.commit()
    for account, found in ((rena, [made]), (idris, []), (nobody, []), (second, [made, given])):
        client.sign_in(account)
        status = {each.id: client.get(path(each)).status_code for each in (made, draft, given)}
        assert status == {each.id: 200 if each in found else 404 for each in (made, draft, given)}
    client.sign_in(rena)
    for odd in ("/desk/review/0", "/desk/review/99999999999999999999", "/desk/review/?list=x&page=-1"):
        assert client.get(odd).status_code in (200, 404)


def test_a_new_criterion_asks_those_again_who_have_scored(client: Client, db_session: Db) -> None:
    rena, made = reviewer(), proposal()
    say(rena, made, 4)
    sheet = sheets.sheet_of(made.program_id or 0)
    sheets.change(makers.program(), Sheet((*sheet.criteria, Asked("Joy")), sheet.scale), by=BY)
    db_session.commit()
    client.sign_in(rena)
    assert "a criterion is new" in client.get("/desk/review/").text
    page = client.get(path(made)).text
    assert "Joy" in page
    assert client.submit(path(made), {**scores(page, 2), "do": "save"}).status_code == 303
    assert "Nothing waits for you" in client.get("/desk/review/").text


@ONE
def test_the_lists_cost_the_same_for_one_and_for_many(client: Client, db_session: Db) -> None:
    rena = reviewer()
    sheets.choose_anonymous(makers.program(), True, by=BY)
    idris = reviewer("Idris Valcourt")

    def some() -> None:
        with frozen(now() - timedelta(days=2)):
            proposal(title="Waits"), say(rena, proposal(), 3), say(idris, proposal(), 3)

    def cost(page: str) -> int:
        with makers.statements() as sent:
            assert client.get(page).status_code == 200
        return len(sent)

    some()
    db_session.commit()
    client.sign_in(rena)
    pages = ("/desk/review/", "/desk/review/?list=done", "/desk/")
    one = [cost(page) for page in pages]
    some(), some()
    db_session.commit()
    assert [cost(page) for page in pages] == one
    assert max(one) <= 25
