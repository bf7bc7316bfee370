"""The roster of a program, and what rosters look like as files."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session, scoped_session

from jam.attendance.models import Attendance
from jam.base.database import db
from jam.base.now import frozen
from jam.people.actions import Details
from jam.registration import actions, passes
from jam.registration.models import Registration
from jam.schedule.models import Event
from jam.vocabulary.actions import add_first_terms
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind
from tests import makers
from tests.clients import Client

NOVEMBER = makers.utc("2026-11-22 15:00")
PEOPLE = "/desk/programs/jam/people"


@pytest.fixture
def desk(client: Client, db_session: scoped_session[Session]) -> Client:
    makers.sign_in(client)
    return client


@pytest.fixture
def sessions(db_session: scoped_session[Session]) -> list[Event]:
    """December about payment with Ana and Ben; January with Ana; Cai cancelled; Dee holds the pass; Eve is elsewhere."""
    with frozen(NOVEMBER):
        add_first_terms(by="command")
        sector = terms(Kind.SECTOR)[0].id
        december = makers.event(starts_at=makers.utc("2026-12-15 18:00"))
        december.terms = [terms(Kind.LEVER)[1]]
        january = makers.event(starts_at=makers.utc("2027-01-19 18:00"))
        ana = {"organization": "Riverside Clinic", "sector_id": sector, "state": "OH"}
        makers.registration(december, "ana@clinic.example", "Ana Lee", **ana)
        makers.registration(january, "ana@clinic.example", "Ana Lee", **ana)
        makers.registration(december, "ben@state.example", "=1+1", organization="@sum", state="TX")
        actions.cancel(makers.registration(january, "cai@clinic.example", "Cai Abe"), by="person:3")
        passes.take(makers.program("echo", name="ECHO"), "eve@people.example", Details("Eve Elsewhere"))
        ana_id = db.session.query(Registration.person_id).filter_by(name="Ana Lee").first()[0]
        db.session.add(Attendance(event_id=december.id, person_id=ana_id, role="attendee", seconds=60))
        held = passes.take(makers.program(), "dee@people.example", Details("Dee Pass"))
        for seat in db.session.query(Registration).filter_by(person_id=held.person_id):
            db.session.delete(seat)
        db.session.commit()
    return [december, january]


def rows(desk: Client, query: str = "", kind: str = "csv") -> list[list[object]]:
    answer = desk.get(f"{PEOPLE}.{kind}?{query}")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="jam-people.{kind}"'
    if kind == "csv":
        return [list(row) for row in csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))]
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_everybody_of_the_program_is_there_once_with_what_they_did(
    desk: Client, sessions: list[Event]
) -> None:
    with frozen(NOVEMBER):
        assert rows(desk) == [
            ["Name", "E-mail", "Organization", "State", "Sessions registered", "Sessions attended", "Series pass"],
            ["'=1+1", "ben@state.example", "'@sum", "TX", "1", "0", "no"],
            ["Ana Lee", "ana@clinic.example", "Riverside Clinic", "OH", "2", "1", "no"],
            ["Cai Abe", "cai@clinic.example", "", "", "0", "0", "no"],
            ["Dee Pass", "dee@people.example", "", "", "0", "0", "yes"],
        ]  # fmt: skip
        page = desk.get(PEOPLE).text
    assert "3 confirmed + 1 cancelled = 4 registrations" in page
    assert "4 people" in page
    assert "Eve Elsewhere" not in page


FINDS = {
    "q=clinic.example": ["Ana Lee", "Cai Abe"],
    "q=riverside": ["Ana Lee"],
    "status=cancelled": ["Cai Abe"],
    "state=OH": ["Ana Lee"],
    "source=pass": [],
    "sort=registered&status=confirmed": ["'=1+1", "Ana Lee"],
    "sort=organization&status=confirmed": ["'=1+1", "Ana Lee"],
    "sort=state&status=confirmed": ["Ana Lee", "'=1+1"],
}


def test_people_are_found(desk: Client, sessions: list[Event]) -> None:
    with frozen(NOVEMBER):
        assert {query: [row[0] for row in rows(desk, query)[1:]] for query in FINDS} == FINDS


def test_a_lever_narrows_the_sessions_that_count(desk: Client, sessions: list[Event]) -> None:
    lever = terms(Kind.LEVER)[1].id
    with frozen(NOVEMBER):
        assert [(row[0], row[4], row[5]) for row in rows(desk, f"lever={lever}")[1:]] == [
            ("'=1+1", "1", "0"),
            ("Ana Lee", "1", "1"),
        ]


def test_in_a_workbook_a_name_stays_a_name_and_a_number_a_number(desk: Client, sessions: list[Event]) -> None:
    with frozen(NOVEMBER):
        assert rows(desk, "state=TX", "xlsx")[1:] == [
            ["=1+1", "ben@state.example", "@sum", "TX", 1, 0, "no"]
        ]  # fmt: skip
        data = desk.get(f"/desk/sessions/{sessions[0].slug}/people.xlsx?q=state.example").data
    sheet = load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    assert [cell.data_type for cell in sheet[2]][:3] == ["s", "s", "s"]
    assert [cell.value for cell in sheet[2]][:3] == ["=1+1", "ben@state.example", "@sum"]
    assert sheet.max_row == 2


def test_a_program_that_is_not_there_has_no_roster(desk: Client) -> None:
    assert desk.get("/desk/programs/nothing/people").status_code == 404
    assert desk.get("/desk/programs/jam%00/people.csv").status_code == 404
