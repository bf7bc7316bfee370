"""What a presenter wrote and attached is gone some time after a case ends: from the tables, the disk and the database's file."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.audit.models import AuditEntry
from jam.base import files
from jam.base.now import frozen, now
from jam.base.words import long_date
from jam.base.zones import EASTERN
from jam.cases import actions, attachments, retention, review
from jam.cases.identifier_kinds import Kind
from jam.cases.jobs import forget_originals
from jam.cases.models import Copy, EchoCase
from jam.cases.rules import STEPS, State, Who
from jam.cohorts.rules import Role
from jam.vocabulary.actions import add_first_terms
from tests import makers
from tests.cases.brought import BY, case, enter, faculty, given, member
from tests.cases.test_reading import docx
from tests.clients import Client
from tests.privacy.canaries import files_of
from tests.privacy.test_erase import dump

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
    app: Flask, db_session: Db, engine: str, tmp_path: Path, state: State
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
        raw = b"".join(path.read_bytes() for path in tmp_path.glob("jam.sqlite*"))
        assert SECRET.encode() not in raw
    done = db_session.scalars(select(AuditEntry).where(AuditEntry.action == "cases.forget")).one()
    assert (done.actor, done.object_id) == ("clock", made.id)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_case_that_goes_on_keeps_everything(app: Flask, db_session: Db) -> None:
    add_first_terms(by=BY)
    of = member(makers.cohort())
    for state in State:
        if state not in (State.CLOSED, State.WITHDRAWN):
            made = case(of, State.APPROVED, background=f"{SECRET}{state} wrote this.")
            made.event_id = makers.cohort_event(of.cohort).id
            made.state = state
    db_session.commit()
    with frozen(now() + timedelta(days=4000)):
        assert forget_originals() == 0
    assert db_session.query(EchoCase).count() == len(State) - 2


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
