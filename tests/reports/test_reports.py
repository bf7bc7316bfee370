"""A report from the preview to its files and to the next one: frozen, for the same bytes for ever, with nobody in it."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date, timedelta
from hashlib import sha256
from html import unescape

import openpyxl
import pytest
from pypdf import PdfReader
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, scoped_session

from jam.attendance import hand
from jam.attendance.actions import import_report
from jam.base.database import db
from jam.base.now import frozen
from jam.base.zones import EASTERN
from jam.people import actions as people
from jam.privacy.actions import erase
from jam.registration.accommodations import settle
from jam.registration.models import Registration
from jam.registration.rules import Need
from jam.reports import actions, document
from jam.reports.actions import make_report
from jam.reports.models import ReportSnapshot
from jam.reports.queries import figures_beside, report_called
from jam.reports.rules import Figures, for_others
from jam.schedule.given import ProgramFields
from jam.schedule.programs import edit_program
from jam.statistics.choice import Choice
from jam.statistics.measures import MEASURES
from jam.statistics.queries import statistics
from tests import makers
from tests.attendance.files import came, report_2020
from tests.clients import Client
from tests.house.plan import ROOT
from tests.makers import BY, utc
from tests.statistics import world
from tests.worlds import made_once

TODAY = utc("2026-11-22 16:00")
YEAR = Choice("jam", date(2026, 1, 1), date(2026, 12, 31))
OF_THE_YEAR = {"program": "jam", "cohort": "", "from": "2026-01-01", "to": "2026-12-31"}

one_engine = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with frozen(TODAY):
        yield


@made_once
def make_year() -> None:
    """A session that many came to, and one without a report; committed."""
    world.crowd(makers.event(title="Paying peers", starts_at=utc("2026-09-15 17:00")), 30, 21)
    world.crowd(makers.event(title="Hiring in nine days", starts_at=utc("2026-10-20 17:00")), 14, 0)
    october = db.session.query(world.AttendanceReport).order_by(world.AttendanceReport.id.desc()).first()
    db.session.delete(october)
    db.session.commit()


@pytest.fixture
def year(db_session: scoped_session[Session]) -> None:
    make_year()


def kept(code: str) -> ReportSnapshot:
    found = report_called(code)
    assert found is not None
    return found


def text_of(pdf: bytes) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


def test_from_the_preview_to_the_files(year: None, client: Client) -> None:
    makers.sign_in(client)
    page = client.get("/desk/reports/", query_string=OF_THE_YEAR).text
    assert "Nothing is kept until you freeze it" in page
    assert db.session.query(ReportSnapshot).count() == 0
    [form] = [
        each for each in re.findall(r"<form.*?</form>", page, re.DOTALL) if "Freeze this report" in each
    ]
    answer = client.submit(
        f"/desk/reports/?{'&'.join(f'{k}={v}' for k, v in OF_THE_YEAR.items())}", {}, form="reports"
    )
    made = db.session.query(ReportSnapshot).one()
    assert answer.location == f"/desk/reports/{made.name}"
    assert form.count('type="hidden"') == 5
    shown = client.get(answer.location).text
    assert "Of those registered came" in shown
    assert f'href="/desk/reports/{made.name}.pdf"' in shown
    pdf = client.get(f"/desk/reports/{made.name}.pdf")
    assert (
        pdf.headers["Content-Disposition"] == f'attachment; filename="jam-report-{made.name}-2026-11-22.pdf"'
    )
    assert pdf.data == made.pdf
    assert client.get(f"/desk/reports/{made.code.lower()}.xlsx").data == made.xlsx
    assert sha256(client.get(f"/desk/reports/{made.name}.json").data).hexdigest() == made.sha256
    drawn = client.get(f"/desk/reports/{made.name}/charts/registrations-and-attendance.svg")
    assert drawn.headers["Content-Disposition"] == (
        'attachment; filename="jam-registrations-and-attendance-2026-09-15-to-2026-10-20.svg"'
    )
    assert client.get(f"/desk/reports/{made.name}/charts/none.svg").status_code == 404
    assert client.get(f"/desk/reports/{made.name}.doc").status_code == 404
    assert client.get("/desk/reports/R-22222").status_code == 404
    assert made.name in client.get("/desk/reports/").text


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_report_is_found_through_by_jumps_and_folded_on_a_phone(year: None, client: Client) -> None:
    makers.sign_in(client)
    page = client.get("/desk/reports/", query_string=OF_THE_YEAR).text
    jumps = re.findall(r'href="#([\w-]+)"', page.partition('<nav class="on-page"')[2].partition("</nav>")[0])
    assert jumps[-3:] == ["charts", "unknown", "made"]
    assert [page.count(f' id="{each}"') for each in jumps] == [1] * len(jumps)
    assert re.findall(r'class="folded folded-narrow" id="([\w-]+)"', page) == jumps[:-3]


def test_a_choice_without_sessions_is_refused_kindly(
    db_session: scoped_session[Session], client: Client
) -> None:
    makers.sign_in(client)
    for typed, words in (
        ({**OF_THE_YEAR, "program": ""}, "there is nothing to report"),
        ({**OF_THE_YEAR, "from": ""}, "Enter both days"),
        ({**OF_THE_YEAR, "to": "2025-01-01"}, "before it begins"),
        ({**OF_THE_YEAR, "program": "none"}, "There is no program"),
    ):
        answer = client.get("/desk/reports/", query_string=typed)
        assert answer.status_code == 400
        assert words in unescape(answer.text)


@one_engine
def test_the_document_is_tagged_and_names_nobody(year: None) -> None:
    """Read with pypdf, which knows nothing of the program that wrote it."""
    made = make_report(YEAR, by=BY)
    pdf = PdfReader(io.BytesIO(made.pdf))
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 - pypdf's own kind of it
    assert root["/Lang"].lower() == "en-us"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert "pdfuaid:part" in root["/Metadata"].get_object().get_data().decode()
    assert pdf.metadata is not None
    assert pdf.metadata.title == f"Workforce Solutions Jam: registrations and attendance, {made.name}"
    tags: dict[str, list[object]] = {}

    def walk(node: object) -> None:
        for one in node if isinstance(node, list) else [node]:
            each = one.get_object() if hasattr(one, "get_object") else one
            if isinstance(each, dict):
                if "/S" in each:
                    tags.setdefault(str(each["/S"]), []).append(each)
                if "/K" in each:
                    walk(each["/K"])

    walk(root["/StructTreeRoot"]["/K"])
    assert {"/H1", "/H2", "/Table", "/TH", "/TR", "/TD", "/Figure", "/L", "/LI"} <= set(tags)
    pictures = [str(each["/Alt"]) for each in tags["/Figure"] if "/Alt" in each]  # type: ignore[index]
    assert [words.partition(".")[0] for words in pictures] == [
        "Registrations and attendance by session", "Registrations by state and territory",
    ]  # fmt: skip
    words = text_of(made.pdf)
    for each in statistics(YEAR).measures:
        assert MEASURES[each].definition[:25] in words
    assert "Guest" not in words
    assert "people.example" not in words
    assert "{" not in "".join(document.HOW_TO_READ), "every number is filled in"


@one_engine
def test_the_spreadsheet_has_every_measure_with_its_words(year: None) -> None:
    made = make_report(YEAR, by=BY)
    book = openpyxl.load_workbook(io.BytesIO(made.xlsx))
    assert book.sheetnames == ["Read me", "Figures", "Sessions", "States", "Sectors", "Levers", "Not known"]
    header, *rows = book["Figures"].iter_rows(values_only=True)
    assert header[:4] == ("Heading", "Figure", "Number", "What")
    by_title = {row[3]: row for row in rows}
    assert set(by_title) == {MEASURES[each].title for each in statistics(YEAR).measures}
    assert by_title["registrations"][1:3] == ("44", 44)
    assert by_title["attendances"][1:3] == ("21", 21)
    assert by_title["of those registered came"][1:3] == ("Withheld", None), "nine did not come"
    assert by_title["at one moment"][4] == MEASURES["peak"].definition
    sessions = list(book["Sessions"].iter_rows(values_only=True, min_row=2))
    assert [(row[0].date(), *row[1:6]) for row in sessions] == [
        (date(2026, 9, 15), "Paying peers", "Workforce Solutions Jam", 30, 21, None),
        (date(2026, 10, 20), "Hiring in nine days", "Workforce Solutions Jam", 14, None, None),
    ]
    assert {sheet.title: len(sheet._charts) for sheet in book if sheet._charts} == {
        "Sessions": 1, "States": 1, "Sectors": 1,
    }  # fmt: skip
    assert [book["Sessions"][each].number_format for each in ("A2", "D2")] == ["mmm d, yyyy", "#,##0"]
    assert next(book["Not known"].iter_rows(values_only=True, min_row=2)) == (
        "Sessions without an attendance report; nobody knows who came to them", 1,
    )  # fmt: skip
    cells = {cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    assert not any(isinstance(cell, str) and ("Guest" in cell or "@" in cell) for cell in cells)


@one_engine
def test_a_later_report_of_more_sessions_tells_in_tens_what_an_earlier_one_would_give_away(
    year: None, client: Client
) -> None:
    part = make_report(Choice("jam", date(2026, 9, 1), date(2026, 9, 30)), by=BY)
    whole = make_report(YEAR, by=BY)
    db.session.commit()
    assert [json.loads(each.figures)["coarse"] for each in (part, whole)] == [{}, {"newcomers": 20}]
    assert "21 People who came for the first time" in text_of(part.pdf)
    assert "About 20 People who came for the first time" in text_of(whole.pdf)
    makers.sign_in(client)
    page = f"/desk/reports/{part.name}"
    assert "Frozen when less was left out" not in client.get(page).text
    part.version = 2
    db.session.commit()
    assert "Frozen when less was left out" in client.get(page).text


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_while_a_report_is_counted_nobody_adds_another(year: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def beside(choice: Choice) -> Figures:
        with db.engine.connect() as other, pytest.raises(OperationalError, match="could not obtain lock"):
            # What it takes to write a row.
            other.execute(text("LOCK TABLE report_snapshot IN ROW EXCLUSIVE MODE NOWAIT"))
        return figures_beside(choice)

    monkeypatch.setattr(actions, "figures_beside", beside)
    assert make_report(YEAR, by=BY).id


@one_engine
def test_an_id_gives_the_same_bytes_whatever_changes(year: None, client: Client) -> None:
    made = make_report(YEAR, by=BY)
    name, made_at, figures, files = made.name, made.made_at, made.figures, (made.pdf, made.xlsx)
    world.crowd(makers.event(title="State academies", starts_at=utc("2026-11-17 18:00")), 40, 30)
    makers.sign_in(client)
    again = [client.get(f"/desk/reports/{name}.{form}").data for form in ("pdf", "xlsx")]
    assert tuple(again) == files
    # Another process makes the same of the figures, on another day.
    program = (
        "import sys, json, datetime, hashlib\n"
        "from jam.reports import rules\nfrom jam.reports.pdf import pdf\nfrom jam.reports.workbook import xlsx\n"
        "name, at = sys.argv[1], datetime.datetime.fromisoformat(sys.argv[2])\n"
        "shown = rules.for_others(json.load(sys.stdin))\n"
        "print(*(hashlib.sha256(make(shown, name, at)).hexdigest() for make in (pdf, xlsx)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, name, made_at.isoformat()], input=figures, cwd=ROOT, capture_output=True, check=True
    )  # fmt: skip
    assert done.stdout.decode().split() == [sha256(each).hexdigest() for each in files]


def test_what_changed_and_why(year: None, client: Client) -> None:
    earlier = make_report(YEAR, by=BY)
    db.session.commit()
    september, october = world.event_called("Paying peers"), world.event_called("Hiring in nine days")
    lines = [came(f"Ann{n}", "13:00:00", "13:50:00") for n in range(12)]
    import_report(october, report_2020(*lines).encode(), EASTERN, by=BY, file_name="late.csv")
    world.give_back(september.slug, f"guest-{september.id}-29")
    hand.correct(
        september, world.who(f"guest-{september.id}-25"), hand.Said(True, 40), "She wrote to us.", by=BY
    )
    people.merge(world.who(f"guest-{september.id}-0"), world.who(f"guest-{september.id}-1"), by=BY)
    people.merge(makers.person("x1@x.example", "X"), makers.person("x2@x.example", "X"), by=BY)
    erase(world.who(f"guest-{september.id}-5"), by=BY)
    seat = db.session.query(Registration).filter_by(event_id=october.id).first()
    assert seat is not None
    seat.accommodation, seat.accommodation_state = "Captions", Need.ASKED
    settle(seat, Need.ARRANGED, "", by=BY)
    jam = september.program
    given = ProgramFields(**{each.name: getattr(jam, each.name) for each in fields(ProgramFields)})
    edit_program(jam, replace(given, enough_percent=50), by=BY)
    db.session.commit()
    later = make_report(YEAR, by=BY)
    db.session.commit()
    makers.sign_in(client)
    answer = client.get(f"/desk/reports/compare?first={later.name}&second={earlier.name}")
    page = unescape(re.sub(r"<[^>]+>", " ", answer.text))
    page = re.sub(r"\s+", " ", page)
    text = text_of(later.pdf)
    assert "out of those of known length. Long enough is 50 % of a session." in text
    for words in (
        f"{earlier.name} and {later.name} compared",
        "1 attendance report was imported late.",
        "1 seat was given back or taken out.",
        "1 attendance was corrected by hand.",
        "1 person was merged into another.",
        "1 person was erased, which leaves totals as they were.",
        "1 need was answered or changed.",
        "1 change of how long is long enough.",
        "Before: Long enough is 75 % of a session.",
        "attendees not known → 12",
    ):
        assert words in page, words
    assert "Attendances 21 33 +12" in page
    assert client.get(f"/desk/reports/compare?first={later.name}&second={later.name}").text.count(
        "Nothing changed"
    )


@one_engine
def test_nothing_that_was_done_elsewhere_is_a_reason(year: None, client: Client) -> None:
    earlier = make_report(YEAR, by=BY)
    other = world.echo_session()
    other.starts_at -= timedelta(days=1)
    db.session.commit()
    later = make_report(YEAR, by=BY)
    db.session.commit()
    makers.sign_in(client)
    page = client.get(f"/desk/reports/compare?first={earlier.name}&second={later.name}").text
    assert "Nothing changed" in page


@one_engine
def test_what_is_drawn_in_a_document_holds_no_small_number(db_session: scoped_session[Session]) -> None:
    world.crowd(makers.event(title="Few", starts_at=utc("2026-09-15 17:00")), 9, 7)
    world.crowd(makers.event(title="Some", starts_at=utc("2026-10-20 17:00")), 13, 12)
    world.crowd(makers.event(title="Many", starts_at=utc("2026-11-17 18:00")), 31, 29)
    made = make_report(YEAR, by=BY)
    shown = for_others(json.loads(made.figures))
    drawn = " ".join(each.file + repr(each.rows) for each in document.drawn(shown))
    for number in (9, 7, 13, 12):
        assert not re.search(rf"(?:>|'){number}(?:<|')", drawn), number
    assert re.search("(?:>|')31(?:<|')", drawn)


@one_engine
def test_a_title_that_no_font_shows_stops_no_report(db_session: scoped_session[Session]) -> None:
    world.crowd(
        makers.event(title="Hiring 🎉 in 九天 Tagen, 👩🏽‍⚕️ ⌛ \u0378", starts_at=utc("2026-09-15 17:00")),
        12,
        11,
    )
    made = make_report(YEAR, by=BY)
    assert "Hiring □ in □□ Tagen" in text_of(made.pdf)
    sessions = openpyxl.load_workbook(io.BytesIO(made.xlsx))["Sessions"]
    assert sessions["B2"].value == "Hiring 🎉 in 九天 Tagen, 👩🏽‍⚕️ ⌛ \u0378"
