"""No worker runs for two days. When one comes back, what is still of use leaves at once, and once; the rest is owned up to."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from jam.base.now import frozen, now
from jam.mail.rules import GRACE
from jam.people.actions import Details
from jam.registration import actions as registrations
from jam.registration.rules import Source
from tests import makers
from tests.load.probe import Probe, Sizes
from tests.load.report import Report
from tests.load.stage import NotReady, Stage, await_that

HOUR = 3600.0

#: People with a seat at each session.
PEOPLE = 5

#: Seconds from the start of the worker to the last letter.
WITHIN = 60


@dataclass(frozen=True)
class Case:
    """A session that begins so many hours after the worker is back, and what becomes of its reminders by then."""

    begins: float
    #: By the rule's name: those that fell due while nobody was there.
    wanted: dict[str, str]
    reported: bool = False


CASES = {
    # Tomorrow: the letter of a day before is half a day late, and still of use.
    "tomorrow": Case(12, {"One day before": "done"}),
    # In half an hour: two are due to the same people, and only the newer one goes out.
    "very soon": Case(0.5, {"One day before": "missed", "One hour before": "done"}),
    # In six and a half days.
    "next week": Case(6.5 * 24, {"One week before": "done"}),
    # It took place meanwhile.
    "gone by": Case(-18, {"One day before": "missed", "One hour before": "missed"}),
    # It took place before, and a day after it people were to be thanked.
    "before": Case(-60, {"To those who came": "done", "To those who missed it": "done"}, reported=True),
    # Nothing of it fell due.
    "far off": Case(30 * 24, {}),
}


def run(stage: Stage, sizes: Sizes) -> Report:
    """Each reminder that fell due meanwhile stands and was sent as the table says."""
    report, away = Report(n=sizes["hours"]), sizes["hours"] * HOUR
    stage.stop_clocks()
    began = now()
    with stage.preparing():
        titles = {_session(title, case, away): title for title, case in CASES.items()}
    with stage.forge() as forge:
        # Until now a worker ran: what was due before has left.
        ended = [forge.run("tick", times=[0, 60])]
        before = len(stage.sink.received)
        start = time.monotonic()
        worker = forge.start("work", ahead=away)
        reminders = [case for case in CASES.values() if not case.reported]
        prompt = PEOPLE * sum(state == "done" for case in reminders for state in case.wanted.values())
        try:
            await_that(lambda: len(stage.sink.received) - before >= prompt, 120, "letters did not arrive")
        except NotReady as reason:
            report.violations.append(str(reason))
        seconds = time.monotonic() - start
        ended.append(forge.end(worker, told=True, within=40))
        ended.append(forge.run("tick", times=[away + 90, away + 200]))
        at_once = len(stage.sink.received) - before
        report.demand(at_once == prompt, f"{at_once} letters left before the follow-ups may, not {prompt}")
        # Letters after a session can be called back first.
        ended.append(forge.run("tick", times=[away + 200 + GRACE.total_seconds()]))
        wanted = prompt + PEOPLE  # those who came and those who did not are the people of one session
    report.demand(not any(ended), f"the workers ended with {ended}")
    report.demand(seconds <= WITHIN, f"the last letter left {seconds:.0f} seconds after the start")
    arrived = Counter((each.to[0], str(each.message["Subject"])) for each in stage.sink.received[before:])
    report.demand(arrived.total() == wanted, f"{arrived.total()} letters arrived, not {wanted}")
    report.demand(set(arrived.values()) <= {1}, "people got the same letter twice")
    rows = stage.tables.rows(
        "SELECT reminder.event_id, reminder_rule.name, reminder.state, reminder.reason FROM reminder"
        " JOIN reminder_rule ON reminder_rule.id = reminder.rule_id WHERE reminder.due_at > :began"
        " AND reminder.state <> 'scheduled'",
        began=f"{str(began)[:19]}+00",
    )
    found: dict[str, dict[str, str]] = {title: {} for title in CASES}
    for row in rows:
        found[titles[row["event_id"]]][row["name"]] = row["state"]
        report.demand(
            row["state"] != "missed" or bool(row["reason"]), f"{row['name']} was missed without a word why"
        )
    for title, case in CASES.items():
        report.demand(found[title] == case.wanted, f"“{title}” stands {found[title]}, not {case.wanted}")
    report.figures |= {"seconds": round(seconds, 1), "letters": arrived.total(), "stand": found}
    return report


def _session(title: str, case: Case, away: float) -> int:
    """A session with people who registered in time; its id."""
    start = now() + timedelta(seconds=away) + timedelta(hours=case.begins)
    event = makers.event(title=title, starts_at=start, recording_url="https://video.example/1")
    seats = []
    with frozen(min(now(), start - timedelta(days=20))):
        for number in range(PEOPLE):
            address = f"{title.replace(' ', '')}{number}@people.example"
            seats.append(
                registrations.register(
                    event, address, Details(name="Ana Lee"), source=Source.FORM, quiet=True
                )
            )
    if case.reported:
        makers.reported(event, *seats[:2])
    return event.id


PROBE = Probe(
    "downtime",
    "no worker for two days, over reminders that fall due",
    run,
    sizes={"hours": 48},
    web=0,
    clocks=0,
    sabotages=("grace", "stale"),
)
