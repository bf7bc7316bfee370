"""Taking part as somebody with a browser does it: the form, the mail, the button, and the staff's side of it."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from jam.base.database import db
from jam.base.now import frozen, now
from jam.base.tokens import make
from jam.interest import actions
from jam.interest.models import NewsSubscription
from jam.interest.rules import Way
from jam.people.actions import Details, sign_in_link
from jam.people.rules import AccountRole
from tests import makers
from tests.browser import chromium


def sound(page: Page, name: str) -> None:
    """The page looks as it should for everybody: seen at each width, nothing for axe, nothing sideways."""
    chromium.look(page, name)
    assert chromium.axe_everywhere(page) == [], name
    page.set_viewport_size({"width": 320, "height": 700})
    assert chromium.sideways(page) == 0, name
    page.set_viewport_size({"width": 1440, "height": 900})


def test_somebody_takes_part_and_confirms_the_news(page: Page, site: chromium.Site) -> None:
    page.goto("/")
    page.get_by_role("link", name="Tell us how you would like to take part").first.click()
    expect(page.get_by_label("Present at a future Jam")).not_to_be_checked()
    expect(page.get_by_label("Get our news")).not_to_be_checked()
    sound(page, "interest")
    page.get_by_label("E-mail").fill("ana@")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    sound(page, "interest-errors")
    page.get_by_label("Get our news").check()
    page.get_by_label("E-mail").fill("ana.news@clinic.example")
    page.get_by_label("Name", exact=True).fill("Ana Lee")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/interest/thanks")
    sound(page, "interest-thanks")
    with site.app.app_context():
        person_id = (
            db.session.query(NewsSubscription.person_id).order_by(NewsSubscription.id.desc()).first()[0]
        )
        confirm = f"/news/confirm/{make('news-confirm', person_id)}"
    page.goto(confirm)
    sound(page, "news-confirm")
    page.get_by_role("button", name="Yes, send me the news").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You get our news")
    sound(page, "news-confirmed")
    page.get_by_role("link", name="Stop the news").click()
    sound(page, "news-end")
    page.get_by_role("button", name="Stop the news").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You get no news from us")
    sound(page, "news-ended")
    page.goto("/news/end/nothing")
    sound(page, "news-no-link")


def test_staff_answer(page: Page, site: chromium.Site) -> None:
    with site.app.app_context():
        long = "We ran a peer program in the crisis line for a year. Turnover fell by a third.\n\n" * 4
        for days, name, ways in (
            (9, "Ana Lee", [Way.FUND]),
            (2, "Ben Ode-Featherstonehaugh", [Way.PRESENT, Way.NEWS]),
        ):
            with frozen(now() - timedelta(days=days)):
                address = f"{name[:3].lower()}.with.a.long.address@clinic-of-the-riverside.example"
                person = actions.take_part(
                    address, Details(name, organization="Riverside Clinic"), ways, long
                )
                actions.confirm_news(person, by="visitor")
        owner = makers.account(AccountRole.ORGANIZER, "desk-of-interest@staff.example")
        link = sign_in_link(owner, timedelta(minutes=30), by="command")
        db.session.commit()
        sign_in = f"/signin/{make('sign-in', link.id)}"
    page.goto(sign_in)
    page.get_by_role("button", name="Sign in").click()
    page.goto("/desk/interest/")
    sound(page, "desk-interest")
    page.get_by_role("link", name=re.compile("^Ana Lee")).first.click()
    sound(page, "desk-interest-wish")
    page.get_by_label("What came of it").fill("We meet in May.")
    page.get_by_role("button", name="Mark as answered").click()
    page.goto("/desk/interest/?state=answered")
    sound(page, "desk-interest-answered")
    page.get_by_role("link", name=re.compile("^Ana Lee")).first.click()
    sound(page, "desk-interest-wish-answered")
    page.get_by_role("button", name="Open again").click()
    expect(page.get_by_role("button", name="Mark as answered")).to_be_visible()
    page.goto("/desk/interest/news")
    sound(page, "desk-interest-news")
