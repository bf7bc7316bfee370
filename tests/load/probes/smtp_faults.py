"""The mail server is away for two hours, slow, full, suspicious, hangs up, or knows a recipient no more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from html import unescape
from itertools import count
from urllib.parse import urlsplit

from jam.base.database import db
from jam.mail.actions import About, Recipient, draft
from jam.mail.kinds import resolve
from jam.mail.rules import MOST_ATTEMPTS
from jam.people.actions import sign_in_link
from jam.people.rules import LINK_BY_MAIL
from tests import makers
from tests.load.browser import Browser, broken, statuses
from tests.load.crowd import Watch, at_once
from tests.load.forge import Forge
from tests.load.probe import Probe, Sizes
from tests.load.report import Report
from tests.load.sink import DROP, KEEP_AND_DROP
from tests.load.stage import Stage, await_that
from tests.load.visitor import about_work

CLIENTS = 4

#: Letters that wait when people register, so that a worker is in the midst of them.
STOCK = 60

MINUTE, HOUR = 60.0, 3600.0

#: So much slower may a registration be before mail is to blame. The middle one is judged: on a shared machine the slowest of
#: a hundred is slow for many reasons, and only printed.
MOST_SLOWER, MOST_SLOWER_MS = 2.0, 150

_numbers = count(1)


@dataclass(frozen=True)
class Trouble:
    """What the server says to each try of a letter: step, answer, and for how many tries."""

    step: str
    answer: str
    tries: int = 1
    #: Whether it never takes the letter.
    final: bool = False
    #: How often the letter arrives.
    arrives: int = 1


ALWAYS = 10_000

TROUBLES = {
    "greylisted": Trouble("RCPT", "451 4.7.1 Greylisted, come back later", 3),
    "full": Trouble("DATA", "452 4.2.2 Mailbox full", 5),
    "dropped": Trouble("DATA", DROP, 2),
    "kept-and-dropped": Trouble("DATA", KEEP_AND_DROP, 1, arrives=2),
    "gone": Trouble("RCPT", "550 5.1.1 No such user here", ALWAYS, final=True, arrives=0),
    "refused": Trouble("DATA", "554 5.7.1 We take no such thing", ALWAYS, final=True, arrives=0),
    "never": Trouble("RCPT", "450 4.2.1 Mailbox busy", ALWAYS, final=True, arrives=0),
}


def run(stage: Stage, sizes: Sizes) -> Report:
    """All that can be delivered is, in ten tries at most; the rest staff see with its reason; visitors notice nothing."""
    report = Report(n=sizes["letters"])
    with stage.forge() as forge:
        _visitors(stage, forge, sizes["requests"], report)
        with stage.preparing():
            for name in ("outage", "slow"):
                _letters(name, sizes["letters"])
        stage.sink.stop()
        ended = [forge.run("tick", times=list(_every(MINUTE, 0, 2 * HOUR)), only=["letters"])]
        report.demand(not stage.sink.received[report.figures["arrived_before"] :], "letters arrived nowhere")
        stage.sink.start()
        stage.sink.answer = _Moods()
        with stage.preparing():
            for name in TROUBLES:
                _letters(name, sizes["letters"])
        later = [*_every(MINUTE, 2 * HOUR, 2.5 * HOUR), *_every(15 * MINUTE, 2.5 * HOUR, 24 * HOUR)]
        ended.append(forge.run("tick", times=later, only=["letters"]))
        report.demand(ended == [0, 0], f"the rounds ended with {ended}")
    _letters_stand(stage, sizes["letters"], report)
    _staff_see(stage, report)
    return report


def _visitors(stage: Stage, forge: Forge, requests: int, report: Report) -> None:
    """Registrations while the server is well, slow and away."""
    worker = forge.start("work")
    _register(stage, 3 * CLIENTS, report)  # the first of each process are slow whatever the mail does
    took = {}
    for mood in ("well", "slow", "away"):
        with stage.preparing():
            _letters("stock", STOCK)
        already = len(stage.sink.received)
        if mood == "away":
            stage.sink.stop()
        else:
            await_that(lambda: len(stage.sink.received) > already, 30, "no letter arrived")  # noqa: B023
        stage.sink.pause = 1.0 if mood == "slow" else 0.0
        took[mood] = _register(stage, requests, report)
        stage.sink.pause = 0.0
    status = forge.end(worker, told=True, within=40)
    report.demand(status == 0, f"the worker ended with {status}")
    stage.sink.start()
    middle, p99 = ({mood: each[place] for mood, each in took.items()} for place in (0, 1))
    ratio, slowest = (max(each["slow"], each["away"]) / each["well"] for each in (middle, p99))
    more = max(middle["slow"], middle["away"]) - middle["well"]
    report.demand(
        ratio <= MOST_SLOWER or more <= MOST_SLOWER_MS,
        f"registrations take {ratio:.1f} times as long while the mail server is in trouble",
    )
    report.figures |= {
        "median_ms": middle,
        "median_ratio": round(ratio, 2),
        "p99_ms": p99,
        "p99_ratio": round(slowest, 2),
        "arrived_before": len(stage.sink.received),
    }


def _register(stage: Stage, requests: int, report: Report) -> tuple[int, int]:
    """So many people register; the milliseconds that half of them, and 99 of 100, stay below."""
    watch = Watch()
    with stage.preparing():
        page, work = f"/sessions/{makers.event().slug}/register", about_work()
    with stage.browser() as browser:
        form = browser.fill(page, {**work, "email": "", "name": "Ana Lee"})
    calls = [
        watch.timed(partial(form.send, email=f"visitor{next(_numbers)}@people.example"))
        for _ in range(requests)
    ]
    answers = at_once(CLIENTS, calls)
    report.violations += broken(answers)
    found = statuses(answers)
    report.demand(found == {"303": requests}, f"registrations were answered {found}, not 303")
    taken = sorted(watch.taken)
    return round(1000 * taken[requests // 2]), round(1000 * taken[min(requests - 1, int(0.99 * requests))])


def _letters(name: str, number: int) -> None:
    for _ in range(number):
        address = f"{name}.{next(_numbers)}@people.example"
        draft(
            "sign-in",
            Recipient(address, "Ana Lee", "person", 0),
            About(("account", 0), {"name": "Ana Lee", "minutes": "30"}, {"sign_in": ("sign-in", 1)}),
            key=f"faults:{address}",
        )
    db.session.flush()


class _Moods:
    """The server's answers, by what the address is called."""

    def __init__(self) -> None:
        self.said: Counter[str] = Counter()

    def __call__(self, step: str, address: str) -> str | None:
        trouble = TROUBLES.get(address.partition(".")[0])
        if trouble is None or trouble.step != step:
            return None
        self.said[address] += 1
        return trouble.answer if self.said[address] <= trouble.tries else None


