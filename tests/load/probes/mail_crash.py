"""Whoever writes or delivers a letter is killed at every point of it. Nothing is lost, and twice comes only what SMTP
cannot keep from coming twice: a letter whose taking the server has said, and we have not written down (RFC 1047)."""

from __future__ import annotations

import signal
import time
from collections import Counter
from dataclasses import dataclass
from functools import partial
from itertools import count

from jam.mail.rules import LEASE
from tests import makers
from tests.load.faults import POINTS, WRITING
from tests.load.forge import Forge
from tests.load.probe import Probe, Sizes
from tests.load.probes.letters import due
from tests.load.report import Report
from tests.load.stage import NotReady, Stage, await_that

#: Between the server's 250 and our mark.
MAY_COME_TWICE = {"after-250", "in-mark"}

#: Letters of one run.
LETTERS = 3

#: How much later it is when another worker looks: the lease is over, and so is the pause after a first try.
LATER = LEASE.total_seconds() + 61

_numbers = count(1)


@dataclass(frozen=True)
class Once:
    """One run: what was wrong, how many letters came twice, and whether the process died where it was to."""

    problems: list[str]
    twice: int
    died: bool


def run(stage: Stage, sizes: Sizes) -> Report:
    """Each point so often: a process dies there, another one takes up the work, and the letters are counted."""
    points = list(POINTS) if sizes["points"] == "all" else sizes["points"].split(",")
    report = Report(n=sizes["runs"])
    with stage.preparing():
        event_id = makers.event().id
    began, ahead, twice, died = time.monotonic(), 0.0, Counter[str](), Counter[str]()
    with stage.forge() as forge:
        for point in points:
            for _ in range(sizes["runs"]):
                found = _once(stage, forge, point, ahead, event_id)
                died[point] += found.died
                twice[point] += found.twice
                report.violations += [f"{point}: {problem}" for problem in found.problems]
                ahead += LATER
                if found.problems:
                    break  # more of the same tells nothing new, and waiting for lost letters is long
    report.figures |= {
        "points": len(points),
        "crashes": sum(died.values()),
        "letters": len(stage.sink.received),
        "twice": {point: number for point, number in twice.items() if number},
        "seconds": round(time.monotonic() - began, 1),
    }
    return report


def _once(stage: Stage, forge: Forge, point: str, ahead: float, event_id: int) -> Once:
    """One crash and what came of it."""
    before, last = len(stage.sink.received), stage.tables.number("SELECT coalesce(max(id), 0) FROM letter")
    crash = _while_writing if point in WRITING else _while_delivering
    status, problems = crash(stage, forge, point, ahead, event_id)
    if status != -signal.SIGKILL:
        problems.append(f"the process ended with {status} before it came to the point")
    problems += _taken_over(stage, forge, ahead + LATER, last)
    rows = stage.tables.rows("SELECT message_id, to_address FROM letter WHERE id > :last", last=last)
    received = stage.sink.received[before:]
    arrived = Counter(address for each in received for address in each.to)
    wanted = 1 if point in WRITING else LETTERS
    if len(rows) != wanted:
        problems.append(f"{len(rows)} letters were written, not {wanted}")
    if lost := [row["to_address"] for row in rows if not arrived[row["to_address"]]]:
        problems.append(f"{len(lost)} letters were lost")
    twice = sum(number - 1 for number in arrived.values())
    if twice and point not in MAY_COME_TWICE:
        problems.append(f"{twice} letters came twice")
    if strange := {each.id for each in received} - {row["message_id"] for row in rows}:
        problems.append(f"{len(strange)} letters came under another Message-ID")
    return Once(problems, twice, status == -signal.SIGKILL)


def _while_writing(
    stage: Stage, forge: Forge, point: str, ahead: float, event_id: int
) -> tuple[int, list[str]]:
    address = f"crash{next(_numbers)}@people.example"
    status = forge.run("register", point=point, event_id=event_id, address=address, ahead=ahead)
    problems = _halves(stage, address)
    # Whoever saw no answer sends the form again.
    if forge.run("register", event_id=event_id, address=address, ahead=ahead):
        problems.append("the second try was refused")
    return status, problems


def _while_delivering(
    stage: Stage, forge: Forge, point: str, ahead: float, _event_id: int
) -> tuple[int, list[str]]:
    with stage.preparing():
        for _ in range(LETTERS):
            due(next(_numbers))
    _mood(stage, point)
    try:
        return forge.end(forge.start("work", point=point, ahead=ahead)), []
    finally:
        stage.sink.answer, stage.sink.pause = _yes, 0.0


def _taken_over(stage: Stage, forge: Forge, ahead: float, last: int) -> list[str]:
    """Another worker delivers what is left, and ends when it is told to."""
    worker, problems = forge.start("work", ahead=ahead), []
    try:
        await_that(partial(_all_sent, stage, last), 15, "not all letters left")
    except NotReady as reason:
        problems.append(str(reason))
    # One that is told before it has begun dies of the signal, with nothing in its hands.
    if (ended := forge.end(worker, told=True)) not in (0, -signal.SIGTERM):
        problems.append(f"the worker that took over ended with {ended}")
    return problems


def _halves(stage: Stage, address: str) -> list[str]:
    """A seat and its letter are there together, or neither is."""
    seats = stage.tables.number(
        "SELECT count(*) FROM registration r JOIN address a ON a.person_id = r.person_id WHERE a.normal = :address",
        address=address,
    )
    letters = stage.tables.number("SELECT count(*) FROM letter WHERE to_address = :address", address=address)
    return [] if seats == letters else [f"{seats} seats and {letters} letters were left behind"]


def _all_sent(stage: Stage, last: int) -> bool:
    return not stage.tables.number(
        "SELECT count(*) FROM letter WHERE id > :last AND state <> 'sent'", last=last
    )


def _yes(_step: str, _address: str) -> None:
    return None


def _mood(stage: Stage, point: str) -> None:
    """What the server says to the worker that is to die: to some points only a refusal leads."""
    if point == "after-data":
        # The server thinks about it until the client is gone, and so does not take it; on a busy machine that is a while.
        stage.sink.pause = 20.0
    elif point == "in-put-back":
        stage.sink.answer = lambda step, _: "450 4.2.1 Mailbox busy" if step == "RCPT" else None
    elif point.endswith("give-back"):
        taken = len(stage.sink.received)
        stage.sink.answer = lambda step, _: (
            "451 4.3.2 Not now" if step == "MAIL" and len(stage.sink.received) > taken else None
        )


PROBE = Probe(
    "mail-crash",
    "kill -9 at each point of writing and delivering a letter",
    run,
    sizes={"points": "all", "runs": 50},
    web=0,
    clocks=0,
    sabotages=("lease", "optimist", "renamed", "apart"),
)
