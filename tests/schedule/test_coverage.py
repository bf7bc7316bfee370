"""The coverage map: what sessions were about by months, and what was covered least."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.base.now import frozen
from jam.schedule import actions, coverage
from jam.schedule.coverage import Scope
from jam.schedule.models import Event, Program, event_term
from jam.vocabulary.actions import add_first_terms
from jam.vocabulary.models import Term
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind
from tests import makers
from tests.clients import Client

NOVEMBER = makers.utc("2026-11-22 15:00")

one_engine = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def held(day: str, *tags: Term, of: Program | None = None, published: bool = True) -> Event:
    event = makers.event(of, title=f"On {day}", starts_at=makers.utc(f"{day} 18:00"), published=published)
    event.terms = list(tags)
    db.session.flush()
    return event


def test_the_months_are_twelve_with_the_present_one_and_six_to_come() -> None:
    found = coverage.months(date(2026, 11, 22))
    assert [month.key for month in (found[0], found[11], found[12], found[-1])] == [
        "2025-12", "2026-11", "2026-12", "2027-05",
    ]  # fmt: skip
    assert sum(month.behind for month in found) == 12
    assert found[0].words == "December 2025"


def test_what_counts_and_what_was_covered_least(db_session: scoped_session[Session]) -> None:
    add_first_terms(by="command")
    regulation, payment, clinical, *rest = terms(Kind.LEVER)
    echo = makers.program("echo")
    with frozen(NOVEMBER):
        for lever in rest:
            held("2026-03-17", lever)
            held("2026-05-19", lever)
        held("2025-11-18", regulation)  # too long ago
        held("2026-06-16", regulation, payment)
        held("2026-01-20", clinical)
        held("2026-12-15", clinical, published=False)
        actions.cancel(held("2027-01-19", payment), by="command")
        held("2026-02-17", payment, of=echo)
        held("2026-09-15")
        jam = makers.program()
        db.session.commit()
        found = coverage.cover([Kind.LEVER], Scope(jam))[Kind.LEVER]
        rows = {row.term.name: row for row in found.rows}
        assert [(row.held, row.ahead, row.drafts) for row in rows.values()] == [
            (1, 0, 0), (1, 0, 0), (1, 0, 1), *[(2, 0, 0)] * 4,
        ]  # fmt: skip
        assert [each.title for each in rows["Clinical model"].by_month["2026-12"]] == ["On 2026-12-15"]
        assert [each.title for each in found.untagged] == ["On 2026-09-15"]
        assert found.held == 2 * 4 + 3
        least = coverage.ranked(found.rows)[:3]
        assert [each.term.name for each in least] == ["Clinical model", "Regulation and policy", "Payment"]
        assert (
            coverage.sentence(found.rows, found.held)
            == "Least covered in the last twelve months: Clinical model, Regulation and policy and Payment, once each. "
            "Clinical model stands in a draft."
        )
        everywhere = coverage.ranked(coverage.cover([Kind.LEVER], coverage.EVERYTHING)[Kind.LEVER].rows)
        assert [each.term.name for each in everywhere[:2]] == ["Clinical model", "Regulation and policy"]


@one_engine
def test_nothing_held_and_nothing_said_wrongly(db_session: scoped_session[Session]) -> None:
    assert coverage.sentence([], 0) == "There is nothing to cover yet: this vocabulary is empty."
    add_first_terms(by="command")
    found = coverage.cover([Kind.FOCUS_AREA], coverage.EVERYTHING)[Kind.FOCUS_AREA]
    assert coverage.sentence(found.rows, found.held) == "No session was held within the last twelve months."


@one_engine
def test_a_cell_opens_to_its_sessions(client: Client, db_session: scoped_session[Session]) -> None:
    makers.sign_in(client)
    add_first_terms(by="command")
    lever = terms(Kind.LEVER)[1]
    with frozen(NOVEMBER):
        held("2026-10-20", lever)
        held("2026-10-06", lever)
        db.session.commit()
        page = client.get("/desk/coverage").text
        assert 'aria-label="2 sessions, Payment, October 2026">2</a>' in page
        assert "On 2026-10-20" not in page.split("focus-area-title")[0].split("none of these")[0]
        opened = client.get("/desk/coverage?program=jam&of=lever&term=payment&month=2026-10").text
        assert "Payment in October 2026" in opened
        assert "On 2026-10-06" in opened
        for odd in ("of=lever&month=1&term=x", "of=lever&month=2026-10&term=nothing", "of=x", "program="):
            assert client.get(f"/desk/coverage?{odd}").status_code == 200
        assert client.get("/desk/coverage?program=nothing").status_code == 404


@one_engine
@pytest.mark.parametrize("sessions", [1, 2000])
def test_the_map_asks_as_much_for_many_as_for_one(
    client: Client, db_session: scoped_session[Session], sessions: int
) -> None:
    makers.sign_in(client)
    add_first_terms(by="command")
    with frozen(NOVEMBER):
        first = held("2026-10-20")
        values = {c.key: getattr(first, c.key) for c in Event.__table__.columns if c.key != "id"}
        start = makers.utc("2025-12-02 18:00")
        rows = [
            {**values, "uid": f"u{n}", "slug": f"s{n}", "starts_at": start + timedelta(hours=4 * n),
             "ends_at": start + timedelta(hours=4 * n + 1)}
            for n in range(sessions)
        ]  # fmt: skip
        ids = db.session.scalars(insert(Event).returning(Event.id), rows).all()
        levers = terms(Kind.LEVER)
        db.session.execute(insert(event_term), [{"event_id": id, "term_id": levers[id % 7].id} for id in ids])
        db.session.commit()
        with makers.statements() as asked:
            assert client.get("/desk/coverage").status_code == 200
    assert len(asked) == 5


@one_engine
def test_the_public_call_and_the_desk_rank_alike_and_a_draft_is_told_to_staff_alone(
    client: Client, db_session: scoped_session[Session]
) -> None:
    makers.sign_in(client)
    add_first_terms(by="command")
    levers = terms(Kind.LEVER)
    with frozen(NOVEMBER):
        for number, lever in enumerate(levers):
            for n in range(number % 3):
                held(f"2026-0{number + 1}-1{n}", lever)
        held("2026-12-15", levers[0])
        listed = makers.event(starts_at=makers.utc("2026-10-01 18:00"), visibility="listed")
        listed.terms = [levers[3]]
        db.session.commit()

        def ranks() -> tuple[list[str], list[str]]:
            public = client.get("/volunteer").text
            names = sorted((lever.name for lever in levers), key=lambda name: public.index(f"<strong>{name}"))
            desk = coverage.cover([Kind.LEVER], coverage.PUBLIC)[Kind.LEVER]
            return names, [row.term.name for row in coverage.ranked(desk.rows)]

        names, desk = ranks()
        assert names == desk
        assert names[:3] == [levers[3].name, levers[6].name, levers[0].name]
        told = client.get("/volunteer").text
        held("2027-01-20", levers[3], published=False)
        db.session.commit()
        assert (
            client.get("/volunteer").text.split("</main>")[0].split("Your offer")[0]
            == told.split("</main>")[0].split("Your offer")[0]
        )
        assert (
            "1 session, 1 of them in a draft, Workforce expansion, January 2027"
            in client.get("/desk/coverage").text
        )
