"""Names, titles, subjects and messages that are meant to break a letter, from the forms' own checks to the wire."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from itertools import count
from random import Random

from sqlalchemy import RowMapping, select

from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.base.text import clean_line, clean_text
from jam.mail.actions import hasten
from jam.mail.models import Letter
from jam.people.rules import checked_name
from jam.registration import group
from jam.schedule import actions as schedule
from jam.schedule.models import Event
from tests import makers
from tests.load.fuzz import typed
from tests.load.probe import Probe, Sizes
from tests.load.report import Report
from tests.load.sink import Received
from tests.load.stage import Stage

#: People at a session, and letters to each: a seat, a word from staff, a cancellation.
PEOPLE, LETTERS = 10, 3

#: Every line that the head of a letter may have, once.
HEADS = {
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type", "List-Unsubscribe",
    "List-Unsubscribe-Post",
}  # fmt: skip

_MARK = re.compile("\ue000[a-z_]+\ue001")
_numbers = count(1)


def run(stage: Stage, sizes: Sizes) -> Report:
    """Each letter has its own head, its own recipient, and says what was typed."""
    report, random = Report(n=sizes["n"]), Random(sizes["seed"])
    said: dict[str, list[str]] = {}
    messages: dict[int, str] = {}
    with stage.forge() as forge:
        for _ in range(-(-sizes["n"] // (PEOPLE * LETTERS))):
            with stage.preparing():
                event, message = _session(random, said)
                messages[event.id] = message
        # What has not left yet would make way for the news that follows.
        ended = [forge.run("tick", times=[0, 0], only=["letters"])]
        for id, message in messages.items():
            with stage.preparing():
                schedule.cancel(db.session.get_one(Event, id), by=makers.BY, message=message)
                _now()
        ended.append(forge.run("tick", times=[0, 0], only=["letters"]))
    report.demand(ended == [0, 0], f"the rounds of delivery ended with {ended}")
    rows = {row["message_id"]: row for row in stage.tables.rows("SELECT * FROM letter")}
    arrived = Counter(each.id for each in stage.sink.received)
    report.demand(
        arrived.keys() == rows.keys(), f"{len(rows) - len(arrived)} of {len(rows)} letters did not arrive"
    )
    for each in stage.sink.received:
        row = rows.get(each.id)
        problems = ["has a Message-ID of its own"] if row is None else _problems(each, row, said)
        report.violations += [f"letter {row['id'] if row else each.id!r} {problem}" for problem in problems]
    report.demand(len(rows) >= sizes["n"], f"only {len(rows)} letters were written")
    report.figures |= {"letters": len(rows), "typed": len(said), "seed": sizes["seed"]}
    return report


def _session(random: Random, said: dict[str, list[str]]) -> tuple[Event, str]:
    """A session and its people, with a letter about their seats and one from staff, and why it will be cancelled."""
    title = _accepted(random, 200, clean_line)
    subject = _accepted(random, 150, clean_line, lambda kept: group.wording(kept, "A word."))
    body = _accepted(random, 2_000, clean_text, lambda kept: group.wording("A word", kept))
    message = _accepted(random, 2_000, clean_text)
    event = makers.event(title=title)
    seats = []
    for _ in range(PEOPLE):
        name, address = _accepted(random, 120, checked_name), f"fuzz{next(_numbers)}@people.example"
        seats.append(makers.registration(event, address, name))
        said[address] = [name, title, message]
    group.send(event, seats, group.wording(subject, body), mark=str(event.id), by=makers.BY)
    _now()
    return event, message


def _now() -> None:
    """Let letters that wait for their time leave."""
    waiting = select(Letter).where(Letter.state == "due", Letter.due_at > now())
    hasten(db.session.scalars(waiting).all(), by=makers.BY)


def _accepted(random: Random, most: int, *checks: Callable[[str], object]) -> str:
    """Something typed that the product takes, as the first check keeps it; what is refused never becomes a letter."""
    while True:
        text = typed(random, most)
        try:
            kept = str(checks[0](text))
            for check in checks[1:]:
                check(kept)
        except Refused:
            continue
        if kept:
            return kept


def _problems(letter: Received, row: RowMapping, said: dict[str, list[str]]) -> Iterator[str]:
    message, address = letter.message, row["to_address"]
    if letter.to != [address]:
        yield f"went to {letter.to}, not to {address}"
    heads = Counter(message.keys())
    if strange := sorted(heads.keys() - HEADS) or sorted(name for name, times in heads.items() if times > 1):
        yield f"has heads that are not ours or stand twice: {strange}"
    whom = _whom(letter.content)
    if whom != (_in_head(row["to_name"])[:100].strip(), address):
        yield f"is addressed to {whom}, not to {row['to_name']!r}"
    if message["Subject"] != _in_head(row["subject"]):
        yield f"has the subject {message['Subject']!r}, not {row['subject']!r}"
    yield from _defects(message)
    text = message.get_body(("plain",))
    read = text.get_content().replace("\r\n", "\n") if text else ""
    pattern = r"https?://\S+".join(map(re.escape, _MARK.split(row["text"])))
    if not re.fullmatch(pattern + r"\n*", read):
        yield f"reads {read!r}, not {row['text']!r}"
    if row["kind"] == "cancelled":
        # What looks like an address of the web is told apart by a narrow blank, so that no program makes it a link.
        plain = read.replace("\u202f", "")
        lost = [words for words in said[address] if re.sub(r"\n{3,}", "\n\n", words) not in plain]
        if lost:
            yield f"lost {lost!r}"


def _whom(content: bytes) -> tuple[str, str]:
    """Name and address, read by the rules of RFC 2047: white space between encoded words is none."""
    raw = str(message_from_bytes(content)["To"])
    name, address = parseaddr(raw.replace("\r\n", ""))
    return str(make_header(decode_header(name))), address


def _defects(message: EmailMessage) -> Iterator[str]:
    for part in message.walk():
        found = [
            *part.defects,
            *(defect for value in part.values() for defect in getattr(value, "defects", ())),
        ]
        if found:
            yield f"has defects: {found}"


def _in_head(text: str) -> str:
    # The one thing that is changed on its way: the beginning of an encoded word (RFC 2047), which programs would decode.
    return text.replace("=?", "= ?")


PROBE = Probe(
    "mail-fuzz",
    "names, titles, subjects and messages that are meant to break a letter",
    run,
    sizes={"n": 5000, "seed": 1},
    web=0,
    clocks=0,
    sabotages=("encoded",),
)
