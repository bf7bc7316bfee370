"""The desk's pages of attendance, as staff use them."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from jam.attendance import queries
from jam.attendance.actions import decide, import_report
from jam.attendance.models import Attendance, AttendanceReport, AttendanceRow
from jam.audit.models import AuditDetail, AuditEntry
from jam.base.database import db
from jam.base.now import frozen, now
from jam.base.zones import EASTERN
from jam.people.models import Person
from jam.people.rules import AccountRole
from jam.schedule.models import Event
from tests import makers
from tests.attendance.files import REAL_2020, came, dialed, missed, report_2020, spoke
from tests.attendance.test_import import statements
from tests.clients import Client

SMALL = report_2020(
    came("Ann", "13:00:00", "13:20:00"),
    came("Ann", "13:10:00", "13:40:00"),
    missed("Bo"),
    panelists=spoke("Cy", "12:55:00", "14:00:00"),
    others=dialed("1555***01", "1:05 PM", "1:10 PM") + dialed("1555***01", "1:20 PM", "1:25 PM"),
)


def home(event: Event) -> str:
    return f"/desk/sessions/{event.slug}/attendance"


def send(client: Client, event: Event, data: str | bytes, zone: str = EASTERN) -> TestResponse:
    """Choose a file on the page and send it."""
    content = data.encode() if isinstance(data, str) else data
    fields = {"file": (io.BytesIO(content), "report.csv"), "zone": zone}
    return client.submit(home(event), fields, content_type="multipart/form-data")


def keep(event: Event, text: str = SMALL) -> None:
    import_report(event, text.encode(), EASTERN, by="command", file_name="report.csv")
    db.session.commit()


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def kept_files(app: Flask) -> list[Path]:
    return sorted(path for path in app.config["FILES"].rglob("*") if path.is_file())


def test_the_real_report_by_the_page(app: Flask, client: Client, real_event: Event) -> None:
    makers.sign_in(client)
    answer = send(client, real_event, REAL_2020.read_bytes())
    assert answer.status_code == 303
    assert answer.location.startswith(f"{home(real_event)}/preview?")
    assert (count(Person), count(AttendanceRow), count(AttendanceReport)) == (1, 0, 0)

    page = client.get(answer.location)
    for words in [
        "Keep 1,018 lines.", "Add 491 people whom Jam does not know yet.", "Record 469 registrations made on the platform.",
        "Leave 4 entries without an address", "the first person joined at 8:07 a.m.; the session began at 8:30 a.m. Eastern",
        "924 lines say that somebody joined; they are 455 different addresses, because 198 people stand on more than one line.",
    ]:  # fmt: skip
        assert words in page.text
    assert count(AttendanceRow) == 0

    done = client.submit(answer.location, form="/import", follow_redirects=True)
    assert "The report is in: 1,018 new lines, 491 new people." in done.text
    assert "455 of 469 came (97 %)" in done.text
    assert (
        "412 of them registered after the start. Of the 57 with a seat when it began, 43 came (75 %): the show rate in Statistics."
        in done.text
    ), "most registered on the day itself"
    found = queries.summary(real_event)
    assert found is not None
    assert (found.attendees, found.people, found.minutes, found.median, found.peak) == (
        455,
        477,
        64751.55,
        69.03,
        177,
    )
    [report] = db.session.scalars(select(AttendanceReport))
    assert (report.file_name, report.time_zone, report.imported_by) == ("report.csv", EASTERN, "account:1")
    assert kept_files(app) == [app.config["FILES"] / report.stored_as]

    again = client.get(send(client, real_event, REAL_2020.read_bytes()).location)
    assert "Keep no line: all of them are here from an earlier report." in again.text


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_preview_in_another_zone(client: Client, event: Event) -> None:
    makers.sign_in(client)
    preview = send(client, event, SMALL, "America/Chicago").location
    assert (
        "the first person joined at 1:55 p.m.; the session began at 1:00 p.m. Eastern"
        in client.get(preview).text
    )

    client.submit(preview, form="/import")
    [ann] = db.session.scalars(select(Attendance).join(Person).where(Person.name == "Ann Example"))
    assert ann.first_joined_at == makers.utc("2026-10-20 18:00")


def test_a_report_of_another_day_asks_before_going_on(client: Client, event: Event) -> None:
    makers.sign_in(client)
    preview = client.get(send(client, event, REAL_2020.read_bytes()).location).text
    assert (
        "The report is of Saturday, March 28, 2020; the session is on Tuesday, October 20, 2026." in preview
    )
    assert "Go on only if this file belongs to this session." in preview


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\xff\xd8\xff\xe0 photo", "This is a picture, not a report."),
        (b"words\nmore words\n", "This file is not an attendance report that Jam knows."),
        (b"", "This file is empty."),
    ],
)
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_files_that_are_no_reports(
    app: Flask, client: Client, event: Event, data: bytes, sentence: str
) -> None:
    makers.sign_in(client)
    answer = send(client, event, data)
    assert (answer.status_code, sentence in answer.text) == (400, True)
    assert kept_files(app) == []


def test_no_file_and_too_large_a_file(client: Client, event: Event) -> None:
    makers.sign_in(client)
    answer = client.submit(home(event), {"zone": EASTERN}, content_type="multipart/form-data")
    assert (answer.status_code, "Choose the attendance report" in answer.text) == (400, True)
    content = "multipart/form-data; boundary=x"
    answer = client.post(home(event), data=bytes(20 * 1024 * 1024 + 1), content_type=content)
    assert (answer.status_code, "Files may have up to 20 MB" in answer.text) == (413, True)


def test_an_upload_is_good_for_its_account_and_session_and_a_day(client: Client, event: Event) -> None:
    other = makers.event(title="Another", starts_at=makers.utc("2026-10-20 15:00"))
    makers.sign_in(client)
    preview = send(client, event, SMALL).location
    assert client.get(preview).status_code == 200
    assert client.get(preview.replace(event.slug, other.slug)).status_code == 400
    assert client.get(preview.replace("upload=", "upload=x")).status_code == 400
    assert client.get(f"{home(event)}/preview").status_code == 400
    makers.sign_in(client, AccountRole.ADMIN)
    answer = client.get(preview)
    assert (answer.status_code, "The uploaded file is not here any more." in answer.text) == (400, True)
    assert count(AttendanceRow) == 0


def test_files_that_nobody_imported_go_after_a_day(app: Flask, client: Client, event: Event) -> None:
    makers.sign_in(client)
    send(client, event, SMALL)
    [first] = kept_files(app)
    send(client, event, SMALL)
    assert len(kept_files(app)) == 2
    with frozen(now() + timedelta(hours=25)):
        send(client, event, SMALL)
    assert first not in kept_files(app)


def test_a_session_to_come_takes_no_report(client: Client, db_session: object) -> None:
    event = makers.event()
    makers.sign_in(client)
    page = client.get(home(event)).text
    assert "This session has not begun, so nobody can have come." in page
    assert 'type="file"' not in page


def test_the_table_of_people(client: Client, event: Event) -> None:
    makers.registration(event, "dee@example.org", name="Dee Stayed Home")
    keep(event)
    makers.sign_in(client)

    def names(query: str) -> list[str]:
        page = client.get(f"{home(event)}?{query}").text
        return [
            name
            for name in ("Ann Example", "Bo Example", "Cy", "Dee Stayed Home", "Hana Host")
            if f">{name}<" in page
        ]

    assert names("") == ["Ann Example", "Cy", "Hana Host"]
    assert names("who=panelists") == ["Cy", "Hana Host"]
    assert names("who=missed") == ["Bo Example", "Dee Stayed Home"]
    assert names("who=walk-ins") == []
    assert names("who=audience") == ["Ann Example"]
    assert names("who=registered") == names("who=audience"), "the others who came have no seat"
    # Each figure leads to the people it counts.
    tiles = re.findall(
        r'tile-figure"><a class="quiet-link" href="([^"#]*)#people">(\d+)', client.get(home(event)).text
    )
    assert tiles[:3] == [
        (f"{home(event)}?who=audience", "1"), (f"{home(event)}?who=walk-ins", "0"), (home(event), "3"),
    ]  # fmt: skip
    assert names("q=ANN%40") == ["Ann Example"]
    assert names("q=%25") == []
    assert names("who=nonsense&page=99") == ["Ann Example", "Cy", "Hana Host"]
    assert "1 of 3 came (33 %)" in client.get(home(event)).text


def test_a_person_opens_to_the_lines_of_the_report(client: Client, event: Event) -> None:
    keep(event)
    makers.sign_in(client)
    [ann, bo] = db.session.scalars(
        select(Person).where(Person.name.in_(["Ann Example", "Bo Example"])).order_by(Person.name)
    )
    page = client.get(f"{home(event)}/{ann.id}").text
    for words in ["40 min", "line 13", "line 14", "1:10 p.m.", "1:40 p.m.", "report.csv", "count once"]:
        assert words in page
    missing = client.get(f"{home(event)}/{bo.id}").text
    assert "Bo Example did not come, as far as Jam knows." in missing
    assert "line 15" in missing
    # There is a ledger for anybody, so that staff can say that they came.
    stranger = client.get(f"{home(event)}/{makers.account().person_id}").text
    assert "Nothing: no report names them" in stranger


def test_deciding_an_entry_and_taking_it_back(client: Client, event: Event) -> None:
    keep(event)
    before = queries.summary(event)
    makers.sign_in(client)
    [entry] = queries.entries(event)
    assert (entry.name, entry.lines, entry.seconds) == ("1555***01", 2, 600)
    path = f"{home(event)}/entry/{entry.row_id}"
    [bo] = db.session.scalars(select(Person).where(Person.name == "Bo Example"))

    assert "Bo Example" not in client.get(path).text
    page = client.get(f"{path}?q=bo@").text
    assert f'name="who" value="{bo.id}"' in page
    done = client.submit(f"{path}?q=bo@", {"who": str(bo.id)}, follow_redirects=True)
    assert "1555***01 counts as Bo Example now." in done.text
    assert queries.minutes_of(bo.id) == {event.id: 600}
    after = queries.summary(event)
    assert before is not None
    assert after is not None
    assert (after.attendees, after.came, after.minutes) == (before.attendees + 1, before.came + 1, 50.0)

    client.submit(path, {"who": "unknown"})
    assert queries.minutes_of(bo.id) == {}
    assert [each.decided for each in queries.entries(event)] == ["unknown"]
    client.submit(home(event), {"who": "open"})
    assert [each.decided for each in queries.entries(event)] == [None]
    assert queries.summary(event) == before
    trail = db.session.execute(
        select(AuditEntry.actor, AuditDetail.before, AuditDetail.after)
        .join(AuditDetail, AuditDetail.entry_id == AuditEntry.id)
        .where(AuditEntry.action == "attendance.decide", AuditDetail.field == "decided")
        .order_by(AuditEntry.id)
    ).all()
    assert [(a, b) for _, a, b in trail] == [(None, "person"), ("person", "unknown"), ("unknown", None)]


def test_a_decision_holds_for_a_later_report(event: Event) -> None:
    keep(event)
    row = queries.entry_rows(event)[0]
    bo = db.session.scalars(select(Person).where(Person.name == "Bo Example")).one()
    assert decide(event, row, bo, by="command") == 2
    db.session.commit()
    keep(event, SMALL + dialed("1555***01", "1:40 PM", "1:50 PM") + dialed("Other", "1:40 PM", "1:50 PM"))

    assert queries.minutes_of(bo.id) == {event.id: 1200}
    assert [(each.name, each.decided) for each in queries.entries(event)] == [
        ("Other", None),
        ("1555***01", "person"),
    ]


def test_a_line_with_an_address_is_not_to_decide(client: Client, event: Event) -> None:
    keep(event)
    makers.sign_in(client)
    ann = db.session.scalars(select(AttendanceRow).where(AttendanceRow.name == "Ann Example")).first()
    [entry] = queries.entries(event)
    assert ann is not None
    assert client.get(f"{home(event)}/entry/{ann.id}").status_code == 404
    answer = client.submit(f"{home(event)}/entry/{entry.row_id}", {"who": "987654"})
    assert answer.status_code == 404
    assert [each.decided for each in queries.entries(event)] == [None]


def test_the_download(client: Client, event: Event) -> None:
    keep(event, SMALL.replace('"Ann","Example"', '"=Ann","Example"'))
    makers.sign_in(client)
    answer = client.get(f"{home(event)}.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="jam-2026-10-20-attendance.csv"'
    assert list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))) == [
        ["Name", "Address", "Role", "Minutes", "First in", "Last out", "Registered"],
        ["'=Ann Example", "ann@example.org", "Attendee", "40.0", "2026-10-20 13:00:00", "2026-10-20 13:40:00", "yes"],
        ["Cy", "cy@example.org", "Panelist", "65.0", "2026-10-20 12:55:00", "2026-10-20 14:00:00", "no"],
        ["Hana Host", "hana@example.org", "Host", "65.0", "2026-10-20 12:55:00", "2026-10-20 14:00:00", "no"],
    ]  # fmt: skip


def test_looking_writes_nothing(client: Client, event: Event) -> None:
    keep(event)
    makers.sign_in(client)
    preview = send(client, event, SMALL.replace("Ann", "Eve")).location
    [entry] = queries.entries(event)
    person = db.session.scalars(select(Attendance.person_id)).first()
    for path in [
        home(event),
        preview,
        f"{home(event)}/{person}",
        f"{home(event)}/entry/{entry.row_id}?q=a",
        f"{home(event)}.csv",
    ]:
        with statements() as seen:
            assert client.get(path).status_code == 200
        assert [
            each for each in seen if each.split()[0].upper() not in ("SELECT", "BEGIN", "COMMIT", "ROLLBACK")
        ] == []


@pytest.mark.parametrize("role", [None, AccountRole.FACILITATOR, AccountRole.REVIEWER])
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_others_see_and_change_nothing(client: Client, event: Event, role: AccountRole | None) -> None:
    keep(event)
    if role:
        makers.sign_in(client, role)
    [entry] = queries.entries(event)
    person = db.session.scalars(select(Attendance.person_id)).first()
    for path in ["", ".csv", "/preview", f"/{person}", f"/entry/{entry.row_id}"]:
        answer = client.get(home(event) + path)
        assert answer.status_code == (403 if role else 302)
        assert "Ann" not in answer.text


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_page_takes_as_many_statements_for_fifty_people_as_for_three(
    client: Client, event: Event
) -> None:
    keep(event)
    makers.sign_in(client)
    with statements() as few:
        client.get(home(event))
    keep(event, report_2020(*(came(f"P{n}", "13:00:00", "13:20:00") for n in range(120)),
                            others="".join(dialed(f"1555***{n}", "1:05 PM", "1:10 PM") for n in range(9))))  # fmt: skip
    with statements() as many:
        page = client.get(home(event))
    assert "Page 1 of 3" in page.text
    asked = [sum(each.startswith("SELECT") for each in seen) for seen in (few, many)]
    assert asked[0] == asked[1] <= 29


def test_a_session_that_has_begun_takes_its_report(client: Client, event: Event) -> None:
    makers.sign_in(client)
    with frozen(event.starts_at + timedelta(minutes=30)):
        assert send(client, event, SMALL).status_code == 303
    with frozen(event.starts_at - timedelta(minutes=1)):
        assert 'type="file"' not in client.get(home(event)).text
