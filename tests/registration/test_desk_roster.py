"""The staff's roster: counts that add up, search and filters, changes by hand, and a file that runs nothing."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.base.now import frozen
from jam.mail.models import Letter
from jam.mail.rules import State as LetterState
from jam.people.models import Address, Person
from jam.people.rules import AccountRole
from jam.registration import actions
from jam.registration.models import Registration
from jam.registration.rules import Source, Status
from jam.schedule.models import Event
from jam.vocabulary.actions import add_first_terms
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind
from tests import makers
from tests.cases_once import cases_once
from tests.clients import Client
from tests.worlds import made_once

NOVEMBER = makers.utc("2026-11-22 15:00")
PEOPLE = "/desk/sessions/jam-2026-12-15/people"


@pytest.fixture
def desk(client: Client, db_session: scoped_session[Session]) -> Client:
    """A client whose requests are an organizer's."""
    makers.sign_in(client)
    return client


@made_once
def make_event() -> int:
    add_first_terms(by="command")
    sector = terms(Kind.SECTOR)[0].id
    made = makers.event(starts_at=makers.utc("2026-12-15 18:00"))
    makers.registration(
        made,
        "ana@clinic.example",
        "Ana Lee",
        organization="Riverside Clinic",
        sector_id=sector,
        state="OH",
    )
    makers.registration(made, "ben@state.example", "Ben Ode", organization="Ohio 100% Health", state="OH")
    cai = makers.registration(made, "cai@clinic.example", "Cai Abe", state="TX")
    actions.cancel(cai, by="person:3")
    other = makers.event(starts_at=makers.utc("2027-01-19 18:00"))
    makers.registration(other, "dee@elsewhere.example", "Dee Elsewhere", organization="Riverside Clinic")
    db.session.commit()
    return made.id


@pytest.fixture
def event(db_session: scoped_session[Session]) -> Event:
    """The Jam of December 15, with ana, ben and cai; cai gave the seat back."""
    with frozen(NOVEMBER):
        return db.session.get_one(Event, make_event())


def shown(desk: Client, query: str = "") -> list[str]:
    """The names on the page, in their order."""
    page = desk.get(f"{PEOPLE}?{query}").text
    assert "Dee Elsewhere" not in page
    found = [name for name in ("Ana Lee", "Ben Ode", "Cai Abe") if f">{name}</a><span" in page]
    return sorted(found, key=page.index)


def seat_of(name: str) -> Registration:
    return db.session.scalars(
        select(Registration).where(Registration.name == name).execution_options(populate_existing=True)
    ).one()


def press(desk: Client, name: str, button: str, at: str = PEOPLE) -> str:
    """Press a button in somebody's row; the page that follows."""
    return desk.submit(at, {"back": at}, form=f"/{seat_of(name).id}/{button}", follow_redirects=True).text


# --- looking ----------------------------------------------------------------------------------------------------------


def test_the_counts_add_up_and_everybody_is_there(event: Event, desk: Client) -> None:
    with frozen(NOVEMBER):
        assert "2 confirmed + 1 cancelled = 3 registrations" in desk.get(PEOPLE).text
        assert shown(desk) == ["Ana Lee", "Ben Ode", "Cai Abe"]


FINDS = {
    "q=ana": ["Ana Lee"],
    "q=ODE": ["Ben Ode"],
    "q=clinic.example": ["Ana Lee", "Cai Abe"],
    "q=riverside": ["Ana Lee"],
    "q=100%25": ["Ben Ode"],
    "q=%25": ["Ben Ode"],
    "q=_": [],
    "q=elsewhere": [],
    "status=confirmed": ["Ana Lee", "Ben Ode"],
    "status=cancelled": ["Cai Abe"],
    "state=OH": ["Ana Lee", "Ben Ode"],
    "state=OH&status=cancelled": [],
    "source=form": ["Ana Lee", "Ben Ode", "Cai Abe"],
    "source=pass": [],
    "sort=organization": ["Ben Ode", "Ana Lee", "Cai Abe"],
    "sort=state&q=clinic": ["Ana Lee", "Cai Abe"],
    "status=nonsense&state=nowhere&sector=x": ["Ana Lee", "Ben Ode", "Cai Abe"],
}


def test_people_are_found(event: Event, desk: Client) -> None:
    with frozen(NOVEMBER):
        assert {query: shown(desk, query) for query in FINDS} == FINDS


def test_people_are_found_by_sector_and_by_any_address_of_theirs(event: Event, desk: Client) -> None:
    sector = terms(Kind.SECTOR)[0].id
    ana = seat_of("Ana Lee")
    db.session.add(
        Address(
            person_id=ana.person_id, address="ana@home.example", normal="ana@home.example", preferred=False
        )
    )
    db.session.commit()
    with frozen(NOVEMBER):
        assert shown(desk, f"sector={sector}") == ["Ana Lee"]
        assert shown(desk, "q=home.example") == ["Ana Lee"]
        assert "ana@home.example" not in desk.get(f"{PEOPLE}?q=home.example").text.partition("<table")[2]


