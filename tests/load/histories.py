"""A process that writes random histories for a probe: an order on each line in, what Jam counts after it out.

Worlds are small: a program with a few sessions that are over, some people, organizations in several spellings. Each order is a
handful of writes by Jam's own actions, or one erasure; now and then the clock counts, or everything is counted anew.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from importlib import import_module
from random import Random
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import NoResultFound

from jam import create_app
from jam.attendance import deciding, hand
from jam.attendance.actions import import_report, undo_import
from jam.attendance.models import AttendanceCorrection, AttendanceReport, AttendanceRow
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import frozen
from jam.base.settings import Settings
from jam.base.zones import EASTERN, wall
from jam.people import actions as people
from jam.people import organizations
from jam.people.actions import Details
from jam.people.models import Address, Organization, Person
from jam.privacy.actions import erase
from jam.registration import actions as registrations
from jam.registration.accommodations import settle
from jam.registration.models import Registration
from jam.registration.rules import Need, Source
from jam.schedule import actions as schedule
from jam.schedule.models import Event
from jam.statistics.choice import Choice
from jam.statistics.counting import Given
from jam.statistics.queries import breakdowns, statistics
from jam.statistics.summaries import rebuild, refresh
from jam.vocabulary.actions import add_first_terms
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind
from tests import makers
from tests.makers import BY, utc

TODAY = utc("2026-11-22 16:00")
SESSIONS, PEOPLE = 6, 14
#: Spellings of one organization each, without regard to their world.
SPELLINGS = (
    ("Harbor Care, Inc.", "HARBOR CARE", "Harbor care"),
    ("Pine Agency", "pine agency"),
    ("Elm Center",),
)
ZIPS = ("43210", "45710", "99999", None, None)
STATES = ("OH", "TX", "XX", None)
NAMELESS = ("+1 555 0100", "+1 555 0101", "iPhone")
_HEAD = "Attended,User Name,Email,Join Time,Leave Time,Time in Session (minutes),Country/Region Name\n"


@dataclass
class World:
    """A program of its own with its people's addresses, and merges that may be taken back."""

    slug: str
    addresses: list[str]
    merged: list[int] = field(default_factory=list)
    homes: list[int] = field(default_factory=list)


def make_world(number: int) -> World:
    """A new program with sessions every other week, and nobody at them yet."""
    slug = f"world-{number}"
    program = makers.program(slug, name=f"World {number}")
    for n in range(SESSIONS):
        # Some begin together.
        start = utc("2026-08-04 17:00") + timedelta(days=14 * (n - (n == 3)))
        makers.event(program, title=f"Session {n}", starts_at=start)
    world = World(slug, [f"p{n}@world{number}.example" for n in range(PEOPLE)])
    db.session.commit()
    return world


def _events(world: World) -> list[Event]:
    query = select(Event).where(Event.slug.like(f"{world.slug}-2%")).order_by(Event.id)
    return list(db.session.scalars(query))


def _people(world: World) -> list[Person]:
    query = (
        select(Person).join(Address).where(Address.normal.in_(world.addresses), Person.erased_at.is_(None))
    )
    return [
        each
        for each in db.session.scalars(query.distinct().order_by(Person.id))
        if each.merged_into_id is None
    ]


def _seats(world: World) -> list[Registration]:
    query = select(Registration).join(Event).join(Person, Person.id == Registration.person_id)
    return list(
        db.session.scalars(
            query.where(Event.slug.like(f"{world.slug}-2%"), Person.erased_at.is_(None)).order_by(
                Registration.id
            )
        )
    )


# --- writes -------------------------------------------------------------------------------------------------------------


