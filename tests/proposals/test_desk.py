"""The desk: finding proposals, reading, asking, deciding now and telling later, a slot with what stands against it."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.orm import Session, scoped_session

from jam.base.now import frozen, now
from jam.mail.actions import release as let_go
from jam.mail.models import Letter
from jam.proposals import decisions, jobs
from jam.proposals.models import Presenter, Proposal, proposal_term
from jam.proposals.presenters import Other
from jam.proposals.rules import Format, Kind, State
from jam.schedule import actions as schedule
from jam.schedule.given import EventFields, Slot
from jam.schedule.models import AgendaItem
from jam.schedule.rules import ItemKind
from jam.vocabulary.actions import add_first_terms
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind as TermKind
from tests import makers
from tests.clients import Client
from tests.forms import forms_of
from tests.proposals.offers import desk_path, in_days, proposal

Db = scoped_session[Session]
BY = "command"


@pytest.fixture
def desk(client: Client, db_session: Db) -> Client:
    makers.sign_in(client)
    return client


def letters(db_session: Db, *kinds: str) -> list[tuple[str, str]]:
    query = select(Letter).where(Letter.kind.in_(kinds)).order_by(Letter.id)
    return [(each.kind, each.state) for each in db_session.scalars(query)]


def step(desk: Client, made: Proposal, do: str) -> None:
    found = desk.submit(desk_path(made), {"do": do}, form="/step")
    assert found.status_code == 303


def test_the_board_shows_what_stands_where_and_no_drafts(desk: Client, db_session: Db) -> None:
    made = {state: proposal(state, title=f"About {state.replace('-', ' ')}") for state in State}
    db_session.commit()
    page = desk.get("/desk/proposals/").text
    assert [state for state in State if f"About {state.replace('-', ' ')}" in page] == [
        state for state in State if state is not State.DRAFT
    ]
    assert desk.get(desk_path(made[State.DRAFT])).status_code == 404
    for state, each in made.items():
        if state is not State.DRAFT:
            assert desk.get(desk_path(each)).status_code == 200


def test_filters_find_what_they_say(desk: Client, db_session: Db) -> None:
    add_first_terms(by=BY)
    lever, focus = terms(TermKind.LEVER)[0], terms(TermKind.FOCUS_AREA)[0]
    event = makers.event(title="A Jam")
    with frozen(now() - timedelta(days=40)):
        proposal(title="Old one", name="Ines Okafor", organization="Harbor House")
    proposal(title="Tagged", term_ids=[lever.id, focus.id], event_ids=[event.id])
    proposal(State.IN_REVIEW, title="A panel", format=Format.PANEL)
    proposal(title="A gift", kind=Kind.SHARE, format=Format.RESOURCE)
    db_session.commit()
    every = ["Old one", "Tagged", "A panel", "A gift"]

    def shown(query: str) -> list[str]:
        page = desk.get(f"/desk/proposals/?{query}").text
        return [title for title in every if f">{title}</a>" in page]

    assert shown("") == every
    assert (
        shown(f"lever={lever.slug}")
        == shown(f"focus={focus.slug}")
        == shown(f"when={event.slug}")
        == ["Tagged"]
    )
    assert shown("state=in-review") == shown("format=panel") == ["A panel"]
    assert shown("kind=share") == ["A gift"]
    assert shown("age=month") == shown("q=harbor") == shown("q=okafor+old") == ["Old one"]
    assert shown("place=OH") == every
    assert shown("place=TX") == []
    assert shown("state=received&age=week") == ["Old one"]
    assert shown("q=%25") == []
    for odd in (
        "state=draft",
        "state=nonsense",
        "age=x",
        "lever=%00",
        "sector=999999999999",
        "sector=²",
        "page=-1",
    ):
        assert desk.get(f"/desk/proposals/?{odd}").status_code == 200


def test_decided_now_and_told_later_together(desk: Client, db_session: Db) -> None:
    made = [proposal(State.IN_REVIEW, title=f"Number {n}") for n in range(3)]
    db_session.commit()
    for each, decision in zip(made, ("accepted", "not-now", "accepted"), strict=True):
        answer = desk.submit(
            desk_path(each), {"decision": decision, "message": "With a word."}, form="/decide"
        )
        assert answer.status_code == 303
    db_session.expire_all()
    assert [each.state for each in made] == ["in-review"] * 3
    kinds = ("proposal-accepted", "proposal-not-now")
    assert [state for _, state in letters(db_session, *kinds)] == ["draft"] * 3
    page = desk.get("/desk/proposals/release").text
    assert all(f"Number {n}" in page for n in range(3))
    told = desk.submit("/desk/proposals/release", {"code": [made[0].code, made[1].code]})
    assert told.status_code == 303
    db_session.expire_all()
    assert [each.state for each in made] == ["accepted", "not-now", "in-review"]
    assert letters(db_session, *kinds) == [
        ("proposal-accepted", "due"), ("proposal-not-now", "due"), ("proposal-accepted", "draft"),
    ]  # fmt: skip
    batches = db_session.scalars(select(Letter.batch).where(Letter.state == "due", Letter.kind.in_(kinds)))
    assert len(set(batches)) >= 1
    step(desk, made[2], "undecide")
    db_session.expire_all()
    assert (made[2].decision, letters(db_session, "proposal-accepted")[-1][1]) == (None, "withdrawn")


def test_decided_anew_there_is_one_letter_with_the_newest_words(desk: Client, db_session: Db) -> None:
    made = proposal(State.IN_REVIEW)
    decisions.decide(made, State.ACCEPTED, "First words.", by=BY)
    decisions.decide(made, State.NOT_NOW, "Second <b>words</b>.", by=BY)
    decisions.decide(made, State.NOT_NOW, "Second <b>words</b>.", by=BY)
    decisions.release([made], by=BY)
    decisions.release([made], by=BY)
    db_session.commit()
    assert letters(db_session, "proposal-accepted", "proposal-not-now") == [
        ("proposal-accepted", "withdrawn"), ("proposal-not-now", "due"),
    ]  # fmt: skip
    [letter] = db_session.scalars(select(Letter).where(Letter.kind == "proposal-not-now"))
    assert "Second &lt;b&gt;words&lt;/b&gt;." in letter.html


def test_a_letter_let_go_from_the_outbox_tells_the_decision_too(app: Flask, db_session: Db) -> None:
    made = proposal(State.IN_REVIEW)
    decisions.decide(made, State.ACCEPTED, "", by=BY)
    assert jobs.follow_letters() == 0
    let_go(db_session.scalars(select(Letter).where(Letter.kind == "proposal-accepted")), by=BY)
    assert (jobs.follow_letters(), jobs.follow_letters()) == (1, 0)
    db_session.commit()
    assert (made.state, made.decision) == ("accepted", None)
    assert letters(db_session, "proposal-accepted") == [("proposal-accepted", "due")]


def test_a_question_starts_the_review(desk: Client, db_session: Db) -> None:
    made = proposal()
    db_session.commit()
    assert desk.submit(desk_path(made), {"question": ""}, form="/ask").status_code == 400
    assert desk.submit(desk_path(made), {"question": "Since when?"}, form="/ask").status_code == 303
    db_session.expire_all()
    assert made.state == "in-review"
    assert letters(db_session, "proposal-review", "proposal-question") == [("proposal-question", "due")]


def test_an_accepted_one_goes_on_a_slot_and_into_the_agenda(desk: Client, db_session: Db) -> None:
    event = makers.event(title="A Jam with a slot", starts_at=in_days(40))
    agenda = [
        Slot(ItemKind.WELCOME, "Welcome", "", 5),
        Slot(ItemKind.TALK, "Talk to come", "", 12),
        Slot(ItemKind.DISCUSSION, "Your questions", "", 13),
    ]
    schedule.edit_event(event, EventFields(title=event.title), [], agenda, by=BY)
    made = proposal(State.ACCEPTED, others=(Other("Cal Roe", "cal@clinic.example"),))
    item = event.agenda[1].id
    db_session.commit()
    choose = desk_path(made, "/schedule")
    assert event.slug in desk.get(choose).text
    page = desk.get(f"{choose}?event={event.slug}").text
    assert "It was offered with 15 minutes; the slot has 12." in page
    assert desk.submit(f"{choose}?event={event.slug}", {"slot": str(item)}).status_code == 303
    db_session.expire_all()
    assert (made.state, made.agenda_item_id) == ("scheduled", item)
    assert [(each.title, each.speakers, each.minutes) for each in event.agenda] == [
        ("Welcome", "", 5),
        ("Peers on the night line", "Rosa Teague, Riverside Clinic", 12),
        ("Your questions", "", 13),
    ]
    [letter] = db_session.scalars(select(Letter).where(Letter.kind == "proposal-scheduled"))
    assert "for 12 minutes" in letter.text
    # A new slot on the same day goes before the discussion, and the first one is free again.
    assert desk.submit(f"{choose}?event={event.slug}", {"slot": "new", "minutes": "20"}).status_code == 303
    db_session.expire_all()
    assert [(each.title, each.minutes) for each in event.agenda] == [
        ("Welcome", 5), ("Talk to come", 12), ("Peers on the night line", 20), ("Your questions", 13),
    ]  # fmt: skip
    assert letters(db_session, "proposal-scheduled") == [
        ("proposal-scheduled", "withdrawn"),
        ("proposal-scheduled", "due"),
    ]
    step(desk, made, "unschedule")
    db_session.expire_all()
    assert (made.state, made.agenda_item_id) == ("accepted", None)
    assert [each.title for each in event.agenda].count("Talk to come") == 2


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_cannot_be_is_refused(desk: Client, db_session: Db) -> None:
    event = makers.event(title="A short Jam", starts_at=in_days(40), minutes=30)
    first, second = proposal(State.SCHEDULED, at=event), proposal(State.ACCEPTED, title="Second")
    db_session.commit()
    choose = f"{desk_path(second, '/schedule')}?event={event.slug}"
    long = desk.submit(choose, {"slot": "new", "minutes": "20"})
    assert (long.status_code, "adds up to 35 minutes" in long.text) == (400, True)
    wrong = desk.submit(choose, {"slot": str(first.agenda_item_id)})
    assert (wrong.status_code, "has been taken meanwhile" in wrong.text) == (400, True)
    taken = db_session.get_one(AgendaItem, first.agenda_item_id)
    assert first.state == "scheduled"
    assert taken.title == first.title
    early = proposal(title="Early")
    db_session.commit()
    assert desk.get(desk_path(early, "/schedule")).status_code == 303
    token = forms_of(desk.get(desk_path(early)).text)[0].values["csrf_token"][0]
    for do in ("present", "confirm", "unschedule", "reopen"):
        page = desk.post(
            desk_path(early, "/step"), data={"csrf_token": token, "do": do}, follow_redirects=True
        )
        assert "so this cannot be done" in page.text
    assert desk.post(desk_path(early, "/step"), data={"csrf_token": token, "do": "delete"}).status_code == 400
    db_session.expire_all()
    assert early.state == "received"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_slot_on_which_somebody_else_speaks_is_not_offered(desk: Client, db_session: Db) -> None:
    event = makers.event(title="A Jam", starts_at=in_days(40))
    agenda = [
        Slot(ItemKind.TALK, "Another talk", "Ben Ode", 15),
        Slot(ItemKind.TALK, "Nights", "Rosa Teague, Riverside Clinic", 15),
    ]
    schedule.edit_event(event, EventFields(title=event.title), [], agenda, by=BY)
    made = proposal(State.ACCEPTED)
    db_session.commit()
    page = desk.get(f"{desk_path(made, '/schedule')}?event={event.slug}").text
    assert "Rosa Teague, Riverside Clinic stands there now" in page
    assert "Ben Ode" not in page


def test_an_edited_agenda_keeps_the_slot_and_a_deleted_one_frees_it(desk: Client, db_session: Db) -> None:
    event = makers.event(title="A Jam", starts_at=in_days(40))
    made = proposal(State.CONFIRMED, at=event)
    item = made.agenda_item_id
    mine = Slot(ItemKind.TALK, made.title, "Rosa Teague, Riverside Clinic", 20)
    welcome = Slot(ItemKind.WELCOME, "Welcome", "", 5)
    schedule.edit_event(event, EventFields(title=event.title), [], [welcome, mine], by=BY)
    db_session.commit()
    assert (made.agenda_item_id, made.state) == (item, "confirmed")
    assert [(each.position, each.title, each.minutes) for each in event.agenda] == [
        (1, "Welcome", 5),
        (2, made.title, 20),
    ]
    schedule.edit_event(event, EventFields(title=event.title), [], [welcome], by=BY)
    db_session.commit()
    db_session.expire_all()
    assert (made.agenda_item_id, made.state) == (None, "accepted")
    assert letters(db_session, "proposal-unscheduled") == [("proposal-unscheduled", "due")]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_draft_session_lets_go_before_it_is_deleted(db_session: Db) -> None:
    event = makers.event(title="A draft", published=False)
    made = proposal(State.SCHEDULED, at=event)
    schedule.delete_draft(event, by=BY)
    db_session.commit()
    db_session.expire_all()
    assert (made.state, made.agenda_item_id) == ("accepted", None)


def test_presented_ones_are_thanked_and_only_after_the_session(desk: Client, db_session: Db) -> None:
    made = proposal(State.CONFIRMED)
    db_session.commit()
    assert "Mark as presented" not in desk.get(desk_path(made)).text
    event = made.event
    assert event is not None
    event.starts_at, event.ends_at = now() - timedelta(hours=2), now() - timedelta(hours=1)
    db_session.commit()
    step(desk, made, "present")
    db_session.expire_all()
    assert made.state == "presented"
    assert letters(db_session, "proposal-presented") == [("proposal-presented", "due")]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_rehearsal_and_link_stand_on_the_page(desk: Client, db_session: Db) -> None:
    made = proposal(State.SCHEDULED)
    db_session.commit()
    path = desk_path(made, "/prepare")
    half = desk.submit(path, {"day": "2027-01-12", "clock": "", "panelist_url": ""})
    assert (half.status_code, "Enter both the day and the time" in half.text) == (400, True)
    assert (
        desk.submit(path, {"day": "", "clock": "", "panelist_url": "javascript:alert(1)"}).status_code == 400
    )
    whole = {"day": "2027-01-12", "clock": "13:00", "panelist_url": "https://zoom.example/w/1"}
    assert desk.submit(path, whole).status_code == 303
    db_session.expire_all()
    assert made.rehearsal_at == makers.utc("2027-01-12 18:00")
    assert made.panelist_url == "https://zoom.example/w/1"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_page_costs_the_same_for_one_and_for_three(desk: Client, db_session: Db) -> None:
    def cost(path: str) -> int:
        with makers.statements() as sent:
            assert desk.get(path).status_code == 200
        return len(sent)

    def some() -> None:
        for state in (State.RECEIVED, State.IN_REVIEW, State.SCHEDULED):
            made = proposal(state, others=(Other("Cal Roe", makers.person().address or ""),))
            assert made.presenters
        decisions.decide(proposal(State.IN_REVIEW), State.ACCEPTED, "", by=BY)

    some()
    db_session.commit()
    paths = ("/desk/proposals/", "/desk/proposals/?state=received", "/desk/proposals/?state=scheduled")
    one = [cost(path) for path in paths]
    some(), some()
    db_session.commit()
    assert [cost(path) for path in paths] == one
    assert max(one) <= 36


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_two_thousand_proposals_are_no_burden(desk: Client, db_session: Db) -> None:
    add_first_terms(by=BY)
    who, present = makers.person(), now()
    db_session.flush()
    states = [state for state in State if state is not State.DRAFT]
    db_session.execute(
        insert(Proposal),
        [
            {"id": n, "code": f"C{n:06}", "kind": "present", "state": states[n % len(states)], "title": f"Proposal {n}",
             "story": "It worked.", "links": [], "created_at": present, "state_at": present - timedelta(hours=n)}
            for n in range(1, 2001)
        ],
    )  # fmt: skip
    db_session.execute(
        insert(Presenter),
        [{"proposal_id": n, "person_id": who.id, "position": 1, "name": "Ana Lee", "saying": "confirmed"}
         for n in range(1, 2001)],
    )  # fmt: skip
    levers = terms(TermKind.LEVER)
    db_session.execute(
        insert(proposal_term), [{"proposal_id": n, "term_id": levers[n % 7].id} for n in range(1, 2001)]
    )
    db_session.commit()
    paths = ("", f"?lever={levers[0].slug}&q=worked", "?state=received&page=3")
    for path in paths:
        began = time.perf_counter()
        with makers.statements() as sent:
            assert desk.get(f"/desk/proposals/{path}").status_code == 200
        took = time.perf_counter() - began
        print(f"/desk/proposals/{path}: {took:.2f} s, {len(sent)} statements")
        assert took < 3
        assert len(sent) <= 28


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_every_step_stands_in_the_log(db_session: Db) -> None:
    from jam.audit.queries import history

    made = proposal(State.PRESENTED)
    db_session.commit()
    done = [entry.action.partition(".")[2] for entry, _ in reversed(history("proposal", made.id))]
    assert done == ["offer", "send", "review", "decide", "accept", "schedule", "confirm", "present"]
