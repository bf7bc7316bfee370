"""Three reviewers in a browser: one scores on a phone by keyboard, one steps back, staff see the spread; nobody learns whose it is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from jam.base.database import db
from jam.base.tokens import make
from jam.people.actions import sign_in_link
from jam.people.models import Account
from jam.people.queries import account_by_address
from jam.proposals.models import Proposal
from tests.browser import chromium
from tests.makers import BY

PHONE, DESK = {"width": 320, "height": 800}, {"width": 1440, "height": 900}


@pytest.fixture
def comes(browser: Browser, site: chromium.Site) -> Iterator[Callable[[str, bool], Page]]:
    """A tab of somebody who has signed in, on a phone or on a desk."""
    contexts = []

    def come(address: str, phone: bool) -> Page:
        with site.app.app_context():
            account = account_by_address(address)
            assert isinstance(account, Account)
            link = make("sign-in", sign_in_link(account, timedelta(hours=1), by=BY).id)
            db.session.commit()
        context = browser.new_context(
            base_url=site.url, viewport=PHONE if phone else DESK, timezone_id="America/New_York"
        )  # type: ignore[arg-type]
        contexts.append(context)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.goto(f"/signin/{link}")
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/desk/")
        return page

    yield come
    for each in contexts:
        each.close()


def seen(page: Page, name: str) -> None:
    """Fits the window, nothing that axe calls grave; a picture where somebody wants one."""
    assert chromium.sideways(page) == 0
    assert chromium.axe(page) == []
    if os.environ.get(chromium.KEEP):
        width = (page.viewport_size or PHONE)["width"]
        page.screenshot(path=chromium.picture(f"journey-review-{name}-{width}"), full_page=True)


def test_three_reviewers_one_steps_back_and_nobody_learns_whose_it_is(
    comes: Callable[[str, bool], Page], site: chromium.Site
) -> None:
    with site.app.app_context():
        offered = db.session.scalars(select(Proposal).where(Proposal.title == "Intake by text message")).one()
        offered.story += " Odalys Bramante of Prairie Health Plan wrote it down."
        telling = [each.name for each in offered.presenters] + ["Bramante", "Prairie"]
        code, id = offered.code, offered.id
        db.session.commit()

    # On a phone, by keyboard alone: one arrow key chooses the next score.
    rena = comes("reviewer@example.org", True)
    rena.get_by_role("link", name="Read").click()
    seen(rena, "waiting")
    rena.get_by_role("link", name="Intake by text message", exact=True).click()
    seen(rena, "reading")
    assert not any(each in chromium.source(rena) for each in (*telling, code))
    expect(rena.locator(".prose").first).to_contain_text("[presenter] of [organization] wrote it down.")
    rena.get_by_role("button", name="Save my review").click()
    expect(rena.get_by_role("alert")).to_contain_text("Choose a score for Relevance.")
    rena.get_by_label("Comment to your colleagues").fill("Half of all calls, gone.")
    for group in chromium.every(rena.get_by_role("radiogroup")):
        group.get_by_role("radio").nth(2).focus()
        rena.keyboard.press("Space")
        rena.keyboard.press("ArrowRight")
        expect(group.get_by_role("radio", name="4 Very good")).to_be_checked()
    rena.get_by_label("Question to the presenter").fill("What about people without a phone?")
    rena.get_by_role("button", name="Save my review").click()
    expect(rena.get_by_role("status").first).to_contain_text("Your question is with staff.")

    # The second one knows whose it is, and steps back: nothing of it is left to see.
    idris = comes("second.reviewer@example.org", True)
    idris.goto(f"/desk/review/{id}")
    idris.get_by_text("I have to step back").click()
    idris.get_by_label("Why").fill("I built their form.")
    idris.get_by_role("button", name="Step back from it").click()
    expect(idris.get_by_role("status").first).to_contain_text("You stepped back from it.")
    idris.get_by_role("link", name="Stepped back").click()
    seen(idris, "stepped-back")
    expect(idris.locator("main")).to_contain_text("I built their form.")
    assert not any(each in chromium.source(idris) for each in ("Intake by text", *telling, code))

    # The third one, on a desk, sees nothing of the first before their own is in.
    maren = comes("third.reviewer@example.org", False)
    maren.goto(f"/desk/review/{id}")
    assert not any(each in chromium.source(maren) for each in ("Half of all calls, gone.", "Rena", *telling))
    for group in chromium.every(maren.get_by_role("radiogroup")):
        group.get_by_label("2 Fair").check()
    maren.get_by_role("button", name="Save my review").click()
    expect(maren.locator("main")).to_contain_text("Rena Castellan: Half of all calls, gone.")
    expect(maren.locator("main")).to_contain_text("2 reviews, weighted mean 3, from 2 to 4, of 5.")
    seen(maren, "colleagues")
    assert not any(each in chromium.source(maren) for each in (*telling, code))

    # Staff see the spread with names, who stepped back and why, and pass the question on.
    staff = comes("organizer@example.org", False)
    staff.goto(f"/desk/proposals/{code}")
    expect(staff.locator("main")).to_contain_text("2 reviews, weighted mean 3, from 2 to 4, of 5.")
    expect(staff.locator("main")).to_contain_text("I built their form.")
    expect(staff.locator("main")).to_contain_text("Everybody who was to read it has scored it.")
    seen(staff, "spread")
    staff.get_by_role("link", name="Send it or put it aside").click()
    staff.get_by_role("button", name="Send it to the presenter").click()
    expect(staff.get_by_role("status").first).to_contain_text("The question is on its way.")
    rena.reload()
    expect(rena.locator("main")).to_contain_text("What about people without a phone?")
