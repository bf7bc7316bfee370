"""The run of show in a browser: rows moved by its script, and a session led by its live view, also without network."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page, expect
from sqlalchemy import select

from jam.base.database import db
from jam.base.now import now
from jam.base.tokens import make
from jam.people.actions import sign_in_link
from jam.people.rules import AccountRole
from jam.schedule import actions
from jam.schedule.given import Slot
from jam.schedule.models import Event, Program
from jam.schedule.rules import ItemKind, State
from tests import makers
from tests.browser import chromium

RUN = [
    Slot(ItemKind.WELCOME, "Welcome", "", 4, "Host: Otis", "Say where the captions are."),
    Slot(ItemKind.TALK, "A year of peers", "Ben Ode", 50),
    Slot(ItemKind.CALL_TO_ACTION, "One thing to do", "", 6),
]


def planned(page: Page, site: chromium.Site) -> Event:
    """Sign in; the next session, with three items in its run of show."""
    with site.app.app_context():
        owner = makers.account(AccountRole.ORGANIZER, "desk-of-shows@staff.example")
        link = sign_in_link(owner, timedelta(minutes=30), by="command")
        jam = select(Event).join(Event.program).where(Program.slug == "jam")
        ahead = jam.where(Event.starts_at > now(), Event.state == State.PUBLISHED)
        event = db.session.scalars(ahead.order_by(Event.starts_at)).first()
        assert event is not None
        actions.lock(event)
        actions.set_agenda(event, RUN, by="command")
        db.session.commit()
        sign_in = f"/signin/{make('sign-in', link.id)}"
        db.session.refresh(event)
        db.session.expunge(event)
    page.goto(sign_in)
    page.get_by_role("button", name="Sign in").click()
    return event


def test_rows_move_and_minutes_follow_before_anything_is_saved(page: Page, site: chromium.Site) -> None:
    event = planned(page, site)
    page.goto(f"/desk/sessions/{event.slug}/show")
    rows, sum_ = page.locator("[data-row]"), page.locator("[data-balance]")
    page.get_by_role("button", name="Move “Welcome” down").click()
    expect(page.locator("[data-said]")).to_have_text("“Welcome” is now number 2 of 3.")
    rows.nth(2).get_by_label("Minutes").fill("20")
    expect(sum_).to_have_text("74 minutes are planned, 14 too many: the session lasts 60.")
    page.get_by_role("button", name="Remove “One thing to do”").click()
    expect(sum_).to_have_text("54 of 60 minutes are planned, 6 are free.")
    page.get_by_role("button", name="Put it back").click()
    rows.nth(2).get_by_label("Minutes").fill("5")
    page.get_by_role("button", name="Insert below “A year of peers”").click()
    rows.nth(1).get_by_label("Title").fill("Questions")
    rows.nth(1).get_by_label("Minutes").fill("1")
    page.set_viewport_size({"width": 1440, "height": 2200})
    rows.nth(3).locator(".drag-handle").hover()
    page.mouse.down()
    rows.nth(0).hover(position={"x": 20, "y": 5})
    rows.nth(0).hover(position={"x": 20, "y": 9})
    page.mouse.up()
    page.get_by_role("button", name="Save the run of show").click()
    expect(page.get_by_role("status").first).to_contain_text("Saved. All 60 minutes are planned.")
    titles = [row.get_by_label("Title").input_value() for row in chromium.every(rows)]
    assert titles == ["One thing to do", "A year of peers", "Questions", "Welcome"]


def test_a_session_is_led_by_the_live_view_without_network(page: Page, site: chromium.Site) -> None:
    event = planned(page, site)
    live = page.locator("[data-live]")
    left, pace = live.locator("[data-left]"), live.locator("[data-pace]")
    page.clock.install(time=event.starts_at)
    page.goto(f"/desk/sessions/{event.slug}/show/live")
    expect(live.locator("[data-title]")).to_have_text("Ready to begin")
    page.get_by_role("button", name="Begin").click()
    page.context.set_offline(True)
    page.clock.run_for(60_000)
    expect(live.locator("[data-crew]")).to_have_text("Behind the scenes: Host: Otis")
    expect(left).to_contain_text("left")
    page.clock.run_for(5 * 60_000)
    expect(left).to_contain_text("2:0")
    expect(left).to_contain_text("over")
    expect(pace).to_have_text("At this pace you end 2 minutes late.")
    page.get_by_role("button", name="+1 minute").click()
    expect(left).to_contain_text("1:0")
    page.get_by_role("button", name="Next").click()
    expect(page.locator("[data-said]")).to_have_text("Now: A year of peers, 50 minutes, Ben Ode. Next: One thing to do.")  # fmt: skip
    page.context.set_offline(False)
    page.reload()
    expect(live.locator("[data-title]")).to_have_text("A year of peers")
    chromium.look(page, "show-live")
    page.get_by_role("button", name="Back").click()
    expect(live.locator("[data-title]")).to_have_text("Welcome")
    expect(page.locator("[aria-current=step]")).to_contain_text("Welcome")
