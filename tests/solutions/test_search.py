"""The memory finds what its reader may read, in every form of a word, and nothing that was not released, sent or read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db, leave_no_traces
from jam.base.now import now
from jam.cases.models import CaseOpening, CaseText, Copy, EchoCase
from jam.cases.rules import State
from jam.cohorts.rules import Role
from jam.outcomes import following
from jam.outcomes.following import Said
from jam.outcomes.models import CaseOutcome, CaseRecommendation
from jam.outcomes.rules import Answer
from jam.people.rules import AccountRole
from jam.privacy.actions import erase
from jam.schedule.models import Cohort
from jam.solutions import index
from jam.solutions.models import SolutionEntry
from jam.solutions.queries import Search, find, tally
from jam.solutions.rules import asked
from jam.vocabulary.actions import add_first_terms
from tests import makers
from tests.cases.brought import BY, case, enter, faculty, member
from tests.clients import Client
from tests.commands import Runner
from tests.outcomes.followed import sent_case

Db = scoped_session[Session]
ONE_ENGINE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def _vocabulary(db_session: Db) -> None:
    add_first_terms(by=BY)


def shown(cohort: Cohort, typed: str, **more: object) -> list[str]:
    """The codes of what a member of one cohort finds."""
    return [each.case.shown for each in find(Search(tuple(asked(typed)), **more), [cohort.id])]  # type: ignore[arg-type]


def test_both_engines_find_the_same_in_every_form_of_a_word(db_session: Db) -> None:
    """Not on one engine: each has an index of its own."""
    cohort = makers.cohort()
    drive, said = sent_case(
        member(cohort), words=("Pay for the drive to work.", "Ask leavers why."), days_ago=40
    )
    night, _ = sent_case(
        member(cohort, "Lakeside Clinic"), words=("Hire two nurses for nights.",), days_ago=35,
        background="The night shift at the crisis line is never full: 988 rings.",
    )  # fmt: skip
    following.answer(drive, 30, {said[0].id: Said(Answer.ADOPTED, "The drivers stayed.")}, by=BY)
    outcome = db_session.scalars(select(CaseOutcome)).one()
    following.release(drive, outcome, "The drivers stayed for a year.", by=BY)
    db_session.commit()
    found = {
        typed: shown(cohort, typed)
        for typed in (
            "driving", "DRIVES work", "night shifts", "hiring", "crisis 988", "nurse", "drivers staying", "supervisor", "mentors",
            "zebra", "night zebra", "o'clock", "' OR 1=1 --", "x", "(((",
        )
    }  # fmt: skip
    assert found == {
        "driving": [drive.shown],
        "DRIVES work": [drive.shown],
        "night shifts": [night.shown],
        "hiring": [night.shown],
        "crisis 988": [night.shown],
        "nurse": [night.shown],
        "drivers staying": [drive.shown],
        "supervisor": [night.shown, drive.shown],
        "mentors": [night.shown, drive.shown],
        "zebra": [],
        "night zebra": [night.shown],  # with any of the words, where none has all
        "o'clock": [],
        "' OR 1=1 --": [],
        "x": [],
        "(((": [night.shown, drive.shown],  # no word at all: everything, newest first
    }
    lever = drive.terms[0].id
    assert shown(cohort, "drive", term_id=lever) == [drive.shown]
    assert shown(cohort, "", term_id=lever + 1) == []
    assert shown(cohort, "", setting="tribal") == []
    assert shown(cohort, "", setting=drive.setting) == [night.shown, drive.shown]
    # What is taken out is gone at once, in words and rows.
    said[0].removed_at = now()
    db_session.commit()
    assert (shown(cohort, "drive"), shown(cohort, "drivers stayed")) == ([], [])
    text = next(each for each in night.texts if each.name == "background" and each.copy == Copy.RELEASED)
    text.words = "The line is never full."
    db_session.commit()
    assert (shown(cohort, "crisis"), shown(cohort, "line")) == ([], [night.shown])
    db_session.delete(db_session.get_one(SolutionEntry, night.id))
    db_session.commit()
    assert shown(cohort, "line") == []
    assert index.catch_up() == 1
    assert shown(cohort, "line") == [night.shown]


@ONE_ENGINE
def test_nothing_is_found_that_was_not_released_sent_or_read(db_session: Db) -> None:
    cohort, elsewhere = makers.cohort(), makers.cohort("cohort-4")
    of = member(cohort)
    for state in State:
        if state in (
            State.DRAFT,
            State.SUBMITTED,
            State.IN_REVIEW,
            State.CHANGES,
            State.APPROVED,
            State.SCHEDULED,
            State.WITHDRAWN,
        ):
            released = (
                {"background": f"Quetzal {state}."} if state in (State.APPROVED, State.SCHEDULED) else None
            )
            case(of, state, released=released, background=f"Zebra {state}.", situation="Zebra.")
    held = case(of, State.PRESENTED, released={"background": "A lynx."}, background="Zebra in the original.")
    unsent = CaseRecommendation(
        case_id=held.id, client_id="a", position=1, words="Unsent ocelot.", captured_at=now(), captured_by=BY
    )
    db_session.add(unsent)
    made, said = sent_case(member(cohort, "Lakeside Clinic"), words=("Say panther.", "Say removed."))
    said[1].removed_at = now()
    told = {said[0].id: Said(Answer.ADOPTED, "Unread jaguar.")}
    following.answer(made, 30, told, by=BY)
    other, _ = sent_case(member(elsewhere, "Far Away Clinic"), words=("Another cohort's puma.",))
    db_session.commit()
    for word in ("zebra", "quetzal", "ocelot", "removed", "jaguar", "puma"):
        assert shown(cohort, word) == [], word
    assert shown(cohort, "lynx") == [held.shown]
    assert shown(cohort, "panther") == [made.shown]
    assert shown(elsewhere, "puma") == [other.shown]
    assert len(find(Search(), [cohort.id])) == 2
    counted = tally(find(Search(), [cohort.id]))
    assert (counted.brought, counted.tried, counted.kept) == (2, 1, 1)
    # A row that is behind shows nothing: whether a case may be read is asked of the case itself.
    db_session.execute(update(EchoCase).where(EchoCase.id == held.id).values(state=State.WITHDRAWN))
    db_session.commit()
    assert db_session.get(SolutionEntry, held.id) is not None
    assert shown(cohort, "lynx") == []
    assert index.catch_up() == 1
    assert db_session.get(SolutionEntry, held.id) is None


@ONE_ENGINE
def test_erased_words_are_in_no_index_and_no_file(
    app: Flask, db_session: Db, database_bytes: Callable[[], bytes]
) -> None:
    made, said = sent_case(member(makers.cohort()), words=("Say quokkafish.",), background="A wombatfish.")
    db_session.commit()
    assert b"quokkafish" in database_bytes()
    for text in db_session.scalars(select(CaseText).where(CaseText.words.like("%wombat%"))):
        text.words = "Other words."
    said[0].words = "Other words."
    db_session.commit()
    assert shown(made.cohort, "quokkafish wombatfish") == []
    db_session.rollback()
    assert leave_no_traces()
    raw = database_bytes()
    assert (b"quokkafish" in raw, b"wombatfish" in raw) == (False, False)
    erase(made.person, by=BY)
    db_session.commit()
    assert shown(made.cohort, "other words") == [made.shown]  # what was presented stays in its released words


@ONE_ENGINE
def test_the_command_makes_the_index_anew(db_session: Db, runner: Runner) -> None:
    made, _ = sent_case(member(makers.cohort()), words=("Pay for the drive.",))
    db_session.commit()
    db_session.execute(update(SolutionEntry).values(brought="xwrong", recommended="", happened="xzebra"))
    db_session.commit()
    assert shown(made.cohort, "drive") == []
    done = runner("solutions", "rebuild")
    assert (done.status, done.out.strip()) == (0, "1 case can be found; 1 of the entries had to be changed.")
    db_session.rollback()
    assert (shown(made.cohort, "drive"), shown(made.cohort, "zebra")) == ([made.shown], [])
    assert "0 of the entries" in runner("solutions", "rebuild").out


@ONE_ENGINE
def test_words_are_shown_once_it_is_on_record_that_they_were_opened(client: Client, db_session: Db) -> None:
    cohort = makers.cohort()
    made, said = sent_case(
        member(cohort), words=("Pay for the drive to work.",), background="<b>Drives</b> are long."
    )
    reader = member(cohort, "Lakeside Clinic").person
    following.answer(made, 30, {said[0].id: Said(Answer.ADOPTED)}, by=BY)
    db_session.commit()
    path = "/cohorts/cohort-3/solutions"
    enter(client, reader)
    assert f'action="{path}"' in client.get("/cohorts/cohort-3/home").text
    page = client.get(f"{path}?q=driving").text
    assert made.shown in page
    assert "Found in “Background”." in page
    assert "1 recommendation has it." in page
    assert "Fewer than 5 organizations brought something like this." in page
    assert "Pay for the" not in page
    assert "are long" not in page
    assert db_session.scalars(select(CaseOpening)).all() == []
    answer = client.submit(f"{path}?q=driving", {}, form="/solutions")
    assert answer.location == f"{path}?q=driving"
    page = client.get(f"{path}?q=driving").text
    assert "&lt;b&gt;<mark>Drives</mark>&lt;/b&gt; are long." in page
    assert "Pay for the <mark>drive</mark> to work." in page
    assert "Adopted" in page
    noted = db_session.execute(select(CaseOpening.person_id, CaseOpening.copy)).all()
    assert [tuple(each) for each in noted] == [(reader.id, "released")]
    assert "Say what the challenge is about" in client.get(f"{path}?q=the+of").text
    assert client.get(f"{path}?q=%00&lever=nothing&setting=x&page=999999999999").status_code == 200


@ONE_ENGINE
def test_everybody_finds_the_cases_of_their_own_cohorts(client: Client, db_session: Db) -> None:
    cohort, elsewhere = makers.cohort(), makers.cohort("cohort-4")
    here, _ = sent_case(member(cohort), words=("Pay for the drive.",))
    there, _ = sent_case(member(elsewhere, "Far Away Clinic"), words=("Pay for the drive, too.",))
    other = member(cohort, "Lakeside Clinic").person
    expert = faculty(cohort, Role.EXPERT)
    organizer, reviewer = makers.account(AccountRole.ORGANIZER), makers.account(AccountRole.REVIEWER)
    attendee = makers.registration(makers.event()).person
    db_session.commit()
    path, far = "/cohorts/cohort-3/solutions?q=drive", "/cohorts/cohort-4/solutions?q=drive"

    def sees() -> list[str]:
        page = client.get(path).text
        return [each.shown for each in (here, there) if each.shown in page]

    enter(client, other)
    assert (sees(), client.get(far).status_code) == ([here.shown], 403)
    enter(client, attendee)
    assert client.get(path).status_code == 403
    with client.session_transaction() as session:
        session.clear()
    client.sign_in(expert)
    assert (sees(), client.get(far).status_code) == ([here.shown], 403)
    client.sign_in(organizer)
    assert sees() == [here.shown, there.shown]
    client.sign_in(reviewer)
    assert client.get(path).status_code == 403
    with client.session_transaction() as session:
        session.clear()
    assert client.get(path).status_code == 303


@ONE_ENGINE
def test_large_enough_groups_are_told(client: Client, db_session: Db) -> None:
    cohort = makers.cohort()
    for number in range(5):
        made, said = sent_case(member(cohort, f"Clinic {number}"), words=("Pay for the drive.",))
        following.answer(made, 30, {said[0].id: Said(Answer.ADOPTED)}, by=BY)
    db_session.commit()
    assert db.session.query(SolutionEntry).count() == 5
    enter(client, made.person)
    page = client.get("/cohorts/cohort-3/solutions?q=drive").text
    assert "5 organizations brought something like this, 5 tried what was recommended, 5 kept it." in page
