"""People out of a file: columns guessed, every row told, nothing before the last button, nothing twice."""

from __future__ import annotations

import csv
import io
import re
import zipfile

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from jam.audit.models import AuditEntry
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import frozen
from jam.mail.models import Letter
from jam.people.domains import add_name
from jam.people.models import Person
from jam.registration import intake, tables
from jam.registration.columns import guess, state_of, zip_of
from jam.registration.models import Answer, Registration
from jam.registration.question_rules import Kind
from jam.registration.tables import Table
from jam.schedule.models import Event
from tests import makers
from tests.cases_once import cases_once
from tests.clients import Client

NOVEMBER = makers.utc("2026-11-22 15:00")
IMPORT = "/desk/sessions/jam-2026-12-15/people/import"
FILE = """E-mail Address,First Name,Last Name,Company,State,ZIP
ana@clinic.example,Ana,Lee,Riverside Clinic,Ohio,43004
BEN@state.example,,,=SUM(A1),TX,2138
cai@people.example,Cai,Abe,,Narnia,
dee@people.example,Dee,Fox,,,
not an address,Eve,Ito,,,
CAI@people.example,Cai,Again,,,
fay@people.example,,,,,
,Gus,Uno,,,
"""


@pytest.fixture
def desk(client: Client, db_session: scoped_session[Session]) -> Client:
    makers.sign_in(client)
    return client


@pytest.fixture
def event(db_session: scoped_session[Session]) -> Event:
    """Three seats: one is Ana's. Ben is known from elsewhere."""
    with frozen(NOVEMBER):
        made = makers.event(starts_at=makers.utc("2026-12-15 18:00"), capacity=3, waiting_list=True)
        makers.registration(made, "ana@clinic.example", "Ana Lee")
        makers.person("ben@state.example", "Ben Ode")
        db.session.commit()
    return made


def load(desk: Client, data: bytes) -> TestResponse:
    return desk.submit(IMPORT, {"file": (io.BytesIO(data), "people.csv")})


def seats() -> list[tuple[str, str, str, str | None, str | None]]:
    rows = select(
        Registration.name,
        Registration.status,
        Registration.organization,
        Registration.state,
        Registration.zip,
    )
    return sorted(tuple(row) for row in db.session.execute(rows))


def counted(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_file_is_shown_then_imported_then_mended(desk: Client, event: Event) -> None:
    with frozen(NOVEMBER):
        before = [counted(model) for model in (Person, Registration, Letter, AuditEntry)]
        preview = load(desk, FILE.encode()).location
        page = desk.get(preview).text
        assert (
            "2 get a seat + 1 go on the waiting list + 1 are registered already + 4 are left out = 8 rows"
        ) in page
        assert "2 people are new to Jam." in page
        assert "“Narnia” is no state; left empty." in page
        assert "This person stands in the file more than once; the first row counts." in page
        assert [counted(model) for model in (Person, Registration, Letter, AuditEntry)] == before
        page = desk.submit(preview, {"letters": "yes"}, form="/run", follow_redirects=True).text
    assert "2 people have a seat now, 1 went on the waiting list, 1 were registered already." in page
    assert seats() == [
        ("Ana Lee", "confirmed", "", None, None),
        ("Ben Ode", "confirmed", "=SUM(A1)", "TX", "02138"),
        ("Cai Abe", "confirmed", "", None, None),
        ("Dee Fox", "waiting", "", None, None),
    ]
    letters = select(Letter.to_name, Letter.kind, Letter.batch, Letter.due_at).where(
        Letter.to_name != "Ana Lee"
    )
    found = db.session.execute(letters.order_by(Letter.id)).all()
    assert [(name, kind) for name, kind, _, _ in found] == [
        ("Ben Ode", "registered"), ("Cai Abe", "registered"), ("Dee Fox", "waiting"),
    ]  # fmt: skip
    assert len({batch for _, _, batch, _ in found}) == 1
    assert {due for *_, due in found} == {makers.utc("2026-11-22 15:10")}
    link = re.search(r'href="([^"]*refused\.csv[^"]*)"', page)
    assert link is not None
    refused = desk.get(link[1].replace("&amp;", "&")).data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(refused)))
    assert rows[0][-1] == "Why it was left out"
    assert [(row[0], row[-1]) for row in rows[1:]] == [
        (
            "not an address",
            "“not an address” does not look like an e-mail address. Check it for a typing slip.",
        ),
        ("CAI@people.example", "This person stands in the file more than once; the first row counts."),
        ("fay@people.example", "A name is missing."),
        ("", "An e-mail address is missing."),
    ]


def test_a_second_time_nothing_is_added_and_no_letter_is_written(desk: Client, event: Event) -> None:
    with frozen(NOVEMBER):
        for _ in range(2):
            preview = load(desk, FILE.encode()).location
            desk.submit(preview, {"letters": "no"}, form="/run") if "Import these people" in desk.get(
                preview
            ).text else None
    assert len(seats()) == 4
    assert counted(Letter) == 1


