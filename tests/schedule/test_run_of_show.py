"""The run of show on the desk: planned, moved about, printed, led by, begun from templates; what is for staff stays there."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import frozen
from jam.base.tokens import make
from jam.people.rules import AccountRole
from jam.schedule import actions, agendas, programs
from jam.schedule.given import Slot
from jam.schedule.models import AgendaItem, Event
from jam.schedule.rules import ItemKind, balance
from jam.schedule.slots import slots_of
from tests import makers
from tests.clients import Client
from tests.forms import forms_of
from tests.rows import every_row

NOVEMBER = makers.utc("2026-11-22 15:00")
DECEMBER_15 = makers.utc("2026-12-15 18:00")
PLAN = "/desk/sessions/jam-2026-12-15/"
PAGE = f"{PLAN}show"

one_engine = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def desk(client: Client, db_session: scoped_session[Session]) -> Client:
    """A client whose requests are an organizer's."""
    makers.sign_in(client)
    return client


def slot(title: str, minutes: int = 10, kind: ItemKind = ItemKind.TALK, **more: object) -> Slot:
    return Slot(kind, title, str(more.pop("speakers", "")), minutes, **more)  # type: ignore[arg-type]


def planned(*slots: Slot, published: bool = True) -> Event:
    """The Jam of December 15 at 1:00 p.m. Eastern with this run of show."""
    with frozen(NOVEMBER):
        made = makers.event(starts_at=DECEMBER_15, published=published)
        actions.set_agenda(made, slots, by="command")
        db.session.commit()
    return made


def now_planned(event: Event) -> list[tuple[int, str, str, int]]:
    db.session.expire_all()
    return [(item.position, item.title, item.speakers, item.minutes) for item in event.agenda]


def form_in(html: str) -> dict[str, list[str]]:
    """What the browser would send of the run of show."""
    return next(each.values for each in forms_of(html) if each.method == "post" and each.action == PAGE)


# --- planning ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (54, "54 of 60 minutes are planned, 6 are free."),
        (59, "59 of 60 minutes are planned, 1 is free."),
        (60, "All 60 minutes are planned."),
        (68, "68 minutes are planned, 8 too many: the session lasts 60."),
        (0, "0 of 60 minutes are planned, 60 are free."),
    ],
)
def test_the_minutes_add_up_in_words(minutes: int, words: str) -> None:
    assert balance(minutes, 60) == words


def test_items_get_clock_times_roles_and_notes(desk: Client) -> None:
    event = planned(slot("Welcome", 4, ItemKind.WELCOME), slot("A year of peers", 50, speakers="Ben Ode"))
    with frozen(NOVEMBER):
        page = desk.get(PAGE).text
        assert "54 of 60 minutes are planned, 6 are free." in page
        assert "1:00 p.m." in page
        assert "1:04 p.m." in page
        answer = desk.submit(
            PAGE, {"agenda-1-crew": "Host: Otis; tech: Rena", "agenda-1-notes": "Ben comes late."}, form=PAGE,
            follow_redirects=True,
        )  # fmt: skip
        assert "Saved. 54 of 60 minutes are planned, 6 are free." in answer.text
        sheet = desk.get(f"{PAGE}/print").text
        live = desk.get(f"{PAGE}/live").text
        plan = desk.get(PLAN).text
    for html in (answer.text, sheet, live, plan):
        assert "Host: Otis; tech: Rena" in html
        assert "Ben comes late." in html
    assert "<strong>Ola Desk</strong> changed the run of show: 2 items, 54 minutes." in plan
    assert now_planned(event) == [(1, "Welcome", "", 4), (2, "A year of peers", "Ben Ode", 50)]


