"""A report for a funder in a browser: make one, take its files, correct the figures, make another, compare the two."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import openpyxl
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from jam.base.database import db
from jam.base.tokens import make
from jam.people.actions import sign_in_link
from jam.people.rules import AccountRole
from tests import makers
from tests.attendance.files import came, report_2020
from tests.browser import chromium
from tests.makers import utc

#: Fifteen of those with a seat came.
LATE = report_2020(*(came(f"Early{n}", "13:00:00", "13:50:00") for n in range(15))).replace("2026", "2020")


def prepare(site: chromium.Site) -> tuple[str, str]:
    """A session to which 20 people have seats, without a report; its address, and a way in."""
    with site.app.app_context():
        event = makers.event(title="A day of talks", starts_at=utc("2020-10-20 17:00"))
        for number in range(20):
            makers.registration(event, f"early{number}@talks.example", f"Early {number}", state="OH")
        link = sign_in_link(
            makers.account(AccountRole.ORGANIZER, "reports@staff.example", "Rena Castellan"),
            timedelta(minutes=30),
            by="command",
        )
        db.session.commit()
        return event.slug, f"/signin/{make('sign-in', link.id)}"


def freeze(page: Page) -> str:
    """Make a report of 2020, from the preview on; its id."""
    page.goto("/desk/reports/")
    page.get_by_label("From").fill("2020-01-01")
    page.get_by_label("To, included").fill("2020-12-31")
    page.get_by_role("button", name="Look at it first").click()
    expect(page.get_by_role("main")).to_contain_text("Nothing is kept until you freeze it.")
    page.get_by_role("button", name="Freeze this report").click()
    expect(page.get_by_role("status").first).to_contain_text("is frozen")
    return page.url.rpartition("/")[2]


def downloaded(page: Page, name: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("link", name=name).click()
    return Path(download.value.path()).read_bytes()


def sound(page: Page) -> None:
    """Nothing for axe, nothing sideways, on a phone and on a desk."""
    for width in (320, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        assert chromium.sideways(page) == 0
    assert chromium.axe(page) == []


def test_two_reports_and_what_changed(page: Page, site: chromium.Site) -> None:
    slug, way_in = prepare(site)
    page.goto(way_in)
    page.get_by_role("button", name="Sign in").click()
    first = freeze(page)
    sound(page)
    [before, book] = [downloaded(page, name) for name in ("Download PDF", "Download XLSX")]
    words = " ".join(each.extract_text() for each in PdfReader(io.BytesIO(before)).pages)
    assert f"Report {first}" in words
    assert "Early" not in words
    assert openpyxl.load_workbook(io.BytesIO(book))["Sessions"]["D2"].value == 20

    page.goto(f"/desk/sessions/{slug}/attendance")
    page.locator("input[type=file]").set_input_files(
        {"name": "late.csv", "mimeType": "text/csv", "buffer": LATE.encode()}
    )
    page.get_by_role("button", name="Look at the report").click()
    page.wait_for_url("**/attendance/preview?**")
    page.get_by_role("button", name="Import this report").click()
    expect(page.get_by_role("heading", name="Through the minutes")).to_be_visible()
    sound(page)

    second = freeze(page)
    page.get_by_role("button", name="Compare").click()
    main = page.get_by_role("main")
    expect(main).to_contain_text("1 attendance report was imported late.")
    expect(main).to_contain_text("attendees not known → 15; median minutes not known → 50")
    sound(page)
    page.get_by_role("link", name="15", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("15 attendances")
    expect(main).to_contain_text("15 lines.")

    page.goto(f"/desk/reports/{first}")
    assert downloaded(page, "Download PDF") == before
    assert first != second
