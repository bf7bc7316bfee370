"""The pages: upload, preview, correction, import."""

from __future__ import annotations

import io
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from jam.attendance.models import AttendanceReport
from jam.base.database import db
from jam.base.privacy import holdings
from jam.schedule.models import Event, Program
from tests import makers
from tests.archive.files import FILES, zipped
from tests.clients import Client
from tests.rows import every_row


def upload(client: Client, *files: tuple[str, bytes]) -> TestResponse:
    given = [(io.BytesIO(data), name) for name, data in files]
    return client.submit("/desk/past/", {"files": given}, content_type="multipart/form-data")


def previewed(client: Client, *files: tuple[str, bytes]) -> str:
    answer = upload(client, *files)
    assert answer.status_code == 303, answer.text
    assert answer.location.startswith("/desk/past/preview?upload=")
    return answer.location


def test_a_zip_is_previewed_and_imported(jam: Program, client: Client) -> None:
    makers.sign_in(client)
    before = every_row()
    address = previewed(client, ("past.zip", zipped()))
    page = client.get(address)
    assert page.status_code == 200
    for words in (
        "satRdays DC",
        "people 2025-09-22.csv",
        "Attendee report",
        "List of registrants",
        "474",
        "“nobody”",
    ):
        assert words in page.text
    assert every_row() == before
    answer = client.submit(address, form="/desk/past/import")
    assert (answer.status_code, answer.location) == (303, "/desk/sessions/?when=past")
    assert (
        "New: 3 sessions, 496 people, 474 registrations. 2 reports were read in."
        in client.get(answer.location).text
    )
    assert len(db.session.scalars(select(AttendanceReport)).all()) == 2
    again = previewed(client, ("past.zip", zipped()))
    assert "There is nothing to import" in client.get(again).text


def test_several_files_do_as_well_as_a_zip(jam: Program, client: Client) -> None:
    makers.sign_in(client)
    address = previewed(client, *((name.rpartition("/")[2], data) for name, data in FILES.items()))
    assert client.submit(address, form="/desk/past/import").status_code == 303
    assert len(db.session.scalars(select(Event)).all()) == 3


def test_another_session_is_chosen_and_shown_again(jam: Program, client: Client) -> None:
    makers.sign_in(client)
    address = previewed(client, ("past.zip", zipped()))
    answer = client.submit(address, {"f3": "out", "do": "check"}, form="/desk/past/import")
    assert answer.status_code == 303
    assert answer.location == f"{address}&f3=out"
    assert "Left out" in client.get(answer.location).text
    assert db.session.scalars(select(Event)).all() == []
    client.submit(answer.location, {"do": None}, form="/desk/past/import")
    assert len(db.session.scalars(select(AttendanceReport)).all()) == 1


def test_what_is_wrong_is_said_beside_the_field(jam: Program, client: Client) -> None:
    makers.sign_in(client)
    answer = upload(client, ("past.zip", zipped()[:200]))
    assert answer.status_code == 400
    assert "This ZIP is damaged and cannot be opened. Pack the files again." in answer.text
    nothing = client.submit("/desk/past/", {"files": None}, content_type="multipart/form-data")
    assert nothing.status_code == 400
    assert "Choose a ZIP, or one or more CSV files." in nothing.text


def test_unknown_levers_need_a_tick(jam: Program, client: Client) -> None:
    makers.sign_in(client)
    address = previewed(client, ("sessions.csv", b"date,title,levers\n2025-01-21,Peers,Hope\n"))
    assert "“Hope”, of “Peers”" in client.get(address).text
    refused = client.submit(address, form="/desk/past/import")
    assert refused.status_code == 400
    assert db.session.scalars(select(Event)).all() == []
    client.submit(address, {"ignore_levers": "y"}, form="/desk/past/import")
    assert [event.title for event in db.session.scalars(select(Event))] == ["Peers"]


def test_an_upload_is_its_owners_alone(jam: Program, client: Client) -> None:
    makers.sign_in(client)
    address = previewed(client, ("past.zip", zipped()))
    other = makers.account(address="other@staff.example")
    db.session.commit()
    client.sign_in(other)
    answer = client.get(address)
    assert answer.status_code == 400
    assert "The uploaded file is not here any more." in answer.text


def test_the_example_imports(jam: Program, client: Client) -> None:
    makers.sign_in(client)
    example = client.get("/desk/past/sessions.csv")
    assert example.headers["Content-Disposition"] == 'attachment; filename="sessions.csv"'
    client.submit(previewed(client, ("sessions.csv", example.data)), form="/desk/past/import")
    assert [event.title for event in db.session.scalars(select(Event))] == ["Paid to stay"]


def test_pages_lead_here(jam: Program, client: Client) -> None:
    makers.sign_in(client)
    assert 'href="/desk/past/"' in client.get("/desk/sessions/?when=past").text
    assert 'href="/desk/past/?program=jam"' in client.get("/desk/programs/jam").text


def test_waiting_files_that_name_an_erased_person_are_forgotten(
    jam: Program, client: Client, app: Flask, tmp_path: Path
) -> None:
    makers.sign_in(client)
    address = previewed(client, ("past.zip", zipped()))
    stranger, ann = makers.person("stranger@example.net", name="Stranger"), makers.person("ann@example.org")
    room = next(each for each in holdings() if each.room == "archive")
    room.erase(stranger.id, by=makers.BY)
    db.session.commit()
    assert client.get(address).status_code == 200
    room.erase(ann.id, by=makers.BY)
    assert list((tmp_path / "files" / "past").glob("*")) == []
