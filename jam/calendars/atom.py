"""The bytes of an Atom feed (RFC 4287). The same entries always give the same bytes; nothing here reads the clock."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree

_ATOM = "http://www.w3.org/2005/Atom"
#: What XML 1.0 cannot hold, not even escaped (section 2.2), and other controls.
_FORBIDDEN = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, kw_only=True)
class Item:
    """One entry. `uid` never changes; `html` is clean already; times are aware."""

    uid: str
    title: str
    link: str
    #: Where the recording itself is.
    recording: str
    summary: str
    html: str
    authors: tuple[str, ...]
    published: datetime
    updated: datetime


def atom(
    *, uid: str, title: str, about: str, source: str, link: str, author: str, updated: datetime, items: Iterable[Item]
) -> bytes:  # fmt: skip
    """A whole feed in UTF-8. `source` is where it is served, `link` the page it belongs to."""
    feed = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": "en-US"})
    _text(feed, "id", _id(uid))
    _text(feed, "title", title)
    _text(feed, "subtitle", about)
    _link(feed, "self", source, "application/atom+xml")
    _link(feed, "alternate", link, "text/html")
    _text(feed, "updated", _instant(updated))
    _text(ElementTree.SubElement(feed, "author"), "name", author)
    for item in items:
        _add(feed, item)
    body: str = ElementTree.tostring(feed, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{body}\n'.encode()


def _add(feed: ElementTree.Element, item: Item) -> None:
    entry = ElementTree.SubElement(feed, "entry")
    _text(entry, "id", _id(item.uid))
    _text(entry, "title", item.title)
    _link(entry, "alternate", item.link, "text/html")
    _link(entry, "related", item.recording)
    _text(entry, "published", _instant(item.published))
    _text(entry, "updated", _instant(item.updated))
    for name in item.authors:
        _text(ElementTree.SubElement(entry, "author"), "name", name)
    _text(entry, "summary", item.summary)
    if item.html:
        _text(entry, "content", item.html).set("type", "html")


def _id(uid: str) -> str:
    # RFC 4287 section 4.2.6 wants an IRI; this one is made of what never changes.
    return uuid5(NAMESPACE_URL, uid).urn


def _text(parent: ElementTree.Element, name: str, text: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, name)
    child.text = _FORBIDDEN.sub("", text.replace("\r\n", "\n"))
    return child


def _link(parent: ElementTree.Element, relation: str, href: str, media: str = "") -> None:
    attributes = {"rel": relation, "href": _FORBIDDEN.sub("", href)}
    ElementTree.SubElement(parent, "link", {**attributes, **({"type": media} if media else {})})


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
