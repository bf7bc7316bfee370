"""The measures against figures worked out by hand, at the edges of periods, and after what changes them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.orm import Session, scoped_session

from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import frozen
from jam.base.settings import ROOT
from jam.base.zones import EASTERN
from jam.people.actions import merge
from jam.statistics.choice import Choice
from jam.statistics.cli import statistics_command
from jam.statistics.counting import Given
from jam.statistics.measures import MEASURES, Told
from jam.statistics.queries import as_json, breakdowns, public_totals, retention, statistics
from jam.statistics.rules import SessionFigures, headline
from jam.statistics.summaries import refresh
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind
from tests import makers
from tests.makers import BY, utc
from tests.statistics import world
from tests.statistics.world import TODAY

JAM = {
    "sessions_held": 3,
    "registrations": 10,
    "registrations_per_session": 3.33,
    "unique_registrants": 6,
    "growth": None,
    "lead_days": 7.0,
    "attendees": 8,
    "unique_attendees": 6,
    "show_rate": 0.5714,  # cyd, ana and ben in September and ana in October, of 4 and 3
    "walk_ins": 4,
    "median_minutes": 20.0,  # of 10 10 20 20 30 60 60
    "person_minutes": 210.0,
    "stayed_enough": 0.2857,  # ana twice, of seven of known length
    "peak": 3,
    "unknown_heads": 2,
    "newcomers": 6,
    "returning": 2,  # ana and fay
    "came_next": 0.3333,  # ana and fay, of the six of September
    "organizations": 2,
    "states": 3,
    "sectors": 2,
    "job_roles": 1,
    "rural_share": 0.5,  # ben, of ana and ben in September
    "area_unknown": 0.8,
    "accommodations_asked": 2,
    "accommodations_met": 1,
    "levers": 2,
    "focus_areas": 0,
}
NOTHING = {
    "sessions_held": 0,
    "registrations": 0,
    "registrations_per_session": None,
    "unique_registrants": 0,
    "growth": None,
    "lead_days": None,
    "attendees": None,
    "unique_attendees": None,
    "show_rate": None,
    "walk_ins": None,
    "median_minutes": None,
    "person_minutes": None,
    "stayed_enough": None,
    "peak": None,
    "unknown_heads": None,
    "newcomers": None,
    "returning": None,
    "came_next": None,
    "organizations": 0,
    "states": 0,
    "sectors": 0,
    "job_roles": 0,
    "rural_share": None,
    "area_unknown": None,
    "accommodations_asked": 0,
    "accommodations_met": 0,
    "levers": 0,
    "focus_areas": 0,
}


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with frozen(TODAY):
        yield


Command = Callable[..., str]


@pytest.fixture
def command(app: Flask, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs `jam statistics` with these words on the test's app and returns what it printed on stdout."""

    def run(*words: str) -> str:
        statistics_command.main(list(words), obj=lambda: app, standalone_mode=False)
        return capsys.readouterr().out

    return run


def test_the_document_of_the_command(db_session: scoped_session[Session], command: Command) -> None:
    world.make_world()
    world.echo_session()
    said = command("--program", "jam", "--from", "2026-09-01", "--to", "2026-11-22", "--json")
    assert json.loads(said) == {
        "program": "jam",
        "from": "2026-09-01",
        "to": "2026-11-22",
        "measures": JAM,
        "sessions": [
            {"slug": "jam-2026-09-15", "starts_at": "2026-09-15T17:00:00Z", "registrations": 5, "attendees": 6,
             "show_rate": 0.75, "median_minutes": 20.0, "peak": 3},
            {"slug": "jam-2026-10-20", "starts_at": "2026-10-20T17:00:00Z", "registrations": 3, "attendees": 2,
             "show_rate": 0.3333, "median_minutes": 35.0, "peak": 2},
            {"slug": "jam-2026-11-17", "starts_at": "2026-11-17T18:00:00Z", "registrations": 2, "attendees": None,
             "show_rate": None, "median_minutes": None, "peak": None},
        ],
    }  # fmt: skip


def test_all_programs_together(db_session: scoped_session[Session]) -> None:
    world.make_world()
    world.echo_session()
    found = statistics()
    assert found.measures == JAM | {
        "sessions_held": 4,
        "registrations": 11,
        "registrations_per_session": 2.75,
        "unique_registrants": 7,
        "attendees": 9,
        "unique_attendees": 7,
        "show_rate": 0.625,
        "median_minutes": 25.0,
        "person_minutes": 300.0,
        "stayed_enough": 0.375,
        "newcomers": 7,
        "area_unknown": 0.8182,
    }
    assert as_json(found)["from"] is None


