"""The page of figures on a phone, at a desk and on paper: short where it must be, whole where it is read or printed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from jam.base.database import db
from jam.base.tokens import make
from jam.people.actions import sign_in_link
from tests import makers
from tests.browser import chromium


@pytest.fixture
def figures(browser: Browser, site: chromium.Site) -> Iterator[Page]:
    """The demonstration's figures on the phone of a colleague."""
    with site.app.app_context():
        account = makers.account()
        db.session.commit()
        link = make("sign-in", sign_in_link(account, timedelta(hours=1), by=makers.BY).id)
        db.session.commit()
    context = browser.new_context(
        base_url=site.url, viewport={"width": 320, "height": 800}, java_script_enabled=False
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto(f"/signin/{link}")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/desk/")
    page.goto("/desk/statistics/")
    yield page
    context.close()


def test_the_figures_are_short_on_a_phone_and_whole_at_a_desk_and_on_paper(figures: Page) -> None:
    first = figures.get_by_text("sessions held", exact=True)
    rest = figures.get_by_text("median stay", exact=True)
    sectors = figures.get_by_role("columnheader", name="Sector", exact=True, include_hidden=True)
    box, whole = first.bounding_box(), figures.locator("body").bounding_box()
    assert box is not None
    assert whole is not None
    assert box["y"] < 800, "the first figure stands on the first screen"
    assert whole["height"] < 7_000, "it was 21,000 once"
    expect(rest).to_be_hidden()
    figures.locator("summary", has_text="Attendance").first.click()
    expect(rest).to_be_visible()
    expect(sectors).to_be_hidden()

    figures.reload()
    figures.set_viewport_size({"width": 1440, "height": 900})
    expect(rest).to_be_visible()
    expect(sectors).to_be_hidden()
    expect(figures.locator("summary", has_text="Attendance").first).to_be_hidden()

    figures.emulate_media(media="print")
    expect(sectors).to_be_visible()
    expect(rest).to_be_visible()