def _every(step: float, start: float, end: float) -> Iterator[float]:
    while start < end:
        yield start
        start += step


def _letters_stand(stage: Stage, number: int, report: Report) -> None:
    rows = stage.tables.rows("SELECT to_address, state, attempts, reason, message_id FROM letter")
    arrived = Counter(address for each in stage.sink.received for address in each.to)
    ids = {(each.to[0], each.id) for each in stage.sink.received}
    stand: Counter[str] = Counter()
    for row in rows:
        name = row["to_address"].partition(".")[0]
        trouble = TROUBLES.get(name, Trouble("", ""))
        stand[f"{name if name in TROUBLES else 'others'}: {row['state']}"] += 1
        wanted = "failed" if trouble.final else "sent"
        if row["state"] != wanted:
            report.violations.append(f"{row['to_address']} is {row['state']}, not {wanted}: {row['reason']}")
        if arrived[row["to_address"]] != trouble.arrives:
            report.violations.append(
                f"{row['to_address']} came {arrived[row['to_address']]} times, not {trouble.arrives}"
            )
        if row["attempts"] > MOST_ATTEMPTS:
            report.violations.append(f"{row['to_address']} was tried {row['attempts']} times")
        if trouble.arrives and (row["to_address"], row["message_id"]) not in ids:
            report.violations.append(f"{row['to_address']} came under another Message-ID")
    report.demand(
        all(
            stand[f"{name}: {'failed' if each.final else 'sent'}"] == number
            for name, each in TROUBLES.items()
        ),
        f"the letters stand {dict(stand)}",
    )
    most = max((row["attempts"] for row in rows), default=0)
    report.figures |= {"letters": len(rows), "most_tries": most, "stand": dict(sorted(stand.items()))}


def _staff_see(stage: Stage, report: Report) -> None:
    """Each letter that failed stands in the list of those, and its page says what the server said."""
    failed = stage.tables.rows("SELECT id, to_address FROM letter WHERE state = 'failed' ORDER BY id")
    with stage.browser() as browser:
        _sign_in(stage, browser)
        pages = range(1, len(failed) // 50 + 2)
        listed = "".join(browser.open(f"/desk/letters/?state=failed&page={page}").text for page in pages)
        for row in failed:
            trouble = TROUBLES.get(row["to_address"].partition(".")[0])
            report.demand(row["to_address"] in listed, f"{row['to_address']} is not listed as failed")
            said = unescape(browser.open(f"/desk/letters/{row['id']}").text)
            report.demand(
                trouble is not None and trouble.answer in said,
                f"the letter to {row['to_address']} does not say why",
            )
    report.figures["shown"] = len(failed)


def _sign_in(stage: Stage, browser: Browser) -> None:
    with stage.preparing():
        link = sign_in_link(makers.account(), LINK_BY_MAIL, by=makers.BY)
        path = urlsplit(resolve("sign-in", link.id)).path
    form = browser.fill(path, {})
    browser.session.post(form.url, data=dict(form.body), allow_redirects=False)


PROBE = Probe(
    "smtp-faults",
    "a mail server that is away, slow, full, suspicious or hangs up",
    run,
    sizes={"letters": 12, "requests": 200},
    web=2,
    clocks=0,
    sabotages=("final", "inline"),
)