def register(world: World, rng: Random) -> None:
    """A seat, weeks before, on the day, or while the session runs."""
    event, address = rng.choice(_events(world)), rng.choice(world.addresses)
    hours = rng.choice((24 * 40, 24 * 9, 30, 3, -0.5))
    sectors, roles = terms(Kind.SECTOR), terms(Kind.JOB_ROLE)
    with frozen(event.starts_at - timedelta(hours=hours)):
        seat = registrations.register(
            event,
            address,
            Details(
                name=_name(address), organization=rng.choice(rng.choice(SPELLINGS)) if rng.random() < 0.7 else "",
                job_role_id=rng.choice([None, roles[0].id, roles[1].id]),
                sector_id=rng.choice([None, sectors[0].id, sectors[1].id]), state=rng.choice(STATES), zip=rng.choice(ZIPS),
            ),
            source=rng.choice((Source.FORM, Source.DESK)),
            quiet=True,
        )  # fmt: skip
        if rng.random() < 0.2 and seat.accommodation is None:
            seat.accommodation, seat.accommodation_state = "Captions", Need.ASKED


def give_back(world: World, rng: Random) -> None:
    seat = rng.choice(_seats(world))
    with frozen(seat.event.starts_at - timedelta(hours=2)):
        registrations.cancel(seat, by=BY, quiet=True)


def rejoin(world: World, rng: Random) -> None:
    seat = rng.choice([each for each in _seats(world) if each.status == "cancelled"])
    with frozen(seat.event.starts_at - timedelta(hours=1)):
        registrations.rejoin(seat, by=BY, quiet=True)


def arrange(world: World, rng: Random) -> None:
    seat = rng.choice([each for each in _seats(world) if each.accommodation_state])
    settle(seat, rng.choice((Need.ARRANGED, Need.CANNOT)), "We looked.", by=BY)


def joins(world: World, rng: Random) -> None:
    registrations.record_join(rng.choice(_seats(world)))


def in_bulk(world: World, rng: Random) -> None:
    """What no action does: a statement past all of them."""
    ids = [each.id for each in _seats(world)]
    some = rng.sample(ids, min(len(ids), 3))
    values: dict[str, Any] = rng.choice(({"state": "WY"}, {"source": "import"}, {"sector_id": None}))
    db.session.execute(update(Registration).where(Registration.id.in_(some)).values(**values))


def report(world: World, rng: Random) -> None:
    """A report of one session: the first, one that takes its place, or one of another occasion."""
    event = rng.choice(_events(world))
    data = _file(world, event, rng).encode()
    import_report(event, data, EASTERN, by=BY, file_name="report.csv")


def _file(world: World, event: Event, rng: Random) -> str:
    start = wall(event.starts_at, EASTERN).replace(tzinfo=None)
    lines: dict[str, list[str]] = {"host": [], "panelist": [], "attendee": [], "other": []}
    for address in rng.sample(world.addresses, rng.randint(1, 6)):
        section = rng.choices(("attendee", "panelist", "host"), (8, 1, 1))[0]
        lines[section] += [_line(section, address, start, rng) for _ in range(rng.choice((1, 1, 2, 3)))]
    for name in rng.sample(NAMELESS, rng.randint(0, 2)):
        lines["other"] += [_line("other", name, start, rng) for _ in range(rng.choice((1, 2)))]
    return (
        f'Attendee Report,\nReport Generated:,"{_clock(start + timedelta(hours=rng.randint(3, 300)))}"\n'
        "Topic,Webinar ID,Actual Start Time,Actual Duration (minutes),# Registered,# Cancelled,Unique Viewers,Total Users,"
        f'Max Concurrent Views\n"S",{rng.choice((111, 111, 222))},"{_clock(start)}",60,3,0,2,5,2\n'
        f"Host Details,\n{_HEAD}{''.join(lines['host'])}Panelist Details,\n{_HEAD}{''.join(lines['panelist'])}"
        "Attendee Details,\nAttended,First Name,Last Name,Email,Registration Time,Approval Status,Join Time,Leave Time,"
        f"Time in Session (minutes),Country/Region Name\n{''.join(lines['attendee'])}"
        "Other Attended,\nUser Name,Join Time,Leave Time,Time in Session (minutes),Country/Region Name\n"
        f"{''.join(lines['other'])}"
    )


