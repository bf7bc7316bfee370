"""Three small sessions whose figures can be worked out by hand, and everything that must not be counted beside them.

September 15 (S), times of day in UTC, the session from 17:00 to 18:00:

    ana   OH  seat           17:00 to 17:50 and, on a second device, 17:30 to 18:00: 60 minutes
    ben   OH  seat           17:00 to 17:20
    cyd   TX  seat           a panelist, 16:55 to 18:05
    dee   PR  seat at 17:05  17:05 to 17:35
    ira   XX  seat           did not come
    eve       seat given back 17:50 to 18:00
    fay       no seat        17:40 to 18:00
    gus       no seat        came, nobody knows how long

Two telephones called in, one of them twice; staff counted them as unknown heads. Ana's ZIP code is an urban one, ben's a rural one, cyd's is in no table.

October 20 (O): seats of ana, ben and dee (TX by then); ana came for an hour, fay from 17:30 to 17:40 without a seat.
November 17 (N): seats of ana and jon, who gave no state; no report was imported.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from jam.attendance.actions import derive
from jam.attendance.models import AttendanceReport, AttendanceRow
from jam.base.database import db
from jam.base.now import frozen
from jam.base.zones import EASTERN
from jam.people.models import Person
from jam.registration import actions as registrations
from jam.registration.models import Registration
from jam.schedule.models import Event
from jam.schedule.rules import State
from jam.vocabulary.actions import add_first_terms
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind
from tests import makers
from tests.makers import BY, utc
from tests.worlds import made_once

TODAY = utc("2026-11-22 16:00")

#: Name, from, to (times of day, None for unknown), section.
Stay = tuple[str, str | None, str | None, str]


def address(name: str) -> str:
    return f"{name}@people.example"


def who(name: str) -> Person:
    """The person of a name, made when new."""
    return makers.person(address(name), name.title())


def seat(event: Event, name: str, at: str = "", **details: object) -> Registration:
    """A confirmed seat, taken a week before unless said."""
    made = makers.registration(event, address(name), name.title(), **details)
    if at:
        made.registered_at = utc(at)
    return made


def report(event: Event, stays: list[Stay]) -> None:
    """A report of the session with these stays, and what follows from it."""
    imported = AttendanceReport(
        event_id=event.id, format="zoom-webinar", file_name="", time_zone=EASTERN, stored_as="reports/none",
        sha256=f"{event.id:064}", size=0, figures={}, imported_at=event.ends_at, imported_by=BY,
    )  # fmt: skip
    db.session.add(imported)
    db.session.flush()
    for line, (name, joined, left, section) in enumerate(stays, 1):
        db.session.add(
            AttendanceRow(
                report_id=imported.id, event_id=event.id, row_key=f"{event.id}-{line}", line=line, section=section,
                attended=True, name=name.title(), email=address(name), person_id=who(name).id,
                joined_at=_instant(event, joined), left_at=_instant(event, left),
            )
        )  # fmt: skip
    db.session.flush()
    derive(event)


def telephones(event: Event, *names: str) -> None:
    """Lines of the session's report without an address, from its start to its end."""
    imported = db.session.scalars(select(AttendanceReport).where(AttendanceReport.event_id == event.id)).one()
    db.session.add_all(
        AttendanceRow(
            report_id=imported.id, event_id=event.id, row_key=f"{event.id}-phone-{line}", line=100 + line, section="other",
            attended=True, decided="head", name=name, joined_at=event.starts_at, left_at=event.ends_at,
        )
        for line, name in enumerate(names)
    )  # fmt: skip
    db.session.flush()


def _instant(event: Event, clock: str | None) -> datetime | None:
    return utc(f"{event.starts_at:%Y-%m-%d} {clock}") if clock else None


def here(name: str, joined: str | None, left: str | None) -> Stay:
    """A stay in the audience."""
    return name, joined, left, "attendee"


