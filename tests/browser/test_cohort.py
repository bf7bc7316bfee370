"""A team of three applies to a cohort on two devices: the contact at a desk, each person's yes on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from jam.base.database import db
from jam.base.tokens import make
from jam.cases.models import EchoCase
from jam.mail.models import Letter
from jam.people.actions import sign_in_link
from jam.people.queries import account_by_address
from tests.browser import chromium
from tests.browser.test_journeys import is_fault, newest

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 320, "height": 700}


@pytest.fixture
def device(browser: Browser, site: chromium.Site) -> Iterator[Callable[[dict[str, int]], Page]]:
    """A device of its own at each call, of this size. What its console complains about fails the test at its end."""
    contexts, said = [], list[str]()

    def come(size: dict[str, int]) -> Page:
        context = browser.new_context(base_url=site.url, viewport=size, timezone_id="America/Chicago")  # type: ignore[arg-type]
        contexts.append(context)
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.on("console", lambda line: said.append(line.text) if is_fault(line.type, line.text) else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        return page

    yield come
    for each in contexts:
        each.close()
    assert said == []


def sound(page: Page, name: str) -> None:
    """Nothing that axe finds and nothing too wide, on a phone and on a desk."""
    before = page.viewport_size
    found = []
    for size in (PHONE, DESK):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        found += [(size["width"], chromium.sideways(page), chromium.axe(page))]
    chromium.look(page, f"cohort-{name}")
    if before:
        page.set_viewport_size(before)
    assert found == [(320, 0, []), (1440, 0, [])], name


def way(site: chromium.Site, address: str) -> str:
    """The personal link in the newest mail to an address, with where it leads."""
    text = newest(site, address).get_body(("plain",)).get_content()
    [link] = set(re.findall(re.escape(site.url) + r"(/me/[\w-]+\?to=/me/cohorts/\d+)", text))
    return str(link)


def staff_at(site: chromium.Site, page: Page, address: str = "organizer@example.org") -> Page:
    """A page on which this account is signed in."""
    with site.app.app_context():
        account = account_by_address(address)
        assert account is not None, address
        link = sign_in_link(account, timedelta(hours=1), by="command")
        db.session.commit()
        way_in = f"/signin/{make('sign-in', link.id)}"
    page.goto(way_in)
    page.locator("main form button").first.click()
    page.wait_for_url("**/desk/**")
    return page


def test_a_team_of_three_applies_on_two_devices(
    site: chromium.Site, device: Callable[[dict[str, int]], Page]
) -> None:
    desk = device(DESK)
    desk.goto("/cohorts/cohort-3")
    desk.get_by_role("link", name="Apply with your team").first.click()
    desk.locator("#organization").fill("Prairie Lamp Counseling")
    desk.get_by_label("Setting").select_option("cmhc")
    desk.get_by_label("26 to 100 people").check()
    desk.get_by_label("State or territory").select_option("KS")
    desk.get_by_label("ZIP code").fill("66901")
    desk.get_by_label("Which workforce challenge").fill("Nobody applies for our night shifts.")
    for row, name, address in (
        ("", "Rosa Diaz", "rosa@lamp.example"),
        ("others-0-", "Tom Boyd", "tom@lamp.example"),
        ("others-1-", "Una Katz", "una@lamp.example"),
    ):
        desk.locator(f"#{row}name").fill(name)
        desk.locator(f"#{row}email").fill(address)
    desk.get_by_label("We commit to attend").check()
    desk.get_by_role("button", name="Add another colleague").click()
    desk.locator("#others-2-name").fill("Vic Marsh")
    third = desk.get_by_role("group", name="Colleague 3").get_by_label("Name")
    # As after a lost connection: this tab kept what was typed, and the row that was added.
    desk.reload()
    expect(third).to_have_value("Vic Marsh")
    desk.goto("/cohorts/cohort-3/apply")
    expect(third).to_have_value("Vic Marsh")
    expect(desk.locator("#others-1-name")).to_have_value("Una Katz")
    desk.locator("#others-2-name").fill("")
    desk.get_by_role("button", name="Send the application").click()
    # One box was forgotten: it is named, and nothing that was typed is lost.
    expect(desk.get_by_role("alert")).to_contain_text("Tick that you commit to bring a case")
    expect(desk.get_by_label("Which workforce challenge")).to_have_value(
        "Nobody applies for our night shifts."
    )
    sound(desk, "apply")
    desk.get_by_label("We commit to bring a case").check()
    desk.get_by_role("button", name="Send the application").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Thank you. We have your application.")
    assert desk.evaluate("window.sessionStorage.length") == 0
    desk.goto(way(site, "rosa@lamp.example"))
    expect(desk.get_by_text("Received", exact=True)).to_be_visible()
    sound(desk, "applied")

    # Until it is decided, its words can be changed.
    desk.get_by_role("link", name="Change it").click()
    desk.get_by_label("Which workforce challenge").fill("Nobody applies for our night shifts, or stays.")
    desk.get_by_role("button", name="Save the changes").click()
    expect(desk.get_by_role("status").first).to_contain_text("Saved")

    staff = staff_at(site, device(DESK))
    staff.goto("/desk/cohorts/cohort-3/applications?state=received")
    staff.get_by_role("link", name="Prairie Lamp Counseling").first.click()
    expect(staff.get_by_text("Nobody applies for our night shifts, or stays.")).to_be_visible()
    expect(staff.get_by_text("Rural", exact=True).first).to_be_visible()
    staff.get_by_label("Admit it").check()
    staff.locator("#message").fill("Your night shifts are a topic for March.")
    over = staff.get_by_label("Go beyond the capacity")
    over.check()
    staff.get_by_role("button", name="Decide, tell later").click()
    staff.get_by_role("link", name="Read the letter").click()
    staff.get_by_role("button", name="Tell those that are ticked").click()
    expect(staff.get_by_role("status").first).to_contain_text("told")

    for address, yes in (
        ("tom@lamp.example", True),
        ("una@lamp.example", False),
        ("rosa@lamp.example", True),
    ):
        phone = device(PHONE)
        phone.goto(way(site, address))
        if not yes:
            phone.get_by_role("button", name="No, not me").click()
            expect(phone.get_by_role("status").first).to_contain_text("You said no")
            continue
        sound(phone, "asked")
        phone.get_by_label("Show my name").check()
        phone.get_by_role("button", name="Yes, I am a member").click()
        phone.get_by_role("link", name="Open the cohort's page").click()
        expect(phone.get_by_role("heading", name="Who is in the group")).to_be_visible()
    sound(phone, "home")
    expect(phone.get_by_text("Prairie Lamp Counseling")).to_be_visible()
    expect(phone.get_by_text("Tom Boyd")).to_be_visible()
    assert "una@lamp.example" not in chromium.source(phone)
    assert "Una Katz" not in chromium.source(phone)


def test_a_facilitator_edits_the_proposed_plan_on_a_phone(
    site: chromium.Site, device: Callable[[dict[str, int]], Page]
) -> None:
    page = staff_at(site, device(PHONE), "facilitator@example.org")
    page.goto("/desk/cohorts/cohort-3/plan")
    sound(page, "plan")
    ticks = page.get_by_role("checkbox", name="Plan")
    proposed = ticks.count()
    assert proposed >= 3
    # By hand, with the keyboard alone: the first waits, and the second goes where the third goes.
    ticks.first.focus()
    page.keyboard.press("Space")
    sessions = page.get_by_role("combobox", name="Session for")
    sessions.nth(1).select_option(sessions.nth(2).input_value())
    page.get_by_role("button", name="Look at what happens").press("Enter")
    expect(page.get_by_role("heading", name="What this plan does")).to_be_visible()
    expect(page.get_by_text("and its run of show has 1 slot for a case")).to_be_visible()
    sound(page, "plan-look")
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_role("checkbox", name="Plan").first).not_to_be_checked()
    page.get_by_role("button", name="Look at what happens").click()
    page.get_by_role("button", name="write the letters").click()
    expect(page.get_by_role("status").first).to_contain_text("planned")
    page.get_by_text("Take this plan back").first.click()
    page.get_by_role("button", name="Yes, take it back").first.click()
    expect(page.get_by_role("status").first).to_contain_text("for a session again")
    with site.app.app_context():
        cases = select(EchoCase.id).join(EchoCase.cohort).where(EchoCase.state == "approved")
        assert len(db.session.scalars(cases).all()) == 4
        told = select(Letter.state).where(Letter.kind == "case-scheduled")
        assert set(db.session.scalars(told)) == {"withdrawn"}
