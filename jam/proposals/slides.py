"""What a file of slides is by its content: PDF, PPTX or ODP, whatever it is called; everything else is refused.

Nothing is ever unpacked to a disk: names inside a packed file are only looked at, and its content is counted and thrown away.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator

from jam.base.errors import Refused

MEGABYTE = 1024 * 1024
LARGEST = 19 * MEGABYTE
MOST_UNPACKED = 200 * MEGABYTE
MOST_PARTS = 5_000

PDF = "application/pdf"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODP = "application/vnd.oasis.opendocument.presentation"
ENDINGS = {PDF: "pdf", PPTX: "pptx", ODP: "odp"}

_KINDS = "PDF, PowerPoint (.pptx) or OpenDocument (.odp)"
#: Streams in a PDF that are looked at, and what they may unpack to together. A long deck has a few thousand of them.
MOST_STREAMS = 50_000
MOST_OBJECTS = 50 * MEGABYTE

#: Names in a PDF that run something or carry another file (ISO 32000-1, sections 12.6.4 and 7.11.4). They are looked for
#: everywhere: where a stream begins and ends is only what the file says, and pictures do not hold so long a word by chance.
_ACTIVE_PDF = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia)(?![A-Za-z])")
#: Shorter ones are looked for outside of streams alone: in a large picture, three bytes stand together by chance.
_ACTIVE_SHORT = re.compile(rb"/(?:JS|XFA)(?![A-Za-z])")
#: A letter of a name, written as its number (section 7.3.5).
_NUMBERED = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"stream\r?\n")
#: What a stream of packed objects begins with: their numbers and places (section 7.5.7).
_OBJECTS = re.compile(rb"\s*\d+\s+\d")
#: Parts of packed slides that run something.
_ACTIVE_PART = re.compile(
    r"vbaproject|vbadata|activex|(^|/)(scripts|basic|macros)/|\.(exe|dll|js|vbs|bat|cmd|com|scr|lnk|hta|jar|ps1|msi)$"
)
_MACRO_TYPES = (b"macroEnabled", b"vbaProject")
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError, IndexError, OverflowError,
)  # fmt: skip


def check(data: bytes) -> str:
    """The media type of slides. Refused, in words for the presenter, for anything that is none or could do harm."""
    if not data:
        raise Refused("There is nothing in this file. Choose the file with your slides.")
    if len(data) > LARGEST:
        raise Refused("This file is larger than 19 MB. Save it with smaller pictures, or as a PDF.")
    if data.startswith(b"%PDF-"):
        return _pdf(data)
    if data.startswith(b"PK\x03\x04"):
        return _packed(data)
    raise Refused(f"These are no slides that we can open: please save them as {_KINDS}.")


def _pdf(data: bytes) -> str:
    if b"%%EOF" not in data[-2048:]:
        raise Refused("This PDF is cut off. Save it again, and upload it once more.")
    if zipfile.is_zipfile(io.BytesIO(data)):
        raise Refused("This PDF carries another file inside. Save the slides as a plain PDF.")
    objects = [_outside_streams(data), *_packed_objects(data)]
    if _holds(_ACTIVE_PDF, data) or any(
        _holds(each, part) for each in (_ACTIVE_PDF, _ACTIVE_SHORT) for part in objects
    ):
        raise Refused(
            "This PDF runs scripts or carries other files. Save it as a plain PDF, by printing it into one."
        )
    return PDF


def _holds(names: re.Pattern[bytes], part: bytes) -> bool:
    plain = _NUMBERED.sub(lambda found: bytes([int(found[1], 16)]), part)
    return bool(names.search(part) or names.search(plain))


def _outside_streams(data: bytes) -> bytes:
    parts, place = [], 0
    for found in _STREAM.finditer(data):
        if found.start() >= place:
            parts.append(data[place : found.start()])
            end = data.find(b"endstream", found.end())
            place = end + len(b"endstream") if end >= 0 else len(data)
    return b"".join([*parts, data[place:]])


def _packed_objects(data: bytes) -> Iterator[bytes]:
    """The objects of a PDF that stand in packed streams, unpacked; pictures and fonts are left alone."""
    room = MOST_OBJECTS
    for number, found in enumerate(_STREAM.finditer(data)):
        if number >= MOST_STREAMS:
            raise _too_many()
        stream, packed = zlib.decompressobj(), data[found.end() : found.end() + 512]
        try:
            if not _OBJECTS.match(stream.decompress(packed, 64)):
                continue
            unpacked = zlib.decompressobj().decompress(memoryview(data)[found.end() :], room)
        except zlib.error:
            continue
        room -= len(unpacked)
        if room <= 0:
            raise _too_many()
        yield unpacked


def _too_many() -> Refused:
    return Refused(
        "This PDF has more parts than slides have. Save it as a plain PDF, by printing it into one."
    )


def _packed(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            _check_parts(parts)
            kind = _kind(archive, {each.filename for each in parts})
            _count(archive, parts)
            return kind
    except _DAMAGED as error:
        raise Refused(
            "This file is damaged and cannot be opened. Save it again, and upload it once more."
        ) from error


def _check_parts(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MOST_PARTS or sum(each.file_size for each in parts) > MOST_UNPACKED:
        raise _too_large()
    for each in parts:
        names = each.filename.replace("\\", "/").split("/")
        if (
            names[0] == ""
            or names[0].endswith(":")
            or ".." in names
            or stat.S_ISLNK(each.external_attr >> 16)
        ):
            raise Refused(
                "This file points to places outside of itself, which slides never do. Save it anew."
            )
        if each.flag_bits & 0x1:
            raise Refused("This file is locked with a password. Save it without one.")
        if _ACTIVE_PART.search(each.filename.replace("\\", "/").casefold()):
            raise Refused(
                "These slides hold macros or programs. Save them without, as a plain .pptx, or as a PDF."
            )


def _kind(archive: zipfile.ZipFile, names: set[str]) -> str:
    if "[Content_Types].xml" in names:
        types = _small(archive, "[Content_Types].xml")
        if any(each in types for each in _MACRO_TYPES):
            raise Refused("These slides hold macros. Save them without, as a plain .pptx, or as a PDF.")
        if b"presentationml.presentation.main+xml" in types or b"presentationml.slideshow.main+xml" in types:
            return PPTX
    elif (
        "mimetype" in names and _small(archive, "mimetype").strip() == ODP.encode() and "content.xml" in names
    ):
        return ODP
    raise Refused(f"This is a packed file, but no slides: please save them as {_KINDS}.")


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as stream:
        return stream.read(MEGABYTE)


def _count(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """Unpack everything once and throw it away: what a packed file says of its size need not be true."""
    room = MOST_UNPACKED
    for each in parts:
        with archive.open(each) as stream:
            while piece := stream.read(MEGABYTE):
                room -= len(piece)
                if room < 0:
                    raise _too_large()


def _too_large() -> Refused:
    return Refused(
        "Unpacked, these slides are larger than 200 MB. Save them with smaller pictures, or as a PDF."
    )