def crowd(event: Event, people: int) -> None:
    """So many people with a seat and an address, by bare inserts."""
    first = 1000
    ids = range(first, first + people)
    common = {"created_at": NOVEMBER, "link_version": 0}
    db.session.execute(insert(Person), [{"id": id, "name": f"Guest {id - first:04}", **common} for id in ids])
    db.session.execute(
        insert(Address),
        [
            {
                "person_id": id,
                "address": f"g{id}@people.example",
                "normal": f"g{id}@people.example",
                "preferred": True,
            }
            for id in ids
        ],
    )
    seat = {"status": Status.CONFIRMED, "source": Source.FORM, "registered_at": NOVEMBER}
    db.session.execute(
        insert(Registration),
        [
            {
                "event_id": event.id,
                "person_id": id,
                "name": f"Guest {id - first:04}",
                "organization": "",
                **seat,
            }
            for id in ids
        ],
    )
    db.session.commit()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("people", [10, 1000])
def test_a_large_roster_asks_as_much_as_a_small_one(
    desk: Client, db_session: scoped_session[Session], people: int
) -> None:
    with frozen(NOVEMBER):
        event = makers.event(starts_at=makers.utc("2026-12-15 18:00"))
        makers.question(event, required=True)
        crowd(event, people)
        with makers.statements() as asked:
            page = desk.get(f"{PEOPLE}?sort=registered&q=people.example").text
        assert f"{people:,} confirmed + 0 cancelled = {people:,} registrations" in page
        assert page.count('<th scope="row">') == min(50, people)
        assert len(asked) == 14
        with makers.statements() as asked:
            page = desk.get(f"{PEOPLE}?answers=missing").text
        assert page.count("1 answer missing") == min(50, people)
        assert len(asked) == 14
        with makers.statements() as asked:
            lines = desk.get(f"{PEOPLE}.csv").text.count("\n")
        assert (lines, len(asked)) == (people + 1, 13)
        with makers.statements() as asked:
            page = desk.get("/desk/programs/jam/people?sort=registered&q=people.example").text
        assert f"{people:,} people" in page
        assert page.count('<th scope="row">') == min(50, people)
        assert len(asked) == 8
        if people > 50:
            last = desk.get(f"{PEOPLE}?page=20").text
            assert "Guest 0999" in last
            assert "Page 20 of 20" in last


def test_somebodys_letters_are_one_click_away(event: Event, desk: Client) -> None:
    with frozen(NOVEMBER):
        page = desk.get(f"{PEOPLE}?q=ana").text
        assert 'href="/desk/letters/?q=ana@clinic.example"' in page or "q=ana%40clinic.example" in page


# --- changing ---------------------------------------------------------------------------------------------------------


def test_a_seat_is_cancelled_and_taken_back(event: Event, desk: Client) -> None:
    with frozen(NOVEMBER):
        page = press(desk, "Ana Lee", "cancel", f"{PEOPLE}?state=OH")
        assert "Ana Lee: cancelled now. A letter says so." in page
        assert "Cai Abe" not in page  # back on the same part of the roster
        assert "1 confirmed + 2 cancelled = 3 registrations" in page
        assert seat_of("Ana Lee").status == Status.CANCELLED
        page = press(desk, "Ana Lee", "rejoin")
        assert "Ana Lee: has a seat now. A letter says so." in page
    assert seat_of("Ana Lee").status == Status.CONFIRMED
    kinds = select(Letter.kind).where(
        Letter.to_address == "ana@clinic.example", Letter.state == LetterState.DUE
    )
    assert db.session.scalars(kinds).all() == ["registered"]


def test_a_seat_is_not_taken_back_where_all_are_taken(event: Event, desk: Client) -> None:
    event.capacity = 2
    db.session.commit()
    with frozen(NOVEMBER):
        assert "This session is full." in press(desk, "Cai Abe", "rejoin")
    assert seat_of("Cai Abe").status == Status.CANCELLED


def test_somebody_waits_for_approval_and_gets_an_answer(event: Event, desk: Client) -> None:
    event.approval = True
    with frozen(NOVEMBER):
        makers.registration(event, "eve@people.example", "Eve Ito")
        makers.registration(event, "fay@people.example", "Fay Uno")
        db.session.commit()
        assert "2 confirmed + 2 to approve + 1 cancelled = 5 registrations" in desk.get(PEOPLE).text
        assert "Eve Ito: has a seat now." in press(desk, "Eve Ito", "approve")
        assert "Fay Uno: declined now." in press(desk, "Fay Uno", "decline")
    assert (seat_of("Eve Ito").status, seat_of("Fay Uno").status) == (Status.CONFIRMED, Status.DECLINED)


