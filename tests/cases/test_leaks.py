"""A cohort full of canary words: every page, feed, export, letter and search, as everybody, and nobody finds one who should not."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session, scoped_session
from werkzeug.routing import Rule

from jam.base.database import db
from jam.cases import attachments
from jam.cases.models import EchoCase
from jam.cases.queries import coordinators, own
from jam.cases.rules import State
from jam.cohorts.rules import Role
from jam.people.models import Person
from jam.people.rules import AccountRole
from jam.vocabulary.actions import add_first_terms
from tests import makers
from tests.cases.brought import BY, case, enter, faculty, member
from tests.cases.test_reading import docx
from tests.clients import Client

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
Db = scoped_session[Session]

#: Of the presenter's own words, and of those that are released.
SECRET, SHOWN = "Zuckerkandl", "Quetzalcoatl"
SEARCHES = ("/sessions/", "/desk/people/", "/desk/letters/", "/desk/proposals/")
#: Pages that know of cases or cohorts at all: asked in every state, as everybody; all others in one state, as three.
NEAR = ("case", "cohort", "/me", "/calendar", "q=")


def paths(app: Flask, made: EchoCase) -> list[str]:
    """Every page that answers a GET, for this case and its cohort."""
    values = {"slug": made.cohort.slug, "code": made.code, "kind": "lever"}
    rules = [
        each
        for each in app.url_map.iter_rules()
        if "GET" in (each.methods or ()) and not each.endpoint.endswith("static")
    ]
    # Half a word, so that a page which only repeats what was looked for shows nothing.
    looked_for = [f"{each}?q={word[:-3]}" for each in SEARCHES for word in (SECRET, SHOWN)]
    return [*(_path(app, rule, values) for rule in rules), *looked_for]


def _path(app: Flask, rule: Rule, values: dict[str, str]) -> str:
    numbers = {name for name in rule.arguments if f"<int:{name}>" in rule.rule}
    given = {name: 1 if name in numbers else values.get(name, "x") for name in rule.arguments}
    with app.test_request_context():
        built = rule.build(given, append_unknown=False)
    assert built is not None, rule
    return built[1]


def leaks(client: Client, everywhere: list[str], words: tuple[str, ...]) -> list[str]:
    """The pages that show one of the words."""
    found = []
    for path in everywhere:
        answer = client.get(path)
        if any(word.encode() in answer.data or word in str(answer.headers) for word in words):
            found.append(path)
    return found


@pytest.mark.parametrize("state", [State.IN_REVIEW, State.SCHEDULED, State.PRESENTED])
def test_nobody_finds_a_word_who_should_not(app: Flask, client: Client, db_session: Db, state: State) -> None:
    add_first_terms(by=BY)
    cohort, elsewhere = makers.cohort(), makers.cohort("cohort-4")
    presenter, other, stranger = (
        member(cohort),
        member(cohort, "Lakeside Clinic"),
        member(elsewhere, "Far Away Clinic"),
    )
    faculty(cohort, Role.COORDINATOR)
    expert = faculty(cohort, Role.EXPERT)
    accounts = {
        "a facilitator": faculty(cohort, Role.FACILITATOR),
        "a facilitator of another cohort": faculty(elsewhere, Role.FACILITATOR),
        **{
            f"an account as {role}": makers.account(role)
            for role in (AccountRole.ORGANIZER, AccountRole.REVIEWER)
        },
    }
    event = makers.cohort_event(cohort)
    begun = case(presenter, State.DRAFT, event, background=f"{SECRET} wrote this.")
    begun.towns, begun.known_as = f"{SECRET}ville", SECRET
    attachments.attach(begun, f"{SECRET}.docx", docx(f"<w:p><w:r><w:t>{SECRET}</w:t></w:r></w:p>"), by=BY)
    made = begun if state is State.DRAFT else case(
        presenter, state, event, {"background": f"{SHOWN} was released."}, background=f"{SECRET} wrote this.", tried=f"{SECRET}."
    )  # fmt: skip
    db_session.commit()
    original = (SECRET, SHOWN)
    everywhere = paths(app, made)
    near = [each for each in everywhere if any(part in each for part in NEAR)]
    found: dict[str, list[str]] = {"nobody": leaks(client, everywhere, original)}
    for who, account in accounts.items():
        client.sign_in(account)
        client.post(f"/cohorts/{cohort.slug}/cases/{made.code}")
        found[who] = leaks(
            client,
            everywhere if account.role == "organizer" and state is State.SCHEDULED else near,
            _not_theirs(who),
        )
    client.sign_in(expert)
    found["an expert"] = leaks(client, near, (SECRET,))
    for who, person in (("another member", other.person), ("a member of another cohort", stranger.person)):
        with client.session_transaction() as session:
            session.clear()
        enter(client, person)
        whole = who == "another member" and state is State.SCHEDULED
        seen = (SECRET,) if who == "another member" and state is State.PRESENTED else original
        found[who] = leaks(client, everywhere if whole else near, seen)
    assert {who: pages for who, pages in found.items() if pages} == {}
    assert in_database(("letter", "audit_detail", "audit_entry", "feed")) == []
    assert (coordinators(cohort.id)[0].id, own(presenter.person, made.code)) == (
        db_session.query(Person).filter(Person.name == f"coordinator {cohort.slug}").one().id,
        made,
    )


def _not_theirs(who: str) -> tuple[str, ...]:
    """The words that are not for them: who leads the cohort, and organizers, may read what is released."""
    return (SECRET,) if who in ("a facilitator", "an account as organizer") else (SECRET, SHOWN)


def in_database(tables: tuple[str, ...]) -> list[str]:
    """Tables beside the cases' own that hold one of the words."""
    found = []
    for table in tables:
        if table in db.metadata.tables:
            rows = db.session.execute(text(f"SELECT * FROM {table}")).all()
            whole = io.StringIO()
            whole.write(repr(rows))
            if SECRET in whole.getvalue() or SHOWN in whole.getvalue():
                found.append(table)
    return found