@made_once
def make_world() -> None:
    """Everything above, committed."""
    add_first_terms(by=BY)
    september = makers.event(title="Paying peers", starts_at=utc("2026-09-15 17:00"))
    october = makers.event(title="=Hiring in nine days", starts_at=utc("2026-10-20 17:00"))
    november = makers.event(title="State academies", starts_at=utc("2026-11-17 18:00"))
    levers, sectors = terms(Kind.LEVER), terms(Kind.SECTOR)
    september.terms = [levers[0], levers[1]]
    november.terms = [levers[1]]
    provider = sectors[0].id
    role = terms(Kind.JOB_ROLE)[0].id
    ana = seat(
        september,
        "ana",
        state="OH",
        sector_id=provider,
        organization="Harbor Care, Inc.",
        job_role_id=role,
        zip="43210",
    )
    ana.accommodation, ana.accommodation_state = "Captions", "arranged"
    seat(september, "ben", state="OH", sector_id=provider, organization="Harbor care", zip="45710")
    cyd = seat(september, "cyd", state="TX", sector_id=sectors[1].id, organization="Pine Agency", zip="99999")
    cyd.accommodation, cyd.accommodation_state = "ASL", "asked"
    seat(september, "dee", at="2026-09-15 17:05", state="PR", sector_id=provider)
    seat(september, "ira", state="XX")
    given_back = seat(september, "eve", state="AK")
    given_back.status, given_back.cancelled_at = "cancelled", utc("2026-09-14 12:00")
    report(
        september,
        [
            ("hal", "16:50", "18:05", "host"),
            ("cyd", "16:55", "18:05", "panelist"),
            here("ana", "17:00", "17:50"),
            here("ana", "17:30", "18:00"),
            here("ben", "17:00", "17:20"),
            here("dee", "17:05", "17:35"),
            here("eve", "17:50", "18:00"),
            here("fay", "17:40", "18:00"),
            here("gus", None, None),
        ],
    )
    telephones(september, "+1 555 0100", "+1 555 0100", "+1 555 0101")
    for name, state in (("ana", "OH"), ("ben", "OH"), ("dee", "TX")):
        seat(october, name, state=state, sector_id=provider)
    report(october, [here("ana", "17:00", "18:00"), here("fay", "17:30", "17:40")])
    for name, state in (("ana", "OH"), ("jon", None)):
        seat(november, name, state=state)
    _make_what_does_not_count()
    db.session.commit()


def _make_what_does_not_count() -> None:
    draft = makers.event(title="A draft", starts_at=utc("2026-08-18 17:00"), published=False)
    called_off = makers.event(title="Called off", starts_at=utc("2026-07-21 17:00"))
    ahead = makers.event(title="To come", starts_at=utc("2026-12-15 18:00"))
    running = makers.event(title="On right now", starts_at=TODAY - timedelta(minutes=59))
    for event in (draft, called_off, ahead, running):
        db.session.add(
            Registration(
                event=event, person=who("kim"), status="confirmed", source="form", name="Kim", state="HI",
                registered_at=event.starts_at - timedelta(days=40),
            )
        )  # fmt: skip
    for event in (draft, called_off, running):
        report(event, [here("kim", "17:00", "17:30")])
    called_off.state = State.CANCELLED


def echo_session() -> Event:
    """A session of the other program, listed, an hour and a half, at which lou was."""
    echo = makers.program("echo", name="Workforce ECHO", visibility="listed")
    event = makers.event(
        echo, title="Supervision across distance", starts_at=utc("2026-10-08 18:00"), minutes=90
    )
    with frozen(event.starts_at - timedelta(days=7)):
        db.session.add(
            Registration(event=event, person=who("lou"), status="confirmed", source="desk", name="Lou", state="OH",
                         registered_at=event.starts_at - timedelta(days=7))
        )  # fmt: skip
    report(event, [here("lou", "18:00", "19:30")])
    db.session.commit()
    return event


def crowd(event: Event, seats: int, came: int) -> None:
    """So many seats, of whom so many came for half an hour; committed."""
    names = [f"guest-{event.id}-{n}" for n in range(seats)]
    db.session.add_all(
        Registration(
            event=event, person=who(name), status="confirmed", source="form", name=name.title(), state="OH",
            registered_at=event.starts_at - timedelta(days=7),
        )
        for name in names
    )  # fmt: skip
    db.session.flush()
    report(event, [here(name, "17:00", "17:30") for name in names[:came]])
    db.session.commit()


def event_called(title: str) -> Event:
    """The session of a title."""
    return db.session.scalars(select(Event).where(Event.title == title)).one()


def give_back(slug: str, name: str) -> None:
    """Cancel somebody's seat the day before the session; committed."""
    event = db.session.scalars(select(Event).where(Event.slug == slug)).one()
    found = db.session.scalars(
        select(Registration).where(Registration.event_id == event.id, Registration.person_id == who(name).id)
    ).one()
    with frozen(event.starts_at - timedelta(days=1)):
        registrations.cancel(found, by=BY)
    db.session.commit()
