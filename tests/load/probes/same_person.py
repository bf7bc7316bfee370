"""One person sends the form many times at the same moment, the address now in capitals, now with blanks around it."""

from __future__ import annotations

from functools import partial

from tests import makers
from tests.load.browser import broken, statuses
from tests.load.crowd import Watch, at_once
from tests.load.probe import Probe, Sizes
from tests.load.report import Report
from tests.load.stage import Stage
from tests.load.tables import growth
from tests.load.visitor import about_work

CLIENTS = 50
ADDRESS = "ana.lee@clinic.example"
#: All of them are one address, also to the limit per address.
VARIANTS = (ADDRESS, "Ana.Lee@Clinic.Example", f" {ADDRESS}", f"{ADDRESS}  ", " ANA.LEE@CLINIC.EXAMPLE ")
#: Tries of one address that the limit lets pass in an hour.
LIMIT = 10


def run(stage: Stage, sizes: Sizes) -> Report:
    """One registration, one person, one letter; whoever is not told of the seat is told to wait."""
    report, watch = Report(n=sizes["n"]), Watch()
    with stage.preparing():
        page, work = f"/sessions/{makers.event().slug}/register", about_work()
    before = stage.tables.counts()
    with stage.browser() as browser:
        form = browser.fill(page, {**work, "email": "", "name": "Ana Lee"})
    calls = [
        watch.timed(partial(form.send, email=VARIANTS[number % len(VARIANTS)]))
        for number in range(sizes["n"])
    ]
    answers = at_once(CLIENTS, calls)
    report.violations += broken(answers)
    found = report.figures["statuses"] = statuses(answers)
    passed = min(LIMIT, sizes["n"])
    report.demand(found.get("303", 0) == passed, f"{found.get('303', 0)} were let through, not {passed}")
    report.demand(found.get("429", 0) == sizes["n"] - passed, f"the others were answered {found}, not 429")
    grown = growth(before, stage.tables.counts())
    for table in ("registration", "person", "address", "letter"):
        report.demand(grown.get(table) == 1, f"{grown.get(table, 0)} rows came into {table}, not 1")
    if report.ok:
        stage.await_letters()
        arrived = len(stage.sink.to(ADDRESS))
        report.demand(arrived == 1, f"{arrived} letters arrived, not 1")
    report.figures |= watch.figures()
    return report


PROBE = Probe(
    "same-person",
    "one address in all its variants, many times at once",
    run,
    sizes={"n": 100},
    clocks=2,
    sabotages=("address", "again", "unique"),
)
