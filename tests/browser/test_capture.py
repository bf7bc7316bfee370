"""A case in its session, on a phone whose network goes: nothing that was written down is lost, and then it is sent."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from jam.base.database import db
from jam.base.now import now
from jam.base.tokens import make
from jam.cases.models import EchoCase
from jam.cases.rules import State
from jam.cohorts.rules import Role
from jam.outcomes import actions
from jam.outcomes.queries import written
from jam.people.actions import sign_in_link
from jam.people.models import Account
from jam.people.queries import account_by_address
from jam.schedule.models import Cohort
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


def colleague(site: chromium.Site, *, summary: str = "", corrects: str = "", becomes: str = "") -> None:
    """Somebody else writes meanwhile: the summary, or a line that begins so."""
    with site.app.app_context():
        case = db.session.scalars(select(EchoCase).join(Cohort).where(Cohort.slug == "capture")).one()
        actions.hold(case)
        if summary:
            actions.summarise(case, summary, False, by="account:77")
        for row in written(case):
            if corrects and row.words.startswith(corrects):
                line = actions.Line(row.client_id, becomes, seen=actions.stamp(row))
                actions.keep(case, line, by="account:77")
        db.session.commit()


def finds_a_name(page: Page) -> None:
    """Who suggested it is found by a few letters, also without network; what is nobody's name is refused, and nothing is lost."""
    field, said = (
        page.get_by_label("Who suggested it"),
        page.locator("[data-list=recommendation] > li p.soft"),
    )
    offered = page.locator("#" + str(field.get_attribute("list")) + " option")
    assert offered.first.get_attribute("value") == "The group"
    field.fill("cedar 2")
    field.press("Tab")
    assert field.input_value() == "Cedar Member 2, Cedar Ridge Recovery"
    say(page, "Share a night nurse.")
    assert said.nth(2).inner_text().startswith("Cedar Member 2 ·")
    assert field.input_value() == ""

    field.fill("cedar")
    say(page, "Half a sen")
    page.get_by_text("2 people fit “cedar”: Cedar Member 1, Cedar Ridge Recovery; Cedar Member 2").wait_for()
    field.fill("Zed")
    field.press("Enter")
    page.get_by_text("Nobody of this cohort is called “Zed”.").wait_for()
    assert field.evaluate("field => [field === document.activeElement, field.ariaInvalid]") == [True, "true"]
    assert (said.count(), page.get_by_label("One recommendation").input_value()) == (3, "Half a sen")
    chromium.look(page, "capture-name")


def loses_no_typing(page: Page) -> None:
    """What is typed and not kept yet outlives another line's change and a reload."""
    field, summary = page.get_by_label("One recommendation"), page.get_by_label("The case in your words")
    field.fill("Half a new line")
    page.get_by_role("button", name="Change recommendation 1").click()
    page.get_by_role("button", name="Leave it as it was").click()
    assert field.input_value() == "Half a new line"

    page.get_by_role("button", name="Change recommendation 1").click()
    field.fill("Pay for the drive, and the")
    page.get_by_role("button", name="Change recommendation 2").click()
    page.get_by_text("Keep this change or leave the line as it was").wait_for()
    summary.fill("New supervisors le")
    page.reload()
    page.get_by_text("You change a line that stands below.").wait_for()
    assert (field.input_value(), summary.input_value()) == (
        "Pay for the drive, and the",
        "New supervisors le",
    )
    page.get_by_role("button", name="Leave it as it was").click()
    assert field.input_value() == "Half a new line"
    page.get_by_text("Everything is saved.", exact=True).wait_for()
    field.fill("")


def two_tabs(page: Page) -> None:
    """What is begun in one tab stays out of the other; of a tab that was closed, the next one has it."""
    mine, saved = (
        page.get_by_label("One recommendation"),
        page.get_by_text("Everything is saved.", exact=True),
    )
    other = page.context.new_page()
    other.goto(page.url)
    theirs = other.get_by_label("One recommendation")
    mine.fill("Begun here")
    theirs.fill("Begun there")
    for each in (page, other):
        each.reload()
    saved.wait_for()
    assert (mine.input_value(), theirs.input_value()) == ("Begun here", "Begun there")
    other.close()
    mine.fill("")
    page.reload()
    expect(mine).to_have_value("Begun there")
    mine.fill("")


def no_locks(page: Page) -> None:
    """A browser that gives no lock, late or at all, shows the page all the same and does not load it over and over."""
    other = page.context.new_page()
    other.add_init_script("""
        sessionStorage.loads = 1 + Number(sessionStorage.loads || 0);
        const why = sessionStorage.loads === "1" ? "TimeoutError" : "SecurityError";
        LockManager.prototype.request = () => Promise.reject(new DOMException("", why));
    """)
    other.goto(page.url)
    other.reload()
    other.get_by_text("Everything is saved.", exact=True).wait_for()
    assert other.evaluate("sessionStorage.loads") == "2"
    other.close()


