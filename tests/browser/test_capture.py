"""A case in its session, on a phone whose network goes: nothing that was written down is lost, and then it is sent."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page

from jam.base.database import db
from jam.base.now import now
from jam.base.tokens import make
from jam.cases.rules import State
from jam.cohorts.rules import Role
from jam.people.actions import sign_in_link
from jam.people.models import Account
from jam.people.queries import account_by_address
from tests import makers
from tests.browser import chromium
from tests.cases import brought


def way_in(account: Account) -> str:
    return f"/signin/{make('sign-in', sign_in_link(account, timedelta(minutes=30), by=makers.BY).id)}"


def begun(site: chromium.Site) -> tuple[str, str]:
    """A case whose session has begun: the address of its screen, and the way in."""
    with site.app.app_context():
        cohort = makers.cohort("capture")
        event = makers.cohort_event(cohort)
        made = brought.case(brought.member(cohort), State.SCHEDULED, event)
        event.starts_at, event.ends_at = now() - timedelta(minutes=20), now() + timedelta(minutes=40)
        lead = brought.faculty(cohort, Role.FACILITATOR)
        link = way_in(lead)
        db.session.commit()
        return f"/desk/cohorts/capture/cases/{made.code}", link


def say(page: Page, words: str) -> None:
    page.get_by_label("One recommendation").fill(words)
    page.get_by_role("button", name="Keep it").click()


def test_a_minute_without_network_loses_nothing_and_then_it_is_sent(page: Page, site: chromium.Site) -> None:
    at, link = begun(site)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(link)
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{at}/capture")
    page.get_by_role("button", name="Open the case").click()
    page.get_by_text("What keeps a new supervisor?").wait_for()
    saved = page.get_by_text("Everything is saved.", exact=True)
    say(page, "Pay for the drive.")
    saved.wait_for()

    page.context.set_offline(True)
    for words in ("Ask a peer.", "Share a night nurse."):
        say(page, words)
    page.get_by_text("2 changes wait in this browser: there is no connection.").wait_for()
    page.get_by_label("One recommendation").fill("Half a sen")
    chromium.look(page, "capture-offline")
    page.context.set_offline(False)
    page.reload()  # the lines were kept in the browser, and so was what was only begun
    saved.wait_for()
    assert page.get_by_label("One recommendation").input_value() == "Half a sen"
    say(page, "Half a sentence.")
    saved.wait_for()
    lines = page.locator("[data-list=recommendation] > li > p:first-child")
    assert lines.all_text_contents() == [
        "Pay for the drive.",
        "Ask a peer.",
        "Share a night nurse.",
        "Half a sentence.",
    ]
    page.get_by_role("button", name="Up recommendation 2").click()
    page.get_by_role("button", name="Remove recommendation 4").click()
    page.get_by_role("button", name="Yes, remove recommendation 4").click()
    page.get_by_label("The case in your words").fill("New supervisors leave.")
    page.get_by_label("The presenter says that this is right").check()
    saved.wait_for()
    assert chromium.axe(page) == []

    page.context.clear_cookies()  # the session of the browser runs out
    say(page, "Call the board.")
    page.get_by_text("You are signed out. 1 change waits here until you sign in; nothing is lost.").wait_for()
    with site.app.app_context():
        account = account_by_address("facilitator@capture.example")
        assert account is not None
        again = way_in(account)
        db.session.commit()
    other = page.context.new_page()
    other.goto(again)
    other.get_by_role("button", name="Sign in").click()
    other.close()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    saved.wait_for()

    page.reload()
    chromium.look(page, "capture")
    page.get_by_role("button", name="It was presented").click()
    assert chromium.axe(page) == []
    chromium.look(page, "recommendations")
    assert page.get_by_label("Words").first.input_value() == "Ask a peer."
    page.get_by_role("button", name="Save and send them").click()
    page.get_by_text("It is sent to the presenter").wait_for()
