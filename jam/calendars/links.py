"""Links that put a session, or a whole feed, into the calendars people use.

Google and Microsoft document these addresses poorly; what stands here is what their own pages lead to. Times are in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from html import escape
from urllib.parse import quote, urlencode

_GOOGLE = "https://calendar.google.com/calendar/render"
_OUTLOOK = "https://outlook.live.com/calendar/0"
_MICROSOFT = "https://outlook.office.com/calendar/0"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a calendar's form is filled in with. Times are aware, `details` plain text."""

    title: str
    starts_at: datetime
    ends_at: datetime
    details: str
    location: str
    #: Address of the calendar file.
    file: str


@dataclass(frozen=True)
class Way:
    """A button: which calendar, where it leads, whether the file is to be saved rather than opened."""

    label: str
    href: str
    saves: bool = False


def to_add(shown: Shown) -> list[Way]:
    """Buttons for one session."""
    google = {
        "action": "TEMPLATE",
        "text": shown.title,
        "dates": f"{shown.starts_at:%Y%m%dT%H%M%SZ}/{shown.ends_at:%Y%m%dT%H%M%SZ}",
        "details": shown.details,
        "location": shown.location,
    }
    outlook = {
        "rru": "addevent",
        "subject": shown.title,
        "startdt": f"{shown.starts_at:%Y-%m-%dT%H:%M:%SZ}",
        "enddt": f"{shown.ends_at:%Y-%m-%dT%H:%M:%SZ}",
        "body": escape(shown.details).replace("\n", "<br>"),  # it is read as HTML
        "location": shown.location,
    }
    return [
        Way("Google", _link(_GOOGLE, google)),
        Way("Outlook.com", _link(f"{_OUTLOOK}/action/compose", outlook)),
        Way("Microsoft 365", _link(f"{_MICROSOFT}/action/compose", outlook)),
        Way("Apple", shown.file),
        Way("Download", shown.file, saves=True),
    ]


def to_subscribe(name: str, address: str) -> list[Way]:
    """Buttons for a feed."""
    webcal = f"webcal://{address.partition('://')[2]}"
    outlook = {"url": address, "name": name}
    return [
        Way("Google", _link(_GOOGLE, {"cid": webcal})),
        Way("Outlook.com", _link(f"{_OUTLOOK}/addfromweb", outlook)),
        Way("Microsoft 365", _link(f"{_MICROSOFT}/addfromweb", outlook)),
        Way("Apple", webcal),
    ]


def _link(page: str, values: dict[str, str]) -> str:
    # Outlook shows a plus sign as one: blanks are %20.
    return f"{page}?{urlencode(values, quote_via=quote, safe='')}"
