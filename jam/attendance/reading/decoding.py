"""From the bytes of a report to its lines, by content alone: spreadsheets change the encoding."""

from __future__ import annotations

import codecs
import re
from collections.abc import Container

from jam.attendance.reading.workbook import BEGINS, sheets, workbook_lines
from jam.base.errors import Refused

#: How much of a file is looked at to tell UTF-16 without a byte-order mark from anything else.
_SAMPLE = 4096
#: Every kind of line break ends a line, and stays.
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def text_lines(data: bytes, known: Container[str] = ()) -> list[str]:
    """The physical lines as an editor counts them, each with its line break, without NUL characters.

    Reads UTF-8 and UTF-16, both with or without a byte-order mark. A line that is not valid UTF-8 is read as
    Windows-1252. Never fails: what cannot be read becomes U+FFFD. A workbook's are those of the sheet that tells who was there,
    also by the fingerprints of `known` layouts.
    """
    if data.startswith(BEGINS):
        try:
            return workbook_lines(data, known)
        except (
            Refused
        ):  # another ZIP, or a damaged one: its bytes, where somebody's address may stand in the clear
            pass
    if data.startswith(codecs.BOM_UTF8):
        return _mostly_utf8(data[len(codecs.BOM_UTF8) :])
    if data.startswith(codecs.BOM_UTF16_LE):
        return _utf16(data[2:], "utf-16-le")
    if data.startswith(codecs.BOM_UTF16_BE):
        return _utf16(data[2:], "utf-16-be")
    unmarked = _unmarked_utf16(data[:_SAMPLE])
    return _utf16(data, unmarked) if unmarked else _mostly_utf8(data)


def all_lines(data: bytes) -> list[str]:
    """The lines that stand anywhere in a file: of a workbook, those of all its sheets."""
    if data.startswith(BEGINS):
        try:
            return [line for sheet in sheets(data) for line in sheet]
        except Refused:
            pass
    return text_lines(data)


def _utf16(data: bytes, name: str) -> list[str]:
    return _LINE.findall(data.decode(name, errors="replace").replace("\x00", ""))


def _unmarked_utf16(sample: bytes) -> str | None:
    """Which UTF-16 this is, if any.

    Mostly Latin text has a NUL as every second byte, always on the same side; the stray NUL bytes that Zoom
    leaves in a file of single bytes fall on both sides.
    """
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.4 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _mostly_utf8(data: bytes) -> list[str]:
    """Line by line, so that one bad byte does not spoil the names in all the other lines, and one rare letter does not
    make all the others take four times as much memory."""
    lines = data.replace(b"\x00", b"").splitlines(keepends=True)  # of bytes, these are \r, \n and \r\n alone
    try:
        return [line.decode("utf-8") for line in lines]
    except UnicodeDecodeError:
        return [_utf8_or_1252(line) for line in lines]


def _utf8_or_1252(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")
