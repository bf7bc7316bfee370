"""What an attachment is by its content, and the text in it: PDF and Word (.docx); everything else is refused.

Nothing is unpacked to a disk, and no more of a packed file is unpacked than a page of text can be.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from xml.parsers import expat

from jam.base.errors import Refused
from jam.base.text import clean_line
from jam.proposals import slides

MEGABYTE = 1024 * 1024
LARGEST = 10 * MEGABYTE
#: Of a packed part, unpacked; and of all text that is read.
MOST_UNPACKED = 20 * MEGABYTE
MOST_PARTS = 2_000
MOST_PAGES = 200
MOST_TEXT = 200_000

PDF = slides.PDF
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ENDINGS = {PDF: "pdf", DOCX: "docx"}

#: Parts of a Word file that hold words, and the two that tell who wrote it.
_TEXT_PART = re.compile(
    r"word/(?:document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml|docProps/(?:core|app)\.xml"
)
_NEW_LINE = (
    "p",
    "br",
    "tr",
    "creator",
    "lastModifiedBy",
    "title",
    "subject",
    "Company",
    "Manager",
    "keywords",
)
_TEXT = (
    "t",
    "delText",
    "creator",
    "lastModifiedBy",
    "title",
    "subject",
    "Company",
    "Manager",
    "keywords",
    "description",
)
_DAMAGED = (zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, OSError, ValueError, RuntimeError, KeyError)  # fmt: skip


@dataclass(frozen=True)
class Read:
    """What an attachment is, and the text that was found in it; a scanned page has none."""

    media_type: str
    text: str


def read(data: bytes) -> Read:
    """What a file is and says. Refused, in words for the presenter, for anything that is neither a PDF nor a Word file."""
    if not data:
        raise Refused("There is nothing in this file. Choose it once more.")
    if len(data) > LARGEST:
        raise Refused(
            "This file is larger than 10 MB. Save it with smaller pictures, or leave some pages out."
        )
    if data.startswith(b"%PDF-"):
        return Read(PDF, _pdf(data))
    if data.startswith(b"PK\x03\x04"):
        return Read(DOCX, _docx(data))
    raise Refused("Attachments are PDF or Word files (.docx). Save it as one of these, and upload it again.")


def checked_name(typed: str) -> str:
    """A file's name as kept: the last part, one line, cut to a length that can be read."""
    return clean_line(typed.replace("\\", "/").rpartition("/")[2][-120:]) or "attachment"


def name_as_text(name: str) -> str:
    """A file's name as it is read for identifiers: as long as the name, its words apart."""
    return re.sub(r"[_+]|(?<=\w)\.(?=\w{2,4}$)", " ", name)


def _pdf(data: bytes) -> str:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        slides.check(data)
    except Refused as error:
        raise Refused(
            "This PDF is cut off, runs scripts or carries other files. Save it as a plain PDF, by printing it into one."
        ) from error
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise Refused("This PDF is locked with a password. Save it without one.")
        about: Mapping[str, object] = reader.metadata or {}
        parts = [str(about[key]) for key in ("/Title", "/Author", "/Subject", "/Keywords") if about.get(key)]
        length = 0
        for page in reader.pages[:MOST_PAGES]:
            parts.append(page.extract_text())
            length += len(parts[-1])
            if length > MOST_TEXT:
                break
    except (PyPdfError, RecursionError, AttributeError, TypeError, MemoryError, *_DAMAGED) as error:
        raise Refused(
            "This PDF is damaged and cannot be read. Save it again, and upload it once more."
        ) from error
    return "\n".join(parts)[:MOST_TEXT]


def _docx(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            names = {each.filename for each in parts}
            if len(parts) > MOST_PARTS or sum(each.file_size for each in parts) > 10 * MOST_UNPACKED:
                raise _too_large()
            if any(each.flag_bits & 0x1 for each in parts):
                raise Refused("This file is locked with a password. Save it without one.")
            if "word/document.xml" not in names or "[Content_Types].xml" not in names:
                raise Refused("This is a packed file, but no Word file. Save it as .docx or as a PDF.")
            types = _part(archive, "[Content_Types].xml")
            if (
                b"macroEnabled" in types
                or b"vbaProject" in types
                or any("vbaproject" in each.casefold() for each in names)
            ):
                raise Refused("This file holds macros. Save it without, as a plain .docx or as a PDF.")
            found = [_text(_part(archive, name)) for name in sorted(names) if _TEXT_PART.fullmatch(name)]
    except _DAMAGED as error:
        raise Refused(
            "This file is damaged and cannot be opened. Save it again, and upload it once more."
        ) from error
    return "\n".join(found)[:MOST_TEXT]


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    # What a packed file says of its size need not be true: reading stops where it would be too much.
    with archive.open(name) as stream:
        data = stream.read(MOST_UNPACKED + 1)
    if len(data) > MOST_UNPACKED:
        raise _too_large()
    return data


def _text(xml: bytes) -> str:
    """The words of a part; declarations of entities, which can swell without end, are refused."""
    parts: list[str] = []
    inside: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")

    def start(name: str, _: dict[str, str]) -> None:
        inside.append(name.rpartition(" ")[2])
        if inside[-1] in _NEW_LINE:
            parts.append("\n")
        elif inside[-1] == "tab":
            parts.append(" ")

    def words(data: str) -> None:
        if inside and inside[-1] in _TEXT:
            parts.append(data)

    def declared(*_: object) -> None:
        raise ValueError("a document type declares entities")

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: inside.pop()
    parser.CharacterDataHandler = words
    parser.StartDoctypeDeclHandler = declared
    parser.Parse(xml, True)
    return "".join(parts).strip()


def _too_large() -> Refused:
    return Refused(
        "Unpacked, this file is far larger than a document. Save it with smaller pictures, or as a PDF."
    )
