"""Planning: accepted talks beside open slots, a look at what stands against a choice, and the same POST as everywhere."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session, scoped_session

from jam.proposals.rules import Kind, State
from jam.schedule import actions as schedule
from jam.schedule.given import EventFields, Slot
from jam.schedule.rules import ItemKind
from tests import makers
from tests.clients import Client
from tests.proposals.offers import in_days, proposal

Db = scoped_session[Session]

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def test_chosen_looked_at_and_put_there(client: Client, db_session: Db) -> None:
    makers.sign_in(client)
    event = makers.event(title="A Jam with room", starts_at=in_days(30))
    slots = [
        Slot(ItemKind.WELCOME, "Welcome", "", 5),
        Slot(ItemKind.TALK, "Talk to come", "", 12, is_open=True),
    ]
    schedule.edit_event(event, EventFields(title=event.title), [], slots, by="command")
    item = event.agenda[1]
    made = proposal(State.ACCEPTED, title="Peers at night", minutes=20)
    proposal(State.RECEIVED, title="Not accepted")
    proposal(State.ACCEPTED, title="Only shared", kind=Kind.SHARE)
    db_session.commit()
    page = client.get("/desk/proposals/plan").text
    assert [each in page for each in ("Peers at night", "Not accepted", "Only shared")] == [
        True,
        False,
        False,
    ]
    assert "They ticked no date" in page
    look = f"/desk/proposals/plan?put={made.code}&on={item.id}"
    page = client.get(look).text
    assert "Put “Peers at night” there?" in page
    assert "It was offered with 20 minutes; the slot has 12." in page
    assert (
        client.get(f"/desk/proposals/plan?put={made.code}&on=new-{event.id}").text.count("Put it there") == 1
    )
    answer = client.submit(look, {"slot": str(item.id), "back": "plan"}, form="/schedule")
    assert (answer.status_code, answer.location) == (303, "/desk/proposals/plan")
    db_session.expire_all()
    assert (made.state, made.agenda_item_id) == ("scheduled", item.id)
    page = client.get("/desk/proposals/plan").text
    assert ("Nothing waits for a date" in page, "Rosa Teague, Riverside Clinic" in page) == (True, True)
    for odd in (look, f"/desk/proposals/plan?put={made.code}&on=x", "/desk/proposals/plan?put=%00&on=1"):
        assert "is not free any more" in client.get(odd).text


def test_the_page_costs_the_same_for_one_and_for_ten(client: Client, db_session: Db) -> None:
    makers.sign_in(client)

    def cost() -> int:
        with makers.statements() as sent:
            assert client.get("/desk/proposals/plan").status_code == 200
        return len(sent)

    def some(start: int, number: int) -> None:
        for n in range(start, start + number):
            proposal(
                State.ACCEPTED, title=f"A talk {n}", event_ids=[makers.event(starts_at=in_days(20 + n)).id]
            )
        db_session.commit()

    some(0, 1)
    one = cost()
    some(1, 9)
    assert cost() == one <= 14
