"""Slides late, chased, arrived: staff see who is late, the letter leads to a page on a phone, and the line is gone."""

from __future__ import annotations

import re
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

from playwright.sync_api import Page, expect

from jam.base.database import db
from jam.base.now import frozen, now
from jam.base.tokens import make
from jam.mail.jobs import deliver
from jam.people.actions import sign_in_link
from jam.people.rules import AccountRole
from jam.proposals import chasing, presenters
from jam.proposals.rules import State
from tests import makers
from tests.browser import chromium
from tests.proposals import slides
from tests.proposals.offers import proposal

ROSA = "rosa@late.example"


def late(site: chromium.Site) -> str:
    """Rosa's talk is in six days and her slides are not here; the clock ticks. Gives staff's way in."""
    with site.app.app_context():
        at = makers.event(title="Nights that people stay for", starts_at=now() + timedelta(days=6, hours=1))
        made = proposal(State.CONFIRMED, at=at, address=ROSA)
        made.scheduled_at = made.lead.answered_at = now() - timedelta(days=40)
        presenters.allow_recording(made.lead, True, by="command")
        link = sign_in_link(makers.account(AccountRole.ORGANIZER, "desk-of-late@staff.example"), timedelta(minutes=30),
                            by="command")  # fmt: skip
        db.session.commit()
        # Whatever the hour of this test is, the clock's day has begun.
        with frozen(now().replace(hour=16, minute=0, second=0)):
            chasing.chase()
            deliver()
        return f"/signin/{make('sign-in', link.id)}"


def letter_to(address: str, folder: Path) -> str:
    """The text of the one reminder that lies in the mail folder for somebody."""
    letters = [message_from_bytes(each.read_bytes(), policy=policy.default) for each in folder.rglob("*.eml")]
    [found] = [each for each in letters if address in each["To"] and each["Subject"].startswith("Reminder:")]
    assert found["Subject"] == "Reminder: your slides for Peers on the night line"
    body = found.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_slides_are_late_chased_and_there(page: Page, site: chromium.Site, tmp_path: Path) -> None:
    page.goto(late(site))
    page.get_by_role("button", name="Sign in").click()
    page.goto("/desk/")
    page.get_by_role("link", name="See what is missing").click()
    row = page.locator("tr", has_text="Rosa Teague")
    expect(row).to_contain_text("Slides: ")
    expect(row).to_contain_text("late since")
    expect(row).to_contain_text("Reminded on")
    assert chromium.axe_everywhere(page) == []
    chromium.look(page, "late-1-chased")
    text = letter_to(ROSA, tmp_path / "mail")
    [link] = re.findall(r"http://127\.0\.0\.1:\d+(/me/\S+)", text)
    staff = page.context.cookies()
    page.context.clear_cookies()
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(link)
    assert chromium.sideways(page) == 0
    expect(page.locator("li", has=page.get_by_role("link", name="Slides", exact=True))).to_contain_text(
        "Missing"
    )
    file = {"name": "slides.pdf", "mimeType": "application/pdf", "buffer": slides.pdf()}
    page.get_by_label("Your slides").set_input_files(file)
    page.get_by_role("button", name="Upload slides").click()
    expect(page.get_by_role("status").first).to_contain_text("We have your slides.")
    assert chromium.axe_everywhere(page) == []
    chromium.look(page, "late-2-arrived")
    page.context.clear_cookies()
    page.context.add_cookies(staff)
    page.goto("/desk/proposals/late")
    expect(page.get_by_role("heading", name="Late presenters")).to_be_visible()
    expect(page.locator("tr", has_text="Rosa Teague")).to_have_count(0)
    chromium.look(page, "late-3-not-late")
