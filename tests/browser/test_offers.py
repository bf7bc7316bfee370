"""From an offer to the stage in a browser: a volunteer on a phone with a co-presenter, ten decisions told together, a slot
with a clash by hand and by form."""

from __future__ import annotations

import os
from datetime import timedelta

from playwright.sync_api import Page, expect
from sqlalchemy import select

from jam.base.database import db
from jam.base.now import now
from jam.base.tokens import make
from jam.mail.models import Letter
from jam.people.actions import sign_in_link
from jam.people.rules import AccountRole
from jam.proposals.models import Proposal
from jam.proposals.rules import State
from jam.schedule import actions as schedule
from jam.schedule.given import EventFields, Slot
from jam.schedule.rules import ItemKind
from tests import makers
from tests.browser import chromium
from tests.browser.test_journeys import fits, link_in, newest, status
from tests.proposals.offers import proposal

PHONE, DESK = {"width": 320, "height": 800}, {"width": 1440, "height": 1600}


def sign_in(page: Page, site: chromium.Site) -> None:
    """Enter as an organizer."""
    with site.app.app_context():
        owner = makers.account(AccountRole.ORGANIZER, "desk-of-offers@staff.example")
        link = sign_in_link(owner, timedelta(minutes=30), by="command")
        db.session.commit()
        path = f"/signin/{make('sign-in', link.id)}"
    page.goto(path)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/desk/**")


def seen(page: Page, name: str) -> None:
    """It fits, it has no grave fault, and with JAM_TEST_SCREENSHOTS=1 a picture of it is kept."""
    fits(page)
    assert chromium.axe(page) == [], name
    if os.environ.get(chromium.KEEP):
        assert page.viewport_size is not None
        width = page.viewport_size["width"]
        page.screenshot(path=chromium.picture(f"offers-{name}-{width}"), full_page=True)


def test_a_volunteer_on_a_phone_with_a_co_presenter(page: Page, site: chromium.Site) -> None:
    page.set_viewport_size(PHONE)
    page.goto("/volunteer")
    page.get_by_label("Title").fill("Peers on the night line")
    page.get_by_label("What happened, and what came of it?").fill("We put **two peers** on each night.")
    page.get_by_label("Format").select_option(label="Practice story")
    page.get_by_label("How many minutes").fill("15")
    page.get_by_label("E-mail").first.fill("rosa@phone.example")
    page.get_by_label("Name", exact=True).first.fill("Rosa Teague")
    page.locator("#organization").fill("Riverside Clinic")
    page.get_by_label("State or territory").select_option(label="Ohio")
    page.get_by_role("button", name="Add a presenter").click()
    other = page.get_by_role("group", name="Another presenter")
    other.get_by_label("Name").fill("Cal Roe")
    other.get_by_label("E-mail").fill("cal@phone.example")
    page.get_by_role("button", name="Preview").last.click()
    expect(page.locator("#preview strong").last).to_have_text("two peers")
    expect(page.get_by_role("group", name="Another presenter").get_by_label("Name")).to_have_value("Cal Roe")
    seen(page, "volunteer")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. We have your offer.")

    page.goto(link_in(site, newest(site, "rosa@phone.example"), "me"))
    page.goto("/me/")
    page.get_by_role("link", name="Peers on the night line").click()
    expect(page.get_by_role("main")).to_contain_text("Cal Roe: asked, no answer yet")
    page.context.clear_cookies()

    page.goto(link_in(site, newest(site, "cal@phone.example"), "me"))
    page.goto("/me/")
    page.get_by_role("link", name="Peers on the night line").click()
    seen(page, "named")
    page.get_by_role("button", name="Yes, I present it").click()
    expect(status(page)).to_contain_text("You are a presenter of this.")
    assert (
        newest(site, "rosa@phone.example")["Subject"] == "A presenter has answered: Peers on the night line"
    )


def test_ten_are_decided_and_told_together(page: Page, site: chromium.Site) -> None:
    with site.app.app_context():
        for number in range(10):
            proposal(State.IN_REVIEW, title=f"Night shift number {number}")
        db.session.commit()
    sign_in(page, site)
    page.set_viewport_size(DESK)
    page.goto("/desk/proposals/?q=night+shift+number")
    expect(page.get_by_role("main")).to_contain_text("10 proposals")
    page.get_by_label("Not only these: all 10 found").check()
    page.get_by_label("With those ticked below").select_option(label="Accept them, told later")
    page.get_by_role("button", name="Look at it first").click()
    page.get_by_label("A word to them").fill("Our members asked for this.")
    seen(page, "look-first")
    page.get_by_role("button", name="Accept 10 proposals, to be told later").click()
    expect(status(page)).to_contain_text("10 proposals are decided: accepted.")
    page.get_by_role("link", name="Read the letters and tell them").click()
    for box in chromium.every(page.get_by_role("checkbox")):
        box.set_checked("Night shift number" in (box.get_attribute("aria-label") or ""))
    seen(page, "release")
    page.get_by_role("button", name="Tell those that are ticked").click()
    expect(status(page)).to_contain_text("10 decisions are told.")
    with site.app.app_context():
        told = select(Proposal.state).where(Proposal.title.startswith("Night shift number"))
        assert set(db.session.scalars(told)) == {"accepted"}
        left = select(Letter.state).where(
            Letter.kind == "proposal-accepted", Letter.subject.contains("Night shift number")
        )
        assert list(db.session.scalars(left)) == ["due"] * 10


def test_a_slot_with_a_clash_by_hand_and_by_form(page: Page, site: chromium.Site) -> None:
    with site.app.app_context():
        event = makers.event(title="A Jam with two slots", starts_at=now() + timedelta(days=2))
        open_slots = [
            Slot(ItemKind.TALK, f"{name} talk", "", 12, is_open=True) for name in ("First", "Second")
        ]
        schedule.edit_event(event, EventFields(title=event.title), [], open_slots, by="command")
        first, second = (item.id for item in event.agenda)
        for title in ("Dragged there", "Chosen there"):
            proposal(State.ACCEPTED, title=title, address="twice@stage.example", minutes=20)
        db.session.commit()
    sign_in(page, site)
    page.set_viewport_size(DESK)
    page.goto("/desk/proposals/plan")
    talk, slot = page.locator("[data-talk]", has_text="Dragged there"), page.locator(f"[data-slot='{first}']")
    talk.locator(".drag-handle").hover()
    page.mouse.down()
    slot.hover(position={"x": 30, "y": 10})
    slot.hover(position={"x": 34, "y": 12})
    page.mouse.up()
    expect(page.locator("#confirm")).to_contain_text("It was offered with 20 minutes; the slot has 12.")
    seen(page, "dropped")
    page.get_by_role("button", name="Put it there").click()
    expect(status(page)).to_contain_text("“Dragged there” has a slot.")

    page.set_viewport_size(PHONE)
    talk = page.locator("[data-talk]", has_text="Chosen there")
    talk.get_by_label("A slot").select_option(value=str(second))
    talk.get_by_role("button", name="Look at it").click()
    expect(page.locator("#confirm")).to_contain_text(
        "A presenter already speaks on this day, in “Dragged there”."
    )
    seen(page, "chosen")
    page.get_by_role("button", name="Put it there").click()
    expect(status(page)).to_contain_text("“Chosen there” has a slot.")
    with site.app.app_context():
        where = select(Proposal.title, Proposal.agenda_item_id).where(Proposal.title.endswith(" there"))
        assert {title: id for title, id in db.session.execute(where)} == {
            "Dragged there": first,
            "Chosen there": second,
        }
