"""A cohort full of words that stand nowhere else: every page, feed, export, letter, search and error, as everybody.

Nobody finds a word who should not; and whoever should finds it, so that this looks where the words are.
"""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session, scoped_session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from jam.base.database import db
from jam.mail.jobs import deliver
from jam.mail.models import Letter
from tests.cases import world
from tests.cases.world import (
    APPLIED,
    ASKED,
    BECAME,
    EARLIER,
    FILED,
    NOTED,
    OWN,
    RELEASED,
    REMOVED,
    SAID,
    SENT,
    SUMMARY,
    TOLD,
    UNSENT,
    World,
    word,
)
from tests.clients import Client

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
Db = scoped_session[Session]

STEMS = (OWN, ASKED, NOTED, EARLIER, RELEASED, FILED, UNSENT, SENT, REMOVED, SAID, SUMMARY, BECAME, TOLD)
ANY = re.compile("|".join([f"(?:{'|'.join(STEMS)})[a-z]dl", APPLIED]))

#: Who finds which words of the cases in which states (letters as in `world.STATES`).
FINDS: dict[str, dict[str, str]] = {
    "presenter": {
        OWN: "DSRCALTPNFEW", FILED: "DSRCALTPNFEW", ASKED: "RCALTPNFEW", RELEASED: "ALTPNFE", BECAME: "NFE", SENT: "NFE", APPLIED: "D",
    },
    "colleague": {RELEASED: "TPNFE", FILED: "TPNFE"},
    "member": {RELEASED: "TPNFE", FILED: "TPNFE"},
    "member elsewhere": {},
    "applicant": {},
    "attendee": {},
    "coordinator": {
        OWN: "SRCALTPNFE", FILED: "SRCALTPNFE", ASKED: "RCALTPNFE", NOTED: "R", EARLIER: "R", RELEASED: "RALTPNFE", BECAME: "NFE", SENT: "NFE", APPLIED: "D",
    },
    "facilitator": {RELEASED: "ALTPNFE", FILED: "ALTPNFE", SENT: "NFE", APPLIED: "D"},
    "faculty": {RELEASED: "ALTPNFE", FILED: "ALTPNFE"},
    "organizer": {RELEASED: "ALTPNFE", FILED: "ALTPNFE", SENT: "NFE", APPLIED: "D"},
    "facilitator elsewhere": {},
    "reviewer": {},
    "stranger": {},
}  # fmt: skip
#: Who may find more: what the group said, once it was sent; before, who writes it down.
_SENT_ONES = {SENT: "NFE", SUMMARY: "NFE", TOLD: "NFE"}
_WRITERS = {UNSENT: "P", REMOVED: "PNFE", SAID: "PNFE", SUMMARY: "P"}
MAY: dict[str, dict[str, str]] = {
    **dict.fromkeys(("presenter", "colleague", "member", "faculty"), _SENT_ONES),
    **{
        who: {**_SENT_ONES, **_WRITERS, SUMMARY: "PNFE"}
        for who in ("coordinator", "facilitator", "organizer")
    },
    # The summary was said to the presenter in the session.
    "presenter": {**_SENT_ONES, SUMMARY: "PNFE"},
}

SEARCHES = (
    "/sessions/",
    "/desk/people/",
    "/desk/letters/",
    "/desk/proposals/",
    "/cohorts/cohort-3/solutions",
    "/desk/organizations/",
    "/library/",
)
#: Asked as everybody; all other pages as these. Who is no part of the cohort is asked about three states: their rule comes
#: before any case, which the table of access shows.
NEAR = ("case", "cohort", "solution", "outcome", "/me", "/calendar")
ALL_PAGES = ("organizer", "member")
APART = ("member elsewhere", "applicant", "attendee", "facilitator elsewhere", "reviewer", "stranger")


def test_nobody_finds_a_word_who_should_not(app: Flask, client: Client, db_session: Db) -> None:
    here = world.build(app, client)
    asking = Asking(here)
    found = {who: defaultdict[str, list[str]](list) for who in world.ROLES}
    for methods in (("GET", "HEAD"), ("POST",)):  # buttons last: some need nothing to be done
        for who in world.ROLES:
            asking.everything(who, methods, found[who])
    wrong = {
        who: {key: pages[:3] for key, pages in words.items() if key not in allowed(who)}
        for who, words in found.items()
    }
    assert {who: words for who, words in wrong.items() if words} == {}
    missed = {who: sorted(of(FINDS[who]) - set(found[who])) for who in world.ROLES}
    assert {who: words for who, words in missed.items() if words} == {}

    assert in_tables(("letter", "audit_detail", "audit_entry", "feed")) == []
    assert deliver() > 30
    folder = Path(app.config["MAIL_FOLDER"])
    mails = [(each.name, _mail(each)) for each in folder.rglob("*.eml")]
    assert any("ECHO-" in words for _, words in mails)
    assert [name for name, words in mails if ANY.search(name) or ANY.search(words)] == []


def of(rows: dict[str, str]) -> set[str]:
    return {
        APPLIED if stem == APPLIED else word(stem, each) for stem, letters in rows.items() for each in letters
    }


def allowed(who: str) -> set[str]:
    return of(FINDS[who]) | of(MAY.get(who, {}))


