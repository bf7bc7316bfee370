"""Zoom without its API: who goes to it as a file, and the personal join links that come back. The caller commits."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import select

from jam.audit.actions import record
from jam.base.database import db
from jam.base.errors import Refused
from jam.people.models import Address
from jam.people.rules import normal_address
from jam.registration.actions import lock
from jam.registration.columns import guess
from jam.registration.joining import web_address
from jam.registration.models import Registration
from jam.registration.roster import Asked, of_event
from jam.registration.rules import Status
from jam.registration.tables import Table
from jam.schedule.models import Event

HEADER = ("Email", "First Name", "Last Name")
#: Zoom wants a last name; this stands where somebody has none.
NO_LAST_NAME = "."

#: Small words that belong to the name after them.
_PARTICLES = {
    "af", "al", "bin", "da", "das", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "ibn", "la", "le",
    "mac", "st.", "van", "von", "zu",
}  # fmt: skip
_SUFFIXES = {"jr", "jr.", "sr", "sr.", "ii", "iii", "iv", "md", "phd", "lcsw", "rn", "lpc"}


@dataclass(frozen=True)
class Split:
    """A name in two parts; `sure` when it has exactly two plain words."""

    first: str
    last: str
    sure: bool


@dataclass(frozen=True)
class Link:
    """A row of the links that came back: whose it is, or why it is left out."""

    email: str
    url: str
    seat: Registration | None
    why: str = ""
    #: The number that Zoom gave the registration, where the file has it.
    registrant: str = ""


def split(name: str) -> Split:
    """A name as first and last: “Ludwig van Beethoven” is Ludwig and van Beethoven, “Lee, Ana” is Ana and Lee."""
    before, comma, after = name.partition(",")
    if comma and after.split() and after.split()[0].casefold() not in _SUFFIXES:
        return Split(after.strip(), before.strip() or NO_LAST_NAME, False)
    words = name.split()
    if len(words) < 2:
        return Split(name.strip(), NO_LAST_NAME, False)
    if len(words) == 2:
        return Split(words[0], words[1], words[1].casefold() not in _SUFFIXES)
    start = len(words) - 1
    while start > 1 and words[start].strip(",").casefold() in _SUFFIXES:
        start -= 1
    while start > 1 and words[start - 1].casefold() in _PARTICLES:
        start -= 1
    return Split(" ".join(words[:start]), " ".join(words[start:]), False)


def going(event: Event) -> list[tuple[Registration, str]]:
    """Who has a seat and an address, by name."""
    rows = db.session.execute(of_event(event, Asked(status=Status.CONFIRMED)))
    return [(seat, address) for seat, address in rows if address]


def read_links(event: Event, table: Table) -> list[Link]:
    """What each row of a file of links would do; nothing is written. Refused when a column is missing."""
    columns = guess(table.header, ("email", "join_url", "registrant"))
    if {"email", "join_url"} - columns.of.keys():
        raise Refused("The file needs a column “Email” and a column “Join URL”.")
    seats: dict[str, Registration] = {
        normal: seat
        for normal, seat in db.session.execute(
            select(Address.normal, Registration)
            .join(Registration, Registration.person_id == Address.person_id)
            .where(Registration.event_id == event.id)
        )
    }
    links, seen = [], set[int]()
    for row in table.rows:
        email, url = columns.cell(row, "email"), columns.cell(row, "join_url")
        seat = seats.get(_normal(email))
        why = _wrong(url) or (
            "Nobody with this address is registered for this session." if seat is None else ""
        )
        if seat is not None and not why and seat.id in seen:
            why = "This person stands in the file more than once; the first row counts."
        if seat is not None and not why:
            seen.add(seat.id)
        links.append(Link(email, url, None if why else seat, why, columns.cell(row, "registrant")[:64]))
    return links


def take_links(event: Event, table: Table, *, by: str) -> int:
    """Keep the links of a file, each with its registration; returns how many changed."""
    lock(event)
    changed = 0
    for link in read_links(event, table):
        if link.seat is None:
            continue
        number = link.registrant or link.seat.platform_id
        if (link.seat.platform_url, link.seat.platform_id) != (link.url, number):
            link.seat.platform_url, link.seat.platform_id = link.url, number
            changed += 1
    if changed:
        record("registration.links", "event", event.id, by=by, changes={"people": (None, changed)})
    return changed


def _normal(email: str) -> str:
    try:
        return normal_address(email)
    except Refused:
        return ""


def _wrong(url: str) -> str:
    if not url:
        return "The link is missing."
    if len(url) > 1000 or web_address(url) is None or urlsplit(url).scheme != "https":
        return "A join link must begin with https:// and be at most 1,000 characters long."
    return ""
