"""Calendar programs poll for ever: what has not changed costs them nothing, and Jam one small read."""

from __future__ import annotations

import time
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import update

from jam.base.database import db
from jam.base.now import frozen, now
from jam.calendars.actions import make_link
from jam.calendars.jobs import build_calendars
from jam.calendars.models import CalendarFeed
from jam.calendars.pages import personal_address
from jam.schedule import actions as schedule
from jam.schedule.programs import make_cohort
from jam.vocabulary.actions import add_first_terms
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind
from tests import makers
from tests.load.browser import quiet_session
from tests.load.probe import Probe, Sizes
from tests.load.report import Report
from tests.load.stage import Stage


def run(stage: Stage, sizes: Sizes) -> Report:
    """Poll each feed so often, as a calendar program does: with the ETag it got last. Then count statements."""
    report = Report(n=sizes["n"])
    paths = _prepare(stage)
    unchanged = sent = 0
    began = time.monotonic()
    with quiet_session() as session:
        for name, path in paths.items():
            first = session.get(stage.base_url + path, timeout=60)
            report.demand(first.status_code == 200, f"{name} answered {first.status_code}")
            tag, not_modified = first.headers.get("ETag", ""), 0
            for _ in range(sizes["n"] - 1):
                again = session.get(stage.base_url + path, headers={"If-None-Match": tag}, timeout=60)
                not_modified += again.status_code == 304
                sent += len(again.content)
                tag = again.headers.get("ETag", tag)
            wanted = sizes["n"] - 1
            report.demand(
                not_modified == wanted, f"{name}: {not_modified} of {sizes['n']} polls were 304, not {wanted}"
            )
            bodies = {session.get(stage.base_url + path, timeout=60).content for _ in range(5)} | {
                first.content
            }
            report.demand(len(bodies) == 1, f"{name}: {len(bodies)} bodies of one unchanged feed")
            by_time = {"If-Modified-Since": first.headers.get("Last-Modified", "")}
            status = session.get(stage.base_url + path, headers=by_time, timeout=60).status_code
            report.demand(status == 304, f"{name}: If-Modified-Since answered {status}")
            unchanged += not_modified
    seconds = time.monotonic() - began
    costs = {name: _statements(stage.app, path) for name, path in paths.items()}
    for name, count in costs.items():
        report.demand(count == 1, f"{name}: a poll that finds nothing new sent {count} statements")
    report.figures |= {
        "feeds": len(paths),
        "not_modified": unchanged,
        "polls": sizes["n"] * len(paths),
        "bytes_of_304s": sent,
        "statements_of_a_304": max(costs.values()),
        "ms_per_poll": round(1000 * seconds / (sizes["n"] * len(paths)), 1),
    }
    return report


def _prepare(stage: Stage) -> dict[str, str]:
    """Sessions, a recording and somebody's own feed; the paths by name."""
    with stage.preparing(), frozen(now() - timedelta(hours=1)):
        add_first_terms(by=makers.BY)
        program, lever, today = makers.program(), terms(Kind.LEVER)[0], now().date()
        cohort = make_cohort(program, "polled", "Polled", today, today + timedelta(days=90), by=makers.BY)
        seats = []
        for number in range(12):
            event = makers.event(program, starts_at=now() + timedelta(days=20 + number), cohort=cohort)
            given = schedule.EventFields(title=f"Session {number}", join_url=event.join_url)
            schedule.edit_event(event, given, [lever], [], by=makers.BY)
            seats.append(makers.registration(event, "polls@people.example"))
        past = makers.event(program, starts_at=now() - timedelta(days=9))
        given = schedule.EventFields(title="Recorded", recording_url="https://video.example/1")
        schedule.edit_event(past, given, [], [], by=makers.BY)
        make_link(seats[0].person, by=makers.BY)
        own = personal_address(seats[0].person)
        assert own
        paths = {
            "all": "/calendar/all.ics",
            "program": f"/calendar/program/{program.slug}.ics",
            "cohort": f"/calendar/cohort/{cohort.slug}.ics",
            "lever": f"/calendar/lever/{lever.slug}.ics",
            "single": f"/sessions/{seats[0].event.slug}.ics",
            "recordings": "/recordings.atom",
            "personal": urlsplit(own).path,
        }
    stage.stop_clocks()
    with stage.preparing():
        build_calendars()
        # Changes within one second are told apart by the seconds after it; polls are not to wait until these have come.
        db.session.execute(update(CalendarFeed).values(changed_at=now() - timedelta(minutes=1)))
    return paths


def _statements(app: Flask, path: str) -> int:
    """How many statements the answer to a poll takes that finds nothing new."""
    client = app.test_client()
    base = app.config["BASE_URL"]
    tag = client.get(path, base_url=base).headers.get("ETag", "")
    with app.app_context(), makers.statements() as sent:
        client.get(path, base_url=base, headers={"If-None-Match": tag})
    return len(sent)


PROBE = Probe(
    "feed-cache",
    "polls of each feed with the ETag that came last",
    run,
    sizes={"n": 100},
    web=2,
    sabotages=("restless",),
)