def test_every_measure_has_its_definition() -> None:
    assert [name for name, each in MEASURES.items() if each.told is Told.ALWAYS] == list(JAM)
    assert all(each.definition.endswith(".") for each in MEASURES.values())


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_command_narrows_as_the_page_does(db_session: scoped_session[Session], command: Command) -> None:
    world.make_world()
    said = json.loads(command("--program", "jam", "--state", "OH", "--lever", "payment", "--json"))
    assert (said["state"], said["lever"], said["measures"]["registrations"]) == ("OH", "payment", 3)
    provider = terms(Kind.SECTOR)[0]
    said = json.loads(command("--sector", provider.slug, "--json"))
    same = statistics(Choice(given=Given(sector_id=provider.id)))
    assert (said["sector"], said["measures"]) == (provider.slug, json.loads(json.dumps(same.measures)))
    with pytest.raises(Refused, match="no cohort “nosuch”"):
        command("--cohort", "nosuch")
    with pytest.raises(Refused, match=f"no sector “nosuch”. There are: {provider.slug}, "):
        command("--sector", "nosuch")


def test_the_page_of_definitions_is_that_of_the_registry(app: Flask, command: Command) -> None:
    assert command("--definitions") == (ROOT / "docs/measures.md").read_text(encoding="utf-8")


def test_what_is_counted_as_before_is_defined_as_before() -> None:
    # A report kept before compares these words: others mean that it is counted otherwise.
    attendees = MEASURES["attendees"]
    assert attendees.definition.endswith(" counts three times. Hosts and panelists are left out.")
    assert "lists apart" in attendees.excluded


def test_nothing_is_known_of_no_sessions(db_session: scoped_session[Session]) -> None:
    assert statistics().measures == NOTHING
    assert public_totals().sessions == []


def test_a_report_in_which_nobody_came_is_zero_not_unknown(db_session: scoped_session[Session]) -> None:
    event = makers.event(starts_at=utc("2026-10-20 17:00"))
    world.seat(event, "ana")
    world.report(event, [("hal", "16:50", "18:05", "host")])
    [session] = statistics(Choice("jam")).sessions
    assert (session.attendees, session.walk_ins, session.show_rate, session.minutes, session.peak) == (
        0,
        0,
        0,
        0,
        0,
    )
    assert session.median_minutes is None


def test_times_that_nobody_knows_are_no_zero(db_session: scoped_session[Session]) -> None:
    event = makers.event(starts_at=utc("2026-10-20 17:00"))
    world.report(event, [world.here("gus", None, None)])
    [session] = statistics(Choice("jam")).sessions
    assert (session.attendees, session.minutes, session.median_minutes, session.peak) == (1, None, None, None)
    assert statistics(Choice("jam")).measures["person_minutes"] is None
    assert session.show_rate is None


@pytest.mark.parametrize(
    ("first", "last", "slugs"),
    [
        (date(2026, 10, 20), date(2026, 10, 20), ["jam-2026-10-20", "jam-2026-10-20-2"]),
        (date(2026, 10, 21), None, ["jam-2026-11-17"]),
        (None, date(2026, 10, 19), ["jam-2026-09-15"]),
        (date(2026, 9, 15), date(2026, 11, 17), ["jam-2026-09-15", "jam-2026-10-20", "jam-2026-10-20-2", "jam-2026-11-17"]),
        (date(2026, 9, 16), date(2026, 10, 19), []),
        (date.min, date.max, ["jam-2026-09-15", "jam-2026-10-20", "jam-2026-10-20-2", "jam-2026-11-17"]),
    ],
)  # fmt: skip
def test_both_days_of_a_period_count_by_the_eastern_clock(
    db_session: scoped_session[Session], first: date | None, last: date | None, slugs: list[str]
) -> None:
    world.make_world()
    makers.event(
        title="Late at night", starts_at=utc("2026-10-21 03:00"), minutes=60
    )  # 11 p.m. on October 20
    assert [each.slug for each in statistics(Choice("jam", first, last)).sessions] == slugs


def test_who_came_before_the_period_is_returning_in_it(db_session: scoped_session[Session]) -> None:
    world.make_world()
    assert statistics(Choice("jam", date(2026, 10, 1))).measures["returning"] == 2
    assert statistics(Choice("jam", None, date(2026, 9, 30))).measures["returning"] == 0


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_refusals(db_session: scoped_session[Session], command: Command) -> None:
    with pytest.raises(Refused, match="no program “nosuch”"):
        statistics(Choice("nosuch"))
    with pytest.raises(Refused, match="before it begins"):
        statistics(Choice(None, date(2026, 2, 1), date(2026, 1, 1)))
    with pytest.raises(Refused, match="no program “nosuch”"):
        command("--program", "nosuch", "--json")
    with pytest.raises(Refused, match="“yesterday” is not a date"):
        command("--from", "yesterday")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_command_in_words(db_session: scoped_session[Session], command: Command) -> None:
    world.make_world()
    lines = command("--program", "jam").splitlines()
    assert [line.split("  ")[-1] for line in lines] == [MEASURES[name].title for name in JAM]
    assert lines[2].split() == ["3", "registrations", "per", "session"]


def changed(before: dict[str, Any]) -> dict[str, Any]:
    after = statistics(Choice("jam")).measures
    return {name: value for name, value in after.items() if value != before[name]}


def test_a_seat_given_back_changes_exactly_this(db_session: scoped_session[Session]) -> None:
    world.make_world()
    before = statistics(Choice("jam")).measures
    world.give_back("jam-2026-10-20", "ben")
    assert changed(before) == {
        "registrations": 9, "registrations_per_session": 3.0, "show_rate": 0.6667, "area_unknown": 0.7778,
    }  # fmt: skip


