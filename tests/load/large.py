"""A process that measures what grows, in a Jam of its own: `python -m tests.load.large dashboards|import [ROWS] [SABOTAGE]`.

Each run is a fresh process, so that the most memory it had is that of what it measured. It prints one JSON line.
"""

from __future__ import annotations

import csv
import io
import json
import random
import resource
import sys
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from importlib import import_module
from itertools import islice
from typing import Any

from flask import Flask
from sqlalchemy import event as happening
from sqlalchemy import text

from jam import create_app
from jam.attendance.actions import import_report
from jam.base.bulk import new_ids, put
from jam.base.database import db, reading
from jam.base.now import now
from jam.base.settings import Settings
from jam.base.zones import EASTERN
from jam.people.models import Address, Person
from jam.schedule.models import Event
from jam.statistics.choice import Choice
from jam.statistics.queries import as_json, statistics
from tests import makers
from tests.clients import Client

#: How often each page is asked for; the quickest counts, since the machine is shared.
TIMES = 7

HEAD = (
    "Attendee Report\n"
    'Report Generated:,"Oct 20, 2026 3:50 PM"\n'
    "Topic,Webinar ID,Actual Start Time,Actual Duration (minutes),# Registered,# Cancelled,Unique Viewers,Total Users,"
    "Max Concurrent Views,Enable Registration\n"
    'A large one,847 5984 1045,"Oct 20, 2026 1:00 PM",90,{people},0,{people},{people},{people},Yes\n'
    "Attendee Details\n"
    "Attended,User Name (Original Name),First Name,Last Name,Email,Phone,Registration Time,Approval Status,Join Time,"
    "Leave Time,Time in Session (minutes),Is Guest,Country/Region Name\n"
)
DATES = "%b %d, %Y %H:%M:%S"


def report(rows: int) -> bytes:
    """A webinar's report of so many lines; a fifth of them are of people who came a second time."""
    rng, people = random.Random(7), rows - rows // 5
    lines = [HEAD.format(people=people)]
    for number in range(rows):
        who, first = number % people, number < people
        join = rng.randrange(3000)
        leave = join + rng.randrange(60, 2400)
        taken = f'"Oct 01, 2026 {_clock(rng.randrange(86400))}",approved' if first else ","
        lines.append(
            f"Yes,Person {who} Example,Person {who},Example,person.{who}@org{who % 900}.example.org,,{taken},"
            f'"Oct 20, 2026 {_clock(46800 + join)}","Oct 20, 2026 {_clock(46800 + leave)}",{(leave - join) // 60 + 1},Yes,'
            "United States\n"
        )
    return "".join(lines).encode()


def _clock(second: int) -> str:
    return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"


# --- import ----------------------------------------------------------------------------------------------------------


def bring_in(app: Flask, rows: int) -> dict[str, Any]:
    """Seconds and processor seconds of reading and upserting a report by hand, and of importing it; megabytes it took."""
    data = report(rows)
    with app.app_context():
        session = makers.event(title="A large one", starts_at=makers.utc("2026-10-20 17:00"))
        db.session.commit()
        id = session.id
        plain = _timed(lambda: _by_hand(data))
        tables = _timed(lambda: _same_rows(data))
        before = _megabytes()
        event = db.session.get(Event, id)
        assert event is not None
        imported = _timed(lambda: _imported(event, data))
        came = db.session.scalar(text("SELECT count(*) FROM attendance_row"))
    return {
        "lines": came,
        "by hand": plain,
        "rows alone": tables,
        "import": imported,
        "megabytes before": before,
        "megabytes at most": _megabytes(),
        "megabytes of the file": round(len(data) / 1e6, 1),
    }


def _imported(event: Event, data: bytes) -> None:
    import_report(event, data, EASTERN, by="command")
    db.session.commit()


def _by_hand(data: bytes) -> None:
    """What nobody can do without: read the CSV, parse its dates, and put the rows into one table in one transaction."""
    lines = [
        (row[4], row[1], row[10], *(_parsed(row[at]) if row[at] else None for at in (6, 8, 9)))
        for row in _lines(data)
    ]
    db.session.execute(
        text(
            "CREATE TEMPORARY TABLE by_hand (email text, name text, minutes text, taken text, joined text, gone text,"
            " UNIQUE (email, joined))"
        )
    )
    driver: Any = db.session.connection().connection.driver_connection
    sqlite = db.engine.dialect.name == "sqlite"
    mark = "?" if sqlite else "%s"
    driver.cursor().executemany(
        f"INSERT INTO by_hand VALUES ({', '.join([mark] * 6)}) ON CONFLICT (email, joined) DO UPDATE SET"
        " gone = excluded.gone",
        [
            (email, name, minutes, str(taken), str(joined), str(gone))
            for email, name, minutes, taken, joined, gone in lines
        ],
    )
    db.session.execute(text("DROP TABLE by_hand"))
    db.session.commit()


