"""A letter as its recipient sees it, with every personal link replaced by words: staff never see somebody's key."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from html import escape
from typing import Any

from icalendar import Calendar

from jam.base.web import CONTENT_SECURITY_POLICY
from jam.mail.kinds import STOP, Example, is_link, kinds, words_of
from jam.mail.models import Letter
from jam.mail.parts import fill_calendar
from jam.mail.wording import Written, fill, write

_LINK_TO_MARK = re.compile('href="\ue000([a-z_]+)\ue001"')
_STYLE = re.compile("<style>(.*?)</style>", re.DOTALL)


@dataclass(frozen=True)
class CalendarPart:
    """A calendar part: its METHOD, what it says of the session, and the whole of it."""

    method: str
    summary: str
    starts_at: datetime
    ends_at: datetime
    location: str
    sequence: int
    raw: str


def text(letter: Letter) -> str:
    """The text part."""
    return fill(letter.text, {name: f"[{words}]" for name, words in _words(letter).items()})


def html(letter: Letter) -> str:
    """The HTML part; its links lead nowhere and say on hover what they are."""
    return _inert(letter.html, _words(letter))


@dataclass(frozen=True)
class Seen:
    """A letter that is no letter yet, as somebody would see it; its links lead nowhere."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Explained:
    """A placeholder as the editor explains it: what stands there, what it becomes, whether the letter needs it."""

    name: str
    what: str
    becomes: str
    needed: bool
    link: bool


def seen(kind: str, written: Written, links: Iterable[str]) -> Seen:
    """A wording filled in, with words where links would be."""
    words = _said(kind, links)
    page = _inert(written.html, words)
    return Seen(
        written.subject, fill(written.text, {name: f"[{said}]" for name, said in words.items()}), page
    )


def explained(kind: str, example: Example, needs: tuple[str, ...]) -> list[Explained]:
    """What may stand in curly brackets, with what each becomes for this example."""
    return [
        Explained(
            name,
            said,
            words_of(name) if is_link(name) else example.values.get(name, ""),
            name in needs,
            is_link(name),
        )
        for name, said in kinds[kind].placeholders.items()
    ]


def empty_letter() -> str:
    """The HTML of a letter that says nothing: every letter has its style."""
    return write("Subject: \n\n", {}, {}).html


def page_policy(page: str) -> str:
    """The Content-Security-Policy of a page of ours that shows this HTML letter in a frame inside itself."""
    return f"{CONTENT_SECURITY_POLICY}; style-src 'self' {style_source(page)}"


def style_source(page: str) -> str:
    """The Content-Security-Policy source that allows this page's own style element and no other (CSP 3, section 2.3.1)."""
    found = _STYLE.search(page)
    digest = b64encode(sha256((found[1] if found else "").encode()).digest()).decode()
    return f"'sha256-{digest}'"


def calendars(letter: Letter) -> list[CalendarPart]:
    """The calendar parts."""
    words = {name: f"[{said}]" for name, said in _words(letter).items()}
    return [_calendar(part.method, fill_calendar(part.content, words)) for part in letter.parts]


def _calendar(method: str, content: bytes) -> CalendarPart:
    event: Any  # of our own making, so its properties are of the kinds we gave them
    [event] = Calendar.from_ical(content).walk("VEVENT")
    return CalendarPart(
        method=method,
        summary=str(event["SUMMARY"]),
        starts_at=event["DTSTART"].dt,
        ends_at=event["DTEND"].dt,
        location=str(event.get("LOCATION", "")),
        sequence=int(event["SEQUENCE"]),
        raw=content.decode().replace("\r\n", "\n"),
    )


def _inert(page: str, words: Mapping[str, str]) -> str:
    page = _LINK_TO_MARK.sub(lambda m: f'href="#" title="{escape(words.get(m[1], ""))}"', page)
    return fill(page, {name: f"[{said}]" for name, said in words.items()})


def _words(letter: Letter) -> dict[str, str]:
    return _said(letter.kind, letter.links)


def _said(kind: str, links: Iterable[str]) -> dict[str, str]:
    known = kinds[kind].placeholders if kind in kinds else {}
    known = {STOP: "link to the page that stops letters like this one", **known}
    return {name: known.get(name, "personal link") for name in links}
