"""A case on its way: a coordinator finds the town and the short name in it and asks for changes; it is released to the faculty,
and on the day of its session to the cohort."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, expect

from jam.base.database import db
from jam.base.now import now
from jam.base.tokens import make
from jam.cases import plans, review
from jam.cases.identifier_kinds import Kind
from jam.cases.models import Copy, EchoCase
from jam.cases.rules import State
from jam.cohorts.rules import Role
from jam.people.actions import sign_in_link
from jam.people.models import Account, Person
from jam.schedule.models import Event
from tests import makers
from tests.browser import chromium
from tests.browser.test_journeys import is_fault
from tests.cases.brought import BY, case, faculty, member

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 320, "height": 700}


@pytest.fixture
def tab(browser: Browser, site: chromium.Site) -> Iterator[Callable[[str, dict[str, int]], Page]]:
    """A device of its own at each call, that opened this link. What its console complains about fails the test at its end."""
    contexts, said = [], list[str]()

    def come(link: str, size: dict[str, int]) -> Page:
        context = browser.new_context(base_url=site.url, viewport=size, timezone_id="America/New_York")  # type: ignore[arg-type]
        contexts.append(context)
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.on("console", lambda line: said.append(line.text) if is_one(line) else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(link)
        if link.startswith("/signin/"):
            page.get_by_role("button").last.click()
        return page

    def is_one(line: ConsoleMessage) -> bool:
        return (
            is_fault(line.type, line.text) and "404" not in line.text
        )  # a page that is not theirs is asked for

    yield come
    for each in contexts:
        each.close()
    assert said == []


def sound(page: Page, name: str) -> None:
    """Nothing that axe finds and nothing too wide, on a phone and on a desk."""
    before, found = page.viewport_size, []
    for size in (PHONE, DESK):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        found.append((chromium.sideways(page), chromium.axe(page)))
    chromium.look(page, f"case-{name}")
    if before:
        page.set_viewport_size(before)
    assert found == [(0, []), (0, [])], name


def own(person: Person, path: str = "/me/") -> str:
    return f"/me/{make('me', person.id, person.link_version)}?to={path}"


def signed_in(account: Account) -> str:
    return f"/signin/{make('sign-in', sign_in_link(account, timedelta(minutes=30), by=BY).id)}"


def test_the_town_and_the_short_name_are_found_and_changed(
    site: chromium.Site, tab: Callable[[str, dict[str, int]], Page]
) -> None:
    with site.app.app_context():
        cohort = makers.cohort("cohort-9")
        presenter = member(cohort, "Prairie Lamp Counseling").person
        links = own(presenter, "/cohorts/cohort-9/home"), signed_in(faculty(cohort, Role.COORDINATOR))
        db.session.commit()

    mine = tab(links[0], PHONE)
    mine.get_by_role("button", name="Bring a case").click()
    mine.get_by_label("The situation, in one sentence").fill("Nobody applies for our night shifts.")
    mine.get_by_label("Background").fill("PLC is the only one around Concordia that answers at night.")
    mine.get_by_label("What you tried, and what happened").fill("A bonus; it was gone in June.")
    mine.get_by_label("First question to the group").fill("How do you staff nights?")
    mine.get_by_label("What success would look like in 90 days").fill("Two people apply.")
    mine.get_by_label("Places you are known by").fill("Concordia")
    mine.get_by_label("Other names of your organization").fill("PLC")
    mine.locator("input[name=levers]").first.check()
    mine.get_by_label("The group may discuss this case").check()
    mine.get_by_label("Nothing in it tells who it is about").check()
    # It is pointed at while they write; they send it nevertheless.
    found = mine.locator("[data-found=background]")
    expect(found).to_contain_text("Concordia")
    expect(found).to_contain_text("PLC")
    sound(mine, "written")
    mine.get_by_role("button", name="Send it").click()
    expect(mine.get_by_text("We have it. A mail says what happens next.")).to_be_visible()
    address = mine.url.partition("?")[0]

    desk = tab(links[1], DESK)
    desk.goto("/desk/cases")
    desk.get_by_role("link", name="ECHO-").first.click()
    assert "Concordia" not in chromium.source(desk)
    desk.get_by_role("button", name="Open the case").click()
    expect(desk.locator("mark", has_text="Concordia")).to_be_visible()
    expect(desk.locator("mark", has_text="PLC")).to_be_visible()
    sound(desk, "read")
    desk.get_by_label("What should be changed?").fill("Leave out the town and your initials.")
    desk.get_by_role("button", name="Ask for changes").click()
    expect(desk.get_by_text("The presenter is asked, by letter.")).to_be_visible()

    mine.goto(address)
    expect(mine.get_by_text("Leave out the town and your initials.")).to_be_visible()
    # On a slow line they write before the script is there, which catches up.
    late: list[Route] = []
    mine.route("**/case.js*", lambda route: late.append(route))  # noqa: PLW0108 - Playwright takes no built-in one
    with mine.expect_request("**/case.js*"):
        mine.get_by_role("link", name="Change it").click()
    mine.get_by_label("Background").fill("We are the only ones around who answer at night.")
    late.pop().continue_()
    expect(found.locator("mark")).to_have_count(0)
    mine.get_by_role("button", name="Send it again").click()
    expect(mine.get_by_text("We have it. A mail says what happens next.")).to_be_visible()

    desk.reload()
    desk.get_by_role("button", name="Begin to read it").click()
    for box in chromium.every(desk.locator("input[name=classes]")):
        box.check()
    expect(desk.locator("mark", has_text="Concordia")).to_have_count(0)
    desk.get_by_role("button", name="Save the signs").click()
    expect(desk.get_by_text("Every class is signed.")).to_be_visible()
    sound(desk, "signed")
    desk.get_by_role("button", name="Approve it and release it to the faculty").click()
    expect(desk.get_by_text("It is approved.", exact=False).first).to_be_visible()


def test_it_is_released_to_the_faculty_and_on_the_day_to_the_cohort(
    site: chromium.Site, tab: Callable[[str, dict[str, int]], Page]
) -> None:
    with site.app.app_context():
        cohort = makers.cohort("cohort-9")
        other = member(cohort, "Lakeside Clinic").person
        brought = case(
            member(cohort, "Prairie Lamp Counseling"), State.IN_REVIEW, background="PLC pays little."
        )
        review.edit(brought, {**brought.words(Copy.RELEASED), "background": "We pay little."}, by=BY)
        review.sign(brought, dict.fromkeys(Kind, ""), by=BY)
        review.approve(brought, by=BY)
        event = makers.cohort_event(cohort, starts_at=now() + timedelta(days=3))
        links = signed_in(faculty(cohort, Role.EXPERT)), own(other, "/cohorts/cohort-9/home")
        id, day, shown, address = (
            brought.id,
            event.id,
            brought.shown,
            f"/cohorts/cohort-9/cases/{brought.code}",
        )
        db.session.commit()

    expert = tab(links[0], DESK)
    expert.goto("/cohorts/cohort-9/home")
    expert.get_by_role("link", name=shown).click()
    assert "We pay little." not in chromium.source(expert)
    sound(expert, "before-opening")
    expert.get_by_role("button", name="Open the case").click()
    expect(expert.get_by_text("We pay little.")).to_be_visible()
    expect(expert.get_by_text("You read this as faculty.", exact=False)).to_be_visible()
    assert "PLC" not in chromium.source(expert)
    sound(expert, "for-the-faculty")

    phone = tab(links[1], PHONE)
    expect(phone.get_by_role("heading", level=1)).to_be_visible()

    def hidden() -> None:
        phone.goto("/cohorts/cohort-9/home")
        assert shown not in chromium.source(phone)
        answer = phone.goto(address)
        assert answer is not None
        assert answer.status == 404
        assert "We pay little." not in chromium.source(phone)

    hidden()
    with site.app.app_context():
        plans.put_on(db.session.get_one(EchoCase, id), db.session.get_one(Event, day), by=BY)
        db.session.commit()
    hidden()  # its day is still to come
    with site.app.app_context():
        db.session.get_one(Event, day).starts_at = now() - timedelta(minutes=1)
        db.session.commit()
    phone.goto("/cohorts/cohort-9/home")
    sound(phone, "on-the-day")
    phone.get_by_role("link", name=shown).first.click()
    phone.get_by_role("button", name="Open the case").click()
    expect(phone.get_by_text("We pay little.")).to_be_visible()
    assert "PLC" not in chromium.source(phone)
    sound(phone, "for-the-cohort")
