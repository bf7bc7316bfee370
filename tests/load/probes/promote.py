"""Everybody who has a seat at a full session gives it back at the same moment, while many wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from threading import Event as Flag
from threading import Thread
from urllib.parse import urlsplit

from sqlalchemy import RowMapping

from jam.mail.kinds import resolve
from jam.people.actions import Details
from jam.registration import actions as registrations
from jam.registration.models import Registration
from jam.registration.rules import Source
from jam.schedule.models import Event
from tests import makers
from tests.load.browser import Filled, broken, statuses
from tests.load.crowd import Watch, at_once
from tests.load.probe import Probe, Sizes
from tests.load.report import Report
from tests.load.stage import Stage
from tests.load.tables import Tables

CLIENTS = 50
#: Seconds between two looks at how many hold a seat.
BETWEEN_LOOKS = 0.01


def run(stage: Stage, sizes: Sizes) -> Report:
    """Those who waited longest have the seats, one letter each, and at no moment are there more seats than there are."""
    report, watch = Report(n=sizes["cancel"]), Watch()
    with stage.preparing():
        event = makers.event(capacity=sizes["cancel"], waiting_list=True, title="Everybody leaves")
        holders = [_registered(event, f"holder{number}") for number in range(sizes["cancel"])]
        for number in range(sizes["waiting"]):
            _registered(event, f"waiting{number}")
        event_id = event.id
        ways = [(urlsplit(resolve("me", seat.person_id)).path, seat.id) for seat in holders]
    forms = at_once(10, [partial(_form, stage, *way) for way in ways])
    with _looking(stage.tables, event_id) as seen:
        answers = at_once(CLIENTS, [watch.timed(form.send) for form in forms])
    report.violations += broken(answers)
    found = statuses(answers)
    report.demand(found == {"303": sizes["cancel"]}, f"who gave back a seat was answered {found}, not 303")
    report.violations += _problems(sizes, seen, _seats(stage, event_id))
    if report.ok:
        _one_letter_each(stage, event_id, report)
    looks = {"looks": len(seen), "most_held": max(seen, default=0), "least_held": min(seen, default=0)}
    report.figures |= {**sizes, "statuses": found, **looks, **watch.figures()}
    return report


def _registered(event: Event, name: str) -> Registration:
    # Without a letter: those that come later are what is counted.
    address = f"{name}.promote@people.example"
    return registrations.register(event, address, Details(name=name), source=Source.FORM, quiet=True)


def _form(stage: Stage, link: str, seat_id: int) -> Filled:
    """The button on somebody's own page that gives the seat back."""
    with stage.browser() as browser:
        browser.open(link)
        return browser.fill("/me/", {}, f"/me/seats/{seat_id}/cancel")


@contextmanager
def _looking(tables: Tables, event_id: int) -> Iterator[list[int]]:
    """How many held a seat, as anybody could see it, look by look."""
    seen: list[int] = []
    enough = Flag()

    def look() -> None:
        while not enough.wait(BETWEEN_LOOKS):
            seen.append(
                tables.number(
                    "SELECT count(*) FROM registration WHERE event_id = :event"
                    " AND status IN ('confirmed', 'offered')",
                    event=event_id,
                )
            )

    looker = Thread(target=look)
    looker.start()
    try:
        yield seen
    finally:
        enough.set()
        looker.join()


def _seats(stage: Stage, event_id: int) -> list[RowMapping]:
    return stage.tables.rows(
        "SELECT address.normal, registration.status, registration.queue_number FROM registration"
        " JOIN address ON address.person_id = registration.person_id WHERE registration.event_id = :event",
        event=event_id,
    )


def _problems(sizes: Sizes, seen: Sequence[int], seats: Sequence[RowMapping]) -> Iterator[str]:
    """Each seat goes to the next in line with the same stroke that gives it back."""
    cancel, waiting = sizes["cancel"], sizes["waiting"]
    promoted = min(cancel, waiting)
    if not seen:
        yield "nobody looked while the seats changed hands"
    elif max(seen) > cancel:
        yield f"{max(seen)} held a seat at one moment, and there are {cancel}"
    elif waiting >= cancel and min(seen) < cancel:
        yield f"only {min(seen)} of {cancel} seats were held at one moment, while others waited"
    stand = Counter(seat["status"] for seat in seats)
    wanted = Counter(cancelled=cancel, confirmed=promoted) + Counter(waiting=waiting - promoted)
    if stand != wanted:
        yield f"the registrations stand {dict(stand)}, not {dict(wanted)}"
    for status, places in (
        ("confirmed", range(1, promoted + 1)),
        ("waiting", range(promoted + 1, waiting + 1)),
    ):
        found = sorted(seat["queue_number"] for seat in seats if seat["status"] == status)
        if found != list(places):
            yield f"{status} are the places {found[:12]} … of the list, not {places.start} to {places.stop - 1}"


def _one_letter_each(stage: Stage, event_id: int, report: Report) -> None:
    stage.await_letters()
    kinds = {"confirmed": "promoted", "cancelled": "seat-cancelled"}
    seats = _seats(stage, event_id)
    wanted = sorted((kinds[seat["status"]], seat["normal"]) for seat in seats if seat["status"] in kinds)
    letters = stage.tables.rows(
        "SELECT kind, to_address, message_id FROM letter WHERE scope_kind = 'event' AND scope_id = :event",
        event=event_id,
    )
    written = sorted((letter["kind"], letter["to_address"]) for letter in letters)
    report.demand(written == wanted, f"{len(written)} letters were written, not one to each of {len(wanted)}")
    ours = {seat["normal"] for seat in seats}
    arrived = sorted(each.id for each in stage.sink.received if each.to[0] in ours)
    report.demand(
        arrived == sorted(letter["message_id"] for letter in letters),
        f"{len(arrived)} letters arrived of {len(letters)} that were written",
    )
    report.figures["letters"] = len(arrived)


PROBE = Probe(
    "promote",
    "everybody at a full session cancels at once, while many wait",
    run,
    sizes={"cancel": 50, "waiting": 200},
    sabotages=("newest", "overfull"),
)
