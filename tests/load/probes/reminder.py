"""A reminder is due for everybody at a large session, and several workers look at the same moment."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from jam.base.now import frozen, now
from jam.people.actions import Details
from jam.registration import actions as registrations
from jam.registration.rules import Source
from tests import makers
from tests.load.probe import Probe, Sizes
from tests.load.report import Report
from tests.load.stage import NotReady, Stage, await_that

HOUR = 3600.0

_LEFT = "SELECT count(*) FROM letter WHERE state IN ('due', 'sending')"
_OPEN = "SELECT count(*) FROM reminder WHERE state IN ('scheduled', 'running') AND due_at <= :present"


def run(stage: Stage, sizes: Sizes) -> Report:
    """One letter to each, under a key of its own, however many workers write and deliver them."""
    report, people = Report(n=sizes["people"]), sizes["people"]
    stage.stop_clocks()
    with stage.preparing():
        start = now() + timedelta(hours=25)
        event = makers.event(title="A large session", starts_at=start)
        with frozen(start - timedelta(days=10)):
            for number in range(people):
                # Without a letter about the seat: those of the reminder are what is counted.
                registrations.register(
                    event, f"remind{number}@people.example", Details(name=f"Ana {number}"), source=Source.FORM, quiet=True
                )  # fmt: skip
        event_id = event.id
    # It is two hours later now: the letter of a day before is due, and that of a week before is long overdue.
    with stage.forge() as forge:
        workers = [forge.start("work", ahead=2 * HOUR) for _ in range(sizes["workers"])]
        present = now() + timedelta(hours=2)
        try:
            await_that(
                lambda: not stage.tables.number(_OPEN, present=_plain(present)),
                300,
                "the reminder was not written",
            )
            await_that(lambda: not stage.tables.number(_LEFT), 300, "the letters did not leave")
        except NotReady as reason:
            report.violations.append(str(reason))
        ended = [forge.end(worker, told=True, within=40) for worker in workers]
        ended.append(forge.run("tick", times=[2 * HOUR + 60, 4 * HOUR]))
    report.demand(not any(ended), f"the workers ended with {ended}")
    rows = stage.tables.rows("SELECT key, message_id, to_address, state FROM letter WHERE kind = 'reminder'")
    report.demand(len(rows) == people, f"{len(rows)} letters were written, not {people}")
    keys, whom = {row["key"] for row in rows}, Counter(row["to_address"] for row in rows)
    report.demand(len(keys) == people, f"there are {len(keys)} keys, not {people}")
    again = sum(number - 1 for number in whom.values())
    report.demand(not again, f"people got {again} letters too many")
    report.demand({row["state"] for row in rows} == {"sent"}, "letters were written that did not leave")
    arrived = Counter(each.id for each in stage.sink.received)
    report.demand(
        arrived == Counter(row["message_id"] for row in rows),
        f"{arrived.total()} letters arrived, not {people}",
    )
    stand = stage.tables.rows(
        "SELECT state, reason FROM reminder WHERE event_id = :event ORDER BY due_at", event=event_id
    )
    states = [row["state"] for row in stand]
    report.demand(states[:2] == ["missed", "done"], f"the reminders stand {states}, not missed, done …")
    report.figures |= {
        **sizes,
        "letters": len(rows),
        "keys": len(keys),
        "arrived": arrived.total(),
        "states": states,
    }
    return report


def _plain(at: object) -> str:
    # Both engines compare it as text or as a time with the zone of the session, which is UTC in both.
    return f"{str(at)[:19]}+00"


PROBE = Probe(
    "reminder",
    "a reminder for everybody at a large session, several workers",
    run,
    sizes={"people": 577, "workers": 4},
    web=0,
    clocks=0,
    sabotages=("keys",),
)
