"""Files out of an upload: a ZIP or files as they are, counted and measured before and while they are opened.

Names inside a ZIP are words to show and never become paths; everything stays in memory.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jam.base.errors import Refused
from jam.base.text import clean_line

#: Where uploads wait for their import, apart from reports of one session.
FOLDER = "past"

MEGABYTE = 1024 * 1024
MOST_PACKED = 20 * MEGABYTE
MOST_UNPACKED = 200 * MEGABYTE
MOST_FILES = 500

_ZIP = b"PK"
#: How ZIP, gzip, bzip2, xz, 7z and RAR begin.
_ARCHIVES = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\x00",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!",
)
#: What systems put beside the files of a person.
_LITTER = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")
_ENCRYPTED = 0x1
_SPREADSHEET = "[Content_Types].xml"

#: What the library says of damage, of methods it does not know (a RuntimeError) among it.
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError, IndexError, OverflowError,
)  # fmt: skip


@dataclass(frozen=True)
class Member:
    """A file of an upload; `name` is only shown."""

    name: str
    data: bytes


def unpack(uploads: Iterable[tuple[str, bytes]]) -> list[Member]:
    """All files of an upload, by name and bytes, those in ZIPs unpacked.

    Refused, as a whole, for a ZIP that is damaged, locked, nested, points outside or is larger than it may be.
    """
    found: list[Member] = []
    packed = 0
    for name, data in uploads:
        packed += len(data)
        if packed > MOST_PACKED:
            raise Refused("This upload is larger than 20 MB. Split it into smaller ones.")
        left = MOST_UNPACKED - sum(len(each.data) for each in found)
        if data.startswith(_ZIP):
            found += _opened(data, left, MOST_FILES - len(found))
        else:
            found.append(Member(_shown(name), _plain(name, data)))
    if len(found) > MOST_FILES:
        raise _too_many()
    if not found:
        raise Refused("There is no file in this upload. Choose a ZIP with sessions.csv, lists and reports.")
    return found


def pack(members: Sequence[tuple[str, bytes]]) -> bytes:
    """Several files as one ZIP."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, data) in enumerate(members, 1):
            archive.writestr(_shown(name) or f"file {number}", data)
    return out.getvalue()


def _opened(data: bytes, room: int, most: int) -> list[Member]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [
                each for each in archive.infolist() if not each.is_dir() and not _litter(each.filename)
            ]
            _check(entries, room, most)
            found = []
            for each in entries:
                content = _content(archive, each, room)
                room -= len(content)
                found.append(Member(_shown(each.filename), _plain(each.filename, content)))
            return found
    except _DAMAGED as error:
        raise Refused("This ZIP is damaged and cannot be opened. Pack the files again.") from error


def _check(entries: Sequence[zipfile.ZipInfo], room: int, most: int) -> None:
    """What the ZIP says of itself, before anything is unpacked."""
    if len(entries) > most:
        raise _too_many()
    if any(each.filename == _SPREADSHEET for each in entries):
        raise Refused("This is a spreadsheet. Save each of its tables as a CSV file and choose those.")
    for each in entries:
        name = _shown(each.filename)
        parts = each.filename.replace("\\", "/").split("/")
        is_link = stat.S_ISLNK(each.external_attr >> 16)
        if parts[0] == "" or parts[0].endswith(":") or ".." in parts or is_link:
            raise Refused(f"“{name}” points to a place outside of the ZIP. Pack plain files only.")
        if each.flag_bits & _ENCRYPTED:
            raise Refused(f"“{name}” is locked with a password. Pack the files again without one.")
    if sum(each.file_size for each in entries) > room:
        raise _too_large()


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> bytes:
    """The bytes of one file, never more than there is room for, whatever the ZIP says."""
    with archive.open(entry) as stream:
        content = stream.read(room + 1)
    if len(content) > room:
        raise _too_large()
    return content


def _plain(name: str, data: bytes) -> bytes:
    if data.startswith(_ARCHIVES):
        raise Refused(f"“{_shown(name)}” is itself packed. Unpack it and put its files in beside the others.")
    return data


def _litter(name: str) -> bool:
    name = name.casefold()
    return name.startswith(_LITTER) or name.rpartition("/")[2].startswith((*_LITTER, "._"))


def _shown(name: str) -> str:
    return clean_line(name[-120:].replace("\\", "/"), 200)


def _too_large() -> Refused:
    return Refused("Unpacked, these files are larger than 200 MB. Split them into several uploads.")


def _too_many() -> Refused:
    return Refused("There are more than 500 files. Split them into several uploads.")
