"""Who was on the stage, what is missing there, and who could fill it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session, scoped_session

from jam.base.now import frozen, now
from jam.interest import actions as interest
from jam.interest.models import Wish
from jam.interest.rules import Way
from jam.people.actions import Details
from jam.privacy.actions import erase
from jam.proposals import gaps
from jam.proposals.gaps import Of
from jam.proposals.models import Presenter, Proposal, proposal_term
from jam.proposals.rules import State
from jam.vocabulary.actions import add_first_terms
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind as TermKind
from tests import makers
from tests.clients import Client
from tests.proposals.offers import proposal

Db = scoped_session[Session]


def named(of: Of, slug: str) -> list[tuple[str, str]]:
    """Who is suggested for a gap, and the first words of why."""
    row = next(row for row in gaps.maps()[of].rows if row.term.slug == slug)
    found = gaps.suggestions(9).get((of, gaps.key_of(row)), [])
    return [(each.who, each.why) for each in found]


@pytest.fixture
def november() -> Iterator[None]:
    with frozen(makers.utc("2026-11-22 15:00")):
        yield


@pytest.mark.usefixtures("november")
def test_gaps_name_who_could_fill_them_and_why(client: Client, db_session: Db) -> None:
    add_first_terms(by="command")
    payment, policy = terms(TermKind.LEVER)[1], terms(TermKind.LEVER)[0]
    provider, plan = terms(TermKind.SECTOR)[0], terms(TermKind.SECTOR)[4]
    with frozen(makers.utc("2026-06-03 15:00")):
        proposal(State.NOT_NOW, title="Paid for the hour", name="Kay Kept", term_ids=[payment.id])
        talk = proposal(State.PRESENTED, title="Paid for driving", name="Pia Past", term_ids=[payment.id])
    talk.lead.sector_id = provider.id
    proposal(State.ACCEPTED, title="Paid for notes", name="Ada Acc", term_ids=[payment.id])
    proposal(State.WITHDRAWN, title="Paid for nothing", name="Wim Gone", term_ids=[payment.id])
    proposal(State.DRAFT, title="Paid in a draft", name="Dee Draft", term_ids=[payment.id])
    interest.take_part(
        "wes@plan.example", Details("Wes Wish", sector_id=plan.id, state="TX"), {Way.PRESENT, Way.NEWS}, ""
    )
    interest.take_part("ned@plan.example", Details("Ned News", sector_id=plan.id, state="TX"), {Way.NEWS}, "")
    db_session.commit()
    assert named(Of.LEVER, payment.slug) == [
        ("Ada Acc", "“Paid for notes” is accepted and waits for a date"),
        ("Pia Past", "presented about it on Wednesday, June 3, 2026"),
        ("Kay Kept", "“Paid for the hour” is kept since Wednesday, June 3, 2026"),
    ]
    assert named(Of.LEVER, policy.slug) == []
    assert [who for who, _ in named(Of.PLACE, "TX")] == ["Wes Wish"]
    assert [who for who, _ in named(Of.SECTOR, plan.slug)] == ["Wes Wish"]
    found = gaps.maps()
    assert [(row.term.name, row.held) for row in found[Of.SECTOR].with_something().rows] == [
        ("Provider organization", 1)
    ]
    assert [(row.term.name, row.held) for row in found[Of.PLACE].with_something().rows] == [("Ohio", 1)]
    missing = [each.row.term.name for each in gaps.gaps(Of.PLACE, found[Of.PLACE], gaps.suggestions())]
    assert (missing[0], "Ohio" in missing, len(missing)) == ("Texas", False, len(found[Of.PLACE].rows) - 1)
    makers.sign_in(client)
    page = client.get("/desk/coverage/people").text
    assert ("Wes Wish" in page, "Ned News" in page, "Wim Gone" in page, "Dee Draft" in page) == (
        True,
        False,
        False,
        False,
    )
    assert (
        "Pia Past: Paid for driving"
        in client.get("/desk/coverage/people?of=place&term=OH&month=2026-06").text
    )
    assert "Kay Kept" in client.get(f"/desk/coverage/people?of=lever&term={payment.slug}").text
    for odd in ("of=lever&term=x", "of=x&term=payment", "of=place&term=%00", "of=place&term=OH&month=x"):
        assert client.get(f"/desk/coverage/people?{odd}").status_code == 200


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_who_was_erased_is_suggested_for_nothing(db_session: Db) -> None:
    add_first_terms(by="command")
    payment = terms(TermKind.LEVER)[1]
    with frozen(now() - timedelta(days=90)):
        kept = proposal(State.NOT_NOW, name="Kay Kept", term_ids=[payment.id])
        past = proposal(State.PRESENTED, name="Pia Past", term_ids=[payment.id])
    interest.take_part("wes@plan.example", Details("Wes Wish", state="TX"), {Way.PRESENT}, "")
    wes = db_session.scalars(select(Wish)).one().person
    for person in (kept.lead.person, past.lead.person, wes):
        erase(person, by="command")
    db_session.commit()
    assert gaps.suggestions() == {}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("number", [1, 2000])
def test_gaps_cost_the_same_for_one_and_for_two_thousand(client: Client, db_session: Db, number: int) -> None:
    makers.sign_in(client)
    add_first_terms(by="command")
    who, present, levers = makers.person(), now(), terms(TermKind.LEVER)
    sectors = terms(TermKind.SECTOR)
    pool = ["accepted", "received", "in-review", "not-now", "withdrawn"]
    db_session.execute(
        insert(Proposal),
        [
            {"id": n, "code": f"C{n:06}", "kind": "present", "state": pool[n % 5], "title": f"Proposal {n}",
             "story": "It worked.", "links": [], "created_at": present, "state_at": present - timedelta(hours=n)}
            for n in range(1, number + 1)
        ],
    )  # fmt: skip
    db_session.execute(
        insert(Presenter),
        [{"proposal_id": n, "person_id": who.id, "position": 1, "name": "Ana Lee", "saying": "confirmed",
          "state": ("OH", "TX", "ME")[n % 3], "sector_id": sectors[n % 11].id} for n in range(1, number + 1)],
    )  # fmt: skip
    db_session.execute(
        insert(proposal_term),
        [{"proposal_id": n, "term_id": levers[n % 7].id} for n in range(1, number + 1)],
    )
    db_session.commit()
    with makers.statements() as sent:
        assert client.get("/desk/coverage/people").status_code == 200
    assert len(sent) == 12
