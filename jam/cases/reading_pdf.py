"""Reading a PDF (ISO 32000-1): the text of its pages, and what stands beside: properties, notes, links, fields, bookmarks.

Whatever a damaged or hostile file makes the library do, it ends as a refusal in words, after seconds.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from time import monotonic
from typing import TYPE_CHECKING, Any

from jam.base.errors import Refused
from jam.cases.reading_docx import Hidden, parse
from jam.proposals import slides

if TYPE_CHECKING:
    from pypdf import PdfReader

MOST_PAGES = 200
#: What a page, and all objects together, may be, so that reading ends: bytes of one page's content, objects, seconds.
MOST_CONTENT = 5 * 1024 * 1024
MOST_OBJECTS = 100_000
MOST_SECONDS = 15.0
MOST_XMP = 1024 * 1024

#: Properties of the file that say nothing of anybody.
_PLAIN = ("/CreationDate", "/ModDate", "/Producer", "/Trapped", "/PTEX.Fullbanner", "/GTS_PDFXVersion")
_PROPERTIES = {"/Title": "Title", "/Author": "Author", "/Subject": "Subject", "/Keywords": "Keywords"}
#: Texts beside those of the pages, by their keys in any object.
_KEYS = {
    "/URI": "Link", "/Contents": "Note", "/RC": "Note", "/Subj": "Note", "/TU": "Field of a form", "/V": "Field of a form",
    "/DV": "Field of a form", "/UF": "Name of a file", "/Desc": "Description", "/Alt": "Description of a picture",
    "/ActualText": "Text for screen readers", "/E": "Text for screen readers",
}  # fmt: skip
#: Where words stand in the pages themselves, so that a copy has them as well.
IN_PAGE = "Text for screen readers in a page"


def read(data: bytes, most: int) -> tuple[str, Hidden]:
    """The text, about `most` characters of it, and what is beside. Refused, in words, for what cannot be read."""
    try:
        slides.check(data)
    except Refused as error:
        raise Refused(
            "This PDF is cut off, runs scripts or carries other files. Save it as a plain PDF, by printing it into one."
        ) from error
    try:
        reader = open_(data)
        clock = Clock()
        hidden = [*_properties(reader), *beside(reader, clock)]
        text, marked = _pages(reader, clock, most)
    except Refused:
        raise
    except Exception as error:  # the library raises whatever a damaged file leads it to
        raise damaged() from error
    return text, [*hidden, *marked]


def open_(data: bytes) -> PdfReader:
    """The file, open. Refused for one that is locked."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted:
        raise Refused("This PDF is locked with a password. Save it without one.")
    return reader


def damaged() -> Refused:
    """What is said of a file that cannot be read."""
    return Refused("This PDF is damaged and cannot be read. Save it again, and upload it once more.")


class Clock:
    """Ends a reading that takes too long."""

    def __init__(self) -> None:
        self.end = monotonic() + MOST_SECONDS

    def look(self) -> None:
        """Refused when the time is over."""
        if monotonic() > self.end:
            raise Refused("This PDF takes too long to read. Save it as a plain PDF, by printing it into one.")


def _pages(reader: PdfReader, clock: Clock, most: int) -> tuple[str, Hidden]:
    parts: list[str] = []
    hidden: Hidden = []
    length = 0

    def before(operator: bytes, operands: Any, *_: object) -> None:
        clock.look()
        if operator in (b"BDC", b"DP") and len(operands) > 1 and isinstance(operands[1], Mapping):
            hidden.extend((IN_PAGE, each) for _, each in _texts(operands[1]))

    for page in reader.pages[:MOST_PAGES]:
        clock.look()
        content = page.get_contents()
        if content is not None and len(content.get_data()) > MOST_CONTENT:
            raise Refused("A page of this PDF is far larger than a page of text. Print it into a plain PDF.")
        parts.append(page.extract_text(visitor_operand_before=before))
        length += len(parts[-1])
        if length > most:
            break
    return "\n".join(parts), hidden


def _properties(reader: PdfReader) -> Hidden:
    about: Mapping[str, Any] = reader.metadata or {}
    return [
        (_PROPERTIES.get(key, "Program" if key == "/Creator" else "Property"), str(value))
        for key, value in about.items()
        if key not in _PLAIN and value is not None
    ]


def beside(reader: PdfReader, clock: Clock) -> Iterator[tuple[str, str]]:
    """What any object of the file says beside its pages."""
    from pypdf.generic import StreamObject

    for found in objects(reader, clock):
        if isinstance(found, StreamObject) and found.get("/Subtype") == "/XML":
            yield from _xmp(found.get_data())
        else:
            for key, words in _texts(found):
                yield _KEYS[key], words
            if found.get("/Type") == "/OCG":
                yield "Layer", str(found.get("/Name", ""))
            elif "/T" in found and ("/FT" in found or "/Subtype" in found or "/Kids" in found):
                yield (
                    ("Who noted" if "/FT" not in found and "/Subtype" in found else "Field of a form"),
                    str(found["/T"]),
                )
            elif "/Title" in found and ("/Parent" in found or "/Dest" in found):
                yield "Bookmark", str(found["/Title"])
            elif isinstance(found.get("/F"), str):
                yield "Name of a file", str(found["/F"])


def _texts(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key in _KEYS:
        words = found.get(key)
        if isinstance(words, (str, bytes)) and not str(words).startswith("/"):
            yield key, words if isinstance(words, str) else words.decode("latin-1")


def objects(reader: PdfReader, clock: Clock) -> Iterator[Any]:
    """Every dictionary of the file, those that stand in others too. An object that cannot be read is passed over."""
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

    numbers = {(number, generation) for generation, table in reader.xref.items() for number in table} | {
        (number, 0) for number in reader.xref_objStm
    }
    if len(numbers) > MOST_OBJECTS:
        raise Refused("This PDF has more parts than a document has. Print it into a plain PDF.")
    seen = 0
    for number, generation in sorted(numbers):
        clock.look()
        try:
            found = reader.get_object(IndirectObject(number, generation, reader))
        except Exception:  # noqa: S112 - one broken object of many; the pages are read apart
            continue
        waiting: list[Any] = [found]
        while waiting:
            each = waiting.pop()
            seen += 1
            if seen > 10 * MOST_OBJECTS:
                raise Refused("This PDF has more parts than a document has. Print it into a plain PDF.")
            if isinstance(each, DictionaryObject):
                yield each
                waiting += [value for value in each.values() if not isinstance(value, IndirectObject)]
            elif isinstance(each, ArrayObject):
                waiting += [value for value in each if not isinstance(value, IndirectObject)]


def _xmp(data: bytes) -> Hidden:
    """The words of an XMP packet (ISO 16684-1), but for the names of programs and dates."""
    found: Hidden = []
    inside: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        inside.append(name.rpartition(" ")[2])
        found.extend(
            ("Property", value)
            for key, value in attributes.items()
            if not key.rpartition(" ")[2].endswith(
                ("about", "lang", "Date", "Tool", "ID", "xmptk", "parseType", "Producer")
            )
        )

    def words(text: str) -> None:
        plain = any(each.endswith(("Date", "Tool", "ID", "Producer", "format", "when")) for each in inside)
        if text.strip() and not plain:
            found.append(
                (
                    "Author" if "creator" in inside else "Title" if "title" in inside else "Property",
                    text.strip(),
                )
            )

    try:
        parse(
            data[:MOST_XMP].strip(b"\x00 \r\n"),
            start,
            lambda _: None if not inside else (inside.pop(), None)[1],
            words,
        )
    except Exception:
        found.append(("Property", data[:2_000].decode("utf-8", "replace")))
    return found
