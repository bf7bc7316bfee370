"""Time zones: IANA names beside UTC instants, and the way from a wall clock to an instant."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from jam.base.errors import Refused

EASTERN = "America/New_York"

#: The zones people in the United States and its territories live in, with the words they use for them.
US_ZONES: list[tuple[str, str]] = [
    ("America/New_York", "Eastern"),
    ("America/Chicago", "Central"),
    ("America/Denver", "Mountain"),
    ("America/Phoenix", "Arizona"),
    ("America/Los_Angeles", "Pacific"),
    ("America/Anchorage", "Alaska"),
    ("Pacific/Honolulu", "Hawaii"),
    ("America/Puerto_Rico", "Atlantic (Puerto Rico, U.S. Virgin Islands)"),
    ("Pacific/Guam", "Chamorro (Guam, Northern Mariana Islands)"),
    ("Pacific/Pago_Pago", "Samoa"),
]

_SHORT = {name: label.partition(" (")[0] for name, label in US_ZONES}


@cache
def all_names() -> frozenset[str]:
    """The IANA names of every zone there is; Python would walk through the folders of the time zone data at each call."""
    return frozenset(available_timezones())


def zone(name: str) -> ZoneInfo:
    """The zone of an IANA name; Refused for a name nobody knows."""
    if name not in all_names():
        raise Refused(f"“{name[:60]}” is not a time zone Jam knows. Use a name like America/New_York.")
    return ZoneInfo(name)


def zone_words(name: str, at: datetime) -> str:
    """What people call the zone: “Eastern”, or the zone's own abbreviation where there is no such word."""
    return _SHORT.get(name) or at.astimezone(zone(name)).strftime("%Z")


def zone_name(name: str) -> str:
    """A zone as a title: “Eastern time”, or its IANA name with blanks where people have no word for it."""
    return f"{_SHORT[name]} time" if name in _SHORT else name.replace("_", " ")


def to_utc(day: date, clock: time, zone_name: str) -> datetime:
    """The instant at which the wall clock of a zone shows this time.

    A time that the spring change skips moves to just after the gap by the same amount; of a time that the autumn
    change repeats, the first is meant (PEP 495, fold=0).
    """
    return datetime.combine(day, clock, tzinfo=zone(zone_name)).astimezone(UTC)


def wall(at: datetime, zone_name: str) -> datetime:
    """What the wall clock of a zone shows at an instant."""
    return at.astimezone(zone(zone_name))