def test_a_workbook_is_read_as_text(desk: Client, event: Event) -> None:
    data = tables.xlsx_bytes(["Email", "Name", "ZIP"], [["hal@people.example", "=HYPERLINK(1)", 2138]])
    with frozen(NOVEMBER):
        preview = load(desk, data).location
        desk.submit(preview, {"letters": "no"}, form="/run")
    assert ("=HYPERLINK(1)", "confirmed", "", None, "02138") in seats()


def test_columns_can_be_chosen_by_hand(desk: Client, event: Event) -> None:
    with frozen(NOVEMBER):
        preview = load(desk, b"one,two\nhal@people.example,Hal Poe\n").location
        assert "Say above which column holds the e-mail address." in desk.get(preview).text
        assert "1 get a seat + 0 go" in desk.get(f"{preview}&email=0&name=1").text


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 130_000_000)
    return out.getvalue()


TEN_THOUSAND = b"Email\n" + b"a@b.example\n" * 10_000


def test_ten_thousand_rows_are_no_more_than_there_may_be() -> None:
    assert len(tables.read(TEN_THOUSAND).rows) == 10_000


@cases_once(
    ("data", "sentence"),
    [
        (b"", "This file holds no rows."),
        (b"Email,Name\n", "This file holds no rows."),
        (b"PK\x03\x04 nothing", "This file cannot be read as a table."),
        (b"Email\n\x00\x01", "This file cannot be read as a table."),
        (TEN_THOUSAND + b"a@b.example\n", "more than 10,000 rows"),
    ],
)
def test_what_is_no_list_is_refused(desk: Client, event: Event, data: bytes, sentence: str) -> None:
    answer = load(desk, data)
    assert answer.status_code == 400
    assert sentence in answer.text


def test_a_bomb_is_not_unpacked() -> None:
    with pytest.raises(Refused, match="too large when unpacked"):
        tables.read(bomb())


def test_somebody_elses_file_is_nobodys(desk: Client, event: Event) -> None:
    with frozen(NOVEMBER):
        preview = load(desk, FILE.encode()).location
        other = makers.account(address="other@staff.example")
        db.session.commit()
        desk.sign_in(other)
        assert desk.get(preview).status_code == 400
        assert desk.get(f"{IMPORT}/preview?upload=nonsense").status_code == 400


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_thousand_rows_are_imported(event: Event) -> None:
    event.capacity = None
    rows = [
        [f"g{number}@people.example", f"Guest {number}", f"Clinic {number % 50}"] for number in range(1000)
    ]
    table = Table(["Email", "Name", "Organization"], rows)
    with frozen(NOVEMBER):
        done = intake.take(event, table, guess(table.header), letters=False, by="command")
        assert done.count(intake.Fate.SEAT) == 1000
    assert counted(Registration) == 1001


def test_headers_states_and_zip_codes_are_understood() -> None:
    assert guess(["Work e-mail", "Surname", "Given Name", "Agency", "Zip/Postal Code", "Job Title"]).of == {
        "email": 0, "last": 1, "first": 2, "organization": 3, "zip": 4, "job_role": 5,
    }  # fmt: skip
    assert [state_of(cell) for cell in ("oh", "Puerto Rico", "Narnia")] == ["OH", "PR", None]
    assert [zip_of(cell) for cell in ("43004", "501", "2138-1234", "x")] == [
        "43004",
        "00501",
        "02138-1234",
        None,
    ]


def test_answers_needs_and_how_they_heard_come_along(desk: Client, event: Event) -> None:
    days = makers.question(event, "Which days?", kind=Kind.SEVERAL, options="Monday\nFriday", other=True)
    many = makers.question(event.program, "How many?", kind=Kind.NUMBER, required=True)
    clinic = makers.person(organization="Riverside Clinic").organization
    assert clinic is not None
    add_name(clinic, "The RC", by=makers.BY)
    db.session.commit()
    data = (
        "E-mail,Name,Asks for,how many?,Which days?,How heard,Company\n"
        "gil@people.example,Gil Uno,ASL,3,friday; Sunday,At a Jam,RC\n"
        "hal@people.example,Hal Duo,,many,Monday,,\n"
    )
    with frozen(NOVEMBER):
        preview = load(desk, data.encode()).location
        assert "Enter a number under “How many?”, such as 12 or 2.5. Left empty." in desk.get(preview).text
        desk.submit(preview, {"letters": "no"}, form="/run")
    seats = db.session.scalars(select(Registration).where(Registration.source == "import")).all()
    assert [(each.name, each.accommodation, each.accommodation_state, each.heard) for each in seats] == [
        ("Gil Uno", "ASL", "asked", "At a Jam"),
        ("Hal Duo", None, None, ""),
    ]
    assert seats[0].person.organization_id == clinic.id
    said = db.session.execute(
        select(Answer.registration_id, Answer.question_id, Answer.value).order_by(Answer.id)
    )
    assert {(seat, question): value for seat, question, value in said} == {
        (seats[0].id, days.id): {"chosen": ["Friday"], "other": "Sunday"},
        (seats[0].id, many.id): 3,
        (seats[1].id, days.id): {"chosen": ["Monday"], "other": ""},
    }
