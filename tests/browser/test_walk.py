"""A walk over every page of Jam, as whoever it is made for: sound, readable on a phone, by day and by night.

A new page is a new line in PAGES, whatever else answers a GET is a new line in NO_PAGES; a route in neither fails.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from filelock import FileLock
from flask import Flask
from playwright.sync_api import Browser, Page

from jam.base.access import declared
from tests.browser import chromium
from tests.browser.conftest import Serve
from tests.browser.prepared import Prepared, prepare

#: Endpoint -> the addresses to look at; names in braces are told in tests/browser/prepared.py.
PAGES: dict[str, list[str]] = {
    "archive.desk_past": ["/desk/past/"],
    "archive.desk_preview": ["/desk/past/preview?upload={past_upload}"],
    "attendance.desk_columns": ["/desk/sessions/{unreported}/attendance/columns?upload={table}"],
    "attendance.desk_entry": ["/desk/sessions/{entry_at}/attendance/entry/{entry}?q=an"],
    "attendance.desk_event": ["/desk/sessions/{past}/attendance", "/desk/sessions/{unreported}/attendance", "/desk/sessions/{next}/attendance"],
    "attendance.desk_correct": ["/desk/sessions/{past}/attendance/{person}/correct", "/desk/sessions/{past}/attendance/{asker}/correct?request={asked_for}"],
    "attendance.desk_find": ["/desk/sessions/{past}/attendance/find?q=an"],
    "attendance.desk_move": ["/desk/sessions/{past}/attendance/{person}/lines/{line}?q=an"],
    "attendance.desk_person": ["/desk/sessions/{past}/attendance/{person}", "/desk/sessions/{past}/attendance/{asker}"],
    "attendance.desk_preview": ["/desk/sessions/{unreported}/attendance/preview?upload={upload}", "/desk/sessions/{replaced}/attendance/preview?upload={correction}"],
    "attendance.desk_request": ["/desk/sessions/{past}/attendance/requests/{asked_for}"],
    "attendance.own": ["/me/attendance"],
    "attendance.own_session": ["/me/attendance/{past}"],
    "cases.desk_case": ["/desk/cohorts/{cohort}/cases/{case_sent}", "/desk/cohorts/{cohort}/cases/{case_read}"],
    "cases.desk_cohort": ["/desk/cohorts/{cohort}/cases", "/desk/cohorts/{closed_cohort}/cases"],
    "cases.desk_queue": ["/desk/cases"],
    "cases.desk_dashboard": ["/desk/cohorts/{cohort}/dashboard", "/desk/cohorts/{closed_cohort}/dashboard"],
    "cases.desk_plan": ["/desk/cohorts/{cohort}/plan", "/desk/cohorts/{closed_cohort}/plan"],
    "cases.desk_session": ["/desk/cohorts/{cohort}/cases/{case_approved}/session"],
    "cases.desk_hand": ["/desk/cohorts/{cohort}/cases/{case_left}/hand", "/desk/cohorts/{cohort}/cases/{case_sent}/hand"],
    "cases.own_hand": ["/me/cases/{case_draft}/hand"],
    "cases.own_edit": ["/me/cases/{case_draft}/edit"],
    "cases.own_page": ["/me/cases/{case_draft}", "/me/cases/{case_presented}"],
    "outcomes.desk_capture": ["/desk/cohorts/{cohort}/cases/{case_presented}/capture"],
    "outcomes.desk_recommendations": ["/desk/cohorts/{cohort}/cases/{case_presented}/recommendations"],
    "cases.read": ["/cohorts/{cohort}/cases/{case_presented}"],
    "cohorts.applied": ["/cohorts/{cohort}/applied"],
    "cohorts.apply": ["/cohorts/{cohort}/apply"],
    "cohorts.cohort": ["/cohorts/{cohort}", "/cohorts/{closed_cohort}"],
    "cohorts.desk_add": ["/desk/cohorts/{cohort}/applications/{application}/add"],
    "cohorts.desk_application": ["/desk/cohorts/{cohort}/applications/{application}", "/desk/cohorts/{cohort}/applications/{applied}"],
    "cohorts.desk_applications": ["/desk/cohorts/{cohort}/applications", "/desk/cohorts/{closed_cohort}/applications"],
    "cohorts.desk_attendance": ["/desk/cohorts/{cohort}/attendance", "/desk/cohorts/{closed_cohort}/attendance"],
    "cohorts.desk_cohort": ["/desk/cohorts/{cohort}", "/desk/cohorts/{closed_cohort}"],
    "cohorts.desk_cohorts": ["/desk/cohorts/"],
    "cohorts.desk_curriculum": ["/desk/cohorts/{cohort}/curriculum"],
    "cohorts.desk_edit": ["/desk/cohorts/{cohort}/edit"],
    "cohorts.desk_faculty": ["/desk/cohorts/{cohort}/faculty"],
    "cohorts.desk_members": ["/desk/cohorts/{cohort}/members"],
    "cohorts.desk_new": ["/desk/cohorts/new"],
    "cohorts.desk_release": ["/desk/cohorts/{cohort}/release", "/desk/cohorts/{closed_cohort}/release"],
    "cohorts.desk_replace": ["/desk/cohorts/{cohort}/members/{member}/replace"],
    "cohorts.home": ["/cohorts/{cohort}/home"],
    "cohorts.own": ["/me/cohorts/{member}", "/me/cohorts/{asked_member}", "/me/cohorts/{own_application}"],
    "cohorts.own_edit": ["/me/cohorts/{own_application}/edit"],
    "cohorts.own_guest": ["/me/guests/{guest}"],
    "desk.erase_person": ["/desk/people/{person}/erase"],
    "desk.merge_people": ["/desk/people/{person}/merge?q=an", "/desk/people/{person}/merge?with={twin}"],
    "desk.person": ["/desk/people/{person}", "/desk/people/{merged}", "/desk/people/{keeper}"],
    "desk.today": ["/desk/"],
    "desk.unmerge_person": ["/desk/people/{merged}/unmerge"],
    "interest.confirm_news": ["/news/confirm/{news}"],
    "interest.desk": ["/desk/interest/"],
    "interest.desk_news": ["/desk/interest/news"],
    "interest.desk_wish": ["/desk/interest/{wish}"],
    "interest.end_news": ["/news/end/{no_news}"],
    "interest.interest": ["/interest"],
    "interest.thanks": ["/interest/thanks"],
    "library.desk": ["/desk/library/"],
    "library.desk_entry": ["/desk/library/{in_library}", "/desk/library/{shared_only}"],
    "library.entry": ["/library/{initiative}"],
    "library.library": ["/library/", "/library/?q=nothing+is+called+this"],
    "mail.desk_addresses": ["/desk/letters/addresses"],
    "mail.desk_edit": ["/desk/letters/{editable}/edit"],
    "mail.desk_edit_batch": ["/desk/letters/batches/{group}/group"],
    "mail.desk_letter": ["/desk/letters/{letter}"],
    "mail.desk_letters": ["/desk/letters/"],
    "mail.desk_try_failed": ["/desk/letters/failed", "/desk/letters/failed?kind=sign-in"],
    "mail.desk_wording": ["/desk/letters/wordings/registered/program-1", "/desk/letters/wordings/sign-in/everybody"],
    "mail.desk_wording_history": ["/desk/letters/wordings/moved/everybody/history", "/desk/letters/wordings/waiting/everybody/history"],
    "mail.desk_wording_reset": ["/desk/letters/wordings/moved/everybody/reset"],
    "mail.desk_wordings": ["/desk/letters/wordings/"],
    "me.answers": ["/me/seats/{walkers}/answers"],
    "me.erase": ["/me/erase"],
    "me.erased": ["/me/erased"],
    "me.home": ["/me/"],
    "me.lost": ["/me/lost"],
    "me.lost_sent": ["/me/lost/sent"],
    "me.not_me": ["/not-me/{not_me}"],
    "me.not_me_done": ["/not-me/done"],
    "outcomes.desk_follow_up": ["/desk/cohorts/{cohort}/cases/{case_followed}/follow-up"],
    "outcomes.desk_follow_ups": ["/desk/cohorts/{cohort}/follow-ups", "/desk/cohorts/{closed_cohort}/follow-ups"],
    "outcomes.own_follow_up": ["/me/cases/{case_followed}/follow-up"],
    "people.desk_account": ["/desk/accounts/{account}"],
    "people.desk_accounts": ["/desk/accounts/"],
    "people.desk_at_domain": ["/desk/organizations/{organization}/domain"],
    "people.desk_merge_organization": ["/desk/organizations/{organization}/merge?q=a", "/desk/organizations/{organization}/merge?with={organization_too}"],
    "people.desk_organization": ["/desk/organizations/{organization}", "/desk/organizations/{organization_merged}"],
    "people.desk_organizations": ["/desk/organizations/", "/desk/organizations/?q=nobody+is+called+this"],
    "people.desk_people": ["/desk/people/", "/desk/people/?q=nobody+is+called+this"],
    "people.signin": ["/signin"],
    "people.signin_link": ["/signin/{sign_in}"],
    "people.signin_sent": ["/signin/sent"],
    "people.stop_letters": ["/letters/stop/{stop}", "/letters/stop/{stopped}"],
    "proposals.desk": ["/desk/proposals/", "/desk/proposals/?view=list&sort=title", "/desk/proposals/?q=nothing+is+called+this"],
    "proposals.desk_act": ["/desk/proposals/act?do=accept&all=1", "/desk/proposals/act?do=review&all=1&state=withdrawn"],
    "proposals.desk_all_done": ["/desk/proposals/done"],
    "proposals.desk_done": ["/desk/proposals/done/{reviewed}"],
    "proposals.desk_gaps": ["/desk/coverage/people", "/desk/coverage/people?of=lever&term=payment"],
    "proposals.desk_invitations": ["/desk/proposals/invitations"],
    "proposals.desk_invite": ["/desk/proposals/invite?q=an", "/desk/proposals/invite?person={person}"],
    "proposals.desk_kept": ["/desk/proposals/kept"],
    "proposals.desk_late": ["/desk/proposals/late"],
    "proposals.desk_plan": ["/desk/proposals/plan", "/desk/proposals/plan?put={accepted}&on=new-{next_id}"],
    "proposals.desk_prepare": ["/desk/proposals/{on_stage}/prepare"],
    "proposals.desk_proposal": ["/desk/proposals/{offered}", "/desk/proposals/{in_review}", "/desk/proposals/{on_stage}", "/desk/proposals/{presented}"],
    "proposals.desk_release": ["/desk/proposals/release"],
    "proposals.desk_schedule": ["/desk/proposals/{accepted}/schedule", "/desk/proposals/{accepted}/schedule?event={next}"],
    "proposals.no_thanks": ["/volunteer/no-thanks/{no_thanks}", "/volunteer/no-thanks/{declined}"],
    "proposals.own_edit": ["/me/proposals/{offered}/edit"],
    "proposals.own_page": ["/me/proposals/{offered}", "/me/proposals/{in_review}", "/me/proposals/{on_stage}", "/me/proposals/{presented}", "/me/proposals/{taken_back}", "/me/proposals/{in_library}"],
    "proposals.thanks": ["/volunteer/thanks", "/volunteer/thanks?how=draft"],
    "proposals.volunteer": ["/volunteer"],
    "registration.colleagues": ["/sessions/{next}/register/colleagues"],
    "registration.colleagues_done": ["/sessions/{next}/registered/colleagues"],
    "registration.desk_accommodations": ["/desk/sessions/{next}/accommodations", "/desk/sessions/{draft}/accommodations"],
    "registration.desk_act": ["/desk/sessions/{next}/people/act?do=cancel&all=1", "/desk/sessions/{next}/people/act?do=move&all=1"],
    "registration.desk_add": ["/desk/sessions/{next}/people/add"],
    "registration.desk_all_done": ["/desk/sessions/{approved}/people/done"],
    "registration.desk_answers": ["/desk/sessions/{next}/answers", "/desk/sessions/{past}/answers"],
    "registration.desk_cases_question_add": ["/desk/cohorts/{cohort}/case-fields/add"],
    "registration.desk_cases_questions": ["/desk/cohorts/{cohort}/case-fields"],
    "registration.desk_cases_questions_preview": ["/desk/cohorts/{cohort}/case-fields/preview"],
    "registration.desk_cohort_question_add": ["/desk/cohorts/{cohort}/questions/add"],
    "registration.desk_cohort_questions": ["/desk/cohorts/{cohort}/questions"],
    "registration.desk_cohort_questions_preview": ["/desk/cohorts/{cohort}/questions/preview"],
    "registration.desk_done": ["/desk/sessions/{approved}/people/done/{batch}"],
    "registration.desk_event_question_add": ["/desk/sessions/{next}/questions/add"],
    "registration.desk_event_questions": ["/desk/sessions/{next}/questions"],
    "registration.desk_event_questions_preview": ["/desk/sessions/{next}/questions/preview"],
    "registration.desk_group_letter": ["/desk/sessions/{approved}/people/letters/{group}"],
    "registration.desk_group_letters": ["/desk/sessions/{approved}/people/letters"],
    "registration.desk_import": ["/desk/sessions/{approved}/people/import"],
    "registration.desk_import_preview": ["/desk/sessions/{approved}/people/import/preview?upload={people_list}"],
    "registration.desk_import_report": ["/desk/sessions/{approved}/people/import/report?upload={left_out}"],
    "registration.desk_program_people": ["/desk/programs/jam/people"],
    "registration.desk_program_question_add": ["/desk/programs/jam/questions/add"],
    "registration.desk_program_questions": ["/desk/programs/jam/questions", "/desk/programs/echo/questions"],
    "registration.desk_program_questions_preview": ["/desk/programs/jam/questions/preview"],
    "registration.desk_question": ["/desk/questions/{question}"],
    "registration.desk_roster": ["/desk/sessions/{next}/people", "/desk/sessions/{approved}/people?status=pending", "/desk/sessions/{draft}/people"],
    "registration.desk_write": ["/desk/sessions/{approved}/people/write", "/desk/sessions/{approved}/people/write?draft={unfinished}"],
    "registration.desk_zoom": ["/desk/sessions/{approved}/people/zoom"],
    "registration.desk_zoom_links": ["/desk/sessions/{approved}/people/zoom/links?upload={links}"],
    "registration.join": ["/join/{join_next}", "/join/{join_running}", "/join/{join_called_off}", "/join/{join_waiting}"],
    "registration.pass_taken": ["/programs/jam/registered"],
    "registration.register": ["/sessions/{next}/register", "/sessions/{full}/register", "/sessions/{approved}/register", "/sessions/{past}/register"],
    "registration.register_pass": ["/programs/jam/register", "/programs/echo/register"],
    "registration.registered": ["/sessions/{next}/registered", "/sessions/{full}/registered?how=waiting"],
    "reminders.desk_event": ["/desk/sessions/{next}/letters", "/desk/sessions/{past}/letters", "/desk/sessions/{draft}/letters", "/desk/sessions/{called_off}/letters"],
    "reminders.desk_event_add": ["/desk/sessions/{next}/letters/add"],
    "reminders.desk_event_rule": ["/desk/sessions/{next}/letters/{rule}"],
    "reminders.desk_people": ["/desk/sessions/{next}/letters/{rule}/people"],
    "reminders.desk_program": ["/desk/programs/jam/reminders", "/desk/programs/echo/reminders"],
    "reminders.desk_program_add": ["/desk/programs/jam/reminders/add"],
    "reminders.desk_program_rule": ["/desk/programs/jam/reminders/{rule}"],
    "reports.desk": ["/desk/reports/", "/desk/reports/?program=jam&from=2026-01-01&to=2026-12-31"],
    "reports.desk_compare": ["/desk/reports/compare?first={earlier_report}&second={report}"],
    "reports.desk_report": ["/desk/reports/{report}"],
    "review.desk_criteria": ["/desk/programs/jam/review/criteria"],
    "review.desk_program": ["/desk/programs/jam/review", "/desk/programs/echo/review"],
    "review.desk_settle": ["/desk/proposals/{questioned}/suggested/{suggestion}"],
    "review.home": ["/desk/review/", "/desk/review/?list=done", "/desk/review/?list=stepped-back"],
    "review.read": ["/desk/review/{to_read}", "/desk/review/{scored}", "/desk/review/{stepped_back}"],
    "schedule.desk_coverage": ["/desk/coverage", "/desk/coverage?program="],
    "schedule.desk_event": ["/desk/sessions/{next}/", "/desk/sessions/{draft}/"],
    "schedule.desk_event_cancel": ["/desk/sessions/{next}/cancel"],
    "schedule.desk_event_delete": ["/desk/sessions/{draft}/delete"],
    "schedule.desk_event_move": ["/desk/sessions/{next}/move"],
    "schedule.desk_event_new": ["/desk/programs/jam/sessions/new"],
    "schedule.desk_event_publish": ["/desk/sessions/{draft}/publish"],
    "schedule.desk_event_reinstate": ["/desk/sessions/{called_off}/reinstate"],
    "schedule.desk_events": ["/desk/sessions/", "/desk/sessions/?when=past"],
    "schedule.desk_program": ["/desk/programs/jam", "/desk/programs/echo"],
    "schedule.desk_program_edit": ["/desk/programs/jam/edit"],
    "schedule.desk_program_new": ["/desk/programs/new"],
    "schedule.desk_programs": ["/desk/programs/"],
    "schedule.desk_show": ["/desk/sessions/{next}/show", "/desk/sessions/{draft}/show"],
    "schedule.desk_show_keep": ["/desk/sessions/{next}/show/keep"],
    "schedule.desk_show_live": ["/desk/sessions/{next}/show/live", "/desk/sessions/{running}/show/live"],
    "schedule.desk_show_print": ["/desk/sessions/{next}/show/print"],
    "schedule.desk_show_template": ["/desk/sessions/{next}/show/template?template=jam-60", "/desk/sessions/{draft}/show/template?template=echo-90"],
    "schedule.desk_templates": ["/desk/programs/jam/templates", "/desk/programs/echo/templates"],
    "site.accessibility": ["/accessibility"],
    "site.calendar": ["/calendar/"],
    "site.home": ["/"],
    "site.privacy": ["/privacy"],
    "site.program": ["/programs/jam", "/programs/echo"],
    "site.session": ["/sessions/{next}", "/sessions/{past}", "/sessions/{full}", "/sessions/{called_off}", "/sessions/{echo}"],
    "site.sessions": ["/sessions/", "/sessions/?q=nothing+is+called+this"],
    "solutions.search": ["/cohorts/{cohort}/solutions", "/cohorts/{cohort}/solutions?q=drive", "/cohorts/{cohort}/solutions?q=zebra"],
    "statistics.desk": ["/desk/statistics/", "/desk/statistics/?program=jam&with=other&with_from=2025-01-01&with_to=2025-12-31"],
    "statistics.desk_rows": ["/desk/statistics/rows/returning", "/desk/statistics/rows/registrations?of=area:unknown"],
    "statistics.public": ["/statistics"],
    "vocabulary.desk": ["/desk/vocabularies/"],
    "vocabulary.desk_add": ["/desk/vocabularies/lever/add"],
    "vocabulary.desk_term": ["/desk/vocabularies/{term}"],
}  # fmt: skip

#: What answers a GET and is no page, and why.
NO_PAGES: dict[str, str] = {
    "archive.desk_example": "a download",
    "attendance.desk_chart": "a download",
    "attendance.desk_csv": "a download",
    "bootstrap.static": "files",
    "calendars.all_feed": "a calendar",
    "calendars.cohort_feed": "a calendar",
    "calendars.lever_feed": "a calendar",
    "calendars.own_feed": "a calendar",
    "calendars.program_feed": "a calendar",
    "calendars.recordings_feed": "for feed readers",
    "calendars.seat_file": "a download",
    "calendars.session_file": "a calendar",
    "cases.desk_file": "a download",
    "cases.own_file": "a download",
    "cases.read_file": "a download",
    "cases.desk_dashboard_csv": "a download",
    "cases.desk_dashboard_xlsx": "a download",
    "cohorts.desk_attendance_csv": "a download",
    "cohorts.desk_attendance_xlsx": "a download",
    "desk.person_data": "a download",
    "health.healthz": "a probe",
    "health.readyz": "a probe",
    "interest.desk_news_csv": "a download",
    "interest.desk_open_csv": "a download",
    "mail.desk_letter_html": "stands in a frame on the letter's page",
    "me.data": "a download",
    "me.enter": "a personal link, which leads on to the page",
    "outcomes.desk_lines": "answers a script",
    "proposals.desk_file": "a download",
    "proposals.desk_list_file": "a download",
    "proposals.invited": "opens the form",
    "proposals.own_file": "a download",
    "registration.desk_import_refused": "a download",
    "registration.desk_program_file": "a download",
    "registration.desk_roster_file": "a download",
    "registration.organizations": "names that the form offers while somebody types",
    "reports.desk_chart": "a download",
    "reports.desk_file": "a download",
    "static": "files",
    "statistics.desk_chart": "a download",
    "statistics.desk_csv": "a download",
    "statistics.desk_retention_csv": "a download",
    "statistics.desk_rows_csv": "a download",
    "statistics.public_chart": "a download",
}

#: Who walks where: an access rule -> the visitors whose pages it guards.
VISITORS = {
    "public": ["nobody"],
    "person": ["person"],
    "desk": ["reviewer", "organizer", "admin"],
    "reviewer": ["reviewer"],
    "cohorts": ["facilitator", "organizer"],
    "cohort-faculty": ["facilitator"],
    "cohort-lead": ["facilitator"],
    "cohort-record": ["facilitator"],
    "cases": ["facilitator"],
    "member": ["person", "facilitator"],
    "organizer": ["organizer"],
    "admin": ["admin"],
}

NAME = " · Workforce Solutions Jam"
#: What a page has no reason to write into the console.
LOUD = ("error", "warning")

Walk = tuple[chromium.Site, Prepared]
ALL_STOPS = [(endpoint, pattern) for endpoint, patterns in PAGES.items() for pattern in patterns]


@pytest.fixture(scope="module")
def walk(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """Jam with the demonstration data and what it lacks; the walk only looks, so one for all its steps is enough."""
    with serve(tmp_path_factory.mktemp("walk")) as site:
        yield site, prepare(site.app)


@dataclass
class Visitor:
    """A tab of the browser, and what its console said since the last page."""

    page: Page
    said: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Note errors and warnings; what the content policy stops is among them."""
        self.page.on("console", lambda line: self.said.append(line.text) if line.type in LOUD else None)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))


