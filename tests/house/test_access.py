"""Who may open what: every route and method of Jam, written out, and asked for as everybody.

A new page is a new line here. `public`: anybody. `person`: behind a personal link. `desk`: any account. `reviewer`: whoever can
review proposals. `organizer`: organizers and admins. `admin`: admins. `cohorts`: whoever may lead a cohort;
`cohort-faculty` and `cohort-lead`: the faculty and the leads of the cohort in the address, and organizers; `member`: its
members by their personal link, and those.
"""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session
from werkzeug.routing import Rule

from jam.base.access import declared
from jam.people.actions import add_account
from jam.people.rules import AccountRole
from tests.clients import Client

#: (path, methods) -> who. Static files come with Flask and Bootstrap-Flask.
ROUTES: dict[tuple[str, str], str] = {
    ("/", "GET"): "public",
    ("/accessibility", "GET"): "public",
    ("/bootstrap/static/<path:filename>", "GET"): "public",
    ("/calendar/", "GET"): "public",
    ("/calendar/all.ics", "GET"): "public",
    ("/calendar/cohort/<slug>.ics", "GET"): "public",
    ("/calendar/lever/<slug>.ics", "GET"): "public",
    ("/calendar/me/<token>.ics", "GET"): "public",
    ("/calendar/program/<slug>.ics", "GET"): "public",
    ("/cohorts/<slug>", "GET"): "public",
    ("/cohorts/<slug>/applied", "GET"): "public",
    ("/cohorts/<slug>/apply", "GET POST"): "public",
    ("/cohorts/<slug>/home", "GET"): "member",
    ("/desk/", "GET"): "desk",
    ("/desk/accounts/", "GET"): "admin",
    ("/desk/accounts/", "POST"): "admin",
    ("/desk/accounts/<int:id>", "GET POST"): "admin",
    ("/desk/accounts/<int:id>/close", "POST"): "admin",
    ("/desk/accounts/<int:id>/link", "POST"): "admin",
    ("/desk/accounts/<int:id>/open", "POST"): "admin",
    ("/desk/cohorts/", "GET"): "cohorts",
    ("/desk/cohorts/<slug>", "GET"): "cohort-faculty",
    ("/desk/cohorts/<slug>/applications", "GET"): "cohort-lead",
    ("/desk/cohorts/<slug>/applications/<int:id>", "GET POST"): "cohort-lead",
    ("/desk/cohorts/<slug>/applications/<int:id>/add", "GET POST"): "cohort-lead",
    ("/desk/cohorts/<slug>/applications/<int:id>/undecide", "POST"): "cohort-lead",
    ("/desk/cohorts/<slug>/attendance", "GET"): "cohort-faculty",
    ("/desk/cohorts/<slug>/attendance.csv", "GET"): "cohort-lead",
    ("/desk/cohorts/<slug>/attendance.xlsx", "GET"): "cohort-lead",
    ("/desk/cohorts/<slug>/curriculum", "GET POST"): "cohort-lead",
    ("/desk/cohorts/<slug>/drafts", "POST"): "cohort-lead",
    ("/desk/cohorts/<slug>/edit", "GET POST"): "cohort-lead",
    ("/desk/cohorts/<slug>/faculty", "GET POST"): "organizer",
    ("/desk/cohorts/<slug>/faculty/<int:id>/drop", "POST"): "organizer",
    ("/desk/cohorts/<slug>/guests", "POST"): "cohort-lead",
    ("/desk/cohorts/<slug>/members", "GET"): "cohort-lead",
    ("/desk/cohorts/<slug>/members/<int:id>/ask", "POST"): "cohort-lead",
    ("/desk/cohorts/<slug>/members/<int:id>/leave", "POST"): "cohort-lead",
    ("/desk/cohorts/<slug>/members/<int:id>/replace", "GET POST"): "cohort-lead",
    ("/desk/cohorts/<slug>/release", "GET POST"): "cohort-lead",
    ("/desk/cohorts/new", "GET POST"): "organizer",
    ("/desk/coverage", "GET"): "organizer",
    ("/desk/coverage/people", "GET"): "organizer",
    ("/desk/interest/", "GET"): "organizer",
    ("/desk/interest/<int:id>", "GET POST"): "organizer",
    ("/desk/interest/<int:id>/reopen", "POST"): "organizer",
    ("/desk/interest/news", "GET"): "organizer",
    ("/desk/interest/news.csv", "GET"): "organizer",
    ("/desk/interest/news/<int:id>/end", "POST"): "organizer",
    ("/desk/interest/open.csv", "GET"): "organizer",
    ("/desk/library/", "GET"): "organizer",
    ("/desk/library/<code>", "GET POST"): "organizer",
    ("/desk/library/<code>/out", "POST"): "organizer",
    ("/desk/letters/", "GET"): "organizer",
    ("/desk/letters/<int:id>", "GET"): "organizer",
    ("/desk/letters/<int:id>", "POST"): "organizer",
    ("/desk/letters/<int:id>/again", "POST"): "organizer",
    ("/desk/letters/<int:id>/edit", "GET POST"): "organizer",
    ("/desk/letters/<int:id>/html", "GET"): "organizer",
    ("/desk/letters/addresses", "GET"): "organizer",
    ("/desk/letters/addresses/<int:id>", "POST"): "organizer",
    ("/desk/letters/batches/<batch>", "POST"): "organizer",
    ("/desk/letters/batches/<batch>/<kind>", "GET POST"): "organizer",
    ("/desk/letters/failed", "GET POST"): "organizer",
    ("/desk/letters/held", "POST"): "organizer",
    ("/desk/letters/server", "POST"): "organizer",
    ("/desk/letters/wordings/", "GET"): "organizer",
    ("/desk/letters/wordings/<kind>/<home>", "GET POST"): "organizer",
    ("/desk/letters/wordings/<kind>/<home>/history", "GET"): "organizer",
    ("/desk/letters/wordings/<kind>/<home>/reset", "GET POST"): "organizer",
    ("/desk/letters/wordings/<kind>/<home>/versions/<int:version>", "POST"): "organizer",
    ("/desk/organizations/", "GET"): "organizer",
    ("/desk/organizations/<int:id>", "GET POST"): "organizer",
    ("/desk/organizations/<int:id>/domain", "GET"): "organizer",
    ("/desk/organizations/<int:id>/domain", "POST"): "organizer",
    ("/desk/organizations/<int:id>/forget", "POST"): "organizer",
    ("/desk/organizations/<int:id>/merge", "GET POST"): "organizer",
    ("/desk/organizations/<int:id>/names", "POST"): "organizer",
    ("/desk/organizations/<int:id>/state", "POST"): "organizer",
    ("/desk/organizations/<int:id>/unmerge", "POST"): "organizer",
    ("/desk/past/", "GET"): "organizer",
    ("/desk/past/", "POST"): "organizer",
    ("/desk/past/import", "POST"): "organizer",
    ("/desk/past/preview", "GET"): "organizer",
    ("/desk/past/sessions.csv", "GET"): "organizer",
    ("/desk/people/", "GET"): "organizer",
    ("/desk/people/<int:id>", "GET"): "organizer",
    ("/desk/people/<int:id>/data.json", "GET"): "organizer",
    ("/desk/people/<int:id>/erase", "GET POST"): "organizer",
    ("/desk/people/<int:id>/merge", "GET"): "organizer",
    ("/desk/people/<int:id>/merge", "POST"): "organizer",
    ("/desk/people/<int:id>/unmerge", "GET POST"): "organizer",
    ("/desk/programs/", "GET"): "organizer",
    ("/desk/programs/<slug>", "GET"): "organizer",
    ("/desk/programs/<slug>/drafts", "POST"): "organizer",
    ("/desk/programs/<slug>/edit", "GET POST"): "organizer",
    ("/desk/programs/<slug>/people", "GET"): "organizer",
    ("/desk/programs/<slug>/people.csv", "GET"): "organizer",
    ("/desk/programs/<slug>/people.xlsx", "GET"): "organizer",
    ("/desk/programs/<slug>/questions", "GET"): "organizer",
    ("/desk/programs/<slug>/questions/add", "GET POST"): "organizer",
    ("/desk/programs/<slug>/questions/order", "POST"): "organizer",
    ("/desk/programs/<slug>/questions/preview", "GET"): "organizer",
    ("/desk/programs/<slug>/reminders", "GET"): "organizer",
    ("/desk/programs/<slug>/reminders/<int:id>", "GET POST"): "organizer",
    ("/desk/programs/<slug>/reminders/<int:id>/switch", "POST"): "organizer",
    ("/desk/programs/<slug>/reminders/add", "GET POST"): "organizer",
    ("/desk/programs/<slug>/review", "GET"): "organizer",
    ("/desk/programs/<slug>/review", "POST"): "organizer",
    ("/desk/programs/<slug>/review/<int:id>/remove", "POST"): "organizer",
    ("/desk/programs/<slug>/review/anonymous", "POST"): "organizer",
    ("/desk/programs/<slug>/review/criteria", "GET POST"): "organizer",
    ("/desk/programs/<slug>/sessions/new", "GET POST"): "organizer",
    ("/desk/programs/<slug>/templates", "GET"): "organizer",
    ("/desk/programs/<slug>/templates/<key>/delete", "POST"): "organizer",
    ("/desk/programs/<slug>/templates/first", "POST"): "organizer",
    ("/desk/programs/new", "GET POST"): "organizer",
    ("/desk/proposals/", "GET"): "organizer",
    ("/desk/proposals.csv", "GET"): "organizer",
    ("/desk/proposals.xlsx", "GET"): "organizer",
    ("/desk/proposals/<code>", "GET"): "organizer",
    ("/desk/proposals/<code>/apart", "POST"): "organizer",
    ("/desk/proposals/<code>/ask", "POST"): "organizer",
    ("/desk/proposals/<code>/chasing", "POST"): "organizer",
    ("/desk/proposals/<code>/decide", "POST"): "organizer",
    ("/desk/proposals/<code>/files/<int:id>", "GET"): "organizer",
    ("/desk/proposals/<code>/prepare", "GET POST"): "organizer",
    ("/desk/proposals/<code>/reviewers", "POST"): "organizer",
    ("/desk/proposals/<code>/reviewers/<int:id>", "POST"): "organizer",
    ("/desk/proposals/<code>/schedule", "GET POST"): "organizer",
    ("/desk/proposals/<code>/step", "POST"): "organizer",
    ("/desk/proposals/<code>/suggested/<int:id>", "GET POST"): "organizer",
    ("/desk/proposals/act", "GET"): "organizer",
    ("/desk/proposals/act", "POST"): "organizer",
    ("/desk/proposals/done", "GET"): "organizer",
    ("/desk/proposals/done/<batch>", "GET"): "organizer",
    ("/desk/proposals/done/<batch>/undo", "POST"): "organizer",
    ("/desk/proposals/invitations", "GET"): "organizer",
    ("/desk/proposals/invitations/<int:id>/take-back", "POST"): "organizer",
    ("/desk/proposals/invite", "GET POST"): "organizer",
    ("/desk/proposals/kept", "GET"): "organizer",
    ("/desk/proposals/kept", "POST"): "organizer",
    ("/desk/proposals/late", "GET"): "organizer",
    ("/desk/proposals/plan", "GET"): "organizer",
    ("/desk/proposals/release", "GET POST"): "organizer",
    ("/desk/questions/<int:id>", "GET POST"): "organizer",
    ("/desk/questions/<int:id>/delete", "POST"): "organizer",
    ("/desk/questions/<int:id>/move", "POST"): "organizer",
    ("/desk/questions/<int:id>/retire", "POST"): "organizer",
    ("/desk/review/", "GET"): "reviewer",
    ("/desk/review/<int:id>", "GET POST"): "reviewer",
    ("/desk/review/<int:id>/step-back", "POST"): "reviewer",
    ("/desk/review/letters", "POST"): "reviewer",
    ("/desk/sessions/", "GET"): "organizer",
    ("/desk/sessions/<slug>/", "GET POST"): "organizer",
    ("/desk/sessions/<slug>/accommodations", "GET"): "organizer",
    ("/desk/sessions/<slug>/accommodations/<int:id>", "POST"): "organizer",
    ("/desk/sessions/<slug>/answers", "GET"): "organizer",
    ("/desk/sessions/<slug>/attendance", "GET"): "organizer",
    ("/desk/sessions/<slug>/attendance", "POST"): "organizer",
    ("/desk/sessions/<slug>/attendance.csv", "GET"): "organizer",
    ("/desk/sessions/<slug>/attendance/<int:person_id>", "GET"): "organizer",
    ("/desk/sessions/<slug>/attendance/columns", "GET"): "organizer",
    ("/desk/sessions/<slug>/attendance/columns", "POST"): "organizer",
    ("/desk/sessions/<slug>/attendance/entry/<int:row_id>", "GET"): "organizer",
    ("/desk/sessions/<slug>/attendance/entry/<int:row_id>", "POST"): "organizer",
    ("/desk/sessions/<slug>/attendance/import", "POST"): "organizer",
    ("/desk/sessions/<slug>/attendance/preview", "GET"): "organizer",
    ("/desk/sessions/<slug>/attendance/report/<int:report_id>/undo", "POST"): "organizer",
    ("/desk/sessions/<slug>/attendance/reread", "POST"): "organizer",
    ("/desk/sessions/<slug>/cancel", "GET POST"): "organizer",
    ("/desk/sessions/<slug>/delete", "GET POST"): "organizer",
    ("/desk/sessions/<slug>/letters", "GET"): "organizer",
    ("/desk/sessions/<slug>/letters/<int:id>", "GET POST"): "organizer",
    ("/desk/sessions/<slug>/letters/<int:id>/people", "GET"): "organizer",
    ("/desk/sessions/<slug>/letters/<int:id>/switch", "POST"): "organizer",
    ("/desk/sessions/<slug>/letters/add", "GET POST"): "organizer",
    ("/desk/sessions/<slug>/letters/rehearsal", "POST"): "organizer",
    ("/desk/sessions/<slug>/move", "GET POST"): "organizer",
    ("/desk/sessions/<slug>/people", "GET"): "organizer",
    ("/desk/sessions/<slug>/people.csv", "GET"): "organizer",
    ("/desk/sessions/<slug>/people.xlsx", "GET"): "organizer",
    ("/desk/sessions/<slug>/people/<int:id>/approve", "POST"): "organizer",
    ("/desk/sessions/<slug>/people/<int:id>/cancel", "POST"): "organizer",
    ("/desk/sessions/<slug>/people/<int:id>/decline", "POST"): "organizer",
    ("/desk/sessions/<slug>/people/<int:id>/rejoin", "POST"): "organizer",
    ("/desk/sessions/<slug>/people/act", "GET"): "organizer",
    ("/desk/sessions/<slug>/people/act", "POST"): "organizer",
    ("/desk/sessions/<slug>/people/add", "GET POST"): "organizer",
    ("/desk/sessions/<slug>/people/done", "GET"): "organizer",
    ("/desk/sessions/<slug>/people/done/<batch>", "GET"): "organizer",
    ("/desk/sessions/<slug>/people/done/<batch>/undo", "POST"): "organizer",
    ("/desk/sessions/<slug>/people/import", "GET POST"): "organizer",
    ("/desk/sessions/<slug>/people/import/preview", "GET"): "organizer",
    ("/desk/sessions/<slug>/people/import/refused.csv", "GET"): "organizer",
    ("/desk/sessions/<slug>/people/import/report", "GET"): "organizer",
    ("/desk/sessions/<slug>/people/import/run", "POST"): "organizer",
    ("/desk/sessions/<slug>/people/letters", "GET"): "organizer",
    ("/desk/sessions/<slug>/people/letters/<batch>", "GET"): "organizer",
    ("/desk/sessions/<slug>/people/write", "GET POST"): "organizer",
    ("/desk/sessions/<slug>/people/zoom", "GET POST"): "organizer",
    ("/desk/sessions/<slug>/people/zoom.csv", "POST"): "organizer",
    ("/desk/sessions/<slug>/people/zoom/links", "GET POST"): "organizer",
    ("/desk/sessions/<slug>/publish", "GET POST"): "organizer",
    ("/desk/sessions/<slug>/questions", "GET"): "organizer",
    ("/desk/sessions/<slug>/questions/add", "GET POST"): "organizer",
    ("/desk/sessions/<slug>/questions/order", "POST"): "organizer",
    ("/desk/sessions/<slug>/questions/preview", "GET"): "organizer",
    ("/desk/sessions/<slug>/reinstate", "GET POST"): "organizer",
    ("/desk/sessions/<slug>/show", "GET POST"): "organizer",
    ("/desk/sessions/<slug>/show/keep", "GET POST"): "organizer",
    ("/desk/sessions/<slug>/show/live", "GET"): "organizer",
    ("/desk/sessions/<slug>/show/print", "GET"): "organizer",
    ("/desk/sessions/<slug>/show/template", "GET POST"): "organizer",
    ("/desk/statistics/", "GET"): "organizer",
    ("/desk/statistics/rows/<measure>", "GET"): "organizer",
    ("/desk/statistics/rows/<measure>.csv", "GET"): "organizer",
    ("/desk/statistics/sessions.csv", "GET"): "organizer",
    ("/desk/vocabularies/", "GET"): "organizer",
    ("/desk/vocabularies/<int:id>", "GET POST"): "organizer",
    ("/desk/vocabularies/<int:id>/move", "POST"): "organizer",
    ("/desk/vocabularies/<int:id>/retire", "POST"): "organizer",
    ("/desk/vocabularies/<kind>/add", "GET POST"): "organizer",
    ("/healthz", "GET"): "public",
    ("/interest", "GET POST"): "public",
    ("/interest/thanks", "GET"): "public",
    ("/join/<token>", "GET POST"): "public",
    ("/letters/stop/<token>", "GET POST"): "public",
    ("/library/", "GET"): "public",
    ("/library/<slug>", "GET"): "public",
    ("/me/", "GET"): "person",
    ("/me/<token>", "GET"): "public",
    ("/me/address", "POST"): "person",
    ("/me/calendar/make", "POST"): "person",
    ("/me/calendar/revoke", "POST"): "person",
    ("/me/cohorts/<int:id>", "GET"): "person",
    ("/me/cohorts/<int:id>/answer", "POST"): "person",
    ("/me/cohorts/<int:id>/leave", "POST"): "person",
    ("/me/cohorts/<int:id>/shown", "POST"): "person",
    ("/me/cohorts/<int:id>/team", "POST"): "person",
    ("/me/cohorts/<int:id>/team/<int:other>/drop", "POST"): "person",
    ("/me/cohorts/<int:id>/team/<int:other>/replace", "POST"): "person",
    ("/me/cohorts/<int:id>/withdraw", "POST"): "person",
    ("/me/data.json", "GET"): "person",
    ("/me/details", "POST"): "person",
    ("/me/erase", "GET POST"): "person",
    ("/me/erased", "GET"): "public",
    ("/me/guests/<int:id>", "GET"): "person",
    ("/me/guests/<int:id>/answer", "POST"): "person",
    ("/me/leave", "POST"): "person",
    ("/me/letters", "POST"): "person",
    ("/me/lost", "GET POST"): "public",
    ("/me/lost/sent", "GET"): "public",
    ("/me/passes/<int:id>/leave", "POST"): "person",
    ("/me/proposals/<code>", "GET"): "person",
    ("/me/proposals/<code>/about", "POST"): "person",
    ("/me/proposals/<code>/confirm", "POST"): "person",
    ("/me/proposals/<code>/edit", "GET POST"): "person",
    ("/me/proposals/<code>/files/<int:id>", "GET"): "person",
    ("/me/proposals/<code>/portrait", "POST"): "person",
    ("/me/proposals/<code>/portrait/drop", "POST"): "person",
    ("/me/proposals/<code>/presenters/<int:id>/ask", "POST"): "person",
    ("/me/proposals/<code>/presenters/<int:id>/drop", "POST"): "person",
    ("/me/proposals/<code>/presenting", "POST"): "person",
    ("/me/proposals/<code>/publishing", "POST"): "person",
    ("/me/proposals/<code>/questions/<int:id>", "POST"): "person",
    ("/me/proposals/<code>/recording", "POST"): "person",
    ("/me/proposals/<code>/slides", "POST"): "person",
    ("/me/proposals/<code>/withdraw", "POST"): "person",
    ("/me/seats/<int:id>/accept", "POST"): "person",
    ("/me/seats/<int:id>/answers", "GET POST"): "person",
    ("/me/seats/<int:id>/cancel", "POST"): "person",
    ("/me/seats/<int:id>/rejoin", "POST"): "person",
    ("/me/seats/<int:id>/session.ics", "GET"): "person",
    ("/news/confirm/<token>", "GET POST"): "public",
    ("/news/end/<token>", "GET POST"): "public",
    ("/not-me/<token>", "GET POST"): "public",
    ("/not-me/done", "GET"): "public",
    ("/organizations", "GET"): "public",
    ("/privacy", "GET"): "public",
    ("/programs/<slug>", "GET"): "public",
    ("/programs/<slug>/register", "GET POST"): "public",
    ("/programs/<slug>/registered", "GET"): "public",
    ("/readyz", "GET"): "public",
    ("/recordings.atom", "GET"): "public",
    ("/sessions/", "GET"): "public",
    ("/sessions/<slug>", "GET"): "public",
    ("/sessions/<slug>.ics", "GET"): "public",
    ("/sessions/<slug>/register", "GET POST"): "public",
    ("/sessions/<slug>/register/colleagues", "GET POST"): "public",
    ("/sessions/<slug>/registered", "GET"): "public",
    ("/sessions/<slug>/registered/colleagues", "GET"): "public",
    ("/signin", "GET POST"): "public",
    ("/signin/<token>", "GET POST"): "public",
    ("/signin/sent", "GET"): "public",
    ("/signout", "POST"): "desk",
    ("/static/<path:filename>", "GET"): "public",
    ("/statistics", "GET"): "public",
    ("/statistics/sessions.svg", "GET"): "public",
    ("/volunteer", "GET POST"): "public",
    ("/volunteer/invited/<token>", "GET"): "public",
    ("/volunteer/no-thanks/<token>", "GET POST"): "public",
    ("/volunteer/thanks", "GET"): "public",
}

