"""Ways through Jam as people go them, from the first page to the last mail, on a phone and on a desk, with JavaScript
and without."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from jam.base.database import db
from jam.base.now import now
from jam.base.zones import EASTERN, wall
from jam.mail.jobs import deliver
from jam.mail.models import Letter
from jam.registration.models import Registration
from jam.schedule.models import Event
from jam.schedule.rules import State
from tests import makers
from tests.attendance.files import REAL_2020
from tests.browser import chromium
from tests.makers import utc

Visit = Callable[[], Page]

#: The key that chooses the next of a list.
DOWN = "ArrowDown"

ROOM = "https://meet.example.org/"

PHONE = 320

#: Width of the window, and whether scripts run.
WAYS = pytest.mark.parametrize(
    ("width", "scripts"), [(PHONE, True), (1440, False)], ids=["phone", "desk without JavaScript"]
)


@pytest.fixture
def visit(browser: Browser, site: chromium.Site, width: int, scripts: bool) -> Iterator[Visit]:
    """Opens a tab of somebody else at each call. Whatever its console complains about fails the test at its end."""
    contexts, said = [], list[str]()

    def come() -> Page:
        context = browser.new_context(
            base_url=site.url,
            viewport={"width": width, "height": 800},
            java_script_enabled=scripts,
            timezone_id="America/New_York",
        )
        contexts.append(context)
        context.set_default_timeout(20_000)
        context.route(
            f"{ROOM}**", lambda route: route.fulfill(body="<title>The room</title>", content_type="text/html")
        )
        page = context.new_page()
        page.on("console", lambda line: said.append(line.text) if is_fault(line.type, line.text) else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        return page

    yield come
    for each in contexts:
        each.close()
    assert said == []


def is_fault(kind: str, text: str) -> bool:
    """An error or warning in the console; that a form was answered with “please correct it” (400) is none."""
    return kind in ("error", "warning") and "400 (BAD REQUEST)" not in text


def mails_to(site: chromium.Site, address: str) -> list[Any]:
    """Let the letters that are due leave; everything this address has got so far, oldest first."""
    with site.app.app_context():
        deliver()
        order = {
            f"{each.to_address}|{each.subject}": each.id
            for each in db.session.scalars(select(Letter).order_by(Letter.id))
        }
    files = site.app.config["MAIL_FOLDER"].rglob("*.eml")
    mails = [message_from_bytes(each.read_bytes(), policy=policy.default) for each in files]
    mine = [mail for mail in mails if mail["To"].addresses[0].addr_spec == address]
    return sorted(mine, key=lambda mail: order[f"{address}|{mail['Subject'].strip()}"])


def link_in(site: chromium.Site, mail: Any, kind: str) -> str:
    """The path of the personal link of this kind in a mail."""
    text = mail.get_body(("plain",)).get_content()
    [link] = set(re.findall(re.escape(site.url) + rf"(/{kind}/[\w-]+)", text))
    return str(link)


def newest(site: chromium.Site, address: str) -> Any:
    """The last mail to an address."""
    return mails_to(site, address)[-1]


def fits(page: Page) -> None:
    """Nothing sticks out of the window."""
    assert chromium.sideways(page) == 0


def register(page: Page, session: str, address: str, name: str, button: str = "Register") -> None:
    """Fill in the form and send it."""
    page.goto(f"/sessions/{session}/register")
    page.get_by_label("E-mail").fill(address)
    page.get_by_label("Name", exact=True).fill(name)
    say_about_work(page)
    page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_url("**/registered*")


def say_about_work(page: Page) -> None:
    """Answer what the form asks beside address and name."""
    page.get_by_label("Organization").fill("Harbor House")
    page.get_by_label("Job role").select_option(index=1)
    page.get_by_label("Sector").select_option(index=1)
    page.get_by_label("State or territory").select_option(label="Ohio")


def give_back(page: Page) -> None:
    """Give the next seat back on the personal page, where it is asked once more."""
    page.locator("summary", has_text="Give my seat back").first.click()
    page.get_by_role("button", name="Yes, give it back").first.click()
    expect(page.get_by_role("status").first).to_contain_text("You gave back your seat")


def status(page: Page) -> Any:
    """What the page says was done."""
    return page.get_by_role("status").first


@WAYS
def test_register_cancel_rejoin_and_join(visit: Visit, site: chromium.Site) -> None:
    page = visit()
    page.goto("/")
    title = page.locator(".hero h2, .hero h1").first.inner_text()
    page.get_by_role("link", name="Register", exact=True).first.click()
    page.wait_for_url("**/register")
    form = page.url

    page.get_by_role("button", name="Register", exact=True).click()
    problems = page.get_by_role("alert")
    expect(problems).to_contain_text("Enter your e-mail address")
    problems.get_by_role("link").first.click()
    expect(page.get_by_label("E-mail")).to_be_focused()
    fits(page)

    page.goto(form)
    page.get_by_label("E-mail").fill("Nia.Brooks@clinic.example")
    page.get_by_label("Name", exact=True).fill("Nia Brooks")
    say_about_work(page)
    page.get_by_role("button", name="Register", exact=True).click()
    page.wait_for_url("**/registered")
    expect(page.get_by_role("heading", level=1)).to_contain_text("You're in")
    fits(page)

    mail = newest(site, "Nia.Brooks@clinic.example")
    assert mail["Subject"] == f"You're in: {title}"
    page.goto(link_in(site, mail, "me"))
    assert page.url == f"{site.url}/me/"
    expect(page.get_by_role("main")).to_contain_text("Nia Brooks, your next session")
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    fits(page)

    give_back(page)
    assert newest(site, "Nia.Brooks@clinic.example")["Subject"] != mail["Subject"]
    page.get_by_role("button", name=f"Register again for {title}").click()
    expect(status(page)).to_contain_text("You're in again")

    way_in = link_in(site, mail, "join")  # the link of the first mail goes on working
    page.goto(way_in)
    expect(page.get_by_role("main")).to_contain_text("your seat is kept. This page opens at")
    expect(page.get_by_role("button", name="Join the session")).to_have_count(0)
    fits(page)
    begin_now(site, title)
    page.goto(way_in)
    page.get_by_role("button", name="Join the session").click()
    page.wait_for_url(f"{ROOM}**")


def begin_now(site: chromium.Site, title: str) -> None:
    """Bring the session of this title forward, so that it begins in five minutes."""
    with site.app.app_context():
        event = db.session.scalars(select(Event).where(Event.title == title, Event.starts_at > now())).one()
        event.starts_at, event.ends_at = now() + timedelta(minutes=5), now() + timedelta(minutes=65)
        db.session.commit()


@WAYS
def test_who_waits_moves_up_when_somebody_gives_a_seat_back(visit: Visit, site: chromium.Site) -> None:
    with site.app.app_context():
        slug = makers.event(title="A small room", capacity=1, waiting_list=True).slug
        db.session.commit()
    ana, ben = visit(), visit()
    register(ana, slug, "ana@small.example", "Ana Lee")

    ben.goto(f"/sessions/{slug}")
    expect(ben.get_by_role("main")).to_contain_text("This session is full.")
    ben.get_by_role("link", name="Join the waiting list").click()
    ben.wait_for_url("**/register")
    expect(ben.get_by_role("main")).to_contain_text("Nobody waits yet.")
    register(ben, slug, "ben@small.example", "Ben Ode", "Join the waiting list")
    expect(ben.get_by_role("heading", level=1)).to_contain_text("You're on the waiting list")
    ben.goto(link_in(site, newest(site, "ben@small.example"), "me"))
    expect(ben.get_by_role("main")).to_contain_text("Waiting list, place 1")
    fits(ben)

    ana.goto(link_in(site, newest(site, "ana@small.example"), "me"))
    give_back(ana)
    mail = newest(site, "ben@small.example")
    assert mail["Subject"] == "A seat became free, and it is yours: A small room"
    ben.goto("/me/")
    expect(ben.get_by_role("main")).to_contain_text("Ben Ode, your next session")
    ben.goto(link_in(site, mail, "join"))
    expect(ben.get_by_role("main")).to_contain_text("your seat is kept")

    ana.get_by_role("button", name="Register again for A small room").click()
    expect(status(ana)).to_contain_text("You are on the waiting list")
    expect(ana.get_by_role("main")).to_contain_text("Waiting list, place 1")


def seen(page: Page, name: str) -> None:
    """The page fits and has no grave fault; with JAM_TEST_SCREENSHOTS=1 it is kept as a picture too."""
    fits(page)
    assert page.viewport_size is not None
    width = page.viewport_size["width"]
    if width == PHONE:  # axe is a script itself, and scripts run there
        assert chromium.axe(page) == [], name
    if os.environ.get(chromium.KEEP):
        page.screenshot(path=chromium.picture(f"journey-{name}-{width}"), full_page=True)


@WAYS
def test_the_series_pass_is_taken_a_date_dropped_and_the_pass_left(visit: Visit, site: chromium.Site) -> None:
    page = visit()
    page.goto("/programs/jam/register")
    dates = page.locator("main ul.prose li").count()
    page.get_by_label("E-mail").fill("pia@series.example")
    page.get_by_label("Name", exact=True).fill("Pia Lund")
    say_about_work(page)
    seen(page, "pass")
    page.get_by_role("button", name="Register for every session").click()
    page.wait_for_url("**/programs/jam/registered")
    seen(page, "pass-taken")

    [mail] = mails_to(site, "pia@series.example")
    assert mail["Subject"] == "You hold the series pass: Workforce Solutions Jam"
    page.goto(link_in(site, mail, "me"))
    shown = page.locator(".session-card")
    expect(shown).to_have_count(dates - 1)  # the next one stands on top
    seen(page, "pass-own-page")
    first = shown.first
    title = first.locator("h3").inner_text()
    first.locator("summary", has_text="Give my seat back").click()
    first.get_by_role("button", name="Yes, give it back").click()
    expect(status(page)).to_contain_text(f"You gave back your seat at “{title}”")
    expect(shown.first).to_contain_text("Not registered any more")

    page.locator("summary", has_text="Series pass").click()
    page.locator("summary", has_text="Leave the pass").click()
    page.get_by_role("button", name="Yes, leave the pass").click()
    expect(status(page)).to_contain_text("You left the series pass of the Workforce Solutions Jam")
    expect(page.get_by_text("Not registered any more")).to_have_count(dates)
    expect(page.locator("summary", has_text="Series pass")).to_have_count(0)
    seen(page, "pass-left")
    assert newest(site, "pia@series.example")["Subject"].startswith("You left the series pass")


@WAYS
def test_colleagues_are_registered_one_answers_and_one_takes_it_back(
    visit: Visit, site: chromium.Site
) -> None:
    with site.app.app_context():
        made = makers.event(title="A table for three")
        makers.question(made, "What will you bring?", required=True)
        db.session.commit()
        slug = made.slug
    host, colleague = visit(), visit()
    host.goto(f"/sessions/{slug}/register")
    host.get_by_role("link", name="Register colleagues").click()
    host.get_by_label("E-mail").first.fill("hana@table.example")
    host.get_by_label("Name", exact=True).first.fill("Hana Ito")
    say_about_work(host)
    for number, name in ((1, "Ben"), (2, "Cal")):
        row = host.get_by_role("group", name=f"Colleague {number}", exact=True)
        row.get_by_label("Name").fill(f"{name} Roe")
        row.get_by_label("E-mail").fill(f"{name.lower()}@table.example")
    expect(host.get_by_role("main")).to_contain_text("You need not answer for anybody.")
    seen(host, "colleagues")
    host.get_by_role("button", name="Register them").click()
    host.wait_for_url("**/registered/colleagues")
    seen(host, "colleagues-done")
    assert mails_to(site, "hana@table.example") == []

    mail = newest(site, "ben@table.example")
    assert mail["Subject"] == "Hana Ito registered you: A table for three"
    colleague.goto(link_in(site, mail, "me"))
    expect(colleague.get_by_role("main")).to_contain_text("1 question waits for your answer")
    seen(colleague, "colleague-own-page")
    colleague.get_by_role("link", name="Answer now").click()
    colleague.get_by_role("button", name="Save").click()
    expect(colleague.get_by_role("alert")).to_contain_text("Answer “What will you bring?”")
    colleague.get_by_label("What will you bring?").fill("A case")
    colleague.get_by_label("What you need to take part").fill("Captions")
    seen(colleague, "colleague-answers")
    colleague.get_by_role("button", name="Save").click()
    expect(status(colleague)).to_contain_text("Saved for “A table for three”.")
    expect(colleague.get_by_role("main")).not_to_contain_text("waits for your answer")
    expect(colleague.get_by_role("main")).to_contain_text("You asked for: Captions")

    colleague.goto(link_in(site, newest(site, "cal@table.example"), "not-me"))
    seen(colleague, "colleague-not-me")
    colleague.get_by_role("button", name="Take it back").click()
    expect(colleague.get_by_role("heading", level=1)).to_contain_text("It is taken back")
    with site.app.app_context():
        stands = dict(
            db.session.execute(
                select(Registration.name, Registration.status).join(Event).where(Event.slug == slug)
            ).all()
        )
    assert stands == {"Ben Roe": "confirmed", "Erased person": "cancelled"}


def sign_in(page: Page, site: chromium.Site) -> None:
    """Ask for a link, find it in the mail, press the button."""
    page.goto("/desk/sessions/")
    page.get_by_label("E-mail").fill("organizer@example.org")
    page.get_by_role("button", name="Send me a link").click()
    page.wait_for_url("**/signin/sent")
    page.goto(link_in(site, newest(site, "organizer@example.org"), "signin"))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/desk/sessions/")  # where they wanted to go


@WAYS
def test_staff_publish_a_draft_move_it_and_call_the_letters_back(visit: Visit, site: chromium.Site) -> None:
    slug, day = a_draft(site)
    page, visitor = visit(), visit()
    sign_in(page, site)
    assert visitor.request.get(f"/sessions/{slug}").status == 404

    page.goto(f"/desk/sessions/{slug}/")
    page.get_by_label("Title", exact=True).first.fill("Peers in the crisis line")
    page.get_by_role("button", name=re.compile("^Save")).first.click()
    expect(status(page)).to_contain_text("Saved.")
    page.get_by_role("link", name="Publish", exact=True).click()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(status(page)).to_contain_text("Published.")
    fits(page)
    for number in range(3):
        register(visitor, slug, f"guest{number}@crisis.example", f"Guest {number}")
    assert newest(site, "guest2@crisis.example")["Subject"] == "You're in: Peers in the crisis line"

    page.goto(f"/desk/sessions/{slug}/")
    page.get_by_role("link", name="Move", exact=True).click()
    page.get_by_label("Date").fill(f"{day + timedelta(days=1):%Y-%m-%d}")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("main")).to_contain_text("3 people will get a letter. It leaves in ten minutes")
    fits(page)
    page.get_by_label("A word to the people").fill("The room was taken.")
    page.get_by_role("button", name="Move the session").click()
    expect(status(page)).to_contain_text("Moved. 3 people will get a letter. It leaves in ten minutes")
    assert [len(mails_to(site, f"guest{number}@crisis.example")) for number in range(3)] == [1, 1, 1]

    page.get_by_role("link", name="Letters page").click()
    page.wait_for_url("**/desk/letters/")
    page.get_by_role("button", name="Call back").click()
    expect(status(page)).to_contain_text("3 letters are called back. Nobody gets them until you say so")
    fits(page)
    with site.app.app_context():
        moved = db.session.scalars(
            select(Letter.state).where(Letter.kind == "moved", Letter.text.contains("The room was taken."))
        ).all()
    assert moved == ["held"] * 3


def a_draft(site: chromium.Site) -> tuple[str, datetime]:
    """The address and the day of the first draft."""
    with site.app.app_context():
        event = db.session.scalars(
            select(Event).where(Event.state == State.DRAFT).order_by(Event.starts_at)
        ).first()
        assert event is not None
        return event.slug, wall(event.starts_at, EASTERN)


@WAYS
def test_staff_import_the_real_report_and_the_figures_change(visit: Visit, site: chromium.Site) -> None:
    with site.app.app_context():
        slug = makers.event(title="A day of talks", starts_at=utc("2020-03-28 12:30"), minutes=510).slug
        db.session.commit()
    page = visit()
    sign_in(page, site)
    of_2020 = "/desk/statistics/?from=2020-01-01&to=2020-12-31"
    page.goto(of_2020)
    assert tiles(page) == {"session held": "1", "registrations": "0", "attendances": "Not known"}

    page.goto(f"/desk/sessions/{slug}/attendance")
    page.locator("input[type=file]").set_input_files(REAL_2020)
    page.get_by_role("button", name="Look at the report").click()
    page.wait_for_url("**/attendance/preview?**")
    expect(page.get_by_role("main")).to_contain_text("Nothing has been kept yet.")
    expect(page.get_by_role("main")).to_contain_text("Add 491 people whom Jam does not know yet.")
    fits(page)
    page.get_by_role("button", name="Import this report").click()
    expect(status(page)).to_contain_text("The report is in: 1,018 new lines, 491 new people.")
    fits(page)
    page.goto(of_2020)
    assert tiles(page) == {"session held": "1", "registrations": "469", "attendances": "455"}


def tiles(page: Page) -> dict[str, str]:
    """Three of the figures by their labels, also those that are folded on a phone."""
    labels, figures = (page.locator(f".tile-{part}").all_text_contents() for part in ("label", "figure"))
    found = {label.strip(): figure.strip() for label, figure in zip(labels, figures, strict=True)}
    return {label: found[label] for label in ("session held", "registrations", "attendances")}


@pytest.mark.parametrize(("width", "scripts"), [(1440, True)], ids=["desk"])
def test_the_form_is_filled_in_with_the_keyboard_alone(visit: Visit, site: chromium.Site) -> None:
    page = visit()
    page.goto("/")
    page.get_by_role("link", name="Register", exact=True).first.click()
    page.wait_for_url("**/register")
    page.keyboard.press("Tab")
    assert focused(page) == ("Skip to the content", True)
    page.keyboard.press("Enter")
    answers = {
        "E-mail": "kay@keys.example",
        "Name": "Kay Board",
        "Organization": "Harbor House",
        "Job role": DOWN,
        "Sector": DOWN,
        "State or territory": "Ohio",
        "Register": "",
    }
    answered = []
    for _ in range(40):  # more stops than the page has
        page.keyboard.press("Tab")
        name, seen = focused(page)
        assert seen, f"the focus on “{name}” does not show"
        if name not in answers:
            continue
        answered.append(name)
        if answers[name] == DOWN:
            page.keyboard.press(DOWN)
        else:
            page.keyboard.type(answers[name])
        if name == "Register":
            break
    assert answered == list(answers)
    page.keyboard.press("Enter")
    page.wait_for_url("**/registered")
    assert newest(site, "kay@keys.example")["Subject"].startswith("You're in: ")


def focused(page: Page) -> tuple[str, bool]:
    """What has the focus, by its label or words, and whether that shows: an outline or a shadow, inside the window."""
    found = page.evaluate(
        """async () => {
            const it = document.activeElement, style = getComputedStyle(it);
            const inside = () => {
                const box = it.getBoundingClientRect();
                return box.width > 0 && box.top >= 0 && box.bottom <= innerHeight;
            };
            // The window moves to it within some frames.
            for (let frame = 0; frame < 60 && !inside(); frame++) await new Promise(requestAnimationFrame);
            const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
            const label = it.labels && it.labels.length ? it.labels[0] : it;
            const words = (label.innerText || "").replace(/\\s*\\(optional\\)\\s*$/, "").trim();
            return [words, (ring || style.boxShadow !== "none") && inside()];
        }"""
    )
    return found[0], found[1]