@pytest.fixture(scope="module")
def visitor(browser: Browser, walk: Walk) -> Iterator[Callable[[str], Visitor]]:
    """The tab of each visitor by name, who came in once by their own link."""
    site, prepared = walk
    tabs: dict[str, Visitor] = {}

    def of(name: str) -> Visitor:
        if name not in tabs:
            context = browser.new_context(base_url=site.url, locale="en-US", timezone_id="America/New_York")
            context.set_default_timeout(20_000)
            context.add_init_script(
                AXE_SCRIPT
            )  # every page is judged, and this is quicker than to bring the axe to each
            page = context.new_page()
            if name == "person":
                page.goto(prepared.path("/me/{me}"))
            elif name != "nobody":
                page.goto(prepared.path(f"/signin/{{sign_in_{name}}}"))
                page.get_by_role("button", name="Sign in").click()
                page.wait_for_url("**/desk/")
            tabs[name] = Visitor(page)
            tabs[name].listen()
        return tabs[name]

    yield of
    for each in tabs.values():
        each.page.context.close()


@pytest.mark.parametrize(("endpoint", "pattern"), ALL_STOPS, ids=[pattern for _, pattern in ALL_STOPS])
def test_every_page_is_sound(
    walk: Walk, visitor: Callable[[str], Visitor], run_folder: Path, endpoint: str, pattern: str
) -> None:
    """Let in, one heading, a title of its own, no faults of axe on a phone by day and on a desk by night, nothing in the console."""
    site, prepared = walk
    path = prepared.path(pattern)
    assert leads_to(site.app, path) == endpoint
    for name in visitors_of(site.app, endpoint):
        tab = visitor(name)
        page = tab.page
        tab.said.clear()
        page.set_viewport_size({"width": 320, "height": 700})
        answer = page.goto(path)
        assert answer is not None
        assert (answer.status, page.url) == (200, site.url + path), f"{name} was not let in"
        headings, title, too_wide, astray = page.evaluate(SHAPE)
        assert (headings, astray) == (1, [])
        assert title.removesuffix(NAME).strip(" ·")
        assert first_with(run_folder, title, endpoint) == endpoint, f"both are called “{title}”"
        faults = [f"320-light: {line}" for line in chromium.axe(page)]
        page.set_viewport_size({"width": 1440, "height": 900})
        page.emulate_media(color_scheme="dark")
        chromium.settle(page)
        faults += [f"1440-dark: {line}" for line in chromium.axe(page)]
        page.emulate_media(color_scheme="light")
        chromium.look(page, f"{endpoint}-{PAGES[endpoint].index(pattern)}-{name}")
        assert (too_wide, faults, tab.said) == (0, [], []), f"as seen by {name}"


