"""The public page: what is wanted now, the form without JavaScript, drafts, other presenters, and what it tells strangers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from jam.base.now import now
from jam.mail.models import Letter
from jam.people.models import Person
from jam.proposals.models import Presenter, Proposal
from jam.proposals.rules import State
from jam.schedule import actions as schedule
from jam.schedule.given import EventFields, Slot
from jam.schedule.rules import ItemKind
from jam.vocabulary.actions import add_first_terms
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind
from tests import makers
from tests.clients import Client
from tests.forms import forms_of
from tests.proposals.offers import TYPED, enter, in_days
from tests.rows import every_row

Db = scoped_session[Session]


def send(client: Client, **fields: object) -> TestResponse:
    return client.submit("/volunteer", {**TYPED, "do": "send", **fields})


def letters(db: Db) -> list[tuple[str, str, str]]:
    return [
        (each.kind, each.to_address, each.state) for each in db.scalars(select(Letter).order_by(Letter.id))
    ]


def test_one_page_makes_a_proposal_and_a_letter(client: Client, db_session: Db) -> None:
    add_first_terms(by="command")
    lever, focus = terms(Kind.LEVER)[0], terms(Kind.FOCUS_AREA)[1]
    event = makers.event(title="Open Jam")
    db_session.commit()
    answer = client.submit(
        "/volunteer",
        {
            **TYPED,
            "levers": [str(lever.id)],
            "focus": [str(focus.id)],
            "dates": [str(event.id)],
            "do": "send",
        },
    )
    assert (answer.status_code, answer.location) == (303, "/volunteer/thanks")
    [made] = db_session.scalars(select(Proposal))
    assert (made.state, made.title, made.format, made.minutes) == (
        "received", "Peers on the night line", "practice-story", 15,
    )  # fmt: skip
    assert made.links == ["https://riverside.example/peers"]
    assert {each.id for each in made.terms} == {lever.id, focus.id}
    assert made.dates == [event]
    assert [(each.name, each.organization, each.saying) for each in made.presenters] == [
        ("Rosa Teague", "Riverside Clinic", "confirmed")
    ]
    assert letters(db_session) == [("proposal-received", "rosa@riverside.example", "due")]
    assert made.code not in ("", str(made.id))
    assert enter(client, made.lead) == f"/me/proposals/{made.code}"
    page = client.get(f"/me/proposals/{made.code}")
    assert "We have it. You can still change every word" in page.text


def test_the_same_form_sent_again_makes_nothing_more(client: Client, db_session: Db) -> None:
    for _ in range(3):
        send(client)
    assert len(db_session.scalars(select(Proposal)).all()) == 1
    assert len(letters(db_session)) == 1


def test_a_draft_is_kept_and_sent_by_its_link(client: Client, db_session: Db) -> None:
    answer = client.submit(
        "/volunteer",
        {"title": "Half an idea", "email": "rosa@riverside.example", "name": "Rosa Teague", "do": "draft"},
    )
    assert answer.location == "/volunteer/thanks?how=draft"
    [made] = db_session.scalars(select(Proposal))
    assert (made.state, made.sent_at) == ("draft", None)
    assert letters(db_session) == [("proposal-draft", "rosa@riverside.example", "due")]
    path = enter(client, made.lead)
    empty = client.submit(f"{path}/edit", {"do": "send"})
    assert empty.status_code == 400
    assert "Tell us what happened and what came of it" in empty.text
    whole = {"story": "Two peers a night.", "format": "talk", "do": "send"}
    assert client.submit(f"{path}/edit", whole).status_code == 303
    db_session.expire_all()
    assert (made.state, made.story) == ("received", "Two peers a night.")
    assert [kind for kind, *_ in letters(db_session)] == ["proposal-draft", "proposal-received"]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_others_are_added_without_javascript_and_each_is_asked(client: Client, db_session: Db) -> None:
    page = client.submit("/volunteer", {**TYPED, "do": "add"})
    assert page.status_code == 200
    [form] = [each for each in forms_of(page.text) if "others-0-name" in each.names]
    assert form.values["title"] == [TYPED["title"]]
    assert form.values["story"][0].strip() == TYPED["story"]
    typed: dict[str, object] = dict(form.values)
    typed |= {"others-0-name": ["Cal Roe"], "others-0-email": ["cal@clinic.example"], "do": ["add"]}
    again = client.post("/volunteer", data=typed)
    [form] = [each for each in forms_of(again.text) if "others-1-name" in each.names]
    assert form.values["others-0-email"] == ["cal@clinic.example"]
    assert db_session.scalars(select(Proposal)).all() == []
    assert client.post("/volunteer", data={**typed, "do": "send"}).status_code == 303
    assert letters(db_session) == [
        ("proposal-received", "rosa@riverside.example", "due"),
        ("proposal-invited", "cal@clinic.example", "due"),
    ]
    cal = db_session.scalars(select(Presenter).where(Presenter.name == "Cal Roe")).one()
    assert cal.saying == "asked"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_preview_shows_markdown_without_its_scripts_and_keeps_nothing(
    client: Client, db_session: Db
) -> None:
    before = every_row()
    page = client.submit(
        "/volunteer",
        {
            **TYPED,
            "story": "**Bold**\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1))",
            "do": "preview",
        },
    )
    assert page.status_code == 200
    assert "<strong>Bold</strong>" in page.text
    assert "<script>alert" not in page.text
    assert 'href="javascript' not in page.text
    after = every_row()
    assert {name: rows for name, rows in after.items() if name != "rate_count"} == {
        name: rows for name, rows in before.items() if name != "rate_count"
    }


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"story": ""}, "Tell us what happened and what came of it"),
        ({"title": ""}, "Give it a title"),
        ({"title": "Win at www.lure.example"}, "A title cannot contain a web or e-mail address"),
        ({"name": "See https://lure.example"}, "A name cannot contain a web or e-mail address"),
        ({"links": "javascript:alert(1)"}, "is not a link"),
        ({"links": "\n".join(f"https://a.example/{n}" for n in range(9))}, "These are 9 links"),
        ({"minutes": "999"}, "Between 3 and 90 minutes"),
        ({"minutes": "ten"}, "Enter a whole number"),
        ({"format": ""}, "Choose the format that comes closest"),
        ({"story": "x" * 6_001}, "6,000 is the most"),
        ({"email": "rosa@"}, "does not look like an e-mail address"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(
    client: Client, db_session: Db, typed: dict[str, str], sentence: str
) -> None:
    answer = client.submit("/volunteer", {**TYPED, **typed, "do": "send"})
    assert answer.status_code == 400
    assert sentence in answer.text
    [form] = [each for each in forms_of(answer.text) if "story" in each.names]
    assert form.values["takeaways"][0].strip() == TYPED["takeaways"]
    assert db_session.scalars(select(Proposal)).all() == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_forty_presenters_are_too_many(client: Client, db_session: Db) -> None:
    rows = {f"others-{n}-name": f"Guest {n}" for n in range(40)}
    rows |= {f"others-{n}-email": f"guest{n}@people.example" for n in range(40)}
    token = forms_of(client.get("/volunteer").text)[-1].values["csrf_token"][0]
    answer = client.post("/volunteer", data={**TYPED, **rows, "do": "send", "csrf_token": token})
    assert answer.status_code == 400
    assert "Name at most 5 presenters beside you" in answer.text
    assert db_session.scalars(select(Person)).all() == []


def test_nobody_can_tell_who_is_known(client: Client, db_session: Db) -> None:
    makers.registration(makers.event(), "rosa@riverside.example", "Rosa T. Secret")
    db_session.commit()
    known, unknown = send(client), send(client, email="nobody@riverside.example")
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    rosa = db_session.scalars(select(Person).where(Person.name == "Rosa T. Secret")).one()
    assert rosa.organization is None


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_one_address_is_not_flooded_and_showing_again_is_no_try(client: Client, db_session: Db) -> None:
    for _ in range(12):
        assert client.submit("/volunteer", {**TYPED, "do": "preview"}).status_code == 200
    answers = [client.submit("/volunteer", {**TYPED, "title": f"Idea {n}", "do": "send"}) for n in range(11)]
    assert [each.status_code for each in answers] == [303] * 10 + [429]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_was_changed_after_going_back_is_not_lost(client: Client, db_session: Db) -> None:
    send(client)
    send(client, takeaways="Begin with two nights.")
    taken = db_session.scalars(select(Proposal.takeaways).order_by(Proposal.id)).all()
    assert taken == ["Begin with one night a week.", "Begin with two nights."]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_one_person_is_asked_three_times_a_day_at_most(client: Client, db_session: Db) -> None:
    for n in range(5):
        fields = {
            "others-0-name": "Cal Roe",
            "others-0-email": "cal@clinic.example",
            "others-0-organization": "",
        }
        data = {**TYPED, **fields, "title": f"Idea {n}", "do": "send", "csrf_token": client.token()}
        assert client.post("/volunteer", data=data).status_code == 303
    invited = [each for each in letters(db_session) if each[0] == "proposal-invited"]
    assert len(invited) == 3


def test_the_page_says_which_jams_are_open_and_what_is_covered_least(client: Client, db_session: Db) -> None:
    add_first_terms(by="command")
    levers = terms(Kind.LEVER)
    talk = Slot(ItemKind.TALK, "A talk", "Ben Ode", 35)
    full = makers.event(title="Full", starts_at=in_days(20))
    schedule.edit_event(
        full,
        EventFields(title="Full"),
        levers[:6],
        [talk, Slot(ItemKind.TALK, "Another", "Cal Roe", 20)],
        by="command",
    )
    free = makers.event(title="Free", starts_at=in_days(50))
    schedule.edit_event(free, EventFields(title="Free"), [], [talk, Slot(ItemKind.TALK, "Talk to come", "", 20)],
                        by="command")  # fmt: skip
    long_ago = makers.event(title="Long ago", starts_at=now() - timedelta(days=400))
    schedule.edit_event(long_ago, EventFields(title="Long ago"), [levers[6]], [], by="command")
    held = makers.event(title="Held", starts_at=now() - timedelta(days=40))
    schedule.edit_event(held, EventFields(title="Held"), [levers[0]], [], by="command")
    secret = makers.event(title="A secret plan", starts_at=in_days(33), published=False)
    db_session.commit()
    page = client.get("/volunteer").text
    assert f"{free.starts_at:%B} {free.starts_at.day}, {free.starts_at.year}" in page
    assert f"{full.starts_at:%B} {full.starts_at.day}, {full.starts_at.year}" not in page
    assert f"{secret.starts_at:%B} {secret.starts_at.day}, {secret.starts_at.year}" not in page
    assert "A secret plan" not in page
    first = page.index(f"<strong>{levers[6].name}</strong>: no session in the last year, none planned")
    assert first < page.index(f"<strong>{levers[0].name}</strong>: 1 session in the last year, 1 is planned")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_sharing_needs_no_format_and_gets_no_date(client: Client, db_session: Db) -> None:
    answer = send(client, kind="share", format="", minutes="")
    assert answer.status_code == 303
    [made] = db_session.scalars(select(Proposal))
    assert (made.kind, made.state) == ("share", State.RECEIVED)
