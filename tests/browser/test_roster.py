"""The roster in a browser, without JavaScript where it has none: each page looked at and found sound."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from jam.base.database import db
from jam.base.now import now
from jam.base.tokens import make
from jam.people.actions import sign_in_link
from jam.people.rules import AccountRole
from jam.registration.models import Registration
from jam.schedule.models import Event
from tests import makers
from tests.browser import chromium

FILE = (
    b"E-mail Address,First Name,Last Name,Company,State\nnew.person.with.a.long.address@clinic-of-the-riverside.example,"
    b"Ana,Lee,Riverside Clinic,Ohio\nnot an address,Ben,Ode,,Narnia\n"
)


def sound(page: Page, name: str) -> None:
    """The page looks as it should for everybody: seen at each width, nothing for axe, nothing sideways."""
    chromium.look(page, name)
    assert chromium.axe_everywhere(page) == [], name
    page.set_viewport_size({"width": 320, "height": 700})
    assert chromium.sideways(page) == 0, name
    page.set_viewport_size({"width": 1440, "height": 900})


def fullest(page: Page, site: chromium.Site) -> str:
    """Sign in; the address of the session to come with the most people."""
    with site.app.app_context():
        owner = makers.account(AccountRole.ORGANIZER, "desk-of-rosters@staff.example")
        link = sign_in_link(owner, timedelta(minutes=30), by="command")
        slug = db.session.scalars(
            select(Event.slug)
            .join(Registration, Registration.event_id == Event.id)
            .where(Event.starts_at > now(), Event.state == "published")
            .group_by(Event.slug)
            .order_by(func.count().desc())
        ).first()
        db.session.commit()
        sign_in = f"/signin/{make('sign-in', link.id)}"
    page.goto(sign_in)
    page.get_by_role("button", name="Sign in").click()
    return f"/desk/sessions/{slug}/people"


def test_staff_act_on_several_people_and_take_it_back(page: Page, site: chromium.Site) -> None:
    people = fullest(page, site)
    page.goto("/desk/programs/jam/people")
    sound(page, "desk-program-people")
    page.goto(f"{people}?status=confirmed")
    sound(page, "desk-roster")
    for box in chromium.every(page.get_by_role("checkbox", name="Choose"))[:2]:
        box.check()
    page.get_by_label("With the people ticked below").select_option("cancel")
    page.get_by_role("button", name="Look at it first").click()
    sound(page, "desk-roster-act")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", level=2, name="2 people cancelled")).to_be_visible()
    sound(page, "desk-roster-done")
    page.locator("summary", has_text="Undo").click()
    page.get_by_role("button", name="Undo all of it").click()
    expect(page.get_by_text("Undone:")).to_be_visible()
    page.goto(f"{people}/done")
    sound(page, "desk-roster-all-done")


def test_staff_load_people_and_write_to_them(page: Page, site: chromium.Site) -> None:
    people = fullest(page, site)
    page.goto(f"{people}/import")
    sound(page, "desk-import")
    page.get_by_label("File").set_input_files({"name": "people.csv", "mimeType": "text/csv", "buffer": FILE})
    page.get_by_role("button", name="Read the file").click()
    sound(page, "desk-import-preview")
    page.get_by_role("button", name="Import these people").click()
    expect(page.get_by_role("heading", name="The people are in")).to_be_visible()
    sound(page, "desk-import-report")
    page.goto(f"{people}/write?q=riverside")
    page.get_by_role("button", name="Look at it").click()
    sound(page, "desk-write")
    page.get_by_role("button", name="Send to").click()
    sound(page, "desk-group-letter")
    page.goto(f"{people}/letters")
    sound(page, "desk-group-letters")


def test_staff_drag_a_question_to_another_place(page: Page, site: chromium.Site) -> None:
    with site.app.app_context():
        where = makers.event(title="A session that asks").slug
        event = db.session.scalars(select(Event).where(Event.slug == where)).one()
        for label in ("One?", "Two?", "Three?"):
            makers.question(event, label)
        db.session.commit()
    fullest(page, site)
    page.goto(f"/desk/sessions/{where}/questions")
    rows = page.locator("tr[data-question]")
    handles = page.locator(".drag-handle")
    with page.expect_navigation():  # dropping it sends the order, and the page comes anew
        handles.nth(0).drag_to(rows.nth(2), target_position={"x": 40, "y": 40})
    expect(page.locator("tr[data-question] th")).to_contain_text(["Two?", "Three?", "One?"])
