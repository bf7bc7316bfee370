"""Many letters are due at once, and several workers want to deliver them."""

from __future__ import annotations

from collections import Counter

from jam.base.database import db
from jam.mail.actions import About, Recipient, draft
from tests import makers
from tests.load.probe import Probe, Sizes
from tests.load.report import Report
from tests.load.stage import Stage

#: Seconds that one worker alone would take: longer than a worker sleeps, so that all of them meet.
ALONE = 6.0


def run(stage: Stage, sizes: Sizes) -> Report:
    """Each letter arrives once, by whichever worker."""
    report = Report(n=sizes["n"])
    stage.sink.pause = ALONE / sizes["n"]
    with stage.preparing():
        for number in range(sizes["n"]):
            due(number)
    stage.await_letters()
    stage.stop_clocks()
    rows = stage.tables.rows("SELECT message_id, state FROM letter")
    arrived = Counter(each.id for each in stage.sink.received)
    report.demand(all(row["state"] == "sent" for row in rows), "letters are left that were not sent")
    missing = {row["message_id"] for row in rows} - arrived.keys()
    report.demand(not missing, f"{len(missing)} letters did not arrive")
    again = sum(number - 1 for number in arrived.values())
    report.demand(not again, f"letters arrived {again} times again")
    report.figures["arrived"] = arrived.total()
    return report


def due(number: int) -> None:
    """A letter that may leave now."""
    address = f"guest{number}@people.example"
    draft(
        "sign-in",
        Recipient(address, f"Guest {number}", "person", makers.person(address).id),
        About(
            scope=("account", number),
            values={"name": f"Guest {number}", "minutes": "30"},
            links={"sign_in": ("sign-in", number)},
        ),
        key=f"load:{number}",
    )
    db.session.flush()


PROBE = Probe(
    "letters",
    "letters due at once, several workers",
    run,
    sizes={"n": 500, "workers": 4},
    web=0,
    sabotages=("claim",),
)
