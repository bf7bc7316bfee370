"""The demonstration data: what is in it, that it always lies around today, and that it is only ever loaded once."""

from __future__ import annotations

import calendar
import time as stopwatch
from collections import Counter
from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from jam.attendance.models import Attendance, AttendanceReport
from jam.base.errors import Refused
from jam.base.now import frozen
from jam.base.zones import EASTERN, wall
from jam.cases.models import EchoCase
from jam.cases.rules import State as CaseState
from jam.cohorts.models import CohortApplication
from jam.cohorts.presence import grid
from jam.demo import Loaded, load
from jam.mail.models import Letter
from jam.outcomes.jobs import follow_up
from jam.people.models import Account, Address, Organization, Person
from jam.people.rules import normal_address, normal_organization
from jam.proposals import chasing
from jam.proposals.models import Invitation, Proposal
from jam.proposals.rules import State as Standing
from jam.registration.models import Registration
from jam.registration.rules import Status
from jam.schedule.models import Cohort, Event, Program
from jam.schedule.queries import events_of_cohort
from jam.schedule.rules import State
from jam.vocabulary.rules import STATES
from tests.clients import Client
from tests.makers import program

TODAY = datetime(2026, 11, 22, 16, tzinfo=UTC)


@pytest.fixture
def loaded(db_session: scoped_session[Session]) -> Loaded:
    began = stopwatch.perf_counter()
    with frozen(TODAY):
        found = load()
    print(f"loaded in {stopwatch.perf_counter() - began:.1f} s")
    return found


def jams(db_session: scoped_session[Session]) -> list[Event]:
    return list(
        db_session.scalars(select(Event).join(Program).where(Program.slug == "jam").order_by(Event.starts_at))
    )


def third_tuesday(day: date) -> bool:
    return [week[1] for week in calendar.monthcalendar(day.year, day.month) if week[1]][2] == day.day


def test_what_is_loaded(client: Client, db_session: scoped_session[Session], loaded: Loaded) -> None:
    """Loading takes seconds, so one load is looked at from both sides."""
    sessions_and_people(client, db_session, loaded)
    cohorts_and_cases(client, db_session)


def sessions_and_people(client: Client, db_session: scoped_session[Session], loaded: Loaded) -> None:
    """Years of the monthly Jam, with everybody and everything around them."""
    assert str(loaded).startswith("Loaded 2 programs, 79 sessions, ")
    assert loaded.people == db_session.scalar(select(func.count()).select_from(Person)) == 5774
    kinds = set(db_session.scalars(select(Letter.kind).where(~Letter.kind.startswith("proposal-"))))
    assert kinds == {"follow-up-came", "follow-up-missed", "invited-to-propose"}, "all of them are sent"
    # Decisions about proposals that nobody was told are drafts. Nothing leaves by itself.
    assert set(db_session.scalars(select(Letter.state))) == {"sent", "draft", "withdrawn"}
    offered = Counter(db_session.scalars(select(Proposal.state)))
    assert sorted(offered) == sorted(Standing)
    with frozen(TODAY):
        late = chasing.late()
    assert [each.last is not None for each in late] == [True] * len(late) != []
    assert sorted(db_session.scalars(select(Invitation.state))) == ["declined", "waiting"]

    held = [event for event in jams(db_session) if event.ends_at <= TODAY]
    assert len(held) == 31
    days = [wall(event.starts_at, EASTERN) for event in jams(db_session)]
    assert (days[0].date(), days[-1].date()) == (date(2024, 5, 21), date(2027, 11, 16))
    assert all(third_tuesday(day.date()) and (day.hour, day.minute) == (13, 0) for day in days)
    assert [event.state for event in jams(db_session)[31:]] == [State.PUBLISHED] * 6 + [State.DRAFT] * 6
    assert [event.title == "Topic to come" for event in jams(db_session)[31:]] == [False] * 3 + [True] * 9
    for event in jams(db_session)[:34]:
        assert event.summary
        assert event.terms
        assert sum(item.minutes for item in event.agenda) == 60
    assert all((event.recording_url or "").startswith("https://media.example.org/") for event in held)
    assert all(db_session.scalars(select(Event.title)))

    seats = select(func.count()).where(Registration.status == Status.CONFIRMED)
    counts = [
        db_session.scalar(seats.where(Registration.event_id == event.id)) or 0 for event in jams(db_session)
    ]
    assert sum(counts[:31]) == 577 * 31
    assert sum(counts[26:31]) > sum(counts[:5])
    assert all(counts[31:34])
    assert counts[34:] == [0] * 9
    for event in held:
        shown = select(func.count()).where(Attendance.event_id == event.id, Attendance.role == "attendee")
        assert 0.5 < (db_session.scalar(shown) or 0) / counts[held.index(event)] < 0.8
    assert db_session.scalar(select(func.count()).select_from(AttendanceReport)) == 31 + 30

    addresses = db_session.execute(select(Address.address, Address.normal)).all()
    assert all(address.endswith((".example.org", ".example.com", ".example.net", "@example.org", "@example.com",
                                 "@example.net")) for address, _ in addresses)  # fmt: skip
    assert all(normal_address(address) == normal for address, normal in addresses[::50])
    places = set(db_session.scalars(select(Registration.state)))
    assert places == set(STATES)
    names = db_session.execute(select(Organization.name, Organization.normal)).all()
    assert [normal_organization(name) for name, _ in names] == [normal for _, normal in names]
    roles = {account.person.address: account.role for account in db_session.scalars(select(Account))}
    assert roles == {
        "admin@example.org": "admin",
        "organizer@example.org": "organizer",
        "reviewer@example.org": "reviewer",
        "second.reviewer@example.org": "reviewer",
        "third.reviewer@example.org": "reviewer",
        "facilitator@example.org": "facilitator",
        "coordinator@example.org": "coordinator",
        "expert@example.org": "faculty",
    }

    with frozen(TODAY):
        feed = client.get("/calendar/all.ics")
    entries = Calendar.from_ical(feed.data).walk("VEVENT")
    assert len(entries) == 31 + 6 + 36
    assert Counter(str(entry["SUMMARY"]).partition(":")[0] for entry in entries) == {
        "Workforce Solutions Jam": 37,
        "Workforce ECHO": 36,
    }