#: Which accounts a rule lets in; nobody is "visitor".
LETS_IN = {
    "public": {"visitor", *AccountRole},
    "person": set(),
    "desk": {*AccountRole},
    "reviewer": {AccountRole.ADMIN, AccountRole.ORGANIZER, AccountRole.REVIEWER},
    "organizer": {AccountRole.ADMIN, AccountRole.ORGANIZER},
    "admin": {AccountRole.ADMIN},
    "cohorts": {*AccountRole} - {AccountRole.REVIEWER},
    # Of a cohort that is none, nobody is a lead or a member: those who could see every cohort are let in. A visitor is
    # shown the way to their own link.
    "cohort-faculty": {AccountRole.ADMIN, AccountRole.ORGANIZER},
    "cohort-lead": {AccountRole.ADMIN, AccountRole.ORGANIZER},
    "member": {"visitor", AccountRole.ADMIN, AccountRole.ORGANIZER},
}

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def methods(rule: Rule) -> str:
    return " ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))


def test_every_route_declares_what_is_written_here(app: Flask) -> None:
    rules = declared(app)
    assert {(each.rule, methods(each)): rules[each.endpoint] for each in app.url_map.iter_rules()} == ROUTES


@pytest.mark.parametrize("who", ["visitor", *AccountRole])
def test_every_route_lets_in_whom_it_says(
    app: Flask, client: Client, db_session: scoped_session[Session], who: str
) -> None:
    """Asked for with ids of nothing: the rule comes before the view, and a page may well say 404."""
    app.config["WTF_CSRF_ENABLED"] = (
        False  # otherwise every POST is refused before anybody is asked who they are
    )
    account = None
    if who != "visitor":
        account = add_account("charlie@example.org", "Charlie", AccountRole(who), by="command")
        db_session.commit()
    wrong = []
    for (path, names), rule in ROUTES.items():
        for method in names.split():
            if account is not None:
                client.sign_in(account)  # each time anew: signing out is one of the pages
            answer = client.open(concrete(path), method=method)
            if let_in(answer.status_code, answer.location) != (who in LETS_IN[rule] or rule == "person"):
                wrong.append(f"{method} {path} ({rule}): {answer.status}")
    assert wrong == []


def concrete(path: str) -> str:
    """The path with ids of nothing in place of its variables."""
    parts = []
    for part in path.split("/"):
        is_number = part.startswith(("<int:", "<float:"))
        parts.append(
            ("987654" if is_number else "nothing" + part.partition(">")[2]) if part.startswith("<") else part
        )
    return "/".join(parts)


def let_in(status: int, location: str | None) -> bool:
    return status != 403 and not (location or "").startswith("/signin")
