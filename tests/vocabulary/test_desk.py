"""Staff keep the vocabularies: add, rename, retire, order; nothing is there twice, and nothing is lost."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jam.audit.models import AuditEntry
from jam.vocabulary import actions
from jam.vocabulary.models import Term
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import FIRST_TERMS, STATES, Kind
from tests import makers
from tests.clients import Client


@pytest.fixture
def organizer(client: Client, db_session: scoped_session[Session]) -> Client:
    for name in ("Policy", "Payment", "Technology"):
        actions.add(Kind.LEVER, name, by="command")
    makers.sign_in(client)
    return client


def levers(offered: bool = False) -> list[str]:
    return [term.name for term in terms(Kind.LEVER, with_retired=not offered)]


def id_of(db_session: scoped_session[Session], name: str) -> int:
    return db_session.scalars(select(Term.id).where(Term.name == name)).one()


def test_all_four_lists_are_shown(organizer: Client) -> None:
    page = organizer.get("/desk/vocabularies/").text
    for title in ("Levers of change", "Focus areas", "Sectors", "Job roles"):
        assert f">{title}</h2>" in page
    shown = re.findall(r'<th scope="row">(\w+)', page)
    assert shown == ["Policy", "Payment", "Technology"]
    assert page.count("No words yet") == 3


def test_a_word_is_added_at_the_end(organizer: Client, db_session: scoped_session[Session]) -> None:
    answer = organizer.submit("/desk/vocabularies/lever/add", {"name": "  Clinical   model "})
    assert (answer.status_code, answer.location) == (303, "/desk/vocabularies/#lever")
    assert levers() == ["Policy", "Payment", "Technology", "Clinical model"]
    assert "“Clinical model” is offered from now on." in organizer.get("/desk/vocabularies/").text


@pytest.mark.parametrize("name", ["payment", " PAYMENT ", "Payment"])
def test_a_word_that_is_there_is_refused_kindly_and_kept_in_the_form(organizer: Client, name: str) -> None:
    answer = organizer.submit("/desk/vocabularies/lever/add", {"name": name})
    assert answer.status_code == 400
    assert "Levers of change already have" in answer.text
    assert "Choose another name" in answer.text
    assert levers() == ["Policy", "Payment", "Technology"]


def test_a_word_beyond_ascii_is_the_same_in_either_case(
    organizer: Client, db_session: scoped_session[Session]
) -> None:
    organizer.submit("/desk/vocabularies/lever/add", {"name": "Équité 1"})
    assert organizer.submit("/desk/vocabularies/lever/add", {"name": "équité 1"}).status_code == 400


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "Please type a name."),
        ("?!", "at least one letter or digit"),
        ("x" * 81, "80 characters are the most"),
    ],
)
def test_what_is_no_name_is_said(organizer: Client, name: str, sentence: str) -> None:
    answer = organizer.submit("/desk/vocabularies/lever/add", {"name": name})
    assert answer.status_code == 400
    assert sentence in answer.text


def test_the_same_word_may_stand_in_two_lists(organizer: Client, db_session: scoped_session[Session]) -> None:
    assert organizer.submit("/desk/vocabularies/sector/add", {"name": "Payment"}).status_code == 303


def test_a_word_is_renamed_and_keeps_its_address(
    organizer: Client, db_session: scoped_session[Session]
) -> None:
    id = id_of(db_session, "Payment")
    assert organizer.submit(f"/desk/vocabularies/{id}", {"name": "policy"}).status_code == 400
    assert organizer.submit(f"/desk/vocabularies/{id}", {"name": "Payment and rates"}).status_code == 303
    assert levers() == ["Policy", "Payment and rates", "Technology"]
    assert db_session.get_one(Term, id).slug == "payment"


def test_a_word_is_offered_no_longer_and_again(
    organizer: Client, db_session: scoped_session[Session]
) -> None:
    id = id_of(db_session, "Payment")
    organizer.submit("/desk/vocabularies/", {"retired": "yes"}, form=f"/{id}/retire")
    assert levers(offered=True) == ["Policy", "Technology"]
    page = organizer.get("/desk/vocabularies/").text
    assert "“Payment” is no longer offered." in page
    organizer.submit("/desk/vocabularies/", {"retired": "no"}, form=f"/{id}/retire")
    assert levers(offered=True) == ["Policy", "Payment", "Technology"]


def test_words_are_put_in_order(organizer: Client, db_session: scoped_session[Session]) -> None:
    def press(name: str, way: str) -> None:
        token = re.search(r'name="csrf_token" value="([^"]+)"', organizer.get("/desk/vocabularies/").text)
        assert token
        id = id_of(db_session, name)
        organizer.post(f"/desk/vocabularies/{id}/move", data={"way": way, "csrf_token": token[1]})

    press("Technology", "up")
    assert levers() == ["Policy", "Technology", "Payment"]
    press("Policy", "down")
    assert levers() == ["Technology", "Policy", "Payment"]
    press("Technology", "up")
    press("Payment", "down")
    assert levers() == ["Technology", "Policy", "Payment"]


def test_every_change_is_on_record(organizer: Client, db_session: scoped_session[Session]) -> None:
    id = id_of(db_session, "Payment")
    organizer.submit(f"/desk/vocabularies/{id}", {"name": "Rates"})
    organizer.submit("/desk/vocabularies/", {"retired": "yes"}, form=f"/{id}/retire")
    entries = select(AuditEntry.action, AuditEntry.actor).where(
        AuditEntry.object_kind == "term", AuditEntry.object_id == id
    )
    found = [(action, actor) for action, actor in db_session.execute(entries.order_by(AuditEntry.id))]
    assert found == [
        ("vocabulary.add", "command"),
        ("vocabulary.rename", "account:1"),
        ("vocabulary.retire", "account:1"),
    ]


def test_the_page_asks_the_same_number_of_questions_however_long_the_lists_are(
    organizer: Client, db_session: scoped_session[Session]
) -> None:
    with makers.statements() as with_few:
        organizer.get("/desk/vocabularies/")
    for number in range(10):
        actions.add(Kind.SECTOR, f"Sector {number}", by="command")
    db_session.commit()
    with makers.statements() as with_many:
        organizer.get("/desk/vocabularies/")
    assert len(with_many) == len(with_few)


def test_an_unknown_list_is_not_found(organizer: Client) -> None:
    assert organizer.get("/desk/vocabularies/nonsense/add").status_code == 404


def test_a_new_installation_begins_with_the_partnerships_words(db_session: scoped_session[Session]) -> None:
    actions.add_first_terms(by="command")
    actions.add_first_terms(by="command")
    for kind in Kind:
        assert [term.name for term in terms(kind)] == FIRST_TERMS[kind]


def test_every_place_of_the_united_states_is_there_once() -> None:
    assert len(STATES) == 50 + 1 + 5 + 3 + 1  # states, DC, territories, freely associated states, abroad
    assert len(set(STATES.values())) == len(STATES)
    assert all(len(short) == 2 for short in STATES)
