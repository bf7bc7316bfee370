"""The bytes of calendar files: feeds (RFC 5545, 7986) and invitations by mail (RFC 5546, 6047).

Every session is one VEVENT with times in UTC, without recurrence rules and time zone tables: that is what all
readers show alike. The same entry always gives the same bytes; nothing here reads the clock.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal
from urllib.parse import quote

from icalendar import Calendar, Component, Event, vCalAddress, vText, vUri
from icalendar.parser import Contentline

PRODID = "-//Workforce Solutions Jam//Jam//EN"

#: How often clients may ask again: six hours are PT6H, and P6H is no duration (RFC 5545 3.3.6).
REFRESH = "PT6H"

#: What readers may take for the end of a line, among them all that `str.splitlines` does: read as a blank.
_BREAKS = re.compile("[\t\x0b\x0c\r\x1c-\x1f\x85\u2028\u2029]")
#: Other controls, lone surrogates and the byte-order mark: left out.
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x9f\ud800-\udfff\ufeff]")
#: Parameters have no escapes that all readers know (RFC 6868 came late): a double quote becomes a single one.
_IN_PARAMETER = str.maketrans({'"': "'", "^": None, "\\": "/"})

#: A component without events is read by nobody, but RFC 5545 3.6 wants one in every calendar.
_UTC_ZONE = (
    b"BEGIN:VTIMEZONE\r\nTZID:UTC\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
    b"TZOFFSETFROM:+0000\r\nTZOFFSETTO:+0000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
)
_END = b"END:VCALENDAR\r\n"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One session as a calendar shows it.

    Times are aware. `uid` was stored when the session was made and never changes. `changed_at` is when
    anything shown here last changed; `sequence` starts at 0 and rises with every change of time, status or
    place. `description` is plain text with the wall time and its zone in it. `location` and `url` may be
    empty. A public feed's entry carries no join link anywhere. ValueError for naive times, an end that is
    not after the start, or a negative sequence.
    """

    uid: str
    starts_at: datetime
    ends_at: datetime
    created_at: datetime
    changed_at: datetime
    sequence: int
    cancelled: bool
    summary: str
    description: str
    location: str
    url: str
    organizer_name: str
    organizer_email: str
    categories: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for at in (self.starts_at, self.ends_at, self.created_at, self.changed_at):
            if at.tzinfo is None:
                raise ValueError("calendar times must be aware")
        if self.ends_at <= self.starts_at:
            raise ValueError("a session must end after it starts")
        if self.sequence < 0:
            raise ValueError("SEQUENCE is never negative")


def vevent(entry: Entry) -> bytes:
    """One VEVENT for feeds and files, CRLF at the end of every line; to be stored and joined by `feed`."""
    event = _event(entry, entry.cancelled, entry.sequence, entry.changed_at)
    return _bytes(event)


def feed(
    name: str,
    description: str,
    uid: str,
    source_url: str,
    color: str | None,
    vevents: Iterable[bytes],
    changed_at: datetime,
) -> bytes:
    """A whole calendar (METHOD:PUBLISH) around VEVENTs as `vevent` made them, in the order given.

    `uid` identifies the calendar and never changes, `source_url` is where it is served (empty for a file that
    is not), `color` is a CSS3 color name, `changed_at` is the newest change in it. Without any event it holds a definition of UTC and
    shows nothing.
    """
    calendar = _calendar("PUBLISH")
    calendar["UID"] = _Text(_escape(_line(uid)))
    calendar["LAST-MODIFIED"] = _stamp(changed_at)
    title, about = _line(name), _lines(description)
    for key, text in (
        ("NAME", title),
        ("DESCRIPTION", about),
        ("X-WR-CALNAME", title),
        ("X-WR-CALDESC", about),
    ):
        if text:
            calendar[key] = _Text(_escape(text))
    if source_url:
        calendar["SOURCE"] = vUri(_uri(source_url), params={"VALUE": "URI"})
    calendar["REFRESH-INTERVAL"] = _Text(REFRESH, params={"VALUE": "DURATION"})
    calendar["X-PUBLISHED-TTL"] = _Text(REFRESH)
    if color:
        calendar["COLOR"] = _Text(_escape(_line(color)))
    return _around(calendar, b"".join(vevents) or _UTC_ZONE)