def two_write_at_once(page: Page, site: chromium.Site) -> None:
    """Whose words are saved and whose are not stands on the page, also after a reload."""
    summary, theirs = page.get_by_label("The case in your words"), page.get_by_text("As it is saved now:")
    colleague(site, summary="They leave at night.")
    summary.fill("Mine is another.")
    page.get_by_role("button", name="Save the summary").click()
    theirs.wait_for()
    page.reload()
    assert summary.input_value() == "Mine is another."
    assert theirs.inner_text() == "As it is saved now: They leave at night."
    assert page.get_by_role("status").inner_text().startswith("Somebody else wrote the summary meanwhile.")
    assert chromium.axe(page) == []
    chromium.look(page, "capture-conflict")
    page.get_by_role("button", name="Take what is saved").click()
    page.get_by_role("button", name="Yes, throw mine away").click()
    assert (summary.input_value(), theirs.is_visible()) == ("They leave at night.", False)
    page.get_by_text("Everything is saved.", exact=True).wait_for()


def one_hangs(page: Page) -> None:
    """A request that never ends is given up, and what it brought is sent again."""
    page.evaluate(
        "patience = AbortSignal.timeout; AbortSignal.timeout = () => patience.call(AbortSignal, 150)"
    )
    page.route("**/capture/lines", lambda route: None, times=1)
    say(page, "This one hangs.")
    page.get_by_text("1 change waits in this browser: there is no connection.").wait_for()
    page.evaluate("AbortSignal.timeout = patience; window.dispatchEvent(new Event('online'))")
    page.get_by_text("Everything is saved.", exact=True).wait_for()
    page.unroute("**/capture/lines")


def a_lost_answer(page: Page, site: chromium.Site) -> None:
    """A line arrived, its answer was lost, a colleague corrected it: theirs stays, and ours is shown as not saved."""

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/capture/lines", lose, times=1)
    say(page, "Ask Mercy in Boise.")
    page.get_by_text("1 change waits in this browser").wait_for()
    colleague(site, corrects="Ask Mercy", becomes="Ask a larger hospital.")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    stuck = page.get_by_role("listitem").filter(has_text="Somebody else changed this line meanwhile.")
    stuck.wait_for()
    page.get_by_text("Ask a larger hospital.", exact=True).wait_for()
    stuck.get_by_role("button", name="Throw away").click()
    stuck.get_by_role("button", name="Yes, throw away").click()
    page.get_by_text("Everything is saved.", exact=True).wait_for()
    page.get_by_role("button", name="Remove").last.click()
    page.get_by_role("button", name="Yes, remove").click()


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
    say(page, "Ask a peer.")
    finds_a_name(page)
    page.get_by_text("2 changes wait in this browser: there is no connection.").wait_for()
    chromium.look(page, "capture-offline")
    page.context.set_offline(False)
    page.reload()  # the lines were kept in the browser, and so was what was only begun
    saved.wait_for()
    name = page.get_by_label("Who suggested it")
    assert (page.get_by_label("One recommendation").input_value(), name.input_value()) == (
        "Half a sen",
        "Zed",
    )
    name.fill("the group")
    say(page, "Half a sentence.")
    saved.wait_for()
    lines = page.locator("[data-list=recommendation] > li > p:first-child")
    assert lines.all_text_contents() == [
        "Pay for the drive.",
        "Ask a peer.",
        "Share a night nurse.",
        "Half a sentence.",
    ]
    loses_no_typing(page)
    two_tabs(page)
    no_locks(page)
    two_write_at_once(page, site)
    one_hangs(page)
    a_lost_answer(page, site)
    page.get_by_role("button", name="Remove recommendation 5").click()
    page.get_by_role("button", name="Yes, remove recommendation 5").click()
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
    open_still = page.context.new_page()
    open_still.goto(f"{at}/capture")
    page.get_by_role("button", name="Save and send them").click()
    page.get_by_text("It is sent to the presenter").wait_for()

    say(open_still, "Too late for this.")
    late = open_still.get_by_role("listitem").filter(has_text="They are sent.")
    late.get_by_role("button", name="Throw away").wait_for()
    open_still.get_by_text("These recommendations are sent. Add or change them on").wait_for()
    assert open_still.get_by_label("One recommendation").is_hidden()
    open_still.close()

    page.goto(f"{at}/capture")
    page.get_by_text("These recommendations are sent. Add or change them on").wait_for()
    assert page.get_by_label("One recommendation").count() == 0
    assert page.get_by_role("button", name="Change").count() == 0
    late = page.get_by_role("listitem").filter(has_text="They are sent.")
    late.get_by_role("button", name="Throw away").click()
    late.get_by_role("button", name="Yes, throw away").click()
    page.get_by_text("Everything is saved.", exact=True).wait_for()
