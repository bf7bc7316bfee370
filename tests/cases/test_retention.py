"""What a presenter wrote and attached is gone some time after a case ends: from the tables, the disk and the database's file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.audit.models import AuditEntry
from jam.base import files
from jam.base.errors import Refused
from jam.base.now import frozen, now
from jam.base.words import long_date
from jam.base.zones import EASTERN
from jam.cases import actions, attachments, retention, review
from jam.cases.identifier_kinds import Kind
from jam.cases.jobs import forget_originals
from jam.cases.models import Copy, EchoCase
from jam.cases.rules import STEPS, State, Who
from jam.cohorts.rules import Role
from jam.mail.models import Letter
from jam.outcomes.models import CaseRecommendation
from jam.vocabulary.actions import add_first_terms
from tests import makers
from tests.cases.brought import BY, case, enter, faculty, given, member
from tests.cases.test_reading import docx
from tests.clients import Client
from tests.privacy.test_erase import dump
from tests.worlds import files_of

Db = scoped_session[Session]
#: Of the presenter's own words, and of those that are released.
SECRET, SHOWN = "Zuckerkandl", "Quetzalcoatl"


def ended(state: State) -> EchoCase:
    """A case with every kind of words that go, which was closed or taken back just now."""
    add_first_terms(by=BY)
    of = member(makers.cohort())
    made = actions.begin(of, by=BY)
    actions.write(made, given(background=f"{SECRET} wrote this."), by=BY)
    made.towns, made.known_as = f"{SECRET}ville", f"{SECRET} Clinic"
    body = docx(f"<w:p><w:r><w:t>{SECRET} in a file</w:t></w:r></w:p>")
    attachments.attach(made, f"{SECRET}.docx", body, by=BY)
    actions.submit(made, by=BY)
    review.start(made, by=BY)
    review.ask(made, f"Take {SECRET} out.", by=BY)
    actions.submit(made, by=BY)
    review.start(made, by=BY)
    review.edit(made, {**given().texts, "background": f"{SHOWN} was released."}, by=BY)
    review.sign(made, dict.fromkeys(Kind, f"{SECRET} is a plant, too."), by=BY)
    if state is State.WITHDRAWN:
        actions.withdraw(made, Who.PRESENTER, by=BY)
    else:
        made.state, made.state_at = state, now()
    return made


@pytest.mark.parametrize("state", [State.CLOSED, State.WITHDRAWN])
def test_words_and_files_go_when_their_time_is_over(
    app: Flask, db_session: Db, engine: str, database_bytes: Callable[[], bytes], state: State
) -> None:
    made = ended(state)
    db_session.commit()
    stored_as, end = made.files[0].stored_as, made.state_at + timedelta(days=180)
    assert SECRET.encode() not in files.fetch(stored_as)  # packed, so that the bytes alone are looked for
    with frozen(end - timedelta(seconds=1)):
        assert forget_originals() == 0
    assert SECRET in dump()
    assert list(files_of(app)) == [stored_as]
    with frozen(end):
        assert forget_originals() == 1
        assert forget_originals() == 0
    assert SECRET not in dump()
    assert (SHOWN in dump()) == (state is State.CLOSED)
    assert files_of(app) == {}
    assert (made.state, made.files, made.words(Copy.ORIGINAL)) == (state, [], {})
    if engine == "sqlite":
        assert SECRET.encode() not in database_bytes()
    done = db_session.scalars(select(AuditEntry).where(AuditEntry.action == "cases.forget")).one()
    assert (done.actor, done.object_id) == ("clock", made.id)


#: What becomes of a case that nobody presented, took back or closed: where it stands afterwards.
AFTER_THE_COHORT = {
    each: State.WITHDRAWN
    if each in (State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.CHANGES, State.APPROVED, State.SCHEDULED)
    else each
    for each in State
    if each not in (State.CLOSED, State.WITHDRAWN)
}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_nobody_ended_goes_so_long_after_its_cohort(client: Client, db_session: Db) -> None:
    add_first_terms(by=BY)
    of = member(makers.cohort())
    made = {}
    for state in AFTER_THE_COHORT:
        made[state] = case(of, State.APPROVED, released={"background": f"{SHOWN}{state} was released."},
                           background=f"{SECRET}{state} wrote this.")  # fmt: skip
        made[state].event_id = makers.cohort_event(of.cohort).id
        made[state].state = state
        if state in (State.PRESENTED, State.RECOMMENDED, State.FOLLOWED_UP):
            made[state].presented_at = now()
    ends = retention.cohort_ends(of.cohort)
    db_session.commit()
    with frozen(ends - timedelta(seconds=1)):
        assert retention.goes_at(made[State.APPROVED]) is None
    day = long_date(ends + timedelta(days=180), EASTERN)
    with frozen(ends + timedelta(days=1)):
        enter(client, of.person)
        page = client.get(f"/me/cases/{made[State.APPROVED].code}").text
        assert f"not presented. Every word of it and its attachments are removed on {day}." in page
        page = client.get(f"/me/cases/{made[State.PRESENTED].code}").text
        assert f"What you wrote and your attachments are removed on {day}." in page
    with frozen(ends + timedelta(days=150)):
        assert (forget_originals(), forget_originals()) == (0, 0)
        told = [each for each in db_session.scalars(select(Letter)) if each.kind == "case-going"]
        assert sorted(each.scope_id for each in told) == sorted(each.id for each in made.values())
        assert {each.values["day"] for each in told} == {day}
    with frozen(ends + timedelta(days=180, seconds=-1)):
        assert forget_originals() == 0
    with frozen(ends + timedelta(days=180)):
        assert forget_originals() == len(AFTER_THE_COHORT)
        assert forget_originals() == 0
        enter(client, of.person)
        page = client.get(f"/me/cases/{made[State.APPROVED].code}").text
        assert "The cohort ended before it was presented." in page
        assert "your attachments were removed" in page
    everything = dump()
    assert SECRET not in everything
    for state, after in AFTER_THE_COHORT.items():
        assert made[state].state == after
        assert (f"{SHOWN}{state} " in everything) == (after is not State.WITHDRAWN)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_case_with_a_session_to_come_or_questions_open_keeps_everything(db_session: Db) -> None:
    add_first_terms(by=BY)
    of = member(makers.cohort())
    ends = retention.cohort_ends(of.cohort)
    planned, held = case(of, State.APPROVED), case(of, State.APPROVED)
    planned.event_id = makers.cohort_event(of.cohort, starts_at=ends + timedelta(days=300)).id
    planned.state = State.SCHEDULED
    held.event_id, held.state = planned.event_id, State.PRESENTED
    held.event_id = makers.cohort_event(of.cohort, starts_at=ends - timedelta(days=1)).id
    held.presented_at = ends - timedelta(days=1)
    db_session.commit()
    with frozen(ends + timedelta(days=180 + 118)):
        assert forget_originals() == 0
    with frozen(ends + timedelta(days=180 + 148)):
        assert forget_originals() == 1
    assert (held.words(Copy.ORIGINAL), bool(planned.words(Copy.ORIGINAL))) == ({}, True)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_from_a_session_long_after_the_cohort_the_whole_time_is_kept(db_session: Db) -> None:
    add_first_terms(by=BY)
    of = member(makers.cohort())
    session = makers.cohort_event(of.cohort, starts_at=retention.cohort_ends(of.cohort) + timedelta(days=300))
    late, said = case(of, State.APPROVED), case(of, State.APPROVED, released={"background": SHOWN})
    for each in (late, said):
        each.event_id, each.state = session.id, State.SCHEDULED
    line = CaseRecommendation(
        case_id=said.id, client_id="a", position=1, words="Pay.", captured_at=now(), captured_by=BY
    )
    db_session.add(line)
    db_session.commit()
    for days in (1, 150):
        with frozen(session.ends_at + timedelta(days=days)):
            assert forget_originals() == 0
    with frozen(session.ends_at + timedelta(days=180, seconds=-1)):
        assert forget_originals() == 0
    with frozen(session.ends_at + timedelta(days=180)):
        forget_originals()
        # Only a button was forgotten: what was said in the session is written down.
        assert not retention.lapses(said)
    assert (late.state, said.state, said.words(Copy.ORIGINAL)) == (State.WITHDRAWN, State.SCHEDULED, {})
    assert (line in db_session, said.words(Copy.RELEASED)["background"]) == (True, SHOWN)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_was_due_long_ago_is_announced_first(client: Client, db_session: Db) -> None:
    add_first_terms(by=BY)
    draft = case(member(makers.cohort()), State.DRAFT)
    db_session.commit()
    late = retention.cohort_ends(draft.cohort) + timedelta(days=900)
    with frozen(late):
        assert forget_originals() == 0
    with frozen(late + timedelta(days=30, seconds=-1)):
        enter(client, draft.person)
        day = long_date(late + timedelta(days=30), EASTERN)
        assert f"are removed on {day}." in client.get(f"/me/cases/{draft.code}").text
        assert forget_originals() == 0
        assert bool(draft.words(Copy.ORIGINAL))
    with frozen(late + timedelta(days=30)):
        assert forget_originals() == 1
    assert draft.words(Copy.ORIGINAL) == {}
    assert len([each for each in db_session.scalars(select(Letter)) if each.kind == "case-going"]) == 1


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_nothing_is_said_to_be_removed_that_was_never_written(client: Client, db_session: Db) -> None:
    add_first_terms(by=BY)
    of = member(makers.cohort())
    made, back = actions.begin(of, by=BY), case(of, State.DRAFT)
    actions.withdraw(back, Who.PRESENTER, by=BY)
    back.texts.clear()
    db_session.commit()
    with frozen(retention.cohort_ends(of.cohort) + timedelta(days=1)):
        assert (retention.gone(made), retention.gone(back)) == (False, False)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_nothing_is_brought_to_a_cohort_that_is_over(client: Client, db_session: Db) -> None:
    add_first_terms(by=BY)
    of = member(makers.cohort())
    held = case(of, State.PRESENTED)
    db_session.commit()
    own, home = f"/me/cases/{held.code}", f"/cohorts/{of.cohort.slug}/home"
    enter(client, of.person)
    assert "Bring a follow-up" in client.get(own).text
    assert "Bring a case" in client.get(home).text
    with frozen(retention.cohort_ends(of.cohort)):
        enter(client, of.person)
        assert "Bring a follow-up" not in client.get(own).text
        page = client.get(home).text
        assert "This cohort is over, so no more cases" in page
        assert "Bring a case" not in page
        with pytest.raises(Refused, match="cohort is over"):
            actions.begin(of, by=BY)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_file_that_cannot_be_deleted_is_tried_again(
    app: Flask, db_session: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ended(State.WITHDRAWN)
    db_session.commit()

    def stuck(name: str) -> None:
        raise PermissionError(name)

    with frozen(made.state_at + timedelta(days=181)):
        with monkeypatch.context() as broken:
            broken.setattr(retention.files, "drop", stuck)
            with pytest.raises(PermissionError):
                forget_originals()
        assert len(made.files) == 1
        assert forget_originals() == 1
    assert files_of(app) == {}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("state", [State.CLOSED, State.WITHDRAWN])
def test_the_day_is_told_before_and_the_end_afterwards(client: Client, db_session: Db, state: State) -> None:
    made = ended(state)
    coordinator = faculty(made.cohort, Role.COORDINATOR)
    db_session.commit()
    day = long_date(made.state_at + timedelta(days=180), EASTERN)
    desk = "/desk/cohorts/cohort-3/cases"
    enter(client, made.person)
    assert f"removed on {day}." in client.get(f"/me/cases/{made.code}").text
    client.sign_in(coordinator)
    assert f"removed on {day}." in client.get(f"{desk}/{made.code}").text
    assert "Removed soon" not in client.get(desk).text
    with frozen(made.state_at + timedelta(days=151)):
        client.sign_in(coordinator)
        page = client.get(desk).text
        assert f"{made.shown}: {day}" in page.split("Removed soon")[1]
    with frozen(made.state_at + timedelta(days=181)):
        forget_originals()
        client.sign_in(coordinator)
        assert "are removed, their time being over" in client.get(f"{desk}/{made.code}").text
        enter(client, made.person)
        assert "your attachments were removed" in client.get(f"/me/cases/{made.code}").text


def test_a_case_can_be_taken_back_until_it_is_presented() -> None:
    assert STEPS["withdraw"].before == (
        State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.CHANGES, State.APPROVED, State.SCHEDULED,
    )  # fmt: skip
