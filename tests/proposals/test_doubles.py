"""What is likely the same thing, and why; and what staff said is not."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session, scoped_session

from jam.proposals.doubles import Known, doubles, why_same, words_of
from jam.proposals.models import Proposal
from jam.proposals.rules import State
from jam.vocabulary.actions import add_first_terms
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind as TermKind
from tests import makers
from tests.clients import Client
from tests.proposals.offers import desk_path, proposal

Db = scoped_session[Session]

one_engine = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def known(title: str, people: tuple[int, ...] = (), levers: tuple[int, ...] = ()) -> Known:
    return Known(1, "C1", title, "received", words_of(title), set(people), set(levers))


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (known("Peers on the night line"), known("PEERS on the Night-line."), "they have the same title"),
        (
            known("Peers on the night line"),
            known("Peers on our night lines"),
            "their titles are nearly the same",
        ),
        (known("Supervision workbook"), known("Supervisoin workbook"), "their titles are nearly the same"),
        (
            known("Peers", (1,), (7,)),
            known("A pay band", (1, 2), (7,)),
            "the same presenter offers both, on the same levers",
        ),
        (
            known("Peers at night", (1,)),
            known("Night peers in jail", (1,)),
            "the same presenter offers both, with titles alike",
        ),
        (known("Peers", (1,), (7,)), known("A pay band", (1,), (8,)), None),
        (known("Peers", (1,)), known("A pay band", (1,)), None),
        (known("Supervision, year 1"), known("Supervision, year 2"), None),
        (known("Peers in the crisis line"), known("Peers in the court room"), None),
        (known("???"), known("!!!"), "they have the same title"),
    ],
)
def test_why_two_are_likely_the_same(one: Known, other: Known, why: str | None) -> None:
    assert why_same(one, other) == why_same(other, one) == why


@one_engine
def test_staff_are_told_and_say_that_it_is_not_so(client: Client, db_session: Db) -> None:
    makers.sign_in(client)
    one, other = (
        proposal(title="Peers on the night line"),
        proposal(State.NOT_NOW, title="Peers on our night lines"),
    )
    proposal(State.DRAFT, title="Peers on the night line")
    proposal(State.WITHDRAWN, title="Peers on the night line")
    proposal(title="A pay band")
    db_session.commit()
    assert client.get("/desk/proposals/").text.count("Likely twice") == 2
    page = client.get(desk_path(one)).text
    assert ("Likely the same thing" in page, "because their titles are nearly the same" in page) == (
        True,
        True,
    )
    assert client.submit(desk_path(one), {"other": other.code}, form="/apart").status_code == 303
    assert "Likely twice" not in client.get("/desk/proposals/").text
    page = client.get(desk_path(other)).text
    assert ("Likely the same thing" in page, "Alike, and not the same" in page) == (False, True)
    assert (
        client.submit(desk_path(other), {"other": one.code, "do": "same"}, form="/apart").status_code == 303
    )
    assert "Likely the same thing" in client.get(desk_path(one)).text
    token = client.submit(desk_path(one), {"other": "NOBODYS"}, form="/apart")
    assert token.status_code == 404


@one_engine
def test_a_few_queries_however_many(db_session: Db) -> None:
    add_first_terms(by="command")
    lever = terms(TermKind.LEVER)[0].id
    made: list[Proposal] = [proposal(title="Peers on the night line", term_ids=[lever]) for _ in range(12)]
    db_session.flush()
    with makers.statements() as sent:
        found = doubles(made)
    assert (len(sent), {len(others) for others in found.values()}) == (4, {11})
