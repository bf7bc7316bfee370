"""What four calendar libraries, each written by other people, read in the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

import icalendar
import ics  # type: ignore[import-untyped]
import vobject  # type: ignore[import-untyped]
from ical.calendar_stream import IcsCalendarStream


class Seen(NamedTuple):
    """One event as a reader sees it: times in UTC, texts unescaped, "" for a text that is not there."""

    uid: str
    start: datetime
    end: datetime
    summary: str
    status: str
    sequence: int
    location: str
    description: str


def agreed(content: bytes) -> list[Seen]:
    """The events in a file, in their order, after making sure that all four readers see the same ones."""
    views = {name: read(content) for name, read in READERS.items()}
    first = views["icalendar"]
    for name, view in views.items():
        assert view == first, f"{name} and icalendar do not read the same"
    return sorted(first, key=lambda event: _place(content, event.uid))


def with_icalendar(content: bytes) -> list[Seen]:
    calendar: Any = icalendar.Calendar.from_ical(content)
    for component in calendar.walk():
        assert component.errors == []
    return _sorted(
        Seen(
            str(event["UID"]),
            event["DTSTART"].dt.astimezone(UTC),
            event["DTEND"].dt.astimezone(UTC),
            str(event["SUMMARY"]),
            str(event["STATUS"]),
            int(event["SEQUENCE"]),
            str(event.get("LOCATION", "")),
            str(event.get("DESCRIPTION", "")),
        )
        for event in calendar.walk("VEVENT")
    )


def names_of_attendees(content: bytes) -> list[str]:
    """The CN of every ATTENDEE, as icalendar reads it."""
    calendar: Any = icalendar.Calendar.from_ical(content)
    return [str(event["ATTENDEE"].params["CN"]) for event in calendar.walk("VEVENT")]


def with_ical(content: bytes) -> list[Seen]:
    calendar = IcsCalendarStream.calendar_from_ics(content.decode())
    return _sorted(
        Seen(
            str(event.uid),
            _instant(event.dtstart),
            _instant(event.dtend),
            event.summary or "",
            str(event.status.value) if event.status else "",
            int(event.sequence if event.sequence is not None else -1),
            event.location or "",
            event.description or "",
        )
        for event in calendar.events
    )


def with_vobject(content: bytes) -> list[Seen]:
    def text(event: Any, name: str) -> str:
        return str(event.contents[name][0].value) if name in event.contents else ""

    calendar = vobject.readOne(content.decode())
    return _sorted(
        Seen(
            event.uid.value,
            event.dtstart.value.astimezone(UTC),
            event.dtend.value.astimezone(UTC),
            event.summary.value,
            event.status.value,
            int(event.sequence.value),
            text(event, "location"),
            text(event, "description"),
        )
        for event in calendar.contents.get("vevent", [])
    )


def with_ics(content: bytes) -> list[Seen]:
    return _sorted(
        Seen(
            event.uid,
            event.begin.datetime.astimezone(UTC),
            event.end.datetime.astimezone(UTC),
            event.name or "",
            event.status or "",
            next(int(line.value) for line in event.extra if line.name == "SEQUENCE"),
            event.location or "",
            event.description or "",
        )
        for event in ics.Calendar(content.decode()).events
    )


READERS: dict[str, Callable[[bytes], list[Seen]]] = {
    "icalendar": with_icalendar,
    "ical": with_ical,
    "vobject": with_vobject,
    "ics": with_ics,
}


def _sorted(events: Any) -> list[Seen]:
    return sorted(events)


def _instant(at: Any) -> datetime:
    assert isinstance(at, datetime)
    return at.astimezone(UTC)


def _place(content: bytes, uid: str) -> int:
    return content.index(f"UID:{uid}\r\n".encode())
