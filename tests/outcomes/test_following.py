"""From the letter to the end of a case: asked, reminded once, answered by buttons, words read before they are shown, closed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.base.errors import Refused
from jam.base.now import frozen, now
from jam.cases.jobs import forget_originals
from jam.cases.models import Copy
from jam.cases.retention import cohort_ends
from jam.cases.rules import State
from jam.cohorts.rules import Role, Standing
from jam.mail.models import Letter
from jam.mail.rules import State as LetterState
from jam.mail.standing import TooLate, why_gone
from jam.outcomes import actions, following
from jam.outcomes.following import Said, asked_of
from jam.outcomes.jobs import follow_up
from jam.outcomes.models import CaseNote, CaseOutcome, CaseRecommendation
from jam.outcomes.queries import follow_ups, sent
from jam.outcomes.rules import Answer
from jam.people.models import Person
from jam.vocabulary.actions import add_first_terms
from tests import makers
from tests.cases.brought import BY, enter, faculty, member
from tests.clients import Client
from tests.forms import forms_of
from tests.outcomes.followed import WORDS, sent_case
from tests.privacy.test_erase import dump

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
Db = scoped_session[Session]
SECRET = "Zuckerkandl"


@pytest.fixture(autouse=True)
def _vocabulary(db_session: Db) -> None:
    add_first_terms(by=BY)


def letters(db_session: Db) -> list[tuple[str, str]]:
    query = (
        select(Letter.kind, Letter.state).where(Letter.kind.startswith("case-follow-up")).order_by(Letter.id)
    )
    return [(kind, state) for kind, state in db_session.execute(query)]


def at(held: datetime | None, days: int, hours: int = 0) -> datetime:
    """So many days after a session, at 10 in the morning of the presenter."""
    assert held is not None
    return held.replace(hour=15) + timedelta(days=days, hours=hours)


def test_the_presenter_is_asked_three_times_and_reminded_once_each(db_session: Db, app: Flask) -> None:
    made, _ = sent_case(member(makers.cohort()), days_ago=10)
    held = made.presented_at
    db_session.commit()
    written = {}
    for day in (29, 30, 31, 36, 37, 38, 50, 60, 67, 80, 90, 97, 119):
        with frozen(at(held, day, -6)):
            follow_up()  # at four in the morning nobody gets a letter
        with frozen(at(held, day)):
            before = len(letters(db_session))
            follow_up()
            follow_up()
            written[day] = len(letters(db_session)) - before
    assert {day: n for day, n in written.items() if n} == {30: 1, 37: 1, 60: 1, 67: 1, 90: 1, 97: 1}
    db_session.expire_all()
    assert made.state == State.RECOMMENDED
    with frozen(at(held, 120)):
        assert follow_up() == 1
        assert follow_up() == 0
    db_session.expire_all()
    assert made.state == State.FOLLOWED_UP
    first = db_session.scalars(
        select(Letter).where(Letter.kind == "case-follow-up").order_by(Letter.id)
    ).first()
    assert first is not None
    assert not any(word in str(first.values) for word in WORDS)


@pytest.mark.parametrize("why", ["answered", "stopped", "left", "closed", "erased", "over"])
def test_nobody_is_asked_without_reason(db_session: Db, app: Flask, why: str) -> None:
    made, said = sent_case(member(makers.cohort()), days_ago=30)
    held = made.presented_at
    db_session.commit()
    with frozen(at(held, 31)):
        follow_up()
        letter = db_session.scalars(select(Letter).where(Letter.kind == "case-follow-up")).one()
        assert why_gone(letter) is None
        if why == "answered":
            following.answer(made, 30, {said[0].id: Said(Answer.TRIED)}, by=BY)
        elif why == "stopped":
            following.stop(made, True, by=BY)
        elif why == "left":
            made.member.standing = Standing.LEFT
        elif why == "closed":
            following.close(made, "They left the field.", by=BY)
        elif why == "erased":
            made.person.erased_at = now()
        db_session.commit()
    with frozen(at(held, 61 if why == "over" else 45)):
        gone = why_gone(letter)
        if why != "over":
            follow_up()
            assert len(letters(db_session)) == 1
    if why == "erased":
        assert gone is None  # such letters are withdrawn with the person's address
    else:
        assert isinstance(gone, TooLate) == (why == "over")
        assert gone


def test_buttons_are_kept_may_be_changed_and_stay_for_the_next_time(client: Client, db_session: Db) -> None:
    made, said = sent_case(member(makers.cohort()), days_ago=31)
    held = made.presented_at
    db_session.commit()
    path = f"/me/cases/{made.code}/follow-up"
    ids = [each.id for each in said]
    enter(client, made.person)
    page = client.get(path).text
    assert all(word in page for word in WORDS)
    assert db_session.scalars(select(CaseOutcome)).all() == []
    assert "Choose a button" in client.submit(path, {}, form="/follow-up").text
    typed = {
        f"answer-{ids[0]}": "adopted",
        f"answer-{ids[1]}": "not-yet",
        f"words-{ids[0]}": "Cedar Ridge paid two drivers.",
    }
    answered = client.submit(path, typed, form="/follow-up")
    assert answered.status_code == 303
    again = client.submit(path, typed, form="/follow-up")  # the same once more
    assert again.status_code == 303
    page = client.get(path).text
    assert "<mark>Cedar Ridge</mark>" in page
    assert "You can change it until" in page
    found = {each.recommendation_id: each.answer for each in db_session.scalars(select(CaseOutcome))}
    assert found == {ids[0]: "adopted", ids[1]: "not-yet"}
    client.submit(
        path,
        {f"answer-{ids[1]}": "dropped", f"answer-{ids[2]}": "tried", f"words-{ids[0]}": ""},
        form="/follow-up",
    )
    db_session.expire_all()
    found = {each.recommendation_id: each.answer for each in db_session.scalars(select(CaseOutcome))}
    assert found == {ids[0]: "adopted", ids[1]: "dropped", ids[2]: "tried"}
    with frozen(at(held, 60)):
        enter(client, made.person)
        page = client.get(path).text
        assert "60 days after the session" in page
        assert page.count("After 30 days:") == 3
        stale = client.post(
            path, data={"days": "30", f"answer-{ids[0]}": "dropped", "csrf_token": _token(page)}
        )
        assert "The time to answer this is over" in stale.text
        client.submit(path, {f"answer-{ids[0]}": "adopted"}, form="/follow-up")
    with frozen(at(held, 90)):
        enter(client, made.person)
        client.submit(path, {f"answer-{ids[0]}": "adopted"}, form="/follow-up")
        db_session.expire_all()
        assert made.state == State.FOLLOWED_UP
        client.submit(path, {f"answer-{ids[0]}": "tried"}, form="/follow-up")
    with frozen(at(held, 121)):
        enter(client, made.person)
        assert "There is nothing to answer now" in client.get(path).text
    db_session.expire_all()
    assert [(row.days, len(row.outcomes)) for row in asked_of(made).rows] == [(30, 3), (60, 3), (90, 3)]


def test_an_old_page_erases_no_answer(client: Client, db_session: Db) -> None:
    made, said = sent_case(member(makers.cohort()))
    db_session.commit()
    first, second, third = [each.id for each in said]
    path = f"/me/cases/{made.code}/follow-up"
    enter(client, made.person)
    [old] = [each for each in forms_of(client.get(path).text) if each.action.endswith("/follow-up")]
    client.submit(path, {f"answer-{first}": "tried", f"words-{first}": "It went well."}, form="/follow-up")
    outcome = db_session.scalars(select(CaseOutcome)).one()
    following.release(made, outcome, "It went well.", by=BY)
    db_session.commit()
    # Nothing given for it: it stays, and its release.
    assert client.post(path, data={**old.values, f"answer-{second}": "dropped"}).status_code == 303
    db_session.expire_all()
    assert (outcome.words, outcome.released_words) == ("It went well.", "It went well.")
    # Something else: it is said first, and nothing that was typed goes.
    typed = {**old.values, f"answer-{first}": "dropped", f"words-{first}": "No.", f"answer-{third}": "tried"}
    refused = client.post(path, data=typed)
    assert [
        words in refused.text for words in ("on another page meanwhile", "It went well.", ">No.</textarea>")
    ] == [True] * 3
    assert (refused.status_code, db_session.query(CaseOutcome).count()) == (409, 2)
    [again] = [each for each in forms_of(refused.text) if each.action.endswith("/follow-up")]
    assert client.post(path, data=again.values).status_code == 303
    db_session.expire_all()
    found = {each.recommendation_id: each.answer for each in db_session.scalars(select(CaseOutcome))}
    assert found == {first: "dropped", second: "dropped", third: "tried"}


def _token(page: str) -> str:
    return page.split('name="csrf_token"')[1].split('value="')[1].split('"', maxsplit=1)[0]


def test_nobody_else_finds_the_page_of_buttons(client: Client, db_session: Db) -> None:
    cohort = makers.cohort()
    made, _ = sent_case(member(cohort))
    other = member(cohort, "Lakeside Clinic").person
    lead = faculty(cohort, Role.FACILITATOR)
    db_session.commit()
    path = f"/me/cases/{made.code}/follow-up"
    enter(client, other)
    assert [client.get(path).status_code, client.get(f"/me/cases/{made.code}x/follow-up").status_code] == [
        404,
        404,
    ]
    client.sign_in(lead)
    with client.session_transaction() as session:
        session.pop("person", None)
    assert client.get(path).status_code in (303, 404)


def test_letters_are_stopped_and_begun_again(client: Client, db_session: Db) -> None:
    made, _ = sent_case(member(makers.cohort()), days_ago=30)
    held = made.presented_at
    db_session.commit()
    path = f"/me/cases/{made.code}/follow-up"
    with frozen(at(held, 30)):
        enter(client, made.person)
        client.submit(path, {"do": "stop"}, form="/letters")
        assert (follow_up(), letters(db_session)) == (0, [])
        client.submit(path, {"do": "again"}, form="/letters")
        follow_up()
        assert letters(db_session) == [("case-follow-up", LetterState.DUE)]


def test_words_are_shown_only_after_a_coordinator_has_read_these(client: Client, db_session: Db) -> None:
    cohort = makers.cohort()
    made, said = sent_case(member(cohort))
    coordinator, lead = faculty(cohort, Role.COORDINATOR), faculty(cohort, Role.FACILITATOR)
    following.answer(made, 30, {said[0].id: Said(Answer.ADOPTED, f"{SECRET} paid two drivers.")}, by=BY)
    db_session.commit()
    desk = f"/desk/cohorts/cohort-3/cases/{made.code}"
    page = f"{desk}/follow-up"
    client.sign_in(lead)
    assert SECRET not in client.get(page).text
    assert "1 answer has words that the group does not see yet." in client.get(page).text
    outcome = db_session.scalars(select(CaseOutcome)).one()
    assert client.post(f"{desk}/outcomes/{outcome.id}").status_code in (400, 403)
    client.sign_in(coordinator)
    assert SECRET not in client.get(page).text
    client.submit(desk, {}, form="/open")
    assert SECRET in client.get(page).text
    client.submit(page, {"words": "It paid two drivers."}, form=f"/outcomes/{outcome.id}")
    db_session.expire_all()
    assert (outcome.words, outcome.released_words) == (f"{SECRET} paid two drivers.", "It paid two drivers.")
    following.answer(made, 30, {said[0].id: Said(Answer.ADOPTED, f"{SECRET} paid three.")}, by=BY)
    db_session.commit()
    assert outcome.released_words is None
    assert "letter" not in [
        name for name in ("letter",) if SECRET in str(db_session.execute(select(Letter.values)).all())
    ]


def test_words_typed_for_the_group_outlive_an_opening(client: Client, db_session: Db) -> None:
    cohort = makers.cohort()
    made, said = sent_case(member(cohort))
    following.answer(made, 30, {said[0].id: Said(Answer.ADOPTED, f"{SECRET} paid two drivers.")}, by=BY)
    coordinator = faculty(cohort, Role.COORDINATOR)
    db_session.commit()
    client.sign_in(coordinator)
    desk = f"/desk/cohorts/cohort-3/cases/{made.code}"
    client.submit(desk, {}, form="/open")
    [form] = [each for each in forms_of(client.get(f"{desk}/follow-up").text) if "/outcomes/" in each.action]
    with frozen(now() + timedelta(hours=13)):
        answer = client.post(form.action, data={**form.values, "words": "It paid two drivers."})
        assert (answer.status_code, SECRET in answer.text) == (400, False)
        [again] = [each for each in forms_of(answer.text) if "/outcomes/" in each.action]
        assert client.post(again.action, data=again.values).status_code == 303
    db_session.expire_all()
    assert db_session.scalars(select(CaseOutcome.released_words)).all() == ["It paid two drivers."]


def test_closing_early_needs_a_reason_and_ends_the_questions(client: Client, db_session: Db) -> None:
    cohort = makers.cohort()
    made, said = sent_case(member(cohort))
    lead = faculty(cohort, Role.FACILITATOR)
    db_session.commit()
    page = f"/desk/cohorts/cohort-3/cases/{made.code}/follow-up"
    client.sign_in(lead)
    assert "Say why you close it now" in client.submit(page, {"why": " "}, form="/close").text
    client.submit(page, {"why": "They left the field."}, form="/close")
    db_session.expire_all()
    assert (made.state, made.closed_why, made.closed_at) == (
        State.CLOSED,
        "They left the field.",
        made.state_at,
    )
    assert [each.kind for each in db_session.scalars(select(Letter)) if each.kind == "case-closed"] == [
        "case-closed"
    ]
    with pytest.raises(Refused):
        following.answer(made, 30, {said[0].id: Said(Answer.TRIED)}, by=BY)


def test_the_desk_shows_what_is_overdue_first(client: Client, db_session: Db) -> None:
    cohort = makers.cohort()
    fresh, _ = sent_case(member(cohort), days_ago=31)
    late, _ = sent_case(member(cohort, "Lakeside Clinic"), days_ago=40)
    elsewhere, _ = sent_case(member(makers.cohort("cohort-4"), "Far Away Clinic"))
    lead = faculty(cohort, Role.FACILITATOR)
    db_session.commit()
    client.sign_in(lead)
    page = client.get("/desk/cohorts/cohort-3/follow-ups").text
    assert page.index(late.shown) < page.index(fresh.shown)
    assert page.count("Overdue") == 1
    assert elsewhere.shown not in page
    assert client.get("/desk/cohorts/cohort-4/follow-ups").status_code == 403


def test_what_presenters_wrote_goes_with_the_originals_and_what_was_released_stays(
    db_session: Db, app: Flask
) -> None:
    made, said = sent_case(member(makers.cohort()))
    told = {
        said[0].id: Said(Answer.ADOPTED, f"{SECRET} one."),
        said[1].id: Said(Answer.TRIED, f"{SECRET} two."),
    }
    following.answer(made, 30, told, by=BY)
    first = db_session.scalars(select(CaseOutcome).order_by(CaseOutcome.id)).first()
    assert first is not None
    following.release(made, first, "Released words.", by=BY)
    following.close(made, "Enough.", by=BY)
    db_session.commit()
    with frozen(now() + timedelta(days=180)):
        forget_originals()
    assert SECRET not in dump()
    assert "Released words." in dump()
    assert [each.answer for each in db_session.scalars(select(CaseOutcome).order_by(CaseOutcome.id))] == [
        "adopted",
        "tried",
    ]
    assert db_session.get(Person, made.person_id) is not None


def test_what_tells_who_it_is_can_be_taken_back_once_the_case_is_closed(
    client: Client, db_session: Db
) -> None:
    cohort = makers.cohort()
    made, said = sent_case(member(cohort))
    following.answer(made, 30, {said[0].id: Said(Answer.ADOPTED, "Words.")}, by=BY)
    outcome = db_session.scalars(select(CaseOutcome)).one()
    following.release(made, outcome, f"{SECRET} paid.", by=BY)
    outcome.words, said[1].words, said[2].words = "", f"{SECRET} one.", f"{SECRET} two."
    following.close(made, "Enough.", by=BY)
    coordinator = faculty(cohort, Role.COORDINATOR)
    db_session.commit()
    before = db_session.query(Letter).count()
    client.sign_in(coordinator)
    desk = f"/desk/cohorts/cohort-3/cases/{made.code}"
    page, ids = f"{desk}/follow-up", [each.id for each in said]
    assert "/recommendations/" not in client.get(page).text
    client.submit(desk, {}, form="/open")
    back = next(each for each in forms_of(client.get(page).text) if each.values.get("do") == ["back"])
    client.post(back.action, data=back.values)
    client.submit(page, {"words": "One."}, form=f"/recommendations/{ids[1]}")
    out = [each for each in forms_of(client.get(page).text) if each.values.get("do") == ["out"]]
    assert client.post(out[2].action, data=out[2].values).status_code == 303
    db_session.expire_all()
    assert (SECRET in dump(), [each.words for each in sent(made)]) == (False, [WORDS[0], "One."])
    assert db_session.query(Letter).count() == before
    made.state = State.FOLLOWED_UP
    with pytest.raises(Refused, match="not closed"):
        actions.amend(made, said[0], None, by=BY)


@pytest.mark.parametrize("ended", [State.WITHDRAWN, State.CLOSED])
def test_what_was_written_down_and_never_sent_goes_with_the_originals(db_session: Db, ended: State) -> None:
    made, said = sent_case(member(makers.cohort()), question1="What keeps them?")
    made.recommendations_sent_at, made.state = None, ended
    said[0].words = f"{SECRET} one."
    db_session.commit()
    with frozen(now() + timedelta(days=180)):
        forget_originals()
    assert (SECRET in dump(), db_session.query(CaseRecommendation).count()) == (False, 0)


def test_what_is_still_to_be_sent_outlives_the_originals(db_session: Db) -> None:
    made, said = sent_case(member(makers.cohort()))
    made.recommendations_sent_at, made.state = None, State.PRESENTED
    said[0].words, said[0].removed_at = f"{SECRET} one.", now()
    note = CaseNote(case_id=made.id, client_id="a", words="Since when?", captured_at=now(), captured_by=BY)
    db_session.add(note)
    db_session.commit()
    with frozen(cohort_ends(made.cohort) + timedelta(days=300)):
        assert forget_originals() == 0
    with frozen(cohort_ends(made.cohort) + timedelta(days=330)):
        assert forget_originals() == 1
        assert forget_originals() == 0
    assert (made.words(Copy.ORIGINAL), SECRET in dump()) == ({}, False)
    assert [*db_session.scalars(select(CaseRecommendation))] == said[1:]
    assert note in db_session


def test_what_presenters_write_after_the_originals_went_goes_as_long_after_it(db_session: Db) -> None:
    made, said = sent_case(member(makers.cohort()))
    over = cohort_ends(made.cohort) + timedelta(days=300)
    db_session.commit()
    with frozen(over - timedelta(days=30)):
        assert forget_originals() == 0
    with frozen(over):
        assert forget_originals() == 1
        made.state = State.FOLLOWED_UP
        outcome = CaseOutcome(
            recommendation_id=said[0].id, follow_up_id=follow_ups(made)[0].id, answer=Answer.TRIED,
            words=f"{SECRET} one.", answered_at=now(),
        )  # fmt: skip
        db_session.add(outcome)
        db_session.commit()
    with frozen(over + timedelta(days=180)):
        assert forget_originals() == 0
    with frozen(over + timedelta(days=210)):
        assert (forget_originals(), forget_originals()) == (1, 0)
    assert (SECRET in dump(), outcome.answer) == (False, "tried")


def test_the_group_sees_buttons_and_released_words_and_the_presenter_the_way_to_them(
    client: Client, db_session: Db
) -> None:
    cohort = makers.cohort()
    made, said = sent_case(member(cohort), days_ago=40)
    other, lead = member(cohort, "Lakeside Clinic").person, faculty(cohort, Role.FACILITATOR)
    told = {
        said[0].id: Said(Answer.ADOPTED, f"{SECRET} one."),
        said[1].id: Said(Answer.DROPPED, f"{SECRET} two."),
    }
    db_session.commit()
    client.sign_in(lead)
    assert (
        "1 answer is overdue about what became of recommendations"
        in client.get("/desk/cohorts/cohort-3").text
    )
    following.answer(made, 30, told, by=BY)
    outcome = db_session.scalars(select(CaseOutcome).order_by(CaseOutcome.id)).first()
    assert outcome is not None
    following.release(made, outcome, "It paid two drivers.", by=BY)
    db_session.commit()
    page = client.get("/desk/cohorts/cohort-3").text
    assert "overdue about" not in page
    assert "1 answer has words that a coordinator has not read yet" in page
    enter(client, other)
    client.submit(f"/cohorts/cohort-3/cases/{made.code}", {}, form="/cases")
    page = client.get(f"/cohorts/cohort-3/cases/{made.code}").text
    assert ("Adopted" in page, "Dropped" in page) == (True, True)
    assert "After 30 days: It paid two drivers." in page
    assert SECRET not in page
    enter(client, made.person)
    assert f'/me/cases/{made.code}/follow-up"' in client.get(f"/me/cases/{made.code}").text
    assert f'/me/cases/{made.code}/follow-up"' in client.get("/cohorts/cohort-3/home").text