def test_two_people_who_are_one_change_exactly_this(db_session: scoped_session[Session]) -> None:
    world.make_world()
    before = statistics(Choice("jam")).measures
    merge(world.who("dee"), world.who("fay"), by=BY)
    db.session.commit()
    assert changed(before) == {
        "attendees": 7,
        "unique_attendees": 5,
        "show_rate": 0.7143,  # fay came in October, where dee holds a seat
        "walk_ins": 2,
        "median_minutes": 35.0,  # of 10 10 20 50 60 60
        "stayed_enough": 0.5,
        "newcomers": 5,
        "came_next": 0.4,
    }
    assert [each.walk_ins for each in statistics(Choice("jam")).sessions] == [2, 0, None]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_next_session_is_the_next_one_whatever_it_was_about(db_session: scoped_session[Session]) -> None:
    world.make_world()
    both = terms(Kind.LEVER)[1].slug  # September and November; October is about something else
    found = statistics(Choice("jam", lever=both))
    assert [each.slug for each in found.sessions] == ["jam-2026-09-15", "jam-2026-11-17"]
    assert found.measures["came_next"] == JAM["came_next"]
    [first] = retention(Choice("jam", lever=both))
    assert [(each.session.slug, first.came(n)) for n, each in enumerate(first.later)] == [
        ("jam-2026-10-20", 2), ("jam-2026-11-17", None),
    ]  # fmt: skip


def test_breakdowns(db_session: scoped_session[Session]) -> None:
    world.make_world()
    found = breakdowns(Choice("jam"))
    rows = [(each.name, each.registrations, each.at_start, each.came) for each in found.by_state]
    assert rows == [
        ("Ohio", 5, 4, 3),
        ("Texas", 2, 2, 1),
        ("Outside the United States", 1, 1, 0),
        ("Puerto Rico", 1, 0, None),
        ("Not given", 1, 0, None),
    ]
    rows = [(each.name, each.registrations, each.at_start, each.came) for each in found.by_sector]
    assert rows == [
        ("Provider organization", 6, 5, 3),
        ("Federal government", 1, 1, 1),
        ("Not given", 3, 1, 0),
    ]
    assert [(each.name, n, each.registrations, each.at_start, each.came) for each, n in found.by_lever] == [
        ("Regulation and policy", 1, 5, 4, 3),
        ("Payment", 2, 7, 4, 3),
    ]


def statements(act: Any) -> int:
    ran: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement != "BEGIN" and statement != "BEGIN IMMEDIATE":
            ran.append(statement)

    sqlalchemy_event.listen(db.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        sqlalchemy_event.remove(db.engine, "before_cursor_execute", note)
    return len(ran)


@pytest.mark.parametrize(
    ("engine", "sessions"), [("sqlite", 3), ("sqlite", 9), ("postgresql", 9)], indirect=["engine"]
)
def test_as_many_queries_for_nine_sessions_as_for_three(
    db_session: scoped_session[Session], sessions: int
) -> None:
    for n in range(sessions):
        event = makers.event(starts_at=utc(f"2026-{1 + n // 3:02}-{10 + n % 3} 17:00"))
        world.seat(event, "ana", state="OH")
        world.report(event, [world.here("ana", "17:00", "17:30")])
    db.session.commit()
    assert refresh() == sessions
    assert len(statistics(Choice("jam")).sessions) == sessions
    assert statements(statistics) == 6
    assert statements(lambda: statistics(Choice("jam"))) == 8
    assert statements(public_totals) == 3
    assert statements(public_totals) == 1
    assert statements(lambda: breakdowns(Choice())) == 6  # who lives where, once
    assert statements(lambda: breakdowns(Choice())) == 5


def test_public_totals_follow_what_is_written(db_session: scoped_session[Session]) -> None:
    world.crowd(makers.event(starts_at=utc("2026-09-15 17:00")), 12, 11)
    assert public_totals().measures["registrations"] == 12
    world.give_back("jam-2026-09-15", "guest-1-0")
    assert public_totals().measures["registrations"] == 11
    world.crowd(makers.event(starts_at=utc("2026-12-15 18:00")), 20, 0)
    assert public_totals().measures["sessions_held"] == 1
    with frozen(utc("2026-12-15 19:00")):
        assert public_totals().measures["sessions_held"] == 2


def test_the_sentence_above_the_chart() -> None:
    assert headline([]) == ""
    sessions = [
        SessionFigures(
            id=n, slug=f"jam-{n}", title="", program="Jam", starts_at=TODAY, ends_at=TODAY, time_zone=EASTERN,
            registrations=2 if n < 12 else 3, at_start=2 if n < 12 else 3, came=1 if n == 23 else None,
            attendees=1 if n == 23 else None, walk_ins=None,
        )
        for n in range(24)
    ]  # fmt: skip
    assert headline(sessions) == (
        "In the latest 12 sessions, 3 people registered on average, 50\N{NO-BREAK SPACE}% more than in the 12 before; "
        "33\N{NO-BREAK SPACE}% of them came."
    )
