"""The dashboard of a cohort: its figures, each table as a file, and the same number of queries however full it is."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session, scoped_session

from jam.base.now import frozen, now
from jam.cases import dashboard, plans
from jam.cases.rules import State
from jam.cohorts.faculty import add_faculty
from jam.cohorts.rules import Role
from jam.schedule.models import Cohort
from jam.vocabulary.actions import add_first_terms
from tests import makers
from tests.cases.brought import BY, case, faculty
from tests.clients import Client

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
Db = scoped_session[Session]
PATH = "/desk/cohorts/cohort-3/dashboard"


@pytest.fixture
def cohort(db_session: Db) -> Cohort:
    """Two sessions held and one to come; one organization that came to both, one that came to none."""
    add_first_terms(by=BY)
    made = makers.cohort()
    with frozen(now() - timedelta(days=40)):
        here, away = makers.admitted(made, "Here Clinic", 2), makers.admitted(made, "Away Clinic", 1)
        faculty(made, Role.FACILITATOR)
    for days in (30, 10):
        event = makers.cohort_event(made, starts_at=now() - timedelta(days=days))
        makers.reported(event, makers.registration_of(event, here.contact))
        makers.registration_of(event, away.contact)
    ahead = makers.cohort_event(made)
    with frozen(now() - timedelta(days=6)):
        brought = case(here.contact, State.APPROVED)
    plans.put_on(brought, ahead, by=BY)
    case(here.team[1])
    db_session.commit()
    return made


def values(cohort: Cohort, key: str) -> list[list[object]]:
    found = next(each for each in dashboard.board(cohort).tables if each.key == key)
    return [list(row) for row in found.values]


def test_what_the_dashboard_says(client: Client, db_session: Db, cohort: Cohort) -> None:
    makers.sign_in(client)
    page = client.get(PATH).text
    with client.application.test_request_context():
        assert [row[2:] for row in values(cohort, "sessions")] == [[1, 3, 33], [1, 3, 33]]
        assert values(cohort, "organizations") == [
            ["Away Clinic", 1, 0, 2, 0, "no", "no", 0],
            ["Here Clinic", 2, 2, 4, 50, "no", "no", 2],
        ]
        assert [row[0] for row in values(cohort, "warnings")] == ["Away Clinic", "Here Clinic"]
        assert values(cohort, "funnel")[:3] == [
            ["Sent in", 2, 100, "", ""],
            ["Approved", 1, 50, 0.0, 1],
            ["Planned for a session", 1, 50, 6.0, 1],
        ]
        assert values(cohort, "faculty") == [
            ["facilitator cohort-3", "Facilitator", 2, 3.0, 0, 2, 0.0],
            ["All: facilitator", "1 person", 2, 3, 0, 2, 0],
        ]
    assert (
        "Nobody came to the last two sessions; its members took 0 of 2 seats, 0 %; the goal is 60 %" in page
    )
    assert 'href="mailto:member1@awayclinic.example"' in page
    assert "1 of 3" in page
    # The number opens to its cases.
    assert "/desk/cohorts/cohort-3/cases?reached=approved" in page
    cases = client.get("/desk/cohorts/cohort-3/cases?reached=approved").text
    assert "Only cases that came as far as “Approved”: 1 case." in cases
    assert "Submitted, 1" not in cases


def test_each_table_is_a_file(client: Client, db_session: Db, cohort: Cohort) -> None:
    lead = faculty(cohort, Role.COORDINATOR)
    db_session.commit()
    client.sign_in(lead)
    text = client.get(f"{PATH}/warnings.csv").get_data(as_text=True)
    assert text.splitlines()[0] == "\ufeffOrganization,Why,Contact,E-mail"
    assert "Away Clinic" in text
    for key in ("sessions", "organizations", "warnings", "funnel", "outcomes", "faculty"):
        assert client.get(f"{PATH}/{key}.csv").status_code == 200
        answer = client.get(f"{PATH}/{key}.xlsx")
        book = load_workbook(io.BytesIO(answer.data))
        assert book.active is not None
    assert client.get(f"{PATH}/none.csv").status_code == 404


def test_whoever_only_advises_a_cohort_sees_no_dashboard(
    client: Client, db_session: Db, cohort: Cohort
) -> None:
    expert = faculty(cohort, Role.EXPERT)
    db_session.commit()
    client.sign_in(expert)
    assert client.get(PATH).status_code == 403
    assert client.get(f"{PATH}/warnings.csv").status_code == 403


def test_the_dashboard_asks_the_same_however_full_the_cohort_is(
    client: Client, db_session: Db, cohort: Cohort
) -> None:
    makers.sign_in(client)
    client.get(PATH)
    with makers.statements() as few:
        client.get(PATH)
    for number in range(3):
        with frozen(now() - timedelta(days=40)):
            more = makers.admitted(cohort, f"Clinic {number}", 3)
            add_faculty(cohort, f"Expert {number}", f"expert{number}@echo.example", Role.EXPERT, by=BY)
        event = makers.cohort_event(cohort, starts_at=now() - timedelta(days=5 - number))
        makers.reported(event, makers.registration_of(event, more.contact))
        case(more.contact, State.APPROVED)
    db_session.commit()
    with makers.statements() as many:
        client.get(PATH)
    assert len(many) == len(few) <= 45


def test_an_empty_cohort_looks_right(client: Client, db_session: Db) -> None:
    makers.cohort()
    makers.sign_in(client)
    page = client.get(PATH).text
    for words in ("No session has taken place yet.", "No organization is admitted yet.", "No case has been sent in.",
                  "The cohort has no faculty yet.", "No recommendations have been sent yet."):  # fmt: skip
        assert words in page
    assert client.get(f"{PATH}/funnel.csv").status_code == 200
