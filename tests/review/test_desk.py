"""Staff: who reviews a program and by what, who reads what, the spread, the board, changes once scores are there."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session, scoped_session

from jam.audit.models import AuditEntry
from jam.base.now import now
from jam.people.actions import change_account
from jam.people.rules import AccountRole
from jam.proposals import decisions
from jam.proposals.models import Presenter, Proposal
from jam.proposals.rules import State
from jam.review import actions, sheets
from jam.review.models import Criterion, Review, ReviewAssignment, Reviewer, ReviewScore
from jam.review.rules import Asked, Sheet
from tests import makers
from tests.clients import Client
from tests.proposals.offers import desk_path, proposal
from tests.review.readers import BY, path, reviewer, say

Db = scoped_session[Session]

#: Where no SQL differs, one engine is enough.
ONE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

PAGE = "/desk/programs/jam/review"


@pytest.fixture
def desk(client: Client, db_session: Db) -> Client:
    makers.sign_in(client)
    makers.program()
    db_session.commit()
    return client


@ONE
def test_staff_choose_who_reviews_themselves_too(desk: Client, db_session: Db) -> None:
    rena = makers.account(AccountRole.REVIEWER, "rena@staff.example", "Rena Castellan")
    makers.account(AccountRole.FACULTY, "fay@staff.example", "Fay Teacher")
    db_session.commit()
    page = desk.get(PAGE).text
    assert "Rena Castellan (reviewer)" in page
    assert "Ola Desk (organizer)" in page
    assert "Fay Teacher" not in page
    assert db_session.scalars(select(Criterion)).all() == [], "looking makes nothing"
    for _ in range(2):
        made = db_session.scalars(select(Reviewer.account_id)).all()
        if rena.id not in made:
            assert desk.submit(PAGE, {"account": str(rena.id)}).status_code == 303
    assert desk.post(PAGE, data={"account": "999"}).status_code == 400
    assert db_session.scalars(select(Reviewer.account_id)).all() == [rena.id]
    assert [each.name for each in db_session.scalars(select(Criterion).order_by(Criterion.position))] == [
        "Relevance", "Evidence", "Scalability", "Lived experience and fairness", "Clarity",
    ]  # fmt: skip
    made_by = db_session.scalars(select(Reviewer)).one()
    assert desk.submit(PAGE, form=f"/{made_by.id}/remove").status_code == 303
    assert db_session.scalars(select(Reviewer)).all() == []
    done = db_session.scalars(
        select(AuditEntry.action).where(AuditEntry.action.startswith("review.")).order_by(AuditEntry.id)
    )
    assert list(done) == ["review.add_reviewer", "review.remove_reviewer"]


def test_the_page_of_a_proposal_shows_mean_spread_and_who_is_missing(desk: Client, db_session: Db) -> None:
    rena, idris, maren = reviewer(), reviewer("Idris Valcourt"), reviewer("Maren Holt")
    made = proposal(State.IN_REVIEW)
    say(rena, made, 5, 4, 3, 2, 1, comment="Strong <b>case</b>.")
    say(idris, made, 3, 4, 3, 2, 5)
    db_session.commit()
    page = desk.get(desk_path(made)).text
    assert "2 reviews, weighted mean <strong>3.2, from 3.2 to 3.2</strong>" in page or "weighted mean" in page
    assert [words for words in ("4, from 3 to 5", "4, all the same", "3, from 1 to 5", "counts 2 times",
                                "Strong &lt;b&gt;case&lt;/b&gt;.", "Not scored yet: Maren Holt.") if words not in page] == []  # fmt: skip
    actions.step_back(made, maren, "My old team.", by=maren.actor)
    alone = proposal(title="Left alone")
    actions.assign(alone, [maren.id], by=BY)
    actions.step_back(alone, maren, "My old team.", by=maren.actor)
    db_session.commit()
    assert "Nobody is left to read it." in desk.get(desk_path(alone)).text
    page = desk.get(desk_path(made)).text
    assert "Not scored yet" not in page
    assert "My old team." in page
    assert "Everybody who was to read it has scored it." in page
    assert "1 proposal is scored by everybody and not decided" in desk.get("/desk/").text


def test_a_proposal_given_to_some_waits_for_these_alone(desk: Client, db_session: Db) -> None:
    rena, idris = reviewer(), reviewer("Idris Valcourt")
    made = proposal()
    db_session.commit()
    ticks = {"reviewers": [str(idris.id)]}
    assert desk.submit(desk_path(made), ticks, form="/reviewers").status_code == 303
    assert db_session.scalars(select(ReviewAssignment.account_id)).all() == [idris.id]
    page = desk.get(desk_path(made)).text
    assert "Not scored yet: Idris Valcourt." in page

    def found(option: str) -> bool:
        return f">{made.title}</a>" in desk.get(f"/desk/proposals/?reviewer={option}").text

    assert [found(f"waiting-{each.id}") for each in (rena, idris)] == [False, True]
    assert [found(f"given-{each.id}") for each in (rena, idris)] == [False, True]
    assert [found(option) for option in ("no-review", "reviewed", "complete")] == [True, False, False]
    say(idris, made, 4)
    db_session.commit()
    assert [found(f"scored-{each.id}") for each in (rena, idris)] == [False, True]
    assert [found(option) for option in ("no-review", "reviewed", "complete")] == [False, True, True]
    for odd in ("waiting-999999", "waiting-x", "nonsense", "scored-", "%00"):
        assert desk.get(f"/desk/proposals/?reviewer={odd}&sort=mean&view=list").status_code == 200
    assert desk.submit(desk_path(made), {"reviewers": None}, form="/reviewers").status_code == 303
    assert db_session.scalars(select(ReviewAssignment)).all() == []


@ONE
def test_who_leaves_the_program_gives_back_what_they_were_given(desk: Client, db_session: Db) -> None:
    rena, idris = reviewer(), reviewer("Idris Valcourt")
    made = proposal()
    say(rena, made, 4)
    actions.assign(made, [idris.id], by=BY)
    idris_row = db_session.scalars(select(Reviewer).where(Reviewer.account_id == idris.id)).one()
    actions.remove_reviewer(idris_row, by=BY)
    change_account(rena, AccountRole.REVIEWER, False, by=BY)
    db_session.commit()
    page = desk.get(desk_path(made)).text
    assert "1 review, weighted mean" in page, "what they said stays"
    assert db_session.scalars(select(ReviewAssignment)).all() == []


def test_the_list_is_sorted_by_mean_and_by_number(desk: Client, db_session: Db) -> None:
    rena, idris = reviewer(), reviewer("Idris Valcourt")
    for title, points in (("Low", (1,)), ("High", (5, 4)), ("None", ()), ("Middle", (3,))):
        made = proposal(title=title)
        for account, value in zip((rena, idris), points, strict=False):
            say(account, made, value)
    db_session.commit()

    def order(sort: str) -> list[str]:
        page = desk.get(f"/desk/proposals/?view=list&sort={sort}").text
        return sorted(("Low", "High", "None", "Middle"), key=lambda title: page.index(f">{title}</a>"))

    assert order("mean") == ["High", "Middle", "Low", "None"]
    assert order("reviews")[0] == "None"
    assert order("reviews")[-1] == "High"
    page = desk.get("/desk/proposals/").text
    assert "2 reviews, mean 4.5" in page
    assert "1 review, mean 3" in page


@ONE
def test_criteria_that_have_scores_are_changed_openly_and_nothing_is_lost(
    desk: Client, db_session: Db
) -> None:
    rena, made = reviewer(), proposal()
    say(rena, made, 5, 4, 3, 2, 1)
    db_session.commit()
    form = f"{PAGE}/criteria"
    change = {
        "criteria-0-weight": "3",
        "criteria-4-gone": "y",
        "criteria-5-name": "Joy",
        "scale": "No\nMaybe\nYes",
        "do": "save",
    }
    asked = desk.submit(form, change)
    assert asked.status_code == 200
    assert [words for words in (
        "“Relevance” counts 3 instead of 2.", "“Clarity” is no longer scored. What was given (1 score)",
        "“Joy” is new. 1 review that is in lacks it", "The scale has 3 steps instead of 5.", "No score is lost.",
    ) if words not in asked.text] == []  # fmt: skip
    assert sheets.sheet_of(makers.program().id).steps == 5, "nothing is changed before it is agreed to"
    from tests.forms import forms_of

    [again] = [each for each in forms_of(asked.text) if "agreed" in each.names]
    data = {name: values for name, values in again.values.items() if name != "do"}
    assert desk.post(form, data={**data, "do": "save"}).status_code == 303
    db_session.expire_all()
    sheet = sheets.sheet_of(makers.program().id)
    assert [(each.name, each.weight) for each in sheet.criteria] == [
        ("Relevance", 3), ("Evidence", 2), ("Scalability", 2), ("Lived experience and fairness", 2), ("Joy", 1),
    ]  # fmt: skip
    [review] = db_session.scalars(select(Review))
    assert sorted(review.marks.values()) == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]
    page = desk.get(desk_path(made)).text
    assert [
        words
        for words in ("5 of 5", "no longer scored, counts in no mean", "1 of 5", "Not yet")
        if words not in page
    ] == []
    assert desk.submit(form, {"scale": "One"}).status_code == 400
    assert desk.submit(form, {"criteria-0-name": "", "do": "save"}).status_code == 400
    assert desk.submit(form, {"criteria-0-weight": "x", "do": "save"}).status_code == 400


@ONE
def test_anonymous_is_a_switch(desk: Client, db_session: Db) -> None:
    rena, made = reviewer(), proposal(story="Rosa Teague did it.")
    db_session.commit()
    assert desk.submit(PAGE, {"do": "on"}, form="/anonymous").status_code == 303
    assert desk.submit(PAGE, {"do": "off"}, form="/anonymous").status_code == 303
    assert desk.submit(PAGE, {"do": "on"}, form="/anonymous").status_code == 303
    desk.sign_in(rena)
    page = desk.get(path(made)).text
    assert "Rosa" not in page
    assert "[presenter] did it." in page


@ONE
def test_a_decision_reopened_lets_reviewers_go_on(desk: Client, db_session: Db) -> None:
    rena, made = reviewer(), proposal(State.IN_REVIEW)
    say(rena, made, 3)
    decisions.decide(made, State.NOT_NOW, "", by=BY)
    decisions.release([made], by=BY)
    decisions.reopen(made, by=BY)
    say(rena, made, 4)
    db_session.commit()
    assert "weighted mean <strong>4</strong>" in desk.get(desk_path(made)).text


@ONE
def test_two_thousand_proposals_with_reviews_are_no_burden(client: Client, db_session: Db) -> None:
    readers = [reviewer(f"{name} Reader") for name in ("Ann", "Bea", "Cal")]
    makers.sign_in(client)
    who, present, program = makers.person(), now(), makers.program()
    criteria = [each.id for each in sheets.sheet_of(program.id).criteria]
    db_session.execute(insert(Proposal), [
        {"id": n, "code": f"C{n:06}", "program_id": program.id, "kind": "present", "state": ("received", "in-review")[n % 2],
         "title": f"Proposal {n}", "story": "It worked.", "links": [], "created_at": present, "sent_at": present,
         "state_at": present}
        for n in range(1, 2001)
    ])  # fmt: skip
    db_session.execute(insert(Presenter), [
        {"proposal_id": n, "person_id": who.id, "position": 1, "name": "Ana Lee", "saying": "confirmed"}
        for n in range(1, 2001)
    ])  # fmt: skip
    db_session.execute(insert(Review), [
        {"id": 2 * n + k, "proposal_id": n, "account_id": readers[k].id, "stand": "done", "done_at": present,
         "changed_at": present}
        for n in range(1, 2001) for k in range(2)
    ])  # fmt: skip
    db_session.execute(insert(ReviewScore), [
        {"review_id": 2 * n + k, "criterion_id": id, "points": (n + k) % 5 + 1, "steps": 5}
        for n in range(1, 2001) for k in range(2) for id in criteria
    ])  # fmt: skip
    db_session.commit()
    last = readers[2].id
    for page in (
        "/desk/proposals/", "/desk/proposals/?view=list&sort=mean", f"/desk/proposals/?reviewer=waiting-{last}&sort=reviews&view=list",
        "/desk/proposals/?reviewer=complete", "/desk/", desk_path(db_session.get_one(Proposal, 7)),
    ):  # fmt: skip
        began = time.perf_counter()
        with makers.statements() as sent:
            assert client.get(page).status_code == 200
        took = time.perf_counter() - began
        print(f"{page}: {took:.2f} s, {len(sent)} statements")
        assert took < 3
        assert len(sent) <= 60
    client.sign_in(readers[2])
    began = time.perf_counter()
    with makers.statements() as sent:
        assert "2,000" in client.get("/desk/").text
        assert client.get("/desk/review/").status_code == 200
    print(f"a reviewer with 2,000 to read: {time.perf_counter() - began:.2f} s, {len(sent)} statements")
    assert len(sent) <= 30


@ONE
def test_a_criterion_without_scores_is_deleted(db_session: Db) -> None:
    program = makers.program()
    sheets.ensure(program)
    sheets.change(program, Sheet((Asked("Only this"),), ("No", "Yes")), by=BY)
    assert [each.name for each in db_session.scalars(select(Criterion))] == ["Only this"]
