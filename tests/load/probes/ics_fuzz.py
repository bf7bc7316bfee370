"""Whatever somebody types into a form: calendars read it back as it stands on the page, in as many events."""

from __future__ import annotations

import re
from datetime import timedelta
from random import Random

from sqlalchemy import select

from jam.base.database import db
from jam.base.errors import Refused
from jam.base.now import now
from jam.calendars.actions import make_link
from jam.calendars.pages import personal_address
from jam.people.actions import Details
from jam.registration import actions as registrations
from jam.registration.rules import Source
from jam.schedule import actions as schedule
from jam.schedule.models import Event
from jam.vocabulary.actions import add_first_terms
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind
from tests import makers
from tests.calendars.readers import Seen, names_of_attendees
from tests.load.browser import Browser, quiet_session
from tests.load.probe import Probe, Sizes
from tests.load.probes.ics_reading import press, read, read_mail, staff
from tests.load.report import Report
from tests.load.stage import Stage
from tests.load.visitor import about_work

#: Texts that one round types: title, summary, name, organization.
TEXTS = 4

_PIECES = (
    "\r", "\n", "\r\n", "\r\n ", "\u2028", "\u2029", "\x0b", "\x0c", "\x00", "\x1c", "\x85", "\t", "\ufeff", "\u200b",
    ";", ",", ":", '"', "'", "\\", "\\n", "\\N", "\\,", "\\;", "C:\\New", "^n", "^'", "%0d%0a", "=?utf-8?q?x?=",
    "\U0001f9ea", "\U00020bb7", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "e\u0301", "ñ", "שלום", "\u202e", "中文",
    "BEGIN:VEVENT", "END:VEVENT", "\r\nEND:VCALENDAR\r\n", "\r\nATTENDEE:mailto:eve@example.org", "DTSTART:19700101",
    "{name}", "{{ 7 * 7 }}", "<b>", "&amp;", "a" * 74, "ü" * 37, "\U0001f9ea" * 19, "  ", "None", "null", "\ue000join:1\ue001",
)  # fmt: skip
_WORDS = ("peers", "pay", "Workforce", "what works", "in", "40,000", "counties", "O'Neil", "1:00")


