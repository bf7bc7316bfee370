"""What became of it: the letter out of the outbox, its link, one page of buttons on a phone; then the memory of the cohort."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from jam.base.database import db
from jam.base.now import frozen, now
from jam.cases.models import EchoCase
from jam.mail.jobs import deliver
from jam.outcomes.jobs import follow_up
from jam.vocabulary.actions import add_first_terms
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind
from tests import makers
from tests.browser import chromium
from tests.browser.test_journeys import newest
from tests.cases.brought import BY, member
from tests.outcomes.followed import sent_case

PHONE, DESK = {"width": 320, "height": 700}, {"width": 1440, "height": 900}


def sound(page: Page, name: str) -> None:
    """Nothing that axe finds and nothing too wide, on a phone and on a desk; pictures where they are kept."""
    found = []
    for size in (DESK, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        found += [(size["width"], chromium.sideways(page), chromium.axe(page))]
    chromium.look(page, f"follow-up-{name}")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert found == [(1440, 0, []), (320, 0, [])], name


def prepare() -> tuple[str, int]:
    """A case that was presented a month ago, asked about today; its presenter's address, and its id."""
    if not terms(Kind.LEVER):
        add_first_terms(by=BY)
    cohort = makers.cohort("followers")
    made, _ = sent_case(member(cohort, "Lantern Row Counseling"), days_ago=33)
    db.session.commit()
    with frozen(now().replace(hour=17) - timedelta(days=1)):
        follow_up()
    deliver()
    return made.person.address or "", made.id


def test_a_follow_up_is_answered_from_the_letter_and_found_again(site: chromium.Site, page: Page) -> None:
    with site.app.app_context():
        address, id = prepare()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    text = newest(site, address).get_body(("plain",)).get_content()
    [link] = set(re.findall(re.escape(site.url) + r"(/me/[\w-]+\?to=/me/cases/\w+/follow-up)", text))
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("What became of it?")
    first, second, third = chromium.every(page.get_by_role("group"))
    first.get_by_label("Adopted").check()
    second.get_by_label("Not yet").check()
    third.get_by_label("Dropped").focus()
    page.keyboard.press("Space")
    first.get_by_label("What happened?").fill("At Lantern Row two drivers stayed.")
    sound(page, "buttons")
    page.get_by_role("button", name="Send the answers").click()
    expect(page.get_by_role("status").first).to_contain_text("That is all we wanted to know")
    expect(page.get_by_role("group").first).to_contain_text("Your own organization")
    expect(page.get_by_role("group").first.get_by_label("Adopted")).to_be_checked()
    sound(page, "answered")
    with site.app.app_context():
        made = db.session.get_one(EchoCase, id)
        slug, shown = made.cohort.slug, made.shown

    page.goto(f"/cohorts/{slug}/home")
    page.get_by_label("A challenge, in a few words").fill("driving")
    page.get_by_role("button", name="Look for it").click()
    expect(page.get_by_role("link", name=shown)).to_be_visible()
    expect(page.get_by_text("Pay for the drive to work.")).to_have_count(0)
    sound(page, "search")
    page.get_by_role("button", name="Show the words of this case").click()
    expect(page.locator("mark").filter(has_text="drive")).to_be_visible()
    expect(page.get_by_role("article")).to_contain_text("Adopted")
    expect(page.get_by_text("two drivers stayed")).to_have_count(0)
    sound(page, "found")
