"""Attendance in a browser: the real report comes in, what nobody knows is decided, one person is corrected, and the numbers follow."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from jam.base.database import db
from jam.base.tokens import make
from jam.people.actions import sign_in_link
from tests import makers
from tests.attendance.files import REAL_2020
from tests.browser import chromium

PHONE, DESK = {"width": 320, "height": 800}, {"width": 1440, "height": 900}


@pytest.fixture
def desk(browser: Browser, site: chromium.Site) -> Iterator[Page]:
    """A colleague at the desk, and the session of March 28, 2020 that the real report is of."""
    with site.app.app_context():
        makers.event(title="satRdays DC", starts_at=makers.utc("2020-03-28 12:30"), minutes=540)
        account = makers.account()
        db.session.commit()
        link = make("sign-in", sign_in_link(account, timedelta(hours=1), by=makers.BY).id)
        db.session.commit()
    context = browser.new_context(base_url=site.url, viewport=DESK, timezone_id="America/New_York")  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto(f"/signin/{link}")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/desk/")
    yield page
    context.close()


def seen(page: Page, name: str) -> None:
    """At both widths: fits the window, nothing that axe calls grave; pictures where somebody wants them."""
    for size in (PHONE, DESK):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert chromium.sideways(page) == 0, name
        assert chromium.axe(page) == [], name
        if os.environ.get(chromium.KEEP):
            page.screenshot(
                path=chromium.picture(f"journey-attendance-{name}-{size['width']}"), full_page=True
            )


def tile(page: Page, label: str) -> str:
    """The figure above a label."""
    found = page.locator(".tile", has=page.locator(".tile-label", has_text=re.compile(f"^{label}$")))
    return (found.first.locator(".tile-figure").text_content() or "").strip()


def test_from_the_real_report_to_a_corrected_number_and_back(desk: Page) -> None:
    home = "/desk/sessions/jam-2020-03-28/attendance"
    desk.goto(home)
    desk.get_by_label("Attendance report").set_input_files(REAL_2020)
    desk.get_by_role("button", name="Look at the report").click()
    expect(desk.get_by_role("heading", name="Before the import")).to_be_visible()
    desk.get_by_role("button", name="Import this report").click()
    expect(desk.get_by_role("status")).to_contain_text("The report is in: 1,018 new lines")
    assert tile(desk, "attendees") == "455"
    expect(
        desk.get_by_text("The platform says 446 viewers; Jam counts 455 people in the audience.")
    ).to_be_visible()
    seen(desk, "imported")

    # Four entries without an address: two unknown heads, one set aside, one a person.
    for number in range(4):
        desk.get_by_role("link", name=re.compile("^Decide about")).first.click()

        if number < 3:
            label = "Set aside as unknown" if number == 2 else "Count as an unknown head"
            desk.get_by_role("button", name=label).click()
        else:
            desk.get_by_label("Name, address or organization").fill("hostName")
            desk.get_by_role("button", name="Search").click()
            desk.get_by_role("button", name=re.compile("This is who it was")).first.click()
        expect(desk.get_by_role("status")).to_be_visible()
    expect(desk.get_by_role("heading", name="To decide")).to_have_count(0)
    assert tile(desk, "unknown heads") == "2"
    before = int(tile(desk, "attendees"))

    # One person did not come after all: the reason is asked for, and the number moves.
    desk.get_by_label("Name, address or organization").fill("attendee1@")
    desk.get_by_role("button", name="Show").click()
    desk.get_by_role("link", name="firstAttendee_1 lastAttendee_1", exact=True).click()
    expect(desk.get_by_role("heading", name="When they were there")).to_be_visible()
    seen(desk, "ledger")
    desk.get_by_role("link", name="Correct by hand").click()
    desk.get_by_label("They did not come").check()
    desk.get_by_role("button", name="Correct", exact=True).click()
    expect(desk.get_by_role("alert")).to_contain_text("Say why")
    seen(desk, "reason")
    desk.get_by_label("Reason", exact=True).fill("A colleague used the link.")
    desk.get_by_role("button", name="Correct", exact=True).click()
    expect(desk.get_by_role("status")).to_contain_text("Corrected.")
    expect(desk.get_by_text("A colleague used the link.")).to_be_visible()
    desk.goto(home)
    assert int(tile(desk, "attendees")) == before - 1

    # A number opens to its rows, and a row to the ledger; there the correction is taken back.
    desk.goto("/desk/statistics/?from=2020-03-01&to=2020-03-31")
    desk.locator("a[href*='/desk/statistics/rows/attendees']").first.click()
    expect(desk.get_by_text(f"{before - 1} lines.")).to_be_visible()
    desk.locator("td[data-label='Minutes'] a").first.click()
    expect(desk.get_by_role("heading", name="When they were there")).to_be_visible()
    desk.goto(home)
    desk.get_by_role("link", name="firstAttendee_1 lastAttendee_1", exact=True).first.click()
    desk.locator("summary", has_text="Take back").first.click()
    desk.get_by_role("button", name=re.compile("^Take it back")).click()
    expect(desk.get_by_role("status")).to_contain_text("taken back")
    desk.goto(home)
    assert int(tile(desk, "attendees")) == before

    # The import is undone as a whole.
    desk.locator("summary", has_text="Undo").first.click()
    desk.get_by_role("button", name=re.compile("^Undo the import")).click()
    expect(desk.get_by_role("status")).to_contain_text("The report is out again")