#: How many main headings there are, what the page is called, by how many pixels it is wider than its window, and which ids stand
#: twice or are pointed to and stand nowhere.
SHAPE = """() => {
    const ids = [...document.querySelectorAll("[id]")].map(each => each.id);
    const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
    const said = ["for", "aria-labelledby", "aria-describedby", "aria-controls"].flatMap(name =>
        [...document.querySelectorAll(`[${name}]`)].flatMap(each => each.getAttribute(name).split(/\\s+/)));
    return [
        document.querySelectorAll("h1").length,
        document.title,
        document.documentElement.scrollWidth - document.documentElement.clientWidth,
        [...twice, ...said.filter(id => id && !ids.includes(id))],
    ];
}"""


def first_with(run_folder: Path, title: str, endpoint: str) -> str:
    """The endpoint whose page had this title first in this run. States of one page may share a title; two pages may not."""
    file = run_folder / "titles.json"
    with FileLock(run_folder / "titles.lock"):
        titles = json.loads(file.read_text()) if file.exists() else {}
        first = titles.setdefault(title, endpoint)
        file.write_text(json.dumps(titles))
    return str(first)


def test_every_get_route_is_visited_or_no_page(walk: Walk) -> None:
    site, _ = walk
    routes = {
        rule.endpoint: rule.rule for rule in site.app.url_map.iter_rules() if "GET" in (rule.methods or ())
    }
    written = {**PAGES, **NO_PAGES}
    missing = sorted(f"{endpoint}  ({routes[endpoint]})" for endpoint in routes.keys() - written.keys())
    assert missing == [], "give these routes a line in PAGES, or say in NO_PAGES why they are no page"
    assert sorted(written.keys() - routes.keys()) == [], "these lines name no route any more"
    assert sorted(PAGES.keys() & NO_PAGES.keys()) == []


def visitors_of(app: Flask, endpoint: str) -> list[str]:
    """Who looks at the pages of this endpoint."""
    return VISITORS[declared(app)[endpoint]]


def leads_to(app: Flask, path: str) -> str:
    """The endpoint of an address."""
    endpoint, _ = app.url_map.bind("jam.example").match(urlsplit(path).path)
    return str(endpoint)
