"""From the bytes of a report to its lines, by content alone: spreadsheets change the encoding."""

from __future__ import annotations

import codecs
import io
import re

from jam.attendance.reading.workbook import BEGINS, workbook_lines
from jam.base.errors import Refused

#: How much of a file is looked at to tell UTF-16 without a byte-order mark from anything else.
_SAMPLE = 4096
_BYTE_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|$)")


def text_lines(data: bytes) -> list[str]:
    """The physical lines as an editor counts them, each with its line break, without NUL characters.

    Reads UTF-8 and UTF-16, both with or without a byte-order mark. A line that is not valid UTF-8 is read as
    Windows-1252. Never fails: what cannot be read becomes U+FFFD. A workbook's are those of its largest sheet.
    """
    if data.startswith(BEGINS):
        try:
            return workbook_lines(data)
        except (
            Refused
        ):  # another ZIP, or a damaged one: its bytes, where somebody's address may stand in the clear
            pass
    return list(
        io.StringIO(_text(data).replace("\x00", ""), newline="")
    )  # every kind of line break ends one, and stays


def _text(data: bytes) -> str:
    if data.startswith(codecs.BOM_UTF8):
        return _mostly_utf8(data[len(codecs.BOM_UTF8) :])
    if data.startswith(codecs.BOM_UTF16_LE):
        return data[2:].decode("utf-16-le", errors="replace")
    if data.startswith(codecs.BOM_UTF16_BE):
        return data[2:].decode("utf-16-be", errors="replace")
    unmarked = _unmarked_utf16(data[:_SAMPLE])
    return data.decode(unmarked, errors="replace") if unmarked else _mostly_utf8(data)


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


def _mostly_utf8(data: bytes) -> str:
    """Line by line, so that one bad byte does not spoil the names in all the other lines."""
    data = data.replace(b"\x00", b"")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(_utf8_or_1252(line) for line in _BYTE_LINE.findall(data))


def _utf8_or_1252(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")