def test_rows_are_moved_inserted_and_removed_before_anything_is_saved(desk: Client) -> None:
    event = planned(slot("One"), slot("Two"), slot("Three"))
    ids = [item.id for item in event.agenda]
    before = every_row()
    with frozen(NOVEMBER):
        form = form_in(desk.get(PAGE).text)
        for do, order in [
            ("up-2", ["One", "Three", "Two"]),
            ("down-0", ["Two", "One", "Three"]),
            ("remove-1", ["One", "Three"]),
            ("insert-0", ["One", "", "Two", "Three"]),
            ("add", ["One", "Two", "Three", ""]),
            ("up-0", ["One", "Two", "Three"]),
            ("down-9", ["One", "Two", "Three"]),
            ("dance", ["One", "Two", "Three"]),
        ]:
            page = desk.post(PAGE, data={**form, "do": do})
            assert page.status_code == 200
            shown = form_in(page.text)
            assert [shown[f"agenda-{n}-title"] for n in range(len(order))] == [[title] for title in order]
            assert "Not saved yet" in page.text
        assert every_row() == before
        desk.post(PAGE, data={**form, "do": "save", "agenda-0-place": "9", "agenda-1-title": "Zwei"})
    assert now_planned(event) == [(1, "Zwei", "", 10), (2, "Three", "", 10), (3, "One", "", 10)]
    assert [item.id for item in event.agenda] == [ids[1], ids[2], ids[0]]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"agenda-0-minutes": "61"}, "The agenda adds up to 61 minutes"),
        ({"agenda-0-minutes": ""}, "Enter how many minutes “One” takes."),
        ({"agenda-0-minutes": "-5"}, "An item lasts from 1 to 600 minutes."),
        ({"agenda-0-minutes": "ten"}, "Enter a whole number, such as 60."),
        ({"agenda-0-title": "", "agenda-0-speakers": "Ben Ode"}, "Give the item of Ben Ode a title."),
        ({"agenda-0-title": ""}, "Give each item a title."),
        ({"agenda-0-kind": "dance"}, "Not a valid choice"),
        ({"agenda-0-crew": "x" * 301}, "301 characters long"),
        ({"agenda-0-notes": "x" * 2001}, "2,001 characters long"),
    ],
)
@one_engine
def test_what_cannot_be_is_not_saved_and_stays_in_the_form(
    desk: Client, wrong: dict[str, str], sentence: str
) -> None:
    planned(slot("One"))
    with frozen(NOVEMBER):
        before = every_row()
        answer = desk.submit(PAGE, {"agenda-0-crew": "Typed with care", **wrong}, form=PAGE)
    assert answer.status_code == 400
    assert sentence in answer.text
    assert "agenda-0-crew" in wrong or "Typed with care" in answer.text
    assert every_row() == before


@one_engine
def test_a_draft_may_be_too_long_for_a_while_but_is_not_published_so(desk: Client) -> None:
    event = planned(slot("One"), published=False)
    with frozen(NOVEMBER):
        answer = desk.submit(PAGE, {"agenda-0-minutes": "68"}, form=PAGE, follow_redirects=True)
        assert "Saved. 68 minutes are planned, 8 too many: the session lasts 60." in answer.text
        refused = desk.submit(f"{PLAN}publish", form="/publish")
    assert refused.status_code == 400
    assert "The agenda adds up to 68 minutes, but the session lasts 60." in refused.text
    db.session.expire_all()
    assert event.state == "draft"


def test_two_who_write_at_once_lose_nothing_and_learn_of_each_other(desk: Client, app: Flask) -> None:
    event = planned(slot("One"), slot("Two"))
    with frozen(NOVEMBER):
        mine = form_in(desk.get(PAGE).text)
        actions.lock(event)
        other = makers.account(AccountRole.ADMIN, name="Otis Marchand")
        actions.set_agenda(event, [slot("One", 12, speakers="Ana Lee")], by=f"account:{other.id}")
        db.session.commit()
        answer = desk.post(PAGE, data={**mine, "do": "save", "agenda-1-notes": "Mine."})
        assert answer.status_code == 409
        assert (
            "Otis Marchand changed this run of show on November 22, 2026, 10:00 a.m. Eastern" in answer.text
        )
        assert "Mine." in answer.text
        assert "Ana Lee" in answer.text
        assert now_planned(event) == [(1, "One", "Ana Lee", 12)]
        again = form_in(answer.text)
        assert desk.post(PAGE, data={**again, "do": "save"}).status_code == 303
    assert now_planned(event) == [(1, "One", "", 10), (2, "Two", "", 10)]


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_whoever_waits_for_the_lock_sees_what_was_saved_meanwhile(app: Flask, db_session: scoped_session[Session]) -> None:  # fmt: skip
    event = planned(slot("One"))
    assert slots_of(event)[0].title == "One"
    with db.engine.begin() as colleague:
        colleague.execute(update(AgendaItem).values(title="Uno"))
    actions.lock(event)
    assert slots_of(event)[0].title == "Uno"