def _line(section: str, who: str, start: datetime, rng: Random) -> str:
    joined = start + timedelta(minutes=rng.randint(-5, 40))
    left = joined + timedelta(minutes=rng.randint(1, 50))
    times = f'"{_clock(joined)}","{_clock(left)}","{round((left - joined).total_seconds() / 60)}","Canada"\n'
    if section == "other":
        return f'"{who}",{times}'
    if section != "attendee":
        return f'"Yes","{_name(who)}","{who}",{times}'
    registered = f'"{_clock(start - timedelta(days=rng.randint(1, 30)))}","approved"'
    if rng.random() < 0.2:
        return f'"No","Name","{_name(who)[5:]}","{who}",{registered},"--","--","--","--"\n'
    if rng.random() < 0.1:
        times = '"--","--","--","Canada"\n'
    return f'"Yes","Name","{_name(who)[5:]}","{who}",{registered},{times}'


def _name(address: str) -> str:
    """A name without a digit in it, so that everybody believes it."""
    return f"Name {'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[int(address[1 : address.index('@')])]}"


def _clock(at: datetime) -> str:
    return f"{at:%b %d, %Y %H:%M:%S}"


def undo(world: World, rng: Random) -> None:
    ids = [each.id for each in _events(world)]
    query = select(AttendanceReport).where(AttendanceReport.event_id.in_(ids)).order_by(AttendanceReport.id)
    undo_import(rng.choice(db.session.scalars(query).all()), by=BY)


def decide(world: World, rng: Random) -> None:
    """Whose an entry without an address is; that nobody knows; or neither any more."""
    ids = [each.id for each in _events(world)]
    query = select(AttendanceRow).where(AttendanceRow.event_id.in_(ids), AttendanceRow.email.is_(None))
    row = rng.choice(db.session.scalars(query.order_by(AttendanceRow.id)).all())
    event = db.session.get_one(Event, row.event_id)
    what = rng.randrange(4)
    if what == 0:
        deciding.undecide(event, row, by=BY)
    else:
        whose = rng.choice(_people(world)) if what > 1 else None
        deciding.decide(event, row, whose, by=BY, head=whose is None and rng.random() < 0.7)


def correct(world: World, rng: Random) -> None:
    """Staff say of somebody that they did not come, came, for how long, or from when to when; or take that back."""
    event = rng.choice(_events(world))
    said = select(AttendanceCorrection).where(
        AttendanceCorrection.event_id == event.id, AttendanceCorrection.taken_back_at.is_(None)
    )
    standing = db.session.scalars(said.order_by(AttendanceCorrection.id)).all()
    if standing and rng.random() < 0.4:
        hand.take_back(event, rng.choice(standing), by=BY)
        return
    start = event.starts_at + timedelta(minutes=rng.randint(0, 20))
    stretches = [
        (start, start + timedelta(minutes=5)),
        (start + timedelta(minutes=3), start + timedelta(minutes=20)),
    ]
    said_now = rng.choice((
        hand.Said(False), hand.Said(True), hand.Said(True, minutes=rng.randint(1, 60)), hand.Said(True, stretches=stretches),
    ))  # fmt: skip
    hand.correct(event, rng.choice(_people(world)), said_now, "They wrote to us.", by=BY)


def call_off(world: World, rng: Random) -> None:
    """A session is called off, or takes place after all."""
    event = rng.choice(_events(world))
    with frozen(event.starts_at - timedelta(hours=1)):
        if event.state == "cancelled":
            schedule.reinstate(event, by=BY)
        else:
            schedule.cancel(event, by=BY)


def move(world: World, rng: Random) -> None:
    event = rng.choice(_events(world))
    start = event.starts_at + timedelta(hours=rng.choice((-20, -1, 1, 26, 24 * 15)))
    start = min(start, TODAY - timedelta(days=1))
    with frozen(min(start, event.starts_at) - timedelta(days=1)):
        schedule.move(event, start, start + timedelta(minutes=rng.choice((30, 60, 90))), by=BY)