def invitation(
    entry: Entry,
    *,
    method: Literal["REQUEST", "CANCEL"],
    sequence: int,
    attendee_email: str,
    attendee_name: str,
    stamped_at: datetime,
) -> bytes:
    """The calendar part of a mail to one person (RFC 5546 3.2.2 and 3.2.5).

    REQUEST invites or updates; CANCEL takes the session out of the person's calendar, whether it is cancelled
    or they gave up their seat. `sequence` is the registration's own, never below the entry's; `stamped_at` is
    when this invitation last changed. The address must be the one in To. ValueError for a REQUEST to a
    cancelled session.
    """
    if method == "REQUEST" and entry.cancelled:
        raise ValueError("a cancelled session is taken back with CANCEL, not REQUEST")
    event = _event(entry, method == "CANCEL", sequence, stamped_at)
    asked = {"PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"} if method == "REQUEST" else {}
    event["ATTENDEE"] = _person(
        attendee_email, attendee_name, {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", **asked}
    )
    return _around(_calendar(method), _bytes(event))


def etag(content: bytes) -> str:
    """A strong ETag of these bytes, quotes included, as the header carries it (RFC 9110 8.8.3)."""
    return f'"{sha256(content).hexdigest()[:32]}"'


def filled(content: bytes, places: re.Pattern[str], put: Callable[[re.Match[str]], str]) -> bytes:
    """A file with something else in these places. Lines are unfolded first, since a fold may stand inside one."""
    lines = content.decode().replace("\r\n ", "").split("\r\n")
    return b"\r\n".join(_folded(places.sub(put, line)) for line in lines)


def _folded(line: str) -> bytes:
    return bytes(Contentline(line).to_ical())  # type: ignore[no-untyped-call]


class _Text(vText):
    """A value that is already escaped. The library's own escaping reads a typed “C:\\New” as a line break."""

    def to_ical(self) -> bytes:
        return str(self).encode()


def _event(entry: Entry, cancelled: bool, sequence: int, stamped_at: datetime) -> Event:
    """The closed list of properties; nothing else ever leaves."""
    event = Event()
    event["UID"] = _Text(_escape(_line(entry.uid)))
    event["DTSTAMP"] = _stamp(stamped_at)
    event["LAST-MODIFIED"] = _stamp(stamped_at)
    event["CREATED"] = _stamp(entry.created_at)
    event["DTSTART"] = _stamp(entry.starts_at)
    event["DTEND"] = _stamp(entry.ends_at)
    event["SEQUENCE"] = _Text(str(sequence))
    event["STATUS"] = _Text("CANCELLED" if cancelled else "CONFIRMED")
    event["TRANSP"] = _Text("TRANSPARENT" if cancelled else "OPAQUE")
    # Most clients show a feed's entries without regard to STATUS.
    prefix = "CANCELLED: " if entry.cancelled else ""
    event["SUMMARY"] = _Text(_escape(prefix + (_line(entry.summary) or "Session")))
    for name, text in (("LOCATION", _line(entry.location)), ("DESCRIPTION", _lines(entry.description))):
        if text:
            event[name] = _Text(_escape(text))
    if _line(entry.url):
        event["URL"] = vUri(_uri(entry.url))
    if categories := [_escape(line) for line in map(_line, entry.categories) if line]:
        event["CATEGORIES"] = _Text(",".join(categories))
    event["ORGANIZER"] = _person(entry.organizer_email, entry.organizer_name, {})
    return event


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar["VERSION"] = _Text("2.0")
    calendar["PRODID"] = _Text(PRODID)
    calendar["CALSCALE"] = _Text("GREGORIAN")
    calendar["METHOD"] = _Text(method)
    return calendar


def _around(calendar: Calendar, components: bytes) -> bytes:
    """Put components into a calendar, after all of its properties (RFC 5545 3.6)."""
    return _bytes(calendar).removesuffix(_END) + components + _END


def _bytes(component: Component) -> bytes:
    return bytes(component.to_ical(sorted=False))


def _stamp(at: datetime) -> _Text:
    return _Text(f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}")


def _person(email: str, name: str, parameters: dict[str, str]) -> vCalAddress:
    """A mailto: address with CN; RFC 6068 wants what could end the address percent-encoded."""
    if cn := _line(name).translate(_IN_PARAMETER).strip():
        parameters = {"CN": cn, **parameters}
    return vCalAddress("mailto:" + quote(_line(email), safe="@!$&'*+-/=^_`{|}~."), params=parameters)


def _line(text: str) -> str:
    """One line, without controls and needless blanks."""
    return _lines(text.replace("\n", " "))


def _lines(text: str) -> str:
    """Several lines, parted by line feeds, without controls and needless blanks.

    A run of blanks could fill a folded line, and some readers skip a line of nothing but blanks.
    """
    clean = _CONTROLS.sub("", _BREAKS.sub(" ", text.replace("\r\n", "\n")))
    return re.sub(" {2,}", " ", clean).strip()


def _escape(text: str) -> str:
    """RFC 5545 3.3.11: backslash, semicolon, comma and line break; a colon stays as it is."""
    return re.sub(r"[\\;,]", r"\\\g<0>", text).replace("\n", r"\n")


def _uri(url: str) -> str:
    """URIs have no escapes of their own (RFC 5545 3.3.13): what may not stand in one is percent-encoded."""
    return quote(_line(url), safe="%:/?#[]@!$&'()*+,;=~")