class Asking:
    """Asks for pages as somebody, and notes which words stand where."""

    def __init__(self, here: World) -> None:
        self.world = here
        self.client = here.app.test_client(use_cookies=False)
        rules = [each for each in here.app.url_map.iter_rules() if not each.endpoint.endswith("static")]
        self.gets = [each for each in rules if "GET" in (each.methods or ())]
        self.posts = [
            each for each in rules if "POST" in (each.methods or ()) and "<code>" in each.rule and near(each)
        ]
        self.letters = [
            id for (id,) in db.session.query(Letter.id).filter(Letter.kind.startswith("case-")).limit(2)
        ]
        db.session.rollback()

    def everything(self, who: str, methods: tuple[str, ...], found: dict[str, list[str]]) -> None:
        """Add the words that somebody finds, with the pages where they stand."""
        for method, path in [each for each in self.asked_of(who) if each[0] in methods]:
            for each in set(ANY.findall(said(self.open(who, method, path)))):
                found[each].append(f"{method} {path}")

    def open(self, who: str, method: str, path: str) -> TestResponse:
        cookie = self.world.cookies[who]
        data = {"words": "", "do": "nothing", "seen": "not so"} if method == "POST" else None
        self.world.app.config["WTF_CSRF_ENABLED"] = method != "POST"
        return self.client.open(path, method=method, headers={"Cookie": cookie} if cookie else {}, data=data)

    def asked_of(self, who: str) -> Iterator[tuple[str, str]]:
        """What is asked for: each page, for each case where it has one; with HEAD; and buttons with nothing sensible in them."""
        states = "RTP" if who in APART else "".join(world.STATES)
        for rule in self.gets:
            if near(rule) or who in ALL_PAGES:
                letters = states if "<code>" in rule.rule and near(rule) else "T"
                yield from (("GET", self.path(rule, each)) for each in letters)
        for rule in [each for each in self.gets if "<code>" in each.rule and near(each)]:
            yield "HEAD", self.path(rule, "T")
        for rule in self.posts:
            yield from (("POST", self.path(rule, each)) for each in ("P" if who in APART else "DRP"))
        if who in ALL_PAGES:
            # Half a word, so that a page which only repeats what was looked for shows nothing.
            yield from (
                ("GET", f"{each}?q={stem[:-1]}") for each in SEARCHES for stem in (OWN, RELEASED, SENT)
            )
        if who not in APART:
            for key in ("faculty", "funnel", "organizations", "outcomes", "sessions", "warnings"):
                yield "GET", f"/desk/cohorts/{self.world.cohort.slug}/dashboard/{key}.xlsx"
        yield "GET", f"/cohorts/{self.world.cohort.slug}/cases/{word(OWN, 'a')[:-2]}"

    def path(self, rule: Rule, letter: str) -> str:
        """A page of this case, its cohort, its session, its presenter."""
        case, here = self.world.cases[letter], self.world
        values: dict[str, object] = {"slug": here.cohort.slug, "code": case.code, "kind": "lever", "id": 1}
        for part, given in (
            ("sessions/<slug>", {"slug": here.session}), ("programs/<slug>", {"slug": here.cohort.program.slug}),
            ("program/<slug>", {"slug": here.cohort.program.slug}), ("/desk/people/<int:id>", {"id": case.person_id}),
            ("/me/cohorts/<int:id>", {"id": case.member_id}), ("/attachments/<int:id>", {"id": world.file_of(case).id}),
            ("/files/<int:id>", {"id": world.file_of(case).id}), ("/letters/<int:id>", {"id": self.letters[0]}),
            ("/outcomes/<int:id>", {"id": here.outcomes[letter][0]}),
            ("/applications/<int:id>", {"id": case.member.application_id}),
        ):  # fmt: skip
            if part in rule.rule:
                values |= given
        numbers = {name for name in rule.arguments if f"<int:{name}>" in rule.rule}
        given = {name: values.get(name, 1 if name in numbers else "x") for name in rule.arguments}
        with here.app.test_request_context():
            built = rule.build(given, append_unknown=False)
        assert built is not None, rule
        return built[1]


def near(rule: Rule) -> bool:
    return any(part in rule.rule for part in NEAR)


def said(answer: TestResponse) -> str:
    """All that an answer says: its headers, its text, and what is packed in it."""
    data = answer.data
    parts = [str(answer.headers), data.decode("utf-8", "replace")]
    if data.startswith(b"PK"):
        with suppress(zipfile.BadZipFile), zipfile.ZipFile(BytesIO(data)) as archive:
            parts += [archive.read(each).decode("utf-8", "replace") for each in archive.infolist()]
    return "\n".join(parts)


def _mail(file: Path) -> str:
    from email import message_from_bytes
    from email.policy import default

    message = message_from_bytes(file.read_bytes(), policy=default)
    parts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    return "\n".join([str(message.items()), *map(str, parts)])


def in_tables(tables: tuple[str, ...]) -> list[str]:
    """Tables beside the cases' own that hold one of the words of a case."""
    found = []
    for table in tables:
        rows = (
            repr(db.session.execute(text(f"SELECT * FROM {table}")).all())
            if table in db.metadata.tables
            else ""
        )
        if set(ANY.findall(rows)) - {APPLIED}:
            found.append(table)
    db.session.rollback()
    return found