def _parsed(cell: str) -> datetime:
    return datetime.strptime(cell, DATES)  # noqa: DTZ007 - as a clock on the wall showed it


def _lines(data: bytes) -> Iterable[list[str]]:
    return islice(csv.reader(io.StringIO(data.decode())), 6, None)


def _same_rows(data: bytes) -> None:
    """As many rows as the import writes, in the same tables with their indexes and triggers; then all is taken back."""
    at = now()
    addresses = list(dict.fromkeys(row[4] for row in _lines(data)))
    people = new_ids(Person, len(addresses))
    event_id = db.session.scalar(text("SELECT max(id) FROM event"))
    put(Person, ("id", "name", "created_at"), ((id, f"Person {id}", at) for id in people))
    put(
        Address,
        ("person_id", "address", "normal", "preferred"),
        ((id, each, each, True) for id, each in zip(people, addresses, strict=True)),
    )
    from jam.attendance.models import Attendance, AttendanceReport, AttendanceRow
    from jam.registration.models import Registration

    kept = AttendanceReport(
        event_id=event_id, format="zoom-webinar", time_zone=EASTERN, stored_as="-", sha256="-", size=0,
        figures={}, imported_at=at, imported_by="command",
    )  # fmt: skip
    db.session.add(kept)
    db.session.flush()
    put(
        AttendanceRow,
        ("report_id", "event_id", "row_key", "line", "section", "attended", "name", "email", "person_id",
         "joined_at", "left_at"),
        ((kept.id, event_id, f"{number:064x}", number, "attendee", True, row[1], row[4], people[number % len(people)], at, at)
         for number, row in enumerate(_lines(data))),
    )  # fmt: skip
    put(
        Registration,
        ("event_id", "person_id", "status", "source", "name", "registered_at"),
        ((event_id, id, "confirmed", "platform", f"Person {id}", at) for id in people),
    )
    put(
        Attendance,
        ("event_id", "person_id", "role", "seconds", "first_joined_at", "last_left_at"),
        ((event_id, id, "attendee", 60, at, at) for id in people),
    )
    db.session.rollback()


def _timed(work: Callable[[], object]) -> list[float]:
    """Seconds by the clock and of this process."""
    began, used = time.perf_counter(), time.process_time()
    work()
    return [round(time.perf_counter() - began, 2), round(time.process_time() - used, 2)]


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


# --- dashboards ------------------------------------------------------------------------------------------------------


def dashboards(app: Flask) -> dict[str, dict[str, float]]:
    """Milliseconds (by the clock, and of this process) and queries of what shows statistics: the desk's page, the public page, the command's document."""
    app.test_client_class = Client
    client = app.test_client()
    assert isinstance(client, Client)
    with app.app_context():
        makers.sign_in(client)

    def page(path: str) -> None:
        answer = client.get(path)
        assert answer.status_code == 200, f"{path} answered {answer.status_code}"

    def document() -> None:
        with app.app_context(), reading():
            json.dumps(as_json(statistics(Choice(None, None, None))))

    def public() -> None:
        app.extensions.pop("jam-statistics", None)  # a process keeps the totals for a minute
        page("/statistics")

    ways: dict[str, Callable[[], None]] = {
        "desk": lambda: page("/desk/statistics/"),
        "public": public,
        "command": document,
    }
    with app.app_context():
        engine = db.engine
    return {name: _cost(engine, way) for name, way in ways.items()}


def _cost(engine: Any, way: Callable[[], None]) -> dict[str, float]:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    way()
    happening.listen(engine, "before_cursor_execute", note)
    way()
    happening.remove(engine, "before_cursor_execute", note)
    clock, processor = [], []
    for _ in range(TIMES):
        began, used = time.perf_counter(), time.process_time()
        way()
        clock.append(time.perf_counter() - began)
        processor.append(time.process_time() - used)
    return {
        "ms": round(1000 * min(clock), 1),
        "processor ms": round(1000 * min(processor), 1),
        "queries": len(asked),
    }


def main(what: str, rows: int, sabotage: str) -> None:
    """Measure one thing and say it."""
    app = create_app(Settings())
    if sabotage:
        import_module(f"tests.load.sabotage.{sabotage}")
    print(json.dumps(dashboards(app) if what == "dashboards" else bring_in(app, rows)))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else "")
