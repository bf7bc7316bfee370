"""Who sees what of a cohort: as an applicant, a member, a member elsewhere, faculty of either kind, staff and a stranger.

Every name and address below is a canary: it may stand only where this table says.
"""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from jam.base.tokens import make
from jam.cohorts import decisions, faculty, members
from jam.cohorts.rules import Role, State
from jam.people.models import Person
from jam.people.queries import account_by_address
from jam.people.rules import AccountRole
from jam.schedule.models import Event
from jam.vocabulary.actions import add_first_terms
from tests import makers
from tests.clients import Client
from tests.forms import forms_of

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
Db = scoped_session[Session]
BY = "command"

#: What each page answers to whom; a letter for each of WHO: o opens, f forbidden, n not found, s sign in, l the way to
#: their own link.
WHO = (
    "stranger",
    "applicant",
    "member",
    "elsewhere",
    "facilitator",
    "expert",
    "other_facilitator",
    "reviewer",
    "organizer",
)
PAGES = {
    #                                       stranger  applicant member  elsewhere facilit. expert other   reviewer organizer
    "/cohorts/cohort-3":                    "o         o         o       o         o        o      o       o        o",
    "/cohorts/cohort-3/apply":              "o         o         o       o         o        o      o       o        o",
    "/cohorts/cohort-3/home":               "l         f         o       f         o        o      f       f        o",
    "/desk/cohorts/":                       "s         s         s       s         o        o      o       f        o",
    "/desk/cohorts/cohort-3":               "s         s         s       s         o        o      f       f        o",
    "/desk/cohorts/cohort-3/attendance":    "s         s         s       s         o        o      f       f        o",
    "/desk/cohorts/cohort-3/attendance.csv": "s        s         s       s         o        f      f       f        o",
    "/desk/cohorts/cohort-3/applications":  "s         s         s       s         o        f      f       f        o",
    "/desk/cohorts/cohort-3/members":       "s         s         s       s         o        f      f       f        o",
    "/desk/cohorts/cohort-3/release":       "s         s         s       s         o        f      f       f        o",
    "/desk/cohorts/cohort-3/edit":          "s         s         s       s         o        f      f       f        o",
    "/desk/cohorts/cohort-3/faculty":       "s         s         s       s         f        f      f       f        o",
    "/desk/cohorts/cohort-3/questions":     "s         s         s       s         f        f      f       f        o",
    "/me/cohorts/{member}":                 "l         n         o       n         l        l      l       l        l",
    "/me/cohorts/{named}":                  "l         n         n       n         l        l      l       l        l",
    "/me/cohorts/{applicant}":              "l         o         n       n         l        l      l       l        l",
}  # fmt: skip


@pytest.fixture
def cast(app: Flask, db_session: Db) -> dict[str, object]:
    """A cohort with members, one elsewhere with others, and everybody who may want to look."""
    add_first_terms(by=BY)
    ours, theirs = makers.cohort(), makers.cohort("cohort-9")
    event = makers.cohort_event(ours)
    made = makers.admitted(ours, "Canary Clinic")
    members.show(made.team[1], name=True, address=True, by=BY)
    members.show(made.team[2], name=False, address=False, by=BY)
    waiting = makers.application(ours, "Hopeful House")
    decisions.decide(waiting, State.WAITING, by=BY)
    elsewhere = makers.admitted(theirs, "Elsewhere Home")
    for cohort, name, role in (
        (ours, "fay", Role.FACILITATOR),
        (ours, "eva", Role.EXPERT),
        (theirs, "otto", Role.FACILITATOR),
    ):
        faculty.add_faculty(cohort, f"{name.title()} Lead", f"{name}@lead.example", role, by=BY)
    for role in (AccountRole.REVIEWER, AccountRole.ORGANIZER):
        makers.account(role)
    db_session.commit()
    return {
        "event": event, "member": made.contact, "shown": made.team[1], "hidden": made.team[2],
        "applicant": waiting.contact, "named": waiting.team[1], "elsewhere": elsewhere.contact,
    }  # fmt: skip


def become(client: Client, cast: dict[str, object], who: str) -> None:
    """From here on the requests are this one's."""
    with client.session_transaction() as session:
        session.clear()
    addresses = {"facilitator": "fay@lead.example", "expert": "eva@lead.example", "other_facilitator": "otto@lead.example",
                 "reviewer": "reviewer@staff.example", "organizer": "organizer@staff.example"}  # fmt: skip
    if who in addresses:
        account = account_by_address(addresses[who])
        assert account is not None
        client.sign_in(account)
    elif who != "stranger":
        person: Person = cast[who].person  # type: ignore[attr-defined]
        client.get(f"/me/{make('me', person.id, person.link_version)}")