def test_a_person_is_added_by_hand_though_registration_is_closed(event: Event, desk: Client) -> None:
    event.closed = True
    db.session.commit()
    with frozen(NOVEMBER):
        page = desk.submit(
            f"{PEOPLE}/add",
            {"email": "eve@people.example", "name": "Eve Ito", "organization": "County", "zip": "43004"},
            follow_redirects=True,
        )
        assert "Eve Ito has a seat now. The letter with the personal link is on its way." in page.text
        again = desk.submit(
            f"{PEOPLE}/add", {"email": "EVE@people.example", "name": "Eve"}, follow_redirects=True
        )
        assert "Eve Ito is registered already (has a seat). Nothing was changed." in again.text
    seat = seat_of("Eve Ito")
    assert (seat.source, seat.organization, seat.zip) == (Source.DESK, "County", "43004")
    letters = select(Letter.kind).where(Letter.to_address == "eve@people.example")
    assert db.session.scalars(letters).all() == ["registered"]


@cases_once(
    ("columns", "fields", "sentence"),
    [
        ({"capacity": 2}, {}, "This session is full."),
        ({"state": "cancelled"}, {}, "This session is cancelled"),
        ({"state": "draft"}, {}, "This session is not published yet"),
        ({}, {"email": "not an address"}, "does not look like an e-mail address"),
        ({}, {"name": "www.lure.example"}, "A name cannot contain a web or e-mail address."),
        ({}, {"zip": "1"}, "A ZIP code has 5 digits"),
    ],
)
def test_who_cannot_be_added_is_not(
    event: Event, desk: Client, columns: dict[str, object], fields: dict[str, str], sentence: str
) -> None:
    for name, value in columns.items():
        setattr(event, name, value)
    db.session.commit()
    with frozen(NOVEMBER):
        answer = desk.submit(f"{PEOPLE}/add", {"email": "eve@people.example", "name": "Eve Ito", **fields})
    assert answer.status_code == 400
    assert sentence in answer.text
    assert len(db.session.scalars(select(Registration)).all()) == 4


def test_after_the_session_nothing_can_be_pressed(event: Event, desk: Client) -> None:
    with frozen(event.ends_at + timedelta(minutes=1)):
        page = desk.get(PEOPLE).text
        assert "Add a person" not in page
        assert f"/{seat_of('Ana Lee').id}/cancel" not in page


def test_a_seat_of_another_session_is_not_found_here(event: Event, desk: Client) -> None:
    desk.application.config["WTF_CSRF_ENABLED"] = False
    for id in (seat_of("Dee Elsewhere").id, 987654, 0, 2**40):
        assert desk.post(f"{PEOPLE}/{id}/cancel").status_code == 404
    assert seat_of("Dee Elsewhere").status == Status.CONFIRMED


def test_it_never_goes_back_to_another_site(event: Event, desk: Client) -> None:
    with frozen(NOVEMBER):
        form = f"/{seat_of('Ana Lee').id}/cancel"
        answer = desk.submit(PEOPLE, {"back": "//evil.example/"}, form=form)
    assert answer.location == PEOPLE


def test_a_reviewer_may_do_nothing_here(client: Client, event: Event) -> None:
    makers.sign_in(client, AccountRole.REVIEWER)
    client.application.config["WTF_CSRF_ENABLED"] = False
    id = seat_of("Ana Lee").id
    assert [client.get(f"{PEOPLE}{end}").status_code for end in ("", ".csv", "/add")] == [403] * 3
    ends = ["/add", *(f"/{id}/{what}" for what in ("cancel", "rejoin", "approve", "decline"))]
    assert [client.post(f"{PEOPLE}{end}").status_code for end in ends] == [403] * 5
    assert seat_of("Ana Lee").status == Status.CONFIRMED


# --- the file ---------------------------------------------------------------------------------------------------------


def test_the_file_holds_what_the_filters_leave_and_runs_nothing(event: Event, desk: Client) -> None:
    with frozen(NOVEMBER):
        evil = makers.registration(
            event, "eve@people.example", "=HYPERLINK(1)", organization="+1 County", state="TX"
        )
        db.session.commit()
        answer = desk.get(f"{PEOPLE}.csv?state=TX")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="jam-2026-12-15-people.csv"'
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0][:4] == ["Name", "E-mail", "Organization", "Job role"]
    assert [row[0] for row in rows[1:]] == ["'=HYPERLINK(1)", "Cai Abe"]
    assert rows[1] == [
        "'=HYPERLINK(1)", "eve@people.example", "'+1 County", "", "", "TX", "", "has a seat", "registered here",
        "2026-11-22 10:00", "", "", "",
    ]  # fmt: skip
    assert rows[0][-2:] == ["Asks for", "Stands"]
    assert rows[2][7:] == ["cancelled", "registered here", "2026-11-22 10:00", "2026-11-22 10:00", "", ""]
    assert evil.name == "=HYPERLINK(1)"
