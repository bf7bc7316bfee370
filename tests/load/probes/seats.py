"""Many different people want the last seats of a session at the same moment."""

from __future__ import annotations

from functools import partial

import requests

from tests import makers
from tests.load.browser import Filled, broken, statuses
from tests.load.crowd import Watch, at_once
from tests.load.probe import Probe, Sizes
from tests.load.report import Report
from tests.load.stage import Stage

CLIENTS = 50


def run(stage: Stage, sizes: Sizes) -> Report:
    """Round by round: everybody at once at a session of their own; then everybody with a seat has one letter."""
    report, watch = Report(n=sizes["n"]), Watch()
    for number in range(sizes["rounds"]):
        _round(stage, sizes, number, report, watch)
    if report.ok:
        _everybody_has_one_letter(stage, report)
    report.figures |= {"k": sizes["k"], "rounds": sizes["rounds"], **watch.figures()}
    return report


def _round(stage: Stage, sizes: Sizes, number: int, report: Report, watch: Watch) -> None:
    with stage.preparing():
        event = makers.event(capacity=sizes["k"], title=f"Round {number}")
        event_id, page = event.id, f"/sessions/{event.slug}/register"
    forms = _forms(stage, page, min(CLIENTS, sizes["n"]))
    calls = [
        watch.timed(
            partial(
                forms[person % len(forms)].send,
                email=f"guest{person}.round{number}@people.example",
                name=f"Guest {person}",
            )
        )
        for person in range(sizes["n"])
    ]
    answers = at_once(CLIENTS, calls)
    report.figures["statuses"] = _add(report.figures.get("statuses", {}), statuses(answers))
    for problem in _problems(stage, sizes, event_id, answers):
        report.violations.append(f"round {number}: {problem}")


def _forms(stage: Stage, page: str, clients: int) -> list[Filled]:
    """A form for each client, opened before anybody sends theirs."""

    def fill() -> Filled:
        with stage.browser() as browser:
            return browser.fill(page, {"email": "", "name": ""})

    return at_once(10, [fill] * clients)


def _problems(stage: Stage, sizes: Sizes, event_id: int, answers: list[requests.Response]) -> list[str]:
    """What is not as it has to be after a round: k seats, taken by the k who were told so, and the rest turned away."""
    n, k = sizes["n"], min(sizes["k"], sizes["n"])
    problems = list(broken(answers))
    seats = stage.tables.rows(
        "SELECT address.normal, registration.status FROM registration"
        " JOIN address ON address.person_id = registration.person_id WHERE registration.event_id = :event",
        event=event_id,
    )
    confirmed = {row["normal"] for row in seats if row["status"] == "confirmed"}
    if len(seats) != k or len(confirmed) != k:
        problems.append(f"{len(confirmed)} confirmed of {len(seats)} registrations, not {k}")
    told = sum(_is_told_of_a_seat(answer) for answer in answers)
    if told != k:
        problems.append(f"{told} were told that they have a seat, not {k}")
    turned_away = sum(_is_turned_away(answer) for answer in answers)
    if turned_away != n - k:
        problems.append(f"{turned_away} were told that the session is full, not {n - k}")
    return problems


def _is_told_of_a_seat(answer: requests.Response) -> bool:
    return answer.status_code == 303 and answer.headers["Location"].endswith("/registered")


def _is_turned_away(answer: requests.Response) -> bool:
    return answer.status_code in (400, 409) and "This session is full." in answer.text


def _everybody_has_one_letter(stage: Stage, report: Report) -> None:
    stage.await_letters()
    confirmed = stage.tables.rows(
        "SELECT address.normal FROM registration JOIN address ON address.person_id = registration.person_id"
        " WHERE registration.status = 'confirmed'"
    )
    got = sorted(each.to[0] for each in stage.sink.received)
    report.demand(
        got == sorted(row["normal"] for row in confirmed), f"{len(got)} letters for {len(confirmed)} seats"
    )
    report.figures["letters"] = len(got)


def _add(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    return {key: one.get(key, 0) + other.get(key, 0) for key in sorted(one.keys() | other.keys())}


PROBE = Probe(
    "seats",
    "different people at once at a session with few seats left",
    run,
    sizes={"n": 500, "k": 10, "rounds": 20},
    sabotages=("lock",),
)