def one_person(world: World, rng: Random) -> None:
    """Two people are one; or they are two after all."""
    if world.merged and rng.random() < 0.4:
        gone = db.session.get_one(Person, world.merged.pop())
        people.unmerge(gone, by=BY)
    else:
        keep, gone = rng.sample(_people(world), 2)
        people.merge(keep, gone, by=BY)
        world.merged.append(gone.id)


def one_home(world: World, rng: Random) -> None:
    """Two organizations are one; or they are two after all."""
    if world.homes:
        organizations.unmerge(db.session.get_one(Organization, world.homes.pop()), by=BY)
        return
    known = select(Organization).where(Organization.merged_into_id.is_(None)).order_by(Organization.id)
    keep, gone = rng.sample(list(db.session.scalars(known)), 2)
    organizations.merge(keep, gone, by=BY)
    world.homes.append(gone.id)


def erasure(world: World, rng: Random) -> None:
    erase(rng.choice(_people(world)), by=BY)


#: With how often each happens.
WRITES: dict[Callable[[World, Random], None], int] = {
    register: 12, give_back: 3, rejoin: 2, arrange: 3, joins: 1, in_bulk: 2, report: 8, undo: 2, decide: 5, correct: 4, call_off: 2,
    move: 3, one_person: 3, one_home: 1,
}  # fmt: skip


# --- an order ------------------------------------------------------------------------------------------------------------


def play(world: World, rng: Random) -> dict[str, int]:
    """A few writes, each committed by itself; how often each was done, and how many were refused."""
    done: dict[str, int] = {}
    alone = rng.random() < 0.08
    for _ in range(1 if alone else rng.randint(1, 5)):
        write = erasure if alone else rng.choices(list(WRITES), list(WRITES.values()))[0]
        name = write.__name__
        try:
            write(world, rng)
            db.session.commit()
        except (
            Refused,
            IndexError,
            ValueError,
            NoResultFound,
        ):  # not now, or there is nothing to choose from
            db.session.rollback()
            name = "refused"
        done[name] = done.get(name, 0) + 1
    return done


def counted(world: World, rng: Random) -> dict[str, Any]:
    """What Jam says of the program, of a period of it, and of one state."""
    choices = {
        "all": Choice(world.slug),
        "period": Choice(world.slug, date(2026, 8, 20), date(2026, 9, 20)),
        "state": Choice(world.slug, given=Given(state="OH")),
    }
    del choices[rng.choice(("period", "state"))]
    found: dict[str, Any] = {}
    for name, choice in choices.items():
        of = statistics(choice)
        parted = breakdowns(choice)
        found[name] = {
            "measures": of.measures,
            "sessions": [
                [each.id, each.registrations, each.at_start, each.came, each.attendees, each.walk_ins, each.minutes,
                 each.median_minutes, each.peak]
                for each in of.sessions
            ],
            "parts": {
                kind: sorted([row.value, row.registrations, row.at_start, row.came] for row in rows)
                for kind, rows in (
                    ("state", parted.by_state), ("sector", parted.by_sector), ("role", parted.by_job_role),
                    ("source", parted.by_source), ("area", parted.by_area),
                )
            },
        }  # fmt: skip
    return found


def main(sabotage: str) -> None:
    """Answer line by line until there are no more."""
    app = create_app(Settings())
    if sabotage:
        import_module(f"tests.load.sabotage.{sabotage}")
    world = None
    with app.app_context(), frozen(TODAY):
        add_first_terms(by=BY)
        db.session.commit()
        for asked in sys.stdin:
            number, fresh = json.loads(asked)
            rng = Random(number)
            try:
                if fresh or world is None:
                    homes = world.homes if world else []
                    world = make_world(number)
                    world.homes = homes
                answer: dict[str, Any] = {"program": world.slug, "steps": play(world, rng)}
                if rng.random() < 0.5:
                    refresh(rng.choice((1, 50)))
                if rng.random() < 0.05:
                    answer["rebuilt"] = rebuild().different
                answer["found"] = counted(world, rng)
            except Exception:
                answer = {"crash": traceback.format_exc()[-900:]}
            finally:
                db.session.rollback()
                db.session.remove()
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