def answered(status: int, location: str | None) -> str:
    if status in (302, 303):
        return "s" if (location or "").startswith("/signin") else "l"
    return {200: "o", 403: "f", 404: "n"}[status]


def test_every_page_answers_everybody_as_written(client: Client, cast: dict[str, object]) -> None:
    ids = {name: cast[name].id for name in ("member", "named", "applicant")}  # type: ignore[attr-defined]
    found: dict[str, list[str]] = {path: [] for path in PAGES}
    for who in WHO:
        become(client, cast, who)
        for path in PAGES:
            answer = client.get(path.format_map(ids))
            found[path].append(answered(answer.status_code, answer.location))
    assert found == {path: row.split() for path, row in PAGES.items()}


def words_of(cast: dict[str, object]) -> dict[str, tuple[str, str]]:
    """Name and address of each person who could leak."""
    return {
        name: (cast[name].name, cast[name].person.address)  # type: ignore[attr-defined]
        for name in ("member", "shown", "hidden", "applicant", "elsewhere")
    }


def leaks(page: str, words: dict[str, tuple[str, str]]) -> set[str]:
    return {f"{who}.{what}" for who, pair in words.items() for what, word in zip(("name", "address"), pair, strict=True)
            if word in page}  # fmt: skip


def test_the_home_shows_what_each_agreed_to(client: Client, cast: dict[str, object]) -> None:
    words = words_of(cast)

    def seen(who: str) -> set[str]:
        become(client, cast, who)
        return leaks(client.get("/cohorts/cohort-3/home").text, words)

    assert seen("member") == {"member.name", "shown.name", "shown.address"}
    assert seen("expert") == {"member.name", "shown.name", "hidden.name", "shown.address"}
    everybody = {f"{who}.{what}" for who in ("member", "shown", "hidden") for what in ("name", "address")}
    assert seen("facilitator") == seen("organizer") == everybody


def test_nothing_public_names_a_member(client: Client, cast: dict[str, object]) -> None:
    event = cast["event"]
    assert isinstance(event, Event)
    words = words_of(cast)
    for path in (
        "/", "/sessions/", f"/sessions/{event.slug}", f"/sessions/{event.slug}.ics", "/programs/echo", "/cohorts/cohort-3",
        "/cohorts/cohort-3/apply", "/cohorts/cohort-3/applied", "/calendar/all.ics", "/calendar/program/echo.ics",
        "/calendar/cohort/cohort-3.ics", "/recordings.atom", "/statistics", "/calendar/",
    ):  # fmt: skip
        page = client.get(path)
        assert page.status_code == 200, path
        assert leaks(page.text, words) == set(), path
        assert "Canary" not in page.text, path
    for path in ("/cohorts/cohort-3/home", "/cohorts/nothing", "/desk/cohorts/cohort-3/members"):
        assert leaks(client.get(path, follow_redirects=True).text, words) == set(), path


def token_of(client: Client) -> str:
    """What forms of this visit carry against being sent from elsewhere."""
    [form] = [each for each in forms_of(client.get("/cohorts/cohort-3/apply").text) if each.method == "post"]
    return form.values["csrf_token"][0]


def test_nobody_acts_for_another(client: Client, cast: dict[str, object]) -> None:
    """A member's buttons do nothing for anybody else, and a facilitator's nothing in another cohort."""
    member, shown = cast["member"], cast["shown"]
    become(client, cast, "elsewhere")
    token = token_of(client)
    for path in ("leave", "answer", "shown", "withdraw", f"team/{shown.id}/replace"):  # type: ignore[attr-defined]
        sent = client.post(f"/me/cohorts/{member.id}/{path}", data={"csrf_token": token, "do": "no"})  # type: ignore[attr-defined]
        assert sent.status_code == 404, path
    become(client, cast, "other_facilitator")
    token = token_of(client)
    for path in (
        f"cohort-3/members/{member.id}/leave",  # type: ignore[attr-defined]
        "cohort-3/drafts",
    ):
        assert client.post(f"/desk/cohorts/{path}", data={"csrf_token": token}).status_code == 403, path
    # In their own cohort, somebody else's member is nobody.
    assert client.post(
        f"/desk/cohorts/cohort-9/members/{member.id}/leave", data={"csrf_token": token}  # type: ignore[attr-defined]
    ).status_code == 404  # fmt: skip