@one_engine
def test_the_same_change_by_two_is_no_conflict(desk: Client) -> None:
    event = planned(slot("One"))
    with frozen(NOVEMBER):
        mine = form_in(desk.get(PAGE).text)
        actions.lock(event)
        actions.set_agenda(event, [slot("Uno", id=event.agenda[0].id)], by="command")
        db.session.commit()
        assert desk.post(PAGE, data={**mine, "do": "save", "agenda-0-title": "Uno"}).status_code == 303


# --- what others see --------------------------------------------------------------------------------------------------


@one_engine
def test_what_is_for_staff_shows_nowhere_else(client: Client, db_session: scoped_session[Session]) -> None:
    event = planned(
        slot("A talk", speakers="Ben Ode", crew="Leakyhost", notes="Leakynote"),
        slot("Leakywork", is_open=True, crew="Leakyhost", notes="Leakynote"),
    )
    with frozen(NOVEMBER):
        seat = makers.registration(event)
        db.session.commit()
        token = make("me", seat.person.id, seat.person.link_version)
        page = client.get(f"/sessions/{event.slug}").text
        assert "To be announced" in page
        for path in (
            "/", "/sessions/", "/sessions/?q=leakywork", f"/sessions/{event.slug}", "/programs/jam", "/calendar/all.ics",
            "/calendar/program/jam.ics", f"/sessions/{event.slug}.ics", "/recordings.atom", f"/me/{token}", "/statistics",
            f"/sessions/{event.slug}/register",
        ):  # fmt: skip
            html = client.get(path, follow_redirects=True).text.replace("q=leakywork", "").replace('value="leakywork"', "")  # fmt: skip
            assert "leaky" not in html.lower(), path
        assert "No session" in client.get("/sessions/?q=leakywork").text
    with frozen(makers.utc("2026-12-16 18:00")):
        assert "To be announced" not in client.get(f"/sessions/{event.slug}").text


@one_engine
def test_a_slot_is_open_until_somebody_speaks_in_it_and_again_when_nobody_does(
    db_session: scoped_session[Session],
) -> None:
    event = planned(slot("Second talk", is_open=True, crew="Host: Otis", notes="Keep it short."))
    [item] = event.agenda
    # Whoever puts a talk there says what is read in public, and nothing of what staff wrote.
    actions.set_agenda(event, [slot("Peers, paid", speakers="Ana Lee")], by="command")
    assert (item.title, item.is_open, item.crew, item.notes) == ("Peers, paid", False, "Host: Otis", "Keep it short.")  # fmt: skip
    actions.set_agenda(event, [slot("Talk to come")], by="command")
    db.session.commit()
    assert [(each.id, each.shown_title, each.notes) for each in event.agenda] == [
        (item.id, "To be announced", "Keep it short.")
    ]


# --- templates --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "minutes"), [("jam-60", 60), ("echo-90", 90), ("echo-60", 60)])
def test_templates_of_jam_fill_their_time(key: str, minutes: int) -> None:
    [found] = [each for each in agendas.OURS if each.key == key]
    assert found.minutes == minutes