def run(stage: Stage, sizes: Sizes) -> Report:
    """Retitle sessions, register people, read the mail of each and, each time round, the feeds."""
    report, rng = Report(n=sizes["n"]), Random(20261215)
    slugs, addresses, lever_id = _prepare(stage, sizes["sessions"])
    with stage.preparing():
        work = about_work()
    refused = mails = read_feeds = events = 0
    rounds = -(-sizes["n"] // TEXTS)
    with staff(stage) as desk, stage.browser() as visitor:
        for number in range(rounds):
            slug = slugs[number % len(slugs)]
            typed = {"title": _text(rng, 200), "summary": _text(rng, 2_000)}
            refused += press(desk, f"/desk/sessions/{slug}/", typed) != 303
            address = f"fuzz{number}@people.example"
            about = {**work, "email": address, "name": _text(rng, 120), "organization": _text(rng, 160)}
            refused += _register(stage, visitor, slug, about)
            if number % len(slugs) == len(slugs) - 1 or number == rounds - 1:
                _rename(desk, lever_id, _text(rng, 80))
                mails += _read_mails(stage, report)
                found = _read_feeds(stage, report, addresses, len(slugs))
                read_feeds, events = read_feeds + len(addresses), events + found
            if len(report.violations) > 100:
                break  # more of the same tells nothing new
    report.demand(refused < sizes["n"] / 10, f"{refused} forms were refused: too much was never read")
    report.figures |= {
        "texts": number * TEXTS + TEXTS,
        "refused": refused,
        "invitations": mails,
        "feeds": read_feeds,
        "events": events,
    }
    return report


def _prepare(stage: Stage, sessions: int) -> tuple[list[str], dict[str, str], int]:
    """Sessions on one lever, every fourth held by the same person; their addresses, the feeds' and the lever's id."""
    slugs = []
    with stage.preparing():
        add_first_terms(by=makers.BY)
        lever = terms(Kind.LEVER)[0]
        start = now() + timedelta(days=10)
        for number in range(sessions):
            event = makers.event(starts_at=start + timedelta(hours=2 * number))
            given = schedule.EventFields(title=event.title, join_url=event.join_url)
            schedule.edit_event(event, given, [lever], [], by=makers.BY)
            slugs.append(event.slug)
            if number % 4 == 0:
                makers.registration(event, "holder@people.example")
        holder = makers.person("holder@people.example")
        make_link(holder, by=makers.BY)
        own, base = personal_address(holder), stage.base_url
        assert own
        feeds = {
            "all": f"{base}/calendar/all.ics",
            "program": f"{base}/calendar/program/jam.ics",
            "lever": f"{base}/calendar/lever/{lever.slug}.ics",
            "personal": own,
        }
        lever_id = lever.id
    stage.await_letters()
    stage.sink.received.clear()
    return slugs, feeds, lever_id


def _text(rng: Random, limit: int) -> str:
    """Words and what breaks calendars, at most so long; some just fill the field.

    The reader “ics” takes an escaped backslash before an n or r for a line break, the others follow RFC 5545 section
    3.3.11: a blank parts them here, and tests/calendars/test_ics.py reads them by the others.
    """
    if rng.random() < 0.05:
        return (rng.choice(("x", "ü", "\U0001f9ea", "a;", '"', "\\")) * limit)[:limit]
    pieces = [rng.choice(_WORDS if rng.random() < 0.5 else _PIECES) for _ in range(rng.randint(1, 14))]
    text = f"w{rng.choice(('', ' '))}{rng.choice(('', ' ')).join(pieces)}"
    return re.sub(r"\\(?![,;:\\ \"])", r"\\ ", text)[:limit]


def _register(stage: Stage, visitor: Browser, slug: str, about: dict[str, str]) -> bool:
    """Register somebody by the public form; where it refuses characters that no keyboard has, as an import would. Returns
    whether that was refused too."""
    # The limits of the public form count places; everybody comes from another one.
    if visitor.fill(f"/sessions/{slug}/register", about).send().status_code == 303:
        return False
    details = Details(name=about["name"], organization=about["organization"])
    try:
        with stage.preparing():
            event = db.session.scalars(select(Event).where(Event.slug == slug)).one()
            registrations.register(event, about["email"], details, source=Source.IMPORT, by=makers.BY)
    except Refused:
        return True
    return False


def _rename(desk: Browser, term_id: int, name: str) -> None:
    press(desk, f"/desk/vocabularies/{term_id}", {"name": name})


def _plain(text: str) -> str:
    """A line as calendars show it: breaks and runs of blanks are one blank; zero-width marks that begin files are none."""
    return re.sub(" {2,}", " ", text).strip()


def _read_mails(stage: Stage, report: Report) -> int:
    """Every invitation that came since: one event, with the title and the name as Jam keeps them."""
    stage.await_letters()
    found = list(stage.sink.received)
    stage.sink.received.clear()
    rows = stage.tables.rows(
        "SELECT address.normal AS address, registration.name, event.uid, event.title, program.name AS program"
        " FROM registration JOIN person ON person.id = registration.person_id"
        " JOIN address ON address.person_id = person.id JOIN event ON event.id = registration.event_id"
        " JOIN program ON program.id = event.program_id"
    )
    kept = {(row["address"], row["uid"]): row for row in rows}
    for mail in found:
        name = f"mail to {mail.to[0]}"
        report.demand(len(mail.to) == 1, f"{name} has {len(mail.to)} recipients")
        invitation = read_mail(report, name, mail.content)
        seen = read(report, name, invitation.content) if invitation else []
        row = kept.get((mail.to[0], seen[0].uid)) if len(seen) == 1 else None
        if invitation is None or row is None:
            report.demand(False, f"{name}: {len(seen)} events, or none that was registered for")
            continue
        wanted = _plain(f"{row['program']}: {row['title']}")
        report.demand(seen[0].summary == wanted, f"{name}: {seen[0].summary!r} is not {wanted!r}")
        person = _plain(row["name"].translate(str.maketrans({'"': "'", "^": None, "\\": "/"})))
        read_back = names_of_attendees(invitation.content)
        report.demand(read_back == [person], f"{name}: {read_back!r} is not {person!r}")
    return len(found)


def _read_feeds(stage: Stage, report: Report, addresses: dict[str, str], sessions: int) -> int:
    """All feeds: as many events as there are, each with its title."""
    rows = stage.tables.rows(
        "SELECT event.uid, event.title, program.name AS program, program.slug FROM calendar_entry"
        " JOIN event ON event.id = calendar_entry.event_id JOIN program ON program.id = event.program_id"
    )
    titles = {row["uid"]: _plain(f"{row['program']}: {row['title']}") for row in rows}
    in_program = sum(row["slug"] == "jam" for row in rows)
    sizes = {"all": len(rows), "program": in_program, "lever": sessions, "personal": -(-sessions // 4)}
    counted = 0
    with quiet_session() as session:
        for name, address in addresses.items():
            answer = session.get(address, timeout=60)
            report.demand(answer.status_code == 200, f"{name} answered {answer.status_code}")
            seen = read(report, name, answer.content)
            report.demand(len(seen) == sizes[name], f"{name}: {len(seen)} events, not {sizes[name]}")
            for event in seen:
                _compare(report, name, event, titles[event.uid])
            counted += len(seen)
    return counted


def _compare(report: Report, name: str, event: Seen, title: str) -> None:
    report.demand(event.summary == title, f"{name}: {event.summary!r} is not {title!r}")


PROBE = Probe(
    "ics-fuzz",
    "fuzzed titles, summaries, names and organizations through the forms, read back from feeds and invitations",
    run,
    sizes={"n": 5000, "sessions": 40},
    web=2,
    sabotages=("unescaped",),
)
