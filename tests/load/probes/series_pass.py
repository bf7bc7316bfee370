"""Many people take the pass for a program with many dates, everybody by two clicks; then one date more is published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from time import monotonic

import requests
from sqlalchemy import select

from jam.base.database import db
from jam.base.now import now
from jam.mail.actions import hasten
from jam.mail.models import Letter
from tests import makers
from tests.load.browser import Filled, broken, statuses
from tests.load.crowd import Watch, at_once
from tests.load.probe import Probe, Sizes
from tests.load.report import Report
from tests.load.stage import Stage
from tests.load.visitor import about_work

CLIENTS = 50


def run(stage: Stage, sizes: Sizes) -> Report:
    """Everybody has a seat at every date and one letter; then the worker gives everybody the new date and tells them once."""
    report, watch = Report(n=sizes["people"]), Watch()
    with stage.preparing():
        program = makers.program("series-for-many")
        for number in range(sizes["dates"]):
            makers.event(program, starts_at=now() + timedelta(days=30 + 7 * number), title=f"Date {number}")
        program_id, page, work = program.id, f"/programs/{program.slug}/register", about_work()
    with stage.browser() as browser:
        form = browser.fill(page, {**work, "email": "", "name": ""})
    people = [f"holder{number}.pass@people.example" for number in range(sizes["people"])]
    both = at_once(CLIENTS, [watch.timed(partial(_two_clicks, form, address)) for address in people])
    answers = [answer for pair in both for answer in pair]
    report.violations += broken(answers)
    found = statuses(answers)
    report.demand(found == {"303": 2 * len(people)}, f"who took the pass was answered {found}, not 303")
    report.violations += _problems(stage, program_id, people, sizes["dates"], Counter(["pass"]))
    report.figures |= {**sizes, "statuses": found, **watch.figures()}
    if report.ok:
        stage.await_letters()
        report.violations += _not_arrived(stage, people, 1)
    if report.ok:
        _one_date_more(stage, program_id, people, sizes["dates"], report)
    report.figures["registrations"] = sum(_seats(stage, program_id).values())
    report.figures["letters"] = _arrived(stage, people).total()
    return report


def _two_clicks(form: Filled, address: str) -> Sequence[requests.Response]:
    """Take the pass, and take it again."""
    return [form.send(email=address, name="Pass Holder") for _ in range(2)]


def _one_date_more(stage: Stage, program_id: int, people: Sequence[str], dates: int, report: Report) -> None:
    with stage.preparing():
        added = makers.event(
            makers.program("series-for-many"), starts_at=now() + timedelta(days=20), title="One date more"
        )
        event_id = added.id
    began = monotonic()
    stage.await_none(
        "SELECT count(*) FROM series_pass WHERE program_id = :program AND NOT EXISTS (SELECT 1 FROM registration"
        " WHERE registration.person_id = series_pass.person_id AND registration.event_id = :event)",
        "nobody who holds the pass was registered for the new date",
        program=program_id,
        event=event_id,
    )
    report.figures["enrolled_after"] = round(monotonic() - began, 2)
    wanted = Counter(["pass", "pass-dates"])
    report.violations += _problems(stage, program_id, people, dates + 1, wanted)
    report.violations += _not_arrived(stage, people, 1)  # the second one waits, in case more dates come
    if report.ok:
        with stage.preparing():
            query = select(Letter).where(Letter.kind == "pass-dates", Letter.scope_id == program_id)
            hasten(list(db.session.scalars(query)), by=makers.BY)
        stage.await_letters()
        report.violations += _not_arrived(stage, people, 2)


def _problems(
    stage: Stage, program_id: int, people: Sequence[str], dates: int, kinds: Counter[str]
) -> Iterator[str]:
    """What is not as it has to be: everybody is confirmed at each date, and has one letter of each of these kinds."""
    seats = _seats(stage, program_id)
    if seats != Counter(dict.fromkeys(people, dates)):
        yield f"{len(seats)} people have {seats.total()} seats, not {len(people)} people {dates} each"
    rows = stage.tables.rows(
        "SELECT to_address, kind FROM letter WHERE recipient_kind = 'person' AND recipient_id IN"
        " (SELECT person_id FROM series_pass WHERE program_id = :program)",
        program=program_id,
    )
    written = Counter((row["to_address"], row["kind"]) for row in rows)
    wanted = Counter({(address, kind): number for address in people for kind, number in kinds.items()})
    if written != wanted:
        found = Counter(row["kind"] for row in rows)
        yield f"the letters written are {dict(found)}, not {dict(kinds)} to each of {len(people)}"


def _seats(stage: Stage, program_id: int) -> Counter[str]:
    """At how many dates of the program each address has a seat."""
    rows = stage.tables.rows(
        "SELECT address.normal FROM registration JOIN address ON address.person_id = registration.person_id"
        " JOIN event ON event.id = registration.event_id"
        " WHERE event.program_id = :program AND registration.status = 'confirmed'",
        program=program_id,
    )
    return Counter(row["normal"] for row in rows)


def _arrived(stage: Stage, people: Sequence[str]) -> Counter[str]:
    ours = set(people)
    return Counter(each.to[0] for each in stage.sink.received if each.to[0] in ours)


def _not_arrived(stage: Stage, people: Sequence[str], number: int) -> Iterator[str]:
    arrived = _arrived(stage, people)
    if arrived != Counter(dict.fromkeys(people, number)):
        yield f"{arrived.total()} letters arrived at {len(arrived)} people, not {number} at each of {len(people)}"


PROBE = Probe(
    "pass",
    "many take the series pass of a program with many dates, then one more is published",
    run,
    sizes={"people": 577, "dates": 12},
    sabotages=("forgetful", "taken"),
)
