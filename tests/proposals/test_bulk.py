"""Several proposals at once: what would happen to each, one action in the log, the way back, and files of the found ones."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from jam.audit.models import AuditEntry
from jam.base.errors import Refused
from jam.base.now import frozen, now
from jam.mail.jobs import deliver
from jam.mail.models import Letter
from jam.proposals import bulk, decisions
from jam.proposals.bulk import Deed, Wish
from jam.proposals.models import Proposal
from jam.proposals.rules import State
from tests import makers
from tests.cases_once import cases_once
from tests.clients import Client
from tests.proposals.offers import BY, proposal

Db = scoped_session[Session]


one_engine = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def desk(client: Client, db_session: Db) -> Client:
    makers.sign_in(client)
    return client


def act(desk: Client, made: list[Proposal], do: str, **typed: str) -> str:
    """Tick them, look at it, do it; returns the path of the page that tells what was done."""
    path = f"/desk/proposals/act?do={do}&" + "&".join(f"code={each.code}" for each in made)
    answer = desk.submit(path, {"codes": ",".join(each.code for each in made), **typed})
    assert answer.status_code == 303
    return answer.location or ""


@one_engine
def test_what_would_happen_is_told_for_each_before_anything_happens(desk: Client, db_session: Db) -> None:
    made = [proposal(State.RECEIVED, title="New"), proposal(State.IN_REVIEW, title="Being read")]
    told, later = proposal(State.NOT_NOW, title="Kept"), proposal(State.IN_REVIEW, title="Decided before")
    decisions.decide(later, State.NOT_NOW, "A careful word.", by=BY)
    stage = proposal(State.CONFIRMED, title="On stage")
    db_session.commit()

    def told_of(do: Deed) -> dict[str, tuple[str, bool]]:
        found = bulk.outlook([*made, told, later, stage], Wish(do))
        return {each.proposal.title: (each.words, each.refused) for each in found}

    assert told_of(Deed.ACCEPT) == {
        "New": ("It stays at “received” until you release the decision.", False),
        "Being read": ("It stays at “in review” until you release the decision.", False),
        "Kept": ("It stands at “not now” now, so this cannot be done. Reload the page to see it.", True),
        "Decided before": (
            "It is decided already, and not told: not now. Take that decision back first.",
            True,
        ),
        "On stage": (
            "It stands at “confirmed” now, so this cannot be done. Reload the page to see it.",
            True,
        ),
    }
    assert told_of(Deed.WITHDRAW)["On stage"] == (
        "It is withdrawn. Its slot is free again. Rosa Teague gets a letter.",
        False,
    )
    assert [words for words, refused in told_of(Deed.UNDECIDE).values() if not refused] == [
        "It is undecided again. Nobody was told."
    ]
    before = db_session.scalar(select(func.count()).select_from(AuditEntry))
    page = desk.get("/desk/proposals/act?do=accept&all=1").text
    assert "Accept 2 proposals, to be told later" in page
    assert "3 stay as they are" in page
    assert db_session.scalar(select(func.count()).select_from(AuditEntry)) == before


def test_accepted_together_and_told_together(desk: Client, db_session: Db) -> None:
    made = [proposal(State.IN_REVIEW, title=f"Number {n}") for n in range(10)]
    db_session.commit()
    done = act(desk, made, "accept", message="Members ask for these.")
    db_session.expire_all()
    assert {(each.state, each.decision, each.decision_message) for each in made} == {
        ("in-review", "accepted", "Members ask for these.")
    }
    batch = done.rpartition("/")[2]
    entries = db_session.scalars(select(AuditEntry).where(AuditEntry.batch == batch)).all()
    assert [each.action for each in entries] == ["proposals.decide"] * 10 + ["proposals.many"]
    assert "10 proposals decided: accepted" in desk.get(done).text
    waiting = [each.code for each in made]
    answer = desk.submit("/desk/proposals/release", {"code": waiting})
    assert answer.status_code == 303
    db_session.expire_all()
    assert {(each.state, each.decision) for each in made} == {("accepted", None)}
    assert "It cannot be undone" in desk.get(done).text


@cases_once(
    ("state", "do", "became"),
    [
        (State.RECEIVED, Deed.REVIEW, "in-review"),
        (State.RECEIVED, Deed.ACCEPT, "received"),
        (State.IN_REVIEW, Deed.NOT_NOW, "in-review"),
        (State.ACCEPTED, Deed.WITHDRAW, "withdrawn"),
    ],
)
def test_undone_in_time_nobody_hears_of_it(
    desk: Client, db_session: Db, state: State, do: Deed, became: str
) -> None:
    with frozen(now() - timedelta(days=9)):
        made = [proposal(state, title=f"Number {n}") for n in range(2)]
        db_session.commit()
        deliver()
    since = [each.state_at for each in made]
    newest = db_session.scalar(select(func.max(Letter.id)))
    done = act(desk, made, do)
    db_session.expire_all()
    assert [each.state for each in made] == [became] * 2
    deliver()
    assert desk.submit(done, {}, form="/undo").status_code == 303
    db_session.expire_all()
    assert [(each.state, each.decision, each.state_at) for each in made] == [
        (state, None, at) for at in since
    ]
    fresh = db_session.scalars(select(Letter).where(Letter.id > newest)).all()
    assert [each.state for each in fresh] == ["withdrawn"] * 2
    assert "It cannot be undone" in desk.get(done).text


def test_what_changed_since_or_was_told_stays(desk: Client, db_session: Db) -> None:
    made = [proposal(title=f"Number {n}") for n in range(3)]
    db_session.commit()
    done = act(desk, made, "review")
    decisions.decide(made[0], State.ACCEPTED, "", by=BY)
    letter = db_session.scalars(
        select(Letter).where(Letter.kind == "proposal-review", Letter.scope_id == made[1].id)
    ).one()
    letter.state, letter.sent_at = "sent", now()
    db_session.commit()
    page = desk.get(done).text
    assert ("Something was done to it since." in page, "The letter about it has left." in page) == (
        True,
        True,
    )
    desk.submit(done, {}, form="/undo")
    db_session.expire_all()
    assert [each.state for each in made] == ["in-review", "in-review", "received"]


@one_engine
def test_a_slot_that_was_given_up_is_not_taken_again(db_session: Db) -> None:
    made = proposal(State.SCHEDULED)
    done = bulk.do([made.code], Wish(Deed.WITHDRAW), by=BY)
    past = bulk.past(done.batch)
    assert past is not None
    assert [each.stays for each in bulk.changes(past)] == [
        "It had a slot, which is free now. Open it again and choose a slot."
    ]
    with pytest.raises(Refused, match="None of them can go back"):
        bulk.undo(past, by=BY)


@one_engine
def test_nothing_chosen_too_many_and_nonsense(desk: Client, db_session: Db) -> None:
    made = proposal(State.PRESENTED)
    db_session.commit()
    answer = desk.get("/desk/proposals/act?do=review&q=peers")
    assert (answer.status_code, answer.location) == (302, "/desk/proposals/?q=peers")
    assert desk.get(f"/desk/proposals/act?do=dance&code={made.code}").status_code == 400
    assert desk.get("/desk/proposals/act?do=review&code=NOBODYS,'").status_code == 404
    assert desk.get("/desk/proposals/done/0123").status_code == 404
    assert "This changes none of them" in desk.get(f"/desk/proposals/act?do=review&code={made.code}").text
    with pytest.raises(Refused, match="at most at once"):
        bulk.do([f"C{n}" for n in range(bulk.MOST + 1)], Wish(Deed.REVIEW), by=BY)
    with pytest.raises(Refused, match="cannot be done"):
        bulk.do([made.code], Wish(Deed.REVIEW), by=BY)


def test_the_list_is_sorted_and_goes_into_files(desk: Client, db_session: Db) -> None:
    with frozen(now() - timedelta(days=1)):
        proposal(title="Zebra crossings", organization="Alpha Clinic")
    proposal(State.IN_REVIEW, title="=Apples", name="Zoe Ames", organization="")
    proposal(State.DRAFT, title="A draft")
    db_session.commit()

    def order(query: str) -> list[str]:
        page = desk.get(f"/desk/proposals/?view=list&{query}").text
        titles = ("Zebra crossings</a>", "=Apples</a>", "A draft</a>")
        return [title[0] for title in sorted((t for t in titles if t in page), key=page.index)]

    assert order("") == order("sort=state") == order("sort=presenter") == ["Z", "="]
    assert order("sort=organization") == order("sort=nonsense") == ["Z", "="]
    assert order("sort=title") == order("sort=newest") == ["=", "Z"]
    text = desk.get("/desk/proposals.csv?state=in-review").data.decode("utf-8-sig").splitlines()
    assert len(text) == 2
    assert "'=Apples" in text[1]
    book = load_workbook(io.BytesIO(desk.get("/desk/proposals.xlsx").data))
    rows = list(book["Proposals"].iter_rows(values_only=True))
    assert [row[1] for row in rows] == ["Title", "Zebra crossings", "=Apples"]


@one_engine
def test_looking_costs_the_same_for_one_and_for_seven(desk: Client, db_session: Db) -> None:
    def cost(path: str) -> int:
        with makers.statements() as sent:
            assert desk.get(path).status_code == 200
        return len(sent)

    paths = ("/desk/proposals/act?do=withdraw&all=1", "/desk/proposals.csv")
    proposal(State.SCHEDULED)
    db_session.commit()
    one = [cost(path) for path in paths]
    for n in range(6):
        proposal(title=f"Number {n}")
    db_session.commit()
    assert [cost(path) for path in paths] == one
    done = bulk.do([each.code for each in db_session.scalars(select(Proposal))], Wish(Deed.WITHDRAW), by=BY)
    db_session.commit()
    assert cost(f"/desk/proposals/done/{done.batch}") <= 16
