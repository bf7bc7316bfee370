"""Many different people want the last seats of a session at the same moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from time import monotonic

import requests

from tests import makers
from tests.load.browser import Filled, broken, statuses
from tests.load.crowd import Watch, at_once
from tests.load.probe import Probe, Sizes
from tests.load.report import Report
from tests.load.stage import Stage
from tests.load.visitor import about_work

CLIENTS = 50
#: How long rounds are begun; the letters of as many take about as long again.
SECONDS = 600


@dataclass(frozen=True)
class Try:
    """What somebody was answered, and when they asked and heard."""

    address: str
    began: float
    ended: float
    answer: requests.Response


@dataclass(frozen=True)
class Seat:
    """Where a registration stands; `place` counts from 1 on the waiting list and is 0 with a seat."""

    address: str
    status: str
    place: int


def run(stage: Stage, sizes: Sizes) -> Report:
    """Round by round: everybody at once at a session of their own. Then everybody who is registered has one letter.

    A round costs the same whichever it is, and the machine may have other work: after so many seconds no other begins.
    """
    report, watch, answered = Report(n=sizes["n"]), Watch(), Counter[str]()
    began, played = monotonic(), 0
    for number in range(sizes["rounds"]):
        if played and monotonic() - began > sizes.get("seconds", SECONDS):
            break
        played += 1
        with stage.preparing():
            event = makers.event(
                capacity=sizes["k"], waiting_list=bool(sizes["list"]), title=f"Round {number}"
            )
            event_id, page, work = event.id, f"/sessions/{event.slug}/register", about_work()
        forms = _forms(stage, page, work, min(CLIENTS, sizes["n"]))
        tries = _everybody_tries(forms, number, sizes["n"], watch)
        answered.update(statuses([each.answer for each in tries]))
        problems = _problems(sizes, tries, _seats(stage, event_id))
        report.violations += [f"round {number}: {problem}" for problem in problems]
    if report.ok:
        _everybody_has_one_letter(stage, report)
    report.figures |= {**sizes, "played": played, "statuses": answered, **watch.figures()}
    return report


def _forms(stage: Stage, page: str, work: dict[str, str], clients: int) -> list[Filled]:
    """A form for each client; all are open before the first is sent."""

    def fill() -> Filled:
        with stage.browser() as browser:
            return browser.fill(page, {**work, "email": "", "name": ""})

    return at_once(10, [fill] * clients)


def _everybody_tries(forms: Sequence[Filled], number: int, n: int, watch: Watch) -> list[Try]:
    """Each client sends the forms of its share one after the other."""

    def register(form: Filled, person: int) -> Try:
        address = f"guest{person}.round{number}@people.example"
        began = monotonic()
        answer = form.send(email=address, name=f"Guest {person}")
        return Try(address, began, monotonic(), answer)

    return at_once(
        CLIENTS, [watch.timed(partial(register, forms[person % len(forms)], person)) for person in range(n)]
    )


def _seats(stage: Stage, event_id: int) -> list[Seat]:
    rows = stage.tables.rows(
        "SELECT address.normal, registration.status, registration.queue_number FROM registration"
        " JOIN address ON address.person_id = registration.person_id WHERE registration.event_id = :event"
        " ORDER BY registration.id",
        event=event_id,
    )
    return [Seat(row["normal"], row["status"], row["queue_number"] or 0) for row in rows]


def _problems(sizes: Sizes, tries: Sequence[Try], seats: Sequence[Seat]) -> Iterator[str]:
    """What is not as it has to be: k have seats; the others wait in line, or were turned away where there is no list."""
    n, k = sizes["n"], min(sizes["k"], sizes["n"])
    waiting, refused = (n - k, 0) if sizes["list"] else (0, n - k)
    yield from broken([each.answer for each in tries])
    stand = Counter(seat.status for seat in seats)
    if stand != Counter(confirmed=k) + Counter(waiting=waiting):
        yield f"the registrations stand {dict(stand)}, not {k} confirmed and {waiting} waiting"
    for status, words in (("confirmed", "/registered"), ("waiting", "/registered?how=waiting")):
        told = {each.address for each in tries if each.answer.headers.get("Location", "").endswith(words)}
        are = {seat.address for seat in seats if seat.status == status}
        if told != are:
            yield f"{len(told)} were told that they are {status}, {len(told ^ are)} of them or of others wrongly"
    turned_away = sum(_is_turned_away(each.answer) for each in tries)
    if turned_away != refused:
        yield f"{turned_away} were told that the session is full, not {refused}"
    yield from _disorder(tries, seats)


def _is_turned_away(answer: requests.Response) -> bool:
    return answer.status_code in (400, 409) and "This session is full." in answer.text


def _disorder(tries: Sequence[Try], seats: Sequence[Seat]) -> Iterator[str]:
    """The list is numbered 1, 2, 3 … in the order of the commits, as the database and as the people saw it."""
    places = [seat.place for seat in seats if seat.status == "waiting"]  # in the order of their rows
    if places != list(range(1, len(places) + 1)):
        yield f"the places on the list are {places[:12]} …, not 1 to {len(places)}"
    place = {seat.address: seat.place for seat in seats}
    taken = [each for each in tries if each.address in place]
    heard, last = sorted(taken, key=lambda each: each.ended), 0
    overtaken, next_heard = 0, 0
    for each in sorted(taken, key=lambda each: each.began):
        while heard[next_heard].ended < each.began:
            last = max(last, place[heard[next_heard].address])
            next_heard += 1
        overtaken += place[each.address] < last
    if overtaken:
        yield f"{overtaken} came after others had their answer, and stand before them"


def _everybody_has_one_letter(stage: Stage, report: Report) -> None:
    stage.await_letters()
    addresses = stage.tables.rows(
        "SELECT address.normal FROM registration JOIN address ON address.person_id = registration.person_id"
    )
    got = sorted(each.to[0] for each in stage.sink.received)
    wanted = sorted(row["normal"] for row in addresses)
    report.demand(got == wanted, f"{len(got)} letters for {len(wanted)} registrations")
    report.figures["letters"] = len(got)


PROBE = Probe(
    "seats",
    "different people at once at a session with few seats left",
    run,
    sizes={"n": 500, "k": 10, "rounds": 20, "list": 1, "seconds": SECONDS},
    sabotages=("lock",),
)