def test_a_template_keeps_who_speaks_and_says_what_finds_no_place() -> None:
    over = [
        slot("Hello", 5, ItemKind.WELCOME, notes="Captions.", id=1),
        slot("A", speakers="Ana", id=2),
        slot("B", speakers="Ben", id=3),
        slot("C", speakers="Cal", id=4),
    ]
    laid = agendas.lay(over, agendas.OURS[0])
    assert [(each.id, each.title, each.speakers, each.minutes, each.is_open) for each in laid.slots] == [
        (1, "Welcome", "", 4, False),
        (0, "Policy update", "", 8, True),
        (2, "A", "Ana", 18, False),
        (3, "B", "Ben", 12, False),
        (0, "Your questions", "", 13, False),
        (0, "One thing to do before the next Jam", "", 5, False),
    ]
    assert laid.slots[0].notes == "Captions."
    assert laid.left_out == [over[3]]


def test_a_template_is_shown_before_it_stands(desk: Client) -> None:
    event = planned(slot("A", speakers="Ana Lee"), slot("Panel", kind=ItemKind.DIDACTIC, speakers="Cal Roe"))
    with frozen(NOVEMBER):
        before = every_row()
        page = desk.get(f"{PAGE}/template?template=jam-60").text
        assert "These have no place in it and would go" in page
        assert "Cal Roe" in page
        assert every_row() == before
        answer = desk.submit(f"{PAGE}/template?template=jam-60", form="/template", follow_redirects=True)
        assert "“Jam, 60 minutes” stands in the run of show." in answer.text
        assert now_planned(event)[2] == (3, "A", "Ana Lee", 18)
        too_long = desk.submit(f"{PAGE}/template?template=echo-90", form="/template")
        assert too_long.status_code == 400
        assert "The agenda adds up to 90 minutes" in too_long.text
        assert desk.get(f"{PAGE}/template?template=own-99").status_code == 404
        assert "put a template over the run of show: 6 items, 60 minutes." in desk.get(PLAN).text


def test_staff_keep_templates_and_new_drafts_begin_with_one(desk: Client) -> None:
    event = planned(
        slot("Hello", 5, ItemKind.WELCOME, crew="Host", notes="Captions."), slot("A", speakers="Ana")
    )
    keep = f"{PAGE}/keep"
    with frozen(NOVEMBER):
        answer = desk.submit(keep, {"name": " One  talk "}, follow_redirects=True)
        assert "“One talk” is kept." in answer.text
        assert desk.submit(keep, {"name": "one talk"}).status_code == 400
        assert desk.submit(keep, {"name": "JAM, 60 minutes"}).status_code == 400
        assert desk.submit(keep, {"name": ""}).status_code == 400
        assert desk.submit(keep, {"name": "One talk", "instead": "y"}).status_code == 303
        own = agendas.templates(event.program)[0]
        assert [(each.title, each.speakers, each.is_open, each.notes) for each in own.slots] == [
            ("Hello", "", False, "Captions."),
            ("Talk", "", True, ""),
        ]
        answer = desk.submit(
            "/desk/programs/jam/templates", {"template": own.key}, form="/first", follow_redirects=True
        )
        assert "New drafts of Workforce Solutions Jam begin with “One talk”." in answer.text
        made = programs.generate(event.program, 2, by="command")
        assert [[item.title for item in each.agenda] for each in made] == [["Hello", "Talk"]] * len(made)
        db.session.commit()
        answer = desk.submit("/desk/programs/jam/templates", form="/delete", follow_redirects=True)
        assert "“One talk” is deleted." in answer.text
        assert event.program.template is None
        assert desk.post("/desk/programs/jam/templates/jam-60/delete").status_code in (400, 404)
    assert db.session.query(AgendaItem).count() == 2 + 2 * len(made)


@one_engine
def test_nothing_is_kept_of_an_empty_run_of_show(db_session: scoped_session[Session]) -> None:
    event = planned()
    with pytest.raises(Refused, match="There is nothing to keep yet"):
        agendas.keep(
            event.program, "Empty", slots_of(event), with_speakers=False, instead=False, by="command"
        )
