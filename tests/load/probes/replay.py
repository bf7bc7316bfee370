"""Every form of the public and of people's own pages is sent twenty times over: it does what it does once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import requests
from flask import Flask

from jam.base.access import declared
from tests.load.browser import Filled, broken, statuses
from tests.load.crowd import at_once
from tests.load.probe import Probe, Sizes
from tests.load.probes.ways import WAYS, Way
from tests.load.report import Report
from tests.load.stage import Stage
from tests.load.tables import differing, growth

CLIENTS = 8

#: Whose pages are meant, by access rule.
RULES = ("public", "person")

#: Counting tries is the very work of the one; the other notes each statement that wrote, also one that changed nothing.
UNCOUNTED = {"rate_count", "touched_session"}


def run(stage: Stage, sizes: Sizes) -> Report:
    """Once and then again and again; and, for somebody else, all at the same moment."""
    report, routes = Report(n=sizes["n"]), set(posted(stage.app))
    stage.stop_clocks()
    unknown = sorted(routes - WAYS.keys())
    report.demand(not unknown, f"tests/load/probes/ways.py does not say how to fill {unknown}")
    for route in sorted(set(sizes.get("only", routes)) & WAYS.keys()):
        way = WAYS[route]
        try:
            problems = list(_problems(stage, way, sizes["n"], report))
        except Exception as error:  # one page that is out of order must not hide the others
            problems = [f"{type(error).__name__}: {error}"]
        report.violations += [f"{route}: {problem}" for problem in problems]
    report.figures["routes"] = sorted(routes)
    return report


def posted(app: Flask) -> Iterator[str]:
    """The routes that take a POST from visitors or from people on their own page."""
    rules = declared(app)
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and rules[rule.endpoint] in RULES:
            yield rule.rule


def _problems(stage: Stage, way: Way, n: int, report: Report) -> Iterator[str]:
    form, before = _ready(stage, way)
    first = form.send()
    once, digests = growth(before, _counts(stage)), stage.tables.digests({*UNCOUNTED, *way.grows})
    again = [form.send() for _ in range(n - 1)]
    yield from broken([first, *again])
    if first.status_code != way.status:
        yield f"the first try answered {first.status_code}, not {way.status}"
    if changed := differing(digests, stage.tables.digests({*UNCOUNTED, *way.grows})):
        yield f"tries after the first changed {', '.join(changed)}"
    yield from _too_much(way, once, growth(before, _counts(stage)), "after one another")

    form, before = _ready(stage, way)
    together = at_once(CLIENTS, [partial(form.send)] * n)
    yield from broken(together)
    yield from _too_much(way, once, growth(before, _counts(stage)), "at once")
    report.figures.setdefault("statuses", {})[way.name] = _merged([first, *again], together)


def _ready(stage: Stage, way: Way) -> tuple[Filled, dict[str, int]]:
    """A filled form of somebody new, and how many rows there are before it is sent."""
    with stage.preparing():
        target = way.prepare()
    with stage.browser() as browser:
        if target.enter:
            browser.open(target.enter)
        form = browser.fill(target.page, target.fields, target.action)
    return form, _counts(stage)


def _too_much(way: Way, once: dict[str, int], now: dict[str, int], how: str) -> Iterator[str]:
    for table in sorted(once.keys() | now.keys()):
        most = way.grows.get(table, once.get(table, 0))
        if now.get(table, 0) > most or now.get(table, 0) < once.get(table, 0):
            yield f"{how}, {now.get(table, 0)} rows came into {table}; a single try makes {once.get(table, 0)}"


def _counts(stage: Stage) -> dict[str, int]:
    return {table: rows for table, rows in stage.tables.counts().items() if table not in UNCOUNTED}


def _merged(alone: list[requests.Response], together: list[requests.Response]) -> dict[str, dict[str, int]]:
    return {"after_one_another": statuses(alone), "at_once": statuses(together)}


PROBE = Probe(
    "replay",
    "every form of the public and of people's own pages, sent twenty times over",
    run,
    sizes={"n": 20},
    clocks=0,
    sabotages=("again", "single_use"),
)