def cohorts_and_cases(client: Client, db_session: scoped_session[Session]) -> None:
    """Three cohorts with sixty members and twelve sessions. Cohorts 1 and 2 on the Partnership's real dates; each holds organizations that stopped coming."""
    made = list(db_session.scalars(select(Cohort).order_by(Cohort.id)))
    assert [(each.starts_on, each.ends_on) for each in made] == [
        (date(2023, 11, 1), date(2024, 7, 31)),
        (date(2024, 9, 1), date(2025, 5, 31)),
        (date(2026, 6, 1), date(2027, 5, 31)),
    ]
    with frozen(TODAY):
        found = [grid(each) for each in made]
        assert [len(events_of_cohort(each)) for each in made] == [12, 12, 12]
        assert "This is demonstration data" in client.get("/cohorts/cohort-3").text
        assert client.get("/cohorts/cohort-3/apply").status_code == 200
    assert [(len(each.lines), len(each.events), len(each.absent)) for each in found] == [
        (60, 12, 2),
        (60, 12, 2),
        (60, 6, 2),
    ]
    with frozen(TODAY):
        assert follow_up() == 0  # whoever is to be asked by now was
    cases = Counter(
        (one, state) for one, state in db_session.execute(select(EchoCase.cohort_id, EchoCase.state))
    )
    assert {state for _, state in cases} == {str(each) for each in CaseState}
    assert [sum(n for (cohort, _), n in cases.items() if cohort == each.id) for each in made] == [24, 24, 24]
    states = Counter(db_session.scalars(select(CohortApplication.state)))
    assert states == {"admitted": 60, "declined": 10, "waiting": 3, "received": 4}
    assert set(db_session.scalars(select(CohortApplication.area))) == {"rural", "urban", "unknown"}


def test_a_database_in_use_is_left_alone(db_session: scoped_session[Session]) -> None:
    program()
    db_session.commit()
    with pytest.raises(Refused, match="holds a program already"):
        load()
    assert db_session.scalar(select(func.count()).select_from(Program)) == 1


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_years_later_it_still_lies_around_the_day(db_session: scoped_session[Session]) -> None:
    today = datetime(2027, 9, 21, 16, 59, tzinfo=UTC)  # a minute before a Jam
    with frozen(today):
        load()
    found = jams(db_session)
    held = [event for event in found if event.ends_at <= today]
    assert len(found) - len(held) == 12
    assert len({event.title for event in found[: len(held) + 3]}) == len(held) + 3
    confirmed = select(func.count(Registration.id)).join(Event).join(Program).where(
        Program.slug == "jam", Registration.status == Status.CONFIRMED, Event.ends_at <= today
    )  # fmt: skip
    assert db_session.scalar(confirmed) == 577 * len(held)
    assert db_session.scalar(select(func.max(Registration.registered_at))) <= today  # type: ignore[operator]
